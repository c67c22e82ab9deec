"""From a p-center instance to a solution: engines or the plain program, then the caller's arrays."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf
from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats, Indices, frozen
from models.clock import Clock
from models.covering import plain
from models.options import SolveOptions
from models.program import HALF, Matrix, Program
from models.scaling import end_of, solved, unit_of
from models.solution import Solution
from models.status import Status
from models.stopping import ALL_FOUND, INTERRUPTED, TIME_LIMIT, verdict

UNSERVED = "no allowed choice of sites serves every client"


class Instance(plain.Forced, Protocol):
    """What is needed of a `PCenter` (see there for the meaning)."""

    @property
    def cost(self) -> Floats:
        """Costs [client, site]."""

    @property
    def weight(self) -> Floats:
        """Weights [client]."""

    @property
    def p(self) -> int:
        """Number of sites to open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PCenterSolution(Solution):
    """A plan for a `PCenter`; without a plan nothing is open and all assignments are -1.

    Parameters
    ----------
    open
        [site] whether the site is opened.
    assignment
        [client] the cheapest open site.
    """

    open: Flags
    assignment: Indices


def weighted(instance: Instance) -> Floats:
    """Return weight times cost; what cannot be served cannot at weight 0, either."""
    cost = instance.cost
    with np.errstate(invalid="ignore", over="ignore"):
        product: Floats = np.where(np.isinf(cost), inf, cost * instance.weight[:, None])
    return product


def by_search(instance: Instance, options: SolveOptions, clock: Clock) -> PCenterSolution:
    """Return what the engines find."""
    from models.covering.center import Center, search  # noqa: PLC0415  (compiles; only who solves should wait for that)

    cost = weighted(instance)
    forced = list(instance.forced_open)
    free = np.setdiff1d(np.arange(cost.shape[1]), [*forced, *instance.forced_closed])
    served = cost[:, forced].min(axis=1, initial=inf)
    p = instance.p - len(forced)
    found = search(Center(np.ascontiguousarray(cost[:, free]), served, p), options, clock)
    if found.opened is None:
        status = Status.INFEASIBLE if found.bound == inf else Status.NO_SOLUTION
        return without_plan(instance, status, found.bound, UNSERVED if found.bound == inf else found.stopped)
    spare = np.setdiff1d(np.arange(free.size), found.opened)[: p - found.opened.size]
    opened = np.zeros(cost.shape[1], dtype=np.bool_)
    opened[[*forced, *free[found.opened].tolist(), *free[spare].tolist()]] = True
    return with_plan(instance, opened, (found.bound, found.stopped), options)


def near_best(
    instance: Instance, count: int, within: float, options: SolveOptions, clock: Clock
) -> tuple[PCenterSolution, ...]:
    """Return the choices of the smallest largest costs; `within`: how far from the best, relative."""
    from models.covering.center_alternatives import near_smallest, value  # noqa: PLC0415  (compiles)
    from models.covering.lists import states_of  # noqa: PLC0415

    best = by_search(instance, replace(options, relative_gap=0.0), clock)
    if not best.has_plan or best.stopped == INTERRUPTED:
        return (best,) if best.has_plan else ()
    cost = weighted(instance)
    rules = states_of(cost.shape[1], instance.forced_open, instance.forced_closed), best.open.astype(np.int8)
    plans, stopped = near_smallest(cost, instance.p, rules, (count, within, best.bound), clock)
    bound = inf if stopped == ALL_FOUND else best.bound
    bound = min([bound, *(value(cost, plan) for plan in plans[:1])])
    found = (with_plan(instance, plan == 1, (bound, stopped), options) for plan in plans)
    return tuple(replace(one, stopped=stopped) for one in found)


def by_mip(instance: Instance, options: SolveOptions, clock: Clock) -> PCenterSolution:
    """Hand the plain program to HiGHS; the formula stands in `models.p_center`."""
    whole = weighted(instance)

    def program_of(value: float) -> tuple[float, Callable[[], PCenterSolution]]:
        cost = np.where(whole <= value, whole, inf)  # a dearer pair is in no plan of that value
        unit = unit_of(float(np.where(np.isfinite(cost), cost, 0.0).max(initial=0.0)))
        program = _program(instance, cost / unit)
        return unit, lambda: _by_program(instance, program, cost, unit, options, clock)

    return solved(program_of, options.relative_gap, clock)


