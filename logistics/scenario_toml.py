"""The text of a scenario file: read safely, faults with their lines, and written with every default."""

import json
import os
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from logistics.errors import InputError
from logistics.scenario_source import Place, Source
from logistics.toml_lines import KeyPath, key_lines
from logistics.workbook_file import OTHER_WORKBOOKS

MAX_BYTES: Final = 1_000_000
OTHER_TEXTS: Final[Mapping[str, str]] = {
    ".yaml": "YAML, in which `no` is false and 012 is 10", ".yml": "YAML, in which `no` is false and 012 is 10",
    ".json": "JSON", ".csv": "a table (its place is under [tables])", ".pkl": "pickles: reading one runs what is in it",
    ".pickle": "pickles: reading one runs what is in it", ".joblib": "pickles: reading one runs what is in it",
}  # fmt: skip
"""What people hand over in place of a scenario, by the end of the name."""
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_PLACE: Final = r"(?:line (?P<line>\d+), column (?P<column>\d+)|end of document)"
_MESSAGE: Final = re.compile(rf"(?P<what>.*) \(at {_PLACE}\)", re.DOTALL)
_FORMATS: Final = "expected a text file NAME.toml or a workbook NAME.xlsx, as `logistics template` writes it"
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_EXCERPT: Final = 80

_PLAIN_WORDS: Final = (
    ("Cannot overwrite a value", "the key is there twice"),
    ("Cannot declare", "the section is there twice"),
    ("Cannot redefine", "the section is there twice"),
    ("Cannot mutate", "the section was closed above and cannot be added to"),
    ("Duplicate inline table key", "a key is there twice"),
    ("Expected '=' after a key", "a key must be followed by = and its value"),
    ("Expected ']' at the end of a table", "the section's name must be closed by ]"),
    ("Expected ']]'", "the section's name must be closed by ]]"),
    ("Expected newline or end of document", "the line must end after a value (a missing quote, or 1,5 for 1.5?)"),
    ("Invalid initial character for a key part", "a key must begin with a letter, a digit, _ or -, or stand in quotes"),
    ("Invalid value", "the value is none (text stands in quotes, yes and no are true and false)"),
    ("Invalid statement", "this is neither a key = value nor a [section]"),
    ("Unterminated string", "a text is not closed by a quote"),
    ("Unclosed array", "a list is not closed by ]"),
    ("Unclosed inline table", "a section in one line is not closed by }"),
    ("Unescaped '\\' in a string", "write paths with / or in single quotes"),
    ("Illegal character '\\n'", "a text is not closed by a quote in its line"),
    ("Illegal character", "a character may not stand here"),
    ("Exceeds the limit", "a whole number has thousands of digits"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TomlText:
    """A file's values, and the line of each key."""

    name: str
    values: Mapping[str, Any]
    lines: Mapping[KeyPath, int]

    def source(self) -> Source:
        """Return the file as the source of a scenario."""
        places = {path: Place(line, f"{self.name}:{line}") for path, line in self.lines.items()}
        return Source(self.name, self.values, places)


def read_toml(path: Path) -> TomlText:
    """Read a TOML file.

    Raises
    ------
    InputError
        If the file is missing, larger than 1 MB, no UTF-8 text or no TOML; with line and column.
    """
    text = _text(path)
    try:
        values = tomllib.loads(text)
    except RecursionError:
        raise InputError(f"{path.name}: lists or sections are nested too deep to be read") from None
    except ValueError as error:
        raise InputError(_syntax_sentence(path.name, text, str(error))) from None
    return TomlText(path.name, values, key_lines(text.replace("\r\n", "\n")))


def _text(path: Path) -> str:
    data = _bytes(path)
    if data.startswith(_UTF16):
        raise InputError(f"{path.name}: the file is UTF-16, expected UTF-8; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path.name}:{line}: byte {error.start} is not UTF-8; save the file as UTF-8") from None
    before, nul, _ = text.partition("\0")
    if nul:
        line = before.count("\n") + 1
        raise InputError(f"{path.name}:{line}: a NUL character stands in the line; the file is no text")
    return text


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        raise InputError(f"{path}: this is a folder, expected a scenario file")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such scenario file") from None
    except OSError as error:
        raise InputError(f"{path}: the scenario cannot be read: {error.strerror}") from error
    if path.suffix.lower() in OTHER_WORKBOOKS:
        raise InputError(f"{path.name}: workbooks of this format are not read; {_FORMATS}")
    if path.suffix.lower() in OTHER_TEXTS:
        raise InputError(f"{path.name}: scenarios are not read from {OTHER_TEXTS[path.suffix.lower()]}; {_FORMATS}")
    if len(data) > MAX_BYTES:
        raise InputError(f"{path.name}: the file is larger than {MAX_BYTES:,} bytes; that is no scenario")
    return data


def _syntax_sentence(name: str, text: str, message: str) -> str:
    match = _MESSAGE.fullmatch(message)
    what = match["what"] if match else message
    plain = next((words for start, words in _PLAIN_WORDS if what.startswith(start)), what)
    if match is None or match["line"] is None:
        return f"{name}: not readable as TOML: {plain} (at the end of the file)"
    number = int(match["line"])
    excerpt = text.splitlines()[number - 1].strip()[:_LONGEST_EXCERPT] if text else ""
    return f"{name}:{number}:{match['column']}: not readable as TOML: {plain}; the line is: {excerpt}"


def toml_value(value: object) -> str:
    """Return a value as TOML writes it.

    Parameters
    ----------
    value
        A text, a truth, a finite number, or a sequence or mapping of them.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_key(str(key))} = {toml_value(entry)}" for key, entry in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, Sequence):
        return f"[{', '.join(toml_value(entry) for entry in value)}]"
    raise TypeError(f"found a {type(value).__name__}, expected text, number, truth, a list or a mapping of them")


def toml_key(name: str) -> str:
    """Return a key as TOML writes it, quoted where it must be."""
    return name if _BARE_KEY.fullmatch(name) else toml_value(name)


def relative_path(path: Path, folder: Path) -> str:
    """Return `path` as seen from `folder`, with /; whole where they lie on different drives."""
    try:
        found = Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:
        return path.as_posix()
    return found if "/" in found else f"./{found}"
