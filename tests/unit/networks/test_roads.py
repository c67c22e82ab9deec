import math
from dataclasses import replace

import pytest

from networks import TRUCK_40FT, VAN
from networks.access import CONDITIONAL_KEYS
from networks.roads import LeftOut, Road, has_oneway, read_road


def road(vehicle=TRUCK_40FT, *, highway="primary", year=None, motorway_oneway=True, **tags):
    tags = {key.replace("__", ":"): value for key, value in tags.items()}
    return read_road({"highway": highway, **tags}, vehicle, year=year, motorway_oneway=motorway_oneway)


def directions(found):
    return (found.forward is not None, found.backward is not None)


BOTH, FORWARD, BACKWARD = (True, True), (True, False), (False, True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("yes", FORWARD),
        ("true", FORWARD),
        ("1", FORWARD),
        ("-1", BACKWARD),
        ("reverse", BACKWARD),
        ("no", BOTH),
        ("alternating", BOTH),
        ("yes;no", BOTH),
        ("perhaps", BOTH),
        ("YES ", FORWARD),
    ],
)
def test_the_tag_oneway_decides_about_directions(value, expected):
    assert directions(road(oneway=value)) == expected


def test_a_road_whose_direction_changes_with_the_hour_is_left_out():
    assert road(oneway="reversible") is LeftOut.REVERSIBLE


@pytest.mark.parametrize(
    ("highway", "tags", "expected"),
    [
        ("motorway", {}, FORWARD),
        ("motorway_link", {}, FORWARD),
        ("motorway", {"oneway": "no"}, BOTH),
        ("trunk", {}, BOTH),
        ("trunk_link", {}, BOTH),
        ("tertiary", {"junction": "roundabout"}, FORWARD),
        ("tertiary", {"junction": "circular"}, FORWARD),
        ("tertiary", {"junction": "roundabout", "oneway": "-1"}, BACKWARD),
        ("tertiary", {"junction": "roundabout", "oneway": "no"}, BOTH),
    ],
)
def test_motorways_and_roundabouts_are_one_way_unless_a_tag_says_otherwise(highway, tags, expected):
    assert directions(road(highway=highway, **tags)) == expected


def test_motorways_are_two_way_where_the_tags_of_direction_were_lost():
    assert directions(road(highway="motorway", motorway_oneway=False)) == BOTH
    assert directions(road(highway="motorway", motorway_oneway=False, oneway="yes")) == FORWARD
    assert road(highway="motorway").oneway_implied
    assert not road(highway="motorway", oneway="yes").oneway_implied


def test_a_truck_may_be_exempt_from_a_one_way_rule():
    assert directions(road(oneway="yes", oneway__hgv="no")) == BOTH
    assert directions(road(VAN, oneway="yes", oneway__hgv="no")) == FORWARD
    assert directions(road(oneway="yes", oneway__motor_vehicle="no")) == BOTH
    assert directions(road(oneway="yes", oneway__bicycle="no")) == FORWARD


def test_a_direction_closed_to_trucks_leaves_the_other_one():
    assert directions(road(hgv__backward="no")) == FORWARD
    assert directions(road(oneway="yes", hgv__backward="no")) == FORWARD
    assert road(oneway="yes", hgv__forward="no") is LeftOut.CLOSED


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "footway"}, LeftOut.CLASS),
        ({"highway": "construction"}, LeftOut.CLASS),
        ({"highway": "construction", "construction": "motorway"}, LeftOut.NOT_OPEN),
        ({"highway": "track"}, LeftOut.CLOSED),
        ({"highway": "track", "access": "yes"}, LeftOut.CLOSED),
        ({"area": "yes"}, LeftOut.CLASS),
        ({"highway": "service", "service": "parking_aisle"}, LeftOut.CLASS),
        ({"hgv": "no"}, LeftOut.CLOSED),
        ({"motor_vehicle": "destination"}, LeftOut.LOCAL),
        ({"maxweight": "10"}, LeftOut.TOO_LARGE),
    ],
)
def test_a_way_left_out_says_why(tags, reason):
    assert road(**tags) is reason


def test_a_track_opened_to_motor_vehicles_is_a_road():
    assert road(highway="track", motor_vehicle="yes").highway == "track"


def test_the_tag_service_speaks_of_service_roads_only():
    assert road(highway="service", service="drive-through") is LeftOut.CLASS
    assert isinstance(road(highway="tertiary", service="parking_aisle"), Road)


def test_a_pedestrian_street_opened_to_motor_vehicles_is_a_road():
    assert isinstance(road(highway="pedestrian", motor_vehicle="designated"), Road)
    assert road(highway="pedestrian", access="yes") is LeftOut.CLOSED
    assert road(highway="pedestrian", motor_vehicle="delivery") is LeftOut.LOCAL


