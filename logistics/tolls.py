"""The toll of every link for the heaviest vehicle class (group 5).

The bundled network carries `toll_vnd_per_km` measured road by road. A network read from
OpenStreetMap has at best a flag: its links take the mean toll per km of the bundled road of the
same number (a number half of which is tolled takes half), the rest none.
"""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from networks.regions import region_table

Floats = NDArray[np.float64]


def toll_group5_vnd(links: pd.DataFrame) -> Floats:
    """Return the toll in VND of driving each link once, vehicle group 5."""
    if "toll_vnd_per_km" in links:
        rate_vnd_per_km = links["toll_vnd_per_km"].fillna(0.0)
    else:
        rates = mean_toll_vnd_per_km()
        rate_vnd_per_km = links["ref"].fillna("").map(lambda text: _first_rate(text, rates)).astype(float)
    tolls: Floats = (rate_vnd_per_km * links["length_km"]).to_numpy(float)
    return tolls


def mean_toll_vnd_per_km() -> dict[str, float]:
    """Return the length-weighted mean toll of each road number of the bundled table."""
    roads = region_table("roads")
    km = roads["length_km"]
    sums = (
        pd.DataFrame({"ref": roads["ref"].map(_plain), "km": km, "vnd": km * roads["toll_vnd_per_km"].fillna(0.0)})
        .groupby("ref")[["km", "vnd"]]
        .sum()
    )
    return {str(ref): float(rate) for ref, rate in (sums["vnd"] / sums["km"]).items()}


def _first_rate(refs: str, rates: dict[str, float]) -> float:
    """Return the dearest rate among the numbers a link carries ("CT.04;QL.5")."""
    return max((rates.get(_plain(ref), 0.0) for ref in refs.split(";")), default=0.0)


def _plain(ref: str) -> str:
    return "".join(letter for letter in ref.upper() if letter.isalnum())
