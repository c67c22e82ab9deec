"""Catchments of hubs: the land nearer to a hub's parks and clusters than to another's, within some kilometres of them.

Each park or cluster belongs to its main hub, the one that carries most of its freight through hubs; its cell of the
Voronoi diagram (Aurenhammer 1991), cut at `catchments.REACH_KM`, is joined with those of the same hub. Cells do not
overlap.
"""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from logistics.catchments import areas


def catchment_table(parks: pd.DataFrame, hubs: pd.DataFrame) -> tuple[pd.DataFrame, list[Any]]:
    """Return a row a hub and phase that parks send freight through, and its area (a multipolygon in degrees).

    Parameters
    ----------
    parks
        Parks and clusters: `period`, `lon`, `lat`, `main_hub_id`, `out_t_per_year`, `in_t_per_year`,
        `via_hub_t_per_year`.
    hubs
        `hub_id`, `name_vi`, `name_en`.
    """
    rows, shapes = [], []
    for period, of_phase in parks.groupby("period", sort=True):
        for hub_id, members, shape in _areas(of_phase):
            sums = members[["out_t_per_year", "in_t_per_year", "via_hub_t_per_year"]].sum()
            rows.append({"period": int(str(period)), "hub_id": hub_id, "parks_count": len(members), **sums})
            shapes.append(shape)
    columns = ["period", "hub_id", "parks_count", "out_t_per_year", "in_t_per_year", "via_hub_t_per_year"]
    names = hubs.drop_duplicates("hub_id").set_index("hub_id")
    frame = pd.DataFrame(rows, columns=columns)
    for name in ("name_en", "name_vi"):
        frame.insert(2, name, frame["hub_id"].map(names[name]).fillna(""))
    return frame, shapes


def _areas(parks: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame, Any]]:
    """Yield hub, its parks, and its area."""
    import shapely  # noqa: PLC0415

    keys = [str(hub) if hub else None for hub in parks["main_hub_id"]]
    found = areas(parks[["lon", "lat"]].to_numpy(float), keys)
    for hub_id, members in parks.groupby("main_hub_id", sort=True):
        if hub_id:
            yield str(hub_id), members, shapely.multipolygons(shapely.get_parts(found[str(hub_id)]))
