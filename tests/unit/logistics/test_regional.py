"""The provinces' own trade against the control totals."""

import pandas as pd
import pytest

from logistics.regional import regional_totals_t, regional_trade


def provinces():
    return pd.DataFrame({"place_id": ["a", "b"], "population": [3.0, 1.0], "industry_output": [1.0, 4.0]})


def test_what_is_not_from_parks_is_left_for_the_provinces(ledger):
    totals = regional_totals_t(2024, ledger)
    assert totals["seaport"] == pytest.approx(6.5e6 * 10.5 * 0.6)
    assert totals["border"] == pytest.approx((9.9 + 0.92 + 3 + 1.7) * 1e6 * 0.6)
    assert totals["airport"] == pytest.approx(0.735e6 * 0.15)


def test_only_container_trade_grows(ledger):
    before, after = regional_totals_t(2024, ledger), regional_totals_t(2026, ledger)
    assert after["seaport"] == pytest.approx(before["seaport"] * 1.08**2)
    assert after["border"] == before["border"]


def test_growth_is_not_carried_beyond_2030(ledger):
    assert regional_totals_t(2050, ledger) == regional_totals_t(2030, ledger)


def test_imports_follow_people_and_exports_follow_output(ledger):
    frame = regional_trade(provinces(), 2024, ledger, 0.75)
    border = frame[frame["channel"] == "border"].groupby(["direction", "place_id"])["t_per_year"].sum()
    total = regional_totals_t(2024, ledger)["border"]
    assert border["in", "a"] == pytest.approx(total * 0.75 * 0.75)
    assert border["out", "b"] == pytest.approx(total * 0.25 * 0.8)


def test_all_of_it_is_shipped(ledger):
    frame = regional_trade(provinces(), 2030, ledger, 0.75)
    assert frame["t_per_year"].sum() == pytest.approx(sum(regional_totals_t(2030, ledger).values()))
    assert frame[["full", "medium", "small"]].sum(axis=1).to_numpy() == pytest.approx(1.0)


def test_border_trade_moves_in_full_trucks(ledger):
    frame = regional_trade(provinces(), 2030, ledger, 0.75)
    assert (frame.loc[frame["channel"] == "border", "full"] == 1).all()
