"""What a tonne costs on a way, kind by kind, added up from its trips and what is not truck."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from logistics.distances import Floats
from logistics.tariffs import Leg, TripCost
from logistics.units import KG_PER_T

KINDS: Final = ("distance", "truck_hours", "dispatch", "toll", "handling", "barge", "rail", "cargo_time", "co2")
"""Kinds of variable cost; the yearly fixed cost of new hubs comes on top."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WayCost:
    """Cost of a tonne by kind, VND, with its tonne-kilometres, hours and CO2; arrays of one shape.

    What is the same for every tonne stands there once, seen in that shape (`np.broadcast_to`).
    """

    vnd_by_kind: Mapping[str, Floats]
    truck_km: Floats
    water_km: Floats
    rail_km: Floats
    hours: Floats
    co2_t: Floats

    @property
    def vnd_per_t(self) -> Floats:
        """Sum of all kinds, one after the other: the last digit is the same for every shape."""
        total = np.zeros_like(self.truck_km)
        for kind in KINDS:
            total += self.vnd_by_kind[kind]
        return total


@dataclass(frozen=True, slots=True, kw_only=True)
class Extra:
    """What a tonne pays besides trucks: handling, barge, rail, hours of dwell or on the way, CO2."""

    handling_vnd: float = 0.0
    barge_vnd: Floats | float = 0.0
    rail_vnd: Floats | float = 0.0
    hours: Floats | float = 0.0
    water_km: Floats | float = 0.0
    rail_km: Floats | float = 0.0
    co2_t: Floats | float = 0.0


def sum_up(trips: tuple[TripCost, ...], legs: tuple[Leg, ...], vot_vnd_per_th: Floats, extra: Extra) -> WayCost:
    """Add up the trips of a tonne and what is not truck; CO2 costs nothing yet."""
    hours = sum((leg.travel_h for leg in legs), start=np.asarray(extra.hours, dtype=np.float64))
    truck_km = sum((leg.length_km for leg in legs), start=np.zeros_like(hours))
    zeros = np.zeros_like(truck_km)
    handling, barge, rail, water_km, rail_km, nothing = (
        np.broadcast_to(np.asarray(part, dtype=np.float64), zeros.shape)
        for part in (extra.handling_vnd, extra.barge_vnd, extra.rail_vnd, extra.water_km, extra.rail_km, 0.0)
    )
    return WayCost(
        vnd_by_kind={
            "distance": sum((trip.distance_vnd for trip in trips), start=zeros),
            "truck_hours": sum((trip.hours_vnd for trip in trips), start=zeros),
            "dispatch": sum((trip.dispatch_vnd for trip in trips), start=zeros),
            "toll": sum((trip.toll_vnd for trip in trips), start=zeros),
            "handling": handling,
            "barge": barge,
            "rail": rail,
            "cargo_time": hours * vot_vnd_per_th,
            "co2": nothing,
        },
        truck_km=truck_km,
        water_km=water_km,
        rail_km=rail_km,
        hours=hours,
        co2_t=sum((trip.co2_kg for trip in trips), start=zeros) / KG_PER_T + extra.co2_t,
    )
