"""The nearest point of a link, found by the tree, by the compiled grid and by trying every segment."""

import numpy as np
import pandas as pd
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import from_tables, join, snap
from networks.segments import Segments, by_grid, by_tree, cut_into_segments, to_segments

calm = settings(deadline=None, max_examples=150)  # the first example also loads numba's functions

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
    ends = np.array([[*first, *last] for line in coordinates for first, last in zip(line, line[1:], strict=False)])
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
