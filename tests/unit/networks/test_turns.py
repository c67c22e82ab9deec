"""A crossing of two streets, drawn by hand, with turn restrictions.

    4
    |
1 - 2 - 3
    |
    5
"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from networks import TRUCK_40FT, VAN, check, join, read_osm, route, snap, travel
from networks.junctions import Links
from networks.turns import holds_for, obey
from networks.ways import Restriction

PLACES = {1: (10.00, 0.0), 2: (10.01, 0.0), 3: (10.02, 0.0), 4: (10.01, 0.01), 5: (10.01, -0.01), 6: (10.02, 0.01)}
PLACES[7] = (10.03, 0.0)
STREET = {"highway": "primary"}
WEST, EAST, NORTH, SOUTH = (12, [1, 2]), (23, [2, 3]), (24, [2, 4]), (25, [2, 5])
LEG_KM = 0.01 * 111.320
STRAIGHT = pytest.approx(2 * LEG_KM, rel=1e-2)
BACK_FROM_AN_END = pytest.approx(4 * LEG_KM, rel=1e-2)
"""A driver who may not turn goes on to the end of a street, turns back there and comes from another side."""


@pytest.fixture
def cross(tmp_path, osm_xml):
    """Return a function: restrictions (tags, members) and further ways -> Network of the crossing."""

    def build(*restrictions, more=(), vehicle=TRUCK_40FT):
        path = tmp_path / "crossing.osm"
        ways = [(way, nodes, STREET) for way, nodes in (WEST, EAST, NORTH, SOUTH)]
        path.write_text(osm_xml([*ways, *more], PLACES, restrictions), encoding="utf-8")
        return read_osm(path, vehicle=vehicle)

    return build


def no(kind, *members):
    return {"type": "restriction", "restriction": kind}, members


def km(network, origin, destination):
    return travel(network, [origin], [destination], by="km").km[0, 0]


FROM_WEST = (("way", 12, "from"), ("node", 2, "via"))


def test_a_banned_turn_cannot_be_driven_and_every_other_one_can(cross):
    network = cross(no("no_left_turn", *FROM_WEST, ("way", 24, "to")))
    assert km(network, "1", "4") == BACK_FROM_AN_END
    for origin, destination in [("1", "3"), ("1", "5"), ("3", "4"), ("5", "4"), ("4", "1"), ("4", "3")]:
        assert km(network, origin, destination) == STRAIGHT
    assert network.provenance["turns_banned"] == "1"


def test_the_only_turn_allowed_bans_all_others(cross):
    network = cross(no("only_straight_on", *FROM_WEST, ("way", 23, "to")))
    assert (km(network, "1", "4"), km(network, "1", "5")) == (BACK_FROM_AN_END, BACK_FROM_AN_END)
    assert km(network, "1", "3") == STRAIGHT
    assert km(network, "4", "5") == STRAIGHT


def test_a_way_round_is_found_where_turning_is_banned(cross):
    ring = (34, [3, 4], {**STREET, "oneway": "yes"})
    network = cross(no("no_left_turn", *FROM_WEST, ("way", 24, "to")), more=[ring])
    assert km(network, "1", "4") == pytest.approx((2 + 2**0.5) * LEG_KM, rel=1e-2)
    assert route(network, "1", "4").geometry.tolist()[-2:] == [[10.02, 0.0], [10.01, 0.01]]


def test_two_bans_from_different_sides_do_not_mix(cross):
    network = cross(
        no("no_left_turn", *FROM_WEST, ("way", 24, "to")),
        no("no_left_turn", ("way", 23, "from"), ("node", 2, "via"), ("way", 25, "to")),
    )
    assert (km(network, "1", "4"), km(network, "3", "5")) == (BACK_FROM_AN_END, BACK_FROM_AN_END)
    assert km(network, "1", "5") == STRAIGHT
    assert km(network, "3", "4") == STRAIGHT
    assert network.provenance["turns_banned"] == "2"


def test_turning_back_can_be_banned(cross):
    network = cross(no("no_u_turn", ("way", 24, "from"), ("node", 2, "via"), ("way", 24, "to")))
    assert km(network, "4", "5") == STRAIGHT
    assert network.provenance["turns_banned"] == "1"


def test_a_ban_on_turning_back_leaves_a_way_through_the_junction_open(tmp_path, osm_xml):
    ways = [(13, [1, 2, 3], STREET), (24, [2, 4], STREET)]
    members = (("way", 13, "from"), ("node", 2, "via"), ("way", 13, "to"))
    (tmp_path / "t.osm").write_text(osm_xml(ways, PLACES, [no("no_u_turn", *members)]), encoding="utf-8")
    network = read_osm(tmp_path / "t.osm")
    assert (km(network, "1", "3"), km(network, "3", "1")) == (STRAIGHT, STRAIGHT)
    assert network.provenance["turns_banned"] == "2"  # once from either side


def test_an_exempt_lorry_may_turn(cross):
    tags = {"type": "restriction", "restriction": "no_left_turn", "except": "hgv;bus"}
    members = (*FROM_WEST, ("way", 24, "to"))
    assert km(cross((tags, members)), "1", "4") == STRAIGHT
    assert km(cross((tags, members), vehicle=VAN), "1", "4") == BACK_FROM_AN_END


def test_a_ban_for_lorries_alone_leaves_the_van(cross):
    banned = ({"type": "restriction", "restriction:hgv": "no_left_turn"}, (*FROM_WEST, ("way", 24, "to")))
    assert km(cross(banned), "1", "4") == BACK_FROM_AN_END
    assert km(cross(banned, vehicle=VAN), "1", "4") == STRAIGHT


def test_a_ban_over_a_way_in_between_that_leads_nowhere_is_counted_as_not_read(cross):
    network = cross(no("no_u_turn", ("way", 12, "from"), ("way", 23, "via"), ("way", 24, "to")))
    assert "1 turn restrictions lack members" in network.provenance["warnings"]
    assert network.provenance["turns_banned"] == "0"


# a second crossing at 3, with a street to the north, 6, and one to the east, 7
BEYOND = [(36, [3, 6], STREET), (37, [3, 7], STREET)]
OVER_23 = (("way", 12, "from"), ("way", 23, "via"), ("way", 36, "to"))


def test_a_turn_banned_for_those_who_come_by_a_street_before_is_open_to_others(cross):
    network = cross(no("no_left_turn", *OVER_23), more=BEYOND)
    assert km(network, "1", "6") == pytest.approx(5 * LEG_KM, rel=1e-2)  # turned back at 7, or before 2
    assert km(network, "4", "6") == pytest.approx(3 * LEG_KM, rel=1e-2)
    assert km(network, "5", "6") == pytest.approx(3 * LEG_KM, rel=1e-2)
    assert km(network, "1", "7") == pytest.approx(3 * LEG_KM, rel=1e-2)
    assert km(network, "1", "3") == STRAIGHT
    assert km(network, "2", "6") == STRAIGHT
    assert network.provenance["turns_banned"] == "1"


def test_two_turns_banned_over_the_same_street_are_both_banned(cross):
    over_37 = (*OVER_23[:2], ("way", 37, "to"))
    network = cross(no("no_left_turn", *OVER_23), no("no_straight_on", *over_37), more=BEYOND)
    for end in ("6", "7"):
        assert km(network, "1", end) == pytest.approx(5 * LEG_KM, rel=1e-2)
    assert km(network, "4", "7") == pytest.approx(3 * LEG_KM, rel=1e-2)


def test_the_only_turn_over_a_street_is_the_only_one(cross):
    network = cross(no("only_straight_on", *OVER_23[:2], ("way", 37, "to")), more=BEYOND)
    assert km(network, "1", "7") == pytest.approx(3 * LEG_KM, rel=1e-2)
    assert km(network, "1", "6") == pytest.approx(5 * LEG_KM, rel=1e-2)  # turned back at 7
    assert km(network, "4", "6") == pytest.approx(3 * LEG_KM, rel=1e-2)


def test_a_street_driven_under_two_names_is_one_on_the_map(cross):
    network = cross(no("no_left_turn", *OVER_23), more=BEYOND)
    links = network.links.set_index("link_id")
    assert links.loc["23_2", "length_km"] == links.loc["23_1", "length_km"]
    first, again = network.lines(network.link_positions(["23_1", "23_2"]))
    assert first.tolist() == again.tolist()


@pytest.mark.parametrize(
    "members",
    [
        (("way", 99, "from"), ("node", 2, "via"), ("way", 24, "to")),
        (("way", 12, "from"), ("node", 77, "via"), ("way", 24, "to")),
        (("way", 12, "from"), ("node", 2, "via"), ("way", 99, "to")),
    ],
)
def test_a_ban_of_what_is_not_there_bans_nothing(cross, members):
    network = cross(no("no_left_turn", *members))
    assert network.provenance["turns_banned"] == "0"
    assert km(network, "1", "4") == STRAIGHT


def test_links_of_a_junction_taken_apart_keep_length_and_names(cross):
    plain, banned = cross(), cross(no("no_left_turn", *FROM_WEST, ("way", 24, "to")))
    roads = banned.links[banned.links["highway"] != "turn"]
    assert sorted(roads["link_id"]) == sorted(plain.links["link_id"])
    assert roads["length_km"].sum() == pytest.approx(plain.links["length_km"].sum())
    assert set(plain.nodes["node_id"]) <= set(banned.nodes["node_id"])
    turns = banned.links[banned.links["highway"] == "turn"]
    assert set(turns["length_km"]) == {0.0}


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ({"restriction": "no_left_turn"}, "no_left_turn"),
        ({"restriction": "no_left_turn", "except": "motor_vehicle"}, ""),
        ({"restriction": "No_Exit"}, "no_exit"),
        ({"restriction": "none"}, ""),
        ({"restriction:conditional": "no_left_turn @ (07:00-19:00)"}, ""),
        ({}, ""),
    ],
)
def test_what_a_restriction_means_to_a_lorry(tags, kind):
    assert holds_for(tags, TRUCK_40FT) == kind


def test_a_place_at_a_junction_with_a_banned_turn_is_reached_and_left_along_the_same_road(cross):
    network = cross(no("no_left_turn", *FROM_WEST, ("way", 24, "to")))
    for lon in (10.01, 10.005):
        place = snap(network, pd.DataFrame({"point_id": ["p"], "lon": [lon], "lat": [0.0]}))
        joined = join(network, place)
        for other in ("1", "3"):
            there, back = km(joined, "place:p", other), km(joined, other, "place:p")
            assert there == pytest.approx(back)
            assert there == pytest.approx(abs(lon - (10.0 if other == "1" else 10.02)) * 111.320, rel=1e-2)


def test_a_junction_taken_apart_is_no_doubt(cross):
    plain = {finding.name: finding.count for finding in check(cross()).findings}
    apart = {
        finding.name: finding.count
        for finding in check(cross(no("no_left_turn", *FROM_WEST, ("way", 24, "to")))).findings
    }
    assert plain == apart


T_JUNCTION = Links(
    way_id=np.array([12, 12, 23, 23, 24, 24]), tail=np.array([0, 1, 1, 2, 1, 3]), head=np.array([1, 0, 2, 1, 3, 1]),
    node_id=np.array([101, 102, 103, 104]), nodes=4,
)  # fmt: skip
"""Streets from node 102, row 1, to three others and back."""


def at_102(kind, *members):
    return Restriction(relation_id=1, tags={"restriction": kind}, members=(("n", 102, "via"), *members))


def test_a_junction_is_taken_apart_into_entries_exits_a_beginning_and_an_end():
    banned = at_102("no_left_turn", ("w", 12, "from"), ("w", 24, "to"))
    turned, unread = obey(T_JUNCTION, [banned], TRUCK_40FT)
    # 4 is entered from 12 and 5 from the others; 6 leads to 12 and 23, 7 to 24; trips to the junction end at 8
    turns = [(1, 8), (4, 8), (5, 8), (1, 6), (4, 6), (5, 6), (1, 7), (5, 7)]
    tails, heads = zip(*turns, strict=True)
    assert turned.tail.tolist() == [0, 6, 6, 2, 7, 3, *tails]
    assert turned.head.tolist() == [4, 0, 2, 5, 3, 5, *heads]
    assert turned.copy_of.tolist() == [1] * 5
    assert turned.arrival.tolist() == [[1, 8]]
    assert (turned.again.tolist(), turned.banned, unread) == ([], 1, 0)


@pytest.mark.parametrize(
    ("kind", "members", "banned"),
    [
        ("no_entry", (("w", 12, "from"), ("w", 23, "from"), ("w", 24, "to")), 2),
        ("no_exit", (("w", 12, "from"), ("w", 23, "to"), ("w", 24, "to")), 2),
        ("only_straight_on", (("w", 12, "from"), ("w", 23, "to")), 2),  # not back, and not to 24
        ("only_straight_on", (("w", 12, "from"), ("w", 99, "to")), 0),
        ("no_u_turn", (("w", 12, "from"), ("w", 12, "to")), 1),
        ("no_u_turn", (("w", 12, "from"), ("w", 23, "to")), 1),
        ("no_left_turn", (("n", 12, "from"), ("w", 23, "to")), 0),
        ("no_left_turn", (("w", 12, "from"), ("n", 23, "to")), 0),
        ("prefer_left_turn", (("w", 12, "from"), ("w", 23, "to")), 0),
    ],
)
def test_every_kind_of_ban_at_a_node_counts_its_turns(kind, members, banned):
    turned, unread = obey(T_JUNCTION, [at_102(kind, *members)], TRUCK_40FT)
    assert (turned.banned, unread) == (banned, 0)
    assert (turned.arrival.size > 0) == (banned > 0)


def test_a_junction_that_is_not_there_is_left_alone_and_members_that_are_missing_are_counted():
    nowhere = Restriction(relation_id=1, tags={"restriction": "no_left_turn"},
                          members=(("w", 12, "from"), ("n", 999, "via"), ("w", 24, "to")))  # fmt: skip
    without_via = replace(nowhere, members=(("w", 12, "from"), ("w", 24, "to")))
    turned, unread = obey(T_JUNCTION, [nowhere, without_via], TRUCK_40FT)
    assert (turned.banned, unread) == (0, 1)
    assert turned.tail.tolist() == T_JUNCTION.tail.tolist()
    not_for_us = replace(without_via, tags={"restriction": "no_left_turn", "except": "hgv"})
    assert obey(T_JUNCTION, [not_for_us], TRUCK_40FT)[1] == 0


STREET_OF_FIVE = [(10, 0, 1), (20, 1, 2), (20, 2, 3), (30, 3, 4), (20, 2, 1), (20, 3, 2)]


def roads_between(turned, roads, origin, destination):
    """Return how many roads the shortest way takes, turning without any."""
    rest = {origin: 0}
    queue = [origin]
    for node in queue:
        for link, (tail, head) in enumerate(zip(turned.tail.tolist(), turned.head.tolist(), strict=True)):
            cost = rest[node] + (link < roads)
            if tail == node and cost < rest.get(head, 99):
                rest[head] = cost
                queue.append(head)
    return rest.get(destination)


def test_two_bans_over_ways_in_between_each_have_their_own_links():
    rows = [*STREET_OF_FIVE, *((way + 1, tail + 5, head + 5) for way, tail, head in STREET_OF_FIVE)]
    ways, tails, heads = np.array(rows).T
    links = Links(way_id=ways, tail=tails, head=heads, node_id=np.arange(100, 110), nodes=10)
    over = [
        Restriction(relation_id=way, tags={"restriction": "no_straight_on"},
                    members=(("w", 10 + way, "from"), ("w", 20 + way, "via"), ("w", 30 + way, "to")))
        for way in (0, 1)
    ]  # fmt: skip
    turned, unread = obey(links, over, TRUCK_40FT)
    assert (turned.again.tolist(), turned.banned, unread) == ([1, 2, 7, 8], 2, 0)
    free, _ = obey(links, [], TRUCK_40FT)
    for origin, destination in ((0, 4), (5, 9)):
        assert roads_between(free, len(rows), origin, destination) == 4
        assert roads_between(turned, len(rows) + 4, origin, destination) == 6  # back over a link and on again
        assert roads_between(turned, len(rows) + 4, origin + 1, destination) == 3


@pytest.mark.parametrize(
    ("exempt", "truck", "van"),
    [("hgv", False, True), ("goods", True, False), ("motorcar", True, False), ("motor_vehicle", False, False),
     ("bus;HGV", False, True), ("bicycle", True, True)],
)  # fmt: skip
def test_who_is_exempt_from_a_restriction(exempt, truck, van):
    tags = {"restriction": "no_left_turn", "except": exempt}
    assert (bool(holds_for(tags, TRUCK_40FT)), bool(holds_for(tags, VAN))) == (truck, van)


def test_a_restriction_for_lorries_stands_above_the_one_for_all():
    tags = {"restriction:hgv": " Only_Straight_On ", "restriction": "no_left_turn"}
    assert (holds_for(tags, TRUCK_40FT), holds_for(tags, VAN)) == ("only_straight_on", "no_left_turn")
