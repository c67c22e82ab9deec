"""Barriers on nodes of OpenStreetMap: which of them a vehicle cannot pass.

Kinds of `PASSED` are there to be driven through; every other kind (bollards, blocks, ...) closes the road, unless an
access tag of the node says otherwise. A limit of mass or size on the node holds as on a way. Source: the OpenStreetMap
wiki, page "Key:barrier".
"""

from collections.abc import Mapping

import numpy as np

from networks.access import FORWARD, Access, is_too_large, read_access
from networks.vehicle import Vehicle
from networks.ways import Ints, Tags

PASSED = frozenset(
    {"border_control", "cattle_grid", "entrance", "gate", "height_restrictor", "kerb", "lift_gate", "no"}
    | {"sally_port", "speed_bump", "speed_hump", "swing_gate", "toll_booth", "yes"}
)


def is_closed(tags: Tags, vehicle: Vehicle) -> bool:
    """Return whether a barrier with these tags stops `vehicle`.

    ``locked=yes`` is not read: it is the access tag that says who has the key.
    """
    access = read_access(tags, vehicle, FORWARD)
    if access in {Access.CLOSED, Access.LOCAL}:
        return True
    return (access is None and tags.get("barrier") not in PASSED) or is_too_large(tags, vehicle, FORWARD)


def closed_nodes(barriers: Mapping[int, Tags], vehicle: Vehicle) -> Ints:
    """Return the ids, rising, of the nodes at which `vehicle` cannot pass."""
    return np.array(sorted(node for node, tags in barriers.items() if is_closed(tags, vehicle)), dtype=np.int64)
