"""Choices of sites for whole clients: the likeliest in a node first, judged by the bound of what plans on them cost.

With rows on triples few sites are undecided, and good choices differ from the averaged openings, rounded, in few of
these. So choices are gone through as if each site were open by itself, with its averaged opening as the probability:
by the sum of the log-odds of the sites that are not rounded, least first. What plans on a choice cost is known only
when clients are assigned, which takes a second and some luck; its bound lies some 0.2 % below, and rejects most choices
in a hundredth of a second, from the wages and prices of the best one.

Source: Lawler, Management Science 18, 1972 (subsets in the order of their sums, each from a better one).
"""

import heapq
from bisect import insort
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.nodes import HALF, Node
from models.capacitated.strengthening import Effort, Relaxed, Strengthening
from models.clock import Clock
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN, Data
from models.relaxation.triples import Triples
from models.relaxation.volume import BOUND, Dual, new_dual

LOOK = Effort(rounds=60, evaluations=50, looks=8, rows=100, agreement=0.01, step=0.005)
LOOK_SHARE, SHARE = 0.025, 0.035  # of the time: for one choice, and for one search
STILL = 0.1  # of the way to what is enough: climbs that gain less stand still
MOST, PATIENCE = 5_000, 500  # choices gone through in one search, few with the room, and judged since the best
UNSURE, MOST_SITES = 0.01, 50  # averaged opening that leaves a site undecided, and so many of these at most
KEPT = 20  # choices whose clients may be assigned later


class Choice(NamedTuple):
    """Open `sites`, what no plan on them is cheaper than, and the wages and prices that prove it."""

    sites: Indices
    bound: float
    dual: Dual
    triples: Triples

    def relaxed(self, data: Data) -> Relaxed:
        """Return what is relaxed where just these sites are open."""
        state = np.full(data.room.size, CLOSED)
        state[self.sites] = OPEN
        return Relaxed(data, state, self.dual, self.triples)


class LikelyChoices:
    """Judges choices of sites of one problem, as `data`, by the bounds that `strengthening` proves."""

    def __init__(self, data: Data, strengthening: Strengthening, clock: Clock) -> None:
        self._data, self._strengthening, self._clock = data, strengthening, clock
        self._judged: set[bytes] = set()
        self._kept: list[Choice] = []  # the best of them that were not returned, by their bounds

    def bounded(self, choice: Choice, value: float) -> Choice:
        """Return a choice with the bound, wages and prices at the end of a climb; `value`: of a plan."""
        return self._climbed(choice, value, self._clock.part(LOOK_SHARE))

    def best(self, node: Node, at: Choice, value: float, useful: float) -> Choice | None:
        """Return the best choice judged so far that was not returned before; None: none has a bound that is `useful`.

        Choices that are likely in the `node` are judged first, from the wages and prices of the best one, or of `at`.
        `value`: of a plan; a bound is useful below what is given, which is no more.
        """
        clock = self._clock.part(SHARE)
        self._kept = [choice for choice in self._kept if choice.bound < value]
        idle = 0
        for is_open in likeliest(node, self._data):
            if clock.is_over or idle == PATIENCE:
                break
            if is_open.tobytes() not in self._judged:
                idle = 0 if self._judge(is_open, at, value, clock) else idle + 1
        while self._kept and self._kept[0].bound < useful:
            # most were only climbed to what was the best then
            choice = self.bounded(self._kept.pop(0), value)
            if choice.bound < useful:
                return choice
        return None

    def _judge(self, is_open: Flags, at: Choice, value: float, clock: Clock) -> bool:
        """Keep a choice [site] if it is good, and return whether it is the best; that it is not is soon seen."""
        start, enough = (self._kept[0], self._kept[0].bound) if self._kept else (at, value)
        trial, before = self._climbed(start._replace(sites=np.flatnonzero(is_open)), enough, clock), -np.inf
        while trial.bound < enough and trial.bound - before > STILL * (enough - trial.bound) and not clock.is_over:
            before = trial.bound
            trial = max(trial, self._climbed(trial, enough, clock), key=attrgetter("bound"))
        is_best = trial.bound < enough
        if is_best and clock.is_over:
            return False  # it may have been climbed further
        self._judged.add(is_open.tobytes())
        if trial.bound < value:
            insort(self._kept, trial, key=attrgetter("bound"))
            del self._kept[KEPT:]
        return is_best

    def _climbed(self, at: Choice, enough: float, clock: Clock) -> Choice:
        """Return the choice with its bound, climbed from where `at` stands, or one that is `enough`."""
        relaxed = at._replace(dual=new_dual(self._data.room.size, at.dual.wage, LOOK.step)).relaxed(self._data)
        after = self._strengthening.climb(relaxed, (enough, enough), clock, LOOK)
        return Choice(at.sites, float(after.dual.mark[BOUND]), after.dual, after.triples)


def likeliest(node: Node, data: Data) -> Iterator[Flags]:
    """Yield choices [site] that a node leaves, with room for all and an allowed number of sites, likeliest first."""
    share = np.clip(node.dual.share, UNSURE, 1.0 - UNSURE)
    rounded = np.where(node.state == FREE, share > HALF, node.state == OPEN)
    odds = np.abs(np.log(share / (1.0 - share)))
    unsure = np.flatnonzero((node.state == FREE) & (share > UNSURE) & (share < 1.0 - UNSURE))
    unsure = unsure[np.argsort(odds[unsure], kind="stable")[:MOST_SITES]]
    for changed in _subsets(odds[unsure]):
        is_open = rounded.copy()
        is_open[unsure[changed]] ^= True
        if data.room[is_open].sum() >= data.need and data.least <= is_open.sum() <= data.most:
            yield is_open


def _subsets(of: Floats) -> Iterator[list[int]]:
    """Yield subsets of what ascends, least sum first: after each the one with the next as well, or for the last."""
    yield []
    heap = [(of[0], [0])] if of.size else []
    for _ in range(MOST - 1):
        if not heap:
            break
        total, subset = heapq.heappop(heap)
        yield subset
        after = subset[-1] + 1
        if after < of.size:
            heapq.heappush(heap, (total + of[after], [*subset, after]))
            heapq.heappush(heap, (total + of[after] - of[after - 1], [*subset[:-1], after]))
