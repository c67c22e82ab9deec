"""Improve a plan of whole clients: exchange the clients of small groups of sites exactly, first downhill, then warm.

Warm exchanges change the first site of a group whatever that costs, and keep the change if it costs less than a random
amount, which shrinks through a cycle (`heuristics.site_groups`). At the wages of the root's bound an exchange of three
to five sites with some 30 clients takes about a millisecond.

Source: Kirkpatrick, Gelatt, Vecchi, Science 220, 1983 (how much a change may cost).
"""

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.nodes import Node
from models.capacitated.plans import Plans
from models.capacitated.recombination import Recombination
from models.clock import Clock
from models.heuristics.group_packings import Desk, new_desk
from models.heuristics.site_groups import exchanges
from models.relaxation.pair_bounds import useful_pairs
from models.relaxation.site_knapsacks import CLOSED, OPEN
from models.relaxation.volume import TOLL

NEAR_PAIR, NEAR_SITE = 0.1, 0.3  # of the gap: what a pair and a site may cost above the bound
SLICE = 20  # exchanges between two looks at the clock
DOWNHILL = (3, 3), (4, 4), (5, 5), (6, 6)  # sites of a group
IDLE = 8  # slices without gain before groups grow
WARM = 3, 4
CYCLE = 150  # slices
HOT = 0.1  # of the gap
LARGEST_GAP = 0.005  # of the plan: a worse one says little of how far good plans lie above the bound


class Regrouping:
    """Exchanges at the wages of one node; a warm cycle goes on from call to call. What they pass is `met`."""

    def __init__(self, node: Node, plans: Plans, met: Recombination) -> None:
        self._plans, self._draw, self._met = plans, np.random.default_rng(plans.seed), met
        problem = plans.problem
        gap = min(max(plans.value - node.bound, 0.0), LARGEST_GAP * abs(plans.value))
        above = node.bounds_when_open(problem)
        self._useful: Flags = useful_pairs(problem.data, node.state, node.dual, above, node.bound + NEAR_PAIR * gap)
        self._near = (node.state != CLOSED) & (above < node.bound + NEAR_SITE * gap)
        self._must: Flags = node.state == OPEN
        self._desk: Desk = new_desk(problem.data, node.dual.wage.copy(), float(node.dual.mark[TOLL]), self._must)
        self._hot = HOT * gap
        self._turn = 0
        self._at: Indices = np.empty(0, dtype=np.int64)

    def improve(self, plan: Indices, clock: Clock) -> None:
        """Go downhill from a plan [client], with larger groups where smaller ones save nothing more."""
        if not self._has_enough_sites(plan):
            return
        at = plan.astype(np.int64)
        for sizes in DOWNHILL:
            idle = 0
            while idle < IDLE and not clock.is_over:
                idle = 0 if self._exchanged(at, sizes, np.zeros(SLICE)) > 0.0 else idle + 1

    def go_on(self, clock: Clock) -> None:
        """Go on with the warm cycle until the clock is over; begin one from the best plan where one has ended."""
        best = self._plans.at
        if best is None or not self._has_enough_sites(best):
            return
        while not clock.is_over:
            if self._turn % CYCLE == 0:
                best = best if self._plans.at is None else self._plans.at
                self.improve(best, clock)
                self._at = best.astype(np.int64)
            heat = self._hot * (1.0 - self._turn % CYCLE / CYCLE)
            self._turn += 1
            self._exchanged(self._at, WARM, np.full(SLICE, heat))

    def begin_anew(self) -> None:
        """Begin the next warm cycle from the best plan, which another search has found."""
        self._turn = 0

    def _has_enough_sites(self, plan: Indices) -> bool:
        """Return whether a plan keeps the number of open sites without those that serve nobody."""
        return int(np.union1d(plan, np.flatnonzero(self._must)).size) >= self._plans.problem.data.least

    def _exchanged(self, at: Indices, sizes: tuple[int, int], heat: Floats) -> float:
        near = self._near.copy()
        near[at] = True
        seed = int(self._draw.integers(2**31))
        saved, best = exchanges(self._desk, self._useful, np.flatnonzero(near), at, sizes, heat, seed)
        self._met.meet(at)
        if saved > 0.0:
            opened = self._must.copy()
            opened[best] = True
            self._plans.keep_whole(np.flatnonzero(opened), best)
        return saved
