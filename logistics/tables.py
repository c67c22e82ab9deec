"""The tables of the default region, each declared once: name, type, unit and meaning of every column."""

from typing import Final

from logistics.units import LARGEST_T_PER_YEAR
from networks.tables import Column, TableContract

REGION_BOX: Final = (102.0, 19.0, 109.0, 23.6)
"""West, south, east, north of northern Vietnam in degrees, the Thanh Hoá border included."""
COAST_BOX: Final = (105.0, 17.5, 108.5, 22.0)
"""The same around the coast from the Chinese border to Đèo Ngang."""
LARGEST_HA: Final = 1e6
"""More land than any park or hub of the world has; a number beyond it is a slip."""
CONFIDENCE: Final = ("high", "medium", "low")
SITE_STATUS: Final = ("existing", "under_construction", "planned", "candidate", "closed", "virtual")
PARK_STATUS: Final = ("existing", "under_construction", "planned")

_ID: Final = Column("id", "text", "", "stable name of the row")
_NAME_VI: Final = Column("name_vi", "text", "", "name in Vietnamese")
_NAME_EN: Final = Column("name_en", "text", "", "name in English", blank=True)
_PROVINCE: Final = Column("province_2024", "text", "", "province before 1 July 2025")
_DISTRICT: Final = Column("district_2024", "text", "", "district before 1 July 2025", blank=True, required=False)
_LON: Final = Column("lon", "number", "degrees", "longitude, WGS84", low=-180, high=180)
_LAT: Final = Column("lat", "number", "degrees", "latitude, WGS84", low=-90, high=90)
_SOURCE: Final = Column("source", "text", "", "where the row comes from")
_CONFIDENCE: Final = Column("confidence", "choice", "", "trust in the row as a whole", choices=CONFIDENCE)
_COORD: Final = Column(
    "coord_confidence",
    "choice",
    "",
    "trust in the coordinate",
    choices=CONFIDENCE,
    blank=True,
    required=False,
)
_NOTE: Final = Column("note", "text", "", "remark", blank=True, required=False)
_TAIL: Final = (_SOURCE, _CONFIDENCE, _COORD, _NOTE)

PARKS: Final = TableContract(
    "parks",
    (
        _ID, _NAME_VI, _NAME_EN,
        Column("zone", "text", "", "zone of the 2030 plan of Bắc Ninh", blank=True, required=False),
        _PROVINCE,
        Column("province_2025", "text", "", "province after 1 July 2025", blank=True, required=False),
        _DISTRICT, _LON, _LAT,
        Column("area_ha", "number", "ha", "gross planned area", above=0, high=LARGEST_HA),
        Column("osm_area_ha", "number", "ha", "area of the mapped polygon", low=0, blank=True, required=False),
        Column("status", "choice", "", "stage of the park", choices=PARK_STATUS),
        Column("sectors", "text", "", "industries, separated by semicolons"),
        Column("occupancy_pct", "number", "%", "leased share of the net land today", low=0, high=100),
        Column("occupancy_basis", "text", "", "what the occupancy rests on", blank=True, required=False),
        Column("plan_2030_bac_ninh", "text", "", "taken into the plan to 2030", blank=True, required=False),
        *_TAIL,
    ),
    region=REGION_BOX,
    extra="drop",
)  # fmt: skip

CLUSTERS: Final = TableContract(
    "clusters",
    (
        _ID, _NAME_VI, _NAME_EN, _PROVINCE, _DISTRICT, _LON, _LAT,
        Column("area_ha", "number", "ha", "gross planned area", above=0, high=LARGEST_HA),
        Column("status", "choice", "", "stage of the cluster", choices=PARK_STATUS),
        Column("sectors", "text", "", "industries, separated by semicolons"),
        Column("in_plan_2030", "text", "", "place in the plan to 2030", blank=True, required=False),
        *_TAIL,
    ),
    region=REGION_BOX,
    extra="drop",
)  # fmt: skip

HUBS: Final = TableContract(
    "hubs",
    (
        _ID, _NAME_VI, _NAME_EN,
        Column("type", "text", "", "kind of hub: dry_port, logistics_centre, greenfield_candidate ..."),
        _PROVINCE, _DISTRICT, _LON, _LAT,
        Column("area_ha", "number", "ha", "land of the site", above=0, high=LARGEST_HA),
        Column(
            "capacity_t_per_year", "number", "t/year", "design capacity, yard and sheds together",
            above=0, high=LARGEST_T_PER_YEAR,
        ),
        Column(
            "capacity_teu_per_year", "number", "TEU/year", "design capacity for containers",
            low=0, high=LARGEST_T_PER_YEAR, blank=True, required=False,
        ),
        Column("status", "choice", "", "stage of the hub", choices=SITE_STATUS),
        Column("modes", "text", "", "modes that reach it, separated by semicolons", blank=True, required=False),
        *_TAIL,
    ),
    region=REGION_BOX,
    extra="drop",
)  # fmt: skip

