"""What a truck costs, built from its parts: fuel, tyres, upkeep, crew, capital, insurance, overhead.

    a loaded km     norm x (1 + spread) x diesel price + tyres x price / run + upkeep
    an empty km     norm x (1 - spread) x diesel price + tyres x price / run + upkeep
    an hour in use  (pay x months x (1 + on-cost) + capital + insurance) x (1 + overhead) / hours in use a year

with capital = (price - residual / (1 + r)^n) x r / (1 - (1 + r)^-n). Toll, empty return and stops are charged trip by
trip (`tariffs.Truck`); papers, dispatch and margin (`veh_trip_*`) have no parts: they are what a contract leaves.

The rows `veh_km_*` and `veh_hour_*` are the level, fitted to a haulier's contracts; the parts say how that level moves.
Where a scenario changes a part, the cost moves by what the parts sum to now less what they sum to in the tables, as the
contracts themselves move with diesel: 2 x km x litre/km x (price - base price). Nothing changed moves nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import pandas as pd

from logistics.ledger import Ledger

FUEL_ROWS: Final = {"c40": "fuel_cont40", "t15": "fuel_15t", "t10": "fuel_10t", "t5": "fuel_5t"}
VEHICLES: Final = tuple(FUEL_ROWS)
BUILT_ROWS: Final = {
    "veh_km_loaded": "loaded_vnd_per_km", "veh_km_empty": "empty_vnd_per_km", "veh_hour": "use_vnd_per_h",
}  # fmt: skip
"""Rows of the level, each with the property of `BuiltCost` that stands beside it."""
OWN_PARTS: Final = ("tyre_count", "tyre_price", "upkeep", "crew_wage", "truck_price")
SHARED_PARTS: Final = (
    "diesel_price", "fuel_load_spread", "tyre_life", "crew_months", "crew_on_cost", "work_days", "truck_hours_per_day",
    "truck_life", "truck_residual", "truck_return", "truck_insurance", "truck_overhead",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltCost:
    """The parts of a vehicle class: VND per km, and VND per hour in use before overhead."""

    fuel_loaded_vnd_per_km: float
    fuel_empty_vnd_per_km: float
    tyres_vnd_per_km: float
    upkeep_vnd_per_km: float
    crew_vnd_per_h: float
    capital_vnd_per_h: float
    insurance_vnd_per_h: float
    overhead_share: float

    @classmethod
    def from_ledger(cls, ledger: Ledger, vehicle: str) -> Self:
        """Read the parts of a vehicle class: c40, t15, t10 or t5."""
        norm, spread = ledger[FUEL_ROWS[vehicle]], ledger.share("fuel_load_spread")
        price, hours = ledger[f"truck_price_{vehicle}"], hours_in_use_per_year(ledger)
        tyres_vnd = ledger[f"tyre_count_{vehicle}"] * ledger[f"tyre_price_{vehicle}"]
        pay = ledger[f"crew_wage_{vehicle}"] * ledger["crew_months"]
        return cls(
            fuel_loaded_vnd_per_km=norm * (1 + spread) * ledger["diesel_price"],
            fuel_empty_vnd_per_km=norm * (1 - spread) * ledger["diesel_price"],
            tyres_vnd_per_km=tyres_vnd / ledger["tyre_life"],
            upkeep_vnd_per_km=ledger[f"upkeep_{vehicle}"],
            crew_vnd_per_h=pay * (1 + ledger.share("crew_on_cost")) / hours,
            capital_vnd_per_h=price * capital_share_per_year(ledger) / hours,
            insurance_vnd_per_h=price * ledger.share("truck_insurance") / hours,
            overhead_share=ledger.share("truck_overhead"),
        )

    @property
    def loaded_vnd_per_km(self) -> float:
        """Sum of a loaded km."""
        return self.fuel_loaded_vnd_per_km + self.tyres_vnd_per_km + self.upkeep_vnd_per_km

    @property
    def empty_vnd_per_km(self) -> float:
        """Sum of an empty km."""
        return self.fuel_empty_vnd_per_km + self.tyres_vnd_per_km + self.upkeep_vnd_per_km

    @property
    def use_vnd_per_h(self) -> float:
        """Sum of an hour in use."""
        return (self.crew_vnd_per_h + self.capital_vnd_per_h + self.insurance_vnd_per_h) * (1 + self.overhead_share)


def hours_in_use_per_year(ledger: Ledger) -> float:
    """Return the hours a truck is driven or stands at ends in a year."""
    return ledger["work_days"] * ledger["truck_hours_per_day"]


def capital_share_per_year(ledger: Ledger) -> float:
    """Return the yearly cost of capital as a share of the price new: the annuity of what is used up."""
    rate, years = ledger.share("truck_return"), ledger["truck_life"]
    left: float = (1 + rate) ** -years
    return (1 - ledger.share("truck_residual") * left) * rate / (1 - left)


def parts_of(vehicle: str) -> tuple[str, ...]:
    """Return the ids of the rows that a vehicle class is built from."""
    return (FUEL_ROWS[vehicle], *(f"{part}_{vehicle}" for part in OWN_PARTS), *SHARED_PARTS)


def shift_since_tables(ledger: Ledger, vehicle: str) -> dict[str, float]:
    """Return by how much a scenario's parts move each row of the level, in the row's unit; zeros where it sets none.

    The parts are read only then: as long as they stand as tabled, the result does not rest on them.
    """
    if not ledger.moved(parts_of(vehicle)):
        return dict.fromkeys(BUILT_ROWS, 0.0)
    now, tabled = BuiltCost.from_ledger(ledger, vehicle), BuiltCost.from_ledger(ledger.as_tabled(), vehicle)
    return {row: getattr(now, name) - getattr(tabled, name) for row, name in BUILT_ROWS.items()}


def built_beside_level(ledger: Ledger) -> pd.DataFrame:
    """Return the built-up costs beside the rows of the level.

    Returns
    -------
    DataFrame
        One row per vehicle and row of the level: `vehicle`, `row`, `unit`, the parts (`fuel`, `tyres`, `upkeep`,
        `crew`, `capital`, `insurance`, `overhead`), `built`, `level`, `low`, `high`, `ratio` built / level, `in_range`.
    """
    return pd.DataFrame([row for vehicle in VEHICLES for row in _beside(ledger, vehicle)])


def _beside(ledger: Ledger, vehicle: str) -> Iterator[dict[str, Any]]:
    built = BuiltCost.from_ledger(ledger, vehicle)
    for row, name in BUILT_ROWS.items():
        level, total = ledger.entry(f"{row}_{vehicle}"), float(getattr(built, name))
        yield {
            "vehicle": vehicle, "row": level.id, "unit": level.unit, **_parts(built, row), "built": total,
            "level": level.value, "low": level.low, "high": level.high, "ratio": total / level.value,
            "in_range": level.low <= total <= level.high,
        }  # fmt: skip


def _parts(built: BuiltCost, row: str) -> dict[str, float]:
    names = ("fuel", "tyres", "upkeep", "crew", "capital", "insurance", "overhead")
    if row == "veh_hour":
        bare = (built.crew_vnd_per_h, built.capital_vnd_per_h, built.insurance_vnd_per_h)
        values: tuple[float, ...] = (0.0, 0.0, 0.0, *bare, sum(bare) * built.overhead_share)
    else:
        fuel = built.fuel_loaded_vnd_per_km if row == "veh_km_loaded" else built.fuel_empty_vnd_per_km
        values = (fuel, built.tyres_vnd_per_km, built.upkeep_vnd_per_km, 0.0, 0.0, 0.0, 0.0)
    return dict(zip(names, values, strict=True))
