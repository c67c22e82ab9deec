"""A run for geographic information systems: a GeoPackage that opens styled, and GeoParquet."""

from logistics.reports.gis.coordinates import WGS84, crs_of
from logistics.reports.gis.geopackage import GEOPACKAGE_FILE, write_geopackage
from logistics.reports.gis.geoparquet import GIS_FOLDER, write_geoparquet

__all__ = ["GEOPACKAGE_FILE", "GIS_FOLDER", "WGS84", "crs_of", "write_geopackage", "write_geoparquet"]
