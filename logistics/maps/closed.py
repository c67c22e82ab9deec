"""Why a site was not opened, as far as the run knows: answers to `logistics why`, or else the plans with more hubs."""

from collections.abc import Mapping
from typing import Any, Final

from logistics.maps.notes import Facts

ROUNDING: Final = 1e-9
"""A gap this small, as a share of the cost, is none."""


def why_not(hub_id: str, summary: Mapping[str, Any], whys: Mapping[str, Facts]) -> dict[str, Any]:
    """Return what the run knows about a site that stays closed.

    Returns
    -------
    dict
        `forced_vnd`: what the plan costs more with it, solved anew (None: there is no plan with it); or `new_hubs` and
        `costs_vnd`: the smallest number of new hubs of which the best plan opens it, and what that plan costs more; or
        `never_up_to`: no best plan of the curve with so many new hubs or fewer opens it. Empty: nothing is known.
    """
    if (found := whys.get(hub_id)) is not None and not found.get("is_open", False):
        return {"forced_vnd": found["costs_vnd_per_year"] if found["is_possible"] else None}
    curve = [point for point in summary.get("curve", ()) if "objective_vnd_per_year" in point]
    for point in sorted(curve, key=lambda point: int(point["new_hubs"])):
        if hub_id in point.get("hub_ids", ()):
            costs = point["objective_vnd_per_year"] - summary["objective_vnd_per_year"]
            return {"new_hubs": point["new_hubs"], "costs_vnd": costs}
    return {"never_up_to": max(point["new_hubs"] for point in curve)} if curve else {}


def none_pays(summary: Mapping[str, Any]) -> bool:
    """Tell whether a run without new hubs proves that none of them pays, not only that no better plan was found.

    It does when its own gap is closed, or when the bound of every other number of new hubs is no lower than its cost.
    """
    cost = float(summary["objective_vnd_per_year"])
    if float(summary["bound_vnd_per_year"]) >= cost * (1 - ROUNDING):
        return True
    curve = [point for point in summary.get("curve", ()) if "objective_vnd_per_year" in point and point["new_hubs"]]
    return bool(curve) and all(point["objective_vnd_per_year"] * (1 - point["gap"]) >= cost for point in curve)
