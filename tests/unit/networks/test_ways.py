"""Ways of a source as a vehicle may use them: tags that decide, pieces, rings, lost points, and the account of all."""

import numpy as np
import pytest

from networks import TRUCK_40FT, VAN
from networks.roads import LeftOut, read_road
from networks.ways import raw_ways_of, read_ways

LINE = [(1, 10.0, 0.0), (2, 10.1, 0.0)]
PRIMARY = {"highway": "primary"}


def read(*tags, vehicle=TRUCK_40FT, year=None):
    return read_ways(raw_ways_of([(at, one, [LINE]) for at, one in enumerate(tags)]), vehicle, year=year)


DECIDING = [
    ({"highway": "primary"}, "highway"), ({"route": "ferry", "hgv": "yes"}, "route"),
    (PRIMARY | {"area": "yes"}, "area"), ({"highway": "service", "service": "parking_aisle"}, "service"),
    (PRIMARY | {"junction": "roundabout"}, "junction"), (PRIMARY | {"lanes": "4"}, "lanes"),
    (PRIMARY | {"toll": "yes"}, "toll"), (PRIMARY | {"toll:hgv": "yes"}, "toll:hgv"),
    ({"route": "ferry", "hgv": "yes", "duration": "00:30"}, "duration"), (PRIMARY | {"motorroad": "yes"}, "motorroad"),
    ({"highway": "construction", "construction": "primary"}, "construction"),
    ({"highway": "proposed", "proposed": "primary"}, "proposed"),
    ({"highway": "construction", "construction": "primary", "opening_date": "2028"}, "opening_date"),
    *((PRIMARY | {key: "-1"}, key) for key in ("oneway:hgv", "oneway:motor_vehicle", "oneway:vehicle", "oneway")),
    *((PRIMARY | {key: "10"}, key) for key in ("maxspeed", "maxspeed:hgv", "maxspeed:forward", "maxspeed:backward")),
    *((PRIMARY | {key: "no"}, key) for key in ("hgv", "goods", "motorcar", "motor_vehicle", "vehicle", "access")),
    *((PRIMARY | {key: "1"}, key) for key in ("maxweight", "maxweight:hgv", "maxheight:forward", "maxaxleload")),
    (PRIMARY | {"hgv:conditional": "no @ (06:00-21:00)"}, "hgv:conditional"),
]  # fmt: skip


@pytest.mark.parametrize(("tags", "key"), DECIDING, ids=[key for _, key in DECIDING])
def test_every_tag_that_decides_is_kept_for_the_decision(tags, key):
    meant = read_road(tags, TRUCK_40FT, year=2030)
    without = read_road({name: value for name, value in tags.items() if name != key}, TRUCK_40FT, year=2030)
    assert repr(meant) != repr(without)  # as text: what is not known is NaN, which is unlike itself from Python 3.13 on
    found = read(tags, year=2030)
    if isinstance(meant, LeftOut):
        assert (found.roads, found.account.left_out) == ([], {meant: 1})
    else:
        assert repr([*found.roads]) == repr([meant])


def test_ways_left_out_are_counted_by_reason_and_those_kept_stay_in_order():
    found = read({"highway": "footway"}, PRIMARY, {"hgv": "no", **PRIMARY}, {"highway": "footway"}, PRIMARY,
                 {"highway": "trunk", "lanes": "many", "hgv:conditional": "no"})  # fmt: skip
    account = found.account
    assert (account.read, account.kept, account.doubled) == (6, 3, 0)
    assert account.left_out == {LeftOut.CLASS: 2, LeftOut.CLOSED: 1}
    assert account.unread == {"lanes=many": 1}
    assert account.with_hours == 1
    assert found.way_id.tolist() == [1, 4, 5]
    assert [found.roads[row].highway for row in found.road] == ["primary", "primary", "trunk"]
    assert found.points.way.tolist() == [0, 0, 1, 1, 2, 2]
    assert (found.vehicle, found.year) == (TRUCK_40FT, None)


def test_values_not_understood_and_hours_are_counted_once_a_way():
    found = read(*[PRIMARY | {"lanes": "many", "hgv:conditional": "no"}] * 3, PRIMARY | {"hgv:conditional": "no"})
    assert found.account.unread == {"lanes=many": 3}
    assert found.account.with_hours == 4


