"""Prove the assignment of whole clients to decided sites: branch and bound on who serves a client.

Every node forbids some pairs (site, client) and raises the wages of whole knapsacks (`relaxation.decided_sites`); it
branches on the client whose averaged packings are most divided, between the site that takes it most often and all
others, the larger clients first. Best bound first, in slices: other nodes of the search over sites may be better.

Source: Savelsbergh, Operations Research 45, 1997 (this branching, with columns in place of multipliers).
"""

import heapq
from dataclasses import dataclass
from itertools import count

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.problem import Problem
from models.clock import Clock
from models.relaxation.decided_sites import Assigning, climb_packings

ROOT_ROUNDS, ROUNDS, SCALE = 200, 60, 0.1
NEVER = 0.02  # a share below this is not divided


@dataclass(slots=True)
class _Node:
    bound: float
    allowed: Flags  # [site, client]
    wage: Floats
    share: Floats | None = None


class AssignmentTree:
    """Keeps the open nodes of a choice of `sites`; only the pairs `allowed` [site, client] are looked at."""

    def __init__(self, problem: Problem, sites: Indices, allowed: Flags, wage: Floats) -> None:
        data = problem.data
        self._demand, self._room = data.demand, data.room[sites]
        self._cost = np.ascontiguousarray(data.by_site[sites])
        self._fixed = float(data.fixed[sites].sum())
        self._ticket = count()
        self._heap: list[tuple[float, int, _Node]] = []
        self._is_begun = False
        allowed = allowed.copy()
        if self._leaves_a_chance(allowed):
            self._push(_Node(-np.inf, allowed, wage.copy()))

    @property
    def bound(self) -> float:
        """Return what no plan of these sites and pairs is cheaper than (inf: there is none)."""
        return min((node.bound for _, _, node in self._heap), default=np.inf)

    def run(self, nodes: int, cutoff: float, clock: Clock) -> Indices | None:
        """Look at some nodes; return the place of each client in a plan below `cutoff`, if one is met."""
        for _ in range(nodes):
            if not self._heap or self._heap[0][0] >= cutoff or clock.is_over:
                return None
            node = self._heap[0][2]
            if node.share is None:
                self._climb(node, cutoff)
            plan = None if node.bound >= cutoff else self._plan(node)
            children = [] if plan is not None or node.bound >= cutoff else self._children(node, cutoff)
            heapq.heappop(self._heap)  # last: after an interruption nothing is missing
            for child in children:
                self._push(child)
            if node.bound >= cutoff and np.isfinite(node.bound):
                self._push(node)
            if plan is not None:
                return plan
        return None

    def _push(self, node: _Node) -> None:
        heapq.heappush(self._heap, (node.bound, next(self._ticket), node))

    def _climb(self, node: _Node, cutoff: float) -> None:
        share = np.zeros(self._cost.shape)
        work = Assigning(
            cost=np.where(node.allowed, self._cost, np.inf), demand=self._demand, room=self._room,
            free=np.ones(self._demand.size, dtype=np.bool_), wage=node.wage, share=share,
        )  # fmt: skip
        rounds = ROUNDS if self._is_begun else ROOT_ROUNDS
        self._is_begun = True
        bound = climb_packings(work, rounds, SCALE, cutoff - self._fixed)
        node.bound = max(node.bound, bound + self._fixed)
        node.share = share

    def _plan(self, node: _Node) -> Indices | None:
        """Return the plan of a node in which every client has one site left."""
        if (node.allowed.sum(axis=0) > 1).any():
            return None
        return np.asarray(np.argmax(node.allowed, axis=0), dtype=np.int64)

    def _children(self, node: _Node, cutoff: float) -> list[_Node]:
        assert node.share is not None  # noqa: S101
        choices = node.allowed.sum(axis=0)
        most = node.share.max(axis=0)
        divided = np.where(choices > 1, np.minimum(most, np.maximum(1.0 - most, NEVER)) * self._demand, -1.0)
        client = int(np.argmax(divided))
        site = int(np.argmax(np.where(node.allowed[:, client], node.share[:, client], -1.0)))
        here, elsewhere = node.allowed.copy(), node.allowed.copy()
        here[:, client] = False
        here[site, client] = True
        elsewhere[site, client] = False
        children = []
        for allowed in (here, elsewhere):
            if self._leaves_a_chance(allowed):
                child = _Node(node.bound, allowed, node.wage.copy())
                self._climb(child, cutoff)
                children.append(child)
        return children

    def _leaves_a_chance(self, allowed: Flags) -> bool:
        """Forbid clients that have no room beside those that are decided; return whether all may still have a site."""
        while True:
            only = allowed & (allowed.sum(axis=0) == 1)
            left = self._room - (only * self._demand).sum(axis=1)
            if (left < 0.0).any() or not allowed.any(axis=0).all():
                return False
            crowded = allowed & ~only & (self._demand[None, :] > left[:, None])
            if not crowded.any():
                return True
            allowed[crowded] = False
