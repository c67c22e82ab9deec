"""When wishes clash: which of the scenario's rules cannot be kept together, and the cheapest ways out.

Every flow has its direct way, so it is the rules that clash: those over openings (numbers, land, budgets, provinces,
corridors, changes, forced sites) among themselves, or with a promise over freight (service band, cap on CO2). The
first are a small program over the options alone, each site's land among them, and `models.infeasible` says which of
them clash and what gives way. A promise is tested by making what it speaks of as good as the rules allow: that is how
far it can be kept; and by giving sites more land (`wish_land`).

Every way out is a scenario: the wish changed as far as it must be, the plan decided anew. What it costs is that plan's
cost, with its own proven gap; ways are ranked by it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from logistics.errors import InfeasibleError, InputError, NoPlanError
from logistics.goals import COST, goals_in_turn, relative_gap
from logistics.instance import Question, pose
from logistics.measures import captive_sum
from logistics.siting import HAS_PLAN, decide
from logistics.wish import SITE_LAND, Change, Clash, Patience, Way, Wishes
from logistics.wish_changes import all_applied, with_scenario
from logistics.wish_land import changes_of_land, folded, with_more_land
from logistics.wish_openings import Openings
from logistics.wish_promises import promises_that_clash
from logistics.wish_throughput import throughput_clash
from models import HubPlacementSolution, SolveOptions, Status
from models.clock import Clock
from models.infeasible import clashes, ways_out

WAYS: Final = 5
PATIENCE: Final = 2.0
"""Time for the questions which promises clash and how far they can be kept, in time limits of the plan."""

Progress = Callable[[str], None]


def examine(question: Question, options: SolveOptions, progress: Progress = lambda _: None) -> Wishes:
    """Say which wishes of an infeasible question clash, and the cheapest ways out."""
    progress("the wishes clash: looking for which, and for ways out")
    wide, rooms = with_more_land(question)
    openings = Openings(wide, rooms)
    found = clashes(openings.program, openings.requirements, options=options)
    if len(found):
        ways = ways_out(openings.program, openings.requirements, k=WAYS, options=options)
        clash = Clash(
            named=tuple(
                folded([openings.wishes[name] for name in one.requirements], question.timeline.scenario)
                for one in found
            ),
            changes=[tuple(openings.change(part.name, part.amount) for part in way.relaxations) for way in ways],
        )
    else:
        patience = Patience(asked=options, clock=Clock(PATIENCE * options.time_limit_s))
        clashing = promises_that_clash if question.measures else throughput_clash
        clash = clashing(question, openings, patience)
        clash = _with_land(clash, tuple(changes_of_land(question, wide, rooms, patience) if rooms else ()), question)
    decided = [
        way for changes in clash.changes
        if (way := _decided(question, changes, clash.shown_by, options)) is not None
    ]  # fmt: skip
    return Wishes(clashes=clash.named, ways=tuple(sorted(decided, key=lambda way: way.objective_vnd_per_year)))


def _with_land(clash: Clash, land: tuple[tuple[Change, ...], ...], question: Question) -> Clash:
    """Return the clash with what more land would do; the land of the sites that would need it is a part of it."""
    if not land:
        return clash
    wishes = [change.wish for change in land[0]]
    named = tuple(folded([*one, *wishes], question.timeline.scenario) for one in clash.named)
    return replace(clash, named=named, changes=[*clash.changes, *land])


def _decided(
    question: Question, changes: Sequence[Change], shown_by: Sequence[HubPlacementSolution], options: SolveOptions
) -> Way | None:
    """Return a way out with the plan decided anew.

    Where none is found in time, the plan that shows how far a promise can be kept is one, if dear; None without any,
    and where the changed wishes contradict each other.
    """
    try:
        scenario = all_applied(question.timeline.scenario, changes, question.timeline)
    except InputError:  # no scenario file may say so, whatever the rows of the program allow
        return None
    asked = pose(with_scenario(question.timeline, scenario), question.routes)
    of_land = any(change.wish.kind == SITE_LAND for change in changes)  # the plans shown have other sizes then
    found = _priced(asked, () if of_land else shown_by, options)
    if found is None:
        return None
    cost, bound = found
    gap = relative_gap(cost, bound)
    return Way(changes=tuple(changes), scenario=scenario, objective_vnd_per_year=cost, gap=gap)


def _priced(
    question: Question, shown_by: Sequence[HubPlacementSolution], options: SolveOptions
) -> tuple[float, float] | None:
    """Return the cost of the best plan and a bound on it, None where no plan is known.

    Of a plan by cost alone only that number of new hubs is asked for that the scenario leaves open, no curve.
    """
    if goals_in_turn(question.timeline.scenario.objective) != (COST,):
        try:
            decision = decide(question, options)
        except (InfeasibleError, NoPlanError):
            known = cheapest_kept(question, shown_by)
            return None if known is None else (known, 0.0)
        return decision.chosen.objective_vnd_per_year, decision.bound_vnd_per_year
    instance = question.asked(COST)
    captive = captive_sum(question.timeline, instance.direct_cost)
    solution = instance.solve(options)
    if solution.status in HAS_PLAN:
        return solution.objective + captive, max(solution.bound, 0.0) + captive
    known = None if solution.status is Status.INFEASIBLE else cheapest_kept(question, shown_by)
    return None if known is None else (known, min(max(solution.bound, 0.0) + captive, known))


def cheapest_kept(question: Question, plans: Sequence[HubPlacementSolution]) -> float | None:
    """Return the cost of the cheapest of some plans that keep all a question asks for; None where none does."""
    instance = question.asked(COST)
    priced = [replace(plan, objective=instance.price(plan), bound=0.0) for plan in plans]
    kept = [plan.objective for plan in priced if not instance.check(plan)]
    return min(kept) + captive_sum(question.timeline, instance.direct_cost) if kept else None
