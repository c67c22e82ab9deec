import unicodedata

import pandas as pd
import pytest

from networks.errors import NetworkError
from networks.tables import (
    Column,
    MissingTableError,
    TableContract,
    TableError,
    check_frame,
    check_references,
    read_table,
    stack,
)

PARKS = TableContract(
    "parks",
    (
        Column("id", "text", "", "stable name"),
        Column("name_vi", "text", "", "Vietnamese name", blank=True),
        Column("lon", "number", "degrees", "longitude", low=-180.0, high=180.0),
        Column("lat", "number", "degrees", "latitude", low=-90.0, high=90.0),
        Column("area_ha", "number", "ha", "area", above=0.0, blank=True),
        Column("lanes", "integer", "lanes", "gates", low=0, required=False, blank=True),
        Column("status", "choice", "", "status", choices=("existing", "planned")),
        Column("open", "flag", "", "whether it takes freight"),
    ),
    region=(102.0, 19.9, 108.5, 23.5),
)
HEADER = "id,name_vi,lon,lat,area_ha,status,open"
ROW = "p1,Quế Võ,106.1,21.1,5.5,existing,yes"


@pytest.fixture
def write(tmp_path):
    def to_file(text, encoding="utf-8"):
        path = tmp_path / "parks.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return to_file


@pytest.fixture
def faults_of(write):
    def faults(text, contract=PARKS, encoding="utf-8"):
        with pytest.raises(TableError) as caught:
            read_table(write(text, encoding), contract)
        return caught.value.faults

    return faults


def with_cell(column, cell):
    """Return a file of one row that holds `cell` in `column`."""
    cells = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | {column: cell}
    return f"{HEADER}\n{','.join(cells.values())}\n"


def test_a_good_file_gives_its_values_in_the_declared_types(write):
    table = read_table(write(f"{HEADER}\n{ROW}\np2,,106.2,21.2,,planned,no\n"), PARKS)
    assert table["id"].tolist() == ["p1", "p2"]
    assert table["area_ha"].tolist()[0] == 5.5
    assert pd.isna(table["area_ha"][1])
    assert table["open"].tolist() == [True, False]
    assert table["name_vi"].tolist() == ["Quế Võ", ""]
    assert list(table.columns) == list(PARKS.names)


def test_a_column_that_is_not_required_and_absent_is_filled_with_blanks(write):
    assert read_table(write(f"{HEADER}\n{ROW}\n"), PARKS)["lanes"].isna().all()


def test_integers_that_may_not_be_blank_are_int64(write):
    contract = TableContract("t", (Column("n", "integer", "-", "count"),), ())
    table = read_table(write("n\n4\n5.0\n"), contract)
    assert table["n"].dtype == "int64"
    assert table["n"].tolist() == [4, 5]


@pytest.mark.parametrize("name", ["NA", "null", "None", "nan", "0012", "1E5", "10-11"])
def test_text_that_looks_like_something_else_stays_text(write, name):
    assert read_table(write(with_cell("id", name)), PARKS)["id"].tolist() == [name]


def test_names_in_nfd_become_nfc(write):
    loose = unicodedata.normalize("NFD", "Quế Võ")
    assert loose != "Quế Võ"
    assert read_table(write(with_cell("name_vi", loose)), PARKS)["name_vi"].tolist() == ["Quế Võ"]


def test_blanks_and_no_break_spaces_around_an_id_are_stripped(write):
    assert read_table(write(with_cell("id", "\u00a0p 1 \u00a0")), PARKS)["id"].tolist() == ["p 1"]


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(write):
    assert len(read_table(write(b"\xef\xbb\xbf" + f"{HEADER}\r\n{ROW}\r\n".encode()), PARKS)) == 1


def test_minus_zero_becomes_zero(write):
    contract = TableContract("t", (Column("n", "number", "-", "any"),), ())
    assert str(read_table(write("n\n-0.0\n"), contract)["n"][0]) == "0.0"


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ('"1,5"', "write the decimal comma as a point"),
        ('"1.234,5"', "write the decimal comma as a point"),
        ("inf", "only finite numbers"),
        ("nan", "only finite numbers"),
        ("1e400", "too large"),
        ("TRUE", "yes/no value"),
        ("1_000", "leave out the underscores"),
        ("１２", "write the digits 0 to 9"),
        ("٤", "write the digits 0 to 9"),
        ("8%", "without the sign %"),
        ("12 t", "the unit belongs in the name of the column"),
        ("#REF!", "error value of a spreadsheet"),
        ("-3", "found -3, expected a number in ha, above 0"),
        ("0", "above 0"),
    ],
)
def test_a_cell_that_is_no_number_is_shown_with_file_row_column_and_a_hint(faults_of, cell, hint):
    (fault,) = faults_of(with_cell("area_ha", cell))
    assert fault.startswith("parks.csv:2:area_ha: found ")
    assert "expected a number in ha" in fault
    assert hint in fault


