"""Cells, headers and files of workbooks: what is meant, or a sentence that says why it is none."""

import datetime as dt

import openpyxl
import pytest

from logistics.errors import InputError
from logistics.workbook_cells import KINDS, note_of, value_of
from logistics.workbook_file import Cell, column_letters, read_sheets
from logistics.workbook_keys import LIST_SHEETS, SCENARIO_KEYS
from logistics.workbook_sheets import below_header


def cell(value, formula="", *, is_error=False):
    return Cell(value, formula, is_error, 7, 28)


@pytest.mark.parametrize(
    ("value", "kind", "meant"),
    [
        ("  Phương án ", "text", "Phương án"),
        (2030, "text", "2030"),
        (5.0, "whole", 5),
        ("5", "whole", 5),
        ("2e12", "number", 2e12),
        (True, "flag", True),
        ("Không", "flag", False),
        ("a; b,c\nd;", "names", ["a", "b", "c", "d"]),
        (10, "numbers", [10.0]),
        ("10; 20.5", "numbers", [10.0, 20.5]),
        ("2030; 2040", "years", [2030, 2040]),
        (3e12, "budget", 3e12),
        ("1; 2", "budget", [1.0, 2.0]),
    ],
)
def test_a_cell_holds_what_is_meant(value, kind, meant):
    found = value_of(cell(value), kind)
    assert found == meant
    assert type(found) is type(meant)


@pytest.mark.parametrize(
    ("found", "kind", "words"),
    [
        (cell("10, 20"), "numbers", "expected a number"),
        (cell("inf"), "number", "only finite numbers count"),
        (cell(value=True), "number", "a yes/no value"),
        (cell(1), "flag", "expected yes or no"),
        (cell(dt.time(12)), "text", "found the date 12:00:00"),
        (cell("#N/A", is_error=True), "text", "repair the formula"),
        (cell(None, "=A1"), "number", "has no stored value"),
        (cell("１２"), "number", "write the digits 0 to 9"),
    ],
)
def test_a_cell_that_holds_none_says_why(found, kind, words):
    with pytest.raises(ValueError, match=words):
        value_of(found, kind)


def test_a_stored_value_is_told_with_its_formula_only():
    assert note_of(cell(3)) == ""
    assert "the value stored when the file was saved, 3, was taken" in note_of(cell(3, "=1+2"))


def test_columns_are_lettered_as_spreadsheets_do():
    assert [column_letters(column) for column in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert cell(1).name == "AB7"


def test_every_key_is_of_a_kind_that_is_read():
    keys = [*SCENARIO_KEYS, *(key for _, columns in LIST_SHEETS.values() for key in columns)]
    assert {key.kind for key in keys} <= set(KINDS)


def sheet_of(tmp_path, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    return read_sheets(tmp_path / "a.xlsx")["Sheet"]


def test_headings_may_stand_above_the_names_and_blank_rows_between(tmp_path):
    sheet = sheet_of(tmp_path, [["Mã", "Giá trị"], ["id", "value"], [None, None], ["x", 1], [], ["y"]])
    below = below_header(sheet, ("id", "value"), ("id", "value"))
    assert below.faults == ()
    assert [(row, cells["id"].value, cells["value"].value) for row, cells in below.entries()] == [
        (4, "x", 1), (6, "y", None),
    ]  # fmt: skip


def test_a_workbook_is_read_whatever_its_size_is_said_to_be(tmp_path):
    sheet = sheet_of(tmp_path, [["a"], ["=1+1"]])
    assert [[one.value for one in row] for row in sheet.rows] == [["a"], [None]]
    assert sheet.rows[1][0].formula == "=1+1"
    assert sheet.at(2, 1) == "a.xlsx: sheet Sheet, cell A2 (row 2, column A)"


def test_a_folder_and_a_missing_workbook_are_told_apart(tmp_path):
    with pytest.raises(InputError, match="this is a folder"):
        read_sheets(tmp_path)
    with pytest.raises(InputError, match="there is no such workbook"):
        read_sheets(tmp_path / "none.xlsx")
