"""What would have to change for one more hub to pay."""

import numpy as np

from logistics.case import Case
from logistics.siting import CurvePoint, Decision


def one_more(case: Case, decision: Decision) -> dict[str, object] | None:
    """Compare the cheapest plan with the best one that has one more new hub.

    Returns
    -------
    dict or None
        `new_hubs`, `hub_ids`, `loses_vnd_per_year` (what the plan costs more), `fixed_vnd_per_year` of
        its new hubs, `fixed_cost_must_fall_pct` (with that fall the plan breaks even; it is enough, a
        smaller fall may do) and `saving_must_rise_pct` (of what the hub saves before its fixed cost).
        None when the curve ends at the cheapest plan.
    """
    cheapest = decision.cheapest
    after = [point for point in decision.curve if point.new_hubs == cheapest.new_hubs + 1]
    if not after:
        return None
    more = after[0]
    loses = more.objective_vnd_per_year - cheapest.objective_vnd_per_year
    fixed = fixed_vnd(case, more)
    added = fixed - fixed_vnd(case, cheapest)
    saves = added - loses
    return {
        "new_hubs": more.new_hubs,
        "hub_ids": list(more.hub_ids),
        "loses_vnd_per_year": loses,
        "fixed_vnd_per_year": fixed,
        "fixed_cost_must_fall_pct": 100 * loses / fixed if fixed > 0 else None,
        "saving_must_rise_pct": 100 * loses / saves if saves > 0 else None,
    }


def fixed_vnd(case: Case, point: CurvePoint) -> float:
    """Return the yearly fixed cost of a point's new hubs."""
    cost = np.array([option.fixed_vnd_per_year for option in case.options])
    return float(cost[np.asarray(point.solution.option_open, dtype=bool)].sum())
