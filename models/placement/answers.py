"""From an instance to solutions in its own arrays and unit: prune, choose the engine, search, translate back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np

from models.arrays import Flags, Floats, frozen
from models.clock import Clock
from models.interruption import ctrl_c
from models.kept_solver import solver_at_hand
from models.options import SolveOptions
from models.placement import impossible
from models.placement.benders import ONE_SITE, UNCLEAR, Found, Search
from models.placement.goal import Goal
from models.placement.instance import Instance
from models.placement.lessons import Lesson
from models.placement.offers import Offers, make_offers, must_open
from models.placement.plans import EXACT, Plan
from models.placement.prune import useful_options, useful_routes
from models.placement.terms import NONE
from models.placement.textbook import SHARE_DUST, Textbook
from models.placement.violations import price
from models.scaling import solved
from models.solution import Solution, relative_gap
from models.solver import Solver
from models.status import Status
from models.stopping import GAP_REACHED, INTERRUPTED, ROUNDING, TIME_LIMIT

TEXTBOOK_ROUTES = 2000  # with at most so many routes the textbook program is the faster engine
ROUNDING_GAP = 1e-6

Progress = Callable[["HubPlacementSolution"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known before a search begins: lessons of others, and options [option] that may be good ones."""

    lessons: tuple[Lesson, ...] = ()
    start: Flags | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPlacementSolution(Solution):
    """A plan for a `HubPlacement`, in its own arrays; without a plan nothing is open and all shares are 0.

    Parameters
    ----------
    option_open
        [option] whether the site is built (or stands) in this way.
    share
        [route] part of its flow that takes the route.
    direct_share
        [flow] part that goes directly.
    lessons
        What the search learnt that makes another one of the same sites quicker (`HubPlacement.solve`); often none.
    """

    option_open: Flags
    share: Floats
    direct_share: Floats
    lessons: tuple[Lesson, ...] = field(default=(), repr=False, compare=False)


def solve(
    instance: Instance,
    ranges: Sequence[tuple[int, int]],
    options: SolveOptions,
    progress: Progress | None = None,
    known: Known = Known(),
) -> tuple[HubPlacementSolution, ...]:
    """Return the best plan for each range (least, most) of the number of new sites."""
    clock = Clock(options.time_limit_s)
    solutions: list[HubPlacementSolution] = []
    with solver_at_hand(Solver) as solver:
        engine = _unless_interrupted(instance, lambda: _prepared(instance, options, solver, known))
        for least, most in ranges:
            begun = clock.seconds if solutions else 0.0
            share = Clock(clock.left_s / (len(ranges) - len(solutions)))  # what one leaves over serves the others
            reason = impossible.reason(instance, least, most)
            solution = _impossible(instance, reason) if reason else engine(least, most, share)
            solutions.append(replace(solution, seconds=clock.seconds - begun))
            if progress:
                progress(solutions[-1])
        for at, (least, most) in enumerate(ranges):  # what is not proved has what the later ones left over
            first = solutions[at]
            if first.stopped == TIME_LIMIT and not clock.is_over and len(ranges) > 1:
                begun = clock.seconds
                again = engine(least, most, Clock(clock.left_s))
                kept = first if again.gap > first.gap else again
                solutions[at] = replace(kept, seconds=first.seconds + clock.seconds - begun)
    return tuple(solutions)


Engine = Callable[[int, int, Clock], HubPlacementSolution]


def _unless_interrupted(instance: Instance, prepare: Callable[[], Engine]) -> Engine:
    """Return the engine so that Ctrl-C before the first plan is an answer, too, for this range and what follows."""
    engines: list[Engine] = []

    def by_engine(least: int, most: int, clock: Clock) -> HubPlacementSolution:
        try:
            with ctrl_c():
                if not engines:
                    engines.append(prepare())
                return engines[0](least, most, clock)
        except KeyboardInterrupt:
            engines[:] = [lambda *_: _without_plan(instance, 0.0, INTERRUPTED)]
            return _without_plan(instance, 0.0, INTERRUPTED)

    return by_engine


def _prepared(instance: Instance, options: SolveOptions, solver: Solver, known: Known) -> Engine:
    routes = useful_routes(instance)
    offers = make_offers(instance, routes, useful_options(instance, routes))
    return _engine(instance, offers, options, solver, known)


def _engine(instance: Instance, offers: Offers, options: SolveOptions, solver: Solver, known: Known) -> Engine:
    forced = must_open(instance)
    small = offers.flow.size <= TEXTBOOK_ROUTES

    def by_textbook(least: int, most: int, clock: Clock) -> HubPlacementSolution:
        textbook = Textbook(offers=offers, forced=forced, least=least, most=most)
        return _by_textbook(instance, textbook, options, clock, solver)

    # the search sees amounts only: a client's flow of nothing without a direct way would take whatever is open
    unseen = offers.must & (offers.amount <= 0) & (offers.client != NONE)
    if options.engine == "mip" or (options.engine == "auto" and small) or unseen.any():
        return by_textbook
    search = Search(offers, forced, solver, instance.terms.periods)
    search.learn(known.lessons)
    if known.start is not None:
        search.begin_with(known.start)

    def by_benders(least: int, most: int, clock: Clock) -> HubPlacementSolution:
        found = search.run(least, most, Goal(relative_gap=options.relative_gap, seed=options.seed, clock=clock))
        if found.stopped == UNCLEAR or (found.stopped == ONE_SITE and small):
            return by_textbook(least, most, clock)
        return replace(_from_search(instance, offers, found, options), lessons=search.lessons)

    return by_benders


