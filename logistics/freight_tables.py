"""Freight told in tables: by trade and commodity, by old and new provinces, by land and sector.

Provinces merged on 1 July 2025 (Bắc Giang into Bắc Ninh, and so on): places carry their old province, `places.csv` maps
each old one to the new, so one run is told in either. Freight is booked to the province of its near end.
"""

from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from logistics.generation import generate, leased_ha, sector_parts
from logistics.ledger import Ledger
from logistics.region import Region
from logistics.units import PERCENT

Edition = Literal[2024, 2025]
"""Provinces before and after 1 July 2025."""
TRADES: Final = ("export", "import", "domestic")


def teu_per_year(flows: pd.DataFrame, ledger: Ledger) -> "pd.Series[Any]":
    """Return the containers of each flow: full loads over quays, at the port's mean tonnes per TEU.

    `payload_teu` is gross over all boxes, empty ones too, as the ports count them. Loose freight and trucks at borders
    are no containers.
    """
    boxed = (flows["shipment"] == "full") & (flows["channel"] == "seaport")
    teu: pd.Series[Any] = flows["t_per_year"].where(boxed, 0.0) / ledger["payload_teu"]
    return teu


def freight_totals(flows: pd.DataFrame, ledger: Ledger) -> pd.DataFrame:
    """Return one row per trade, channel and commodity.

    Returns
    -------
    DataFrame
        `trade`, `channel`, `commodity`, `t_per_year`, `teu_per_year`, `full_pct` of the tonnes, and the tonne-weighted
        value of time `vot_vnd_per_th`.
    """
    t_per_year = flows["t_per_year"]
    frame = flows.assign(
        teu_per_year=teu_per_year(flows, ledger),
        full_t=t_per_year.where(flows["shipment"] == "full", 0.0),
        vot=t_per_year * flows["vot_vnd_per_th"],
    )
    names = ["t_per_year", "teu_per_year", "full_t", "vot"]
    sums = frame.groupby(["trade", "channel", "commodity"], sort=True)[names].sum().reset_index()
    full_pct = sums["full_t"] / sums["t_per_year"] / PERCENT
    vot_vnd_per_th = sums["vot"] / sums["t_per_year"]
    return sums.drop(columns=["full_t", "vot"]).assign(full_pct=full_pct, vot_vnd_per_th=vot_vnd_per_th)


def merged_provinces(region: Region) -> dict[str, str]:
    """Return the province after July 2025 of each province before."""
    places = region.provinces
    return {str(old): str(new) for old, new in zip(places["name_vi"], places["province_2025"], strict=True)}


def province_of_places(region: Region, edition: Edition) -> "pd.Series[Any]":
    """Return the province of every park, cluster, province centre, gateway and site, by place id."""
    frames = [
        region.generators[["place_id", "province_2024"]],
        region.provinces[["place_id", "name_vi"]].set_axis(["place_id", "province_2024"], axis=1),
        region.gateways[["place_id", "province_2024"]],
        region.sites[["hub_id", "province_2024"]].set_axis(["place_id", "province_2024"], axis=1),
    ]
    old: pd.Series[Any] = pd.concat(frames, ignore_index=True).set_index("place_id")["province_2024"]
    merged = merged_provinces(region)
    return old if edition == 2024 else old.map(lambda name: merged.get(name, name))  # noqa: PLR2004 (a year)


def freight_by_province(region: Region, flows: pd.DataFrame, edition: Edition = 2025) -> pd.DataFrame:
    """Return the freight of each province.

    Parameters
    ----------
    flows
        Of a freight (`near_id`, `trade`, `channel`, `shipment`, `direction`, `t_per_year`).
    edition
        Provinces of 2024 or of 2025, after the merger.

    Returns
    -------
    DataFrame
        `province`, for 2024 also `province_2025`; `out_t_per_year`, `in_t_per_year`, `export_t_per_year`,
        `import_t_per_year`, `domestic_t_per_year`, `t_per_year`, `teu_per_year`; every province, also without freight.
    """
    names = province_of_places(region, edition)
    t_per_year = flows["t_per_year"]
    columns = {
        **{f"{way}_t_per_year": t_per_year.where(flows["direction"] == way, 0.0) for way in ("out", "in")},
        **{f"{trade}_t_per_year": t_per_year.where(flows["trade"] == trade, 0.0) for trade in TRADES},
        "t_per_year": t_per_year,
        "teu_per_year": teu_per_year(flows, region.ledger),
    }
    sums = pd.DataFrame(columns).groupby(flows["near_id"].map(names).to_numpy()).sum()
    every = list(dict.fromkeys(names[list(region.provinces["place_id"])]))
    others = [name for name in sums.index if name not in every]
    table = sums.reindex([*every, *others], fill_value=0.0).rename_axis("province").reset_index()
    if edition == 2024:  # noqa: PLR2004 (a year)
        merged = merged_provinces(region)
        table.insert(1, "province_2025", [merged.get(name, name) for name in table["province"]])
    return table


def land_and_freight(region: Region, year: int) -> pd.DataFrame:
    """Return where the freight of parks comes from in a year.

    Returns
    -------
    DataFrame
        One row per park or cluster and sector: `place_id`, `kind`, `status`, `sector`, `area_ha` gross, `leased_ha`
        (net of roads and green, times occupancy), `leased_pct` of the net land, `out_t_per_year`, `in_t_per_year`.
    """
    ledger, places = region.ledger, region.generators
    equal = ledger["sector_split_rule"] == 1
    leased = leased_ha(places, year, ledger)
    columns = ("place_id", "kind", "status", "sectors", "area_ha")
    rows = [
        {"place_id": place, "kind": kind, "status": status, "sector": sector, "area_ha": area * part,
         "leased_ha": ha * part, "leased_pct": ha / (area * ledger["net_to_gross"]) / PERCENT}
        for (place, kind, status, industries, area), ha in zip(
            places[list(columns)].itertuples(index=False, name=None), leased, strict=True
        )
        for sector, part in sector_parts(industries, region.sector_of, equal=equal).items()
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    generated = generate(places, region.sector_of, year, ledger)
    sums = generated.pivot_table(
        index=["place_id", "sector"], columns="direction", values="t_per_year", aggfunc="sum", fill_value=0.0
    ).reindex(columns=["out", "in"], fill_value=0.0)
    at = pd.MultiIndex.from_frame(table[["place_id", "sector"]])
    found = sums.reindex(at, fill_value=0.0).to_numpy(float)
    return table.assign(out_t_per_year=found[:, 0], in_t_per_year=np.asarray(found[:, 1]))
