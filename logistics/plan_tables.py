"""A decision written as tables: hubs, flows, places and the summary, for people and files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.costs import KINDS, MODES, RESOURCE_OF_SIZE
from logistics.goals import UNITS, relative_gap
from logistics.known import known_volumes
from logistics.loads import link_loads
from logistics.one_more import one_more
from logistics.run_folder import RunTables
from logistics.sites import CLOSED, NOT_YET, RESOURCES
from logistics.siting import CurvePoint, Decision, settled_bound
from logistics.timeline import Timeline
from logistics.ways import direct_ways, price_ways

ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright)"
TRADES: Final = ("export", "import", "domestic")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PhaseTables:
    """One phase of a plan: its case, the ways used and their prices, flows and hubs as tables."""

    case: Case
    ways: pd.DataFrame
    prices: pd.DataFrame
    flows: pd.DataFrame
    hubs: pd.DataFrame

    @property
    def vnd_per_year(self) -> float:
        """Return what a year of the phase costs."""
        return float(self.flows["vnd_per_year"].sum() + self.hubs["fixed_vnd_per_year"].sum())


def phase_tables(case: Case, option_open: np.ndarray, ways: pd.DataFrame) -> PhaseTables:
    """Return the tables of one phase; `option_open` is over the case's options."""
    prices = price_ways(case, ways)
    flows = flow_table(case, ways, prices)
    return PhaseTables(case=case, ways=ways, prices=prices, flows=flows, hubs=hub_table(case, option_open, flows))


def plan_tables(
    timeline: Timeline, decision: Decision, ways: Sequence[pd.DataFrame], facts: Mapping[str, Any]
) -> RunTables:
    """Write a decision as tables.

    Parameters
    ----------
    ways
        As `siting.chosen_ways` returns them.
    facts
        What the summary takes as it is: `seed`, `versions`, `inputs`, `seconds`.
    """
    opened = timeline.of_period(decision.chosen.solution.option_open[: len(timeline.options)])
    phases = [
        phase_tables(case, open_then, used) for case, open_then, used in zip(timeline.cases, opened, ways, strict=True)
    ]
    return RunTables(
        summary=_summary(timeline, decision, phases, facts),
        hubs=pd.concat([phase.hubs for phase in phases], ignore_index=True),
        flows=pd.concat([phase.flows for phase in phases], ignore_index=True),
        link_flows=pd.concat([link_table(phase) for phase in phases], ignore_index=True),
        places=pd.concat([place_table(phase) for phase in phases], ignore_index=True),
    )


def link_table(phase: PhaseTables) -> pd.DataFrame:
    """Return the load of every link in the phase, see `link_flows.csv`."""
    loads = link_loads(phase.case, phase.ways)
    loads.insert(0, "period", str(phase.case.year))
    return loads


