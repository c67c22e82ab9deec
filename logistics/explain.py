"""Why a site is open or closed in a plan: what forcing it the other way costs, who would move, and what flips it.

Every figure is a plan solved anew under the scenario's own question (exactly N new hubs, or at most so many), with its
proven gap. What flips a site is searched for, never read off a formula:

* Its fixed cost. With the site forced open the best cost is a concave, increasing, piecewise linear function of a
  factor on the site's own fixed cost; where it meets the best cost without the site is found by Newton's method, each
  step a plan solved anew (finite, for each step is exact on a piece).
* Its capacity, by bisection on a factor on all its rooms: more room never costs more.
* The toll of the road that its freight pays most for, between nothing and twice today's, by bisection over plans whose
  ways and prices are worked out anew.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.goals import COST, goals_in_turn, relative_gap
from logistics.instance import Question, pose
from logistics.measures import captive_sum
from logistics.routes import enumerate_routes
from logistics.siting import HAS_PLAN, chosen_ways_of
from logistics.timeline import Timeline
from models import HubPlacement, HubPlacementSolution, SolveOptions

LARGEST_ROOM: Final = 8.0
"""Capacity is searched up to so many times what the site offers."""
CAPACITY_STEP: Final = 0.02
NEWTON_STEPS: Final = 12
SAME: Final = 1e-9
LEAST_MOVED_T: Final = 1.0

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
        exact = scenario.new_hubs
        most = scenario.max_new_hubs if exact is None else exact
        self.instance = replace(question.instance(COST), min_new=exact or 0, max_new=most)
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
        What turns the decision is looked for by each of these: `fixed_cost_flip`, `capacity_flip`,
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


def fixed_cost_flip(explainer: Explainer, site: int, pair: Pair, progress: Progress = lambda _: None) -> Flip:
    """Return the change of a site's fixed cost at which the best plans with and without it cost the same."""
    progress("searching the fixed cost that flips it")
    with_it, without = pair
    own = explainer.instance.option_site == site
    factor, current = 1.0, with_it
    for _ in range(NEWTON_STEPS):
        opened = current.solution.option_open
        fixed = float(explainer.instance.option_cost[own & opened].sum())  # of today, at factor 1
        rest = current.value_vnd - factor * fixed
        if fixed <= 0:
            return Flip(
                what="fixed_cost", change_pct=None, searched="the site has no fixed cost",
                change_vnd_per_year=without.value_vnd - with_it.value_vnd,
            )  # fmt: skip
        crossing = max((without.value_vnd - rest) / fixed, 0.0)  # never past the root: the function is concave
        if rest > without.value_vnd and factor == 0:
            return Flip(what="fixed_cost", change_pct=None, searched="it would not pay even if it were free")
        if abs(crossing - factor) <= SAME * max(1.0, factor):
            break
        factor = crossing
        current = explainer.ask(_with_fixed_cost(explainer.forced(site, opened=True), own, factor))
        if not current.is_possible:
            break
    return Flip(
        what="fixed_cost", change_pct=100 * (factor - 1), searched="Newton's method on plans solved anew",
        change_vnd_per_year=without.value_vnd - with_it.value_vnd,
    )  # fmt: skip


def _with_fixed_cost(instance: HubPlacement, own: np.ndarray, factor: float) -> HubPlacement:
    return replace(instance, option_cost=np.where(own, instance.option_cost * factor, instance.option_cost))


def capacity_flip(explainer: Explainer, site: int, pair: Pair, progress: Progress = lambda _: None) -> Flip:
    """Return the change of a site's capacity at which the best plans with and without it cost the same."""
    progress("searching the capacity that flips it")
    with_it, without = pair
    pays = with_it.value_vnd <= without.value_vnd
    low, high = (0.0, 1.0) if pays else (1.0, LARGEST_ROOM)
    searched = f"capacity from {low:g} to {high:g} times what the site offers"
    if not pays and not _pays_with_room(explainer, site, without, high):
        return Flip(what="capacity", change_pct=None, searched=searched)
    if pays and _pays_with_room(explainer, site, without, low):
        return Flip(what="capacity", change_pct=None, searched=searched)
    while high - low > CAPACITY_STEP * max(1.0, low):
        middle = (low + high) / 2
        low, high = (low, middle) if _pays_with_room(explainer, site, without, middle) else (middle, high)
    return Flip(what="capacity", change_pct=100 * ((low if pays else high) - 1), searched=searched)


def _pays_with_room(explainer: Explainer, site: int, without: Answered, factor: float) -> bool:
    """Tell whether the site pays with `factor` times its capacity."""
    instance = explainer.forced(site, opened=True)
    own = (instance.option_site == site)[:, None]
    room = np.where(own, instance.option_capacity * factor, instance.option_capacity)
    answered = explainer.ask(replace(instance, option_capacity=room))
    return answered.is_possible and answered.value_vnd <= without.value_vnd


def moved_freight(question: Question, before: HubPlacementSolution, after: HubPlacementSolution) -> pd.DataFrame:
    """Return whose freight through hubs changes in the last phase between two plans.

    Returns
    -------
    DataFrame
        `place_id`, `from_hubs`, `to_hubs` (ids joined by ", ", "direct" for the direct truck), `t_per_year`
        moved, most first.
    """
    tables = [_tonnes_by_hub(question, solution) for solution in (before, after)]
    both = pd.concat(tables, axis=1, keys=["before", "after"]).fillna(0.0)
    change = both["after"]["t_per_year"] - both["before"]["t_per_year"]
    rows = []
    for place_id, part in change.groupby(level="place_id"):
        gains, losses = (part[part > LEAST_MOVED_T], part[part < -LEAST_MOVED_T])
        if len(gains) or len(losses):
            rows.append(
                {"place_id": place_id, "from_hubs": _hubs_of(losses), "to_hubs": _hubs_of(gains),
                 "t_per_year": float(max(gains.sum(), -losses.sum()))}
            )  # fmt: skip
    frame = pd.DataFrame(rows, columns=["place_id", "from_hubs", "to_hubs", "t_per_year"])
    return frame.sort_values("t_per_year", ascending=False, kind="stable").reset_index(drop=True)


def _hubs_of(part: "pd.Series[float]") -> str:
    return ", ".join(str(key) for key in part.abs().sort_values(ascending=False).index.get_level_values("hub_id"))


def _tonnes_by_hub(question: Question, solution: HubPlacementSolution) -> pd.DataFrame:
    """Return the tonnes of each near end by the hub it uses ("direct" where none), in the last phase."""
    case = question.timeline.last
    ways = chosen_ways_of(question, solution)[-1]
    ids = np.append(case.sites["hub_id"].to_numpy(dtype=object), "direct")
    near = case.flows["near_id"].to_numpy(dtype=object)[ways["flow"]]
    frame = pd.DataFrame({"place_id": near, "hub_id": ids[ways["site"]], "t_per_year": ways["t_per_year"]})
    return frame.groupby(["place_id", "hub_id"])[["t_per_year"]].sum()


def explainer_of(timeline: Timeline, options: SolveOptions) -> Explainer:
    """Return an explainer of a timeline's question."""
    return Explainer(pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases)), options)
