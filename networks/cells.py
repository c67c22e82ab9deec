"""One cell of a text table: what it may hold, and a sentence that helps when it does not."""

import math
import re
import unicodedata

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d+(\.0*)?", re.ASCII)
_TRUE = {"yes", "true"}
_FALSE = {"no", "false"}
_METRES = 1000.0

_HINTS = (
    (re.compile(r"true|false|yes|no", re.IGNORECASE), "a yes/no value stands in a column of numbers"),
    (re.compile(r"[+-]?(nan|inf|infinity|n/a|na|null|none)", re.IGNORECASE), "only finite numbers count"),
    (re.compile(r"#.+"), "this is an error value of a spreadsheet; repair the formula there"),
    (re.compile(r"[+-]?\d{1,3}(\.\d{3})*,\d+"), "write the decimal comma as a point: 1.5"),
    (re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?"), "leave out the separators of thousands: 1500000"),
    (re.compile(r"[+-]?\d{1,3}(\.\d{3}){2,}|[+-]?\d{1,3}( \d{3})+"), "leave out the separators of thousands: 1500000"),
    (re.compile(r"[+-]?\d+(_\d+)+"), "leave out the underscores: 1500000"),
    (re.compile(r".*%"), "write the number without the sign % in the unit named"),
    (re.compile(r".*[°'\"′″].*"), "write decimal degrees: 21.0167"),
    (re.compile(r"[+-]?[\d.,]+\s*[^\W\d_].*"), "the unit belongs in the name of the column"),
)


def clean(text: str) -> str:
    """Return `text` in NFC, no-break spaces made plain, without blanks at either end."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFC", text.replace("\u00a0", " ").replace("\u202f", " ").strip("\ufeff")).strip()


def is_padded(text: str) -> bool:
    """Return whether blanks stand at an end of `text`, or no-break spaces in it: two such texts look the same."""
    return text != text.strip() or "\u00a0" in text or "\u202f" in text


def shown(text: object) -> str:
    """Return `text` quoted for a message, cut to 60 characters, control characters escaped."""
    quoted = repr(str(text))
    return quoted if len(quoted) <= 60 else quoted[:57] + "...'"  # noqa: PLR2004  (the width of a message)


def read_number(text: str) -> float:
    """Return the number in `text`; `ValueError` with a hint when it is none.

    Only ASCII digits with a decimal point are numbers: no separators, units, signs of percent, inf or nan.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(_hint(text))
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("the number is too large to be stored")
    return value + 0.0  # -0.0 becomes 0.0


def read_integer(text: str) -> float:
    """Return the whole number in `text` (``4`` or ``4.0``); `ValueError` with a hint when it is none."""
    value = read_number(text)
    if not _INTEGER.fullmatch(text) and not value.is_integer():
        raise ValueError("the number is not whole")
    return value


def read_flag(text: str) -> bool:
    """Return the yes or no in `text` (yes, no, true, false in any case)."""
    word = text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError("write yes or no")
    return word in _TRUE


def _hint(text: str) -> str:
    if any(character.isdigit() and not character.isascii() for character in text):
        return f"write the digits 0 to 9; these are {text!a}"
    return next((hint for pattern, hint in _HINTS if pattern.fullmatch(text)), "")


def coordinate_hint(lon: float, lat: float, box: tuple[float, float, float, float]) -> str:
    """Return what is probably wrong with a point outside `box` (west, south, east, north), or ""."""
    west, south, east, north = box
    if abs(lon) > _METRES or abs(lat) > _METRES:
        return "the values look like metres; give longitude and latitude in degrees (WGS84)"
    if west <= lat <= east and south <= lon <= north:
        return "lon and lat look swapped"
    if lon == lat == 0.0:
        return "0, 0 usually means that the coordinates are missing"
    return ""
