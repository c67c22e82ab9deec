"""Tonnes put back on the links: what each road and waterway carries with the hubs, and without any."""

import numpy as np
import pandas as pd

import networks
from logistics.case import Case
from logistics.costs import MODES
from logistics.ways import direct_ways

BARGE = MODES.index("barge")


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
    with_hubs = networks.assign(connected.network, truck_trips(case, ways)).set_index("link_id")["t_per_year"]
    without = networks.assign(connected.network, truck_trips(case, direct_ways(case))).set_index("link_id")[
        "t_per_year"
    ]
    roads["t_per_year"] = roads["link_id"].map(with_hubs).fillna(0.0)
    roads["direct_t_per_year"] = roads["link_id"].map(without).fillna(0.0)
    water = _links(connected.water, "waterway").assign(t_per_year=0.0, direct_t_per_year=0.0)
    afloat = barge_trips(case, ways)
    if len(afloat):
        carried = networks.assign(connected.water, afloat, by="km").set_index("link_id")["t_per_year"]
        water["t_per_year"] = water["link_id"].map(carried).fillna(0.0)
    columns = [name for name in roads.columns if name != "geometry"]
    return pd.concat([roads, water], ignore_index=True)[[*columns, "geometry"]]


def _links(network: networks.Network, mode: str) -> pd.DataFrame:
    """Return the links with every column of the table, straight ones drawn between their nodes."""
    links = network.links
    names = ["link_id", "origin_node_id", "destination_node_id"]
    texts = {name: links.get(name, "") for name in ("highway", "ref")}
    frame = links[names].assign(mode=mode, **texts, length_km=links["length_km"], geometry=_drawn(network))
    return frame.reset_index(drop=True)


def _drawn(network: networks.Network) -> pd.Series:
    """Return the line of each link; one without a line is drawn straight between its nodes."""
    points = network.nodes["lon"].map("{:.5f}".format) + " " + network.nodes["lat"].map("{:.5f}".format)
    origins, destinations = network.ends()
    straight = points.to_numpy()[origins] + ";" + points.to_numpy()[destinations]
    return network.links["geometry"].where(network.links["geometry"] != "", straight)


def truck_trips(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return tonnes between nodes of the road network, `origin`, `destination`, `t_per_year`."""
    flow = ways["flow"].to_numpy()
    near, far, site = case.near[flow], case.far[flow], ways["site"].to_numpy()
    through = site >= 0
    hub = np.where(through, case.site_positions[site] if len(case.sites) else 0, 0)
    out = (case.flows["direction"] == "out").to_numpy()[flow]
    line = through & (ways["mode"].to_numpy() != BARGE)
    t_per_year = ways["t_per_year"].to_numpy(float)
    pairs = [
        _directed(near[~through], far[~through], out[~through], t_per_year[~through]),
        _directed(near[through], hub[through], out[through], t_per_year[through]),
        _directed(hub[line], far[line], out[line], t_per_year[line]),
    ]
    trips = pd.concat(pairs, ignore_index=True)
    nodes = case.connected.nodes.to_numpy()
    return _between(trips, nodes[trips["origin"]], nodes[trips["destination"]])


def barge_trips(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return tonnes between nodes of the waterways."""
    barge = ways[(ways["mode"] == BARGE) & (ways["site"] >= 0)]
    flow = barge["flow"].to_numpy()
    out = (case.flows["direction"] == "out").to_numpy()[flow]
    hub = case.site_positions[barge["site"].to_numpy()] if len(barge) else np.zeros(0, dtype=np.intp)
    trips = _directed(hub, case.far[flow], out, barge["t_per_year"].to_numpy(float))
    ids = np.asarray(case.connected.distances.place_ids)
    quay = case.connected.quays
    return _between(
        trips,
        quay.reindex(ids[trips["origin"]]).to_numpy(),
        quay.reindex(ids[trips["destination"]]).to_numpy(),
    )


def _directed(near: np.ndarray, far: np.ndarray, out: np.ndarray, t_per_year: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "origin": np.where(out, near, far),
            "destination": np.where(out, far, near),
            "t_per_year": t_per_year,
        }
    )


def _between(trips: pd.DataFrame, origins: np.ndarray, destinations: np.ndarray) -> pd.DataFrame:
    named = pd.DataFrame({"origin": origins, "destination": destinations, "t_per_year": trips["t_per_year"].to_numpy()})
    named = named[named["origin"] != named["destination"]]
    return named.groupby(["origin", "destination"], sort=True)["t_per_year"].sum().reset_index()
