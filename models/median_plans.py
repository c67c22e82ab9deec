"""From a p-median instance to its plans: neighbour lists, search or plain program, and back to its own sites."""

from dataclasses import dataclass, replace
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models import arrays
from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.errors import InstanceError
from models.facility_location import FacilityLocation
from models.infeasible import COUNTS_OF_P, Prices, RequiredProgram
from models.location import requirements
from models.options import SolveOptions
from models.solution import Solution
from models.status import Status
from models.stopping import INTERRUPTED, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.location.task import Found, Task

LIST_LENGTH = 4.2  # times clients per open site
SHORTEST_LIST = 64
COMPLETE = 1_500  # up to so many points lists are complete
KINDS = ("served", "p", "forced_open", "forced_closed")


class Instance(Protocol):
    """What is needed of a `PMedian` (see there for the meaning)."""

    @property
    def cost(self) -> Floats | None:
        """Costs [client, site]; None with points."""

    @property
    def weight(self) -> Floats | None:
        """Weights [client]."""

    @property
    def points(self) -> Floats | None:
        """Points [client, 2]; None with costs."""

    @property
    def p(self) -> int:
        """Number of sites to open."""

    @property
    def forced_open(self) -> tuple[int, ...]:
        """Sites that must be open."""

    @property
    def forced_closed(self) -> tuple[int, ...]:
        """Sites that must be closed."""

    @property
    def n_clients(self) -> int:
        """Number of clients."""

    @property
    def n_sites(self) -> int:
        """Number of sites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PMedianSolution(Solution):
    """A plan for a `PMedian`; without a plan nothing is open and all assignments are -1.

    Parameters
    ----------
    open
        [site] whether the site is opened.
    assignment
        [client] the open site that serves it.
    """

    open: Flags
    assignment: Indices


@dataclass(frozen=True, slots=True, kw_only=True)
class _Small:
    """A small instance to rehearse on: six places in a row, two sites."""

    cost: Floats | None
    points: Floats | None
    weight: Floats | None
    p: int = 2
    forced_open: tuple[int, ...] = ()
    forced_closed: tuple[int, ...] = ()
    n_clients: int = 6
    n_sites: int = 6

    @classmethod
    def dense(cls) -> "_Small":
        at = np.arange(6.0)
        return cls(cost=np.abs(at[:, None] - at), points=None, weight=np.ones(6))

    @classmethod
    def planar(cls) -> "_Small":
        return cls(cost=None, points=np.column_stack([np.arange(6.0), np.zeros(6)]), weight=np.ones(6))


def serving(instance: Instance, assignment: Indices) -> Floats:
    """Return what serving each client by its assigned site costs [client]."""
    weight = present(instance.weight)
    if instance.points is not None:
        gap = instance.points - instance.points[assignment]
        distance: Floats = weight * np.sqrt(gap[:, 0] ** 2 + gap[:, 1] ** 2)
        return distance
    return _weighted(present(instance.cost)[np.arange(weight.size), assignment], weight)


def solve(instance: Instance, options: SolveOptions) -> PMedianSolution:
    """Return the best plan, with its bound; compiling comes before the clock."""
    if options.engine != "mip":
        rehearse(is_planar=instance.points is not None)
    clock = Clock(options.time_limit_s)
    solution = None if options.engine == "mip" else by_search(instance, options, clock)
    if solution is None:
        solution = by_mip(instance, replace(options, time_limit_s=max(clock.left_s, 1e-3), engine="mip"))
    return replace(solution, seconds=clock.seconds)


@cache
def rehearse(*, is_planar: bool) -> None:
    """Run the compiled functions once on a small instance."""
    from models.location.search import rehearse as of_search  # noqa: PLC0415  (compiles)

    of_search(task_of(_Small.planar() if is_planar else _Small.dense())[1])


def by_search(instance: Instance, options: SolveOptions, clock: Clock) -> PMedianSolution | None:
    """Return what the engines find; None where chance found no plan among impossible pairs."""
    from models.location.search import search  # noqa: PLC0415  (compiles; only who solves should wait for that)

    order, task = task_of(instance)
    found = search(task, options, clock)
    if found.opened is None:
        return interrupted(instance, found.bound) if found.stopped == INTERRUPTED else None
    return with_plan(instance, in_order(order, found.opened), (found.bound, found.stopped), options)


def task_of(instance: Instance) -> "tuple[Indices, Task]":
    """Return what the engines work on, and which site stands at each of its places."""
    from models.location.task import Task, dense_task, rules_of  # noqa: PLC0415  (compiles)
    from models.relaxation.points import along_a_snake, nearest_of, point_lists  # noqa: PLC0415

    count, points, number = instance.n_sites, instance.points, (instance.p, instance.p)
    if points is None or not count:
        rules = rules_of(np.zeros(count), number, instance.forced_open, instance.forced_closed)
        weighted = _weighted(_matrix(instance), present(instance.weight)[:, None])
        return np.arange(count), dense_task(weighted, rules)
    order = along_a_snake(points)  # places near each other in memory, too
    place = np.argsort(order)
    forced = [tuple(place[list(sites)].tolist()) for sites in (instance.forced_open, instance.forced_closed)]
    near, weight = points[order], present(instance.weight)[order]

    def price(opened: Flags) -> float:
        return float((weight * nearest_of(near, np.flatnonzero(opened))[0]).sum())

    length = count if count <= COMPLETE else max(int(LIST_LENGTH * count / instance.p), SHORTEST_LIST)
    rules = rules_of(np.zeros(count), number, forced[0], forced[1])
    return order, Task(lists=point_lists(near, weight, length), rules=rules, price=price, is_whole=False)


def in_order(order: Indices, opened: Flags) -> Flags:
    """Return the open sites in the instance's numbering."""
    flags = np.zeros(order.size, dtype=np.bool_)
    flags[order[opened]] = True
    return flags


