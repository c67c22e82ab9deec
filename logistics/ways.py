"""The ways a plan uses, one row per flow and way, priced from the price list alone."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.costs import MODES
from logistics.distances import Floats, Indices
from logistics.way_cost import KINDS, WayCost

BOTH: Final = 2
LEAST_T: Final = 1e-6
"""A gram: tonnes below it are dust of the solver."""


def way_rows(flow: Indices, sites: tuple[Indices, Indices], mode: Indices, t_per_year: Floats) -> pd.DataFrame:
    """Return the table of ways; `site` is -1 for the direct truck, `second` for all but ways through two hubs."""
    first, second = sites
    rows = pd.DataFrame({"flow": flow, "site": first, "second": second, "mode": mode, "t_per_year": t_per_year})
    rows = rows[rows["t_per_year"] > LEAST_T]
    return rows.sort_values(["flow", "site", "second", "mode"]).reset_index(drop=True)


def direct_ways(case: Case) -> pd.DataFrame:
    """Return all freight on its direct truck."""
    every = np.arange(len(case.flows))
    nowhere = np.full(every.size, -1)
    return way_rows(every, (nowhere, nowhere), np.zeros_like(every), case.tonnes)


def price_ways(case: Case, ways: pd.DataFrame) -> pd.DataFrame:
    """Return the cost of each way per tonne.

    Returns
    -------
    DataFrame
        Parallel to `ways`: `vnd_per_t`, one column per kind of cost, `truck_km`, `water_km`, `rail_km`, `hours`,
        `co2_t_per_t`.
    """
    columns = ["vnd_per_t", *KINDS, "truck_km", "water_km", "rail_km", "hours", "co2_t_per_t"]
    table = {name: np.zeros(len(ways)) for name in columns}
    for rows, way in _priced_groups(case, ways):
        table["vnd_per_t"][rows] = way.vnd_per_t
        table["truck_km"][rows], table["water_km"][rows] = way.truck_km, way.water_km
        table["rail_km"][rows] = way.rail_km
        table["hours"][rows], table["co2_t_per_t"][rows] = way.hours, way.co2_t
        for kind in KINDS:
            table[kind][rows] = way.vnd_by_kind[kind]
    return pd.DataFrame(table)


def _priced_groups(case: Case, ways: pd.DataFrame) -> Iterator[tuple[Indices, WayCost]]:
    """Yield the rows of ways priced alike and their costs."""
    flow, site, second = (ways[name].to_numpy() for name in ("flow", "site", "second"))
    vot = case.flows["vot_vnd_per_th"].to_numpy(float)[flow]
    hubs = (site >= 0).astype(int) + (second >= 0)
    key = np.stack([case.kind_of[flow], hubs, ways["mode"].to_numpy()], axis=1)
    groups, group_of = np.unique(key, axis=0, return_inverse=True)
    for group, (code, count, mode) in enumerate(groups):
        rows = np.flatnonzero(group_of == group)
        near, far, kind = case.near[flow[rows]], case.far[flow[rows]], case.kinds[code]
        hub = case.site_positions[site[rows]] if count else near
        if count == BOTH:
            ends = (near, hub, case.site_positions[second[rows]], far)
            yield rows, case.pricing.through_two_hubs(kind, ends, vot[rows], MODES[mode])
        elif count:
            yield rows, case.pricing.through_hub(kind, (near, hub, far), vot[rows], MODES[mode])
        else:
            yield rows, case.pricing.direct(kind, near, far, vot[rows])
