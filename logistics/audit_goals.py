"""Whether the goals that plan.json tells of are those of the plan, worked out from its tables alone.

The last goal's value is the plan's own; each goal before it is held within the tolerance. A bound never lies above
its value, and a gap is the gap between them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from logistics.audit_cells import TOLERANCE
from logistics.audit_rules import HELD, band_flows, in_time
from logistics.goals import UNITS, WEIGHTED, goals_in_turn, relative_gap
from logistics.phase_tables import PhaseTables
from logistics.timeline import Timeline
from logistics.units import PERCENT


def goal_findings(
    timeline: Timeline, phases: Sequence[PhaseTables], goals: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield a sentence for each goal that is not what it should be."""
    wanted = goals_in_turn(timeline.scenario.objective)
    if tuple(row.get("goal") for row in goals) != wanted:
        yield f"plan.json:goals: found {[row.get('goal') for row in goals]!r}, the scenario asks for {list(wanted)!r}"
        return
    room = 1 + timeline.scenario.objective.tolerance_pct * PERCENT
    for at, row in enumerate(goals):
        value, bound = float(row["value"]), float(row["bound"])
        own = goal_value(timeline, phases, str(row["goal"]))
        if row.get("unit") != UNITS[str(row["goal"])]:
            yield f"plan.json:goals.{at}.unit: found {row.get('unit')!r}, expected {UNITS[str(row['goal'])]!r}"
        if at == len(goals) - 1 and not np.isclose(value, own, rtol=TOLERANCE, atol=HELD):
            yield f"plan.json:goals.{at}.value: found {value!r}, recomputed {own!r}"
        if own > value * room * (1 + HELD) + HELD:
            yield f"plan.json:goals.{at}: the plan's own {own!r} is not held within the tolerance of {value!r}"
        if bound > value * (1 + TOLERANCE):
            yield f"plan.json:goals.{at}: the bound lies above the value"
        gap = relative_gap(value, bound)
        if not np.isclose(float(row["gap"]), gap, rtol=TOLERANCE, atol=1e-9):
            yield f"plan.json:goals.{at}.gap: found {row['gap']!r}, recomputed {gap!r}"


def goal_value(timeline: Timeline, phases: Sequence[PhaseTables], goal: str) -> float:
    """Return what a plan reaches of a goal, a year's equivalent."""
    if goal == WEIGHTED:
        weights = timeline.scenario.objective.weights
        return sum(weight * goal_value(timeline, phases, name) for name, weight in weights.items())
    yearly = [_of_phase(timeline, phase, goal) for phase in phases]
    return float(np.dot(yearly, timeline.weight))


def _of_phase(timeline: Timeline, phase: PhaseTables, goal: str) -> float:
    if goal == "cost":
        return phase.vnd_per_year
    if goal == "outside_service":
        late = np.zeros(len(phase.flows), dtype=bool)
        for band in timeline.scenario.service:
            late |= (band_flows(phase, band) & ~in_time(phase, band)).to_numpy(bool)
        return float(phase.flows.loc[late, "t_per_year"].sum())
    column = {"co2": "co2_t_per_year", "distance": "tkm_per_year"}[goal]
    return float(phase.flows[column].sum())
