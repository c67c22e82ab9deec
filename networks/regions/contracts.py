"""The tables of the bundled region: every column with its unit and meaning."""

from collections.abc import Mapping
from types import MappingProxyType

from networks.tables import Column, TableContract

REGION = (102.0, 19.9, 108.5, 23.5)
"""West, south, east, north of northern Vietnam, in degrees."""

CONFIDENCE = ("high", "medium", "low")
STATUS = ("open", "under_construction", "planned", "out_of_service")

_ID = Column("id", "text", "", "stable name of the row")
_FROM = Column("from_id", "text", "", "node where the link begins")
_TO = Column("to_id", "text", "", "node where the link ends")
_LENGTH = Column("length_km", "number", "km", "length along the link", above=0.0, high=1000.0)
_METHOD = Column("length_method", "text", "", "how the length was found")
_VIA = Column("via", "text", "", "up to 10 inner points 'lon lat;...' in travel order; drawing only", blank=True)
_STATUS = Column("status", "choice", "", "whether traffic may use the link", choices=STATUS)
_OPENING = Column("opening_year", "integer", "year", "first year of traffic", low=1880, high=2100, blank=True)
_SPEED = Column("speed_kmh", "number", "km/h", "average speed, assumed", above=0.0, high=200.0)
_SOURCE = Column("source", "text", "", "where the row comes from")
_CONFIDENCE = Column(
    "confidence",
    "choice",
    "",
    "high: read or measured; medium: with a weakness; low: unverified or estimated",
    choices=CONFIDENCE,
)
_NOTE = Column("note", "text", "", "anything else to know", blank=True)

_NAMES = (
    Column("name_vi", "text", "", "Vietnamese name"),
    Column("name_en", "text", "", "name without diacritics, or English"),
)
_PROVINCE = Column("province_2024", "text", "", "province before the merger of 2025-07-01")
_POINT = (
    Column("lon", "number", "degrees", "longitude, WGS84", low=-180.0, high=180.0),
    Column("lat", "number", "degrees", "latitude, WGS84", low=-90.0, high=90.0),
)
_MATCH = (
    Column(
        "osm_match",
        "choice",
        "",
        "what the node was matched with on OpenStreetMap",
        choices=("junction", "on_road", "facility", "station", "on_track", "none"),
    ),
    Column(
        "osm_snap_km",
        "number",
        "km",
        "how far the node lies from its earlier, unverified position",
        low=0.0,
        blank=True,
    ),
)

ROAD_NODES = TableContract(
    "road_nodes",
    (
        _ID,
        *_NAMES,
        Column(
            "type",
            "choice",
            "",
            "kind of node",
            choices=("town", "interchange", "city", "junction", "gateway", "external"),
        ),
        _PROVINCE,
        *_POINT,
        *_MATCH,
        _SOURCE,
        _CONFIDENCE,
        _NOTE,
    ),
    region=REGION,
)
RAIL_NODES = TableContract(
    "rail_nodes",
    (_ID, *_NAMES, _PROVINCE, *_POINT, *_MATCH, _SOURCE, _CONFIDENCE, _NOTE),
    region=REGION,
)
WATERWAY_NODES = TableContract(
    "waterway_nodes", (_ID, *_NAMES, _PROVINCE, *_POINT, _SOURCE, _CONFIDENCE, _NOTE), region=REGION
)
ROADS = TableContract(
    "roads",
    (
        _ID,
        _FROM,
        _TO,
        Column("ref", "text", "", "number of the road"),
        Column(
            "highway",
            "choice",
            "",
            "class of the road, as on OpenStreetMap",
            choices=("motorway", "trunk", "primary", "secondary"),
        ),
        Column("terrain", "choice", "", "flat or mountain", choices=("flat", "mountain")),
        _LENGTH,
        _METHOD,
        Column("lanes", "integer", "lanes", "both directions together, assumed by class", low=1, high=16),
        Column("speed_limit_kmh", "number", "km/h", "limit for trucks, assumed by class", above=0.0, high=130.0),
        Column("toll", "flag", "", "whether a toll is taken"),
        Column(
            "toll_vnd_per_km",
            "number",
            "VND/km",
            "toll of the heaviest class (group 5); blank: none",
            low=0.0,
            high=100_000.0,
            blank=True,
        ),
        _STATUS,
        _OPENING,
        _VIA,
        _SOURCE,
        _CONFIDENCE,
        _NOTE,
    ),
)
RAIL_LINKS = TableContract(
    "rail_links",
    (
        _ID,
        _FROM,
        _TO,
        Column("line", "text", "", "name of the line"),
        _LENGTH,
        _METHOD,
        Column(
            "gauge_mm",
            "choice",
            "mm",
            "track gauge; 1000/1435 is dual",
            choices=("1000", "1435", "1000/1435"),
        ),
        Column("tracks", "integer", "tracks", "number of tracks", low=1, high=8),
        _SPEED,
        Column("capacity_t_per_year", "number", "t/year", "freight that fits, assumed", above=0.0),
        _STATUS,
        _OPENING,
        _VIA,
        _SOURCE,
        _CONFIDENCE,
        _NOTE,
    ),
)
WATERWAY_LINKS = TableContract(
    "waterway_links",
    (
        _ID,
        _FROM,
        _TO,
        Column("river", "text", "", "river, canal or coast"),
        Column("corridor", "text", "", "corridor that the link belongs to"),
        _LENGTH,
        _METHOD,
        Column("waterway_class", "text", "", "Vietnamese class; SB and sea: coastal"),
        Column("max_dwt_t", "number", "t", "largest barge, deadweight", above=0.0),
        _SPEED,
        _STATUS,
        _SOURCE,
        _CONFIDENCE,
        _NOTE,
    ),
)

TERMINALS = TableContract(
    "terminals",
    (
        _ID,
        Column("node_id", "text", "", "node of rail or water where trucks are loaded and unloaded"),
        Column("handling", "choice", "", "class of handling", choices=("lift_on_off", "quay")),
        _STATUS,
        _OPENING,
        _SOURCE,
        _CONFIDENCE,
        _NOTE,
    ),
)

TABLES: Mapping[str, TableContract] = MappingProxyType(
    {
        contract.name: contract
        for contract in (ROAD_NODES, ROADS, RAIL_NODES, RAIL_LINKS, WATERWAY_NODES, WATERWAY_LINKS, TERMINALS)
    }
)
"""The seven tables by name; the file is ``<name>.csv``."""
