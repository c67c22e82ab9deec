"""The template: filled in by nobody it is the default; what is changed in it is what is read."""

import re
import zipfile
from contextlib import closing

import openpyxl
import pandas as pd
import pytest

from logistics.cli import main
from logistics.errors import InputError
from logistics.i18n.phrases_vi import PHRASES
from logistics.region import OWN_TABLES, read_ledger, read_region
from logistics.scenario import (
    Band,
    Candidates,
    Corridor,
    Objective,
    Phases,
    ProvinceLimit,
    northern_vietnam,
    read_scenario,
    write_scenario,
)
from logistics.scenario_schema import SECTIONS
from logistics.template import write_template
from logistics.template_sheets import scenario_sheet
from logistics.workbook_keys import LIST_SHEETS, SCENARIO_KEYS


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("template") / "template.xlsx")


@pytest.fixture(scope="module")
def vietnamese(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("template") / "mau.xlsx", "vi")


@pytest.mark.parametrize("name", ["template", "vietnamese"])
def test_a_template_filled_in_by_nobody_is_the_default_scenario(name, request):
    scenario = read_scenario(request.getfixturevalue(name))
    assert scenario == northern_vietnam()
    assert scenario.source.notes == ()


@pytest.mark.parametrize("name", ["template", "vietnamese"])
def test_the_tables_of_a_template_are_the_bundled_tables(name, request):
    path = request.getfixturevalue(name)
    bundled, read = read_region(), read_region(dict.fromkeys(OWN_TABLES, path))
    for frame in ("generators", "sites", "gateways", "provinces"):
        pd.testing.assert_frame_equal(getattr(read, frame), getattr(bundled, frame), check_exact=True)
    assert read.notes == ()


def test_the_ledger_of_a_template_is_the_bundled_ledger(template):
    with closing(openpyxl.load_workbook(template, read_only=True)) as book:
        rows = [row for row in book["ledger"].iter_rows(min_row=3, values_only=True) if row[0]]
    assert {row[0]: row[3] for row in rows} == {row.id: row.value for row in read_ledger().entries.values()}
    assert {row[4] for row in rows} == {None}


def test_drop_downs_units_and_frozen_headers_are_there(template):
    book = openpyxl.load_workbook(template)
    rules = {sheet.title: sheet.data_validations.dataValidation for sheet in book if sheet.title != "notes"}
    lists = {title: [rule.formula1 for rule in found if rule.type == "list"] for title, found in rules.items()}
    assert '"existing,under_construction,planned"' in lists["parks"]
    assert "lists!$A$3:$A$" in lists["in_province"][0]
    assert '"yes,no"' in lists["scenario"]
    assert book["scenario"].freeze_panes == "C3"
    assert book["hubs"].freeze_panes == "B3"
    headings = [cell.value for cell in book["hubs"][1]]
    assert "land of the site (ha)" in headings
    assert book.active.title == "scenario"


def test_headings_are_vietnamese_where_asked_and_names_stay(vietnamese):
    book = openpyxl.load_workbook(vietnamese)
    assert book["parks"]["J1"].value == "tổng diện tích quy hoạch (ha)"
    assert book["parks"]["J2"].value == "area_ha"
    assert "có" in {cell.value for cell in book["scenario"]["B"]}


def test_no_text_of_a_template_is_a_formula_or_a_link(template):
    book = openpyxl.load_workbook(template)
    assert [cell.coordinate for sheet in book for row in sheet for cell in row if cell.data_type == "f"] == []
    assert [cell.coordinate for sheet in book for row in sheet for cell in row if cell.hyperlink] == []


def test_every_key_of_the_schema_has_a_row_or_a_sheet():
    listed = {path for path, _ in LIST_SHEETS.values()}
    keys = {
        (*section, field.alias or name)
        for section, model in SECTIONS.items()
        if section not in listed
        for name, field in model.model_fields.items()
    }
    leaves = {key for key in keys if key not in SECTIONS and key[0] not in {"tables", "ledger"}}
    assert leaves - listed == {key.path for key in SCENARIO_KEYS}
    for name, (path, columns) in LIST_SHEETS.items():
        if path in SECTIONS:
            assert [column.name for column in columns] == list(SECTIONS[path].model_fields), name


