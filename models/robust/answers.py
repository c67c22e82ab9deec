"""From scenarios to one choice of openings in the caller's arrays: prepare, choose the engine, search, translate."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import inf, isinf

import numpy as np

from models.arrays import Flags, Floats
from models.clock import Clock
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.placement import impossible
from models.placement.answers import TEXTBOOK_ROUTES, HubPlacementSolution, caller_shares, shares_of
from models.placement.benders import UNCLEAR
from models.placement.goal import Goal
from models.placement.offers import Offers, make_offers, must_open
from models.placement.plans import EXACT
from models.placement.prune import all_options, useful_routes
from models.placement.terms import NONE
from models.placement.textbook import Textbook
from models.robust.extensive import Extensive
from models.robust.scenario import Scenario
from models.robust.search import Found, Question, RobustSearch
from models.robust.solution import (
    Asked,
    RobustHubPlacementSolution,
    empty_solution,
    frozen,
    impossible_solution,
    relative,
)
from models.scaling import is_fine
from models.solver import Solver
from models.status import Status
from models.stopping import GAP_REACHED, INTERRUPTED, ROUNDING, TIME_LIMIT

ROUNDING_GAP = 1e-6
BEST_SHARE = 0.25  # of the gap asked for: how exactly each scenario's own best cost is known where regret is asked for
BEST_TIME = 0.5  # of the time

PART = "part of a plan for several scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The scenarios in the form the engines compute with; all have the same options.

    `best`: what is known of each scenario's own best openings; None: nothing yet.
    """

    asked: Asked
    options: SolveOptions
    offers: tuple[Offers, ...]
    clock: Clock
    solver: Solver
    best: "Best | None" = None

    @property
    def books(self) -> tuple[Textbook, ...]:
        """Return each scenario's textbook program."""
        least, most = self.asked.new
        forced = must_open(self.asked.instances[0])
        return tuple(Textbook(offers=offers, forced=forced, least=least, most=most) for offers in self.offers)

    @property
    def is_for_program(self) -> bool:
        """Return whether the extensive form is to answer: asked for, small, or of clients that must not be split."""
        if any((offers.client != NONE).any() for offers in self.offers) or self.options.engine == "mip":
            return True
        return self.options.engine == "auto" and sum(offers.flow.size for offers in self.offers) <= TEXTBOOK_ROUTES


def solve(asked: Asked, options: SolveOptions, best: "Best | None" = None) -> RobustHubPlacementSolution:
    """Return the openings of the least risk.

    `best`: what regret is measured from, where another question has found it out; None: this one does.
    """
    clock = Clock(options.time_limit_s)
    for at, instance in enumerate(asked.instances):
        reason = impossible.reason(instance, *asked.new)
        if reason:
            return replace(impossible_solution(asked, f"scenario {at}: {reason}"), seconds=clock.seconds)
    try:
        with Solver() as solver, ctrl_c():
            ready = _prepared(asked, options, clock, solver)
            solution = (
                _answer(replace(ready, best=best))
                if ready
                else empty_solution(asked, Status.NO_SOLUTION, 0.0, TIME_LIMIT)
            )
    except KeyboardInterrupt:
        solution = empty_solution(asked, Status.NO_SOLUTION, -inf, INTERRUPTED)
    return replace(solution, seconds=clock.seconds)


def _prepared(asked: Asked, options: SolveOptions, clock: Clock, solver: Solver) -> Prepared | None:
    """Return the scenarios as the engines want them; None if that alone takes all the time."""
    offers: list[Offers] = []
    for instance in asked.instances:
        if clock.is_over and offers:
            return None
        offers.append(make_offers(instance, useful_routes(instance), all_options(instance)))
    return Prepared(asked=asked, options=options, offers=tuple(offers), clock=clock, solver=solver)


def _answer(ready: Prepared) -> RobustHubPlacementSolution:
    if ready.is_for_program:
        return _by_program(ready)
    asked, forced = ready.asked, must_open(ready.asked.instances[0])
    scenarios = [Scenario(offers, forced, ready.solver, asked.instances[0].terms.periods) for offers in ready.offers]
    best = _best(ready, lambda at, clock: _best_by_search(ready, scenarios[at], at, clock))
    if isinstance(best, str):
        return impossible_solution(asked, best)
    question = Question(risk=asked.risk, low=best[0], high=best[1], new=asked.new)
    goal = Goal(relative_gap=ready.options.relative_gap, seed=ready.options.seed, clock=ready.clock)
    found = RobustSearch(scenarios, question, goal, ready.solver).run()
    # so grave a word as "infeasible" is asked for in another way, where that is quick
    is_doubtful = found.is_infeasible and sum(offers.flow.size for offers in ready.offers) <= TEXTBOOK_ROUTES
    return _by_program(ready) if found.stopped == UNCLEAR or is_doubtful else _of_search(ready, found, best)


