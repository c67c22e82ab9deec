"""The extensive form: every scenario's textbook program side by side, their openings the same columns.

Good to a few thousand routes over all scenarios; the search is compared with it.

Source: Birge, Louveaux, Introduction to Stochastic Programming, Springer 2011.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.placement.textbook import FAR, FAR_OFF, ROUNDED, Textbook, believed, terms_of
from models.program import HALF, Matrix, Program
from models.robust.risk import Risk, objective_of, unit_and_base
from models.scaling import SOLVER_DUST
from models.solver import Outcome, Solver
from models.status import Status

NEAR = 1e-3  # relative: a plan as cheap on average as this is as good as any, where another risk is asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Extensive:
    """Columns: the openings, then each scenario's shares and choices of clients, then what the risk needs.

    Parameters
    ----------
    against
        [scenario] what regret is measured from.
    unit, base
        The caller's money for 1 in the program, and what is taken off every cost before.
    added
        What is added to the objective: the base again, or, to a regret, a cost that its gap is relative to.
    """

    books: Sequence[Textbook]
    risk: Risk
    against: Floats
    unit: float
    base: float
    added: float

    @classmethod
    def of(cls, books: Sequence[Textbook], risk: Risk, against: Floats) -> Self:
        """Return the program in a unit that suits the scenarios."""
        unit, base = unit_and_base([book.offers for book in books])
        added = float(np.abs(against[np.isfinite(against)]).max(initial=0.0)) if risk.kind == "regret" else base
        return cls(books=books, risk=risk, against=against, unit=unit, base=base, added=added)

    def solve(self, relative_gap: float, seed: int, clock: Clock, solver: Solver) -> Outcome | None:
        """Return HiGHS's outcome, None if writing the program down takes all the time; "infeasible" is asked twice."""
        programs = []
        for book in self.books:
            if clock.is_over:
                return None
            programs.append(book.program())
        program = self.program(programs)
        outcome = solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=clock.left_s)
        if outcome.status is Status.INFEASIBLE and not clock.is_over:
            again = solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=clock.left_s, presolve=False)
            outcome = outcome if again.status is Status.NO_SOLUTION else again
        if outcome.status is Status.INFEASIBLE and not clock.is_over:
            outcome = self._any_plan(outcome, programs, clock, solver)
        return replace(outcome, bound=self._believed(outcome, programs))

    def _any_plan(self, outcome: Outcome, programs: Sequence[Program], clock: Clock, solver: Solver) -> Outcome:
        """Return a plan of whatever risk, if there is one, in place of an outcome that says there is none.

        The cheapest on average, if a solver finds that; else any.

        Rows that compare costs far above what is saved can hide all plans from a solver.
        """
        usual = replace(self, risk=replace(self.risk, kind="expected")).program(programs)
        anyhow = replace(usual, cost=np.zeros(usual.cost.size))
        for anything in (anyhow,) if self.risk.is_mean else (usual, anyhow):  # the mean was asked for already
            found = solver.mip(anything, relative_gap=NEAR, limit_s=clock.left_s)
            if found.values.size:
                return replace(found, status=Status.FEASIBLE, bound=-np.inf)
        return outcome

    def carried(self, at: int, opened: Flags, limits: tuple[float, int, float], solver: Solver) -> Floats | None:
        """Return the best shares [offer] of a scenario with `opened` [option]; None if there was no answer.

        A risk that looks at the worst scenarios alone leaves the others' freight anywhere below. `limits`: relative
        gap, seed, seconds.
        """
        return self.books[at].shipped(opened, limits, solver)

    def bound(self, outcome: Outcome) -> float:
        """Return the bound on the risk that an outcome proves, in the caller's money."""
        return outcome.bound * self.unit - (self.added if self.risk.kind == "regret" else 0.0)

    def _believed(self, outcome: Outcome, programs: Sequence[Program]) -> float:
        """Return the bound of an outcome, in the program's unit, less what its solver may not see."""
        terms, value = sum(terms_of(program) for program in programs), abs(outcome.objective)
        constant = max(book.offers.constant * book.offers.unit for book in self.books) / self.unit
        bound = believed(outcome.bound, value, (1.0, terms), constant)
        pairs = zip(self.books, programs, strict=True)
        largest = max(book.offers.unit * float(np.abs(each.cost).max(initial=0.0)) for book, each in pairs) / self.unit
        if self.risk.is_mean or largest <= FAR * value:
            return bound
        # rows that compare costs are kept to a part of their largest
        unseen = SOLVER_DUST * terms * largest if largest > FAR_OFF * value else ROUNDED * value
        return min(bound, outcome.bound - unseen)

    def opened(self, values: Floats) -> Flags:
        """Return the options opened [option]."""
        flags: Flags = values[: self._options] > HALF
        return flags

    def shares(self, values: Floats) -> tuple[Floats, ...]:
        """Return the shares [offer] of each scenario."""
        return tuple(book.shares(values[start:]) for start, book in zip(self._first, self.books, strict=False))

    def program(self, programs: Sequence[Program]) -> Program:
        """Return the program that those of the scenarios make; presolve drops rows that stand in each of them."""
        columns, options = self._first[-1], self._options
        blocks, costs, offset = [], [], []
        rows = 0
        lower, upper, whole = np.zeros(columns), np.ones(columns), np.zeros(columns, dtype=np.bool_)
        for at, (book, program) in enumerate(zip(self.books, programs, strict=True)):
            place, by = self._places(at, book, program.cost.size), book.offers.unit / self.unit
            blocks.append((program.matrix.row + rows, place[program.matrix.column], program.matrix.value))
            costs.append((np.full(place.size, at), place, program.cost * by))
            offset.append(program.offset * by - self.base / self.unit)
            lower[place], upper[place] = program.lower, program.upper
            whole[place] = True if program.integer is None else program.integer
            rows += program.row_upper.size
        against = (self.against - self.base) / self.unit
        objective = objective_of(self.risk, Matrix.stack(*costs), columns, np.array(offset), against)
        extra = objective.lower.size
        own = objective.matrix
        whole[:options] = True
        return Program(
            cost=objective.cost,
            lower=np.concatenate([lower, objective.lower]),
            upper=np.concatenate([upper, np.full(extra, np.inf)]),
            matrix=Matrix.stack(*blocks, (own.row + rows, own.column, own.value)),
            row_lower=np.concatenate([*(program.row_lower for program in programs), objective.low]),
            row_upper=np.concatenate(
                [*(program.row_upper for program in programs), np.full(objective.low.size, np.inf)]
            ),
            integer=np.append(whole, np.zeros(extra, dtype=np.bool_)),
            offset=objective.offset + self.added / self.unit,
        )

    @property
    def _options(self) -> int:
        return self.books[0].offers.option.size

    @property
    def _first(self) -> list[int]:
        """Return the first own column of each scenario, and the number of columns before the risk's."""
        first = [self._options]
        for book in self.books:
            first.append(first[-1] + book.offers.flow.size + book.choices)
        return first

    def _places(self, at: int, book: Textbook, size: int) -> Indices:
        """Return the column here of each column of a scenario's program."""
        shares, options = book.offers.flow.size, self._options
        own = self._first[at] + np.arange(size - options)
        return np.concatenate([own[:shares], np.arange(options), own[shares:]])
