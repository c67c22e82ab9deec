"""Good plans fast: each file one idea, with its paper."""
