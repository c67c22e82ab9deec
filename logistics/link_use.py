"""Who uses each road of a plan: trucks a day by class, tonnes by commodity, tolls a year, before and after the hubs.

A leg of t tonnes a year is t / mean load trips, each on the way that costs its class least, the mean loads being those
that `costs` prices with. Of every trip the share that finds no load back returns empty; as in the price the return is
taken over the way out, so a road carries the empty trucks of the trips that go out over it. Tolls are those of the
price: both directions less the part of the returns that another load pays. They add up to the plan's cost of toll.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

import networks
from logistics.audit_keys import read_ways
from logistics.case import Case
from logistics.connect import TOLL, way_column
from logistics.costs import FlowClass, Load
from logistics.distances import Floats, Indices
from logistics.errors import InputError
from logistics.loads import DIRECT, FEEDER, LINE, TRUNK, truck_legs
from logistics.run_folder import RunTables
from logistics.tariffs import VEHICLES, Truck
from logistics.timeline import Timeline
from logistics.ways import direct_ways

DAYS: Final = 365
BEFORE: Final = "direct_"
"""Begins the columns of the same freight all on its direct truck."""
WHERE: Final = ["link_id", "origin_node_id", "destination_node_id", "highway", "ref", "length_km"]
SUMS: Final = ("tkm_per_year", "truck_km_per_day", "empty_truck_km_per_day", "toll_vnd_per_year")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkUse:
    """What the roads of a plan carry.

    Parameters
    ----------
    links
        A row a phase and road link that is used before or after: `period`, the link, and per year or day
        `t_per_year`, `trucks_per_day` (loaded), the same by class (`c40_trucks_per_day` ...),
        `empty_trucks_per_day`, tonnes by commodity (`general_t_per_year` ...), `toll_vnd_per_year`; each again with
        `direct_` before it for the same freight with no hub at all.
    by_class, by_number
        A row a phase and class of road (`highway`) or road number (`ref`): t-km a year, loaded and empty truck-km a
        day, tolls a year, after and before.
    """

    links: pd.DataFrame
    by_class: pd.DataFrame
    by_number: pd.DataFrame


def link_use(timeline: Timeline, tables: RunTables) -> LinkUse:
    """Work out the use of every road of a run from its flows."""
    links = pd.concat([_of_phase(case, plan_ways(case, tables)) for case in timeline.cases], ignore_index=True)
    return LinkUse(links=links, by_class=totals(links, "highway"), by_number=totals(links, "ref"))


def plan_ways(case: Case, tables: RunTables) -> pd.DataFrame:
    """Return the ways of a run in one phase.

    Raises
    ------
    InputError
        If the flows are not those of the scenario.
    """
    flows = tables.flows[tables.flows["period"] == str(case.year)]
    known = flows["flow_id"].isin([f"f{number:06d}" for number in range(len(case.flows))])
    hubs = {"", *case.sites["hub_id"]}
    if not (known & flows["hub_id"].isin(hubs) & flows["second_hub_id"].isin(hubs)).all():
        raise InputError("flows.csv: not the flows of this scenario; run `logistics audit` to see which")
    return read_ways(case, flows)


def _of_phase(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    roads = case.connected.network.links
    columns = {name: roads.get(name, "") for name in WHERE}
    after, before = loads(case, ways), loads(case, direct_ways(case))
    table = pd.DataFrame(columns).assign(**after, **{f"{BEFORE}{name}": values for name, values in before.items()})
    table.insert(0, "period", str(case.year))
    return table[(table["t_per_year"] > 0) | (table[f"{BEFORE}t_per_year"] > 0)]


def loads(case: Case, ways: pd.DataFrame) -> dict[str, Floats]:
    """Return what ways put on each link of the road network, by column."""
    network = case.connected.network
    trips = truck_trips_per_year(case, ways)
    commodities = list(case.region.commodity_names.index)
    tonnes = {name: np.zeros(len(network.links)) for name in commodities}
    trucks = {vehicle: np.zeros(len(network.links)) for vehicle in VEHICLES}
    empty, toll = np.zeros(len(network.links)), np.zeros(len(network.links))
    for vehicle, rows in trips.groupby("vehicle"):
        ends = between(rows)
        paths = vehicle_paths(case, str(vehicle), ends)
        trucks[str(vehicle)] = paths.load(_by_pair(rows, ends, rows["trips_per_year"])) / DAYS
        back = _by_pair(rows, ends, rows["trips_per_year"] * rows["empty"])
        empty += paths.load(back) / DAYS
        out = _by_pair(rows, ends, rows["trips_per_year"])
        share = Truck.from_ledger(case.region.ledger, str(vehicle)).toll_share
        toll += paths.load(out + back) * share * network.links[TOLL].to_numpy(float)
        for name in commodities:
            tonnes[name] += paths.load(_by_pair(rows, ends, rows["t_per_year"] * (rows["commodity"] == name)))
    return {
        "t_per_year": sum(tonnes.values(), start=np.zeros(len(network.links))),
        "trucks_per_day": sum(trucks.values(), start=np.zeros(len(network.links))),
        **{f"{vehicle}_trucks_per_day": values for vehicle, values in trucks.items()},
        "empty_trucks_per_day": empty,
        **{f"{name}_t_per_year": values for name, values in tonnes.items()},
        "toll_vnd_per_year": toll,
    }


def between(trips: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of positions that trips go between, each once."""
    return trips[["origin", "destination"]].drop_duplicates().sort_values(["origin", "destination"])


