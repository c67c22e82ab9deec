"""Parks converted to eco-industrial parks: less freight, and trucks that leave less CO2.

    t in  x (1 - eco_inbound_saved),   t out x (1 - eco_outbound_saved),   truck CO2 x (1 - eco_truck_co2_saved)

Decree 35/2022/ND-CP asks an eco-park for cleaner production and for enterprises that use each other's by-products; no
source tells what that does to freight, so the three rows are assumptions with wide ranges. Land is not touched: the
share for green and roads that the decree asks for is less than `net_to_gross` leaves already.
"""

from collections.abc import Collection, Sequence
from difflib import get_close_matches
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.errors import InputError
from logistics.ledger import Ledger
from logistics.units import PERCENT

Floats = NDArray[np.float64]

SAVED_ROW: Final = {"in": "eco_inbound_saved", "out": "eco_outbound_saved"}
CO2_ROW: Final = "eco_truck_co2_saved"


def check_eco_parks(eco_parks: Collection[str], place_ids: Collection[str]) -> None:
    """Refuse eco-parks that are no park or cluster.

    Raises
    ------
    InputError
        Naming every one, with the nearest id there is.
    """
    faults = [_fault(name, place_ids) for name in eco_parks if name not in place_ids]
    if faults:
        raise InputError("\n".join(faults))


def _fault(name: str, place_ids: Collection[str]) -> str:
    near = ", ".join(get_close_matches(name, list(place_ids), n=3)) or "none is near"
    return f"freight.eco_parks: there is no park or cluster {name!r}; nearest: {near}"


def as_eco_parks(generated: pd.DataFrame, eco_parks: Collection[str], ledger: Ledger) -> pd.DataFrame:
    """Return the freight of `generation.generate` with what the converted parks save taken off."""
    converted = generated["place_id"].isin(list(eco_parks))
    if not converted.any():
        return generated
    left = generated["direction"].map({way: 1 - ledger.share(row) for way, row in SAVED_ROW.items()})
    return generated.assign(t_per_year=generated["t_per_year"].where(~converted, generated["t_per_year"] * left))


def truck_co2_share(place_ids: Sequence[str], eco_parks: Collection[str], ledger: Ledger) -> Floats | None:
    """Return, per place, what is left of the CO2 of trucks that call there; None where no park is converted."""
    if not eco_parks:
        return None
    eco = np.isin(np.asarray(place_ids), list(eco_parks))
    return np.where(eco, 1 - ledger.share(CO2_ROW), 1.0)


def eco_shift(generated: pd.DataFrame, eco_parks: Collection[str], ledger: Ledger) -> pd.DataFrame:
    """Return what conversion takes off each park's freight, over the range of the rows.

    Parameters
    ----------
    generated
        As `generation.generate` returns it, before any conversion.

    Returns
    -------
    DataFrame
        One row per park and direction: `place_id`, `direction`, `t_per_year` before, `saved_t_per_year` with
        `saved_low_t_per_year` and `saved_high_t_per_year`, `truck_co2_saved_pct` with its low and high, and `rests_on`,
        the rows of the ledger.
    """
    own = generated[generated["place_id"].isin(list(eco_parks))]
    sums = own.groupby(["place_id", "direction"], sort=True)["t_per_year"].sum().reset_index()
    rows = [ledger.entry(SAVED_ROW[way]) for way in sums["direction"]]
    co2 = ledger.entry(CO2_ROW)
    return sums.assign(
        saved_t_per_year=sums["t_per_year"] * [row.value * PERCENT for row in rows],
        saved_low_t_per_year=sums["t_per_year"] * [row.low * PERCENT for row in rows],
        saved_high_t_per_year=sums["t_per_year"] * [row.high * PERCENT for row in rows],
        truck_co2_saved_pct=co2.value, truck_co2_saved_low_pct=co2.low, truck_co2_saved_high_pct=co2.high,
        rests_on=[f"{row.id}, {co2.id} (confidence {row.confidence})" for row in rows],
    )  # fmt: skip
