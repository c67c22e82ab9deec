"""The run folder: the tables of a plan written and read back, without rounding, whole or not at all."""

import json
import os
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from logistics.errors import InputError
from logistics.run_swap import put_back, write_in_place
from networks.errors import SourceError
from networks.lock import InUseError
from networks.whole import whole_file

LEDGER_READ: Final = "ledger_read"
"""Key of `plan.json`: the ids of the rows of the ledger that freight, prices and rules read."""
LINK_USE: Final = "link_use"
"""A table that `logistics links` adds to a run."""
TABLE_NAMES: Final = ("hubs", "flows", "link_flows", "places")
LEDGER: Final = "ledger"
"""The rows of the ledger that a plan read: what its figures rest on."""
WHY_FILE: Final = "why.json"
"""What `logistics why` found about sites of a run."""
PLAN_FILE: Final = "plan.json"
INFEASIBLE_FILE: Final = "infeasible.json"
SCENARIO_FILE: Final = "scenario.toml"
SEAL_FILE: Final = "SHA256SUMS"
"""Digests of the files that nothing else in the run can vouch for (`run_seal`)."""
RUN_NAMES: Final = (
    PLAN_FILE,
    INFEASIBLE_FILE,
    SEAL_FILE,
    *(f"{name}.csv" for name in TABLE_NAMES),
    f"{LINK_USE}.csv",
    SCENARIO_FILE,
    "map.html",
    "report.html",
    f"{LEDGER}.csv",
    WHY_FILE,
    *(f"map_{paper}.{ending}" for paper in ("a4", "a3") for ending in ("png", "svg", "pdf")),
    "workbook.xlsx",
    "plan.gpkg",
    "gis",
    "inputs",
    "network",
)
"""What a run consists of; anything else in a run folder is the user's own."""
PHASE_MAP: Final = re.compile(r"map_\d{4}_a[34]\.(png|svg|pdf)")
"""Maps for print of a plan in phases, one a phase, belong to it, too."""
FLAGS: Final = {"hubs": ("is_new",), "places": ("opened",)}
NUMBER_ENDINGS: Final = ("_per_year", "_per_t", "_vnd", "_km", "_ha", "_h", "lon", "lat")
FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
"""A text cell that begins with one of these runs in a spreadsheet; it is written behind an apostrophe."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RunTables:
    """A run in memory: `summary` is the content of `plan.json`, the rest its tables."""

    summary: Mapping[str, Any]
    hubs: pd.DataFrame
    flows: pd.DataFrame
    link_flows: pd.DataFrame
    places: pd.DataFrame

    @property
    def periods(self) -> tuple[str, ...]:
        """Return the phases of the run, in the order of time; of a plan for one year, the year."""
        return tuple(sorted(set(self.places.get("period", ()))))

    def of_period(self, period: str) -> "RunTables":
        """Return the tables of one phase; the summary stays that of the whole run."""
        frames = {name: getattr(self, name) for name in TABLE_NAMES}
        return RunTables(
            summary=self.summary,
            **{name: frame[frame["period"] == period].reset_index(drop=True) for name, frame in frames.items()},
        )

    def last(self) -> "RunTables":
        """Return the tables of the last phase."""
        return self.of_period(self.periods[-1]) if self.periods else self


def write_tables(tables: RunTables, folder: Path) -> None:
    """Write `plan.json` and the CSV files (UTF-8 with BOM, full precision) into an existing folder."""
    for name in TABLE_NAMES:
        frame = _guarded(getattr(tables, name))
        with whole_file(folder / f"{name}.csv") as fresh:
            frame.to_csv(fresh, index=False, encoding="utf-8-sig", lineterminator="\n")
    text = json.dumps(tables.summary, ensure_ascii=False, indent=2, allow_nan=False)
    with whole_file(folder / PLAN_FILE) as fresh:
        fresh.write_text(text + "\n", encoding="utf-8")


def add_table(frame: pd.DataFrame, name: str, folder: Path) -> Path:
    """Write one more table into a run folder, whole or not at all.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    InputError
        If the folder may not be written.
    """
    with added_file(folder / f"{name}.csv") as fresh:
        _guarded(frame).to_csv(fresh, index=False, encoding="utf-8-sig", lineterminator="\n")
    return folder / f"{name}.csv"


@contextmanager
def added_file(path: Path) -> Iterator[Path]:
    """Give a temporary path of the same ending; what is written there becomes `path`, whole or not at all.

    Raises
    ------
    InputError
        If the folder may not be written, or `path` is a folder.
    """
    try:
        with whole_file(path) as fresh:
            yield fresh
    except SourceError as error:
        raise InputError(str(error)) from error
    except OSError as error:
        raise InputError(f"{path}: cannot be written ({error.strerror}); free the folder and try again") from error


def write_infeasible(facts: Mapping[str, Any], folder: Path) -> Path:
    """Write what clashes and the ways out as `infeasible.json`, beside an earlier run if there is one.

    Returns
    -------
    Path
        The file.
    """
    target = folder.with_name(f"{folder.name}-infeasible") if (folder / PLAN_FILE).exists() else folder
    path = target / INFEASIBLE_FILE
    with added_file(path) as fresh:
        fresh.write_text(json.dumps(facts, ensure_ascii=False, indent=2, allow_nan=False) + "\n", encoding="utf-8")
    return path


def _guarded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the table with an apostrophe before every text that a spreadsheet would run."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name])]
    risky = {name: frame[name].astype(str).str.startswith(FORMULA_SIGNS) for name in texts}
    guarded = {name: frame[name].where(~at, "'" + frame[name].astype(str)) for name, at in risky.items() if at.any()}
    return frame.assign(**guarded)


def read_run(folder: str | Path) -> RunTables:
    """Read a run folder.

    Raises
    ------
    InputError
        If a file of the run is missing or cannot be read: which, and what to do.
    """
    folder = Path(folder)
    put_back(folder)
    if not (folder / PLAN_FILE).is_file():
        raise InputError(f"{folder}: there is no {PLAN_FILE}; expected a folder as `logistics plan --out` writes it")
    try:
        summary = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{PLAN_FILE}: not JSON ({error}); run `logistics plan` again") from error
    if not isinstance(summary, dict):
        raise InputError(f"{PLAN_FILE}: expected one JSON object, found {summary!r:.40}; run `logistics plan` again")
    return RunTables(summary=summary, **{name: read_run_table(folder, name) for name in TABLE_NAMES})


def read_run_table(folder: Path, name: str) -> pd.DataFrame:
    """Read one table of a run: numbers by their unit ending, everything else text."""
    path = folder / f"{name}.csv"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a row longer than the header would lose its end
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, index_col=False, encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"{path.name}: missing from the run folder; run `logistics plan` again") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.ParserWarning, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path.name}: not a table ({error}); run `logistics plan` again") from error
    return frame.assign(**{column: _typed(frame[column], column, name) for column in frame.columns})


def _typed(cells: "pd.Series[Any]", column: str, table: str) -> "pd.Series[Any]":
    if column.endswith(NUMBER_ENDINGS):
        return _numbers(cells, f"{table}.csv")
    if column in FLAGS.get(table, ()):
        return cells == "True"
    quoted = cells.str.startswith(tuple("'" + sign for sign in FORMULA_SIGNS))
    return cells.where(~quoted, cells.str.slice(1))


def _numbers(cells: "pd.Series[Any]", file: str) -> "pd.Series[Any]":
    try:
        return cells.where(cells != "", "nan").astype(float)
    except ValueError:
        wrong = pd.to_numeric(cells, errors="coerce").isna() & (cells != "")
        row = int(wrong.to_numpy().argmax())
        raise InputError(f"{file}:{row + 2}:{cells.name}: found {cells.iloc[row]!r}, expected a number") from None


def replace_folder(folder: Path, write: Callable[[Path], None]) -> Path:
    """Write a run into a temporary folder beside `folder` and swap it in when it is whole.

    An earlier run stays as it was if anything fails before the swap. Files of the user's own in it are
    carried over.

    Returns
    -------
    Path
        Where the run stands: `folder`, or a free name beside it where a program does not let go of the old run.

    Raises
    ------
    InputError
        If `folder` is a file, a folder that holds something other than a run, or being written by somebody else.
    """
    try:
        require_replaceable(folder)
        return write_in_place(folder, write, _is_of_run)
    except InUseError as error:
        raise InputError(str(error)) from error


def require_replaceable(folder: Path) -> None:
    """Refuse a target that is not free, empty or an earlier run."""
    put_back(folder)
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder}: is a file, expected a folder to write the run into; choose another --out")
    if folder.is_dir() and any(folder.iterdir()) and not _is_ours(folder):
        raise InputError(f"{folder}: holds files that are no run (no {PLAN_FILE}); choose another --out")
    parent = next(place for place in folder.absolute().parents if place.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise InputError(f"{parent}: cannot be written to; choose another --out")


def _is_of_run(name: str) -> bool:
    """Tell whether a file or folder of this name is part of a run, and not the user's own."""
    return name in RUN_NAMES or PHASE_MAP.fullmatch(name) is not None


def _is_ours(folder: Path) -> bool:
    """Tell whether a folder holds a run, or the report of wishes that clashed."""
    return any((folder / name).is_file() for name in (PLAN_FILE, INFEASIBLE_FILE))
