"""Reading numbers from the ledger."""

import pytest

from logistics.errors import InputError


def test_a_row_is_read_by_its_id(ledger):
    assert ledger["veh_hour_c40"] == 150_000
    assert ledger.entry("veh_hour_c40").unit == "VND/h"


def test_a_misspelt_row_is_answered_with_the_nearest(ledger):
    with pytest.raises(InputError, match=r"no row 'veh_hour_c4O'; nearest: veh_hour_c40"):
        ledger["veh_hour_c4O"]


def test_percentages_become_parts_of_one(ledger):
    assert ledger.share("contestable_small") == 0.5


def test_a_row_in_another_unit_is_refused(ledger):
    with pytest.raises(InputError, match="veh_hour_c40 is in 'VND/h', expected '%'"):
        ledger.share("veh_hour_c40")


def test_a_scenario_may_set_its_own_value_and_the_row_says_so(ledger):
    own = ledger.with_values({"crf": 0.1})
    assert own["crf"] == 0.1
    assert ledger["crf"] == 0.125
    assert "the table has 0.125" in own.entry("crf").note


def test_every_value_lies_in_its_range(ledger):
    frame = ledger.to_frame().dropna(subset=["low", "high"])
    outside = frame[(frame["value"] < frame["low"]) | (frame["value"] > frame["high"])]
    assert outside["id"].tolist() == []


def test_shipment_sizes_of_every_sector_sum_to_a_hundred(ledger):
    frame = ledger.to_frame()
    sizes = frame[frame["group"] == "shipment_size"]
    kinds = sizes["id"].str.extract(r"^size_(?:full|medium|small)_(.*)$")[0]
    assert (sizes.groupby(kinds)["value"].sum() == 100).all()


def test_a_row_keeps_the_year_of_its_number(ledger):
    assert ledger.entry("ef_diesel_upstream").year == 2012


def test_the_tables_value_is_not_lost_when_a_scenario_sets_its_own_twice(ledger):
    own = ledger.with_values({"crf": 0.1}).with_values({"crf": 0.2})
    assert (own["crf"], own.tabled("crf").value, own.as_tabled()["crf"]) == (0.2, 0.125, 0.125)
    assert own.moved(["crf"])
    assert not own.moved(["fx"])


def test_what_was_read_is_known_and_asking_whether_a_row_moved_reads_nothing(region):
    ledger = region.ledger.as_tabled()
    ledger.moved(["crf"])
    assert ledger.used == frozenset()
    ledger.share("growth")
    assert ledger.used == {"growth"}
