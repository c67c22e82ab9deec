import sqlite3
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest

from networks import Network, SourceError, northern_vietnam, write
from networks.exchange import FORMATS, UnknownFormatError, format_of

CREDIT = "© OpenStreetMap contributors"
ENDINGS = ("net.gpkg", "net.parquet", "net.graphml", "net.csv", "net")


@pytest.fixture
def drawn(make_network):
    """Return a road with a bend in both directions, and a straight one-way road, with Vietnamese names."""
    links = [("ab", "a", "b", 12.0, 0.25), ("ab~", "b", "a", 12.0, 0.3), ("bc", "b", "c", 10.5, 0.25)]
    network = make_network(
        links,
        geometry=["105 21;105.05 21.05;105.1 21", "105.1 21;105.05 21.05;105 21", ""],
        name=["Đường Nguyễn Huệ", "Đường Nguyễn Huệ", "Quốc lộ 1"],
        lanes=[2.0, 2.0, None],
        toll=[False, False, True],
    )
    provenance = {"source": "drawn by hand", "licence": f"{CREDIT}, ODbL 1.0"}
    nodes = network.nodes.assign(name_vi=["Hà Nội", "Bắc Ninh", "", "Huế", "Cửa Lò"])
    return Network(nodes=nodes, links=network.links, shapes=network.shapes, provenance=provenance)


BEND = [(105.0, 21.0), (105.05, 21.05), (105.1, 21.0)]


def assert_right_lines(links):
    """Check lines, names and lengths of `drawn` as another program sees them."""
    by_id = links.set_index("link_id")
    assert list(by_id.geometry["ab"].coords) == BEND
    assert list(by_id.geometry["ab~"].coords) == BEND[::-1]
    assert list(by_id.geometry["bc"].coords) == [(105.1, 21.0), (105.2, 21.0)]
    assert by_id["name"].to_dict()["ab"] == "Đường Nguyễn Huệ"
    assert by_id["length_km"].to_dict() == {"ab": 12.0, "ab~": 12.0, "bc": 10.5}
    assert by_id["toll"].tolist() == [False, False, True]
    assert by_id["lanes"].isna().tolist() == [False, False, True]
    assert links.crs == "EPSG:4326"


def test_a_geopackage_has_nodes_and_links_with_lines_names_and_licence(drawn, tmp_path):
    write(drawn, tmp_path / "net.gpkg")
    assert sorted(pyogrio.list_layers(tmp_path / "net.gpkg")[:, 0]) == ["links", "nodes"]
    assert_right_lines(gpd.read_file(tmp_path / "net.gpkg", layer="links"))
    nodes = gpd.read_file(tmp_path / "net.gpkg", layer="nodes")
    assert nodes["name_vi"].tolist()[:2] == ["Hà Nội", "Bắc Ninh"]
    assert nodes.geometry[3].coords[0] == (105.1, 21.1)
    for layer in ("nodes", "links"):
        info = pyogrio.read_info(tmp_path / "net.gpkg", layer=layer)
        assert CREDIT in info["layer_metadata"]["licence"]
        assert CREDIT in info["dataset_metadata"]["licence"]


def test_a_geopackage_is_of_version_1_2_and_describes_its_layers(drawn, tmp_path):
    write(drawn, tmp_path / "net.gpkg")
    base = sqlite3.connect(tmp_path / "net.gpkg")
    try:
        assert base.execute("pragma user_version").fetchone() == (10200,)
        described = dict(base.execute("select table_name, description from gpkg_contents"))
    finally:
        base.close()
    assert all(CREDIT in text for text in described.values())


def test_a_column_called_fid_does_not_upset_a_geopackage(drawn, tmp_path):
    odd = Network(
        nodes=drawn.nodes, links=drawn.links.assign(fid=7, kind=pd.Categorical(["a", "b", "a"])), shapes=drawn.shapes
    )
    write(odd, tmp_path / "net.gpkg")
    back = gpd.read_file(tmp_path / "net.gpkg", layer="links")
    assert back["fid"].tolist() == [7, 7, 7]
    assert back["kind"].tolist() == ["a", "b", "a"]


def test_geoparquet_opens_in_geopandas_with_lines_names_and_licence(drawn, tmp_path):
    write(drawn, tmp_path / "net.parquet")
    assert_right_lines(gpd.read_parquet(tmp_path / "net.parquet"))
    about = pq.read_schema(tmp_path / "net.parquet").metadata
    assert CREDIT in about[b"licence"].decode()
    assert b'"version": "1.1.0"' in about[b"geo"]


