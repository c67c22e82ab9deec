"""What the program says in Vietnamese: no sentence is missing, and nothing that fills a sentence is altered."""

import csv
import re
import unicodedata
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentences_in_code import NOT_SAID, sentences
from vietnamese import english_words

from logistics.i18n.catalogue import Entry, rows
from logistics.i18n.telling import GROUPED, QUOTED, WORD, told
from logistics.i18n.template import parsed
from logistics.region import bundled_file

ROWS = tuple(rows())
SAID = tuple(sentences())
BESIDE_THE_CODE = {"names.csv", "parts.csv"}
"""Names of the ledger's rows; words, and sentences put together from parts, which no line of code writes so."""


def gaps(text):
    return [(name, spec) for _, name, spec, _ in Formatter().parse(text) if name is not None]


def filled(vietnamese, values):
    """Fill a Vietnamese template with texts that are to be told as they are."""
    return re.sub(f":[{WORD}{GROUPED}{QUOTED}]}}", "}", vietnamese).format(*values)


def test_no_sentence_of_the_program_is_missing_in_vietnamese():
    known = {english for _, english, _ in ROWS}
    missing = [f"{said.file}:{said.line}: {said.template}" for said in SAID if said.template not in known]
    assert missing == [], "add each to a table in logistics/i18n/sentences, or say in sentences_in_code why not"


def test_no_row_says_what_the_program_does_not():
    said = {one.template for one in SAID}
    assert [english for table, english, _ in ROWS if table not in BESIDE_THE_CODE and english not in said] == []


def test_every_sentence_stands_in_one_row():
    english = [text for _, text, _ in ROWS]
    assert [text for text in english if english.count(text) > 1] == []


def test_texts_that_are_no_sentences_are_listed_once():
    listed = [text for texts in NOT_SAID.values() for text in texts]
    assert sorted(listed) == sorted(set(listed))


def test_each_sentence_has_the_same_gaps_in_both_languages():
    for _, english, vietnamese in ROWS:
        here, there = gaps(english), gaps(vietnamese)
        names = [name for name, _ in there]
        assert names == [""] * len(here) or sorted(names) == [str(at) for at in range(len(here))], english
        assert {spec for _, spec in there} <= {"", WORD, GROUPED, QUOTED}, english


def test_vietnamese_is_composed_and_says_something():
    for _, english, vietnamese in ROWS:
        assert unicodedata.is_normalized("NFC", vietnamese), vietnamese
        assert vietnamese.strip(), english


def codes(text):
    """Return the commands, options, keys, files and numbers that a sentence names."""
    named = re.findall(r"`[^`]*`|--[a-z-]+|\b[a-z]+(?:[_.][a-z_]+)+\b|\d[\d*.,]*\d|\b\d\b", text)
    return sorted(set(named) - {"e.g"})


def test_commands_options_keys_files_and_numbers_are_the_same_in_both_languages():
    for table, english, vietnamese in ROWS:
        if table not in BESIDE_THE_CODE and "nonzeros" not in english:
            assert codes(english) == codes(re.sub(r"{[^}]*}", "{}", vietnamese)), english


def test_no_english_word_is_left_in_vietnamese():
    left = {text: found for _, _, text in ROWS if (found := english_words(text))}
    assert left == {}


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        (
            ("parks.csv:2:area_ha: found '402,81', expected a number in ha, at least 0 and at most 5;"
            " write the decimal comma as a point: 1.5"),
            ("parks.csv:2:area_ha: tìm thấy '402,81', cần một số tính bằng ha, ít nhất 0 và nhiều nhất 5;"
            " hãy viết dấu thập phân là dấu chấm: 1.5"),
        ),
        (
            "error: case.toml:2: hubs.max_hubs: there is no such key; nearest: max_new",
            "lỗi: case.toml:2: hubs.max_hubs: không có khóa này; gần nhất: max_new",
        ),
        (
            "no plan keeps what the scenario asks for: at least 4 new sites are asked for, and only 3 may be opened",
            "không phương án nào thỏa những gì kịch bản yêu cầu: yêu cầu ít nhất 4 địa điểm mới, nhưng chỉ 3 được mở",
        ),
        ("1,200 of 5,000 scenarios, about 3 min left", "1.200 trong 5.000 kịch bản, còn khoảng 3 phút"),
        ("5 trips have no path: a - b, c - d and 3 more", "5 chuyến không có đường đi: a - b, c - d và 3 nữa"),
        ("parks.csv:4: found 3 fields, expected 9; a value is missing",
         "parks.csv:4: tìm thấy 3 trường, cần 9; thiếu một giá trị"),
    ],
)  # fmt: skip
def test_a_sentence_is_said_with_what_fills_it(english, vietnamese):
    assert told(english, "vi") == vietnamese
    assert told(english, "en") == english


