"""Tolls of the bundled network and of one that carries road numbers only."""

import pandas as pd
import pytest

from logistics.tolls import mean_toll_vnd_per_km, toll_group5_vnd


def test_a_tabled_toll_is_taken_per_kilometre():
    links = pd.DataFrame({"toll_vnd_per_km": [7200.0, float("nan")], "length_km": [10.0, 5.0], "ref": ["", ""]})
    assert toll_group5_vnd(links).tolist() == [72_000, 0]


def test_a_road_known_by_number_takes_the_mean_of_that_road():
    links = pd.DataFrame({"ref": ["CT.04;QL.5", "ĐT.277", ""], "length_km": [10.0, 10.0, 10.0]})
    assert toll_group5_vnd(links).tolist() == [pytest.approx(10 * mean_toll_vnd_per_km()["CT04"]), 0, 0]


def test_ct_04_costs_what_its_toll_gates_take():
    """Ledger row `toll_ct04_g5`: 7,200 VND per km."""
    assert mean_toll_vnd_per_km()["CT04"] == pytest.approx(7200, rel=0.05)
