import numpy as np
import pytest

from networks.shapes import Shapes, after, both, read_shapes

TEXTS = ["0 1;2 3;4 5", "", "4 5;2 3;0 1", "6 7;8 9"]


def test_a_line_and_its_reverse_are_stored_once():
    shapes, codes = read_shapes(TEXTS)
    assert codes.tolist() == [1, 0, -1, 2]
    assert shapes.starts.tolist() == [0, 3, 5]
    assert shapes.lon.tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_points_come_in_the_direction_that_the_code_says():
    shapes, _ = read_shapes(TEXTS)
    assert shapes.lat[shapes.rows(np.array([-1, 2]))].tolist() == [5.0, 3.0, 1.0, 7.0, 9.0]


def test_lines_put_behind_others_are_found_by_moved_codes():
    shapes, codes = read_shapes(TEXTS)
    merged = both(shapes, shapes)
    moved = after(codes, len(shapes))
    assert moved.tolist() == [3, 0, -3, 4]
    assert merged.lon[merged.rows(moved[[0]])].tolist() == [0.0, 2.0, 4.0]


def test_no_lines_are_shapes_too():
    shapes, codes = read_shapes(["", ""])
    assert len(shapes) == 0
    assert codes.tolist() == [0, 0]
    assert shapes.counts(codes).tolist() == [0, 0]


def test_shapes_cannot_be_written_into():
    with pytest.raises(ValueError, match="read-only"):
        Shapes().starts[0] = 1
