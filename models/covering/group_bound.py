"""Bound of maximal covering by groups of clients that share sites, each group with openings of its own.

Where discs overlap, the linear relaxation opens halves of sites beside each other, and no multiplier of a single client
forbids that. Here each group g of clients chooses its sites S freely at prices q_gj >= 0, and all p sites are paid:

    U(q) = sum_g max_S (covered_g(S) - sum_{j in S} q_gj) + largest sum of (sum_g q_gj) over p sites

No plan covers more than U for whatever q; with a group for each client it is the bound of the linear relaxation, and
the larger the groups the lower it gets. Source: Guignard, Kim, Mathematical Programming 39, 1987 (decomposition by
copies of variables); by clusters: Pereira, Lorena, Senne, European Journal of Operational Research 178, 2007 (columns).
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.client_groups import Groups
from models.covering.credit import Credit
from models.covering.group_choice import choose
from models.covering.lists import States
from models.covering.max_node import worth_most

TRIAL_NODES, MOST_NODES = 60_000, 300_000  # of all groups together, at first and later: less than half a second
DEFLECTION, SHRINK, PATIENCE = 0.7, 0.7, 12
LOWEST_SCALE = 0.002
LOOKS, LEAST_FALL = 40, 0.01  # steps, and by how much of the gap these must lower the bound
SAFETY = 2.3e-16  # of the sum of all magnitudes, for each term: more than rounding can move such a sum


def fits(credit: Credit) -> bool:
    """Return whether groups know what clients earn: whole parts, no backup."""
    return bool((credit.part == 1.0).all()) and not credit.backup.any()


@dataclass(slots=True)
class GroupBound:
    """A descent over the prices [pair], at sites of the `state` with p to open; `worth` [site] at the best bound."""

    groups: Groups
    state: States
    p: int
    price: Floats
    scale: float = 1.0
    most: int = MOST_NODES
    bound: float = inf
    worth: Floats = field(init=False)
    last: float = inf
    next: float = 0.0
    is_hard: bool = False
    best_price: Floats = field(init=False)
    _turn: Floats = field(init=False)
    _chosen: States = field(init=False)
    _stale: int = 0

    def __post_init__(self) -> None:
        self.worth = np.zeros(self.state.size)
        self.best_price, self._turn = self.price.copy(), np.zeros(self.price.size)
        self._chosen = np.zeros(self.price.size, dtype=np.int8)

    @property
    def is_settled(self) -> bool:
        """Return whether steps have become too short to matter."""
        return self.is_hard or self.scale < LOWEST_SCALE

    def step(self, target: float) -> None:
        """Find the bound at the prices, and move them."""
        groups = self.groups
        earned, _ = choose(groups, self.price, self._chosen, self.most)
        if earned < 0.0:
            self.is_hard = True
            return
        worth = np.bincount(groups.site, self.price, self.state.size).astype(np.float64)
        taken, last, following = worth_most(worth, self.state, self.p)
        magnitude = 2.0 * float(groups.weight.sum() + self.price.sum())
        now = earned + float(worth[taken].sum()) + SAFETY * 2.0 * (groups.pair.size + worth.size) * magnitude
        self._stale = 0 if now < self.bound * (1.0 - 1e-7) else self._stale + 1
        if now < self.bound:
            self.bound, self.worth, self.last, self.next = now, worth, last, following
            self.best_price = self.price
        if self._stale >= PATIENCE:
            self._stale, self.scale = 0, self.scale * SHRINK
            self.price, self._turn = self.best_price, np.zeros(self.price.size)
            return
        self._turn = DEFLECTION * self._turn + taken[groups.site] - self._chosen
        norm = float(self._turn @ self._turn)
        if norm > 0.0:
            self.price = np.maximum(self.price - self.scale * max(now - target, 0.0) / norm * self._turn, 0.0)
        else:
            self.scale = 0.0


def settle(work: GroupBound, known: float, target: float, clock: Clock) -> None:
    """Move the prices until that lowers the bound no more, or it is down at `target`; `known`: another bound."""
    steps, before = 0, inf
    while not (work.is_settled or clock.is_over) and work.bound > target:
        work.step(target)
        steps += 1
        if steps % LOOKS == 0:
            bound = min(work.bound, known)
            if before - bound < LEAST_FALL * (bound - target):
                return
            before = bound


def first_prices(groups: Groups, u: Floats) -> Floats:
    """Return the prices that follow from multipliers [client]."""
    paid = np.maximum(groups.weight - u[groups.row], 0.0)
    return np.bincount(groups.pair, np.repeat(paid, np.diff(groups.pair_start)), groups.site.size).astype(np.float64)
