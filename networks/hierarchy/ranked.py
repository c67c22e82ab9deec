"""The hierarchy: every node has a rank, every arc lies with the lower of its ends.

R. Geisberger, P. Sanders, D. Schultes, D. Delling (2008), "Contraction hierarchies: faster and simpler hierarchical
routing in road networks", WEA 2008: nodes are taken out one after the other, and a shortcut keeps each shortest path
that led through; a shortest path then climbs in rank and descends.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Hierarchy:
    """Nodes by rank, with the arcs between each and those above it.

    Parameters
    ----------
    ranks
        Rank of each node of the graph, shape [nodes].
    places
        Number of each node on a walk that keeps neighbours near each other, shape [nodes].
    up_starts, up_ends, up_weights
        Arcs from each rank to higher ones, in compressed rows: shape [nodes + 1], [up], [up].
    down_starts, down_ends, down_weights
        Arcs to each rank from higher ones, in the same way; `down_ends` are the higher ones, where they begin.
    first, second
        Arcs that a shortcut stands for, in order, -1 where the arc is a link: shape [up + down]. Arcs up come first,
        then arcs down.
    links
        Row in the network's table of an arc that is a link; -1 at a shortcut.
    uncontracted
        How many nodes, the highest, were left where contraction would have made the graph dense.
    """

    ranks: Ints
    places: Ints
    up_starts: Offsets
    up_ends: Ints
    up_weights: Floats
    down_starts: Offsets
    down_ends: Ints
    down_weights: Floats
    first: Ints
    second: Ints
    links: Ints
    uncontracted: int = 0

    def __post_init__(self) -> None:
        for values in self.arrays().values():
            values.setflags(write=False)

    @property
    def nodes(self) -> int:
        """Return the number of nodes."""
        return len(self.ranks)

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return its arrays by name."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "uncontracted"}
