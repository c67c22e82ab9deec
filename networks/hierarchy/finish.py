"""From the arcs of a contraction, in the order in which they were made, to a `Hierarchy`."""

from dataclasses import dataclass

import numpy as np

from networks.hierarchy.grouping import grouped
from networks.hierarchy.ranked import Floats, Hierarchy, Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Contracted:
    """Arcs as a contraction leaves them: ends as ranks, children as rows of these very arrays."""

    tail: Ints
    head: Ints
    weights: Floats
    first: Ints
    second: Ints
    links: Ints


def ranked(arcs: Contracted, ranks: Ints, places: Ints, uncontracted: int) -> Hierarchy:
    """Group arcs by direction and lower end."""
    nodes = len(ranks)
    falls = arcs.tail > arcs.head
    starts, order = grouped(np.minimum(arcs.tail, arcs.head) + falls * np.int32(nodes), 2 * nodes)
    high = np.maximum(arcs.tail, arcs.head)[order]
    weights = arcs.weights[order]
    place = np.full(len(order) + 1, -1, dtype=np.int32)  # the last: of no arc, whose number is -1
    place[order] = np.arange(len(order), dtype=np.int32)
    up = starts[nodes]
    return Hierarchy(
        ranks=ranks,
        places=places,
        up_starts=starts[: nodes + 1].copy(),
        up_ends=high[:up],
        up_weights=weights[:up],
        down_starts=starts[nodes:] - up,
        down_ends=high[up:],
        down_weights=weights[up:],
        first=place[arcs.first[order]],
        second=place[arcs.second[order]],
        links=arcs.links[order],
        uncontracted=uncontracted,
    )
