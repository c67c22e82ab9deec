"""Sensitivity studies: many scenarios drawn around one, each decided, and what their answers have in common."""
