"""The cheapest ways out, one after the other.

For each: (1) the least price; (2) among the cheapest, the fewest requirements that give way, or a set with none to
spare where the fewest take too long to prove; (3) the least amounts of these for the openings of that point, rounded up
to digits that can be read out; (4) the point that proves it, checked against the relaxed rows; (5) the best plan that
the relaxations allow. Where whoever solves it finds none, amounts are rounded up further, and the way is left out if
that does not help. Then a cut forbids the set and whatever contains it.

Amounts act on each other where both bounds of a row move: of a client of whom more is given up less is left for a least
throughput, which must then give way by more. So these are rounded up first, then the others, of which no larger amount
breaks anything, are taken as the rounded ones need them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol

import numpy as np

from models import arrays
from models.arrays import Floats, Indices, dot
from models.clock import Clock
from models.errors import SolverError
from models.infeasible.answers import Relaxation, WayOut, WaysOut
from models.infeasible.elastic import Elastics
from models.infeasible.questions import OutOfTimeError, Questions, holds
from models.infeasible.requirements import Name, Requirement, check_requirements, moved
from models.infeasible.rounding import FULL, MOST, NOISE, digits_within
from models.options import SolveOptions
from models.program import Matrix, Program
from models.solution import Solution
from models.solver import Solver
from models.status import Status
from models.stopping import ENOUGH, INTERRUPTED, ROUNDING, TIME_LIMIT

LEAST_S = 1e-3  # that a best plan after relaxations is looked for, however late it is


class Solvable(Protocol):
    """An instance of a model."""

    def solve(self, options: SolveOptions) -> Solution:
        """Return its best plan."""


Amounts = Mapping[int, float]
Eased = Callable[[tuple[Relaxation, ...]], Solvable]
Solve = Callable[[tuple[Relaxation, ...], float], Solution]
NOT_NEEDED = "all requirements can be kept"
NO_MORE = "there are no other ways out"
TOO_TIGHT = "what else gives way leaves no plan, however it is rounded"
TOO_MANY_STEPS = "what else gives way may take more steps than the solver counts: use larger steps"
NO_WAY = "there is no way out at these prices and limits"
EXACT = 1e-9
MOST_STEPS = 10**8  # of one requirement: a step is not lost in the solver's tolerances then
MANY = 10**6  # ways that shares of the time are reckoned for
RANKED_DIGITS = 7  # prices as equal as that stay in the order of how few requirements give way
COARSE = 6  # digits of the last try
FEWEST_SHARE = 0.1  # of a way's part of the time: for proving that no fewer requirements do
TINY = 1e-5  # a price this small beside the dearest is asked for again, on its own scale


def ways_out(
    program: Program,
    requirements: Sequence[Requirement],
    *,
    k: int = 5,
    options: SolveOptions = SolveOptions(),
    eased: Eased | None = None,
) -> WaysOut:
    """Return the `k` cheapest ways out, the cheapest first; without any if the program is feasible.

    `eased` returns the instance after some relaxations, which then solves itself; None: HiGHS solves the program.
    Prices and plans are within the gap of `options`. After Ctrl-C or the time limit the ways found so far are returned.

    Raises
    ------
    InstanceError
        If the requirements do not fit the program, or one may give way without end.
    SolverError
        If the solver's process fails, or its points break the program.
    """
    check_requirements(program, requirements)
    k = arrays.whole("k", k, low=1)
    elastics = Elastics.of(program, requirements)
    clock, solve = Clock(options.time_limit_s), _solve_eased(eased, options) if eased else None
    with Solver() as solver:
        search = _Search(elastics, Questions(solver, clock, options.relative_gap, options.seed), solve)
        try:
            stopped = search.run(k)
        except OutOfTimeError:
            stopped = TIME_LIMIT
        except KeyboardInterrupt:
            stopped = INTERRUPTED
    return WaysOut(
        status=search.status,
        ways=tuple(sorted(search.ways, key=lambda way: float(f"{way.price:.{RANKED_DIGITS}g}"))),
        is_complete=stopped in {NOT_NEEDED, NO_MORE, NO_WAY, ENOUGH},
        seconds=clock.seconds,
        stopped=stopped,
        left_out=tuple(search.left_out),
    )


def _solve_eased(eased: Eased, options: SolveOptions) -> Solve:
    """Return what solves the instance after some relaxations, within some seconds."""

    def solve(relaxations: tuple[Relaxation, ...], limit_s: float) -> Solution:
        return eased(relaxations).solve(replace(options, time_limit_s=max(limit_s, LEAST_S)))

    return solve


@dataclass(frozen=True, slots=True, kw_only=True)
class _Repair:
    """What gives way (numbers of requirements), the bound on its price, and a point of the elastic program."""

    members: tuple[int, ...]
    price_bound: float
    values: Floats


class _Search:
    def __init__(self, elastics: Elastics, questions: Questions, solve: Solve | None) -> None:
        self.ways: list[WayOut] = []
        self.left_out: list[tuple[Name, ...]] = []
        self.status = Status.NO_SOLUTION
        self._elastics = elastics
        self._questions = questions
        self._solve = solve or self._solve_program
        self._costs_by_point = solve is None
        self._used: list[tuple[int, ...]] = []
        self._told: list[frozenset[int]] = []
        self._is_interrupted = False
        self._unit = float(elastics.price.max(initial=0.0)) or 1.0

    def run(self, k: int) -> str:
        """Find ways until there are `k` or no more; return which."""
        if self._questions.feasible_point(self._elastics.program) is not None:
            self.status = Status.FEASIBLE
            return NOT_NEEDED
        self.status = Status.INFEASIBLE
        while len(self.ways) < k:
            wanted = min(k - len(self.ways), MANY)
            repair = self._cheapest(wanted) if self._elastics.count else None
            if repair is None:
                return self._no_more()
            way = self._way(repair, wanted) or self._way(self._with_dust(repair), wanted)
            # the repair's own members are some more, or less, where some give way by next to nothing
            members = None if way is None else self._members(way)
            if way is None or members is None or any(known <= members for known in self._told):
                self._used.append(repair.members)
                self.left_out.append(self._names(repair.members))
            else:
                self._used.append(tuple(sorted(members)))
                self._told.append(members)
                self.ways.append(way)
            if self._is_interrupted:
                raise KeyboardInterrupt
        return ENOUGH

    def _names(self, members: Sequence[int]) -> tuple[Name, ...]:
        return tuple(self._elastics.requirements[member].name for member in members)

    def _members(self, way: WayOut) -> frozenset[int]:
        names = {relaxation.name for relaxation in way.relaxations}
        return frozenset(at for at, one in enumerate(self._elastics.requirements) if one.name in names)

    def _no_more(self) -> str:
        if self.left_out:
            return TOO_TIGHT
        if self._elastics.most.max(initial=0.0) > MOST_STEPS:
            return TOO_MANY_STEPS
        return NO_MORE if self.ways else NO_WAY

    def _cheapest(self, wanted: int) -> _Repair | None:
        """Return the cheapest repair that contains none before, of the fewest requirements."""
        found = self._at_least_price(None)
        if found is None:
            return None
        values, price, bound = found
        members = self._elastics.relaxed(values)
        if members.size > 1 or price <= 0:
            few, is_fewest = self._fewest(price, FEWEST_SHARE / wanted * self._questions.clock.left_s)
            again = self._at_least_price(few) if few.size < members.size else None
            if again is not None:
                values, members = again[0], self._elastics.relaxed(again[0])
            if not is_fewest:
                values, members = self._with_none_to_spare(values, members, price)
        return _Repair(members=tuple(members.tolist()), price_bound=bound, values=values)

    def _with_none_to_spare(self, values: Floats, members: Indices, price: float) -> tuple[Floats, Indices]:
        """Return a point in which none of the members could be left out at that price, and its members."""
        for member in members.tolist():
            less = members[members != member]
            try:
                found = self._at_least_price(less) if member in members and less.size else None
            except OutOfTimeError:  # what is found is a way, if not one with none to spare
                break
            if found is not None and found[1] <= price * (1 + EXACT):
                values, members = found[0], self._elastics.relaxed(found[0])
        return values, members

    def _at_least_price(self, only: Indices | None) -> tuple[Floats, float, float] | None:
        """Return a point of least price, the price and its bound, where `only` these requirements give way."""
        elastics, unit = self._elastics, self._unit
        while True:
            cost = np.concatenate([elastics.price / unit, np.zeros(elastics.count)])
            outcome = self._questions.solve(elastics.elastic_program(cost, self._used, only))
            if outcome.status is Status.INFEASIBLE:
                return None
            price = max(dot(cost[: elastics.count], outcome.values[elastics.amounts]), 0.0)
            if not 0 < price < TINY:
                return outcome.values, price * unit, max(outcome.bound, 0.0) * unit
            unit *= price

    def _fewest(self, price: float, limit_s: float) -> tuple[Indices, bool]:
        """Return the fewest requirements whose giving way costs no more than `price`, and whether they are.

        Where the limit comes first those of the best point by then, or all: to prove the fewest can take far longer
        than the price.
        """
        elastics = self._elastics
        cost = np.concatenate([np.zeros(elastics.count), np.ones(elastics.count)])
        program = elastics.elastic_program(cost, self._used)
        unit = price or self._unit
        allowed = _with_row(program, elastics.amounts, elastics.price / unit, price / unit * (1 + EXACT))
        try:
            outcome = self._questions.solve(allowed, limit_s)
        except OutOfTimeError:
            return np.arange(elastics.count), False
        values = outcome.values if outcome.values.size else np.ones(program.cost.size)
        few = np.flatnonzero(values[elastics.switches] > 0.5)  # noqa: PLR2004  (a binary's middle)
        return few, outcome.status is not Status.FEASIBLE

    def _way(self, repair: _Repair, wanted: int) -> WayOut | None:
        """Return the way, None where no rounding of it works; as many as `wanted` share the time that is left."""
        for amounts, point in self._rounded(repair):
            relaxations = self._relaxations(amounts)
            program = self._relaxed_program(relaxations)
            if not (relaxations and holds(program, point)):
                continue
            plan = self._plan(relaxations, program.offset + dot(program.cost, point), wanted)
            if plan[2] is Status.INFEASIBLE:
                continue
            price = sum(relaxation.price for relaxation in relaxations)
            return WayOut(
                relaxations=relaxations,
                price=price,
                price_bound=min(repair.price_bound, price),  # solvers end a little beside the bound
                objective=plan[0],
                bound=plan[1],
                status=plan[2],
            )
        return None

    def _with_dust(self, repair: _Repair) -> _Repair:
        """Return the repair in which what is broken by next to nothing gives way as well, not only in the solver."""
        elastics = self._elastics
        broken = np.flatnonzero(elastics.needs(repair.values) > NOISE * elastics.unit * elastics.most)
        return replace(repair, members=tuple(sorted({*repair.members, *broken.tolist()})))

    def _rounded(self, repair: _Repair) -> Iterator[tuple[Amounts, Floats]]:
        """Yield amounts and the point that needs no more: few digits first, then one step more, then more digits."""
        elastics, few = self._elastics, digits_within(self._questions.relative_gap)
        values = self._needing_least(repair)
        moves_both = [member for member in repair.members if elastics.requirements[member].moves_both]
        steps = [(few, False), (few, True), (MOST, False), (MOST, True), (FULL, False)]
        tries: list[tuple[int, bool, Floats | None]] = [(*step, repair.values) for step in steps]
        # with any openings, as where all of a client is given up, and the site it alone was to fill; and so coarse that
        # what the solver leaves out of a small amount in a row of large ones counts
        tries.append((min(few, COARSE), False, None))
        for digits, is_next, openings in tries:
            needs = elastics.needs(values)
            first = {at: elastics.amount(at, needs[at], digits, is_next=is_next) for at in moves_both}
            point = self._with_amounts(repair.members, first, openings) if first else values
            if point is None:  # rounded up so far, others do not do any more
                continue
            needs = elastics.needs(point)
            rest = (member for member in repair.members if member not in first)
            amounts = first | {at: elastics.amount(at, needs[at], digits, is_next=is_next) for at in rest}
            yield {at: amount for at, amount in amounts.items() if amount > 0}, point[: elastics.program.cost.size]

    def _needing_least(self, repair: _Repair) -> Floats:
        """Return the point of least price with the openings of a repair."""
        try:
            values = self._with_amounts(repair.members, {}, repair.values)
        except OutOfTimeError:  # that of the repair does as well, within the solver's tolerances
            return repair.values
        return repair.values if values is None else values

    def _with_amounts(self, members: tuple[int, ...], amounts: Amounts, openings: Floats | None) -> Floats | None:
        """Return the point of least price with some amounts, and the openings of a point; None: none is known."""
        try:
            outcome = self._questions.solve(self._elastics.with_amounts(members, amounts, openings))
        except SolverError:  # HiGHS ends some tiny programs in an internal error: then other roundings are tried
            return None
        return None if outcome.status is Status.INFEASIBLE else outcome.values

    def _relaxations(self, amounts: Amounts) -> tuple[Relaxation, ...]:
        elastics, made = self._elastics, []
        for member, amount in sorted(amounts.items()):
            price = amount * float(elastics.price[member] / elastics.unit[member])
            made.append(Relaxation(name=elastics.requirements[member].name, amount=amount, price=price))
        return tuple(made)

    def _relaxed_program(self, relaxations: Sequence[Relaxation]) -> Program:
        by_name = {requirement.name: requirement for requirement in self._elastics.requirements}
        return moved(self._elastics.program, [(by_name[one.name], one.amount) for one in relaxations])

    def _plan(self, relaxations: tuple[Relaxation, ...], known: float, wanted: int) -> tuple[float, float, Status]:
        """Return value, bound and status of the best plan; `known` is the value of one, should time run out."""
        status = Status.NO_SOLUTION
        if not self._questions.clock.is_over:
            part = 1.0 if wanted == 1 else 0.5 / wanted  # half of each share is for finding the next way
            plan = self._solve(relaxations, part * self._questions.clock.left_s)
            self._is_interrupted = plan.stopped == INTERRUPTED
            if plan.has_plan or plan.status is Status.UNBOUNDED:
                return plan.objective, plan.bound, plan.status
            status = Status.INFEASIBLE if plan.stopped == ROUNDING else plan.status  # looked for to the end
        if status is Status.INFEASIBLE:
            return inf, inf, status
        return (known, -inf, Status.FEASIBLE) if self._costs_by_point else (inf, -inf, status)

    def _solve_program(self, relaxations: tuple[Relaxation, ...], limit_s: float) -> Solution:
        try:
            outcome = self._questions.solve(self._relaxed_program(relaxations), limit_s)
        except OutOfTimeError:
            return Solution(status=Status.NO_SOLUTION, objective=inf, bound=-inf, seconds=0.0, stopped=TIME_LIMIT)
        return Solution(
            status=outcome.status,
            objective=outcome.objective,
            bound=outcome.bound,
            seconds=0.0,
            stopped=outcome.stopped,
        )


def _with_row(program: Program, columns: Indices, value: Floats, high: float) -> Program:
    """Return the program with one more row: value x[columns] <= high."""
    matrix, row = program.matrix, np.full(columns.size, program.row_upper.size)
    return replace(
        program,
        matrix=Matrix.stack((matrix.row, matrix.column, matrix.value), (row, columns, value)),
        row_lower=np.append(program.row_lower, -inf),
        row_upper=np.append(program.row_upper, high),
    )
