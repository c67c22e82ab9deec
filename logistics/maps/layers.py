"""The points on the map as the page reads them: hubs, sites, parks, gateways, provinces.

Each row carries its figures unrounded; the page rounds what it shows.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.catchments import apart
from logistics.maps.closed import why_not
from logistics.maps.land import GENERATOR_ROLES
from logistics.maps.notes import NotedRun
from logistics.maps.style import HUB_COLOURS
from logistics.run_folder import RunTables
from logistics.sites import CLOSED

Row = dict[str, Any]
Box = list[list[float]]

_CORE: Final = 0.9
_RENAMED: Final = {
    "name_vi": "vi", "name_en": "en", "out_t_per_year": "out_t", "in_t_per_year": "in_t",
    "via_hub_t_per_year": "via_hub_t", "capacity_t_per_year": "capacity_t", "throughput_t_per_year": "throughput_t",
    "yard_capacity_t_per_year": "yard_capacity_t", "yard_throughput_t_per_year": "yard_t",
    "cross_dock_capacity_t_per_year": "cross_dock_capacity_t", "cross_dock_throughput_t_per_year": "cross_dock_t",
    "barge_t_per_year": "barge_t", "fixed_vnd_per_year": "fixed_vnd",
}  # fmt: skip
_POINT: Final = ("name_vi", "name_en", "type", "province", "lon", "lat")
_HUB: Final = (
    "hub_id", *_POINT, "is_new", "tier", "period", "land_ha",
    "yard_capacity_t_per_year", "cross_dock_capacity_t_per_year", "capacity_t_per_year",
    "yard_throughput_t_per_year", "cross_dock_throughput_t_per_year", "throughput_t_per_year",
    "barge_t_per_year", "fixed_vnd_per_year",
)  # fmt: skip
_PLACE: Final = (
    "role", *_POINT, "status", "area_ha", "out_t_per_year", "in_t_per_year", "via_hub_t_per_year", "hub_id",
    "connector_km",
)  # fmt: skip


def layers_view(run: NotedRun, phase: RunTables) -> dict[str, list[Row]]:
    """Return the rows of every layer of points in a phase: hubs, sites, generators, gateways, old and new provinces."""
    places = phase.places
    closed = _records(places[(places["role"] == "site") & ~places["opened"].astype(bool)], ("place_id", *_PLACE))
    return {
        "hubs": hub_rows(phase),
        "sites": [row | {"why": why_not(row["place_id"], run.tables.summary, run.whys)} for row in closed],
        "generators": _records(_largest_first(places[places["role"].isin(GENERATOR_ROLES)]), ("place_id", *_PLACE)),
        "gateways": _records(places[places["role"] == "gateway"], _PLACE),
        "provinces": _records(places[places["role"] == "province"], ("place_id", *_PLACE)),
        "new_provinces": new_provinces(places),
    }


def new_provinces(places: pd.DataFrame) -> list[Row]:
    """Return name and middle of each province after a merger: the mean of the seats of those it was made of.

    Its English name is that of the old province of the same name; the largest, by tonnes, come first.
    """
    provinces = places[places["role"] == "province"]
    if "province_2025" not in provinces:
        return []
    merged = _largest_first(provinces[provinces["province_2025"].fillna("") != ""])
    english = dict(zip(provinces["name_vi"], provinces["name_en"], strict=True))
    middles = merged.groupby("province_2025", sort=False)[["lat", "lon"]].mean()
    return [
        {"vi": str(name), "en": str(english.get(name) or name), "lat": float(lat), "lon": float(lon)}
        for name, lat, lon in middles.itertuples()
    ]


def hub_rows(tables: RunTables) -> list[Row]:
    """Return the hubs, standing ones first and small ones above large ones, with the goods through each."""
    working = tables.hubs[tables.hubs["tier"] != CLOSED]
    order = working.sort_values(["is_new", "throughput_t_per_year"], ascending=[True, False], kind="stable")
    goods = goods_by_hub(tables.flows)
    rows = _records(order, _HUB)
    return [row | {"goods": goods.get(row["hub_id"], [])} for row in rows]


def hub_colours(phases: Sequence[RunTables]) -> dict[str, int]:
    """Return which colour of `style.HUB_COLOURS` each hub has, the same in all phases and runs; neighbours differ."""
    hubs = pd.concat([tables.hubs[["hub_id", "lon", "lat", "throughput_t_per_year"]] for tables in phases])
    busiest = hubs.sort_values(["throughput_t_per_year", "hub_id"], ascending=[False, True]).drop_duplicates("hub_id")
    colours = apart(busiest[["lon", "lat"]].to_numpy(dtype=np.float64), len(HUB_COLOURS))
    return {str(hub_id): int(colour) for hub_id, colour in zip(busiest["hub_id"], colours, strict=True)}


def goods_by_hub(flows: pd.DataFrame) -> dict[str, list[tuple[str, float]]]:
    """Return id and t/year of every commodity through each hub, the largest first."""
    through = flows[flows["way"] == "hub"]
    sums = through.groupby(["hub_id", "commodity"], sort=True, observed=True)["t_per_year"].sum().reset_index()
    goods: dict[str, list[tuple[str, float]]] = {}
    for row in sums.sort_values("t_per_year", ascending=False, kind="stable").to_dict("records"):
        goods.setdefault(str(row["hub_id"]), []).append((str(row["commodity"]), row["t_per_year"]))
    return goods


def bounds_of(phases: Sequence[RunTables]) -> Box | None:
    """Return south-west and north-east corner (lat, lon) around every place and hub; None without any."""
    frames = [frame[["lat", "lon"]] for tables in phases for frame in (tables.places, tables.hubs)]
    points = pd.concat(frames).astype("float64")
    return None if points.empty else _box(points)


def core_of(tables: RunTables) -> Box | None:
    """Return the box where the freight is: the map opens on it.

    It holds all new hubs and, along each axis, the middle `_CORE` of the parks' and clusters' tonnes; a
    few far places would otherwise make the map open on empty hills.
    """
    parks = tables.places[tables.places["role"].isin(GENERATOR_ROLES)]
    tonnes = (parks["out_t_per_year"] + parks["in_t_per_year"]).to_numpy(dtype=np.float64)
    new = tables.hubs.loc[tables.hubs["is_new"].astype(bool), ["lat", "lon"]]
    if not tonnes.sum() > 0:
        return bounds_of([tables])
    ends = pd.DataFrame({axis: _middle(parks[axis].to_numpy(dtype=np.float64), tonnes) for axis in ("lat", "lon")})
    return _box(pd.concat([ends, new]).astype("float64"))


def _middle(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.argsort(values, kind="stable")
    risen = np.cumsum(weights[order]) / weights.sum()
    at = np.searchsorted(risen, [(1 - _CORE) / 2, (1 + _CORE) / 2])
    return values[order][np.minimum(at, len(values) - 1)]


def _box(points: pd.DataFrame) -> Box:
    return [points.min().tolist(), points.max().tolist()]


def _largest_first(places: pd.DataFrame) -> pd.DataFrame:
    """Order by tonnes, so that small circles lie on top of large ones."""
    tonnes = -(places["out_t_per_year"] + places["in_t_per_year"])
    return places.iloc[np.argsort(tonnes.to_numpy(), kind="stable")]


def _records(frame: pd.DataFrame, columns: tuple[str, ...]) -> list[Row]:
    table = frame[list(columns)].rename(columns=_RENAMED)
    return [{str(name): _plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:  # noqa: ANN401  (a cell is a text, number, flag or nothing)
    """Return a cell as JSON can hold it: None where nothing is known."""
    if pd.isna(value):
        return None
    return value.item() if isinstance(value, np.generic) else value
