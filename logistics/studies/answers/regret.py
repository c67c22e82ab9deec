"""What each plan costs in every scenario: regret, the plan least dear on average, the one never far from best.

A plan is a set of new hubs with their sizes; in a scenario that it was not made for its freight is sent as well as can
be. The regret of a plan in a scenario is its cost there less the best plan's (Savage, Journal of the American
Statistical Association 46, 1951); it is known up to the gap of the best plan.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.studies.outcome import HeldPlan, named
from logistics.studies.running import Task
from logistics.studies.store import Store, outcome_key
from logistics.studies.study import STORE_FILE, Progress, Study, Where, decide_all, job_of, study_key

MOST_PLANS: Final = 12
NONE_EVERYWHERE: Final = "regret: no plan is allowed and priced in every scenario; give other plans or more time"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Regret:
    """Plans against scenarios.

    Parameters
    ----------
    plans
        By name, the new hubs and tiers of each; the names are their hubs.
    cost_vnd_per_year
        A row a scenario with a plan of its own, a column a plan; inf where the plan breaks a rule there,
        not a number where its price was not found: such a plan is not compared.
    best_vnd_per_year
        Of each scenario.
    """

    plans: Mapping[str, HeldPlan]
    cost_vnd_per_year: pd.DataFrame
    best_vnd_per_year: "pd.Series[float]"

    @property
    def regret_vnd_per_year(self) -> pd.DataFrame:
        """Return what each plan costs more than the best one of each scenario."""
        return self.cost_vnd_per_year.sub(self.best_vnd_per_year, axis=0).clip(lower=0.0)

    def table(self) -> pd.DataFrame:
        """Return `plan`, `chosen` (share of scenarios where it is best), mean cost, mean and largest regret of each."""
        regret = self.regret_vnd_per_year
        least = self.cost_vnd_per_year.min(axis=1)
        rows = [
            {
                "plan": name,
                "chosen": float((self.cost_vnd_per_year[name] <= least).mean()),
                "mean_cost_vnd_per_year": float(self.cost_vnd_per_year[name].mean(skipna=False)),
                "mean_regret_vnd_per_year": float(regret[name].mean(skipna=False)),
                "largest_regret_vnd_per_year": float(regret[name].max(skipna=False)),
            }
            for name in self.plans
        ]
        return pd.DataFrame(rows)

    @property
    def least_expected_cost(self) -> str:
        """Return the plan that costs least on average.

        Raises
        ------
        InputError
            If none is allowed and priced in every scenario.
        """
        return _least_of(self.cost_vnd_per_year.mean(skipna=False))

    @property
    def min_max_regret(self) -> str:
        """Return the plan whose largest regret is least; raises as `least_expected_cost` does."""
        return _least_of(self.regret_vnd_per_year.max(skipna=False))


def _least_of(figure: "pd.Series[float]") -> str:
    known = figure[np.isfinite(figure)]
    if known.empty:
        raise InputError(NONE_EVERYWHERE)
    return str(known.idxmin())


def plans_chosen(study: Study, most: int = MOST_PLANS) -> dict[str, HeldPlan]:
    """Return the plans that scenarios choose most often, and the one without a new hub; by their hubs' names."""
    counted = Counter(outcome.plan for outcome in study.outcomes if outcome.is_solved)
    ranked = [plan for plan, _ in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:most]]
    if () not in ranked:
        ranked.append(())
    return {name_of(plan): plan for plan in ranked}


def name_of(plan: HeldPlan) -> str:
    """Return a plan's name: its hubs and their tiers, "none" for no new hub."""
    return named(plan) or "none"


def regret(
    study: Study,
    plans: Mapping[str, HeldPlan] | None = None,
    *,
    where: Where = Where(),  # noqa: B008  (frozen)
    progress: Progress = lambda _done, _all: None,
) -> Regret:
    """Price plans in every scenario of a study.

    Parameters
    ----------
    plans
        By name; those chosen most often where None.
    where
        Who decides; what was priced before is kept in the study's store.

    Raises
    ------
    InputError
        If no scenario of the study has a plan.
    """
    held = plans_chosen(study) if plans is None else dict(plans)
    solved = [at for at, outcome in enumerate(study.outcomes) if outcome.is_solved]
    if not solved:
        raise InputError("regret: no scenario of the study has a plan")
    job = job_of(study.scenario, study.options)
    key = study_key(job)
    values = [study.design.values(at) for at in solved]
    asked = {name: [list(pair) for pair in plan] for name, plan in held.items()}
    tasks = [Task(key=outcome_key(key, each, asked), values=each, held=held) for each in values]
    with Store(study.folder / STORE_FILE) as store:
        decide_all(job, tasks, store, where, progress)
        found = [outcome for outcome, _ in store.outcomes(task.key for task in tasks)]
    labels = pd.Index([study.design.labels[at] for at in solved], name="scenario")
    costs = pd.DataFrame({name: [outcome.held.get(name, np.nan) for outcome in found] for name in held}, index=labels)
    best = pd.Series([study.outcomes[at].objective_vnd_per_year for at in solved], index=labels)
    # one held may be better, within the gap
    least = pd.Series(np.fmin(best.to_numpy(), costs.min(axis=1).to_numpy()), index=labels)
    return Regret(plans=held, cost_vnd_per_year=costs, best_vnd_per_year=least)
