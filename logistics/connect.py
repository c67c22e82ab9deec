"""Places joined to the network, and the distances between them by truck, by barge and by rail."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import networks
from logistics.distances import Distances, Floats
from logistics.errors import InputError
from logistics.ledger import Ledger
from logistics.rails import Rails, rails_between
from logistics.tariffs import VEHICLES, Leg, Truck
from logistics.tolls import toll_group5_vnd
from models.memory import machine_bytes
from networks import Network
from networks.geodesy import great_circle_km

SOFT_LIMIT_KM: Final = 10.0
"""Connectors beyond this are reported as warnings."""
_CHOICES: Final = (
    "Raise network.max_connector_km to join them by a straight connector, or take them out of their tables; a part of "
    "the network that no road joins to the rest counts for nothing."
)
_MATRICES: Final = 3 * len(VEHICLES) + 1
"""Kilometres, hours and tolls of each vehicle, and kilometres by water; freight is spread over a square of hours."""
_BYTES_EACH: Final = 8
_GIGABYTE: Final = 1e9
TOLL: Final = "toll_group5_vnd"
BASE_YEAR: Final = 2026
LARGE: Final = 2_000
"""Places from which on parks are not measured to parks; below, one matrix holds all pairs in 0.4 GB at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """Places on the network.

    `network` holds a node for every place and its connectors; `nodes` maps place ids to node ids;
    `quays` maps places on water to nodes of `water`; `rails` is None where no place is on rail; `connector_km` is
    indexed by place id.
    """

    network: Network
    nodes: pd.Series
    connector_km: pd.Series
    water: Network
    quays: pd.Series
    rails: Rails | None
    distances: Distances
    warnings: tuple[str, ...]


def connect(
    network: Network,
    places: pd.DataFrame,
    afloat: NDArray[np.bool_],
    ledger: Ledger,
    max_km: float,
    rail_year: int = BASE_YEAR,
) -> Connected:
    """Join every place to the roads, those afloat to the waterways, those by a station to the rails; measure all.

    Parameters
    ----------
    network
        Roads with `highway`, `ref` and, if known, `toll_vnd_per_km`.
    places
        `place_id`, `lon`, `lat` and, where any place may have a siding, `railed`. In a large region (`LARGE`) those
        that stand first with `is_park` are not measured to each other.
    afloat
        Which places may have a quay.
    max_km
        Longest connector allowed.
    rail_year
        The railways as they stand in that year.

    Raises
    ------
    networks.TooFarError
        Naming every place further away.
    InputError
        If there is no room for the distances between so many places.
    """
    require_room(len(places), _apart(places))
    points = places[["place_id", "lon", "lat"]].rename(columns={"place_id": "point_id"})
    try:
        snapped = networks.snap(
            network, points, max_km=max_km, circuity=ledger["detour_access"], speed_km_per_h=ledger["connector_speed"]
        )
    except networks.TooFarError as error:
        raise networks.TooFarError(f"{error}\n{_CHOICES}") from error
    joined = networks.join(network, snapped)
    joined = replace(joined, links=with_way_costs(joined.links, ledger))
    ids = tuple(str(place_id) for place_id in places["place_id"])
    nodes = pd.Series(snapped.node_ids, index=ids)
    apart = _apart(places)
    every, others = list(nodes), list(nodes.iloc[apart:])
    by_vehicle = {vehicle: _ways(joined, (every, others), vehicle) for vehicle in VEHICLES}
    away = {vehicle: _ways(joined, (others, every), vehicle) for vehicle in VEHICLES} if apart else None
    water, quays, water_km = _by_water(places.iloc[apart:], afloat[apart:], ledger)
    rails = rails_between(places.iloc[apart:], ledger, rail_year)
    rail_km = None if rails is None else rails.km
    distances = Distances(
        place_ids=ids, by_vehicle=by_vehicle, water_km=water_km, rail_km=rail_km, apart=apart, away=away
    )
    connector_km = pd.Series(snapped.points["connector_km"].to_numpy(float), index=ids)
    return Connected(
        network=joined, nodes=nodes, connector_km=connector_km, water=water, quays=quays, rails=rails,
        distances=distances,
        warnings=(*_far_warnings(connector_km), *_dry_warnings(places, afloat, quays, ledger)),
    )  # fmt: skip


