"""The decision: a question is asked of `models.HubPlacement` for 0, 1, 2 ... new hubs, and the best is chosen.

Only the contestable part of small and medium shipments may move to a shared hub (`contestable_small`);
the rest goes direct whatever is decided, and its cost is added to value and bound alike. With several goals the
number of new hubs is left open to each, and there is no curve.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NoReturn

import numpy as np
import pandas as pd

from logistics.distances import Floats
from logistics.errors import InfeasibleError, NoPlanError
from logistics.goals import COST, GoalReached, goals_in_turn, relative_gap
from logistics.instance import Question
from logistics.measures import Measure, captive_sum, held
from logistics.timeline import Timeline
from logistics.units import PERCENT
from logistics.ways import way_rows
from models import HubPlacement, HubPlacementSolution, SolveOptions, Status

HAS_PLAN: Final = (Status.OPTIMAL, Status.FEASIBLE)
SHARE_DUST: Final = 1e-7
BOUND_DUST: Final = 1e-9
GAP_DUST: Final = 1e-9
LEAST_S: Final = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """The best plan with exactly `new_hubs` new hubs; value, bound and gap are of the whole freight's cost."""

    new_hubs: int
    status: Status
    objective_vnd_per_year: float
    bound_vnd_per_year: float
    hub_ids: tuple[str, ...]
    solution: HubPlacementSolution

    @property
    def gap(self) -> float:
        """Return (value - bound) / value."""
        return relative_gap(self.objective_vnd_per_year, self.bound_vnd_per_year)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The curve over the number of new hubs and the point chosen.

    `bound_vnd_per_year` bounds the question asked: exactly N new hubs, or at most `max_new_hubs`. `goals` are the
    goals in turn; with cost alone there is one.
    """

    curve: tuple[CurvePoint, ...]
    chosen: CurvePoint
    cheapest: CurvePoint
    bound_vnd_per_year: float
    direct_vnd_per_year: float
    goals: tuple[GoalReached, ...]
    gap_asked: float
    seconds: float

    @property
    def gap(self) -> float:
        """Return the gap of the chosen plan to the bound of the question asked."""
        return relative_gap(self.chosen.objective_vnd_per_year, self.bound_vnd_per_year)

    @property
    def is_proved(self) -> bool:
        """Tell whether the gap asked for is reached for the question asked, not only for the number chosen."""
        return max(goal.gap for goal in self.goals) <= self.gap_asked + GAP_DUST


def settled_bound(bound: float, value: float) -> float:
    """Return the bound, or the value where the bound passes it by no more than the dust of adding up."""
    return value if value < bound <= value * (1 + BOUND_DUST) else bound


def decide(question: Question, options: SolveOptions) -> Decision:
    """Answer a question.

    Raises
    ------
    InfeasibleError
        If no plan keeps what the scenario asks for.
    NoPlanError
        If the limit passed before a plan was found.
    """
    goals = goals_in_turn(question.timeline.scenario.objective)
    if goals == (COST,):
        return _by_cost(question, options)
    return _by_goals(question, goals, options)


def _by_cost(question: Question, options: SolveOptions) -> Decision:
    """Solve for every number of new hubs on the curve and choose."""
    instance = question.instance(COST)
    counts = curve_counts(question.timeline)
    solutions = instance.curve(counts, options)
    captive = captive_sum(question.timeline, instance.direct_cost)
    points = tuple(
        _point(question, solution, count, captive) for count, solution in zip(counts, solutions, strict=True)
    )
    seconds = sum(solution.seconds for solution in solutions)
    return _choose(question, points, instance, (options.relative_gap, seconds))


def curve_counts(timeline: Timeline) -> range:
    """Return the numbers of new hubs to look at: to `curve_to` or one more than asked for, if there are candidates."""
    scenario = timeline.scenario
    asked = scenario.new_hubs if scenario.new_hubs is not None else scenario.max_new_hubs
    candidates = int((~timeline.stands).sum())
    return range(min(max(scenario.curve_to, asked + 1), candidates) + 1)


def new_hub_ids(question: Question, solution: HubPlacementSolution) -> tuple[str, ...]:
    """Return the new hubs that are open in the last phase."""
    timeline = question.timeline
    if solution.status not in HAS_PLAN:
        return ()
    opened = np.flatnonzero(question.own_options(solution.option_open))
    last = len(timeline.cases) - 1
    return tuple(
        timeline.options[at].hub_id
        for at in opened
        if timeline.option_period[at] == last and not timeline.stands[timeline.option_site[at]]
    )


def _point(question: Question, solution: HubPlacementSolution, count: int, captive: float) -> CurvePoint:
    return CurvePoint(
        new_hubs=count, status=solution.status, objective_vnd_per_year=solution.objective + captive,
        bound_vnd_per_year=max(solution.bound, 0.0) + captive, hub_ids=new_hub_ids(question, solution),
        solution=solution,
    )  # fmt: skip


def direct_vnd_per_year(question: Question, instance: HubPlacement) -> float:
    """Return the cost of all freight on its direct truck, a year's equivalent; `instance` is that of cost."""
    captive = captive_sum(question.timeline, instance.direct_cost)
    return captive + float(instance.amount @ instance.direct_cost)


