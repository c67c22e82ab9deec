"""The choices of p sites whose largest cost is nearly as small as the smallest: covers by p sites at a radius.

Source: Minieka, SIAM Review 12, 1970 (covers at a radius); Lawler, Management Science 18, 1972 (the best by branching).
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.every_cover import find
from models.covering.lists import FREE, OPEN, Cover, States, within
from models.covering.near_best import NearBest
from models.interruption import ctrl_c
from models.stopping import ALL_FOUND, INTERRUPTED, TIME_LIMIT

HALF = 0.5
SMALLEST = 5e-324  # above 0: costs are compared as they are, not added up


@dataclass(slots=True)
class _Task:
    """Covers at the largest cost [client, site] that is still of use; it falls as choices are found."""

    paid: Floats
    size: int
    near: NearBest
    cost: Floats = field(init=False)
    cover: Cover = field(init=False)
    radius: float = inf

    def __post_init__(self) -> None:
        self.cost = np.ones(self.paid.shape[1])
        self._tighten()

    @property
    def cut(self) -> float:
        return self.size + HALF if self.radius >= 0 else 0.0

    def keep(self, opened: States) -> None:
        self.near.keep(value(self.paid, opened), opened)
        if self.near.cut <= self.radius:
            self._tighten()

    def _tighten(self) -> None:
        below = self.paid[(self.paid < self.near.cut) & (self.paid < inf)]
        nothing = 0.0 if self.near.cut > 0.0 and not self.paid.size else -1.0  # nobody to serve costs nothing
        self.radius = float(below.max(initial=nothing))
        self.cover = within(self.paid, np.arange(self.paid.shape[0]), self.radius)


def value(paid: Floats, opened: States) -> float:
    """Return the largest cost of a client at its cheapest open site."""
    return float(paid[:, opened == OPEN].min(axis=1, initial=inf).max(initial=0.0))


def near_smallest(
    paid: Floats, p: int, rules: tuple[States, States], asked: tuple[int, float, float], clock: Clock
) -> tuple[list[States], str]:
    """Return the best choices at costs `paid`, and why the search for them ended: ALL_FOUND, or what came first.

    `rules`: which sites are forced, and a best choice; `asked`: how many, how far from it
    (relative), and a bound on what it costs.
    """
    state, first = rules
    near = NearBest(*asked, SMALLEST, is_whole=False)
    near.keep(value(paid, first), first)
    for neighbour in _swaps(paid, state, first, near.count):
        near.keep(value(paid, neighbour), neighbour)
    try:
        with ctrl_c():
            stopped = ALL_FOUND if find(_Task(paid, p, near), state, clock) else TIME_LIMIT
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return near.ranked(), stopped


def _swaps(paid: Floats, state: States, first: States, count: int) -> list[States]:
    """Return the `count` best choices that differ from `first` by one site."""
    inside, free = np.flatnonzero(first == OPEN), np.flatnonzero((first != OPEN) & (state == FREE))
    if not (paid.shape[0] and inside.size and free.size):
        return []
    at_open = paid[:, inside]
    nearest = at_open.argmin(axis=1)
    second = np.partition(at_open, 1, axis=1)[:, 1] if inside.size > 1 else np.full(paid.shape[0], inf)
    kept, left = np.zeros((2, inside.size, free.size))
    for place in range(inside.size):
        own = nearest == place
        offered = paid[np.ix_(own, free)]
        kept[place] = np.minimum(offered, at_open[own, place][:, None]).max(axis=0, initial=0.0)
        left[place] = np.minimum(offered, second[own][:, None]).max(axis=0, initial=0.0)
    ranked = np.sort(kept, axis=0)
    next_best = ranked[-2] if inside.size > 1 else np.zeros(free.size)
    others = np.where(kept == ranked[-1], next_best, ranked[-1])  # of equals the other one is as large
    costs = np.maximum(others, left)
    costs[state[inside] == OPEN] = inf
    best = np.argsort(costs, axis=None, kind="stable")[:count]
    choices = []
    for place, into in zip(*np.unravel_index(best[costs.ravel()[best] < inf], costs.shape), strict=True):
        opened = first.copy()
        opened[inside[place]], opened[free[into]] = FREE, OPEN
        choices.append(opened)
    return choices
