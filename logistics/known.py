"""Modelled totals beside known volumes: the rows of `expected.csv` that freight can be held against.

The model takes yearly tonnes in the plan's year; the known figures are of 2021 to 2025. A ratio far
from one is a finding about the data, not an error: it is printed with every plan.
"""

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.case import Case
from logistics.costs import BARGE, DIRECT_TRUCK
from logistics.markets import BORDER_GATES, HAI_PHONG

LANG_SON: Final = BORDER_GATES["ct_border_lang_son"]
MONG_CAI: Final = BORDER_GATES["ct_border_mong_cai"]
FIVE_PROVINCES: Final = ("Bắc Ninh", "Bắc Giang", "Thái Nguyên", "Vĩnh Phúc", "Hà Nội")
MONTHS: Final = 12
BORDER_DAYS: Final = 360
MILLION: Final = 1e6

Measure = Callable[[Case, pd.DataFrame], float]


def known_volumes(case: Case, ways: pd.DataFrame) -> list[dict[str, object]]:
    """Return one row per known volume: id, description, known, modelled, unit, ratio modelled / known."""
    rows = []
    for row_id, measure in MEASURES.items():
        if row_id not in case.region.expected.index:
            continue
        row = case.region.expected.loc[row_id]
        modelled = measure(case, ways)
        known = float(str(row["value"]))
        rows.append(
            {"id": row_id, "description": row["description"], "known": known, "modelled": modelled,
             "unit": row["unit"], "plan_year": case.year, "ratio": modelled / known if known else None}
        )  # fmt: skip
    return rows


def _at_gates_t(case: Case, gate_ids: tuple[str, ...]) -> float:
    return float(case.flows.loc[case.flows["far_id"].isin(gate_ids), "t_per_year"].sum())


def _hai_phong_ports(case: Case) -> tuple[str, ...]:
    gates = case.region.gateways
    return tuple(gates.loc[(gates["type"] == "seaport") & (gates["province_2024"] == HAI_PHONG), "place_id"])


def _hai_phong_month_mt(case: Case, _: pd.DataFrame) -> float:
    return _at_gates_t(case, _hai_phong_ports(case)) / MONTHS / MILLION


def _hai_phong_teu(case: Case, _: pd.DataFrame) -> float:
    full = case.flows[(case.flows["shipment"] == "full") & case.flows["far_id"].isin(_hai_phong_ports(case))]
    return float(full["t_per_year"].sum()) / case.region.ledger["payload_teu"]


def _lang_son_t_per_day(case: Case, _: pd.DataFrame) -> float:
    return _at_gates_t(case, LANG_SON) / BORDER_DAYS


def _mong_cai_t_per_day(case: Case, _: pd.DataFrame) -> float:
    return _at_gates_t(case, MONG_CAI) / BORDER_DAYS


def _border_import_pct(case: Case, _: pd.DataFrame) -> float:
    gates = case.flows[case.flows["far_id"].isin(LANG_SON)]
    total_t = float(gates["t_per_year"].sum())
    return 100 * float(gates.loc[gates["trade"] == "import", "t_per_year"].sum()) / total_t if total_t else 0.0


def _barge_pct_of_full_sea(case: Case, ways: pd.DataFrame) -> float:
    flows = case.flows.iloc[ways["flow"]]
    full_sea = ((flows["shipment"] == "full") & (flows["channel"] == "seaport")).to_numpy()
    barge = full_sea & _barge_to_sea(ways).to_numpy()
    tonnes = ways["t_per_year"].to_numpy(float)
    return 100 * float(tonnes[barge].sum() / tonnes[full_sea].sum()) if full_sea.any() else 0.0


def _barge_to_sea(ways: pd.DataFrame) -> "pd.Series[bool]":
    """Return which ways go by barge between a hub and a seaport; between two hubs is another trade."""
    return (ways["mode"] == BARGE) & (ways["site"] >= 0) & (ways["second"] < 0)


def _five_provinces_pct(case: Case, _: pd.DataFrame) -> float:
    trade = case.flows[case.flows["trade"] != "domestic"]
    province = near_provinces(case)
    tonnes = trade["t_per_year"].to_numpy(float)
    inside = np.isin(trade["near_id"].map(province).to_numpy(str), FIVE_PROVINCES)
    return 100 * float(tonnes[inside].sum() / tonnes.sum()) if tonnes.sum() else 0.0


def near_provinces(case: Case) -> "pd.Series[Any]":
    """Return the province (before July 2025) of each park, cluster and province centre, by place id."""
    parks = case.region.generators.set_index("place_id")["province_2024"]
    provinces: pd.Series[Any] = case.region.provinces.set_index("place_id")["name_vi"]
    places: pd.Series[Any] = pd.concat([parks, provinces])
    return places


def _lang_son_trucks_per_day(case: Case, _: pd.DataFrame) -> float:
    """Count trucks as if all went direct: the load of each shipment size over its truck's mean load."""
    ledger = case.region.ledger
    load_t = {"full": ledger["payload_border_c40"]} | {
        size: ledger[f"payload_direct_{DIRECT_TRUCK[size]}"] for size in ("medium", "small")
    }
    gates = case.flows[case.flows["far_id"].isin(LANG_SON)]
    trucks = gates["t_per_year"] / gates["shipment"].map(load_t).astype(float)
    return float(trucks.sum()) / BORDER_DAYS


def _que_vo_teu_by_barge(case: Case, ways: pd.DataFrame) -> float:
    hub_ids = np.append(case.sites["hub_id"].to_numpy(dtype=object), "")
    at_que_vo = _barge_to_sea(ways) & (hub_ids[ways["site"].to_numpy()] == "icd_tan_cang_que_vo")
    return float(ways.loc[at_que_vo, "t_per_year"].sum()) / case.region.ledger["payload_teu"]


MEASURES: Final[dict[str, Measure]] = {
    "x069": _hai_phong_month_mt,
    "x072": _hai_phong_teu,
    "x075": _lang_son_trucks_per_day,
    "x076": _lang_son_t_per_day,
    "x081": _border_import_pct,
    "x083": _mong_cai_t_per_day,
    "x084": _que_vo_teu_by_barge,
    "x085": _barge_pct_of_full_sea,
    "x088": _five_provinces_pct,
}
