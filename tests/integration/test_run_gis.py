"""The GIS files of a run: layers with the run's figures, styles that QGIS finds, coordinates of VN-2000."""

import csv
import json
import math
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from importlib.resources import files

import geopandas as gpd
import pandas as pd
import pyogrio
import pyproj
import pytest
import shapely

from logistics.cli import main
from logistics.errors import InputError
from logistics.region import bundled_file
from logistics.reports.gis import GEOPACKAGE_FILE, crs_of, write_geopackage, write_geoparquet
from logistics.reports.gis.coordinates import ZONES, provinces_by_meridian
from logistics.reports.gis.layers import plan_layers
from logistics.reports.gis.styles import styles
from logistics.run_folder import read_run
from networks.errors import SourceError

LAYERS = ["catchments", "flows", "links", "provinces", "gateways", "parks", "sites_not_opened", "hubs"]
UNITS = ("_per_year", "_km", "_ha", "_pct", "_vnd", "_count")
WORDS = {
    "fid",
    "period",
    "role",
    "type",
    "status",
    "name_vi",
    "name_en",
    "province",
    "province_2025",
    "mode",
    "highway",
    "ref",
    "is_new",
    "tier",
}
ATTRIBUTION = "© OpenStreetMap contributors"


@pytest.fixture(scope="module")
def run(phased_run):
    return read_run(phased_run)


@pytest.fixture(scope="module")
def package(phased_run):
    return phased_run / GEOPACKAGE_FILE


def layer(path, name):
    return gpd.read_file(path, layer=name, engine="pyogrio")


def test_every_layer_is_there_in_degrees_with_units_in_its_names(package):
    assert [name for name, shape in pyogrio.list_layers(package) if shape] == LAYERS
    for name in LAYERS:
        found = layer(package, name)
        assert found.crs == "EPSG:4326"
        assert found["period"].isin([2030, 2040]).all()
        columns = set(found.columns) - {"geometry"} - WORDS
        assert [one for one in columns if not one.endswith((*UNITS, "_id"))] == [], name
        assert ATTRIBUTION in pyogrio.read_info(package, layer=name)["layer_metadata"]["attribution"]
    assert len(layer(package, "hubs")) > 0


def test_the_figures_are_those_of_the_csv_files_and_of_plan_json(package, phased_run, run):
    facts = json.loads((phased_run / "plan.json").read_text(encoding="utf-8"))
    table = pyogrio.read_dataframe(package, layer="summary", read_geometry=False).set_index("name")["value"]
    assert table["objective_vnd_per_year"] == facts["objective_vnd_per_year"]
    assert table["t_per_year"] == facts["totals"]["t_per_year"]
    flows = layer(package, "flows").groupby("period").sum(numeric_only=True)
    for phase in facts["phases"]:
        for name in ("t_per_year", "hub_t_per_year", "barge_t_per_year", "tkm_per_year", "co2_t_per_year"):
            assert math.isclose(flows.loc[phase["year"], name], phase["totals"][name], rel_tol=1e-12), name
    links, known = layer(package, "links"), run.link_flows.set_index(["period", "link_id"])
    keys = pd.MultiIndex.from_arrays([links["period"].astype(str), links["link_id"]])
    assert links["t_per_year"].tolist() == known["t_per_year"].reindex(keys).tolist()
    assert links["direct_t_per_year"].tolist() == known["direct_t_per_year"].reindex(keys).tolist()
    hubs = layer(package, "hubs")
    assert hubs["throughput_t_per_year"].tolist() == run.hubs["throughput_t_per_year"].tolist()
    assert hubs.geometry.x.tolist() == run.hubs["lon"].tolist()


def test_the_line_of_a_link_is_that_of_the_run_and_connectors_are_left_out(package, run):
    links = layer(package, "links")
    assert not (links["highway"] == "connector").any()
    row = run.link_flows[run.link_flows["link_id"] == links["link_id"][0]].iloc[0]
    points = [tuple(float(number) for number in point.split()) for point in row["geometry"].split(";")]
    assert list(links.geometry[0].coords) == points


