"""Forests of the rows (1) on overlaps: the one of a cell that allows least is the heaviest for the weights y_ab.

Among pairs without any, those of sites that are open in part come first: these may get some soon.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.lists import Ints, Smalls, States
from models.covering.overlap_rows import Rows, Trees

TIE = 0.05  # a pair's weight in a forest beside y: part of the product of both openings
KNOWN = 4.0  # and that of an edge which the forest has already: more than all else
NO_PAIR = -1


class Desk(NamedTuple):
    """The pairs [site, site] (or NO_PAIR), openings [site] and y [pair] that are looked at, and room to work in.

    `known` [pair]: KNOWN for the edges to keep. For sites of one cell: `edges` of its forest, and of each site not yet
    `is_in` it the `weight` and the pair `end` of its heaviest edge to those that are.
    """

    link: Ints
    x: Floats
    y: Floats
    known: Floats
    edges: Ints
    weight: Floats
    end: Ints
    is_in: States


def forests(rows: Rows, link: Ints, primal: Floats, price: Floats, limits: tuple[float, float]) -> tuple[Trees, Floats]:
    """Return the forests that matter, with edges of new pairs, and more that are broken; and the prices of all.

    `limits`: forests of this price or less go, but for the dearest one of each cell; and by how much a new one must be
    broken, in a cell of usual weight.
    """
    first, start, pair, prices = _forests(rows, link, primal, price, limits)
    return Trees(first, start, pair), prices


@compiled
def _forests(
    rows: Rows, link: Ints, primal: Floats, price: Floats, limits: tuple[float, float]
) -> tuple[Ints, Ints, Ints, Floats]:
    start, site, old, cells = rows.start, rows.site, rows.trees, rows.weight.size
    desk = _desk(rows, link, primal)
    usual = rows.weight.mean() if cells else 0.0
    room = 0
    for i in range(cells):
        room += (old.first[i + 1] - old.first[i] + 1) * (start[i + 1] - start[i])
    new = Trees(
        np.zeros(cells + 1, dtype=np.int64),
        np.zeros(old.first[cells] + cells + 1, dtype=np.int64),
        np.zeros(room, dtype=np.int64),
    )
    prices = np.zeros(new.start.size)
    count = 0
    for i in range(cells):
        own = site[start[i] : start[i + 1]]
        begun = count
        dearest = old.first[i] + int(np.argmax(price[old.first[i] : old.first[i + 1]]))
        for t in range(old.first[i], old.first[i + 1]):
            if price[t] > limits[0] or t == dearest:
                edges = old.pair[old.start[t] : old.start[t + 1]]
                desk.known[edges] = KNOWN
                prices[count] = price[t]
                count = _put(new, desk, count, _heaviest(own, desk))
                desk.known[edges] = 0.0
        size = _heaviest(own, desk)
        least = limits[1] * max(1.0, usual / rows.weight[i])
        if _allowed(new, begun, count, own, desk) - _sum(desk.x, own) + _sum(desk.y, desk.edges[:size]) > least:
            count = _put(new, desk, count, size)
        new.first[i + 1] = count
    ends = new.start[: count + 1].copy()
    return new.first, ends, new.pair[: ends[count]].copy(), prices[:count].copy()


@compiled
def _desk(rows: Rows, link: Ints, primal: Floats) -> Desk:
    longest = 0
    for i in range(rows.weight.size):
        longest = max(longest, rows.start[i + 1] - rows.start[i])
    return Desk(
        link, primal[: rows.sites].copy(), primal[rows.sites : rows.sites + rows.pairs].copy(),
        np.zeros(rows.pairs), np.zeros(longest, dtype=np.int64), np.zeros(longest), np.zeros(longest, dtype=np.int64),
        np.zeros(longest, dtype=np.int8),
    )  # fmt: skip


@compiled
def _put(new: Trees, desk: Desk, count: int, size: int) -> int:
    """Add the forest on the desk, of so many edges, to the new ones; return how many these are then."""
    begun = new.start[count]
    new.start[count + 1] = begun + size
    new.pair[begun : begun + size] = desk.edges[:size]
    return count + 1


@compiled
def _allowed(new: Trees, begun: int, count: int, own: Smalls, desk: Desk) -> float:
    """Return what the forests put down for a cell allow it, 1 at most."""
    opened = _sum(desk.x, own)
    allowed = 1.0
    for t in range(begun, count):
        allowed = min(allowed, opened - _sum(desk.y, new.pair[new.start[t] : new.start[t + 1]]))
    return allowed


@compiled
def _sum(values: Floats, at: Ints | Smalls) -> float:
    total = 0.0
    for k in at:
        total += values[k]
    return total


@compiled
def _heaviest(own: Smalls, desk: Desk) -> int:
    """Put the edges of the heaviest forest on a cell's sites onto the desk (Prim); return how many."""
    link, x, y, known = desk.link, desk.x, desk.y, desk.known
    edges, weight, end, is_in = desk.edges, desk.weight, desk.end, desk.is_in
    weight[: own.size] = -np.inf
    is_in[: own.size] = 0
    size = 0
    at = 0
    for _ in range(own.size - 1):
        is_in[at] = 1
        following = -1
        for k in range(own.size):
            if is_in[k]:
                continue
            e = link[own[at], own[k]]
            heavy = -1.0 if e < 0 else y[e] + TIE * x[own[at]] * x[own[k]] + known[e]
            if heavy > weight[k]:
                weight[k], end[k] = heavy, e
            if following < 0 or weight[k] > weight[following]:
                following = k
        at = following
        if end[at] >= 0:
            edges[size] = end[at]
            size += 1
    return size
