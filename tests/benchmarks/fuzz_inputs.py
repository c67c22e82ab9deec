"""Fuzz the readers of a user's own files: only our own errors may come out, and what passes obeys laws.

    PYTHON tests/benchmarks/fuzz_inputs.py FOLDER -max_total_time=600 [options of libFuzzer]

As `fuzz_readers`, whose words on PYTHON and FOLDER hold here too: tables, matrices of flows, scenarios and studies in
TOML, workbooks, GeoJSON, run folders, GraphML and GMNS. A warning of a library counts as an error that came out.
"""

import io
import json
import math
import shutil
import sys
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import atheris
from fuzz_readers import FOLDER, SQUARE, run  # (its own imports are watched; one watch ends the other)

with atheris.instrument_imports(include=["logistics"]):
    from logistics.candidates import read_exclusion
    from logistics.errors import InputError
    from logistics.maps.land import read_ground
    from logistics.od_matrix import Ends, read_od_matrix
    from logistics.region import CONTRACTS, bundled_file
    from logistics.run_folder import TABLE_NAMES, read_run, read_run_table
    from logistics.scenario import read_scenario, write_scenario
    from logistics.studies.study_file import read_study
    from logistics.table_files import read_table_file
    from networks import NetworkError, read_gmns, read_graphml, read_osm, write

ENDS = Ends(
    channel_of={"sea": "seaport"}, park_ids=frozenset({"park", "Đ"}), province_ids=frozenset({"pl"}),
    commodities=("bulk",), closed_ids=frozenset({"shut"}),
)  # fmt: skip
MATRIX = "origin_id,destination_id,commodity,t_per_year,year,full,medium,small\npark,sea,bulk,5,2030,0.5,0.5,0\n"
SCENARIO = """version = 1
name = "x"
year = 2030
[phases]
years = [2030, 2040]
[hubs]
max_new = 2
forced_open = ["a", 'b']
earliest_year = { gf_tu_son = 2030 }
budget_vnd = [1e12, 2_000]
in_province = [{ province = "Hà Nội", min = 1 }]
[[service]]
commodity = "*"
share_pct = 90.0
within_h = 4
[objective]
then = ["co2"]
[ledger]
crf = 0.1
"""
STUDY = """[design]
kind = "grid"
levels = 3
[[factor]]
name = "crf"
low = 0.05
high = 0.2
[[factor]]
name = "hubs.max_new"
values = [1, 2]
"""
CELLS = (
    "", "1", "-1", "1e400", "nan", "1,5", "0012", "x", "\u00a0id ", "Quế", "TRUE", "#REF!", "105.9", "21", "0",
    "existing", "1e-320", "\uff11", "=1+1", "high", "NA", "park", "sea", "bulk", "2030",
)  # fmt: skip


def lines_of(name: str) -> str:
    """Return the first rows of a bundled table."""
    return "".join(bundled_file(name).read_text(encoding="utf-8").splitlines(keepends=True)[:4])


def holds(frame: object, *, finite: tuple[str, ...]) -> None:
    """Raise where a table that passed holds a number that is none."""
    for name in finite:
        assert all(map(math.isfinite, frame[name])), f"{name} is not finite"  # type: ignore[index]


def table(data: bytes) -> None:
    """Read a table of the region; the first byte says which."""
    names = sorted(CONTRACTS)
    name = names[(data[0] if data else 0) % len(names)]
    read = read_table_file(FOLDER.file(f"{name}.csv", data[1:]), CONTRACTS[name])
    holds(read.frame, finite=("lon", "lat"))


def drawn_table(data: bytes) -> None:
    """Read a table whose header is right and whose cells are drawn."""
    source = atheris.FuzzedDataProvider(data)
    header = lines_of("hubs").splitlines()[0]
    count = source.ConsumeIntInRange(1, 4)
    rows = [",".join(_cell(source) for _ in header.split(",")) for _ in range(count)]
    read = read_table_file(
        FOLDER.file("hubs.csv", "\n".join([header, *rows]).encode("utf-8", "replace")), CONTRACTS["hubs"]
    )
    holds(read.frame, finite=("lon", "lat", "area_ha", "capacity_t_per_year"))
    assert read.frame["area_ha"].gt(0).all(), "an area is none"