GATEWAYS: Final = TableContract(
    "gateways",
    (
        _ID, _NAME_VI, _NAME_EN,
        Column("type", "choice", "", "kind of gateway", choices=(
            "seaport", "seaport_aggregate", "airport", "border_gate", "rail_terminal", "river_port", "external",
        )),
        _PROVINCE, _LON, _LAT,
        Column(
            "throughput_t_per_year", "number", "t/year", "goods handled", low=0, high=LARGEST_T_PER_YEAR, blank=True
        ),
        Column(
            "throughput_teu_per_year", "number", "TEU/year", "containers handled",
            low=0, high=LARGEST_T_PER_YEAR, blank=True, required=False,
        ),
        Column("throughput_year", "integer", "year", "year of the throughput", blank=True, required=False),
        Column("capacity_text", "text", "", "capacity in words", blank=True, required=False),
        Column("status", "choice", "", "stage of the gateway", choices=SITE_STATUS),
        *_TAIL,
    ),
    region=REGION_BOX,
    extra="drop",
)  # fmt: skip

PLACES: Final = TableContract(
    "places",
    (
        _ID, _NAME_VI, _NAME_EN,
        Column("capital_vi", "text", "", "provincial capital, where the point lies", blank=True, required=False),
        _LON, _LAT,
        Column("province_2025", "text", "", "province after 1 July 2025", blank=True, required=False),
        Column("admin_centre_2025", "text", "", "its administrative centre", blank=True, required=False),
        Column("population_2023_thousand", "number", "1000 persons", "population in 2023", above=0, high=1e7),
        Column("area_km2", "number", "km2", "area", low=0, blank=True, required=False),
        Column("grdp_2023_trn_vnd", "number", "trillion VND", "gross regional product in 2023", above=0, high=1e7),
        Column("industry_construction_share_pct", "number", "%", "industry and construction in GRDP", low=0, high=100),
        Column("export_2023_busd", "number", "billion USD", "exports in 2023", low=0, blank=True, required=False),
        _SOURCE, _CONFIDENCE,
        *(
            Column(
                f"confidence_{what}", "choice", "", f"trust in the {what}",
                choices=CONFIDENCE, blank=True, required=False,
            )
            for what in ("merger", "population", "grdp", "export")
        ),
    ),
    region=REGION_BOX,
    extra="drop",
)  # fmt: skip

COAST: Final = TableContract(
    "coast",
    (
        _ID,
        Column("line", "text", "", "the mainland, or an island: its points, in order, are one line"),
        _NAME_VI, _NAME_EN,
        Column("kind", "choice", "", "what the place is", choices=(
            "beach", "bay", "cape", "port", "river_mouth", "shore",
        )),
        _LON, _LAT, _SOURCE, _CONFIDENCE, _NOTE,
    ),
    region=COAST_BOX,
)  # fmt: skip

PARAMETERS: Final = TableContract(
    "parameters",
    (
        _ID,
        Column("group", "text", "", "chapter of the ledger"),
        Column("name", "text", "", "what the number is"),
        Column("value", "number", "-", "the value, in the row's own unit"),
        Column("unit", "text", "", "unit of value, low and high; - for a pure number"),
        Column("low", "number", "-", "lower end of the range", blank=True),
        Column("high", "number", "-", "upper end of the range", blank=True),
        Column("year", "integer", "year", "year of the number", blank=True),
        _SOURCE, _CONFIDENCE, _NOTE,
    ),
)  # fmt: skip

EXPECTED: Final = TableContract(
    "expected",
    (
        _ID,
        Column("kind", "text", "", "road_km, rail_km, time_h, volume or cost"),
        Column("description", "text", "", "what is known"),
        Column("from_node", "text", "", "node where it begins", blank=True),
        Column("to_node", "text", "", "node where it ends", blank=True),
        Column("value", "number", "-", "the known value, in the row's own unit"),
        Column("low", "number", "-", "lower end of the band", blank=True),
        Column("high", "number", "-", "upper end of the band", blank=True),
        Column("unit", "text", "", "unit of value, low and high"),
        _SOURCE, _CONFIDENCE, _NOTE,
    ),
)  # fmt: skip

SECTORS: Final = TableContract(
    "sectors",
    (
        Column("industry", "text", "", "word used in the column sectors of parks and clusters"),
        Column("sector", "text", "", "sector of the demand rows dem_in_* and dem_out_*"),
        _NOTE,
    ),
    key=("industry",),
)

COMMODITIES: Final = TableContract(
    "commodities",
    (
        _ID,
        Column("name_en", "text", "", "name in English"),
        Column("name_vi", "text", "", "name in Vietnamese"),
        Column("sectors", "text", "", "sectors it holds, separated by semicolons"),
    ),
)
