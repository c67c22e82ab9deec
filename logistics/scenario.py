"""A scenario: which region, year and network, and what is asked of the hubs.

Read from a TOML file, or made in Python and changed by `dataclasses.replace`; both ways check the same
declaration (`scenario_schema`), so that a contradiction is found before anything is solved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

from logistics.errors import InputError
from logistics.scenario_faults import Fault, checked
from logistics.scenario_file import as_file, fields_of
from logistics.scenario_hubs import DEFAULT_CURVE_TO, DEFAULT_MAX_NEW
from logistics.scenario_parts import (
    EVERY_SITE,
    Band,
    Candidates,
    Corridor,
    Objective,
    Phases,
    ProvinceLimit,
)
from logistics.scenario_schema import AS_IT_IS_PCT, DEFAULT_CONNECTOR_KM, DEFAULT_YEAR
from logistics.scenario_source import Source, fault_error
from logistics.scenario_toml import read_toml, relative_path
from logistics.scenario_writing import scenario_text
from logistics.workbook_file import SUFFIXES

__all__ = [
    "EVERY_SITE", "Band", "Candidates", "Corridor", "Objective", "Phases", "ProvinceLimit", "Scenario",
    "as_keys", "changed_scenario", "northern_vietnam", "read_scenario", "scenario_error", "write_scenario",
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
    speed_pct, toll_pct
        Truck speeds and tolls of every road, in percent of what the network has.
    closed_links
        Ids of links that are closed; the other direction of a road (its id ends in "~") closes with it.
    regional_trade
        Whether the freight of the provinces beside parks and clusters is looked at.
    scale_pct
        All tonnes, in percent of what is generated or read.
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
    phases
        Several periods instead of one `year`, which is then the first of them where it is left at its default.
    od_matrix
        A table of flows that replaces the generated freight.
    calibrate
        Whether freight is fitted to the known volumes.
    eco_parks
        Ids of parks converted to eco-parks.
    earliest_year
        First year in which a site may open, by id.
    may_close, may_extend
        Ids of standing hubs that may be closed, and that may grow; "*" is every one.
    areas_ha
        Sizes of new hubs, increasing; the usual ones where empty.
    site_land_ha
        Land of single sites by id, whatever their table and `max_site_ha` say: beside what stands, may be built on.
    max_site_ha, max_land_ha
        Land of one new hub, and of all new hubs and extensions together.
    budget_vnd
        Capital for every phase (one number) or for each (a tuple).
    max_changes
        Sites opened, extended or closed against today's network.
    min_throughput_t_per_year
        Of an open new hub.
    single_sourcing
        Whether a park uses one hub at most.
    two_hub_routes, rail
        Whether routes lead through two hubs (by truck or barge between them), and by rail beyond the hub or between
        two hubs.
    in_province, corridors
        How many new hubs a province, or a set of sites, gets.
    service
        Shares of a commodity within hours or kilometres.
    objective
        What the plan makes small.
    candidates
        Greenfield sites made from the network.
    source
        The file it was read from, for messages; scenarios that differ in it alone are equal.

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
    speed_pct: float = AS_IT_IS_PCT
    toll_pct: float = AS_IT_IS_PCT
    closed_links: tuple[str, ...] = ()
    regional_trade: bool = True
    scale_pct: float = AS_IT_IS_PCT
    new_hubs: int | None = None
    max_new_hubs: int = DEFAULT_MAX_NEW
    curve_to: int = DEFAULT_CURVE_TO
    forced_open: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    ledger: Mapping[str, float] = field(default_factory=dict)
    phases: Phases | None = None
    od_matrix: Path | None = None
    calibrate: bool = False
    eco_parks: tuple[str, ...] = ()
    earliest_year: Mapping[str, int] = field(default_factory=dict)
    may_close: tuple[str, ...] = ()
    may_extend: tuple[str, ...] = ()
    areas_ha: tuple[float, ...] = ()
    max_site_ha: float | None = None
    site_land_ha: Mapping[str, float] = field(default_factory=dict)
    max_land_ha: float | None = None
    budget_vnd: float | tuple[float, ...] | None = None
    max_changes: int | None = None
    min_throughput_t_per_year: float = 0.0
    single_sourcing: bool = False
    two_hub_routes: bool = False
    rail: bool = False
    in_province: tuple[ProvinceLimit, ...] = ()
    corridors: tuple[Corridor, ...] = ()
    service: tuple[Band, ...] = ()
    objective: Objective = field(default_factory=Objective)
    candidates: Candidates | None = None
    source: Source | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        found = checked(_raw(self))
        if isinstance(found, list):
            raise scenario_error(self, found)
        for name, value in fields_of(found, Path.cwd()).items():
            object.__setattr__(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        # read-only mappings cannot be pickled, and studies send scenarios to other processes
        plain: dict[str, Any] = {
            name: dict(value) if isinstance(value, Mapping) else value for name, value in _values(self).items()
        }
        return partial(Scenario, **plain), ()

    @property
    def years(self) -> tuple[int, ...]:
        """Return the first year of each phase; the one `year` where there are no phases."""
        return self.phases.years if self.phases else (self.year,)

    @property
    def new_hub_range(self) -> tuple[int, int]:
        """Return the least and the largest number of new hubs asked for."""
        return (0, self.max_new_hubs) if self.new_hubs is None else (self.new_hubs, self.new_hubs)

    @property
    def budgets_vnd(self) -> tuple[float, ...] | None:
        """Return the capital of each phase; None where there is no budget."""
        if self.budget_vnd is None or isinstance(self.budget_vnd, tuple):
            return self.budget_vnd
        return (self.budget_vnd,) * len(self.years)


def northern_vietnam() -> Scenario:
    """Return the default scenario: the bundled region in 2030, the number of new hubs chosen by cost."""
    return Scenario(name="northern_vietnam", title="Northern Vietnam 2030")


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a TOML file or a workbook.

    Parameters
    ----------
    path
        The file; paths in it are relative to its folder. Keys left out keep their defaults, `name`
        is that of the file.

    Raises
    ------
    InputError
        With every fault: file, line or cell, key path, what was found and what is expected.
    """
    origin = Path(path)
    source = _read_source(origin)
    found = checked({"name": origin.stem} | dict(source.values))
    if isinstance(found, list):
        raise source.error(found)
    values = fields_of(found, origin.resolve().parent)
    _require_files(values, source)
    return Scenario(**values, source=source)


