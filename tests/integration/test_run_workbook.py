"""The workbook of a run: its totals are those of plan.json, its names are text, its scenario reads back."""

import json
import math
import shutil
import subprocess
from contextlib import closing
from dataclasses import replace

import openpyxl
import pandas as pd
import pytest

from logistics.cli import main
from logistics.errors import InputError
from logistics.planning import plan
from logistics.region import read_region
from logistics.reports.workbook import WORKBOOK_FILE, result_tables, write_workbook
from logistics.run_folder import TABLE_NAMES, read_run
from logistics.scenario import read_scenario
from logistics.sheet_writing import CUT_MARK, LONGEST_CELL
from logistics.workbook_keys import RESULT_SHEETS

FIRST_ROW = 4
HOSTILE = (
    "<script>alert(1)</script>",
    "${alert(1)}",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "<r><t>two</t></r>",
    "ga_xe_dien",
    "_x0041_",
    "http://x.invalid/",
    "مرحبا بالعالم",
    "🚢🚚 hub",
    "n" * 10_000,
)


@pytest.fixture(scope="module")
def run(phased_run):
    return read_run(phased_run)


@pytest.fixture(scope="module")
def book(phased_run):
    return openpyxl.load_workbook(phased_run / WORKBOOK_FILE, data_only=True)


def table(book, title):
    """Return a table of results: row 3 is its heading; columns by the name that its note begins with."""
    sheet = book[title]
    names = [cell.comment.text.split(":")[0] for cell in sheet[3]]
    rows = list(sheet.iter_rows(min_row=FIRST_ROW, values_only=True))
    return pd.DataFrame(rows, columns=names)


def figures(book, title):
    """Return the rows of a sheet by their first cell."""
    return {row[0]: list(row[1:]) for row in book[title].iter_rows(values_only=True) if row[0] is not None}


def test_the_scenario_read_from_the_workbook_is_that_of_the_run(phased_run):
    told, read = read_scenario(phased_run / "scenario.toml"), read_scenario(phased_run / WORKBOOK_FILE)
    assert replace(read, tables={}) == replace(told, tables={})
    assert set(read.tables) == set(told.tables)
    assert read.source.notes == ()
    own, other = read_region(told.tables), read_region(read.tables)
    for name in ("generators", "sites", "gateways", "provinces"):
        pd.testing.assert_frame_equal(getattr(other, name), getattr(own, name), check_exact=True)


def test_planning_the_workbook_gives_the_plan_of_the_run(phased_run, phased_plan):
    again = plan(read_scenario(phased_run / WORKBOOK_FILE))
    assert again.flows.equals(phased_plan.flows)
    assert again.summary()["objective_vnd_per_year"] == phased_plan.summary()["objective_vnd_per_year"]


def test_a_vietnamese_workbook_reads_back_as_well(run, phased_run):
    path = phased_run.parent / "vi.xlsx"
    assert write_workbook(run, phased_run, path, lang="vi") == ()
    told, read = read_scenario(phased_run / "scenario.toml"), read_scenario(path)
    assert replace(read, tables={}) == replace(told, tables={})
    book = openpyxl.load_workbook(path)
    assert [both[1] for both in RESULT_SHEETS.values()] == [name for name in book.sheetnames if name in {
        both[1] for both in RESULT_SHEETS.values()
    }]  # fmt: skip
    assert book["Chi phí theo loại"]["A5"].value == "giờ xe tải"
    assert book["Luồng hàng"]["G3"].value == "cách đi"


def test_the_same_run_gives_the_same_file(run, phased_run):
    path = phased_run.parent / "again.xlsx"
    shutil.copytree(phased_run / "inputs", path.parent / "inputs", dirs_exist_ok=True)
    write_workbook(run, phased_run, path)
    write_workbook(run, phased_run, path.with_name("once_more.xlsx"))
    assert path.read_bytes() == path.with_name("once_more.xlsx").read_bytes()


def test_every_check_agrees_and_holds_the_totals_of_plan_json_to_the_last_digit(book, phased_run):
    facts = json.loads((phased_run / "plan.json").read_text(encoding="utf-8"))
    rows = list(book["Checks"].iter_rows(min_row=4, max_row=14, values_only=True))
    assert [row[4] for row in rows] == ["agrees"] * 11
    assert book["Checks"]["A2"].value == "everything agrees"
    known = {row[0]: row[2] for row in rows}
    assert known["freight of the flows (t/year)"] == facts["totals"]["t_per_year"]
    assert known["cost by kind (billion VND/year)"] == facts["objective_vnd_per_year"]
    costs = figures(book, "Costs by kind")
    assert costs["total (billion VND/year)"] == [
        *(phase["vnd_per_year"] for phase in facts["phases"]), facts["objective_vnd_per_year"],
    ]  # fmt: skip
    assert costs["distance of trucks"][-1] == facts["costs"]["distance"]
    summary = figures(book, "Summary")
    assert summary["cost of the plan (billion VND/year)"][0] == facts["objective_vnd_per_year"]
    assert summary["proven gap, of the plan's cost"][0] == facts["gap"]
    assert summary["tonne-kilometres (t-km/year)"][2] == facts["totals"]["tkm_per_year"]


