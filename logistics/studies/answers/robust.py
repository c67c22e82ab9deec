"""Hubs that suit all scenarios of a design together: built before it is known which one comes.

The openings are the same in every scenario, the freight of each is sent as well as can be; what is made small is the
mean cost, the mean cost of the worst scenarios (CVaR), or the largest regret (`models.RobustHubPlacement`). All
scenarios are as likely: a design has drawn them by their probability. Costs are of the whole freight.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.errors import InfeasibleError, InputError, NoPlanError
from logistics.goals import COST, goals_in_turn
from logistics.instance import Question
from logistics.ledger import Ledger
from logistics.measures import captive_sum
from logistics.scenario import Scenario
from logistics.sites import CLOSED, NOT_YET
from logistics.studies.designs import Design
from logistics.studies.knobs import is_row, scenario_at, usual_value
from logistics.studies.outcome import HeldPlan
from logistics.studies.stages import Stages
from logistics.studies.study import STUDY_OPTIONS, Study
from models import (
    HubPlacement,
    InstanceError,
    RobustHubPlacement,
    SolveOptions,
    Status,
    StochasticValue,
    value_of_stochastic_solution,
)
from models.robust.risk import Kind

ROBUST_OPTIONS: Final = replace(STUDY_OPTIONS, time_limit_s=600.0)
NOBODY: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobustPlan:
    """One plan for many scenarios.

    Parameters
    ----------
    hubs
        A row a hub that is open: `year` (of the phase), `hub_id`, `tier`, `is_new`.
    scenarios
        A row a scenario: `scenario`, `cost_vnd_per_year` with these hubs, `best_vnd_per_year` and
        `best_bound_vnd_per_year` of its own best hubs, and `regret_vnd_per_year` and `regret_low_vnd_per_year`, at
        most and at least so much more.
    objective_vnd_per_year, bound_vnd_per_year, gap
        The risk, what no plan beats, and the gap (of a regret: relative to the costs).
    vss_vnd_per_year, evpi_vnd_per_year
        Value of the stochastic solution and of perfect information, each from (low) to (high).
    held
        The new hubs of the last phase and their tiers, as `regret` takes plans.
    reason
        Why the search stopped.
    """

    hubs: pd.DataFrame
    scenarios: pd.DataFrame
    risk: Kind
    is_proved: bool
    objective_vnd_per_year: float
    bound_vnd_per_year: float
    gap: float
    vss_vnd_per_year: tuple[float, float]
    evpi_vnd_per_year: tuple[float, float]
    held: HeldPlan
    reason: str


def robust_plan(
    study: Study | Scenario,
    design: Design | None = None,
    *,
    risk: Kind = "expected",
    level: float = 0.9,
    scenarios: int | None = None,
    options: SolveOptions = ROBUST_OPTIONS,
) -> RobustPlan:
    """Choose hubs for all scenarios of a design together.

    Parameters
    ----------
    study
        A study, or the scenario that is varied.
    design
        The scenarios; the study's own where None.
    risk, level
        "expected", "cvar" (mean cost of the worst 1 - `level`), or "regret".
    scenarios
        So many of them, drawn by the seed; all where None.
    options
        The time limit is for all together: a third for the plan, the rest for what it is worth.

    Raises
    ------
    InputError
        If a scenario asks other things of its hubs than the base (other sites, sizes, budgets, numbers), or has
        goals besides cost.
    InfeasibleError, NoPlanError
        If no hubs suit all scenarios, or none were found within the time.
    """
    base = study.scenario if isinstance(study, Study) else study
    asked = study.design if design is None and isinstance(study, Study) else design
    if asked is None:
        raise InputError("robust_plan: a scenario alone has no others; give a design")
    if goals_in_turn(base.objective) != (COST,):
        raise InputError("robust_plan: takes the goal cost alone; set [objective] minimise to it")
    chosen = _drawn(len(asked), scenarios, options.seed)
    stages = Stages()
    ledger = stages.ledger(base)
    mean = stages.question(scenario_at(base, ledger, mean_values(asked, chosen, (base, ledger))))
    questions = [stages.question(scenario_at(base, ledger, asked.values(at))) for at in chosen]
    labels = [asked.labels[at] for at in chosen]
    try:
        model = RobustHubPlacement(instances=tuple(_whole(each) for each in questions), risk=risk, level=level)
        found = value_of_stochastic_solution(model, options, mean=_whole(mean))
    except InstanceError as error:
        raise InputError(
            f"robust_plan: {error}; instance n is scenario n of {', '.join(labels[:3])}, ...: a factor may not change"
            " which hubs may be built, how large, or within which budget"
        ) from error
    return _plan(mean, labels, found, risk)


def _drawn(count: int, wanted: int | None, seed: int) -> list[int]:
    """Return the scenarios to look at."""
    if wanted is not None and wanted < 1:
        raise InputError(f"robust_plan: scenarios is {wanted}; expected 1 or more")
    if wanted is None or wanted >= count:
        return list(range(count))
    return sorted(np.random.default_rng(seed).choice(count, wanted, replace=False).tolist())


def mean_values(design: Design, chosen: Sequence[int], usual: tuple[Scenario, Ledger]) -> dict[str, float]:
    """Return the mean of each factor over the scenarios; of one that takes certain values the most frequent.

    A blank cell keeps the `usual` value, that of the base and its ledger.
    """
    base, ledger = usual
    points = design.points.iloc[list(chosen)]
    values = {}
    for factor in design.factors:
        column = points[factor.name]
        if column.isna().any():
            name = factor.name
            column = column.fillna(ledger.entry(name).value if is_row(name) else usual_value(base, name))
        values[factor.name] = float(column.mode().iloc[0] if factor.is_stepped else column.mean())
    return values


def _whole(question: Question) -> HubPlacement:
    """Return the instance of a question with the freight that no plan may move, as one flow of one unit.

    It costs the same whatever is built, and not the same in every scenario: the worst are not the worst without it.
    """
    instance = question.asked(COST)
    captive = captive_sum(question.timeline, instance.direct_cost)
    more: dict[str, Any] = {
        "amount": np.append(instance.amount, 1.0),
        "direct_cost": np.append(instance.direct_cost, captive),
    }
    if instance.flow_period is not None:
        more["flow_period"] = np.append(instance.flow_period, 0)
    if instance.flow_client is not None:
        more["flow_client"] = np.append(instance.flow_client, NOBODY)
    if instance.direct_measure is not None:
        more["direct_measure"] = np.vstack([instance.direct_measure, np.zeros(instance.direct_measure.shape[1])])
    return replace(instance, **more)


def _plan(question: Question, labels: Sequence[str], found: StochasticValue, risk: Kind) -> RobustPlan:
    solution, alone = found.stochastic, found.wait_and_see
    if solution.status is Status.INFEASIBLE:
        raise InfeasibleError(f"no hubs suit all scenarios: {solution.stopped}")
    if not solution.has_plan:
        raise NoPlanError(f"no hubs for all scenarios were found within the time limit ({solution.stopped})")
    best = np.minimum(alone.high, solution.cost)
    least = np.minimum(alone.low, best)
    table = pd.DataFrame(
        {
            "scenario": list(labels), "cost_vnd_per_year": solution.cost, "best_vnd_per_year": best,
            "best_bound_vnd_per_year": least, "regret_vnd_per_year": solution.cost - least,
            "regret_low_vnd_per_year": solution.cost - best,
        }
    )  # fmt: skip
    hubs = _hubs(question, question.own_options(solution.option_open))
    last = hubs[hubs["is_new"] & (hubs["year"] == question.timeline.years[-1])]
    return RobustPlan(
        hubs=hubs,
        scenarios=table,
        risk=risk,
        is_proved=solution.status is Status.OPTIMAL,
        objective_vnd_per_year=solution.objective,
        bound_vnd_per_year=solution.bound,
        gap=solution.gap,
        vss_vnd_per_year=(found.vss.low, found.vss.high),
        evpi_vnd_per_year=(found.evpi.low, found.evpi.high),
        held=tuple(sorted(zip(last["hub_id"], last["tier"], strict=True))),
        reason=solution.stopped,
    )


def _hubs(question: Question, opened: np.ndarray) -> pd.DataFrame:
    """Return the hubs that are open in each phase."""
    timeline = question.timeline
    rows = [
        {
            "year": timeline.years[timeline.option_period[at]], "hub_id": timeline.options[at].hub_id,
            "tier": timeline.options[at].tier, "is_new": not timeline.stands[timeline.option_site[at]],
        }
        for at in np.flatnonzero(opened).tolist()
        if timeline.options[at].tier not in {NOT_YET, CLOSED}
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["year", "hub_id", "tier", "is_new"])
