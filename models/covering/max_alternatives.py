"""The choices of p sites that earn nearly as much as the best: the tree of `max_search`, on until the last of them.

Source: Lawler, Management Science 18, 1972, for the k best by branching.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.clock import Clock
from models.covering.credit import Credit, changes, worth
from models.covering.lists import FREE, OPEN, States
from models.covering.max_node import Node
from models.covering.max_search import Work, is_whole
from models.covering.near_best import NearBest
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.stopping import ALL_FOUND, INTERRUPTED, TIME_LIMIT

DUST = 1e-15  # of the whole weight
TRIED = 4  # times the choices asked for: neighbours that are priced


@dataclass(slots=True)
class _All(Work):
    """Keeps every choice that earns more than the limit, instead of the best one; what is less is of no use."""

    near: NearBest = field(kw_only=True)

    @property
    def target(self) -> float:
        return max(-self.near.cut, -1.0 - float((self.credit.weight + self.credit.backup).sum()))

    def find(self, first: States) -> bool:
        self.offer(first)
        for flag in _swaps(self.credit, self.state, first, TRIED * self.near.count):
            self.offer(flag)
        self.stack = [self._root()] if self.near.cut > -inf else []
        while self.stack and not self.clock.is_over:
            self._look(self.stack.pop())
        return not self.stack

    def offer(self, flag: States) -> States:
        self.near.keep(-worth(self.credit, flag), flag)
        return flag

    def _settle(self, node: Node, room: int) -> None:
        chosen = node.state == OPEN
        if room > 0:
            chosen |= node.state == FREE
        if chosen.sum() == self.p:
            self.offer(node.spread(chosen, self.state.size))


def near_most(
    credit: Credit,
    p: int,
    rules: tuple[States, States],
    asked: tuple[int, float, float],
    options: SolveOptions,
    clock: Clock,
) -> tuple[list[States], str]:
    """Return the best choices, and why the search for them ended: ALL_FOUND, or what came first.

    `rules`: which sites are forced, and a best choice; `asked`: how many, how far from it
    (relative), and a bound on what it earns, its sign changed.
    """
    state, first = rules
    near = NearBest(*asked, DUST * float((credit.weight + credit.backup).sum()), is_whole(credit))
    work = _All(credit, state, p, options, clock, near=near)
    try:
        with ctrl_c():
            stopped = ALL_FOUND if work.find(first) else TIME_LIMIT
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return near.ranked(), stopped


def _swaps(credit: Credit, state: States, first: States, count: int) -> Iterator[States]:
    """Yield `count` choices that differ from `first` by one site, those that seem to lose least."""
    change = changes(credit, first)
    inside, free = np.flatnonzero((first == OPEN) & (state == FREE)), np.flatnonzero((first != OPEN) & (state == FREE))
    lost = change[inside][:, None] - change[free]
    best = np.argsort(lost, axis=None, kind="stable")[:count]
    for out, into in zip(*np.unravel_index(best, lost.shape), strict=True):
        flag = first.copy()
        flag[inside[out]], flag[free[into]] = 0, 1
        yield flag