def test_the_tables_add_up_to_the_csv_files(book, phased_run):
    csv = {name: pd.read_csv(phased_run / f"{name}.csv", encoding="utf-8-sig") for name in TABLE_NAMES}
    flows = table(book, "Flows")
    for name in ("t_per_year", "vnd_per_year", "tkm_per_year", "co2_t_per_year"):
        assert math.isclose(flows[name].sum(), csv["flows"][name].sum(), rel_tol=1e-12)
    assert flows["flows"].sum() == len(csv["flows"])
    assert sorted(set(flows["period"])) == [2030, 2040]
    hubs = table(book, "Hub results")
    assert hubs["throughput_t_per_year"].tolist() == csv["hubs"]["throughput_t_per_year"].tolist()
    assert hubs["flows_t_per_year"].to_numpy() == pytest.approx(hubs["throughput_t_per_year"].to_numpy(), rel=1e-9)
    assert table(book, "Links")["t_per_year"].sum() == csv["link_flows"]["t_per_year"].sum()
    assert table(book, "Parks and places")["place_id"].tolist() == csv["places"]["place_id"].tolist()


def test_the_assumptions_are_the_guesses_of_the_plan(book, phased_plan):
    shown, guesses = table(book, "Assumptions"), phased_plan.guesses()
    assert set(shown["id"]) == set(guesses["id"])
    assert dict(zip(shown["id"], shown["value"], strict=True)) == dict(
        zip(guesses["id"], guesses["value"], strict=True)
    )


def test_headings_are_frozen_filtered_and_noted_with_units(phased_run):
    book = openpyxl.load_workbook(phased_run / WORKBOOK_FILE)
    sheet = book["Hub results"]
    assert sheet.freeze_panes == "C4"
    assert sheet.auto_filter.ref.startswith("A3:")
    at = [cell.value for cell in sheet[3]].index("throughput (t/year)") + 1
    assert sheet.cell(3, at).comment.text == "throughput_t_per_year: All that passes the hub (t/year)"
    assert sheet.cell(FIRST_ROW, at).number_format == "#,##0"
    assert sheet.cell(2, at).value.startswith("=SUBTOTAL(109,")
    assert book.active.title == "Summary"


@pytest.fixture(scope="module")
def hostile(run, phased_run, tmp_path_factory):
    """Return a run whose parks are called as badly as can be, and its workbook."""
    folder = tmp_path_factory.mktemp("hostile") / "run"
    shutil.copytree(phased_run, folder)
    parks = folder / "inputs" / "parks.csv"
    own = pd.read_csv(parks, dtype=str, keep_default_na=False)
    filled = pd.concat([own] * 4, ignore_index=True).iloc[: len(HOSTILE)]
    filled["name_vi"] = HOSTILE
    filled["id"] = [f"p_xe_{at}" for at in range(len(filled))]
    filled.to_csv(parks, index=False)
    names = [HOSTILE[at % len(HOSTILE)] for at in range(len(run.places))]
    tables = replace(run, places=run.places.assign(name_vi=names), summary={**run.summary, "title": HOSTILE[4]})
    assert write_workbook(tables, folder, folder / WORKBOOK_FILE) == ()
    return folder, names


def test_hostile_names_stay_text_and_read_back(hostile):
    folder, names = hostile
    book = openpyxl.load_workbook(folder / WORKBOOK_FILE)
    shown = [row[2] for row in book["Parks and places"].iter_rows(min_row=FIRST_ROW, values_only=True)]
    assert [name.replace("_x005F_", "_") for name in shown] == names
    assert [cell.coordinate for sheet in book for row in sheet for cell in row if cell.hyperlink] == []
    texts = {cell.value for row in book["parks"].iter_rows() for cell in row if cell.data_type == "s"}
    assert set(HOSTILE) <= texts
    assert [cell.coordinate for row in book["parks"].iter_rows() for cell in row if cell.data_type == "f"] == []
    assert book["Summary"]["A1"].data_type == "s"
    read = read_region(read_scenario(folder / WORKBOOK_FILE).tables).generators
    assert read["name_vi"].tolist()[: len(HOSTILE)] == list(HOSTILE)


