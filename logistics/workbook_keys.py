"""What stands on the sheets of a scenario workbook: keys and columns, each declared once for reader and template."""

from dataclasses import dataclass
from typing import Final

from logistics.scenario_fields import EARLIEST_YEAR, LATEST_YEAR, MOST_HUBS, VERSION
from logistics.scenario_parts import CANDIDATE_KINDS, GOALS


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of the scenario, or a column of one of its lists.

    Parameters
    ----------
    path
        Where it stands in the scenario file.
    kind
        How its cell is read, one of `workbook_cells.KINDS`.
    meaning
        For people; the Vietnamese is in `i18n`.
    unit
        Of the number; "" for none.
    low, high
        Smallest and largest number allowed.
    choices
        Words allowed.
    """

    path: tuple[str, ...]
    kind: str
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the key as the sheet writes it: ``hubs.max_new``."""
        return ".".join(self.path)


def _key(name: str, kind: str, meaning: str, unit: str = "", **limits: float) -> Key:
    low, high = limits.get("low"), limits.get("high")
    return Key(path=tuple(name.split(".")), kind=kind, meaning=meaning, unit=unit, low=low, high=high)


_YEARS: Final = {"low": EARLIEST_YEAR, "high": LATEST_YEAR}
_COUNT: Final = {"low": 0, "high": MOST_HUBS}
_PERCENT: Final = {"low": 0, "high": 100}
_NOT_NEGATIVE: Final = {"low": 0}

SCENARIO_SHEET: Final = "scenario"
LEDGER_SHEET: Final = "ledger"
LISTS_SHEET: Final = "lists"
NOTES_SHEET: Final = "notes"
RESULT_SHEETS: Final = {
    "summary": ("Summary", "Tóm tắt"),
    "hubs": ("Hub results", "Kết quả trung tâm"),
    "flows": ("Flows", "Luồng hàng"),
    "places": ("Parks and places", "Khu và địa điểm"),
    "links": ("Links", "Tuyến đường"),
    "costs": ("Costs by kind", "Chi phí theo loại"),
    "carbon": ("CO2", "CO2"),
    "assumptions": ("Assumptions", "Giả định"),
    "checks": ("Checks", "Kiểm tra"),
}
"""Sheets of results in the workbook of a run, English and Vietnamese: they are no input and never read back."""
KEY: Final = "key"
VALUE: Final = "value"
SCENARIO_COLUMNS: Final = (KEY, VALUE, "unit", "default", "allowed", "meaning")
OWN_VALUE: Final = "own_value"
LEDGER_COLUMNS: Final = (
    "id", "group", "name", "value", OWN_VALUE, "unit", "low", "high", "year", "source", "confidence", "note",
)  # fmt: skip

