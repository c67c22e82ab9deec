"""Prices of nodes that prove a flow cheapest, and the bound that any prices prove.

Shortest distances in the residual graph are such prices (Ahuja, Magnanti, Orlin, Network Flows, 1993, section 9.3);
a cycle of negative cost there proves that the flow is not cheapest. They are found here from the flow alone, whatever
found the flow.
"""

import numpy as np

from models.arrays import Flags, Integers
from models.clock import Clock
from models.flows.instance import Instance, exact_dot, room
from models.flows.relax import DONE, GOES_ON, INTERRUPTED, NEGATIVE_CYCLE, Labels, all_zero, relax, spread
from models.interruption import ctrl_c

SLICE = 4_000_000  # arcs looked at between two looks at the clock: some 20 ms


def potentials(instance: Instance, flow: Integers, clock: Clock) -> tuple[Integers, int]:
    """Return prices [node] and how the search for them ended (`relax.DONE` and so on).

    Prices cut short by the clock, by Ctrl-C or by a negative cycle (`flow` is not cheapest) prove less, but prove.
    """
    forward, backward = flow < instance.capacity, flow > 0
    nodes = len(instance.supply)
    labels, end = _search(
        all_zero(nodes)._replace(dist=_first_guess(instance, forward & backward)),
        np.concatenate([instance.tail[forward], instance.head[backward]]),
        np.concatenate([instance.head[forward], instance.tail[backward]]),
        np.concatenate([instance.unit_cost[forward], -instance.unit_cost[backward]]),
        clock,
    )
    return labels.dist, end


def has_negative_cycle(instance: Instance, among: Flags, clock: Clock) -> bool:
    """Return whether the arcs `among` hold a cycle of negative cost (False too if the clock came first)."""
    arcs = np.flatnonzero(among)
    tail, head, cost = instance.tail[arcs], instance.head[arcs], instance.unit_cost[arcs]
    if not (cost < 0).any():
        return False
    _, end = _search(all_zero(len(instance.supply)), tail, head, cost, clock)
    return end == NEGATIVE_CYCLE


def bound_of(instance: Instance, potential: Integers) -> int:
    """Return the cost below which no flow can be, by weak duality from any prices [node]."""
    reduced = instance.unit_cost + potential[instance.tail] - potential[instance.head]
    return exact_dot(room(instance), np.minimum(reduced, 0)) - exact_dot(instance.supply, potential)


def _first_guess(instance: Instance, free: Flags) -> Integers:
    """Return prices that are right along the arcs that are neither empty nor full, where such prices exist."""
    dist = np.zeros(len(instance.supply), dtype=np.int64)
    tail, head, cost = instance.tail[free], instance.head[free], instance.unit_cost[free]
    begin, end = np.concatenate([tail, head]), np.concatenate([head, tail])
    spread(*_sorted(begin, end, np.concatenate([cost, -cost]), dist.size), dist)
    return dist


def _sorted(begin: Integers, end: Integers, cost: Integers, nodes: int) -> tuple[Integers, Integers, Integers]:
    """Return where each node's arcs begin [node + 1], and their ends and costs in that order."""
    order = np.argsort(begin, kind="stable")
    first = np.searchsorted(begin[order], np.arange(nodes + 1)).astype(np.int64)
    return first, end[order].astype(np.int64), cost[order]


def _search(labels: Labels, begin: Integers, end: Integers, cost: Integers, clock: Clock) -> tuple[Labels, int]:
    how = GOES_ON if labels.dist.size else DONE
    first, target, price = _sorted(begin, end, cost, labels.dist.size)
    try:
        with ctrl_c():
            while how == GOES_ON and not clock.is_over:
                how = relax(first, target, price, labels, SLICE)
    except KeyboardInterrupt:
        how = INTERRUPTED
    return labels, how
