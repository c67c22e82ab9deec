"""Nodes between two heights shared out between threads, so that none is joined to one of another thread; compiled."""

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled
from networks.hierarchy.table import Side, Table

Ints = NDArray[np.int32]


@compiled
def _root(above: Ints, node: int) -> int:
    while above[node] != node:
        above[node] = above[above[node]]
        node = int(above[node])
    return node


@compiled
def _join(table: Table, side: Side, span: tuple[int, int], above: Ints) -> None:
    begin, end = span
    for node in range(begin, end):
        low = _root(above, node - begin)
        arc, last = side.begin + side.starts[node], side.begin + side.starts[node + 1]
        new = side.new[node]
        while arc < last or new >= 0:
            if arc < last:
                high = table.high[arc]
                arc += 1
            else:
                high = table.high[new]
                new = table.following[new]
            if high < end:
                other = _root(above, high - begin)
                above[min(low, other)] = max(low, other)
                low = max(low, other)


@compiled
def parted(table: Table, sides: tuple[Side, Side], span: tuple[int, int], threads: int) -> tuple[Ints, Ints]:
    """Share out the nodes from the first of a span to before the last.

    Nodes that arcs between nodes of the span join, go together, the largest such pieces first to who has least.

    Returns where the share of each thread begins, shape [threads + 1], and the nodes by share, rising in each.
    """
    begin, end = span
    above = np.arange(end - begin).astype(np.int32)
    for side in sides:
        _join(table, side, span, above)
    sizes = np.zeros(end - begin, dtype=np.int32)
    for at in range(end - begin):
        above[at] = _root(above, at)
        sizes[above[at]] += 1
    roots = np.flatnonzero(sizes)
    share, totals = np.zeros(end - begin, dtype=np.int32), np.zeros(threads, dtype=np.int64)
    for at in np.argsort(-sizes[roots], kind="mergesort"):
        least = np.argmin(totals)
        share[roots[at]] = least
        totals[least] += sizes[roots[at]]
    starts = np.zeros(threads + 1, dtype=np.int32)
    for thread in range(threads):
        starts[thread + 1] = starts[thread] + totals[thread]
    nodes, filled = np.empty(end - begin, dtype=np.int32), starts[:-1].copy()
    for at in range(end - begin):
        thread = share[above[at]]
        nodes[filled[thread]] = begin + at
        filled[thread] += 1
    return starts, nodes
