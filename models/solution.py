"""What every solution says of itself, and the gap between value and bound."""

from dataclasses import dataclass
from math import inf, isfinite

from models.status import Status


def relative_gap(objective: float, bound: float) -> float:
    """Return (objective - bound) / |objective|, never below zero; 0 if both agree, inf if either is missing.

    Examples
    --------
    >>> relative_gap(200.0, 198.0)
    0.01
    """
    if not (isfinite(objective) and isfinite(bound)):
        return inf
    if objective <= bound:
        return 0.0
    return (objective - bound) / abs(objective) if objective else inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """The part that the solutions of all models share.

    Parameters
    ----------
    status
        How the solve ended; read it before any value.
    objective
        Value of the plan, in the caller's unit; inf without a plan.
    bound
        No plan is cheaper than this; -inf if nothing is proved, inf if there is no plan at all.
    seconds
        Wall time this answer took.
    stopped
        Why the solve stopped, in words.
    """

    status: Status
    objective: float
    bound: float
    seconds: float
    stopped: str

    @property
    def gap(self) -> float:
        """Return (objective - bound) / |objective|."""
        return relative_gap(self.objective, self.bound)

    @property
    def has_plan(self) -> bool:
        """Return whether there is a plan to look at."""
        return self.status in {Status.OPTIMAL, Status.FEASIBLE}
