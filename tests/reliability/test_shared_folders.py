"""Two at one folder, and stores and caches that are old, changed or half-written."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from logistics.cli import main
from logistics.scenario import write_scenario
from logistics.studies import study as study_module
from logistics.studies.outcome import Outcome
from logistics.studies.store import Store
from logistics.studies.study import STORE_FILE, job_of, study_key
from models import SolveOptions
from networks.hierarchy import store as hierarchy_store
from networks.lock import InUseError, lock_file, sole_writer

HOLD = """
import sys
from pathlib import Path
from networks.lock import sole_writer
with sole_writer(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(root, tmp_path):
    """A process that writes to the folder `here` and does not end by itself."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, tmp_path / "here"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=root,
    ) as process:  # fmt: skip
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def planned(monkeypatch, tmp_path):
    """Collect the scenarios that come to be planned; each ends in an error."""
    monkeypatch.chdir(tmp_path)
    asked = []

    def fake(scenario, *_, **__):
        asked.append(scenario)
        raise KeyboardInterrupt

    monkeypatch.setattr("logistics.planning.plan", fake)
    return asked


@pytest.mark.fault("F17")
def test_a_second_run_on_a_folder_is_refused_before_it_works_and_told_who_is_there(holder, planned, capsys):
    assert main(["plan", "--out", "here"]) == 3
    said = capsys.readouterr().err
    assert f"error: here: process {holder.pid} on " in said
    assert "is writing to it; wait for it or choose another --out" in said
    assert planned == []


@pytest.mark.fault("F17")
@pytest.mark.parametrize(
    "arguments",
    [
        ["study", "study.toml", "--out", "here"],
        ["network", "build", "roads.osm", "--out", "here"],
        ["why", "here", "gf_yen_my"],
        ["links", "here"],
        ["map", "here"],
        ["report", "here"],
    ],
)
def test_whatever_writes_into_a_folder_waits_for_nobody_and_refuses(holder, planned, tmp_path, capsys, arguments):
    (tmp_path / "study.toml").write_text(
        'name = "s"\n[design]\nkind = "latin_hypercube"\nscenarios = 4\n[[factor]]\nname = "crf"\n', encoding="utf-8"
    )
    assert main(arguments) == 3
    assert f"process {holder.pid} on " in capsys.readouterr().err
    assert planned == []


@pytest.mark.fault("F17")
def test_the_lock_of_a_process_that_was_killed_is_taken_over(holder, planned, tmp_path):
    holder.send_signal(signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)
    holder.wait()
    assert lock_file(tmp_path / "here").exists()
    assert main(["plan", "--out", "here"]) == 130  # it came to be planned
    assert len(planned) == 1
    assert list(tmp_path.iterdir()) == [], "nothing is left, not even of the dead"


@pytest.mark.fault("F17")
def test_a_thread_may_lock_its_own_folder_again_and_another_thread_may_not(tmp_path):
    found = []

    def other():
        try:
            with sole_writer(tmp_path / "a" / "run"):
                found.append("in")
        except InUseError as error:
            found.append(str(error))

    with sole_writer(tmp_path / "a" / "run"):
        with sole_writer(tmp_path / "a" / "run"), sole_writer(tmp_path / "b"):
            pass
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    other()
    assert "another part of this process" in found[0]
    assert found[1:] == ["in"]
    assert list(tmp_path.iterdir()) == [], "folders that were made for the lock alone are gone, too"


@pytest.mark.fault("F17")
def test_a_lock_that_says_nothing_of_its_holder_still_holds(tmp_path, holder, monkeypatch):
    lock_file(tmp_path / "here").write_bytes(b"\xff not json")
    with pytest.raises(InUseError, match="here: another process is writing"), sole_writer(tmp_path / "here"):
        pass
    assert holder.poll() is None
    monkeypatch.setattr(Path, "open", lambda *_: (_ for _ in ()).throw(PermissionError(13, "no")))
    with sole_writer(tmp_path / "there"):  # nobody may write beside it, so nobody can replace it
        assert not lock_file(tmp_path / "there").exists()


@pytest.mark.fault("F17")
def test_two_writers_of_one_store_lose_nothing(tmp_path):
    path = tmp_path / "s.sqlite"
    outcome = Outcome(state="infeasible", reason="")
    Store(path).close()

    def write(who):
        with Store(path) as store:
            for number in range(40):
                store.add(f"{who}{number}", outcome, 1.0)

    threads = [threading.Thread(target=write, args=(who,)) for who in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Store(path) as store:
        assert len(store.keys()) == 80


@pytest.mark.fault("F18")
def test_a_study_of_another_version_of_the_program_is_decided_again(tiny_scenario, monkeypatch):
    here = study_key(job_of(tiny_scenario, SolveOptions()))
    monkeypatch.setattr(study_module, "installed_versions", lambda: {"logistics": "0.0.1", "ortools": "9.0"})
    assert study_key(job_of(tiny_scenario, SolveOptions())) != here


@pytest.mark.fault("F18")
def test_a_folder_that_holds_the_store_of_a_later_program_is_refused(tmp_path, capsys, monkeypatch, tiny_scenario):
    write_scenario(tiny_scenario, tmp_path / "tiny.toml")
    (tmp_path / "study.toml").write_text(
        'name = "s"\nscenario = "tiny.toml"\n[design]\nkind = "latin_hypercube"\nscenarios = 4\n'
        '[[factor]]\nname = "crf"\n', encoding="utf-8",
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out").mkdir()
    with Store(tmp_path / "out" / STORE_FILE) as store:
        store.note("format", "99")
    assert main(["study", "study.toml", "--out", "out", "--resume", "--workers", "0"]) == 3
    assert "store of format 99, expected 2; choose another --out" in capsys.readouterr().err


@pytest.mark.fault("F19")
def test_one_changed_figure_of_a_table_an_option_or_a_key_is_another_study(tiny_scenario, tmp_path):
    options = SolveOptions()
    keys = [
        study_key(job_of(tiny_scenario, options)),
        study_key(job_of(tiny_scenario, SolveOptions(relative_gap=1e-5))),
    ]
    parks = tiny_scenario.tables["parks"]
    before = parks.read_bytes()
    try:
        parks.write_bytes(before.replace(b"2", b"3", 1))
        keys.append(study_key(job_of(tiny_scenario, options)))
    finally:
        parks.write_bytes(before)
    assert len(set(keys)) == 3
    assert study_key(job_of(tiny_scenario, options)) == keys[0]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.fault("F18", "F20")
@pytest.mark.parametrize("changed", [{"version": 1}, {"key": "f" * 32}, {"lacking": "up_start"}])
def test_a_hierarchy_of_another_version_of_another_network_or_without_a_part_is_not_used(tmp_path, changed):
    key = "0" * 32
    counts = np.array([changed.get("version", hierarchy_store.VERSION), 0])
    with hierarchy_store.file_of(tmp_path, key).open("wb") as stream:
        np.savez(stream, allow_pickle=False, counts=counts, key=np.array(changed.get("key", key)))
    assert hierarchy_store.read(tmp_path, key) is None
