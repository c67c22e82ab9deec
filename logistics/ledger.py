"""The ledger: every number the plan rests on, with its range, unit, source and confidence.

The rows come from two tables: `parameters.csv` (the region's compilation) and `assumptions.csv`
(what the compilation does not hold and the model needs). A scenario may replace values; the
replaced row then says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from math import nan
from types import MappingProxyType
from typing import Self

import pandas as pd

from logistics.errors import InputError
from logistics.units import PERCENT, VND_PER_BILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One number: its value and range in `unit`, where it comes from, its year (nan: none) and how far to trust it."""

    id: str
    group: str
    name: str
    value: float
    unit: str
    low: float
    high: float
    source: str
    confidence: str
    note: str
    year: float = nan


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All entries by id; read a number with `ledger["id"]`.

    `asked` collects the ids that were read: a value set for a row that nothing reads would change nothing. `compared`
    collects those looked at only to see whether a scenario moves them.
    `replaced` holds the tables' own rows where a scenario has set another value.
    """

    entries: Mapping[str, LedgerEntry]
    asked: set[str] = field(default_factory=set, compare=False, repr=False)
    compared: set[str] = field(default_factory=set, compare=False, repr=False)
    replaced: Mapping[str, LedgerEntry] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """Make a ledger of the rows of `parameters.csv` or `assumptions.csv`."""
        names = list(LedgerEntry.__dataclass_fields__)
        rows = (
            LedgerEntry(**{str(key): value for key, value in row.items()}) for row in frame[names].to_dict("records")
        )
        return cls(entries=MappingProxyType({row.id: row for row in rows}))

    def __getitem__(self, entry_id: str) -> float:
        value = self.entry(entry_id).value
        self.asked.add(entry_id)
        return value

    def entry(self, entry_id: str) -> LedgerEntry:
        """Return one row.

        Raises
        ------
        InputError
            If there is no such row; the nearest ids are named.
        """
        try:
            return self.entries[entry_id]
        except KeyError:
            near = ", ".join(get_close_matches(entry_id, self.entries, n=3)) or "none is near"
            raise InputError(f"ledger: there is no row {entry_id!r}; nearest: {near}") from None

    def share(self, entry_id: str) -> float:
        """Return a percentage as a fraction of one."""
        return self._in_unit(entry_id, "%") * PERCENT

    def vnd_per_ha(self, entry_id: str) -> float:
        """Return a capital cost, tabled in billion VND per hectare, in VND per hectare."""
        return self._in_unit(entry_id, "bn VND/ha") * VND_PER_BILLION

    def with_values(self, values: Mapping[str, float]) -> Self:
        """Return a ledger in which some rows carry a value of the user's."""
        entries = dict(self.entries)
        for entry_id, value in values.items():
            note = f"scenario's own value; the table has {self.entry(entry_id).value:g}"
            entries[entry_id] = replace(entries[entry_id], value=value, note=note, confidence="scenario")
        own = {entry_id: self.tabled(entry_id) for entry_id in values}
        return replace(self, entries=MappingProxyType(entries), replaced=MappingProxyType(dict(self.replaced) | own))

    @property
    def used(self) -> frozenset[str]:
        """Return the ids of the rows that were read so far."""
        return frozenset(self.asked)

    def tabled(self, entry_id: str) -> LedgerEntry:
        """Return a row as the tables have it, whatever a scenario sets."""
        return self.replaced.get(entry_id) or self.entry(entry_id)

    def as_tabled(self) -> Self:
        """Return the ledger of the tables, without a scenario's own values and with nothing read yet."""
        return type(self)(entries=MappingProxyType(dict(self.entries) | dict(self.replaced)))

    def apart(self) -> Self:
        """Return the same ledger with reads of its own: for figures that a plan does not rest on."""
        return replace(self, asked=set(), compared=set())

    def moved(self, entry_ids: Iterable[str]) -> bool:
        """Tell whether a scenario gives one of the rows another value than the tables; reading none of them."""
        rows = tuple(entry_ids)
        self.compared.update(rows)
        return any(self.entry(entry_id).value != self.tabled(entry_id).value for entry_id in rows)

    def to_frame(self) -> pd.DataFrame:
        """Return one row per entry, in the order of the tables."""
        names = list(LedgerEntry.__dataclass_fields__)
        return pd.DataFrame([{name: getattr(row, name) for name in names} for row in self.entries.values()])

    def _in_unit(self, entry_id: str, unit: str) -> float:
        entry = self.entry(entry_id)
        self.asked.add(entry_id)
        if entry.unit.split("/")[0] != unit.split("/", maxsplit=1)[0]:
            raise InputError(f"ledger: {entry_id} is in {entry.unit!r}, expected {unit!r}")
        return entry.value
