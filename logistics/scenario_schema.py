"""What a scenario may say: every key declared once, with its range; the file and Python share it.

The sections are those of the TOML file; those of hubs and goals stand in `scenario_hubs` and `scenario_goals`.
What is said of a fault is `scenario_faults`.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Self

from pydantic import BeforeValidator, Field, model_validator

from logistics.scenario_fields import (
    VERSION,
    Clash,
    Count,
    Duration,
    Ids,
    Number,
    PathText,
    Percent,
    Section,
    Text,
    Title,
    Version,
    Year,
    Years,
    as_tuple,
    one_of,
    refuse,
    repeated,
)
from logistics.scenario_goals import BandSection, ObjectiveSection, WeightsSection
from logistics.scenario_hubs import CorridorSection, HubsSection, ProvinceSection
from logistics.scenario_parts import (
    CANDIDATE_KINDS,
    DEFAULT_CANDIDATES,
    DEFAULT_LAST_YEARS,
    DEFAULT_SPACING_KM,
)

BUNDLED: Final = "bundled"
"""Stands for the bundled table or network where a path could stand."""
DEFAULT_YEAR: Final = 2030
DEFAULT_CONNECTOR_KM: Final = 30.0
AS_IT_IS_PCT: Final = 100.0


class PhasesSection(Section):
    """The periods of the plan."""

    years: Years
    last_years: Duration = DEFAULT_LAST_YEARS
    discount_pct: Percent | None = None


class TablesSection(Section):
    """A file for each table that replaces the bundled one."""

    parks: PathText = BUNDLED
    clusters: PathText = BUNDLED
    hubs: PathText = BUNDLED
    gateways: PathText = BUNDLED
    places: PathText = BUNDLED


class NetworkSection(Section):
    """The roads, how far from them a place may lie, and what is changed on them."""

    path: PathText = BUNDLED
    max_connector_km: Annotated[Number, Field(gt=0, le=500)] = DEFAULT_CONNECTOR_KM
    speed_pct: Annotated[Number, Field(ge=10, le=500)] = AS_IT_IS_PCT
    toll_pct: Annotated[Number, Field(ge=0, le=1000)] = AS_IT_IS_PCT
    closed_links: Ids = ()


class FreightSection(Section):
    """Which freight is looked at."""

    regional_trade: bool = True
    scale_pct: Annotated[Number, Field(ge=0.1, le=1000)] = AS_IT_IS_PCT
    od_matrix: PathText | None = None
    calibrate: bool = False
    eco_parks: Ids = ()


class CandidatesSection(Section):
    """Greenfield sites made from the network."""

    count: Annotated[Count, Field(ge=1)] = DEFAULT_CANDIDATES
    kinds: Annotated[Ids, Field(min_length=1), one_of(CANDIDATE_KINDS)] = Field(CANDIDATE_KINDS, alias="from")
    exclude: PathText | None = None
    min_spacing_km: Annotated[Number, Field(gt=0, le=500)] = DEFAULT_SPACING_KM


class ScenarioFile(Section):
    """A whole scenario, as the TOML file holds it."""

    version: Version = VERSION
    name: Text
    title: Title = ""
    year: Year = DEFAULT_YEAR
    phases: PhasesSection | None = None
    tables: TablesSection = TablesSection()
    network: NetworkSection = NetworkSection()
    freight: FreightSection = FreightSection()
    hubs: HubsSection = HubsSection()
    service: Annotated[tuple[BandSection, ...], BeforeValidator(as_tuple)] = ()
    objective: ObjectiveSection = ObjectiveSection()
    candidates: CandidatesSection | None = None
    ledger: dict[str, Number] = Field(default_factory=dict)

    @property
    def first_year(self) -> int:
        """Return the year of the plan, that of its first phase where it has phases."""
        return self.phases.years[0] if self.phases else self.year

    @property
    def last_year(self) -> int:
        """Return the year in which the last phase begins."""
        return self.phases.years[-1] if self.phases else self.year

    @model_validator(mode="after")
    def _agree(self) -> Self:
        refuse(_clashes(self))
        return self


SECTIONS: Final[Mapping[tuple[str, ...], type[Section]]] = {
    (): ScenarioFile,
    ("phases",): PhasesSection,
    ("tables",): TablesSection,
    ("network",): NetworkSection,
    ("freight",): FreightSection,
    ("hubs",): HubsSection,
    ("hubs", "in_province"): ProvinceSection,
    ("hubs", "corridors"): CorridorSection,
    ("service",): BandSection,
    ("objective",): ObjectiveSection,
    ("objective", "weights"): WeightsSection,
    ("candidates",): CandidatesSection,
}
"""The sections by where they stand in the file; lists of sections without their numbers."""


def known_keys(
    section: tuple[str | int, ...], sections: Mapping[tuple[str, ...], type[Section]] = SECTIONS
) -> tuple[str, ...]:
    """Return the keys of a section; of the whole file for the empty path."""
    model = sections[tuple(str(part) for part in section if not isinstance(part, int))]
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _clashes(file: ScenarioFile) -> list[Clash]:
    return [*_year_clashes(file), *_budget_clashes(file), *_double_bands(file), *_goal_without_band(file)]


def _year_clashes(file: ScenarioFile) -> Iterator[Clash]:
    if file.phases and "year" in file.model_fields_set and file.year != file.first_year:
        yield ("year",), f"found {file.year}, but phases.years begins with {file.first_year}; take year out"
    begins = "the last phase begins" if file.phases else "the plan is"
    for site, year in file.hubs.earliest_year.items():
        if year > file.last_year:
            sentence = f"found {year}, but {begins} in {file.last_year}; to keep the site out, use hubs.forbidden"
            yield ("hubs", "earliest_year", site), sentence


def _budget_clashes(file: ScenarioFile) -> Iterator[Clash]:
    phases = len(file.phases.years) if file.phases else 1
    budget = file.hubs.budget_vnd
    if isinstance(budget, tuple) and len(budget) != phases:
        sentence = f"found a list of {len(budget)}, expected {phases}, one a phase; or one number for every phase"
        yield ("hubs", "budget_vnd"), sentence


def _double_bands(file: ScenarioFile) -> Iterator[Clash]:
    for at, name in repeated([band.name for band in file.service]):
        if name:
            yield ("service", at, "name"), f"{name!r} is the name of a band above; give each its own"
    seen = []
    for at, band in enumerate(file.service):
        what = (band.commodity, band.within_h, band.within_km, sorted(band.place_ids))
        if what in seen:
            yield ("service", at), "the same commodity, places and limit stand in a band above; keep the larger share"
        seen.append(what)


def _goal_without_band(file: ScenarioFile) -> Iterator[Clash]:
    goal, objective = "outside_service", file.objective
    named = {"minimise": objective.minimise == goal, "then": goal in objective.then}
    named["weights"] = bool(objective.weights.outside_service)
    for key in (key for key, is_named in named.items() if is_named and not file.service):
        yield ("objective", key), f"names {goal}, but there is no band to be outside of; add one under service"
