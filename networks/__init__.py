"""Roads, rails and rivers in kilometres and hours; tonnes put back on links.

`northern_vietnam`, `read_osm`, `download_osm` and `from_tables` make a `Network`; `snap` and `join` put places
on it; `travel`, `route` and `assign` use it, and `prepare` builds beforehand what makes thousands of paths fast;
`check` doubts it; `save` and `load` keep it; `write`, `read_gmns` and `read_graphml` exchange it with other programs.
`read_rail` and `read_waterways` read the other modes, `meet` and `combine` join them to the roads by transfers,
`of_modes` takes modes out again. Libraries slow to import (OSMnx, pyosmium, GeoPandas, NetworkX, SciPy, numba) are
imported where they are used.
"""

from networks.assign import assign
from networks.checks import Fitness, check
from networks.congestion import Congestion, GapWarning
from networks.download import download_osm
from networks.equilibrium import Options as EquilibriumOptions
from networks.errors import DisconnectedError, NetworkError, SourceError, TableError, TooFarError
from networks.exchange import read_gmns, read_graphml, write
from networks.gauges import by_gauge
from networks.multimodal import BY_MODE, combine, of_modes
from networks.network import LINKS, NODES, Network, UnknownNodeError, from_tables
from networks.osm import read_osm
from networks.paths import Paths, paths
from networks.prepared import prepare
from networks.rail import read_rail
from networks.regions import northern_vietnam
from networks.shortest import Route, route
from networks.snap import Snapped, join, snap
from networks.store import load, save
from networks.tables import Column, TableContract, check_frame, read_table
from networks.transfers import HANDLING, TERMINALS, TRANSFERS, Handling, gauge_changes, meet
from networks.travel import Travel, travel
from networks.vehicle import TRUCK_5T, TRUCK_15T, TRUCK_40FT, VAN, VEHICLES, Vehicle
from networks.waterways import read_waterways

__all__ = [
    "BY_MODE",
    "HANDLING",
    "LINKS",
    "NODES",
    "TERMINALS",
    "TRANSFERS",
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
    "Handling",
    "Network",
    "NetworkError",
    "Paths",
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
    "by_gauge",
    "check",
    "check_frame",
    "combine",
    "download_osm",
    "from_tables",
    "gauge_changes",
    "join",
    "load",
    "meet",
    "northern_vietnam",
    "of_modes",
    "paths",
    "prepare",
    "read_gmns",
    "read_graphml",
    "read_osm",
    "read_rail",
    "read_table",
    "read_waterways",
    "route",
    "save",
    "snap",
    "travel",
    "write",
]
