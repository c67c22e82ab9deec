"""One phase of a plan written as tables: hubs, flows, places and links."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.costs import MODES, RESOURCE_OF_SIZE
from logistics.loads import link_loads
from logistics.sites import CLOSED, NOT_YET, RESOURCES
from logistics.ways import price_ways


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
    barge = passing[passing["mode"] == "barge"].groupby("hub_id")["t_per_year"].sum()
    table = sites[["hub_id", "name_vi", "name_en", "type"]].assign(
        province=sites["province_2024"], lon=sites["lon"], lat=sites["lat"], is_new=~sites["stands_ever"],
        tier=[option.tier for option in opened], period=str(case.year),
        land_ha=[option.land_ha for option in opened], new_land_ha=[option.new_land_ha for option in opened],
        capital_vnd=[option.capital_vnd for option in opened],
    )  # fmt: skip
    table.insert(list(table.columns).index("province") + 1, "province_2025", _since_2025(case, table["province"]))
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
    places.insert(list(places.columns).index("province") + 1, "province_2025", _since_2025(case, places["province"]))
    return places.assign(
        out_t_per_year=ids.map(flows.groupby("origin_id")["t_per_year"].sum()).fillna(0.0),
        in_t_per_year=ids.map(flows.groupby("destination_id")["t_per_year"].sum()).fillna(0.0),
        via_hub_t_per_year=ids.map(near_hub.groupby("place_id")["t_per_year"].sum()).fillna(0.0),
        hub_id=[main_hub.get(place_id, "") for place_id in ids],
        connector_km=ids.map(case.connected.connector_km),
        opened=ids.isin(working),
    )


def _since_2025(case: Case, province: "pd.Series[Any]") -> "pd.Series[Any]":
    """Return the province since July 2025 of each province before; what lies in none keeps its word."""
    provinces = case.region.provinces
    merged = dict(zip(provinces["name_vi"], provinces["province_2025"], strict=True))
    return province.map(merged).fillna(province)


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