def test_every_vietnamese_phrase_is_used(tmp_path, monkeypatch):
    used = set()

    class Noted(dict):
        def __getitem__(self, key):
            used.add(key)
            return super().__getitem__(key)

    monkeypatch.setattr("logistics.i18n.phrases_vi.PHRASES", Noted(PHRASES))
    write_template(tmp_path / "mau.xlsx", "vi")
    assert set(PHRASES) - used == set()


def fill(source, target, *, cells=(), rows=None):
    """Change cells (sheet, name of the cell, value) and append rows to sheets of a workbook."""
    book = openpyxl.load_workbook(source)
    for sheet, name, value in cells:
        book[sheet][name] = value
    for sheet, entries in (rows or {}).items():
        for at, entry in enumerate(entries, start=3):
            for column, value in enumerate(entry, start=1):
                book[sheet].cell(at, column, value)
    book.save(target)
    return target


def keyed(**values):
    """Return the cells of the sheet scenario that hold these keys; __ stands for the point."""
    names = [key.name for key in SCENARIO_KEYS]
    return [("scenario", f"B{names.index(name.replace('__', '.')) + 3}", value) for name, value in values.items()]


def test_a_filled_workbook_is_the_scenario_it_says(template, tmp_path):
    (tmp_path / "no_build.geojson").touch()
    cells = keyed(
        name="one", title="Phương án một", year=None, phases__years="2030; 2040", phases__discount_pct=8.5,
        freight__regional_trade="no", freight__eco_parks="bn_tien_son", hubs__max_new=4,
        hubs__forced_open="gf_tu_son; gf_nam_son", hubs__may_extend="*", hubs__areas_ha="10; 20.5",
        hubs__budget_vnd="2e12; 3e12", hubs__single_sourcing=True, hubs__rail="Có", objective__minimise="co2",
        objective__then="cost", candidates__from="rail; water", candidates__exclude="no_build.geojson",
    )  # fmt: skip
    rows = {
        "service": [["electronics", 90, 4, None, None, "fast"], ["*", 50, None, 150, "bn_tien_son; bn_yen_phong_1"]],
        "in_province": [["Bắc Ninh", 1, 2], ["Hà Nội", None, 1]],
        "corridors": [["QL.18", "gf_tu_son; gf_nam_son", 1]],
        "earliest_year": [["gf_tu_son", 2040]],
        "site_land": [["gf_tu_son", 39.5]],
    }
    path = fill(template, tmp_path / "filled.xlsx", cells=[*cells, ("ledger", "E3", 0.12)], rows=rows)
    with closing(openpyxl.load_workbook(template, read_only=True)) as book:
        row = book["ledger"]["A3"].value
    assert read_scenario(path) == northern_vietnam().__class__(
        name="one", title="Phương án một", phases=Phases(years=(2030, 2040), discount_pct=8.5), regional_trade=False,
        eco_parks=("bn_tien_son",), max_new_hubs=4, forced_open=("gf_tu_son", "gf_nam_son"), may_extend=("*",),
        areas_ha=(10.0, 20.5), budget_vnd=(2e12, 3e12), single_sourcing=True, rail=True,
        objective=Objective(minimise="co2", then=("cost",)), earliest_year={"gf_tu_son": 2040},
        site_land_ha={"gf_tu_son": 39.5},
        candidates=Candidates(kinds=("rail", "water"), exclude=tmp_path / "no_build.geojson"),
        service=(
            Band(commodity="electronics", share_pct=90.0, within_h=4.0, name="fast"),
            Band(commodity="*", share_pct=50.0, within_km=150.0, place_ids=("bn_tien_son", "bn_yen_phong_1")),
        ),
        in_province=(ProvinceLimit(province="Bắc Ninh", min=1, max=2), ProvinceLimit(province="Hà Nội", max=1)),
        corridors=(Corridor(name="QL.18", hubs=("gf_tu_son", "gf_nam_son"), min=1),), ledger={row: 0.12},
    )  # fmt: skip


