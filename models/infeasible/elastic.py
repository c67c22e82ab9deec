"""The elastic program: requirements give way by amounts that are paid for, and switches tell which do.

Columns beyond the program's: for each requirement with a price an amount, counted in parts of the most that it can
need (1: all of it) or in whole steps, and a switch z, 0 or 1, that is 1 wherever the amount is above 0. The most is the
limit, or what the bounds of the variables allow its rows to exceed: a big M no larger than needed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor, inf, isfinite

import numpy as np

from models.arrays import Floats, Indices
from models.errors import InstanceError
from models.infeasible.requirements import Elastic, Requirement
from models.infeasible.rounding import FULL, NOISE, NOTHING_LEFT, rounded_up
from models.program import Matrix, Program

DUST = 1e-8  # a part of the most below this is rounding
SHAVED = 5e-10  # relative: solvers end a little beside the bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Elastics:
    """What can give way: `requirements`, the `unit` of each amount's column, and the most of it."""

    program: Program
    requirements: tuple[Requirement, ...]
    unit: Floats
    most: Floats

    @classmethod
    def of(cls, program: Program, requirements: Sequence[Requirement]) -> "Elastics":
        """Return the requirements that can give way.

        Raises
        ------
        InstanceError
            If one has no limit, and the bounds of the variables set none.
        """
        reach = _activity_bounds(program)
        able, unit, most = [], [], []
        for requirement in requirements:
            elastic = requirement.elastic
            if elastic is None:
                continue
            needed = min(_excess(program, requirement, reach), elastic.limit)
            if not isfinite(needed):
                raise InstanceError(
                    f"{requirement.name} may give way without end: its variables have no bounds; give it a limit"
                )
            size = elastic.step or needed
            count = _steps(needed, elastic) if elastic.step else 1.0
            if needed > 0 and count > 0:
                able.append(requirement)
                unit.append(size)
                most.append(count)
        return cls(
            program=program,
            requirements=tuple(able),
            unit=np.array(unit, dtype=np.float64),
            most=np.array(most, dtype=np.float64),
        )

    @property
    def count(self) -> int:
        """Return how many requirements can give way."""
        return len(self.requirements)

    @property
    def price(self) -> Floats:
        """Return the price of one unit of each column."""
        price = np.array([_of(requirement).price for requirement in self.requirements], dtype=np.float64)
        return np.asarray(self.unit * price, dtype=np.float64)

    @property
    def amounts(self) -> Indices:
        """Return the columns of the amounts."""
        return self.program.cost.size + np.arange(self.count)

    @property
    def switches(self) -> Indices:
        """Return the columns of the switches."""
        return self.program.cost.size + self.count + np.arange(self.count)

    def relaxed(self, values: Floats) -> Indices:
        """Return which requirements give way in a point of the elastic program."""
        return np.flatnonzero(values[self.amounts] > DUST * self.most)

    def needs(self, values: Floats) -> Floats:
        """Return by how many of its units each requirement is broken in a point of the program, 0 if it is kept.

        Read off the rows: the amounts that a solver gives are within its tolerances only.
        """
        program, matrix = self.program, self.program.matrix
        terms = matrix.value * values[matrix.column]
        total = np.bincount(matrix.row, weights=terms, minlength=program.row_upper.size).astype(np.float64)
        return np.array([_excess(program, requirement, (total, total)) for requirement in self.requirements])

    def elastic_program(self, cost: Floats, used: Sequence[Sequence[int]], only: Indices | None = None) -> Program:
        """Return the program with `cost` of amounts and switches; no set of `used` may give way as a whole.

        `only`: the requirements that may give way at all.
        """
        base, upper_row = _split(self.program, self._rows_with_both())
        rows, columns = base.row_upper.size, base.cost.size
        blocks = [(base.matrix.row, base.matrix.column, base.matrix.value), *self._give(base, upper_row)]
        member = np.arange(self.count)
        blocks.append((rows + member, columns + member, np.ones(self.count)))
        blocks.append((rows + member, columns + self.count + member, -self.most))
        for number, group in enumerate(used):
            at = np.asarray(group, dtype=np.intp)
            row = np.full(at.size, rows + self.count + number)
            blocks.append((row, columns + self.count + at, np.ones(at.size)))
        is_step = np.array([_of(requirement).step > 0 for requirement in self.requirements], dtype=np.bool_)
        integer = np.zeros(columns, dtype=np.bool_) if base.integer is None else base.integer
        may = np.ones(self.count) if only is None else np.isin(member, only).astype(np.float64)
        extra = self.count + len(used)
        return Program(
            cost=np.concatenate([np.zeros(columns), cost]),
            lower=np.concatenate([base.lower, np.zeros(2 * self.count)]),
            upper=np.concatenate([base.upper, self.most * may, may]),
            matrix=Matrix.stack(*blocks),
            row_lower=np.concatenate([base.row_lower, np.full(extra, -inf)]),
            row_upper=np.concatenate([base.row_upper, np.zeros(self.count), [len(group) - 1.0 for group in used]]),
            integer=np.concatenate([integer, is_step, np.ones(self.count, dtype=np.bool_)]),
        )

    def amount(self, member: int, need: float, digits: int, *, is_next: bool = False) -> float:
        """Return what a requirement gives way by for a need: whole steps, or a number of some digits, no less.

        `is_next`: the step or number after it. What moves both bounds gives way as a whole where hardly any is left.
        """
        requirement = self.requirements[member]
        elastic, unit, most = _of(requirement), float(self.unit[member]), float(self.most[member])
        if need <= NOISE * unit * most:
            return 0.0
        if elastic.step:
            steps = ceil(need / unit) if is_next else max(ceil(need / unit * (1 - SHAVED)), 1)
            return unit * min(steps, most)
        if requirement.moves_both and need >= unit * (1 - NOTHING_LEFT):
            return min(float(f"{unit:.{FULL}g}"), elastic.limit)
        # of the most, and next to nothing of the need, which may be a million times smaller; in the end none
        noise = min(NOISE * unit, SHAVED * need) if digits < FULL else 0.0
        told = rounded_up(need, digits, noise, is_next=is_next)
        return min(told, float(f"{unit:.{FULL}g}") if requirement.moves_both else elastic.limit, elastic.limit)

    def with_amounts(self, members: Sequence[int], amounts: Mapping[int, float], values: Floats | None) -> Program:
        """Return the elastic program in which `members` may give way, some by `amounts` in the requirements' units.

        `values`: a point of the elastic program, whose whole numbers are kept; None: they are free.
        """
        price = self.price[list(members)]
        cost = np.zeros(2 * self.count)
        cost[list(members)] = price / (float(price.max(initial=0.0)) or 1.0)
        program = self.elastic_program(cost, (), np.asarray(members, dtype=np.intp))
        low, high = program.lower.copy(), program.upper.copy()
        whole = program.integer
        if values is not None:
            low[whole] = high[whole] = np.clip(np.round(values[whole]), low[whole], high[whole])
        for member, amount in amounts.items():
            at = self.amounts[member]
            low[at] = high[at] = min(amount / self.unit[member], self.most[member])
        return replace(program, lower=low, upper=high, integer=whole if values is None else None)

    def _rows_with_both(self) -> Indices:
        """Return the rows that give way on one side and have two bounds."""
        one_sided = [requirement.rows for requirement in self.requirements if not requirement.moves_both]
        rows = np.concatenate([np.empty(0, dtype=np.intp), *one_sided])
        both = np.isfinite(self.program.row_lower[rows]) & np.isfinite(self.program.row_upper[rows])
        return np.unique(rows[both])

    def _give(self, base: Program, upper_row: Indices) -> list[tuple[Indices, Indices, Floats]]:
        """Return the entries of the amounts: below the lower bounds, and above the upper ones."""
        blocks = []
        for member, requirement in enumerate(self.requirements):
            by = requirement.weight * self.unit[member]
            for meant, at, sign in (
                (requirement.lower_rows(self.program), requirement.rows, 1.0),
                (requirement.upper_rows(self.program), upper_row[requirement.rows], -1.0),
            ):
                rows, value = at[meant], sign * by[meant]
                if requirement.moves_both:  # a row that another one split is two
                    rows = np.concatenate([requirement.rows[meant], upper_row[requirement.rows[meant]]])
                    rows, first = np.unique(rows, return_index=True)
                    value = np.tile(value, 2)[first]
                blocks.append((rows, np.full(rows.size, base.cost.size + member), value))
        return blocks


