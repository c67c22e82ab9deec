"""The other good plans of a scenario: every set of new hubs whose cost lies within x % of the best."""

import pandas as pd

from logistics.errors import InputError
from logistics.goals import COST
from logistics.measures import captive_sum
from logistics.scenario import Scenario
from logistics.siting import new_hub_ids
from logistics.studies.stages import Stages
from logistics.studies.study import STUDY_OPTIONS
from logistics.units import PERCENT
from models import SolveOptions


def alternatives(
    scenario: Scenario, *, within_pct: float = 0.1, count: int = 20, options: SolveOptions = STUDY_OPTIONS
) -> pd.DataFrame:
    """Return the plans by cost alone that lie within a part of the best one's cost, each with other new hubs.

    Parameters
    ----------
    within_pct
        Of the whole freight's cost.
    count
        At most so many.
    options
        The time limit is for all together.

    Returns
    -------
    DataFrame
        The cheapest first: `new_hubs`, `cost_vnd_per_year`, `above_best_vnd_per_year`, `above_best_pct`, `status`,
        `stopped` (whether these are all that there are).

    Raises
    ------
    InputError
        If there is no plan.
    """
    question = Stages().question(scenario)
    asked = question.asked(COST)
    captive = captive_sum(question.timeline, asked.direct_cost)
    best = asked.solve(options)
    if not best.objective < float("inf"):
        raise InputError(f"alternatives: the scenario has no plan ({best.stopped})")
    # the model counts only what may move to a hub; the limit is of the whole freight
    within = within_pct * PERCENT * (best.objective + captive) / best.objective if best.objective > 0 else 0.0
    found = asked.alternatives(count, within=within, options=options)
    costs = [solution.objective + captive for solution in found]
    return pd.DataFrame(
        {
            "new_hubs": ["; ".join(new_hub_ids(question, solution)) for solution in found],
            "cost_vnd_per_year": costs,
            "above_best_vnd_per_year": [cost - costs[0] for cost in costs],
            "above_best_pct": [(cost - costs[0]) / costs[0] / PERCENT for cost in costs],
            "status": [solution.status.value for solution in found],
            "stopped": [solution.stopped for solution in found],
        }
    )
