"""Trade through seaports, airports and borders that is not from listed parks, by province.

The control totals of the ledger (`ct_*`) give what the gateways handle and which part of it belongs
to parks; the rest is the regions' own: consumer goods, feed, fruit, scrap. Imports are spread over
the provinces by population, exports by industrial output (GRDP x share of industry). Container
trade grows with `growth` from the year of the control totals to 2030; what comes after has no figure
and is held there. Border and air trade do not grow.
"""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.generation import size_shares
from logistics.ledger import Ledger
from logistics.units import T_PER_MILLION_T

CONTROL_YEAR: Final = 2024
LAST_GROWTH_YEAR: Final = 2030
BORDER_TOTALS: Final = ("ct_border_lang_son", "ct_border_mong_cai", "ct_border_lao_cai", "ct_border_other")
SECTOR_OF_MIX: Final = {"food": "food_beverage", "bulk": "steel_metal", "general": "multi_sector"}
MIXES: Final = {
    "seaport": ("food", "bulk", "general"),
    "border": ("food", "general"),
    "airport": ("general",),
}


def regional_totals_t(year: int, ledger: Ledger) -> dict[str, float]:
    """Return the yearly tonnes by channel that are not from parks."""
    growth = (1 + ledger.share("growth")) ** (min(max(year, CONTROL_YEAR), LAST_GROWTH_YEAR) - CONTROL_YEAR)
    sea_t = ledger["ct_sea_hai_phong_teu"] * T_PER_MILLION_T * ledger["payload_teu"] * growth
    border_t = sum(ledger[total] for total in BORDER_TOTALS) * T_PER_MILLION_T
    air_t = ledger["ct_airports"] * T_PER_MILLION_T
    return {
        "seaport": sea_t * (1 - ledger.share("ct_park_share_sea")),
        "border": border_t * (1 - ledger.share("ct_park_share_border")),
        "airport": air_t * (1 - ledger.share("ct_park_share_air")),
    }


def import_shares(ledger: Ledger, border_import_share: float) -> dict[str, float]:
    """Return the import share of each channel; that of the border is observed."""
    return {
        "seaport": ledger.share("regional_share_import_seaport"),
        "airport": ledger.share("regional_share_import_airport"),
        "border": border_import_share,
    }


def regional_trade(provinces: pd.DataFrame, year: int, ledger: Ledger, border_import_share: float) -> pd.DataFrame:
    """Return the provinces' own trade, in the columns of `generation.generate`.

    Parameters
    ----------
    provinces
        Columns `place_id`, `population`, `industry_output`.
    border_import_share
        Imports in the border's trade, from `expected.csv` x081, as a fraction.
    """
    weights = {"in": _parts(provinces["population"]), "out": _parts(provinces["industry_output"])}
    frames = [
        pd.DataFrame(
            {
                "place_id": provinces["place_id"],
                **row,
                "t_per_year": row["t_per_year"] * weights[row["direction"]],
            }
        )
        for row in _totals(year, ledger, border_import_share)
    ]
    return pd.concat(frames, ignore_index=True)


def _parts(weight: pd.Series) -> np.ndarray:
    return weight.to_numpy(float) / float(weight.sum())


def _totals(year: int, ledger: Ledger, border_import_share: float) -> Iterator[dict[str, Any]]:
    imports = import_shares(ledger, border_import_share)
    for channel, total_t in regional_totals_t(year, ledger).items():
        for mix in MIXES[channel]:
            part = _mix_share(mix, channel, ledger)
            row = {"channel": channel, **_attributes(mix, channel, ledger)}
            yield row | {"direction": "in", "t_per_year": total_t * part * imports[channel]}
            yield row | {"direction": "out", "t_per_year": total_t * part * (1 - imports[channel])}


def _mix_share(mix: str, channel: str, ledger: Ledger) -> float:
    return 1.0 if len(MIXES[channel]) == 1 else ledger.share(f"regional_mix_{mix}_{channel}")


def _attributes(mix: str, channel: str, ledger: Ledger) -> dict[str, Any]:
    sector = SECTOR_OF_MIX[mix]
    fresh = mix == "food" and channel == "border"
    vot = ledger["vot_agri_fresh"] if fresh else ledger[f"vot_{sector}"]
    sizes = _border_sizes(ledger) if channel == "border" else size_shares(sector, channel, ledger)
    return {"sector": "agri_fresh" if fresh else sector, "vot_vnd_per_th": vot, **sizes}


def _border_sizes(ledger: Ledger) -> dict[str, float]:
    """Return shipment sizes of the regions' border trade: the trucks counted at the gates are full."""
    full = ledger.share("regional_size_full_border")
    return {"full": full, "medium": (1 - full) / 2, "small": (1 - full) / 2}