def interrupted(instance: Instance, bound: float = 0.0) -> PMedianSolution:
    """Return the answer when Ctrl-C came before the first plan."""
    return without_plan(instance, Status.NO_SOLUTION, bound, INTERRUPTED)


def by_mip(instance: Instance, options: SolveOptions) -> PMedianSolution:
    """Hand the plain program to HiGHS: facility location without fixed costs, exactly p open."""
    plain = FacilityLocation(
        cost=_weighted(_matrix(instance), present(instance.weight)[:, None]),
        fixed_cost=np.zeros(instance.n_sites),
        min_open=instance.p,
        max_open=instance.p,
        forced_open=instance.forced_open,
        forced_closed=instance.forced_closed,
    )
    solution = plain.solve(options)
    if not solution.has_plan:
        return without_plan(instance, solution.status, solution.bound, solution.stopped)
    return with_plan(instance, solution.open, (solution.bound, solution.stopped), options)


def by_program(instance: Instance, order: Indices) -> "Callable[[SolveOptions], Found]":
    """Return how the program's best plan is asked for, as the engines number sites (see `task_of`)."""
    from models.location.task import found_of  # noqa: PLC0415  (compiles)

    def ask(options: SolveOptions) -> "Found":
        first = by_mip(instance, replace(options, engine="mip"))
        return found_of(first, first.open[order])

    return ask


def rules_only(instance: Instance) -> FacilityLocation:
    """Return who can be served by which site, and the rules on sites; of points, one stands for all."""
    if instance.points is None:
        cost, weight = present(instance.cost), present(instance.weight)
    else:
        cost, weight = np.zeros((min(instance.n_clients, 1), instance.n_sites)), np.ones(min(instance.n_clients, 1))
    return FacilityLocation(
        cost=cost,
        fixed_cost=np.zeros(instance.n_sites),
        demand=weight,
        min_open=instance.p,
        max_open=instance.p,
        forced_open=instance.forced_open,
        forced_closed=instance.forced_closed,
    )


def requirements_of(instance: Instance, prices: Prices | None) -> RequiredProgram:
    """Return the rules as a program without a cost, and its requirements.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    program, rules = requirements.program_of(rules_only(instance), prices, KINDS, COUNTS_OF_P)
    if instance.points is None:
        return program, rules
    kept = (replace(rule, elastic=None) if rule.name[0] == "served" else rule for rule in rules)
    return program, tuple(kept)


def with_plan(instance: Instance, opened: Flags, proof: tuple[float, str], options: SolveOptions) -> PMedianSolution:
    """Return the open sites as a solution; `proof`: a bound, and why the engine stopped."""
    bound, stopped = proof
    assignment = _cheapest(instance, opened)
    objective = float(serving(instance, assignment).sum())
    bound = min(bound, objective)
    status, stopped = verdict(objective, bound, options.relative_gap, stopped)
    return PMedianSolution(
        status=status,
        objective=objective,
        bound=bound,
        seconds=0.0,
        stopped=stopped,
        open=arrays.frozen(opened),
        assignment=arrays.frozen(assignment),
    )


def without_plan(instance: Instance, status: Status, bound: float, stopped: str) -> PMedianSolution:
    """Return a solution that says why there is no plan."""
    return PMedianSolution(
        status=status,
        objective=inf,
        bound=bound,
        seconds=0.0,
        stopped=stopped,
        open=arrays.frozen(np.zeros(instance.n_sites, dtype=np.bool_)),
        assignment=arrays.frozen(np.full(instance.n_clients, -1, dtype=np.intp)),
    )


def _cheapest(instance: Instance, opened: Flags) -> Indices:
    if not instance.n_clients:
        return np.zeros(0, dtype=np.intp)
    sites = np.flatnonzero(opened)
    if instance.points is None:
        cheapest: Indices = sites[np.argmin(present(instance.cost)[:, sites], axis=1)]
        return cheapest
    from models.relaxation.points import nearest_of  # noqa: PLC0415  (imports SciPy)

    return nearest_of(instance.points, sites)[1]


def _matrix(instance: Instance) -> Floats:
    if instance.points is None:
        return present(instance.cost)
    gap = instance.points[:, None, :] - instance.points[None, :, :]
    distance: Floats = np.sqrt(gap[..., 0] ** 2 + gap[..., 1] ** 2)
    return distance


def _weighted(cost: Floats, weight: Floats) -> Floats:
    """Return weight times cost; what cannot be served cannot at weight 0, either."""
    with np.errstate(invalid="ignore"):
        product: Floats = np.where(np.isinf(cost), inf, cost * weight)
    return product


def present(array: Floats | None) -> Floats:
    """Return the array; `__post_init__` has seen to it that it is there."""
    if array is None:
        raise InstanceError("cost, weight or points is missing")
    return array
