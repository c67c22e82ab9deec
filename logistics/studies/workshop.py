"""Where scenarios are decided one after the other, each to one outcome, whatever becomes of it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from logistics.errors import InfeasibleError, LogisticsError, NoPlanError
from logistics.goals import COST, goals_in_turn
from logistics.instance import Question
from logistics.measures import captive_sum
from logistics.scenario import Scenario
from logistics.sites import CLOSED, NOT_YET
from logistics.siting import HAS_PLAN, chosen_ways_of, decide, direct_vnd_per_year
from logistics.studies.knobs import scenario_at
from logistics.studies.outcome import HeldPlan, HubUse, Outcome
from logistics.studies.stages import Stages
from models import HubPlacement, HubPlacementSolution, KeptSolver, Lesson, SolveOptions, Status
from models.errors import ModelError
from networks.errors import NetworkError

SHOWN_FAULTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A plan of a question: its instance of cost, its solution, the whole freight's cost and bound."""

    instance: HubPlacement
    solution: HubPlacementSolution
    objective_vnd_per_year: float
    bound_vnd_per_year: float


class Workshop:
    """Decides scenarios around one base.

    Parameters
    ----------
    base
        The scenario that is varied.
    options
        Time limit of one scenario, gap, seed.
    """

    def __init__(self, base: Scenario, options: SolveOptions) -> None:
        self.base = base
        self._options = options
        self._stages = Stages()
        self._solver = KeptSolver()
        self._lessons: tuple[Lesson, ...] | None = None
        self._ledger = self._stages.ledger(base)

    def outcome(self, values: Mapping[str, float], held: Mapping[str, HeldPlan] | None = None) -> Outcome:
        """Decide one scenario.

        Parameters
        ----------
        values
            The factors' values by their names.
        held
            Plans fixed beforehand, whose cost in this scenario is asked for, by name.

        Returns
        -------
        Outcome
            Whatever becomes of it: only an interruption is raised.
        """
        try:
            question = self._stages.question(scenario_at(self.base, self._ledger, values))
            with self._solver.lending():
                found = self._outcome(question)
                costs = {name: self._held_cost(question, plan) for name, plan in (held or {}).items()}
        except InfeasibleError as error:
            return Outcome(state="infeasible", reason=_short(error))
        except NoPlanError as error:
            return Outcome(state="no_solution", reason=_short(error))
        except (LogisticsError, NetworkError) as error:
            return Outcome(state="bad_input", reason=_short(error))
        except (ModelError, MemoryError) as error:
            return Outcome(state="crashed", reason=f"{type(error).__name__}: {_short(error)}")
        return replace(found, held=costs)

    def _outcome(self, question: Question) -> Outcome:
        solved = self._solved(question)
        faults = solved.instance.check(solved.solution)
        if faults:
            return Outcome(state="failed_check", reason="; ".join(map(str, faults[:SHOWN_FAULTS])))
        return _described(question, solved)

    def _solved(self, question: Question) -> Solved:
        """Return the best plan; by cost alone one search over all numbers of new hubs, else goal after goal."""
        scenario = question.timeline.scenario
        if goals_in_turn(scenario.objective) != (COST,):
            decision = decide(question, self._options)
            return Solved(
                instance=question.instance(COST),
                solution=decision.chosen.solution,
                objective_vnd_per_year=decision.chosen.objective_vnd_per_year,
                bound_vnd_per_year=decision.bound_vnd_per_year,
            )
        return _best(question, question.asked(COST), self._options, self._base_lessons())

    def _base_lessons(self) -> tuple[Lesson, ...]:
        """Return what the base scenario's own decision teaches: the same in every worker and after every scenario.

        Scenarios near each other would teach more, and the answers would hang on who decided what before.
        """
        if self._lessons is None:
            self._lessons = ()
            with suppress(LogisticsError, NetworkError, ModelError):
                solution = self._stages.question(self.base).asked(COST).solve(self._options)
                if solution.status is Status.OPTIMAL:  # cut short, it would tell how busy the machine was
                    self._lessons = solution.lessons
        return self._lessons

    def _held_cost(self, question: Question, plan: HeldPlan) -> float:
        """Return what a plan fixed beforehand costs, its freight sent as well as can be.

        Infinite if it breaks a rule, not a number if time ran out: that says nothing about the plan.
        """
        try:
            instance = held_to(question, plan)
            if instance is None:
                return float("inf")
            return _best(question, instance, self._options).objective_vnd_per_year
        except InfeasibleError:
            return float("inf")
        except NoPlanError:
            return float("nan")


def held_to(question: Question, plan: HeldPlan) -> HubPlacement | None:
    """Return the instance in which exactly the new hubs of a plan are open, each in its tier; None if one is missing.

    In a plan of several phases the tier is that of the last one, and earlier phases are free.
    """
    timeline, instance = question.timeline, question.instance(COST)
    wanted = dict(plan)
    ids = [str(hub_id) for hub_id in timeline.last.sites["hub_id"]]
    site_of = {hub_id: at for at, hub_id in enumerate(ids)}
    if not wanted.keys() <= site_of.keys():
        return None
    last = len(timeline.cases) - 1
    dropped = [
        at
        for at, option in enumerate(timeline.options)
        if timeline.option_period[at] == last and option.hub_id in wanted and option.tier != wanted[option.hub_id]
    ]
    kept = np.ones(instance.option_site.size, dtype=bool)
    kept[dropped] = False
    opened = tuple(site_of[hub_id] for hub_id in wanted)
    if set(opened) - set(instance.option_site[kept].tolist()):
        return None
    new = {at for at in range(len(ids)) if not timeline.stands[at]}
    return replace(
        _with_options(instance, kept),
        forced_open=opened,
        forced_closed=tuple(sorted(new - set(opened) | set(instance.forced_closed))),
        min_new=0,
        max_new=None,
    )


