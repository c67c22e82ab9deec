"""Cost against something else (CO2, distance, tonnes outside the service bands, new hubs): the plans between the ends.

The epsilon method: the second goal is capped at even steps between its value in the cheapest plan and its least, and
the cost made small under each cap; every point is proved to its gap (Haimes, Lasdon, Wismer, IEEE Transactions on
Systems, Man, and Cybernetics 1, 1971). Each search begins with the prices that those before it found, of which the last
tell what cannot keep the cap, and with the hubs of the plan of the least, which keeps every cap.

New hubs are whole: their caps are 0, 1, 2 ..., and one search answers all of them with the cuts that it has.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final, NoReturn

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.goals import COST, relative_gap
from logistics.instance import Question
from logistics.measures import captive_sum, held
from logistics.scenario import Scenario
from logistics.siting import HAS_PLAN, new_hub_ids
from logistics.studies.stages import Stages
from logistics.studies.study import STUDY_OPTIONS
from logistics.studies.workshop import goal_value
from models import HubPlacement, HubPlacementSolution, Lesson, SolveOptions, Status

NEW_HUBS: Final = "new_hubs"
SECONDS: Final = ("co2", "distance", "outside_service", NEW_HUBS)
FRONT_OPTIONS: Final = replace(STUDY_OPTIONS, relative_gap=1e-4)
"""The points of a front lie further apart than those of a study: half a thousandth of the cost and more."""
ROUND: Final = 1e-9
"""A cap is set so much above the value it stands for: rounding must not shut out the plan it came from."""


def pareto_front(
    scenario: Scenario,
    second: str = "co2",
    *,
    points: int = 7,
    options: SolveOptions = FRONT_OPTIONS,
    progress: Callable[[str], None] = lambda _: None,
) -> pd.DataFrame:
    """Return the front of cost and a second goal.

    Parameters
    ----------
    scenario
        Its own objective plays no part, its caps and promises do; where new hubs are counted, the number it asks for
        plays no part either.
    second
        "co2" (t/yr), "distance" (tkm/yr), "outside_service" (t/yr), or "new_hubs" (of the last phase).
    points
        How many, both ends among them; of new hubs, no more than 0, 1, 2 ... of them.
    options
        Time limit and gap of each point; the least of the second goal is known up to this gap, so the last cap lies
        so much above it. Of the time for a number of new hubs, the next ones have what is left over.

    Returns
    -------
    DataFrame
        A row a plan that no other beats in both, the cheapest first: `cost_vnd_per_year`, `bound_vnd_per_year`, `gap`,
        `second` (its value), `cap` it was made under, `new_hubs`, `stopped` (why its search ended). A number of new
        hubs without a plan comes last, with its reason and without figures.

    Raises
    ------
    InputError
        If the second goal is none, or no plan keeps what the scenario asks for.
    """
    if second not in SECONDS:
        raise InputError(f"pareto: found {second!r}, expected one of {', '.join(SECONDS)}")
    if points < 2:  # noqa: PLR2004  (the ends)
        raise InputError(f"pareto: found {points} points, expected at least 2")
    then = () if second == NEW_HUBS else (second,)
    objective = replace(scenario.objective, minimise=COST, then=then, weights={})
    question = Stages().question(replace(scenario, objective=objective))
    if second == NEW_HUBS:
        return _undominated(pd.DataFrame(_by_count(question, points, options, progress)))
    rows = list(_points(question, second, points, options, progress))
    return _undominated(pd.DataFrame(rows))


def _by_count(
    question: Question, points: int, options: SolveOptions, progress: Callable[[str], None]
) -> list[dict[str, object]]:
    """Return a row for each number of new hubs, from none to `points - 1` or all candidates."""
    counts = range(min(points - 1, int((~question.timeline.stands).sum())) + 1)
    for_all = replace(options, time_limit_s=options.time_limit_s * len(counts))
    progress(NEW_HUBS)
    solutions = question.instance(COST).curve(counts, for_all, or_fewer=True)
    if not any(solution.status in HAS_PLAN for solution in solutions):
        _raise_without_plan(solutions[-1])
    return [_row(question, NEW_HUBS, solution, float(count)) for count, solution in zip(counts, solutions, strict=True)]


def _points(
    question: Question, second: str, points: int, options: SolveOptions, progress: Callable[[str], None]
) -> Iterator[dict[str, object]]:
    progress(f"{second}: the cheapest plan")
    cheapest = _solved(question.asked(COST), options)
    instance = question.instance(COST)
    most = goal_value(question, instance, cheapest, second)
    yield _row(question, second, cheapest, np.inf)
    progress(f"{second}: the least of it")
    end = _solved(question.asked(second), options)
    least = goal_value(question, instance, end, second)
    last = min(least + options.relative_gap * abs(least), most)  # it is known no better
    lessons = (*(one.capped() for one in cheapest.lessons), *(one.as_cap() for one in end.lessons))
    for at, cap in enumerate(np.linspace(most, last, points)[1:], start=2):
        progress(f"{second}: point {at} of {points}")
        limit = float(cap) + ROUND * max(abs(float(cap)), abs(most))
        asked = question.asked(COST, (held(question.timeline, second, question.counted(second), limit),))
        solution = _under_a_cap(asked, end, lessons, options)
        lessons = (*lessons, *solution.lessons)
        yield _row(question, second, solution, float(cap))


def _solved(instance: HubPlacement, options: SolveOptions) -> HubPlacementSolution:
    solution = instance.solve(options)
    if solution.status not in HAS_PLAN:
        _raise_without_plan(solution)
    return solution


def _raise_without_plan(solution: HubPlacementSolution) -> NoReturn:
    raise InputError(f"pareto: no plan was found ({solution.stopped}); loosen the scenario or give more time")


def _under_a_cap(
    asked: HubPlacement, end: HubPlacementSolution, lessons: tuple[Lesson, ...], options: SolveOptions
) -> HubPlacementSolution:
    """Return the cheapest plan under a cap; `end`, which keeps every one, is the answer where time is too short."""
    solution = asked.solve(options, lessons=lessons, start=end.option_open)
    if solution.status in HAS_PLAN:
        return solution
    bound = solution.bound if np.isfinite(solution.bound) else 0.0
    known = replace(end, status=Status.FEASIBLE, objective=asked.price(end), bound=bound, stopped=solution.stopped)
    return replace(known, lessons=())


def _row(question: Question, second: str, solution: HubPlacementSolution, cap: float) -> dict[str, object]:
    if solution.status not in HAS_PLAN:
        unknown = ("cost_vnd_per_year", "bound_vnd_per_year", "gap", "second")
        return {**dict.fromkeys(unknown, np.nan), "cap": cap, "new_hubs": "", "stopped": solution.stopped}
    instance, hubs = question.instance(COST), new_hub_ids(question, solution)
    captive = captive_sum(question.timeline, instance.direct_cost)
    cost, bound = solution.objective + captive, min(max(solution.bound, 0.0), solution.objective) + captive
    value = float(len(hubs)) if second == NEW_HUBS else goal_value(question, instance, solution, second)
    return {
        "cost_vnd_per_year": cost, "bound_vnd_per_year": bound, "gap": relative_gap(cost, bound), "second": value,
        "cap": cap, "new_hubs": "; ".join(hubs), "stopped": solution.stopped,
    }  # fmt: skip


def _undominated(front: pd.DataFrame) -> pd.DataFrame:
    """Return the rows that no other beats in both, the cheapest first, and then those without a plan."""
    ranked = front.sort_values(["cost_vnd_per_year", "second", "cap"], kind="stable").reset_index(drop=True)
    before = ranked["second"].cummin().shift(fill_value=np.inf)
    return ranked[(ranked["second"] < before) | ranked["second"].isna()].reset_index(drop=True)
