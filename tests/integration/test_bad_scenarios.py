"""Bad scenarios, in TOML and as workbooks: exit code 3, and a message with the place and the remedy.

Each case goes through `logistics plan` in this process; nothing is solved and nothing is written.
"""

import datetime as dt
import zipfile
from collections.abc import Mapping, Sequence

import openpyxl
import pytest

from logistics.cli import main
from logistics.cli.failures import BAD_INPUT
from logistics.region import CONTRACTS, bundled_file
from logistics.workbook_keys import LEDGER_COLUMNS, LIST_SHEETS
from networks.tables import read_table

Rows = Sequence[Sequence[object]]

TOML_CASES = (
    (
        "phases that do not follow each other",
        "[phases]\nyears = [2040, 2030]",
        (":2: phases.years", "larger than the one"),
    ),
    ("no phase", "[phases]\nyears = []", (":2: phases.years", "at least 1")),
    ("too many phases", "[phases]\nyears = [2030, 2031, 2032, 2033, 2034, 2035, 2036]", (":2:", "at most 6")),
    ("phases without years", "[phases]\nlast_years = 5", (":1: phases.years", "missing")),
    ("a year beside phases", "year = 2031\n[phases]\nyears = [2030]", (":1: year", "take year out")),
    ("a phase too late", "[phases]\nyears = [2030,\n 2070]", (":3: phases.years[1]", "at most 2060")),
    ("a discount of a text", '[phases]\nyears=[2030]\ndiscount_pct = "8%"', (":3: phases.discount_pct", "a number")),
    (
        "too few budgets",
        "[hubs]\nbudget_vnd = [1]\n[phases]\nyears = [2030, 2040]",
        (":2: hubs.budget_vnd", "expected 2"),
    ),
    ("a negative budget", "[hubs]\nbudget_vnd = -1", (":2: hubs.budget_vnd", "at least 0")),
    ("an infinite budget", "[hubs]\nbudget_vnd = inf", (":2: hubs.budget_vnd", "a finite number")),
    ("a site that opens too late", "[hubs]\nearliest_year = { gf_tu_son = 2040 }", (":2:", "use hubs.forbidden")),
    (
        "a site forced and forbidden",
        '[hubs]\nforced_open = ["a"]\nforbidden = ["a"]',
        (":2: hubs.forced_open", "one of"),
    ),
    ("a hub to be built and closed", '[hubs]\nforced_open = ["a"]\nmay_close = ["a"]', (":2:", "keep it in one of")),
    ("every hub and some", '[hubs]\nmay_close = ["*", "a"]', (":2: hubs.may_close", "keep one or the other")),
    ("sizes out of order", "[hubs]\nareas_ha = [30, 10]", (":2: hubs.areas_ha", "larger than the one before")),
    (
        "no size that fits",
        "[hubs]\nareas_ha = [10]\nmax_site_ha = 5",
        (":3: hubs.max_site_ha", "hubs.areas_ha", "change"),
    ),
    ("too little land", "[hubs]\nareas_ha = [10]\nexactly = 3\nmax_land_ha = 25", (":4: hubs.max_land_ha", "raise it")),
    ("too few changes", "[hubs]\nexactly = 3\nmax_changes = 2", (":3: hubs.max_changes", "raise it")),
    ("too few hubs allowed", "[hubs]\nexactly = 5\nmax_new = 3", (":2: hubs.exactly", "hubs.max_new", "change one")),
    ("min above max", '[hubs]\nin_province = [\n{province="Hà Nội", min=2, max=1}]', (":3:", "lower min or raise max")),
    ("a province twice", '[hubs]\nin_province=[{province="Hà Nội"},\n{province="Hà Nội"}]', (":3:", "keep one entry")),
    ("a key misspelt in a list", '[hubs]\nin_province=[{provinc="Hà Nội"}]', (":2:", "nearest: province")),
    ("a corridor of no sites", '[[hubs.corridors]]\nname="x"\nhubs=[]', (":3: hubs.corridors[0].hubs", "at least 1")),
    (
        "a corridor too short",
        '[[hubs.corridors]]\nname="x"\nhubs=["a"]\nmin=2',
        (":4: hubs.corridors[0].min", "name more"),
    ),
    (
        "hours and kilometres",
        '[[service]]\ncommodity="*"\nshare_pct=9\nwithin_h=1\nwithin_km=1',
        (":4:", "exactly one of"),
    ),
    ("neither of them", '[[service]]\ncommodity="*"\nshare_pct=9', (":1: service[0].within_h", "exactly one of")),
    ("a share too large", '[[service]]\ncommodity="*"\nshare_pct=900\nwithin_h=1', (":3: service[0]", "at most 100")),
    ("no such goal", '[objective]\nminimise = "price"', (":2: objective.minimise", "expected cost, co2, distance or")),
    ("weights and an order", '[objective]\nthen=["co2"]\nweights={cost=1}', (":3: objective.weights", "keep one")),
    ("weights of nothing", "[objective]\nweights = {cost = 0}", (":2: objective.weights.cost", "expected above 0")),
    ("a tolerance of nothing", "[objective]\ntolerance_pct = 5", (":2: objective.tolerance_pct", "take it out")),
    ("no band to be outside of", '[objective]\nminimise = "outside_service"', (":2:", "add one under service")),
    ("sites from nowhere", '[candidates]\nfrom = ["railway"]', (":2: candidates.from", "nearest to 'rail'")),
    ("polygons that are not there", '[candidates]\nexclude = "no.geojson"', (":2: candidates.exclude", "no such file")),
    ("a matrix that is not there", '[freight]\nod_matrix = "no.csv"', (":2: freight.od_matrix", "no such file")),
    ("a section for a value", "[hubs]\nrail = { on = true }", (":2: hubs.rail", "expected true or false")),
    ("a value for a section", "objective = 1", (":1: objective", "a section of keys and values")),
    # these are seen against the tables of the region
    ("an unknown province", '[hubs]\nin_province=[{province="Bac Ninh"}]', (":2:", "nearest: Bắc Ninh")),
    ("an unknown commodity", '[[service]]\ncommodity="phones"\nshare_pct=9\nwithin_h=1', (":2:", "known: electronics")),
    ("an unknown park", '[freight]\neco_parks = ["bn_tien_sn"]', (":2: freight.eco_parks[0]", "bn_tien_son")),
    ("a park that is a cluster", '[freight]\neco_parks = ["ccn_hap_linh"]', (":2: freight.eco_parks[0]", "no park")),
    (
        "an unknown hub to close",
        '[hubs]\nmay_close = ["icd_tien_sn"]',
        (":2: hubs.may_close[0]", "nearest: icd_tien_son"),
    ),
    ("a planned hub to close", '[hubs]\nmay_close = ["gf_tu_son"]', (":2: hubs.may_close[0]", "name a standing hub")),
    ("land of a hub that may not grow", "[hubs]\nsite_land_ha={icd_tien_son=90}", (":2:", "hubs.may_extend")),
    ("a standing hub that opens", "[hubs]\nearliest_year={icd_tien_son=2030}", (":2:", "take it out")),
    ("an unknown site in a corridor", '[[hubs.corridors]]\nname="x"\nhubs=["gf_tu_sn"]', (":3:", "nearest: gf_tu_son")),
    ("an own share above all", "[ledger]\ncontestable_small = 150", (":2: ledger.contestable_small", "0 and 100")),
    ("shares that sum to no whole", "[ledger]\nsize_full_seaport_channel = 53", (":2:", "set them together")),
)


