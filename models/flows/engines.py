"""Which engine looks for the flow: our cost scaling and pivots, OR-Tools' scaling where that is hard, or the program.

Source: see `cost_scaling` (Goldberg) and OR-Tools' SimpleMinCostFlow, of the same family.
"""

import contextlib
from dataclasses import replace

import numpy as np

from models.arrays import Integers
from models.clock import Clock
from models.errors import SolverError
from models.flow_solver import SMALL_ARCS, FlowsTooLargeError, min_cost_flow
from models.flows.impossible import imbalance, narrow_cut
from models.flows.instance import NO_FLOW, Found, Instance, on_loops, room
from models.flows.potentials import potentials
from models.flows.scaling_search import TOO_HARD, by_scaling
from models.flows.textbook import flow_by_program, net_supply
from models.interruption import ctrl_c
from models.options import Engine
from models.solver import Solver
from models.status import Status
from models.stopping import INTERRUPTED, TIME_LIMIT

SPARSE = 1.5  # arcs a node; below, OR-Tools pushes along chains: 35 s for one of 20,000, the linear program 1.3 s


def cheapest(instance: Instance, engine: Engine, clock: Clock) -> Found:
    """Return a cheapest flow, or how far the clock or Ctrl-C let one come; `stopped` is NO_FLOW where there is none.

    Raises
    ------
    TimeoutError
        If the limit comes before there is a flow.
    KeyboardInterrupt
        If Ctrl-C comes to a solver in its own process before there is a flow.
    SolverError
        If that process fails.
    """
    if engine == "mip":
        return _proved(instance, _by_program(instance, clock), clock)
    found = by_scaling(instance, clock)
    if found.stopped != TOO_HARD:
        return found
    try:
        with ctrl_c():
            return _proved(instance, _by_solver(instance, clock), clock)
    except (TimeoutError, KeyboardInterrupt) as error:
        if found.flow is None or not _ships(instance, found.flow):  # too hard may be: its numbers went wrong
            raise
        return replace(found, stopped=TIME_LIMIT if isinstance(error, TimeoutError) else INTERRUPTED)


def _proved(instance: Instance, flow: Integers | None, clock: Clock) -> Found:
    """Return the flow with prices; None: there is none."""
    if flow is None:
        return Found(None, np.zeros_like(instance.supply), NO_FLOW)
    return Found(flow, *potentials(instance, flow, clock))


def _ships(instance: Instance, flow: Integers) -> bool:
    """Return whether the flow ships the supply within the capacities."""
    fits = bool(((flow >= 0) & (flow <= instance.capacity)).all())
    return fits and bool((net_supply(instance, flow) == instance.supply).all())


def _by_solver(instance: Instance, clock: Clock) -> Integers | None:
    """Return a cheapest flow [arc] as far as the solver can tell; None: there is none."""
    if SMALL_ARCS < instance.tail.size < SPARSE * instance.supply.size:
        with contextlib.suppress(SolverError):  # numbers beyond what its floats hold
            return _by_program(instance, clock)
    loops, flow = on_loops(instance)
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
        if imbalance(instance) or narrow_cut(instance, clock):
            return None
        raise SolverError("the linear program finds no flow where there is one; use larger units of cost or flow")
    if flow is None:
        raise TimeoutError
    if not _ships(instance, flow):
        raise SolverError("the linear program's flow is not whole; use larger units of cost or flow")
    return flow
