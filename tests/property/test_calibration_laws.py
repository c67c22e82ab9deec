"""Laws of the fit to known volumes: totals met, zeroes and cross-product ratios kept, order without effect."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from logistics.calibration import biproportional

cells = st.one_of(st.just(0.0), st.floats(0.1, 100.0))
seeds = st.tuples(st.integers(2, 5), st.integers(2, 5)).flatmap(lambda shape: arrays(float, shape, elements=cells))


@st.composite
def reachable(draw):
    """Draw a seed and the totals of another table with the same zeroes, which the fit can therefore meet."""
    seed = draw(seeds)
    factors = draw(arrays(float, seed.shape, elements=st.floats(0.5, 2.0)))
    return seed, seed * factors


@given(reachable())
def test_totals_of_a_table_with_the_same_zeroes_are_met(drawn):
    seed, other = drawn
    fit = biproportional(seed, other.sum(axis=1), other.sum(axis=0))
    assert fit.t_per_year.sum(axis=1) == pytest.approx(other.sum(axis=1), rel=1e-6, abs=1e-9)
    assert fit.t_per_year.sum(axis=0) == pytest.approx(other.sum(axis=0), rel=1e-6, abs=1e-9)


@given(reachable())
def test_zeroes_are_kept_and_nothing_else_becomes_one(drawn):
    seed, other = drawn
    fit = biproportional(seed, other.sum(axis=1), other.sum(axis=0))
    assert ((fit.t_per_year == 0) == (seed == 0)).all()


@given(reachable())
def test_cross_product_ratios_are_kept(drawn):
    """The logarithm of fitted over seed is a row's term plus a column's: its second differences vanish."""
    seed, other = drawn
    fit = biproportional(seed, other.sum(axis=1), other.sum(axis=0))
    for row in range(seed.shape[0] - 1):
        for column in range(seed.shape[1] - 1):
            block = (slice(row, row + 2), slice(column, column + 2))
            before, after = seed[block], fit.t_per_year[block]
            if (before > 0).all():
                assert after[0, 0] * after[1, 1] * before[0, 1] * before[1, 0] == pytest.approx(
                    after[0, 1] * after[1, 0] * before[0, 0] * before[1, 1], rel=1e-9
                )


@given(reachable(), st.floats(0.1, 10.0))
def test_twice_the_volumes_are_twice_the_freight(drawn, factor):
    seed, other = drawn
    one = biproportional(seed, other.sum(axis=1), other.sum(axis=0))
    more = biproportional(seed, factor * other.sum(axis=1), factor * other.sum(axis=0))
    assert more.t_per_year == pytest.approx(factor * one.t_per_year, rel=1e-6, abs=1e-9)


@given(seeds, st.floats(0.5, 2.0), st.floats(0.5, 2.0))
def test_volumes_that_contradict_each_other_leave_finite_tonnes_and_say_so(seed, left, right):
    fit = biproportional(seed, left * seed.sum(axis=1), right * seed.sum(axis=0))
    assert np.isfinite(fit.t_per_year).all()
    if seed.sum() > 0 and abs(left - right) > 0.01:
        assert np.abs(fit.residuals).max() > 0.001
