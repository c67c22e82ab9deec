"""Cases 1 to 31: tables in CSV."""

import os
import unicodedata
from itertools import islice, product

import pandas as pd
from reliability.bench import (
    PARK,
    Bench,
    Outcome,
    Row,
    csv_text,
    put,
    tiny_cells,
    with_bytes,
    with_od,
    with_scenario,
    with_table,
)
from reliability.odd_run import read_csv, run_folder

from logistics.markets import far_ends
from logistics.region import read_region
from networks import from_tables

OD = "origin_id,destination_id,commodity,t_per_year"
FULL = bool(os.environ.get("LOGISTICS_FULL_INPUTS"))
"""Whether the two large cases are run in full: a million rows, and a sheet of 200 MB."""
MANY = 1_000_000 if FULL else 20_000


def add_column(name, value):
    def change(cells):
        for at, row in enumerate(cells):
            row.append(name if at == 0 else value)

    return change


def trailing_comma(cells):
    for row in cells[1:]:
        row.append("")


def one_field_more(cells):
    cells[1].append("5")


def drop_end(cells):
    del cells[2][-2:]


def only_header(cells):
    del cells[1:]


def repeat_first(cells):
    cells.append(cells[1])


def open_quote(bench: Bench):
    text = csv_text([list(row) for row in tiny_cells("parks")]).splitlines(keepends=True)
    text[2] = text[2].replace(",", ',"', 1)
    bench.file("parks.csv", "".join(text))
    return bench.plan(bench.scenario())


def encoded(encoding, name="Quê"):
    header = ",".join(tiny_cells("parks")[0])
    raw = name if isinstance(name, bytes) else name.encode(encoding)
    return with_bytes("parks", header.encode() + b"\nx," + raw + b"\n")


def million_rows(bench: Bench):
    """Write a matrix with as many rows, of which one alone is of the year asked for."""
    region = read_region()
    open_ids = set(far_ends(region.gateways, region.provinces, 2030, region.ledger)["place_id"])
    far = [row[0] for row in tiny_cells("gateways")[1:] if row[0] in open_ids]
    near = [row[0] for name in ("parks", "clusters", "places") for row in tiny_cells(name)[1:]]
    goods = ("electronics", "general", "bulk", "food_cold", "parcels")
    years = [year for year in range(2000, 2101) if year != 2030]
    rows = islice(product(years, goods, near, far, (False, True)), MANY - 1)
    with (bench.folder / "od.csv").open("w", encoding="utf-8") as file:
        file.write(f"{OD},year\n{PARK},sea_lach_huyen,electronics,5000,2030\n")
        written = 1
        for year, good, one, other, back in rows:
            origin, destination = (other, one) if back else (one, other)
            file.write(f"{origin},{destination},{good},{10 + year % 7},{year}\n")
            written += 1
    assert written == MANY
    return bench.plan(bench.scenario(freight='od_matrix = "od.csv"'))


def links_of(**changed):
    nodes = pd.DataFrame({"node_id": ["a", "b"], "lon": [105.8, 105.9], "lat": [21.0, 21.0]})
    one = {"link_id": "ab", "origin_node_id": "a", "destination_node_id": "b", "length_km": 10.0, "travel_h": 0.2}
    return lambda _: lambda: from_tables(nodes, pd.DataFrame([one | changed]))


def ids_of_parks(outcome: Outcome):
    places = read_csv(run_folder(outcome) / "places.csv")
    return {row["place_id"] for row in places}


def ids_stay(*ids):
    def then(outcome):
        assert set(ids) <= ids_of_parks(outcome)

    return then


def one_form_of_names(outcome):
    """What stands in two forms in table and scenario is one id, and every name is written in one form."""
    assert "khu_quế" in ids_of_parks(outcome)
    for name in ("places.csv", "scenario.toml", "flows.csv"):
        text = (run_folder(outcome) / name).read_text(encoding="utf-8-sig")
        assert unicodedata.normalize("NFC", text) == text, name