def keys(**cells: object) -> dict[str, Rows]:
    """Return a workbook of one sheet with keys; __ stands for the point."""
    return {"scenario": [["key", "value"], *([name.replace("__", "."), value] for name, value in cells.items())]}


def listed(sheet: str, *rows: Sequence[object]) -> dict[str, Rows]:
    return {sheet: [[column.name for column in LIST_SHEETS[sheet][1]], *rows]}


def ledger(*rows: Mapping[str, object]) -> dict[str, Rows]:
    return {"ledger": [list(LEDGER_COLUMNS), *([row.get(name) for name in LEDGER_COLUMNS] for row in rows)]}


def table(name: str, **cells: object) -> dict[str, Rows]:
    """Return a workbook of one sheet with a bundled table whose first row is changed; the header is row 1."""
    frame = read_table(bundled_file(name), CONTRACTS[name])
    rows = [[None if value != value else value for value in row] for row in frame.to_numpy().tolist()]  # noqa: PLR0124
    for column, value in cells.items():
        rows[0][list(frame.columns).index(column)] = value
    return {name: [list(frame.columns), *rows]}


def renamed(sheets: dict[str, Rows], name: str, at: tuple[int, int], value: object) -> dict[str, Rows]:
    row, column = at
    sheets[name][row][column] = value
    return sheets


