from dataclasses import replace

import pytest

from networks import TRUCK_5T, TRUCK_40FT, VAN
from networks.access import CONDITIONAL_KEYS, Access, is_heavy, is_too_large, read_access, unread_values

OPEN, LOCAL, CLOSED = Access.OPEN, Access.LOCAL, Access.CLOSED


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, None),
        ({"access": "no"}, CLOSED),
        ({"access": "no", "vehicle": "yes"}, OPEN),
        ({"vehicle": "no", "motor_vehicle": "yes"}, OPEN),
        ({"motor_vehicle": "no", "hgv": "yes"}, OPEN),
        ({"access": "yes", "hgv": "no"}, CLOSED),
        ({"hgv": "designated"}, OPEN),
        ({"hgv": "destination"}, LOCAL),
        ({"hgv": "destination;delivery"}, LOCAL),
        ({"motor_vehicle": "agricultural;forestry"}, CLOSED),
        ({"access": "private; yes"}, OPEN),
        ({"access": "no @ Sundays"}, None),
        ({"hgv": "7.5", "motor_vehicle": "no"}, CLOSED),
    ],
)
def test_the_more_special_key_decides(tags, expected):
    assert read_access(tags, TRUCK_40FT, "forward") is expected


def test_the_key_of_the_direction_beats_the_plain_one():
    tags = {"hgv": "yes", "hgv:backward": "no", "motor_vehicle": "no"}
    assert read_access(tags, TRUCK_40FT, "forward") is OPEN
    assert read_access(tags, TRUCK_40FT, "backward") is CLOSED


def test_a_van_is_goods_and_a_truck_is_hgv():
    assert read_access({"hgv": "no"}, VAN, "forward") is None
    assert read_access({"goods": "yes", "motor_vehicle": "no"}, VAN, "forward") is OPEN
    assert read_access({"goods": "yes", "motor_vehicle": "no"}, TRUCK_5T, "forward") is CLOSED


def test_where_vans_may_not_go_trucks_may_not_go_either_unless_they_are_named():
    assert read_access({"goods": "no"}, TRUCK_5T, "forward") is CLOSED
    assert read_access({"goods": "no", "hgv": "yes"}, TRUCK_5T, "forward") is OPEN


def test_a_van_goes_on_a_ferry_that_takes_cars_or_lorries_and_a_truck_only_on_one_for_lorries():
    for tags in ({"motorcar": "yes"}, {"hgv": "yes"}, {"motorcar": "yes", "hgv": "no"}):
        assert read_access(tags, VAN, "forward", own=True) is OPEN
        assert read_access(tags, VAN, "forward") is None
    assert read_access({"motorcar": "yes"}, TRUCK_5T, "forward", own=True) is None
    assert read_access({"motorcar": "yes", "goods": "no"}, VAN, "forward", own=True) is CLOSED


@pytest.mark.parametrize("vehicle", [VAN, TRUCK_5T])
def test_a_sign_against_cars_bars_vans_and_trucks_unless_they_are_named(vehicle):
    assert read_access({"motorcar": "no"}, vehicle, "forward") is CLOSED
    assert read_access({"motorcar": "private", "motor_vehicle": "yes"}, vehicle, "forward") is CLOSED
    assert read_access({"motorcar": "no", "goods": "yes", "hgv": "yes"}, vehicle, "forward") is OPEN
    assert read_access({"motorcar": "destination"}, vehicle, "forward") is None
    assert read_access({"motorcar": "yes", "access": "no"}, vehicle, "forward") is CLOSED


def test_the_key_about_everybody_can_be_left_out():
    assert read_access({"access": "yes"}, TRUCK_5T, "forward", own=True) is None


@pytest.mark.parametrize(
    ("tags", "too_large"),
    [
        ({"maxweight": "48"}, False),
        ({"maxweight": "47.9"}, True),
        ({"maxweight": "30 t"}, True),
        ({"maxweight": "3.5", "maxweight:hgv": "50"}, False),
        ({"maxweight:hgv": "40"}, True),
        ({"maxaxleload": "10"}, False),
        ({"maxaxleload": "6"}, True),
        ({"maxheight": "4.35"}, False),
        ({"maxheight": "4.3"}, True),
        ({"maxheight": "13'6\""}, True),
        ({"maxheight:physical": "4"}, True),
        ({"maxheight": "default"}, False),
        ({"maxheight": "high enough"}, False),
        ({"maxlength": "12"}, True),
        ({"maxwidth": "2.4"}, True),
        ({"maxheight:lanes": "3.7||"}, False),
    ],
)
def test_limits_are_compared_with_the_vehicle(tags, too_large):
    assert is_too_large(tags, TRUCK_40FT, "forward") is too_large


def test_a_limit_may_hold_in_one_direction_only():
    tags = {"maxheight:forward": "3"}
    assert is_too_large(tags, TRUCK_40FT, "forward")
    assert not is_too_large(tags, TRUCK_40FT, "backward")


def test_a_smaller_vehicle_passes():
    assert is_too_large({"maxheight": "3.2"}, TRUCK_5T, "forward")
    assert not is_too_large({"maxheight": "3.2"}, replace(TRUCK_5T, height_m=3.2), "forward")