def nothing_above_capacity(outcome):
    """The small hub carries what it can and the rest goes another way: all freight arrives."""
    hubs = {row["hub_id"]: row for row in read_csv(run_folder(outcome) / "hubs.csv")}
    assert float(hubs["icd_yen_vien"]["capacity_t_per_year"]) == 10.0
    assert float(hubs["icd_yen_vien"]["throughput_t_per_year"]) <= 10.0 + 1e-6


def nought_is_nought(outcome):
    text = (run_folder(outcome) / "scenario.toml").read_text(encoding="utf-8")
    assert "handling_crossdock = 0.0" in text
    assert "-0.0" not in text


def underscores_are_read(outcome: Outcome):
    assert "contestable_small = 80.0" in (run_folder(outcome) / "scenario.toml").read_text(encoding="utf-8")


def told_progress(outcome):
    assert "deciding" in outcome.err


ROWS = (
    Row(
        number=1,
        title="a required column is missing",
        make=with_table("parks", put("area_ha", "land", 0)),
        words=("parks.csv:1:area_ha: the column is missing", "found the columns 'id', 'name_vi'", "parks.csv:1:land"),
    ),
    Row(
        number=1,
        title="a required column is misspelt",
        make=with_table("parks", put("area_ha", "aera_ha", 0)),
        words=("parks.csv:1:area_ha: the column is missing; the nearest is 'aera_ha'",),
    ),
    Row(
        number=2,
        title="an unknown column is left out and told of",
        part_of="odd",
        code=0,
        words=("warning: parks.csv:1:remark: the column is not known and was left out",),
    ),
    Row(
        number=2,
        title="an unknown column is refused with --strict",
        words=("parks.csv:1:remark", "not known"),
        make=lambda bench: [*with_table("parks", add_column("remark", "x"))(bench), "--strict"],
    ),
    Row(
        number=2,
        title="an unknown column of a matrix is refused with --strict",
        words=("od.csv:1:colour",),
        make=lambda bench: [*with_od(f"{OD},colour\n{PARK},sea_lach_huyen,bulk,5,red\n")(bench), "--strict"],
    ),
    Row(
        number=3,
        title="a header stands twice",
        make=with_table("parks", add_column("lon", "105")),
        words=("parks.csv:1:lon", "twice"),
    ),
    Row(
        number=4,
        title="a row has too many fields",
        make=with_table("parks", one_field_more),
        words=("parks.csv:2: found", "put a text that holds a comma in quotes"),
    ),
    Row(
        number=5,
        title="every row ends in a comma too many",
        make=with_table("parks", trailing_comma),
        words=("parks.csv:2: found", "parks.csv:4: found", "a comma too many at the end"),
    ),
    Row(
        number=5,
        title="header and rows end in a comma too many",
        make=with_table("parks", add_column("", "")),
        words=("parks.csv:1: column", "has no name", "a comma too many at the end"),
    ),
    Row(
        number=6,
        title="a row is short",
        make=with_table("parks", drop_end),
        words=("parks.csv:3: found", "a value is missing"),
    ),
    Row(
        number=7, title="a quote is not closed", make=open_quote, words=("parks.csv:3: a quote that opens in this row",)
    ),
    Row(
        number=8,
        title="a NUL stands in a name",
        make=with_table("parks", put("name_vi", "Tiên\0Sơn")),
        words=("parks.csv:2", "NUL"),
    ),
    Row(number=9, title="a byte order mark is passed over", part_of="odd", code=0, then=ids_stay(PARK)),
    Row(
        number=10,
        title="Vietnamese in code page 1258",
        make=encoded("cp1258", "Quê"),
        words=("parks.csv:2: byte", "is not UTF-8", "CSV UTF-8"),
    ),
    Row(
        number=10, title="Vietnamese in TCVN3", make=encoded("", b"Qu\xd5 V\xe2"), words=("parks.csv:2: byte", "UTF-8")
    ),
    Row(
        number=10, title="Vietnamese in VNI", make=encoded("", b"Que\xe1 Vo\xf5"), words=("parks.csv:2: byte", "UTF-8")
    ),
    Row(
        number=11,
        title="UTF-16",
        words=("parks.csv: the file is UTF-16", "CSV UTF-8"),
        make=with_bytes("parks", "id,name_vi\nx,y\n".encode("utf-16")),
    ),
    Row(number=12, title="names in letters and separate marks", part_of="odd", code=0, then=one_form_of_names),
    Row(
        number=13,
        title="an id between blanks and no-break spaces",
        part_of="odd",
        code=0,
        then=ids_stay("blank_id"),
        words=("warning: parks.csv:", ":id: found '\\xa0blank_id '", "taken off"),
    ),
    Row(
        number=14,
        title="ids NA, null, None and nan stay",
        part_of="odd",
        code=0,
        then=ids_stay("NA", "null", "None", "nan"),
    ),
    Row(
        number=15,
        title="ids that look like numbers and dates stay",
        part_of="odd",
        code=0,
        then=ids_stay("0012", "1E5", "10-11"),
    ),
    Row(
        number=16,
        title="a decimal comma",
        make=with_table("parks", put("area_ha", "402,81")),
        words=("parks.csv:2:area_ha: found '402,81'", "decimal comma as a point"),
    ),
    Row(
        number=16,
        title="a decimal comma and points of thousands",
        words=("found '1.234,5'", "decimal comma as a point"),
        make=with_table("parks", put("area_ha", "1.234,5")),
    ),
    Row(
        number=16,
        title="separators of thousands",
        make=with_table("hubs", put("capacity_t_per_year", "1,500,000")),
        words=("hubs.csv:2:capacity_t_per_year: found '1,500,000'", "separators of thousands"),
    ),
    Row(
        number=17,
        title="inf in a table",
        make=with_table("parks", put("area_ha", "inf")),
        words=("parks.csv:2:area_ha: found 'inf'", "only finite numbers"),
    ),
    Row(
        number=17,
        title="1e400 in a table",
        make=with_table("parks", put("area_ha", "1e400")),
        words=("parks.csv:2:area_ha: found '1e400'", "too large"),
    ),
    Row(
        number=17,
        title="more land than the world has",
        make=with_table("parks", put("area_ha", "1e300")),
        words=("parks.csv:2:area_ha: found 1e+300", "at most 1e+06"),
    ),
    Row(
        number=17,
        title="inf in a scenario",
        make=with_scenario("[ledger]\ncrf = inf\n"),
        words=("case.toml:2: ledger.crf: found inf, expected a finite number",),
    ),
    Row(
        number=18,
        title="nan as a text",
        make=with_table("parks", put("occupancy_pct", "nan")),
        words=("parks.csv:2:occupancy_pct: found 'nan'", "only finite numbers"),
    ),
    Row(number=19, title="a cost of minus nought is nought", part_of="odd", code=0, then=nought_is_nought),
    Row(
        number=20,
        title="negative demand",
        make=with_od(f"{OD}\n{PARK},sea_lach_huyen,bulk,-5\n"),
        words=("od.csv:2:t_per_year: found -5", "at least 0"),
    ),
    Row(
        number=20,
        title="a negative capacity",
        make=with_table("hubs", put("capacity_t_per_year", "-5")),
        words=("hubs.csv:2:capacity_t_per_year: found -5", "above 0"),
    ),
    Row(
        number=20,
        title="a negative cost",
        make=with_scenario("[ledger]\nhandling_crossdock = -1.0\n"),
        words=("case.toml:2: ledger.handling_crossdock: found -1, expected at least 0",),
    ),
    Row(
        number=20,
        title="a negative length",
        make=links_of(length_km=-1.0),
        words=("links:2:length_km: found -1", "at least 0"),
    ),
    Row(
        number=20,
        title="a negative speed",
        make=with_scenario("[network]\nspeed_pct = -50.0\n"),
        words=("case.toml:2: network.speed_pct: found -50.0, expected at least 10",),
    ),
    Row(
        number=21,
        title="there is nothing to carry",
        make=with_od(f"{OD}\n{PARK},sea_lach_huyen,bulk,0\n"),
        words=("od.csv: there is nothing to serve",),
    ),
    Row(
        number=21,
        title="a billionth of a tonne",
        make=with_od(f"{OD}\n{PARK},sea_lach_huyen,bulk,1e-9\n"),
        words=("od.csv:2:t_per_year: found 1e-09, expected 0 or at least 0.001",),
    ),
    Row(
        number=22,
        title="more freight than a hub can take goes past it",
        part_of="odd",
        code=0,
        then=nothing_above_capacity,
    ),
    Row(
        number=23,
        title="a throughput that no hub of the world has",
        words=("min_throughput_t_per_year", "at most 1e+10"),
        make=with_scenario("[hubs]\nmin_throughput_t_per_year = 1e12\n"),
    ),
    Row(
        number=23,
        title="a throughput above what any hub can take",
        code=4,
        make=lambda bench: bench.plan(bench.scenario(hubs="exactly = 1\nmin_throughput_t_per_year = 1e9")),
        words=("These wishes cannot be kept together", "1,000,000,000 t a year through each new hub", "Way out 1"),
    ),
    Row(
        number=23,
        title="a least number above the largest",
        words=("case.toml:2: hubs.in_province[0].min", "max allows 1"),
        make=with_scenario('[hubs]\nin_province = [{province = "Hà Nội", min = 2, max = 1}]\n'),
    ),
    Row(
        number=24,
        title="TRUE in a column of numbers",
        make=with_table("parks", put("area_ha", "TRUE")),
        words=("parks.csv:2:area_ha: found 'TRUE'", "a yes/no value"),
    ),
    Row(
        number=25,
        title="underscores in a table",
        make=with_table("hubs", put("capacity_t_per_year", "1_000")),
        words=("hubs.csv:2:capacity_t_per_year: found '1_000'", "leave out the underscores"),
    ),
    Row(number=25, title="underscores in a scenario", part_of="odd", code=0, then=underscores_are_read),
    Row(
        number=26,
        title="full-width digits",
        make=with_table("parks", put("area_ha", "\uff11\uff12")),
        words=("parks.csv:2:area_ha", "'\\uff11\\uff12'", "write the digits 0 to 9"),
    ),
    Row(
        number=26,
        title="Arabic-Indic digits",
        make=with_table("parks", put("area_ha", "\u0661\u0662")),
        words=("'\\u0661\\u0662'", "write the digits 0 to 9"),
    ),
    Row(
        number=27,
        title="a sign of percent",
        make=with_table("parks", put("occupancy_pct", "8%")),
        words=("parks.csv:2:occupancy_pct: found '8%'", "without the sign %"),
    ),
    Row(
        number=27,
        title="a unit in a cell",
        make=with_table("hubs", put("capacity_t_per_year", "12 t")),
        words=("hubs.csv:2:capacity_t_per_year: found '12 t'", "the unit belongs in the name of the column"),
    ),
    Row(
        number=28,
        title="an id twice",
        make=with_table("parks", repeat_first),
        words=("parks.csv:5:id", f"'{PARK}' is already in row 2"),
    ),
    Row(
        number=28,
        title="an id in two tables",
        make=with_table("hubs", put("id", PARK)),
        words=("hubs.csv:2:id", "also an id of parks.csv"),
    ),
    Row(
        number=29,
        title="a flow to a place that is not there",
        make=with_od(f"{OD}\n{PARK}n,sea_lach_huyen,bulks,5\n"),
        words=(f"od.csv:2:origin_id: found '{PARK}n'", f"the nearest is '{PARK}'", "od.csv:2:commodity", "'bulk'"),
    ),
    Row(
        number=29,
        title="a site that is not there",
        words=("hubs.forced_open[0]", "nearest: gf_tu_son"),
        make=lambda bench: bench.plan(bench.scenario(hubs='forced_open = ["gf_tu_sonn"]')),
    ),
    Row(
        number=30,
        title="a table with a header alone",
        make=with_table("hubs", only_header),
        words=("hubs.csv: found no rows",),
    ),
    Row(number=30, title="an empty file", make=with_bytes("hubs", b""), words=("hubs.csv: the file is empty",)),
    Row(
        number=31,
        title=f"a matrix of {MANY:,} rows",
        make=million_rows,
        code=0,
        words=("reading the tables",),
        then=told_progress,
    ),
)
