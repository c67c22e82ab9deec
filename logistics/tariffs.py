"""What a truck trip, a tonne by barge or rail and a tonne through a hub cost, each item once.

A truck trip loaded one way over `length_km` and `travel_h`:

    loaded km x veh_km_loaded + empty km x (1 - matched) x veh_km_empty
    + (travel_h x (2 - matched) + hours at stops) x veh_hour + veh_trip + toll x (2 - matched) x toll_frac

`matched` is the share of returns that find a load; the return is taken as long as the way out. The
tabled contract prices and `truck*_km` rows hold toll and empty return already: they check this
model (`known.truck_prices`), they are not added to it. The unit costs move with their parts, diesel, pay, tyres and
capital (`truck_costs`).

CO2 is well to wheel: a litre of diesel burnt (`ef_diesel`) and brought (`ef_diesel_upstream`). A loaded km burns
`fuel_load_spread` more than the mean norm, an empty one as much less.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
from numpy.typing import NDArray

from logistics.ledger import Ledger
from logistics.truck_costs import FUEL_ROWS, VEHICLES, shift_since_tables
from logistics.units import G_PER_T, KG_PER_T

__all__ = ["VEHICLES", "Barge", "Leg", "Rail", "TripCost", "Truck", "handling_co2_t_per_t", "upstream_factor"]

Floats = NDArray[np.float64]


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
    """Unit costs of a vehicle class (rows `veh_*`, `toll_frac_*`, `fuel_*` of the ledger and what moves them)."""

    loaded_vnd_per_km: float
    empty_vnd_per_km: float
    use_vnd_per_h: float
    dispatch_vnd: float
    toll_share: float
    loaded_co2_kg_per_km: float
    empty_co2_kg_per_km: float

    @classmethod
    def from_ledger(cls, ledger: Ledger, vehicle: str) -> Self:
        """Read a vehicle class: c40, t15, t10 or t5."""
        shift = shift_since_tables(ledger, vehicle)
        level = {row: ledger[f"{row}_{vehicle}"] + moved for row, moved in shift.items()}
        norm_kg = ledger[FUEL_ROWS[vehicle]] * diesel_co2_kg_per_litre(ledger)
        spread = ledger.share("fuel_load_spread")
        return cls(
            loaded_vnd_per_km=level["veh_km_loaded"],
            empty_vnd_per_km=level["veh_km_empty"],
            use_vnd_per_h=level["veh_hour"],
            dispatch_vnd=ledger[f"veh_trip_{vehicle}"],
            toll_share=ledger[f"toll_frac_{vehicle}"],
            loaded_co2_kg_per_km=norm_kg * (1 + spread),
            empty_co2_kg_per_km=norm_kg * (1 - spread),
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
            co2_kg=leg.length_km * (self.loaded_co2_kg_per_km + empty * self.empty_co2_kg_per_km),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Barge:
    """A barge between a hub and a seaport, or between two hubs: VND, hours and CO2 per tonne.

    The quay move at the seaport is paid by every mode and left out; `asc_vnd_per_t` is the mode
    constant fitted to the observed barge share (`barge_asc`): a fitted share is no prediction. It was fitted between
    hubs and seaports and is taken between hubs too.
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
            rate_vnd_per_tkm=ledger["barge_tkm"] + _barge_fuel_shift_vnd_per_tkm(ledger),
            river_end_vnd_per_t=ledger["barge_handling"],
            sea_end_vnd_per_t=ledger["barge_sea_extra"],
            asc_vnd_per_t=ledger["barge_asc"],
            speed_km_per_h=ledger["barge_speed"],
            wait_h=ledger["barge_wait"],
            co2_t_per_tkm=ledger["co2_barge"] / G_PER_T * upstream_factor(ledger),
        )

    def vnd_per_t(self, length_km: Floats, *, to_sea: bool = True) -> Floats:
        """Price a tonne over a length of waterway, both ends included: river port and seaport, or two river ports."""
        other_end_vnd_per_t = self.sea_end_vnd_per_t if to_sea else self.river_end_vnd_per_t
        return length_km * self.rate_vnd_per_tkm + (self.river_end_vnd_per_t + other_end_vnd_per_t + self.asc_vnd_per_t)

    def hours(self, length_km: Floats) -> Floats:
        """Return sailing and waiting hours."""
        return length_km / self.speed_km_per_h + self.wait_h


@dataclass(frozen=True, slots=True, kw_only=True)
class Rail:
    """A train beyond the hub or between two: VND, hours and CO2 per tonne.

    Both ends pay a terminal's handling; `asc_vnd_per_t` (`rail_asc`) stands for trains that are few and seldom on time:
    a rough fit, no prediction.
    """

    rate_vnd_per_tkm: float
    end_vnd_per_t: float
    asc_vnd_per_t: float
    speed_km_per_h: float
    wait_h: float
    co2_t_per_tkm: float

    @classmethod
    def from_ledger(cls, ledger: Ledger) -> Self:
        """Read the rows `rail_*` and `co2_rail`."""
        return cls(
            rate_vnd_per_tkm=ledger["rail_tkm"],
            end_vnd_per_t=ledger["rail_access"],
            asc_vnd_per_t=ledger["rail_asc"],
            speed_km_per_h=ledger["rail_speed"],
            wait_h=ledger["rail_wait"],
            co2_t_per_tkm=ledger["co2_rail"] / G_PER_T * upstream_factor(ledger),
        )

    def vnd_per_t(self, length_km: Floats) -> Floats:
        """Price a tonne over a length of rail, both ends included."""
        return length_km * self.rate_vnd_per_tkm + (2 * self.end_vnd_per_t + self.asc_vnd_per_t)

    def hours(self, length_km: Floats) -> Floats:
        """Return the hours on the way and waiting."""
        return length_km / self.speed_km_per_h + self.wait_h


def diesel_co2_kg_per_litre(ledger: Ledger) -> float:
    """Return the CO2 of a litre of diesel, well to wheel."""
    return ledger["ef_diesel"] + ledger["ef_diesel_upstream"]


def upstream_factor(ledger: Ledger) -> float:
    """Return well to wheel over burnt only, for the rows that count what is burnt (`co2_barge`, `co2_rail`)."""
    return diesel_co2_kg_per_litre(ledger) / ledger["ef_diesel"]


def _barge_fuel_shift_vnd_per_tkm(ledger: Ledger) -> float:
    """Return by how much a scenario's diesel price moves the rate of a barge: its litres per t-km times the change."""
    if not ledger.moved(("diesel_price",)):
        return 0.0
    litre_per_tkm = ledger["barge_fuel_lh_quevo"] / (ledger["payload_teu"] * ledger["barge_fuel_km"])
    return litre_per_tkm * (ledger["diesel_price"] - ledger.tabled("diesel_price").value)


def handling_co2_t_per_t(ledger: Ledger) -> float:
    """Return the CO2 of a tonne's handling in a hub, in tonnes."""
    return ledger["co2_handling"] / KG_PER_T
