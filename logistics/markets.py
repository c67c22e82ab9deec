"""The far ends of freight: how much each gateway and domestic market takes and gives.

Seaports weigh by containers (the terminals of Hải Phòng are raised together to the port's total, see
`ct_sea_hai_phong_teu`) or by tonnes where none are counted; the coal port and the aggregate row are
left out. Border gates weigh by tonnes, raised together to the totals `ct_border_*`; airports and rail
terminals by tonnes. Markets take by population and output, half each, and give by industrial output;
the South beyond Thanh Hoá by `share_domestic_south`.
"""

from typing import Final

import pandas as pd

from logistics.errors import InputError
from logistics.ledger import Ledger
from logistics.sites import is_standing
from logistics.units import T_PER_MILLION_T

CHANNEL_OF_TYPE: Final = {
    "seaport": "seaport", "airport": "airport", "border_gate": "border", "rail_terminal": "rail",
}  # fmt: skip
COAL_PORTS: Final = ("sea_cam_pha",)
"""Excluded by `ct_sea_coal`: no park freight."""
BORDER_GATES: Final[dict[str, tuple[str, ...]]] = {
    "ct_border_lang_son": ("bg_huu_nghi", "bg_tan_thanh", "bg_chi_ma", "bg_coc_nam"),
    "ct_border_mong_cai": ("bg_mong_cai",),
    "ct_border_lao_cai": ("bg_lao_cai",),
    "ct_border_other": (),
}
"""Gates of each control total; the last takes every gate not named."""
HAI_PHONG: Final = "Hải Phòng"


def far_ends(gateways: pd.DataFrame, provinces: pd.DataFrame, year: int, ledger: Ledger) -> pd.DataFrame:
    """Return the far ends of every channel and direction.

    Parameters
    ----------
    gateways
        `place_id`, `type`, `status`, `province_2024`, `throughput_t_per_year`, `throughput_teu_per_year`.
    provinces
        `place_id`, `population`, `industry_output`, `grdp_2023_trn_vnd`.

    Returns
    -------
    DataFrame
        `place_id`, `channel`, `direction`, `weight`; weights compare within a channel and direction.
    """
    open_gates = gateways[[is_standing(status, year) for status in gateways["status"]]]
    weight = gateway_weights_t(open_gates, year, ledger)
    gates = pd.DataFrame(
        {
            "place_id": open_gates["place_id"],
            "channel": open_gates["type"].map(CHANNEL_OF_TYPE),
            "weight": weight,
        }
    )
    gates = gates[gates["channel"].notna() & (gates["weight"] > 0)]
    both = [gates.assign(direction=direction) for direction in ("out", "in")]
    ends = pd.concat([*both, *_domestic(gateways, provinces, ledger)], ignore_index=True)
    return ends[["place_id", "channel", "direction", "weight"]]


def gateway_weights_t(gateways: pd.DataFrame, year: int, ledger: Ledger) -> pd.Series:
    """Return the tonnes per year by which gateways of one type compare."""
    listed_t = gateways["throughput_t_per_year"].fillna(0.0)
    teu = gateways["throughput_teu_per_year"]
    seaport = gateways["type"] == "seaport"
    weight = listed_t.where(~(seaport & teu.notna()), _containers_t(gateways, ledger))
    weight = weight.where(~gateways["place_id"].isin(COAL_PORTS), 0.0)
    weight = _border_t(gateways, weight, ledger)
    announced_t = pd.Series(
        [_announced_t(place_id, year, ledger) for place_id in gateways["place_id"]], index=weight.index
    )
    return weight.where(weight >= announced_t, announced_t)


def _border_t(gateways: pd.DataFrame, weight: pd.Series, ledger: Ledger) -> pd.Series:
    """Return the weights with the road gates of each border raised together to its control total."""
    gates = gateways["type"] == "border_gate"
    named = {gate for ids in BORDER_GATES.values() for gate in ids}
    for total, ids in BORDER_GATES.items():
        members = gates & (gateways["place_id"].isin(ids) if ids else ~gateways["place_id"].isin(named))
        listed_t = float(weight[members].sum())
        if listed_t:
            weight = weight.where(~members, weight * ledger[total] * T_PER_MILLION_T / listed_t)
    return weight


def _containers_t(gateways: pd.DataFrame, ledger: Ledger) -> pd.Series:
    """Return container tonnes, the listed terminals of Hải Phòng raised to the port's total."""
    teu = gateways["throughput_teu_per_year"].fillna(0.0)
    raised = (gateways["type"] == "seaport") & (gateways["province_2024"] == HAI_PHONG)
    listed_teu = float(teu[raised].sum())
    if listed_teu:
        teu = teu.where(~raised, teu * ledger["ct_sea_hai_phong_teu"] * T_PER_MILLION_T / listed_teu)
    return teu * ledger["payload_teu"]


def _announced_t(place_id: str, year: int, ledger: Ledger) -> float:
    """Return the volume announced for a gateway by 2030, a ledger row `throughput_<id>_2030`, or zero."""
    row = f"throughput_{place_id}_2030"
    return ledger[row] if year >= 2030 and row in ledger.entries else 0.0  # noqa: PLR2004 (the row's year)


def _domestic(gateways: pd.DataFrame, provinces: pd.DataFrame, ledger: Ledger) -> list[pd.DataFrame]:
    takes = (_parts(provinces["population"]) + _parts(provinces["grdp_2023_trn_vnd"])) / 2
    gives = _parts(provinces["industry_output"])
    outside = gateways.loc[gateways["type"] == "external", "place_id"].tolist()
    south = ledger.share("share_domestic_south") if outside else 0.0
    frames = []
    for direction, weight in (("out", takes), ("in", gives)):
        ids = [*provinces["place_id"], *outside]
        weights = [*(weight * (1 - south)), *([south / len(outside)] * len(outside) if outside else [])]
        frames.append(pd.DataFrame({"place_id": ids, "channel": "domestic", "direction": direction, "weight": weights}))
    return frames


def _parts(weight: pd.Series) -> pd.Series:
    total = float(weight.sum())
    if total <= 0:
        raise InputError(f"places: the column {weight.name} sums to {total:g}, expected above 0")
    return weight / total
