"""What spreadsheets and their users do to a workbook: each is read as it is meant, or told with its cell."""

import openpyxl
import pytest

from logistics.errors import InputError
from logistics.scenario import read_scenario
from logistics.template import write_template
from logistics.workbook_file import read_sheets

FIRST = 3
"""The row below the headings for people and the names of the columns."""


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return write_template(tmp_path_factory.mktemp("odd") / "template.xlsx")


def column(sheet, name, row=FIRST - 1):
    return [cell.value for cell in sheet[row]].index(name) + 1


def at(sheet, name, row=FIRST):
    return sheet.cell(row, column(sheet, name))


def row_of(sheet, name):
    return [cell.value for cell in sheet["A"]].index(name) + 1


def percent(cell, value):
    cell.value, cell.number_format = value, "0.0%"


def faults(book, path):
    book.save(path)
    with pytest.raises(InputError) as caught:
        read_scenario(path)
    return [line.removeprefix(f"{path.name}: ") for line in str(caught.value).splitlines()]


def test_numbers_that_are_not_what_they_look_like_are_told_with_their_cells(template, tmp_path):
    book = openpyxl.load_workbook(template)
    keys, ledger, parks, service = (book[name] for name in ("scenario", "ledger", "parks", "service"))
    keys.cell(row_of(keys, "hubs.budget_vnd"), 2).value = "500.000"
    keys.cell(row_of(keys, "hubs.areas_ha"), 2).value = "10; 20.125; 30"
    percent(at(ledger, "own_value", row_of(ledger, "occupancy_cluster")), 0.8)
    percent(at(parks, "occupancy_pct"), 0.755)
    for row, text in enumerate(("1.234", "1.234,5", "1.234.567", "1\N{NO-BREAK SPACE}234"), start=FIRST + 1):
        at(parks, "area_ha", row).value = text
    at(service, "commodity").value = "*"
    percent(at(service, "share_pct"), 0.9)
    at(service, "within_h").value = 5
    found = faults(book, tmp_path / "numbers.xlsx")
    assert [line.partition(" (row")[0] for line in found] == [
        f"sheet scenario, cell B{row_of(keys, 'hubs.areas_ha')}",
        f"sheet scenario, cell B{row_of(keys, 'hubs.budget_vnd')}",
        "sheet service, cell B3",
        f"sheet ledger, cell E{row_of(ledger, 'occupancy_cluster')}",
        "sheet parks, cell N3", "sheet parks, cell J4", "sheet parks, cell J5", "sheet parks, cell J6",
        "sheet parks, cell J7",
    ]  # fmt: skip
    words = (
        "may be 20125 or 20.125; write 20125 or 20.1250", "may be 500000 or 500", "shown as 90 %", "shown as 80 %",
        "shown as 75.5 %", "may be 1234 or 1.234", "the decimal comma", "separators of thousands",
        "separators of thousands",
    )  # fmt: skip
    assert [word for word, line in zip(words, found, strict=True) if word not in line] == []


def test_a_sign_of_percent_in_quotes_and_a_coordinate_as_text_are_no_faults(template, tmp_path):
    book = openpyxl.load_workbook(template)
    parks = book["parks"]
    at(parks, "occupancy_pct").value, at(parks, "occupancy_pct").number_format = 75, '0.0"%"'
    at(parks, "lon").value = str(at(parks, "lon").value)[:3] + ".125"
    book.save(tmp_path / "right.xlsx")
    assert list(read_scenario(tmp_path / "right.xlsx").tables) == ["parks"]


def test_rows_columns_and_sheets_out_of_their_places_are_told(template, tmp_path):
    book = openpyxl.load_workbook(template)
    book.copy_worksheet(book["gateways"]).title = "gateways (2)"
    book.copy_worksheet(book["hubs"]).title = "hubs (2)"
    book["clusters"].title = "Cụm công nghiệp"
    ledger, hubs, parks = (book[name] for name in ("ledger", "hubs", "parks"))
    for name, value in {"unit": "tonnes", "low": 1}.items():
        at(ledger, name).value = value
    hubs.move_range(f"A3:{hubs.cell(3, hubs.max_column).coordinate}", rows=-2)  # sorted with its header
    parks.insert_rows(4)
    for cell in parks[2]:
        parks.cell(4, cell.column).value = cell.value
    book["places"].cell(2, 1).value = "#REF!"
    found = "\n".join(faults(book, tmp_path / "places.xlsx"))
    for words in (
        "sheet gateways (2): not known; nearest: gateways",
        "sheet hubs (2): not known; nearest: hubs",
        "sheet Cụm công nghiệp: it looks like the sheet clusters, which is missing; call it clusters",
        "sheet ledger, cell F3 (row 3, column F): unit: found 'tonnes', but the table has litre/km",
        "sheet ledger, cell G3 (row 3, column G): low: found 1, but the table has nothing",
        "sheet parks, row 4: the names of the columns stand in the rows 2 and 4; keep one",
        "sheet places, cell A2 (row 2, column A): found '#REF!', expected the name of a column",
    ):
        assert words in found
    assert "sheet hubs, cell G1 (row 1, column G): found 105.996 above the names of the columns" in found


def test_what_is_hidden_is_read_and_said_so(template, tmp_path):
    book = openpyxl.load_workbook(template)
    keys, ledger = book["scenario"], book["ledger"]
    own = at(ledger, "own_value", row_of(ledger, "occupancy_cluster"))
    own.value, ledger.row_dimensions[own.row].hidden = 80, True
    ledger.row_dimensions[FIRST].hidden = True  # without an own value: filtered away, and of no matter
    ledger.column_dimensions["E"].hidden, ledger.sheet_state = True, "veryHidden"
    chosen = keys.cell(row_of(keys, "hubs.max_new"), 2)
    chosen.value, keys.row_dimensions[chosen.row].hidden = 3, True
    book["parks"].delete_rows(1, book["parks"].max_row)
    book.save(tmp_path / "hidden.xlsx")
    scenario = read_scenario(tmp_path / "hidden.xlsx")
    assert scenario.max_new_hubs == 3
    assert scenario.ledger == {"occupancy_cluster": 80.0}
    assert scenario.source.notes == (
        "hidden.xlsx: sheet parks: holds nothing, so that the default stands",
        f"hidden.xlsx: sheet scenario: hidden rows were read like the others: {chosen.row}",
        "hidden.xlsx: sheet ledger: the sheet is hidden and was read like the others",
        "hidden.xlsx: sheet ledger: hidden columns were read like the others: E",
        f"hidden.xlsx: sheet ledger: hidden rows were read like the others: {own.row}",
    )


@pytest.mark.parametrize(
    ("shown", "is_percent"), [("0%", True), ("#,##0.0 %", True), ('0"%"', False), (r"0\%", False), ("General", False)]
)
def test_a_number_in_percent_is_known_by_its_format(shown, is_percent, tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A1"].number_format = 0.5, shown
    book.save(tmp_path / "a.xlsx")
    assert read_sheets(tmp_path / "a.xlsx")["Sheet"].rows[0][0].is_percent is is_percent
