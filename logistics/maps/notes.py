"""A run with what is known beside its tables: answers to `logistics why`, and the guesses it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path
from typing import Any, Final

import pandas as pd

from logistics.guesses import guesses_among
from logistics.maps.labels import in_vietnamese
from logistics.run_folder import RunTables, read_run
from logistics.run_notes import read_ledger, read_whys

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
    rows = read_ledger(folder)
    return NotedRun(
        tables=read_run(folder),
        whys={str(answer["hub_id"]): answer for answer in read_whys(folder)},
        guesses=None if rows is None else guesses_among(rows),
    )


def guess_rows(run: NotedRun) -> list[dict[str, Any]] | None:
    """Return the widest guesses as the page lists them; None where they are not known."""
    if run.guesses is None:
        return None
    rows = run.guesses.head(MOST_GUESSES)
    return [
        {"id": str(row["id"]), "name": str(row["name"]), "name_vi": in_vietnamese(str(row["name"])),
         "unit": str(row["unit"]), "unit_vi": in_vietnamese(str(row["unit"])),
         **{name: _finite(row[name]) for name in ("value", "low", "high")}}
        for row in rows.to_dict("records")
    ]  # fmt: skip


def _finite(value: Any) -> float | None:  # noqa: ANN401  (a cell)
    return float(value) if isfinite(value) else None
