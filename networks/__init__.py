"""Roads, rails and rivers in kilometres and hours; tonnes put back on links.

`northern_vietnam`, `read_osm`, `download_osm` and `from_tables` make a `Network`; `snap` and `join` put places
on it; `travel`, `route` and `assign` use it; `check` doubts it; `save` and `load` keep it. Libraries slow to
import (OSMnx, pyosmium, GeoPandas, NetworkX, SciPy) are imported where they are used.
"""

from networks.assign import assign
from networks.checks import Fitness, check
from networks.congestion import Congestion, GapWarning
from networks.download import download_osm
from networks.equilibrium import Options as EquilibriumOptions
from networks.errors import DisconnectedError, NetworkError, SourceError, TableError, TooFarError
from networks.network import LINKS, NODES, Network, UnknownNodeError, from_tables
from networks.osm import read_osm
from networks.regions import northern_vietnam
from networks.shortest import Route, route
from networks.snap import Snapped, join, snap
from networks.store import load, save
from networks.tables import Column, TableContract, check_frame, read_table
from networks.travel import Travel, travel
from networks.vehicle import TRUCK_5T, TRUCK_15T, TRUCK_40FT, VAN, VEHICLES, Vehicle

__all__ = [
    "LINKS",
    "NODES",
    "TRUCK_5T",
    "TRUCK_15T",
    "TRUCK_40FT",
    "VAN",
    "VEHICLES",
    "Column",
    "Congestion",
    "DisconnectedError",
    "EquilibriumOptions",
    "Fitness",
    "GapWarning",
    "Network",
    "NetworkError",
    "Route",
    "Snapped",
    "SourceError",
    "TableContract",
    "TableError",
    "TooFarError",
    "Travel",
    "UnknownNodeError",
    "Vehicle",
    "assign",
    "check",
    "check_frame",
    "download_osm",
    "from_tables",
    "join",
    "load",
    "northern_vietnam",
    "read_osm",
    "read_table",
    "route",
    "save",
    "snap",
    "travel",
]
