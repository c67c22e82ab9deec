"""Bounds, fixing and branching: each file one idea, with its paper."""
