"""A sheet of XlsxWriter that takes whole tables: three times as fast as cell by cell, every digit kept.

Rows are made when the file is, a few thousand at a time, so that a table is in memory once. The library writes 16
digits of a number; 17 are needed to read back the same one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from logistics.sheet_writing import cell_text, is_runs
from logistics.workbook_file import column_letters

CHUNK: Final = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkColumn:
    """A column: its cells, its format (of XlsxWriter, or None), and the formula of each row, "" for none."""

    cells: "pd.Series[Any]"
    look: Any
    formulas: Sequence[str] = ()


class BulkSheet(Worksheet):  # type: ignore[misc]  # (XlsxWriter has no types)
    """A sheet with one table below its other cells."""

    _first_row: int = 0
    _bulk: Sequence[BulkColumn] = ()

    def add_table_rows(self, first_row: int, columns: Sequence[BulkColumn]) -> None:
        """Put a table from `first_row` (from 1) on, below everything else."""
        self._first_row, self._bulk = first_row, columns

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self._write_rows()
        self._xml_end_tag("sheetData")

    def _write_rows(self) -> None:
        if self.dim_rowmin is not None:
            super()._write_rows()
        for text in self._row_texts():
            self.fh.write(text)

    def _write_dimension(self) -> None:
        if not self._bulk:
            super()._write_dimension()
            return
        last = max(self._first_row + len(self._bulk[0].cells) - 1, (self.dim_rowmax or 0) + 1)
        self._xml_empty_tag("dimension", [("ref", f"A1:{column_letters(len(self._bulk))}{last}")])

    def _xml_number_element(self, number: float, attributes: Sequence[tuple[str, object]] = ()) -> None:
        spelled = "".join(f' {key}="{value}"' for key, value in attributes)
        self.fh.write(f"<c{spelled}><v>{digits(number)}</v></c>")

    def _row_texts(self) -> Iterator[str]:
        rows = len(self._bulk[0].cells) if self._bulk else 0
        for begin in range(0, rows, CHUNK):
            numbers = range(self._first_row + begin, self._first_row + min(begin + CHUNK, rows))
            cells = [self._cells(column, at, begin, numbers) for at, column in enumerate(self._bulk, start=1)]
            yield "".join(
                f'<row r="{number}">{"".join(row)}</row>' for number, *row in zip(numbers, *cells, strict=True)
            )

    def _cells(self, column: BulkColumn, at: int, begin: int, numbers: range) -> list[str]:
        """Return the cells of a column in some rows, "" for blank ones."""
        letters = column_letters(at)
        style = f' s="{column.look._get_xf_index()}"' if column.look is not None else ""  # noqa: SLF001  (no public way)
        values = column.cells.iloc[begin : begin + len(numbers)]
        if column.formulas:
            return self._formulas(column.formulas[begin:], values.tolist(), letters, style, numbers)
        if pd.api.types.is_numeric_dtype(values):
            return [
                "" if value != value else f'<c r="{letters}{number}"{style}><v>{value!r}</v></c>'  # noqa: PLR0124  (nan)
                for number, value in zip(numbers, values.tolist(), strict=True)
            ]
        codes, names = pd.factorize(values)
        tails = [self._tail(name) for name in names]
        return [
            f'<c r="{letters}{number}"{style}{tails[code]}' if tails[code] else ""
            for number, code in zip(numbers, codes.tolist(), strict=True)
        ]

    def _formulas(
        self, formulas: Sequence[str], values: list[Any], letters: str, style: str, numbers: range
    ) -> list[str]:
        cells = []
        for number, value, formula in zip(numbers, values, formulas, strict=False):
            spelled = f"<f>{self._escape_data(formula.removeprefix('='))}</f>" if formula else ""
            shown = f'<c r="{letters}{number}"{style}>{spelled}<v>{digits(value)}</v></c>'
            cells.append("" if math.isnan(value) else shown)
        return cells

    def _tail(self, value: object) -> str:
        """Return what follows a cell's name: a text inside the cell, a number, or nothing where it is blank."""
        if isinstance(value, int | float):
            return f"><v>{digits(value)}</v></c>"
        text = str(value)
        if not text:
            return ""
        whole = cell_text(text)
        spelled = self._escape_control_characters(whole)
        if not is_runs(whole):
            spelled = f'<t xml:space="preserve">{self._escape_data(spelled)}</t>'
        return f' t="inlineStr"><is>{spelled}</is></c>'


def digits(value: float) -> str:
    """Return a number with all its digits."""
    return repr(int(value) if isinstance(value, int) else float(value))