def _cell(source: "atheris.FuzzedDataProvider") -> str:
    if source.ConsumeBool():
        return str(source.PickValueInList(list(CELLS))).replace(",", ";")
    return source.ConsumeUnicodeNoSurrogates(source.ConsumeIntInRange(0, 8))


def matrix(data: bytes) -> None:
    """Read a matrix of flows."""
    read = read_od_matrix(FOLDER.file("od.csv", data), ENDS)
    holds(read.frame, finite=("t_per_year",))
    assert read.frame["t_per_year"].ge(0).all(), "tonnes are negative"


def scenario(data: bytes) -> None:
    """Read a scenario; what it says is the same once it is written and read again."""
    read = read_scenario(FOLDER.file("case.toml", data))
    write_scenario(read, FOLDER.path / "again.toml")
    assert read_scenario(FOLDER.path / "again.toml") == read, "a scenario changes when it is written"


def study(data: bytes) -> None:
    """Read a study, its table of scenarios behind a NUL."""
    text, _, runs = data.partition(b"\0")
    FOLDER.file("runs.csv", runs)
    design = read_study(FOLDER.file("study.toml", text)).design
    assert len(design) <= 1_000_000, "a design is endless"


def workbook(data: bytes) -> None:
    """Read a workbook as it comes."""
    read_scenario(FOLDER.file("case.xlsx", data))


def workbook_part(data: bytes) -> None:
    """Read a workbook of which one part is changed: which part, where, how many bytes go, what comes."""
    source = atheris.FuzzedDataProvider(data)
    parts = dict(PARTS)
    name = source.PickValueInList(sorted(parts))
    for _ in range(source.ConsumeIntInRange(1, 3)):
        at = source.ConsumeIntInRange(0, len(parts[name]))
        end = at + source.ConsumeIntInRange(0, 30)
        parts[name] = parts[name][:at] + source.ConsumeBytes(source.ConsumeIntInRange(0, 24)) + parts[name][end:]
    read_scenario(FOLDER.file("case.xlsx", packed(parts)))


def exclusion(data: bytes) -> None:
    """Read exclusion polygons."""
    for shape in read_exclusion(FOLDER.file("no.geojson", data)).shapes:
        assert shape.is_valid, "a shape is not valid"
        assert all(map(math.isfinite, shape.bounds)), "a shape has no bounds"


def ground(data: bytes) -> None:
    """Read the ground of a map."""
    assert read_ground(FOLDER.file("ground.geojson", data)).rings, "ground without a line passes"


def drawn_shapes(data: bytes) -> None:
    """Read GeoJSON that is JSON, with whatever types, depths and numbers the input says."""
    source = atheris.FuzzedDataProvider(data)
    kinds = ["Polygon", "MultiPolygon", "LineString", "GeometryCollection", "Point", "Feature", "nonsense"]

    def value(depth: int) -> object:
        choice = source.ConsumeIntInRange(0, 9)
        if depth and choice < 6:
            return [value(depth - 1) for _ in range(source.ConsumeIntInRange(0, 5))]
        return source.PickValueInList([105.9, 106.1, 21.0, 21.2, 0, -1e9, 1e308, None, "x", True, {}, 10**30])

    def geometry(depth: int) -> object:
        kind = source.PickValueInList(kinds)
        parts = [geometry(depth - 1) for _ in range(source.ConsumeIntInRange(0, 3))] if depth else []
        return {"type": kind, "coordinates": value(4), "geometries": parts}

    features = [
        {"type": "Feature", "id": value(1), "properties": value(1), "geometry": geometry(2)}
        for _ in range(source.ConsumeIntInRange(0, 4))
    ]
    content = {"type": source.PickValueInList(["FeatureCollection", "Feature"]), "features": features, "crs": None}
    if source.ConsumeBool():
        content["crs"] = {"properties": {"name": source.PickValueInList(["EPSG:3405", "EPSG:4326", "CRS84", "x", ""])}}
    exclusion(json.dumps(content).encode())


