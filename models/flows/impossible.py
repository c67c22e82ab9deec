"""Why no flow ships the supply, in words: it does not balance, or a cut is too narrow."""

import numpy as np

from models.arrays import Flags, Integers
from models.clock import Clock
from models.flow_solver import max_flow
from models.flows.instance import Instance, exact_sum, total_supply

SHOWN = 5


def imbalance(instance: Instance) -> str:
    """Return that supply and demand differ, empty if they agree."""
    sent, left = total_supply(instance), exact_sum(instance.supply)
    if left == 0:
        return ""
    return f"unbalanced: nodes supply {sent} and demand {sent - left}; expected as much supply as demand"


def narrow_cut(instance: Instance, clock: Clock) -> str:
    """Return which supply cannot leave and through how narrow a cut, empty if all can be shipped.

    Raises
    ------
    TimeoutError
        If the clock comes first.
    """
    nodes, total = len(instance.supply), total_supply(instance)
    sends, takes = np.flatnonzero(instance.supply > 0), np.flatnonzero(instance.supply < 0)
    tail = np.concatenate([instance.tail, np.full(sends.size, nodes), takes])
    head = np.concatenate([instance.head, sends, np.full(takes.size, nodes + 1)])
    room = np.concatenate([np.minimum(instance.capacity, total), instance.supply[sends], -instance.supply[takes]])
    flow = max_flow((tail, head), room, nodes, nodes + 1, clock.left_s)
    leaving = flow[instance.tail.size : instance.tail.size + sends.size]
    if leaving.sum() == total:
        return ""
    stuck = sends[leaving < instance.supply[sends]]
    side = reached((tail, head), flow, room, nodes)
    return _sentence(instance, side, stuck, total - int(leaving.sum()))


def reached(ends: tuple[Integers, Integers], flow: Integers, room: Integers, source: int) -> Flags:
    """Return the nodes [node] on the source's side of a narrowest cut, of a largest `flow` within `room` [arc]."""
    from scipy.sparse import csr_array  # noqa: PLC0415  (slow to import, needed where there is none only)
    from scipy.sparse.csgraph import breadth_first_order  # noqa: PLC0415

    tail, head = ends
    forward, backward = flow < room, flow > 0
    begin = np.concatenate([tail[forward], head[backward]])
    end = np.concatenate([head[forward], tail[backward]])
    nodes = source + 2
    graph = csr_array((np.ones(begin.size), (begin, end)), shape=(nodes, nodes))
    reached = np.zeros(nodes, dtype=np.bool_)
    reached[breadth_first_order(graph, source, return_predecessors=False)] = True
    return reached[:source]


def _sentence(instance: Instance, side: Flags, stuck: Integers, short: int) -> str:
    out = side[instance.tail] & ~side[instance.head]
    named = ", ".join(str(node) for node in stuck[:SHOWN].tolist())
    more = f" and {stuck.size - SHOWN} more" if stuck.size > SHOWN else ""
    excess, way_out = exact_sum(instance.supply[side]), exact_sum(instance.capacity[out])
    return (
        f"{short} of {total_supply(instance)} units cannot be shipped: supply stays at node {named}{more}; "
        f"the {int(side.sum())} nodes it can reach supply {excess} more than they demand, "
        f"and the {int(out.sum())} arcs out of them carry {way_out}"
    )
