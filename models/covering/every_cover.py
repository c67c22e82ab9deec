"""Every cover that costs less than a limit, by a tree over clients: which of its sites covers a client first.

A node opens what is a client's only site, and decides sites by reduced costs; at the client with the fewest sites the
k-th branch opens the k-th of them and closes those before it, so that each set of sites is met once. Where all are
covered sites that nobody needs may be open beside the others. The limit falls as covers are found. No dominance: it
keeps the best cover, and loses others.

Source: Balas, Ho, Mathematical Programming Study 12, 1980, whose tree for one best cover (`tree`) this is without what
loses the other ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import combinations
from typing import NamedTuple, Protocol

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.compiled import compiled
from models.covering.bound import BEST, ascend, closing_adds, dual_in_loops, first_multipliers, opening_adds
from models.covering.lists import CLOSED, FREE, OPEN, Cover, Ints, States, part_in_loops

STEPS = 25  # of the bound, in a node and after each round of decisions
SCALE = 0.5
NONE, ALL, MANY = -2, -1, -3  # no cover is left; all clients are covered; sites a client may choose from


class Task(Protocol):
    """What covers what, at which cost, and which sets are wanted."""

    @property
    def cover(self) -> Cover:
        """Who covers whom; it may lose entries, as the limit falls."""

    @property
    def cost(self) -> Floats:
        """Costs of opening [site]."""

    @property
    def cut(self) -> float:
        """Cost from which on a set is of no use; finite."""

    @property
    def size(self) -> int | None:
        """Number of sites that are open in the end; None: any."""

    def keep(self, opened: States) -> None:
        """Take a set in."""


class Node(NamedTuple):
    """What is decided [site], and multipliers [client]."""

    state: States
    u: Floats


@compiled
def _only_site(cover: Cover, state: States, client: int) -> int:
    """Return the one FREE site that covers the client; NONE, MANY."""
    only = NONE
    for k in range(cover.start[client], cover.start[client + 1]):
        if state[cover.site[k]] == FREE:
            if only >= 0:
                return MANY
            only = cover.site[k]
    return only


@compiled
def _only(cover: Cover, cost: Floats, state: States, limits: Floats) -> tuple[States, float, int]:
    """Open the sites without a rival; return the clients not covered, cost and number of open sites (-1: no use)."""
    cut, most = limits
    keep = np.ones(cover.start.size - 1, dtype=np.int8)
    paid = 0.0
    opened = 0
    for j in range(state.size):
        if state[j] == OPEN:
            paid += cost[j]
            opened += 1
            for k in range(cover.site_start[j], cover.site_start[j + 1]):
                keep[cover.client[k]] = 0
    for i in range(keep.size):  # once is enough: what is opened closes nothing
        only = _only_site(cover, state, i) if keep[i] else MANY
        if only == NONE:
            return keep, paid, -1
        if only >= 0:
            state[only] = OPEN
            paid += cost[only]
            opened += 1
            for k in range(cover.site_start[only], cover.site_start[only + 1]):
                keep[cover.client[k]] = 0
    return keep, paid, -1 if paid >= cut or opened > most else opened


@compiled
def look(cover: Cover, cost: Floats, state: States, u: Floats, limits: Floats) -> tuple[int, Ints]:
    """Decide sites in `state`, raise the bound in `u`; return NONE, ALL, or a client, and its sites to branch on.

    `limits`: the cost from which on a set is of no use, and the largest number of open sites.
    """
    nothing = np.zeros(0, dtype=np.int64)
    while True:
        keep, paid, opened = _only(cover, cost, state, limits)
        if opened < 0:
            return NONE, nothing
        if not keep.any():
            return ALL, nothing
        if opened >= limits[1]:
            return NONE, nothing
        rest, row_of, site_of = part_in_loops(cover, keep, state)
        dual = dual_in_loops(u[row_of], site_of.size, SCALE)
        target = limits[0] - paid
        ascend(rest, cost[site_of], dual, target, int(limits[1]) - opened, STEPS)
        u[row_of] = dual.best_u
        if dual.mark[BEST] >= target:
            return NONE, nothing
        is_fixed = False
        for at in range(site_of.size):
            if dual.mark[BEST] + opening_adds(dual, at) >= target:
                state[site_of[at]] = CLOSED
                is_fixed = True
            elif dual.mark[BEST] + closing_adds(dual, at) >= target:
                state[site_of[at]] = OPEN
                is_fixed = True
        if not is_fixed:
            row = np.argmin(np.diff(rest.start))
            members = rest.site[rest.start[row] : rest.start[row + 1]]
            return row_of[row], site_of[members[np.argsort(dual.best_reduced[members])]]


def find(task: Task, state: States, clock: Clock) -> bool:
    """Hand every set that `state` leaves and the task wants to it; return whether all were found in time."""
    work = _Work(task)
    work.stack.append(Node(state.copy(), first_multipliers(task.cover, task.cost)))
    while work.stack and not clock.is_over:
        work.grow(work.stack.pop(), clock)
    return not work.stack


@dataclass(slots=True)
class _Work:
    task: Task
    stack: list[Node] = field(default_factory=list)

    def grow(self, node: Node, clock: Clock) -> None:
        """Put the branches of a node onto the stack, the most promising one on top."""
        task, state, u = self.task, node.state, node.u
        most = state.size if task.size is None else task.size
        row, sites = look(task.cover, task.cost, state, u, np.array([task.cut, most]))
        if row == ALL:
            self._fill(node, clock)
        if row < 0:
            return
        branches = []
        for site in sites.tolist():
            branch = state.copy()
            branch[site] = OPEN
            branches.append(Node(branch, u.copy()))
            state[site] = CLOSED
        self.stack += branches[::-1]

    def _fill(self, node: Node, clock: Clock) -> None:
        """Hand in the covers that open, beside the sites of the node, sites that nobody needs."""
        task, cover = self.task, self.task.cover
        free, sure = np.flatnonzero(node.state == FREE), (node.state == OPEN).astype(np.int8)
        paid = float(task.cost[sure == 1].sum())
        more = _cheapest(task.cost[free]) if task.size is None else _choices(free.size, task.size - int(sure.sum()))
        for added, chosen in more:
            if paid + added >= task.cut:
                return
            if task.cover is not cover or clock.is_over:  # what covers all may no longer
                self.stack.append(node)
                return
            opened = sure.copy()
            opened[free[chosen]] = 1
            task.keep(opened)


def _choices(count: int, size: int) -> Iterator[tuple[float, list[int]]]:
    """Yield every choice of `size` of `count` sites at no cost."""
    return ((0.0, list(chosen)) for chosen in combinations(range(count), size))


def _cheapest(cost: Floats) -> Iterator[tuple[float, list[int]]]:
    """Yield the cost and members of every choice, the cheapest first (the last member moves up, or gets a next one)."""
    yield 0.0, []
    rank = np.argsort(cost, kind="stable").tolist()
    queue: list[tuple[float, tuple[int, ...]]] = [(float(cost[rank[0]]), (0,))] if rank else []
    while queue:
        total, chosen = heappop(queue)
        yield total, [rank[at] for at in chosen]
        last = chosen[-1]
        if last + 1 < len(rank):
            after = float(cost[rank[last + 1]])
            heappush(queue, (total + after, (*chosen, last + 1)))
            heappush(queue, (total - float(cost[rank[last]]) + after, (*chosen[:-1], last + 1)))
