"""Bad input: one clear message, exit code 3, no traceback, nothing solved, an earlier run as it was.

The 84 cases of the table of bad inputs stand in `reliability`; here is what lies beside them.

Each case goes through the command line in this process; a few go through a real process as well.
"""

import csv
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from logistics.cli import main
from logistics.region import bundled_file

Rows = list[list[str]]
Change = Callable[[Rows], None]


@dataclass(frozen=True, slots=True)
class TableCase:
    """A change of one bundled table, and what the message must say."""

    name: str
    table: str
    change: Change
    words: Sequence[str]


def put(column: str, value: str, row: int = 1) -> Change:
    """Write a cell; row 1 is the first below the header."""

    def change(rows: Rows) -> None:
        rows[row][rows[0].index(column)] = value

    return change


TABLE_CASES = (
    TableCase("negative tonnes", "gateways", put("throughput_t_per_year", "-5"), ("gateways.csv:2:", "-5")),
    TableCase("a negative area", "parks", put("area_ha", "-1.5"), ("parks.csv:2:area_ha", "-1.5")),
    TableCase("a hub that holds nothing", "hubs", put("capacity_t_per_year", "0"), ("hubs.csv:2:capacity_t_per_year",)),
    TableCase("a word no choice", "hubs", put("status", "exsiting"), ("hubs.csv:2:status", "exsiting", "existing")),
)

SCENARIO_CASES = (
    ("a typo in the TOML", "[hubs\nexactly = 2\n", ("case.toml:1:", "not readable as TOML", "closed by ]")),
    ("a missing quote", 'name = "x\n', ("case.toml:1:", "quote")),
    ("a key of another section", "exactly = 2\n", ("case.toml:1:", "hubs.exactly")),
    (
        "more hubs than there are",
        "[hubs]\nexactly = 900\nmax_new = 900\n",
        ("asks for 900 new hubs", "candidate sites"),
    ),
    ("an unknown ledger row", "[ledger]\ncrff = 0.1\n", ("crff", "nearest: crf")),
    ("a year out of range", "year = 1999\n", ("case.toml:1:", "year", "2020")),
    ("a missing table", '[tables]\nparks = "none.csv"\n', ("case.toml:2:", "tables.parks", "no such file")),
    ("a folder for a table", '[tables]\nparks = "."\n', ("folder",)),
)


@pytest.fixture(autouse=True)
def nothing_is_solved(monkeypatch):
    def forbidden(*_):
        pytest.fail("the solver was asked although the input is bad")

    monkeypatch.setattr("logistics.planning.decide", forbidden)


@pytest.fixture
def earlier_run(tmp_path, monkeypatch):
    """Return an earlier run folder, which is also what `snapshot` compares."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results" / "run"
    folder.mkdir(parents=True)
    (folder / "plan.json").write_bytes(b'{"name": "earlier"}')
    (folder / "flows.csv").write_bytes(b"\xef\xbb\xbfflow_id\r\n")
    return folder


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return bytes and time of every file beside and below a folder."""
    files = [path for path in folder.parent.rglob("*") if path.is_file()]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def refused(arguments, words, earlier_run, capsys):
    """Run `logistics plan` over the earlier run and check how it is refused."""
    before = snapshot(earlier_run)
    code = main(["plan", *map(str, arguments), "--out", str(earlier_run)])
    shown = capsys.readouterr()
    assert code == 3, shown.err
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert [line.startswith("error: ") for line in shown.err.splitlines()].count(True) == 1
    assert [word for word in words if word not in shown.err] == [], shown.err
    assert snapshot(earlier_run) == before


def scenario_with(folder: Path, table: str, data: bytes) -> Path:
    (folder / f"{table}.csv").write_bytes(data)
    path = folder / "case.toml"
    path.write_text(f'[tables]\n{table} = "{table}.csv"\n', encoding="utf-8")
    return path


@pytest.mark.parametrize("case", TABLE_CASES, ids=lambda case: case.name)
def test_a_table_that_cannot_be_right_is_refused(case, tmp_path, earlier_run, capsys):
    with bundled_file(case.table).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    case.change(rows)
    text = "".join(",".join(quoted(cell) for cell in row) + "\n" for row in rows)
    refused([scenario_with(tmp_path, case.table, text.encode())], case.words, earlier_run, capsys)


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def test_a_table_with_semicolons_is_refused(tmp_path, earlier_run, capsys):
    path = scenario_with(tmp_path, "parks", b"id;name_vi\nx;y\n")
    refused([path], ("parks.csv:1", "commas"), earlier_run, capsys)


