"""What plan.json says of a plan: value, bound and gap, totals and costs of its phases, the curve, known volumes."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from logistics.case import Case
from logistics.goals import UNITS, relative_gap
from logistics.known import known_volumes
from logistics.one_more import one_more
from logistics.phase_tables import PhaseTables
from logistics.siting import CurvePoint, Decision, settled_bound
from logistics.timeline import Timeline
from logistics.way_cost import KINDS
from logistics.ways import direct_ways, price_ways

ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright)"
TRADES: Final = ("export", "import", "domestic")


def plan_summary(
    timeline: Timeline, decision: Decision, phases: Sequence[PhaseTables], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the content of `plan.json`; `facts` are taken as they are."""
    scenario = timeline.scenario
    hubs = pd.concat([phase.hubs for phase in phases], ignore_index=True)
    figures = phase_figures(timeline, phases)
    objective = year_equivalent(timeline, figures, "vnd_per_year")
    bound = min(decision.bound_vnd_per_year, objective) if len(phases) > 1 else decision.bound_vnd_per_year
    return {
        "name": scenario.name,
        "title": scenario.title,
        "year": timeline.first.year,
        "status": "optimal" if decision.is_proved else "feasible",
        "stopped": decision.chosen.solution.stopped,
        "objective_vnd_per_year": objective,
        "bound_vnd_per_year": settled_bound(bound, objective),
        "gap": relative_gap(objective, bound),
        "gap_asked": decision.gap_asked,
        "direct_vnd_per_year": decision.direct_vnd_per_year,
        "saving_vnd_per_year": decision.direct_vnd_per_year - objective,
        "new_hubs_asked": scenario.new_hubs,
        "goals": [{"goal": reached.goal, "value": reached.value, "bound": reached.bound, "gap": reached.gap,
                   "unit": UNITS[reached.goal]} for reached in decision.goals],
        "hubs": hubs[["hub_id", "tier", "capacity_t_per_year", "throughput_t_per_year", "fixed_vnd_per_year", "period",
                      "is_new"]].to_dict("records"),
        "phases": figures,
        "discount_sum": timeline.discount_sum,
        "curve": [_curve_row(point, decision) for point in decision.curve],
        "cheapest_new_hubs": decision.cheapest.new_hubs,
        "one_more": one_more(timeline, decision),
        "totals": whole_sums(timeline, [figure["totals"] for figure in figures]),
        "costs": whole_sums(timeline, [figure["costs"] for figure in figures]),
        "known_volumes": known_volumes(phases[0].case, phases[0].ways),
        "freight_balance": freight_balance(timeline),
        "attribution": ATTRIBUTION,
        "warnings": [*timeline.warnings, *timeline.readings],
        "readings": list(timeline.readings),
        **facts,
    }  # fmt: skip


def phase_figures(timeline: Timeline, phases: Sequence[PhaseTables]) -> list[dict[str, Any]]:
    """Return the sums of each phase: a year's cost, its weight in the year's equivalent, totals and costs by kind."""
    rows = []
    for phase, weight in zip(phases, timeline.weight, strict=True):
        sums, direct_vnd = totals(phase.case, phase.ways, phase.prices, phase.flows)
        capital_vnd = float(phase.hubs["capital_vnd"].sum())
        rows.append({
            "year": phase.case.year, "weight": float(weight), "vnd_per_year": phase.vnd_per_year,
            "direct_vnd_per_year": direct_vnd, "capital_standing_vnd": capital_vnd,
            "new_hubs": int((phase.hubs["is_new"]).sum()), "totals": sums, "costs": costs_by_kind(phase),
        })  # fmt: skip
    return rows


def year_equivalent(timeline: Timeline, figures: Sequence[Mapping[str, Any]], name: str) -> float:
    """Return a yearly figure of all phases as one of an equivalent year."""
    return float(sum(figure[name] * weight for figure, weight in zip(figures, timeline.weight, strict=True)))


def whole_sums(timeline: Timeline, sums: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return sums of each phase as those of an equivalent year."""
    return {name: year_equivalent(timeline, sums, name) for name in sums[0]}


def _curve_row(point: CurvePoint, decision: Decision) -> dict[str, Any]:
    return {
        "new_hubs": point.new_hubs,
        "status": point.status.name.lower(),
        "objective_vnd_per_year": point.objective_vnd_per_year,
        "bound_vnd_per_year": settled_bound(point.bound_vnd_per_year, point.objective_vnd_per_year),
        "gap": point.gap,
        "saving_vnd_per_year": decision.direct_vnd_per_year - point.objective_vnd_per_year,
        "hub_ids": list(point.hub_ids),
    }


def totals(case: Case, ways: pd.DataFrame, prices: pd.DataFrame, flows: pd.DataFrame) -> tuple[dict[str, float], float]:
    """Return the plan's totals, and the yearly cost of shipping everything directly."""
    every = direct_ways(case)
    direct = price_ways(case, every)
    tonnes = flows["t_per_year"]
    generators = case.region.generators["place_id"]
    parks = flows["origin_id"].isin(generators) | flows["destination_id"].isin(generators)
    sums = {
        "t_per_year": float(tonnes.sum()),
        "parks_t_per_year": float(tonnes[parks].sum()),
        "provinces_t_per_year": float(tonnes[~parks].sum()),
        "hub_t_per_year": float(tonnes[flows["way"] == "hub"].sum()),
        **{f"{mode}_t_per_year": float(tonnes[flows["mode"] == mode].sum()) for mode in ("barge", "rail")},
        **{f"{trade}_t_per_year": float(tonnes[flows["trade"] == trade].sum()) for trade in TRADES},
        **{
            f"{name}_t_per_year": float(tonnes[flows["commodity"] == name].sum())
            for name in case.region.commodity_names.index
        },
        "tkm_per_year": float(flows["tkm_per_year"].sum()),
        "truck_tkm_per_year": _weighted(prices["truck_km"], ways),
        "co2_t_per_year": float(flows["co2_t_per_year"].sum()),
        "direct_co2_t_per_year": _weighted(direct["co2_t_per_t"], every),
    }
    return sums, _weighted(direct["vnd_per_t"], every)


def costs_by_kind(phase: PhaseTables) -> dict[str, float]:
    """Return the yearly cost of a phase by kind; they add up to its cost."""
    variable = {kind: _weighted(phase.prices[kind], phase.ways) for kind in KINDS}
    return variable | {"fixed": float(phase.hubs["fixed_vnd_per_year"].sum())}


def _weighted(per_t: "pd.Series[Any]", ways: pd.DataFrame) -> float:
    """Return the yearly sum of something given per tonne."""
    return float(per_t.to_numpy(float) @ ways["t_per_year"].to_numpy(float))


def freight_balance(timeline: Timeline) -> dict[str, float]:
    """Return how the freight of the phases converged: most rounds and largest residual."""
    rounds = pd.concat([case.freight.convergence for case in timeline.cases])
    return {"rounds": int(rounds["rounds"].max()), "largest_residual": float(rounds["residual"].max())}
