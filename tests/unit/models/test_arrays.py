"""Arrays come out checked, copied and read-only."""

import numpy as np
import pytest

from models import InstanceError
from models.arrays import flags, floats, indices, members, whole


def test_floats_are_copied_and_read_only():
    given = np.array([1.0, 2.0])
    kept = floats("cost", given, (2,))
    given[0] = 9.0
    assert kept[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 3.0


def test_minus_zero_becomes_zero():
    assert str(floats("cost", [-0.0], (1,))[0]) == "0.0"


@pytest.mark.parametrize(
    ("value", "told"),
    [(float("nan"), "a number"), (-1.0, "0 or more"), (float("inf"), "finite"), (-float("inf"), "0 or more")],
)
def test_a_wrong_number_is_named_with_its_place(value, told):
    with pytest.raises(InstanceError, match=rf"cost\[1, 0\] is .*{told}"):
        floats("cost", [[1.0], [value]], (2, 1))


def test_infinity_may_be_allowed():
    assert floats("cost", [np.inf], (1,), may_be_inf=True)[0] == np.inf


def test_many_wrong_numbers_are_counted():
    with pytest.raises(InstanceError, match=r"cost\[0\] is -1.0, cost\[1\].*and 2 more"):
        floats("cost", [-1.0] * 5, (5,))


def test_text_and_booleans_are_no_numbers():
    with pytest.raises(InstanceError, match="cost holds"):
        floats("cost", ["1"], (1,))
    with pytest.raises(InstanceError, match="cost holds bool"):
        floats("cost", [True], (1,))


def test_a_wrong_shape_says_which_one_is_right():
    with pytest.raises(InstanceError, match=r"shape \(2,\); expected \(3\)"):
        floats("cost", [1.0, 2.0], (3,))
    with pytest.raises(InstanceError, match=r"expected \(2, any\)"):
        floats("cost", [1.0, 2.0], (2, None))


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_that_points_nowhere_is_named(index):
    with pytest.raises(InstanceError, match=rf"site\[1\] is {index}; expected an index of sites, 0 to 2"):
        indices("site", [0, index], (2,), 3, "sites")


def test_half_an_index_is_refused():
    with pytest.raises(InstanceError, match="whole numbers"):
        indices("site", [0.5], (1,), 3, "sites")


def test_empty_lists_are_fine_whatever_their_type():
    assert indices("site", [], (None,), 0, "sites").size == 0
    assert flags("standing", []).dtype == bool


def test_ones_are_no_flags():
    with pytest.raises(InstanceError, match="booleans"):
        flags("standing", [1, 0])


def test_members_are_sorted_and_stand_once():
    assert members("forced_open", [3, 1, 3], 4, "sites") == (1, 3)


@pytest.mark.parametrize("value", [-1, 1.5, True])
def test_a_count_is_a_whole_number(value):
    with pytest.raises(InstanceError, match="max_new"):
        whole("max_new", value)
