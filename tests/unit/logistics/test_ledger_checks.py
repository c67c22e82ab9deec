"""Numbers that cannot be right together are refused, all at once."""

import pytest

from logistics.errors import InputError
from logistics.ledger_checks import check_values, warnings_of


def test_the_bundled_ledger_keeps_every_rule(ledger):
    check_values(ledger)


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ({"size_full_seaport_channel": 53.0}, "sum to 65 %, expected 100"),
        ({"share_seaport_electronics": 50.0}, "share_domestic_electronics sum to 105 %"),
        ({"regional_mix_food_border": 50.0}, "sum to 90 %"),
        ({"match_hub_c40": 1.5}, "match_hub_c40: found 1.5, expected between 0 and 1"),
        ({"payload_cont40": 0.0}, "payload_cont40: found 0, expected above 0 t"),
        ({"contestable_small": 150.0}, "contestable_small: found 150, expected between 0 and 100 %"),
        ({"barge_speed": 0.0}, "barge_speed: found 0, expected above 0 km/h"),
        ({"feeder_stops_t5": 0.0}, "feeder_stops_t5: found 0, expected at least 1 stop"),
    ],
)
def test_a_value_that_would_lose_or_make_tonnes_is_refused(ledger, own, words):
    with pytest.raises(InputError, match=words):
        check_values(ledger.with_values(own))


def test_all_faults_are_told_together(ledger):
    with pytest.raises(InputError) as caught:
        check_values(ledger.with_values({"match_hub_c40": 2.0, "payload_teu": -1.0}))
    assert len(str(caught.value).splitlines()) == 2


def test_sizes_set_together_to_a_hundred_are_taken(ledger):
    own = {"size_full_seaport_channel": 80.0, "size_medium_seaport_channel": 12.0, "size_small_seaport_channel": 8.0}
    check_values(ledger.with_values(own))


def test_a_value_outside_the_rows_own_range_is_warned_of(ledger):
    own = ledger.with_values({"contestable_small": 90.0, "crf": 0.12})
    (sentence,) = warnings_of(own, ("contestable_small", "crf"))
    assert sentence == "ledger: contestable_small = 90 lies outside its range, 25 to 80 %"
