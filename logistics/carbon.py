"""Carbon by mode, vehicle and load: g CO2 of a tonne-kilometre, burnt and well to wheel, beside the rows `co2_*`.

    truck   (loaded km + (1 - matched) x empty km) x litres x kg per litre / load

The rows `co2_10t` and `co2_cont40` count burnt diesel only, with a return always empty; the plan counts well to wheel,
with the loads and matched returns of its own trucks.
"""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from logistics.ledger import Ledger
from logistics.tariffs import Barge, Rail, Truck, upstream_factor
from logistics.truck_costs import VEHICLES
from logistics.units import G_PER_T, KG_PER_T

LOADS: Final = {
    ("c40", "direct"): ("payload_cont40", "match_direct_c40"), ("c40", "hub"): ("payload_hub_c40", "match_hub_c40"),
    ("t15", "direct"): ("payload_direct_t15", "match_direct_t15"), ("t15", "hub"): ("payload_hub_t15", "match_hub_t15"),
    ("t10", "hub"): ("payload_hub_t10", "match_hub_t10"),
    ("t5", "direct"): ("payload_direct_t5", "match_direct_t5"), ("t5", "hub"): ("payload_hub_t5", "match_hub_t5"),
}  # fmt: skip
"""Rows of load and matched returns, by vehicle and use."""
KNOWN: Final = {"co2_10t": ("t10", 7.5), "co2_cont40": ("c40", 18.0)}
"""Rows that count burnt diesel with an empty return, and the load they were derived with."""


def carbon_per_tkm(ledger: Ledger) -> pd.DataFrame:
    """Return the carbon of a tonne-kilometre by mode, vehicle and use.

    Returns
    -------
    DataFrame
        `mode`, `vehicle`, `use` (direct, hub), `load_t` (NaN: not counted by load), `matched`, `burnt_g_per_tkm`,
        `well_to_wheel_g_per_tkm`. Returns are capped by balance in a plan, which these figures do not know.
    """
    factor = upstream_factor(ledger)
    trucks = (_truck_row(ledger, vehicle, use, factor) for vehicle in VEHICLES for use in ("direct", "hub")
              if (vehicle, use) in LOADS)  # fmt: skip
    others = (
        {"mode": mode, "vehicle": mode, "use": "hub", "well_to_wheel_g_per_tkm": tariff.co2_t_per_tkm * G_PER_T,
         "burnt_g_per_tkm": tariff.co2_t_per_tkm * G_PER_T / factor}
        for mode, tariff in (("barge", Barge.from_ledger(ledger)), ("rail", Rail.from_ledger(ledger)))
    )  # fmt: skip
    names = ["mode", "vehicle", "use", "load_t", "matched", "burnt_g_per_tkm", "well_to_wheel_g_per_tkm"]
    return pd.DataFrame([*trucks, *others], columns=names)


def _truck_row(ledger: Ledger, vehicle: str, use: str, factor: float) -> dict[str, object]:
    load_row, match_row = LOADS[vehicle, use]
    load_t, matched = ledger[load_row], ledger[match_row]
    whole = _truck_g_per_tkm(ledger, vehicle, load_t, matched)
    return {
        "mode": "truck", "vehicle": vehicle, "use": use, "load_t": load_t, "matched": matched,
        "burnt_g_per_tkm": whole / factor, "well_to_wheel_g_per_tkm": whole,
    }  # fmt: skip


def _truck_g_per_tkm(ledger: Ledger, vehicle: str, load_t: float, matched: float) -> float:
    truck = Truck.from_ledger(ledger, vehicle)
    kg_per_km = truck.loaded_co2_kg_per_km + (1 - matched) * truck.empty_co2_kg_per_km
    return kg_per_km / load_t * KG_PER_T


def carbon_beside_known(ledger: Ledger) -> pd.DataFrame:
    """Return the rows `co2_*` of trucks beside the model at the rows' own load, burnt only, return empty.

    Returns
    -------
    DataFrame
        `id`, `vehicle`, `load_t`, `known_g_per_tkm`, `low`, `high`, `modelled_g_per_tkm`, `ratio`, `in_band`.
    """
    return pd.DataFrame(list(_known_rows(ledger)))


def _known_rows(ledger: Ledger) -> Iterator[dict[str, object]]:
    for row_id, (vehicle, load_t) in KNOWN.items():
        row = ledger.entry(row_id)
        modelled = _truck_g_per_tkm(ledger, vehicle, load_t, 0.0) / upstream_factor(ledger)
        yield {
            "id": row_id, "vehicle": vehicle, "load_t": load_t, "known_g_per_tkm": row.value, "low": row.low,
            "high": row.high, "modelled_g_per_tkm": modelled, "ratio": modelled / row.value,
            "in_band": row.low <= modelled <= row.high,
        }  # fmt: skip
