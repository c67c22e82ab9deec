"""Whose freight changes its hub between two plans."""

from typing import Final

import numpy as np
import pandas as pd

from logistics.instance import Question
from logistics.siting import chosen_ways_of
from models import HubPlacementSolution

LEAST_MOVED_T: Final = 1.0


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