Best = tuple[Floats, Floats]
"""Bound and value [scenario] of each scenario's own best openings."""


def _best(ready: Prepared, solve_one: Callable[[int, Clock], tuple[float, float] | str]) -> Best | str:
    """Return what each scenario costs with its own best openings, or why one of them has no plan.

    Where no regret is asked for nothing is solved, and all are 0; nor where they are known.
    """
    if ready.best is not None:
        return ready.best
    scenarios = len(ready.asked.instances)
    low, high = np.zeros(scenarios), np.zeros(scenarios)
    if ready.asked.risk.kind != "regret":
        return low, high
    ends_s = BEST_TIME * ready.clock.left_s + ready.clock.seconds
    for at in range(scenarios):
        share = Clock(max(ends_s - ready.clock.seconds, 0.0) / (scenarios - at))
        found = (0.0, inf) if ready.clock.is_over else solve_one(at, share)
        if isinstance(found, str):
            return f"scenario {at}: {found}"
        low[at], high[at] = found
    return low, high


def _best_by_search(ready: Prepared, scenario: Scenario, at: int, clock: Clock) -> tuple[float, float] | str:
    goal = Goal(relative_gap=BEST_SHARE * ready.options.relative_gap, seed=ready.options.seed, clock=clock)
    found = scenario.run(*ready.asked.new, goal)
    if scenario.is_interrupted:
        raise KeyboardInterrupt
    if found.is_infeasible:
        return impossible.of_search(ready.asked.instances[at])
    if found.stopped == UNCLEAR:
        return _best_by_program(ready, at, clock)
    low = max((scenario.offers.constant - found.bound) * scenario.offers.unit, 0.0)
    if found.plan is None:
        return low, inf
    plan = _plan(ready, at, found.plan.opened, shares_of(scenario.offers, found.plan))
    scenario.forget_all_but({found.plan.opened.tobytes()})
    return min(low, plan.objective), plan.objective


def _best_by_program(ready: Prepared, at: int, clock: Clock) -> tuple[float, float] | str:
    """Return bound and value of a scenario's own best openings, asked anew where costs are large beside them."""
    book = ready.books[at]
    first, unit = _best_of_book(ready, at, book, clock), book.offers.unit
    if isinstance(first, str) or isinf(first[1]) or is_fine(book.unit * unit, first[1]) or clock.is_over:
        return first
    within = replace(book, value=first[1] / unit)  # what a bound gives way by would be told as a regret
    finer = _best_of_book(ready, at, within, clock) if within.unit < book.unit else first
    if isinstance(finer, str):  # beside a plan: as far as a solver in floats can see
        return first
    high = min(first[1], finer[1])
    return min(max(first[0], finer[0]), high), high


def _best_of_book(ready: Prepared, at: int, book: Textbook, clock: Clock) -> tuple[float, float] | str:
    gap = BEST_SHARE * ready.options.relative_gap
    outcome = book.solve(gap, ready.options.seed, clock.left_s, ready.solver)
    if outcome.status is Status.INFEASIBLE:
        return impossible.of_search(ready.asked.instances[at])
    low = max(outcome.bound * book.offers.unit, 0.0)
    if outcome.status is Status.NO_SOLUTION:
        return low, inf
    opened, share = book.opened(outcome.values), book.shares(outcome.values)
    fitting = share if book.keeps_room(opened, share) else book.shipped(opened, (gap, 0, clock.left_s), ready.solver)
    if fitting is None:
        return low, inf
    plan = _plan(ready, at, opened, fitting)
    return min(low, plan.objective), plan.objective


def _by_program(ready: Prepared) -> RobustHubPlacementSolution:
    best = _best(ready, lambda at, clock: _best_by_program(ready, at, clock))
    if isinstance(best, str):
        return impossible_solution(ready.asked, best)
    options = ready.options
    form = Extensive.of(ready.books, ready.asked.risk, best[1])
    gap = options.relative_gap / 2 if ready.asked.risk.kind == "regret" else options.relative_gap
    outcome = form.solve(gap, options.seed, ready.clock, ready.solver)
    if outcome is None:
        return empty_solution(ready.asked, Status.NO_SOLUTION, 0.0, TIME_LIMIT)
    if outcome.status is Status.INFEASIBLE:
        return impossible_solution(ready.asked, impossible.of_search(ready.asked.instances[0]))
    bound = max(form.bound(outcome), 0.0)
    if outcome.status is Status.NO_SOLUTION:
        return empty_solution(ready.asked, Status.NO_SOLUTION, bound, TIME_LIMIT)
    ended = TIME_LIMIT if ready.clock.is_over else ROUNDING  # a plan of whatever risk comes without a proof
    stopped = GAP_REACHED if outcome.status is Status.OPTIMAL else ended
    opened, shares = form.opened(outcome.values), form.shares(outcome.values)
    if not all(book.keeps_room(opened, share) for book, share in zip(form.books, shares, strict=True)):
        again = [form.carried(at, opened, _limits(ready), ready.solver) for at in range(len(shares))]
        shares = tuple(share for share in again if share is not None)
    if len(shares) < len(form.books):  # what fits but for a solver's tolerances is no plan
        return empty_solution(ready.asked, Status.NO_SOLUTION, bound, ended)
    plans = [_plan(ready, at, opened, share) for at, share in enumerate(shares)]
    if not ready.asked.risk.counts_all or outcome.bound == -inf:  # freight may go anywhere
        plans = [_better(ready, form, at, opened, plan) for at, plan in enumerate(plans)]
    return _solution(ready, tuple(plans), (bound, stopped), best)


