"""What better information is worth: how much dearer it is to choose the plan before a number is known than after.

With cost[s, p] of plan p in scenario s, all scenarios as likely,

    perfect information     min_p mean_s cost[s, p] - mean_s min_p cost[s, p]
    about one factor        min_p mean_s cost[s, p] - mean_s min_p E[cost[., p] | the factor's value in s]

The expectation given one factor's value is the mean over the scenarios of that value where it takes few, else a cubic
fitted to the plans' differences (Strong, Oakley, Brennan, Medical Decision Making 34, 2014). A factor whose value
does not turn the choice is worth
nothing to know better, however far the cost moves with it.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.errors import InputError
from logistics.studies.answers.regret import NONE_EVERYWHERE, Regret
from logistics.studies.study import Study

MOST_LEVELS: Final = 12
DEGREE: Final = 3

Floats = NDArray[np.float64]


def value_of_information(study: Study, regret: Regret) -> pd.DataFrame:
    """Return what knowing each factor before choosing is worth, the dearest first.

    Parameters
    ----------
    study
        Of a design that draws factors by their distributions.
    regret
        Of the same study.

    Returns
    -------
    DataFrame
        `factor` ("*" for all of them together), `worth_vnd_per_year`.

    Raises
    ------
    InputError
        If no plan is allowed and priced in every scenario.
    """
    every = regret.cost_vnd_per_year.to_numpy(float)
    cost = every[:, np.isfinite(every).all(axis=0)]  # plans that every scenario allows
    if not cost.shape[1]:
        raise InputError(NONE_EVERYWHERE)
    points = study.design.points.set_index(pd.Index(study.design.labels)).loc[regret.cost_vnd_per_year.index]
    before = cost.mean(axis=0).min()
    rows = [{"factor": "*", "worth_vnd_per_year": float(before - cost.min(axis=1).mean())}]
    for factor in study.design.factors:
        after = _after(points[factor.name].to_numpy(float), cost)
        rows.append({"factor": factor.name, "worth_vnd_per_year": max(float(before - after), 0.0)})
    return pd.DataFrame(rows).sort_values("worth_vnd_per_year", ascending=False, kind="stable").reset_index(drop=True)


def _after(value: Floats, cost: Floats) -> float:
    """Return the mean cost when the best plan is chosen for each value of a factor."""
    levels, level_of, count = np.unique(value, return_inverse=True, return_counts=True)
    if levels.size <= MOST_LEVELS:
        sums = np.zeros((levels.size, cost.shape[1]))
        np.add.at(sums, level_of, cost)
        return float(sums.min(axis=1).sum() / count.sum())
    # the differences between plans are smoother than their costs, and they alone decide
    against = cost - cost[:, [0]]
    spread = (value - value.mean()) / value.std()
    powers = np.vander(spread, DEGREE + 1)
    expected = powers @ np.linalg.lstsq(powers, against, rcond=None)[0]
    return float(cost[:, 0].mean() + expected.min(axis=1).mean())
