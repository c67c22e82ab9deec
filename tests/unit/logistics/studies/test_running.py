"""What a worker keeps from one scenario to the next."""

from types import SimpleNamespace

import pytest

from logistics.studies import running
from logistics.studies.outcome import Outcome
from logistics.studies.running import Task, decide_task
from models import SolveOptions

TASK = Task(key="a", values={})
ROUGH, FINE = SolveOptions(relative_gap=1e-2), SolveOptions(relative_gap=1e-6)


@pytest.fixture
def made(monkeypatch):
    """Collect the options of every workshop that a worker makes."""
    options = []

    def workshop(_base, how):
        options.append(how)
        return SimpleNamespace(outcome=lambda _values, _held: Outcome(state="optimal", reason=str(how.relative_gap)))

    packed = SimpleNamespace(luggage=SimpleNamespace(unpack=lambda: None))
    monkeypatch.setattr("distributed.get_worker", lambda: SimpleNamespace(plugins={"logistics-study-k": packed}))
    monkeypatch.setattr(running, "Workshop", workshop)
    monkeypatch.setattr(running, "_workshops", {})
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
