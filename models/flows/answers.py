"""From a min-cost flow instance to a solution: reasons first, then the engine, then prices that prove it."""

import contextlib
from dataclasses import dataclass, replace
from functools import cache
from math import inf

import numpy as np

from models.arrays import UNLIMITED, Integers, frozen
from models.clock import Clock
from models.errors import SolverError
from models.flow_solver import SMALL_ARCS, FlowsTooLargeError, min_cost_flow
from models.flows import impossible
from models.flows.instance import Instance, room
from models.flows.textbook import flow_by_program, net_supply
from models.flows.violations import price
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solution import Solution, relative_gap
from models.solver import Solver
from models.status import Status
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT

SPARSE = 1.5  # arcs a node; below, cost scaling pushes along chains: 35 s for one of 20,000, the linear program 1.3 s
NOT_CHEAPEST = "the solver's flow is not proved cheapest: its numbers are beyond what floats hold"
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
    _rehearse()
    clock = Clock(options.time_limit_s)
    try:
        with ctrl_c():
            solution = _solve(instance, options, clock)
    except TimeoutError:
        solution = _without_flow(instance, Status.NO_SOLUTION, TIME_LIMIT)
    except KeyboardInterrupt:
        solution = _without_flow(instance, Status.NO_SOLUTION, INTERRUPTED)
    return replace(solution, seconds=clock.seconds)


@cache
def _rehearse() -> None:
    """Run the compiled function once, before the clock: after an installation that compiles it."""
    from models.flows.relax import all_zero, relax, spread  # noqa: PLC0415  (compiles; only who solves should wait)

    none, first = np.empty(0, dtype=np.int64), np.zeros(2, dtype=np.int64)
    relax(first, none, none, all_zero(1), 1)
    spread(first, none, none, np.zeros(1, dtype=np.int64))


def _solve(instance: Instance, options: SolveOptions, clock: Clock) -> MinCostFlowSolution:
    from models.flows.potentials import has_negative_cycle  # noqa: PLC0415  (compiles; only who solves should wait)

    reason = impossible.imbalance(instance)
    if reason:
        return _without_flow(instance, Status.INFEASIBLE, f"infeasible: {reason}")
    if has_negative_cycle(instance, instance.capacity == UNLIMITED, clock):
        reason = impossible.narrow_cut(instance, clock)
        status = Status.INFEASIBLE if reason else Status.UNBOUNDED
        return _without_flow(instance, status, f"infeasible: {reason}" if reason else ENDLESS)
    if clock.is_over:
        raise TimeoutError
    flow = _flow(instance, options, clock)
    if flow is None:
        return _without_flow(instance, Status.INFEASIBLE, f"infeasible: {_why(instance, clock)}")
    return _proved(instance, flow, options, clock)


def _why(instance: Instance, clock: Clock) -> str:
    try:
        return impossible.narrow_cut(instance, clock) or "the supply cannot be shipped"
    except TimeoutError:
        return "the arcs cannot carry the supply (the time limit came before it was found where)"


def _flow(instance: Instance, options: SolveOptions, clock: Clock) -> Integers | None:
    """Return a flow [arc], cheapest as far as the solver can tell; None: there is none."""
    if options.engine == "mip":
        return _by_program(instance, clock)
    if SMALL_ARCS < instance.tail.size < SPARSE * instance.supply.size:
        with contextlib.suppress(SolverError):  # numbers beyond what its floats hold
            return _by_program(instance, clock)
    # a loop changes no balance: it is full where it pays
    loops = instance.tail == instance.head
    flow = np.where(loops & (instance.unit_cost < 0), instance.capacity, 0)
    arcs = np.flatnonzero(~loops)
    ends = (instance.tail[arcs], instance.head[arcs])
    # costs in their largest common unit are the furthest from the solver's limits
    unit = max(int(np.gcd.reduce(instance.unit_cost[arcs], initial=0)), 1)
    try:
        found = min_cost_flow(
            ends, room(instance)[arcs], instance.unit_cost[arcs] // unit, instance.supply, clock.left_s
        )
    except FlowsTooLargeError:
        return _by_program(instance, clock)
    if found is None:
        return None
    flow[arcs] = found
    return flow


def _by_program(instance: Instance, clock: Clock) -> Integers | None:
    with Solver() as solver:
        status, flow = flow_by_program(instance, solver, clock.left_s)
    if status is Status.INFEASIBLE:
        return None
    if flow is None:
        raise TimeoutError
    fits = bool(((flow >= 0) & (flow <= instance.capacity)).all())
    if not fits or bool((net_supply(instance, flow) != instance.supply).any()):
        raise SolverError("the linear program's flow is not whole; use larger units of cost or flow")
    return flow


def _proved(instance: Instance, flow: Integers, options: SolveOptions, clock: Clock) -> MinCostFlowSolution:
    from models.flows.potentials import bound_of, potentials  # noqa: PLC0415  (compiles)
    from models.flows.relax import DONE, NEGATIVE_CYCLE  # noqa: PLC0415  (the same)
    from models.flows.relax import INTERRUPTED as CTRL_C  # noqa: PLC0415  (the same)

    potential, end = potentials(instance, flow, clock)
    objective = float(price(instance, flow))
    bound = min(float(bound_of(instance, potential)), objective)
    good = relative_gap(objective, bound) <= options.relative_gap
    why = {DONE: GAP_REACHED, NEGATIVE_CYCLE: NOT_CHEAPEST, CTRL_C: INTERRUPTED}
    return MinCostFlowSolution(
        status=Status.OPTIMAL if good else Status.FEASIBLE,
        objective=objective,
        bound=bound,
        seconds=0.0,
        stopped=GAP_REACHED if good else why.get(end, TIME_LIMIT),
        flow=frozen(flow),
        potential=frozen(potential),
    )


def _without_flow(instance: Instance, status: Status, stopped: str) -> MinCostFlowSolution:
    from models.flows.potentials import bound_of  # noqa: PLC0415  (compiles)

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
