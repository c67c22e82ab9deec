"""The parts of min-cost flow that are not the mathematics of the problem: reasons, prices of nodes, checks."""
