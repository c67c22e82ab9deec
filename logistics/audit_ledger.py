"""Whether `ledger.csv` of a run holds the rows of the ledger that its scenario has, and all that plan.json names."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from logistics.audit_cells import compare
from logistics.guesses import COLUMNS
from logistics.ledger import Ledger
from logistics.run_folder import LEDGER, LEDGER_READ
from logistics.run_notes import read_ledger


def ledger_findings(folder: Path, ledger: Ledger, summary: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each cell of `ledger.csv` that is not the ledger's; a run without the table has none.

    Raises
    ------
    InputError
        If the file is no table.
    """
    found = read_ledger(folder)
    if found is None:
        return
    listed = list(found["id"])
    for row in sorted(set(summary[LEDGER_READ]) - set(listed)):
        yield f"{LEDGER}.csv: {row!r} is missing, plan.json says that it was read"
    frame = ledger.to_frame()
    wanted = frame.loc[frame["id"].isin(listed), list(COLUMNS)].reset_index(drop=True)
    yield from compare(f"{LEDGER}.csv", found, _as_read(wanted))


def _as_read(frame: pd.DataFrame) -> pd.DataFrame:
    """Return texts as they come back from a file, where what is blank is an empty text."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    return frame.assign(**{name: frame[name].fillna("").astype(str) for name in texts})
