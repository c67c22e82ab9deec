"""A workbook planned from end to end: its tables are the plan's, and the run can be audited without it."""

import csv
import json

import openpyxl
import pytest

from logistics.auditing import audit
from logistics.planning import plan
from logistics.scenario import read_scenario


def append_table(book, path):
    """Put a CSV table on a sheet called after it, as a person would: numbers are numbers."""
    sheet = book.create_sheet(path.stem)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            sheet.append([number_or_text(cell) for cell in row])


def number_or_text(cell):
    try:
        return float(cell)
    except ValueError:
        return cell or None


@pytest.fixture(scope="module")
def workbook(small_scenario, tmp_path_factory):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "scenario"
    rows = [("name", "small"), ("freight.regional_trade", "no"), ("hubs.curve_to", 2), ("hubs.max_new", 2)]
    for row in [("key", "value"), *rows]:
        sheet.append(row)
    for path in small_scenario.tables.values():
        append_table(book, path)
    book.create_sheet("my sums")["A1"] = "=1+1"
    path = tmp_path_factory.mktemp("workbook") / "small.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def workbook_plan(workbook):
    return plan(read_scenario(workbook))


def test_a_workbook_and_tables_of_the_same_rows_give_the_same_plan(workbook_plan, small_plan):
    for figure in ("objective_vnd_per_year", "t_per_year", "status", "new_hubs"):
        assert workbook_plan.summary().get(figure) == small_plan.summary().get(figure)
    assert workbook_plan.flows.equals(small_plan.flows)


def test_what_was_not_read_is_told_with_the_plan(workbook_plan):
    assert "small.xlsx: sheet my sums is not one of a scenario and was not read" in workbook_plan.summary()["warnings"]


def test_the_run_of_a_workbook_holds_its_tables_and_is_accepted_by_the_audit(workbook_plan, workbook, tmp_path):
    folder = workbook_plan.save(tmp_path / "run")
    assert sorted(path.name for path in (folder / "inputs").iterdir()) == ["clusters.xlsx", "parks.xlsx"]
    assert 'parks = "inputs/parks.xlsx"' in (folder / "scenario.toml").read_text(encoding="utf-8")
    assert json.loads((folder / "plan.json").read_text(encoding="utf-8"))["name"] == "small"
    hidden = workbook.rename(workbook.with_suffix(".away"))
    try:
        assert audit(folder) == []
    finally:
        hidden.rename(workbook)
