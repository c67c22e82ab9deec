"""Freight fitted to known volumes, worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from logistics.calibration import Margin, biproportional, fit_margins, rake, scaled
from logistics.errors import InputError


def test_a_matrix_of_equal_cells_takes_the_product_of_its_totals():
    """Rows 30 and 70, columns 40 and 60 of 100: independent cells 12, 18, 28, 42."""
    fit = biproportional(np.ones((2, 2)), np.array([30.0, 70.0]), np.array([40.0, 60.0]))
    assert fit.t_per_year == pytest.approx(np.array([[12, 18], [28, 42]]))
    assert fit.residuals == pytest.approx(np.zeros(4), abs=1e-9)


def test_a_known_two_by_two_table_is_met_and_keeps_its_cross_product_ratio():
    """[[1, 2], [3, 4]] to rows 4 and 6, columns 5 and 5."""
    fit = biproportional(np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([4.0, 6.0]), np.array([5.0, 5.0]))
    (a, b), (c, d) = fit.t_per_year
    assert (a + b, c + d, a + c, b + d) == pytest.approx((4, 6, 5, 5))
    assert a * d / (b * c) == pytest.approx(1 * 4 / (2 * 3))
    # with b = 4 - a, c = 5 - a, d = 1 + a:  3 a (1 + a) = 2 (4 - a)(5 - a), so a^2 + 21 a - 40 = 0
    assert a == pytest.approx((-21 + np.sqrt(21**2 + 4 * 40)) / 2)


def test_a_cell_of_zero_stays_zero():
    fit = biproportional(np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([2.0, 5.0]), np.array([3.0, 4.0]))
    assert fit.t_per_year[0, 0] == 0
    assert fit.t_per_year == pytest.approx(np.array([[0, 2], [3, 2]]))


def test_a_total_that_is_not_known_stays_free():
    fit = biproportional(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([10.0, np.nan]), np.array([np.nan, np.nan]))
    assert fit.t_per_year == pytest.approx(np.array([[5, 5], [1, 1]]))


def test_a_table_that_meets_its_totals_is_left_as_it_is():
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    fit = biproportional(seed, seed.sum(axis=1), seed.sum(axis=0))
    assert (fit.t_per_year == seed).all()
    assert fit.rounds == 0


def test_totals_that_contradict_each_other_are_reported_and_no_number_is_lost():
    """Rows sum to 100, columns to 110: the columns, fitted last, hold; the rows are missed by 10 %."""
    fit = biproportional(np.ones((2, 2)), np.array([50.0, 50.0]), np.array([55.0, 55.0]))
    assert fit.residuals == pytest.approx([0.1, 0.1, 0, 0])
    assert np.isfinite(fit.t_per_year).all()


def test_a_volume_over_cells_without_freight_cannot_be_met_and_is_reported():
    fit = rake(np.array([0.0, 4.0]), np.array([[True, False], [False, True]]), np.array([3.0, 8.0]))
    assert fit.t_per_year == pytest.approx([0, 8])
    assert fit.residuals == pytest.approx([-1, 0])


def test_margins_may_overlap():
    """All 12, the first two 9: the third cell takes what is left."""
    members = np.array([[True, True, True], [True, True, False]])
    fit = rake(np.array([1.0, 2.0, 3.0]), members, np.array([12.0, 9.0]))
    assert fit.t_per_year == pytest.approx([3, 6, 3])


def test_negative_tonnes_are_refused():
    with pytest.raises(InputError, match="found a margin of -1 t a year"):
        rake(np.array([1.0]), np.array([[True]]), np.array([-1.0]))


def flows(*rows):
    return pd.DataFrame(rows, columns=["near_id", "far_id", "direction", "t_per_year"])


KNOWN = (
    Margin(name="port", rests_on="a", t_per_year=200.0, gateway_ids=("port",)),
    Margin(name="imports", rests_on="b", t_per_year=120.0, gateway_ids=("port",), direction="in"),
    Margin(name="parks", rests_on="c", t_per_year=80.0, gateway_ids=("port",), park=True),
)
TODAY = flows(
    ("park", "port", "in", 10.0), ("park", "port", "out", 10.0), ("town", "port", "in", 30.0),
    ("town", "port", "out", 50.0), ("town", "market", "out", 7.0),
)  # fmt: skip


def test_the_report_tells_known_before_and_after_of_every_margin():
    report = fit_margins(TODAY, ["park"], KNOWN).set_index("margin")
    assert report["before_t_per_year"].to_dict() == {"port": 100, "imports": 40, "parks": 20}
    assert report["after_t_per_year"].to_numpy() == pytest.approx([200, 120, 80])
    assert report["ratio_before"].to_numpy() == pytest.approx([0.5, 1 / 3, 0.25])
    assert report["residual"].to_numpy() == pytest.approx(np.zeros(3), abs=1e-9)


def test_the_factors_bring_the_freight_of_the_year_to_the_known_volumes_and_leave_the_rest():
    factors = list(fit_margins(TODAY, ["park"], KNOWN)["factor"])
    fitted = scaled(TODAY, ["park"], KNOWN, factors)
    for margin in KNOWN:
        inside = margin.members(fitted.assign(park=fitted["near_id"] == "park"))
        assert fitted["t_per_year"][inside].sum() == pytest.approx(margin.t_per_year)
    assert fitted["t_per_year"].iloc[4] == 7
    grown = scaled(TODAY.assign(t_per_year=2 * TODAY["t_per_year"]), ["park"], KNOWN, factors)
    assert grown["t_per_year"].to_numpy() == pytest.approx(2 * fitted["t_per_year"].to_numpy())
