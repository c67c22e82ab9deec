"""A full disk, a kill, a lock or a folder that may not be written: the old files stay, and nothing is half-written."""

import hashlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from logistics.cli import main
from logistics.errors import InputError
from logistics.reports import handover
from logistics.run_folder import RunTables, read_run, replace_folder, write_tables
from logistics.studies import study as study_module
from logistics.studies.luggage import Luggage
from logistics.studies.outcome import Outcome
from logistics.studies.running import Task
from logistics.studies.store import Store, StoreError
from logistics.studies.study import Where, decide_all
from networks.whole import whole_file

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="limits and signals of POSIX")
SMALL_BYTES = 3000

FULL_DISK = """
import json, resource, signal, sys
from pathlib import Path
from logistics.maps import write_map
from logistics.reports.document import gather, write_report
from logistics.reports.gis import write_geopackage, write_geoparquet
from logistics.reports.print_map import write_print_map
from logistics.reports.workbook import write_workbook
from logistics.run_folder import add_table, read_run, replace_folder, write_tables
from logistics.template import write_template
import networks
from networks.exchange import write

run, most = Path(sys.argv[1]), int(sys.argv[2])
tables, road = read_run(run), networks.northern_vietnam(modes=["rail"])
material = gather(run)
WRITERS = {
    "csv": ("link_use.csv", lambda path: add_table(tables.flows, path.stem, path.parent)),
    "run": ("run", lambda path: replace_folder(path, lambda fresh: write_tables(tables, fresh))),
    "png": ("map_a4.png", lambda path: write_print_map(tables, path)),
    "svg": ("map_a4.svg", lambda path: write_print_map(tables, path)),
    "pdf": ("map_a4.pdf", lambda path: write_print_map(tables, path)),
    "geopackage": ("plan.gpkg", lambda path: write_geopackage(tables, path)),
    "geoparquet": ("gis", lambda path: write_geoparquet(tables, path)),
    "workbook": ("workbook.xlsx", lambda path: write_workbook(tables, run, path)),
    "template": ("new.xlsx", write_template),
    "map": ("map.html", lambda path: write_map(tables, path)),
    "report": ("report.html", lambda path: write_report(material, path)),
    "network": ("network", lambda path: networks.save(road, path)),
    **{f"exported {form}": (f"net.{form}", lambda path, form=form: write(road, path, form=form))
       for form in ("geopackage", "geoparquet", "graphml", "csv", "gmns")},
}
write_print_map(tables, run.parent / "m.png")  # what matplotlib keeps for itself is there
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then a file that grows too large is an error, as on a full disk
resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
for what, (name, write_it) in WRITERS.items():
    path = run if what == "run" else run / name
    try:
        write_it(path)
        told = ["nothing", "", ""]
    except Exception as error:
        told = [", ".join(kind.__name__ for kind in type(error).__mro__), str(error), str(path)]
    print(json.dumps([what, *told]), flush=True)
"""


def content(folder):
    """Return every file below a folder with the hash of its content."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@POSIX
@pytest.mark.fault("F11", "F12", "F14")
def test_on_a_full_disk_every_writer_names_its_file_and_leaves_all_as_it_was(phased_run, tmp_path, root):
    folder = tmp_path / "run"
    shutil.copytree(phased_run, folder)
    (folder / "map_a4.png").write_bytes(b"the old one")
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, folder, str(SMALL_BYTES)],
        check=True,
        cwd=root,
        capture_output=True,
        text=True,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(told) == 17
    for what, kinds, text, path in told:
        assert {"OSError", "InputError", "NetworkError"} & set(kinds.split(", ")), (what, kinds, text)
        assert Path(path).name.rpartition(".")[0] in text or Path(path).name in text, (what, text)
    expected = content(phased_run) | {"map_a4.png": hashlib.sha256(b"the old one").hexdigest()}
    assert content(folder) == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["m.png", "run"]
    assert "Exception ignored" not in done.stderr


@pytest.mark.fault("F11")
def test_an_error_of_the_system_names_the_file_that_was_to_be_written(tmp_path):
    with pytest.raises(OSError, match="No space left") as told, whole_file(tmp_path / "a.csv"):
        raise OSError(28, "No space left on device")
    assert told.value.filename == str(tmp_path / "a.csv")
    with pytest.raises(StoreError, match=r"^in our own words$"), whole_file(tmp_path / "a.csv"):
        raise StoreError("in our own words")
    assert list(tmp_path.iterdir()) == []


def tables(name):
    cells = pd.DataFrame({"period": ["2030"], "hub_id": ["h1"]})
    return RunTables(summary={"name": name}, hubs=cells, flows=cells, link_flows=cells, places=cells)


def saved(folder, name):
    return replace_folder(folder, lambda fresh: write_tables(tables(name), fresh))


KILLED_AT_EACH_STEP = """
import os, shutil, signal, sys
from pathlib import Path
import pandas as pd
from logistics.run_folder import RunTables, read_run, replace_folder, write_tables
import logistics.run_swap as swap

