"""The 84 bad inputs, a row or more each: made, handed to the real command, and told in words that help.

Whatever is refused leaves the folder as it was and shows no traceback. What is accepted although it is odd stands in
two runs ("odd" and "book"), each made once; its rows look at what came out.
"""

import contextlib
import io
import os
import subprocess
import sys
import unicodedata

import pytest
from reliability import bad_places, bad_roads, bad_scenarios, bad_tables, bad_texts, bad_workbooks
from reliability.bench import Bench, Outcome
from reliability.odd_run import make_odd_run

from logistics.cli import main
from logistics.cli.failures import report

ROOMS = (bad_tables, bad_workbooks, bad_places, bad_roads, bad_scenarios, bad_texts)
ROWS = tuple(row for room in ROOMS for row in room.ROWS)
RUNS = {"odd": make_odd_run, "book": bad_workbooks.make_book_run}
CASES = 84
KEPT_WHEN_INFEASIBLE = ("infeasible.json", "SHA256SUMS")


def in_this_process(arguments, folder):
    """Run a command, or call a function and tell its error as a command does."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(folder):
        code = called(arguments) if callable(arguments) else main([str(word) for word in arguments])
    return Outcome(code, out.getvalue(), err.getvalue(), folder)


def called(function):
    try:
        function()
    except Exception as error:  # noqa: BLE001  (told as at the edge of the program)
        return report(error, debug=False)
    return 0


def in_a_process(arguments, folder, root):
    environment = os.environ | {"PYTHONPATH": str(root)}
    command = [sys.executable, "-m", "logistics", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    return Outcome(done.returncode, done.stdout, done.stderr, folder)


@pytest.fixture(scope="module")
def accepted(tmp_path_factory):
    """Return a function: the name of a run of oddities -> how it ended; each is made once."""
    made = {}

    def run(name):
        if name not in made:
            folder = tmp_path_factory.mktemp("oddities") / name
            folder.mkdir()
            made[name] = in_this_process(RUNS[name](Bench(folder)), folder)
        return made[name]

    return run


def snapshot(folder):
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def name_of(row):
    return f"{row.number:02d} {row.title}".encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_a_bad_input_is_told_in_words_that_help(row, accepted, tmp_path, root):
    if row.part_of:
        outcome = accepted(row.part_of)
    else:
        folder = tmp_path / "here"
        folder.mkdir()
        arguments = row.make(Bench(folder))
        before = snapshot(folder)
        outcome = in_a_process(arguments, folder, root) if row.process else in_this_process(arguments, folder)
    assert outcome.code == row.code, outcome.err
    said = outcome.err + outcome.out
    assert [word for word in row.words if word not in said] == [], said
    assert "Traceback" not in said
    assert [mark for mark in said if unicodedata.category(mark) == "Cc" and mark != "\n"] == []
    if row.code != 0:
        assert outcome.out == ""
        assert [line.startswith("error: ") for line in outcome.err.splitlines()].count(True) == 1
        changed = {path: data for path, data in snapshot(folder).items() if before.get(path) != data}
        assert [path for path in changed if not path.endswith(KEPT_WHEN_INFEASIBLE)] == []
    if row.then is not None:
        row.then(outcome)


def test_all_84_cases_are_accounted_for(capsys):
    accounted = {row.number for row in ROWS}
    with capsys.disabled():
        sys.stdout.write(f"\n{len(accounted)} of {CASES} bad inputs accounted for, in {len(ROWS)} rows\n")
    assert accounted == set(range(1, CASES + 1))


def test_every_row_has_a_name_of_its_own():
    names = [name_of(row) for row in ROWS]
    assert sorted(set(names)) == sorted(names)


def test_a_traceback_is_shown_with_debug_and_only_then(tmp_path):
    path = Bench(tmp_path).file("case.toml", "[hub]\n")
    outcome = in_this_process(["plan", path, "--out", "run", "--debug"], tmp_path)
    assert outcome.code == 3
    assert "Traceback" in outcome.err


def test_all_faults_of_a_file_are_told_at_once_up_to_fifty(tmp_path):
    bench = Bench(tmp_path)

    def many(cells):
        first = cells[1]
        del cells[1:]
        for number in range(120):
            row = list(first)
            row[cells[0].index("id")], row[cells[0].index("area_ha")] = f"park_{number}", "-1"
            cells.append(row)

    bench.table("parks", many)
    outcome = in_this_process(bench.plan(bench.scenario()), tmp_path)
    assert outcome.code == 3
    assert outcome.err.count(":area_ha: found -1") == 50
    assert "... and 70 more" in outcome.err
