"""From a maximal covering instance to a solution: engines or the plain program, then the caller's arrays."""

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
from models.program import HALF, Matrix, Program
from models.scaling import end_of, unit_of
from models.solution import Solution, relative_gap
from models.status import Status
from models.stopping import ALL_FOUND, INTERRUPTED, TIME_LIMIT, verdict


class Instance(plain.Forced, Protocol):
    """What is needed of a `MaxCover` (see there for the meaning)."""

    @property
    def covers(self) -> Coverage:
        """Who covers how much of whom."""

    @property
    def weight(self) -> Floats:
        """Weights [client]."""

    @property
    def backup_weight(self) -> Floats:
        """Weights of a second cover [client]."""

    @property
    def p(self) -> int:
        """Number of sites to open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MaxCoverSolution(Solution):
    """A plan for a `MaxCover`; without a plan nothing is open and nobody covered.

    The more the better: `objective` is what the plan covers (-inf without a plan), no plan covers more than `bound`,
    and `gap` is (bound - objective) / objective.

    Parameters
    ----------
    open
        [site] whether the site is opened.
    assignment
        [client] the open site that covers most of the client; -1: none.
    covered, backup
        [client] the part that this site covers, and the part that the second-best open site does.
    """

    open: Flags
    assignment: Indices
    covered: Floats
    backup: Floats

    @property
    def gap(self) -> float:
        """Return (bound - objective) / objective."""
        return _gap(self.objective, self.bound)


def _gap(objective: float, bound: float) -> float:
    return relative_gap(-objective, -bound)


def by_search(instance: Instance, options: SolveOptions, clock: Clock) -> MaxCoverSolution:
    """Return what the engines find."""
    from models.covering.credit import credit_of  # noqa: PLC0415  (compiles; only who solves should wait for that)
    from models.covering.lists import states_of  # noqa: PLC0415
    from models.covering.max_search import search  # noqa: PLC0415

    covers, sites = instance.covers, instance.covers.shape[1]
    state = states_of(sites, instance.forced_open, instance.forced_closed)
    try:
        with ctrl_c():
            entries = covers.start.astype(np.int64), covers.site.astype(np.int32), covers.parts.copy()
            credit = credit_of(entries, instance.weight, instance.backup_weight, sites)
            found = search(credit, state, instance.p, options, clock)
    except KeyboardInterrupt:  # before the search began
        return without_plan(instance, Status.NO_SOLUTION, inf, INTERRUPTED)
    return with_plan(instance, found.opened == 1, (found.bound, found.stopped), options)


def rehearse(instance: Instance) -> None:
    """Run what the search does only where it takes long."""
    from models.covering.credit import credit_of  # noqa: PLC0415  (compiles; only who solves should wait for that)
    from models.covering.lists import states_of  # noqa: PLC0415
    from models.covering.max_search import rehearse as run  # noqa: PLC0415

    covers, sites = instance.covers, instance.covers.shape[1]
    entries = covers.start.astype(np.int64), covers.site.astype(np.int32), covers.parts.copy()
    credit = credit_of(entries, instance.weight, instance.backup_weight, sites)
    run(credit, states_of(sites, instance.forced_open, instance.forced_closed), instance.p)


def near_best(
    instance: Instance, count: int, within: float, options: SolveOptions, clock: Clock
) -> tuple[MaxCoverSolution, ...]:
    """Return the choices that cover most; `within`: how far from the best, relative."""
    from models.covering.credit import credit_of  # noqa: PLC0415  (compiles; only who solves should wait for that)
    from models.covering.lists import states_of  # noqa: PLC0415
    from models.covering.max_alternatives import near_most  # noqa: PLC0415

    best = by_search(instance, replace(options, relative_gap=0.0), clock)
    if not best.has_plan or best.stopped == INTERRUPTED:
        return (best,) if best.has_plan else ()
    covers, sites = instance.covers, instance.covers.shape[1]
    rules = states_of(sites, instance.forced_open, instance.forced_closed), best.open.astype(np.int8)
    entries = covers.start.astype(np.int64), covers.site.astype(np.int32), covers.parts.copy()
    credit = credit_of(entries, instance.weight, instance.backup_weight, sites)
    plans, stopped = near_most(credit, instance.p, rules, (count, within, -best.bound), options, clock)
    bound = -inf if stopped == ALL_FOUND else best.bound
    first = (with_plan(instance, plan == 1, (bound, stopped), options) for plan in plans[:1])
    bound = max([bound, *(one.objective for one in first)])
    found = (with_plan(instance, plan == 1, (bound, stopped), options) for plan in plans)
    return tuple(replace(one, stopped=stopped) for one in found)


def by_mip(instance: Instance, options: SolveOptions, clock: Clock) -> MaxCoverSolution:
    """Hand the plain program to HiGHS; the formula stands in `models.max_cover`."""
    worth = _worth(instance)
    # some plan earns as much as any single entry does, at least where a site may be chosen for it
    unit = unit_of(max(float(each.max(initial=0.0)) for each in worth))
    program = _program(instance, worth, unit)
    outcome = plain.solve(program, options, clock)
    reached = np.bincount(instance.covers.client[_counts(instance)], minlength=instance.covers.shape[0]) > 0
    total = float((instance.weight + instance.backup_weight)[reached].sum())
    if not outcome.values.size:
        bound = min(-plain.bound_of(outcome, program, unit, inf), total)
        return without_plan(instance, outcome.status, bound, TIME_LIMIT)
    opened = outcome.values[: instance.covers.shape[1]] > HALF
    covered, _, backup = instance.covers.best_parts(opened)
    bound = min(-plain.bound_of(outcome, program, unit, earned(instance, covered, backup)), total)
    if bound < min(float(each[each > 0].min(initial=inf)) for each in worth):
        bound = 0.0  # who covers anything at all earns more than the solver's dust
    return with_plan(instance, opened, (bound, end_of(outcome.status)), options)


def _counts(instance: Instance) -> Flags:
    """Return which entries [entry] are of a site that may be open."""
    allowed = np.full(instance.covers.shape[1], instance.p > len(instance.forced_open))
    allowed[list(instance.forced_closed)] = False
    allowed[list(instance.forced_open)] = True
    return np.asarray(allowed[instance.covers.site], dtype=np.bool_)


def _worth(instance: Instance) -> list[Floats]:
    """Return what each entry earns as its client's best, and as its second."""
    covers, counts = instance.covers, _counts(instance)
    weights = (instance.weight, instance.backup_weight)
    return [np.where(counts, weight[covers.client] * covers.parts, 0.0) for weight in weights]


