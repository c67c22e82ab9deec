"""One cell of a workbook turned into the value that is meant, or into a sentence that says why it is none."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from math import inf
from typing import Any, Final

from logistics.workbook_file import Cell, Sheet
from networks.cells import clean, read_integer, read_number, shown

_YES: Final = frozenset({"yes", "true", "có", "đúng"})
_NO: Final = frozenset({"no", "false", "không", "sai"})
_SEPARATORS: Final = re.compile(r"[;,\n]")
_TWO_WAYS: Final = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
"""A text that is one number where the point parts the decimals, and another where it parts the thousands."""
_THOUSAND: Final = 1_000
_DATES: Final = (dt.date, dt.time, dt.timedelta)


def note_of(cell: Cell) -> str:
    """Return what is to be said of a formula whose stored value is taken, or ""."""
    if not cell.formula:
        return ""
    return f"holds a formula; the value stored when the file was saved, {cell.value!r}, was taken"


def merged_into(sheet: Sheet, cell: Cell) -> str:
    """Return what is wrong with a blank cell that shows another's value, or ""."""
    other = sheet.shown_of(cell)
    return f"the cell is merged into {other} and has no value of its own; unmerge them and fill each" if other else ""


def text_of(cell: Cell) -> str:
    """Return a cell as a text table would hold it; `ValueError` says what is wrong with it."""
    value = cell.value
    if cell.is_error:
        raise ValueError(f"found {shown(value)}, an error value of a spreadsheet; repair the formula")
    if cell.formula and value is None:
        raise ValueError(f"the formula {shown(cell.formula)} has no stored value; open the file in Excel and save it")
    if isinstance(value, _DATES):
        sentence = f"found the date {value}; format the cell as text or number and type it again"
        raise ValueError(sentence)  # noqa: TRY004  (a cell is wrong by what it holds; its faults are of one kind)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else clean(str(value) if isinstance(value, str) else repr(value))


def number_text_of(cell: Cell, most: float = inf) -> str:
    """Return a cell, of which numbers are asked, as a text table would hold it.

    Parameters
    ----------
    most
        The largest number allowed: a text is one of thousands only below it.

    Raises
    ------
    ValueError
        As `text_of` does, or if the number shown is not the one stored, or may be either of two.
    """
    text = text_of(cell)
    if cell.is_percent:
        advice = "format the cell as a number and type it in the unit that is asked"
        raise ValueError(f"found {text} in a cell of the format percent, shown as {100 * cell.value:g} %; {advice}")
    for part in _parts(text) if isinstance(cell.value, str) else ():
        if _TWO_WAYS.fullmatch(part) and abs(float(part)) * _THOUSAND <= most:
            whole = part.replace(".", "")
            advice = f"write {whole} or {part}0, or format the cell as a number and type it again"
            raise ValueError(f"found the text {shown(part)}, which may be {whole} or {float(part):g}; {advice}")
    return text


def unmistakable(text: str) -> str:
    """Return the text of a number as a cell of text can hold it, so that its point parts no thousands."""
    return f"{text}0" if _TWO_WAYS.fullmatch(text) else text


def value_of(cell: Cell, kind: str) -> Any:  # noqa: ANN401  (as many types as kinds)
    """Return a cell's value; `ValueError` says what is wrong with it.

    Parameters
    ----------
    kind
        One of `KINDS`.
    """
    return _READERS[kind](number_text_of(cell) if kind in _OF_NUMBERS else text_of(cell))


def _whole(text: str) -> int:
    return int(_told(text, read_integer, "a whole number"))


def _number(text: str) -> float:
    return _told(text, read_number, "a number")


def _told(text: str, read: Callable[[str], float], expected: str) -> float:
    try:
        return read(text)
    except ValueError as error:
        hint = f"; {error}" if str(error) else ""
        raise ValueError(f"found {shown(text)}, expected {expected}{hint}") from None


def _flag(text: str) -> bool:
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError(f"found {shown(text)}, expected yes or no")
    return word in _YES


def _names(text: str) -> list[str]:
    return [name.strip() for name in _SEPARATORS.split(text) if name.strip()]


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _budget(text: str) -> float | list[float]:
    return [_number(part) for part in _parts(text)] if ";" in text else _number(text)


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "text": str,
    "path": str,
    "choice": str,
    "whole": _whole,
    "number": _number,
    "flag": _flag,
    "names": _names,
    "choices": _names,
    "numbers": lambda text: [_number(part) for part in _parts(text)],
    "years": lambda text: [_whole(part) for part in _parts(text)],
    "budget": _budget,
}
_OF_NUMBERS: Final = frozenset({"whole", "number", "numbers", "years", "budget"})
KINDS: Final = tuple(_READERS)
