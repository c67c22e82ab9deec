from dataclasses import replace

import pytest

from networks import TRUCK_5T, TRUCK_40FT, VAN
from networks.access import Access, is_too_large, read_access, unread_values

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
