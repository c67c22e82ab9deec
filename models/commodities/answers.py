"""From a multi-commodity flow instance to a solution: reasons first, then the engine, then the caller's arrays."""

from dataclasses import dataclass, replace
from functools import cache
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from models.arrays import Floats, Indices, frozen
from models.clock import Clock
from models.commodities import impossible
from models.commodities.instance import Instance, summed
from models.commodities.sparse import FlowSolution
from models.commodities.textbook import Textbook, least_unserved
from models.commodities.violations import bound_of, price
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solver import Solver
from models.status import Status
from models.stopping import INTERRUPTED, TIME_LIMIT, verdict

if TYPE_CHECKING:
    from models.commodities.generation import Generation
    from models.commodities.pairs import Pairs

TEXTBOOK_ENTRIES = 5_000  # commodities x links up to which the one program is as fast as paths
UNSERVED = 1e-9  # of all: less is the solver's rounding
DUST = 1e-11  # of a commodity: flows below are the solver's rounding

Routes = tuple[Indices, Indices, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiCommodityFlowSolution(FlowSolution):
    """A plan for a `MultiCommodityFlow`; without a plan nothing flows and nothing is served.

    Parameters
    ----------
    unserved
        [commodity] amount not served.
    link_price
        [link] what a unit of room is worth; these prices prove `bound`.
    potential
        [commodity, node] prices of a commodity's units at the nodes, where `supply` was given; else empty.
    """

    unserved: Floats
    link_price: Floats
    potential: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an engine hands over: a plan or None, the prices, and why it stopped."""

    routes: Routes | None
    unserved: Floats
    link_price: Floats
    potential: Floats
    stopped: str


def solve(instance: Instance, options: SolveOptions) -> MultiCommodityFlowSolution:
    """Return the cheapest plan, with the prices that prove it."""
    rehearse()
    clock = Clock(options.time_limit_s)
    try:
        with ctrl_c():
            solution = _solve(instance, options, clock)
    except KeyboardInterrupt:
        solution = _without_plan(instance, Status.NO_SOLUTION, INTERRUPTED)
    return replace(solution, seconds=clock.seconds)


@cache
def rehearse() -> None:
    """Run each compiled function once, before the clock: after an installation that compiles them."""
    from models.commodities.pairs import smallest  # noqa: PLC0415  (compiles; only who solves should wait)
    from models.commodities.pricing import Pricing  # noqa: PLC0415  (the same)

    Pricing.of(smallest()).at(np.zeros(1))


def _solve(instance: Instance, options: SolveOptions, clock: Clock) -> MultiCommodityFlowSolution:
    reason = impossible.imbalance(instance)
    if reason:
        return _infeasible(instance, reason)
    small = instance.amount.size * instance.tail.size <= TEXTBOOK_ENTRIES
    if instance.supply is not None or options.engine == "mip" or (options.engine == "auto" and small):
        return _by_program(instance, options, clock)
    return _by_paths(instance, options, clock)


def _by_program(instance: Instance, options: SolveOptions, clock: Clock) -> MultiCommodityFlowSolution:
    textbook = Textbook.of(instance)
    with Solver() as solver:
        outcome = textbook.solve(solver, clock.left_s)
        if outcome.status is Status.INFEASIBLE:
            least, prices = least_unserved(instance, solver, clock.left_s)
            return _infeasible(instance, _why(instance, least, prices))
    if outcome.status is not Status.OPTIMAL:
        return _without_plan(instance, Status.NO_SOLUTION, TIME_LIMIT)
    share = np.clip(outcome.values[: textbook.link.size], 0.0, 1.0)
    used = share > DUST
    amount = share[used] * instance.amount[textbook.commodity[used]]
    short = np.maximum(outcome.values[textbook.link.size :], 0.0)
    unserved = summed(short, textbook.short_commodity, instance.amount.size)
    unserved = np.where(unserved > DUST, unserved, 0.0) * instance.amount
    link_price, potential = textbook.prices(outcome)
    found = Found(
        routes=(textbook.commodity[used], textbook.link[used], amount),
        unserved=unserved,
        link_price=link_price,
        potential=potential if instance.supply is not None else np.empty((0, 0)),
        stopped="the program is solved: what is left of the gap is rounding",
    )
    return _with_plan(instance, found, options)


def _why(instance: Instance, least: float, prices: Floats) -> str:
    if instance.supply is None:
        stuck = _without_way(instance)
        if stuck.size:
            return impossible.no_way(stuck)
    return impossible.no_room(least, float(instance.amount.sum()), prices)


def _without_way(instance: Instance) -> Indices:
    """Return the commodities that must be served and have no way at all."""
    from models.commodities.pricing import Pricing  # noqa: PLC0415  (compiles; only who solves should wait)

    cost = Pricing.of(instance).at(np.zeros(instance.tail.size)).path_cost
    return np.flatnonzero(np.isinf(cost) & (instance.amount > 0))


def _by_paths(instance: Instance, options: SolveOptions, clock: Clock) -> MultiCommodityFlowSolution:
    from models.commodities.generation import TOO_FULL, Generation  # noqa: PLC0415  (compiles)
    from models.commodities.pairs import Pairs  # noqa: PLC0415  (the same)

    stuck = _without_way(instance)
    if stuck.size:
        return _infeasible(instance, impossible.no_way(stuck))
    pairs = Pairs.of(instance)
    with Solver() as solver:
        search = Generation(pairs=pairs, solver=solver, clock=clock, gap=options.relative_gap)
        search.run()
        plan = search
        if search.stopped == TOO_FULL and search.share is None:
            plan = Generation(pairs=pairs.counting_unserved(), solver=solver, clock=clock, gap=UNSERVED)
            plan.run()
            if plan.bound > UNSERVED * pairs.amount.sum():
                why = impossible.no_room(plan.bound, float(pairs.amount.sum()), plan.price)
                return _infeasible(instance, why)
    return _of_search(instance, pairs, search, plan, options)


def _of_search(
    instance: Instance, pairs: "Pairs", search: "Generation", plan: "Generation", options: SolveOptions
) -> MultiCommodityFlowSolution:
    unserved = np.zeros(instance.amount.size)
    unserved[pairs.number] = plan.unserved()
    unserved[unserved <= UNSERVED * instance.amount] = 0.0
    short = bool((np.isinf(instance.unserved_cost) & (unserved > 0)).any())
    commodity, link, amount = plan.routes()
    found = Found(
        routes=None if short or plan.share is None else (pairs.number[commodity], link, amount),
        unserved=unserved,
        link_price=search.price,
        potential=np.empty((0, 0)),
        stopped=search.stopped if plan is search else plan.stopped,
    )
    return _with_plan(instance, found, options)


def _with_plan(instance: Instance, found: Found, options: SolveOptions) -> MultiCommodityFlowSolution:
    empty = (np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0))
    commodity, link, amount = found.routes or empty
    draft = MultiCommodityFlowSolution(
        status=Status.NO_SOLUTION,
        objective=inf,
        bound=-inf,
        seconds=0.0,
        stopped=found.stopped,
        flow_commodity=frozen(commodity),
        flow_link=frozen(link),
        flow_amount=frozen(amount),
        unserved=frozen(found.unserved if found.routes else instance.amount.copy()),
        link_price=frozen(found.link_price),
        potential=frozen(found.potential),
        shape=(instance.amount.size, instance.tail.size),
    )
    bound = bound_of(instance, draft)
    if found.routes is None:
        return replace(draft, bound=bound)
    objective = price(instance, draft)
    bound = min(bound, objective)
    status, stopped = verdict(objective, bound, options.relative_gap, found.stopped)
    return replace(
        draft,
        status=status,
        objective=objective,
        bound=bound,
        stopped=stopped,
    )


def _infeasible(instance: Instance, reason: str) -> MultiCommodityFlowSolution:
    return _without_plan(instance, Status.INFEASIBLE, f"infeasible: {reason}")


def _without_plan(instance: Instance, status: Status, stopped: str) -> MultiCommodityFlowSolution:
    none = np.empty(0, dtype=np.intp)
    return MultiCommodityFlowSolution(
        status=status,
        objective=inf,
        bound=inf if status is Status.INFEASIBLE else 0.0,  # no cost is below 0
        seconds=0.0,
        stopped=stopped,
        flow_commodity=frozen(none),
        flow_link=frozen(none),
        flow_amount=frozen(np.empty(0)),
        unserved=frozen(instance.amount.copy()),
        link_price=frozen(np.zeros(instance.tail.size)),
        potential=frozen(np.zeros((instance.amount.size, instance.nodes) if instance.supply is not None else (0, 0))),
        shape=(instance.amount.size, instance.tail.size),
    )
