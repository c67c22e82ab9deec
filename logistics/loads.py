"""Tonnes put back on the links: what each road, waterway and railway carries with the hubs, and without any."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import networks
from logistics.case import Case
from logistics.connect import way_column
from logistics.costs import BARGE, BETWEEN_HUBS, DIRECT_TRUCK, FEEDER_TRUCK, RAIL, TRUCK, line_truck
from logistics.distances import Floats, Indices
from logistics.rails import Rails
from logistics.tariffs import VEHICLES
from logistics.ways import direct_ways
from networks.geodesy import write_line

DIRECT, FEEDER, LINE, TRUNK = range(4)
"""Legs by truck: whole way, between an end and a hub, from a hub to the far end, between two hubs."""


def link_loads(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return the load of every link.

    Returns
    -------
    DataFrame
        `link_id`, `origin_node_id`, `destination_node_id`, `mode`, `highway`, `ref`, `length_km`,
        `t_per_year`, `direct_t_per_year` (all freight on its direct truck), tonnes by commodity
        (`general_t_per_year` ...), `geometry`. A track of two gauges stands once in each layer of the railways.
    """
    connected, parts = case.connected, ways_by_goods(case, ways)
    direct = road_loads(case, truck_trips(case, direct_ways(case)))
    frames = [
        _layer(connected.network, "road", parts, partial(_by_truck, case), direct),
        _layer(connected.water, "waterway", parts, partial(_by_barge, case)),
    ]
    if (rails := connected.rails) is not None:
        frames.append(_layer(rails.network, "rail", parts, partial(_by_rail, case, rails)))
    loads = pd.concat(frames, ignore_index=True)
    return loads[[*(name for name in loads.columns if name != "geometry"), "geometry"]]


