"""Places by a station, and the railways between them: every train keeps its gauge.

A place on rail reaches, on each gauge, the station nearest to it within `hub_rail_max_km`; what lies between counts as
a siding. Between two places the gauge with the shorter way is taken; cargo does not change gauge on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import networks
from logistics.distances import Floats, Indices
from logistics.ledger import Ledger
from networks import Network
from networks.gauges import by_gauge
from networks.geodesy import great_circle_km


@dataclass(frozen=True, slots=True, kw_only=True)
class Rails:
    """The railways, one layer a gauge; per gauge the station of each place ("" for none) and the km between places."""

    network: Network
    stations: Mapping[str, NDArray[np.object_]]
    km_by_gauge: Mapping[str, Floats]

    @property
    def km(self) -> Floats:
        """Return the km on the better gauge, [origin, destination]; `inf` where no train goes."""
        shortest: Floats = np.min(list(self.km_by_gauge.values()), axis=0)
        return shortest

    def trips(self, origins: Indices, destinations: Indices, t_per_year: Floats) -> pd.DataFrame:
        """Return tonnes between stations: `origin`, `destination` (nodes of `network`), `t_per_year`."""
        gauges = list(self.km_by_gauge)
        km = np.array([self.km_by_gauge[gauge][origins, destinations] for gauge in gauges])
        best = km.argmin(axis=0)
        nodes = np.array([self.stations[gauge] for gauge in gauges], dtype=object)
        trips = pd.DataFrame(
            {"origin": nodes[best, origins], "destination": nodes[best, destinations], "t_per_year": t_per_year}
        )
        trips = trips[trips["origin"] != trips["destination"]]
        return trips.groupby(["origin", "destination"], sort=True)["t_per_year"].sum().reset_index()


def rails_between(places: pd.DataFrame, ledger: Ledger, year: int) -> Rails | None:
    """Return the railways between places in a year; None where none of them may have a siding.

    Parameters
    ----------
    places
        `place_id`, `lon`, `lat` and, if any place may be on rail, `railed`.
    """
    if "railed" not in places or not places["railed"].any():
        return None
    network = by_gauge(networks.northern_vietnam(modes=("rail",), year=year))
    at = np.flatnonzero(places["railed"].to_numpy(bool))
    stations, km = {}, {}
    for gauge, layer in network.nodes.groupby("gauge_mm"):
        node, gap_km = _nearest(places.iloc[at], layer)
        near = gap_km <= ledger["hub_rail_max_km"]
        names = np.full(len(places), "", dtype=object)
        names[at[near]] = node[near]
        stations[str(gauge)] = names
        km[str(gauge)] = _km(network, names, at[near], gap_km[near])
    return Rails(network=network, stations=MappingProxyType(stations), km_by_gauge=MappingProxyType(km))


def _nearest(places: pd.DataFrame, nodes: pd.DataFrame) -> tuple[NDArray[np.object_], Floats]:
    """Return the nearest node of each place and the great circle to it in km."""
    km = great_circle_km(
        places["lon"].to_numpy(float)[:, None], places["lat"].to_numpy(float)[:, None],
        nodes["lon"].to_numpy(float)[None, :], nodes["lat"].to_numpy(float)[None, :],
    )  # fmt: skip
    return nodes["node_id"].to_numpy(dtype=object)[km.argmin(axis=1)], km.min(axis=1)


def _km(network: Network, names: NDArray[np.object_], ends: Indices, gap_km: Floats) -> Floats:
    """Return the km between all places on one gauge; `ends` are those by a station, `gap_km` away from it."""
    km = np.full((len(names), len(names)), np.inf)
    if ends.size:
        nodes = [str(name) for name in names[ends]]
        between = networks.travel(network, nodes, nodes, by="km").km
        km[np.ix_(ends, ends)] = between + gap_km[:, None] + gap_km[None, :]
    np.fill_diagonal(km, np.inf)
    return km
