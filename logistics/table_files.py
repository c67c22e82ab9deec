"""A table from a CSV file or from a sheet of a workbook: the same contract, the same frame."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from logistics.workbook_file import SUFFIXES
from logistics.workbook_tables import read_sheet_table
from networks.tables import TableContract, read_noted_table


@dataclass(frozen=True, slots=True)
class TableFile:
    """A table as it was read.

    Parameters
    ----------
    frame
        Its rows.
    place
        Gives, for the position of a row and the name of a column, the place in the file.
    notes
        What is to be said of the reading.
    """

    frame: pd.DataFrame
    place: Callable[[int, str], str]
    notes: tuple[str, ...] = ()


def read_table_file(path: Path, contract: TableContract) -> TableFile:
    """Read a table by its contract.

    Raises
    ------
    networks.TableError
        With every fault of the table.
    InputError
        If a workbook cannot be read or lacks the sheet that is called as the table.
    """
    if path.suffix.lower() in SUFFIXES:
        found = read_sheet_table(path, contract)
        return TableFile(found.frame, found.place, found.notes)
    read = read_noted_table(path, contract)
    return TableFile(read.frame, lambda position, column: f"{path.name}:{position + 2}:{column}", read.notes)
