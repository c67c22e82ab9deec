"""A scenario worked out: places on the network, freight, sites and prices, ready to be decided."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import networks
from logistics.candidates import Around, greenfield_sites
from logistics.connect import Connected, connect, is_large
from logistics.costs import FlowClass, Pricing
from logistics.demand import FreightRules, freight_of_year
from logistics.distances import Floats, Indices
from logistics.eco_parks import truck_co2_share
from logistics.freight import Freight
from logistics.ledger import Ledger
from logistics.ledger_checks import check_values, warnings_of
from logistics.markets import far_ends
from logistics.od_matrix import joins_parks
from logistics.region import Region, read_region
from logistics.road_changes import with_road_changes
from logistics.scenario import EVERY_SITE, Scenario
from logistics.scenario_checks import check_ledger, check_scenario, check_sites
from logistics.site_rules import rules_of_site
from logistics.sites import HubOption, is_standing, site_options
from logistics.units import PERCENT
from networks import Network

Progress = Callable[[str], None]

WATER_WORDS: Final = ("inland waterway", "seaport")
RAIL_WORD: Final = "rail"
RAILED_GATEWAYS: Final = ("seaport", "border_gate", "rail_terminal", "external")
"""Types of gateways that trains may reach, where a station lies near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is needed to price any plan of a scenario in one year.

    `flows` has one row a flow: `near_id`, `far_id`, commodity, channel, direction, trade, shipment,
    `t_per_year`, `vot_vnd_per_th`, and `contestable`, the part of its tonnes that may use a shared
    hub. `near` and `far` are its ends in the distances, `kind_of` its class among `kinds`.
    `sites` are the sites the scenario allows, `options` the ways of building each. `readings` are what is to be said of
    the reading of files, `warnings` of all else.
    """

    scenario: Scenario
    year: int
    region: Region
    network: Network
    connected: Connected
    freight: Freight
    flows: pd.DataFrame
    near: Indices
    far: Indices
    kinds: tuple[FlowClass, ...]
    kind_of: Indices
    sites: pd.DataFrame
    options: tuple[HubOption, ...]
    pricing: Pricing
    warnings: tuple[str, ...]
    readings: tuple[str, ...]

    def classes(self) -> Iterator[tuple[FlowClass, Indices]]:
        """Yield the classes of flows priced alike and the rows of each."""
        for code, kind in enumerate(self.kinds):
            yield kind, np.flatnonzero(self.kind_of == code)

    @property
    def contestable_t(self) -> Floats:
        """Return, per flow, the tonnes per year that may use a shared hub."""
        tonnes: Floats = (self.flows["t_per_year"] * self.flows["contestable"]).to_numpy(float)
        return tonnes

    @property
    def tonnes(self) -> Floats:
        """Return the tonnes per year of each flow."""
        return self.flows["t_per_year"].to_numpy(float)

    @property
    def captive_t(self) -> Floats:
        """Return, per flow, the tonnes per year that go directly whatever is decided."""
        captive: Floats = self.tonnes - self.contestable_t
        return captive

    @property
    def site_positions(self) -> Indices:
        """Return where the sites stand in the distances."""
        return self.connected.distances.positions(self.sites["hub_id"])


def build_case(scenario: Scenario, year: int, progress: Progress = lambda _: None, earlier: Case | None = None) -> Case:
    """Read the scenario's tables and network and work out freight and prices of one year.

    Parameters
    ----------
    earlier
        The case of another year of the same scenario: its tables, made sites and calibration are taken.

    Raises
    ------
    InputError
        With every fault of the tables, or a site, ledger row or place that cannot be right.
    networks.NetworkError
        If the network cannot be read or a place is too far from it.
    """
    region = region_of(scenario, progress) if earlier is None else earlier.region
    sites = allowed_sites(region.sites, scenario, year)
    network = read_network(scenario, year, progress)
    progress("joining places to the network")
    ends = far_ends(region.gateways, region.provinces, year, region.ledger)
    places, afloat = used_places(region, sites, ends, rail=scenario.rail, od_matrix=scenario.od_matrix)
    connected = connect(network, places, afloat, region.ledger, scenario.max_connector_km, year)
    progress("spreading the freight")
    fitted = None if earlier is None else earlier.freight.calibration
    freight = build_freight(region, scenario, year, ends, connected, fitted)
    return assemble(scenario, year, region, (network, connected), (freight, sites))


def region_of(scenario: Scenario, progress: Progress = lambda _: None) -> Region:
    """Read and check the scenario's tables: its own ledger and the sites it asks to be made are in them."""
    progress("reading the tables")
    region = read_region(scenario.tables)
    check_scenario(scenario, region)
    return with_greenfield_sites(with_own_ledger(region, scenario), scenario)


