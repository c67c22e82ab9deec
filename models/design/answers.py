"""From a network design instance to a solution: reasons first, then the engine, then the caller's arrays."""

from dataclasses import dataclass, replace
from functools import cache
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from models.arrays import Flags, Floats, frozen
from models.clock import Clock
from models.commodities import answers as commodities
from models.commodities.sparse import FlowSolution
from models.design.instance import Instance, allowed, forced, pairs_of
from models.design.known import NOTHING, Known
from models.design.violations import price
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solver import Solver
from models.status import Status
from models.stopping import INTERRUPTED, verdict

if TYPE_CHECKING:
    from models.design.routing import Plan

TEXTBOOK_ENTRIES = 1_000  # commodities x links up to which the one program is the fastest
# up to so many, and so many commodities, it is where HiGHS is left to find the strong inequalities it needs
WEAK_ENTRIES, WEAK_COMMODITIES = 14_000, 60
TOO_DEAR = "infeasible: no links within the budget carry everything"
NO_OTHER = "infeasible: no other links carry everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkDesignSolution(FlowSolution):
    """A plan for a `NetworkDesign`; without a plan nothing is built and nothing flows.

    Parameters
    ----------
    open
        [link] whether the link is built: used, forced, or, of an alternative, what makes the set another one.
    unserved
        [commodity] amount not served: all of it without a plan, else 0.
    """

    open: Flags
    unserved: Floats


def solve(instance: Instance, options: SolveOptions, known: Known = NOTHING) -> NetworkDesignSolution:
    """Return the best plan that builds none of the sets `known`, with its bound."""
    rehearse()
    clock = Clock(options.time_limit_s)
    try:
        with ctrl_c():
            solution = _solve(instance, options, known, clock)
    except KeyboardInterrupt:
        solution = _without_plan(instance, Status.NO_SOLUTION, 0.0, INTERRUPTED)
    return replace(solution, seconds=clock.seconds)


@cache
def rehearse() -> None:
    """Run each compiled function once, before the clock: after an installation that compiles them."""
    from models.commodities.pairs import smallest  # noqa: PLC0415  (compiles; only who solves should wait)
    from models.design.bounds import Bounds  # noqa: PLC0415  (the same)

    commodities.rehearse()
    Bounds.of(smallest(), np.ones(1), np.zeros(1, dtype=np.int64)).climb(2, inf, Clock(inf))


def _solve(instance: Instance, options: SolveOptions, known: Known, clock: Clock) -> NetworkDesignSolution:
    from models.design.routing import Designs  # noqa: PLC0415  (compiles; only who solves should wait)
    from models.design.search import Search  # noqa: PLC0415  (the same)

    pairs, must = pairs_of(instance), forced(instance)
    if must[list(instance.forced_closed)].any():
        return _without_plan(instance, Status.INFEASIBLE, inf, _clash(instance))
    if float(instance.fixed_cost[must].sum()) > instance.budget:
        return _without_plan(
            instance, Status.INFEASIBLE, inf, "infeasible: the links that must be built exceed the budget"
        )
    if not known.sets:  # of which each carries everything
        routing = commodities.solve(pairs, replace(options, time_limit_s=max(clock.left_s, 1e-3), relative_gap=0.1))
        if routing.status is Status.INFEASIBLE:
            return _without_plan(instance, Status.INFEASIBLE, inf, _renamed(routing.stopped, pairs.number.tolist()))
    entries = pairs.amount.size * pairs.tail.size
    with Solver() as solver:
        designs = Designs(
            pairs=pairs,
            fixed_cost=instance.fixed_cost,
            must=must,
            may=allowed(instance),
            budget=instance.budget,
            solver=solver,
            clock=clock,
            known=known,
        )
        search = Search(pairs=pairs, designs=designs, options=options, clock=clock, solver=solver)
        plain = options.engine == "mip" or (options.engine == "auto" and entries <= TEXTBOOK_ENTRIES)
        few = entries <= WEAK_ENTRIES and pairs.amount.size <= WEAK_COMMODITIES
        stopped = search.run(plain=plain, weak=options.engine == "auto" and not plain and few)
    if search.is_infeasible:
        return _without_plan(instance, Status.INFEASIBLE, inf, NO_OTHER if known.sets else TOO_DEAR)
    if designs.best is None:
        return _without_plan(instance, Status.NO_SOLUTION, search.bound, stopped)
    return _with_plan(instance, designs.best, (search.bound, stopped), options)


def _clash(instance: Instance) -> str:
    both = sorted(set(instance.forced_open) & set(instance.forced_closed))
    return f"infeasible: link {both[0]} must be built and must not be"


def _renamed(reason: str, number: list[int]) -> str:
    """Return the reason, which names commodities by their places among those that move, in the caller's names."""
    head, mark, names = reason.partition("for commodity ")
    if not mark:
        return reason
    words = [str(number[int(word)]) if word.isdigit() else word for word in names.replace(",", " ,").split(" ")]
    rest = " ".join(words).replace(" ,", ",")
    return f"{head}{mark}{rest}"


def _with_plan(
    instance: Instance, plan: "Plan", proof: tuple[float, str], options: SolveOptions
) -> NetworkDesignSolution:
    number = pairs_of(instance).number
    commodity, link, amount = plan.routes
    draft = NetworkDesignSolution(
        status=Status.FEASIBLE,
        objective=0.0,
        bound=proof[0],
        seconds=0.0,
        stopped=proof[1],
        flow_commodity=frozen(number[commodity]),
        flow_link=frozen(link),
        flow_amount=frozen(amount),
        shape=(instance.amount.size, instance.tail.size),
        open=frozen(plan.built),
        unserved=frozen(np.zeros(instance.amount.size)),
    )
    objective = price(instance, draft)
    bound = min(proof[0], objective)
    status, stopped = verdict(objective, bound, options.relative_gap, proof[1])
    return replace(
        draft,
        status=status,
        objective=objective,
        bound=bound,
        stopped=stopped,
    )


def _without_plan(instance: Instance, status: Status, bound: float, stopped: str) -> NetworkDesignSolution:
    none = np.empty(0, dtype=np.intp)
    return NetworkDesignSolution(
        status=status,
        objective=inf,
        bound=bound,
        seconds=0.0,
        stopped=stopped,
        flow_commodity=frozen(none),
        flow_link=frozen(none.copy()),
        flow_amount=frozen(np.empty(0)),
        shape=(instance.amount.size, instance.tail.size),
        open=frozen(np.zeros(instance.tail.size, dtype=np.bool_)),
        unserved=frozen(instance.amount.copy()),
    )
