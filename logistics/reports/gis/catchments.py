"""Catchments of hubs: the land nearer to a hub's parks and clusters than to another's, within some kilometres of them.

Each park or cluster belongs to its main hub, the one that carries most of its freight through hubs; its cell of the
Voronoi diagram (Aurenhammer 1991), cut at `REACH_KM`, is joined with those of the same hub. Cells do not overlap.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

REACH_KM: Final = 15.0
_KM_PER_DEGREE: Final = 111.195
"""Of latitude, on the mean sphere."""


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

    if not (parks["main_hub_id"] != "").any():
        return
    lon, lat = parks["lon"].to_numpy(float), parks["lat"].to_numpy(float)
    scale = np.array([_KM_PER_DEGREE * np.cos(np.radians(lat.mean())), _KM_PER_DEGREE])
    cells = _cells(np.column_stack([lon, lat]) * scale)
    for hub_id, members in parks.reset_index(drop=True).groupby("main_hub_id", sort=True):
        if hub_id:
            area = shapely.union_all(cells[members.index.to_numpy()])
            whole = shapely.transform(area, lambda points: points / scale)
            polygons = shapely.get_parts(shapely.multipolygons([whole]) if whole.geom_type == "Polygon" else whole)
            yield str(hub_id), members, shapely.multipolygons(polygons)


def _cells(points: NDArray[np.float64]) -> NDArray[Any]:
    """Return the cell of each point (km), cut at `REACH_KM`; points in one place share theirs."""
    import shapely  # noqa: PLC0415

    reach = shapely.buffer(shapely.points(points), REACH_KM)
    apart, place = np.unique(points, axis=0, return_inverse=True)
    if len(apart) == 1:
        return np.asarray(reach)
    diagram = shapely.voronoi_polygons(shapely.multipoints(apart), extend_to=shapely.union_all(reach))
    parts = shapely.get_parts(diagram)
    owner, cell = shapely.STRtree(np.asarray(shapely.points(apart), dtype=object)).query(parts, predicate="contains")[
        ::-1
    ]
    of_place = np.empty(len(apart), dtype=object)
    of_place[owner] = parts[cell]
    return np.asarray(shapely.intersection(of_place[place.ravel()], reach))
