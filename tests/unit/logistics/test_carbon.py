"""Carbon of a tonne-kilometre by mode, vehicle and load, by hand."""

import pytest

from logistics.carbon import carbon_beside_known, carbon_per_tkm


def test_the_rows_of_the_ledger_are_met_when_only_burnt_diesel_counts(ledger):
    table = carbon_beside_known(ledger).set_index("id")
    assert table.loc["co2_cont40", "modelled_g_per_tkm"] == pytest.approx(0.35 * 2.68 * 2 / 18 * 1000)
    assert table["ratio"].to_numpy() == pytest.approx(1, abs=0.01)
    assert table["in_band"].all()


def test_load_and_matched_returns_make_the_difference_between_direct_and_hub(ledger):
    table = carbon_per_tkm(ledger).set_index(["vehicle", "use"])["well_to_wheel_g_per_tkm"]
    assert table["t5", "direct"] == pytest.approx(0.15 * (1.14 + 0.75 * 0.86) * 3.25 / 2.4 * 1000)
    assert table["c40", "hub"] == pytest.approx(0.35 * (1.14 + 0.65 * 0.86) * 3.25 / 14 * 1000)
    assert table["barge", "hub"] == pytest.approx(24 * 3.25 / 2.68)
    assert table["rail", "hub"] < table["c40", "direct"]


def test_well_to_wheel_is_above_what_is_burnt_by_the_making_of_the_diesel(ledger):
    table = carbon_per_tkm(ledger)
    ratio = table["well_to_wheel_g_per_tkm"] / table["burnt_g_per_tkm"]
    assert ratio.to_numpy() == pytest.approx((2.68 + 0.57) / 2.68)
    assert table["load_t"].isna().sum() == 2
