"""Finish a node of single-source location, whose sites are decided, over the pairs that its bound leaves.

HiGHS ends the small ones soon. Of the large its bound is weaker than the knapsacks': a tree of their own proves them,
with rows on triples a tree over all packings within the gap, where these can be listed.
"""

from types import TracebackType
from typing import Self
from weakref import WeakSet

import numpy as np

from models.arrays import Flags
from models.capacitated.assignment_tree import AssignmentTree
from models.capacitated.nodes import Node
from models.capacitated.packing_start import start_of
from models.capacitated.packing_tree import PackingTree
from models.capacitated.pairs_program import PairsProgram
from models.capacitated.plans import Plans
from models.capacitated.strengthening import Relaxed, Strengthening
from models.clock import Clock
from models.errors import SolverError
from models.relaxation.pair_bounds import useful_pairs
from models.relaxation.site_knapsacks import OPEN
from models.relaxation.triples import Triples
from models.relaxation.volume import BOUND
from models.scaling import dust, is_fine
from models.solver import Solver
from models.status import Status

ROUNDS = 300
DIVES = 4  # from which clients are assigned, before the node's pairs go to the program
FEW_USEFUL = 1_000  # pairs: of fewer the program finds the best plan sooner than a second dive does
FIRST_SLICE, LEAST_SLICE_S = 0.03, 2.0  # of the time, for one program
NODES, AGAIN = 10, 10  # nodes of a tree at a time; and how often clients are assigned anew
MOST_LISTED, MOST_CLIENTS = 2_500_000, 2_000  # packings in all trees at a time; pairs of clients are held as a table
SLOW_NODES = 1  # of a tree over packings, where each takes a second or two
SOLVED = 5e-10  # relative: HiGHS's own rounding


