"""At which toll of which road the decision on a site turns: plans whose ways and prices are worked out anew.

The road is the one on which the freight through the site pays most; its toll is searched from nothing to twice today's
by bisection on the sign of "best plan with the site less best plan without it".
"""

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.explain import Answered, Explainer, Flip, Pair, Progress, explainer_of
from logistics.loads import road_loads, truck_trips
from logistics.siting import chosen_ways_of
from logistics.timeline import build_timeline
from logistics.tolls import ROW_OF_ROAD

LARGEST: Final = 2.0
STEP: Final = 0.05


def toll_flip(explainer: Explainer, site: int, pair: Pair, progress: Progress = lambda _: None) -> Flip:
    """Return the change of a road's toll at which the best plans with and without a site cost the same.

    Parameters
    ----------
    pair
        The best plan with the site and the best one without it.
    """
    with_it, without = pair
    road = dearest_road(explainer, site, with_it)
    if road is None:
        return Flip(what="toll", change_pct=None, searched="its freight pays no toll that the ledger has a row for")
    pays = with_it.value_vnd <= without.value_vnd
    for low, high in ((1.0, LARGEST), (1.0, 0.0)):
        progress(f"{road}: its toll {high:g} times today's")
        if pays_at(explainer, site, road, high) == pays:
            continue
        same, turned = low, high
        while abs(turned - same) > STEP:
            middle = (same + turned) / 2
            progress(f"{road}: its toll {middle:g} times today's")
            same, turned = (middle, turned) if pays_at(explainer, site, road, middle) == pays else (same, middle)
        return Flip(what="toll", change_pct=100 * (turned - 1), searched=f"{road}, from nothing to twice today's")
    return Flip(what="toll", change_pct=None, searched=f"{road}, from nothing to twice today's")


def pays_at(explainer: Explainer, site: int, row: str, factor: float) -> bool:
    """Tell whether the site pays when a road's toll is `factor` times today's."""
    scenario = explainer.question.timeline.scenario
    ledger = explainer.question.timeline.last.region.ledger
    own = dict(scenario.ledger) | {row: ledger[row] * factor}
    asked = explainer_of(build_timeline(replace(scenario, ledger=own)), explainer.options)
    opened, closed = (asked.ask(asked.forced(site, opened=is_open)) for is_open in (True, False))
    return opened.is_possible and opened.value_vnd <= closed.value_vnd


def dearest_road(explainer: Explainer, site: int, with_it: Answered) -> str | None:
    """Return the ledger's row of the toll that the freight through a site pays most of in the last phase."""
    case = explainer.question.timeline.last
    ways = chosen_ways_of(explainer.question, with_it.solution)[-1]
    ways = ways[(ways["site"] == site) | (ways["second"] == site)]
    if not len(ways):
        return None
    paid = _paid_by_row(case, ways)
    return str(paid.idxmax()) if len(paid) and float(paid.max()) > 0 else None


def _paid_by_row(case: Case, ways: pd.DataFrame) -> "pd.Series[float]":
    links = case.connected.network.links
    tonnes = links["link_id"].map(road_loads(case, truck_trips(case, ways))).fillna(0.0).to_numpy(float)
    rates = links["toll_vnd_per_km"].fillna(0.0) if "toll_vnd_per_km" in links else pd.Series(0.0, index=links.index)
    rows = [ROW_OF_ROAD.get(road, "") for road in zip(links["ref"].fillna(""), rates, strict=True)]
    paid = tonnes * rates.to_numpy(float) * links["length_km"].to_numpy(float)
    sums = pd.Series(paid).groupby(np.array(rows, dtype=object)).sum()
    return sums[sums.index != ""]
