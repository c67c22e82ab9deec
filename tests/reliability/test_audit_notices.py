"""The audit notices any single figure or word that is changed in a run folder, whatever the run."""

from itertools import cycle, islice

import numpy as np
import pytest
from spoiled_runs import Auditor, changes, runs

from logistics.auditing import audit

SEED = 20261126
COUNT = 60
"""Five hundred: `python tests/benchmarks/audit_changes.py`."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return runs(tmp_path_factory.mktemp("spoiled"))


def test_every_single_change_of_a_run_is_noticed(made):
    assert [audit(run) for run in made.values()] == [[]] * len(made)
    random, auditor = np.random.default_rng(SEED), Auditor(made)
    drawn = {name: changes(run, random) for name, run in made.items()}
    missed = []
    for name in islice(cycle(made), COUNT):
        change = next(drawn[name])
        if not auditor.findings(name, change):
            missed.append(f"{name}: {change}")
    assert missed == []
    assert [audit(run) for run in made.values()] == [[]] * len(made)
