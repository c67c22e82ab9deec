"""OGC GeoPackage 1.2: layers nodes and links, as QGIS and ArcGIS open them."""

from pathlib import Path
from typing import TYPE_CHECKING

from networks.errors import SourceError
from networks.network import Network
from networks.whole import whole_file

if TYPE_CHECKING:
    import geopandas as gpd

VERSION = "1.2"
"""Of GeoPackage (OGC 12-128r15); programs of the last eight years open it."""


def write_geopackage(network: Network, path: str | Path) -> None:
    """Write the layers nodes (points) and links (lines in the direction of each link), EPSG:4326.

    Provenance and licence stand in the file's metadata and in the description of both layers.

    Raises
    ------
    SourceError
        `path` is a folder, or GDAL cannot write it: why.
    """
    import geopandas as gpd  # noqa: PLC0415  (0.5 s, and few callers want it)

    nodes = gpd.GeoDataFrame(
        network.nodes, geometry=gpd.points_from_xy(network.nodes["lon"], network.nodes["lat"]), crs=network.crs
    )
    with whole_file(Path(path)) as fresh:
        try:
            _write(nodes, fresh, "nodes", network)
            _write(network.to_geodataframe(), fresh, "links", network)
        except (RuntimeError, ValueError) as error:  # (GDAL's are RuntimeErrors)
            raise SourceError(f"{path}: the GeoPackage cannot be written: {error}") from error


def _write(frame: "gpd.GeoDataFrame", path: Path, layer: str, network: Network) -> None:
    import pyogrio  # noqa: PLC0415

    provenance = dict(network.provenance)
    first = not path.exists()
    pyogrio.write_dataframe(
        frame,
        path,
        layer=layer,
        driver="GPKG",
        append=not first,
        dataset_options={"VERSION": VERSION} if first else None,
        layer_options={"DESCRIPTION": provenance.get("licence", ""), "FID": _key_name(frame)},
        dataset_metadata=provenance if first else None,
        layer_metadata=provenance,
    )


def _key_name(frame: "gpd.GeoDataFrame") -> str:
    """Return a name for the column of row numbers that the layer does not have yet."""
    taken = {str(name).lower() for name in frame.columns}
    return next(name for name in ("fid", "gpkg_fid", "gpkg_row_fid") if name not in taken)