def flow_table(case: Case, ways: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Return one row per flow and way, see `flows.csv`."""
    flow = ways["flow"].to_numpy()
    flows = case.flows.iloc[flow].reset_index(drop=True)
    out = (flows["direction"] == "out").to_numpy()
    through = (ways["site"] >= 0).to_numpy()
    site_ids = np.append(case.sites["hub_id"].to_numpy(dtype=object), "")
    tonnes = ways["t_per_year"].to_numpy(float)
    return pd.DataFrame(
        {
            "period": str(case.year),
            "flow_id": [f"f{number:06d}" for number in flow],
            "origin_id": np.where(out, flows["near_id"], flows["far_id"]),
            "destination_id": np.where(out, flows["far_id"], flows["near_id"]),
            **{name: flows[name] for name in ("commodity", "trade", "channel", "shipment")},
            "way": np.where(through, "hub", "direct"),
            "hub_id": site_ids[ways["site"].to_numpy()],
            "second_hub_id": site_ids[ways["second"].to_numpy()],
            "mode": np.asarray(MODES)[ways["mode"].to_numpy()],
            "t_per_year": tonnes,
            "vnd_per_t": prices["vnd_per_t"],
            "vnd_per_year": prices["vnd_per_t"] * tonnes,
            "tkm_per_year": (prices["truck_km"] + prices["water_km"] + prices["rail_km"]) * tonnes,
            "co2_t_per_year": prices["co2_t_per_t"] * tonnes,
            "length_km": prices["truck_km"] + prices["water_km"] + prices["rail_km"],
            "door_to_door_h": prices["hours"],
        }
    )


def hub_table(case: Case, option_open: np.ndarray, flows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per hub standing or opened, see `hubs.csv`."""
    chosen = [option for option, is_open in zip(case.options, option_open, strict=True) if is_open]
    opened = [option for option in chosen if option.tier != NOT_YET]
    sites = case.sites.set_index("hub_id").loc[[option.hub_id for option in opened]].reset_index()
    through = flows[flows["way"] == "hub"]
    passing = hub_passages(through)
    loads = passing.groupby(["hub_id", passing["shipment"].map(RESOURCE_OF_SIZE)])["t_per_year"].sum()
    barge = through[through["mode"] == "barge"].groupby("hub_id")["t_per_year"].sum()
    table = sites[["hub_id", "name_vi", "name_en", "type"]].assign(
        province=sites["province_2024"], lon=sites["lon"], lat=sites["lat"], is_new=~sites["stands_ever"],
        tier=[option.tier for option in opened], period=str(case.year),
        land_ha=[option.land_ha for option in opened], new_land_ha=[option.new_land_ha for option in opened],
        capital_vnd=[option.capital_vnd for option in opened],
    )  # fmt: skip
    for name in RESOURCES:
        table[f"{name}_capacity_t_per_year"] = [getattr(option, f"{name}_t_per_year") for option in opened]
    table["capacity_t_per_year"] = sum(table[f"{name}_capacity_t_per_year"] for name in RESOURCES)
    for name in RESOURCES:
        table[f"{name}_throughput_t_per_year"] = [float(loads.get((hub_id, name), 0.0)) for hub_id in table["hub_id"]]
    table["throughput_t_per_year"] = sum(table[f"{name}_throughput_t_per_year"] for name in RESOURCES)
    table["barge_t_per_year"] = table["hub_id"].map(barge).fillna(0.0)
    table["fixed_vnd_per_year"] = [option.fixed_vnd_per_year for option in opened]
    return table


def hub_passages(through: pd.DataFrame) -> pd.DataFrame:
    """Return one row per hub that a flow passes: those through two hubs count at both."""
    again = through[through["second_hub_id"] != ""]
    return pd.concat([through, again.assign(hub_id=again["second_hub_id"])], ignore_index=True)


def place_table(phase: PhaseTables) -> pd.DataFrame:
    """Return every place of the map with its role, tonnes and main hub, see `places.csv`."""
    case, flows = phase.case, phase.flows
    working = phase.hubs.loc[phase.hubs["tier"] != CLOSED, "hub_id"]
    frames = [
        _role(case.region.generators, case.region.generators["kind"], kind_column="kind"),
        _role(
            case.region.provinces.assign(status="existing", province_2024=case.region.provinces["name_vi"]),
            "province",
        ),
        _role(case.region.gateways, "gateway"),
        _role(case.sites.rename(columns={"hub_id": "place_id"}), "site"),
    ]
    places = pd.concat(frames, ignore_index=True)
    places = places[places["place_id"].isin(case.connected.connector_km.index)].reset_index(drop=True)
    ids = places["place_id"]
    near_hub = _through_hub(flows)
    main_hub = _main_hub(near_hub)
    places.insert(0, "period", str(case.year))
    return places.assign(
        out_t_per_year=ids.map(flows.groupby("origin_id")["t_per_year"].sum()).fillna(0.0),
        in_t_per_year=ids.map(flows.groupby("destination_id")["t_per_year"].sum()).fillna(0.0),
        via_hub_t_per_year=ids.map(near_hub.groupby("place_id")["t_per_year"].sum()).fillna(0.0),
        hub_id=[main_hub.get(place_id, "") for place_id in ids],
        connector_km=ids.map(case.connected.connector_km),
        opened=ids.isin(working),
    )


def _role(frame: pd.DataFrame, role: "str | pd.Series", kind_column: str = "type") -> pd.DataFrame:
    columns = ["place_id", "status", "name_vi", "name_en", "lon", "lat"]
    kind, area_ha = frame.get(kind_column, ""), frame.get("area_ha", np.nan)
    return frame[columns].assign(role=role, type=kind, province=frame["province_2024"], area_ha=area_ha)[
        ["place_id", "role", "type", "status", "name_vi", "name_en", "province", "lon", "lat", "area_ha"]
    ]


def _through_hub(flows: pd.DataFrame) -> pd.DataFrame:
    """Return tonnes through hubs counted at both ends of each flow, at each end by the hub next to it.

    `hub_id` of a flow is the hub at its near end (park, cluster or province), `second_hub_id` that at its far end.
    """
    through = flows[flows["way"] == "hub"]
    ends = [through[[end, "hub_id", "t_per_year"]].set_axis(["place_id", "hub_id", "t_per_year"], axis=1)
            for end in ("origin_id", "destination_id")]  # fmt: skip
    return pd.concat(ends, ignore_index=True)


def _main_hub(near_hub: pd.DataFrame) -> dict[str, str]:
    """Return the hub that carries most of each place's freight through hubs."""
    sums = near_hub.groupby(["place_id", "hub_id"])["t_per_year"].sum().reset_index().sort_values("t_per_year")
    return dict(zip(sums["place_id"], sums["hub_id"], strict=True))


def _summary(
    timeline: Timeline, decision: Decision, phases: Sequence[PhaseTables], facts: Mapping[str, Any]
) -> dict[str, Any]:
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
        "freight_balance": _balance(timeline),
        "attribution": ATTRIBUTION,
        "warnings": list(timeline.warnings),
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


def _balance(timeline: Timeline) -> dict[str, float]:
    rounds = pd.concat([case.freight.convergence for case in timeline.cases])
    return {"rounds": int(rounds["rounds"].max()), "largest_residual": float(rounds["residual"].max())}