def _program(instance: Instance, worth: list[Floats], unit: float) -> Program:
    """Columns: an opening a site, then for each entry that it is the client's best, then that it is its second."""
    covers = instance.covers
    (clients, sites), entries = covers.shape, covers.client.size
    best, second = sites + np.arange(entries), sites + entries + np.arange(entries)
    lower, upper = plain.opening_bounds(instance, sites + 2 * entries)
    rows = np.arange(entries)
    matrix = Matrix.stack(
        (covers.client, best, 1.0),
        (clients + covers.client, second, 1.0),
        (2 * clients + rows, best, 1.0),
        (2 * clients + rows, second, 1.0),
        (2 * clients + rows, covers.site, -1.0),
        (np.full(sites, 2 * clients + entries), np.arange(sites), 1.0),
    )
    count = float(instance.p)
    return Program(
        cost=-np.concatenate([np.zeros(sites), *worth]) / unit,
        lower=lower,
        upper=upper,
        matrix=matrix,
        row_lower=np.append(np.full(2 * clients + entries, -inf), count),
        row_upper=np.concatenate([np.ones(2 * clients), np.zeros(entries), [count]]),
        integer=np.arange(sites + 2 * entries) < sites,
    )


def with_plan(instance: Instance, opened: Flags, proof: tuple[float, str], options: SolveOptions) -> MaxCoverSolution:
    """Return the open sites as a solution; `proof`: a bound, and why the engine stopped."""
    bound, stopped = proof
    covered, assignment, backup = instance.covers.best_parts(opened)
    objective = earned(instance, covered, backup)
    bound = max(bound, objective)
    status, stopped = verdict(-objective, -bound, options.relative_gap, stopped)
    return MaxCoverSolution(
        status=status,
        objective=objective,
        bound=bound,
        seconds=0.0,
        stopped=stopped,
        open=frozen(opened),
        assignment=frozen(assignment),
        covered=frozen(covered),
        backup=frozen(backup),
    )


def without_plan(instance: Instance, status: Status, bound: float, stopped: str) -> MaxCoverSolution:
    """Return a solution that says why there is no plan."""
    proof = plain.proof_of_nothing(status, bound, stopped, none=-inf)
    opened, assignment = plain.nothing(*instance.covers.shape)
    return MaxCoverSolution(
        status=status,
        objective=-inf,
        bound=proof[0],
        seconds=0.0,
        stopped=proof[1],
        open=opened,
        assignment=assignment,
        covered=frozen(np.zeros(assignment.size)),
        backup=frozen(np.zeros(assignment.size)),
    )


def earned(instance: Instance, covered: Floats, backup: Floats) -> float:
    """Return what parts covered once and twice earn."""
    return float((instance.weight * covered).sum() + (instance.backup_weight * backup).sum())
