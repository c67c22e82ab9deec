"""Texts and numbers on their way into a cell: none is lost, changed or run."""

import tempfile
from io import BytesIO

import openpyxl
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.errors import InputError
from logistics.reports.workbook.bulk_sheet import BulkColumn, BulkSheet
from logistics.reports.workbook.words import require_language
from logistics.sheet_writing import BOOK_OPTIONS, CUT_MARK, LONGEST_CELL, cell_text, fitted, is_cut


def read_back(path, texts, numbers=()):
    """Write texts as shared and as inline strings, numbers in both ways, and read them back."""
    with xlsxwriter.Workbook(str(path), BOOK_OPTIONS) as book:
        sheet = book.add_worksheet("shared", worksheet_class=BulkSheet)
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, cell_text(text))
        for row, number in enumerate(numbers):
            sheet.write_number(row, 1, number)
        bulk = book.add_worksheet("inline", worksheet_class=BulkSheet)
        cells = [pd.Series(list(column), dtype=object) for column in (texts, numbers) if column]
        bulk.add_table_rows(1, [BulkColumn(cells=one, look=None) for one in cells])
    book = openpyxl.load_workbook(path)
    return [[cell.value for cell in book[name]["A"]] for name in ("shared", "inline")]


@pytest.mark.parametrize(
    "text", ["=1+1", "<r><t>x</t></r>", "<r>&</r>", "ga_xe_dien", "_xa_", "a&b<c>\"d'", "  blanks  ", "a\nb", "🚢"]
)
def test_a_text_is_read_back_as_it_was(tmp_path, text):
    shared, inline = read_back(tmp_path / "one.xlsx", [text])
    assert shared == inline == [text]
    assert openpyxl.load_workbook(tmp_path / "one.xlsx")["shared"]["A1"].data_type == "s"


def test_what_programs_read_as_the_number_of_a_character_is_parted_before_it():
    assert cell_text("ga_xe_a") == '<r><t xml:space="preserve">ga_</t></r><r><t xml:space="preserve">xe_a</t></r>'
    assert cell_text("nha_xuong_a") == "nha_xuong_a"


def test_a_text_longer_than_a_cell_is_cut_by_the_units_that_a_cell_counts():
    assert not is_cut("n" * LONGEST_CELL)
    assert fitted("n" * (LONGEST_CELL + 1)) == "n" * (LONGEST_CELL - 1) + CUT_MARK
    ships = fitted("🚢" * 20_000)  # two units each
    assert ships == "🚢" * ((LONGEST_CELL - 1) // 2) + CUT_MARK


def test_a_lone_surrogate_becomes_a_question_mark(tmp_path):
    shared, inline = read_back(tmp_path / "one.xlsx", ["a\ud800b"])
    assert shared == inline == ["a?b"]


@settings(max_examples=4)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=50, max_size=200))
def test_every_digit_of_a_number_is_kept(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("numbers") / "numbers.xlsx"
    read_back(path, ["x"] * len(numbers), numbers)
    book = openpyxl.load_workbook(path)
    for name in ("shared", "inline"):
        assert [float(cell.value) for cell in book[name]["B"]] == numbers


def test_a_budget_of_one_phase_is_told_from_that_of_every_phase(tmp_path):
    from logistics.reports.workbook.book import scenario_sheets  # noqa: PLC0415
    from logistics.scenario import Phases, Scenario, scenario_as_file  # noqa: PLC0415

    for budget, shown in ((5e12, 5e12), ((5e12,), "5000000000000.0;"), ((1e12, 2.5e11), None)):
        years = (2030, 2040) if isinstance(budget, tuple) and len(budget) == 2 else (2030,)
        scenario = Scenario(name="b", phases=Phases(years=years), budget_vnd=budget)
        content = scenario_sheets(scenario, scenario_as_file(scenario, tmp_path), "en")[0]
        [value] = [row[1] for row in content.rows if row[0] == "hubs.budget_vnd"]
        assert value == (shown or "1000000000000.0; 250000000000.0")


def test_a_workbook_needs_no_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with xlsxwriter.Workbook(BytesIO(), BOOK_OPTIONS) as book:
        book.add_worksheet("a").write(0, 0, "Quế Võ")


def test_a_language_that_no_workbook_speaks_is_refused():
    assert (require_language("en"), require_language("vi")) == (0, 1)
    with pytest.raises(InputError, match="lang: found 'fr', expected one of en, vi"):
        require_language("fr")
