"""Truck costs built from their parts, by hand, and held against the level and the haulier's way of moving it."""

import numpy as np
import pytest

from logistics.tariffs import VEHICLES, Leg, Truck
from logistics.truck_costs import (
    BUILT_ROWS,
    BuiltCost,
    built_beside_level,
    capital_share_per_year,
    parts_of,
    shift_since_tables,
)


def test_a_loaded_km_is_fuel_tyres_and_upkeep(ledger):
    built = BuiltCost.from_ledger(ledger, "c40")
    assert built.loaded_vnd_per_km == pytest.approx(0.35 * 1.14 * 17_842.59 + 22 * 6e6 / 80_000 + 1000)
    assert built.empty_vnd_per_km == pytest.approx(0.35 * 0.86 * 17_842.59 + 22 * 6e6 / 80_000 + 1000)


def test_an_hour_is_crew_capital_insurance_and_overhead(ledger):
    built = BuiltCost.from_ledger(ledger, "t5")
    assert built.crew_vnd_per_h == pytest.approx(10.5e6 * 13 * 1.215 / 3000)
    assert built.insurance_vnd_per_h == pytest.approx(0.65e9 * 0.015 / 3000)
    bare = built.crew_vnd_per_h + built.capital_vnd_per_h + built.insurance_vnd_per_h
    assert built.use_vnd_per_h == pytest.approx(1.1 * bare)


def test_a_truck_s_capital_is_the_annuity_of_what_is_used_up(ledger):
    """Paid ten years at 7 %: the present value of the payments and of what is left is the price."""
    share = capital_share_per_year(ledger)
    assert sum(share / 1.07**year for year in range(1, 11)) + 0.15 / 1.07**10 == pytest.approx(1)


def test_every_built_up_cost_lies_in_the_range_of_its_row(ledger):
    table = built_beside_level(ledger)
    assert len(table) == len(VEHICLES) * len(BUILT_ROWS)
    assert table["in_range"].all()
    assert table["ratio"].between(0.9, 1.16).all()
    parts = table[["fuel", "tyres", "upkeep", "crew", "capital", "insurance", "overhead"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(table["built"].to_numpy())


@pytest.mark.parametrize("vehicle", VEHICLES)
def test_as_tabled_the_level_stands_to_the_last_digit(ledger, vehicle):
    truck = Truck.from_ledger(ledger, vehicle)
    assert truck.loaded_vnd_per_km == ledger.entry(f"veh_km_loaded_{vehicle}").value
    assert truck.use_vnd_per_h == ledger.entry(f"veh_hour_{vehicle}").value
    same = ledger.with_values({"diesel_price": ledger.entry("diesel_price").value})
    assert Truck.from_ledger(same, vehicle) == truck


@pytest.mark.parametrize("vehicle", VEHICLES)
def test_dearer_diesel_moves_every_truck_by_its_litres(ledger, vehicle):
    dearer = ledger.with_values({"diesel_price": 27_842.59})
    norm = {"c40": 0.35, "t15": 0.30, "t10": 0.24, "t5": 0.15}[vehicle]
    before, after = Truck.from_ledger(ledger, vehicle), Truck.from_ledger(dearer, vehicle)
    assert after.loaded_vnd_per_km - before.loaded_vnd_per_km == pytest.approx(norm * 1.14 * 10_000)
    assert after.empty_vnd_per_km - before.empty_vnd_per_km == pytest.approx(norm * 0.86 * 10_000)
    assert after.use_vnd_per_h == before.use_vnd_per_h


@pytest.mark.parametrize(
    ("vehicle", "km", "price", "base_vnd", "row"),
    [("c40", 100, 27_620, 4_160_000, "x115"), ("t10", 130, 21_740, 3_162_000, "x117")],
)
def test_a_contract_moves_with_diesel_as_the_haulier_s_own_formula_says(region, vehicle, km, price, base_vnd, row):
    """A round trip, out loaded and back empty: the rows x115 and x117 of expected.csv to 0.1 %."""
    way = Leg(length_km=np.array([float(km)]), travel_h=np.array([2.0]), toll_group5_vnd=np.array([0.0]))
    ledgers = (region.ledger, region.ledger.with_values({"diesel_price": price}))
    before, after = (Truck.from_ledger(ledger, vehicle).trip(way, 0.0, 3.0).total_vnd.item() for ledger in ledgers)
    assert base_vnd + after - before == pytest.approx(float(region.expected["value"][row]), rel=1e-3)


@pytest.mark.parametrize("part", ["crew_wage_c40", "truck_price_c40", "crew_on_cost", "truck_return", "truck_overhead"])
def test_dearer_crew_or_capital_makes_the_hour_dearer_and_leaves_the_km(ledger, part):
    dearer = ledger.with_values({part: 1.2 * ledger.entry(part).value})
    shift = shift_since_tables(dearer, "c40")
    assert shift["veh_hour"] > 0
    assert shift["veh_km_loaded"] == shift["veh_km_empty"] == 0


def test_a_level_of_the_user_s_own_still_moves_with_the_parts(ledger):
    own = ledger.with_values({"veh_hour_t5": 90_000.0, "crew_wage_t5": 11.5e6})
    assert Truck.from_ledger(own, "t5").use_vnd_per_h == pytest.approx(90_000 + 1.1 * 1e6 * 13 * 1.215 / 3000)


def test_parts_are_read_only_where_a_scenario_sets_one(region):
    ledger = region.ledger.as_tabled()
    Truck.from_ledger(ledger, "t10")
    assert "crew_wage_t10" not in ledger.used
    dearer = ledger.with_values({"crew_wage_t10": 13e6})
    Truck.from_ledger(dearer, "t10")
    assert "crew_wage_t10" in dearer.used
    assert set(parts_of("t10")) <= set(ledger.entries)
