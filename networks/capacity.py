"""How much traffic a link carries in an hour, in passenger car units (pcu).

Sources
-------
TCVN 4054:2005 "Highway - Specifications for design", 4.2.2, practical capacity of a lane: 1,800 pcu/h with a
median and separated slow traffic, 1,500 with a median, 1,000 on roads without. Which of them a class of road is
like, and everything below secondary, is an assumption, as is the number of lanes where none is known. Give the
column `capacity_pcu_per_h` where you know better.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from networks.errors import NetworkError
from networks.network import Network, other_direction_ids

Floats = NDArray[np.float64]

CAPACITY = "capacity_pcu_per_h"
"""Column of the links with what each carries in its direction, all lanes together."""

LANE_PCU_PER_H: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 1800.0,
        "trunk": 1500.0,
        "primary": 1000.0,
        "secondary": 1000.0,
        "motorway_link": 1500.0,
        "trunk_link": 1000.0,
        "primary_link": 1000.0,
        "secondary_link": 1000.0,
        "tertiary": 800.0,
        "tertiary_link": 800.0,
        "unclassified": 600.0,
        "road": 600.0,
        "residential": 600.0,
        "service": 400.0,
        "living_street": 400.0,
        "track": 200.0,
    }
)
"""Practical capacity of a lane by OpenStreetMap class of the road."""

_LANES = MappingProxyType({"motorway": 2.0, "trunk": 2.0})
"""Lanes a direction where none are known; elsewhere 1."""

_FREE = ("connector", "ferry", "turn")
"""Never queue here: the way from a place to its road stands for many ways, a ferry's time is its timetable's, and a
turn at a junction is part of the roads that it joins."""


def link_capacity(network: Network) -> Floats:
    """Return what each link carries, in pcu/h, inf where nothing queues.

    The column `capacity_pcu_per_h` where it is filled; else lanes times the capacity of a lane of the class.
    Lanes count both directions of a two-way road, as OpenStreetMap tags them. Rails, rivers, connectors, ferries
    and turns are free of it.

    Raises
    ------
    NetworkError
        Capacities are not above 0, or links have neither a capacity nor a class that has one; they are named.
    """
    links = network.links
    capacity = given(network, CAPACITY)
    unknown = np.isnan(capacity)
    highway = links["highway"].to_numpy(dtype=object)
    free = (links["mode"] != "road").to_numpy(dtype=np.bool_) | np.isin(highway, _FREE)
    derived = _lanes(network, highway) * np.array([LANE_PCU_PER_H.get(name, np.nan) for name in highway])
    capacity = np.where(unknown, np.where(free, np.inf, derived), capacity)
    refuse(network, np.isnan(capacity), f"have neither {CAPACITY} nor a highway class that has one; fill the column")
    refuse(network, capacity <= 0.0, f"have a {CAPACITY} of 0 or less; take closed links out of the network")
    return capacity


def given(network: Network, name: str, blank: float = np.nan) -> Floats:
    """Return a column of the links, `blank` where a cell or the whole column is missing.

    Raises
    ------
    NetworkError
        The column holds no numbers.
    """
    if name not in network.links:
        return np.full(len(network.links), blank)
    column = network.links[name]
    if column.dtype.kind not in "fiub":
        raise NetworkError(f"the links' column {name} holds no numbers but {column.dtype}; convert it")
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return np.where(np.isnan(values), blank, values)


def refuse(network: Network, wrong: NDArray[np.bool_], what: str) -> None:
    """Raise a NetworkError that names the links that are `wrong`, if any."""
    at = np.flatnonzero(wrong)
    if len(at):
        names = ", ".join(network.links["link_id"].iloc[at[:10]])
        raise NetworkError(f"{len(at)} links {what}; first {names}")


def _lanes(network: Network, highway: NDArray[np.object_]) -> Floats:
    """Return the lanes in the link's own direction."""
    tagged = given(network, "lanes")
    ids = network.links["link_id"]
    two_way = other_direction_ids(ids).isin(ids).to_numpy(dtype=np.bool_)
    default = np.array([_LANES.get(name, 1.0) for name in highway])
    return np.where(tagged > 0.0, np.where(two_way, np.maximum(tagged / 2.0, 1.0), tagged), default)
