"""The short form of `tests/benchmarks/ten_thousand.py`: no answer is wrong, and one that were would be told."""

import os
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from oracles.contract import CONTRACTS, wrong

from models import Status

P_MEDIAN = next(contract for contract in CONTRACTS if contract.name == "p_median")


@pytest.mark.parametrize("name", ["p_median", "min_cost_flow"])
def test_no_answer_is_wrong(root, name):
    script = [sys.executable, str(root / "tests" / "benchmarks" / "ten_thousand.py"), "--model", name, "--count", "150"]
    paths = os.environ | {"PYTHONPATH": str(root)}
    done = subprocess.run(script, capture_output=True, text=True, check=False, cwd=root, env=paths)
    assert done.returncode == 0, done.stdout + done.stderr
    row = done.stdout.splitlines()[-1].split()
    assert row[:2] == [name, "150"]
    assert row[5] == "0"


def answer(**changes):
    usual = {
        "status": Status.OPTIMAL, "objective": 7.0, "bound": 7.0, "gap": 0.0, "stopped": "the gap asked for is proved"
    }  # fmt: skip
    return SimpleNamespace(**usual | changes)


JUDGE = SimpleNamespace(check=lambda _: [], price=lambda solution: solution.objective)


@pytest.mark.parametrize(
    ("truth", "solution", "word"),
    [
        (7.0, answer(), None),
        (np.inf, answer(), "there is no plan"),
        (7.0, answer(status=Status.INFEASIBLE, objective=np.inf), "the best is 7.0"),
        (6.0, answer(bound=6.0, gap=1 / 7), "the best is 6.0"),
        (8.0, answer(), "better than the best"),
        (7.0, answer(bound=7.1), "passes the value"),
        (7.0, answer(gap=0.5), "gap 0.5"),
        (7.0, answer(status=Status.FEASIBLE, bound=7.5, gap=0.0), "bound 7.5"),
        (np.inf, answer(status=Status.INFEASIBLE, stopped="no"), "there is no plan"),
    ],
)
def test_what_is_wrong_is_told(truth, solution, word):
    faults = list(wrong(P_MEDIAN, JUDGE, solution, truth))
    assert not faults if word is None else any(word in fault for fault in faults)