def ways_by_goods(case: Case, ways: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return all ways under "", then those of each commodity of the region."""
    commodity = case.flows["commodity"].to_numpy()[ways["flow"].to_numpy()]
    return {"": ways} | {str(name): ways[commodity == name] for name in case.region.commodity_names.index}


def _layer(
    network: networks.Network,
    mode: str,
    ways: Mapping[str, pd.DataFrame],
    carried: Callable[[pd.DataFrame], "pd.Series[float]"],
    direct: "pd.Series[float] | None" = None,
) -> pd.DataFrame:
    """Return the links of a mode with what they carry, of all freight and of each commodity."""
    links = _links(network, mode)
    tonnes = {name: links["link_id"].map(carried(part)).fillna(0.0) for name, part in ways.items()}
    without = 0.0 if direct is None else links["link_id"].map(direct).fillna(0.0)
    goods = {f"{name}_t_per_year": column for name, column in tonnes.items() if name}
    return links.assign(t_per_year=tonnes[""], direct_t_per_year=without, **goods)


def _by_truck(case: Case, ways: pd.DataFrame) -> "pd.Series[float]":
    return road_loads(case, truck_trips(case, ways))


def _by_barge(case: Case, ways: pd.DataFrame) -> "pd.Series[float]":
    return _assigned(case.connected.water, barge_trips(case, ways))


def _by_rail(case: Case, rails: Rails, ways: pd.DataFrame) -> "pd.Series[float]":
    return _assigned(rails.network, rail_trips(case, ways, rails))


def _assigned(network: networks.Network, trips: pd.DataFrame) -> "pd.Series[float]":
    """Return tonnes by link, each trip on its shortest way."""
    if not len(trips):
        return pd.Series(dtype=float)
    return networks.assign(network, trips, by="km").set_index("link_id")["t_per_year"]


def _links(network: networks.Network, mode: str) -> pd.DataFrame:
    """Return the links with every column of the table, straight ones drawn between their nodes."""
    links = network.links
    names = ["link_id", "origin_node_id", "destination_node_id"]
    texts = {name: links.get(name, "") for name in ("highway", "ref")}
    frame = links[names].assign(mode=mode, **texts, length_km=links["length_km"], geometry=_drawn(network))
    return frame.reset_index(drop=True)


def _drawn(network: networks.Network) -> list[str]:
    """Return the line of each link as text; one without a line is drawn straight between its nodes."""
    return [write_line(line) for line in network.lines(range(len(network.links)))]


def road_loads(case: Case, trips: pd.DataFrame) -> "pd.Series[float]":
    """Return tonnes by link, each vehicle class on the ways that cost it least."""
    network = case.connected.network
    parts = [
        networks.assign(network, trips[trips["vehicle"] == vehicle], by=way_column(vehicle))
        for vehicle in VEHICLES
        if (trips["vehicle"] == vehicle).any()
    ]
    if not parts:
        return pd.Series(dtype=float)
    return pd.concat(parts).groupby("link_id")["t_per_year"].sum()


def truck_trips(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return tonnes between nodes of the road network, `origin`, `destination`, `vehicle`, `t_per_year`."""
    trips = truck_legs(case, ways)[["origin", "destination", "t_per_year", "vehicle"]]
    nodes = case.connected.nodes.to_numpy()
    return _between(trips, nodes[trips["origin"]], nodes[trips["destination"]])


def truck_legs(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return every leg by truck of every way.

    Returns
    -------
    DataFrame
        `origin`, `destination` (positions in the distances, in the direction of the freight), `t_per_year`,
        `vehicle`, `leg`, `end` (the position whose balance caps the loads back) and `flow`.
    """
    flow = ways["flow"].to_numpy()
    near, far = case.near[flow], case.far[flow]
    site, second = ways["site"].to_numpy(), ways["second"].to_numpy()
    through, both = site >= 0, second >= 0
    by_truck = ways["mode"].to_numpy() == TRUCK
    line = through & ~both & by_truck
    hub, far_hub = _positions(case, site), _positions(case, second)
    tonnes = ways["t_per_year"].to_numpy(float)
    trucks = [
        (DIRECT_TRUCK[kind.shipment], FEEDER_TRUCK[kind.shipment], line_truck(kind), BETWEEN_HUBS)
        for kind in case.kinds
    ]
    vehicle = np.asarray(trucks)[case.kind_of[flow]]
    outward = np.array([kind.direction == "out" for kind in case.kinds])[case.kind_of[flow]]
    legs = [
        _directed((begin[rows], end[rows]), outward[rows], tonnes[rows]).assign(
            vehicle=vehicle[rows, leg], leg=leg, end=capped[rows], flow=flow[rows]
        )
        for leg, rows, begin, end, capped in (
            (DIRECT, ~through, near, far, far), (FEEDER, through, near, hub, near), (LINE, line, hub, far, far),
            (TRUNK, both & by_truck, hub, far_hub, far), (FEEDER, both, far_hub, far, far),
        )
    ]  # fmt: skip
    return pd.concat(legs, ignore_index=True)


def _positions(case: Case, site: Indices) -> Indices:
    """Return where sites stand in the distances; anything for -1."""
    return np.where(site >= 0, case.site_positions[site] if len(case.sites) else 0, 0)


def barge_trips(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return tonnes between nodes of the waterways."""
    trips = _carried(case, ways, BARGE).assign(vehicle="barge")
    ids = np.asarray(case.connected.distances.place_ids)
    quay = case.connected.quays
    return _between(
        trips,
        quay.reindex(ids[trips["origin"]]).to_numpy(),
        quay.reindex(ids[trips["destination"]]).to_numpy(),
    )


def rail_trips(case: Case, ways: pd.DataFrame, rails: Rails) -> pd.DataFrame:
    """Return tonnes between stations."""
    trips = _carried(case, ways, RAIL)
    origins, destinations = trips["origin"].to_numpy(dtype=np.intp), trips["destination"].to_numpy(dtype=np.intp)
    apart = case.connected.distances.apart
    return rails.trips(origins - apart, destinations - apart, trips["t_per_year"].to_numpy(float))


def _carried(case: Case, ways: pd.DataFrame, mode: int) -> pd.DataFrame:
    """Return the legs by barge or train: from a hub to the far end, or to the hub at the far end."""
    used = ways[(ways["mode"] == mode) & (ways["site"] >= 0)]
    flow, second = used["flow"].to_numpy(), used["second"].to_numpy()
    out = (case.flows["direction"] == "out").to_numpy()[flow]
    beyond = np.where(second >= 0, _positions(case, second), case.far[flow])
    return _directed((_positions(case, used["site"].to_numpy()), beyond), out, used["t_per_year"].to_numpy(float))


def _directed(ends: tuple[Indices, Indices], outward: NDArray[np.bool_], tonnes: Floats) -> pd.DataFrame:
    near, far = ends
    return pd.DataFrame(
        {"origin": np.where(outward, near, far), "destination": np.where(outward, far, near), "t_per_year": tonnes}
    )


def _between(trips: pd.DataFrame, origins: NDArray[np.object_], destinations: NDArray[np.object_]) -> pd.DataFrame:
    named = trips.assign(origin=origins, destination=destinations)
    named = named[named["origin"] != named["destination"]]
    return named.groupby(["origin", "destination", "vehicle"], sort=True)["t_per_year"].sum().reset_index()
