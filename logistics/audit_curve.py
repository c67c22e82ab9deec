"""Whether the curve over the number of new hubs, as plan.json tells it, is one that its scenario can have.

Of the other points of the curve a run keeps the hubs, not the tonnes. What follows from those is checked: their number
and names, value, bound, gap and saving, and what one hub more costs. The plan's own point is the plan itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from logistics.audit_cells import TOLERANCE
from logistics.goals import COST, goals_in_turn, relative_gap
from logistics.phase_tables import PhaseTables
from logistics.sites import CLOSED
from logistics.siting import BOUND_DUST, GAP_DUST, curve_counts
from logistics.timeline import Timeline

SLACK: Final = 1e-9
"""Of gaps and savings, which are small beside what they are the difference of."""
STATUSES: Final = ("optimal", "feasible")


def curve_findings(timeline: Timeline, summary: Mapping[str, Any], phases: Sequence[PhaseTables]) -> Iterator[str]:
    """Check the curve against plan and scenario: points that can be, the plan's own among them, and the cheapest."""
    curve = summary["curve"]
    numbers = [row["new_hubs"] for row in curve]
    by_cost = goals_in_turn(timeline.scenario.objective) == (COST,)
    counts = curve_counts(timeline) if by_cost else numbers[:1]
    if numbers != sorted(set(numbers)) or not set(numbers) <= set(counts):
        yield f"plan.json:curve: found points of {numbers!r} new hubs, expected some of {list(counts)!r}"
    for row in curve:
        yield from _row_findings(summary, row, by_cost=by_cost)
        yield from _hub_findings(timeline, row)
    yield from _own_findings(summary, phases)
    cheapest = min(curve, key=lambda row: row["objective_vnd_per_year"], default={"new_hubs": None})
    if summary["cheapest_new_hubs"] != cheapest["new_hubs"]:
        yield f"plan.json:cheapest_new_hubs: found {summary['cheapest_new_hubs']!r}, the curve says otherwise"
    if by_cost:
        yield from _bound_findings(timeline, summary)


def _row_findings(summary: Mapping[str, Any], row: Mapping[str, Any], *, by_cost: bool) -> Iterator[str]:
    """Check that a point's value, bound, gap, saving and status agree."""
    value, bound = row["objective_vnd_per_year"], row["bound_vnd_per_year"]
    saving = summary["direct_vnd_per_year"] - value
    sums = ((row["saving_vnd_per_year"], saving), (row["gap"], relative_gap(value, bound)))
    if bound > value or not all(np.isclose(found, wanted, rtol=TOLERANCE, atol=SLACK) for found, wanted in sums):
        yield f"plan.json:curve: value, bound, gap and saving of {row['new_hubs']} new hubs do not agree"
    proved = row["gap"] <= summary["gap_asked"] + GAP_DUST
    if row["status"] not in STATUSES or (by_cost and row["status"] == STATUSES[0] and not proved):
        yield f"plan.json:curve: {row['new_hubs']} new hubs are called {row['status']!r} at a gap of {row['gap']!r}"


def _hub_findings(timeline: Timeline, row: Mapping[str, Any]) -> Iterator[str]:
    """Check that a point names as many sites for new hubs as it says, those that are forced among them."""
    listed = row["hub_ids"]
    sites = timeline.last.sites["hub_id"]
    new = set(sites[~timeline.stands])
    if len(listed) != row["new_hubs"] or len(set(listed)) != len(listed):
        yield f"plan.json:curve: {len(listed)} hubs are listed where {row['new_hubs']!r} are new"
    for hub_id in listed:
        if hub_id not in new:
            yield f"plan.json:curve: {hub_id!r} is no site for a new hub in this scenario"
    for hub_id in sorted(set(timeline.scenario.forced_open) & new - set(listed)):
        yield f"plan.json:curve: {row['new_hubs']} new hubs leave out {hub_id!r}, which is forced open"