def test_a_text_longer_than_a_cell_is_cut_and_said(run, phased_run, tmp_path):
    long = "đường " * 8_000 + "🚢"
    places = run.places.assign(name_en=[long, *run.places["name_en"][1:]])
    [told] = write_workbook(replace(run, places=places), phased_run, tmp_path / "long.xlsx")
    assert "sheet Parks and places, column name_en: 1 texts are longer than 32767 characters and were cut" in told
    with closing(openpyxl.load_workbook(tmp_path / "long.xlsx", read_only=True)) as book:
        shown = book["Parks and places"].cell(FIRST_ROW, 4).value
        checks = [row[0] for row in book["Checks"].iter_rows(values_only=True)]
    assert len(shown) == LONGEST_CELL
    assert shown == long[: LONGEST_CELL - 1] + CUT_MARK
    assert told in checks


@pytest.mark.parametrize(
    "level",
    [
        (4_000, "all commodities together", "commodity"),
        (2_000, "by province", "origin_id"),
        (5, "by commodity", "origin"),
    ],
)
def test_more_flows_than_a_sheet_should_hold_are_added_up_further(run, phased_run, monkeypatch, tmp_path, level):
    most, note, absent = level
    monkeypatch.setattr(result_tables, "MOST_FLOW_ROWS", most)
    write_workbook(run, phased_run, tmp_path / "few.xlsx")
    book = openpyxl.load_workbook(tmp_path / "few.xlsx", data_only=True)
    assert note in book["Flows"]["A1"].value
    flows = table(book, "Flows")
    assert absent not in flows
    assert math.isclose(flows["t_per_year"].sum(), run.flows["t_per_year"].sum(), rel_tol=1e-12)
    assert book["Checks"]["A2"].value == "everything agrees"


def test_of_very_many_links_the_busiest_are_shown(run, phased_run, monkeypatch, tmp_path):
    monkeypatch.setattr(result_tables, "MOST_LINK_ROWS", 50)
    write_workbook(run, phased_run, tmp_path / "links.xlsx")
    book = openpyxl.load_workbook(tmp_path / "links.xlsx", data_only=True)
    links = run.link_flows
    assert book["Links"]["A1"].value.startswith(f"The 50 links with most tonne-kilometres of {len(links)}")
    busiest = (links["t_per_year"] * links["length_km"]).max()
    assert table(book, "Links")["tkm_per_year"].max() == busiest


def test_a_run_whose_tables_were_changed_does_not_agree(run, phased_run, tmp_path):
    flows = run.flows.assign(t_per_year=run.flows["t_per_year"] * 1.001)
    write_workbook(replace(run, flows=flows), phased_run, tmp_path / "changed.xlsx")
    checks = openpyxl.load_workbook(tmp_path / "changed.xlsx", data_only=True)["Checks"]
    assert checks["A2"].value == "some do not agree"
    assert checks["E4"].value == "differs"


def test_another_language_is_refused(run, phased_run, tmp_path):
    with pytest.raises(InputError, match="expected one of en, vi"):
        write_workbook(run, phased_run, tmp_path / "fr.xlsx", lang="fr")


def test_a_workbook_of_results_alone_is_no_scenario(tmp_path, capsys):
    book = openpyxl.Workbook()
    book.active.title = "Summary"
    book.create_sheet("Luồng hàng")
    book.save(tmp_path / "results.xlsx")
    assert main(["plan", str(tmp_path / "results.xlsx")]) == 3
    assert "found the sheets of results alone, expected some of scenario" in capsys.readouterr().err


RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>
"""


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_works_out_the_same_values(hostile, tmp_path):
    folder, _ = hostile
    profile = tmp_path / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(RECALCULATE, encoding="utf-8")
    command = ["soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "xlsx"]
    subprocess.run(
        [*command, "--outdir", tmp_path, folder / WORKBOOK_FILE], check=True, timeout=300, capture_output=True
    )
    written, formulas, opened = (
        openpyxl.load_workbook(path, data_only=data_only)
        for path, data_only in (
            (folder / WORKBOOK_FILE, True), (folder / WORKBOOK_FILE, False), (tmp_path / WORKBOOK_FILE, True),
        )
    )  # fmt: skip
    assert opened.sheetnames == written.sheetnames
    worked_out = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                ours, theirs = (one[sheet.title].cell(cell.row, cell.column).value for one in (written, opened))
                worked_out += cell.data_type == "f"
                is_difference = sheet.title == "Checks" and cell.column_letter == "D"
                assert is_difference or same(ours, theirs), f"{sheet.title}!{cell.coordinate}: {ours!r}, {theirs!r}"
    assert worked_out > 200
    assert opened["Checks"]["A2"].value == "everything agrees"


def same(ours, theirs):
    """Tell whether two cells hold the same; adding up in another order may change the last digits."""
    if isinstance(ours, int | float) and isinstance(theirs, int | float):
        return math.isclose(ours, theirs, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.replace("_x005F_", "_") == theirs.replace("_x005F_", "_")
    return (ours or None) == (theirs or None)
