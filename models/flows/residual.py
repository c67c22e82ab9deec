"""The residual graph of a flow, compiled: where an arc can carry more, and where it can carry less.

Every arc stands twice, at its tail with what it can still carry and at its head, at the opposite cost, with what it
can give back (Ahuja, Magnanti, Orlin, Network Flows, 1993, section 2.4).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.arrays import Integers
from models.compiled import compiled

NONE = -1  # no way, no node
TO, COST, ROOM, CAPACITY = 0, 1, 2, 3  # what a way's record holds
FIELDS = 4
Ways = NDArray[np.int32]  # of half the size: these loops wait for memory
Numbers = NDArray[np.int32] | NDArray[np.int64]  # as narrow as holds them all
_Parts = tuple[Integers, Numbers, Ways, Ways]


class Arcs(NamedTuple):
    """What stands in an instance: `tail`, `head`, `capacity`, `cost` [arc], all of one type."""

    tail: Numbers
    head: Numbers
    capacity: Numbers
    cost: Numbers


class Residual(NamedTuple):
    """The ways out of a node are `first[node]` to `first[node + 1]`.

    `way` [way, field] is one record a way, side by side in memory: where it leads, its cost, the room, which is what
    may still go that way, and the capacity, the room both ways. `mate` [way] is the same arc's way back; `forward`
    [arc] an arc's way out of its tail.
    """

    first: Integers
    way: Numbers
    mate: Ways
    forward: Ways


def residual(arcs: Arcs, flow: Numbers, among: Integers, nodes: int) -> Residual:
    """Return the residual graph of `flow` [arc] on the arcs `among`; `forward` follows their order."""
    return Residual(*_residual(arcs, flow, among, nodes))


@compiled
def _residual(arcs: Arcs, flow: Numbers, among: Integers, nodes: int) -> _Parts:
    tail, head, capacity, unit_cost = arcs
    first = np.zeros(nodes + 1, dtype=np.int64)
    for arc in among:
        first[tail[arc] + 1] += 1
        first[head[arc] + 1] += 1
    for node in range(nodes):
        first[node + 1] += first[node]
    way = np.empty((2 * among.size, FIELDS), dtype=unit_cost.dtype)
    mate = np.empty(2 * among.size, dtype=np.int32)
    forward = np.empty(among.size, dtype=np.int32)
    free = first[:nodes].copy()
    for at in range(among.size):
        arc = among[at]
        there = free[tail[arc]]
        free[tail[arc]] += 1
        back = free[head[arc]]
        free[head[arc]] += 1
        way[there, TO], way[back, TO] = head[arc], tail[arc]
        way[there, COST], way[back, COST] = unit_cost[arc], -unit_cost[arc]
        way[there, ROOM], way[back, ROOM] = capacity[arc] - flow[arc], flow[arc]
        way[there, CAPACITY], way[back, CAPACITY] = capacity[arc], capacity[arc]
        mate[there], mate[back] = back, there
        forward[at] = there
    return first, way, mate, forward


@compiled
def carry_over(graph: Residual, among: Integers, flow: Numbers) -> None:
    """Write what the graph's arcs `among` carry into `flow` [arc]."""
    for at in range(among.size):
        flow[among[at]] = graph.way[graph.forward[at], CAPACITY] - graph.way[graph.forward[at], ROOM]


@compiled
def close_to(arcs: Arcs, flow: Numbers, price: Integers, reach: int) -> Integers:
    """Return the arcs whose flow prices [node] do not settle by more than `reach`.

    An empty arc is left out where a unit would cost more than `reach` too much, a full one where it saves that. Loops
    are left out: no price can settle them, nor does excess leave by them.
    """
    tail, head, capacity, cost = arcs
    among = np.empty(tail.size, dtype=np.int64)
    count = 0
    for arc in range(tail.size):
        reduced = cost[arc] + price[tail[arc]] - price[head[arc]]
        is_settled = (reduced > reach and flow[arc] == 0) or (reduced < -reach and flow[arc] == capacity[arc])
        if tail[arc] != head[arc] and not is_settled:
            among[count] = arc
            count += 1
    return among[:count].copy()


@compiled
def is_proved(arcs: Arcs, flow: Numbers, supply: Integers, price: Integers) -> bool:
    """Return whether the flow ships the supply within the capacities, and prices [node] prove that none is cheaper."""
    tail, head, capacity, cost = arcs
    left = supply.copy()
    for arc in range(tail.size):
        reduced = cost[arc] + price[tail[arc]] - price[head[arc]]
        if flow[arc] < 0 or flow[arc] > capacity[arc]:
            return False
        if (reduced < 0 and flow[arc] < capacity[arc]) or (reduced > 0 and flow[arc] > 0):
            return False
        left[tail[arc]] -= flow[arc]
        left[head[arc]] += flow[arc]
    return not left.any()
