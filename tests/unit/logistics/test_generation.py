"""Tonnes of parks worked out by hand."""

import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.generation import channel_shares, generate, leased_ha, occupancy_pct, sector_parts, size_shares


def park(**changes):
    row = {"place_id": "p", "status": "existing", "area_ha": 100.0, "occupancy_pct": 50.0, "sectors": "electronics"}
    return pd.DataFrame([row | changes])


def test_leased_land_is_gross_area_times_net_share_times_occupancy(ledger):
    assert leased_ha(park(), 2026, ledger).tolist() == [pytest.approx(100 * 0.69 * 0.5)]


@pytest.mark.parametrize(
    ("status", "listed", "year", "expected"),
    [
        ("existing", 60.0, 2030, 60.0),
        ("under_construction", 15.0, 2026, 15.0),
        ("under_construction", 15.0, 2030, 50.0),
        ("under_construction", 60.0, 2030, 60.0),
        ("planned", 0.0, 2028, 10.0),
        ("planned", 0.0, 2030, 20.0),
        ("planned", 0.0, 2050, 80.0),
        ("existing", 60.0, 2050, 90.0),
        ("existing", 60.0, 2040, 75.0),
    ],
)
def test_parks_fill_over_the_years_as_the_ledger_says(ledger, status, listed, year, expected):
    assert occupancy_pct(status, listed, year, ledger) == pytest.approx(expected)


def test_a_park_of_one_hectare_of_electronics_sends_and_gets_the_tabled_densities(ledger):
    frame = generate(park(area_ha=1 / 0.69, occupancy_pct=100.0), {"electronics": "electronics"}, 2026, ledger)
    sums = frame.groupby("direction")["t_per_year"].sum()
    assert sums["in"] == pytest.approx(550)
    assert sums["out"] == pytest.approx(350)
    sea = frame[(frame["channel"] == "seaport") & (frame["direction"] == "out")]
    assert sea["t_per_year"].item() == pytest.approx(0.45 * 350)
    assert sea["full"].item() == pytest.approx(0.88)


def test_electronics_are_dearer_to_delay_in_the_air_than_on_the_road(ledger):
    frame = generate(park(), {"electronics": "electronics"}, 2026, ledger).set_index(["channel", "direction"])
    assert frame.loc[("airport", "out"), "vot_vnd_per_th"] == 20000
    assert frame.loc[("border", "out"), "vot_vnd_per_th"] == 7000


def test_land_of_several_sectors_is_split_in_equal_parts():
    parts = sector_parts(
        "steel (Hòa Phát); food; steel products", {"steel": "s", "steel products": "s", "food": "f"}, equal=True
    )
    assert parts == {"s": pytest.approx(2 / 3), "f": pytest.approx(1 / 3)}


def test_the_first_sector_takes_all_when_the_rule_says_so():
    assert sector_parts("steel; food", {"steel": "s", "food": "f"}, equal=False) == {"s": 1.0}


def test_an_unknown_industry_is_named_with_the_table_to_mend():
    with pytest.raises(InputError, match=r"sectors.csv has no row for the industry 'rockets'"):
        sector_parts("rockets", {}, equal=True)


def test_every_sector_ships_all_of_its_tonnes(ledger, region):
    for sector in set(region.sector_of.values()):
        shares = channel_shares(sector, ledger)
        assert sum(shares.values()) == pytest.approx(1)
        for channel in shares:
            assert sum(size_shares(sector, channel, ledger).values()) == pytest.approx(1)


def test_a_park_without_leased_land_has_no_freight(ledger):
    assert generate(park(occupancy_pct=0.0), {"electronics": "electronics"}, 2026, ledger).empty


def test_freight_of_today_agrees_with_the_totals_noted_in_the_ledger(ledger, region):
    """The notes of `sector_split_rule` and `ct_bac_ninh_merged`: 44.5 Mt in all, 7.8 Mt in merged Bắc Ninh."""
    frame = generate(region.generators, region.sector_of, 2025, ledger)
    merged = region.generators.query("province_2025 == 'Bắc Ninh' or kind == 'cluster'")["place_id"]
    assert frame["t_per_year"].sum() == pytest.approx(44.5e6, rel=0.05)
    assert frame[frame["place_id"].isin(merged)]["t_per_year"].sum() == pytest.approx(7.8e6, rel=0.05)
