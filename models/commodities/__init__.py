"""The parts of multi-commodity flow that are not the mathematics of the problem: paths, prices, checks."""