def test_a_way_without_the_tag_highway_is_no_road():
    assert read_road({}, TRUCK_40FT) is LeftOut.CLASS


def test_a_road_not_yet_open_counts_from_the_year_of_its_opening():
    plan = {"highway": "construction", "construction": "motorway", "opening_date": "2027-09-30"}
    assert road(**plan, year=2026) is LeftOut.NOT_OPEN
    assert road(**plan, year=2027).highway == "motorway"
    assert road(**plan) is LeftOut.NOT_OPEN
    assert road(highway="proposed", proposed="trunk", year=2040) is LeftOut.NOT_OPEN


def test_the_speed_is_the_smaller_of_vehicle_and_limit():
    assert road(maxspeed="30").forward.speed_km_per_h == 30.0
    assert road(maxspeed="80").forward.speed_km_per_h == 38.0  # the truck's own on a primary road
    assert road(maxspeed="80", maxspeed__hgv="25").forward.speed_km_per_h == 25.0
    assert road(VAN, maxspeed="80", maxspeed__hgv="25").forward.speed_km_per_h == 51.0  # a van's own there


def test_a_speed_without_a_readable_limit_is_marked_as_imputed():
    assert road().forward.speed_imputed
    assert road(maxspeed="fast").forward.speed_imputed
    assert not road(maxspeed="80").forward.speed_imputed
    assert not road(maxspeed="none").forward.speed_imputed
    assert road(maxspeed="fast").forward.speed_km_per_h == 38.0


def test_a_zone_counts_where_no_number_stands():
    found = road(highway="motorway", maxspeed__type="VN:urban").forward
    assert (found.speed_km_per_h, found.speed_imputed) == (50.0, False)
    assert road(highway="motorway", maxspeed__type="sign").forward.speed_imputed
    assert road(highway="motorway", maxspeed="60", maxspeed__type="VN:urban").forward.speed_km_per_h == 60.0


def test_limits_may_differ_by_direction():
    found = road(maxspeed__forward="20", maxspeed__backward="30")
    assert (found.forward.speed_km_per_h, found.backward.speed_km_per_h) == (20.0, 30.0)


def test_a_class_that_the_vehicle_does_not_name_gets_its_speed_for_others():
    slow = replace(TRUCK_40FT, speed_km_per_h={"motorway": 65.0}, other_km_per_h=12.0)
    assert road(slow).forward.speed_km_per_h == 12.0


def test_tolls_may_be_for_trucks_only():
    assert road(toll="yes").toll
    assert not road(toll="no").toll
    assert road(toll__hgv="yes").toll
    assert not road(VAN, toll__hgv="yes").toll
    assert not road(toll="yes", toll__hgv="no").toll


def test_lanes_are_kept_as_tagged_and_unknown_ones_are_nan():
    assert road(lanes="4").lanes == 4.0
    assert math.isnan(road().lanes)


@pytest.mark.parametrize(
    ("tags", "midway"),
    [
        ({"highway": "primary"}, True),
        ({"highway": "trunk_link"}, True),
        ({"highway": "motorway"}, False),
        ({"highway": "motorway_link"}, False),
        ({"highway": "trunk", "motorroad": "yes"}, False),
    ],
)
def test_places_join_between_the_ends_of_common_roads_only(tags, midway):
    assert road(**tags).midway is midway


def test_a_ferry_must_be_opened_to_the_vehicle():
    ferry = {"route": "ferry", "duration": "00:30"}
    assert read_road(ferry, TRUCK_40FT) is LeftOut.CLOSED
    assert read_road({**ferry, "motorcar": "yes"}, TRUCK_40FT) is LeftOut.CLOSED
    found = read_road({**ferry, "hgv": "yes"}, TRUCK_40FT)
    assert isinstance(found, Road)
    assert (found.highway, found.duration_h, found.midway, directions(found)) == ("ferry", 0.5, False, BOTH)
    assert found.forward.speed_imputed


def test_tags_not_understood_and_hours_are_told():
    found = road(maxspeed="fast", oneway="perhaps", lanes="some", hgv__conditional="no @ (06:00-21:00)")
    assert found.unread == ("oneway=perhaps", "maxspeed=fast", "lanes=some")
    assert found.has_hours
    assert not road().has_hours


def test_it_is_known_whether_a_mapper_spoke_of_direction():
    assert has_oneway({"oneway": "no"})
    assert not has_oneway({"oneway:bicycle": "no"})


@pytest.mark.parametrize("value", ["no", "false", "0", "alternating"])
def test_a_motorway_that_says_so_is_two_way(value):
    assert directions(road(highway="motorway", oneway=value)) == BOTH


