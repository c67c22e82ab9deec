"""A scenario: which region, year and network, and what is asked of the hubs.

Read from a TOML file, or made in Python and changed by `dataclasses.replace`; both ways check the same
declaration (`scenario_schema`), so that a contradiction is found before anything is solved.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from logistics.ledger import Ledger
from logistics.scenario_schema import (
    BUNDLED,
    DEFAULT_CONNECTOR_KM,
    DEFAULT_CURVE_TO,
    DEFAULT_MAX_NEW,
    DEFAULT_YEAR,
    EVERY_SITE,
    Fault,
    ScenarioFile,
    TablesSection,
    checked,
)
from logistics.scenario_toml import TomlText, fault_error, read_toml, relative_path, toml_key, toml_value

__all__ = [
    "EVERY_SITE", "Scenario", "check_ledger", "check_sites", "northern_vietnam", "read_scenario", "write_scenario",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """What a plan is made for; every field is checked, also by `dataclasses.replace`.

    Parameters
    ----------
    name
        Short name; the default run folder is called after it.
    title
        Name for people; `name` where none is given.
    year
        2020 to 2060: the state of parks, hubs and roads.
    tables
        Own file for each of parks, clusters, hubs, gateways, places that replaces the bundled one.
    network
        An OpenStreetMap file or the folder of a saved network; the bundled one where None.
    max_connector_km
        How far from the network a place may lie.
    regional_trade
        Whether the freight of the provinces beside parks and clusters is looked at.
    new_hubs
        Exactly so many new hubs; chosen by cost where None.
    max_new_hubs
        At most so many; follows `new_hubs` where it is left at its default.
    curve_to
        The plans with 0, 1, ... up to this many new hubs are shown.
    forced_open, forbidden
        Ids of sites to be built and not to be used; "*" forbids every site, standing ones too.
    ledger
        Own values for rows of the ledger, in each row's unit.

    Raises
    ------
    InputError
        Naming every field that cannot be right by its key in the scenario file.
    """

    name: str
    title: str = ""
    year: int = DEFAULT_YEAR
    tables: Mapping[str, Path] = field(default_factory=dict)
    network: Path | None = None
    max_connector_km: float = DEFAULT_CONNECTOR_KM
    regional_trade: bool = True
    new_hubs: int | None = None
    max_new_hubs: int = DEFAULT_MAX_NEW
    curve_to: int = DEFAULT_CURVE_TO
    forced_open: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    ledger: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        found = checked(_raw(self))
        if isinstance(found, list):
            raise fault_error("scenario", found)
        for name, value in _fields(found, Path.cwd()).items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # read-only mappings cannot be pickled, and studies send scenarios to other processes
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        plain: dict[str, Any] = {
            name: dict(value) if isinstance(value, Mapping) else value for name, value in values.items()
        }
        return partial(Scenario, **plain), ()


def northern_vietnam() -> Scenario:
    """Return the default scenario: the bundled region in 2030, the number of new hubs chosen by cost."""
    return Scenario(name="northern_vietnam", title="Northern Vietnam 2030")


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a TOML file.

    Parameters
    ----------
    path
        The file; paths in it are relative to its folder. Keys left out keep their defaults, `name`
        is that of the file.

    Raises
    ------
    InputError
        With every fault: file, line, key path, what was found and what is expected.
    """
    source = Path(path)
    text = read_toml(source)
    found = checked({"name": source.stem} | dict(text.values))
    if isinstance(found, list):
        raise text.error(found)
    values = _fields(found, source.resolve().parent)
    _require_files(values, text)
    return Scenario(**values)


def write_scenario(scenario: Scenario, path: str | Path) -> None:
    """Write a scenario with every default; reading the file gives the same scenario.

    Paths are written relative to the file's folder.
    """
    target = Path(path)
    target.write_text(_toml(scenario, target.parent), encoding="utf-8", newline="\n")


def check_sites(scenario: Scenario, hub_ids: Collection[str], candidate_ids: Collection[str]) -> None:
    """Refuse a scenario that names unknown sites or asks for more new hubs than can be built.

    Parameters
    ----------
    hub_ids
        Every site of the region.
    candidate_ids
        Those that do not stand in the scenario's year and may be built.

    Raises
    ------
    InputError
        With every fault; the nearest id is offered for an unknown one.
    """
    faults = [
        Fault(("hubs", key, at), f"there is no site {site!r}; {_nearest(site, hub_ids)}")
        for key in ("forced_open", "forbidden")
        for at, site in enumerate(getattr(scenario, key))
        if site not in hub_ids and site != EVERY_SITE
    ]
    open_to_build = [site for site in candidate_ids if site not in scenario.forbidden]
    if scenario.new_hubs is not None and scenario.new_hubs > len(open_to_build):
        barred = " that are not forbidden" if len(open_to_build) < len(candidate_ids) else ""
        asks = f"asks for {scenario.new_hubs} new hubs, but the region has only"
        faults.append(Fault(("hubs", "exactly"), f"{asks} {len(open_to_build)} candidate sites{barred}"))
    if faults:
        raise fault_error("scenario", faults)


