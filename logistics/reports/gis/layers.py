"""The layers of a run: hubs, sites, parks, gateways, links, flows and catchments with their figures and shapes.

The last word of a column is its unit, as in the tables. Every layer has the column `period`, the year a phase begins.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from logistics.reports.gis.catchments import catchment_table
from logistics.run_folder import RunTables
from networks.geodesy import read_lines

if TYPE_CHECKING:
    import geopandas as gpd

POINT, LINE, AREA = "Point", "LineString", "MultiPolygon"
CONNECTOR: Final = "connector"
"""Links from a place to the road, straight lines that are no roads: left out."""
GENERATORS: Final = ("park", "cluster")
_PLACE: Final = ("period", "place_id", "role", "type", "status", "name_vi", "name_en", "province")
_FREIGHT: Final = ("out_t_per_year", "in_t_per_year", "via_hub_t_per_year")
_SUMS: Final = ("t_per_year", "hub_t_per_year", "barge_t_per_year", "rail_t_per_year", "vnd_per_year", "tkm_per_year",
                "co2_t_per_year")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """A layer: its name, its kind of shapes (`POINT`, `LINE`, `AREA`), its rows in degrees (WGS84)."""

    name: str
    shape: str
    frame: "gpd.GeoDataFrame"


def plan_layers(tables: RunTables) -> list[Layer]:
    """Return the layers of a run; those to be drawn below come first."""
    places = tables.places.assign(period=tables.places["period"].astype(int))
    sites = places[(places["role"] == "site") & ~places["opened"].astype(bool)]
    hubs = hub_table(tables)
    parks = places[places["role"].isin(GENERATORS)].rename(columns={"hub_id": "main_hub_id"})
    return [
        _layer("catchments", AREA, *catchment_table(parks, tables.hubs)),
        _layer("flows", LINE, *flow_table(tables)),
        _layer("links", LINE, *link_table(tables)),
        _points("provinces", places[places["role"] == "province"], (*_PLACE, *_FREIGHT)),
        _points("gateways", places[places["role"] == "gateway"], (*_PLACE, *_FREIGHT, "connector_km")),
        _points("parks", parks, (*_PLACE, "area_ha", *_FREIGHT, "main_hub_id", "connector_km")),
        _points("sites_not_opened", sites, (*_PLACE, "area_ha", "connector_km")),
        _points("hubs", hubs, tuple(str(name) for name in hubs if name not in {"lon", "lat"})),
    ]


def hub_table(tables: RunTables) -> pd.DataFrame:
    """Return the hubs with the share of their capacity that is used."""
    hubs = tables.hubs
    capacity, used = (hubs[name].to_numpy(float) for name in ("capacity_t_per_year", "throughput_t_per_year"))
    share = np.divide(used, capacity, out=np.zeros(len(hubs)), where=capacity > 0)
    first = [name for name in ("period", "hub_id") if name in hubs]
    ordered = hubs[[*first, *(name for name in hubs if name not in first)]]
    return ordered.assign(
        period=hubs["period"].astype(int), is_new=hubs["is_new"].astype(bool), used_pct=100.0 * share
    )  # fmt: skip


def link_table(tables: RunTables) -> tuple[pd.DataFrame, Any]:
    """Return the links that have a line, with their load, that without hubs, and the change; and the lines."""
    import shapely  # noqa: PLC0415

    links = tables.link_flows
    drawn = links[(links["highway"] != CONNECTOR) & (links["geometry"] != "")].reset_index(drop=True)
    lines = read_lines(drawn["geometry"].tolist())
    owners = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
    shapes: Any = shapely.linestrings(np.concatenate(lines), indices=owners) if lines else []
    frame = drawn.drop(columns="geometry").assign(
        period=drawn["period"].astype(int), change_t_per_year=drawn["t_per_year"] - drawn["direct_t_per_year"]
    )
    return frame, shapes


def flow_table(tables: RunTables) -> tuple[pd.DataFrame, Any]:
    """Return the freight of each pair of places, all ways together, and the straight lines between them."""
    import shapely  # noqa: PLC0415

    flows = tables.flows
    tonnes = flows["t_per_year"]
    parts = flows[["period", "origin_id", "destination_id", *(name for name in _SUMS if name in flows)]].assign(
        hub_t_per_year=tonnes.where(flows["way"] == "hub", 0.0),
        **{f"{mode}_t_per_year": tonnes.where(flows["mode"] == mode, 0.0) for mode in ("barge", "rail")},
    )
    pairs = parts.groupby(["period", "origin_id", "destination_id"], sort=True)[list(_SUMS)].sum().reset_index()
    where = tables.places.drop_duplicates("place_id").set_index("place_id")[["lon", "lat"]]
    ends = [where.reindex(pairs[name]).to_numpy(float) for name in ("origin_id", "destination_id")]
    known = np.isfinite(np.hstack(ends)).all(axis=1)
    lines: Any = shapely.linestrings(np.stack([end[known] for end in ends], axis=1)) if known.any() else []
    kept = pairs[known].reset_index(drop=True)
    return kept.assign(period=kept["period"].astype(int)), lines


def _points(name: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> Layer:
    import shapely  # noqa: PLC0415

    shapes = shapely.points(frame[["lon", "lat"]].to_numpy(float))
    return _layer(name, POINT, frame[list(columns)].reset_index(drop=True), shapes)


def _layer(name: str, shape: str, frame: pd.DataFrame, shapes: Any) -> Layer:  # noqa: ANN401  (an array of shapes)
    import geopandas as gpd  # noqa: PLC0415  (half a second)

    geometry = gpd.GeoSeries(shapes, index=frame.index, crs="EPSG:4326")
    return Layer(name=name, shape=shape, frame=gpd.GeoDataFrame(frame, geometry=geometry))
