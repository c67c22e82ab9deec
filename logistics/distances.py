"""Kilometres, hours and tolls between all places, by each truck, by barge and by rail, as the cost model wants them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.errors import InputError
from logistics.tariffs import Leg

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distances:
    """Matrices over `place_ids`; `inf` where there is no way.

    `by_vehicle` holds the way that costs each vehicle class least: were the ways the fastest instead, a
    hub could "save" money by lying on a cheaper road. `water_km` is the length by inland waterway,
    `inf` where either end has no quay; `rail_km` that by rail on one gauge, `inf` where either end has no station.

    The first `apart` places are parks and clusters of a large region: no freight runs between two of them, and ways
    between them, most of all pairs, are left out. `by_vehicle` is [origin, destination - apart], `away` the ways to
    them, [origin - apart, destination] (None where `apart` is 0); water and rail, which none of them has, are
    [origin - apart, destination - apart].
    """

    place_ids: tuple[str, ...]
    by_vehicle: Mapping[str, Leg]
    water_km: Floats
    rail_km: Floats | None = None
    apart: int = 0
    away: Mapping[str, Leg] | None = None

    def positions(self, place_ids: "Sequence[str] | pd.Series[str]") -> Indices:
        """Return the row of each place.

        Raises
        ------
        InputError
            If a place is not on the network.
        """
        found = pd.Index(self.place_ids).get_indexer(pd.Index(place_ids))
        if (found < 0).any():
            lost = sorted(set(place_ids) - set(self.place_ids))
            raise InputError(f"places not on the network: {', '.join(lost)}")
        return found.astype(np.intp)

    def leg(self, vehicle: str, origins: Indices, destinations: Indices) -> Leg:
        """Return the way of a vehicle class between paired positions; the two index arrays broadcast.

        Raises
        ------
        ValueError
            If both ends are among the first `apart`, between which nothing was measured.
        """
        whole, pair = self.by_vehicle[vehicle], (origins, destinations - self.apart)
        if self.away is not None and destinations.size and destinations.min() < self.apart:
            whole, pair = self.away[vehicle], (origins - self.apart, destinations)
        if min((part.min() for part in pair if part.size), default=0) < 0:
            raise ValueError(f"a way between two of the first {self.apart} places, none of which was measured")
        return Leg(
            length_km=whole.length_km[pair],
            travel_h=whole.travel_h[pair],
            toll_group5_vnd=whole.toll_group5_vnd[pair],
        )

    def hours(self, vehicle: str) -> Floats:
        """Return a vehicle class's hours, [origin, destination] over all places; `inf` where none were measured."""
        towards = self.by_vehicle[vehicle].travel_h
        if self.away is None:
            return towards
        square = np.full((len(self.place_ids), len(self.place_ids)), np.inf)
        square[self.apart :] = self.away[vehicle].travel_h
        square[:, self.apart :] = towards
        return square

    def beyond_km(self, mode: str, origins: Indices, destinations: Indices) -> Floats:
        """Return the km by barge or rail between positions that broadcast; `inf` where no barge or train goes."""
        listed_km = self.water_km if mode == "barge" else self.rail_km
        if listed_km is None:
            return np.full(np.broadcast_shapes(origins.shape, destinations.shape), np.inf)
        found: Floats = listed_km[origins - self.apart, destinations - self.apart]
        return found
