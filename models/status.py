"""How a solve ended."""

from enum import Enum


class Status(Enum):
    """How a solve ended; a limit is not a success, and infeasible is an answer."""

    OPTIMAL = "optimal"
    """The value is proved to be within the gap that was asked for."""
    FEASIBLE = "feasible"
    """There is a plan, its gap is known, and a limit, an interruption or the rounding of floats came first."""
    INFEASIBLE = "infeasible"
    """It is proved that no plan keeps every requirement."""
    UNBOUNDED = "unbounded"
    """The objective has no bound."""
    NO_SOLUTION = "no solution"
    """A limit came before the first plan; nothing is known of what exists."""
