"""The nearest point of a link, found by the tree, by the compiled grid and by trying every segment."""

from itertools import pairwise

import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import Network, join, snap
from networks.geodesy import great_circle_km, mercator
from networks.pieces import cut_lines
from networks.segments import Segments, by_grid, by_tree, to_segments

calm = settings(deadline=None, max_examples=120)  # the first example also loads numba's functions

whole = st.integers(0, 4).map(float)  # many points, ends and distances coincide
anywhere = st.floats(-3.0, 8.0).map(lambda value: round(value, 9))
far = st.sampled_from([-1e3, 1e3, 1e6])
tiny = st.integers(0, 9).map(lambda steps: 1.0 + steps * 1e-10)
line_points = st.one_of(st.tuples(whole, whole), st.tuples(anywhere, anywhere), st.tuples(tiny, tiny))
lines = st.lists(st.lists(line_points, min_size=2, max_size=5), min_size=1, max_size=14)
points = st.lists(
    st.one_of(st.tuples(whole, whole), st.tuples(anywhere, anywhere), st.tuples(far, anywhere), st.tuples(far, far)),
    min_size=1,
    max_size=12,
)


def drawn(coordinates):
    """Return lines of a plane as `Segments`."""
    ends = np.array([[*first, *last] for line in coordinates for first, last in pairwise(line)])
    return Segments(
        links=np.arange(len(coordinates)),
        starts=np.cumsum([0] + [len(line) - 1 for line in coordinates]),
        ends=ends,
        before=np.zeros(len(ends)),
        whole=np.ones(len(coordinates)),
        middle=0.0,
    )


def tried(segments, places):
    """Return the nearest segment to each place and the share of it, from the distances to all of them."""
    found = []
    for place in places:
        square, share = to_segments(np.tile(place, (len(segments), 1)), segments.ends)
        found.append((int(square.argmin()), share[square.argmin()]))
    return found


@calm
@given(lines, points)
def test_grid_and_tree_name_the_same_first_of_the_nearest_segments(coordinates, where):
    segments, places = drawn(coordinates), np.array(where)
    wanted = tried(segments, places)
    for search in (by_grid, by_tree):
        found, share = search(segments, places)
        assert list(zip(found.tolist(), share.tolist(), strict=True)) == wanted


@calm
@given(lines, points)
def test_the_distance_found_is_that_of_shapely(coordinates, where):
    segments, places = drawn(coordinates), np.array(where)
    found, share = by_grid(segments, places)
    first, last = segments.ends[found, :2], segments.ends[found, 2:]
    on = first + share[:, None] * (last - first)
    ours = np.hypot(*(on - places).T)
    theirs = shapely.distance(
        shapely.points(places), shapely.multilinestrings([shapely.linestrings(line) for line in coordinates])
    )
    assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-9)


fractions = st.lists(st.floats(0.01, 0.99).map(lambda value: round(value, 2)), unique=True, max_size=4).map(sorted)
to_cut = st.lists(
    st.tuples(st.lists(st.tuples(whole, whole), min_size=2, max_size=5), fractions), min_size=1, max_size=6
)


@calm
@given(to_cut)
def test_pieces_put_together_are_the_lines_that_were_cut(cuts):
    drawn_lines = [np.array(line) for line, _ in cuts]
    starts = np.cumsum([0] + [len(line) for line in drawn_lines])
    number = np.repeat(np.arange(len(cuts)), [len(of_line) for _, of_line in cuts])
    share = np.array([fraction for _, of_line in cuts for fraction in of_line])
    pieces = cut_lines((starts, *np.concatenate(drawn_lines).T), number, share)
    found = iter(np.split(np.column_stack([pieces.lon, pieces.lat]), pieces.starts[1:-1]))
    for line, of_line in cuts:
        own = [next(found) for _ in range(len(of_line) + 1)]
        assert all(len(piece) >= 2 for piece in own)
        for before, after in pairwise(own):
            assert before[-1].tolist() == after[0].tolist()
        assert own[0][0].tolist() == list(line[0])
        assert own[-1][-1].tolist() == list(line[-1])
        wanted = shapely.LineString(mercator(np.array(line)))
        together = shapely.LineString(mercator(np.concatenate(own)))
        assert np.isclose(together.length, wanted.length)
        assert together.hausdorff_distance(wanted) < 1e-9
    assert next(found, None) is None


around = st.sampled_from([0.0, 60.0, 105.0, 179.95, 180.0, -179.95])


def network_at(middle):
    """Return a crooked two-way road of three links across the meridian `middle`."""
    lon = [middle - 0.3, middle - 0.1, middle + 0.1, middle + 0.3]
    wrapped = [(value + 180.0) % 360.0 - 180.0 for value in lon]
    nodes = pd.DataFrame({"node_id": list("abcd"), "lon": wrapped, "lat": [10.0, 10.2, 10.0, 10.1]})
    links = pd.DataFrame(
        [("ab", "a", "b"), ("bc", "b", "c"), ("cd", "c", "d"), ("ab~", "b", "a"), ("bc~", "c", "b"), ("cd~", "d", "c")],
        columns=["link_id", "origin_node_id", "destination_node_id"],
    )
    return Network(nodes=nodes, links=links.assign(length_km=30.0, travel_h=1.0, midway=True, highway="primary"))


@settings(deadline=None, max_examples=40)
@given(around, st.lists(st.tuples(st.floats(-0.4, 0.4), st.floats(9.8, 10.4)), min_size=1, max_size=5))
def test_the_date_line_is_no_edge(middle, where):
    names = [f"p{number}" for number in range(len(where))]
    east, lat = np.array(where).T
    here, there = (
        snap(
            network_at(at),
            pd.DataFrame({"point_id": names, "lon": (at + east + 180.0) % 360.0 - 180.0, "lat": lat}),
            max_km=100.0,
        )
        for at in (middle, 20.0)
    )
    near = np.isclose(here.points["connector_km"], there.points["connector_km"], rtol=1e-6, atol=1e-6)
    assert near.all()
    assert (here.points["link_id"] == there.points["link_id"]).all()
    joined = join(here.network, here)
    tail, head = joined.ends()
    lon, lat = (joined.nodes[name].to_numpy() for name in ("lon", "lat"))
    assert (great_circle_km(lon[tail], lat[tail], lon[head], lat[head]) < 100.0).all()
