"""From a hub location instance to its other good plans, one for each set of open hubs, the cheapest first.

The searches keep the sets within the limit (`near_best`). The program of `"mip"` is asked for the best plan again and
again, each time with the sets S found so far forbidden,

    sum_{k in S} y_k - sum_{k not in S} y_k <= |S| - 1

(Balas, Jeroslow, SIAM Journal on Applied Mathematics 23, 1972); where its answer is not certain, a search goes on.
"""

from contextlib import suppress
from dataclasses import replace
from math import inf

import numpy as np

from models.clock import Clock
from models.hubs import few, impossible, textbook
from models.hubs.answers import (
    FEW_NODES,
    UNCERTAIN,
    HubLocationSolution,
    Said,
    ask_program,
    engine_of,
    needs_nothing,
    rehearse,
    solution_of,
)
from models.hubs.costs import Costs
from models.hubs.instance import Instance, costs_of
from models.hubs.near_best import Several, look
from models.hubs.tree import NO_ROUTES, ROUNDING, Found, Plan
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solution import relative_gap
from models.solver import Solver
from models.status import Status
from models.stopping import ALL_FOUND, GAP_REACHED, INTERRUPTED, MAY_LACK, TIME_LIMIT

Plans = tuple[HubLocationSolution, ...]


def alternatives(instance: Instance, count: int, within: float, options: SolveOptions) -> Plans:
    """Return the cheapest plans with different hubs, perhaps none; see `HubLocation.alternatives`."""
    clock, costs = Clock(options.time_limit_s), costs_of(instance)
    if impossible.reason(costs, is_single=instance.allocation == "single"):
        return ()
    if options.engine not in {"auto", "lagrangian"} and textbook.is_even(costs):
        found = _by_program(instance, costs, (count, within), options, clock)
        if found is not None:
            return tuple(replace(one, seconds=clock.seconds) for one in found)
        options = replace(options, time_limit_s=max(clock.left_s, 1e-9))
    return _by_search(instance, costs, (count, within), options)


def _by_search(instance: Instance, costs: Costs, wanted: tuple[int, float], options: SolveOptions) -> Plans:
    is_single, is_few = instance.allocation == "single", options.engine != "lagrangian" and costs.nodes <= FEW_NODES
    try:
        with ctrl_c():
            if not is_few:
                rehearse(is_single=is_single)
    except KeyboardInterrupt:
        return ()
    several = Several(
        clock=Clock(options.time_limit_s),
        relative_gap=options.relative_gap,
        is_single=is_single,
        wanted=wanted[0],
        within=wanted[1],
    )
    if needs_nothing(costs, is_single=is_single):
        several.offer(0.0, _nothing(costs, is_single=is_single))
    found = Found(bound=0.0, nodes=0, is_complete=False, stopped=INTERRUPTED)
    with suppress(KeyboardInterrupt), ctrl_c():  # beside the search, which ends by itself
        found = _fill(several, costs, is_few=is_few)
    stopped = found.stopped
    if stopped == GAP_REACHED:
        stopped = MAY_LACK if several.may_lack else ALL_FOUND
    solutions = [solution_of(instance, costs, plan, (found.bound, stopped), options) for plan in several.kept()]
    told = (replace(one, stopped=stopped, seconds=several.clock.seconds) for one in solutions)
    return tuple(sorted(told, key=lambda one: one.objective))


def _fill(several: Several, costs: Costs, *, is_few: bool) -> Found:
    if costs.nodes == 0 or costs.wanted == 0:  # whatever is to be found has been offered
        return Found(bound=several.value, nodes=0, is_complete=True, stopped=GAP_REACHED)
    if is_few:
        return few.search(costs, several, is_single=several.is_single)
    with engine_of(costs, several, is_single=several.is_single) as engine:
        return look(engine, several, costs.nodes, is_sized=costs.wanted >= 0)


def _nothing(costs: Costs, *, is_single: bool) -> Plan:
    """Return the plan without a hub."""
    return np.full(costs.nodes, -1, dtype=np.intp) if is_single else np.empty(0, dtype=np.intp), *NO_ROUTES


def _by_program(
    instance: Instance, costs: Costs, wanted: tuple[int, float], options: SolveOptions, clock: Clock
) -> Plans | None:
    """Return what the program says, one set of hubs after the other; None where it cannot be relied on."""
    is_single = instance.allocation == "single"
    found: list[HubLocationSolution] = []
    if needs_nothing(costs, is_single=is_single):
        nothing = _nothing(costs, is_single=is_single)
        found.append(solution_of(instance, costs, nothing, (0.0, GAP_REACHED), options))
    count = wanted[0] if costs.nodes > 0 and costs.wanted != 0 else 1  # else there is but that one
    stopped = None
    try:
        with ctrl_c(), Solver() as solver:
            while stopped is None and len(found) < count:
                asked = replace(costs, forbidden=tuple(np.flatnonzero(one.open) for one in found))
                said = ask_program(instance, asked, options, solver, clock)
                stopped = _end(said, _ceiling(found, wanted[1]), clock)
                if said.solution.has_plan and said.solution.objective <= _ceiling(found, wanted[1]):
                    found.append(said.solution)
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    ceiling = _ceiling(found, wanted[1])
    if stopped == UNCERTAIN or any(one.bound <= ceiling < one.objective for one in found):
        return None
    kept = sorted((one for one in found if one.objective <= ceiling), key=lambda one: one.objective)
    bound, why = found[0].bound if found else 0.0, stopped or ALL_FOUND
    return tuple(_bounded(one, bound, why, options) for one in kept)


def _ceiling(found: list[HubLocationSolution], within: float) -> float:
    """Return the value above which a plan is too much dearer than the cheapest, safe against rounding."""
    if not found or within == inf:
        return inf
    return min(one.objective for one in found) * (1 + within) * (1 + ROUNDING)


def _end(said: Said, ceiling: float, clock: Clock) -> str | None:
    """Return why the program is not asked again after what it said; None where it is."""
    solution = said.solution
    if not said.is_reliable:
        return TIME_LIMIT if clock.is_over else UNCERTAIN
    if solution.status is Status.INFEASIBLE or solution.bound > ceiling:
        return ALL_FOUND
    if solution.status is Status.OPTIMAL:  # to the gap: above the ceiling, there may be others below it
        return None if solution.objective <= ceiling else UNCERTAIN
    return TIME_LIMIT


def _bounded(one: HubLocationSolution, bound: float, stopped: str, options: SolveOptions) -> HubLocationSolution:
    """Return the solution beside the bound on the best of all."""
    bound = min(bound, one.objective)
    is_good = relative_gap(one.objective, bound) <= options.relative_gap + ROUNDING
    return replace(one, bound=bound, status=Status.OPTIMAL if is_good else Status.FEASIBLE, stopped=stopped)