MADE_FROM_PARTS = (
    (
        "p.csv:2:lon: found 598000, expected a number in degrees, at least -180 and at most 180;"
        " the value looks like metres; give degrees (WGS84)"
    ),
    (
        "a.toml:2: candidates.from: found ['railway'], expected interchanges, rail, water or park_edges;"
        " 'railway' is nearest to 'rail'"
    ),
    "a.toml:2: hubs.in_province[0].province: there is no province, old or new, 'Bac Ninh'; nearest: Bắc Ninh",
    (
        "a.xlsx: sheet hubs, cell A2 (row 2, column A): id: found the yes/no value true,"
        " expected a text: format the column as text and type it again"
    ),
    (
        "no plan keeps what the scenario asks for: infeasible: no allowed choice of sites and routes keeps all of the"
        " requirements together (rules, one site a client, numbers of sites)"
    ),
    "places: the polygon is not valid (Self-intersection[0 0]); repair it, e.g. with shapely.make_valid",
    "the solver failed: OR-Tools refused the flow (12 nodes, 3 arcs): bad",
    "cost[0] is -1.0, cost[1] is -1.0, cost[2] is -1.0 and 2 more; expected 0 or more",
    "hubs.csv: 3 new hubs in Bắc Ninh, expected 1 to 2",
    "infeasible: scenario 2: site 5 is forced open and forced closed",
    (
        "6 of 30 points lie more than 5 km from the network: p1 at 105, 21 is 9 km away; p2 at 1, 2 is 8 km away."
        " Check their coordinates, or allow more with max_km"
    ),
    "Error: Invalid value for '--gap': 7.0 is not in the range 0.0<=x<=1.0.",
)


@pytest.mark.parametrize("english", MADE_FROM_PARTS)
def test_a_sentence_made_from_parts_is_told_throughout(english):
    said = told(english, "vi")
    assert english_words(said) == []
    assert re.findall(r"\d+|'[^']*'", said) == re.findall(r"\d+|'[^']*'", english)


@pytest.mark.parametrize(
    "text", ["found 'x', expected a, " * 2000, "error: " * 3000, "x: a b; c d, " * 2000, "' " * 5000]
)
def test_no_text_is_too_long_or_too_deep(text):
    assert len(told(text, "vi")) > len(text) / 2


def test_each_line_is_told_by_itself():
    text = "reading the tables\nno sentence of ours\n  there are clients, and p is 0"
    assert told(text, "vi") == "đang đọc các bảng\nno sentence of ours\n  có khách hàng, mà p là 0"


def test_what_no_template_fits_stays_as_it_is():
    assert told("KeyError: 'lon'", "vi") == "KeyError: 'lon'"


def test_a_quoted_text_is_never_cut_or_altered():
    assert told("found 'a, expected b', expected a number", "vi") == "tìm thấy 'a, expected b', cần một số"
    assert told("x.csv: found 'a whole number', expected yes or no", "vi") == (
        "x.csv: tìm thấy 'a whole number', cần có hoặc không (yes hoặc no)"
    )


def test_a_line_of_the_reader_s_file_stays_as_it_is():
    said = told("a.toml:1:5: not readable as TOML: the key is there twice; the line is: a whole number", "vi")
    assert said == "a.toml:1:5: không đọc được dạng TOML: khóa có hai lần; dòng đó là: a whole number"


def test_a_name_like_the_beginning_of_a_sentence_stays_as_it_is():
    assert told("reading list.csv: there is no such workbook", "vi") == "reading list.csv: không có bảng tính này"


# what fills gaps: ids, numbers, files, quoted texts
FILLINGS = st.one_of(
    st.from_regex(r"[a-z]{2}_[a-z0-9_]{1,12}", fullmatch=True),
    st.integers().map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(lambda value: f"{value:g}"),
    st.from_regex(r"[a-zA-Z0-9_/-]{1,12}\.(csv|toml|xlsx)", fullmatch=True),
    st.text(max_size=30).map(repr),
)


@given(st.sampled_from(ROWS), st.data())
def test_what_fills_a_sentence_comes_through_unaltered(row, data):
    _, english, vietnamese = row
    count = len(gaps(english))
    values = data.draw(st.lists(FILLINGS, min_size=count, max_size=count))
    said = told(english.format(*values), "vi")
    for value in values:
        assert said.count(value) >= filled(vietnamese, values).count(value)


def test_each_sentence_with_plain_names_in_its_gaps_is_said_as_its_row_has_it():
    for _, english, vietnamese in ROWS:
        names = [f"id_{at}" for at in range(len(gaps(english)))]
        if Entry(parsed(english), vietnamese).is_meant(names) and not english.startswith((" ", ",", ";", "(")):
            assert told(english.format(*names), "vi") == filled(vietnamese, names)


def test_every_row_of_the_ledger_has_a_name_in_vietnamese():
    for table in ("parameters", "assumptions"):
        with bundled_file(table).open(encoding="utf-8") as lines:
            names = [row["name"] for row in csv.DictReader(lines)]
        for name in names:
            words = [word for word in re.findall(r"[^\W\d_]+", name) if not word[0].isupper()]
            assert told(name, "vi") != name or not words, name
            assert not english_words(told(name, "vi")), told(name, "vi")


@given(st.text())
def test_any_text_can_be_told(text):
    assert told(text, "en") == text
    assert isinstance(told(text, "vi"), str)
