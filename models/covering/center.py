"""The p-center by bisection: whether, at a radius, a choice of p sites covers all clients.

1. Open the nearest site of the client worst served, p times, for a first plan.
2. Halve the radii between bound and plan. At one radius: dominance (`dominance`), then for each piece (`fewest`)
   local search for a cover (`row_weights`), the Lagrangian bound (`bound`), and a tree of so many nodes (`tree`).
3. Radii left undecided are taken up again with more nodes, until none is left between bound and plan.

Only radii that are costs matter. Source: Minieka, SIAM Review 12, 1970 (bisection); Elloumi, Labbe, Pochet, INFORMS
Journal on Computing 16, 2004 (bounds by relaxation first).
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Floats, Indices
from models.clock import Clock
from models.compiled import compiled
from models.covering.dominance import reduce
from models.covering.fewest import cover_with
from models.covering.lists import OPEN, Ints, part, within
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solution import relative_gap
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT

COMPARED = 200_000_000  # pairs for dominance
FIRST_NODES = 50
MOST_NODES = 10**9
NEAR = 1e-3  # relative: so near to a radius too hard others are as hard
MORE_NODES = 20  # times the nodes when a radius is taken up again
COUNTABLE = 2_000_000  # radii that are sorted; of more a sample is
SAMPLE = 20_000


@dataclass(frozen=True, slots=True)
class Center:
    """Costs [client, site] of sites that may be opened, what clients pay at forced ones, how many to open."""

    cost: Floats
    served: Floats
    p: int


@dataclass(slots=True)
class Found:
    """The sites opened (None: no plan), the largest cost, its proven bound, and why the search stopped."""

    opened: Indices | None
    value: float
    bound: float
    stopped: str


def search(center: Center, options: SolveOptions, clock: Clock) -> Found:
    """Return the best plan and bound within the clock's time, or as far as Ctrl-C let it come."""
    work = _Work(center, options, clock)
    try:
        with ctrl_c():
            stopped = work.run()
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return Found(work.opened, work.value, work.bound, stopped)


@compiled
def next_above(cost: Floats, served: Floats, radius: float) -> float:
    """Return the least cost above `radius`."""
    least = np.inf
    for i in range(cost.shape[0]):
        if radius < served[i] < least:
            least = served[i]
        for j in range(cost.shape[1]):
            if radius < cost[i, j] < least:
                least = cost[i, j]
    return least


@compiled
def least_radius(cost: Floats, served: Floats) -> float:
    """Return the largest of what clients pay at best."""
    largest = 0.0
    for i in range(cost.shape[0]):
        least = served[i]
        for j in range(cost.shape[1]):
            least = min(least, cost[i, j])
        largest = max(largest, least)
    return largest


@compiled
def farthest_first(cost: Floats, served: Floats, p: int) -> Ints:
    """Return p sites at most: time and again the nearest site of the client worst served."""
    now = served.copy()
    opened = np.empty(p, dtype=np.int64)
    for count in range(p):
        worst = np.argmax(now)
        site = np.argmin(cost[worst])
        if cost[worst, site] >= now[worst]:
            return opened[:count].copy()
        opened[count] = site
        for i in range(now.size):
            now[i] = min(now[i], cost[i, site])
    return opened


@dataclass(slots=True)
class _Work:
    center: Center
    options: SolveOptions
    clock: Clock
    opened: Indices | None = None
    value: float = inf
    bound: float = 0.0
    radii: Floats = field(default_factory=lambda: np.zeros(0))

    def run(self) -> str:
        center = self.center
        self.bound = least_radius(center.cost, center.served)
        p = center.p if center.served.size else 0
        self._offer(farthest_first(center.cost, center.served, p))
        nodes = FIRST_NODES
        while not self.is_done and not self.clock.is_over:
            self._halve(nodes)
            nodes = min(nodes * MORE_NODES, MOST_NODES)
        return GAP_REACHED if self.is_done else TIME_LIMIT

    @property
    def is_done(self) -> bool:
        if self.bound >= self.value or self.bound == inf:
            return True
        return relative_gap(self.value, self.bound) <= self.options.relative_gap

    def _offer(self, opened: Indices) -> None:
        """Keep the plan if its largest cost is least."""
        nearest = self.center.cost[:, opened].min(axis=1, initial=inf)
        value = float(np.minimum(nearest, self.center.served).max(initial=0.0))
        if value < self.value:
            self.value, self.opened = value, opened

    def _halve(self, nodes: int) -> None:
        """Decide radii below and above those too hard for so many nodes, until none but these is left."""
        hard = (inf, -inf)
        while not self.is_done and not self.clock.is_over:
            radii = self._between(*hard)
            if not radii.size:
                return
            radius = float(radii[-1] if self.value == inf else radii[radii.size // 2])
            answer = self._decide(radius, nodes)
            if answer is None:
                hard = (min(hard[0], radius), max(hard[1], radius))
            elif not answer:
                self.bound = max(self.bound, next_above(self.center.cost, self.center.served, radius))

    def _between(self, low: float, high: float) -> Floats:
        """Return radii below `low`, or, where these are as hard, above `high`; of many a sample."""
        self.radii = self.radii[(self.radii >= self.bound) & (self.radii < self.value)]
        left = self._outside(low, high)
        if left.size:
            return left
        known = np.concatenate([self.center.cost.ravel(), self.center.served])
        known = known[(known >= self.bound) & (known < self.value)]
        if known.size > COUNTABLE:
            drawn = np.random.default_rng(self.options.seed).integers(0, known.size, SAMPLE)
            known = np.concatenate([known[drawn], [known.max()]])
        self.radii = np.unique(known)
        return self._outside(low, high)

    def _outside(self, low: float, high: float) -> Floats:
        below, above = self.radii[self.radii < low], self.radii[self.radii > high]
        near = relative_gap(low, self.bound) <= max(self.options.relative_gap, NEAR)
        if low == inf or (below.size and not near):
            return below
        return above if above.size and relative_gap(self.value, high) > NEAR else np.zeros(0)

    def _decide(self, radius: float, nodes: int) -> bool | None:
        """Return whether p sites cover all clients within `radius`; None: not known. A cover found is offered."""
        rows = np.flatnonzero(self.center.served > radius)
        cover = within(self.center.cost, rows, radius)
        sites = self.center.cost.shape[1]
        keep, state = np.ones(rows.size, dtype=np.int8), np.zeros(sites, dtype=np.int8)
        if not reduce(cover, np.ones(sites), keep, state, COMPARED):
            return False
        rest, _, site_of = part(cover, keep, state)
        sure = np.flatnonzero(state == OPEN)
        left = self.center.p - sure.size
        if left < 0 or (left == 0 and keep.any()):
            return False
        if not keep.any():
            self._offer(sure)
            return True
        chosen, is_decided = cover_with(rest, left, nodes, self.options.seed, self.clock)
        if chosen is not None:
            self._offer(np.concatenate([sure, site_of[chosen]]))
            return True
        return False if is_decided else None
