"""A scenario as text: every key written, those that are not set as a comment that says what is done instead."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from logistics.scenario_schema import BUNDLED, TablesSection
from logistics.scenario_toml import toml_key, toml_value

_NOT_SET: Final[Mapping[str, tuple[object, str]]] = {
    "phases.years": ([2030, 2040, 2050], "the one year above"),
    "phases.last_years": (10, "how long the last phase lasts"),
    "phases.discount_pct": (8.0, "the ledger's rate of capital recovery"),
    "freight.od_matrix": ("mine.csv", "the freight is generated"),
    "hubs.exactly": (3, "the number is chosen by cost"),
    "hubs.max_site_ha": (30.0, "as far as the site's land goes"),
    "hubs.max_land_ha": (100.0, "no limit"),
    "hubs.budget_vnd": ([2e12, 3e12], "no limit; one number for every phase, or a list of one a phase"),
    "hubs.max_changes": (3, "no limit on sites opened, extended or closed"),
    "objective.co2_cap_t_per_year": (1e6, "no cap"),
    "candidates.count": (20, "no sites are made from the network"),
    "candidates.from": (["interchanges", "rail", "water", "park_edges"], "where they are looked for"),
    "candidates.exclude": ("no_build.geojson", "polygons in which nothing may be built"),
    "candidates.min_spacing_km": (5.0, "between any two sites"),
}
"""Keys that may be absent: an example, and what holds then."""
_BAND: Final = {"commodity": "electronics", "share_pct": 90.0, "within_h": 4.0}
_HUBS: Final = (
    "exactly", "max_new", "curve_to", "forced_open", "forbidden", "earliest_year", "may_close", "may_extend",
    "areas_ha", "max_site_ha", "site_land_ha", "max_land_ha", "budget_vnd", "max_changes", "min_throughput_t_per_year",
    "single_sourcing", "two_hub_routes", "rail", "in_province", "corridors",
)  # fmt: skip
_MEANINGS: Final[Mapping[str, str]] = {
    "hubs.earliest_year": "first year in which a site may open",
    "hubs.may_close": 'standing hubs that may be closed; "*" is all',
    "hubs.may_extend": 'standing hubs that may grow by modules; "*" is all',
    "hubs.areas_ha": "sizes of new hubs; none: the usual ones",
    "hubs.site_land_ha": "land of single sites, whatever their table and max_site_ha say",
    "hubs.min_throughput_t_per_year": "of an open new hub",
    "hubs.single_sourcing": "a park uses one hub at most",
    "hubs.two_hub_routes": "routes through two hubs, by truck or where both have it by barge between them",
    "hubs.rail": "rail beyond the hub, or between two hubs, where both ends have it",
    "objective.minimise": "cost, co2, distance or outside_service",
    "objective.then": "further goals, each while those before stay within tolerance_pct",
    "objective.weights": "a weighted sum instead; none: minimise and then",
    "freight.calibrate": "fit to the known volumes",
    "freight.eco_parks": "parks converted to eco-parks",
}


def scenario_text(raw: Mapping[str, Any]) -> str:
    """Return the text of a scenario file.

    Parameters
    ----------
    raw
        The scenario as nested keys and values; paths as they are to be written, None for what is not set.
    """
    lines = [
        *_lines("", raw, ("version", "name", "title", "year")),
        *_optional("phases", raw, ("years", "last_years", "discount_pct")),
        *_section("tables", {name: raw["tables"].get(name, BUNDLED) for name in TablesSection.model_fields}),
        *_section("network", raw["network"]),
        *_section("freight", raw["freight"]),
        "", "[hubs]", *_lines("hubs", raw["hubs"], _HUBS),
        *_bands(raw["service"]),
        *_section("objective", raw["objective"]),
        *_optional("candidates", raw, ("count", "from", "exclude", "min_spacing_km")),
        "", "[ledger]", "# rows that are not named keep the value of the bundled tables",
        *_lines("ledger", raw["ledger"], raw["ledger"]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _section(name: str, values: Mapping[str, Any]) -> list[str]:
    return ["", f"[{name}]", *_lines(name, values, values)]


def _optional(name: str, raw: Mapping[str, Any], keys: Iterable[str]) -> list[str]:
    values = raw.get(name)
    if values is None:
        return ["", f"# [{name}]", *_lines(name, {}, keys)]
    return ["", f"[{name}]", *_lines(name, values, keys)]


def _lines(section: str, values: Mapping[str, Any], keys: Iterable[str]) -> Iterator[str]:
    for key in keys:
        value, path = values.get(key), f"{section}.{key}"
        if value is None:
            example, instead = _NOT_SET[path]
            yield f"# {_pair(key, example)}  # not set: {instead}"
        else:
            meaning = f"  # {_MEANINGS[path]}" if path in _MEANINGS else ""
            yield f"{_pair(key, value)}{meaning}"


def _bands(bands: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    if not bands:
        yield from ("", "# [[service]]  (none: no promise of service)")
        yield from (f"# {_pair(key, value)}" for key, value in _BAND.items())
    for band in bands:
        yield from ("", "[[service]]")
        yield from (_pair(key, value) for key, value in band.items() if value is not None)


def _pair(key: str, value: object) -> str:
    return f"{toml_key(key)} = {toml_value(_set(value))}"


def _set(value: object) -> object:
    """Return a value without what is not set in the mappings it holds."""
    if isinstance(value, Mapping):
        return {key: _set(entry) for key, entry in value.items() if entry is not None}
    return [_set(entry) for entry in value] if isinstance(value, list | tuple) else value
