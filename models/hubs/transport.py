"""Amounts shipped through places of limited room, exact without a solver, and a bound that proves it.

    min  sum_pk length_pk x_pk,    sum_k x_pk = amount_p,    sum_p x_pk <= room_k,    x >= 0

Every pair starts at its nearest place; what is too much for a place moves on along the cheapest chain of places to one
with room left (shortest augmenting paths: after each the amounts are shipped as cheaply as the loads allow). Lengths
are only compared with each other, pair by pair, so that neither a length a billion times another nor an amount a
billion times another hides the rest, as both do from the tolerances of a linear program.

Source: Ahuja, Magnanti, Orlin, Network Flows, 1993, chapter 9 (successive shortest paths).
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.arrays import Flags, Floats
from models.clock import Clock

FULL = 1e-13  # of its room: what is less than full by less, is full
SPILT = 1e-9  # of its room: so much too much is rounding of the caller's sums
SPARE = 1e-12  # of its room more: where rooms fit exactly, what rounding leaves over in one finds a place
SAME = 1e-15  # lengths of chains this near are the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """`amount` [pair] above 0, `length` [pair, place], inf where it must not go, and `room` [place], inf for any."""

    amount: Floats
    length: Floats
    room: Floats

    def cost(self, carried: Floats) -> float:
        """Return what the amounts `carried` [pair, place] cost."""
        return float((carried * np.where(carried > 0, self.length, 0.0)).sum())

    def fits(self, carried: Floats) -> bool:
        """Return whether no place carries more than its room, but for rounding."""
        return bool((carried.sum(axis=0) <= self.room * (1 + SPILT)).all())

    def waste(self, carried: Floats) -> float:
        """Return by how much `carried` [pair, place] can be above the cheapest cost at most, 0 if it is cheapest.

        At any tolls u >= 0 a unit pays at least its least length + toll, and the rooms hold no more than they do, so
        that sum_p amount_p min_k (length_pk + u_k) - sum_k u_k room_k is a bound. The cost of what is carried is above
        it by what its units pay above their least, and by the tolls of room that is left. Tolls: the most that a unit
        of room at the place saves, 0 where there is room left.
        """
        steps = _Chains(self, carried).step
        left = np.maximum(self.room - carried.sum(axis=0), 0.0)
        unlimited = np.isinf(self.room)
        full = FULL * np.where(unlimited, 0.0, self.room)
        sums = FULL * float(self.amount.sum())  # what room is left below this may be a rounding of large amounts
        is_free = (unlimited | (left > full), unlimited | (left > np.maximum(full, sums)))
        return min(self._waste(carried, steps, np.where(free, np.inf, left)) for free in is_free)

    def _waste(self, carried: Floats, steps: Floats, left: Floats) -> float:
        """Return `waste` by the tolls that are 0 where `left` [place] is inf; any tolls make a bound."""
        is_free = np.isinf(left)
        tolls = np.zeros(self.room.size)
        for _ in range(tolls.size):
            tolls = np.where(is_free, 0.0, np.maximum(tolls, (tolls[:, None] - steps).max(axis=0)))
        paid = self.length + tolls
        above = np.where(carried > 0, paid, 0.0) - np.where(carried > 0, paid.min(axis=1)[:, None], 0.0)
        return float((carried * above).sum() + (tolls * np.where(is_free, 0.0, left)).sum())


class _Chains:
    """The cheapest step of a unit from place to place: `step` [from, to] its length, `pair` [from, to] whose it is."""

    def __init__(self, task: Task, carried: Floats) -> None:
        places = task.room.size
        self._task, self._carried = task, carried
        self.step = np.full((places, places), np.inf)
        self.pair = np.full((places, places), -1)
        for place in range(places):
            self.look(place)

    def look(self, place: int) -> None:
        """Find the steps from `place` anew."""
        holders = np.flatnonzero(self._carried[:, place] > 0)
        self.step[place] = np.inf
        if holders.size:
            longer = self._task.length[holders] - self._task.length[holders, place][:, None]
            at = longer.argmin(axis=0)
            self.step[place], self.pair[place] = longer[at, np.arange(self.step.shape[1])], holders[at]
        self.step[place, place] = np.inf

    def cheapest(self, sources: Flags, sinks: Flags) -> list[int]:
        """Return the places of the cheapest chain from a source to a sink; empty where there is none."""
        far = np.where(sources, 0.0, np.inf)
        size = np.zeros(far.size)  # of the largest length on the way: its rounding is no gain
        before = np.full(far.size, -1)
        for _ in range(far.size):
            for place in np.flatnonzero(np.isfinite(far)):
                reach = far[place] + self.step[place]
                large = np.maximum(size[place], np.abs(np.where(np.isfinite(self.step[place]), self.step[place], 0.0)))
                is_nearer = reach < far - SAME * np.where(np.isfinite(far), np.maximum(large, size), 0.0)
                far[is_nearer], size[is_nearer], before[is_nearer] = reach[is_nearer], large[is_nearer], place
        ends = np.where(sinks, far, np.inf)
        chain = [int(ends.argmin())]
        if np.isinf(ends[chain[0]]):
            return []
        while before[chain[0]] >= 0 and len(chain) <= far.size:
            chain.insert(0, int(before[chain[0]]))
        return chain


def shipped(task: Task, limit_s: float) -> Floats | None:
    """Return the cheapest amounts carried [pair, place]; None: no room, or no time."""
    clock = Clock(limit_s)
    carried = np.zeros(task.length.shape)
    nearest = task.length.argmin(axis=1)
    if np.isinf(task.length[np.arange(nearest.size), nearest]).any():
        return None
    carried[np.arange(nearest.size), nearest] = task.amount
    chains, room = _Chains(task, carried), task.room
    while not clock.is_over:
        over = carried.sum(axis=0) - room
        sources, sinks = over > FULL * task.room, over < -FULL * task.room
        if not sources.any():
            return carried
        chain = chains.cheapest(sources, sinks | np.isinf(task.room))
        if not chain and room is task.room:
            room = task.room * (1 + SPARE)
            continue
        if not chain:
            return carried if task.fits(carried) else None
        chain = _without_rings(chain)
        if not sources[chain[0]]:
            return None  # lengths so near to each other that rounding leads in rings
        # a room just large enough may be so by rounding only: what would stay behind may have no room at all
        free = FULL / 2 * task.room[chain[-1]] - over[chain[-1]]
        _move(carried, chains, chain, min(over[chain[0]], free))
    return None


def _without_rings(chain: list[int]) -> list[int]:
    """Return the chain without the rings in it, whose length is rounding.

    Examples
    --------
    >>> _without_rings([0, 1, 2, 1, 3])
    [0, 1, 3]
    """
    short: list[int] = []
    for place in chain:
        if place in short:
            del short[short.index(place) :]
        short.append(place)
    return short


def _move(carried: Floats, chains: _Chains, chain: list[int], most: float) -> None:
    """Move as much as there is along the chain, up to `most`; a rounding of it does not stay behind."""
    steps: list[tuple[int, int, int]] = [(int(chains.pair[at, to]), at, to) for at, to in pairwise(chain)]
    amount = min(most, *(float(carried[pair, at]) for pair, at, _ in steps))
    for pair, at, to in steps:
        moved = carried[pair, at] if carried[pair, at] <= amount * (1 + FULL) else amount
        carried[pair, at] -= moved
        carried[pair, to] += moved
    for place in chain:
        chains.look(place)
