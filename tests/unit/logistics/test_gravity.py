"""Laws and hand sums of the doubly constrained gravity model."""

import numpy as np
import pytest

from logistics.errors import InputError
from logistics.gravity import balance


def test_rows_and_columns_keep_their_totals():
    rows, columns = np.array([30.0, 70.0]), np.array([20.0, 50.0, 30.0])
    found = balance(rows, columns, np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 4.0]]), 0.5)
    np.testing.assert_allclose(found.t_per_year.sum(axis=1), rows, rtol=1e-9)
    np.testing.assert_allclose(found.t_per_year.sum(axis=0), columns, rtol=1e-7)
    assert found.residual <= 1e-9


def test_without_deterrence_tonnes_spread_in_proportion():
    found = balance(np.array([10.0, 30.0]), np.array([1.0, 3.0]), np.array([[9.0, 1.0], [2.0, 7.0]]), 0.0)
    np.testing.assert_allclose(found.t_per_year, [[2.5, 7.5], [7.5, 22.5]])


def test_columns_are_weights_and_are_scaled_to_the_rows():
    found = balance(np.array([100.0]), np.array([1.0, 1.0]), np.array([[1.0, 1.0]]), 0.3)
    np.testing.assert_allclose(found.t_per_year, [[50.0, 50.0]])


def test_the_cross_ratio_is_the_deterrence_whatever_the_totals():
    hours = np.array([[1.0, 3.0], [2.0, 2.0]])
    t = balance(np.array([40.0, 60.0]), np.array([30.0, 70.0]), hours, 0.5).t_per_year
    # T11 T22 / (T12 T21) = exp(-0.5 (1 + 2 - 3 - 2)) = e
    assert t[0, 0] * t[1, 1] / (t[0, 1] * t[1, 0]) == pytest.approx(np.e)


def test_a_pair_without_a_way_gets_nothing():
    found = balance(np.array([10.0, 30.0]), np.array([3.0, 1.0]), np.array([[1.0, np.inf], [1.0, 1.0]]), 0.5)
    np.testing.assert_allclose(found.t_per_year, [[10.0, 0.0], [20.0, 10.0]], rtol=1e-6)


def test_totals_that_cannot_be_met_together_are_refused():
    with pytest.raises(InputError, match="does not balance"):
        balance(np.array([30.0, 10.0]), np.array([1.0, 3.0]), np.array([[1.0, np.inf], [1.0, 1.0]]), 0.5)


def test_a_row_that_reaches_nobody_is_named():
    with pytest.raises(InputError, match=r"rows \[1\] have freight but reach no other end"):
        balance(np.array([1.0, 1.0]), np.array([1.0]), np.array([[1.0], [np.inf]]), 0.5)


def test_no_freight_gives_no_flows():
    found = balance(np.zeros(2), np.array([1.0]), np.ones((2, 1)), 0.5)
    assert found.t_per_year.sum() == 0


def test_a_channel_without_ends_is_refused():
    with pytest.raises(InputError, match="no destination of this channel"):
        balance(np.ones(1), np.zeros(1), np.ones((1, 1)), 0.5)
