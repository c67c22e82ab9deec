"""What a worker keeps from one scenario to the next."""

from threading import Thread
from types import SimpleNamespace

import pytest

from logistics.studies import running
from logistics.studies.outcome import Outcome
from logistics.studies.running import Task, decide_task
from models import SolveOptions

TASK = Task(key="a", values={})
ROUGH, FINE = SolveOptions(relative_gap=1e-2), SolveOptions(relative_gap=1e-6)


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Collect the options of every workshop that a worker, whose folder is `tmp_path`, makes."""
    options = []

    def workshop(_base, how):
        options.append(how)
        return SimpleNamespace(outcome=lambda _values, _held: Outcome(state="optimal", reason=str(how.relative_gap)))

    packed = SimpleNamespace(luggage=SimpleNamespace(unpack=lambda folder: (folder / "links.bin").write_bytes(b"x")))
    worker = SimpleNamespace(plugins={"logistics-study-k": packed}, local_directory=str(tmp_path))
    monkeypatch.setattr("distributed.get_worker", lambda: worker)
    monkeypatch.setattr(running, "Workshop", workshop)
    monkeypatch.setattr(running, "_at_work", running._AtWork())
    return options


def test_a_worker_makes_one_workshop_for_all_scenarios_of_a_study(made):
    for _ in range(3):
        decide_task("k", ROUGH, TASK)
    assert made == [ROUGH]


def test_a_study_of_the_same_scenario_that_solves_more_exactly_gets_a_workshop_of_its_own(made):
    decide_task("k", ROUGH, TASK)
    outcome, _ = decide_task("k", FINE, TASK)
    assert outcome.reason == "1e-06"
    assert made == [ROUGH, FINE]


def test_each_thread_of_a_worker_has_a_workshop_of_its_own(made):
    threads = [Thread(target=decide_task, args=("k", ROUGH, TASK)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [ROUGH] * 3


@pytest.mark.usefixtures("made")
def test_a_worker_keeps_the_files_of_the_study_it_is_at_and_of_no_other(tmp_path):
    decide_task("k", ROUGH, TASK)
    first = list(tmp_path.rglob("links.bin"))
    decide_task("k", FINE, TASK)
    second = list(tmp_path.rglob("links.bin"))
    assert (len(first), len(second)) == (1, 1)
    assert first != second
