"""Kilometres, hours and tolls between all places, by truck and by barge, as the cost model wants them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistics.errors import InputError
from logistics.tariffs import Leg

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distances:
    """Matrices [origin, destination] over `place_ids`; `inf` where there is no way.

    `water_km` is the length by inland waterway, `inf` where either end has no quay.
    """

    place_ids: tuple[str, ...]
    length_km: Floats
    travel_h: Floats
    toll_group5_vnd: Floats
    water_km: Floats

    def positions(self, place_ids: Sequence[str]) -> Indices:
        """Return the row of each place.

        Raises
        ------
        InputError
            If a place is not on the network.
        """
        position = {place_id: at for at, place_id in enumerate(self.place_ids)}
        lost = sorted(set(place_ids) - set(position))
        if lost:
            raise InputError(f"places not on the network: {', '.join(lost)}")
        return np.array([position[place_id] for place_id in place_ids], dtype=np.intp)

    def leg(self, origins: Indices, destinations: Indices) -> Leg:
        """Return the way between paired positions; the two index arrays broadcast."""
        pair = (origins, destinations)
        return Leg(
            length_km=self.length_km[pair],
            travel_h=self.travel_h[pair],
            toll_group5_vnd=self.toll_group5_vnd[pair],
        )
