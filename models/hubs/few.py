"""Networks of very few nodes: every set of hubs and every allocation is tried, without a solver or compiled code."""

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np

from models.arrays import Indices
from models.hubs.costs import Costs, times
from models.hubs.shipment import ship
from models.hubs.tree import NO_ROUTES, Best, Found, TimeIsUp
from models.interruption import ctrl_c
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT

LOOSE = 1 + 1e-9


def search(costs: Costs, best: Best, *, is_single: bool) -> Found:
    """Offer every plan to `best`, until none is left, the time is up or Ctrl-C is pressed."""
    tried = 0
    try:
        with ctrl_c():
            for opened in _sets(costs):
                best.tick()
                tried += 1
                if is_single:
                    _allocate(costs, opened, best)
                else:
                    _route(costs, opened, best)
    except (TimeIsUp, KeyboardInterrupt) as end:
        stopped = TIME_LIMIT if isinstance(end, TimeIsUp) else INTERRUPTED
        return Found(bound=0.0, nodes=tried, is_complete=False, stopped=stopped)
    return Found(bound=min(best.value, best.floor), nodes=tried, is_complete=True, stopped=GAP_REACHED)


def _sets(costs: Costs) -> Iterator[Indices]:
    sizes = range(1, costs.nodes + 1) if costs.wanted < 0 else [costs.wanted]
    for size in sizes:
        for hubs in combinations(range(costs.nodes), size):
            yield np.array(hubs, dtype=np.intp)


def _allocate(costs: Costs, opened: Indices, best: Best) -> None:
    """Offer every allocation of the nodes to the hubs."""
    choices = [[i] if i in opened else opened.tolist() for i in range(costs.nodes)]
    fixed = float(costs.fixed[opened].sum())
    for choice in product(*choices):
        at = np.array(choice, dtype=np.intp)
        load = np.bincount(at, weights=costs.sent, minlength=costs.nodes)
        if (load <= costs.room * LOOSE).all():
            unit = costs.collect[np.arange(at.size), at][:, None] + costs.transfer[np.ix_(at, at)]
            unit = unit + costs.distribute[at, np.arange(at.size)]
            best.offer(float(times(costs.flow, unit).sum()) + fixed, (at, *NO_ROUTES))


def _route(costs: Costs, opened: Indices, best: Best) -> None:
    """Offer the cheapest shipment through the hubs."""
    shipment = ship(costs, opened, None, best.clock.left_s)
    best.tick()  # out of time: nothing is known of this set
    if shipment is not None:
        fixed = float(costs.fixed[opened].sum())
        best.note(shipment.floor + fixed, shipment.cost + fixed)
        best.offer(shipment.cost + fixed, (opened, shipment.routes, shipment.share))
