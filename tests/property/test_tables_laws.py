"""Whatever a file holds, reading it ends in a table that keeps its contract or in a `TableError`."""

import csv
import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from networks import Column, TableContract, TableError, read_table

CONTRACT = TableContract(
    "things",
    (
        Column("id", "text", "", "name"),
        Column("x_km", "number", "km", "length", low=0.0, high=1e6),
        Column("n", "integer", "-", "count", blank=True),
        Column("kind", "choice", "", "kind", choices=("a", "b")),
        Column("yes", "flag", "", "whether"),
    ),
)
calm = settings(deadline=None)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("tables") / "things.csv"


def read(path, data):
    path.write_bytes(data)
    try:
        return read_table(path, CONTRACT)
    except TableError:
        return None


@calm
@given(data=st.binary(max_size=300))
@example(data=b"id,x_km,n,kind,yes\n" + b'"' * 200_000)
@example(data=b"\xff\xfe\x00")
def test_any_bytes_end_in_a_table_or_in_a_table_error(path, data):
    assert read(path, data) is None or data


cells = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["1", "-1", "1,5", "nan", "inf", "1e9", "a", "b", "yes", "no", "TRUE", "", "１２", "8%", "\u00a0"]),
    st.floats().map(repr),
)


@calm
@given(rows=st.lists(st.lists(cells, min_size=4, max_size=6), max_size=5))
def test_a_table_that_was_read_keeps_its_contract(path, rows):
    text = io.StringIO()
    csv.writer(text).writerows([["id", "x_km", "n", "kind", "yes"], *rows])
    table = read(path, text.getvalue().encode("utf-8", "replace"))
    if table is not None:
        assert table["id"].is_unique
        assert (table["id"].str.strip() != "").all()
        assert np.isfinite(table["x_km"]).all()
        assert table["x_km"].between(0.0, 1e6).all()
        assert table["kind"].isin(["a", "b"]).all()
        assert table["yes"].dtype == bool


names = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)


@calm
@given(rows=st.dictionaries(names, st.tuples(st.floats(0.0, 1e6), st.integers(-9, 9)), min_size=1, max_size=6))
def test_numbers_come_back_exactly(path, rows):
    text = io.StringIO()
    body = [[name, repr(km), count, "a", "yes"] for name, (km, count) in rows.items()]
    csv.writer(text).writerows([["id", "x_km", "n", "kind", "yes"], *body])
    table = read(path, text.getvalue().encode())
    if table is not None:  # two names may be one in NFC
        assert table["x_km"].tolist() == [km for km, _ in rows.values()]
        assert table["n"].tolist() == [count for _, count in rows.values()]
