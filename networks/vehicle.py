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

Speeds of the lighter vehicles: an assumption, no survey of them is in the sources. The heavy truck's speeds are
multiplied by how much faster the law lets the lighter one drive on an undivided road outside built-up areas, and
rounded to whole km/h: a tractor with semi-trailer 60, a truck above 3.5 t payload 70, up to 3.5 t 80 km/h; on
divided roads 70, 80 and 90, in built-up areas 50 and 60 for all (Circular 38/2024/TT-BGTVT, before it
31/2019/TT-BGTVT, restated from general knowledge). The 15 t truck is set half way between, for its mass on slopes.
The results lie near the upper ends that the parameter table gives for heavy trucks (75, 55, 45, 38, 32, 36 km/h).

Groups of tolls: the five of Circular 35/2016/TT-BGTVT on tolls of roads built by investors, restated from general
knowledge: up to 2 t of payload or 12 seats, 2 to 4, 4 to 10, 10 to 18 t or a 20-foot container, 18 t and more or a
40-foot container.

Everything else is an assumption and says so beside the value.
"""

from collections.abc import Iterator, Mapping
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

_MOUNTAIN_KM_PER_H = 30.0

TOLL_GROUP_FROM_T = (2.0, 4.0, 10.0, 18.0)
"""Payload in t at which the toll groups 2 to 5 begin."""

TOLL_GROUP_OF_CONTAINER: Mapping[int, int] = MappingProxyType({20: 4, 40: 5, 45: 5})
"""Toll group by the length in feet of the container carried; it stands above the payload."""

_NUMBERS = ("gross_t", "payload_t", "axle_load_t", "height_m", "width_m", "length_m", "mountain_km_per_h")


def _faster(ratio: float) -> Mapping[str, float]:
    """Return the heavy truck's speeds times `ratio`, in whole km/h."""
    return MappingProxyType({name: float(round(speed * ratio)) for name, speed in HEAVY_TRUCK_KM_PER_H.items()})


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
    container_ft
        Length in feet of the container that it carries, 20, 40 or 45; 0: none.

    Raises
    ------
    ValueError
        A measure or speed is not a finite number above 0, the payload not below the gross mass, the container of
        another length, or the name blank: all are named.
    """

    name: str
    gross_t: float
    payload_t: float
    axle_load_t: float
    height_m: float
    width_m: float
    length_m: float
    speed_km_per_h: Mapping[str, float] = field(default_factory=lambda: HEAVY_TRUCK_KM_PER_H)
    mountain_km_per_h: float = _MOUNTAIN_KM_PER_H
    other_km_per_h: float = 15.0
    container_ft: int = 0

    def __post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise ValueError(f"vehicle {self.name!r}: {'; '.join(faults)}")
        object.__setattr__(self, "speed_km_per_h", MappingProxyType(dict(self.speed_km_per_h)))

    def _faults(self) -> Iterator[str]:
        if not self.name.strip():
            yield "found no name, expected one"
        numbers = {name: getattr(self, name) for name in (*_NUMBERS, "other_km_per_h")}
        numbers |= {f"speed_km_per_h[{highway!r}]": speed for highway, speed in self.speed_km_per_h.items()}
        for name, value in numbers.items():
            if not (np.isfinite(value) and value > 0.0):
                yield f"found {name}={value!r}, expected a finite number above 0"
        if self.payload_t >= self.gross_t:
            yield f"found payload_t={self.payload_t!r}, expected less than gross_t={self.gross_t!r}"
        if self.container_ft and self.container_ft not in TOLL_GROUP_OF_CONTAINER:
            yield f"found container_ft={self.container_ft!r}, expected 0, 20, 40 or 45"

    @property
    def toll_group(self) -> int:
        """Return the group, 1 to 5, in which the vehicle pays tolls in Vietnam."""
        of_payload = 1 + sum(self.payload_t >= begin for begin in TOLL_GROUP_FROM_T)
        return TOLL_GROUP_OF_CONTAINER.get(self.container_ft, of_payload)

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
    container_ft=40,
)
TRUCK_15T = Vehicle(
    name="truck_15t",
    gross_t=24.0,  # three axles
    payload_t=15.0,  # assumption: 9 t empty
    axle_load_t=10.0,
    height_m=4.0,  # assumption
    width_m=2.5,
    length_m=12.2,
    speed_km_per_h=_faster(13 / 12),
    mountain_km_per_h=float(round(_MOUNTAIN_KM_PER_H * 13 / 12)),
)
TRUCK_5T = Vehicle(
    name="truck_5t",
    gross_t=9.5,  # assumption, as are the measures
    payload_t=5.0,
    axle_load_t=6.5,
    height_m=3.3,
    width_m=2.3,
    length_m=8.0,
    speed_km_per_h=_faster(7 / 6),
    mountain_km_per_h=float(round(_MOUNTAIN_KM_PER_H * 7 / 6)),
)
VAN = Vehicle(
    name="van",
    gross_t=3.5,  # assumption, as are the measures
    payload_t=1.5,
    axle_load_t=2.0,
    height_m=2.7,
    width_m=2.0,
    length_m=6.0,
    speed_km_per_h=_faster(4 / 3),
    mountain_km_per_h=float(round(_MOUNTAIN_KM_PER_H * 4 / 3)),
)

VEHICLES: Mapping[str, Vehicle] = MappingProxyType(
    {vehicle.name: vehicle for vehicle in (TRUCK_40FT, TRUCK_15T, TRUCK_5T, VAN)}
)
"""By name, the heaviest first."""
