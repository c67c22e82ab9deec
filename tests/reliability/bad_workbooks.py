"""Cases 32 to 40: workbooks, and text on its way into one."""

import datetime as dt
import zipfile

import openpyxl
from reliability.bad_tables import FULL
from reliability.bench import Bench, Outcome, Row, tiny_cells
from reliability.odd_run import FORMULAS, LONG, read_csv, run_folder

NUMBERS = ("lon", "lat", "area_ha", "occupancy_pct", "capacity_t_per_year")
KEYS = (("key", "value"), ("name", "book"), ("freight.regional_trade", "no"), ("hubs.max_new", 1), ("hubs.curve_to", 1))
ZEROS = 200_000_000 if FULL else 10_000_000


def book(**tables):
    """Return a workbook of the tiny region, numbers as numbers; `tables` are further sheets, None leaves one out."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    cells = {name: [list(row) for row in tiny_cells(name)] for name in ("parks", "clusters", "hubs")}
    sheets = {"scenario": [list(row) for row in KEYS]} | cells | tables
    for name, rows in sheets.items():
        sheet = made.create_sheet(name) if rows is not None else None
        for at, row in enumerate(rows or ()):
            sheet.append([_typed(column, cell) if at else cell for column, cell in zip(rows[0], row, strict=True)])
    return made


def _typed(column, cell):
    return float(cell) if column in NUMBERS and isinstance(cell, str) and cell else cell


def with_book(change, name="case.xlsx"):
    """Return a maker of a plan of a workbook, changed."""

    def make(bench: Bench):
        made = book()
        change(made)
        made.save(bench.folder / name)
        return bench.plan(name)

    return make


def at(sheet, column, row=2):
    """Return the cell of a column."""
    names = [cell.value for cell in sheet[1]]
    return sheet.cell(row, names.index(column) + 1)


def setting(sheet, column, value):
    def change(made):
        at(made[sheet], column).value = value

    return change


def merged(made):
    sheet = made["parks"]
    column = at(sheet, "area_ha").column
    sheet.merge_cells(start_row=2, end_row=3, start_column=column, end_column=column)


def second_header(made):
    made["parks"].insert_rows(2)
    made["parks"]["A2"], made["parks"]["B2"] = "mã", "tên"


def other_sheets(bench: Bench):
    made = openpyxl.Workbook()
    made.active.title = "Khu công nghiệp"
    made.create_sheet("Ghi chú")
    made.save(bench.folder / "t.xlsx")
    return bench.plan(bench.file("case.toml", '[tables]\nparks = "t.xlsx"\n'))


def bomb(bench: Bench):
    packed = zipfile.ZipFile(bench.folder / "case.xlsx", "w", zipfile.ZIP_DEFLATED)
    with packed, packed.open("xl/worksheets/sheet1.xml", "w") as part:
        for _ in range(ZEROS // 1_000_000):
            part.write(b"0" * 1_000_000)
    return bench.plan("case.xlsx")


def make_book_run(bench: Bench):
    """Write a workbook with macros' ending, a hidden row, ids that are numbers, an unknown column, a formula."""
    made = book()
    at(made["hubs"], "id").value = 12
    made["parks"].row_dimensions[3].hidden = True
    made["parks"].cell(1, made["parks"].max_column + 1).value = "remark"
    made.save(bench.folder / "case.xlsm")
    return bench.plan("case.xlsm")


def no_macros_written(outcome: Outcome):
    assert [path.name for path in (outcome.folder / "run").glob("*.xls?")] == ["workbook.xlsx"]
    with zipfile.ZipFile(outcome.folder / "run" / "workbook.xlsx") as packed:
        assert [name for name in packed.namelist() if "vba" in name.lower()] == []


def formulas_are_text(outcome: Outcome):
    """Nothing that a table said is a formula, neither in the workbook nor in what a spreadsheet reads as CSV."""
    folder = run_folder(outcome)
    texts = set()
    sheets = openpyxl.load_workbook(folder / "workbook.xlsx", read_only=True)
    for sheet in sheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is not None:
                    texts.add(cell.value)
                    assert cell.data_type != "f" or not any(part in str(cell.value) for part in FORMULAS), cell.value
    sheets.close()
    assert set(FORMULAS) <= texts
    names = {row["place_id"]: row["name_vi"] for row in read_csv(folder / "places.csv")}
    assert [names[f"formula_{number}"] for number in range(len(FORMULAS))] == [f"'{name}" for name in FORMULAS]


