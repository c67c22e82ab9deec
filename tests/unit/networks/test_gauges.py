import math
from dataclasses import replace

import pytest

from networks import NetworkError, by_gauge, combine, gauge_changes, travel
from networks.gauges import gauge_gaps

METRE, STANDARD, DUAL = "1000", "1435", "1000/1435"


@pytest.fixture
def rails(make_network):
    """Return a - b metre, b - c both, c - d standard; 10 km and 0.25 h each, both ways."""
    one = [("ab", "a", "b", 10.0, 0.25), ("bc", "b", "c", 10.0, 0.25), ("cd", "c", "d", 10.0, 0.25)]
    back = [(f"{name}~", end, start, km, h) for name, start, end, km, h in one]
    return make_network([*one, *back], mode="rail", gauge_mm=[METRE, DUAL, STANDARD] * 2)


def test_a_track_of_two_gauges_is_a_link_in_both_layers(rails):
    links = by_gauge(rails).links
    ends = links[["origin_node_id", "destination_node_id", "gauge_mm", "track_id"]].set_axis(links["link_id"])
    assert {name: tuple(row) for name, row in ends.iterrows()} == {
        "ab": ("a", "b", METRE, "ab"),
        "bc": ("b", "c", METRE, "bc"),
        "bc:1435": ("b:1435", "c:1435", STANDARD, "bc"),
        "cd": ("c:1435", "d", STANDARD, "cd"),
        "ab~": ("b", "a", METRE, "ab~"),
        "bc~": ("c", "b", METRE, "bc~"),
        "bc:1435~": ("c:1435", "b:1435", STANDARD, "bc~"),
        "cd~": ("d", "c:1435", STANDARD, "cd~"),
    }


def test_a_yard_keeps_its_name_in_its_narrowest_gauge(rails):
    nodes = by_gauge(rails).nodes
    assert list(zip(nodes["node_id"], nodes["gauge_mm"], nodes["yard_id"], strict=True)) == [
        ("a", METRE, "a"),
        ("b", METRE, "b"),
        ("b:1435", STANDARD, "b"),
        ("c", METRE, "c"),
        ("c:1435", STANDARD, "c"),
        ("d", STANDARD, "d"),
        ("e", "", "e"),
    ]


def test_no_train_passes_from_one_gauge_to_the_other(rails):
    assert travel(rails, ["a"], ["d"]).km.item() == 30.0
    apart = by_gauge(rails)
    assert travel(apart, ["a"], ["c"]).km.item() == 20.0
    assert travel(apart, ["b:1435"], ["d"]).km.item() == 20.0
    assert travel(apart, ["a"], ["d"]).km.item() == math.inf


def test_cargo_changes_gauge_by_a_transfer_where_it_may(rails):
    apart = by_gauge(rails)
    # 0.75 h of trains and 36 h for the change, at b or c alike
    assert travel(combine(apart, transfers=gauge_changes(apart)), ["a"], ["d"]).h.item() == pytest.approx(36.75)
    only_c = gauge_changes(apart, ["c"])
    assert list(only_c["transfer_id"]) == ["transfer:c:1435", "transfer:c:1435~"]
    found = travel(combine(apart, transfers=only_c), ["a"], ["d"], accumulate=("transfers", "rail_km_per_km"))
    assert (found.sums["transfers"].item(), found.sums["rail_km"].item()) == (1.0, 30.0)


def test_no_yard_of_two_gauges_means_no_transfer(rails):
    assert gauge_changes(by_gauge(replace(rails, links=rails.links.assign(gauge_mm=METRE)))).empty


def test_rails_without_a_gauge_are_named(rails, chain):
    texts = rails.links["gauge_mm"].where(rails.links["link_id"] != "bc", "broad")
    with pytest.raises(NetworkError, match="1 rail links have no gauge, first bc; expected a column gauge_mm"):
        by_gauge(replace(rails, links=rails.links.assign(gauge_mm=texts)))
    with pytest.raises(NetworkError, match="4 rail links have no gauge"):
        by_gauge(chain)


def test_a_track_without_the_gauge_of_both_its_neighbours_is_noticed(rails):
    texts = [DUAL, STANDARD, DUAL] * 2
    gap = by_gauge(replace(rails, links=rails.links.assign(gauge_mm=texts)))
    assert gauge_gaps(gap) == ["bc"]
    assert gauge_gaps(by_gauge(rails)) == []
