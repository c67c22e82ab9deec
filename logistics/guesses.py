"""The guesses a result rests on: the rows of the ledger that were read and that no source vouches for."""

from typing import Final

import pandas as pd

from logistics.ledger import Ledger

GUESSED: Final = ("low", "scenario")
"""Confidence of rows that are guesses: the tables' own, and values a scenario sets."""
COLUMNS: Final = ("id", "group", "name", "value", "unit", "low", "high", "year", "source", "confidence", "note")


def rows_read(ledger: Ledger) -> pd.DataFrame:
    """Return every row that was read, in the order of the tables; the columns of `guesses`."""
    frame = ledger.to_frame()
    return frame.loc[frame["id"].isin(sorted(ledger.used)), list(COLUMNS)].reset_index(drop=True)


def guesses(ledger: Ledger) -> pd.DataFrame:
    """Return the guesses among the rows that were read.

    Parameters
    ----------
    ledger
        Of a plan that is finished: `plan.case.region.ledger`.

    Returns
    -------
    DataFrame
        `id`, `group`, `name`, `value`, `unit`, `low`, `high`, `year`, `source`, `confidence` (low, or scenario for a
        value of the user's), `note`, and `spread`, (high - low) / value: the widest guesses first.
    """
    return guesses_among(rows_read(ledger))


def guesses_among(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the guesses among rows of the ledger as `rows_read` returns them, the widest first."""
    found = rows[rows["confidence"].isin(GUESSED)]
    spread = ((found["high"] - found["low"]) / found["value"].where(found["value"] != 0)).abs()
    return found.assign(spread=spread).sort_values("spread", ascending=False, kind="stable").reset_index(drop=True)