class Finisher:
    """Finishes nodes; starts the solver's process with the first that needs it. Use it in a `with` statement."""

    TOO_MANY_PAIRS = 20_000  # for the program

    def __init__(self, strengthening: Strengthening) -> None:
        self.strengthening = strengthening  # of nodes with rows
        self._solver: Solver | None = None
        self._trees: WeakSet[PackingTree] = WeakSet()
        self._too_many = self.TOO_MANY_PAIRS  # less, once a program was not ended in its slice

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._solver is not None:
            self._solver.close()

    @property
    def solver(self) -> Solver:
        """Return the solver, whose process is started when it is asked for first, and anew where it has died."""
        if self._solver is None or self._solver.is_ended:
            self._solver = Solver()
        return self._solver

    def finish(self, node: Node, plans: Plans, relative_gap: float, clock: Clock) -> None:
        """Prove the node, or raise its bound as far as a slice of the time allows; `plans` keeps what is found."""
        if node.tries == 0:
            self._begin(node, plans, relative_gap, clock)
        else:
            self._carry_on(node, plans, relative_gap, clock)
        node.tries += 1

    def _begin(self, node: Node, plans: Plans, relative_gap: float, clock: Clock) -> None:
        """Assign clients well, and hand the node to the program, unless it is one that the program would not end."""
        if node.triples is None:
            node.improve(plans.problem, plans.value, plans.cutoff(relative_gap), ROUNDS)
        else:
            self._climb_on(node, node.triples, plans, plans.cutoff(relative_gap), clock)
        useful, value = self._useful(node, plans, relative_gap), plans.value
        if useful is None or node.triples is not None:
            return
        dives = DIVES if useful.sum() >= min(FEW_USEFUL, self._too_many) else 1
        plans.assign_well(np.flatnonzero(node.state == OPEN), node.dual.wage, dives)
        if plans.value < value:
            useful = self._useful(node, plans, relative_gap)
        if useful is None or useful.sum() >= self._too_many:
            return
        cutoff = plans.cutoff(relative_gap)
        limit_s = max(FIRST_SLICE * (clock.seconds + clock.left_s), LEAST_SLICE_S)
        proved = self._solved(node, plans, useful, relative_gap, Clock(min(limit_s, clock.left_s)))
        # what the program leaves out costs `cutoff` or more
        node.bound = max(node.bound, min(proved, cutoff))
        if node.bound < plans.cutoff(relative_gap):
            self._too_many = int(useful.sum())

    def _carry_on(self, node: Node, plans: Plans, relative_gap: float, clock: Clock) -> None:
        """Look at some nodes of the tree below; assign anew now and then."""
        sites, cutoff = np.flatnonzero(node.state == OPEN), plans.cutoff(relative_gap)
        if node.below is None:
            node.below = self._tree_over_packings(node, plans, cutoff, clock)
        if node.below is None or (isinstance(node.below, PackingTree) and node.below.is_ended):
            # there are too many packings below the cut-off
            node.bound = node.bound if node.below is None else max(node.bound, node.below.bound)
            node.below = self._tree_over_clients(node, plans, relative_gap)
            if node.below is None:
                return
        if node.tries % AGAIN == 0 and node.triples is None:
            plans.assign_well(sites, node.dual.wage, 1, noise=True)
        nodes = SLOW_NODES if isinstance(node.below, PackingTree) else NODES
        try:
            plan = node.below.run(nodes, plans.cutoff(relative_gap), clock)
        except SolverError:
            if isinstance(node.below, AssignmentTree):
                raise
            node.below = self._tree_over_clients(node, plans, relative_gap)  # it needs no solver
            return
        if plan is not None:
            plans.keep_whole(sites, sites[plan])
        node.bound = max(node.bound, node.below.bound)

    def _climb_on(self, node: Node, triples: Triples, plans: Plans, cutoff: float, clock: Clock) -> None:
        """Raise the bound as far as the rows of the node allow."""
        after = self.strengthening.climb_on(Relaxed(plans.problem.data, node.state, node.dual, triples), cutoff, clock)
        node.dual, node.triples = after.dual, after.triples
        node.bound = max(node.bound, float(after.dual.mark[BOUND]))

    def _tree_over_clients(self, node: Node, plans: Plans, relative_gap: float) -> AssignmentTree | None:
        """Return a tree over the clients; None: the node is proved."""
        sites, useful = np.flatnonzero(node.state == OPEN), self._useful(node, plans, relative_gap)
        if useful is None:
            return None
        apart = None if node.triples is None else (node.triples, self.strengthening)
        tree = AssignmentTree(plans.problem, sites, useful[sites], node.dual.wage, apart)
        tree.left_out = plans.cutoff(relative_gap)
        return tree

    def _tree_over_packings(self, node: Node, plans: Plans, cutoff: float, clock: Clock) -> PackingTree | None:
        """Return a tree over all packings below the cut-off, None where there are too many or no rows on triples."""
        is_large = plans.problem.n_clients > MOST_CLIENTS or sum(tree.size for tree in self._trees) >= MOST_LISTED
        if node.triples is None or not np.isfinite(cutoff) or is_large:
            return None
        relaxed = Relaxed(plans.problem.data, node.state, node.dual, node.triples)
        start = start_of(plans.problem, relaxed, cutoff, clock)
        if start is None:
            return None
        tree = PackingTree(start, self.solver)
        self._trees.add(tree)
        return tree

    def _useful(self, node: Node, plans: Plans, relative_gap: float) -> Flags | None:
        """Return the pairs [site, client] of plans that are better; None: the node is proved."""
        cutoff = plans.cutoff(relative_gap)
        if node.bound >= cutoff:
            return None
        problem = plans.problem
        useful = useful_pairs(problem.data, node.state, node.dual, node.bounds_when_open(problem), cutoff)
        if not useful.any(axis=0).all():
            node.bound = cutoff
            return None
        return useful

    def _solved(self, node: Node, plans: Plans, useful: Flags, relative_gap: float, clock: Clock) -> float:
        """Solve the program of the useful pairs; return its bound."""
        program = PairsProgram.of(plans.problem, node.state, useful)
        asked = program.program()
        outcome = self.solver.mip(asked, relative_gap=relative_gap / 2, limit_s=clock.left_s, is_small=True)
        if outcome.status in {Status.OPTIMAL, Status.FEASIBLE}:
            plans.keep_whole(*program.plan(outcome.values))
        if outcome.status is Status.INFEASIBLE:
            return np.inf
        less = dust(asked.cost.size + asked.row_upper.size, is_sure=is_fine(program.unit, plans.value))
        return (outcome.bound - max(SOLVED * abs(outcome.bound), less)) * program.unit
