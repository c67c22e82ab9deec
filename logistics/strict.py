"""Tables held to their columns: what a plan would leave out with a warning is refused."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from logistics.errors import InputError
from logistics.od_matrix import OD_MATRIX
from logistics.region import CONTRACTS
from logistics.scenario import Scenario
from logistics.table_files import read_table_file
from logistics.workbook_file import SUFFIXES, sheet_names
from networks.errors import TableError
from networks.tables import TableContract


def refuse_unknown_columns(scenario: Scenario, path: Path | None) -> None:
    """Refuse own tables with columns that are not known.

    Parameters
    ----------
    path
        The file of the scenario; the sheets of a workbook are looked at as well. None: the bundled scenario.

    Raises
    ------
    InputError
        With every fault of every table.
    """
    faults: list[str] = []
    for file, contract in dict.fromkeys(_own_tables(scenario, path)):
        try:
            read_table_file(file, replace(contract, extra="forbid"))
        except TableError as error:
            faults.extend(error.faults)
    if faults:
        raise InputError(str(TableError(faults)))


def _own_tables(scenario: Scenario, path: Path | None) -> Iterator[tuple[Path, TableContract]]:
    yield from ((file, CONTRACTS[name]) for name, file in scenario.tables.items())
    if scenario.od_matrix is not None:
        yield scenario.od_matrix, OD_MATRIX
    if path is not None and path.suffix.lower() in SUFFIXES:
        yield from ((path.resolve(), CONTRACTS[name]) for name in sheet_names(path) if name in CONTRACTS)