def _own_findings(summary: Mapping[str, Any], phases: Sequence[PhaseTables]) -> Iterator[str]:
    """Check that the plan's own point has its hubs and its cost."""
    hubs = phases[-1].hubs
    opened = set(hubs.loc[hubs["is_new"] & (hubs["tier"] != CLOSED), "hub_id"])
    own = next((row for row in summary["curve"] if row["new_hubs"] == len(opened)), None)
    objective = summary["objective_vnd_per_year"]
    if own is None or not np.isclose(own["objective_vnd_per_year"], objective, rtol=TOLERANCE):
        yield f"plan.json:curve: the point of {len(opened)} new hubs is not the plan's own cost {objective:.6g}"
    elif set(own["hub_ids"]) != opened:
        yield f"plan.json:curve: the point of {len(opened)} new hubs lists {own['hub_ids']!r}, the plan opens others"


def _bound_findings(timeline: Timeline, summary: Mapping[str, Any]) -> Iterator[str]:
    """Check that the bound of the question is no better than that of any number of new hubs it leaves open."""
    least, most = timeline.scenario.new_hub_range
    asked = [row for row in summary["curve"] if least <= row["new_hubs"] <= most]
    bound = summary["bound_vnd_per_year"]
    for row in asked:
        if bound > row["bound_vnd_per_year"] * (1 + BOUND_DUST):
            yield f"plan.json:bound_vnd_per_year: found {bound!r}, {row['new_hubs']} new hubs may cost less"
    best = min((row["objective_vnd_per_year"] for row in asked), default=summary["objective_vnd_per_year"])
    if summary["objective_vnd_per_year"] > best * (1 + TOLERANCE):
        yield f"plan.json:curve: a plan of {best!r} stands on it, cheaper than the one chosen"


def one_more_findings(timeline: Timeline, summary: Mapping[str, Any], phases: Sequence[PhaseTables]) -> Iterator[str]:
    """Check the fixed costs of one hub more: within what its hubs can cost, and with the saving that follows."""
    told = summary.get("one_more")
    if not isinstance(told, Mapping):
        return
    fixed, loses = told["fixed_vnd_per_year"], told["loses_vnd_per_year"]
    low, high = _fixed_range(timeline, told["hub_ids"])
    if not low * (1 - TOLERANCE) <= fixed <= high * (1 + TOLERANCE):
        yield f"plan.json:one_more.fixed_vnd_per_year: found {fixed!r}, its hubs cost {low!r} to {high!r}"
    weights = timeline.weight.tolist()
    own = sum(float(phase.hubs["fixed_vnd_per_year"].sum()) * w for phase, w in zip(phases, weights, strict=True))
    saves = fixed - own - loses
    wanted = 100 * loses / saves if loses > 0 and saves > 0 else None
    found = told["saving_must_rise_pct"]
    if (found is None) != (wanted is None) or (wanted is not None and not np.isclose(found, wanted, rtol=1e-5)):
        yield f"plan.json:one_more.saving_must_rise_pct: found {found!r}, recomputed {wanted!r}"


def _fixed_range(timeline: Timeline, new_ids: Sequence[str]) -> tuple[float, float]:
    """Return the least and the most that hubs can cost a year, each in the size that costs least or most."""
    low = high = 0.0
    last = len(timeline.cases) - 1
    for period, (case, weight) in enumerate(zip(timeline.cases, timeline.weight.tolist(), strict=True)):
        costs: dict[str, list[float]] = {}
        for option in case.options:
            costs.setdefault(option.hub_id, []).append(option.fixed_vnd_per_year)
        standing = set(case.sites["hub_id"][timeline.stands])
        for hub_id, fixed in costs.items():
            if hub_id in standing or hub_id in new_ids:
                high += weight * max(fixed)
                low += weight * min(fixed) if hub_id in standing or period == last else 0.0
    return low, high
