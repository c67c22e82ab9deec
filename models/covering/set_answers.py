"""From a set covering instance to a solution: engines or the plain program, then the caller's arrays."""

from dataclasses import dataclass
from math import inf
from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats, Indices, frozen
from models.clock import Clock
from models.covering.coverage import Coverage
from models.options import SolveOptions
from models.program import HALF, Matrix, Program
from models.solution import Solution
from models.solver import Solver
from models.status import Status
from models.stopping import INTERRUPTED, TIME_LIMIT, verdict

SOLVER_DUST = 1e-9  # of the largest cost: what is smaller a solver in floats may not see
UNCOVERED = "the solver finds no cover"


class Instance(Protocol):
    """What is needed of a `SetCover` (see there for the meaning)."""

    @property
    def covers(self) -> Coverage:
        """Who covers whom."""

    @property
    def cost(self) -> Floats:
        """Cost of opening [site]."""

    @property
    def forced_open(self) -> tuple[int, ...]:
        """Sites that must be open."""

    @property
    def forced_closed(self) -> tuple[int, ...]:
        """Sites that must be closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCoverSolution(Solution):
    """A plan for a `SetCover`; without a plan nothing is open and all assignments are -1.

    Parameters
    ----------
    open
        [site] whether the site is opened.
    assignment
        [client] an open site that covers it.
    """

    open: Flags
    assignment: Indices


def by_search(instance: Instance, options: SolveOptions, clock: Clock) -> SetCoverSolution:
    """Return what the engines find."""
    from models.covering.lists import CLOSED, OPEN, by_entries  # noqa: PLC0415  (compiles; only who solves should wait)
    from models.covering.set_search import search  # noqa: PLC0415

    covers = instance.covers
    state = np.zeros(covers.shape[1], dtype=np.int8)
    state[list(instance.forced_open)] = OPEN
    state[list(instance.forced_closed)] = CLOSED
    try:
        cover = by_entries(covers.client, covers.site, covers.shape)
        found = search(cover, instance.cost.copy(), state, options, clock)
    except KeyboardInterrupt:  # before the search began
        return without_plan(instance, Status.NO_SOLUTION, 0.0, INTERRUPTED)
    return with_plan(instance, found.opened == 1, (found.bound, found.stopped), options)


def by_mip(instance: Instance, options: SolveOptions, clock: Clock) -> SetCoverSolution:
    """Hand the plain program to HiGHS; the formula stands in `models.set_cover`."""
    covers, unit = instance.covers, float(instance.cost.max(initial=0.0)) or 1.0
    clients, sites = covers.shape
    lower, upper = np.zeros(sites), np.ones(sites)
    lower[list(instance.forced_open)] = 1.0
    upper[list(instance.forced_closed)] = 0.0
    program = Program(
        cost=instance.cost / unit,
        lower=lower,
        upper=upper,
        matrix=Matrix.stack((covers.client, covers.site, 1.0)),
        row_lower=np.ones(clients),
        row_upper=np.full(clients, inf),
        integer=np.ones(sites, dtype=np.bool_),
    )
    with Solver() as solver:
        outcome = solver.mip(
            program, relative_gap=options.relative_gap / 2, seed=options.seed, limit_s=max(clock.left_s, 1e-3)
        )
    bound = max((outcome.bound - SOLVER_DUST) * unit, 0.0)
    if not outcome.values.size:
        is_impossible = outcome.status is Status.INFEASIBLE
        return without_plan(instance, outcome.status, bound, UNCOVERED if is_impossible else TIME_LIMIT)
    return with_plan(instance, outcome.values > HALF, (bound, TIME_LIMIT), options)


def with_plan(instance: Instance, opened: Flags, proof: tuple[float, str], options: SolveOptions) -> SetCoverSolution:
    """Return the open sites as a solution; `proof`: a bound, and why the engine stopped."""
    bound, stopped = proof
    objective = float(instance.cost[opened].sum())
    bound = min(bound, objective)
    status, stopped = verdict(objective, bound, options.relative_gap, stopped)
    return SetCoverSolution(
        status=status,
        objective=objective,
        bound=bound,
        seconds=0.0,
        stopped=stopped,
        open=frozen(opened),
        assignment=frozen(instance.covers.best_parts(opened)[1]),
    )


def without_plan(instance: Instance, status: Status, bound: float, stopped: str) -> SetCoverSolution:
    """Return a solution that says why there is no plan."""
    clients, sites = instance.covers.shape
    is_impossible = status is Status.INFEASIBLE
    return SetCoverSolution(
        status=status,
        objective=inf,
        bound=inf if is_impossible else bound,
        seconds=0.0,
        stopped=f"infeasible: {stopped}" if is_impossible else stopped,
        open=frozen(np.zeros(sites, dtype=np.bool_)),
        assignment=frozen(np.full(clients, -1, dtype=np.intp)),
    )