def _choose(
    question: Question, points: Sequence[CurvePoint], instance: HubPlacement, effort: tuple[float, float]
) -> Decision:
    """Choose the cheapest point of the question asked; `effort` is the gap asked for and the seconds taken."""
    scenario = question.timeline.scenario
    asked = (
        [point for point in points if point.new_hubs == scenario.new_hubs]
        if scenario.new_hubs is not None
        else [point for point in points if point.new_hubs <= scenario.max_new_hubs]
    )
    solved = [point for point in asked if point.status in HAS_PLAN]
    if not solved:
        _raise_without_plan([point.solution for point in asked])
    every = [point for point in points if point.status in HAS_PLAN]
    possible = [point.bound_vnd_per_year for point in asked if point.status is not Status.INFEASIBLE]
    chosen = min(solved, key=lambda point: point.objective_vnd_per_year)
    bound = min(*possible, chosen.objective_vnd_per_year)
    return Decision(
        curve=tuple(every),
        chosen=chosen,
        cheapest=min(every, key=lambda point: point.objective_vnd_per_year),
        bound_vnd_per_year=bound,
        direct_vnd_per_year=direct_vnd_per_year(question, instance),
        goals=(GoalReached(goal=COST, value=chosen.objective_vnd_per_year, bound=bound),),
        gap_asked=effort[0],
        seconds=effort[1],
    )


def _by_goals(question: Question, goals: tuple[str, ...], options: SolveOptions) -> Decision:
    """Make one goal small after the other; each answer is held within the tolerance from then on.

    Where no plan is found in time for a later goal, the plan before stays: it holds what is held.
    """
    seconds = 0.0
    scenario, timeline = question.timeline.scenario, question.timeline
    reached: list[GoalReached] = []
    rows: list[Measure] = []
    solution = None
    for at, goal in enumerate(goals):
        left_s = max(options.time_limit_s - seconds, LEAST_S)
        share = replace(options, time_limit_s=left_s / (len(goals) - at))
        instance = question.asked(goal, tuple(rows))
        found = instance.solve(share)
        seconds += found.seconds
        solution = _kept_plan(found, solution, instance)
        counted = question.counted(goal)
        captive = captive_sum(timeline, counted.direct)
        value = solution.objective + captive
        reached.append(GoalReached(goal=goal, value=value, bound=min(max(solution.bound, 0.0) + captive, value)))
        rows.append(held(timeline, goal, counted, value * (1 + scenario.objective.tolerance_pct * PERCENT)))
    return _of_goals(question, reached, solution, (options.relative_gap, seconds))


