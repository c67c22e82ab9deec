"""What would have to change for one more hub to pay."""

import numpy as np

from logistics.siting import CurvePoint, Decision
from logistics.timeline import Timeline


def one_more(timeline: Timeline, decision: Decision) -> dict[str, object] | None:
    """Compare the chosen plan with the best one that has one more new hub.

    Returns
    -------
    dict or None
        `new_hubs`, `hub_ids`, `loses_vnd_per_year` (what that plan costs more; negative when one more
        pays already and only the limit on new hubs keeps it out), `fixed_vnd_per_year` of its new hubs,
        `fixed_cost_must_fall_pct` (with that fall the plan breaks even; it is enough, a smaller fall may
        do) and `saving_must_rise_pct` (of what the added hub saves before its fixed cost); both None when
        it pays already. None when the curve ends at the chosen plan.
    """
    more = next((point for point in decision.curve if point.new_hubs == decision.chosen.new_hubs + 1), None)
    if more is None:
        return None
    loses = more.objective_vnd_per_year - decision.chosen.objective_vnd_per_year
    fixed = fixed_vnd(timeline, more)
    saves = fixed - fixed_vnd(timeline, decision.chosen) - loses
    return {
        "new_hubs": more.new_hubs,
        "hub_ids": list(more.hub_ids),
        "loses_vnd_per_year": loses,
        "fixed_vnd_per_year": fixed,
        "fixed_cost_must_fall_pct": _pct(loses, fixed),
        "saving_must_rise_pct": _pct(loses, saves),
    }


def _pct(loses: float, of: float) -> float | None:
    return 100 * loses / of if loses > 0 and of > 0 else None


def fixed_vnd(timeline: Timeline, point: CurvePoint) -> float:
    """Return the yearly fixed cost of a point's hubs, a year's equivalent."""
    weight = timeline.weight[timeline.option_period]
    cost = np.array([option.fixed_vnd_per_year for option in timeline.options]) * weight
    return float(cost[np.asarray(point.solution.option_open, dtype=bool)[: cost.size]].sum())
