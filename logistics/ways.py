"""The ways a plan uses, one row per flow and way, priced from the price list alone."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.costs import KINDS, MODES, WayCost
from logistics.distances import Floats, Indices

LEAST_T: Final = 1e-6
"""A gram: tonnes below it are dust of the solver."""


def way_rows(flow: Indices, site: Indices, mode: Indices, t_per_year: Floats) -> pd.DataFrame:
    """Return the table of ways; `site` is -1 for the direct truck."""
    rows = pd.DataFrame({"flow": flow, "site": site, "mode": mode, "t_per_year": t_per_year})
    return rows[rows["t_per_year"] > LEAST_T].sort_values(["flow", "site"]).reset_index(drop=True)


def direct_ways(case: Case) -> pd.DataFrame:
    """Return all freight on its direct truck."""
    every = np.arange(len(case.flows))
    return way_rows(every, np.full(every.size, -1), np.zeros_like(every), case.flows["t_per_year"].to_numpy(float))


def price_ways(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return the cost of each way per tonne.

    Returns
    -------
    DataFrame
        Parallel to `ways`: `vnd_per_t`, one column per kind of cost, `truck_km`, `water_km`, `rail_km`, `co2_t_per_t`.
    """
    columns = ["vnd_per_t", *KINDS, "truck_km", "water_km", "rail_km", "co2_t_per_t"]
    table = {name: np.zeros(len(ways)) for name in columns}
    for rows, way in _priced_groups(case, ways):
        table["vnd_per_t"][rows] = way.vnd_per_t
        table["truck_km"][rows], table["water_km"][rows], table["rail_km"][rows] = (
            way.truck_km,
            way.water_km,
            way.rail_km,
        )
        table["co2_t_per_t"][rows] = way.co2_t
        for kind in KINDS:
            table[kind][rows] = way.vnd_by_kind[kind]
    return pd.DataFrame(table)


def _priced_groups(case: Case, ways: pd.DataFrame) -> Iterator[tuple[Indices, WayCost]]:
    """Yield the rows of ways priced alike and their costs."""
    flow, site = ways["flow"].to_numpy(), ways["site"].to_numpy()
    vot = case.flows["vot_vnd_per_th"].to_numpy(float)[flow]
    key = np.stack([case.kind_of[flow], site >= 0, ways["mode"].to_numpy()], axis=1)
    groups, group_of = np.unique(key, axis=0, return_inverse=True)
    for group, (code, through_hub, mode) in enumerate(groups):
        rows = np.flatnonzero(group_of == group)
        near, far, kind = case.near[flow[rows]], case.far[flow[rows]], case.kinds[code]
        if through_hub:
            hub = case.site_positions[site[rows]]
            yield rows, case.pricing.through_hub(kind, (near, hub, far), vot[rows], MODES[mode])
        else:
            yield rows, case.pricing.direct(kind, near, far, vot[rows])
