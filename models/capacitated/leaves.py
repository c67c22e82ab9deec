"""Finish a node of single-source location with HiGHS: only the pairs that its bound leaves go into the program."""

import numpy as np

from models.capacitated.nodes import Node
from models.capacitated.pairs_program import PairsProgram
from models.capacitated.plans import Plans
from models.relaxation.pair_bounds import useful_pairs
from models.solver import Solver
from models.status import Status

ROUNDS = 300
SOLVED = 1e-9  # relative: HiGHS's own rounding


def finish(node: Node, plans: Plans, relative_gap: float, limit_s: float, solver: Solver) -> None:
    """Prove the node, or raise its bound as far as the time allows; `plans` keeps what is found."""
    problem = plans.problem
    node.improve(problem, plans.value, plans.cutoff(relative_gap), ROUNDS)
    if node.bound < plans.cutoff(relative_gap):
        plans.assign_often(np.flatnonzero(node.dual.chosen))
    cutoff = plans.cutoff(relative_gap)
    if node.bound >= cutoff:
        return
    with_open = node.bounds_when_open(problem)
    useful = useful_pairs(problem.data, node.state, node.dual, with_open, cutoff)
    if not useful.any(axis=0).all():
        node.bound = cutoff
        return
    program = PairsProgram.of(problem, node.state, useful)
    outcome = solver.mip(program.program(), relative_gap=relative_gap / 2, limit_s=limit_s, is_small=True)
    if outcome.status in {Status.OPTIMAL, Status.FEASIBLE}:
        plans.keep_whole(*program.plan(outcome.values))
    proved = np.inf if outcome.status is Status.INFEASIBLE else outcome.bound * program.unit
    # what the program leaves out costs `cutoff` or more
    node.bound = max(node.bound, min(proved - SOLVED * abs(proved) if np.isfinite(proved) else proved, cutoff))
