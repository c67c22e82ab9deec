"""The toll of every link for the heaviest vehicle class (group 5).

The bundled network carries `toll_vnd_per_km` measured road by road. A network read from
OpenStreetMap has at best a flag: its links take the mean toll per km of the bundled road of the
same number (a number half of which is tolled takes half), the rest none. Rows `toll_*_g5` of the
ledger that a scenario sets move the roads they name in proportion.
"""

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from logistics.ledger import Ledger
from logistics.units import PERCENT
from networks.regions import region_table

Floats = NDArray[np.float64]

TOLL_PCT: Final = "toll_pct"
"""Column of links whose toll a scenario changes."""
ROW_OF_ROAD: Final = {
    ("CT.04", 7200.0): "toll_ct04_g5", ("CT.01", 7200.0): "toll_bgls_g5", ("CT.05", 5100.0): "toll_ct05_g5",
    ("CT.06", 7500.0): "toll_ct06_g5", ("CT.06", 7000.0): "toll_ct06_g5",
    ("CT.01", 2340.0): "toll_state_g5", ("CT.01 / QL1", 2340.0): "toll_state_g5",
    ("CT.01 (QL1 Hà Nội - Bắc Giang)", 4000.0): "toll_ct01n_g5", ("QL5", 3400.0): "toll_ql5_g5",
    ("QL18", 2300.0): "toll_ql18_g5", ("QL18 (Bắc Ninh - Uông Bí)", 2300.0): "toll_ql18_g5",
}  # fmt: skip
"""Ledger row of a bundled road, by its number and its toll per km."""


def toll_group5_vnd(links: pd.DataFrame, ledger: Ledger | None = None) -> Floats:
    """Return the toll in VND of driving each link once, vehicle group 5.

    Parameters
    ----------
    links
        `length_km`, `ref` and, if known, `toll_vnd_per_km`; `toll_pct` where a part of it, or more, is levied.
    ledger
        Moves the roads whose row a scenario sets; None moves none.
    """
    if "toll_vnd_per_km" in links:
        rate_vnd_per_km = _moved_rates(links, ledger)
    else:
        rates = mean_toll_vnd_per_km(ledger)
        rate_vnd_per_km = links["ref"].fillna("").map(lambda text: _first_rate(text, rates)).astype(float)
    tolls: Floats = (rate_vnd_per_km * links["length_km"]).to_numpy(float)
    if TOLL_PCT in links:
        tolls = tolls * (links[TOLL_PCT].fillna(100.0).to_numpy(float) * PERCENT)
    return tolls


def mean_toll_vnd_per_km(ledger: Ledger | None = None) -> dict[str, float]:
    """Return the length-weighted mean toll of each road number of the bundled table."""
    roads = region_table("roads")
    km = roads["length_km"]
    sums = (
        pd.DataFrame({"ref": roads["ref"].map(_plain), "km": km, "vnd": km * _moved_rates(roads, ledger)})
        .groupby("ref")[["km", "vnd"]]
        .sum()
    )
    return {str(ref): float(rate) for ref, rate in (sums["vnd"] / sums["km"]).items()}


def _moved_rates(links: pd.DataFrame, ledger: Ledger | None) -> pd.Series:
    """Return the toll per km of each link, moved where a scenario sets the row of its road."""
    rates = links["toll_vnd_per_km"].fillna(0.0)
    moved = [row for row in sorted(set(ROW_OF_ROAD.values())) if ledger is not None and ledger.moved([row])]
    if ledger is None or not moved:
        return rates
    factor = {row: ledger[row] / ledger.tabled(row).value for row in moved}
    roads = zip(links["ref"].fillna(""), rates, strict=True)
    moved_rates: pd.Series = rates * np.array([factor.get(ROW_OF_ROAD.get(road, ""), 1.0) for road in roads])
    return moved_rates


def _first_rate(refs: str, rates: dict[str, float]) -> float:
    """Return the dearest rate among the numbers a link carries ("CT.04;QL.5")."""
    return max((rates.get(_plain(ref), 0.0) for ref in refs.split(";")), default=0.0)


def _plain(ref: str) -> str:
    return "".join(letter for letter in ref.upper() if letter.isalnum())