@pytest.mark.parametrize("yes", ["yes", "true", "1"])
def test_each_word_for_yes_is_one(yes):
    assert road(area=yes) is LeftOut.CLASS
    assert not road(motorroad=yes).midway
    assert road(toll=yes).toll
    assert road(toll__hgv=yes).toll


@pytest.mark.parametrize("no", ["no", "", "perhaps"])
def test_any_other_word_is_none(no):
    assert isinstance(road(area=no), Road)
    assert road(motorroad=no).midway
    assert not road(toll=no).toll


def test_a_vehicle_s_own_key_of_direction_comes_first_and_a_value_without_meaning_last():
    assert directions(road(oneway__hgv="-1", oneway__motor_vehicle="no", oneway="yes")) == BACKWARD
    assert directions(road(oneway__motor_vehicle="-1", oneway__vehicle="no", oneway="yes")) == BACKWARD
    assert directions(road(oneway__vehicle="-1", oneway="yes")) == BACKWARD
    assert directions(road(oneway__hgv="?", oneway__vehicle="?", oneway="yes")) == FORWARD


@pytest.mark.parametrize("key", ["oneway:hgv", "oneway:motor_vehicle", "oneway:vehicle", "oneway"])
def test_each_key_of_direction_is_known_and_told_where_it_is_not_understood(key):
    assert has_oneway({key: "no"})
    found = read_road({"highway": "primary", key: " Perhaps"}, TRUCK_40FT)
    assert found.unread == (f"{key}= Perhaps",)
    assert read_road({"highway": "primary", key: " NO "}, TRUCK_40FT).unread == ()


@pytest.mark.parametrize("service", ["parking_aisle", "drive-through", "emergency_access"])
def test_aisles_are_no_roads_and_a_rest_of_the_tag_on_another_class_is_nothing(service):
    assert road(highway="service", service=service) is LeftOut.CLASS
    assert isinstance(road(highway="primary", service=service), Road)
    assert isinstance(road(highway="service", service="alley"), Road)


@pytest.mark.parametrize(
    "highway",
    ["motorway", "trunk", "primary", "secondary", "tertiary", "motorway_link", "trunk_link", "primary_link",
     "secondary_link", "tertiary_link", "unclassified", "residential", "living_street", "service", "road"],
)  # fmt: skip
def test_these_classes_are_roads(highway):
    assert road(highway=highway).highway == highway


@pytest.mark.parametrize("highway", ["track", "pedestrian"])
def test_these_classes_must_be_opened_by_name(highway):
    assert road(highway=highway) is LeftOut.CLOSED
    assert road(highway=highway, access="yes") is LeftOut.CLOSED
    assert road(highway=highway, hgv="yes").highway == highway
    assert road(highway=highway, hgv="destination") is LeftOut.LOCAL


@pytest.mark.parametrize("state", ["construction", "proposed"])
def test_a_road_that_is_not_built_counts_from_the_year_it_opens(state):
    tags = {state: "primary", "opening_date": "2028-05"}
    assert road(highway=state, **tags) is LeftOut.NOT_OPEN
    assert road(highway=state, year=2027, **tags) is LeftOut.NOT_OPEN
    assert road(highway=state, year=2028, **tags).highway == "primary"
    assert road(highway=state, year=2030, **{state: "primary"}) is LeftOut.NOT_OPEN
    assert road(highway=state, year=2030, **tags | {state: "footway"}) is LeftOut.CLASS
    assert road(highway=state, year=2030, opening_date="2028") is LeftOut.CLASS


def test_the_reason_is_that_of_the_direction_that_may_be_driven():
    assert road(oneway="-1", hgv__backward="destination", hgv__forward="no") is LeftOut.LOCAL
    assert road(maxheight="3") is LeftOut.TOO_LARGE
    assert directions(road(maxheight__forward="3")) == BACKWARD


def test_a_ferry_runs_at_ten_km_per_h_and_takes_no_limit():
    ferry = {"route": "ferry", "hgv": "yes", "maxspeed": "5"}
    found = read_road(ferry, TRUCK_40FT)
    assert (found.forward.speed_km_per_h, found.backward.speed_km_per_h, found.duration_h) == (10.0, 10.0, None)
    assert read_road({"highway": "footway", **ferry}, TRUCK_40FT) is LeftOut.CLASS
    assert road(duration="01:00").duration_h is None


@pytest.mark.parametrize("key", CONDITIONAL_KEYS)
def test_hours_of_every_key_are_known(key):
    assert read_road({"highway": "primary", key: "no @ (06:00-21:00)"}, TRUCK_40FT).has_hours


def test_only_the_classes_of_motorways_make_a_road_one_way():
    assert not road(highway="primary").oneway_implied
    assert not road(highway="motorway", motorway_oneway=False).oneway_implied
    assert road(highway="motorway_link").oneway_implied
