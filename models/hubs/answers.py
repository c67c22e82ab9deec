"""From a hub location instance to a solution: reasons first, then the engine, then the caller's arrays."""

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from math import inf
from typing import TYPE_CHECKING, Any

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.hubs import few, impossible, textbook, violations
from models.hubs.costs import Costs
from models.hubs.instance import Instance, costs_of
from models.hubs.tree import NO_ROUTES, ROUNDING, Best, Found, Plan, SetEngine, search
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solution import Solution, relative_gap
from models.solver import Solver
from models.status import Status
from models.stopping import GAP_REACHED, INTERRUPTED, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

FEW_NODES = 3  # up to so many nodes all plans are tried before compiled code is loaded
TOLERANCE = 1e-6  # of `HubLocation.check`
UNCERTAIN = "time limit; the program's answer is not certain"
NO_PLAN = "no allowed choice of hubs has the links and the room for all flows"


@dataclass(frozen=True, slots=True, kw_only=True)
class HubLocationSolution(Solution):
    """A plan for a `HubLocation`; without a plan nothing is open and all allocations are -1.

    Parameters
    ----------
    open
        [node] whether the node is a hub.
    allocation
        Single allocation: [node] the hub of the node. Multiple: [origin, destination, 2] the first and the last hub of
        (most of) the pair's flow, -1 where there is no flow.
    routes, share
        Multiple allocation: [route, 4] origin, destination, first and last hub, and the part of the pair's flow that
        takes the route; one route a pair unless capacities split it. Empty for single allocation.
    """

    open: Flags
    allocation: Indices
    routes: Indices
    share: Floats


def solve(instance: Instance, options: SolveOptions) -> HubLocationSolution:
    """Return the best plan, with its bound."""
    clock = Clock(options.time_limit_s)
    costs = costs_of(instance)
    is_single = instance.allocation == "single"
    reason = impossible.reason(costs, is_single=is_single)
    if reason:
        solution = _without_plan(instance, Status.INFEASIBLE, inf, reason)
    elif needs_nothing(costs, is_single=is_single):
        nothing = (_none(instance), *NO_ROUTES)
        solution = _with_plan(instance, np.empty(0, dtype=np.intp), nothing, (0.0, GAP_REACHED), options)
    elif options.engine not in {"auto", "lagrangian"} and textbook.is_even(costs):
        solution = _from_program(instance, costs, options, clock)
    else:
        is_few = options.engine != "lagrangian" and costs.nodes <= FEW_NODES
        solution = _from_search(instance, costs, options, is_few=is_few)
    return replace(solution, seconds=clock.seconds)


def needs_nothing(costs: Costs, *, is_single: bool) -> bool:
    """Return whether the plan without a hub is one, and so the best."""
    return costs.nodes == 0 or (not is_single and costs.wanted <= 0 and not costs.flow.any())


def _from_search(instance: Instance, costs: Costs, options: SolveOptions, *, is_few: bool) -> HubLocationSolution:
    is_single = instance.allocation == "single"
    try:
        with ctrl_c():
            if not is_few:
                rehearse(is_single=is_single)
    except KeyboardInterrupt:
        return _without_plan(instance, Status.NO_SOLUTION, 0.0, INTERRUPTED)
    best = Best(Clock(options.time_limit_s), options.relative_gap)
    found = few.search(costs, best, is_single=is_single) if is_few else _search(instance, costs, best)
    if best.value == inf:
        if found.is_complete:
            return _without_plan(instance, Status.INFEASIBLE, inf, NO_PLAN)
        return _without_plan(instance, Status.NO_SOLUTION, found.bound, found.stopped)
    return solution_of(instance, costs, best.plan, (found.bound, found.stopped), options)


def solution_of(
    instance: Instance, costs: Costs, plan: Plan, proof: tuple[float, str], options: SolveOptions
) -> HubLocationSolution:
    """Return the plan of an engine as a solution; `proof`: a bound, and why the engine stopped."""
    if instance.allocation == "single":
        return _with_plan(instance, np.unique(plan[0]), plan, proof, options)
    opened, routes, share = plan
    return _with_plan(instance, opened, (_most(costs, routes, share), routes, share), proof, options)


def _search(instance: Instance, costs: Costs, best: Best) -> Found:
    with engine_of(costs, best, is_single=instance.allocation == "single") as engine:
        return search(engine)


@contextmanager
def engine_of(costs: Costs, best: Best, *, is_single: bool) -> "Iterator[SetEngine[Any]]":
    """Lend the engine of the allocation, with a solver where it needs one."""
    # imported late: numba takes a second, and `import models` is to be fast
    if is_single:
        from models.hubs.single import Single  # noqa: PLC0415

        yield Single(costs, best)
        return
    from models.hubs.multiple import Multiple  # noqa: PLC0415

    if not costs.is_capacitated:
        yield Multiple(costs, best, None)
        return
    with Solver() as solver:
        yield Multiple(costs, best, solver)


@cache
def rehearse(*, is_single: bool) -> None:
    """Run each compiled function once on two nodes, before the clock: after an installation that compiles them."""
    pair, ones = np.ones((2, 2)), np.ones(2)
    costs = Costs(flow=pair, collect=pair, transfer=pair, distribute=pair, fixed=ones, room=np.full(2, 3.0), wanted=-1)
    best = Best(Clock(inf), 0.0)
    if is_single:
        from models.hubs.single import Single  # noqa: PLC0415

        Single(costs, best).rehearse()
    else:
        from models.hubs.multiple import Multiple  # noqa: PLC0415

        Multiple(costs, best, None).rehearse()


