"""A factor draws what its distribution says."""

import math

import numpy as np
import pytest

from logistics.errors import InputError
from logistics.studies.factors import Factor, ledger_factor, uncertain_factors


def factor(distribution, **kind):
    return Factor(**{"name": "x", "low": 2.0, "value": 4.0, "high": 8.0} | kind, distribution=distribution)


@pytest.mark.parametrize(
    ("distribution", "share", "value"),
    [
        ("uniform", 0.25, 3.5),
        ("triangular", 1 / 3, 4.0),  # the rising side is 2 of 6 wide and holds a third of it all
        ("triangular", 1.0, 8.0),
        ("triangular", 0.0, 2.0),
        ("lognormal", 0.5, 4.0),  # the middle of 2 and 8 in logarithms
        ("lognormal", 0.05, 2.0),
        ("lognormal", 0.95, 8.0),
        ("whole", 0.0, 2.0),
        ("whole", 0.999, 8.0),
    ],
)
def test_each_distribution_has_the_quantiles_worked_out_by_hand(distribution, share, value):
    assert factor(distribution).quantile(np.array([share])).tolist() == [pytest.approx(value, rel=1e-9)]


def test_listed_values_are_drawn_each_as_often_as_the_others():
    listed = factor("values", values=(1.0, 5.0))
    assert listed.quantile(np.array([0.0, 0.49, 0.51, 1.0])).tolist() == [1.0, 1.0, 5.0, 5.0]


def test_a_factor_without_a_range_is_its_value():
    still = Factor(name="x", low=4.0, value=4.0, high=4.0)
    assert still.quantile(np.array([0.0, 0.7])).tolist() == [4.0, 4.0]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ({"low": 5.0}, "expected low <= value <= high"),
        ({"high": math.nan}, "must be numbers"),
        ({"low": 0.0, "distribution": "lognormal"}, "above 0"),
        ({"low": 2.5, "distribution": "whole"}, "whole numbers"),
        ({"distribution": "values"}, "expected numbers"),
        ({"distribution": "normal"}, "expected one of triangular"),
    ],
)
def test_a_range_that_cannot_be_right_is_refused_by_name(kind, sentence):
    with pytest.raises(InputError, match=sentence) as refused:
        Factor(**{"name": "crf", "low": 2.0, "value": 4.0, "high": 8.0} | kind)
    assert "factor crf" in str(refused.value)


def test_a_row_of_the_ledger_brings_its_range(ledger):
    crf = ledger_factor(ledger, "crf")
    assert (crf.low, crf.value, crf.high) == (0.105, 0.125, 0.157)


def test_a_row_without_a_range_asks_for_one(ledger):
    with pytest.raises(InputError, match="no range"):
        ledger_factor(ledger, "fuel_5t")


def test_uncertain_factors_are_the_rows_read_that_have_a_range(ledger):
    read = ledger.apart()
    read["crf"], read["fuel_5t"]
    assert [factor.name for factor in uncertain_factors(read)] == ["crf"]
