"""The other good plans: the k cheapest sets of open sites, or all within a given part of the least cost.

The tree of `location.tree`, but a branch is cut off only where every plan costs more than the limit, and a leaf is
kept rather than compared. The limit is the given part above the least cost, and falls to the k-th best value; the
neighbours of the best plan (one site swapped, opened or closed) set it low from the start.
Source: Lawler, Management Science 18, 1972, for the k best by branching.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import floor, inf

import numpy as np

from models.arrays import Flags
from models.clock import Clock
from models.heuristics.interchange import begin, new_open, put, take
from models.interruption import ctrl_c
from models.location.task import Task
from models.location.tree import ASCENTS, ROUNDS, Node, child, most_undecided, root_node, site_flags
from models.relaxation.fixing import fix, settle
from models.relaxation.subgradient import BEST, CLOSED, FREE, OPEN, ascend, new_dual
from models.stopping import ALL_FOUND, INTERRUPTED, TIME_LIMIT

ROUNDING = 1e-9
HALF = 0.5


@dataclass(slots=True)
class Alternatives:
    """Collects sets of open sites with their prices: `count` at most, none dearer than `highest`."""

    task: Task
    count: int
    highest: float
    plans: dict[bytes, float] = field(default_factory=dict)

    @property
    def limit(self) -> float:
        """Return the value above which a plan is of no use."""
        values = sorted(self.plans.values())
        last = values[self.count - 1] if len(values) >= self.count else inf
        return min(self.highest, last)

    @property
    def cut(self) -> float:
        """Return the bound from which on a branch holds no plan within the limit, safe against rounding."""
        limit = self.limit
        if self.task.is_whole and limit < inf:
            return floor(limit) + HALF
        return limit * (1 + ROUNDING) + ROUNDING * ROUNDING * float(self.task.lists.far.sum())

    def keep(self, opened: Flags) -> None:
        """Keep the plan if it is within the limit."""
        value = self.task.price(opened)
        if value < inf and value <= self.limit * (1 + ROUNDING):
            self.plans[opened.tobytes()] = value

    def best(self) -> list[Flags]:
        """Return the plans, the cheapest first."""
        limit = self.limit * (1 + ROUNDING)
        ranked = sorted((value, plan) for plan, value in self.plans.items() if value <= limit)
        return [np.frombuffer(plan, dtype=np.bool_).copy() for _, plan in ranked[: self.count]]

    def search(self, first: Flags, clock: Clock) -> bool:
        """Find the plans, from the best one `first` on; return whether all were found in time."""
        self.keep(first)
        for neighbour in _neighbours(self.task, first, self.count):
            self.keep(neighbour)
        rules = self.task.rules
        dual = new_dual(np.minimum(self._multipliers(first), self.task.lists.reach), rules.state.size, 1.0)
        stack = [root_node(self.task.lists, rules._replace(state=rules.state.copy()), dual)]
        while stack and not clock.is_over:
            node = stack.pop()
            if node.bound < self.cut:
                stack += self._children(node)
        return not stack

    def _multipliers(self, first: Flags) -> np.ndarray:
        plan = new_open(self.task.lists.reach.size, first.size)
        begin(self.task.lists, self.task.rules, plan, first.astype(np.int8))
        return (plan.first_cost + plan.second_cost) / 2

    def _children(self, node: Node) -> list[Node]:
        dual = new_dual(node.u, node.names.size, 1.0)
        dual.often[:] = node.often
        free = settle(node.rules)
        for _ in range(ASCENTS):
            if free <= 0:
                break
            ascend(node.lists, node.rules, dual, self.cut, ROUNDS)
            if dual.mark[BEST] >= self.cut:
                return []
            fix(node.rules, dual, self.cut)
            free = settle(node.rules)
        if free == 0:
            self.keep(site_flags(node, node.rules.state == OPEN, self.task.rules.state.size).astype(np.bool_))
        if free <= 0:
            return []
        site = most_undecided(node, dual)
        return [child(node, dual, site, decision) for decision in (CLOSED, OPEN)]


def alternatives(task: Task, first: Flags, count: int, within: float, clock: Clock) -> tuple[list[Flags], str]:
    """Return up to `count` plans within `within` (relative) of the best one, `first`, and why the search ended."""
    highest = inf if within == inf else task.price(first) * (1 + within)  # 0 times infinity is no number
    work = Alternatives(task, count, highest)
    try:
        with ctrl_c():
            stopped = ALL_FOUND if work.search(first, clock) else TIME_LIMIT
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return work.best(), stopped


def _neighbours(task: Task, first: Flags, count: int) -> Iterator[Flags]:
    """Yield the `count` cheapest plans that differ from `first` by one site swapped, opened or closed."""
    rules, plan = task.rules, new_open(task.lists.reach.size, first.size)
    begin(task.lists, rules, plan, first.astype(np.int8))
    inside = np.flatnonzero(first & (rules.state != OPEN))
    swaps: list[tuple[float, int, int]] = []
    if int(first.sum()) > rules.least:
        swaps += [(float(plan.loss[r] - rules.fixed[r]), -1, int(r)) for r in inside]
    before = float(plan.value[0])
    for a in np.flatnonzero(~first & (rules.state == FREE)).tolist():
        put(task.lists, rules, plan, a)
        added = float(plan.value[0]) - before
        if int(first.sum()) < rules.most:
            swaps.append((added, a, -1))
        swaps += [(added + float(plan.loss[r] - rules.fixed[r]), a, int(r)) for r in inside]
        take(task.lists, rules, plan, a)
        swaps = sorted(swaps)[:count]
    for _, into, out in swaps:
        opened = first.copy()
        if into >= 0:
            opened[into] = True
        if out >= 0:
            opened[out] = False
        yield opened