def _by_program(
    instance: Instance, program: Program, cost: Floats, unit: float, options: SolveOptions, clock: Clock
) -> PCenterSolution:
    outcome = plain.solve(program, options, clock)
    if not outcome.values.size:
        bound = max(plain.bound_of(outcome, program, unit, inf), 0.0)
        is_impossible = outcome.status is Status.INFEASIBLE
        return without_plan(instance, outcome.status, bound, UNSERVED if is_impossible else TIME_LIMIT)
    opened = outcome.values[-instance.cost.shape[1] - 1 : -1] > HALF
    value = float(serving(instance, _cheapest(instance, opened)).max(initial=0.0))
    bound = plain.bound_of(outcome, program, unit, value)
    # every plan's value is one of the costs
    bound = float(cost[cost >= bound].min(initial=inf)) if cost.size else 0.0
    return with_plan(instance, opened, (bound, end_of(outcome.status)), options)


def _program(instance: Instance, cost: Floats) -> Program:
    """Columns: a share for each pair of finite cost, an opening a site, the largest cost."""
    client, site = np.nonzero(np.isfinite(cost))
    (clients, sites), pairs = cost.shape, client.size
    columns, largest = np.arange(pairs), pairs + sites
    lower, upper = plain.opening_bounds(instance, largest + 1, first=pairs)
    upper[largest] = inf
    paid = cost[client, site]
    matrix = Matrix.stack(
        (client, columns, 1.0),
        (clients + columns, columns, 1.0),
        (clients + columns, pairs + site, -1.0),
        (clients + pairs + client, columns, paid),
        (clients + pairs + np.arange(clients), np.full(clients, largest), -1.0),
        (np.full(sites, 2 * clients + pairs), pairs + np.arange(sites), 1.0),
    )
    count, none = float(instance.p), np.full(pairs + clients, -inf)
    return Program(
        cost=np.append(np.zeros(largest), 1.0),
        lower=lower,
        upper=upper,
        matrix=matrix,
        row_lower=np.concatenate([np.ones(clients), none, [count]]),
        row_upper=np.concatenate([np.ones(clients), np.zeros(pairs + clients), [count]]),
        integer=np.concatenate([np.zeros(pairs), np.ones(sites), [0.0]]) > HALF,
    )


def with_plan(instance: Instance, opened: Flags, proof: tuple[float, str], options: SolveOptions) -> PCenterSolution:
    """Return the open sites as a solution; `proof`: a bound, and why the engine stopped."""
    bound, stopped = proof
    assignment = _cheapest(instance, opened)
    objective = float(serving(instance, assignment).max(initial=0.0))
    bound = min(bound, objective)
    status, stopped = verdict(objective, bound, options.relative_gap, stopped)
    return PCenterSolution(
        status=status,
        objective=objective,
        bound=bound,
        seconds=0.0,
        stopped=stopped,
        open=frozen(opened),
        assignment=frozen(assignment),
    )


def without_plan(instance: Instance, status: Status, bound: float, stopped: str) -> PCenterSolution:
    """Return a solution that says why there is no plan."""
    proof = plain.proof_of_nothing(status, bound, stopped)
    opened, assignment = plain.nothing(*instance.cost.shape)
    return PCenterSolution(
        status=status,
        objective=inf,
        bound=proof[0],
        seconds=0.0,
        stopped=proof[1],
        open=opened,
        assignment=assignment,
    )


def serving(instance: Instance, assignment: Indices) -> Floats:
    """Return weight times cost of each client at its assigned site [client]."""
    cost = instance.cost[np.arange(assignment.size), assignment]
    with np.errstate(invalid="ignore"):
        product: Floats = np.where(np.isinf(cost), inf, cost * instance.weight)
    return product


def _cheapest(instance: Instance, opened: Flags) -> Indices:
    if not instance.cost.shape[0]:
        return np.zeros(0, dtype=np.intp)
    sites = np.flatnonzero(opened)
    nearest: Indices = sites[np.argmin(instance.cost[:, sites], axis=1)]
    return nearest
