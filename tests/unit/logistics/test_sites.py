"""Capacities and yearly costs of hubs by hand."""

import pandas as pd
import pytest

from logistics.sites import cross_dock_fixed_vnd, is_standing, new_options, standing_option


def site(**changes):
    row = {"hub_id": "h", "type": "dry_port", "area_ha": 40.0, "capacity_t_per_year": 1e6, "capacity_teu_per_year": 1e5}
    return pd.Series(row | changes)


@pytest.mark.parametrize(
    ("area_ha", "row"), [(10, "hub_fixed_small"), (30, "hub_fixed_medium"), (60, "hub_fixed_large")]
)
def test_yearly_costs_are_those_of_the_ledger(ledger, area_ha, row):
    assert cross_dock_fixed_vnd(area_ha, ledger) / 1e9 == pytest.approx(ledger[row], abs=0.06)


def test_a_dry_port_is_mostly_yard(ledger):
    option = standing_option(site(), ledger)
    assert (option.yard_t_per_year, option.cross_dock_t_per_year) == (pytest.approx(8e5), pytest.approx(2e5))
    assert option.fixed_vnd_per_year == 0


def test_a_logistics_centre_without_containers_has_no_yard(ledger):
    option = standing_option(site(type="logistics_centre", capacity_teu_per_year=float("nan")), ledger)
    assert (option.yard_t_per_year, option.cross_dock_t_per_year) == (0, pytest.approx(5e5))


def test_a_logistics_centre_has_as_much_yard_as_its_containers(ledger):
    option = standing_option(site(type="logistics_centre", capacity_teu_per_year=1e4), ledger)
    assert option.yard_t_per_year == pytest.approx(1e4 * 10.5)


def test_a_new_hub_never_takes_more_land_than_the_site_has(ledger):
    options = new_options(site(), ledger)
    assert {option.tier for option in options} == {
        "cross-dock 10 ha", "cross-dock 30 ha", "yard 10 ha", "yard 30 ha", "cross-dock 10 ha + yard 10 ha",
        "cross-dock 30 ha + yard 10 ha", "cross-dock 10 ha + yard 30 ha",
    }  # fmt: skip
    assert max(option.land_ha for option in options) == 40


def test_a_start_up_is_paid_once_like_the_works(ledger):
    dearer = ledger.with_values({"hub_start_share": 10.0})
    assert cross_dock_fixed_vnd(10, dearer) == pytest.approx(1.1 * cross_dock_fixed_vnd(10, ledger))


def test_a_small_site_offers_nothing(ledger):
    assert new_options(site(area_ha=9.9), ledger) == []


def test_larger_hubs_are_cheaper_a_tonne(ledger):
    docks = [option for option in new_options(site(area_ha=60.0), ledger) if option.yard_t_per_year == 0]
    unit = [option.fixed_vnd_per_year / option.cross_dock_t_per_year for option in docks]
    assert unit == sorted(unit, reverse=True)


@pytest.mark.parametrize(
    ("status", "year", "stands"),
    [("existing", 2025, True), ("under_construction", 2026, False), ("under_construction", 2030, True),
     ("planned", 2050, False), ("candidate", 2030, False), ("closed", 2030, False)],
)  # fmt: skip
def test_only_what_is_built_or_being_built_stands(status, year, stands):
    assert is_standing(status, year) is stands
