"""From a facility location instance to a solution: reasons first, then the engine, then the caller's arrays."""

from dataclasses import dataclass, replace
from functools import cache
from math import inf, isfinite
from typing import TYPE_CHECKING

import numpy as np

from models.arrays import Flags, Floats, Indices, frozen
from models.clock import Clock
from models.interruption import ctrl_c
from models.location import impossible
from models.location.instance import Instance, most_open
from models.location.textbook import Textbook
from models.location.tiers import clones_of, is_plain, merged, part_of, whole_of
from models.location.violations import price, violations
from models.options import SolveOptions
from models.scaling import better, end_of, solved
from models.solution import Solution
from models.solver import Solver
from models.status import Status
from models.stopping import INTERRUPTED, TIME_LIMIT, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.relaxation.subgradient import Rules

KEPT = 1e-9  # relative: a plan of the easier instance keeps what was left out
EASIER_SHARE = 0.4, 0.8  # of the time for the easier instance; where the plain program is large
OPEN_SHARE = 0.25  # of the time left, for the best plan among the sites of the easier plan
LARGE = 100_000  # pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityLocationSolution(Solution):
    """A plan for a `FacilityLocation`; without a plan nothing is open, all shares are 0 and all assignments -1.

    Parameters
    ----------
    open
        [site] whether the site is opened.
    assignment
        [client] the site that serves all of the client, or most of it where it is split.
    share
        [client, site] part of the client that the site serves.
    tier
        [site] the tier in which the site is opened, 0 where there are no tiers; -1: closed.
    """

    open: Flags
    assignment: Indices
    share: Floats
    tier: Indices


def solve(instance: Instance, options: SolveOptions) -> FacilityLocationSolution:
    """Return the best plan, with its bound."""
    clock = Clock(options.time_limit_s)
    reason = impossible.reason(instance)
    if reason:
        solution = without_plan(instance, Status.INFEASIBLE, inf, reason)
        return replace(solution, seconds=clock.seconds)
    try:
        with ctrl_c():
            return _solved(instance, options)
    except KeyboardInterrupt:  # before there was a plan; costs are 0 or more
        return replace(without_plan(instance, Status.NO_SOLUTION, 0.0, INTERRUPTED), seconds=clock.seconds)


def _solved(instance: Instance, options: SolveOptions) -> FacilityLocationSolution:
    """Return the answer of the engine that suits; compiling comes before the clock."""
    is_simple = instance.capacity is None
    if options.engine == "mip" or not (instance.cost.size or (is_simple and is_plain(instance))):
        clock = Clock(options.time_limit_s)
        return replace(_by_mip(instance, options, clock), seconds=clock.seconds)
    rehearse(instance)
    clock = Clock(options.time_limit_s)
    if not is_plain(instance) and instance.cost.size:
        solution = _by_easier(instance, options, clock)
    elif is_simple:
        solution = _by_search(instance, options, clock)
    else:
        solution = _by_sites(instance, options, clock)
    return replace(solution, seconds=clock.seconds)


def rehearse(instance: Instance) -> None:
    """Compile what the engines of the instance need, or load it, before any clock."""
    if instance.capacity is None or not is_plain(instance):
        _rehearse_search()
    if instance.capacity is not None or not is_plain(instance):
        _rehearse_sites()


@cache
def _rehearse_search() -> None:
    from models.location.search import rehearse  # noqa: PLC0415  (compiles; only who solves should wait for that)
    from models.location.task import dense_task, rules_of  # noqa: PLC0415  (the same)

    cost = np.abs(np.arange(6.0)[:, None] - np.arange(6.0))
    rehearse(dense_task(cost, rules_of(np.full(6, 2.0), (0, 6), (), ())))


@cache
def _rehearse_sites() -> None:
    from models.capacitated.search import rehearse  # noqa: PLC0415  (the same)

    rehearse()


def alternatives(
    instance: Instance, count: int, within: float, options: SolveOptions
) -> tuple[FacilityLocationSolution, ...]:
    """Return the cheapest plans with different open sites, perhaps none; see `FacilityLocation.alternatives`."""
    from models.location.search import search_alternatives  # noqa: PLC0415  (compiles)
    from models.location.task import Found, dense_task, found_of  # noqa: PLC0415

    def by_program(exact: SolveOptions) -> Found:
        first = _by_mip(instance, exact, Clock(exact.time_limit_s))
        return found_of(first, first.open)

    if impossible.reason(instance):
        return ()
    if instance.capacity is not None and instance.cost.size:
        return _near_best(instance, count, within, options)
    _rehearse_search()
    clock, task = Clock(options.time_limit_s), dense_task(instance.cost, _rules(instance))
    plans, found, stopped = search_alternatives(task, count, within, options, by_program)
    proof = found.bound, stopped
    solutions = (with_plan(instance, plan, whole_shares(plan, instance.cost), proof, options) for plan in plans)
    return tuple(replace(one, stopped=stopped, seconds=clock.seconds) for one in solutions)


