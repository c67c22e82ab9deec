"""What the model says beside what is known: every figure of the default region, and of a region that lacks places."""

import numpy as np
import pytest

from logistics.audit_keys import read_ways
from logistics.beside_known import MORE, NO_MODEL, beside_known, mode_shares, mode_shares_beside_known
from logistics.case import build_case
from logistics.guesses import guesses
from logistics.known import MEASURES, known_volumes
from logistics.scenario import northern_vietnam
from logistics.truck_prices import prices_per_tkm, truck_prices
from logistics.ways import direct_ways


@pytest.fixture(scope="module")
def case():
    return build_case(northern_vietnam(), 2030)


@pytest.fixture(scope="module")
def table(case):
    return beside_known(case, direct_ways(case)).set_index("id")


def test_every_known_volume_and_price_is_listed_with_its_ratio_or_the_reason_why_not(case, table):
    expected = case.region.expected
    assert list(table.index) == list(expected.index[expected["kind"].isin(["volume", "cost"])])
    silent = table["modelled"].isna()
    assert set(table.index[silent]) == set(NO_MODEL)
    assert (table["note"][silent] != "").all()
    ratio = table["modelled"] / table["known"]
    assert table["ratio"][~silent].to_numpy() == pytest.approx(ratio[~silent].to_numpy())
    assert not set(MORE) & set(MEASURES)


def test_the_volumes_of_every_plan_s_summary_are_the_same_here(case, table):
    for row in known_volumes(case, direct_ways(case)):
        assert table.loc[row["id"], "modelled"] == row["modelled"]


def test_areas_and_counts_of_the_tables_are_held_against_the_documents(table):
    assert table.loc["x094", "ratio"] == pytest.approx(1, abs=0.01)
    assert table.loc["x089", "modelled"] == 3
    assert table.loc["x090", "modelled"] == pytest.approx(4381.70 + 1518.14)
    assert table.loc["x120", "modelled"] == pytest.approx(7200 * 107.9, rel=1e-3)


def test_a_band_is_judged_only_where_there_is_one(table):
    assert table.loc["x119", "in_band"] is True
    assert table.loc["x075", "in_band"] is False
    assert table.loc["x069", "in_band"] is None


def test_truck_prices_lie_within_a_fifth_of_the_haulier_s_contracts(case):
    prices = truck_prices(case)
    assert len(prices) == 11
    assert prices["ratio"].between(0.8, 1.1).all()
    assert prices["ratio_per_tkm"].between(0.8, 1.1).all()
    parts = prices[["km_vnd", "hours_vnd", "trip_vnd", "toll_vnd"]].sum(axis=1)
    assert parts.to_numpy() == pytest.approx(prices["modelled_vnd_per_trip"].to_numpy())


def test_a_contract_per_tonne_kilometre_is_its_price_over_load_and_length(case):
    row = truck_prices(case).set_index("id").loc["trip_cont40_100km"]
    assert row["contract_vnd_per_tkm"] == pytest.approx(4_160_000 / 16 / 100)
    assert row["modelled_vnd_per_tkm"] == pytest.approx(row["modelled_vnd_per_trip"] / 16 / row["modelled_km"])


def test_dearer_diesel_moves_the_model_s_price_as_it_moves_the_contract_s(case):
    prices = truck_prices(case).set_index("id")
    modelled = prices.loc["x115", "modelled_vnd_per_trip"] - prices.loc["trip_cont40_100km", "modelled_vnd_per_trip"]
    km = prices.loc["x115", "modelled_km"]
    assert modelled == pytest.approx(2 * km * 0.35 * (27_620 - 17_842.59))


def test_the_derived_prices_per_tonne_kilometre_are_met_within_their_band(case):
    assert prices_per_tkm(case)["in_band"].all()


def test_looking_at_contracts_adds_no_guess_to_those_a_plan_rests_on(case):
    before = case.region.ledger.used
    truck_prices(case)
    assert case.region.ledger.used == before
    found = set(guesses(case.region.ledger)["id"])
    assert {"payload_direct_t5", "veh_hour_c40", "gravity_per_h"} <= found
    assert not {"crew_wage_c40", "hub_rail_max_km"} & found


def test_modes_share_out_every_tonne(small_plan):
    ways = read_ways(small_plan.case, small_plan.flows)
    shares = mode_shares(small_plan.case, ways)
    assert shares["mode"].tolist() == ["direct truck", "truck through a hub", "barge", "rail"]
    assert shares["t_per_year"].sum() == pytest.approx(small_plan.flows["t_per_year"].sum())
    assert shares["tkm_per_year"].sum() == pytest.approx(small_plan.flows["tkm_per_year"].sum())
    assert shares["t_pct"].sum() == pytest.approx(100)
    assert shares.set_index("mode").loc["barge", "t_per_year"] == pytest.approx(
        small_plan.flows.query("mode == 'barge'")["t_per_year"].sum()
    )


def test_known_mode_shares_stand_beside_the_modelled(small_plan):
    ways = read_ways(small_plan.case, small_plan.flows)
    table = mode_shares_beside_known(small_plan.case, ways).set_index("rests_on")
    assert table.loc["x085, ct_barge_share_fcl", "known_pct"] == 4.5
    assert table.loc["x102", "modelled_pct"] <= 100


def test_a_region_without_a_contract_s_park_leaves_that_contract_out(small_plan):
    prices = truck_prices(small_plan.case)
    assert set(prices["contract_km"]) == {100}
    table = beside_known(small_plan.case, read_ways(small_plan.case, small_plan.flows)).set_index("id")
    assert np.isnan(table.loc["x113", "modelled"])
    assert table.loc["x112", "modelled"] > 0


def test_a_plan_names_the_guesses_it_rests_on_with_range_and_source(small_plan):
    found = small_plan.guesses().set_index("id")
    row = found.loc["payload_direct_t5"]
    assert (row["value"], row["low"], row["high"], row["unit"], row["year"]) == (2.4, 1.6, 3.5, "t", 2026)
    assert row["source"].startswith("assumption")
    assert "regional_mix_food_seaport" not in found.index  # the provinces' own trade is not part of this plan
    assert "fuel_cont40" not in found.index  # a contract vouches for it
