"""Why a solve stops, in the words of every solution, and when its gap counts as closed."""

from models.solution import relative_gap
from models.status import Status

GAP_REACHED = "the gap asked for is proved"
TIME_LIMIT = "time limit"
ROUNDING = "proved up to rounding"
INTERRUPTED = "interrupted"
ALL_FOUND = "all are found: no other open sites cost as little"
ENOUGH = "as many as asked for"
MAY_LACK = "one may be missing: that its best plan is above the limit is not proved"

EXACT = 1e-9  # a gap below this is the rounding of floats


def is_proved(objective: float, bound: float, asked: float) -> bool:
    """Return whether the relative gap of a plan to be minimised is the one asked for, or smaller."""
    return relative_gap(objective, bound) <= asked + EXACT


def verdict(objective: float, bound: float, asked: float, stopped: str) -> tuple[Status, str]:
    """Return the status of a plan, and why it stopped: the gap asked for is proved, or what the engine says."""
    return (Status.OPTIMAL, GAP_REACHED) if is_proved(objective, bound, asked) else (Status.FEASIBLE, stopped)