def _limits(ready: Prepared) -> tuple[float, int, float]:
    """Return the relative gap, the seed, and the seconds that are left."""
    return ready.options.relative_gap, ready.options.seed, ready.clock.left_s


def _better(
    ready: Prepared, form: Extensive, at: int, opened: Flags, plan: HubPlacementSolution
) -> HubPlacementSolution:
    """Return the best plan of a scenario with the same openings, if there is time."""
    share = None if ready.clock.is_over else form.carried(at, opened, _limits(ready), ready.solver)
    other = plan if share is None else _plan(ready, at, opened, share)
    return min(plan, other, key=lambda each: each.objective)


def _of_search(ready: Prepared, found: Found, best: Best) -> RobustHubPlacementSolution:
    if found.is_infeasible:
        return impossible_solution(ready.asked, impossible.of_search(ready.asked.instances[0]))
    bound = max(found.bound, 0.0)
    if found.opened is None:
        return empty_solution(ready.asked, Status.NO_SOLUTION, bound, found.stopped)
    shares = [shares_of(offers, plan) for offers, plan in zip(ready.offers, found.plans, strict=True)]
    plans = tuple(_plan(ready, at, found.opened, share) for at, share in enumerate(shares))
    is_known = (best[1] - best[0] <= max(ready.options.relative_gap, ROUNDING_GAP) * best[0]).all()
    # what stopped a search for the least regret may be how little was found out of each scenario's own best
    stopped = TIME_LIMIT if found.stopped == ROUNDING and not is_known else found.stopped
    return _solution(ready, plans, (bound, stopped), best)


def _solution(
    ready: Prepared, plans: tuple[HubPlacementSolution, ...], proof: tuple[float, str], best: Best
) -> RobustHubPlacementSolution:
    (bound, stopped), (low, high), risk = proof, best, ready.asked.risk
    cost = np.array([plan.objective for plan in plans])
    if risk.kind == "regret":
        high = np.minimum(high, cost)
        low = np.minimum(low, high)
        plans = tuple(replace(plan, bound=float(least)) for plan, least in zip(plans, low, strict=True))
    objective = risk.value(cost, low)
    bound = min(bound, objective)
    scale = float(np.abs(low).max()) if risk.kind == "regret" else abs(objective)
    enough = max(ready.options.relative_gap, ROUNDING_GAP) if stopped == ROUNDING else ready.options.relative_gap
    good = relative(objective, bound, scale) <= enough + EXACT
    unknown = np.full(cost.size, np.nan)
    is_regret = risk.kind == "regret"
    return RobustHubPlacementSolution(
        status=Status.OPTIMAL if good else Status.FEASIBLE,
        objective=objective,
        bound=bound,
        seconds=0.0,
        stopped=ROUNDING if stopped == GAP_REACHED and not good else stopped,
        option_open=plans[0].option_open,
        cost=frozen(cost),
        regret=frozen(np.maximum(cost - low, 0.0) if is_regret else unknown),
        regret_low=frozen(np.maximum(cost - high, 0.0) if is_regret else unknown),
        best_low=frozen(low if is_regret else unknown),
        best=frozen(high if is_regret else unknown),
        plans=plans,
        scale=scale,
    )


def _plan(ready: Prepared, at: int, opened: Flags, offer_share: Floats) -> HubPlacementSolution:
    """Return a scenario's plan in its own arrays."""
    instance, offers = ready.asked.instances[at], ready.offers[at]
    share, direct_share = caller_shares(instance, offers, offer_share)
    option_open = np.zeros(instance.option_site.size, dtype=np.bool_)
    option_open[offers.option[opened]] = True
    for array in (option_open, share, direct_share):
        array.setflags(write=False)
    plan = HubPlacementSolution(
        status=Status.FEASIBLE, objective=0.0, bound=0.0, seconds=0.0, stopped=PART,
        option_open=option_open, share=share, direct_share=direct_share,
    )  # fmt: skip
    return replace(plan, objective=instance.price(plan))