start, states = Path(sys.argv[1]), Path(sys.argv[2])
cells = pd.DataFrame({"period": ["2030"], "hub_id": ["h1"]})
new = RunTables(summary={"name": "new"}, hubs=cells, flows=cells, link_flows=cells, places=cells)

def killing(steps, function, after=False):
    def step(*arguments, **options):
        steps[0] -= 1
        if steps[0] == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        found = function(*arguments, **options)
        if steps[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return found
    return step

for at in range(1, 200):
    folder = states / str(at) / "run"
    folder.parent.mkdir()
    if start.exists():
        shutil.copytree(start, folder)
    child = os.fork()
    if not child:
        steps = [at]
        Path.replace = killing(steps, Path.replace)
        os.fsync = killing(steps, lambda _: None)  # a kill loses nothing that a disk would
        os.link = killing(steps, os.link, after=True)
        os.unlink = killing(steps, os.unlink)
        os.rmdir = killing(steps, os.rmdir)
        replace_folder(folder, lambda fresh: write_tables(new, fresh))
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


@POSIX
@pytest.mark.fault("F1", "F11")
@pytest.mark.parametrize("is_first", [True, False])
def test_a_run_killed_at_any_step_of_its_writing_leaves_the_old_run_or_the_new_one(
    tmp_path, root, is_first, monkeypatch
):
    start, states = tmp_path / "start", tmp_path / "states"
    states.mkdir()
    if not is_first:
        saved(start, "old")
        (start / "notes.txt").write_text("mine", encoding="utf-8")
    subprocess.run([sys.executable, "-c", KILLED_AT_EACH_STEP, start, states], check=True, cwd=root)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # what follows is for the eye alone
    places = sorted(states.iterdir(), key=lambda place: int(place.name))
    assert len(places) > 20
    found = []
    for place in places:
        folder = place / "run"
        try:
            found.append(read_run(folder).summary["name"])  # puts back what the killed one left aside
        except InputError:
            found.append(None)
        assert is_first or (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
        saved(folder, "next")
        assert read_run(folder).summary["name"] == "next"
        assert [path.name for path in place.iterdir()] == ["run"], "leftovers are cleared by the next run"
    turn = found.index("new")
    assert set(found[:turn]) == {None if is_first else "old"}
    assert set(found[turn:]) == {"new"}


@pytest.fixture
def planned(monkeypatch, tmp_path):
    """Replace the planning by one that answers at once; `write` is what its plan writes."""
    monkeypatch.chdir(tmp_path)
    found = SimpleNamespace(asked=[], write=lambda fresh: write_tables(tables("new"), fresh))
    plan = SimpleNamespace(
        tables=None,
        summary=dict,
        audit=list,
        save=lambda folder, **_: replace_folder(folder, found.write),
    )

    def fake(scenario, *_, **__):
        found.asked.append(scenario)
        return plan

    monkeypatch.setattr("logistics.planning.plan", fake)
    monkeypatch.setattr("logistics.cli.answer.show", lambda _tables, folder, _lang: f"written to {folder}")
    return found


@POSIX
@pytest.mark.fault("F7")
def test_ctrl_c_in_the_middle_of_a_write_leaves_the_earlier_run_and_nothing_else(planned, tmp_path, capsys):
    saved(tmp_path / "here", "old")

    def interrupted(fresh):
        write_tables(tables("half"), fresh)
        signal.raise_signal(signal.SIGINT)

    planned.write = interrupted
    assert main(["plan", "--out", "here"]) == 130
    assert "interrupted; an earlier run folder is as it was" in capsys.readouterr().err
    assert read_run(tmp_path / "here").summary["name"] == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["here"]


@pytest.mark.fault("F15")
def test_an_output_folder_that_is_missing_is_made_with_those_above_it(planned, tmp_path):
    assert main(["plan", "--out", "a/b/c"]) == 0
    assert read_run(tmp_path / "a/b/c").summary["name"] == "new"
    assert planned.asked


@pytest.mark.fault("F15")
@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "--out", "letter/run"],
        ["plan", "--out", "letter"],
        ["study", "study.toml", "--out", "letter/study"],
        ["network", "build", "roads.osm", "--out", "letter/net"],
        ["network", "export", "roads.osm", "--out", "letter/net.csv"],
    ],
)
def test_a_file_in_the_way_of_the_output_is_refused_before_the_work(planned, tmp_path, capsys, arguments):
    (tmp_path / "letter").write_text("dear", encoding="utf-8")
    (tmp_path / "study.toml").write_text(
        'name = "s"\n[design]\nkind = "latin_hypercube"\nscenarios = 4\n[[factor]]\nname = "crf"\n', encoding="utf-8"
    )
    assert main(arguments) == 3
    assert "letter: is a file" in capsys.readouterr().err
    assert planned.asked == []