SCENARIO_KEYS: Final = (
    _key("name", "text", "Short name; the run folder is called after it"),
    _key("title", "text", "Name for people"),
    _key("year", "whole", "State of parks, hubs and roads", "year", **_YEARS),
    _key("phases.years", "years", "First year of each phase, as in 2030; 2040; 2050; instead of one year", "year"),
    _key("phases.last_years", "whole", "How long the last phase lasts", "years", low=1, high=50),
    _key("phases.discount_pct", "number", "Yearly discount rate; blank: the ledger's", "%", **_PERCENT),
    _key("network.path", "path", "OpenStreetMap file or saved network; bundled: the one of the program"),
    _key("network.max_connector_km", "number", "How far from the network a place may lie", "km", low=0, high=500),
    _key("network.speed_pct", "number", "Truck speeds of every road against the network's", "%", low=10, high=500),
    _key("network.toll_pct", "number", "Tolls of every road against the network's", "%", low=0, high=1000),
    _key("network.closed_links", "names", "Links that are closed, both directions: ids, separated by ;"),
    _key("freight.regional_trade", "flag", "Whether the provinces' own trade is looked at"),
    _key("freight.scale_pct", "number", "All tonnes against what is generated or read", "%", low=0.1, high=1000),
    _key("freight.od_matrix", "path", "File of flows that replaces the generated freight"),
    _key("freight.calibrate", "flag", "Whether freight is fitted to the known volumes"),
    _key("freight.eco_parks", "names", "Parks converted to eco-parks: ids, separated by ;"),
    _key("hubs.exactly", "whole", "Exactly so many new hubs; blank: chosen by cost", "hubs", **_COUNT),
    _key("hubs.max_new", "whole", "At most so many new hubs", "hubs", **_COUNT),
    _key("hubs.curve_to", "whole", "Plans with up to so many new hubs are shown", "hubs", **_COUNT),
    _key("hubs.forced_open", "names", "Sites to be built: ids, separated by ;"),
    _key("hubs.forbidden", "names", "Sites not to be used; * is every site, standing ones too"),
    _key("hubs.may_close", "names", "Standing hubs that may be closed; * is all"),
    _key("hubs.may_extend", "names", "Standing hubs that may grow by modules; * is all"),
    _key("hubs.areas_ha", "numbers", "Sizes of new hubs, as in 10; 20; 30; blank: the usual ones", "ha"),
    _key("hubs.max_site_ha", "number", "Land of one new hub at most", "ha", **_NOT_NEGATIVE),
    _key("hubs.max_land_ha", "number", "Land of all new hubs and extensions at most", "ha", **_NOT_NEGATIVE),
    _key("hubs.budget_vnd", "budget", "Capital: one number for every phase, or one a phase, separated by ;", "VND"),
    _key("hubs.max_changes", "whole", "Sites opened, extended or closed at most", "sites", **_COUNT),
    _key("hubs.min_throughput_t_per_year", "number", "Through an open new hub at least", "t/year", low=0, high=1e10),
    _key("hubs.single_sourcing", "flag", "Whether a park uses one hub at most"),
    _key("hubs.two_hub_routes", "flag", "Whether routes may lead through two hubs, by truck or barge between them"),
    _key("hubs.rail", "flag", "Whether goods may go by rail beyond the hub and between two hubs"),
    Key(
        path=("objective", "minimise"), kind="choice", meaning="What is made small", choices=GOALS
    ),
    _key("objective.then", "choices", "Further goals in turn, separated by ;: cost, co2, distance, outside_service"),
    _key("objective.tolerance_pct", "number", "How far each earlier goal may stay from its best", "%", **_PERCENT),
    _key("objective.weights.cost", "number", "Weight of the cost in a weighted sum", "VND per VND", **_NOT_NEGATIVE),
    _key("objective.weights.co2", "number", "Weight of CO2", "VND/t", **_NOT_NEGATIVE),
    _key("objective.weights.distance", "number", "Weight of the distance", "VND/tkm", **_NOT_NEGATIVE),
    _key(
        "objective.weights.outside_service", "number", "Weight of tonnes outside the bands", "VND/t", **_NOT_NEGATIVE
    ),
    _key("objective.co2_price_vnd_per_t", "number", "Price of CO2, added to the cost", "VND/t", **_NOT_NEGATIVE),
    _key("objective.co2_cap_t_per_year", "number", "At most so much CO2; blank: no cap", "t/year", **_NOT_NEGATIVE),
    _key("candidates.count", "whole", "Sites made from the network; blank: none", "sites", low=1, high=MOST_HUBS),
    _key("candidates.from", "choices", f"Where they are looked for: {', '.join(CANDIDATE_KINDS)}"),
    _key("candidates.exclude", "path", "GeoJSON file of polygons in which nothing may be built"),
    _key("candidates.min_spacing_km", "number", "Between any two sites at least", "km", low=0, high=500),
    _key("version", "whole", "Version of this sheet's keys; leave it as it is", low=1, high=VERSION),
)  # fmt: skip
"""The keys of the sheet `scenario`, in its order."""

_LEAST: Final = _key("min", "whole", "New hubs at least", "hubs", **_COUNT)
_MOST: Final = _key("max", "whole", "New hubs at most; blank: no limit", "hubs", **_COUNT)
LIST_SHEETS: Final[dict[str, tuple[tuple[str, ...], tuple[Key, ...]]]] = {
    "service": (
        ("service",),
        (
            _key("commodity", "text", "Commodity; * for all"),
            _key("share_pct", "number", "Share of its tonnes", "%", **_PERCENT),
            _key("within_h", "number", "Within so many hours; this or kilometres", "h", **_NOT_NEGATIVE),
            _key("within_km", "number", "Within so many kilometres; this or hours", "km", **_NOT_NEGATIVE),
            _key("place_ids", "names", "Parks and clusters: ids, separated by ;; blank: all"),
            _key("name", "text", "Name of the band"),
        ),
    ),
    "in_province": (
        ("hubs", "in_province"),
        (_key("province", "text", "Province, old or new"), _LEAST, _MOST),
    ),
    "corridors": (
        ("hubs", "corridors"),
        (
            _key("name", "text", "Name of the corridor"),
            _key("hubs", "names", "Its sites: ids, separated by ;"),
            _LEAST,
            _MOST,
        ),
    ),
    "earliest_year": (
        ("hubs", "earliest_year"),
        (
            _key("site_id", "text", "Site"),
            _key("year", "whole", "First year in which it may open", "year", **_YEARS),
        ),
    ),
    "site_land": (
        ("hubs", "site_land_ha"),
        (
            _key("site_id", "text", "Site"),
            _key("land_ha", "number", "Its land, whatever the table and max_site_ha say", "ha", **_NOT_NEGATIVE),
        ),
    ),
}
"""Sheets of one entry a row: where the list stands in the scenario, and its columns."""
BY_SITE: Final[dict[str, str]] = {"earliest_year": "year", "site_land": "land_ha"}
"""Sheets of one number a site, and the column of the number."""