def test_catchments_hold_their_parks_and_do_not_overlap(package):
    areas, parks = layer(package, "catchments"), layer(package, "parks")
    assert len(areas) > 0
    for period, of_phase in areas.groupby("period"):
        shapes = of_phase.geometry.to_list()
        total = sum(shape.area for shape in shapes)
        assert math.isclose(shapely.union_all(shapes).area, total, rel_tol=1e-6)
        for hub_id, shape in zip(of_phase["hub_id"], shapes, strict=True):
            own = parks[(parks["period"] == period) & (parks["main_hub_id"] == hub_id)]
            assert len(own) > 0
            assert own.within(shape.buffer(1e-9)).all()
    assert areas["parks_count"].sum() == (parks["main_hub_id"] != "").sum()


@pytest.fixture(scope="module")
def style_rows(package):
    return pyogrio.read_dataframe(package, layer="layer_styles", read_geometry=False)


def test_each_layer_has_one_style_that_qgis_takes_first(style_rows):
    first = style_rows[style_rows["useAsDefault"].astype(bool)]
    assert first["f_table_name"].tolist() == LAYERS
    assert set(style_rows["f_geometry_column"]) == {"geom"}
    assert set(style_rows["f_table_schema"]) == {""}
    links = style_rows[style_rows["f_table_name"] == "links"]
    assert links["styleName"].tolist() == ["load with hubs", "load without hubs", "change through hubs"]


def test_styles_are_xml_whose_rules_name_columns_and_symbols_that_are_there(style_rows, package):
    for row in style_rows.to_dict("records"):
        root = ET.fromstring(row["styleQML"].split("\n", 1)[1])  # noqa: S314  (our own)
        columns = set(layer(package, row["f_table_name"]).columns)
        symbols = {symbol.get("name") for symbol in root.iter("symbol")}
        rules = [rule for rule in root.iter("rule") if rule.get("symbol") is not None]
        assert rules
        assert {rule.get("symbol") for rule in rules} == symbols
        expressions = [rule.get("filter", "") for rule in root.iter("rule")]
        expressions += [one.get("value") for one in root.iter("Option") if one.get("name") == "expression"]
        named = {name for text in expressions for name in re.findall(r'"(\w+)"', text)}
        assert named <= columns
        labels = [style.get("fieldName") for style in root.iter("text-style")]
        assert set(labels) <= columns
        phases = list(root.find("renderer-v2/rules"))
        assert [(rule.get("label"), rule.get("checkstate")) for rule in phases] == [("2030", "0"), ("2040", None)]


def test_every_link_and_hub_falls_into_one_class(package, style_rows):
    """Classes are evaluated by SQLite, whose comparisons are those of QGIS."""
    for name in ("links", "flows", "hubs"):
        count = len(layer(package, name))
        for content in style_rows.loc[style_rows["f_table_name"] == name, "styleQML"]:
            root = ET.fromstring(content.split("\n", 1)[1])  # noqa: S314  (our own)
            last = root.find("renderer-v2/rules")[-1]
            filters = [rule.get("filter") for rule in last]
            found = [len(pyogrio.read_dataframe(package, layer=name, where=one)) for one in filters]
            assert sum(found) == count


@pytest.mark.skipif(shutil.which("ogrinfo") is None, reason="GDAL's ogrinfo is not installed")
def test_ogrinfo_reads_it_without_complaint_with_its_styles(package):
    for arguments in (["-so", "-al", package], [package, "layer_styles"]):
        done = subprocess.run(["ogrinfo", *arguments], check=True, capture_output=True, text=True)
        assert not re.search("warning|error", done.stderr, re.IGNORECASE), done.stderr
        assert ATTRIBUTION in done.stdout
    assert "styleQML (String) = <!DOCTYPE qgis" in done.stdout
    assert "Feature Count: 10" in done.stdout


