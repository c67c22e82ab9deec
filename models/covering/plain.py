"""What the plain programs and the answers of p-center, set covering and maximal covering share."""

from math import inf
from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats, Indices, frozen
from models.clock import Clock
from models.options import SolveOptions
from models.program import Matrix, Program
from models.scaling import believed
from models.solver import Outcome, Solver
from models.status import Status

MARGIN = 1e-9  # of a value: more than the rounding of its sum
LEAST_S = 1e-3


class Forced(Protocol):
    """Which sites are forced."""

    @property
    def forced_open(self) -> tuple[int, ...]:
        """Sites that must be open."""

    @property
    def forced_closed(self) -> tuple[int, ...]:
        """Sites that must be closed."""


def opening_bounds(instance: Forced, columns: int, first: int = 0) -> tuple[Floats, Floats]:
    """Return the bounds [column] 0 and 1, where the openings of forced sites are fixed; site 0 is column `first`."""
    lower, upper = np.zeros(columns), np.ones(columns)
    lower[first + np.array(instance.forced_open, dtype=np.intp)] = 1.0
    upper[first + np.array(instance.forced_closed, dtype=np.intp)] = 0.0
    return lower, upper


def cover_program(
    entries: tuple[Indices, Indices], clients: int, cost: Floats, bounds: tuple[Floats, Floats] | None = None
) -> Program:
    """Return the plain program of set covering; `entries`: client and site of each pair that covers.

    `bounds`: of the openings [site]; None: 0 and 1.
    """
    lower, upper = (np.zeros(cost.size), np.ones(cost.size)) if bounds is None else bounds
    return Program(
        cost=cost,
        lower=lower,
        upper=upper,
        matrix=Matrix.stack((*entries, 1.0)),
        row_lower=np.ones(clients),
        row_upper=np.full(clients, inf),
        integer=np.ones(cost.size, dtype=np.bool_),
    )


def solve(program: Program, options: SolveOptions, clock: Clock) -> Outcome:
    """Hand the program to HiGHS; half the gap is for what its floats do not see."""
    with Solver() as solver:
        return solver.mip(
            program, relative_gap=options.relative_gap / 2, seed=options.seed, limit_s=max(clock.left_s, LEAST_S)
        )


def bound_of(outcome: Outcome, program: Program, unit: float, value: float) -> float:
    """Return the bound of a program whose costs were divided by `unit`, less what its solver may not see.

    `value`: of a known plan, by its size; inf: none is known.
    """
    terms = int(np.count_nonzero(program.cost)) + program.row_upper.size
    return believed(outcome.bound, terms, unit, value)


def proof_of_nothing(status: Status, bound: float, stopped: str, none: float = inf) -> tuple[float, str]:
    """Return the bound and why it stopped, where there is no plan; `none`: the value of what cannot be."""
    return (none, f"infeasible: {stopped}") if status is Status.INFEASIBLE else (bound, stopped)


def nothing(clients: int, sites: int) -> tuple[Flags, Indices]:
    """Return that no site is open, and no client assigned."""
    return frozen(np.zeros(sites, dtype=np.bool_)), frozen(np.full(clients, -1, dtype=np.intp))
