"""The railways of Vietnam on OpenStreetMap against the bundled table of the north."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from networks import (
    BY_MODE,
    by_gauge,
    combine,
    gauge_changes,
    join,
    meet,
    northern_vietnam,
    of_modes,
    read_osm,
    read_rail,
    snap,
    travel,
)
from networks.geodesy import great_circle_km
from networks.nearest import largest_part
from networks.regions import region_table

FORGOTTEN = {"627804565": "1000;1435"}
"""20 m of track in Bắc Giang station tagged 1435 between tracks tagged with both gauges."""


@pytest.fixture(scope="module")
def path(shared_data):
    return shared_data / "data" / "rail" / "vietnam_railways.geojson"


@pytest.fixture(scope="module")
def rail(path):
    return read_rail(path, gauges=FORGOTTEN)


def node_near(rail, yard, gauge):
    station = region_table("rail_nodes").set_index("id").loc[yard]
    nodes = rail.nodes[rail.nodes["gauge_mm"] == gauge]
    km = great_circle_km(station["lon"], station["lat"], nodes["lon"].to_numpy(), nodes["lat"].to_numpy())
    assert km.min() < 0.5
    return nodes["node_id"].iloc[int(km.argmin())]


def test_nearly_all_kilometres_of_each_gauge_hang_together(rail):
    tail, head = rail.ends()
    km = rail.links["length_km"].to_numpy()
    for gauge, least in (("1000", 0.97), ("1435", 0.94)):
        own = (rail.links["gauge_mm"] == gauge).to_numpy()
        inside = largest_part(len(rail.nodes), tail[own], head[own])
        assert km[own & inside[tail]].sum() / km[own].sum() > least


def test_hardly_a_way_is_left_out(rail):
    assert (rail.provenance["ways_read"], rail.provenance["ways_kept"]) == ("3440", "3438")
    assert rail.provenance["tags_not_understood"] == "gauge=100 (1)"


def test_the_gauge_that_one_track_forgot_is_warned_of(path, rail):
    assert "rail:627804565_1" in read_rail(path).provenance["warnings"]
    assert "rail:627804565_1" not in rail.provenance["warnings"]


@pytest.mark.parametrize(
    ("start", "end", "gauge", "apart"),
    [
        ("r_yen_vien", "r_dong_dang", "1000", 0.01),
        ("r_yen_vien", "r_dong_dang", "1435", 0.01),
        ("r_kep", "r_ha_long", "1435", 0.01),
        ("r_yen_vien", "r_lao_cai", "1000", 0.01),
        ("r_gia_lam", "r_hai_phong", "1000", 0.02),
        ("r_giap_bat", "r_ninh_binh", "1000", 0.01),
        ("r_dong_anh", "r_quan_trieu", "1000", 0.02),
    ],
)
def test_lines_are_as_long_as_the_bundled_table_says(rail, start, end, gauge, apart):
    ends = [node_near(rail, yard, gauge) for yard in (start, end)]
    bundled = travel(northern_vietnam(modes=["rail"]), [start], [end], by="km").km.item()
    assert travel(rail, ends[:1], ends[1:], by="km").km.item() == pytest.approx(bundled, rel=apart)


def test_trains_from_ha_long_reach_dong_dang_and_no_metre_line(rail):
    ha_long, dong_dang = (node_near(rail, yard, "1435") for yard in ("r_ha_long", "r_dong_dang"))
    hai_phong, vinh = node_near(rail, "r_hai_phong", "1000"), node_near(rail, "r_ninh_binh", "1000")
    km = travel(rail, [ha_long], [dong_dang, hai_phong, vinh]).km[0]
    assert np.isfinite(km).tolist() == [True, False, False]
    changed = travel(combine(rail, transfers=gauge_changes(rail)), [ha_long], [vinh], accumulate=("transfers",))
    assert changed.sums["transfers"].item() == 1.0


def test_names_keep_their_diacritics(rail):
    assert {"Đường sắt Bắc–Nam", "Đường sắt Hà Nội - Đồng Đăng"} <= set(rail.links["name"])


def test_the_bundled_rails_have_the_gauges_of_the_map(rail):
    bundled = by_gauge(northern_vietnam(modes=["rail"]))
    for yard, gauge in (("r_ha_long", "1435"), ("r_lao_cai", "1000"), ("r_yen_vien", "1435"), ("r_yen_vien", "1000")):
        assert ((bundled.nodes["yard_id"] == yard) & (bundled.nodes["gauge_mm"] == gauge)).any()
        assert node_near(rail, yard, gauge)
    assert travel(of_modes(bundled, ["rail"]), ["r_hai_phong"], ["r_cai_lan"]).km.item() == math.inf


def test_the_streets_of_ha_noi_meet_the_rails_at_its_stations(shared_data, rail):
    street = read_osm(shared_data / "data" / "osm" / "hanoi_drive_2025-05.osm.pbf")
    rows = [("Giáp Bát", 105.8407, 20.9785, "lift_on_off"), ("Gia Lâm", 105.8787, 21.0517, "lift_on_off")]
    terminals = pd.DataFrame(rows, columns=["terminal_id", "lon", "lat", "handling"])
    cut, transfers = meet(street, rail, terminals)
    assert (transfers["length_km"] < 0.2).all()
    both = combine(cut, rail, transfers=transfers)
    places = snap(both, pd.DataFrame({"point_id": ["p", "q"], "lon": [105.83, 105.90], "lat": [20.97, 21.05]}))
    joined = join(both, places)
    truck = travel(of_modes(joined, ["road"]), places, places)
    alone = snap(street, places.points[["point_id", "lon", "lat"]])
    assert truck.km == pytest.approx(travel(street, alone, alone).km)
    assert (travel(joined, places, places).h <= truck.h + 1e-9).all()
    rates = joined.links["mode"].map({"road": 10.0, "rail": 0.1, "transfer": 0.1})
    weighed = replace(joined, links=joined.links.assign(weight=rates * joined.links["length_km"]))
    found = travel(weighed, places, places, by="weight", accumulate=BY_MODE)
    # Giáp Bát - Hà Nội - Gia Lâm, 5.1 + 5.4 km by the bundled table
    assert found.sums["rail_km"][0, 1] == pytest.approx(10.5, rel=0.03)
    assert found.sums["transfers"][0, 1] == 2.0
