"""The thirty faults of `faults.csv`: each has a test that bears its number, or a reason why there is none."""

import ast
import csv
from collections import Counter
from pathlib import Path

import pytest

FAULTS = Path(__file__).with_name("faults.csv")


@pytest.fixture(scope="module")
def faults():
    with FAULTS.open(encoding="utf-8", newline="") as file:
        return {row.pop("number"): row for row in csv.DictReader(file)}


def marks(source):
    """Yield the numbers of each `pytest.mark.fault("F1", ...)` in a file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.fault":
            yield from (ast.literal_eval(number) for number in node.args)


@pytest.fixture(scope="module")
def tested(root):
    files = (root / "tests").rglob("test_*.py")
    return Counter(number for file in files for number in marks(file.read_text(encoding="utf-8")))


def test_there_are_thirty_faults_and_each_says_what_the_program_does(faults):
    assert list(faults) == [f"F{number}" for number in range(1, 31)]
    assert all(None not in row for row in faults.values()), "a comma too many"
    assert all(row["what the program does"] or row["not produced here because"] for row in faults.values())


def test_each_fault_is_tested_or_says_why_not(faults, tested):
    untested = [number for number in faults if not tested[number]]
    assert [number for number in untested if not faults[number]["not produced here because"]] == []
    assert untested in ([], ["F3"])


def test_every_mark_is_the_number_of_a_fault(faults, tested):
    assert tested.keys() - faults.keys() == set()
