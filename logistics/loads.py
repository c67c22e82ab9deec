"""Tonnes put back on the links: what each road, waterway and railway carries with the hubs, and without any."""

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
        `t_per_year`, `direct_t_per_year` (all freight on its direct truck), `geometry`.
    """
    connected = case.connected
    roads = _links(connected.network, "road")
    with_hubs = road_loads(case, truck_trips(case, ways))
    without = road_loads(case, truck_trips(case, direct_ways(case)))
    roads["t_per_year"] = roads["link_id"].map(with_hubs).fillna(0.0)
    roads["direct_t_per_year"] = roads["link_id"].map(without).fillna(0.0)
    water = _links(connected.water, "waterway").assign(t_per_year=0.0, direct_t_per_year=0.0)
    afloat = barge_trips(case, ways)
    if len(afloat):
        carried = networks.assign(connected.water, afloat, by="km").set_index("link_id")["t_per_year"]
        water["t_per_year"] = water["link_id"].map(carried).fillna(0.0)
    columns = [name for name in roads.columns if name != "geometry"]
    frames = [roads, water] if connected.rails is None else [roads, water, _rail_loads(case, ways, connected.rails)]
    return pd.concat(frames, ignore_index=True)[[*columns, "geometry"]]


def _rail_loads(case: Case, ways: pd.DataFrame, rails: Rails) -> pd.DataFrame:
    """Return the railways with what each carries; a track of two gauges stands once in each layer."""
    links = _links(rails.network, "rail").assign(t_per_year=0.0, direct_t_per_year=0.0)
    trips = rail_trips(case, ways, rails)
    if len(trips):
        carried = networks.assign(rails.network, trips, by="km").set_index("link_id")["t_per_year"]
        links["t_per_year"] = links["link_id"].map(carried).fillna(0.0)
    return links


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