def test_legends_are_vietnamese_where_asked(run, tmp_path):
    write_geopackage(run, tmp_path / "vi.gpkg", lang="vi")
    rows = pyogrio.read_dataframe(tmp_path / "vi.gpkg", layer="layer_styles", read_geometry=False)
    assert "trung tâm mới" in rows.loc[rows["f_table_name"] == "hubs", "styleQML"].iloc[0]
    assert re.search(r"từ|đến [\d.]+ tấn/năm", rows.loc[rows["f_table_name"] == "links", "styleQML"].iloc[0])
    with pytest.raises(InputError, match="expected one of en, vi"):
        write_geopackage(run, tmp_path / "fr.gpkg", lang="fr")


def test_hostile_names_and_ids_stay_text_in_layers_and_styles(run, tmp_path):
    name, hub = "</rule>\x01'\"<script>${x}\ud800", "a'b\\\"<"
    hubs = run.hubs.assign(name_en=name.replace("\ud800", ""), hub_id=hub)
    places = run.places.assign(hub_id=run.places["hub_id"].where(run.places["hub_id"] == "", hub))
    tables = replace(run, hubs=hubs, places=places)
    write_geopackage(tables, tmp_path / "hostile.gpkg")
    assert set(layer(tmp_path / "hostile.gpkg", "hubs")["name_en"]) == {name.replace("\ud800", "")}
    [content] = [
        style.content for one in plan_layers(tables) if one.name == "catchments" for style in styles(one, "en")
    ]
    root = ET.fromstring(content.split("\n", 1)[1])  # noqa: S314  (our own)
    rule = next(rule for rule in root.iter("rule") if rule.get("symbol"))
    assert rule.get("label").startswith("</rule>\ufffd'")
    assert rule.get("filter") == "\"hub_id\" = 'a''b\\\\\"<'"


def test_a_run_without_any_hub_has_empty_layers(run, tmp_path):
    tables = replace(
        run, hubs=run.hubs.iloc[:0], flows=run.flows.assign(way="direct", hub_id=""),
        places=run.places.assign(hub_id="", opened=False, via_hub_t_per_year=0.0),
    )  # fmt: skip
    write_geopackage(tables, tmp_path / "none.gpkg")
    write_geoparquet(tables, tmp_path / "gis")
    assert len(layer(tmp_path / "none.gpkg", "hubs")) == len(layer(tmp_path / "none.gpkg", "catchments")) == 0
    assert len(gpd.read_parquet(tmp_path / "gis" / "catchments.parquet")) == 0


@pytest.mark.parametrize(("asked", "code"), [
    ("EPSG:4326", 4326), ("4326", 4326), ("epsg:3405", 3405), ("vn2000:105-00", 5897), ("VN2000:105-30", 9209),
    (" vn2000:48N ", 3405),
])  # fmt: skip
def test_coordinates_are_asked_for_by_code_or_by_meridian(asked, code):
    assert crs_of(asked) == f"EPSG:{code}"


@pytest.mark.parametrize("asked", ["", "vn2000:", "vn2000:105", "EPSG:1", "EPSG:5773", "utm", "٤٣٢٦"])
def test_other_coordinates_are_refused_with_the_meridian_of_each_province(asked):
    with pytest.raises(
        InputError, match=r"vn2000:105-30 \(Hải Dương, Bắc Ninh, Hưng Yên, Thái Bình, Nam Định, Hà Giang\)"
    ):
        crs_of(asked)


