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
Ways = NDArray[np.int32]  # of half the size: these loops wait for memory
_Parts = tuple[Integers, Ways, Integers, Integers, Ways, Ways, Integers]


class Arcs(NamedTuple):
    """What stands in an instance: `tail`, `head`, `capacity`, `cost` [arc]."""

    tail: Integers
    head: Integers
    capacity: Integers
    cost: Integers


class Residual(NamedTuple):
    """The ways out of a node are `first[node]` to `first[node + 1]`; `to`, `cost`, `room`, `mate` [way].

    `room` is what may still go that way, `mate` the same arc's way back; `forward` [arc] is an arc's way out of its
    tail. `capacity` [way] is the room both ways: beside a way it is nearer at hand than its mate's room.
    """

    first: Integers
    to: Ways
    cost: Integers
    room: Integers
    mate: Ways
    forward: Ways
    capacity: Integers


def residual(arcs: Arcs, flow: Integers, among: Integers, nodes: int) -> Residual:
    """Return the residual graph of `flow` [arc] on the arcs `among`; `forward` follows their order."""
    return Residual(*_residual(arcs, flow, among, nodes))


@compiled
def _residual(arcs: Arcs, flow: Integers, among: Integers, nodes: int) -> _Parts:
    tail, head, capacity, unit_cost = arcs
    first = np.zeros(nodes + 1, dtype=np.int64)
    for arc in among:
        first[tail[arc] + 1] += 1
        first[head[arc] + 1] += 1
    for node in range(nodes):
        first[node + 1] += first[node]
    ways = 2 * among.size
    to, mate = np.empty(ways, dtype=np.int32), np.empty(ways, dtype=np.int32)
    cost, room = np.empty(ways, dtype=np.int64), np.empty(ways, dtype=np.int64)
    both = np.empty(ways, dtype=np.int64)
    forward = np.empty(among.size, dtype=np.int32)
    free = first[:nodes].copy()
    for at in range(among.size):
        arc = among[at]
        there = free[tail[arc]]
        free[tail[arc]] += 1
        back = free[head[arc]]
        free[head[arc]] += 1
        to[there], to[back] = head[arc], tail[arc]
        cost[there], cost[back] = unit_cost[arc], -unit_cost[arc]
        room[there], room[back] = capacity[arc] - flow[arc], flow[arc]
        both[there], both[back] = capacity[arc], capacity[arc]
        mate[there], mate[back] = back, there
        forward[at] = there
    return first, to, cost, room, mate, forward, both


@compiled
def carry_over(graph: Residual, among: Integers, flow: Integers) -> None:
    """Write what the graph's arcs `among` carry into `flow` [arc]."""
    for at in range(among.size):
        flow[among[at]] = graph.room[graph.mate[graph.forward[at]]]


@compiled
def close_to(arcs: Arcs, flow: Integers, price: Integers, reach: int) -> Integers:
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
def is_proved(arcs: Arcs, flow: Integers, price: Integers) -> bool:
    """Return whether the prices [node] prove that no flow is cheaper."""
    tail, head, capacity, cost = arcs
    for arc in range(tail.size):
        reduced = cost[arc] + price[tail[arc]] - price[head[arc]]
        if (reduced < 0 and flow[arc] < capacity[arc]) or (reduced > 0 and flow[arc] > 0):
            return False
    return True