def is_large(places: int) -> bool:
    """Tell whether so many places are too many to measure those to each other that nothing goes between."""
    return places >= LARGE


def require_room(places: int, apart: int = 0) -> None:
    """Refuse more places than the distances between them find room for in this machine's memory.

    Parameters
    ----------
    places
        How many there are.
    apart
        How many of them are left unmeasured to each other.

    Raises
    ------
    InputError
        With what they would take.
    """
    measured = 2 * places * (places - apart) if apart else places**2
    need, room = _BYTES_EACH * (_MATRICES * measured + places**2), machine_bytes()
    if need > room:
        raise InputError(
            f"the distances between the {places:,} parks, provinces, gateways and sites take "
            f"{need / _GIGABYTE:,.0f} GB, and this machine has {room / _GIGABYTE:,.0f} GB; merge places that lie close "
            "together, or leave some out"
        )


def with_way_costs(links: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return the links with their toll and what driving them costs each vehicle class."""
    leg = Leg(
        length_km=links["length_km"].to_numpy(float),
        travel_h=links["travel_h"].to_numpy(float),
        toll_group5_vnd=toll_group5_vnd(links, ledger),
    )
    costs = {way_column(vehicle): Truck.from_ledger(ledger, vehicle).way_vnd(leg) for vehicle in VEHICLES}
    return links.assign(**{TOLL: leg.toll_group5_vnd}, **costs)


def way_column(vehicle: str) -> str:
    """Return the column of links by which a vehicle class chooses its way."""
    return f"way_{vehicle}_vnd"


def _apart(places: pd.DataFrame) -> int:
    """Return how many of the first places are left unmeasured to each other."""
    if not is_large(len(places)) or "is_park" not in places:
        return 0
    return int(np.argmin(np.append(places["is_park"].to_numpy(bool), False)))


def _ways(network: Network, ends: tuple[list[str], list[str]], vehicle: str) -> Leg:
    travel = networks.travel(network, *ends, by=way_column(vehicle), accumulate=(TOLL,))
    return Leg(length_km=travel.km, travel_h=travel.h, toll_group5_vnd=travel.sums[TOLL])


def _far_warnings(connector_km: pd.Series) -> tuple[str, ...]:
    far = connector_km[connector_km > SOFT_LIMIT_KM].sort_values(ascending=False)
    return tuple(f"{place} is {km:.1f} km from the network" for place, km in far.items())


def _dry_warnings(places: pd.DataFrame, afloat: NDArray[np.bool_], quays: pd.Series, ledger: Ledger) -> tuple[str, ...]:
    """Return a sentence for each place said to lie on water that has no waterway node near it."""
    dry = sorted(set(places.loc[afloat, "place_id"]) - set(quays.index))
    return tuple(f"{place} lies more than {ledger['hub_water_max_km']:g} km from a waterway: no barge" for place in dry)


def _by_water(places: pd.DataFrame, afloat: NDArray[np.bool_], ledger: Ledger) -> tuple[Network, pd.Series, Floats]:
    """Return the waterways, the quay node of each place on water and the km between all places by water."""
    water = _waterways()
    node, gap_km = _nearest(places, water.nodes)
    near = afloat & (gap_km <= ledger["hub_water_max_km"])
    quays = pd.Series(water.nodes["node_id"].to_numpy()[node[near]], index=places["place_id"].to_numpy()[near])
    water_km = np.full((len(places), len(places)), np.inf)
    at = np.flatnonzero(near)
    if at.size:
        between = networks.travel(water, list(quays), list(quays), by="km").km
        water_km[np.ix_(at, at)] = between + gap_km[at][:, None] + gap_km[at][None, :]
        water_km[at, at] = np.inf
    return water, quays, water_km


@lru_cache(maxsize=1)
def _waterways() -> Network:
    return networks.northern_vietnam(modes=("waterway",))


def _nearest(places: pd.DataFrame, nodes: pd.DataFrame) -> tuple[NDArray[np.intp], Floats]:
    """Return the nearest node of each place and the great circle to it in km."""
    km = great_circle_km(
        places["lon"].to_numpy(float)[:, None], places["lat"].to_numpy(float)[:, None],
        nodes["lon"].to_numpy(float)[None, :], nodes["lat"].to_numpy(float)[None, :],
    )  # fmt: skip
    return km.argmin(axis=1), km.min(axis=1)
