"""A decision written as tables: hubs, flows, places and the summary, for people and files."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.costs import KINDS, MODES, RESOURCE_OF_SIZE
from logistics.known import known_volumes
from logistics.loads import link_loads
from logistics.one_more import one_more
from logistics.run_folder import RunTables
from logistics.sites import RESOURCES
from logistics.siting import CurvePoint, Decision, relative_gap, settled_bound
from logistics.ways import direct_ways, price_ways

ATTRIBUTION: Final = "© OpenStreetMap contributors, ODbL 1.0 (https://www.openstreetmap.org/copyright)"
TRADES: Final = ("export", "import", "domestic")


def plan_tables(case: Case, decision: Decision, ways: pd.DataFrame, facts: Mapping[str, Any]) -> RunTables:
    """Write a decision as tables.

    Parameters
    ----------
    ways
        As `siting.chosen_ways` returns them.
    facts
        What the summary takes as it is: `seed`, `versions`, `inputs`, `seconds`.
    """
    prices = price_ways(case, ways)
    flows = flow_table(case, ways, prices)
    hubs = hub_table(case, decision.chosen.solution.option_open, flows)
    return RunTables(
        summary=_summary(case, decision, (ways, prices, flows, hubs), facts),
        hubs=hubs,
        flows=flows,
        link_flows=link_loads(case, ways),
        places=place_table(case, flows, hubs),
    )


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
            "flow_id": [f"f{number:06d}" for number in flow],
            "origin_id": np.where(out, flows["near_id"], flows["far_id"]),
            "destination_id": np.where(out, flows["far_id"], flows["near_id"]),
            **{name: flows[name] for name in ("commodity", "trade", "channel", "shipment")},
            "way": np.where(through, "hub", "direct"),
            "hub_id": site_ids[ways["site"].to_numpy()],
            "mode": np.asarray(MODES)[ways["mode"].to_numpy()],
            "t_per_year": tonnes,
            "vnd_per_t": prices["vnd_per_t"],
            "vnd_per_year": prices["vnd_per_t"] * tonnes,
            "tkm_per_year": (prices["truck_km"] + prices["water_km"] + prices["rail_km"]) * tonnes,
            "co2_t_per_year": prices["co2_t_per_t"] * tonnes,
        }
    )


def hub_table(case: Case, option_open: np.ndarray, flows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per hub standing or opened, see `hubs.csv`."""
    opened = [option for option, is_open in zip(case.options, option_open, strict=True) if is_open]
    sites = case.sites.set_index("hub_id").loc[[option.hub_id for option in opened]].reset_index()
    through = flows[flows["way"] == "hub"]
    resource = through["shipment"].map(RESOURCE_OF_SIZE)
    loads = through.groupby(["hub_id", resource])["t_per_year"].sum()
    barge = through[through["mode"] == "barge"].groupby("hub_id")["t_per_year"].sum()
    table = sites[["hub_id", "name_vi", "name_en", "type"]].assign(
        province=sites["province_2024"], lon=sites["lon"], lat=sites["lat"], is_new=~sites["standing"],
        tier=[option.tier for option in opened], period=str(case.scenario.year),
        land_ha=[option.land_ha for option in opened],
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


def place_table(case: Case, flows: pd.DataFrame, hubs: pd.DataFrame) -> pd.DataFrame:
    """Return every place of the map with its role, tonnes and main hub, see `places.csv`."""
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
    return places.assign(
        out_t_per_year=ids.map(flows.groupby("origin_id")["t_per_year"].sum()).fillna(0.0),
        in_t_per_year=ids.map(flows.groupby("destination_id")["t_per_year"].sum()).fillna(0.0),
        via_hub_t_per_year=ids.map(near_hub.groupby("place_id")["t_per_year"].sum()).fillna(0.0),
        hub_id=[main_hub.get(place_id, "") for place_id in ids],
        connector_km=ids.map(case.connected.connector_km),
        opened=ids.isin(hubs["hub_id"]),
    )


def _role(frame: pd.DataFrame, role: "str | pd.Series", kind_column: str = "type") -> pd.DataFrame:
    columns = ["place_id", "status", "name_vi", "name_en", "lon", "lat"]
    kind, area_ha = frame.get(kind_column, ""), frame.get("area_ha", np.nan)
    return frame[columns].assign(role=role, type=kind, province=frame["province_2024"], area_ha=area_ha)[
        ["place_id", "role", "type", "status", "name_vi", "name_en", "province", "lon", "lat", "area_ha"]
    ]


def _through_hub(flows: pd.DataFrame) -> pd.DataFrame:
    """Return tonnes through hubs counted at both ends of each flow."""
    through = flows[flows["way"] == "hub"]
    ends = [through[[end, "hub_id", "t_per_year"]].set_axis(["place_id", "hub_id", "t_per_year"], axis=1)
            for end in ("origin_id", "destination_id")]  # fmt: skip
    return pd.concat(ends, ignore_index=True)


def _main_hub(near_hub: pd.DataFrame) -> dict[str, str]:
    """Return the hub that carries most of each place's freight through hubs."""
    sums = near_hub.groupby(["place_id", "hub_id"])["t_per_year"].sum().reset_index().sort_values("t_per_year")
    return dict(zip(sums["place_id"], sums["hub_id"], strict=True))


def _summary(
    case: Case, decision: Decision, frames: tuple[pd.DataFrame, ...], facts: Mapping[str, Any]
) -> dict[str, Any]:
    ways, prices, flows, hubs = frames
    fixed = float(hubs["fixed_vnd_per_year"].sum())
    objective = float(flows["vnd_per_year"].sum()) + fixed
    return {
        "name": case.scenario.name,
        "title": case.scenario.title,
        "year": case.scenario.year,
        "status": "optimal" if decision.is_proved else "feasible",
        "stopped": decision.chosen.solution.stopped,
        "objective_vnd_per_year": objective,
        "bound_vnd_per_year": settled_bound(decision.bound_vnd_per_year, objective),
        "gap": relative_gap(objective, decision.bound_vnd_per_year),
        "direct_vnd_per_year": decision.direct_vnd_per_year,
        "saving_vnd_per_year": decision.direct_vnd_per_year - objective,
        "new_hubs_asked": case.scenario.new_hubs,
        "hubs": hubs[["hub_id", "tier", "capacity_t_per_year", "throughput_t_per_year", "fixed_vnd_per_year", "period",
                      "is_new"]].to_dict("records"),
        "curve": [_curve_row(point, decision) for point in decision.curve],
        "cheapest_new_hubs": decision.cheapest.new_hubs,
        "one_more": one_more(case, decision),
        "totals": totals(case, ways, prices, flows)[0],
        "costs": costs_by_kind(ways, prices, hubs),
        "known_volumes": known_volumes(case, ways),
        "freight_balance": _balance(case),
        "attribution": ATTRIBUTION,
        "warnings": list(case.warnings),
        **facts,
    }  # fmt: skip


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
        "barge_t_per_year": float(tonnes[flows["mode"] == "barge"].sum()),
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


def costs_by_kind(ways: pd.DataFrame, prices: pd.DataFrame, hubs: pd.DataFrame) -> dict[str, float]:
    """Return the yearly cost by kind; they add up to the cost of the plan."""
    variable = {kind: _weighted(prices[kind], ways) for kind in KINDS}
    return variable | {"fixed": float(hubs["fixed_vnd_per_year"].sum())}


def _weighted(per_t: "pd.Series[Any]", ways: pd.DataFrame) -> float:
    """Return the yearly sum of something given per tonne."""
    return float(per_t.to_numpy(float) @ ways["t_per_year"].to_numpy(float))


def _balance(case: Case) -> dict[str, float]:
    rounds = case.freight.convergence
    return {"rounds": int(rounds["rounds"].max()), "largest_residual": float(rounds["residual"].max())}
