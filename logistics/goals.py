"""What a plan makes small, per tonne and per option: cost, CO2, distance, tonnes outside the service bands.

A goal over several phases is a year's equivalent (`timeline`): each phase's yearly sum by its weight. Goals are taken
in turn: each is made small while those before it stay within the tolerance of their best. Cost is always the last of
them unless it came before, so that nothing is built that nothing asks for. A weighted sum is one goal.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from logistics.distances import Floats
from logistics.measures import PerTonne, outside_service
from logistics.routes import Routes
from logistics.scenario_parts import Objective
from logistics.timeline import Timeline

COST: Final = "cost"
WEIGHTED: Final = "weighted"
UNITS: Final = {
    "cost": "VND/yr", "co2": "t/yr", "distance": "tkm/yr", "outside_service": "t/yr", "weighted": "VND/yr",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalReached:
    """One goal of a plan: its value, and a bound that no plan beats while the goals before it hold."""

    goal: str
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """Return the relative gap of the two."""
        return relative_gap(self.value, self.bound)


def relative_gap(value: float, bound: float) -> float:
    """Return (value - bound) / value, never below zero."""
    return max(value - bound, 0.0) / value if value > 0 else 0.0


def goals_in_turn(objective: Objective) -> tuple[str, ...]:
    """Return the goals one after the other."""
    if objective.weights:
        return (WEIGHTED,)
    goals = tuple(dict.fromkeys((objective.minimise, *objective.then)))
    return goals if COST in goals else (*goals, COST)


def counted(timeline: Timeline, routes: tuple[Routes, ...], goal: str) -> PerTonne:
    """Return what a goal counts."""
    weights = dict(timeline.scenario.objective.weights) if goal == WEIGHTED else {goal: 1.0}
    parts = [(_of_goal(timeline, routes, name), weight) for name, weight in weights.items()]
    return PerTonne(
        direct=_sum([_times(part.direct, weight) for part, weight in parts]),
        through=_sum([_times(part.through, weight) for part, weight in parts]),
        option=_sum([_times(part.option, weight) for part, weight in parts]),
    )


def _sum(parts: list[Floats]) -> Floats:
    return parts[0] if len(parts) == 1 else np.sum(parts, axis=0)


def _times(values: Floats, weight: float) -> Floats:
    """Return the values weighed; those that weigh 1 are not copied, for there are millions."""
    return values if weight == 1 else values * weight


def _joined(parts: list[Floats]) -> Floats:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _of_goal(timeline: Timeline, routes: tuple[Routes, ...], goal: str) -> PerTonne:
    direct, through = [], []
    for case, found, weight in zip(timeline.cases, routes, timeline.weight, strict=True):
        if goal == "outside_service":
            at_direct, at_through = outside_service(case, found)
        else:
            at_direct, at_through = (getattr(traits, _TRAIT[goal]) for traits in (found.direct, found.through))
        direct.append(_times(at_direct, weight))
        through.append(_times(at_through, weight))
    fixed = np.array([option.fixed_vnd_per_year for option in timeline.options], dtype=float)
    option = fixed * timeline.weight[timeline.option_period] if goal == COST else np.zeros(fixed.size)
    return PerTonne(direct=_joined(direct), through=_joined(through), option=option)


_TRAIT: Final = {"cost": "vnd_per_t", "co2": "co2_t_per_t", "distance": "length_km"}
