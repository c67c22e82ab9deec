"""`gis/`: the layers of a run as GeoParquet files, which GeoPandas, QGIS and DuckDB open."""

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from logistics.reports.gis.coordinates import WGS84, crs_of
from logistics.reports.gis.geopackage import metadata
from logistics.reports.gis.layers import plan_layers
from logistics.run_folder import RunTables
from networks.whole import whole_folder

if TYPE_CHECKING:
    import geopandas as gpd

GIS_FOLDER: Final = "gis"


def write_geoparquet(tables: RunTables, folder: str | Path, *, crs: str = WGS84) -> None:
    """Write one file a layer into a folder; whoever looks sees the old files or all the new ones.

    Parameters
    ----------
    tables
        The run.
    folder
        New, empty, or with such files of an earlier run.
    crs
        As `coordinates.crs_of` reads it.

    Raises
    ------
    InputError
        If there is no such coordinate system.
    SourceError
        If `folder` is a file or holds other files.
    """
    code, layers = crs_of(crs), plan_layers(tables)
    about = json.dumps(metadata(tables.summary), ensure_ascii=False)
    names = [f"{layer.name}.parquet" for layer in layers]
    with whole_folder(Path(folder), names) as fresh:
        for name, layer in zip(names, layers, strict=True):
            frame = layer.frame if code == WGS84 else layer.frame.to_crs(code)
            _write(frame, fresh / name, {"attribution": metadata(tables.summary)["attribution"], "plan": about})


def _write(frame: "gpd.GeoDataFrame", path: Path, about: dict[str, str]) -> None:
    """Write a layer, its licence beside the entry ``geo`` of the specification."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    packed = io.BytesIO()
    frame.to_parquet(packed, index=False, compression="zstd")
    packed.seek(0)
    table: Any = pq.read_table(packed)
    noted = {key.encode(): text.encode("utf-8", "replace") for key, text in about.items()}
    pq.write_table(table.replace_schema_metadata(dict(table.schema.metadata) | noted), path, compression="zstd")