def assemble(
    scenario: Scenario,
    year: int,
    region: Region,
    roads: tuple[Network, Connected],
    demand: tuple[Freight, pd.DataFrame],
) -> Case:
    """Put a case together from its parts; `roads` is the network alone and joined, `demand` freight and sites."""
    network, connected = roads
    freight, sites = demand
    ledger, distances = region.ledger, connected.distances
    small = freight.flows["shipment"] != "full"
    flows = freight.flows.assign(contestable=np.where(small, ledger.share("contestable_small"), 1.0))
    near = distances.positions(flows["near_id"])
    far = distances.positions(flows["far_id"])
    kinds, kind_of = flow_classes(flows)
    cap = matched_caps(flows, near, far, len(distances.place_ids))
    return Case(
        scenario=scenario, year=year, region=region, network=network, connected=connected, freight=freight,
        flows=flows, near=near, far=far, kinds=kinds, kind_of=kind_of,
        sites=sites, options=options_of(sites, scenario, year, ledger),
        warnings=(*connected.warnings, *warnings_of(ledger, tuple(scenario.ledger))),
        readings=(*region.notes, *freight.notes, *(scenario.source.notes if scenario.source else ())),
        pricing=Pricing(
            ledger=ledger, distances=distances, matched_cap=cap,
            co2_price_vnd_per_t=scenario.objective.co2_price_vnd_per_t,
            truck_co2_share=truck_co2_share(distances.place_ids, scenario.eco_parks, ledger),
        ),
    )  # fmt: skip


def flow_classes(flows: pd.DataFrame) -> tuple[tuple[FlowClass, ...], Indices]:
    """Return the classes of flows priced alike, and the class of each flow."""
    names = ["shipment", "channel", "direction"]
    kinds = flows[names].drop_duplicates().sort_values(names).to_numpy().tolist()
    classes = (FlowClass(shipment=str(row[0]), channel=str(row[1]), direction=str(row[2])) for row in kinds)
    return tuple(classes), flows.groupby(names, sort=True).ngroup().to_numpy().astype(np.intp)


def with_own_ledger(region: Region, scenario: Scenario) -> Region:
    """Return the region with the scenario's own values in its ledger, checked."""
    check_ledger(scenario, region.ledger)
    ledger = region.ledger.with_values(scenario.ledger)
    check_values(ledger)
    return replace(region, ledger=ledger)


def options_of(sites: pd.DataFrame, scenario: Scenario, year: int, ledger: Ledger) -> tuple[HubOption, ...]:
    """Return the ways of building every site in a year, site after site."""
    return tuple(option for _, site in sites.iterrows() for option in _options(site, scenario, year, ledger))


def _options(site: pd.Series, scenario: Scenario, year: int, ledger: Ledger) -> list[HubOption]:
    """Return the ways of building a site in a year; none of a new one before the earliest year it may have."""
    stands = is_standing(site["status"], year)
    stands_ever = is_standing(site["status"], scenario.years[-1])
    if not stands_ever and year < scenario.earliest_year.get(str(site["hub_id"]), year):
        return []
    rules = rules_of_site(scenario, str(site["hub_id"]))
    return site_options(site, ledger, stands=stands, stands_ever=stands_ever, rules=rules)


def allowed_sites(sites: pd.DataFrame, scenario: Scenario, year: int) -> pd.DataFrame:
    """Return the sites that stand or may be built, without closed and forbidden ones; `standing` says which."""
    alive = sites[sites["status"] != "closed"]
    standing = np.array([is_standing(status, year) for status in alive["status"]], dtype=bool)
    ever = np.array([is_standing(status, scenario.years[-1]) for status in alive["status"]], dtype=bool)
    check_sites(scenario, list(alive["hub_id"]), list(alive["hub_id"][~ever]))
    alive = alive.assign(standing=standing, stands_ever=ever)
    barred = EVERY_SITE in scenario.forbidden
    kept = ~alive["hub_id"].isin(scenario.forbidden) & (not barred)
    return alive[kept].reset_index(drop=True)