def test_a_changed_table_replaces_the_bundled_one_and_the_others_stay_bundled(template, tmp_path):
    path = fill(template, tmp_path / "own.xlsx", cells=[("parks", "J3", 500.25)])
    scenario = read_scenario(path)
    assert dict(scenario.tables) == {"parks": path}
    region, bundled = read_region(scenario.tables), read_region()
    changed = region.generators["area_ha"].compare(bundled.generators["area_ha"])
    assert changed.to_numpy().tolist() == [[500.25, 402.81]]


def test_a_scenario_of_a_workbook_is_written_as_toml_that_reads_its_sheets(template, tmp_path):
    scenario = read_scenario(fill(template, tmp_path / "own.xlsx", cells=[("parks", "J3", 500.25)]))
    write_scenario(scenario, tmp_path / "scenario.toml")
    assert read_scenario(tmp_path / "scenario.toml") == scenario


def test_a_value_stored_with_a_formula_is_taken_and_said(template, tmp_path):
    path = tmp_path / "formula.xlsx"
    path.write_bytes(template.read_bytes())
    with_formula(path, "scenario", '<c r="B5"><f>2020+15</f><v>2035</v></c>')
    scenario = read_scenario(path)
    assert scenario.year == 2035
    [note] = scenario.source.notes
    assert note.startswith("formula.xlsx: sheet scenario, cell B5 (row 5, column B): holds a formula")
    assert "2035, was taken" in note


def with_formula(path, sheet, cell):
    """Replace a cell of a workbook by XML, as Excel would store a formula with its value."""
    with closing(openpyxl.load_workbook(path, read_only=True)) as book:
        part = f"xl/worksheets/sheet{book.sheetnames.index(sheet) + 1}.xml"
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    name = re.search(r'r="(\w+)"', cell)[1]
    pattern = rf'<c r="{name}"[^>]*?(?:/>|>.*?</c>)'
    text, count = re.subn(pattern, cell, parts[part].decode(), count=1)
    assert count == 1
    parts[part] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)


def test_a_template_takes_the_place_of_no_file(tmp_path):
    taken = tmp_path / "taken.xlsx"
    taken.write_text("filled in")
    with pytest.raises(InputError, match="is there already"):
        write_template(taken)
    with pytest.raises(InputError, match=r"ends in \.xlsx"):
        write_template(tmp_path / "template.csv")
    assert taken.read_text() == "filled in"


def test_the_command_writes_the_template_and_says_where(tmp_path, capsys):
    assert main(["template", "--out", str(tmp_path / "t.xlsx"), "--lang", "vi"]) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "t.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["t.xlsx"]
    assert main(["template", "--out", str(tmp_path / "t.xlsx")]) == 3


def test_a_list_of_numbers_is_written_so_that_no_point_parts_thousands():
    content = scenario_sheet("scenario", {"hubs": {"areas_ha": [10.125, 20.0]}}, {}, "en")
    assert [row[1] for row in content.rows if row[0] == "hubs.areas_ha"] == ["10.1250; 20.0"]


def test_cells_merged_over_several_rows_are_told_one_by_one(template, tmp_path):
    """A merged cell shows one value over several rows, of which all but the first hold nothing."""
    rows = {"in_province": [["Bắc Ninh", 1, 2], ["Hà Nội", 1, 2]]}
    path = fill(template, tmp_path / "merged.xlsx", cells=keyed(hubs__max_site_ha=20.0), rows=rows)
    book = openpyxl.load_workbook(path)
    row = 3 + [key.name for key in SCENARIO_KEYS].index("hubs.max_site_ha")
    book["scenario"].merge_cells(f"B{row}:B{row + 1}")
    book["scenario"].merge_cells("A1:F1")  # headings are for people
    book["in_province"].merge_cells("B3:B4")
    book["hubs"].merge_cells("K3:K5")  # a column that may be blank
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    told = str(caught.value).splitlines()
    assert [line.partition("cell ")[2].partition(" ")[0] for line in told] == [f"B{row + 1}", "B4", "K4", "K5"]
    assert all(line.endswith("has no value of its own; unmerge them and fill each") for line in told)


def test_a_row_of_names_without_the_column_of_values_is_told_as_such(template, tmp_path):
    path = fill(template, tmp_path / "names.xlsx", cells=[("scenario", "B2", "Value")])
    with pytest.raises(InputError, match=r"A2 .*: the names of the columns stand here, expected key and value"):
        read_scenario(path)
