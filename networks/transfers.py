"""Where cargo changes its mode: terminals, ports and river ports, as links with hours and a class of handling.

Hours stand between a vehicle of the one mode and a vehicle of the other: unloading, waiting in the yard, loading.
Sources of `HANDLING` (the project's parameter table): ``rail_wait`` 36 h, wait and dwell of rail (few trains a week);
``barge_wait`` 30 h, wait for sailing and dwell; ``end_hours`` 1.5 h, a truck at a place where it loads. Each is an
assumption there, of low confidence. A change of gauge waits for a train again: an assumption, as ``rail_wait``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
import pandas as pd

from networks.errors import NetworkError, TableError
from networks.gauges import YARD
from networks.geodesy import great_circle_km, unit_vectors
from networks.network import REVERSE, Network
from networks.snap import CIRCUITY, CONNECTOR, PLACE, join, snap
from networks.tables import Column, TableContract, check_frame, check_references
from networks.vehicle import URBAN_KM_PER_H

TRANSFER = "transfer"
"""Mode of the links, and the beginning of their names: ``transfer:<terminal>:<node>``, back with ``~``."""

GAUGE_CHANGE = "gauge_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """Hours of a class of handling.

    Parameters
    ----------
    onto_h
        From the road to the train or barge.
    off_h
        From the train or barge to the road.
    """

    onto_h: float
    off_h: float

    def __post_init__(self) -> None:
        if not all(np.isfinite(hours) and hours > 0.0 for hours in (self.onto_h, self.off_h)):
            raise ValueError(f"found onto_h={self.onto_h!r}, off_h={self.off_h!r}, expected finite hours above 0")


HANDLING: Mapping[str, Handling] = MappingProxyType(
    {
        "lift_on_off": Handling(onto_h=36.0, off_h=1.5),
        "quay": Handling(onto_h=30.0, off_h=1.5),
        GAUGE_CHANGE: Handling(onto_h=36.0, off_h=36.0),
    }
)
"""By class: containers and wagons at a rail terminal, barges at a quay, rail to rail of another gauge."""

TRANSFERS = TableContract(
    "transfers",
    (
        Column("transfer_id", "text", "", f"name of the directed transfer; the other direction ends in {REVERSE}"),
        Column("origin_node_id", "text", "", "node where the cargo comes from"),
        Column("destination_node_id", "text", "", "node of the other mode or gauge"),
        Column("handling", "text", "", "class of handling"),
        Column("travel_h", "number", "h", "unloading, waiting and loading, and the way between the nodes", above=0.0),
        Column("length_km", "number", "km", "way between the nodes", low=0.0, blank=True, required=False),
        Column("capacity_t_per_year", "number", "t/year", "that fits", above=0.0, blank=True, required=False),
    ),
    ("transfer_id",),
    extra="keep",
)

TERMINALS = TableContract(
    "terminals",
    (
        Column("terminal_id", "text", "", "name of the terminal"),
        Column("lon", "number", "degrees", "longitude, WGS84", low=-180.0, high=180.0),
        Column("lat", "number", "degrees", "latitude, WGS84", low=-90.0, high=90.0),
        Column("handling", "text", "", "class of handling"),
        Column("node_id", "text", "", "its node of rail or water; blank: the nearest", blank=True, required=False),
        Column("capacity_t_per_year", "number", "t/year", "that fits", above=0.0, blank=True, required=False),
    ),
    ("terminal_id",),
    extra="keep",
)


def meet(
    road: Network,
    other: Network,
    terminals: pd.DataFrame,
    *,
    handling: Mapping[str, Handling] = HANDLING,
    max_km: float = 5.0,
) -> tuple[Network, pd.DataFrame]:
    """Join the roads to the rails or waterways at terminals.

    Parameters
    ----------
    road
        The roads. Where a terminal joins a road between its ends, that road is cut.
    other
        Rails (also in layers, `networks.gauges.by_gauge`: each gauge of a yard gets its transfers) or waterways.
    terminals
        Columns of `TERMINALS`.
    handling
        Hours by class.
    max_km
        Largest great circle distance from a terminal to the roads, and to its node of the other mode.

    Returns
    -------
    tuple
        The roads, cut where need be, and the transfers (`TRANSFERS`) both ways, to hand to `combine`. A transfer
        takes the hours of its class and the way from the road to the terminal, a connector as of a place (great
        circle x `networks.snap.CIRCUITY` at 24 km/h).

    Raises
    ------
    TableError
        The terminals break their contract, or a class of handling is not known.
    TooFarError
        Terminals lie beyond `max_km` of the roads: all are named.
    NetworkError
        Terminals lie beyond `max_km` of the other mode, or a node is unknown.
    """
    checked = check_frame(terminals, TERMINALS, "terminals")
    _check_handling(checked, handling)
    checked = _with_nodes(checked, other, max_km)
    points = checked.rename(columns={"terminal_id": "point_id"})[["point_id", "lon", "lat"]]
    snapped = snap(road, points, max_km=max_km, circuity=CIRCUITY, speed_km_per_h=URBAN_KM_PER_H)
    cut, joints = _joints(road, join(road, snapped), list(points["point_id"]))
    ways = snapped.points[["connector_km", "connector_h"]].assign(joint=joints)
    return cut, _transfers(pd.concat([checked, ways], axis=1), other, handling)


def gauge_changes(
    rail: Network, yards: Collection[str] | None = None, *, handling: Handling = HANDLING[GAUGE_CHANGE]
) -> pd.DataFrame:
    """Return the transfers between the layers of rails of two gauges (`networks.gauges.by_gauge`).

    Parameters
    ----------
    rail
        In layers.
    yards
        Nodes before the layers were taken apart where cargo can change; None: wherever gauges meet.
    handling
        Hours: `onto_h` to the wider gauge, `off_h` to the narrower one.

    Returns
    -------
    pandas.DataFrame
        Columns of `TRANSFERS`; no row where no yard has two gauges.
    """
    nodes = rail.nodes[rail.nodes["gauge_mm"] != ""]
    if yards is not None:
        nodes = nodes[nodes[YARD].isin(list(yards))]
    layers = nodes.assign(width=nodes["gauge_mm"].astype(int)).sort_values([YARD, "width"])
    narrow = layers[layers[YARD].duplicated(keep="last")].reset_index(drop=True)
    wide = layers[layers[YARD].duplicated(keep="first")].reset_index(drop=True)
    ids = pd.Series([f"{TRANSFER}:{name}" for name in wide["node_id"]], dtype="str")
    frame = pd.DataFrame({"transfer_id": ids, "one": narrow["node_id"], "two": wide["node_id"]})
    return _both_ways(
        frame.assign(handling=GAUGE_CHANGE, length_km=0.0, there_h=handling.onto_h, back_h=handling.off_h)
    )


def _check_handling(terminals: pd.DataFrame, handling: Mapping[str, Handling]) -> None:
    faults = check_references(terminals, "handling", handling, "terminals")
    if faults:
        raise TableError(faults)


def _with_nodes(terminals: pd.DataFrame, other: Network, max_km: float) -> pd.DataFrame:
    """Return the terminals, each with a node of the other mode."""
    named = terminals["node_id"] != ""
    other.positions(list(terminals["node_id"][named]))
    found = terminals["node_id"].where(named, _nearest(other, terminals)).reset_index(drop=True)
    at = other.nodes.iloc[other.positions(list(found))]
    km = great_circle_km(terminals["lon"], terminals["lat"], at["lon"].to_numpy(), at["lat"].to_numpy())
    far = [
        f"{name} is {gap:.1f} km away" for name, gap in zip(terminals["terminal_id"], km, strict=True) if gap > max_km
    ]
    if far:
        raise NetworkError(
            f"{len(far)} of {len(km)} terminals lie more than {max_km:g} km from rails or water: {'; '.join(far)}. "
            "Check their coordinates, or allow more with max_km"
        )
    return terminals.assign(node_id=found)


def _nearest(other: Network, terminals: pd.DataFrame) -> "pd.Series[str]":
    from scipy.spatial import cKDTree  # noqa: PLC0415  (0.1 s at import of the package)

    used = other.nodes.iloc[np.unique(np.concatenate(other.ends()))]
    tree = cKDTree(unit_vectors(used["lon"], used["lat"]))
    rows = tree.query(unit_vectors(terminals["lon"], terminals["lat"]))[1]
    return used["node_id"].iloc[rows].set_axis(terminals.index)


def _joints(road: Network, joined: Network, names: list[str]) -> tuple[Network, "pd.Series[str]"]:
    """Return the roads with their cuts but without the places, and the node at which each place joins."""
    rows = joined.link_positions([CONNECTOR + name for name in names])
    joints = joined.links["destination_node_id"].iloc[rows].reset_index(drop=True)
    if set(joints) <= set(road.nodes["node_id"]):
        return road, joints
    own = [CONNECTOR + name for name in names]
    links = joined.links[~joined.links["link_id"].isin([*own, *(name + REVERSE for name in own)])]
    nodes = joined.nodes[~joined.nodes["node_id"].isin([PLACE + name for name in names])]
    return replace(joined, nodes=nodes, links=links), joints


def _transfers(terminals: pd.DataFrame, other: Network, handling: Mapping[str, Handling]) -> pd.DataFrame:
    yards = other.nodes[YARD] if YARD in other.nodes else other.nodes["node_id"]
    layers = pd.DataFrame({"two": other.nodes["node_id"], "yard": yards})
    yard_of = dict(zip(layers["two"], layers["yard"], strict=True))
    each = terminals.assign(yard=terminals["node_id"].map(yard_of)).merge(layers, on="yard")
    frame = pd.DataFrame(
        {
            "transfer_id": TRANSFER + ":" + each["terminal_id"] + ":" + each["two"],
            "one": each["joint"],
            "two": each["two"],
            "handling": each["handling"],
            "length_km": each["connector_km"],
            "there_h": each["connector_h"] + each["handling"].map({name: own.onto_h for name, own in handling.items()}),
            "back_h": each["connector_h"] + each["handling"].map({name: own.off_h for name, own in handling.items()}),
            "capacity_t_per_year": each["capacity_t_per_year"],
        }
    )
    return _both_ways(frame)


def _both_ways(frame: pd.DataFrame) -> pd.DataFrame:
    """Return transfers between the nodes one and two as two directed ones, of there_h and back_h."""
    there = frame.rename(columns={"one": "origin_node_id", "two": "destination_node_id", "there_h": "travel_h"})
    back = frame.rename(columns={"two": "origin_node_id", "one": "destination_node_id", "back_h": "travel_h"})
    back = back.assign(transfer_id=frame["transfer_id"] + REVERSE)
    names = [name for name in TRANSFERS.names if name in there]
    return pd.concat([there[names], back[names]], ignore_index=True)
