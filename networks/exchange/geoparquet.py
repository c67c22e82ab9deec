"""GeoParquet 1.1: the links with their lines in one file that GeoPandas, QGIS and DuckDB open."""

import json
from pathlib import Path

import numpy as np

from networks.network import Network
from networks.parquet import arrow_table, parquet_bytes
from networks.whole import whole_file


def write_geoparquet(network: Network, path: str | Path) -> None:
    """Write one row a directed link with its line as well-known binary, in the direction of the link.

    The file's metadata has ``provenance`` (JSON) and ``licence`` beside the entry ``geo`` of the specification
    (https://geoparquet.org/releases/v1.1.0/).

    Raises
    ------
    SourceError
        `path` is a folder.
    """
    import pyarrow as pa  # noqa: PLC0415  (with its readers 0.1 s)
    import pyproj  # noqa: PLC0415
    import shapely  # noqa: PLC0415

    starts, lon, lat = network.line_points()
    owners = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    lines = shapely.linestrings(np.column_stack([lon, lat]), indices=owners)
    table = arrow_table(network.links.drop(columns="shape"), "links")
    table = table.append_column("geometry", pa.array(shapely.to_wkb(lines), type=pa.binary()))
    column = {
        "encoding": "WKB",
        "geometry_types": ["LineString"],
        "crs": pyproj.CRS(network.crs).to_json_dict(),
        "bbox": [float(value) for value in (lon.min(), lat.min(), lon.max(), lat.max())],
    }
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    provenance = json.dumps(dict(network.provenance), ensure_ascii=False)
    about = {"geo": json.dumps(geo), "provenance": provenance, "licence": network.provenance.get("licence", "")}
    noted = table.replace_schema_metadata({**(table.schema.metadata or {}), **about})
    with whole_file(Path(path)) as fresh:
        fresh.write_bytes(parquet_bytes(noted, unlike=("link_id",)))