WORKBOOK_CASES = (
    ("a key misspelt", lambda: keys(hubs__max_nw=3), ("cell A2 (row 2, column A)", "nearest: hubs.max_new")),
    ("a key without its section", lambda: keys(exactly=3), ("sheet scenario, cell A2", "nearest: hubs.exactly")),
    ("a text for a number", lambda: keys(hubs__max_new="five"), ("sheet scenario, cell B2", "expected a whole number")),
    ("a broken number", lambda: keys(hubs__max_new=2.5), ("sheet scenario, cell B2", "expected a whole number")),
    ("a decimal comma", lambda: keys(network__max_connector_km="7,5"), ("cell B2", "as a point: 1.5")),
    ("a unit in the cell", lambda: keys(hubs__max_land_ha="100 ha"), ("cell B2", "the unit belongs in the name")),
    ("a year out of range", lambda: keys(year=1999), ("sheet scenario, cell B2", "at least 2020")),
    ("a date for a year", lambda: keys(year=dt.date(2030, 1, 1)), ("cell B2", "format the cell as text or number")),
    ("neither yes nor no", lambda: keys(hubs__rail="maybe"), ("cell B2", "expected yes or no")),
    ("no such goal", lambda: keys(objective__minimise="costs"), ("cell B2", "nearest to 'cost'")),
    ("a formula without a value", lambda: keys(hubs__max_new="=1+1"), ("cell B2", "open the file in Excel")),
    ("two keys that clash", lambda: keys(hubs__exactly=5, hubs__max_new=3), ("cell B2", "hubs.max_new", "change one")),
    ("a budget too short", lambda: keys(phases__years="2030; 2040", hubs__budget_vnd="1; 2; 3"), ("B3", "expected 2")),
    ("a value without a key", lambda: {"scenario": [["key", "value"], [None, 3]]}, ("cell B2", "without a key")),
    ("a header that is none", lambda: {"scenario": [["what", "how much"]]}, ("sheet scenario, row 1", "key, value")),
    ("a remark without a name", lambda: {"scenario": [["key", "value"], ["year", 2030, "x"]]}, ("cell C2", "clear it")),
    ("a key twice", lambda: {"scenario": [["key", "value"], ["year", 2030], ["year", 2031]]}, ("cell A3", "twice")),
    ("an unknown site", lambda: keys(hubs__forced_open="gf_tu_sonn"), ("cell B2", "nearest: gf_tu_son")),
    ("hours and kilometres", lambda: listed("service", ["*", 90, 4, 100]), ("sheet service, cell C2", "exactly one")),
    ("no share", lambda: listed("service", ["*", None, 4]), ("sheet service, cell B2 (row 2, column B)", "missing")),
    ("an unknown commodity", lambda: listed("service", ["electronic", 9, 1]), ("cell A2", "nearest: electronics")),
    ("a column misspelt", lambda: renamed(listed("service"), "service", (0, 2), "within_hr"), ("C1", "within_h")),
    ("an unknown province", lambda: listed("in_province", ["Bac Ninh", 0, 1]), ("cell A2", "nearest: Bắc Ninh")),
    ("min above max", lambda: listed("in_province", ["Hà Nội", 2, 1]), ("sheet in_province, cell B2", "raise max")),
    ("no sites", lambda: listed("corridors", ["QL.18", None, 1]), ("sheet corridors, cell B2", "missing")),
    ("a site twice", lambda: listed("earliest_year", ["a", 2030], ["a", 2030]), ("cell A3", "keep one")),
    ("no land", lambda: listed("site_land", ["gf_tu_son", None]), ("site_land, cell B2", "a land_ha")),
    ("no year", lambda: listed("earliest_year", ["gf_tu_son", None]), ("earliest_year, cell B2", "a year")),
    ("an unknown row", lambda: ledger({"id": "crff", "own_value": 1}), ("sheet ledger, cell A2", "nearest: crf")),
    ("a row twice", lambda: ledger({"id": "crf"}, {"id": "crf"}), ("sheet ledger, cell A3", "keep one")),
    ("a changed table value", lambda: ledger({"id": "crf", "value": 9}), ("sheet ledger, cell D2", "into own_value")),
    ("a percent sign", lambda: ledger({"id": "crf", "own_value": "8%"}), ("cell E2", "without the sign %")),
    ("a share above all", lambda: ledger({"id": "contestable_small", "own_value": 150}), ("cell E2", "0 and 100")),
    ("a negative area", lambda: table("parks", area_ha=-5), ("sheet parks, cell J2 (row 2, column J)", "above 0")),
    ("no area", lambda: table("parks", area_ha=None), ("sheet parks, cell J2", "found nothing, expected a number")),
    ("swapped coordinates", lambda: table("hubs", lon=21.1, lat=105.9), ("sheet hubs, cell", "look swapped")),
    ("a word no choice", lambda: table("hubs", status="exsiting"), ("sheet hubs, cell L2", "existing")),
    ("an id of another table", lambda: table("hubs", id="bn_tien_son"), ("sheet hubs, cell A2", "ids must differ")),
    ("a sheet misspelt", lambda: {"park": [["id"], ["x"]], **keys(year=2030)}, ("sheet park: ", "nearest: parks")),
    ("sheets of something else", lambda: {"Sheet1": [["x"]]}, ("Sheet1", "logistics template")),
)  # fmt: skip