def test_each_zone_has_the_meridian_and_scale_it_is_called_by():
    for name, code in ZONES.items():
        values = {param.name: param.value for param in pyproj.CRS.from_epsg(code).coordinate_operation.params}
        if name.endswith("n"):
            assert values["Longitude of natural origin"] == {"48n": 105.0, "49n": 111.0}[name]
            assert values["Scale factor at natural origin"] == 0.9996
        else:
            degrees, minutes = name.split("-")
            assert values["Longitude of natural origin"] == int(degrees) + int(minutes) / 60
            assert values["Scale factor at natural origin"] == 0.9999


def test_each_northern_province_has_a_zone_that_epsg_says_is_its_own():
    with bundled_file("places").open(encoding="utf-8") as rows:
        provinces = {row["name_vi"] for row in csv.DictReader(rows)}
    known = provinces_by_meridian()
    assert {name for names in known.values() for name in names} == provinces | {"Thanh Hoá"}
    with (files("logistics.reports.gis") / "meridians.csv").open(encoding="utf-8") as rows:
        for row in csv.DictReader(rows):
            assert ZONES[row["central_meridian"]] == int(row["epsg"])
            assert row["central_meridian_2025"] in ZONES
            assert row["source"].startswith("Circular 973/2001/TT-TCĐC")


def test_a_zone_of_vn2000_puts_its_meridian_at_500_km(run, tmp_path):
    places = run.places.assign(lon=105.5, lat=21.0)
    write_geopackage(replace(run, places=places), tmp_path / "zone.gpkg", crs="vn2000:105-30")
    parks = layer(tmp_path / "zone.gpkg", "parks")
    assert parks.crs.to_epsg() == 9209
    # 21 degrees of the meridian are 2,322.8 km times 0.9999; the shift from WGS84 moves it by less than 250 m
    assert parks.geometry.x.to_numpy() == pytest.approx(500_000.0, abs=250.0)
    assert parks.geometry.y.to_numpy() == pytest.approx(2_322_825.0 * 0.9999, abs=400.0)


def test_geoparquet_holds_the_same_layers_with_their_licence(run, package, tmp_path):
    write_geoparquet(run, tmp_path / "gis")
    assert sorted(path.stem for path in (tmp_path / "gis").iterdir()) == sorted(LAYERS)
    for name in LAYERS:
        read, known = gpd.read_parquet(tmp_path / "gis" / f"{name}.parquet"), layer(package, name)
        assert read.crs == "EPSG:4326"
        assert (
            read.drop(columns="geometry")
            .fillna("-")
            .astype(str)
            .equals(known.drop(columns="geometry").fillna("-").astype(str)[list(read.columns.drop("geometry"))])
        ), name
        assert read.geometry.geom_equals(known.geometry).all()
    import pyarrow.parquet as pq  # noqa: PLC0415

    about = pq.read_metadata(tmp_path / "gis" / "hubs.parquet").metadata
    assert ATTRIBUTION in about[b"attribution"].decode()
    write_geoparquet(run, tmp_path / "gis", crs="EPSG:3405")
    assert gpd.read_parquet(tmp_path / "gis" / "hubs.parquet").crs.to_epsg() == 3405
    (tmp_path / "gis" / "own.txt").write_text("mine")
    with pytest.raises(SourceError, match=r"own\.txt"):
        write_geoparquet(run, tmp_path / "gis")


def test_the_command_writes_geoparquet_and_coordinates_where_asked(phased_run, tmp_path, capsys):
    run = shutil.copytree(phased_run, tmp_path / "run")
    assert main(["report", str(run), "--no-audit", "--geoparquet", "--crs", "vn2000:105-30"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        str(run / name) for name in ("report.html", "workbook.xlsx", "plan.gpkg", "gis")
    ]
    assert layer(run / GEOPACKAGE_FILE, "hubs").crs.to_epsg() == 9209
    assert gpd.read_parquet(run / "gis" / "hubs.parquet").crs.to_epsg() == 9209
    assert main(["report", str(run), "--no-audit", "--crs", "vn2000:1"]) == 3
    assert "there is no such zone of VN-2000" in capsys.readouterr().err
