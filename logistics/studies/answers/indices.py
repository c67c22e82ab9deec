"""Global sensitivity: how much of the spread of a figure each factor makes, alone and together with the others.

Sobol indices with bootstrap confidence intervals (Saltelli et al., Computer Physics Communications 181, 2010) and
Morris' elementary effects (Technometrics 33, 1991), both as SALib computes them.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.errors import InputError
from logistics.studies.designs import Design, problem
from logistics.studies.study import Study

Floats = NDArray[np.float64]


def sobol_table(study: Study, figure: str = "saving_vnd_per_year") -> pd.DataFrame:
    """Return first-order and total indices of a figure of a study of the design "sobol_indices".

    Returns
    -------
    DataFrame
        `factor`, `first`, `first_plus_minus`, `total`, `total_plus_minus` (95 %), the largest total first.

    Raises
    ------
    InputError
        If the study is of another design, a scenario has no plan, or the figure is the same in all.
    """
    return sobol_of(study.design, _figure(study, figure, "sobol_indices"))


def sobol_of(design: Design, values: Floats) -> pd.DataFrame:
    """Return the indices of values worked out for each scenario of a design; the columns of `sobol_table`."""
    from SALib.analyze import sobol as analyse  # noqa: PLC0415  (an extra)

    found = analyse.analyze(problem(design.factors), values, calc_second_order=False, seed=design.seed)
    table = pd.DataFrame(
        {
            "factor": [factor.name for factor in design.factors],
            "first": found["S1"], "first_plus_minus": found["S1_conf"],
            "total": found["ST"], "total_plus_minus": found["ST_conf"],
        }
    )  # fmt: skip
    return table.sort_values("total", ascending=False, kind="stable").reset_index(drop=True)


def morris_table(study: Study, figure: str = "saving_vnd_per_year") -> pd.DataFrame:
    """Return the elementary effects of a figure of a study of the design "morris".

    Returns
    -------
    DataFrame
        `factor`, `mean_effect` (of absolute effects), `mean_effect_plus_minus` (95 %), `spread` (their standard
        deviation: large where a factor acts through others or not in proportion), the largest effect first.

    Raises
    ------
    InputError
        If the study is of another design, or a scenario has no plan.
    """
    from SALib.analyze import morris as analyse  # noqa: PLC0415

    values = _figure(study, figure, "morris")
    design = study.design
    found = analyse.analyze(problem(design.factors), design.shares, values, num_levels=design.levels, seed=design.seed)
    table = pd.DataFrame(
        {
            "factor": [factor.name for factor in design.factors], "mean_effect": np.asarray(found["mu_star"]),
            "mean_effect_plus_minus": np.asarray(found["mu_star_conf"]), "spread": np.asarray(found["sigma"]),
        }
    )  # fmt: skip
    return table.sort_values("mean_effect", ascending=False, kind="stable").reset_index(drop=True)


def _figure(study: Study, figure: str, kind: str) -> Floats:
    if study.design.kind != kind:
        raise InputError(f"indices: found a design {study.design.kind!r}, expected {kind}")
    values = study.results[figure].to_numpy(float)
    lost = np.flatnonzero(~np.isfinite(values))
    if lost.size:
        outcome = study.outcomes[int(lost[0])]
        raise InputError(
            f"indices: {lost.size} scenarios have no {figure}, the first ended {outcome.state} ({outcome.reason}); "
            "indices need all of them: narrow the factors or give more time"
        )
    if np.ptp(values) == 0:
        raise InputError(f"indices: {figure} is the same in all scenarios; no factor moves it")
    return values
