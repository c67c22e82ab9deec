"""A cheapest flow by cost scaling and the network simplex: phases of ever smaller steps, then pivots to the exact end.

A phase ends with a flow that no price misjudges by more than its step. After two phases hardly more arcs are in
question than a tree has; from there on pivots of the network simplex are quicker, whatever the costs, and the tree's
prices prove the flow cheapest. Pivots from the beginning would take ten times as long: most of them move nothing.

From the second phase on, arcs that the prices settle by far are left out (Goldberg's speculative arc fixing): of
200,000 arcs of a random network 60,000 stay, then 20,000. Where excess then finds its way hard or not at all, more of
them come back.

Numbers are kept in 32 bits where they fit: the loops wait for memory.

Source: see `cost_scaling`, `price_update`, `spanning_tree` and `network_simplex`, which hold the loops.
"""

from functools import cache

import numpy as np

from models.arrays import Integers
from models.clock import Clock
from models.flows.cost_scaling import at_rest, discharge, saturate
from models.flows.free_arcs import fill_free_cycles, walk_of
from models.flows.instance import NO_FLOW, Found, Instance, on_loops, room
from models.flows.network_simplex import Basis, basis, pivot
from models.flows.price_update import FAR
from models.flows.relax import DONE, GOES_ON, SLICE
from models.flows.residual import Arcs, Numbers, Residual, carry_over, close_to, is_proved, residual
from models.flows.spanning_tree import grow, growing_of
from models.interruption import ctrl_c
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT

PARTS = 8  # of a unit of cost, in prices
FIRST = 256  # so many times smaller than the largest cost is the first phase's step
SMALLER = 16  # so many times smaller is each further one
REACH = 20  # steps by which prices must settle an arc that is left out
WIDER = 8  # so many times, where that was too near
FEW = 2.5  # arcs a node that are not settled so; pivots are quicker then
PATIENCE = 30  # looks at every way in one phase before more arcs come back
EFFORT = 2_000  # looks at every way in all before the search gives up
BLOCK = 1.0  # arcs looked at for one that enters, as a multiple of the square root of all
ALL = 2**62
LARGEST_PRICE = 2**57  # prices fall by a few times a path's cost, and are subtracted
LOWEST = 2**60  # they rarely fall so far; where they do, the search ends as too hard: their differences could overflow
NARROW = 2**31  # numbers below it are kept in half the memory
TOO_HARD = "too hard for cost scaling"


