"""What a run keeps beside its tables: the rows of the ledger it read, and answers to `logistics why`."""

import json
from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any, Final

import pandas as pd

from logistics.errors import InputError
from logistics.run_folder import LEDGER, WHY_FILE, add_table, read_run_table
from networks.whole import whole_file

LEDGER_NUMBERS: Final = ("value", "low", "high", "year")
NEEDED: Final = ("hub_id", "is_open", "is_possible", "stopped", "flips", "costs_vnd_per_year", "least_vnd_per_year",
                 "most_vnd_per_year")  # fmt: skip


def write_ledger(rows: pd.DataFrame, folder: Path) -> Path:
    """Write the rows of the ledger that a plan read (`guesses.rows_read`) into its run folder."""
    return add_table(rows, LEDGER, folder)


def read_ledger(folder: Path) -> pd.DataFrame | None:
    """Return the rows of the ledger that a run read; None for a run that does not hold them.

    Raises
    ------
    InputError
        If the file is no table, or lacks a column.
    """
    if not (folder / f"{LEDGER}.csv").exists():
        return None
    frame = read_run_table(folder, LEDGER)
    needed = {"id", "name", "unit", "source", "confidence", "note", *LEDGER_NUMBERS}
    if missing := sorted(needed - set(frame.columns)):
        raise InputError(f"{LEDGER}.csv: columns missing: {', '.join(missing)}; run `logistics plan` again")
    numbers = {name: pd.to_numeric(frame[name], errors="coerce").astype(float) for name in LEDGER_NUMBERS}
    for name, column in numbers.items():
        for row in (column.isna() & (frame[name] != "")).to_numpy().nonzero()[0][:1]:
            found = frame[name].iloc[row]
            raise InputError(
                f"{LEDGER}.csv:{row + 2}:{name}: found {found!r}, not a number; run `logistics plan` again"
            )
    return frame.assign(**numbers)


def add_whys(answers: Iterable[Mapping[str, Any]], folder: Path) -> Path:
    """Add answers of `logistics why` to a run: one a site; what flips it is kept until it is asked again."""
    kept = {str(one["hub_id"]): one for one in read_whys(folder)}
    for one in answers:
        earlier = kept.get(str(one["hub_id"]), {})
        kept[str(one["hub_id"])] = {**one, "flips": one["flips"] or earlier.get("flips", [])}
    path = folder / WHY_FILE
    with whole_file(path) as fresh:
        text = json.dumps({"sites": list(kept.values())}, ensure_ascii=False, indent=2, allow_nan=False)
        fresh.write_text(text + "\n", encoding="utf-8")
    return path


def read_whys(folder: Path) -> Sequence[Mapping[str, Any]]:
    """Return the answers of `logistics why` that a run holds, one a site.

    Raises
    ------
    InputError
        If the file is not what `add_whys` writes.
    """
    path = folder / WHY_FILE
    if not path.exists():
        return ()
    try:
        sites = json.loads(path.read_text(encoding="utf-8"))["sites"]
        found = [{name: one[name] for name in NEEDED} | dict(one) for one in sites]
        whole = all(_is_answer(one) for one in found)
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise InputError(f"{WHY_FILE}: cannot be read ({error}); delete it and run `logistics why` again") from error
    if not whole:
        raise InputError(f"{WHY_FILE}: an answer lacks its cost; delete it and run `logistics why` again")
    return found


def _is_answer(one: Mapping[str, Any]) -> bool:
    names = ("costs_vnd_per_year", "least_vnd_per_year", "most_vnd_per_year")
    return not one["is_possible"] or all(isfinite(one[name]) for name in names)
