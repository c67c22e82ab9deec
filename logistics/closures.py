"""The roads a plan leans on: what its truck trips would cost a year more if a road were closed.

A road is all links that join the same two nodes under the same number and class: both directions close together.
Trips are priced as the way is chosen (`tariffs.Truck.way_vnd`): driving it out and empty back, tolls included, each
vehicle class on its cheapest way with the road and without it. That price never falls as roads close. Freight keeps
its hub and its mode; trips that no road is left for are told apart, for they have no price.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

import networks
from logistics.case import Case
from logistics.connect import way_column
from logistics.distances import Floats, Indices
from logistics.link_use import between, truck_trips_per_year, vehicle_paths
from networks import Paths
from networks.snap import CONNECTOR

CANDIDATES_A_CLOSURE: Final = 3
LEAST_CANDIDATES: Final = 30
"""The roads tried: three times those asked for and at least so many, by their trucks."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Closure:
    """A road closed.

    Parameters
    ----------
    link_ids
        Its links, both directions.
    trips_per_year, t_per_year
        Loaded trips that use it, and their tonnes.
    extra_vnd_per_year
        What the trips that find another way cost more.
    cut_off
        A row a pair of places and vehicle class left without a way: `origin_id`, `destination_id`, `vehicle`,
        `trips_per_year`, `t_per_year`.
    """

    link_ids: tuple[str, ...]
    origin_node_id: str
    destination_node_id: str
    highway: str
    ref: str
    trips_per_year: float
    t_per_year: float
    extra_vnd_per_year: float
    cut_off: pd.DataFrame

    @property
    def cut_off_t_per_year(self) -> float:
        """Return the tonnes left without a way."""
        return float(self.cut_off["t_per_year"].sum())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fleet:
    """The trips of one vehicle class: `pairs` with their trips and tonnes a year, paths and cost of a trip."""

    vehicle: str
    pairs: pd.DataFrame
    paths: Paths
    trip_vnd: Floats