def by_scaling(instance: Instance, clock: Clock) -> Found:
    """Return a cheapest flow, or the best that the clock or Ctrl-C let come about.

    `stopped` is NO_FLOW where there is none, TOO_HARD where numbers are too large or it takes too many looks.
    """
    if is_beyond(instance):
        return Found(None, np.zeros_like(instance.supply), TOO_HARD)
    search = _Search(instance, clock)
    try:
        with ctrl_c():
            stopped = search.run(_largest(instance) * PARTS)
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return Found(search.best, search.potential // PARTS, stopped)


def is_beyond(instance: Instance) -> bool:
    """Return whether prices could overflow."""
    return _largest(instance) * PARTS * (len(instance.supply) + 1) >= LARGEST_PRICE


def rehearse(instance: Instance) -> None:
    """Run every compiled loop once, on one unit and one arc, for numbers as narrow or wide as the instance's."""
    _rehearse(is_narrow=_is_narrow(_wide_arcs(instance)))


@cache
def _rehearse(*, is_narrow: bool) -> None:
    one = _kept(np.ones(1, dtype=np.int64), is_narrow=is_narrow)
    arcs, arc, ends = Arcs(one * 0, one, one, one), np.zeros(1, dtype=np.int64), np.array([1, -1])
    graph, state = residual(arcs, one * 0, arc, 2), at_rest(ends, 1)
    saturate(graph, state)
    discharge(graph, state, 0, SLICE)
    carry_over(graph, arc, one.copy())
    close_to(arcs, one, ends, 1)
    fill_free_cycles(graph, walk_of(graph), 1)
    growing = growing_of(graph, arc, ends, 1, 0)
    grow(growing, ALL)  # to its end: a pivot in half a tree would not end
    pivot(basis(arcs, one, growing.tree, growing.price), 1, 1)
    is_proved(arcs, one, ends, ends)


class _EndedError(Exception):
    """The search has ended, for the reason given."""


class _Search:
    """What is known: `flow`, `state` of the phase at hand; `best` and `potential` after the last that ended."""

    def __init__(self, instance: Instance, clock: Clock) -> None:
        self.best: Integers | None = None
        self.potential = np.zeros_like(instance.supply)
        self._clock = clock
        self._supply = instance.supply.copy()
        loops, flow = on_loops(instance)
        arcs = _wide_arcs(instance)
        is_narrow = _is_narrow(arcs)
        self._arcs = Arcs(*(_kept(given, is_narrow=is_narrow) for given in arcs))
        self._flow = _kept(flow, is_narrow=is_narrow)
        self._moving = flow.size - int(loops.sum())
        self._state = at_rest(self._supply, flow.size)
        self._looks_left = EFFORT * 2 * (flow.size + self._supply.size)

    def run(self, largest: int) -> str:
        """Return why it ended; `best` and `potential` hold what it found."""
        fine = shift = _log2(largest // FIRST)
        self._coarsest = _log2(largest)
        among, graph = self._close_to(ALL)
        try:
            while True:
                shift = self._refine(shift, among, graph)
                among, graph = self._close_to(REACH << shift)
                if shift <= fine and (shift == 0 or among.size < FEW * self._supply.size):
                    break
                shift = _log2((1 << shift) // SMALLER)
            self._finish(among, graph)
        except _EndedError as ended:
            return str(ended)
        return GAP_REACHED

    def _refine(self, shift: int, among: Integers, graph: Residual) -> int:
        """Make the flow right within 2**shift, on the arcs `among` if that goes quickly; return what shift was it.

        In the first phase that is a larger one where excess has far to go.
        """
        state, reach = self._state, REACH * SMALLER << shift
        while True:
            saturate(graph, state)
            looks, how = PATIENCE * 2 * self._flow.size, GOES_ON
            while how in {GOES_ON, FAR} and (looks > 0 or among.size == self._moving):
                how, looked = self._discharge(graph, shift)
                looks -= looked
                if how == FAR and self.best is None and shift + _log2(SMALLER) <= self._coarsest:
                    shift += _log2(SMALLER)
            if how == DONE:
                break
            if among.size == self._moving:
                raise _EndedError(NO_FLOW)
            state.excess[:], state.price[:] = 0, self.potential
            reach = min(reach * WIDER, ALL)
            among, graph = self._close_to(reach)
        carry_over(graph, among, self._flow)
        self._keep(self._flow, state.price)
        return shift

    def _discharge(self, graph: Residual, shift: int) -> tuple[int, int]:
        how, looked = discharge(graph, self._state, shift, SLICE)
        self._count(looked)
        if int(self._state.price.min(initial=0)) < -LOWEST:
            raise _EndedError(TOO_HARD)
        return how, looked

    def _finish(self, among: Integers, graph: Residual) -> None:
        """Pivot from the flow at hand to a cheapest one."""
        walk, how = walk_of(graph), GOES_ON
        while how != DONE and among.size > 0:
            how, looked = fill_free_cycles(graph, walk, SLICE)
            self._count(looked)
        carry_over(graph, among, self._flow)
        begin = int(np.argmin(self._supply)) if self._supply.size else 0
        growing, how = growing_of(graph, among, self.potential, PARTS, begin), GOES_ON
        while how != DONE:
            how, looked = grow(growing, SLICE)
            self._count(looked)
        self._pivot(basis(self._arcs, self._flow, growing.tree, growing.price))

    def _pivot(self, tree: Basis) -> None:
        block, how = max(int(BLOCK * self._flow.size**0.5), 10), GOES_ON
        while how != DONE:
            how, looked = pivot(tree, block, SLICE)
            self._keep(tree.flow[:-1], self.potential)
            self._count(looked)
        if not is_proved(self._arcs, tree.flow[:-1], self._supply, tree.price):
            raise _EndedError(TOO_HARD)
        self._keep(tree.flow[:-1], tree.price)

    def _close_to(self, reach: int) -> tuple[Integers, Residual]:
        among = close_to(self._arcs, self._flow, self._state.price, reach)
        return among, residual(self._arcs, self._flow, among, self._supply.size)

    def _keep(self, flow: Numbers, price: Integers) -> None:
        self.best, self.potential = flow.astype(np.int64), price.copy()

    def _count(self, looked: int) -> None:
        self._looks_left -= looked
        if self._clock.is_over:
            raise _EndedError(TIME_LIMIT)
        if self._looks_left < 0:
            raise _EndedError(TOO_HARD)


def _largest(instance: Instance) -> int:
    return int(np.abs(instance.unit_cost).max(initial=0))


def _wide_arcs(instance: Instance) -> Arcs:
    """Return the arcs with costs in parts of a unit."""
    return Arcs(instance.tail, instance.head, room(instance), instance.unit_cost * PARTS)


def _is_narrow(arcs: Arcs) -> bool:
    return all(int(np.abs(numbers).max(initial=0)) < NARROW for numbers in arcs)


def _kept(numbers: Numbers, *, is_narrow: bool) -> Numbers:
    return numbers.astype(np.int32) if is_narrow else numbers.astype(np.int64)


def _log2(number: int) -> int:
    return max(number, 1).bit_length() - 1
