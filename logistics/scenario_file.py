"""Between the fields of a `Scenario` and the sections of its file, both ways."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from logistics.scenario_fields import VERSION
from logistics.scenario_parts import Band, Candidates, Corridor, Objective, Phases, ProvinceLimit
from logistics.scenario_schema import BUNDLED, ScenarioFile

_HUB_FIELDS: Final = (
    "forced_open", "forbidden", "earliest_year", "may_close", "may_extend", "areas_ha", "max_site_ha",
    "site_land_ha", "max_land_ha",
    "budget_vnd", "max_changes", "min_throughput_t_per_year", "single_sourcing", "two_hub_routes", "rail",
    "in_province", "corridors",
)  # fmt: skip
"""Keys of [hubs] that are called the same as the field."""
_NETWORK_FIELDS: Final = ("max_connector_km", "speed_pct", "toll_pct", "closed_links")
_FREIGHT_FIELDS: Final = ("regional_trade", "scale_pct", "calibrate", "eco_parks")


def fields_of(file: ScenarioFile, folder: Path) -> dict[str, Any]:
    """Return the fields of a `Scenario`; relative paths begin at `folder`."""
    hubs, freight = file.hubs, file.freight
    own = {name: path for name, path in file.tables.model_dump().items() if path != BUNDLED}
    return {
        "name": file.name, "title": file.title or file.name, "year": file.first_year,
        "phases": Phases(**file.phases.model_dump()) if file.phases else None,
        "tables": MappingProxyType({name: (folder / path).resolve() for name, path in own.items()}),
        "network": None if file.network.path == BUNDLED else (folder / file.network.path).resolve(),
        **{name: getattr(file.network, name) for name in _NETWORK_FIELDS},
        **{name: getattr(freight, name) for name in _FREIGHT_FIELDS},
        "od_matrix": None if freight.od_matrix is None else (folder / freight.od_matrix).resolve(),
        "new_hubs": hubs.exactly, "max_new_hubs": hubs.most_new, "curve_to": hubs.curve_to,
        **{name: getattr(hubs, name) for name in _HUB_FIELDS},
        "earliest_year": MappingProxyType(dict(hubs.earliest_year)),
        "site_land_ha": MappingProxyType(dict(hubs.site_land_ha)),
        "in_province": tuple(ProvinceLimit(**entry.model_dump()) for entry in hubs.in_province),
        "corridors": tuple(Corridor(**entry.model_dump()) for entry in hubs.corridors),
        "service": tuple(Band(**band.model_dump()) for band in file.service),
        "objective": Objective(**file.objective.model_dump() | {"weights": file.objective.weights.given()}),
        "candidates": _candidates(file, folder),
        "ledger": MappingProxyType(dict(file.ledger)),
    }  # fmt: skip


def _candidates(file: ScenarioFile, folder: Path) -> Candidates | None:
    if file.candidates is None:
        return None
    exclude = file.candidates.exclude
    path = None if exclude is None else (folder / exclude).resolve()
    return Candidates(**file.candidates.model_dump() | {"exclude": path})


def as_file(fields: Mapping[str, Any], path_text: Callable[[Any], object]) -> dict[str, Any]:
    """Return a scenario as nested keys and values, None for what is not set.

    Parameters
    ----------
    fields
        The fields of a `Scenario` by name; they may still be unchecked.
    path_text
        How a path is written.
    """
    network = BUNDLED if fields["network"] is None else path_text(fields["network"])
    od_matrix = None if fields["od_matrix"] is None else path_text(fields["od_matrix"])
    return {
        "version": VERSION, "name": fields["name"], "title": fields["title"], "year": fields["year"],
        "phases": _entries(fields["phases"]),
        "tables": {name: path_text(path) for name, path in dict(fields["tables"]).items()},
        "network": {"path": network} | {name: fields[name] for name in _NETWORK_FIELDS},
        "freight": {"od_matrix": od_matrix} | {name: fields[name] for name in _FREIGHT_FIELDS},
        "hubs": {
            "exactly": fields["new_hubs"], "max_new": fields["max_new_hubs"], "curve_to": fields["curve_to"],
            **{name: _entries(fields[name]) for name in _HUB_FIELDS},
        },
        "service": _entries(fields["service"]),
        "objective": _entries(fields["objective"]),
        "candidates": _candidate_entries(fields["candidates"], path_text),
        "ledger": dict(fields["ledger"]),
    }  # fmt: skip


def _candidate_entries(candidates: object, path_text: Callable[[Any], object]) -> object:
    entries = _entries(candidates)
    if not isinstance(candidates, Candidates) or not isinstance(entries, dict):
        return entries
    exclude = None if candidates.exclude is None else path_text(candidates.exclude)
    return {"count": entries["count"], "from": entries["kinds"], "exclude": exclude} | {
        "min_spacing_km": entries["min_spacing_km"]
    }


def _entries(value: object) -> object:
    """Return the small values of a scenario, and lists of them, as keys and values; anything else as it is."""
    if isinstance(value, list | tuple):
        return tuple(_entries(entry) for entry in value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Phases | Band | ProvinceLimit | Corridor | Objective | Candidates):
        return {name: _entries(getattr(value, name)) for name in value.__dataclass_fields__}
    return value