def _from_search(instance: Instance, offers: Offers, found: Found, options: SolveOptions) -> HubPlacementSolution:
    if found.is_infeasible:
        return _impossible(instance, impossible.of_search(instance))
    bound = max((offers.constant - found.bound) * offers.unit, 0.0)
    if found.plan is None:
        return _without_plan(instance, bound, found.stopped)
    share = shares_of(offers, found.plan)
    return _solution(instance, offers, found.plan.opened, share, (bound, found.stopped, options))


def shares_of(offers: Offers, plan: Plan) -> Floats:
    """Return the shares [offer] of a plan; a flow of amount 0 that must use a hub takes its first open offer."""
    share = np.zeros(offers.flow.size)
    used, amount = plan.offer, offers.amount[offers.flow[plan.offer]]
    share[used] = plan.amount / np.where(amount > 0, amount, 1.0)
    is_open = np.append(offers.room(plan.opened) > 0, True)
    for flow in np.flatnonzero(offers.must & (offers.amount <= 0)):
        open_offers = np.flatnonzero((offers.flow == flow) & is_open[offers.slot] & is_open[offers.second])
        share[open_offers] = 0.0
        share[open_offers[:1]] = 1.0
    return share


def _by_textbook(
    instance: Instance, textbook: Textbook, options: SolveOptions, clock: Clock, solver: Solver
) -> HubPlacementSolution:
    """Return the answer of the textbook program, asked anew where its costs are large beside its plan's."""
    unit = textbook.offers.unit

    def program_of(value: float) -> tuple[float, Callable[[], HubPlacementSolution]]:
        within = replace(textbook, value=value / unit)
        return within.unit * unit, lambda: _from_textbook(instance, within, options, clock, solver)

    return solved(program_of, options.relative_gap, clock)


def _from_textbook(
    instance: Instance, textbook: Textbook, options: SolveOptions, clock: Clock, solver: Solver
) -> HubPlacementSolution:
    offers = textbook.offers
    outcome = textbook.solve(options.relative_gap, options.seed, clock.left_s, solver)
    if outcome.status is Status.INFEASIBLE:
        return _impossible(instance, impossible.of_search(instance))
    bound = max(outcome.bound * offers.unit, 0.0)
    if outcome.status is Status.NO_SOLUTION:
        return _without_plan(instance, bound, TIME_LIMIT)
    stopped = GAP_REACHED if outcome.status is Status.OPTIMAL else TIME_LIMIT
    opened, share = textbook.opened(outcome.values), textbook.shares(outcome.values)
    if not textbook.keeps_room(opened, share):
        fitting = textbook.shipped(opened, (options.relative_gap, options.seed, clock.left_s), solver)
        if fitting is None:  # what fits but for a solver's tolerances is no plan
            return _without_plan(instance, bound, TIME_LIMIT if clock.is_over else ROUNDING)
        share = fitting
    return _solution(instance, offers, opened, share, (bound, stopped, options))


def _solution(
    instance: Instance, offers: Offers, opened: Flags, offer_share: Floats, proof: tuple[float, str, SolveOptions]
) -> HubPlacementSolution:
    bound, stopped, options = proof
    share, direct_share = caller_shares(instance, offers, offer_share)
    option_open = np.zeros(instance.option_site.size, dtype=np.bool_)
    option_open[offers.option[opened]] = True
    objective = price(instance, option_open, share, direct_share)
    bound = min(bound, objective)
    enough = max(options.relative_gap, ROUNDING_GAP) if stopped == ROUNDING else options.relative_gap
    good = relative_gap(objective, bound) <= enough + EXACT
    for array in (option_open, share, direct_share):
        array.setflags(write=False)
    return HubPlacementSolution(
        status=Status.OPTIMAL if good else Status.FEASIBLE,
        objective=objective,
        bound=bound,
        seconds=0.0,
        # a solver may be content with its tolerances where the bound had to give way
        stopped=ROUNDING if stopped == GAP_REACHED and not good else stopped,
        option_open=option_open,
        share=share,
        direct_share=direct_share,
    )


def caller_shares(instance: Instance, offers: Offers, offer_share: Floats) -> tuple[Floats, Floats]:
    """Return the shares [route] and direct shares [flow] of the caller's arrays, without a solver's dust."""
    share = np.zeros(instance.route_flow.size)
    clean = np.where(offer_share < SHARE_DUST * offers.fitting, 0.0, offer_share)
    total = np.bincount(offers.flow, weights=clean, minlength=offers.amount.size)
    whole = (total > 1 - SHARE_DUST) | (offers.must & (total > 0))
    share[offers.route] = clean * (offers.part / np.where(whole, total, 1.0))[offers.flow]
    through = np.bincount(
        instance.route_flow[offers.route], weights=share[offers.route], minlength=instance.amount.size
    )
    direct = np.asarray(1.0 - through, dtype=np.float64)
    direct[direct < SHARE_DUST] = 0.0
    return share, direct


def _impossible(instance: Instance, reason: str) -> HubPlacementSolution:
    return _empty(instance, Status.INFEASIBLE, inf, f"infeasible: {reason}")


def _without_plan(instance: Instance, bound: float, stopped: str) -> HubPlacementSolution:
    return _empty(instance, Status.NO_SOLUTION, bound, stopped)


def _empty(instance: Instance, status: Status, bound: float, stopped: str) -> HubPlacementSolution:
    return HubPlacementSolution(
        status=status,
        objective=inf,
        bound=bound,
        seconds=0.0,
        stopped=stopped,
        option_open=frozen(np.zeros(instance.option_site.size, dtype=np.bool_)),
        share=frozen(np.zeros(instance.route_flow.size)),
        direct_share=frozen(np.zeros(instance.amount.size)),
    )
