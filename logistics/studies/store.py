"""The store of a study: each outcome as it comes, in SQLite, so that what was paid for is never lost.

Write-ahead logging keeps every committed row through a crash. A row's key is the hash of all that its answer depends
on, so that a study resumed with a changed input finds nothing to reuse; the order of rows plays no part.
"""

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self

from logistics.errors import InputError, LogisticsError
from logistics.studies.outcome import Outcome

FORMAT: Final = "2"
PATIENCE_S: Final = 30.0
ROW_BYTES: Final = 200
"""Of a row beside its text: key, time and their places in the file."""
TABLES: Final = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS outcome (key TEXT PRIMARY KEY, packed BLOB NOT NULL, seconds REAL NOT NULL) STRICT;
"""


class StoreError(LogisticsError, OSError):
    """The store cannot be written any more; what was written stays."""

    exit_code = 3


def outcome_key(study_key: str, values: Mapping[str, float], held: object = None) -> str:
    """Return the key of one scenario: the study's own and the factors' values.

    Parameters
    ----------
    study_key
        Hash of base scenario, its files, options and versions.
    """
    content = json.dumps(
        [study_key, {name: float(value).hex() for name, value in values.items()}, held], sort_keys=True
    )
    return hashlib.sha256(content.encode()).hexdigest()


class Store:
    """The outcomes of a study in one file; close it, or use it in a `with` statement."""

    def __init__(self, path: Path) -> None:
        """Open a store, or make one.

        Raises
        ------
        InputError
            If the file is none, or of a newer or older format.
        StoreError
            If the disk is full or the file cannot be written.
        """
        self.path = path
        with ExitStack() as left_open:
            try:
                self._file = sqlite3.connect(path, timeout=PATIENCE_S, isolation_level=None)
                left_open.callback(self.close)
                self._file.execute("PRAGMA journal_mode=WAL")
                self._file.execute("PRAGMA synchronous=FULL")
                self._file.executescript(TABLES)
                self._file.execute("INSERT OR IGNORE INTO about VALUES ('format', ?)", (FORMAT,))
            except sqlite3.OperationalError as error:
                raise self._unwritable(error) from error
            except sqlite3.DatabaseError as error:
                raise InputError(f"{path}: no store of a study ({error}); choose another --out") from error
            found = self.about("format")
            if found != FORMAT:
                raise InputError(f"{path}: store of format {found}, expected {FORMAT}; choose another --out")
            left_open.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; closing twice does nothing."""
        self._file.close()

    def about(self, name: str) -> str | None:
        """Return what is noted under a name."""
        row = self._file.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def note(self, name: str, value: str) -> None:
        """Note a value under a name, in place of an earlier one."""
        with self._writing():
            self._file.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (name, value))

    def add(self, key: str, outcome: Outcome, seconds: float) -> None:
        """Keep an outcome; one that is kept already stays.

        Raises
        ------
        StoreError
            If the disk is full or the file cannot be written: what was kept stays.
        """
        with self._writing():
            packed = zlib.compress(outcome.to_text().encode())
            self._file.execute("INSERT OR IGNORE INTO outcome VALUES (?, ?, ?)", (key, packed, seconds))

    def keys(self) -> set[str]:
        """Return the keys of all outcomes kept."""
        return {str(row[0]) for row in self._file.execute("SELECT key FROM outcome")}

    def outcomes(self, keys: Iterable[str]) -> Iterator[tuple[Outcome, float]]:
        """Yield the outcome and the seconds of each key, in their order."""
        for key in keys:
            row = self._file.execute("SELECT packed, seconds FROM outcome WHERE key = ?", (key,)).fetchone()
            yield Outcome.from_text(zlib.decompress(row[0]).decode()), float(row[1])

    def bytes_an_outcome(self) -> int:
        """Return what one outcome takes on the disk, as far as those kept tell."""
        mean = self._file.execute("SELECT avg(length(packed)) FROM outcome").fetchone()[0]
        return int(mean or 700) + ROW_BYTES

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise self._unwritable(error) from error

    def _unwritable(self, error: sqlite3.OperationalError) -> StoreError:
        return StoreError(
            f"{self.path}: cannot be written ({error}); what was decided so far is kept. Free the disk and go on with "
            "--resume"
        )
