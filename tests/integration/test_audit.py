"""The audit accepts what was written and refuses any figure that was changed."""

import json
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from logistics.auditing import audit, audit_tables
from logistics.errors import InputError
from logistics.planning import plan
from logistics.run_folder import RunTables, read_run

SEED = 20261123


@pytest.fixture(scope="module")
def run(small_plan, tmp_path_factory):
    return small_plan.save(tmp_path_factory.mktemp("runs") / "small")


def changed(tables, name, row, column, value):
    frame = getattr(tables, name).copy()
    frame[column] = frame[column].astype(object)
    frame.iloc[row, frame.columns.get_loc(column)] = value
    numeric = pd.api.types.is_numeric_dtype(getattr(tables, name)[column])
    frame[column] = frame[column].astype(float) if numeric else frame[column]
    parts = {part: getattr(tables, part) for part in ("summary", "hubs", "flows", "link_flows", "places")}
    return RunTables(**(parts | {name: frame}))


def test_the_audit_accepts_the_run(run):
    assert audit(run) == []


def test_the_run_folder_is_complete(run):
    names = {path.name for path in run.iterdir()}
    assert names == {
        "plan.json",
        "hubs.csv",
        "flows.csv",
        "link_flows.csv",
        "places.csv",
        "scenario.toml",
        "SHA256SUMS",
        "map.html",
        "report.html",
        "workbook.xlsx",
        "plan.gpkg",
        "ledger.csv",
        "inputs",
    }


def test_numbers_come_back_from_the_files_as_they_were(run, small_plan):
    pd.testing.assert_series_equal(read_run(run).flows["vnd_per_year"], small_plan.flows["vnd_per_year"])


@pytest.mark.parametrize("name", ["hubs", "flows"])
def test_any_single_figure_changed_is_refused(run, small_plan, name):
    """Every numeric column, several rows each, changed by a thousandth or by one where it is zero."""
    tables = read_run(run)
    frame = getattr(tables, name)
    random = np.random.default_rng(SEED)
    accepted = []
    for column in frame.select_dtypes("number").columns:
        for row in random.choice(len(frame), size=3, replace=False):
            value = float(frame[column].iloc[row])
            if not audit_tables(small_plan.timeline, changed(tables, name, row, column, value * 1.001 + (value == 0))):
                accepted.append((column, int(row)))
    assert accepted == []


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("flows", "hub_id", "icd_nowhere"), ("flows", "commodity", "gold"), ("flows", "mode", "balloon"),
     ("hubs", "tier", "cross-dock 999 ha"), ("hubs", "name_en", "Another name"), ("hubs", "is_new", True)],
)  # fmt: skip
def test_a_changed_word_is_refused(run, small_plan, name, column, value):
    assert audit_tables(small_plan.timeline, changed(read_run(run), name, 0, column, value))


def test_a_finding_names_file_row_and_column(run, small_plan):
    tables = read_run(run)
    findings = audit_tables(small_plan.timeline, changed(tables, "flows", 3, "vnd_per_t", 1.0))
    assert any(finding.startswith("flows.csv:5:vnd_per_t: found 1.0, recomputed") for finding in findings)


