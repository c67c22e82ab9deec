"""A cheapest flow by cost scaling and negative cycles: phases of ever smaller steps, then exact.

Prices count in sixteenths of a unit of cost. A phase ends with a flow that no price misjudges by more than its step;
when that is one unit or less, few negative cycles are left, and filling them is quicker than to go on to the step that
would exclude them (a unit over the nodes). Distances in the residual graph prove that none is left.

From the second phase on, arcs that the prices settle by far are left out (Goldberg's speculative arc fixing): of
200,000 arcs of a random network 20,000 stay. Where excess then finds its way hard or not at all, more of them come
back.

Source: see `cost_scaling`, `price_update` and `relax`, which hold the loops.
"""

import numpy as np

from models.arrays import Integers, thawed
from models.clock import Clock
from models.flows.cost_scaling import at_rest, discharge, saturate
from models.flows.instance import NO_FLOW, Found, Instance, on_loops, room
from models.flows.relax import DONE, GOES_ON, NEGATIVE_CYCLE, SLICE, all_zero, cancel, relax, spread
from models.flows.residual import Arcs, Residual, carry_over, close_to, is_proved, residual
from models.interruption import ctrl_c
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT

PARTS = 16  # of a unit of cost, in prices
SMALLER = 16  # so many times is the next phase's step
REACH = 20  # steps by which prices must settle an arc that is left out
WIDER = 8  # so many times, where that was too near
PATIENCE = 30  # looks at every way in one phase before more arcs come back
EFFORT = 2_000  # looks at every way in all before the search gives up
ALL = 2**62
LARGEST_PRICE = 2**57  # prices fall by a few times a path's cost, and are subtracted
TOO_HARD = "too hard for cost scaling"


def by_scaling(instance: Instance, clock: Clock) -> Found:
    """Return a cheapest flow, or the one of the last phase that the clock or Ctrl-C let end.

    `stopped` is NO_FLOW where there is none, TOO_HARD where numbers are too large or it takes too many looks.
    """
    largest = int(np.abs(instance.unit_cost).max(initial=0))
    if largest * PARTS * (len(instance.supply) + 1) >= LARGEST_PRICE:
        return Found(None, np.zeros_like(instance.supply), TOO_HARD)
    search = _Search(instance, clock)
    try:
        with ctrl_c():
            stopped = search.run(largest * PARTS)
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return Found(search.best, search.potential // PARTS, stopped)


def rehearse() -> None:
    """Run every compiled loop once, on one unit and one arc."""
    one, ends = np.ones(1, dtype=np.int64), np.array([1, -1])
    arcs = Arcs(one * 0, one, one, one)
    graph, labels = residual(arcs, one * 0, one * 0, 2), all_zero(2)
    spread(graph, labels.dist)
    relax(graph, labels, 1)
    cancel(graph, labels)
    state = at_rest(ends)
    saturate(graph, state)
    discharge(graph, state, 1, SLICE)
    carry_over(graph, one * 0, one)
    close_to(arcs, one, ends, 1)
    is_proved(arcs, one, ends)


class _EndedError(Exception):
    """The search has ended, for the reason given."""


class _Search:
    """What is known: `flow`, `state` of the phase at hand; `best` and `potential` after the last that ended."""

    def __init__(self, instance: Instance, clock: Clock) -> None:
        self.best: Integers | None = None
        self.potential = np.zeros_like(instance.supply)
        self._clock = clock
        self._nodes = len(instance.supply)
        self._arcs = Arcs(thawed(instance.tail), thawed(instance.head), room(instance), instance.unit_cost * PARTS)
        loops, self._flow = on_loops(instance)
        self._moving = self._flow.size - int(loops.sum())
        self._state = at_rest(instance.supply)
        self._looks_left = EFFORT * 2 * (self._flow.size + self._nodes)

    def run(self, largest: int) -> str:
        """Return why it ended; `best` and `potential` hold what it found."""
        step, reach = largest, ALL
        try:
            while step > PARTS or self.best is None:
                step = max(step // SMALLER, 1)
                self._refine(step, reach)
                reach = REACH * step
            self._fill_cycles(max(reach, REACH * PARTS))
        except _EndedError as ended:
            return str(ended)
        return GAP_REACHED

    def _refine(self, step: int, reach: int) -> None:
        """Make the flow right within `step`, on the arcs that prices do not settle by `reach` if that goes quickly."""
        state = self._state
        while True:
            among, graph = self._close_to(state.price, reach)
            saturate(graph, state)
            looks, how = PATIENCE * 2 * self._flow.size, GOES_ON
            while how == GOES_ON and (looks > 0 or among.size == self._moving):
                how, looked = discharge(graph, state, step, SLICE)
                looks -= looked
                self._count(looked)
            if how == DONE:
                break
            if among.size == self._moving:
                raise _EndedError(NO_FLOW)
            state.excess[:], state.price[:] = 0, self.potential
            reach = min(reach * WIDER, ALL)
        carry_over(graph, among, self._flow)
        self._keep(state.price)

    def _fill_cycles(self, reach: int) -> None:
        """Fill the negative cycles, until distances prove that none is left."""
        price = self.potential.copy()
        while not is_proved(self._arcs, self._flow, price):
            among, graph = self._close_to(price, reach)
            labels, how = all_zero(self._nodes)._replace(dist=price), GOES_ON
            while how != DONE:
                how, looked = relax(graph, labels, SLICE)
                if how == NEGATIVE_CYCLE:
                    cancel(graph, labels)
                    carry_over(graph, among, self._flow)
                self._count(looked)
            reach = min(reach * 2, ALL)
            self._keep(price)
        self._keep(price)

    def _close_to(self, price: Integers, reach: int) -> tuple[Integers, Residual]:
        among = close_to(self._arcs, self._flow, price, reach)
        return among, residual(self._arcs, self._flow, among, self._nodes)

    def _keep(self, price: Integers) -> None:
        self.best, self.potential = self._flow.copy(), price.copy()

    def _count(self, looked: int) -> None:
        self._looks_left -= looked
        if self._clock.is_over:
            raise _EndedError(TIME_LIMIT)
        if self._looks_left < 0:
            raise _EndedError(TOO_HARD)