def test_degrees_and_minutes_are_refused_with_an_example(faults_of):
    assert "write decimal degrees: 21.0167" in faults_of(with_cell("lat", "21°01'N"))[0]


def test_a_flag_other_than_yes_or_no_is_a_fault(faults_of):
    assert faults_of(with_cell("open", "maybe")) == (
        "parks.csv:2:open: found 'maybe', expected yes or no; write yes or no",
    )


def test_a_choice_that_is_not_allowed_offers_the_nearest(faults_of):
    (fault,) = faults_of(with_cell("status", "existng"))
    assert fault.endswith("found 'existng', expected one of existing, planned; the nearest is 'existing'")


def test_every_fault_of_a_file_is_reported_at_once(faults_of):
    rows = [
        "p1,,106.1,21.1,x,existing,yes",
        "p3,,106.1,21.1,-1,closed,yes,more",
        "p4,,abc,21.1,1,planned,no",
    ]
    text = "\n".join([HEADER, ROW, *rows])
    assert [fault.split(":")[1:3] for fault in faults_of(text)] == [
        ["4", " found 8 fields, expected 7; put a text that holds a comma in quotes"],
        ["5", "lon"],
        ["3", "area_ha"],
        ["3", "id"],
    ]


def test_the_message_shows_fifty_faults_and_counts_the_others(write):
    rows = "".join(f"p{n},,106.1,21.1,x,existing,yes\n" for n in range(60))
    with pytest.raises(TableError) as caught:
        read_table(write(f"{HEADER}\n{rows}"), PARKS)
    assert len(caught.value.faults) == 60
    assert str(caught.value).splitlines()[-1] == "... and 10 more"


def test_a_duplicate_id_names_both_rows(faults_of):
    assert faults_of(f"{HEADER}\n{ROW}\n{ROW}\n") == ("parks.csv:3:id: 'p1' is already in row 2",)


def test_a_missing_column_offers_the_nearest_spelling(faults_of):
    faults = faults_of(f"{HEADER.replace('area_ha', 'area_hа')}\n{ROW}\n")
    assert faults[0] == "parks.csv:1:area_ha: the column is missing; the nearest is 'area_hа'"
    assert faults[1].startswith("parks.csv:1:area_hа: the column is not known; the nearest is 'area_ha'")


def test_an_unknown_column_is_kept_where_the_contract_says_so(write):
    contract = TableContract("t", (Column("id", "text", "", "name"),), extra="keep")
    assert read_table(write("id,more\n1,007\n"), contract)["more"].tolist() == ["007"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        (f"{HEADER}\n", "found no rows"),
        (f"{HEADER}\n\n , ,,\n", "found no rows"),
        (f"{HEADER},id\n{ROW},p9\n", "1:id: the column is there twice"),
        (f"{HEADER},\n{ROW},\n", "column 8 has no name (a comma too many at the end?)"),
        (f"{HEADER}\n{ROW},\n", "found 8 fields, expected 7"),
        (f"{HEADER}\np1,x\n", "found 2 fields, expected 7; a value is missing"),
        (f'{HEADER}\n{ROW}\np2,"Quế Võ,106,21,1,existing,yes\n', "parks.csv:3: a quote that opens in this row"),
        (f"{HEADER}\np\0,x,106.1,21.1,5,existing,yes\n", "parks.csv:2: a NUL character"),
        ("id;name\n1;2\n", "expected columns separated by commas"),
        (with_cell("id", ""), "parks.csv:2:id: found nothing, expected a text"),
        (with_cell("lon", ""), "parks.csv:2:lon: found nothing"),
    ],
)
def test_a_broken_file_says_what_is_broken_and_where(faults_of, text, words):
    assert words in "\n".join(faults_of(text))


def test_rows_are_counted_in_lines_even_after_a_cell_of_two_lines(faults_of):
    text = f'{HEADER}\np1,"two\nlines",106.1,21.1,5,existing,yes\np2,,106.1,21.1,x,existing,yes\n'
    assert faults_of(text)[0].startswith("parks.csv:4:area_ha")


def test_utf_16_is_named(faults_of):
    assert "UTF-16" in faults_of(f"{HEADER}\n{ROW}\n", encoding="utf-16")[0]


