"""Labels and numbers in both languages."""

from string import Formatter

import pytest

from logistics.i18n import LABELS, day, label, number


def gaps(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_no_label_is_missing_in_a_language():
    assert set(LABELS["vi"]) == set(LABELS["en"])


def test_each_label_has_the_same_gaps_in_both_languages():
    different = [key for key in LABELS["en"] if gaps(LABELS["en"][key]) != gaps(LABELS["vi"][key])]
    assert different == []


def test_only_the_unnamed_column_has_no_words():
    assert [key for texts in LABELS.values() for key, text in texts.items() if not text] == ["kind", "kind"]


def test_a_label_takes_its_values():
    assert label("heading", "vi", title="Miền Bắc", year=2030) == "Miền Bắc, năm 2030"


@pytest.mark.parametrize(
    ("value", "digits", "english", "vietnamese"),
    [
        (1234.5, 1, "1,234.5", "1.234,5"),
        (-1234567.0, 0, "-1,234,567", "-1.234.567"),
        (-0.04, 1, "0.0", "0,0"),
        (0.125, 2, "0.12", "0,12"),
    ],
)
def test_numbers_are_written_as_people_of_each_language_write_them(value, digits, english, vietnamese):
    assert number(value, "en", digits) == english
    assert number(value, "vi", digits) == vietnamese


@pytest.mark.parametrize(
    ("text", "english", "vietnamese"),
    [
        ("2026-11-06", "6 November 2026", "06/11/2026"),
        ("2030-01-31", "31 January 2030", "31/01/2030"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)", "=HYPERLINK(1)"),
    ],
)
def test_a_day_is_written_as_people_of_each_language_write_it_and_what_is_none_stays(text, english, vietnamese):
    assert (day(text, "en"), day(text, "vi")) == (english, vietnamese)
