"""A study that grows, is killed anywhere and goes on ends with the table of one that was never touched."""

import shutil
import sqlite3
import tempfile
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from logistics.scenario import northern_vietnam
from logistics.studies import running
from logistics.studies.designs import table
from logistics.studies.outcome import HubUse, Outcome
from logistics.studies.store import Store
from logistics.studies.study import study
from models import SolveOptions

BASE = northern_vietnam()
SHARES = st.integers(30, 95).map(float)


class KilledError(BaseException):
    """What ends a process in the middle; no code of ours may catch it."""


def answer(values):
    """Return an outcome that only the values decide, infeasible for some."""
    share = values["contestable_small"]
    if share % 7 == 0:
        return Outcome(state="infeasible", reason="drawn so")
    hubs = {"gf_nam_son": HubUse(tier="cross-dock 10 ha", is_new=True, throughput_t_per_year=share)}
    return Outcome(
        state="optimal", reason="proved", objective_vnd_per_year=1e12 / share, bound_vnd_per_year=1e12 / share,
        direct_vnd_per_year=2e12, co2_t_per_year=share, outside_service_t_per_year=0.0, hubs=hubs,
    )  # fmt: skip


class Stub:
    """Decides as `answer` does, counts what it decides, and is killed after so many decisions."""

    def __init__(self):
        self.decided = []
        self.left = None

    def workshop(self, _base, _options):
        return SimpleNamespace(outcome=self.outcome)

    def outcome(self, values, _held):
        if self.left is not None:
            if not self.left:
                raise KilledError
            self.left -= 1
        self.decided.append(values["contestable_small"])
        return answer(values)


class StudyMachine(RuleBasedStateMachine):
    """Scenarios are added; runs end well or are killed; a machine crashes while the store is written."""

    @initialize()
    def begin(self):
        self.place = Path(tempfile.mkdtemp())
        self.folder = self.place / "study"
        self.shares = [50.0]
        self.stub = Stub()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(running, "Workshop", self.stub.workshop)

    def teardown(self):
        self.patch.undo()
        shutil.rmtree(self.place, ignore_errors=True)

    def run(self, options=SolveOptions()):
        design = table(pd.DataFrame({"contestable_small": self.shares}))
        return study(BASE, design, options=options, workers=0, folder=self.folder, resume=True)

    @rule(shares=st.lists(SHARES, min_size=1, max_size=4))
    def add(self, shares):
        self.shares += shares

    @rule(after=st.integers(0, 3))
    def run_and_be_killed(self, after):
        self.stub.left = after
        try:
            self.run()
        except KilledError:
            pass
        finally:
            self.stub.left = None

    @rule()
    def resume_to_the_end(self):
        found = self.run().results
        pd.testing.assert_frame_equal(found, self.unbroken())

    @precondition(lambda self: (self.folder / "study.sqlite").exists())
    @rule()
    def leave_a_transaction_open_and_crash(self):
        """Copy the files while another process writes, and go on with the copy: so a machine is after a crash."""
        other = sqlite3.connect(self.folder / "study.sqlite", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO outcome VALUES ('half', x'00', 0.0)")
        copy = shutil.copytree(self.folder, self.place / "copy")
        other.close()
        shutil.rmtree(self.folder)
        copy.replace(self.folder)

    @rule()
    def ask_with_other_options(self):
        """Nothing decided in another way is taken over, and nothing of it is lost."""
        count = len(self.stub.decided)
        self.run(SolveOptions(seed=1))
        again = self.stub.decided[count:]
        del self.stub.decided[count:]
        assert set(again) <= set(self.shares)

    @invariant()
    def nothing_kept_is_decided_twice_and_nothing_half_written_is_kept(self):
        assert len(self.stub.decided) == len(set(self.stub.decided))
        if (self.folder / "study.sqlite").exists():
            with Store(self.folder / "study.sqlite") as store:
                assert "half" not in store.keys()  # noqa: SIM118  (a method of the store)

    def unbroken(self):
        """Return the table of a study that was never stopped."""
        with tempfile.TemporaryDirectory() as folder:
            usual, self.stub.decided = self.stub.decided, []
            design = table(pd.DataFrame({"contestable_small": self.shares}))
            found = study(BASE, design, options=SolveOptions(), workers=0, folder=folder).results
            self.stub.decided = usual
        return found


TestStudyMachine = StudyMachine.TestCase
TestStudyMachine.settings = settings(max_examples=12, stateful_step_count=10, deadline=None)
