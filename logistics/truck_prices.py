"""Truck prices of the model beside a haulier's contracts: per trip and per tonne-kilometre.

The contracts (rows `trip_*` of the ledger, x112 to x117 of `expected.csv`) are round trips from "the port of Hải Phòng"
to Nam Sơn, Vân Trung and Đồng Văn, the empty return paid; the model drives the same pairs from Đình Vũ on the way that
costs least. Both are divided by the same load, so per t-km they differ by price and by length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.ledger import Ledger
from logistics.tariffs import Leg, Truck

PORT: Final = "sea_dinh_vu"
PARK_OF_KM: Final = {100: "bn_nam_son_hap_linh", 120: "bg_van_trung", 130: "ha_dong_van_1"}
"""Destination of the contracts by their km."""
ROW_OF_VEHICLE: Final = {"c40": "cont40", "t10": "10t", "t5": "5t"}
LOAD_ROW: Final = {"c40": "payload_cont40", "t10": "payload_10t", "t5": "payload_direct_t5"}
OTHER_DIESEL: Final = {"x115": ("c40", 100, 27_620.0), "x117": ("t10", 130, 21_740.0)}
"""Contracts at another diesel price: vehicle, km, VND per litre."""
PER_TKM: Final = {"cont40_tkm": ("c40", 18.0), "truck10_tkm": ("t10", 7.5)}
"""Rows derived from the contracts at 115 km, and the load they were derived with."""

COLUMNS: Final = (
    "id", "vehicle", "from_id", "to_id", "diesel_vnd_per_litre", "contract_km", "modelled_km", "contract_vnd_per_trip",
    "modelled_vnd_per_trip", "ratio", "load_t", "contract_vnd_per_tkm", "modelled_vnd_per_tkm", "ratio_per_tkm",
    "km_vnd", "hours_vnd", "trip_vnd", "toll_vnd",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """A contract: a round trip of a vehicle class at a diesel price."""

    id: str
    vehicle: str
    km: int
    vnd_per_trip: float
    diesel_vnd_per_litre: float


def contracts(case: Case) -> Iterator[Contract]:
    """Yield the contracts of the ledger at the base price of diesel, then those of `expected.csv` at other prices."""
    ledger = case.region.ledger
    base = ledger.entry("diesel_price_base").value
    for vehicle, name in ROW_OF_VEHICLE.items():
        for km in PARK_OF_KM:
            row = ledger.entry(f"trip_{name}_{km}km")
            yield Contract(id=row.id, vehicle=vehicle, km=km, vnd_per_trip=row.value, diesel_vnd_per_litre=base)
    for row_id, (vehicle, km, diesel) in OTHER_DIESEL.items():
        known = float(str(case.region.expected["value"][row_id]))
        yield Contract(id=row_id, vehicle=vehicle, km=km, vnd_per_trip=known, diesel_vnd_per_litre=diesel)


def truck_prices(case: Case) -> pd.DataFrame:
    """Return every contract beside the model's price of the same trip.

    Returns
    -------
    DataFrame
        `id`, `vehicle`, `from_id`, `to_id`, `diesel_vnd_per_litre`, `contract_km`, `modelled_km`,
        `contract_vnd_per_trip`, `modelled_vnd_per_trip`, `ratio`, `load_t`, `contract_vnd_per_tkm`,
        `modelled_vnd_per_tkm`, `ratio_per_tkm`; of the model also what toll, km and hours take of a trip
        (`km_vnd`, `hours_vnd`, `trip_vnd`, `toll_vnd`). A contract to a place that the scenario's tables do not hold is
        left out.
    """
    there = set(case.connected.distances.place_ids)
    kept = [one for one in contracts(case) if {PORT, PARK_OF_KM[one.km]} <= there]
    return pd.DataFrame([_row(case, contract) for contract in kept], columns=list(COLUMNS))


def _row(case: Case, contract: Contract) -> dict[str, object]:
    to_id = PARK_OF_KM[contract.km]
    at = case.connected.distances.positions([PORT, to_id])
    leg = case.connected.distances.leg(contract.vehicle, at[:1], at[1:])
    parts = _trip_vnd(case.region.ledger, contract, leg)
    modelled, km = sum(parts.values()), float(leg.length_km.item())
    load_t = case.region.ledger.entry(LOAD_ROW[contract.vehicle]).value
    per_tkm = (contract.vnd_per_trip / load_t / contract.km, modelled / load_t / km)
    return {
        "id": contract.id, "vehicle": contract.vehicle, "from_id": PORT, "to_id": to_id,
        "diesel_vnd_per_litre": contract.diesel_vnd_per_litre, "contract_km": contract.km, "modelled_km": km,
        "contract_vnd_per_trip": contract.vnd_per_trip, "modelled_vnd_per_trip": modelled,
        "ratio": modelled / contract.vnd_per_trip, "load_t": load_t, "contract_vnd_per_tkm": per_tkm[0],
        "modelled_vnd_per_tkm": per_tkm[1], "ratio_per_tkm": per_tkm[1] / per_tkm[0], **parts,
    }  # fmt: skip


def _trip_vnd(ledger: Ledger, contract: Contract, leg: Leg) -> dict[str, float]:
    """Return the parts of a round trip, empty back, at the contract's price of diesel."""
    priced = ledger.apart().with_values({"diesel_price": contract.diesel_vnd_per_litre})
    trip = Truck.from_ledger(priced, contract.vehicle).trip(leg, 0.0, 2 * priced["end_hours"])
    parts = {"km": trip.distance_vnd, "hours": trip.hours_vnd, "trip": trip.dispatch_vnd, "toll": trip.toll_vnd}
    return {f"{name}_vnd": float(value.item()) for name, value in parts.items()}


def prices_per_tkm(case: Case) -> pd.DataFrame:
    """Return the rows `*_tkm` of the ledger beside the mean of the model's three trips at the rows' own load.

    Returns
    -------
    DataFrame
        `id`, `vehicle`, `load_t`, `known_vnd_per_tkm`, `low`, `high`, `modelled_vnd_per_tkm`, `ratio`, `in_band`.
    """
    table = truck_prices(case)
    names = ["id", "vehicle", "load_t", "known_vnd_per_tkm", "low", "high", "modelled_vnd_per_tkm", "ratio", "in_band"]
    rows: list[dict[str, object]] = []
    if table.empty:
        return pd.DataFrame(rows, columns=names)
    for row_id, (vehicle, load_t) in PER_TKM.items():
        own = table[(table["vehicle"] == vehicle) & table["id"].str.startswith("trip_")]
        modelled = float(np.mean(own["modelled_vnd_per_trip"] / own["modelled_km"])) / load_t
        row = case.region.ledger.entry(row_id)
        rows.append(
            {"id": row_id, "vehicle": vehicle, "load_t": load_t, "known_vnd_per_tkm": row.value, "low": row.low,
             "high": row.high, "modelled_vnd_per_tkm": modelled, "ratio": modelled / row.value,
             "in_band": row.low <= modelled <= row.high}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=names)
