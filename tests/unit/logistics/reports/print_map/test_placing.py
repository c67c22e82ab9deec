"""Names find places without overlap, whatever stands where."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.reports.print_map.placing import Box, Name, place, square

FRAME = Box(left=0.0, top=0.0, right=100.0, bottom=80.0)


def name(x=50.0, y=40.0, **sizes):
    return Name(x=x, y=y, **{"radius_mm": 1.0, "width_mm": 10.0, "height_mm": 3.0, **sizes})


def test_a_name_alone_stands_to_the_right_of_its_symbol_at_its_height():
    (spot,) = place([name()], FRAME, [square(50.0, 40.0, 1.0)])
    assert spot.box == Box(left=51.6, top=38.5, right=61.6, bottom=41.5)
    assert spot.leader is None


def test_what_is_taken_drives_a_name_to_the_left():
    (spot,) = place([name()], FRAME, [Box(left=52.0, top=0.0, right=100.0, bottom=80.0)])
    assert spot.box == Box(left=38.4, top=38.5, right=48.4, bottom=41.5)


def test_a_name_far_from_its_symbol_gets_a_leader_line_from_the_symbol_s_edge():
    ring = [Box(left=45.0, top=35.0, right=55.0, bottom=45.0)]
    (spot,) = place([name()], FRAME, ring)
    (x0, y0), end = spot.leader
    assert (x0 - 50.0) ** 2 + (y0 - 40.0) ** 2 == 1.0
    assert end == spot.box.nearest(50.0, 40.0)


def test_a_name_without_a_free_spot_is_told_not_dropped_silently():
    assert place([name(), name(reach_mm=0.5)], FRAME, [FRAME]) == [None, None]


def test_a_name_does_not_go_farther_than_its_reach():
    ring = [Box(left=40.0, top=30.0, right=60.0, bottom=50.0)]
    assert place([name(reach_mm=4.0)], FRAME, ring) == [None]
    assert place([name()], FRAME, ring) != [None]


points = st.tuples(st.floats(0, 100), st.floats(0, 80), st.floats(0.3, 3.0), st.floats(2, 25), st.floats(2, 6))


@settings(max_examples=60)
@given(st.lists(points, max_size=30))
def test_no_two_names_overlap_none_covers_a_symbol_and_none_leaves_the_frame(wanted):
    names = [Name(x=x, y=y, radius_mm=r, width_mm=w, height_mm=h) for x, y, r, w, h in wanted]
    rooms = [square(one.x, one.y, one.radius_mm) for one in names]
    boxes = [spot.box for spot in place(names, FRAME, rooms) if spot is not None]
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert not any(box.overlaps(room) for box in boxes for room in rooms)
    assert all(FRAME.holds(box) for box in boxes)
