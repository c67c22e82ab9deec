"""The parts of network design that are not the mathematics of the problem: bounds, slopes, programs, checks."""
