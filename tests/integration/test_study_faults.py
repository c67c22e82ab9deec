"""Studies that are killed, whose workers are killed, whose scheduler goes: nothing is lost, nothing counted twice."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from logistics.scenario import write_scenario
from logistics.studies.designs import latin_hypercube
from logistics.studies.factors import Factor
from logistics.studies.running import SchedulerLostError
from logistics.studies.store import Store
from logistics.studies.study import STORE_FILE, study
from models import SolveOptions

OPTIONS = SolveOptions(time_limit_s=60, relative_gap=1e-9)
FACTORS = (
    Factor(name="crf", low=0.1, value=0.125, high=0.157),
    Factor(name="contestable_small", low=60.0, value=80.0, high=90.0),
)
PATIENCE_S = 240
STUDY = """
name = "killed"
scenario = "tiny.toml"
[design]
kind = "latin_hypercube"
scenarios = 24
seed = 1
[[factor]]
name = "crf"
[[factor]]
name = "contestable_small"
"""


def command(folder, out, *more):
    return [sys.executable, "-m", "logistics", "study", str(folder / "study.toml"), "--out", str(out), *more]


@pytest.fixture(scope="module")
def asked(tiny_scenario, tmp_path_factory):
    folder = tmp_path_factory.mktemp("asked")
    write_scenario(tiny_scenario, folder / "tiny.toml")
    (folder / "study.toml").write_text(STUDY)
    return folder


@pytest.fixture(scope="module")
def unbroken(asked):
    out = asked / "unbroken"
    subprocess.run(command(asked, out, "--workers", "0"), check=True, timeout=PATIENCE_S, capture_output=True)
    return (out / "results.parquet").read_bytes()


def test_a_study_killed_ten_times_and_resumed_ends_with_the_table_of_an_unbroken_one(asked, unbroken):
    out, draw = asked / "broken", random.Random(7)  # noqa: S311  (no secret)
    for _ in range(10):
        process = subprocess.Popen(
            command(asked, out, "--workers", "0", "--resume"), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        time.sleep(draw.uniform(0.5, 3.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(
        command(asked, out, "--workers", "0", "--resume"), check=True, timeout=PATIENCE_S, capture_output=True
    )
    assert (out / "results.parquet").read_bytes() == unbroken


def test_two_workers_write_the_table_of_one_process(asked, unbroken):
    out = asked / "two"
    subprocess.run(command(asked, out, "--workers", "2"), check=True, timeout=PATIENCE_S, capture_output=True)
    assert (out / "results.parquet").read_bytes() == unbroken


def design():
    return latin_hypercube(FACTORS, 12, seed=1)


def workers_below(pid):
    """Return the processes that decide: children of the nannies."""
    return [one for one in psutil.Process(pid).children(recursive=True) if "spawn_main" in " ".join(one.cmdline())]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_a_worker_killed_in_the_middle_is_replaced_and_nothing_is_lost(tiny_scenario, tmp_path):
    killed = []

    def kill(done, _total):
        if done == 3 and not killed:
            victim = workers_below(os.getpid())[0]
            killed.append(victim.pid)
            victim.send_signal(signal.SIGKILL)

    found = study(tiny_scenario, design(), options=OPTIONS, workers=2, folder=tmp_path, progress=kill)
    alone = study(tiny_scenario, design(), options=OPTIONS, workers=0)
    assert killed
    assert [each.to_text() for each in found.outcomes] == [each.to_text() for each in alone.outcomes]


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
    worker = "distributed.cli.dask_worker", address, "--nthreads", "1", "--no-dashboard"
    with started(*dask) as scheduler, started(*worker), started(*worker):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", int(port))) == 0:
                    break
            time.sleep(0.2)
        yield address, scheduler


@pytest.mark.skipif(os.name == "nt", reason="process groups of POSIX")
def test_a_scheduler_and_workers_started_by_hand_decide_the_same_study(asked, unbroken):
    out = asked / "remote"
    with scheduler_with_two_workers() as (address, _):
        subprocess.run(command(asked, out, "--scheduler", address), check=True, timeout=PATIENCE_S, capture_output=True)
    assert (out / "results.parquet").read_bytes() == unbroken


@pytest.mark.skipif(os.name == "nt", reason="process groups of POSIX")
def test_a_scheduler_that_goes_away_is_told_and_what_was_decided_stays(tiny_scenario, tmp_path):
    with scheduler_with_two_workers() as (address, scheduler):

        def lose(done, _total):
            if done == 2:
                os.killpg(scheduler.pid, signal.SIGKILL)

        with pytest.raises(SchedulerLostError, match="what was decided so far is kept"):
            study(tiny_scenario, design(), options=OPTIONS, scheduler=address, folder=tmp_path, progress=lose)
    with Store(tmp_path / STORE_FILE) as store:
        assert len(store.keys()) >= 2


def test_a_scheduler_that_is_not_there_is_bad_input(asked):
    ended = subprocess.run(
        command(asked, asked / "nowhere", "--scheduler", f"tcp://127.0.0.1:{free_port()}"),
        check=False, timeout=PATIENCE_S, capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 3
    assert "no Dask scheduler answers there" in ended.stderr
    assert not Path(asked / "nowhere" / "results.parquet").exists()