def run_table(data: bytes) -> None:
    """Read a table of a run; the first byte says which."""
    name = TABLE_NAMES[(data[0] if data else 0) % len(TABLE_NAMES)]
    FOLDER.file(f"{name}.csv", data[1:])
    read_run_table(FOLDER.path, name)


def run_summary(data: bytes) -> None:
    """Read the summary of a run without tables."""
    folder = FOLDER.path / "run"
    folder.mkdir(exist_ok=True)
    (folder / "plan.json").write_bytes(data)
    read_run(folder)


def graphml(data: bytes) -> None:
    """Read a network in GraphML."""
    read_graphml(FOLDER.file("net.graphml", data))


def gmns(data: bytes) -> None:
    """Read a network in GMNS of which one file is changed."""
    folder = FOLDER.path / "gmns_in"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(FOLDER.path / "gmns", folder)
    names = sorted(file.name for file in folder.iterdir())
    (folder / names[(data[0] if data else 0) % len(names)]).write_bytes(data[1:])
    read_gmns(folder)


def packed(parts: dict[str, bytes]) -> bytes:
    """Return a workbook of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name, part in parts.items():
            file.writestr(name, part)
    return content.getvalue()


def _parts() -> dict[str, bytes]:
    """Return the parts of a small sound workbook."""
    import openpyxl  # noqa: PLC0415

    book = openpyxl.Workbook()
    book.active.title = "scenario"
    for row in (("key", "value"), ("year", 2030), ("hubs.areas_ha", "10; 20")):
        book.active.append(row)
    for name in ("parks", "hubs"):
        sheet = book.create_sheet(name)
        for line in lines_of(name).splitlines():
            sheet.append(line.split(","))
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content) as file:
        return {name: file.read(name) for name in sorted(file.namelist())}


PARTS = _parts()
NETWORK = read_osm(FOLDER.path / "seed.osm")
write(NETWORK, FOLDER.path / "net.graphml", form="graphml")
write(NETWORK, FOLDER.path / "gmns", form="gmns")
GRAPHML = (FOLDER.path / "net.graphml").read_bytes()
SEEDS: tuple[tuple[Callable[[bytes], None], list[bytes]], ...] = (
    (table, [bytes([at]) + lines_of(name).encode() for at, name in enumerate(sorted(CONTRACTS))]),
    (drawn_table, [bytes(range(256))]),
    (matrix, [MATRIX.encode()]),
    (scenario, [SCENARIO.encode()]),
    (study, [STUDY.encode(), b'[design]\nkind = "table"\nfile = "runs.csv"\n\0label,crf\na,0.1\nb,0.2\n']),
    (workbook, [packed(PARTS)]),
    (workbook_part, [bytes(range(256)), bytes(255 - at for at in range(256))]),
    (exclusion, [SQUARE, SQUARE.replace(b"Polygon", b"MultiPolygon")]),
    (ground, [SQUARE]),
    (drawn_shapes, [bytes(range(256)), bytes(255 - at for at in range(256)) * 2]),
    (run_table, [bytes([at]) + b"hub_id,is_new,t_per_year,lon\na,True,1.5,105.9\n" for at in range(len(TABLE_NAMES))]),
    (run_summary, [b'{"name": "x", "hubs": []}']),
    (graphml, [GRAPHML]),
    (gmns, [bytes([at]) + file.read_bytes() for at, file in enumerate(sorted((FOLDER.path / "gmns").iterdir()))]),
)
TARGETS = tuple(target for target, _ in SEEDS)


if __name__ == "__main__":
    warnings.simplefilter("error")
    only = [word.removeprefix("--only=") for word in sys.argv if word.startswith("--only=")]
    sys.argv = [word for word in sys.argv if not word.startswith("--only=")]
    if only:  # one target alone, by its name
        SEEDS = tuple((target, seeds) for target, seeds in SEEDS if target.__name__ in only)
    contents = [bytes([number]) + seed for number, (_, seeds) in enumerate(SEEDS) for seed in seeds]
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    run(tuple(target for target, _ in SEEDS), contents, (InputError, NetworkError))
