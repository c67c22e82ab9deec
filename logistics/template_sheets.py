"""The sheets of the template as values: headings, names, cells, widths and what each column may hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd

from logistics.i18n import phrase
from logistics.i18n.telling import told
from logistics.workbook_cells import unmistakable
from logistics.workbook_keys import (
    BY_SITE,
    LEDGER_COLUMNS,
    LIST_SHEETS,
    OWN_VALUE,
    SCENARIO_COLUMNS,
    SCENARIO_KEYS,
    Key,
)
from networks.tables import Column, TableContract

NARROW: Final = 12
WIDE: Final = 44
SPARE_ROWS: Final = 500
"""Rows below the data that still have their drop-downs."""
_LIST_WORDS: Final[Mapping[str, str]] = {
    "text": "text",
    "path": "a file name",
    "names": "ids separated by ;",
    "choices": "ids separated by ;",
    "numbers": "numbers separated by ;",
    "years": "numbers separated by ;",
    "budget": "numbers separated by ;",
    "flag": "yes or no",
}
_LEDGER_HEADINGS: Final = (
    "id", "chapter of the ledger", "what the number is", "value of the table; leave it as it is",
    "your own value; blank: the table's", "unit of value, low and high", "lower end of the range",
    "upper end of the range", "year of the number", "where the row comes from", "trust in the row as a whole", "remark",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a cell may hold: words to choose from, or a range of another sheet, or a number within limits."""

    words: tuple[str, ...] = ()
    range_of: str = ""
    whole: bool = False
    low: float | None = None
    high: float | None = None
    above: float | None = None
    hint: str = ""

    @property
    def is_number(self) -> bool:
        """Return whether the cell holds a number within limits."""
        return not (self.low is None and self.above is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn:
    """A column: heading for people, the name that is read, width in characters, whether it is filled in."""

    heading: str
    name: str
    width: int = NARROW
    is_input: bool = True
    rule: Rule = Rule()


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetContent:
    """A sheet: its columns and rows; `rules` are those of single cells, by row and column from 0 below the names."""

    name: str
    columns: Sequence[SheetColumn]
    rows: Sequence[Sequence[Any]]
    spare_rows: int = 0
    frozen_columns: int = 1
    rules: Mapping[tuple[int, int], Rule] = field(default_factory=dict)


def scenario_sheet(name: str, values: Mapping[str, Any], defaults: Mapping[str, Any], lang: str) -> SheetContent:
    """Return the sheet of keys, filled with a scenario as its file would hold it, the default one beside it."""
    widths = dict(zip(SCENARIO_COLUMNS, (32, 28, NARROW, 16, 30, 70), strict=True))
    columns = [
        SheetColumn(heading=phrase(column, lang), name=column, width=widths[column], is_input=column == "value")
        for column in SCENARIO_COLUMNS
    ]
    rows, rules = [], {}
    for at, key in enumerate(SCENARIO_KEYS):
        value, default = (_cell(_value_at(held, key.path), key.kind, lang) for held in (values, defaults))
        rows.append([key.name, value, key.unit, default, _allowed(key, lang), phrase(key.meaning, lang)])
        rules[at, 1] = _rule(key, lang)
    return SheetContent(name=name, columns=columns, rows=rows, frozen_columns=2, rules=rules)


def list_sheet(name: str, values: Mapping[str, Any], ranges: Mapping[str, str], lang: str) -> SheetContent:
    """Return the sheet of a list of the scenario, one entry a row; `ranges` names the drop-down of a column."""
    path, keys = LIST_SHEETS[name]
    columns = [
        SheetColumn(
            heading=_with_unit(phrase(key.meaning, lang), key.unit), name=key.name, width=28,
            rule=Rule(range_of=ranges[key.name]) if key.name in ranges else _rule(key, lang),
        )
        for key in keys
    ]  # fmt: skip
    rows = [[_cell(entry.get(key.name), key.kind, lang) for key in keys] for entry in _entries(name, path, values)]
    return SheetContent(name=name, columns=columns, rows=rows, spare_rows=SPARE_ROWS)


def _entries(name: str, path: Sequence[str], values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Any = _value_at(values, path) or ()
    if name in BY_SITE:
        return [{"site_id": site, BY_SITE[name]: number} for site, number in dict(found).items()]
    return [dict(entry) for entry in found]


def table_sheet(contract: TableContract, frame: pd.DataFrame, lang: str) -> SheetContent:
    """Return a sheet with a bundled table."""
    columns = [
        SheetColumn(
            heading=_with_unit(phrase(column.meaning, lang), column.unit), name=column.name,
            width=28 if column.is_text else NARROW, rule=_column_rule(column, lang),
        )
        for column in contract.columns
    ]  # fmt: skip
    rows = [[_plain(value) for value in row] for row in frame[list(contract.names)].itertuples(index=False)]
    return SheetContent(name=contract.name, columns=columns, rows=rows, spare_rows=SPARE_ROWS)


def ledger_sheet(name: str, frame: pd.DataFrame, own_values: Mapping[str, float], lang: str) -> SheetContent:
    """Return the sheet of the ledger: the table, and a column for own values, some of them given by id."""
    columns = [
        SheetColumn(
            heading=phrase(heading, lang), name=column, width=WIDE if column in {"name", "source", "note"} else NARROW,
            is_input=column == OWN_VALUE,
        )
        for column, heading in zip(LEDGER_COLUMNS, _LEDGER_HEADINGS, strict=True)
    ]  # fmt: skip
    names = [column for column in LEDGER_COLUMNS if column != OWN_VALUE]
    own = LEDGER_COLUMNS.index(OWN_VALUE)
    shown = frame.assign(name=[told(str(text), lang) for text in frame["name"]])
    rows = [[_plain(value) for value in row] for row in shown[names].itertuples(index=False)]
    given = [own_values.get(str(row_id)) for row_id in frame["id"]]
    whole = [[*row[:own], value, *row[own:]] for row, value in zip(rows, given, strict=True)]
    return SheetContent(name=name, columns=columns, rows=whole)


def lists_sheet(name: str, lists: Mapping[str, Sequence[str]], lang: str) -> SheetContent:
    """Return the sheet that the drop-downs look at: one list a column."""
    columns = [SheetColumn(heading=phrase(key, lang), name=key, width=28, is_input=False) for key in lists]
    longest = max(len(entries) for entries in lists.values())
    rows = [[entries[at] if at < len(entries) else None for entries in lists.values()] for at in range(longest)]
    return SheetContent(name=name, columns=columns, rows=rows)


def _value_at(values: Mapping[str, Any], path: Sequence[str]) -> object:
    found: Any = values
    for part in path:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _cell(value: object, kind: str, lang: str) -> object:
    """Return a value of the scenario as its cell holds it."""
    if isinstance(value, bool):
        return phrase("yes" if value else "no", lang)
    if isinstance(value, list | tuple):
        one_of_several = kind == "budget" and len(value) == 1  # "5;" is a list of one, "5" the budget of every phase
        return ("; ".join(unmistakable(str(entry)) for entry in value) + ";" * one_of_several) or None
    return value


def _plain(value: object) -> object:
    """Return a value of a table as its cell holds it: nothing for blanks."""
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value or None


def _allowed(key: Key, lang: str) -> str:
    if key.choices:
        return phrase("one of {words}", lang, words=", ".join(key.choices))
    if key.low is not None and key.high is not None:
        return phrase("{low} to {high}", lang, low=f"{key.low:g}", high=f"{key.high:g}")
    if key.low is not None:
        return phrase("at least {low}", lang, low=f"{key.low:g}")
    return phrase(_LIST_WORDS[key.kind], lang)


def _rule(key: Key, lang: str) -> Rule:
    hint = f"{phrase(key.meaning, lang)}. {_allowed(key, lang)}"
    if key.kind == "flag":
        return Rule(words=(phrase("yes", lang), phrase("no", lang)), hint=hint)
    if key.kind in {"whole", "number"}:
        return Rule(whole=key.kind == "whole", low=key.low, high=key.high, hint=hint)
    return Rule(words=key.choices, hint=hint)


def _column_rule(column: Column, lang: str) -> Rule:
    hint = _with_unit(phrase(column.meaning, lang), column.unit)
    whole = column.dtype == "integer"
    return Rule(words=column.choices, whole=whole, low=column.low, high=column.high, above=column.above, hint=hint)


def _with_unit(text: str, unit: str) -> str:
    return f"{text} ({unit})" if unit not in {"", "-"} else text
