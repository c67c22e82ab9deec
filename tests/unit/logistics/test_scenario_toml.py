"""The scenario file as a text: what is no TOML is refused in plain words, and lines are found."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.errors import InputError
from logistics.scenario_toml import read_toml, toml_key, toml_value
from logistics.toml_lines import key_lines, line_of


def read(tmp_path, data, name="case.toml"):
    path = tmp_path / name
    path.write_bytes(data)
    return read_toml(path)


def refusal(tmp_path, data, name="case.toml"):
    with pytest.raises(InputError) as caught:
        read(tmp_path, data, name)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (b'name = "x\n', "case.toml:1:", "a text is not closed"),
        (b"year = 2030\n\nname = abc\n", "case.toml:3:8:", "the line is: name = abc"),
        (b"year 2030\n", "case.toml:1:", "must be followed by ="),
        (b"year = 1\nyear = 2\n", "case.toml:2:", "the key is there twice"),
        (b"[hubs]\n[hubs]\n", "case.toml:2:", "the section is there twice"),
        (b"[hubs\n", "case.toml:1:", "closed by ]"),
        (b"x = [1,\n", "case.toml", "end of the file"),
        (b"km = 1,5\n", "case.toml:1:", "1,5 for 1.5"),
        (b'path = "C:\\data"\n', "case.toml:1:", "write paths with /"),
        (b"no = yes\n", "case.toml:1:", "yes and no are true and false"),
        (b"year = 12\x00\n", "case.toml:1:", "NUL"),
        (b"a = 1\nb = '\xff'\n", "case.toml:2:", "not UTF-8"),
        ("a = 1".encode("utf-16"), "case.toml:", "UTF-16"),
        (b"x = " + b"[" * 20_000, "case.toml:", "nested too deep"),
        (b"x = " + b"9" * 5_000, "case.toml", "not readable as TOML"),
        (b"#" * 1_000_001, "case.toml:", "larger than 1,000,000 bytes"),
    ],
)
def test_what_is_no_toml_is_refused_in_plain_words(tmp_path, data, place, words):
    message = refusal(tmp_path, data)
    assert message.startswith(place)
    assert words in message
    assert "\n" not in message


def test_a_workbook_of_another_format_is_refused_with_those_that_are_read(tmp_path):
    message = refusal(tmp_path, b"PK", "case.ods")
    assert "NAME.toml" in message
    assert "logistics template" in message


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(InputError, match="no such scenario file"):
        read_toml(tmp_path / "none.toml")
    with pytest.raises(InputError, match="this is a folder"):
        read_toml(tmp_path)


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    text = read(tmp_path, b'\xef\xbb\xbfname = "a"\r\n[hubs]\r\nexactly = 2\r\n')
    assert text.values == {"name": "a", "hubs": {"exactly": 2}}
    assert line_of(("hubs", "exactly"), text.lines) == 3


def test_each_key_section_and_entry_has_its_line():
    text = '''# head
name = "a # no comment"  # = comment
long = """
[not.a.section]
x = 1"""""
'quoted key'."b.c" = 'it''s' # never mind
'''.replace("'it''s'", "'it'")
    text += "[hubs] # = [x]\nforced_open = [ # first\n  'a', ['b,', 'c'],\n  {d = 1, e = 2},\n  'f',\n]\n"
    text += "[a.b]\nc.d = {e = [1]}\n[[many]]\nx = 1\n[[many]]\nx = 2\n"
    assert tomllib.loads(text)["hubs"]["forced_open"] == ["a", ["b,", "c"], {"d": 1, "e": 2}, "f"]
    lines = key_lines(text)
    assert lines["name",] == 2
    assert lines["long",] == 3
    assert lines["quoted key", "b.c"] == 6
    assert lines["hubs",] == 7
    assert [lines["hubs", "forced_open", at] for at in range(4)] == [9, 9, 10, 11]
    assert lines["a", "b", "c", "d"] == 14
    assert (lines["many", 0, "x"], lines["many", 1, "x"]) == (16, 18)


def test_a_key_that_is_not_there_gets_the_line_of_the_section_above_it():
    assert line_of(("hubs", "none"), key_lines("\n[hubs]\n")) == 2
    assert line_of(("none",), key_lines("\n[hubs]\n")) is None


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.floats(allow_nan=False)))
def test_the_standard_reader_reads_back_what_is_written(values):
    text = "\n".join(f"{toml_key(key)} = {toml_value(value)}" for key, value in values.items())
    assert tomllib.loads(text) == values
    assert {path[0] for path in key_lines(text)} == set(values)


def test_what_toml_cannot_hold_is_refused():
    with pytest.raises(TypeError, match="found a NoneType"):
        toml_value(None)
