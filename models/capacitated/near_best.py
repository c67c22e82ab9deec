"""The other good sets of open sites: the k cheapest, or all within a given part of the least cost.

The nodes of `tree`, best bound first, but a branch ends only where every plan costs more than the limit, and a set of
sites with a plan within the limit is kept rather than compared. The limit is the given part above the least cost, and
falls to the k-th best value; the sets that bounds suggest on the way, and the best one with a site opened or closed,
set it low from the start. Divisible clients are shipped exactly; whole ones are assigned in a tree of their own, to
the gap asked for, where the bound of the set leaves hope.

Source: Lawler, Management Science 18, 1972, for the k best by branching.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from math import inf, isfinite

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.nodes import Node
from models.capacitated.plans import Plans, as_shares
from models.capacitated.problem import Problem
from models.capacitated.search import Found, search
from models.clock import Clock
from models.heuristics.site_moves import total_of
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN
from models.stopping import ALL_FOUND, INTERRUPTED, TIME_LIMIT

ROUNDING, LEAST = 1e-9, 1e-300  # relative, and in all: the limit is safe against so much
SCALE, ROUNDS, CLIMBS = 0.5, 20, 5  # of a node: climbs of so many rounds, as long as each decides a site
WIDE = 0.1  # of the best value: how far above it a climb aims where there is no limit yet


@dataclass(slots=True)
class NearBest:
    """Collects sets of open sites of `problem`: `wanted` at most, none dearer than the best by more than `within`."""

    problem: Problem
    wanted: int
    within: float
    options: SolveOptions
    clock: Clock
    best: float = inf
    highest: float = inf
    is_cut_short: bool = False
    values: dict[bytes, float] = field(default_factory=dict)  # of all sets priced; inf: none, or of no use
    shares: dict[bytes, Floats] = field(default_factory=dict)  # of whole clients

    @property
    def limit(self) -> float:
        """Return the value above which a set is of no use."""
        known = sorted(self.values.values())
        return min(self.highest, known[self.wanted - 1] if len(known) >= self.wanted else inf)

    @property
    def cut(self) -> float:
        """Return the bound from which on a branch holds nothing within the limit, safe against rounding."""
        limit = self.limit
        return limit + ROUNDING * abs(limit) + LEAST if isfinite(limit) else inf

    def search(self, first: Flags) -> None:
        """Find the sets, from the best one on."""
        self._price(np.flatnonzero(first))
        if not self.values:
            return
        self.best = min(self.values.values())
        self.highest = inf if self.within == inf else self.best + self.within * abs(self.best)
        if not self.problem.data.is_whole:
            for sites in _neighbours(self.problem, first):
                self._price(sites)
        ticket = count()
        heap = [(-inf, next(ticket), Node.root(self.problem, SCALE))]
        while heap and heap[0][0] < self.cut and not self._runs_out():
            for node in self._work(heapq.heappop(heap)[2]):
                heapq.heappush(heap, (node.bound, next(ticket), node))

    def found(self) -> list[Found]:
        """Return the sets within the limit with their plans, the cheapest first."""
        limit = self.cut
        ranked = sorted((value, key) for key, value in self.values.items() if value <= limit and isfinite(value))
        return [self._plan(key) for _, key in ranked[: self.wanted]]

    def _runs_out(self) -> bool:
        self.is_cut_short |= self.clock.is_over
        return self.is_cut_short

    def _work(self, node: Node) -> list[Node]:
        """Return the children of a node; of one with every site decided the set is priced."""
        aim = self.limit if isfinite(self.limit) else self.best + WIDE * abs(self.best)
        for _ in range(CLIMBS):
            free = np.count_nonzero(node.state == FREE)
            node.improve(self.problem, aim, self.cut, ROUNDS)
            if node.bound >= self.cut:
                return []
            node.fix(self.problem, self.cut)
            if node.is_decided or self._runs_out() or np.count_nonzero(node.state == FREE) == free:
                break
        if node.is_decided:
            self._price(np.flatnonzero(node.state == OPEN))
            return []
        if not self.problem.data.is_whole:
            for sites in node.suggestions(self.problem):
                self._price(sites)
        site = node.most_undecided
        return [node.child(site, decision, SCALE) for decision in (CLOSED, OPEN)]

    def _price(self, sites: Indices) -> None:
        """Write the value of a set of sites, unless it is known."""
        key = sites.tobytes()
        if key in self.values or self._runs_out():
            return
        if not self.problem.allows(sites):
            self.values[key] = inf
        elif self.problem.data.is_whole:
            self._assign(key, sites)
        else:
            ship = Plans(self.problem, self.clock).shipped(sites)
            self.values[key] = inf if ship is None else float(total_of(self.problem.data, sites, ship))
        if self._runs_out():
            self.values.pop(key)  # what the time was too short for

    def _assign(self, key: bytes, sites: Indices) -> None:
        state = np.full(self.problem.n_sites, CLOSED)
        state[sites] = OPEN
        decided = replace(self.problem, state=state)
        found, _ = search(decided, self.options, self.clock)
        if found is None:
            self.values[key] = inf
            return
        if found.stopped == INTERRUPTED:
            raise KeyboardInterrupt
        data, at = self.problem.data, np.argmax(found.share, axis=1)
        self.values[key] = float(data.by_site[at, np.arange(at.size)].sum() + data.fixed[sites].sum())
        self.shares[key] = found.share

    def _plan(self, key: bytes) -> Found:
        sites = np.frombuffer(key, dtype=np.intp)
        opened = np.zeros(self.problem.n_sites, dtype=np.bool_)
        opened[sites] = True
        if self.problem.data.is_whole:
            return Found(opened=opened, share=self.shares[key], stopped="")
        ship = Plans(self.problem, Clock(inf)).shipped(sites)
        assert ship is not None  # noqa: S101  (it was shipped before)
        return Found(opened=opened, share=as_shares(self.problem, sites, ship), stopped="")


def near_best(
    problem: Problem, first: Flags, wanted: int, within: float, options: SolveOptions, clock: Clock
) -> tuple[list[Found], str]:
    """Return up to `wanted` sets of open sites with plans, none dearer than that of `first` by more than `within`.

    `first` is the best set, `within` relative. Says also why the search ended.
    """
    work = NearBest(problem, wanted, within, options, clock)
    try:
        with ctrl_c():
            work.search(first)
            stopped = TIME_LIMIT if work.is_cut_short else ALL_FOUND
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return work.found(), stopped


def _neighbours(problem: Problem, first: Flags) -> Iterator[Indices]:
    """Yield the sets that differ from `first` by one site."""
    for site in range(problem.n_sites):
        opened = first.copy()
        opened[site] = not opened[site]
        yield np.flatnonzero(opened)
