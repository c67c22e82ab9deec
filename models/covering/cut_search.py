"""Maximal covering where the tree does not end: the relaxation exactly, sites decided by it, and a MIP on few cuts.

Benders cuts solve the relaxation; reduced costs then decide sites for the best plan known, and on the lists of those
left most clients are alike, so that the relaxation's cuts are few and short, and go to the MIP solver. What its plans
earn by the cuts, and do not, makes new ones, until none of its plans is worth more than the best known. Cuts at good
plans come before that, or the solver finds these one after the other.
Source: Cordeau, Furini, Ljubic, European Journal of Operational Research 275, 2019.
"""

from dataclasses import dataclass, field
from math import inf, isfinite

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.cell_master import Master
from models.covering.client_groups import grouped
from models.covering.credit import Credit
from models.covering.credit_bound import BEST, BEST_LAST, BEST_NEXT, descend, new_dual
from models.covering.cut_rounds import relaxed
from models.covering.kernel_plans import found_among, kernel, opened
from models.covering.lists import CLOSED, States
from models.covering.max_node import SHRINKS, Part, whole
from models.covering.max_task import Search
from models.solver import Solver
from models.status import Status

CUT_SHARE, PLAN_SHARE = 0.5, 0.15  # of the time left
MOST_SITES = 3000
SOLVER_DUST = 1e-8  # of the whole weight: less a solver in floats may not see
SHRINKINGS = 3
CELLS, MOST_CELLS = 2, 100  # by the open sites, and at most


def by_cuts(search: Search, state: States) -> None:
    """Lower the bound of the search, and find plans, from what is decided of its sites."""
    master = _master(search.credit, search.p)
    with Solver() as solver:
        work = Cuts(search, solver, whole(search.credit, state), master)
        if work.relax():
            work.finish()


def rehearse_cuts(search: Search) -> None:
    """Make the cuts at one point."""
    master = _master(search.credit, search.p)
    everywhere = np.ones(master.sites)
    master.separate(everywhere, everywhere, np.full(master.cells, inf))


def cuts_fit(search: Search) -> bool:
    """Return whether cuts fit into memory, and what matters is more than a solver's rounding."""
    weight = float((search.credit.weight + search.credit.backup).sum())
    is_seen = search.target - search.value > SOLVER_DUST * weight
    return is_seen and search.credit.weight.size * search.state.size > 0 and search.state.size <= MOST_SITES


@dataclass(slots=True)
class Cuts:
    """Cuts on the lists of a part, and the good plans met."""

    search: Search
    solver: Solver
    part: Part
    master: Master
    plans: list[States] = field(default_factory=list)

    def relax(self) -> bool:
        """Solve the relaxation, find plans, and decide sites, anew on shorter lists; return whether sites are left."""
        search = self.search
        for turn in range(SHRINKINGS):
            part = self.part
            answer = relaxed(self.master, part.state, self.solver, Clock(CUT_SHARE * search.clock.left_s))
            if answer is None:
                return False
            dual = new_dual(answer.u, answer.v, part.state.size, 1.0)
            descend(part.credit, part.state, dual, search.p, search.target, 1)
            found = float(dual.mark[BEST]), float(dual.mark[BEST_LAST]), float(dual.mark[BEST_NEXT])
            search.lower(found[0])
            self._find_plans(kernel(part.state, answer.y, search.p) if turn == 0 else part.state, answer.y)
            if search.bound <= search.target or search.clock.is_over:
                return False
            search.decide(part, found, dual.best_worth)
            is_short = (part.state != CLOSED).sum() > SHRINKS * part.state.size
            if is_short or turn == SHRINKINGS - 1:  # the last relaxation's cuts go to the MIP solver
                if turn == 0:  # plans were looked for in the kernel alone
                    self._find_plans(part.state, answer.y)
                break
            if not self._shrink():
                search.lower(search.target)
                return False
        return True

    def _find_plans(self, state: States, y: Floats) -> None:
        """Find plans among the part's sites not CLOSED in `state`."""
        search, few = self.search, self.part.merged(state)
        first = search.best[few.site_of]
        if first.sum() < search.p:
            first = opened(few.state, y[state != CLOSED], search.p)
        clock = Clock(PLAN_SHARE * search.clock.left_s)
        self.plans += found_among(search, few, first, search.options.seed, clock)

    def _shrink(self) -> bool:
        """Go on with the sites left; return whether these cover anybody."""
        part = self.part = self.part.merged(self.part.state)
        if part.credit.weight.size:
            self.master = _master(part.credit, self.search.p)
        return bool(part.credit.weight.size)

    def finish(self) -> None:
        """Hand the sites left, with the cuts, to the MIP solver, as often as its plans make new cuts."""
        search, part, master = self.search, self.part, self.master
        for plan in self.plans:
            y = plan[part.site_of].astype(np.float64)
            master.separate(y, y, master.most(y))
        while search.bound > search.target and cuts_fit(search) and not search.clock.is_over:
            outcome = self.solver.mip(
                master.program(part.state, whole=True, least=(search.value + search.target) / 2),
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
        search, part, master = self.search, self.part, self.master
        y, earned = np.round(values[: part.state.size]), values[part.state.size :]
        search.better(part.spread(y.astype(np.int8), search.state.size))
        master.separate(y, y, earned)
        return len(master.constant), search.value


def _master(credit: Credit, p: int) -> Master:
    """Return a master program without cuts; cells are clients alike, so that cuts are short."""
    group = grouped(credit, min(max(CELLS * p, 2), MOST_CELLS))
    return Master(credit, p, np.unique(group, return_inverse=True)[1].astype(np.int64))