def with_greenfield_sites(region: Region, scenario: Scenario) -> Region:
    """Return the region with the sites a scenario asks to be made; the network of the last phase makes them all."""
    if scenario.candidates is None:
        return region
    roads = read_network(scenario, scenario.years[-1], lambda _: None)
    around = Around(roads=roads, generators=region.generators, sites=region.sites)
    fresh = greenfield_sites(scenario.candidates, around, region.ledger)
    sites = pd.concat([region.sites, fresh.sites], ignore_index=True)
    return replace(region, sites=sites, notes=(*region.notes, *fresh.notes))


def read_network(scenario: Scenario, year: int, progress: Progress) -> Network:
    """Return the scenario's network, changed as it asks: bundled, saved, or an OpenStreetMap file."""
    return with_road_changes(read_roads(scenario, year, progress), scenario)


def read_roads(scenario: Scenario, year: int, progress: Progress) -> Network:
    """Return the scenario's network as it was read, before it is changed."""
    if scenario.network is None:
        return networks.northern_vietnam(year=year, modes=("road",))
    progress(f"reading the network {scenario.network.name}")
    if scenario.network.is_dir():
        return networks.load(scenario.network)
    return networks.read_osm(scenario.network)


def used_places(
    region: Region, sites: pd.DataFrame, ends: pd.DataFrame, *, rail: bool = False, od_matrix: Path | None = None
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the places to be joined to the network, and which of them may have a quay.

    With `rail` the places tell in a column `railed` which may have a siding. Parks and clusters come first; in a large
    region `is_park` names them, unless the matrix of the user's own sends freight from one of them to another.
    """
    gates = region.gateways[region.gateways["place_id"].isin(ends["place_id"])]
    frames = [
        region.generators.assign(afloat=False, railed=False, is_park=True),
        region.provinces.assign(afloat=False, railed=False),
        gates.assign(afloat=gates["type"] == "seaport", railed=gates["type"].isin(RAILED_GATEWAYS)),
        sites.rename(columns={"hub_id": "place_id"}).assign(
            afloat=[_on_water(modes) for modes in sites["modes"]],
            railed=[RAIL_WORD in modes for modes in sites["modes"]],
        ),
    ]
    columns = ["place_id", "lon", "lat", "afloat", "railed", "is_park"]
    frames = [frame.assign(is_park=frame.get("is_park", False))[columns] for frame in frames]
    places = pd.concat(frames, ignore_index=True)
    dropped = ["afloat"] if rail else ["afloat", "railed"]
    parks = frozenset(region.generators["place_id"])
    if not is_large(len(places)) or (od_matrix is not None and joins_parks(od_matrix, parks)):
        dropped = [*dropped, "is_park"]
    return places.drop(columns=dropped), places["afloat"].to_numpy(bool)


def _on_water(modes: str) -> bool:
    return any(word in modes for word in WATER_WORDS)


def build_freight(
    region: Region,
    scenario: Scenario,
    year: int,
    ends: pd.DataFrame,
    connected: Connected,
    fitted: pd.DataFrame | None = None,
) -> Freight:
    """Return the freight of a year, made as the scenario says; `fitted` is the calibration of another of its years."""
    rules = FreightRules(
        calibrate=scenario.calibrate, eco_parks=scenario.eco_parks, od_matrix=scenario.od_matrix, fitted=fitted
    )
    freight = freight_of_year(region, scenario, year, ends, connected, rules)
    return freight if scenario.scale_pct == 1 / PERCENT else freight.scaled(scenario.scale_pct * PERCENT)


def matched_caps(flows: pd.DataFrame, near: Indices, far: Indices, places: int) -> Floats:
    """Return, per place, the largest share of returns that can be loaded: min(in, out) / max(in, out) of its tonnes."""
    out = (flows["direction"] == "out").to_numpy()
    t_per_year = flows["t_per_year"].to_numpy(float)
    leaving = np.bincount(np.where(out, near, far), weights=t_per_year, minlength=places)
    arriving = np.bincount(np.where(out, far, near), weights=t_per_year, minlength=places)
    larger = np.maximum(leaving, arriving)
    return np.divide(np.minimum(leaving, arriving), larger, out=np.zeros(places), where=larger > 0)
