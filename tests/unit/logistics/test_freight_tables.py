"""Freight told by trade, by old and new provinces, by land and sector; numbers by hand."""

from dataclasses import replace

import pandas as pd
import pytest

from logistics.freight_tables import (
    freight_by_province,
    freight_totals,
    land_and_freight,
    merged_provinces,
    province_of_places,
    teu_per_year,
)


def flows():
    rows = [
        ("bn_tien_son", "sea_dinh_vu", "electronics", "seaport", "out", "export", "full", 105.0, 100.0),
        ("bg_van_trung", "sea_dinh_vu", "electronics", "seaport", "out", "export", "small", 35.0, 400.0),
        ("bg_van_trung", "bg_huu_nghi", "bulk", "border", "in", "import", "full", 42.0, 7.0),
        ("pl_ha_noi", "pl_ha_nam", "bulk", "domestic", "out", "domestic", "full", 10.0, 7.0),
    ]
    names = ["near_id", "far_id", "commodity", "channel", "direction", "trade", "shipment", "t_per_year"]
    return pd.DataFrame(rows, columns=[*names, "vot_vnd_per_th"])


def test_only_full_loads_over_quays_are_containers(ledger):
    assert teu_per_year(flows(), ledger).tolist() == pytest.approx([10, 0, 0, 0])


def test_totals_by_trade_weigh_the_value_of_time_by_tonnes(ledger):
    table = freight_totals(flows(), ledger).set_index(["trade", "channel", "commodity"])
    export = table.loc[("export", "seaport", "electronics")]
    assert export["t_per_year"] == 140
    assert export["teu_per_year"] == pytest.approx(10)
    assert export["full_pct"] == pytest.approx(75)
    assert export["vot_vnd_per_th"] == pytest.approx((105 * 100 + 35 * 400) / 140)


def test_one_run_is_told_in_old_and_in_new_provinces(region):
    old = freight_by_province(region, flows(), 2024).set_index("province")
    new = freight_by_province(region, flows(), 2025).set_index("province")
    assert old["t_per_year"][["Bắc Ninh", "Bắc Giang", "Hà Nội"]].tolist() == [105, 77, 10]
    assert old.loc["Bắc Giang", "province_2025"] == "Bắc Ninh"
    assert new.loc["Bắc Ninh", "t_per_year"] == 182
    assert "Bắc Giang" not in new.index
    assert new.loc["Bắc Ninh", ["export_t_per_year", "import_t_per_year", "in_t_per_year"]].tolist() == [140, 42, 42]
    assert len(old) == 25
    assert len(new) == 15


def test_new_provinces_are_sums_of_old_ones_to_the_tonne(region):
    old = freight_by_province(region, flows(), 2024)
    new = freight_by_province(region, flows(), 2025).set_index("province")
    sums = old.drop(columns="province").groupby("province_2025").sum().reindex(new.index)
    assert sums.to_numpy() == pytest.approx(new.to_numpy())


def test_parks_that_name_their_new_province_name_the_one_of_the_merger(region):
    parks = region.generators[region.generators["province_2025"] != ""].set_index("place_id")
    assert province_of_places(region, 2025)[parks.index].tolist() == parks["province_2025"].tolist()
    assert merged_provinces(region)["Bắc Giang"] == "Bắc Ninh"


def test_hubs_and_gateways_have_their_provinces_too(region):
    names = province_of_places(region, 2025)
    assert (names["log_bac_giang"], names["bg_lao_cai"]) == ("Bắc Ninh", "Lào Cai")


def test_land_of_a_park_is_told_by_sector_with_its_freight(region):
    one = region.generators[region.generators["place_id"] == "bn_tien_son"].reset_index(drop=True)
    table = land_and_freight(replace(region, generators=one), 2025).set_index("sector")
    quarter_ha = 402.81 / 4
    assert table["area_ha"].tolist() == pytest.approx([quarter_ha] * 4)
    assert table.loc["electronics", "leased_ha"] == pytest.approx(quarter_ha * 0.69 * 0.995)
    assert table.loc["electronics", "leased_pct"] == pytest.approx(99.5)
    assert table.loc["electronics", "in_t_per_year"] == pytest.approx(550 * quarter_ha * 0.69 * 0.995)
    assert table.loc["food_beverage", "out_t_per_year"] == pytest.approx(1600 * quarter_ha * 0.69 * 0.995)


@pytest.mark.parametrize("year", [2025, 2028, 2030, 2040, 2050])
def test_leased_land_and_freight_only_grow_with_the_years(region, year):
    now, later = (land_and_freight(region, at) for at in (year, year + 5))
    for column in ("leased_ha", "out_t_per_year", "in_t_per_year"):
        assert (later[column] >= now[column] - 1e-9).all()
    assert now["leased_pct"].between(0, 100 + 1e-9).all()
