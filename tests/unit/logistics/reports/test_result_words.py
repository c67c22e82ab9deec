"""No word of the workbook or of the GIS styles is missing in either language."""

import re
from string import Formatter

import pytest

from logistics.i18n.word_file import words
from logistics.reports.workbook import columns
from logistics.workbook_keys import LISTS_SHEET, NOTES_SHEET, RESULT_SHEETS
from logistics.workbook_others import READ_SHEETS

ROOMS = ("logistics.reports.workbook", "logistics.reports.gis")
NO_UNIT = {"unit.none", "unit.flows"}


def gaps(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("room", ROOMS)
def test_each_word_is_there_in_both_languages_with_the_same_gaps(room):
    english, vietnamese = words(room, "en"), words(room, "vi")
    assert set(english) == set(vietnamese)
    assert {key for key in english if not english[key] or not vietnamese[key]} <= NO_UNIT
    assert [key for key in english if gaps(english[key]) != gaps(vietnamese[key])] == []


def test_each_column_has_a_heading_a_note_and_a_unit():
    known = words(ROOMS[0], "vi")
    tables = [getattr(columns, name) for name in dir(columns) if name.endswith("_COLUMNS")]
    assert len(tables) == 5
    for column in {column for table in tables for column in table}:
        assert {f"col.{column.name}", f"col.{column.name}.note", f"unit.{columns.LOOKS[column.look][1]}"} <= set(known)
        assert column.note("vi").startswith(f"{column.name}: ")


def test_every_word_of_the_workbook_is_used():
    from importlib.resources import files  # noqa: PLC0415

    room = files(ROOMS[0])
    code = "\n".join(file.read_text(encoding="utf-8") for file in room.iterdir() if file.name.endswith(".py"))
    of_data = ("col.", "word.", "kind.", "sum.", "unit.")
    unused = [
        key for key in words(ROOMS[0], "en")
        if not key.startswith(of_data) and not re.search(rf"\b{re.escape(key.rpartition('.')[2])}\b", code)
    ]  # fmt: skip
    assert unused == []


def test_sheets_of_results_are_called_unlike_each_other_and_unlike_those_that_are_read():
    titles = [name for both in RESULT_SHEETS.values() for name in set(both)]
    taken = {name.casefold() for name in (*READ_SHEETS, LISTS_SHEET, NOTES_SHEET)}
    assert len({name.casefold() for name in titles}) == len(titles)
    assert not {name.casefold() for name in titles} & taken
    assert max(len(name) for name in titles) <= 31
