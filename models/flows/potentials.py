"""Prices of nodes that prove a flow cheapest.

Shortest distances in the residual graph are such prices (Ahuja, Magnanti, Orlin, Network Flows, 1993, section 9.3);
a cycle of negative cost there proves that the flow is not cheapest. They are found here from the flow alone, whatever
found the flow.
"""

from functools import cache

import numpy as np

from models.arrays import Flags, Integers, thawed
from models.clock import Clock
from models.flows.instance import Instance
from models.flows.relax import DONE, GOES_ON, INTERRUPTED, NEGATIVE_CYCLE, SLICE, Labels, all_zero, relax, spread
from models.flows.residual import Arcs, Residual, residual
from models.interruption import ctrl_c
from models.stopping import GAP_REACHED, TIME_LIMIT
from models.stopping import INTERRUPTED as CTRL_C

WHY = {
    DONE: GAP_REACHED,
    NEGATIVE_CYCLE: "the solver's flow is not proved cheapest: its numbers are beyond what floats hold",
    INTERRUPTED: CTRL_C,
}


def potentials(instance: Instance, flow: Integers, clock: Clock) -> tuple[Integers, str]:
    """Return prices [node] and why the search for them ended.

    Prices cut short by the clock, by Ctrl-C or by a negative cycle (`flow` is not cheapest) prove less, but prove.
    """
    graph = residual(_arcs(instance, instance.capacity), flow, np.arange(flow.size), len(instance.supply))
    labels = all_zero(len(instance.supply))
    spread(graph, labels.dist)
    return labels.dist, WHY.get(_search(graph, labels, clock), TIME_LIMIT)


@cache
def rehearse() -> None:
    """Run the compiled loops once, on one unit and one arc."""
    one = np.ones(1, dtype=np.int64)
    graph, labels = residual(Arcs(one * 0, one, one, one), one * 0, one * 0, 2), all_zero(2)
    spread(graph, labels.dist)
    relax(graph, labels, SLICE)


def has_negative_cycle(instance: Instance, among: Flags, clock: Clock) -> bool:
    """Return whether the arcs `among` hold a cycle of negative cost (False too if the clock came first).

    Raises
    ------
    KeyboardInterrupt
        On Ctrl-C: that there is no such cycle would be a claim, and a flow be called cheapest where none is.
    """
    if not (instance.unit_cost[among] < 0).any():
        return False
    arcs, nothing = _arcs(instance, np.ones_like(instance.capacity)), np.zeros_like(instance.tail)
    graph = residual(arcs, nothing, np.flatnonzero(among), len(instance.supply))
    how = _search(graph, all_zero(len(instance.supply)), clock)
    if how == INTERRUPTED:
        raise KeyboardInterrupt
    return how == NEGATIVE_CYCLE


def _arcs(instance: Instance, capacity: Integers) -> Arcs:
    return Arcs(*map(thawed, (instance.tail, instance.head, capacity, instance.unit_cost)))


def _search(graph: Residual, labels: Labels, clock: Clock) -> int:
    how = GOES_ON if labels.dist.size else DONE
    try:
        with ctrl_c():
            while how == GOES_ON and not clock.is_over:
                how, _ = relax(graph, labels, SLICE)
    except KeyboardInterrupt:
        how = INTERRUPTED
    return how
