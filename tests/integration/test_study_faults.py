"""Studies that are killed, whose workers are killed, whose scheduler goes: nothing is lost, nothing counted twice."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from logistics.cli import main
from logistics.scenario import write_scenario
from logistics.studies import running
from logistics.studies.outcome import Outcome
from logistics.studies.running import SchedulerLostError
from logistics.studies.store import Store
from logistics.studies.study import STORE_FILE, study
from logistics.studies.study_file import read_study
from logistics.studies.study_folder import write_study

OUTCOME = Outcome(state="infeasible", reason="harmless")
PATIENCE_S = 240
STUDY = """
name = "killed"
scenario = "tiny.toml"
[design]
kind = "latin_hypercube"
scenarios = 18
seed = 1
[[factor]]
name = "crf"
[[factor]]
name = "contestable_small"
"""


def command(folder, out, *more):
    return ["study", str(folder / "study.toml"), "--out", str(out), *more]


@pytest.fixture(scope="module")
def asked(tiny_scenario, tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    write_scenario(tiny_scenario, folder / "tiny.toml")
    (folder / "study.toml").write_text(STUDY)
    return folder


@pytest.fixture(scope="module")
def unbroken(asked):
    out = asked / "unbroken"
    assert main(command(asked, out, "--workers", "0")) == 0
    return (out / "results.parquet").read_bytes()


KILLED = """
import os, random, signal, sys, time
from logistics.cli import main

short, *arguments, times = sys.argv[1:]
assert main(["study", short, "--out", short + "-out", "--workers", "0"]) == 0  # loads what each would load again
draw = random.Random(7)
for attempt in range(int(times)):
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(writer, 2)
        os._exit(main(arguments))
    os.close(writer)
    # the first line that counts says what is there already; then come those of the scenarios that are decided
    lines = (line for line in os.fdopen(reader) if "scenarios" in line)
    seen = [next(lines) for _ in range(draw.choice([1, 2, 2]))]
    time.sleep(draw.uniform(0.0, 0.1))
    os.kill(child, signal.SIGKILL)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL, "it was not killed at work"
    print(seen[-1], end="", flush=True)
"""


@pytest.mark.fault("F1")
@pytest.mark.skipif(os.name == "nt", reason="processes of POSIX")
def test_a_study_killed_ten_times_and_resumed_ends_with_the_table_of_an_unbroken_one(asked, unbroken):
    out = asked / "broken"
    short = asked / "short.toml"
    short.write_text(STUDY.replace("scenarios = 18", "scenarios = 2"), encoding="utf-8")
    again = command(asked, out, "--workers", "0", "--resume")
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, short, *again, "10"],
        check=True, timeout=PATIENCE_S, capture_output=True, text=True,
    )  # fmt: skip
    assert len([line for line in killed.stdout.splitlines() if " of 18 scenarios" in line]) == 10
    with Store(out / STORE_FILE) as store:
        assert 0 < len(store.keys()) < 18
    assert main(again) == 0
    assert (out / "results.parquet").read_bytes() == unbroken


def workers_below(pid):
    """Return the processes that decide: children of the nannies."""
    return [one for one in psutil.Process(pid).children(recursive=True) if "spawn_main" in " ".join(one.cmdline())]


@pytest.mark.fault("F2", "F4")
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_two_workers_one_of_them_killed_write_the_table_of_one_process(asked, unbroken):
    killed, out = [], asked / "two"

    def kill(done, _total):
        if done == 3 and not killed:
            workers = workers_below(os.getpid())
            assert len(workers) == 2
            killed.append(workers[0].pid)
            workers[0].send_signal(signal.SIGKILL)

    write_study(study_of(asked, out, kill, workers=2), "killed")
    assert killed
    assert (out / "results.parquet").read_bytes() == unbroken


@pytest.mark.fault("F2", "F4")
def test_a_scenario_that_kills_its_workers_again_and_again_is_an_outcome_and_the_others_go_on(monkeypatch):
    monkeypatch.setattr(running, "DEATHS", 1)  # of two workers: enough to see it
    with running.local_workers(2) as client:
        deadly, harmless = client.submit(lambda: os._exit(9)), client.submit(lambda: (OUTCOME, 1.5), pure=False)
        assert running._result(harmless)[1] == 1.5
        outcome, _ = running._result(deadly)
        assert outcome.state == "crashed"
        assert outcome.reason == "its worker died 2 times"
        assert running._result(client.submit(lambda: (OUTCOME, 2.5), pure=False))[1] == 2.5


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


@contextmanager
def started(*arguments):
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextmanager
def scheduler_with_two_workers():
    address = f"tcp://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    dask = "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"
    worker = "distributed.cli.dask_worker", address, "--no-dashboard", "--nthreads"
    with started(*dask) as scheduler, started(*worker, "1"), started(*worker, "2"):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", int(port))) == 0:
                    break
            time.sleep(0.2)
        yield address, scheduler


@pytest.mark.fault("F5")
@pytest.mark.skipif(os.name == "nt", reason="process groups of POSIX")
def test_a_scheduler_started_by_hand_decides_the_same_study_and_when_it_goes_what_was_decided_stays(asked, unbroken):
    with scheduler_with_two_workers() as (address, scheduler):
        out = asked / "remote"
        write_study(study_of(asked, out, scheduler=address), "killed")
        assert (out / "results.parquet").read_bytes() == unbroken

        def lose(done, _total):
            if done == 2:
                os.killpg(scheduler.pid, signal.SIGKILL)

        with pytest.raises(SchedulerLostError, match="what was decided so far is kept"):
            study_of(asked, asked / "lost", lose, scheduler=address)
    with Store(asked / "lost" / STORE_FILE) as store:
        assert len(store.keys()) >= 2


def study_of(asked, out, progress=lambda _done, _total: None, **where):
    what = read_study(asked / "study.toml")
    return study(what.scenario, what.design, options=what.options, folder=out, progress=progress, **where)


@pytest.mark.fault("F5")
def test_a_scheduler_that_is_not_there_is_bad_input(asked, capsys, monkeypatch):
    monkeypatch.setattr(running, "CONNECT_S", 0.5)
    address = f"tcp://127.0.0.1:{free_port()}"
    assert main(command(asked, asked / "nowhere", "--scheduler", address)) == 3
    assert "no Dask scheduler answers there" in capsys.readouterr().err
    assert not Path(asked / "nowhere" / "results.parquet").exists()