def test_pieces_of_one_way_count_once_and_two_ways_with_the_same_tags_twice():
    pieces = [LINE, [(3, 10.2, 0.0), (4, 10.3, 0.0)]]
    found = read_ways(raw_ways_of([(7, PRIMARY, pieces), (8, PRIMARY, [LINE])]), TRUCK_40FT)
    assert (found.account.read, found.account.kept) == (2, 2)
    assert found.way_id.tolist() == [7, 7, 8]
    assert found.points.node_id.tolist() == [1, 2, 3, 4, 1, 2]


def test_ways_that_came_twice_are_read_and_not_kept():
    raw = raw_ways_of([(7, PRIMARY, [LINE])])
    twice = type(raw)(**{name: getattr(raw, name) for name in raw.__dataclass_fields__} | {"doubled": 2})
    account = read_ways(twice, TRUCK_40FT).account
    assert (account.read, account.kept, account.doubled) == (3, 1, 2)


def test_names_and_numbers_of_each_way_are_its_own():
    found = read({"highway": "footway", "name": "Path"}, PRIMARY | {"ref": "QL.18"}, PRIMARY | {"name": "Hà Nội"},
                 PRIMARY | {"ref": "QL.18"})  # fmt: skip
    assert [(found.refs[row], found.names[row]) for row in found.label] == [
        ("QL.18", ""), ("", "Hà Nội"), ("QL.18", "")
    ]  # fmt: skip


def test_a_source_without_ways_has_none():
    found = read()
    assert (len(found.roads), found.way_id.size, found.points.way.size, found.account.read) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("count", "more", "lost"),
    [
        (49, [], False),
        (50, [], True),
        (60, [], True),
        (60, [PRIMARY | {"oneway": "no"}], False),
        (60, [{"highway": "footway", "oneway": "yes"}], True),  # that one is no road: it tells nothing of roads
        (49, [{"highway": "motorway_link"}], True),
    ],
)
def test_fifty_motorways_without_any_direction_in_the_source_mean_that_the_tag_was_lost(count, more, lost):
    found = read(*[{"highway": "motorway"}] * count, *more)
    assert found.account.oneway_lost is lost
    motorway = next(road for road in found.roads if road.highway == "motorway")
    assert (motorway.backward is not None) is lost
    assert motorway.oneway_implied is not lost


def ring(*nodes):
    points = [(node, 10.0 + node, 1.0) for node in nodes]
    return read_ways(raw_ways_of([(7, PRIMARY, [points])]), TRUCK_40FT).points


@pytest.mark.parametrize(
    ("nodes", "turned"),
    [
        ((5, 3, 9, 5), [3, 9, 5, 3]),
        ((3, 9, 5, 3), [3, 9, 5, 3]),
        ((9, 5, 3, 4, 9), [3, 4, 9, 5, 3]),
        ((5, 3, 9), [5, 3, 9]),
        ((5, 5), [5, 5]),
        ((5, 3, 5), [3, 5, 3]),
    ],
)
def test_a_ring_begins_at_its_smallest_node(nodes, turned):
    found = ring(*nodes)
    assert found.node_id.tolist() == turned
    assert found.lon.tolist() == [10.0 + node for node in turned]


def test_only_rings_are_turned_and_each_within_its_own_points():
    pieces = [[(9, 1.0, 1.0), (2, 2.0, 1.0)], [(5, 3.0, 1.0), (4, 4.0, 1.0), (6, 5.0, 1.0), (5, 3.0, 1.0)]]
    found = read_ways(raw_ways_of([(7, PRIMARY, pieces)]), TRUCK_40FT).points
    assert found.node_id.tolist() == [9, 2, 4, 6, 5, 4]
    assert found.lon.tolist() == [1.0, 2.0, 4.0, 5.0, 3.0, 4.0]


def test_a_point_off_the_coast_of_ghana_is_one_that_was_lost():
    points = [(1, 0.0, 0.0), (2, 0.0, 1.0), (3, 1.0, 0.0)]
    found = read_ways(raw_ways_of([(7, PRIMARY, [points])]), TRUCK_40FT).points
    np.testing.assert_array_equal(found.lon, [np.nan, 0.0, 1.0])
    np.testing.assert_array_equal(found.lat, [np.nan, 1.0, 0.0])


def test_a_vehicle_is_asked_for_itself():
    assert read(PRIMARY | {"hgv": "no"}, vehicle=VAN).way_id.tolist() == [0]
    assert read(PRIMARY | {"hgv": "no"}).way_id.tolist() == []
