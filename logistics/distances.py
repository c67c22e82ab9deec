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
    """Matrices [origin, destination] over `place_ids`; `inf` where there is no way.

    `by_vehicle` holds the way that costs each vehicle class least: were the ways the fastest instead, a
    hub could "save" money by lying on a cheaper road. `water_km` is the length by inland waterway,
    `inf` where either end has no quay; `rail_km` that by rail on one gauge, `inf` where either end has no station.
    """

    place_ids: tuple[str, ...]
    by_vehicle: Mapping[str, Leg]
    water_km: Floats
    rail_km: Floats | None = None

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
        """Return the way of a vehicle class between paired positions; the two index arrays broadcast."""
        pair = (origins, destinations)
        whole = self.by_vehicle[vehicle]
        return Leg(
            length_km=whole.length_km[pair],
            travel_h=whole.travel_h[pair],
            toll_group5_vnd=whole.toll_group5_vnd[pair],
        )
