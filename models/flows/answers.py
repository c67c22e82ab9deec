"""From a min-cost flow instance to a solution: reasons first, then the engine, then what its prices prove."""

from dataclasses import dataclass, replace
from math import inf

import numpy as np

from models.arrays import UNLIMITED, Integers, frozen
from models.clock import Clock
from models.errors import SolverError
from models.flows import impossible
from models.flows.instance import NO_FLOW, Found, Instance
from models.flows.violations import bound_of, price
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solution import Solution, relative_gap
from models.status import Status
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT

ENDLESS = "unbounded: a cycle of arcs without limit has a negative cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinCostFlowSolution(Solution):
    """A flow for a `MinCostFlow`; without one all is 0.

    Parameters
    ----------
    flow
        [arc] units carried.
    potential
        [node] prices that prove `bound`: carrying a unit along an arc does not pay where
        unit_cost + potential[tail] - potential[head] is above 0.
    """

    flow: Integers
    potential: Integers


def solve(instance: Instance, options: SolveOptions) -> MinCostFlowSolution:
    """Return the cheapest flow, with the prices that prove it."""
    rehearse(instance, options)
    clock = Clock(options.time_limit_s)
    try:
        with ctrl_c():
            solution = _solve(instance, options, clock)
    except TimeoutError:
        solution = _without_flow(instance, Status.NO_SOLUTION, TIME_LIMIT)
    except KeyboardInterrupt:
        solution = _without_flow(instance, Status.NO_SOLUTION, INTERRUPTED)
    return replace(solution, seconds=clock.seconds)


def rehearse(instance: Instance, options: SolveOptions) -> None:
    """Run the compiled loops once that the instance needs, before the clock: after an installation that compiles them.

    Not those that prove what OR-Tools finds where our own search gives up, which hardly comes about.
    """
    from models.flows import potentials, scaling_search  # noqa: PLC0415  (load numba; only who solves should wait)

    is_ours = options.engine != "mip" and not scaling_search.is_beyond(instance)
    if is_ours:
        scaling_search.rehearse(instance)
    if not is_ours or bool((instance.unit_cost[instance.capacity == UNLIMITED] < 0).any()):
        potentials.rehearse()


def _solve(instance: Instance, options: SolveOptions, clock: Clock) -> MinCostFlowSolution:
    from models.flows.engines import cheapest  # noqa: PLC0415  (loads numba; only who solves should wait)
    from models.flows.potentials import has_negative_cycle  # noqa: PLC0415  (the same)

    reason = impossible.imbalance(instance)
    if reason:
        return _without_flow(instance, Status.INFEASIBLE, f"infeasible: {reason}")
    if has_negative_cycle(instance, instance.capacity == UNLIMITED, clock):
        reason = impossible.narrow_cut(instance, clock)
        status = Status.INFEASIBLE if reason else Status.UNBOUNDED
        return _without_flow(instance, status, f"infeasible: {reason}" if reason else ENDLESS)
    if clock.is_over:
        raise TimeoutError
    found = cheapest(instance, options.engine, clock)
    if found.stopped == NO_FLOW:
        return _without_flow(instance, Status.INFEASIBLE, f"infeasible: {_why(instance, clock)}")
    return _with_flow(instance, found, options)


def _why(instance: Instance, clock: Clock) -> str:
    try:
        reason = impossible.narrow_cut(instance, clock)
    except TimeoutError:
        return "the arcs cannot carry the supply (the time limit came before it was found where)"
    if not reason:
        raise SolverError("the search finds no flow where there is one; use larger units of cost or flow")
    return reason


def _with_flow(instance: Instance, found: Found, options: SolveOptions) -> MinCostFlowSolution:
    if found.flow is None:
        return _without_flow(instance, Status.NO_SOLUTION, found.stopped)
    objective = float(price(instance, found.flow))
    bound = min(float(bound_of(instance, found.potential)), objective)
    good = relative_gap(objective, bound) <= options.relative_gap
    return MinCostFlowSolution(
        status=Status.OPTIMAL if good else Status.FEASIBLE,
        objective=objective,
        bound=bound,
        seconds=0.0,
        stopped=GAP_REACHED if good else found.stopped,
        flow=frozen(found.flow),
        potential=frozen(found.potential),
    )


def _without_flow(instance: Instance, status: Status, stopped: str) -> MinCostFlowSolution:
    potential = np.zeros(instance.supply.size, dtype=np.int64)
    nothing = {Status.INFEASIBLE: inf, Status.UNBOUNDED: -inf}
    return MinCostFlowSolution(
        status=status,
        objective=-inf if status is Status.UNBOUNDED else inf,
        bound=nothing[status] if status in nothing else float(bound_of(instance, potential)),
        seconds=0.0,
        stopped=stopped,
        flow=frozen(np.zeros(instance.tail.size, dtype=np.int64)),
        potential=frozen(potential),
    )