def _kept_plan(
    found: HubPlacementSolution, before: HubPlacementSolution | None, instance: HubPlacement
) -> HubPlacementSolution:
    """Return the plan found, or where there is none the plan of the goal before, with what it reaches of this one."""
    if found.status in HAS_PLAN:
        return found
    if before is None:
        _raise_without_plan([found])
    proved = found.bound if found.status is Status.NO_SOLUTION else 0.0  # the plan before shows that there is one
    return replace(
        before, status=Status.FEASIBLE, objective=instance.price(before), bound=proved, stopped=found.stopped,
        seconds=found.seconds,
    )  # fmt: skip


def _of_goals(
    question: Question, reached: list[GoalReached], solution: HubPlacementSolution | None, effort: tuple[float, float]
) -> Decision:
    """Return the decision; the bound of its cost is what no plan beats that does as well in all else."""
    if solution is None:
        raise NoPlanError("there is no goal to reach; give [objective] minimise")
    instance = question.instance(COST)
    cost = instance.price(solution) + captive_sum(question.timeline, instance.direct_cost)
    weighed = [goal for goal in reached if goal.goal != COST]
    bound = next((goal.bound for goal in reached if goal.goal == COST), None)
    if bound is None:
        bound = cost - (weighed[0].value - weighed[0].bound) / question.timeline.scenario.objective.weights[COST]
    ids = new_hub_ids(question, solution)
    point = CurvePoint(
        new_hubs=len(ids), status=solution.status, objective_vnd_per_year=cost,
        bound_vnd_per_year=min(bound, cost), hub_ids=ids, solution=solution,
    )  # fmt: skip
    return Decision(
        curve=(point,), chosen=point, cheapest=point, bound_vnd_per_year=min(bound, cost),
        direct_vnd_per_year=direct_vnd_per_year(question, instance), goals=tuple(reached),
        gap_asked=effort[0], seconds=effort[1],
    )  # fmt: skip


def _raise_without_plan(asked: Sequence[HubPlacementSolution]) -> NoReturn:
    reasons = sorted({solution.stopped for solution in asked})
    if all(solution.status is Status.INFEASIBLE for solution in asked):
        raise InfeasibleError(f"no plan keeps what the scenario asks for: {'; '.join(reasons)}")
    raise NoPlanError(f"no plan was found within the time limit ({'; '.join(reasons)}); give a longer --time-limit")


def chosen_ways(question: Question, decision: Decision) -> tuple[pd.DataFrame, ...]:
    """Return, per phase, the ways the chosen plan uses (see `chosen_ways_of`)."""
    return chosen_ways_of(question, decision.chosen.solution)


def chosen_ways_of(question: Question, solution: HubPlacementSolution) -> tuple[pd.DataFrame, ...]:
    """Return, per phase, the ways a solution uses (see `ways.way_rows`): through hubs as decided, the rest direct."""
    sizes = [found.flow.size for found in question.routes]
    shares = np.split(_clean(solution.share), np.cumsum(sizes)[:-1])
    return tuple(_ways_of_phase(question, period, share) for period, share in enumerate(shares))


def _ways_of_phase(question: Question, period: int, share: Floats) -> pd.DataFrame:
    case, routes = question.timeline.cases[period], question.routes[period]
    used = np.flatnonzero(share > 0)
    through_t = share[used] * case.contestable_t[routes.flow[used]]
    rest_t = case.tonnes - np.bincount(routes.flow[used], weights=through_t, minlength=case.tonnes.size)
    every = np.arange(case.tonnes.size)
    nowhere = np.full(every.size, -1)
    return way_rows(
        np.concatenate([routes.flow[used], every]),
        (np.concatenate([routes.site[used], nowhere]), np.concatenate([routes.second[used], nowhere])),
        np.concatenate([routes.mode[used].astype(np.intp), np.zeros(every.size, dtype=np.intp)]),
        np.concatenate([through_t, rest_t]),
    )


def _clean(share: Floats) -> Floats:
    """Return shares without the dust a solver leaves next to 0 and 1."""
    inside = np.where(share > 1 - SHARE_DUST, 1.0, np.clip(share, 0.0, 1.0))
    return np.where(inside < SHARE_DUST, 0.0, inside)