WITHOUT_POWERS = """
import ctypes, os, sys
if os.geteuid() == 0:  # root may write anywhere, unless it gives that up for good
    system = ctypes.CDLL(None)
    # PR_CAPBSET_DROP of CAP_DAC_OVERRIDE and of CAP_DAC_READ_SEARCH
    if system.prctl(24, 1, 0, 0, 0) or system.prctl(24, 2, 0, 0, 0):
        sys.exit("root keeps its powers")
os.execv(sys.executable, [sys.executable, "-m", "logistics", *sys.argv[1:]])
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="powers of root are given up as on Linux")
@pytest.mark.fault("F15")
@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "--out", "closed/run", "--time-limit", "1"],
        ["plan", "--out", "closed"],
        ["network", "build", "roads.osm", "--out", "closed/net"],
    ],
)
def test_a_folder_that_may_not_be_written_is_refused_before_anything_is_solved(root, tmp_path, arguments):
    (tmp_path / "closed").mkdir(mode=0o555)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_POWERS, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    if "keeps its powers" in done.stderr:
        pytest.skip("root keeps its powers here")
    assert done.returncode == 3, done.stderr
    assert "closed: may not be written; choose another --out" in done.stderr
    assert "reading the tables" not in done.stderr
    assert list((tmp_path / "closed").iterdir()) == []


def held_by_excel(monkeypatch, name):
    """Let nothing take the place of files or folders of a name, as Windows does while a program has them open."""
    replace = Path.replace

    def refusing(path, target):
        if name in (Path(target).name, path.name):
            raise PermissionError(13, "Permission denied", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refusing)


@pytest.mark.fault("F16")
def test_a_workbook_that_excel_has_open_is_written_beside_it_and_said_so(tmp_path, monkeypatch):
    target = tmp_path / "workbook.xlsx"
    target.write_text("open", encoding="utf-8")
    held_by_excel(monkeypatch, "workbook.xlsx")
    told = []

    def write(path):
        with whole_file(path) as fresh:
            fresh.write_text("new", encoding="utf-8")

    assert handover._written(target, write, told) == tmp_path / "workbook (1).xlsx"
    assert told == ["workbook.xlsx is open in another program, so it was written as workbook (1).xlsx"]
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        "workbook.xlsx": "open",
        "workbook (1).xlsx": "new",
    }


@pytest.mark.fault("F16")
def test_a_run_whose_earlier_one_excel_has_open_stands_beside_it_and_no_hour_of_solving_is_lost(
    planned, tmp_path, monkeypatch, capsys
):
    saved(tmp_path / "here", "old")
    held_by_excel(monkeypatch, "here")
    assert main(["plan", "--out", "here"]) == 0
    assert capsys.readouterr().out == "written to here (1)\n"
    assert read_run(tmp_path / "here").summary["name"] == "old"
    assert read_run(tmp_path / "here (1)").summary["name"] == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "here (1)"]
    assert planned.asked


STORE_ON_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from logistics.studies.outcome import Outcome
from logistics.studies.store import Store, StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
with Store(Path(sys.argv[1])) as store:
    try:
        for number in range(10_000):
            store.add(f"k{number}", Outcome(state="infeasible", reason="x" * 500), 1.0)
    except StoreError as error:
        print(number, error)
"""