def test_values_that_nobody_understands_are_told():
    tags = {"access": "Schranke!", "hgv": "no", "maxheight": "low", "maxweight": "7.5", "name": "?"}
    assert list(unread_values(tags)) == ["access=Schranke!", "maxheight=low"]


WORDS = {
    OPEN: "yes designated permissive official public discouraged unrestricted true 1",
    LOCAL: "destination delivery customers residents residential local loading unloading",
    CLOSED: "no private agricultural forestry permit military emergency employees restricted bus psv use_sidepath "
    "dismount false 0",
}


@pytest.mark.parametrize(("meaning", "word"), [(one, word) for one, words in WORDS.items() for word in words.split()])
def test_every_word_of_access_has_its_meaning(meaning, word):
    assert read_access({"hgv": word}, TRUCK_40FT, "forward") is meaning
    assert list(unread_values({"hgv": word})) == []


@pytest.mark.parametrize("vehicle", [TRUCK_40FT, VAN])
@pytest.mark.parametrize("key", ["motor_vehicle", "vehicle", "access"])
def test_each_key_of_a_direction_speaks_of_that_direction_alone(vehicle, key):
    tags = {f"{key}:backward": "no", key: "yes"}
    assert read_access(tags, vehicle, "backward") is CLOSED
    assert read_access(tags, vehicle, "forward") is OPEN


def test_a_word_that_opens_beats_those_that_close_and_local_traffic_those_beside_it():
    assert read_access({"hgv": "no;destination"}, TRUCK_40FT, "forward") is LOCAL
    assert read_access({"hgv": "destination;yes"}, TRUCK_40FT, "forward") is OPEN


def test_a_key_that_is_not_understood_leaves_the_plain_one():
    assert read_access({"hgv:forward": "?", "hgv": "no"}, TRUCK_40FT, "forward") is CLOSED


def test_streets_for_the_delivery_of_vans_are_local_to_trucks_too():
    assert read_access({"goods": "delivery"}, TRUCK_5T, "forward") is LOCAL
    assert read_access({"goods": "delivery", "motor_vehicle": "yes"}, TRUCK_5T, "forward") is LOCAL
    assert read_access({"goods": "yes"}, TRUCK_5T, "forward") is None


def test_a_vehicle_of_three_and_a_half_tonnes_is_goods_and_one_above_is_hgv():
    assert not is_heavy(replace(VAN, gross_t=3.5))
    assert is_heavy(replace(VAN, gross_t=3.51))


LIMITS = [
    ("maxweight", "gross_t"), ("maxweightrating", "gross_t"), ("maxgcweight", "gross_t"),
    ("maxaxleload", "axle_load_t"), ("maxheight", "height_m"), ("maxheight:physical", "height_m"),
    ("maxlength", "length_m"), ("maxwidth", "width_m"), ("maxwidth:physical", "width_m"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "measure"), LIMITS)
def test_each_limit_stops_what_is_larger_and_nothing_that_is_as_large(key, measure):
    truck = replace(TRUCK_5T, gross_t=20.0, axle_load_t=21.0, height_m=22.0, length_m=23.0, width_m=24.0)
    size = getattr(truck, measure)
    for name in (key, f"{key}:forward", f"{key}:hgv", f"{key}:hgv:forward"):
        assert is_too_large({name: str(size - 0.5)}, truck, "forward"), name
        assert not is_too_large({name: str(size)}, truck, "forward"), name
    assert not is_too_large({f"{key}:backward": "1", f"{key}:hgv:backward": "1"}, truck, "forward")


@pytest.mark.parametrize(("key", "measure"), LIMITS)
def test_a_limit_for_lorries_in_a_direction_stands_above_all_others(key, measure):
    del measure
    tags = {f"{key}:hgv:forward": "none", f"{key}:hgv": "1", f"{key}:forward": "1", key: "1"}
    assert not is_too_large(tags, TRUCK_40FT, "forward")
    assert is_too_large(tags, TRUCK_40FT, "backward")
    assert not is_too_large({f"{key}:hgv": "none", f"{key}:forward": "1"}, TRUCK_40FT, "forward")
    assert not is_too_large({f"{key}:forward": "none", key: "1"}, TRUCK_40FT, "forward")
    assert is_too_large({f"{key}:hgv": "none", key: "1"}, VAN, "forward")


@pytest.mark.parametrize("key", ["hgv", "goods", "motorcar", "motor_vehicle", "vehicle", "access"])
@pytest.mark.parametrize("end", ["", ":forward", ":backward"])
def test_a_value_of_access_that_nobody_understands_is_told_whatever_its_key(key, end):
    assert list(unread_values({key + end: "Schranke!"})) == [f"{key}{end}=Schranke!"]


@pytest.mark.parametrize(("key", "measure"), LIMITS)
@pytest.mark.parametrize("end", ["", ":forward", ":backward", ":hgv", ":hgv:forward", ":hgv:backward"])
def test_a_limit_that_nobody_understands_is_told_whatever_its_key(key, measure, end):
    del measure
    assert list(unread_values({key + end: "low"})) == [f"{key}{end}=low"]


def test_hours_are_looked_for_under_these_keys():
    assert set(CONDITIONAL_KEYS) == {
        "hgv:conditional", "goods:conditional", "motor_vehicle:conditional", "vehicle:conditional",
        "access:conditional", "maxweight:conditional", "maxweight:hgv:conditional",
    }  # fmt: skip
