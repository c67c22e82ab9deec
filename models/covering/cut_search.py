"""Maximal covering where the tree does not end: the relaxation exactly, sites decided by it, and a MIP on few cuts.

Benders cuts solve the relaxation; reduced costs then decide sites for the best plan known, and on the lists of those
left most clients are alike, so that the relaxation's cuts are few and short, and go to the MIP solver. What its plans
earn by the cuts, and do not, makes new ones, until none of its plans is worth more than the best known. Cuts at good
plans come before that, or the solver finds these one after the other.
Source: Cordeau, Furini, Ljubic, European Journal of Operational Research 275, 2019.
"""

from dataclasses import dataclass, field
from math import inf, isfinite
from typing import Protocol

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.cell_master import Master
from models.covering.client_groups import grouped
from models.covering.credit import Credit, merged_without
from models.covering.credit_bound import BEST, BEST_LAST, BEST_NEXT, descend, new_dual
from models.covering.cut_rounds import relaxed
from models.covering.kernel_plans import kernel, kicked, opened
from models.covering.lists import CLOSED, States
from models.covering.max_node import SHRINKS, Node
from models.options import SolveOptions
from models.solver import Solver
from models.status import Status

CUT_SHARE, PLAN_SHARE = 0.5, 0.15  # of the time left
MOST_SITES = 3000
SOLVER_DUST = 1e-8  # of the whole weight: less a solver in floats may not see
SHRINKINGS = 3
CELLS, MOST_CELLS = 2, 100  # by the open sites, and at most


class Search(Protocol):
    """What the cuts need of a search: the instance, the best plan's value, what is aimed at, and whom to tell."""

    credit: Credit
    state: States
    p: int
    options: SolveOptions
    clock: Clock
    best: States
    value: float
    bound: float

    @property
    def target(self) -> float:
        """Return the bound from which on no plan that matters is left."""

    def lower(self, bound: float) -> None:
        """Lower the bound."""

    def decide(self, node: Node, found: tuple[float, float, float], worth: Floats) -> None:
        """Decide sites of a node."""

    def offer(self, flag: States) -> None:
        """Keep a plan if it is the best."""

    def better(self, flag: States) -> None:
        """Make a plan better, and keep it if it is the best."""


def by_cuts(search: Search, state: States) -> None:
    """Lower the bound of the search, and find plans, from what is decided of its sites."""
    none, master = np.zeros(0), _master(search.credit, search.p)
    with Solver() as solver:
        work = Cuts(search, solver, Node(search.credit, state, none, none, inf, np.arange(state.size)), master)
        if work.relax():
            work.finish()


def cuts_fit(search: Search) -> bool:
    """Return whether cuts fit into memory, and what matters is more than a solver's rounding."""
    weight = float((search.credit.weight + search.credit.backup).sum())
    is_seen = search.target - search.value > SOLVER_DUST * weight
    return is_seen and search.credit.weight.size * search.state.size > 0 and search.state.size <= MOST_SITES


@dataclass(slots=True)
class Cuts:
    """Cuts on the lists of a node, and the good plans met."""

    search: Search
    solver: Solver
    node: Node
    master: Master
    plans: list[States] = field(default_factory=list)

    def relax(self) -> bool:
        """Solve the relaxation, find plans, and decide sites, anew on shorter lists; return whether sites are left."""
        search = self.search
        for turn in range(SHRINKINGS):
            node = self.node
            answer = relaxed(self.master, node.state, self.solver, Clock(CUT_SHARE * search.clock.left_s))
            if answer is None:
                return False
            dual = new_dual(answer.u, answer.v, node.state.size, 1.0)
            descend(node.credit, node.state, dual, search.p, search.target, 1)
            found = float(dual.mark[BEST]), float(dual.mark[BEST_LAST]), float(dual.mark[BEST_NEXT])
            search.lower(found[0])
            self._find_plans(kernel(node.state, answer.y, search.p) if turn == 0 else node.state, answer.y)
            if search.bound <= search.target or search.clock.is_over:
                return False
            search.decide(node, found, dual.best_worth)
            is_short = (node.state != CLOSED).sum() > SHRINKS * node.state.size
            if is_short or turn == SHRINKINGS - 1:  # the last relaxation's cuts go to the MIP solver
                if turn == 0:  # plans were looked for in the kernel alone
                    self._find_plans(node.state, answer.y)
                break
            if not self._shrink():
                search.lower(search.target)
                return False
        return True

    def _find_plans(self, state: States, y: Floats) -> None:
        """Find plans among the node's sites not CLOSED in `state`."""
        search = self.search
        credit, site_of = merged_without(self.node.credit, state)
        state, part_clock = state[site_of], Clock(PLAN_SHARE * search.clock.left_s)
        first = search.best[self.node.site_of[site_of]]
        if first.sum() < search.p:
            first = opened(state, y[site_of], search.p)

        def spread(few: States) -> States:
            flag = np.zeros_like(search.state)
            flag[self.node.site_of[site_of]] = few
            return flag

        found = kicked(credit, state, first, search.options.seed, part_clock, lambda few: search.offer(spread(few)))
        self.plans += [spread(few) for few in found]
        search.better(self.plans[-len(found)].copy())

    def _shrink(self) -> bool:
        """Go on with the sites left; return whether these cover anybody."""
        old = self.node
        credit, site_of = merged_without(old.credit, old.state)
        self.node = Node(credit, old.state[site_of], old.u, old.v, inf, old.site_of[site_of])
        if credit.weight.size:
            self.master = _master(credit, self.search.p)
        return bool(credit.weight.size)

    def finish(self) -> None:
        """Hand the sites left, with the cuts, to the MIP solver, as often as its plans make new cuts."""
        search, node, master = self.search, self.node, self.master
        for plan in self.plans:
            y = plan[node.site_of].astype(np.float64)
            master.separate(y, y, master.most(y))
        while search.bound > search.target and cuts_fit(search) and not search.clock.is_over:
            outcome = self.solver.mip(
                master.program(node.state, whole=True, least=(search.value + search.target) / 2),
                relative_gap=search.options.relative_gap / 4,
                seed=search.options.seed,
                limit_s=max(search.clock.left_s, 1e-3),
                heuristics=False,
            )
            if outcome.status is Status.INFEASIBLE:
                search.lower(search.target)
            elif isfinite(outcome.bound):
                search.lower(max((SOLVER_DUST * master.cells - outcome.bound) * master.unit, search.target))
            before = len(master.constant), search.value
            if not outcome.values.size or self._learn(outcome.values) == before:
                return

    def _learn(self, values: Floats) -> tuple[int, float]:
        """Cut off what the MIP solver's plan does not earn, make it better, and return cuts and value there are now."""
        search, node, master = self.search, self.node, self.master
        y, earned = np.round(values[: node.state.size]), values[node.state.size :]
        flag = np.zeros(search.state.size, dtype=np.int8)
        flag[node.site_of] = y
        search.better(flag)
        master.separate(y, y, earned)
        return len(master.constant), search.value


def _master(credit: Credit, p: int) -> Master:
    """Return a master program without cuts; cells are clients alike, so that cuts are short."""
    group = grouped(credit, min(max(CELLS * p, 2), MOST_CELLS))
    return Master(credit, p, np.unique(group, return_inverse=True)[1].astype(np.int64))
