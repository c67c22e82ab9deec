"""What a truck trip, a barge trip and a tonne through a hub cost, each item once.

A truck trip loaded one way over `length_km` and `travel_h`:

    loaded km x veh_km_loaded + empty km x (1 - matched) x veh_km_empty
    + (travel_h x (2 - matched) + hours at stops) x veh_hour + veh_trip + toll x (2 - matched) x toll_frac

`matched` is the share of returns that find a load; the return is taken as long as the way out. The
tabled contract prices and `truck*_km` rows hold toll and empty return already: they check this
model (`tests/reference`), they are not added to it.
"""

from dataclasses import dataclass, fields
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from logistics.ledger import Ledger
from logistics.units import G_PER_T, KG_PER_T

Floats = NDArray[np.float64]

FUEL_ROWS: Final = {"c40": "fuel_cont40", "t15": "fuel_15t", "t10": "fuel_10t", "t5": "fuel_5t"}
VEHICLES: Final = tuple(FUEL_ROWS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A way driven: length, truck hours and the toll of the heaviest class (group 5); arrays of one shape."""

    length_km: Floats
    travel_h: Floats
    toll_group5_vnd: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class TripCost:
    """Cost of one trip by kind, VND, and its diesel burnt, kg CO2."""

    distance_vnd: Floats
    hours_vnd: Floats
    dispatch_vnd: Floats
    toll_vnd: Floats
    co2_kg: Floats

    @property
    def total_vnd(self) -> Floats:
        """Sum of all kinds."""
        return self.distance_vnd + self.hours_vnd + self.dispatch_vnd + self.toll_vnd

    def per_t(self, payload_t: Floats | float) -> Self:
        """Return the same per tonne of a mean load."""
        return type(self)(**{field.name: getattr(self, field.name) / payload_t for field in fields(self)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """Unit costs of a vehicle class (rows `veh_*`, `toll_frac_*`, `fuel_*` of the ledger)."""

    loaded_vnd_per_km: float
    empty_vnd_per_km: float
    use_vnd_per_h: float
    dispatch_vnd: float
    toll_share: float
    co2_kg_per_km: float

    @classmethod
    def from_ledger(cls, ledger: Ledger, vehicle: str) -> Self:
        """Read a vehicle class: c40, t15, t10 or t5."""
        return cls(
            loaded_vnd_per_km=ledger[f"veh_km_loaded_{vehicle}"],
            empty_vnd_per_km=ledger[f"veh_km_empty_{vehicle}"],
            use_vnd_per_h=ledger[f"veh_hour_{vehicle}"],
            dispatch_vnd=ledger[f"veh_trip_{vehicle}"],
            toll_share=ledger[f"toll_frac_{vehicle}"],
            co2_kg_per_km=ledger[FUEL_ROWS[vehicle]] * ledger["ef_diesel"],
        )

    def way_vnd(self, leg: Leg) -> Floats:
        """Return what driving a way out and empty back costs; the way that costs least is the one driven."""
        km = self.loaded_vnd_per_km + self.empty_vnd_per_km
        return leg.length_km * km + 2 * leg.travel_h * self.use_vnd_per_h + 2 * leg.toll_group5_vnd * self.toll_share

    def trip(self, leg: Leg, matched: Floats | float, stops_h: float) -> TripCost:
        """Price one loaded trip and its share of the empty return.

        Parameters
        ----------
        leg
            The way out.
        matched
            Share of returns that are loaded, 0 to 1; broadcast against the leg.
        stops_h
            Hours at all stops of the round together.
        """
        empty = 1.0 - np.asarray(matched, dtype=np.float64)
        km = self.loaded_vnd_per_km + empty * self.empty_vnd_per_km
        return TripCost(
            distance_vnd=leg.length_km * km,
            hours_vnd=(leg.travel_h * (1 + empty) + stops_h) * self.use_vnd_per_h,
            dispatch_vnd=np.full(np.broadcast_shapes(leg.length_km.shape, empty.shape), self.dispatch_vnd),
            toll_vnd=leg.toll_group5_vnd * (1 + empty) * self.toll_share,
            co2_kg=leg.length_km * (1 + empty) * self.co2_kg_per_km,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Barge:
    """A barge beyond the hub: VND, hours and CO2 per tonne.

    The quay move at the seaport is paid by every mode and left out; `asc_vnd_per_t` is the mode
    constant fitted to the observed barge share (`barge_asc`): a fitted share is no prediction.
    """

    rate_vnd_per_tkm: float
    river_end_vnd_per_t: float
    sea_end_vnd_per_t: float
    asc_vnd_per_t: float
    speed_km_per_h: float
    wait_h: float
    co2_t_per_tkm: float

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> Self:
        """Read the rows `barge_*` and `co2_barge`."""
        return cls(
            rate_vnd_per_tkm=ledger["barge_tkm"],
            river_end_vnd_per_t=ledger["barge_handling"],
            sea_end_vnd_per_t=ledger["barge_sea_extra"],
            asc_vnd_per_t=ledger["barge_asc"],
            speed_km_per_h=ledger["barge_speed"],
            wait_h=ledger["barge_wait"],
            co2_t_per_tkm=ledger["co2_barge"] / G_PER_T,
        )

    def vnd_per_t(self, length_km: Floats) -> Floats:
        """Price a tonne over a length of waterway, both ends included."""
        ends = self.river_end_vnd_per_t + self.sea_end_vnd_per_t + self.asc_vnd_per_t
        return length_km * self.rate_vnd_per_tkm + ends

    def hours(self, length_km: Floats) -> Floats:
        """Return sailing and waiting hours."""
        return length_km / self.speed_km_per_h + self.wait_h


def handling_co2_t_per_t(ledger: Ledger) -> float:
    """Return the CO2 of a tonne's handling in a hub, in tonnes."""
    return ledger["co2_handling"] / KG_PER_T