def test_all_faults_of_all_tables_are_told_at_once(tmp_path, earlier_run, capsys):
    for table in ("parks", "hubs"):
        with bundled_file(table).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))
        put("area_ha", "-1")(rows)
        put("area_ha", "much", 2)(rows)
        text = "".join(",".join(quoted(cell) for cell in row) + "\n" for row in rows)
        (tmp_path / f"{table}.csv").write_text(text, encoding="utf-8")
    path = tmp_path / "case.toml"
    path.write_text('[tables]\nparks = "parks.csv"\nhubs = "hubs.csv"\n', encoding="utf-8")
    places = [f"{table}.csv:{row}:area_ha" for table in ("parks", "hubs") for row in (2, 3)]
    refused([path], places, earlier_run, capsys)


@pytest.mark.parametrize(
    ("text", "words"), [case[1:] for case in SCENARIO_CASES], ids=[case[0] for case in SCENARIO_CASES]
)
def test_a_scenario_that_cannot_be_right_is_refused(text, words, tmp_path, earlier_run, capsys):
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    refused([path], words, earlier_run, capsys)


def test_a_scenario_that_is_not_there_is_refused(earlier_run, capsys):
    refused(["none.toml"], ("none.toml", "no such scenario file"), earlier_run, capsys)


def test_more_hubs_than_there_are_on_the_command_line_are_refused(earlier_run, capsys):
    refused(["--hubs", 900], ("asks for 900 new hubs", "candidate sites"), earlier_run, capsys)


def test_a_network_that_is_not_there_is_refused(earlier_run, capsys):
    refused(["--network", "none.osm.pbf"], ("none.osm.pbf", "no such file"), earlier_run, capsys)


def test_a_folder_that_holds_no_network_is_refused(tmp_path, earlier_run, capsys):
    (tmp_path / "empty").mkdir()
    refused(["--network", tmp_path / "empty"], ("manifest.json",), earlier_run, capsys)


def test_a_truncated_download_is_refused(shared_data, earlier_run, capsys):
    path = shared_data / "data" / "osm" / "truncated_download.osm.pbf"
    refused(["--network", path], (path.name,), earlier_run, capsys)


def test_an_output_path_that_is_a_file_is_refused_and_the_file_stays(tmp_path, earlier_run, capsys):
    (tmp_path / "file").write_bytes(b"mine")
    before = snapshot(earlier_run)
    assert main(["plan", "--out", "file"]) == 3
    assert "is a file, expected a folder" in capsys.readouterr().err
    assert (tmp_path / "file").read_bytes() == b"mine"
    assert snapshot(earlier_run) == before


def test_an_output_folder_with_other_files_is_refused_and_they_stay(tmp_path, earlier_run, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_bytes(b"mine")
    assert main(["plan", "--out", "mine"]) == 3
    assert "no run" in capsys.readouterr().err
    assert (tmp_path / "mine" / "thesis.txt").read_bytes() == b"mine"
    assert earlier_run.is_dir()


@pytest.mark.parametrize("arguments", [["--hubs", "-1"], ["--gap", "nan"], ["--time-limit", "0"], ["--lang", "fr"]])
def test_a_wrong_option_is_an_error_of_usage(arguments, earlier_run, capsys):
    before = snapshot(earlier_run)
    assert main(["plan", *arguments, "--out", str(earlier_run)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert arguments[0] in shown.err
    assert snapshot(earlier_run) == before


def test_the_command_itself_refuses_bad_input(root, tmp_path, earlier_run):
    (tmp_path / "case.toml").write_text("[hub]\n", encoding="utf-8")
    before = snapshot(earlier_run)
    done = subprocess.run(
        [sys.executable, "-m", "logistics", "plan", "case.toml", "--out", "results/run"],
        cwd=tmp_path, env={"PYTHONPATH": str(root), "LC_ALL": "C"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == "error: case.toml:1: hub: there is no such key; nearest: hubs"
    assert snapshot(earlier_run) == before
