"""What a robust placement is asked, and what its solution says."""

from dataclasses import dataclass
from math import inf

import numpy as np

from models import arrays
from models.arrays import Flags, Floats
from models.hub_placement import HubPlacement
from models.placement.answers import HubPlacementSolution
from models.robust.risk import Risk
from models.solution import Solution
from models.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class RobustHubPlacementSolution(Solution):
    """Openings for all scenarios, and the freight of each; without a plan nothing is open and costs are inf.

    Parameters
    ----------
    option_open
        [option] whether the site is built (or stands) in this way, in every scenario.
    cost
        [scenario] what the scenario costs with these openings.
    regret, regret_low
        [scenario] at most and at least so much more than the scenario's own best openings, known up to the gap of
        either. NaN where regret is not asked for.
    best_low, best
        [scenario] bound and value of the scenario's own best openings. NaN where regret is not asked for.
    plans
        [scenario] the freight.
    scale
        What the gap is relative to: the objective, or, of a regret, the largest of `best_low`.
    """

    option_open: Flags
    cost: Floats
    regret: Floats
    regret_low: Floats
    best_low: Floats
    best: Floats
    plans: tuple[HubPlacementSolution, ...]
    scale: float

    @property
    def gap(self) -> float:
        """Return (objective - bound) / scale."""
        return relative(self.objective, self.bound, self.scale)


def relative(objective: float, bound: float, scale: float) -> float:
    """Return (objective - bound) / scale, never below 0; inf where either is missing."""
    if not (np.isfinite(objective) and np.isfinite(bound)):
        return inf
    if objective <= bound:
        return 0.0
    return (objective - bound) / scale if scale else inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: the scenarios, the risk, and the least and largest number of new sites."""

    instances: tuple[HubPlacement, ...]
    risk: Risk
    new: tuple[int, int]


def impossible_solution(asked: Asked, reason: str) -> RobustHubPlacementSolution:
    """Return that there is no plan."""
    return empty_solution(asked, Status.INFEASIBLE, inf, f"infeasible: {reason}")


def empty_solution(asked: Asked, status: Status, bound: float, stopped: str) -> RobustHubPlacementSolution:
    """Return a solution without a plan."""
    scenarios = len(asked.instances)
    nothing = frozen(np.full(scenarios, np.nan))
    return RobustHubPlacementSolution(
        status=status, objective=inf, bound=bound, seconds=0.0, stopped=stopped,
        option_open=arrays.frozen(np.zeros(asked.instances[0].option_site.size, dtype=np.bool_)),
        cost=frozen(np.full(scenarios, inf)), regret=nothing, regret_low=nothing, best_low=nothing, best=nothing,
        plans=(), scale=0.0,
    )  # fmt: skip


def frozen(values: Floats) -> Floats:
    """Return a read-only copy."""
    array = np.array(values, dtype=np.float64)
    array.setflags(write=False)
    return array