def _with_options(instance: HubPlacement, kept: np.ndarray) -> HubPlacement:
    """Return the instance without some options, the rules' columns moved with them."""
    names = ("option_site", "option_cost", "option_capacity", "option_period", "option_level", "option_measure")
    per_option = {name: getattr(instance, name) for name in (*names, "option_min_throughput")}
    cut = {name: values[kept] for name, values in per_option.items() if values is not None}
    if instance.rule_row is None or instance.rule_option is None or instance.rule_weight is None:
        return replace(instance, **cut)
    in_rules = kept[instance.rule_option]
    place = np.cumsum(kept) - 1
    return replace(
        instance,
        **cut,
        rule_row=instance.rule_row[in_rules],
        rule_option=place[instance.rule_option[in_rules]],
        rule_weight=instance.rule_weight[in_rules],
    )


def _best(
    question: Question, instance: HubPlacement, options: SolveOptions, lessons: tuple[Lesson, ...] = ()
) -> Solved:
    solution = instance.solve(options, lessons=lessons)
    if solution.status is Status.INFEASIBLE:
        raise InfeasibleError(f"no plan keeps what the scenario asks for: {solution.stopped}")
    if solution.status not in HAS_PLAN:
        raise NoPlanError(f"no plan was found within the time limit ({solution.stopped})")
    captive = captive_sum(question.timeline, instance.direct_cost)
    return Solved(
        instance=instance,
        solution=solution,
        objective_vnd_per_year=solution.objective + captive,
        bound_vnd_per_year=min(max(solution.bound, 0.0), solution.objective) + captive,
    )


def _described(question: Question, solved: Solved) -> Outcome:
    ways = chosen_ways_of(question, solved.solution)[-1]
    return Outcome(
        state="optimal" if solved.solution.status is Status.OPTIMAL else "feasible",
        reason=solved.solution.stopped,
        objective_vnd_per_year=solved.objective_vnd_per_year,
        bound_vnd_per_year=solved.bound_vnd_per_year,
        direct_vnd_per_year=direct_vnd_per_year(question, solved.instance),
        co2_t_per_year=goal_value(question, solved.instance, solved.solution, "co2"),
        outside_service_t_per_year=goal_value(question, solved.instance, solved.solution, "outside_service"),
        hubs=_hub_uses(question, solved.solution, ways),
        favourites=_favourites(question, ways),
    )


def goal_value(question: Question, instance: HubPlacement, solution: HubPlacementSolution, goal: str) -> float:
    """Return what a plan counts of a goal, the whole freight's; `instance` is any of the question's."""
    counted, used = question.counted(goal), np.flatnonzero(solution.share)
    through = (instance.amount[instance.route_flow[used]] * solution.share[used]) @ counted.through[used]
    direct = (instance.amount * solution.direct_share) @ counted.direct
    built = counted.option[question.own_options(solution.option_open)].sum()
    return float(through + direct + built) + captive_sum(question.timeline, counted.direct)


def _hub_uses(question: Question, solution: HubPlacementSolution, ways: pd.DataFrame) -> dict[str, HubUse]:
    """Return the new hubs of the last phase and the standing ones that carry freight in it."""
    timeline = question.timeline
    opened = list(timeline.of_period(question.own_options(solution.option_open)))[-1]
    case = timeline.last
    through = np.zeros(len(case.sites))
    for name in ("site", "second"):
        passing = ways[ways[name] >= 0]
        through += np.bincount(passing[name], weights=passing["t_per_year"], minlength=through.size)
    ids = [str(hub_id) for hub_id in case.sites["hub_id"]]
    at = {hub_id: place for place, hub_id in enumerate(ids)}
    chosen = [option for option, is_open in zip(case.options, opened, strict=True) if is_open]
    uses = {
        option.hub_id: HubUse(
            tier=option.tier,
            is_new=not timeline.stands[at[option.hub_id]],
            throughput_t_per_year=float(through[at[option.hub_id]]),
        )
        for option in chosen
        if option.tier not in {NOT_YET, CLOSED}
    }
    return {hub_id: use for hub_id, use in uses.items() if use.is_new or use.throughput_t_per_year > 0}


def _favourites(question: Question, ways: pd.DataFrame) -> dict[str, tuple[str, float]]:
    """Return each near end's main hub in the last phase and its share of what may move to hubs."""
    case = question.timeline.last
    near = case.flows["near_id"].to_numpy()
    may_move = pd.Series(case.contestable_t).groupby(near).sum()
    ids = case.sites["hub_id"].to_numpy(dtype=object)
    through = ways[ways["site"] >= 0]
    sums = (
        pd.DataFrame({"place": near[through["flow"]], "hub": ids[through["site"]], "t": through["t_per_year"]})
        .groupby(["place", "hub"])["t"]
        .sum()
        .reset_index()
        .sort_values(["t", "hub"])  # the largest comes last and stays
    )
    found: dict[str, tuple[str, float]] = {str(place): ("", 0.0) for place in may_move.index}
    for place, hub, tonnes in zip(sums["place"], sums["hub"], sums["t"], strict=True):
        found[str(place)] = (str(hub), float(tonnes / may_move[place]))
    return found


def _short(error: BaseException) -> str:
    lines: Sequence[str] = str(error).splitlines() or [type(error).__name__]
    return "; ".join(lines[:SHOWN_FAULTS])