def long_text_is_cut(outcome: Outcome):
    """The workbook holds what Excel can, the table all of it."""
    folder = run_folder(outcome)
    sheets = openpyxl.load_workbook(folder / "workbook.xlsx", read_only=True)
    longest = max(
        len(str(cell)) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell
    )
    sheets.close()
    assert longest == 32_767
    assert LONG in {row["name_vi"] for row in read_csv(folder / "places.csv")}


ROWS = (
    Row(
        number=15,
        title="an id that is a number in a workbook",
        part_of="book",
        code=0,
        words=("warning: case.xlsm: sheet hubs, cell A2", "found the number 12", "format ids as text"),
    ),
    Row(
        number=15,
        title="an id that is a date in a workbook",
        make=with_book(setting("hubs", "id", dt.date(2011, 11, 10))),
        words=("case.xlsx: sheet hubs, cell A2", "found the date 2011-11-10", "type it again"),
    ),
    Row(
        number=2,
        title="an unknown column of a sheet",
        part_of="book",
        code=0,
        words=("warning: case.xlsm: sheet parks, cell", "remark: the column is not known", "left out"),
    ),
    Row(
        number=2,
        title="an unknown column of a sheet with --strict",
        words=("sheet parks", "remark", "not known"),
        make=lambda bench: [*with_book(lambda made: made["parks"].cell(1, 40, "remark"))(bench), "--strict"],
    ),
    Row(
        number=32,
        title="a formula without a stored value",
        make=with_book(setting("parks", "area_ha", "=2*A9")),
        words=("case.xlsx: sheet parks, cell J2 (row 2, column J)", "no stored value; open the file in Excel and save"),
    ),
    Row(
        number=33,
        title="#REF!",
        make=with_book(setting("parks", "area_ha", "#REF!")),
        words=("case.xlsx: sheet parks, cell J2", "'#REF!'", "repair the formula"),
    ),
    Row(number=33, title="#N/A", make=with_book(setting("parks", "area_ha", "#N/A")), words=("cell J2", "'#N/A'")),
    Row(
        number=33,
        title="#DIV/0!",
        make=with_book(setting("parks", "area_ha", "#DIV/0!")),
        words=("cell J2", "'#DIV/0!'"),
    ),
    Row(
        number=34,
        title="merged cells",
        make=with_book(merged),
        words=("case.xlsx: sheet parks, cell J3", "area_ha: the cell is merged into J2 and has no value of its own"),
    ),
    Row(
        number=34,
        title="two rows of headers",
        make=with_book(second_header),
        words=("case.xlsx: sheet parks, cell H2", "lon: found nothing"),
    ),
    Row(
        number=34,
        title="hidden rows are read and told of",
        part_of="book",
        code=0,
        words=("warning: case.xlsm: sheet parks: hidden rows were read like the others: 3",),
    ),
    Row(
        number=35,
        title="a table in a workbook without its sheet",
        make=other_sheets,
        words=("t.xlsx: there is no sheet parks", "found the sheets Khu công nghiệp, Ghi chú"),
    ),
    Row(
        number=35,
        title="a workbook of something else",
        words=("found the sheets Khu", "expected some of scenario"),
        make=lambda bench: (other_sheets(bench), bench.plan("t.xlsx"))[1],
    ),
    Row(
        number=36,
        title="a workbook with a password",
        words=("case.xlsx: the workbook is protected by a password",),
        make=lambda bench: bench.plan(bench.file("case.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))),
    ),
    Row(
        number=36,
        title="a text called .xlsx",
        words=("case.xlsx: this is no workbook", "save it in Excel"),
        make=lambda bench: bench.plan(bench.file("case.xlsx", b"name = 1\n")),
    ),
    Row(
        number=37,
        title=f"{ZEROS // 1_000_000} MB in a small workbook",
        make=bomb,
        words=("case.xlsx: unpacks into", f"{ZEROS:,} bytes", "expected at most 2,000 parts, 200,000,000 bytes, 200"),
    ),
    Row(
        number=38,
        title="a workbook with macros is read and none is written",
        part_of="book",
        code=0,
        then=no_macros_written,
    ),
    Row(
        number=38,
        title="a template with macros is refused",
        words=("t.xlsm: expected a name that ends in .xlsx",),
        make=lambda _: ["template", "--out", "t.xlsm"],
    ),
    Row(number=39, title="names that a spreadsheet would run", part_of="odd", code=0, then=formulas_are_text),
    Row(
        number=40,
        title="a cell too long for a workbook",
        part_of="odd",
        code=0,
        then=long_text_is_cut,
        words=("texts are longer than 32767 characters and were cut", "the CSV files hold them whole"),
    ),
)
