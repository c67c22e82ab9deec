"""Parks converted to eco-parks: tonnes and CO2 by hand."""

import pandas as pd
import pytest

from logistics.eco_parks import as_eco_parks, check_eco_parks, eco_shift, truck_co2_share
from logistics.errors import InputError


def generated():
    rows = [("a", "in", 100.0), ("a", "out", 60.0), ("b", "in", 100.0)]
    return pd.DataFrame(rows, columns=["place_id", "direction", "t_per_year"])


def test_a_converted_park_takes_in_five_percent_less_and_sends_as_much(ledger):
    assert as_eco_parks(generated(), ["a"], ledger)["t_per_year"].tolist() == pytest.approx([95, 60, 100])


def test_without_conversion_nothing_moves(ledger):
    frame = generated()
    assert as_eco_parks(frame, [], ledger) is frame
    assert truck_co2_share(["a", "b"], [], ledger) is None


def test_trucks_calling_at_an_eco_park_leave_a_tenth_less_co2(ledger):
    assert truck_co2_share(["a", "b"], ["b"], ledger).tolist() == pytest.approx([1, 0.9])


def test_the_shift_is_told_over_the_range_of_its_rows(ledger):
    table = eco_shift(generated(), ["a"], ledger).set_index("direction")
    assert table.loc["in", "saved_t_per_year"] == pytest.approx(5)
    assert (table.loc["in", "saved_low_t_per_year"], table.loc["in", "saved_high_t_per_year"]) == pytest.approx((0, 15))
    assert table.loc["out", "saved_high_t_per_year"] == pytest.approx(3)
    assert table.loc["in", "rests_on"] == "eco_inbound_saved, eco_truck_co2_saved (confidence low)"
    assert table["truck_co2_saved_high_pct"].tolist() == [30, 30]


def test_every_unknown_eco_park_is_named_with_the_nearest():
    with pytest.raises(InputError, match=r"no park or cluster 'bn_que_vo_9'; nearest: bn_que_vo_1\n.*'zz'"):
        check_eco_parks(["bn_que_vo_9", "bn_que_vo_1", "zz"], ["bn_que_vo_1"])