FILE_CASES = (
    ("an old workbook", "case.xls", b"\xd0\xcf\x11\xe0", ("case.xls", "NAME.xlsx", "logistics template")),
    ("another office", "case.ods", b"PK", ("case.ods", "NAME.xlsx", "logistics template")),
    ("half a workbook", "case.xlsx", b"PK\x03\x04" + b"\0" * 100, ("case.xlsx", "no workbook")),
    ("an empty file", "case.xlsx", b"", ("case.xlsx", "no workbook")),
    ("a syntax error", "case.toml", b"[hubs\n", ("case.toml:1:", "closed by ]")),
    ("no UTF-8", "case.toml", b"name = '\xff'\n", ("case.toml:1:", "save the file as UTF-8")),
)


@pytest.fixture(autouse=True)
def nothing_is_solved(monkeypatch, tmp_path):
    monkeypatch.setattr("logistics.planning.decide", lambda *_: pytest.fail("the solver was asked"))
    monkeypatch.setattr("logistics.case.read_network", lambda *_: pytest.fail("the network was read"))
    monkeypatch.chdir(tmp_path)


def refusal(path, capsys):
    """Return what `logistics plan` says of a scenario that it must refuse."""
    code = main(["plan", str(path), "--out", "run"])
    shown = capsys.readouterr()
    assert code == BAD_INPUT, shown.err
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert not (path.parent / "run").exists()
    return "\n".join(line for line in shown.err.splitlines() if not line.startswith("reading "))


def written(path, sheets):
    """Write a workbook: the first row of a sheet is the header."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


@pytest.mark.parametrize(("name", "text", "words"), TOML_CASES, ids=[case[0] for case in TOML_CASES])
def test_a_bad_scenario_in_toml_is_told_with_its_line_and_the_remedy(name, text, words, tmp_path, capsys):
    path = tmp_path / "case.toml"
    path.write_text(text, encoding="utf-8")
    said = refusal(path, capsys)
    assert "case.toml:" in said, name
    assert [word for word in words if word not in said] == [], said


@pytest.mark.parametrize(("name", "sheets", "words"), WORKBOOK_CASES, ids=[case[0] for case in WORKBOOK_CASES])
def test_a_bad_workbook_is_told_with_its_cell_and_the_remedy(name, sheets, words, tmp_path, capsys):
    said = refusal(written(tmp_path / "case.xlsx", sheets()), capsys)
    assert "case.xlsx" in said, name
    assert [word for word in words if word not in said] == [], said


@pytest.mark.parametrize(("name", "file", "data", "words"), FILE_CASES, ids=[case[0] for case in FILE_CASES])
def test_a_file_that_is_no_scenario_is_told_with_the_remedy(name, file, data, words, tmp_path, capsys):
    (tmp_path / file).write_bytes(data)
    said = refusal(tmp_path / file, capsys)
    assert [word for word in words if word not in said] == [], (name, said)


def test_the_cases_are_at_least_forty():
    assert len(TOML_CASES) + len(WORKBOOK_CASES) + len(FILE_CASES) >= 40


def test_all_faults_of_all_sheets_are_told_at_once_in_their_order(tmp_path, capsys):
    sheets = {
        **keys(year=1999, hubs__max_new="x", hubs__rial="yes"), **listed("service", ["*", 900, 4], ["*", "all", 4]),
        **ledger({"id": "crff"}), **table("hubs", lat=10, area_ha="much"), **table("places", lon=None),
    }  # fmt: skip
    lines = refusal(written(tmp_path / "case.xlsx", sheets), capsys).splitlines()
    cells = [line.split("sheet ")[1].split(" (")[0] for line in lines]
    assert cells == [
        "scenario, cell B2", "scenario, cell B3", "scenario, cell A4", "service, cell B2", "service, cell B3",
        "ledger, cell A2", "hubs, cell I2", "hubs, cell G2", "places, cell E2",
    ]  # fmt: skip


def test_a_workbook_that_unpacks_into_more_than_a_scenario_is_not_opened(tmp_path, capsys, monkeypatch):
    path = tmp_path / "case.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 10_000_000)
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("the workbook was opened"))
    said = refusal(path, capsys)
    assert "case.xlsx: unpacks into 1 parts, 10,000,000 bytes" in said
    assert "that is no scenario" in said


def test_a_sheet_without_end_is_refused(tmp_path, capsys):
    book = openpyxl.Workbook()
    book.active.title = "scenario"
    book.active["A1"], book.active["B1"], book.active["A30000"] = "key", "value", "year"
    book.save(tmp_path / "case.xlsx")
    assert "sheet scenario: holds more than 20,000 rows" in refusal(tmp_path / "case.xlsx", capsys)