def test_csv_for_people_opens_in_a_spreadsheet_and_runs_nothing(drawn, tmp_path):
    names = ['=HYPERLINK("http://x")', "@cmd", "-7"]
    risky = Network(
        nodes=drawn.nodes, links=drawn.links.assign(name=names), shapes=drawn.shapes, provenance=drawn.provenance
    )
    write(risky, tmp_path / "net.csv")
    assert (tmp_path / "net.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    table = pd.read_csv(tmp_path / "net.csv", encoding="utf-8-sig", dtype=str, keep_default_na=False)
    assert table["name"].tolist() == ['\'=HYPERLINK("http://x")', "'@cmd", "-7"]
    assert table["origin_lon"].tolist() == ["105", "105.1", "105.1"]
    assert table["lanes"].tolist() == ["2", "2", ""]
    assert table["geometry"][0] == "LINESTRING (105.0 21.0, 105.05 21.05, 105.1 21.0)"
    assert set(table["licence"]) == {f"{CREDIT}, ODbL 1.0"}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_bundled_network_is_written_in_every_format_and_replaced(name, tmp_path):
    network = northern_vietnam(modes=["rail", "waterway"])
    for _ in range(2):
        write(network, tmp_path / "out" / name)
    assert [file.name for file in (tmp_path / "out").iterdir()] == [name]


@pytest.mark.parametrize("name", ENDINGS)
def test_a_full_disk_leaves_the_earlier_file_and_nothing_beside_it(name, drawn, tmp_path, monkeypatch):
    target = tmp_path / name
    write(drawn, target)
    before = (target / "link.csv").read_bytes() if target.is_dir() else target.read_bytes()
    fail = OSError(28, "No space left on device")

    def full_disk(_path):
        raise fail

    monkeypatch.setattr("networks.whole.to_disk", full_disk)
    for path in (target, tmp_path / "new" / name):
        with pytest.raises(OSError, match="No space left"):
            write(drawn, path)
    after = (target / "link.csv").read_bytes() if target.is_dir() else target.read_bytes()
    assert after == before
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted([name, "new"])
    assert list((tmp_path / "new").iterdir()) == []


@pytest.mark.parametrize("name", ["net.csv", "net"])
def test_categories_run_nothing_in_a_spreadsheet(name, drawn, tmp_path):
    risky = pd.Categorical(["=1+1", "plain", "=1+1"])
    write(Network(nodes=drawn.nodes, links=drawn.links.assign(note=risky, shape=0)), tmp_path / name)
    text = (tmp_path / name / "link.csv" if name == "net" else tmp_path / name).read_text(encoding="utf-8")
    assert text.count("'=1+1") == 2
    assert text.count("=1+1") == 2


@pytest.mark.parametrize("name", ["net[1].csv", "net*.gpkg"])
def test_letters_that_mean_others_in_patterns_leave_no_half_file(name, drawn, tmp_path, monkeypatch):
    def interrupted(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr("networks.whole.to_disk", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(drawn, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupt_between_the_two_renamings_leaves_the_earlier_folder(drawn, tmp_path, monkeypatch):
    write(drawn, tmp_path / "net")
    before = (tmp_path / "net" / "link.csv").read_bytes()
    steps = []

    def interrupted(path, target, replace=Path.replace):
        steps.append(target)
        if len(steps) == 2:
            raise KeyboardInterrupt
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(drawn, tmp_path / "net")
    assert len(steps) == 3
    assert [file.name for file in tmp_path.iterdir()] == ["net"]
    assert (tmp_path / "net" / "link.csv").read_bytes() == before


def test_a_link_to_a_folder_stays_one(drawn, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "net").symlink_to(tmp_path / "real")
    write(drawn, tmp_path / "net")
    assert (tmp_path / "net").is_symlink()
    assert (tmp_path / "real" / "link.csv").is_file()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["net", "real"]


def test_gdal_that_cannot_write_leaves_no_half_file(drawn, tmp_path, monkeypatch):
    def broken(_frame, path, **_options):
        Path(path).write_bytes(b"half")
        Path(f"{path}-journal").write_bytes(b"half")
        raise pyogrio.errors.FeatureError("disk full")

    monkeypatch.setattr(pyogrio, "write_dataframe", broken)
    with pytest.raises(SourceError, match=r"net.gpkg: the GeoPackage cannot be written: disk full"):
        write(drawn, tmp_path / "net.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_way_of_a_file_and_a_file_in_the_way_of_a_folder_are_refused(drawn, tmp_path):
    (tmp_path / "net.csv").mkdir()
    with pytest.raises(SourceError, match="is a folder; expected the name of a file"):
        write(drawn, tmp_path / "net.csv")
    (tmp_path / "gmns").write_text("mine")
    with pytest.raises(SourceError, match="is a file; expected a folder"):
        write(drawn, tmp_path / "gmns")
    (tmp_path / "net.csv" / "mine.txt").write_text("mine")
    with pytest.raises(SourceError, match=r"holds other files \(mine.txt\)"):
        write(drawn, tmp_path / "net.csv", form="gmns")


def test_the_ending_chooses_the_format_unless_it_is_named():
    assert [format_of(name) for name in ENDINGS] == list(FORMATS)
    assert format_of("NET.GPKG") == "geopackage"
    assert format_of("folder.v2", "gmns") == "gmns"
    with pytest.raises(
        UnknownFormatError, match=r"found the ending '\.shp', expected \.gpkg \(geopackage\), .* or none"
    ):
        format_of("roads.shp")
    with pytest.raises(ValueError, match="found the format 'shapefile', expected one of geopackage"):
        format_of("roads", "shapefile")