def _near_best(
    instance: Instance, count: int, within: float, options: SolveOptions
) -> tuple[FacilityLocationSolution, ...]:
    """Return the cheapest plans of limited sites; of each set of sites the best, to the gap asked for."""
    _rehearse_sites()
    from models.capacitated.near_best import near_best  # noqa: PLC0415  (compiles, see above)
    from models.location.by_sites import problem_of  # noqa: PLC0415  (the same)

    clock = Clock(options.time_limit_s)
    first = solve(instance, options)
    if not first.has_plan or first.stopped == INTERRUPTED:
        return (first,) if first.has_plan else ()
    found, stopped = near_best(problem_of(instance), first.open, count, within, options, clock)
    proof = first.bound, stopped
    solutions = [with_plan(instance, plan.opened, plan.share, proof, options) for plan in found]
    kept = [replace(one, stopped=stopped, seconds=clock.seconds) for one in solutions if isfinite(one.objective)]
    return tuple(kept) or (replace(first, stopped=stopped, seconds=clock.seconds),)


def with_plan(
    instance: Instance, opened: Flags | Indices, share: Floats, proof: tuple[float, str], options: SolveOptions
) -> FacilityLocationSolution:
    """Return the plan as a solution; `opened`: flags or tiers [site]; `proof`: a bound, and why the engine stopped."""
    bound, stopped = proof
    tier: Indices = np.where(opened, 0, -1) if opened.dtype == np.bool_ else opened.astype(np.intp)
    objective = price(instance, tier, share)
    bound = min(bound, objective)
    status, stopped = verdict(objective, bound, options.relative_gap, stopped)
    assignment = np.argmax(share, axis=1) if share.shape[1] else np.full(share.shape[0], -1)
    return FacilityLocationSolution(
        status=status,
        objective=objective,
        bound=bound,
        seconds=0.0,
        stopped=stopped,
        open=frozen(tier >= 0),
        assignment=frozen(assignment),
        share=frozen(share),
        tier=frozen(tier),
    )


def without_plan(instance: Instance, status: Status, bound: float, stopped: str) -> FacilityLocationSolution:
    """Return a solution that says why there is no plan."""
    clients, sites = instance.cost.shape
    return FacilityLocationSolution(
        status=status,
        objective=inf,
        bound=bound,
        seconds=0.0,
        stopped=f"infeasible: {stopped}" if status is Status.INFEASIBLE else stopped,
        open=frozen(np.zeros(sites, dtype=np.bool_)),
        assignment=frozen(np.full(clients, -1, dtype=np.intp)),
        share=frozen(np.zeros((clients, sites))),
        tier=frozen(np.full(sites, -1, dtype=np.intp)),
    )


def whole_shares(opened: Flags, cost: Floats) -> Floats:
    """Return each client served by its cheapest open site, as shares [client, site]."""
    share = np.zeros(cost.shape)
    if cost.size:
        share[np.arange(cost.shape[0]), np.argmin(np.where(opened, cost, inf), axis=1)] = 1.0
    return share


def _by_search(instance: Instance, options: SolveOptions, clock: Clock) -> FacilityLocationSolution:
    from models.location.search import search  # noqa: PLC0415  (compiles; only who solves should wait for that)
    from models.location.task import dense_task  # noqa: PLC0415

    found = search(dense_task(instance.cost, _rules(instance)), options, clock)
    if found.opened is None and found.stopped == INTERRUPTED:
        return without_plan(instance, Status.NO_SOLUTION, found.bound, INTERRUPTED)
    if found.opened is None:  # so many pairs are impossible that chance finds no plan: the program will
        return _by_mip(instance, options, clock)
    share = whole_shares(found.opened, instance.cost)
    return with_plan(instance, found.opened, share, (found.bound, found.stopped), options)


def _rules(instance: Instance) -> "Rules":
    from models.location.task import rules_of  # noqa: PLC0415

    number = (instance.min_open, most_open(instance))
    return rules_of(instance.fixed_cost, number, instance.forced_open, instance.forced_closed)


