"""Cycles of arcs that are neither empty nor full, filled until such arcs are a forest, compiled.

A cycle carries more in the direction in which that costs no more than nothing, so the flow gets no dearer (Ahuja,
Magnanti, Orlin, Network Flows, 1993, section 11.2: a cycle free solution).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Integers
from models.compiled import compiled
from models.flows.relax import DONE, GOES_ON
from models.flows.residual import CAPACITY, COST, NONE, ROOM, TO, Residual

UNSEEN, ON_PATH, LEFT = 0, 1, 2


class Walk(NamedTuple):
    """Where a walk along free arcs stands: by which way it came (`into`, NONE: it began there) and goes (`current`).

    `seen` [node] is UNSEEN, ON_PATH or LEFT; `at` the node at hand.
    """

    into: Integers
    current: Integers
    seen: NDArray[np.int8]
    at: Integers


def walk_of(graph: Residual) -> Walk:
    """Return a walk that has not begun."""
    nodes = graph.first.size - 1
    into, seen = np.full(nodes, NONE, dtype=np.int64), np.zeros(nodes, dtype=np.int8)
    return Walk(into, graph.first[:nodes].copy(), seen, np.zeros(1, dtype=np.int64))


@compiled
def fill_free_cycles(graph: Residual, walk: Walk, most: int) -> tuple[int, int]:
    """Walk depth first, and fill the cycle where the walk comes upon its own path; carry on for at least `most` ways.

    Return how it ended, and the ways looked at.
    """
    way, mate = graph.way, graph.mate
    into, current, seen, at = walk
    looked = 0
    while looked <= most:
        node = at[0]
        seen[node] = ON_PATH
        out = current[node]
        looked += 1
        if out == graph.first[node + 1]:
            seen[node] = LEFT
            at[0] = way[mate[into[node]], TO] if into[node] != NONE else _first_unseen(seen, node)
            if at[0] == seen.size:
                return DONE, looked
            continue
        end = way[out, TO]
        is_free = 0 < way[out, ROOM] < way[out, CAPACITY]
        if is_free and seen[end] == ON_PATH and mate[out] != into[node]:
            looked += _fill(graph, walk)
            continue
        current[node] += 1
        if is_free and seen[end] == UNSEEN:
            into[end], at[0] = out, end
    return GOES_ON, looked


@compiled
def _first_unseen(seen: NDArray[np.int8], node: int) -> int:
    """Return the next node to begin at, beginnings being taken in turn; their number if there is none."""
    while node < seen.size and seen[node] != UNSEEN:
        node += 1
    return node


@compiled
def _fill(graph: Residual, walk: Walk) -> int:
    """Fill the cycle that the current way closes, go back to where it broke, and return how long it is."""
    way, mate = graph.way, graph.mate
    into, current, seen, at = walk
    tip = at[0]
    closing = current[tip]
    begin = way[closing, TO]
    cost, ahead, back = way[closing, COST], way[closing, ROOM], way[mate[closing], ROOM]
    node, length = tip, 1
    while node != begin:
        cost += way[into[node], COST]
        ahead, back = min(ahead, way[into[node], ROOM]), min(back, way[mate[into[node]], ROOM])
        node = way[mate[into[node]], TO]
        length += 1
    amount = ahead if cost <= 0 else -back
    way[closing, ROOM] -= amount
    way[mate[closing], ROOM] += amount
    node = tip
    while node != begin:
        out = into[node]
        way[out, ROOM] -= amount
        way[mate[out], ROOM] += amount
        node = way[mate[out], TO]
        if way[out, ROOM] == 0 or way[mate[out], ROOM] == 0:
            at[0] = node
    while tip != at[0]:
        out = into[tip]
        seen[tip], current[tip], into[tip] = UNSEEN, graph.first[tip], NONE
        tip = way[mate[out], TO]
    return length
