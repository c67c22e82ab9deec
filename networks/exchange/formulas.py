"""Texts that a spreadsheet would run: written behind an apostrophe, and read back without it."""

from typing import Any

import pandas as pd

_RISKY = r"'*[=+\-@\t\r]"
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"


def guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before every text that begins with ``= + - @``, a tab or a return.

    Numbers written as text (ids such as -7) stay as they are; so do columns of numbers. A text that already has
    apostrophes there gets one more, so that `unguarded` gives back every text.
    """
    changed = {str(name): _guarded(frame[name]) for name in _texts(frame)}
    return frame.assign(**changed)


def unguarded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table as it was before `guarded`."""
    changed = {}
    for name in _texts(frame):
        cells = frame[name]
        changed[str(name)] = cells.where(~cells.str.match("'" + _RISKY, na=False), cells.str.slice(1))
    return frame.assign(**changed)


def _texts(frame: pd.DataFrame) -> list[Any]:
    return [name for name in frame.columns if pd.api.types.is_string_dtype(frame[name])]


def _guarded(cells: "pd.Series[str]") -> "pd.Series[str]":
    risky = cells.str.match(_RISKY, na=False)
    if not risky.any():
        return cells
    texts = cells.astype("str")  # (categories, too)
    return texts.where(~risky | texts.str.fullmatch(NUMBER, na=False), "'" + texts)
