"""Finish a node of single-source location with HiGHS: only the pairs that its bound leaves go into the program."""

from types import TracebackType
from typing import Self

import numpy as np

from models.arrays import Flags
from models.capacitated.nodes import Node
from models.capacitated.pairs_program import PairsProgram
from models.capacitated.plans import Plans
from models.clock import Clock
from models.relaxation.pair_bounds import useful_pairs
from models.solver import Solver
from models.status import Status

ROUNDS = 300
SOLVED = 5e-10  # relative: HiGHS's own rounding


class Finisher:
    """Finishes nodes; starts the solver's process with the first that needs it. Use it in a `with` statement."""

    def __init__(self) -> None:
        self._solver: Solver | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._solver is not None:
            self._solver.close()

    def finish(self, node: Node, plans: Plans, relative_gap: float, clock: Clock) -> None:
        """Prove the node, or raise its bound as far as the time allows; `plans` keeps what is found."""
        problem = plans.problem
        node.improve(problem, plans.value, plans.cutoff(relative_gap), ROUNDS)
        if node.bound < plans.cutoff(relative_gap):
            plans.assign_often(np.flatnonzero(node.dual.chosen))
        cutoff = plans.cutoff(relative_gap)
        if node.bound >= cutoff:
            return
        useful = useful_pairs(problem.data, node.state, node.dual, node.bounds_when_open(problem), cutoff)
        # what the program leaves out costs `cutoff` or more
        node.bound = max(node.bound, min(self._solved(node, plans, useful, relative_gap, clock), cutoff))

    def _solved(self, node: Node, plans: Plans, useful: Flags, relative_gap: float, clock: Clock) -> float:
        """Solve the program of the useful pairs; return its bound."""
        if not useful.any(axis=0).all():
            return np.inf
        if self._solver is None:
            self._solver = Solver()
        program = PairsProgram.of(plans.problem, node.state, useful)
        outcome = self._solver.mip(
            program.program(), relative_gap=relative_gap / 2, limit_s=clock.left_s, is_small=True
        )
        if outcome.status in {Status.OPTIMAL, Status.FEASIBLE}:
            plans.keep_whole(*program.plan(outcome.values))
        if outcome.status is Status.INFEASIBLE:
            return np.inf
        proved = outcome.bound * program.unit
        return proved - SOLVED * abs(proved)