def test_text_that_is_not_utf_8_names_byte_and_row(faults_of):
    fault = faults_of(f"{HEADER}\n".encode() + b"p1,Qu\xea V\xf5,106,21,1,existing,yes\n")[0]
    assert fault.startswith(f"parks.csv:2: byte {len(HEADER) + 6} is not UTF-8")


def test_a_missing_file_is_also_a_file_not_found_error(tmp_path):
    with pytest.raises(MissingTableError) as caught:
        read_table(tmp_path / "none.csv", PARKS)
    assert isinstance(caught.value, FileNotFoundError | NetworkError)
    assert isinstance(caught.value, ValueError)
    assert "none.csv: there is no such file" in str(caught.value)


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(TableError, match="this is a folder"):
        read_table(tmp_path, PARKS)


@pytest.mark.parametrize(
    ("lon", "lat", "hint"),
    [
        ("21.1", "106.1", "lon and lat look swapped"),
        ("583000", "2334000", "looks like metres"),
        ("0", "0", "0, 0 usually means"),
        ("106.1", "31.0", "expected lon 102 to 108.5 and lat 19.9 to 23.5"),
    ],
)
def test_a_point_outside_the_region_is_a_fault_with_a_guess(faults_of, lon, lat, hint):
    text = (
        with_cell("lon", lon).replace("21.1", lat)
        if lon != "21.1"
        else with_cell("lon", "21.1").replace(",21.1,21.1,", ",21.1,106.1,")
    )
    assert hint in "\n".join(faults_of(text))


def test_a_table_made_in_python_is_checked_alike():
    frame = pd.DataFrame(
        {
            "id": ["p1", None, "p3"],
            "name_vi": ["x", None, 3],
            "lon": [106.1, float("nan"), float("inf")],
            "lat": ["21.1", "21,1", "21.1"],
            "area_ha": [1.0, None, 0.0],
            "status": ["existing"] * 3,
            "open": [True, False, True],
        }
    )
    with pytest.raises(TableError) as caught:
        check_frame(frame, PARKS, "parks")
    assert [fault.split(": ")[0] for fault in caught.value.faults] == [
        "parks:3:id",
        "parks:4:name_vi",
        "parks:3:lon",
        "parks:4:lon",
        "parks:3:lat",
        "parks:4:area_ha",
    ]


def test_a_number_where_a_text_belongs_says_how_to_turn_it():
    contract = TableContract("t", (Column("id", "text", "", "name"),))
    with pytest.raises(TableError, match=r"found '7', expected a text; turn it into text with .astype\(str\)"):
        check_frame(pd.DataFrame({"id": [7]}), contract, "t")


def test_a_table_in_python_with_a_column_twice_is_a_fault():
    frame = pd.DataFrame([[1, 2]], columns=["id", "id"])
    with pytest.raises(TableError, match="t:1:id: the column is there twice"):
        check_frame(frame, PARKS, "t")


def test_a_fraction_in_a_column_of_integers_is_a_fault():
    contract = TableContract("t", (Column("n", "integer", "-", "count"),), ())
    with pytest.raises(TableError, match=r"t:2:n: found 1.5, expected a whole number"):
        check_frame(pd.DataFrame({"n": [1.5]}), contract, "t")


def test_the_table_handed_over_is_not_changed():
    frame = pd.DataFrame({"id": [" a "]}, index=[7])
    check_frame(frame, TableContract("t", (Column("id", "text", "", "name"),)), "t")
    assert frame["id"].to_dict() == {7: " a "}


def test_a_reference_to_an_unknown_id_offers_the_nearest():
    frame = pd.DataFrame({"node_id": ["bac_ninh", "", "bac_nin"]})
    assert check_references(frame, "node_id", ["bac_ninh", "ha_noi"], "parks.csv") == [
        "parks.csv:4:node_id: found 'bac_nin', expected a known id; the nearest is 'bac_ninh'"
    ]


def test_stacked_tables_fill_what_one_of_them_lacks():
    left = pd.DataFrame({"id": ["a"], "toll_vnd_per_km": [5.0], "lanes": [2], "toll": [True], "ref": ["QL1"]})
    stacked = stack([left, pd.DataFrame({"id": ["b"]}, index=[9])])
    assert stacked.iloc[1].drop("lanes").to_dict() == {"id": "b", "toll_vnd_per_km": 0.0, "toll": False, "ref": ""}
    assert pd.isna(stacked["lanes"][1])
    assert stacked["toll"].dtype == bool
