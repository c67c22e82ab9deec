"""From a set covering instance to a solution: engines or the plain program, then the caller's arrays."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats, Indices, frozen
from models.clock import Clock
from models.covering import plain
from models.covering.coverage import Coverage
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.program import HALF, Program
from models.scaling import end_of, solved, unit_of
from models.solution import Solution
from models.status import Status
from models.stopping import ALL_FOUND, INTERRUPTED, TIME_LIMIT, verdict

UNCOVERED = "the solver finds no cover"


class Instance(plain.Forced, Protocol):
    """What is needed of a `SetCover` (see there for the meaning)."""

    @property
    def covers(self) -> Coverage:
        """Who covers whom."""

    @property
    def cost(self) -> Floats:
        """Cost of opening [site]."""


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
    from models.covering.lists import by_entries, states_of  # noqa: PLC0415  (compiles; only who solves should wait)
    from models.covering.set_search import search  # noqa: PLC0415

    covers = instance.covers
    state = states_of(covers.shape[1], instance.forced_open, instance.forced_closed)
    try:
        with ctrl_c():
            cover = by_entries(covers.client, covers.site, covers.shape)
            found = search(cover, instance.cost.copy(), state, options, clock)
    except KeyboardInterrupt:  # before the search began
        return without_plan(instance, Status.NO_SOLUTION, 0.0, INTERRUPTED)
    return with_plan(instance, found.opened == 1, (found.bound, found.stopped), options)


def near_best(
    instance: Instance, count: int, within: float, options: SolveOptions, clock: Clock
) -> tuple[SetCoverSolution, ...]:
    """Return the cheapest covers; `within`: how far from the best, relative."""
    from models.covering.lists import by_entries, states_of  # noqa: PLC0415  (compiles; only who solves should wait)
    from models.covering.set_alternatives import near_cheapest  # noqa: PLC0415

    best = by_search(instance, replace(options, relative_gap=0.0), clock)
    if not best.has_plan or best.stopped == INTERRUPTED:
        return (best,) if best.has_plan else ()
    covers = instance.covers
    rules = states_of(covers.shape[1], instance.forced_open, instance.forced_closed), best.open.astype(np.int8)
    cover = by_entries(covers.client, covers.site, covers.shape)
    plans, stopped = near_cheapest(cover, instance.cost.copy(), rules, (count, within, best.bound), clock)
    bound = inf if stopped == ALL_FOUND else best.bound
    bound = min([bound, *(float(instance.cost[plan == 1].sum()) for plan in plans[:1])])
    found = (with_plan(instance, plan == 1, (bound, stopped), options) for plan in plans)
    return tuple(replace(one, stopped=stopped) for one in found)


def by_mip(instance: Instance, options: SolveOptions, clock: Clock) -> SetCoverSolution:
    """Hand the plain program to HiGHS; the formula stands in `models.set_cover`."""

    def program_of(value: float) -> tuple[float, Callable[[], SetCoverSolution]]:
        bounds, cost = _affordable(instance, value)
        unit, covers = unit_of(float(cost.max(initial=0.0))), instance.covers
        program = plain.cover_program((covers.client, covers.site), covers.shape[0], cost / unit, bounds)
        return unit, lambda: _by_program(instance, program, unit, options, clock)

    return solved(program_of, options.relative_gap, clock)


def _affordable(instance: Instance, value: float) -> tuple[tuple[Floats, Floats], Floats]:
    """Return the bounds of the openings and their costs [site], where a cover of `value` or less is looked for.

    The forced sites are paid whatever is opened; a site dearer than what they leave is in no such cover.
    """
    lower, upper = plain.opening_bounds(instance, instance.cost.size)
    spare = value * (1.0 + plain.MARGIN) - float(instance.cost[lower > 0].sum())
    upper[(lower == 0) & (instance.cost > spare)] = 0.0
    return (lower, upper), np.where(upper > 0, instance.cost, 0.0)


def _by_program(
    instance: Instance, program: Program, unit: float, options: SolveOptions, clock: Clock
) -> SetCoverSolution:
    outcome = plain.solve(program, options, clock)
    if not outcome.values.size:
        bound = max(plain.bound_of(outcome, program, unit, inf), 0.0)
        is_impossible = outcome.status is Status.INFEASIBLE
        return without_plan(instance, outcome.status, bound, UNCOVERED if is_impossible else TIME_LIMIT)
    opened = outcome.values > HALF
    bound = max(plain.bound_of(outcome, program, unit, float(instance.cost[opened].sum())), 0.0)
    return with_plan(instance, opened, (bound, end_of(outcome.status)), options)


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
    proof = plain.proof_of_nothing(status, bound, stopped)
    opened, assignment = plain.nothing(*instance.covers.shape)
    return SetCoverSolution(
        status=status,
        objective=inf,
        bound=proof[0],
        seconds=0.0,
        stopped=proof[1],
        open=opened,
        assignment=assignment,
    )
