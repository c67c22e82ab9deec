"""One row of the table of bad inputs, and the bench on which its files are made: a tiny region of northern Vietnam."""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from logistics.region import bundled_file

Cells = list[list[str]]
Change = Callable[[Cells], None]
PARKS = ("bn_tien_son", "bn_yen_phong_1", "bn_que_vo_1")
HUBS = ("icd_tien_son", "icd_yen_vien", "gf_nam_son", "gf_tu_son")
PARK = "bn_tien_son"
"""The first row of the parks."""
TINY = {
    "parks": lambda row: row["id"] in PARKS,
    "clusters": lambda row: row["id"] == "ccn_khuc_xuyen",
    "hubs": lambda row: row["id"] in HUBS,
}
SCENARIO = """[freight]
regional_trade = false
{freight}
[hubs]
max_new = 1
curve_to = 1
{hubs}
[ledger]
capex_ha_xdock = 2.0
contestable_small = 80.0
{ledger}
[tables]
"""


@dataclass(frozen=True)
class Outcome:
    """How a command ended: exit code, both streams, and the folder in which it ran."""

    code: int
    out: str
    err: str
    folder: Path


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the table.

    Parameters
    ----------
    number, title
        Of the case.
    make
        Writes its files and returns the words of the command; or a function to be called, whose error is told as the
        command line tells it. None: the case is a part of the run named by `part_of`.
    code
        The exit code.
    words
        What must be said, on either stream.
    then
        A further look at the outcome.
    part_of
        "odd" or "book": a run whose tables hold many oddities at once, each of them a row.
    process
        Whether the command runs in a process of its own.
    """

    number: int
    title: str
    make: "Callable[[Bench], Sequence[object] | Callable[[], object]] | None" = None
    code: int = 3
    words: Sequence[str] = ()
    then: Callable[[Outcome], None] | None = None
    part_of: str = ""
    process: bool = False


@cache
def tiny_cells(name: str) -> tuple[tuple[str, ...], ...]:
    """Return header and rows of a table of the tiny region, which has the bundled gateways and provinces."""
    with bundled_file(name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    keep = TINY.get(name, lambda _: True)
    kept = [row for row in rows[1:] if keep(dict(zip(rows[0], row, strict=True)))]
    return tuple(map(tuple, [rows[0], *kept]))


def csv_text(cells: Cells) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(cells)
    return text.getvalue()


@dataclass
class Bench:
    """A folder in which the files of a case are made."""

    folder: Path
    tables: dict[str, str] = field(default_factory=dict)

    def file(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def table(self, name: str, *changes: Change, encoding: str = "utf-8") -> Path:
        """Write a table of the tiny region, changed."""
        cells = [list(row) for row in tiny_cells(name)]
        for change in changes:
            change(cells)
        return self.file(f"{name}.csv", csv_text(cells).encode(encoding))

    def scenario(self, more: str = "", **sections: str) -> Path:
        """Write the scenario of the tiny region; what tables were not written yet are written now."""
        for name in TINY:
            if not (self.folder / f"{name}.csv").exists():
                self.table(name)
        tables = sorted(path.stem for path in self.folder.glob("*.csv") if path.stem in {*TINY, "gateways", "places"})
        blank = dict.fromkeys(("freight", "hubs", "ledger"), "")
        text = SCENARIO.format(**blank | sections) + "".join(f'{name} = "{name}.csv"\n' for name in tables)
        return self.file("case.toml", text + more)

    def plan(self, path: Path | str, *more: str) -> list[object]:
        return ["plan", path, "--out", "run", *more]


def put(column: str, value: str, row: int = 1) -> Change:
    """Return a change that writes a cell; row 1 is the first below the header."""

    def change(cells: Cells) -> None:
        cells[row][cells[0].index(column)] = value

    return change


def with_table(name: str, *changes: Change) -> Callable[[Bench], list[object]]:
    """Return a maker of a plan with a changed table."""

    def make(bench: Bench) -> list[object]:
        bench.table(name, *changes)
        return bench.plan(bench.scenario())

    return make


def with_bytes(name: str, content: bytes) -> Callable[[Bench], list[object]]:
    """Return a maker of a plan with a table of these bytes."""

    def make(bench: Bench) -> list[object]:
        bench.file(f"{name}.csv", content)
        return bench.plan(bench.scenario())

    return make


def with_scenario(text: str | bytes, name: str = "case.toml") -> Callable[[Bench], list[object]]:
    """Return a maker of a plan of a scenario with this text alone."""
    return lambda bench: bench.plan(bench.file(name, text))


def with_od(text: str) -> Callable[[Bench], list[object]]:
    """Return a maker of a plan with a matrix of flows."""

    def make(bench: Bench) -> list[object]:
        bench.file("od.csv", text)
        return bench.plan(bench.scenario(freight='od_matrix = "od.csv"'))

    return make
