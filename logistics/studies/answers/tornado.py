"""The tornado: how far the plan's cost and its saving move as each number moves from its low to its high."""

from typing import Final

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.studies.study import Study

FIGURES: Final = ("objective_vnd_per_year", "saving_vnd_per_year", "co2_t_per_year")


def tornado(study: Study, figure: str = "saving_vnd_per_year") -> pd.DataFrame:
    """Return what moving each factor alone does, the widest swing first.

    Parameters
    ----------
    study
        Of a one-at-a-time design.
    figure
        One of `FIGURES`.

    Returns
    -------
    DataFrame
        `factor`, `low`, `high` (its values), `at_low`, `at_base`, `at_high` (the figure), `swing`, and `hubs_at_low`,
        `hubs_at_high`, `turns` (whether the new hubs differ from the base's). Where there is no plan at an end, its
        state stands for its hubs, and the swing, which cannot be told, is not a number.

    Raises
    ------
    InputError
        If the study is of another design.
    """
    if study.design.kind != "one_at_a_time":
        raise InputError(f"tornado: found a design {study.design.kind!r}, expected one_at_a_time")
    results = study.results
    outcomes = study.outcomes
    base = results.iloc[0]
    rows = []
    for at, factor in enumerate(study.design.factors):
        low, high = results.iloc[1 + 2 * at], results.iloc[2 + 2 * at]
        ends = outcomes[1 + 2 * at], outcomes[2 + 2 * at]
        rows.append(
            {
                "factor": factor.name, "low": factor.low, "high": factor.high,
                "at_low": low[figure], "at_base": base[figure], "at_high": high[figure],
                "swing": float(np.ptp([low[figure], base[figure], high[figure]])),
                "hubs_at_low": ends[0].told, "hubs_at_high": ends[1].told,
                "turns": any(end.is_solved and end.plan != outcomes[0].plan for end in ends),
            }
        )  # fmt: skip
    table = pd.DataFrame(rows)
    return table.sort_values("swing", ascending=False, kind="stable", na_position="last").reset_index(drop=True)
