"""Ask the solver and believe nothing unchecked: points are put into the rows, "infeasible" is asked twice."""

from dataclasses import replace
from math import inf

import numpy as np

from models.arrays import Flags, Floats
from models.clock import Clock
from models.errors import SolverError
from models.program import Program
from models.solver import Outcome, Solver
from models.status import Status

TOLERANCE = 1e-7  # of a point, relative to the terms of a row
STRICT = 1e-9  # the solver's own


class OutOfTimeError(Exception):
    """The limit came before the answer."""


def kept_rows(program: Program, values: Floats, tolerance: float) -> tuple[Flags, Flags]:
    """Return which rows keep their lower, and which their upper bounds, relative to their terms and bounds."""
    matrix, rows = program.matrix, program.row_upper.size
    terms = matrix.value * values[matrix.column]
    total = np.bincount(matrix.row, weights=terms, minlength=rows).astype(np.float64)
    size = np.bincount(matrix.row, weights=np.abs(terms), minlength=rows).astype(np.float64)
    np.maximum.at(size, matrix.row, np.abs(matrix.value))
    low, high = program.row_lower, program.row_upper
    below = tolerance * np.maximum(size, np.where(np.isfinite(low), np.abs(low), 0.0))
    above = tolerance * np.maximum(size, np.where(np.isfinite(high), np.abs(high), 0.0))
    return total >= low - below, total <= high + above


def holds(program: Program, values: Floats) -> bool:
    """Return whether the point keeps rows, bounds and whole numbers."""
    low, high = kept_rows(program, values, TOLERANCE)
    room = TOLERANCE * np.maximum(np.abs(values), 1.0)
    inside = (values >= program.lower - room) & (values <= program.upper + room)
    whole = np.abs(values - np.round(values)) <= TOLERANCE
    right = inside if program.integer is None else inside & (whole | ~program.integer)
    return bool(low.all() and high.all() and right.all())


class Questions:
    """A solver, a clock, and the gap and seed of every question."""

    def __init__(self, solver: Solver, clock: Clock, relative_gap: float, seed: int) -> None:
        self.clock = clock
        self._solver = solver
        self.relative_gap = relative_gap
        self._seed = seed

    def solve(self, program: Program, limit_s: float = inf) -> Outcome:
        """Return a checked point, or that there is none; within `limit_s` and the clock.

        Raises
        ------
        OutOfTimeError
            If the limit comes before either.
        SolverError
            If the solver says neither in a way that can be relied on.
        """
        clock = Clock(min(limit_s, self.clock.left_s))
        outcome = self._first_word(program, clock)
        if outcome is None or not _is_good(program, outcome):
            outcome = self._mip(program, clock, presolve=False)
        if outcome.status is Status.INFEASIBLE or _is_good(program, outcome):
            return outcome
        if outcome.status is Status.NO_SOLUTION:
            raise OutOfTimeError
        raise SolverError(
            f"the solver's point breaks the program ({program.size}), with and without presolve; scale its rows"
        )

    def feasible_point(self, program: Program) -> Floats | None:
        """Return a point that keeps the program, None if there is none; the cost does not matter."""
        outcome = self.solve(replace(program, cost=np.zeros(program.cost.size), offset=0.0))
        return None if outcome.status is Status.INFEASIBLE else outcome.values

    def _first_word(self, program: Program, clock: Clock) -> Outcome | None:
        try:
            return self._mip(program, clock, presolve=True)
        except SolverError:  # HiGHS's presolve ends some tiny infeasible programs in an internal error
            return None

    def _mip(self, program: Program, clock: Clock, *, presolve: bool) -> Outcome:
        if clock.is_over:
            raise OutOfTimeError
        return self._solver.mip(
            program, relative_gap=self.relative_gap, seed=self._seed, limit_s=clock.left_s, presolve=presolve
        )


def _is_good(program: Program, outcome: Outcome) -> bool:
    return outcome.status in {Status.OPTIMAL, Status.FEASIBLE} and holds(program, outcome.values)
