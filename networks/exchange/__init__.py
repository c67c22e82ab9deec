"""A network for other programs, and out of them: GeoPackage, GeoParquet, GMNS, GraphML and CSV, one file a format.

`write` chooses the format by the ending; `read_gmns` and `read_graphml` read back. What is written appears whole or
not at all, and carries the licence of its data ("© OpenStreetMap contributors" where they are from there).
"""

from networks.exchange.formats import FORMATS, UnknownFormatError, format_of, write
from networks.exchange.geopackage import write_geopackage
from networks.exchange.geoparquet import write_geoparquet
from networks.exchange.gmns import write_gmns
from networks.exchange.gmns_reader import read_gmns
from networks.exchange.graphml import write_graphml
from networks.exchange.graphml_reader import read_graphml
from networks.exchange.spreadsheet import write_csv

__all__ = [
    "FORMATS",
    "UnknownFormatError",
    "format_of",
    "read_gmns",
    "read_graphml",
    "write",
    "write_csv",
    "write_geopackage",
    "write_geoparquet",
    "write_gmns",
    "write_graphml",
]
