"""Two tables beside each other: every cell that differs is a finding, rounding is not."""

import numpy as np
import pandas as pd
import pytest

from logistics.audit_cells import compare

TABLE = pd.DataFrame({"id": ["a", "b"], "cost": [1.0, np.nan], "open": [True, False], "count": [3, 4]})


def changed(column, row, value):
    frame = TABLE.copy()
    frame[column] = frame[column].astype(object)
    frame.loc[row, column] = value
    return frame.astype({"cost": float, "count": float}) if column in ("cost", "count") else frame


def test_a_table_is_as_itself():
    assert compare("t.csv", TABLE, TABLE) == []


@pytest.mark.parametrize(
    ("column", "row", "value", "sentence"),
    [
        ("id", 1, "c", "t.csv:3:id: found 'c', recomputed 'b'"),
        ("cost", 0, 1.001, "t.csv:2:cost: found 1.001, recomputed 1.0"),
        ("cost", 0, np.nan, "t.csv:2:cost: found nan, recomputed 1.0"),
        ("cost", 1, 2.0, "t.csv:3:cost: found 2.0, recomputed nan"),
        ("open", 0, False, "t.csv:2:open: found False, recomputed True"),
        ("count", 1, 5.0, "t.csv:3:count: found 5.0, recomputed 4"),
    ],
)
def test_a_cell_that_differs_is_named(column, row, value, sentence):
    assert compare("t.csv", changed(column, row, value), TABLE) == [sentence]


@pytest.mark.parametrize(("value", "is_same"), [(1 + 9e-8, True), (1 + 1.1e-6, False), (1 - 1.1e-6, False)])
def test_a_ten_millionth_is_rounding(value, is_same):
    assert (compare("t.csv", changed("cost", 0, value), TABLE) == []) == is_same


@pytest.mark.parametrize(("value", "is_same"), [(5e-13, True), (3e-12, False)])
def test_next_to_nothing_is_dust(value, is_same):
    nothing, dust = (pd.DataFrame({"cost": [one]}) for one in (0.0, value))
    assert (compare("t.csv", dust, nothing) == []) == is_same


def test_rows_and_columns_that_are_missing_are_named():
    assert compare("t.csv", TABLE[:1], TABLE) == ["t.csv: found 1 rows, expected 2"]
    assert compare("t.csv", TABLE[["id", "open"]], TABLE) == ["t.csv: columns missing: cost, count"]
    assert compare("t.csv", TABLE, TABLE[["id"]]) == []


def test_five_cells_of_a_column_are_listed_and_the_rest_counted():
    found, wanted = (pd.DataFrame({"n": [value] * count}) for value, count in ((1.0, 8), (2.0, 8)))
    assert compare("t.csv", found, wanted)[-1] == "t.csv:n: and 3 more rows"
    assert len(compare("t.csv", found, wanted)) == 6
    assert len(compare("t.csv", found[:5], wanted[:5])) == 5
