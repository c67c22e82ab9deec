"""Prove the assignment of whole clients to decided sites: branch and bound on who serves a client.

Every node forbids some pairs (site, client) and raises the wages of whole knapsacks (`relaxation.decided_sites`); it
branches on the client whose averaged packings are most divided, between the site that takes it most often and all
others, the larger clients first. Best bound first, in slices: other nodes of the search over sites may be better.
Where rows on triples of clients are priced, the nodes share what they know with the search over sites
(`strengthening`).

Source: Savelsbergh, Operations Research 45, 1997 (this branching, with columns in place of multipliers).
"""

import heapq
from dataclasses import dataclass
from itertools import count

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.problem import Problem
from models.capacitated.strengthening import Effort, Relaxed, Strengthening
from models.clock import Clock
from models.relaxation.decided_sites import Assigning, climb_packings
from models.relaxation.site_knapsacks import CLOSED, OPEN
from models.relaxation.triples import Triples, no_triples
from models.relaxation.volume import BOUND, new_dual

ROOT_ROUNDS, ROUNDS, SCALE = 200, 60, 0.1
EFFORT = Effort(rounds=10, evaluations=40, looks=1, rows=40, agreement=0.05, step=0.005)
TRIED = 8  # clients on both sides, before one is decided
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

    A plan that uses another pair costs `left_out` or more. `apart`: rows on triples, and what raises bounds by them.
    """

    def __init__(
        self,
        problem: Problem,
        sites: Indices,
        allowed: Flags,
        wage: Floats,
        apart: tuple[Triples, Strengthening] | None = None,
    ) -> None:
        data = problem.data
        self._demand, self._room = data.demand, data.room[sites]
        self._cost = np.ascontiguousarray(data.by_site[sites])
        self._fixed = float(data.fixed[sites].sum())
        self._ticket = count()
        self._heap: list[tuple[float, int, _Node]] = []
        self._is_begun = False
        self.left_out = np.inf
        self._sites = sites
        self._state = np.full(data.room.size, CLOSED, dtype=np.int64)
        self._state[sites] = OPEN
        self._data = data
        triples = None if apart is None else apart[0]
        self._strengthening = None if apart is None else apart[1]
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
                self._climb(node, cutoff, clock)
            plan = None if node.bound >= cutoff else self._plan(node)
            children = [] if plan is not None or node.bound >= cutoff else self._children(node, cutoff, clock)
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

    def _climb(self, node: _Node, cutoff: float, clock: Clock) -> None:
        if self._strengthening is not None:
            self._climb_apart(node, self._strengthening, cutoff, clock)
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

    def _relaxed(self, allowed: Flags, node: _Node) -> Relaxed:
        by_site = np.full(self._data.by_site.shape, np.inf)
        by_site[self._sites] = np.where(allowed, self._cost, np.inf)
        dual = new_dual(self._state.size, node.wage, EFFORT.step)
        triples = no_triples(self._demand.size) if node.triples is None else node.triples
        return Relaxed(self._data._replace(by_site=by_site), self._state, dual, triples)

    def _climb_apart(self, node: _Node, strengthening: Strengthening, cutoff: float, clock: Clock) -> None:
        relaxed = self._relaxed(node.allowed, node)
        after = strengthening.climb(relaxed, (cutoff, cutoff), clock, EFFORT)
        node.bound, node.wage = max(node.bound, float(after.dual.mark[BOUND])), after.dual.wage
        node.share, node.triples = strengthening.share_of_pairs()[self._sites], after.triples

    def _plan(self, node: _Node) -> Indices | None:
        """Return the plan of a node in which every client has one site left."""
        if (node.allowed.sum(axis=0) > 1).any():
            return None
        return np.asarray(np.argmax(node.allowed, axis=0), dtype=np.int64)

    def _children(self, node: _Node, cutoff: float, clock: Clock) -> list[_Node]:
        client, site = self._branch(node, cutoff)
        children = []
        for allowed in _sides(node.allowed, client, site):
            if self._leaves_a_chance(allowed):
                child = _Node(node.bound, allowed, node.wage.copy(), triples=node.triples)
                self._climb(child, cutoff, clock)
                children.append(child)
        return children

    def _branch(self, node: _Node, cutoff: float) -> tuple[int, int]:
        """Return the client that is most divided, and the site that takes it most often.

        With rows, of some such clients, the one for which the known packings promise most on both sides.
        """
        assert node.share is not None  # noqa: S101
        choices = node.allowed.sum(axis=0)
        most = node.share.max(axis=0)
        divided = np.where(choices > 1, np.minimum(most, np.maximum(1.0 - most, NEVER)) * self._demand, -1.0)
        site_of = np.argmax(np.where(node.allowed, node.share, -1.0), axis=0)
        tried = np.argsort(-divided, kind="stable")[: TRIED if self._strengthening is not None else 1]
        best, found = -1.0, (int(tried[0]), int(site_of[tried[0]]))
        if self._strengthening is None:
            return found
        for client in tried[choices[tried] > 1].tolist():
            site = int(site_of[client])
            sides = (self._relaxed(allowed, node) for allowed in _sides(node.allowed, client, site))
            rise = self._strengthening.promised_rise(sides, node.bound, (cutoff, cutoff))
            if rise > best:
                best, found = rise, (client, site)
        return found

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


def _sides(allowed: Flags, client: int, site: int) -> tuple[Flags, Flags]:
    """Return [site, client] what is allowed where the site serves the client, and where it does not."""
    here, elsewhere = allowed.copy(), allowed.copy()
    here[:, client] = False
    here[site, client] = True
    elsewhere[site, client] = False
    return here, elsewhere
