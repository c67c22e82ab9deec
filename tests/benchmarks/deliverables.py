"""Seconds and megabytes of the workbook and the GeoPackage of a run with 60,000 rows of flows, and of the default run.

`python tests/benchmarks/deliverables.py [RUN]`; RUN is a folder of `logistics plan`, of which the workbook is made as
well. The peer is the same table written cell by cell through XlsxWriter's own calls in its mode of constant memory.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from logistics.reports.gis import write_geopackage
from logistics.reports.workbook import write_workbook
from logistics.reports.workbook.bulk_sheet import BulkColumn, BulkSheet
from logistics.run_folder import read_run

ROWS = 60_000
TEXTS, NUMBERS = 9, 6


def table() -> pd.DataFrame:
    """Return texts and numbers as flows have them."""
    draw = np.random.default_rng(0)
    texts = {f"text_{at}": [f"bn_place_{one}" for one in draw.integers(0, 275, ROWS)] for at in range(TEXTS)}
    return pd.DataFrame(texts | {f"number_{at}": draw.random(ROWS) * 1e6 for at in range(NUMBERS)})


def by_rows(frame: pd.DataFrame, path: Path) -> None:
    """Write the table as the workbook of a run does."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("flows", worksheet_class=BulkSheet)
        look = book.add_format({"num_format": "#,##0"})
        columns = [BulkColumn(cells=frame[name], look=look if "number" in name else None) for name in frame]
        sheet.add_table_rows(1, columns)


def by_cells(frame: pd.DataFrame, path: Path) -> None:
    """Write the table cell by cell."""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as book:
        sheet = book.add_worksheet("flows")
        look = book.add_format({"num_format": "#,##0"})
        for row, cells in enumerate(frame.itertuples(index=False)):
            for at, value in enumerate(cells):
                if at < TEXTS:
                    sheet.write_string(row, at, value)
                else:
                    sheet.write_number(row, at, value, look)


def timed(work: Callable[..., Any], *arguments: object) -> tuple[float, float]:
    """Return wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    work(*arguments)
    return time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    """Print the table."""
    frame = table()
    with tempfile.TemporaryDirectory() as folder:
        ours, peer = Path(folder) / "ours.xlsx", Path(folder) / "peer.xlsx"
        ours_s, peer_s = timed(by_rows, frame, ours)[1], timed(by_cells, frame, peer)[1]
        print("60,000 rows of 15 cells    ours     peer    ratio")
        for figure, mine, other in (("CPU s", ours_s, peer_s), ("MB", _mb(ours), _mb(peer))):
            print(f"{figure:22} {mine:8.2f} {other:8.2f} {mine / other:8.2f}")
        if len(sys.argv) > 1:
            _run(Path(sys.argv[1]), Path(folder))
    print(f"largest memory of the process, MB   {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:8.0f}")


def _run(run: Path, folder: Path) -> None:
    tables = read_run(run)
    for name, write in (
        ("workbook.xlsx", lambda path: write_workbook(tables, run, path)),
        ("plan.gpkg", lambda path: write_geopackage(tables, path)),
    ):
        wall, cpu = timed(write, folder / name)
        print(f"{name}: {wall:.2f} s wall, {cpu:.2f} s CPU, {_mb(folder / name):.1f} MB (asked: 5 s)")


def _mb(path: Path) -> float:
    return path.stat().st_size / 1e6


if __name__ == "__main__":
    main()
