"""Vehicles: what they weigh and measure, and how fast they drive on which road of northern Vietnam.

Sources
-------
Speeds of the heavy truck: the project's parameter table, rows ``speed_motorway`` 65, ``speed_trunk`` 45,
``speed_primary`` 38, ``speed_secondary`` 30, ``speed_mountain_primary`` 30 and ``speed_urban`` 24 km/h:
averages of a loaded truck over the whole road (general knowledge, low confidence, each with a range there).

Limits of mass and size: Circular 39/2024 on the limits of load and dimension of roads (before it Circular
46/2015/TT-BGTVT), restated, not copied: height 4.35 m with a container, width 2.5 m, length 20 m for a
tractor with semi-trailer and 12.2 m for a truck, 10 t on a single axle, gross 48 t for a tractor with
semi-trailer of six axles or more, 24 t for a truck of three axles.

Everything else is an assumption and says so beside the value.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

LEAST_H = 1e-9
"""Time given to a link of no length, in h (4 microseconds): times must be positive."""

URBAN_KM_PER_H = 24.0
"""Speed of a loaded truck on streets: the last kilometres to a place."""

HEAVY_TRUCK_KM_PER_H: Mapping[str, float] = MappingProxyType(
    {
        "motorway": 65.0,
        "trunk": 45.0,
        "primary": 38.0,
        "secondary": 30.0,
        "connector": URBAN_KM_PER_H,
        # assumptions: slip roads, and classes that the parameter table does not name
        "motorway_link": 40.0,
        "trunk_link": 30.0,
        "primary_link": 28.0,
        "secondary_link": 24.0,
        "tertiary": URBAN_KM_PER_H,
        "tertiary_link": 20.0,
        "unclassified": 20.0,
        "road": 20.0,
        "residential": 15.0,
        "service": 10.0,
        "living_street": 8.0,
        "track": 8.0,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A road vehicle.

    Parameters
    ----------
    name
        By which the command line knows it.
    gross_t, payload_t
        Mass loaded to the limit, and of the load alone, in t.
    axle_load_t
        Largest load of a single axle, in t.
    height_m, width_m, length_m
        Outer measures, in m.
    speed_km_per_h
        Average speed by OpenStreetMap class of the road.
    mountain_km_per_h
        No road but a motorway is driven faster than this in the mountains: the one speed that is known there,
        of primary roads, caps the others too.
    other_km_per_h
        Speed on a class that `speed_km_per_h` does not name.
    """

    name: str
    gross_t: float
    payload_t: float
    axle_load_t: float
    height_m: float
    width_m: float
    length_m: float
    speed_km_per_h: Mapping[str, float] = field(default_factory=lambda: HEAVY_TRUCK_KM_PER_H)
    mountain_km_per_h: float = 30.0
    other_km_per_h: float = 15.0

    def speeds_km_per_h(
        self,
        highway: "pd.Series[str]",
        terrain: "pd.Series[str] | None" = None,
        limit_km_per_h: "pd.Series[float] | None" = None,
    ) -> NDArray[np.float64]:
        """Return the speed on each road.

        Parameters
        ----------
        highway
            OpenStreetMap class of each road.
        terrain
            "mountain" where it is; flat by default.
        limit_km_per_h
            Speed limit; NaN where there is none.
        """
        known = highway.map(dict(self.speed_km_per_h)).fillna(self.other_km_per_h)
        speeds: NDArray[np.float64] = np.array(known, dtype=np.float64)
        if terrain is not None:
            slow = ((terrain == "mountain") & (highway != "motorway")).to_numpy()
            np.minimum(speeds, self.mountain_km_per_h, out=speeds, where=slow)
        if limit_km_per_h is not None:
            np.fmin(speeds, limit_km_per_h.to_numpy(dtype=np.float64), out=speeds)
        return speeds

    def travel_h(
        self,
        length_km: "pd.Series[float]",
        highway: "pd.Series[str]",
        terrain: "pd.Series[str] | None" = None,
        limit_km_per_h: "pd.Series[float] | None" = None,
    ) -> NDArray[np.float64]:
        """Return the time on each road in h, never less than `LEAST_H`; arguments as in `speeds_km_per_h`."""
        hours = length_km.to_numpy(dtype=np.float64) / self.speeds_km_per_h(highway, terrain, limit_km_per_h)
        return np.asarray(np.maximum(hours, LEAST_H), dtype=np.float64)


TRUCK_40FT = Vehicle(
    name="truck_40ft",
    gross_t=48.0,
    payload_t=28.0,  # assumption: tractor 9 t, semi-trailer 7 t, empty container 3.8 t
    axle_load_t=10.0,
    height_m=4.35,
    width_m=2.5,
    length_m=20.0,
)
TRUCK_15T = Vehicle(
    name="truck_15t",
    gross_t=24.0,  # three axles
    payload_t=15.0,  # assumption: 9 t empty
    axle_load_t=10.0,
    height_m=4.0,  # assumption
    width_m=2.5,
    length_m=12.2,
)
TRUCK_5T = Vehicle(
    name="truck_5t",
    gross_t=9.5,  # assumption, as are the measures
    payload_t=5.0,
    axle_load_t=6.5,
    height_m=3.3,
    width_m=2.3,
    length_m=8.0,
)
VAN = Vehicle(
    name="van",
    gross_t=3.5,  # assumption, as are the measures
    payload_t=1.5,
    axle_load_t=2.0,
    height_m=2.7,
    width_m=2.0,
    length_m=6.0,
)

VEHICLES: Mapping[str, Vehicle] = MappingProxyType(
    {vehicle.name: vehicle for vehicle in (TRUCK_40FT, TRUCK_15T, TRUCK_5T, VAN)}
)
"""By name. All drive at the heavy truck's speeds (assumption: the table knows no other)."""
