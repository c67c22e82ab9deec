"""Tonnes per year out of and into every park and cluster.

    t = gross area x net_to_gross x leased share(year) x part of the sector x dem_out|in_<sector> x share of the channel

Areas, occupancies and sectors are columns of `parks.csv` and `clusters.csv`, densities and channel
shares rows of the ledger. Land of a park with several sectors is split in equal parts
(`sector_split_rule`), not booked to the first.
"""

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pandas as pd

from logistics.errors import InputError
from logistics.ledger import Ledger
from logistics.units import PERCENT

BASE_YEAR: Final = 2026
"""Year of the tables' occupancies."""
MIDDLE_YEAR: Final = 2030
LAST_YEAR: Final = 2050
TRADE_CHANNELS: Final = ("seaport", "airport", "border")
SIZES: Final = ("full", "medium", "small")
CHANNELS_WITH_OWN_SIZES: Final = ("seaport", "airport")


def occupancy_pct(status: str, listed_pct: float, year: int, ledger: Ledger) -> float:
    """Return the leased share, in percent, of a park in a year.

    Before 2026 and in 2026 it is the table's. By 2030 what is being built or planned fills to the
    shares `occupancy_*_2030` of the ledger, by 2050 everything to `occupancy_*_2050`; years between
    are interpolated. A share listed in the table never falls.
    """
    middle_pct = listed_pct if status == "existing" else max(listed_pct, ledger[f"occupancy_{status}_2030"])
    last_pct = max(middle_pct, ledger[f"occupancy_{status}_2050"])
    if year <= BASE_YEAR:
        return listed_pct
    if year <= MIDDLE_YEAR:
        return _between(year, (BASE_YEAR, listed_pct), (MIDDLE_YEAR, middle_pct))
    return _between(min(year, LAST_YEAR), (MIDDLE_YEAR, middle_pct), (LAST_YEAR, last_pct))


def _between(year: int, start: tuple[int, float], end: tuple[int, float]) -> float:
    part = (year - start[0]) / (end[0] - start[0])
    return start[1] + part * (end[1] - start[1])


def leased_ha(places: pd.DataFrame, year: int, ledger: Ledger) -> pd.Series:
    """Return the leased industrial land of each place in ha, indexed like `places`."""
    pct = [
        occupancy_pct(status, _listed_pct(status, listed, ledger), year, ledger)
        for status, listed in zip(places["status"], places["occupancy_pct"], strict=True)
    ]
    return places["area_ha"] * ledger["net_to_gross"] * pd.Series(pct, index=places.index) * PERCENT


def _listed_pct(status: str, listed_pct: float, ledger: Ledger) -> float:
    """Return the occupancy of the base year; a place that lists none is taken for a cluster of the ledger's share."""
    if not np.isnan(listed_pct):
        return listed_pct
    return ledger["occupancy_cluster"] if status == "existing" else 0.0


def sector_parts(industries: str, sector_of: Mapping[str, str], *, equal: bool) -> dict[str, float]:
    """Return the part of a park's land in each sector of the demand table; the parts sum to one."""
    names = [part.split("(")[0].strip() for part in industries.split(";")]
    names = [name for name in names if name]
    if not equal:
        names = names[:1]
    parts: dict[str, float] = {}
    for name in names:
        if name not in sector_of:
            raise InputError(
                f"sectors.csv has no row for the industry {name!r}: add one, or correct the park's sectors"
            )
        parts[sector_of[name]] = parts.get(sector_of[name], 0.0) + 1.0 / len(names)
    return parts


def generate(places: pd.DataFrame, sector_of: Mapping[str, str], year: int, ledger: Ledger) -> pd.DataFrame:
    """Return the freight of every park and cluster.

    Parameters
    ----------
    places
        Columns `place_id`, `status`, `area_ha`, `occupancy_pct`, `sectors`.
    sector_of
        Sector of the demand table for each industry named in `sectors`.
    year
        Year of the plan.

    Returns
    -------
    DataFrame
        `place_id`, `sector`, `channel` (seaport, airport, border, rail, domestic), `direction`
        (`out`, `in`), `t_per_year`, `vot_vnd_per_th`, `full`, `medium`, `small` (parts of the
        tonnes by shipment size, summing to one).
    """
    equal = ledger["sector_split_rule"] == 1
    land_ha = leased_ha(places, year, ledger)
    rows = [
        {"place_id": place_id, **row, "t_per_year": ha * part * row["t_per_ha"]}
        for place_id, industries, ha in zip(places["place_id"], places["sectors"], land_ha, strict=True)
        for sector, part in sector_parts(industries, sector_of, equal=equal).items()
        for row in _per_ha(sector, ledger)
    ]
    frame = pd.DataFrame(rows).drop(columns="t_per_ha")
    return frame[frame["t_per_year"] > 0].reset_index(drop=True)


def _per_ha(sector: str, ledger: Ledger) -> Iterator[dict[str, object]]:
    """Yield the tonnes per leased ha of a sector by channel and direction."""
    factor = ledger["warehouse_double_count"] if sector == "logistics_warehouse" else 1.0
    for channel, share in channel_shares(sector, ledger).items():
        attributes: dict[str, object] = {
            "vot_vnd_per_th": value_of_time(sector, channel, ledger),
            **size_shares(sector, channel, ledger),
        }
        for direction in ("out", "in"):
            density_t_per_ha = ledger[f"dem_{direction}_{sector}"] * factor * share
            yield attributes | {
                "sector": sector,
                "channel": channel,
                "direction": direction,
                "t_per_ha": density_t_per_ha,
            }


def channel_shares(sector: str, ledger: Ledger) -> dict[str, float]:
    """Return the part of a sector's tonnes by channel; what goes by rail is taken from the domestic part."""
    shares = {channel: ledger.share(f"share_{channel}_{sector}") for channel in TRADE_CHANNELS}
    domestic = ledger.share(f"share_domestic_{sector}")
    rail = domestic * ledger.share("rail_share_domestic")
    return shares | {"rail": rail, "domestic": domestic - rail}


def size_shares(sector: str, channel: str, ledger: Ledger) -> dict[str, float]:
    """Return the parts of the tonnes moving as full loads, 8-15 t shipments and small ones."""
    kind = f"{channel}_channel" if channel in CHANNELS_WITH_OWN_SIZES else sector
    return {size: ledger.share(f"size_{size}_{kind}") for size in SIZES}


def value_of_time(sector: str, channel: str, ledger: Ledger) -> float:
    """Return VND per tonne and hour; electronics by air are dearer than on the surface."""
    if sector == "electronics" and channel != "airport":
        return ledger["vot_electronics_surface"]
    return ledger["vot_mechanical" if sector == "mechanical_auto" else f"vot_{sector}"]
