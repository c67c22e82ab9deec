"""Laws of merging chains of links; small networks are drawn at random."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import from_tables, travel
from networks.simplify import simplify

NODES = [f"n{number}" for number in range(8)]
POINTS = pd.DataFrame({"node_id": NODES, "lon": np.linspace(105.0, 105.7, 8), "lat": np.linspace(21.0, 21.3, 8)})

road = st.tuples(
    st.sampled_from(range(8)),
    st.sampled_from(range(8)),
    st.sampled_from([1.0, 2.0, 3.5, 10.0]),
    st.sampled_from(["primary", "primary", "secondary"]),
    st.booleans(),
)
roads = st.lists(road.filter(lambda one: one[0] != one[1]), min_size=1, max_size=12)


def build(drawn):
    rows = []
    for number, (start, end, km, highway, is_two_way) in enumerate(drawn):
        rows.append((f"r{number}", NODES[start], NODES[end], km, km / 40.0, highway))
        if is_two_way:
            rows.append((f"r{number}~", NODES[end], NODES[start], km, km / 40.0, highway))
    names = ["link_id", "origin_node_id", "destination_node_id", "length_km", "travel_h", "highway"]
    return from_tables(POINTS, pd.DataFrame(rows, columns=names))


@settings(deadline=None, max_examples=150)
@given(roads)
def test_distances_and_times_between_the_nodes_that_stay_are_unchanged(drawn):
    network = build(drawn)
    simple = simplify(network)
    kept = list(simple.nodes["node_id"])
    for by in ("km", "h"):
        before, after = travel(network, kept, kept, by=by), travel(simple, kept, kept, by=by)
        assert np.allclose(before.km if by == "km" else before.h, after.km if by == "km" else after.h)


@settings(deadline=None, max_examples=150)
@given(roads)
def test_no_kilometre_and_no_hour_is_lost_and_no_link_is_a_loop(drawn):
    network = build(drawn)
    simple = simplify(network)
    for column in ("length_km", "travel_h"):
        assert np.isclose(simple.links[column].sum(), network.links[column].sum())
    assert (simple.links["origin_node_id"] != simple.links["destination_node_id"]).all()


@settings(deadline=None, max_examples=100)
@given(roads)
def test_simplifying_twice_is_simplifying_once(drawn):
    once = simplify(build(drawn))
    assert simplify(once).links.equals(once.links)


@settings(deadline=None, max_examples=100)
@given(roads)
def test_both_directions_of_a_merged_road_are_each_other_turned(drawn):
    simple = simplify(build(drawn))
    links = simple.links.set_index("link_id")
    lines = dict(zip(links.index, simple.lines(range(len(links))), strict=True))
    for name in links.index[links.index.str.endswith("~")]:
        one, other = links.loc[name.removesuffix("~")], links.loc[name]
        assert one["origin_node_id"] == other["destination_node_id"]
        assert one["length_km"] == other["length_km"]
        assert lines[name].tolist() == lines[name.removesuffix("~")][::-1].tolist()