def _read_source(path: Path) -> Source:
    if path.suffix.lower() not in SUFFIXES:
        return read_toml(path).source()
    from logistics.scenario_workbook import read_workbook  # noqa: PLC0415  (takes pandas, which TOML does not need)

    return read_workbook(path)


def write_scenario(scenario: Scenario, path: str | Path) -> None:
    """Write a scenario with every default; reading the file gives the same scenario.

    Paths are written relative to the file's folder.
    """
    from networks.whole import whole_file  # noqa: PLC0415  (networks takes pandas, which reading TOML does not need)

    target = Path(path)
    text = scenario_text(scenario_as_file(scenario, target.parent))
    with whole_file(target) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def scenario_of_keys(raw: Mapping[str, Any], folder: Path) -> Scenario:
    """Return the scenario of nested keys and values as a file in `folder` would hold them, None for what is not set.

    Raises
    ------
    InputError
        With every fault.
    """
    found = checked(dict(raw))
    if isinstance(found, list):
        raise fault_error("scenario", found)
    return Scenario(**fields_of(found, folder.resolve()))


def as_keys(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as nested keys and values of its file, None for what is not set; paths are absolute."""
    return as_file(_values(scenario), str)


def changed_scenario(scenario: Scenario, values: Mapping[tuple[str, ...], object]) -> Scenario:
    """Return a scenario with some keys of its file changed.

    Parameters
    ----------
    values
        By key path, for example ("hubs", "max_new").

    Raises
    ------
    InputError
        If there is no such key, or its value cannot be right.
    """
    raw = _raw(scenario)
    for path, value in values.items():
        _set(raw, path, value)
    found = checked(raw)
    if isinstance(found, list):
        raise fault_error("scenario", found)
    return Scenario(**fields_of(found, Path.cwd()), source=scenario.source)


def _set(raw: dict[str, Any], path: tuple[str, ...], value: object) -> None:
    """Set a key that may stand in a section that is not there yet; what is unknown the check tells."""
    *sections, key = path
    for name in sections:
        below = raw.get(name)
        raw[name] = dict(below) if isinstance(below, Mapping) else {}
        raw = raw[name]
    raw[key] = value


def scenario_error(scenario: Scenario, faults: Sequence[Fault]) -> InputError:
    """Return one error with all faults, each with its place in the file where it is the file's value."""
    source = scenario.source
    if isinstance(source, Source):
        return source.later_error(faults, _raw(scenario))
    return fault_error("scenario", faults)


def scenario_as_file(scenario: Scenario, folder: Path) -> dict[str, Any]:
    """Return a scenario as a file in `folder` would hold it, None for what is not set."""
    return as_file(_values(scenario), lambda own: relative_path(own, folder))


def default_as_file() -> dict[str, Any]:
    """Return the default scenario as a file would hold it, None for what is not set."""
    return as_keys(northern_vietnam())


def _values(scenario: Scenario) -> dict[str, Any]:
    return {one.name: getattr(scenario, one.name) for one in fields(scenario)}


def _raw(scenario: Scenario) -> dict[str, Any]:
    """Return a scenario as a file would hold it, values that follow others left out where they are at their default."""
    raw = as_file(_values(scenario), lambda path: str(path) if isinstance(path, Path) else path)
    if scenario.new_hubs is not None and scenario.max_new_hubs == DEFAULT_MAX_NEW:
        del raw["hubs"]["max_new"]
    if scenario.phases is not None and scenario.year == DEFAULT_YEAR:
        del raw["year"]
    return raw


def _require_files(values: Mapping[str, Any], source: Source) -> None:
    named = {("tables", name): path for name, path in values["tables"].items()}
    named |= {("network", "path"): values["network"], ("freight", "od_matrix"): values["od_matrix"]}
    named["candidates", "exclude"] = values["candidates"].exclude if values["candidates"] else None
    absent = {key: path for key, path in named.items() if path is not None and not path.exists()}
    if absent:
        raise source.error([Fault(key, f"there is no such file: {path}") for key, path in absent.items()])
