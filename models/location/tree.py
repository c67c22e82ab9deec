"""Lagrangian branch and bound: a node inherits its parent's multipliers, and fixing makes its lists shorter.

Source: Christofides, Beasley, European Journal of Operational Research 10, 1982; Beasley, same journal 21, 1985.
A child starts with the full step scale: that closed trees with a tenth of the nodes of a cautious start.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.heuristics.interchange import begin, improve, new_open
from models.location.incumbent import Incumbent
from models.relaxation.fixing import fix, settle, without
from models.relaxation.lists import Lists
from models.relaxation.subgradient import BEST, CLOSED, FREE, OPEN, Dual, Rules, States, ascend, new_dual

ROUNDS = 25
ASCENTS = 4
WORTH_GOING_ON = 0.15  # part of the way to the threshold that another ascent must have made
SQUEEZE = 0.8
CLOSE = 1.01  # plans up to this times the best are improved
HALF = 0.5


class Node(NamedTuple):
    """A part of the plans: the bound of its parent, what is left of lists and rules, and the names of its sites."""

    bound: float
    lists: Lists
    rules: Rules
    names: Indices
    u: Floats
    often: Floats


def root_node(lists: Lists, rules: Rules, dual: Dual) -> Node:
    """Return the node of all plans that `rules` leave."""
    node = Node(dual.mark[BEST], lists, rules, np.arange(rules.state.size), dual.best_u, dual.often)
    return _squeezed(node)


@dataclass(slots=True)
class Tree:
    """Searches depth first; `stack` is empty when all is proved."""

    incumbent: Incumbent
    stack: list[Node]

    @property
    def bound(self) -> float:
        """Return the least bound of the nodes that wait, and of what was cut off."""
        waiting = min((node.bound for node in self.stack), default=np.inf)
        return min(waiting, self.incumbent.threshold)

    def run(self, nodes: int, clock: Clock) -> None:
        """Look at up to `nodes` nodes."""
        while self.stack and nodes > 0 and not clock.is_over:
            node = self.stack[-1]  # taken off when it is done: an interruption must not lose it
            children = self._children(node) if node.bound < self.incumbent.threshold else []
            self.stack[-1:] = children
            nodes -= 1

    def _children(self, node: Node) -> list[Node]:
        dual = new_dual(node.u, node.names.size, 1.0)
        dual.often[:] = node.often
        free = self._bounded(node, dual)
        if free <= 0 or dual.mark[BEST] >= self.incumbent.threshold:
            return []
        self._look(node, dual)
        site = most_undecided(node, dual)
        order = (CLOSED, OPEN) if dual.often[site] > HALF else (OPEN, CLOSED)  # the last is looked at first
        return [child(node, dual, site, decision) for decision in order]

    def _bounded(self, node: Node, dual: Dual) -> int:
        """Raise the bound and decide sites; return how many are free, 0 or less if the node is done."""
        free = settle(node.rules)
        before = -np.inf
        for _ in range(ASCENTS):
            if free < 0:
                return free
            if free == 0:
                self.incumbent.offer(self._flags(node, node.rules.state == OPEN))
                return 0
            threshold = self.incumbent.threshold
            ascend(node.lists, node.rules, dual, threshold, ROUNDS)
            best = dual.mark[BEST]
            if best >= threshold:
                return 0
            fix(node.rules, dual, threshold)
            free = settle(node.rules)
            if free > 0 and best - before < WORTH_GOING_ON * (threshold - best):
                return free
            before = best
        if free == 0:
            self.incumbent.offer(self._flags(node, node.rules.state == OPEN))
        return free

    def _flags(self, node: Node, opened: Flags) -> States:
        return site_flags(node, opened, self.incumbent.task.rules.state.size)

    def _look(self, node: Node, dual: Dual) -> None:
        """Offer the sites that the bound chose, improved where they are good already."""
        plan = new_open(node.u.size, node.names.size)
        begin(node.lists, node.rules, plan, dual.best_chosen)
        if plan.value[0] < CLOSE * self.incumbent.value:
            improve(node.lists, node.rules, plan, node.names.size)
        if plan.value[0] < self.incumbent.value:
            self.incumbent.offer(self._flags(node, plan.flag > 0))


def most_undecided(node: Node, dual: Dual) -> int:
    """Return the free site that the ascent chose most nearly half of the time."""
    undecided = np.flatnonzero(node.rules.state == FREE)
    return int(undecided[np.argmin(np.abs(dual.often[undecided] - HALF))])


def child(node: Node, dual: Dual, site: int, decision: int) -> Node:
    """Return the part of `node` in which `site` is decided."""
    state = node.rules.state.copy()
    state[site] = decision
    part = Node(
        dual.mark[BEST], node.lists, node.rules._replace(state=state), node.names, dual.best_u.copy(), dual.often
    )
    return _squeezed(part)


def _squeezed(node: Node) -> Node:
    """Return the node without its closed sites, where these are many."""
    keep = np.flatnonzero(node.rules.state != CLOSED)
    if keep.size > SQUEEZE * node.names.size:
        return node
    rules = node.rules._replace(fixed=node.rules.fixed[keep], state=node.rules.state[keep])
    return Node(node.bound, without(node.lists, keep), rules, node.names[keep], node.u, node.often[keep])


def site_flags(node: Node, opened: Flags, sites: int) -> States:
    """Return the node's open sites in the numbering of the whole."""
    flag = np.zeros(sites, dtype=np.int8)
    flag[node.names[opened]] = 1
    return flag