def _from_program(instance: Instance, costs: Costs, options: SolveOptions, clock: Clock) -> HubLocationSolution:
    """Return what the program says, where that can be relied on; else what a search finds in the time left."""
    try:
        with Solver() as solver:
            said = ask_program(instance, costs, options, solver, clock)
    except KeyboardInterrupt:
        return _without_plan(instance, Status.NO_SOLUTION, 0.0, INTERRUPTED)
    if said.is_reliable or clock.is_over:
        return said.solution
    left = replace(options, time_limit_s=clock.left_s)
    return _better(said.solution, _from_search(instance, costs, left, is_few=costs.nodes <= FEW_NODES), options)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the program says, and whether that is more than its tolerances can hide."""

    solution: HubLocationSolution
    is_reliable: bool


def ask_program(instance: Instance, costs: Costs, options: SolveOptions, solver: Solver, clock: Clock) -> Said:
    """Return what HiGHS says of the program, looked at from outside."""
    is_single = instance.allocation == "single"
    answer = textbook.solve(
        costs,
        solver,
        is_single=is_single,
        relative_gap=options.relative_gap,
        seed=options.seed,
        limit_s=clock.left_s,
    )
    outcome = answer.outcome
    if outcome.status is Status.INFEASIBLE:
        if textbook.is_impossible(costs, solver, is_single=is_single, seed=options.seed, limit_s=clock.left_s):
            return Said(solution=_without_plan(instance, Status.INFEASIBLE, inf, NO_PLAN), is_reliable=True)
        return Said(solution=_without_plan(instance, Status.NO_SOLUTION, 0.0, UNCERTAIN), is_reliable=False)
    if outcome.status not in {Status.OPTIMAL, Status.FEASIBLE}:
        bound = max(outcome.bound - textbook.doubt(answer, 0.0), 0.0)
        return Said(solution=_without_plan(instance, outcome.status, bound, outcome.stopped), is_reliable=True)
    if is_single:
        plan = (np.asarray(answer.z.argmax(axis=1), dtype=np.intp), *NO_ROUTES)
    else:
        routes, share = textbook.routes_of(costs, answer)
        plan = (_most(costs, routes, share), routes, share)
    solution = _with_plan(instance, answer.opened, plan, (0.0, outcome.stopped), options)
    bound = max(outcome.bound - textbook.doubt(answer, solution.objective), 0.0)
    solution = _with_plan(instance, answer.opened, plan, (bound, outcome.stopped), options)
    if violations.violations(instance, solution, TOLERANCE):
        nothing = _without_plan(instance, Status.NO_SOLUTION, bound, UNCERTAIN)
        return Said(solution=nothing, is_reliable=False)
    return Said(solution=solution, is_reliable=solution.status is Status.OPTIMAL or outcome.status is Status.FEASIBLE)


def _better(said: HubLocationSolution, found: HubLocationSolution, options: SolveOptions) -> HubLocationSolution:
    """Return the cheaper plan with the better bound; `found` alone where it is the end of a search."""
    if found.status in {Status.OPTIMAL, Status.INFEASIBLE} or not said.has_plan:
        return found if found.status is not Status.NO_SOLUTION else replace(found, bound=max(found.bound, said.bound))
    plan = found if found.objective < said.objective else said
    bound = min(max(found.bound, said.bound), plan.objective)
    status, stopped = verdict(plan.objective, bound, options.relative_gap, found.stopped)
    return replace(plan, bound=bound, status=status, stopped=stopped)


def _most(costs: Costs, routes: Indices, share: Floats) -> Indices:
    """Return the hubs of the largest route of each pair [origin, destination, 2]."""
    most = np.full((costs.nodes, costs.nodes, 2), -1, dtype=np.intp)
    rising = routes[np.argsort(share, kind="stable")]  # the largest is written last
    most[rising[:, 0], rising[:, 1]] = rising[:, 2:]
    return most


def _with_plan(
    instance: Instance,
    opened: Indices,
    plan: Plan,
    proof: tuple[float, str],
    options: SolveOptions,
) -> HubLocationSolution:
    nodes = len(instance.flow)
    flags = np.isin(np.arange(nodes), opened)
    allocation, routes, share = plan
    for part in (flags, allocation, routes, share):
        part.setflags(write=False)
    draft = HubLocationSolution(
        status=Status.FEASIBLE,
        objective=0.0,
        bound=-inf,
        seconds=0.0,
        stopped=proof[1],
        open=flags,
        allocation=allocation,
        routes=routes,
        share=share,
    )
    objective = violations.price(instance, draft)
    bound = min(proof[0], objective)
    is_good = relative_gap(objective, bound) <= options.relative_gap + ROUNDING
    return replace(draft, objective=objective, bound=bound, status=Status.OPTIMAL if is_good else Status.FEASIBLE)


def _none(instance: Instance) -> Indices:
    nodes = len(instance.flow)
    return np.full(nodes if instance.allocation == "single" else (nodes, nodes, 2), -1, dtype=np.intp)


def _without_plan(instance: Instance, status: Status, bound: float, stopped: str) -> HubLocationSolution:
    allocation, routes, share = _none(instance), *NO_ROUTES
    flags = np.zeros(len(instance.flow), dtype=np.bool_)
    for part in (flags, allocation, routes, share):
        part.setflags(write=False)
    return HubLocationSolution(
        status=status,
        objective=inf,
        bound=bound,
        seconds=0.0,
        stopped=f"infeasible: {stopped}" if status is Status.INFEASIBLE else stopped,
        open=flags,
        allocation=allocation,
        routes=routes,
        share=share,
    )