def _of(requirement: Requirement) -> Elastic:
    assert requirement.elastic is not None  # noqa: S101  (chosen so)
    return requirement.elastic


def _steps(needed: float, elastic: Elastic) -> float:
    """Return how many whole steps can be of use: enough for what is needed, and within the limit."""
    allowed = floor(elastic.limit / elastic.step * (1 + SHAVED)) if isfinite(elastic.limit) else inf
    return float(min(ceil(needed / elastic.step * (1 - SHAVED)), allowed))


def _split(program: Program, rows: Indices) -> tuple[Program, Indices]:
    """Return the program with `rows` doubled, one for each bound, and where the upper bound of each row stands."""
    count = program.row_upper.size
    upper_row = np.arange(count)
    upper_row[rows] = count + np.arange(rows.size)
    matrix = program.matrix
    doubled = np.isin(matrix.row, rows)
    again = upper_row[matrix.row[doubled]], matrix.column[doubled], matrix.value[doubled]
    high = program.row_upper.copy()
    high[rows] = inf
    split = replace(
        program,
        matrix=Matrix.stack((matrix.row, matrix.column, matrix.value), again),
        row_lower=np.concatenate([program.row_lower, np.full(rows.size, -inf)]),
        row_upper=np.concatenate([high, program.row_upper[rows]]),
    )
    return split, upper_row


def _activity_bounds(program: Program) -> tuple[Floats, Floats]:
    """Return the least and largest activity [row] that the bounds of the variables allow."""
    matrix, rows = program.matrix, program.row_upper.size
    rising = matrix.value > 0
    low = np.where(rising, program.lower[matrix.column], program.upper[matrix.column])
    high = np.where(rising, program.upper[matrix.column], program.lower[matrix.column])
    used = matrix.value != 0
    row, value = matrix.row[used], matrix.value[used]
    least = np.bincount(row, weights=value * low[used], minlength=rows).astype(np.float64)
    largest = np.bincount(row, weights=value * high[used], minlength=rows).astype(np.float64)
    return least, largest


def _excess(program: Program, requirement: Requirement, reach: tuple[Floats, Floats]) -> float:
    """Return the most units that a requirement can be short of."""
    rows, weight = requirement.rows, requirement.weight
    below, above = requirement.lower_rows(program), requirement.upper_rows(program)
    short = (program.row_lower[rows] - reach[0][rows])[below] / weight[below]
    over = (reach[1][rows] - program.row_upper[rows])[above] / weight[above]
    return float(max(short.max(initial=0.0), over.max(initial=0.0)))