@POSIX
@pytest.mark.fault("F13")
def test_a_store_on_a_full_disk_keeps_every_outcome_that_it_took(tmp_path, root):
    path = tmp_path / "s.sqlite"
    done = subprocess.run(
        [sys.executable, "-c", STORE_ON_A_FULL_DISK, path], check=True, cwd=root, capture_output=True, text=True
    )
    taken, _, told = done.stdout.partition(" ")
    assert "cannot be written" in told
    assert "--resume" in told
    with Store(path) as store:
        assert {f"k{number}" for number in range(int(taken))} <= store.keys()
        assert store._file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        store.add("more", Outcome(state="infeasible", reason=""), 1.0)  # there is room again


@pytest.mark.fault("F13")
def test_a_study_on_a_full_disk_says_how_much_room_the_rest_needs(tmp_path, monkeypatch):
    outcome = Outcome(state="infeasible", reason=secrets.token_hex(10_000))  # which no packing makes smaller than half

    def decide(_job, tasks, keep, _where):
        for task in tasks:
            keep(task.key, outcome, 1.0)

    monkeypatch.setattr(study_module, "_decide", decide)
    tasks = [Task(key=f"k{number}", values={}) for number in range(1000)]
    with Store(tmp_path / "s.sqlite") as store:
        store._file.execute("PRAGMA max_page_count = 30")  # 4 kB each: ten outcomes
        # 2 x 12 kB each of some 990: three pages
        with pytest.raises(StoreError, match=r"disk is full.*the 99\d scenarios left need about 2[34]\.\d MB"):
            decide_all(None, tasks, store, Where())


@pytest.mark.fault("F13")
def test_a_store_where_nothing_can_be_written_is_no_broken_store(tmp_path):
    with pytest.raises(StoreError, match="unable to open"):
        Store(tmp_path / "absent" / "s.sqlite")


@pytest.mark.parametrize("name", ["../../evil.csv", "a/../../evil.csv", "/tmp/evil.csv"])  # noqa: S108  (never written)
def test_files_of_a_scenario_that_came_over_the_network_stay_in_their_folder(name, tmp_path):
    with pytest.raises(InputError, match="outside its folder"):
        Luggage(files=((name, b"x"),)).unpack(tmp_path / "there")


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "C:\\evil", "con", "..", "x" * 300, "a\nb", "Quế Võ 💣"])
def test_no_name_of_a_scenario_leads_its_output_out_of_the_folder_of_runs(planned, tmp_path, name):
    (tmp_path / "a.toml").write_text(f"name = {json.dumps(name)}\n", encoding="utf-8")
    assert main(["plan", "a.toml"]) in {0, 3}  # 3: a name that no scenario may have
    assert {path.name for path in tmp_path.iterdir()} <= {"a.toml", "runs"}
    runs = tmp_path / "runs"
    for folder in runs.iterdir() if runs.exists() else ():
        assert re.fullmatch(r"[a-z0-9_-]{1,64}", folder.name)
        assert read_run(folder).summary["name"] == "new"
    assert len(planned.asked) == (1 if runs.exists() else 0)
