"""Prove the assignment of whole clients to decided sites: branch and bound on who serves a client.

Every node forbids some pairs (site, client) and raises the wages of whole knapsacks (`relaxation.decided_sites`); it
branches on the client whose averaged packings are most divided, between the site that takes it most often and all
others, the larger clients first. Best bound first, in slices: other nodes of the search over sites may be better.
Where rows on triples of clients are priced, their prices move in every node, and broken rows are added now and then.

Source: Savelsbergh, Operations Research 45, 1997 (this branching, with columns in place of multipliers).
"""

import heapq
from dataclasses import dataclass
from itertools import count

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.problem import Problem
from models.clock import Clock
from models.relaxation.broken_triples import broken_triples, with_broken
from models.relaxation.decided_sites import Assigning, climb_packings
from models.relaxation.site_knapsacks import OPEN
from models.relaxation.triples import Triples, averaged, climb_apart, new_log
from models.relaxation.volume import new_dual

ROOT_ROUNDS, ROUNDS, SCALE = 200, 60, 0.1
APART_ROUNDS, APART_SCALE = 40, 0.05
LOOK_EVERY = 4  # climbs
NEVER = 0.02  # a share below this is not divided


@dataclass(slots=True)
class _Node:
    bound: float
    allowed: Flags  # [site, client]
    wage: Floats
    share: Floats | None = None
    triples: Triples | None = None


class AssignmentTree:
    """Keeps the open nodes of a choice of `sites`; only the pairs `allowed` [site, client] are looked at.

    A plan that uses another pair costs `left_out` or more.
    """

    def __init__(
        self, problem: Problem, sites: Indices, allowed: Flags, wage: Floats, triples: Triples | None = None
    ) -> None:
        data = problem.data
        self._demand, self._room = data.demand, data.room[sites]
        self._cost = np.ascontiguousarray(data.by_site[sites])
        self._fixed = float(data.fixed[sites].sum())
        self._ticket = count()
        self._heap: list[tuple[float, int, _Node]] = []
        self._is_begun = False
        self._climbs = 0
        self.left_out = np.inf
        self._state = np.full(sites.size, OPEN, dtype=np.int64)
        self._data = data._replace(
            by_site=self._cost, room=self._room, fixed=data.fixed[sites], least=int(sites.size), most=int(sites.size)
        )
        allowed = allowed.copy()
        if self._leaves_a_chance(allowed):
            self._push(_Node(-np.inf, allowed, wage.copy(), triples=triples))

    @property
    def bound(self) -> float:
        """Return what no plan of these sites and pairs is cheaper than (inf: there is none)."""
        return min(min((node.bound for _, _, node in self._heap), default=np.inf), self.left_out)

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
        if node.triples is not None:
            self._climb_apart(node, node.triples, cutoff)
            return
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

    def _climb_apart(self, node: _Node, triples: Triples, cutoff: float) -> None:
        """Move wages and prices; now and then add the rows that are broken."""
        data = self._data._replace(by_site=np.where(node.allowed, self._cost, np.inf))
        log = new_log(APART_ROUNDS, self._state.size, self._demand.size)
        triples = triples._replace(price=triples.price.copy(), drift=np.zeros(triples.price.size))
        dual = new_dual(self._state.size, node.wage, APART_SCALE)
        bound = climb_apart(data, self._state, dual, triples, log, 0, cutoff, cutoff, APART_ROUNDS)
        node.bound, node.wage, node.share = max(node.bound, bound), dual.wage, averaged(log)
        self._climbs += 1
        is_due = node.bound < cutoff and self._climbs % LOOK_EVERY == 0
        node.triples = with_broken(triples, *broken_triples(log), self._demand.size) if is_due else triples

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
                child = _Node(node.bound, allowed, node.wage.copy(), triples=node.triples)
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