def _by_sites(instance: Instance, options: SolveOptions, clock: Clock) -> FacilityLocationSolution:
    """Search over the sites; the program decides where that finds no plan, for time or because there is none."""
    from models.capacitated.search import search  # noqa: PLC0415  (compiles, see above)
    from models.location.by_sites import problem_of  # noqa: PLC0415  (the same)

    found, bound = search(problem_of(instance), options, clock)
    if found is None or not np.isfinite(price(instance, np.where(found.opened, 0, -1), found.share)):
        known = without_plan(instance, Status.NO_SOLUTION, bound if np.isfinite(bound) else 0.0, TIME_LIMIT)
        try:
            return better(known, _by_mip(instance, options, clock), options.relative_gap)
        except KeyboardInterrupt:
            return replace(known, stopped=INTERRUPTED)
    return with_plan(instance, found.opened, found.share, (bound, found.stopped), options)


def _by_easier(instance: Instance, options: SolveOptions, clock: Clock) -> FacilityLocationSolution:
    """Solve the easier instance; ask the program where its plan does not keep what was left out."""
    clones = clones_of(instance)
    share = EASIER_SHARE[0] if instance.cost.size <= LARGE else EASIER_SHARE[1]
    easier = solve(clones, replace(options, time_limit_s=max(share * clock.left_s, 1e-3)))
    if easier.status is Status.INFEASIBLE:
        return without_plan(instance, Status.INFEASIBLE, inf, easier.stopped.removeprefix("infeasible: "))
    known = without_plan(instance, Status.NO_SOLUTION, easier.bound, easier.stopped)
    if easier.has_plan:
        tier, shares = merged(instance, clones, np.flatnonzero(easier.open), easier.share)
        plan = with_plan(instance, tier, shares, (easier.bound, easier.stopped), options)
        if not violations(instance, plan, KEPT):
            known = plan
        elif easier.stopped != INTERRUPTED:
            known = _among_open(instance, plan, options, clock) or known
    if known.status is Status.OPTIMAL or easier.stopped == INTERRUPTED:
        return known
    try:
        return better(known, _by_mip(instance, options, clock, known.objective), options.relative_gap)
    except KeyboardInterrupt:
        if known.has_plan:
            return replace(known, stopped=INTERRUPTED)
        raise


def _among_open(
    instance: Instance, wanted: FacilityLocationSolution, options: SolveOptions, clock: Clock
) -> FacilityLocationSolution | None:
    """Return the best plan that opens none but the sites `wanted`, in their tiers; None: there is none in the time."""
    part = part_of(instance, wanted.tier)
    if impossible.reason(part):
        return None
    found = _by_mip(part, options, Clock(OPEN_SHARE * clock.left_s))
    if not found.has_plan:
        return None
    tier, shares = whole_of(instance, part, np.flatnonzero(found.open), found.share)
    plan = with_plan(instance, tier, shares, (wanted.bound, TIME_LIMIT), options)
    return None if violations(instance, plan, KEPT) else plan


def _by_mip(instance: Instance, options: SolveOptions, clock: Clock, value: float = inf) -> FacilityLocationSolution:
    """Ask the program for a plan; `value`: of one that is known, whose like and better are looked for."""
    with Solver() as solver:

        def program_of(value: float) -> "tuple[float, Callable[[], FacilityLocationSolution]]":
            textbook = Textbook.of(instance, value)
            return textbook.unit, lambda: by_program(textbook, options, clock, solver)

        return solved(program_of, options.relative_gap, clock, value)


def by_program(textbook: Textbook, options: SolveOptions, clock: Clock, solver: Solver) -> FacilityLocationSolution:
    """Return the best plan of the program; its bound holds for the plans that the program knows."""
    instance = textbook.instance
    outcome = textbook.solve(options.relative_gap, options.seed, clock.left_s, solver)
    if outcome.status is Status.INFEASIBLE:
        return without_plan(instance, Status.INFEASIBLE, inf, impossible.UNSERVED)
    if outcome.status is Status.NO_SOLUTION:
        return without_plan(instance, Status.NO_SOLUTION, textbook.bound(outcome, inf), TIME_LIMIT)
    opened, share = textbook.opened(outcome.values), textbook.shares(outcome.values)
    if instance.capacity is None and instance.min_throughput is None:
        share = whole_shares(opened >= 0, instance.cost)
    elif instance.single_source:
        share = np.round(share)
    bound = textbook.bound(outcome, price(instance, opened, share))
    return with_plan(instance, opened, share, (bound, end_of(outcome.status)), options)
