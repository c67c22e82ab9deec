"""Why a site is open or closed in a plan: what forcing it the other way costs, who would move, and what flips it.

Every figure is a plan solved anew under the scenario's own question (exactly N new hubs, or at most so many), with its
proven gap. What flips a site is searched for, never read off a formula (`site_flips`, `toll_flips`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.goals import COST, goals_in_turn, relative_gap
from logistics.instance import Question, pose
from logistics.measures import captive_sum
from logistics.moved_freight import moved_freight
from logistics.routes import enumerate_routes
from logistics.siting import HAS_PLAN
from logistics.timeline import Timeline
from models import HubPlacement, HubPlacementSolution, SolveOptions

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The best plan of one question: value and bound of the whole freight's yearly cost, or none."""

    value_vnd: float
    bound_vnd: float
    solution: HubPlacementSolution

    @property
    def is_possible(self) -> bool:
        """Tell whether there is a plan."""
        return self.solution.status in HAS_PLAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One change that turns the decision on a site.

    `change_pct` is the change of `what` (`fixed_cost`, `capacity`, `toll`) in percent of today's at which both ways
    cost the same; None where nothing within the range searched does it, which `searched` tells.
    """

    what: str
    change_pct: float | None
    searched: str
    change_vnd_per_year: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Why:
    """The answer for one site.

    `costs_vnd_per_year` is what the plan costs more with the site forced the other way; it lies between
    `least_vnd_per_year` and `most_vnd_per_year`, whatever is left of both gaps. `moved` has a row a park, cluster or
    province whose freight through hubs changes: `place_id`, `from_hubs`, `to_hubs`, `t_per_year`.
    """

    hub_id: str
    is_open: bool
    is_possible: bool
    stopped: str
    costs_vnd_per_year: float
    least_vnd_per_year: float
    most_vnd_per_year: float
    gap: float
    moved: pd.DataFrame
    flips: tuple[Flip, ...]


Pair = tuple[Answered, Answered]
"""The best plan with a site, and the best without it."""


class Explainer:
    """Asks the question of a plan again, with one site forced open or closed."""

    def __init__(self, question: Question, options: SolveOptions) -> None:
        scenario = question.timeline.scenario
        if goals_in_turn(scenario.objective) != (COST,):
            raise InputError('why: is offered for plans by cost alone; set [objective] minimise = "cost"')
        self.question = question
        self.options = options
        self.instance = question.asked(COST)
        self._captive = captive_sum(question.timeline, self.instance.direct_cost)

    def ask(self, instance: HubPlacement) -> Answered:
        """Return the best plan of an instance, its cost with the freight that no plan moves."""
        solution = instance.solve(self.options)
        bound = max(solution.bound, 0.0) + self._captive
        return Answered(value_vnd=solution.objective + self._captive, bound_vnd=bound, solution=solution)

    def position(self, hub_id: str) -> int:
        """Return where a site stands among the instance's.

        Raises
        ------
        InputError
            If the plan has no such site.
        """
        ids = list(self.question.timeline.last.sites["hub_id"])
        if hub_id not in ids:
            forbidden = hub_id in self.question.timeline.scenario.forbidden
            why = "the scenario forbids it" if forbidden else f"expected one of {', '.join(ids[:5])}, ..."
            raise InputError(f"why: the plan has no site {hub_id!r}: {why}")
        return ids.index(hub_id)

    def forced(self, site: int, *, opened: bool) -> HubPlacement:
        """Return the instance with a site forced open or closed."""
        if opened:
            return replace(self.instance, forced_open=tuple(sorted({*self.instance.forced_open, site})))
        kept = tuple(other for other in self.instance.forced_open if other != site)
        return replace(
            self.instance, forced_open=kept, forced_closed=tuple(sorted({*self.instance.forced_closed, site}))
        )


Search = Callable[[Explainer, int, Pair, Progress], Flip]


def explain(
    explainer: Explainer,
    plan: Answered,
    hub_id: str,
    *,
    searches: Sequence[Search] = (),
    progress: Progress = lambda _: None,
) -> Why:
    """Explain one site of a plan.

    Parameters
    ----------
    plan
        The plan of the question, as `Explainer.ask(explainer.instance)` returns it.
    searches
        What turns the decision is looked for by each of these: `fixed_cost_flip` and `capacity_flip` of `site_flips`,
        `toll_flips.toll_flip`.
    """
    site = explainer.position(hub_id)
    is_open = is_site_open(explainer.question.timeline, plan.solution, site)
    progress(f"{hub_id}: {'without' if is_open else 'with'} it")
    other = explainer.ask(explainer.forced(site, opened=not is_open))
    if not other.is_possible:
        return _without_other(hub_id, other, is_open=is_open)
    pair = (plan, other) if is_open else (other, plan)
    found = tuple(search(explainer, site, pair, progress) for search in searches)
    return Why(
        hub_id=hub_id, is_open=is_open, is_possible=True, stopped=other.solution.stopped,
        costs_vnd_per_year=other.value_vnd - plan.value_vnd,
        least_vnd_per_year=other.bound_vnd - plan.value_vnd,
        most_vnd_per_year=other.value_vnd - plan.bound_vnd,
        gap=relative_gap(other.value_vnd, other.bound_vnd),
        moved=moved_freight(explainer.question, plan.solution, other.solution), flips=found,
    )  # fmt: skip


def _without_other(hub_id: str, other: Answered, *, is_open: bool) -> Why:
    none = pd.DataFrame(columns=["place_id", "from_hubs", "to_hubs", "t_per_year"])
    return Why(
        hub_id=hub_id, is_open=is_open, is_possible=False, stopped=other.solution.stopped, gap=0.0, flips=(),
        costs_vnd_per_year=np.inf, least_vnd_per_year=np.inf, most_vnd_per_year=np.inf, moved=none,
    )  # fmt: skip


def is_site_open(timeline: Timeline, solution: HubPlacementSolution, site: int) -> bool:
    """Tell whether a hub works at a site in the last phase of a plan."""
    last = len(timeline.cases) - 1
    return any(
        option.is_open
        for at, option in enumerate(timeline.options)
        if solution.option_open[at] and timeline.option_site[at] == site and timeline.option_period[at] == last
    )


def explainer_of(timeline: Timeline, options: SolveOptions) -> Explainer:
    """Return an explainer of a timeline's question."""
    return Explainer(pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases)), options)
