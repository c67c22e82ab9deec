"""A run with what is known beside its tables: answers to `logistics why`, and the guesses it rests on."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Final

import pandas as pd

from logistics.errors import InputError
from logistics.guesses import GUESSED
from logistics.run_folder import RunTables, read_run, read_run_table

WHY_FILE: Final = "why.json"
LEDGER: Final = "ledger"
MOST_GUESSES: Final = 15
"""So many guesses are listed, those of the widest range."""
Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NotedRun:
    """A run to be drawn.

    Parameters
    ----------
    tables
        Its tables.
    whys
        What `logistics why` found, by the id of the site: `is_possible`, `costs_vnd_per_year`.
    guesses
        Rows as `guesses.guesses` returns them; None where the run does not hold them.
    """

    tables: RunTables
    whys: Mapping[str, Facts] = field(default_factory=dict)
    guesses: pd.DataFrame | None = None


def noted(run: RunTables | NotedRun) -> NotedRun:
    """Return a run with nothing known beside its tables, unless it has its notes already."""
    return run if isinstance(run, NotedRun) else NotedRun(tables=run)


def read_noted_run(folder: Path) -> NotedRun:
    """Read a run folder with whatever it holds beside its tables.

    Raises
    ------
    InputError
        If a file of it cannot be read.
    """
    return NotedRun(tables=read_run(folder), whys=_whys(folder / WHY_FILE), guesses=_guesses(folder))


def guess_rows(run: NotedRun) -> list[dict[str, Any]] | None:
    """Return the widest guesses as the page lists them; None where they are not known."""
    if run.guesses is None:
        return None
    rows = run.guesses.head(MOST_GUESSES)
    return [
        {"id": str(row["id"]), "name": str(row["name"]), "unit": str(row["unit"]),
         **{name: _finite(row[name]) for name in ("value", "low", "high")}}
        for row in rows.to_dict("records")
    ]  # fmt: skip


def _whys(path: Path) -> Mapping[str, Facts]:
    if not path.exists():
        return {}
    try:
        sites = json.loads(path.read_text(encoding="utf-8"))["sites"]
        return {str(site["hub_id"]): site for site in sites if not site["is_possible"] or _is_priced(site)}
    except (ValueError, RecursionError, TypeError, KeyError) as error:
        raise InputError(f"{path.name}: cannot be read ({error}); delete it and run `logistics why` again") from error


def _is_priced(site: Facts) -> bool:
    return isfinite(site["costs_vnd_per_year"])


def _guesses(folder: Path) -> pd.DataFrame | None:
    """Return the guesses among the rows of the ledger that the run wrote down, the widest first."""
    if not (folder / f"{LEDGER}.csv").exists():
        return None
    frame = read_run_table(folder, LEDGER)
    try:
        numbers = {name: pd.to_numeric(frame[name], errors="coerce") for name in ("value", "low", "high")}
        found = frame.assign(**numbers)[frame["confidence"].isin(GUESSED)]
        spread = ((found["high"] - found["low"]) / found["value"].where(found["value"] != 0)).abs()
        return found[["id", "name", "unit", *numbers]].iloc[(-spread.fillna(0.0)).argsort(kind="stable")]
    except KeyError as error:
        raise InputError(f"{LEDGER}.csv: no column {error}; run `logistics plan` again") from error


def _finite(value: Any) -> float | None:  # noqa: ANN401  (a cell)
    return float(value) if isfinite(value) else None
