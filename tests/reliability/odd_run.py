"""A run whose tables hold, at once, every oddity that is to be accepted, and how its files are read."""

import csv
import unicodedata
from pathlib import Path

from reliability.bench import Bench, Cells, Outcome, put

SCRIPTS = {
    80: "<img src=x onerror=alert(1)>",
    81: "</script><script>alert(1)</script>",
    82: "${alert(1)}`${alert(2)}`",
}
"""Names that would run as a program in a page, by the number of their case."""
FORMULAS = ('=HYPERLINK("http://x","y")', "=cmd|'/c calc'!A1", "+1+1", "-2+3", "@SUM(A1)")
ESCAPE = "\x1b[2Jwiped\x07"
LONG = "x" * 40_000
FULL_NAME = "Đông/Bắc\\..\\🚚 " + "dài " * 90
"""Of the scenario: no file could be called so."""
ODD_IDS = ("NA", "null", "None", "nan", "0012", "1E5", "10-11")
_PLACES = ((105.95, 21.10), (106.05, 21.12), (106.10, 21.15))


def odd_parks(cells: Cells) -> None:
    """Add parks with odd ids and names, each a copy of the first; the copies lie on each other."""
    header, first = cells[0], list(cells[1])
    add = [
        *((name, f"KCN {name}") for name in ODD_IDS),
        ("\u00a0blank_id ", "KCN blanks"),
        (unicodedata.normalize("NFD", "khu_quế"), unicodedata.normalize("NFD", "Quế Võ")),
        *((f"script_{number}", name) for number, name in SCRIPTS.items()),
        *((f"formula_{number}", name) for number, name in enumerate(FORMULAS)),
        ("escape", ESCAPE),
        ("long", LONG),
    ]
    for number, (name_id, name) in enumerate(add):
        row = list(first)
        for column, value in (("id", name_id), ("name_vi", name), ("name_en", name)):
            row[header.index(column)] = value
        lon, lat = _PLACES[number % len(_PLACES)]
        row[header.index("lon")], row[header.index("lat")] = str(lon), str(lat)
        row[header.index("area_ha")] = "20"
        cells.append(row)
    for at, row in enumerate(cells):
        row.append("remark" if at == 0 else "x")


def make_odd_run(bench: Bench) -> list[object]:
    """Write a scenario with Windows line ends, tabs and a byte order mark, and its tables."""
    bench.table("parks", odd_parks, put("lon", "104.0"), put("lat", "22.2"), encoding="utf-8-sig")
    bench.table("hubs", put("capacity_t_per_year", "10", 2))
    path = bench.scenario(
        freight='eco_parks = ["khu_quế"]',
        hubs="# the first hub stands where the first parks lie",
        ledger="handling_crossdock = -0.0",
    )
    name = FULL_NAME.replace("\\", "\\\\")
    text = path.read_text(encoding="utf-8").replace("contestable_small = 80.0", "\tcontestable_small\t=\t8_0.0")
    bench.file("case.toml", b"\xef\xbb\xbf" + f'name = "{name}"\n{text}'.replace("\n", "\r\n").encode())
    return ["plan", "case.toml"]


def run_folder(outcome: Outcome) -> Path:
    (folder,) = (outcome.folder / "runs").iterdir()
    return folder


def read_csv(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(1_000_000)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
