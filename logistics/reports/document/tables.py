"""The tables of the report: hubs, phases, costs, carbon and freight, every cell as it is shown."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from logistics.reports.document.answer import View, has_phases
from logistics.reports.document.material import Material
from logistics.reports.document.wording import NOTHING, Wording, brief
from logistics.sites import AS_IT_STANDS, CLOSED, NOT_YET

ROOMS: Final = ("yard", "cross_dock")
FREIGHT: Final = (
    "t_per_year", "parks_t_per_year", "provinces_t_per_year", "hub_t_per_year", "barge_t_per_year", "rail_t_per_year",
    "export_t_per_year", "import_t_per_year", "domestic_t_per_year", "tkm_per_year", "truck_tkm_per_year",
)  # fmt: skip


def hubs_view(material: Material, words: Wording) -> View:
    """Return the hubs of the last phase that carry freight or are new, the rest in a sentence."""
    hubs = material.tables.last().hubs
    hubs = hubs[hubs["tier"] != CLOSED].sort_values(["is_new", "throughput_t_per_year"], ascending=False, kind="stable")
    is_shown = (hubs["throughput_t_per_year"] > 0) | hubs["is_new"].astype(bool)
    shown = hubs[is_shown]
    idle = [words.name(row) for row in hubs[~is_shown].to_dict("records")]
    return {
        "rows": [_hub(row, words) for row in shown.to_dict("records")],
        "total": {
            "throughput": words.whole(shown["throughput_t_per_year"].sum()),
            "barge": words.whole(shown["barge_t_per_year"].sum()),
            "fixed": words.billion(shown["fixed_vnd_per_year"].sum()),
        },
        "idle": words.say("hubs_idle", count=len(idle), hubs="; ".join(idle)) if idle else "",
        "year": material.tables.periods[-1] if material.tables.periods else "",
        "closed": [words.name(row) for row in _closed(material).to_dict("records")],
    }


def _closed(material: Material) -> pd.DataFrame:
    hubs = material.tables.last().hubs
    return hubs[hubs["tier"] == CLOSED]


def _hub(row: Mapping[Any, Any], words: Wording) -> View:
    used = {name: _used(row, name, words) for name in ROOMS}
    return {
        "id": brief(str(row["hub_id"])), "name": words.name(row), "is_new": bool(row["is_new"]),
        "province": brief(str(row["province"])), "kind": words.say("new" if row["is_new"] else "standing"),
        "tier": "" if row["tier"] == AS_IT_STANDS else words.tier(row["tier"]),
        "throughput": words.whole(row["throughput_t_per_year"]), "barge": words.whole(row["barge_t_per_year"]),
        "fixed": words.billion(row["fixed_vnd_per_year"]), **used,
    }  # fmt: skip


def _used(row: Mapping[Any, Any], room: str, words: Wording) -> str:
    capacity = float(row[f"{room}_capacity_t_per_year"])
    return words.percent(row[f"{room}_throughput_t_per_year"] / capacity, 0) if capacity > 0 else NOTHING


def phases_view(material: Material, words: Wording) -> View | None:
    """Return what each phase costs and what every hub carries in it; None for a plan of one year."""
    if not has_phases(material):
        return None
    periods, hubs = material.tables.periods, material.tables.hubs
    return {
        "periods": list(periods),
        "rows": [_phase(phase, words) for phase in material.tables.summary["phases"]],
        "hubs": list(_hubs_by_phase(hubs, periods, words)),
    }


def _phase(phase: Mapping[str, Any], words: Wording) -> View:
    cost, direct = phase["vnd_per_year"], phase["direct_vnd_per_year"]
    return {
        "year": str(phase["year"]), "weight": words.percent(phase["weight"]), "cost": words.billion(cost),
        "saving": words.billion(direct - cost), "capital": words.billion(phase["capital_standing_vnd"]),
        "new": words.whole(phase["new_hubs"]), "tonnes": words.whole(phase["totals"]["t_per_year"]),
        "co2": words.whole(phase["totals"]["co2_t_per_year"]),
    }  # fmt: skip


def _hubs_by_phase(hubs: pd.DataFrame, periods: tuple[str, ...], words: Wording) -> Iterator[View]:
    """Yield a row a hub that carries freight in any phase or is new, in the order of the last phase's tonnes."""
    ranked = hubs.sort_values(["is_new", "period", "throughput_t_per_year"], ascending=False, kind="stable")
    for hub_id in dict.fromkeys(ranked["hub_id"]):
        own = {str(row["period"]): row for row in hubs[hubs["hub_id"] == hub_id].to_dict("records")}
        if not any(row["is_new"] or row["throughput_t_per_year"] > 0 for row in own.values()):
            continue
        last = own[max(own)]
        yield {
            "name": words.name(last), "id": brief(str(hub_id)), "is_new": bool(last["is_new"]),
            "cells": [_cell(own.get(period), words) for period in periods],
        }  # fmt: skip


def _cell(row: Mapping[Any, Any] | None, words: Wording) -> View:
    if row is None or row["tier"] == NOT_YET:
        return {"tonnes": NOTHING, "tier": ""}
    tier = words.tier(row["tier"]) if row["is_new"] or row["tier"] == CLOSED else ""
    return {"tonnes": words.whole(row["throughput_t_per_year"]), "tier": tier}


def costs_view(material: Material, words: Wording) -> View:
    """Return the yearly cost by kind, which adds up to the plan's, and direct shipping beside it."""
    facts = material.tables.summary
    cost = facts["objective_vnd_per_year"]
    kinds = [(kind, value) for kind, value in facts["costs"].items() if value or kind == "fixed"]
    largest = max((value for _, value in kinds), default=0.0)
    return {
        "rows": [
            {"name": words.term("cost", kind), "figure": f"costs.{kind}", "value": words.billion(value),
             "share": words.share(value, cost), "width": round(100 * value / largest) if largest > 0 else 0}
            for kind, value in kinds
        ],
        **{name: words.billion(facts[f"{name}_vnd_per_year"]) for name in ("objective", "direct", "saving", "bound")},
        "saving_share": words.share(facts["saving_vnd_per_year"], facts["direct_vnd_per_year"], 2),
    }  # fmt: skip


def freight_view(material: Material, words: Wording) -> View:
    """Return carbon with the plan and with no hub, and the freight by trade, mode and commodity."""
    totals = material.tables.summary["totals"]
    now, direct = totals["co2_t_per_year"], totals["direct_co2_t_per_year"]
    known = {*FREIGHT, "co2_t_per_year", "direct_co2_t_per_year"}
    commodities = [name for name in totals if name not in known]
    return {
        "co2": {"now": words.whole(now), "direct": words.whole(direct), "change": words.whole(now - direct),
                "share": words.share(now - direct, direct)},
        "rows": [_freight(name, totals, words) for name in (*FREIGHT, *commodities) if name in totals],
    }  # fmt: skip


def _freight(name: str, totals: Mapping[str, float], words: Wording) -> View:
    is_tonnes = not name.endswith("tkm_per_year")
    return {
        "name": words.term("freight", name.removesuffix("_per_year")), "figure": f"totals.{name}",
        "value": words.whole(totals[name]),
        "share": words.share(totals[name], totals["t_per_year"]) if is_tonnes else "",
    }  # fmt: skip
