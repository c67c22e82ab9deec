"""From a scenario to the question it asks, each stage taken from the scenario before where all it read is the same.

What a stage read is the settings it depends on and the value of every row of the ledger it looked at, which the ledger
notes. A scenario that moves the capital cost of a hub prices no route again; its question is the same to the last bit
as one worked out from nothing.
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import pandas as pd

from logistics.case import (
    Case,
    allowed_sites,
    assemble,
    build_freight,
    read_roads,
    used_places,
    with_greenfield_sites,
    with_own_ledger,
)
from logistics.connect import Connected, connect
from logistics.freight import Freight
from logistics.instance import Question, pose
from logistics.ledger import Ledger
from logistics.markets import far_ends
from logistics.region import Region, read_region
from logistics.road_changes import with_road_changes
from logistics.routes import Routes, enumerate_routes
from logistics.scenario import Scenario
from logistics.scenario_checks import check_scenario
from logistics.timeline import timeline_of
from networks import Network

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """What a stage made, and all that it read to make it."""

    settings: Hashable
    rows: Mapping[str, float]
    value: Any


class Stages:
    """Works out questions one after the other; remembers, per stage and phase, the last thing made."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, int], _Made] = {}

    def question(self, scenario: Scenario) -> Question:
        """Return what a scenario asks.

        Raises
        ------
        InputError, networks.NetworkError
            As `timeline.build_timeline` does.
        """
        region = self._region(scenario)
        cases: tuple[Case, ...] = ()
        for year in scenario.years:
            cases = (*cases, self._case(scenario, region, year, cases[0].freight.calibration if cases else None))
        routes = tuple(self._routes(case) for case in cases)
        return pose(timeline_of(scenario, cases), routes)

    def ledger(self, scenario: Scenario) -> Ledger:
        """Return the ledger of a scenario."""
        return self._region(scenario).ledger

    def _region(self, scenario: Scenario) -> Region:
        tables = self._stage("tables", 0, _key(scenario.tables), None, lambda _: read_region(scenario.tables))
        check_scenario(scenario, tables)
        region = with_own_ledger(tables, scenario)
        if scenario.candidates is None:
            return region
        settings = _key(scenario.candidates, *_roads_of(scenario), scenario.years[-1], scenario.tables)

        def made(ledger: Ledger) -> pd.DataFrame:
            return with_greenfield_sites(replace(region, ledger=ledger), scenario).sites

        return replace(region, sites=self._stage("greenfield", 0, settings, region.ledger, made))

    def _case(self, scenario: Scenario, region: Region, year: int, fitted: pd.DataFrame | None) -> Case:
        sites = allowed_sites(region.sites, scenario, year)
        roads = _key(*_roads_of(scenario), year)
        network = self._stage("network", year, roads, None, lambda _: self._network(scenario, year))
        ends = far_ends(region.gateways, region.provinces, year, region.ledger)
        places, afloat = used_places(region, sites, ends, rail=scenario.rail, od_matrix=scenario.od_matrix)
        asked = (scenario.max_connector_km, *places.columns)
        joined = _key(roads, scenario.tables, tuple(places["place_id"]), *asked)

        def join(ledger: Ledger) -> Connected:
            return connect(network, places, afloat, ledger, scenario.max_connector_km, year)

        connected = self._stage("places", year, joined, region.ledger, join)
        freight = self._freight(scenario, region, year, (connected, fitted))
        return assemble(scenario, year, region, (network, connected), (freight, sites))

    def _network(self, scenario: Scenario, year: int) -> Network:
        as_read = _key(scenario.network, year)
        roads = self._stage("roads", year, as_read, None, lambda _: read_roads(scenario, year, lambda _: None))
        return with_road_changes(roads, scenario)

    def _freight(
        self, scenario: Scenario, region: Region, year: int, on: tuple[Connected, pd.DataFrame | None]
    ) -> Freight:
        """Return the freight of a year; `on` is where places are and, after the first phase, the fit found there."""
        connected, fitted = on
        settings = _key(
            scenario.tables, scenario.regional_trade, scenario.calibrate, scenario.eco_parks, scenario.od_matrix,
            scenario.scale_pct, year,
        )  # fmt: skip

        def spread(ledger: Ledger) -> Freight:
            own = replace(region, ledger=ledger)
            ends = far_ends(own.gateways, own.provinces, year, ledger)
            return build_freight(own, scenario, year, ends, connected, fitted)

        return self._stage("freight", year, (settings, Same(connected), Same(fitted)), region.ledger, spread)

    def _routes(self, case: Case) -> Routes:
        scenario = case.scenario
        settings = _key(
            scenario.objective, scenario.service, scenario.min_throughput_t_per_year, scenario.two_hub_routes,
            scenario.rail, scenario.eco_parks, tuple(case.sites["hub_id"]),
        )  # fmt: skip
        share = case.pricing.truck_co2_share  # made of rows that pricing does not look at again
        parts = (settings, Same(case.connected), Same(case.freight), None if share is None else share.tobytes())

        def priced(ledger: Ledger) -> Routes:
            return enumerate_routes(replace(case, pricing=replace(case.pricing, ledger=ledger)))

        return self._stage("routes", case.year, parts, case.region.ledger, priced)

    def _stage(self, name: str, year: int, settings: Hashable, ledger: Ledger | None, make: Callable[[Ledger], T]) -> T:
        before = self._made.get((name, year))
        if before is not None and before.settings == settings and _reads_same(before, ledger):
            value: T = before.value
        else:
            own = ledger.apart() if ledger is not None else Ledger(entries={})
            value = make(own)
            rows = {row: own.entry(row).value for row in own.asked | own.compared}
            before = self._made[name, year] = _Made(settings=settings, rows=rows, value=value)
        if ledger is not None:
            ledger.asked.update(before.rows)
        return value


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """Equal to itself alone: stands for a stage's product in what another stage read."""

    value: object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.value is other.value

    def __hash__(self) -> int:
        return id(self.value)


def _reads_same(before: _Made, ledger: Ledger | None) -> bool:
    return ledger is None or all(ledger.entry(row).value == value for row, value in before.rows.items())


def _roads_of(scenario: Scenario) -> tuple[object, ...]:
    return scenario.network, scenario.speed_pct, scenario.toll_pct, scenario.closed_links


def _key(*settings: object) -> Hashable:
    """Return settings as something that can be compared."""
    return tuple(tuple(sorted(each.items())) if isinstance(each, Mapping) else each for each in settings)
