"""A tiny region for whole runs: parts of the bundled tables, and scenarios on them that take a second to plan."""

import csv

from logistics.region import bundled_file
from logistics.scenario import Scenario

TINY_PARKS = ("bn_tien_son", "bn_yen_phong_1", "bn_que_vo_1", "bn_vsip", "bn_thuan_thanh_2")
TINY_HUBS = (
    "icd_tien_son",
    "icd_tan_cang_que_vo",
    "icd_yen_vien",
    "icd_duc_thuong",
    "gf_nam_son",
    "gf_tu_son",
    "gf_yen_my",
)
NEW_SITES = ("gf_nam_son", "gf_tu_son", "gf_yen_my")
CHEAP_HUBS = {"capex_ha_xdock": 2.0, "handling_crossdock": 10_000.0, "contestable_small": 80.0}
"""Cheap enough for new hubs to pay in a region of five parks."""


def write_part(name, folder, keep):
    """Write the rows of a bundled table that `keep` accepts into a folder."""
    with bundled_file(name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if keep(row))
    return path


def tiny_tables(folder, parks=TINY_PARKS):
    """Write some parks of Bắc Ninh, four hubs that stand by 2030 and three sites to choose from."""
    return {
        "parks": write_part("parks", folder, lambda row: row["id"] in parks),
        "clusters": write_part("clusters", folder, lambda row: row["id"].startswith("ccn_khuc")),
        "hubs": write_part("hubs", folder, lambda row: row["id"] in TINY_HUBS),
    }


def tiny(folder, *, parks=TINY_PARKS, **changes):
    """Return the scenario of the tiny region, its tables written into `folder`."""
    usual = {"name": "tiny", "year": 2030, "regional_trade": False, "curve_to": 2, "max_new_hubs": 2}
    return Scenario(**usual | {"tables": tiny_tables(folder, parks), "ledger": CHEAP_HUBS} | changes)


MATRIX = """origin_id,destination_id,commodity,t_per_year
bn_tien_son,sea_lach_huyen,electronics,52000
sea_lach_huyen,bn_que_vo_1,general,41000
bn_yen_phong_1,bn_que_vo_1,food_cold,18000
bn_tien_son,sea_lach_huyen,parcels,23000
bn_que_vo_1,bn_yen_phong_1,general,67000
"""


def matrix_file(folder):
    """Write a matrix of five pairs and return its path."""
    path = folder / "od.csv"
    path.write_text(MATRIX, encoding="utf-8")
    return path