def vehicle_paths(case: Case, vehicle: str, ends: pd.DataFrame) -> networks.Paths:
    """Return the ways a vehicle class takes between pairs of positions."""
    nodes = case.connected.nodes.to_numpy()
    origins, destinations = (nodes[ends[name]].tolist() for name in ("origin", "destination"))
    return networks.paths(case.connected.network, origins, destinations, by=way_column(vehicle))


def _by_pair(rows: pd.DataFrame, ends: pd.DataFrame, values: "pd.Series[float]") -> Floats:
    """Return the sum of values of trips for each of their pairs."""
    sums = values.groupby([rows["origin"], rows["destination"]]).sum()
    return np.asarray(sums.reindex(pd.MultiIndex.from_frame(ends)), dtype=np.float64)


def truck_trips_per_year(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return the legs by truck (`loads.truck_legs`) with `commodity`, `trips_per_year` and `empty`.

    `empty` is the share of trips that return without a load.
    """
    legs = truck_legs(case, ways)
    mean_t, matched = np.ones(len(legs)), np.zeros(len(legs))
    code, leg, end = case.kind_of[legs["flow"]], legs["leg"].to_numpy(), legs["end"].to_numpy()
    for number, kind in enumerate(case.kinds):
        for of_leg in (DIRECT, FEEDER, LINE, TRUNK):
            rows = np.flatnonzero((code == number) & (leg == of_leg))
            load = _load(case, kind, of_leg, end[rows])
            mean_t[rows], matched[rows] = load.mean_t, load.matched
    commodity = case.flows["commodity"].to_numpy()[legs["flow"]]
    return legs.assign(commodity=commodity, trips_per_year=legs["t_per_year"] / mean_t, empty=1.0 - matched)


def _load(case: Case, kind: FlowClass, leg: int, end: Indices) -> Load:
    pricing = case.pricing
    of_leg = {
        DIRECT: pricing.direct_load, FEEDER: pricing.feeder_load, LINE: pricing.line_load, TRUNK: pricing.trunk_load,
    }  # fmt: skip
    return of_leg[leg](kind, end)


def totals(links: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the sums of links by phase and a column, those with most t-km first within a phase."""
    frames = {name: _with_km(links, prefix) for name, prefix in (("", ""), (BEFORE, BEFORE))}
    wide = pd.concat([frame.add_prefix(name) for name, frame in frames.items()], axis=1)
    sums = wide.groupby([links["period"], links[by]]).sum().reset_index()
    return sums.sort_values(["period", "tkm_per_year"], ascending=[True, False], kind="stable").reset_index(drop=True)


def _with_km(links: pd.DataFrame, prefix: str) -> pd.DataFrame:
    km = links["length_km"]
    values = {
        "tkm_per_year": links[f"{prefix}t_per_year"] * km,
        "truck_km_per_day": links[f"{prefix}trucks_per_day"] * km,
        "empty_truck_km_per_day": links[f"{prefix}empty_trucks_per_day"] * km,
        "toll_vnd_per_year": links[f"{prefix}toll_vnd_per_year"],
    }
    return pd.DataFrame(values)[list(SUMS)]
