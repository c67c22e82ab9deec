"""Tolls of the bundled network and of one that carries road numbers only."""

import pandas as pd
import pytest

from logistics.tolls import ROW_OF_ROAD, mean_toll_vnd_per_km, toll_group5_vnd
from networks.regions import region_table


def test_a_tabled_toll_is_taken_per_kilometre():
    links = pd.DataFrame({"toll_vnd_per_km": [7200.0, float("nan")], "length_km": [10.0, 5.0], "ref": ["", ""]})
    assert toll_group5_vnd(links).tolist() == [72_000, 0]


def test_a_road_known_by_number_takes_the_mean_of_that_road():
    links = pd.DataFrame({"ref": ["CT.04;QL.5", "ĐT.277", ""], "length_km": [10.0, 10.0, 10.0]})
    assert toll_group5_vnd(links).tolist() == [pytest.approx(10 * mean_toll_vnd_per_km()["CT04"]), 0, 0]


def test_ct_04_costs_what_its_toll_gates_take():
    """Ledger row `toll_ct04_g5`: 7,200 VND per km."""
    assert mean_toll_vnd_per_km()["CT04"] == pytest.approx(7200, rel=0.05)


def test_a_toll_of_the_user_s_moves_the_roads_it_names_and_no_other(ledger):
    links = pd.DataFrame(
        {"ref": ["CT.04", "QL5", "CT.01", "CT.01"], "toll_vnd_per_km": [7200.0, 3400.0, 7200.0, 2340.0],
         "length_km": [10.0, 10.0, 10.0, 10.0]}
    )  # fmt: skip
    own = ledger.with_values({"toll_ct04_g5": 3600.0, "toll_bgls_g5": 8000.0})
    assert toll_group5_vnd(links, own).tolist() == pytest.approx([36_000, 34_000, 80_000, 23_400])
    assert toll_group5_vnd(links, ledger).tolist() == toll_group5_vnd(links).tolist()


def test_a_toll_of_the_user_s_holds_for_a_road_known_by_number_too(ledger):
    own = ledger.with_values({"toll_ql5_g5": 6800.0})
    assert mean_toll_vnd_per_km(own)["QL5"] == pytest.approx(2 * mean_toll_vnd_per_km()["QL5"])
    assert mean_toll_vnd_per_km(own)["CT04"] == mean_toll_vnd_per_km()["CT04"]


def test_every_road_with_a_row_stands_in_the_bundled_table_at_that_row_s_toll(ledger):
    roads = set(zip(region_table("roads")["ref"], region_table("roads")["toll_vnd_per_km"], strict=True))
    assert set(ROW_OF_ROAD) <= roads
    for (_, rate), row in ROW_OF_ROAD.items():
        assert ledger.entry(row).low <= rate <= ledger.entry(row).high