def test_a_missing_row_is_refused(run, tmp_path):
    copy = shutil.copytree(run, tmp_path / "copy")
    lines = (copy / "flows.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (copy / "flows.csv").write_text("".join(lines[:-1]), encoding="utf-8-sig")
    assert audit(copy)


@pytest.mark.parametrize("figure", ["objective_vnd_per_year", "direct_vnd_per_year", "saving_vnd_per_year", "gap"])
def test_a_changed_total_is_refused(run, tmp_path, figure):
    copy = shutil.copytree(run, tmp_path / "copy")
    facts = json.loads((copy / "plan.json").read_text(encoding="utf-8"))
    facts[figure] = facts[figure] * 1.01 + 0.01
    (copy / "plan.json").write_text(json.dumps(facts), encoding="utf-8")
    assert any(figure in finding for finding in audit(copy))


def test_a_changed_input_is_refused(run, tmp_path):
    copy = shutil.copytree(run, tmp_path / "copy")
    table = copy / "inputs" / "parks.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("99.5", "99.4"), encoding="utf-8")
    assert any("parks.csv is not the file the run was made from" in finding for finding in audit(copy))


def test_a_folder_that_is_no_run_is_named(tmp_path):
    with pytest.raises(InputError, match=r"there is no plan\.json"):
        audit(tmp_path)


def test_freight_through_a_hub_that_is_not_open_is_refused(small_scenario):
    forced = plan(replace(small_scenario, forced_open=("gf_nam_son",), curve_to=1, max_new_hubs=1))
    tables = forced.tables
    hubs = tables.hubs[~tables.hubs["is_new"]]
    facts = dict(tables.summary) | {"hubs": [row for row in tables.summary["hubs"] if not row["is_new"]]}
    findings = audit_tables(forced.timeline, replace(tables, hubs=hubs, summary=facts))
    assert "hubs.csv: the scenario forces 'gf_nam_son' open, it is not" in findings
    passed = tables.flows.query("hub_id == 'gf_nam_son'")["t_per_year"].sum()
    assert (passed > 0) == ("flows.csv: freight passes 'gf_nam_son', which is not open in hubs.csv" in findings)


def test_a_direct_way_by_barge_is_refused(run, small_plan):
    tables = read_run(run)
    row = int(np.flatnonzero(tables.flows["way"] == "direct")[-1])
    findings = audit_tables(small_plan.timeline, changed(tables, "flows", row, "mode", "barge"))
    assert any("direct freight goes by truck" in finding for finding in findings)


@pytest.mark.parametrize(
    "change",
    [{"year": 2031}, {"name": "other"}, {"cheapest_new_hubs": 9}, {"curve": []}, {"costs": {}}, {"totals": {}}],
)
def test_a_changed_word_of_the_summary_is_refused(run, small_plan, change):
    tables = read_run(run)
    assert audit_tables(small_plan.timeline, replace(tables, summary=dict(tables.summary) | change))


def test_carbon_wrong_by_a_hundred_thousandth_is_refused(run, small_plan):
    tables = read_run(run)
    row = int(tables.flows["co2_t_per_year"].to_numpy().argmin())
    value = float(tables.flows["co2_t_per_year"].iloc[row]) * (1 + 1e-5)
    assert audit_tables(small_plan.timeline, changed(tables, "flows", row, "co2_t_per_year", value))


def test_plan_json_that_lacks_a_part_is_refused_in_words(run, small_plan):
    tables = read_run(run)
    for key in ("goals", "curve", "phases", "totals", "known_volumes"):
        facts = {name: value for name, value in tables.summary.items() if name != key}
        assert audit_tables(small_plan.timeline, replace(tables, summary=facts)), key


def nudged(value):
    if isinstance(value, dict):
        return {name: nudged(one) for name, one in value.items()}
    if isinstance(value, list):
        return [nudged(one) for one in value]
    if isinstance(value, bool) or value is None:
        return not value
    return value + "x" if isinstance(value, str) else value * 1.01 + 1


@pytest.mark.parametrize("key", ["id", "description", "known", "modelled", "unit", "plan_year", "ratio"])
def test_a_changed_known_volume_is_refused(run, small_plan, key):
    tables = read_run(run)
    rows = [dict(row) for row in tables.summary["known_volumes"]]
    rows[-1][key] = nudged(rows[-1][key])
    facts = dict(tables.summary) | {"known_volumes": rows}
    assert any("known_volumes" in one for one in audit_tables(small_plan.timeline, replace(tables, summary=facts)))


def test_known_volumes_cut_short_are_refused(run, small_plan):
    tables = read_run(run)
    facts = dict(tables.summary) | {"known_volumes": tables.summary["known_volumes"][:-1]}
    assert any("known_volumes" in one for one in audit_tables(small_plan.timeline, replace(tables, summary=facts)))


@pytest.mark.parametrize("key", ["status", "attribution", "freight_balance", "one_more"])
def test_a_changed_fact_beside_the_figures_is_refused(run, small_plan, key):
    tables = read_run(run)
    facts = dict(tables.summary) | {key: nudged(tables.summary[key])}
    assert any(key in one for one in audit_tables(small_plan.timeline, replace(tables, summary=facts)))
