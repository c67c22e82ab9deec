"""A node of the tree: which sites are decided, how far its bound has been climbed, what follows from it."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Indices
from models.capacitated.assignment_tree import AssignmentTree
from models.capacitated.packing_tree import PackingTree
from models.capacitated.problem import Problem
from models.heuristics.site_moves import wages_of
from models.heuristics.transport import Shipment
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN
from models.relaxation.triples import Triples
from models.relaxation.volume import BOUND, Dual, climb, evaluate, flips, new_dual

HALF = 0.5


@dataclass(slots=True)
class Node:
    """`bound` holds for every plan that agrees with `state` [site]; `dual`: where the climb stands.

    `triples`: rows whose prices raise the bound (None: there are none). With every site decided and whole clients:
    `tries`, how often it was worked on without being proved, and the tree `below` it.
    """

    bound: float
    state: Indices
    dual: Dual
    tries: int = 0
    below: AssignmentTree | PackingTree | None = None
    triples: Triples | None = None

    @classmethod
    def root(cls, problem: Problem, scale: float) -> "Node":
        """Return the node in which only the forced sites are decided."""
        return cls(-np.inf, problem.state.copy(), new_dual(problem.n_sites, problem.first_wages, scale))

    def child(self, site: int, decision: int, scale: float) -> "Node":
        """Return the node that decides `site` as well."""
        state = self.state.copy()
        state[site] = decision
        return Node(self.bound, state, new_dual(state.size, self.dual.wage, scale), triples=self.triples)

    @property
    def is_decided(self) -> bool:
        """Return whether no site is free."""
        return not (self.state == FREE).any()

    @property
    def most_undecided(self) -> int:
        """Return the free site whose averaged opening is nearest to a half."""
        free = np.flatnonzero(self.state == FREE)
        return int(free[np.argmin(np.abs(self.dual.share[free] - HALF))])

    def improve(self, problem: Problem, upper: float, enough: float, rounds: int) -> None:
        """Climb without rows for `rounds` evaluations, or until the bound is `enough`."""
        bound = climb(problem.data, self.state, self.dual, upper, enough, rounds)
        self.bound = max(self.bound, bound)

    def fix(self, problem: Problem, cutoff: float) -> float:
        """Decide the sites whose opposite costs `cutoff` or more; return the least bound of what that leaves out."""
        if not (np.isfinite(cutoff) and np.isfinite(self.dual.mark[BOUND])):
            return np.inf
        opposite, chosen = flips(problem.data, self.state, self.dual)
        decided = (self.state == FREE) & (opposite >= cutoff)
        self.state[decided] = np.where(chosen[decided], OPEN, CLOSED)
        return float(opposite[decided].min(initial=np.inf))

    def bounds_when_open(self, problem: Problem) -> Floats:
        """Return [site] the bound if the site is open."""
        opposite, chosen = flips(problem.data, self.state, self.dual)
        return np.where(chosen | (self.state != FREE), self.dual.mark[BOUND], opposite)

    def prove_by(self, problem: Problem, sites: Indices, ship: Shipment) -> None:
        """Raise the bound of a decided node to what the prices of its shipment prove."""
        wage = wages_of(problem.data, sites, ship.price)
        values, chosen = np.zeros(problem.n_sites), np.zeros(problem.n_sites, dtype=np.bool_)
        bound, _ = evaluate(problem.data, self.state, wage, values, chosen, np.zeros(problem.n_sites))
        self.bound = max(self.bound, bound)

    def suggestions(self, problem: Problem) -> tuple[Indices, Indices]:
        """Return two choices of sites: of the best bound, and the largest averaged openings that have room."""
        data, share = problem.data, self.dual.share
        rank = np.where(self.state == OPEN, 2.0, np.where(self.state == CLOSED, -1.0, share))
        order = np.argsort(-rank, kind="stable")
        order = order[rank[order] >= 0]
        enough = int(np.searchsorted(np.cumsum(data.room[order]), data.need) + 1)
        wanted = max(int((rank > HALF).sum()), enough, data.least)
        return np.flatnonzero(self.dual.chosen), np.sort(order[: min(wanted, data.most)])