def check_ledger(scenario: Scenario, ledger: Ledger) -> None:
    """Refuse own values for rows that the ledger does not have, or negative ones where it has none.

    Raises
    ------
    InputError
        With every fault; the nearest row is offered for an unknown one.
    """
    faults = []
    for name, value in scenario.ledger.items():
        if name not in ledger.entries:
            faults.append(Fault(("ledger", name), f"there is no such row; {_nearest(name, ledger.entries)}"))
        elif value < 0 <= ledger.entry(name).value:
            faults.append(Fault(("ledger", name), f"found {value:g}, expected at least 0 {ledger.entry(name).unit}"))
    if faults:
        raise fault_error("scenario", faults)


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, list(known), n=3)
    return f"nearest: {', '.join(near)}" if near else "none is near"


def _raw(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as the file would hold it."""
    exact, most = scenario.new_hubs, scenario.max_new_hubs
    hubs = {"exactly": exact, "curve_to": scenario.curve_to, "forced_open": scenario.forced_open}
    if exact is None or most != DEFAULT_MAX_NEW:
        hubs["max_new"] = most
    network = BUNDLED if scenario.network is None else _path_text(scenario.network)
    return {
        "name": scenario.name, "title": scenario.title, "year": scenario.year,
        "tables": {name: _path_text(path) for name, path in dict(scenario.tables).items()},
        "network": {"path": network, "max_connector_km": scenario.max_connector_km},
        "freight": {"regional_trade": scenario.regional_trade},
        "hubs": hubs | {"forbidden": scenario.forbidden},
        "ledger": dict(scenario.ledger),
    }  # fmt: skip


def _path_text(path: object) -> object:
    return str(path) if isinstance(path, Path) else path


def _fields(file: ScenarioFile, folder: Path) -> dict[str, Any]:
    """Return the fields of a `Scenario`; relative paths begin at `folder`."""
    own = {name: path for name, path in file.tables.model_dump().items() if path != BUNDLED}
    return {
        "name": file.name, "title": file.title or file.name, "year": file.year,
        "tables": MappingProxyType({name: (folder / path).resolve() for name, path in own.items()}),
        "network": None if file.network.path == BUNDLED else (folder / file.network.path).resolve(),
        "max_connector_km": file.network.max_connector_km,
        "regional_trade": file.freight.regional_trade,
        "new_hubs": file.hubs.exactly, "max_new_hubs": file.hubs.most_new, "curve_to": file.hubs.curve_to,
        "forced_open": file.hubs.forced_open, "forbidden": file.hubs.forbidden,
        "ledger": MappingProxyType(dict(file.ledger)),
    }  # fmt: skip


def _require_files(values: Mapping[str, Any], text: TomlText) -> None:
    named = {("tables", name): path for name, path in values["tables"].items()}
    if values["network"] is not None:
        named["network", "path"] = values["network"]
    faults = [Fault(key, f"there is no such file: {path}") for key, path in named.items() if not path.exists()]
    if faults:
        raise text.error(faults)


def _toml(scenario: Scenario, folder: Path) -> str:
    exactly = "# exactly = 3  (not set: the number is chosen by cost)"
    if scenario.new_hubs is not None:
        exactly = _line("exactly", scenario.new_hubs)
    network = BUNDLED if scenario.network is None else relative_path(scenario.network, folder)
    own = {name: relative_path(path, folder) for name, path in scenario.tables.items()}
    lines = [
        *(_line(key, getattr(scenario, key)) for key in ("name", "title", "year")),
        "", "[tables]",
        *(_line(key, own.get(key, BUNDLED)) for key in TablesSection.model_fields),
        "", "[network]", _line("path", network), _line("max_connector_km", scenario.max_connector_km),
        "", "[freight]", _line("regional_trade", scenario.regional_trade),
        "", "[hubs]", exactly, _line("max_new", scenario.max_new_hubs), _line("curve_to", scenario.curve_to),
        _line("forced_open", scenario.forced_open), _line("forbidden", scenario.forbidden),
        "", "[ledger]", "# rows that are not named keep the value of the bundled tables",
        *(_line(key, value) for key, value in scenario.ledger.items()),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _line(key: str, value: object) -> str:
    return f"{toml_key(key)} = {toml_value(value)}"