class RoadTrips:
    """The truck trips of a plan on its roads, any of which can be closed.

    Parameters
    ----------
    case, ways
        A phase of a plan and the ways it uses.
    """

    def __init__(self, case: Case, ways: pd.DataFrame) -> None:
        self._case = case
        trips = truck_trips_per_year(case, ways)
        self._fleets = [self._fleet(str(vehicle), rows) for vehicle, rows in trips.groupby("vehicle")]
        links = case.connected.network.links
        self.trips_per_year = self._on_links("trips_per_year")
        self.road = _roads(links)

    def _fleet(self, vehicle: str, rows: pd.DataFrame) -> _Fleet:
        sums = rows.groupby(["origin", "destination"])[["trips_per_year", "t_per_year"]].sum()
        ends = between(rows)
        pairs = sums.reindex(pd.MultiIndex.from_frame(ends)).reset_index()
        found = vehicle_paths(self._case, vehicle, pairs)
        by_link = self._case.connected.network.links[way_column(vehicle)].to_numpy(float)
        trip_vnd = np.bincount(found.trip, weights=by_link[found.link], minlength=len(pairs)).astype(float)
        return _Fleet(vehicle=vehicle, pairs=pairs, paths=found, trip_vnd=trip_vnd)

    def _on_links(self, column: str) -> Floats:
        total = np.zeros(len(self._case.connected.network.links))
        for fleet in self._fleets:
            total += fleet.paths.load(fleet.pairs[column].to_numpy(float))
        return total

    def close(self, links: Collection[int]) -> Closure:
        """Return what closing links costs; the road is named after the first of them."""
        rows = np.array(sorted(links), dtype=np.intp)
        found = [self._rerouted(fleet, rows) for fleet in self._fleets]
        table = self._case.connected.network.links.iloc[rows]
        first = table.iloc[0]
        return Closure(
            link_ids=tuple(table["link_id"]),
            origin_node_id=str(first["origin_node_id"]), destination_node_id=str(first["destination_node_id"]),
            highway=str(first.get("highway", "")), ref=str(first.get("ref", "")),
            trips_per_year=sum(used["trips_per_year"].sum() for used, _, _ in found),
            t_per_year=sum(used["t_per_year"].sum() for used, _, _ in found),
            extra_vnd_per_year=sum(extra for _, extra, _ in found),
            cut_off=pd.concat([lost for _, _, lost in found], ignore_index=True),
        )  # fmt: skip

    def _rerouted(self, fleet: _Fleet, rows: Indices) -> tuple[pd.DataFrame, float, pd.DataFrame]:
        """Return the pairs of a class that use the links, what their other ways cost more, and those with none."""
        at = fleet.paths.over(rows)
        used = fleet.pairs.iloc[at]
        then = self._without(fleet.vehicle, used, rows)
        # a path chosen among equals may be some 1e-10 dearer than the best: a closure never pays
        more = np.maximum(then - fleet.trip_vnd[at], 0.0)
        lost = ~np.isfinite(then)
        extra = float(more[~lost] @ used["trips_per_year"].to_numpy(float)[~lost])
        ids = np.asarray(self._case.connected.distances.place_ids, dtype=object)
        gone = used[lost]
        named = pd.DataFrame(
            {"origin_id": ids[gone["origin"]], "destination_id": ids[gone["destination"]], "vehicle": fleet.vehicle,
             "trips_per_year": gone["trips_per_year"].to_numpy(), "t_per_year": gone["t_per_year"].to_numpy()}
        )  # fmt: skip
        return used, extra, named

    def _without(self, vehicle: str, pairs: pd.DataFrame, rows: Indices) -> Floats:
        """Return the cost of a trip between each pair with the links closed, inf where there is no way."""
        if pairs.empty:
            return np.zeros(0)
        network, column = self._case.connected.network, way_column(vehicle)
        weights = network.links[column].to_numpy(float).copy()
        weights[rows] = np.inf
        nodes = self._case.connected.nodes.to_numpy()
        starts, row = np.unique(pairs["origin"], return_inverse=True)
        goals, goal = np.unique(pairs["destination"], return_inverse=True)
        found = networks.travel(
            network, list(nodes[starts]), list(nodes[goals]), by=column, accumulate=(column,), weights=weights
        )
        sums: Floats = found.sums[column][row, goal]
        return sums


def worst_closures(case: Case, ways: pd.DataFrame, count: int = 10) -> list[Closure]:
    """Return the roads whose closure hurts a plan most, the worst first.

    Roads that cut freight off come first, by its tonnes; the others by what the detours cost. Only the most used
    roads are tried (`LEAST_CANDIDATES`); the connectors of places are no roads.
    """
    network = RoadTrips(case, ways)
    tried = busiest(network, max(LEAST_CANDIDATES, CANDIDATES_A_CLOSURE * count))
    found = [network.close(np.flatnonzero(network.road == road).tolist()) for road in tried]
    return sorted(found, key=lambda one: (-one.cut_off_t_per_year, -one.extra_vnd_per_year))[:count]


def busiest(network: RoadTrips, count: int) -> Sequence[int]:
    """Return the numbers of the roads with most loaded trips, both directions together."""
    trips = np.bincount(network.road[network.road >= 0], weights=network.trips_per_year[network.road >= 0])
    ranked = np.argsort(-trips, kind="stable")[:count]
    return [int(road) for road in ranked if trips[road] > 0]


def _roads(links: pd.DataFrame) -> Indices:
    """Return the number of the road of each link; -1 for connectors."""
    ends = np.sort(links[["origin_node_id", "destination_node_id"]].to_numpy(dtype=str), axis=1)
    texts = {name: links.get(name, pd.Series("", index=links.index)).astype(str) for name in ("ref", "highway")}
    keys = pd.DataFrame({"low": ends[:, 0], "high": ends[:, 1], **texts}, index=links.index)
    number = keys.groupby(["low", "high", "ref", "highway"], sort=False).ngroup().to_numpy()
    return np.where(links["link_id"].str.startswith(CONNECTOR), -1, number)
