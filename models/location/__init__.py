"""The parts of the location models that are not the mathematics of one problem: reasons, checks, the plain program."""
