import hashlib
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from networks import Network, SourceError, TableError, load, northern_vietnam, save, store
from networks.errors import MissingSourceError


def test_a_round_trip_keeps_everything(tmp_path):
    network = northern_vietnam(year=2027)
    save(network, tmp_path / "north")
    back = load(tmp_path / "north")
    pd.testing.assert_frame_equal(back.nodes, network.nodes)
    pd.testing.assert_frame_equal(back.links, network.links)
    for name in ("starts", "lon", "lat"):
        assert getattr(back.shapes, name).tolist() == getattr(network.shapes, name).tolist()
    assert back.provenance == network.provenance
    assert back.crs == network.crs
    assert "Cửa khẩu Hữu Nghị" in set(back.nodes["name_vi"])


def table(folder, name):
    """Return the file of a table, which is named by its content."""
    (file,) = folder.glob(f"{name}-*.parquet")
    return file


def forge(folder, name, change):
    """Replace a table by `change(its Arrow table)`, or by these bytes, with a manifest that vouches for it."""
    old = table(folder, name)
    if isinstance(change, bytes):
        data = change
    else:
        sink = pa.BufferOutputStream()
        pq.write_table(change(pq.read_table(old)), sink)
        data = bytes(sink.getvalue())
    old.unlink()
    digest = hashlib.sha256(data).hexdigest()
    (folder / f"{name}-{digest[:16]}.parquet").write_bytes(data)
    manifest = json.loads((folder / store.MANIFEST).read_text(encoding="utf-8"))
    manifest["tables"][name]["sha256"] = digest
    (folder / store.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def assert_only_one_network_is_there(folder):
    assert sorted(file.name.partition("-")[0] for file in folder.iterdir()) == [
        "links",
        store.MANIFEST,
        "nodes",
        "shapes",
    ]


def test_dtypes_of_further_columns_missing_values_and_the_crs_are_kept(tmp_path, make_network):
    links = [("ab", "a", "b", 10.0, 0.25), ("bc", "b", "c", 20.0, 0.5)]
    further = {
        "name": ["Đường Nguyễn Huệ", None],
        "lanes": [np.nan, 2.0],
        "count": np.array([1, 2], dtype=np.int32),
        "maybe": pd.array([1, None], dtype="Int64"),
        "kind": pd.Categorical(["new", "old"]),
        "opened": pd.to_datetime(["2026-01-01", None]),
        "geometry": ["105 21;105.05 21.05;105.1 21", ""],
    }
    network = make_network(links, **further)
    network = Network(
        nodes=network.nodes, links=network.links, shapes=network.shapes, crs="EPSG:4756", provenance={"source": "Huế"}
    )
    save(network, tmp_path / "net")
    back = load(tmp_path / "net")
    pd.testing.assert_frame_equal(back.links, network.links)
    assert back.crs == "EPSG:4756"
    assert back.provenance == {"source": "Huế"}
    assert back.lines([0])[0].tolist() == [[105.0, 21.0], [105.05, 21.05], [105.1, 21.0]]
    assert [rows.tolist() for rows in back.ends()] == [[0, 1], [1, 2]]


def test_both_directions_still_share_one_line(tmp_path, make_network):
    links = [("ab", "a", "b", 10.0, 0.25), ("ab~", "b", "a", 10.0, 0.25)]
    geometry = ["105 21;105.05 21.05;105.1 21", "105.1 21;105.05 21.05;105 21"]
    save(make_network(links, geometry=geometry), tmp_path / "net")
    back = load(tmp_path / "net")
    assert back.links["shape"].tolist() == [1, -1]
    assert len(back.shapes) == 1


def test_a_column_of_mixed_values_or_lists_is_named_before_anything_is_written(tmp_path, chain):
    for values in ([1, "a", 2, 3], [[1], [2], [3], [4]]):
        odd = Network(nodes=chain.nodes, links=chain.links.assign(odd=pd.Series(values, dtype=object)))
        with pytest.raises(TableError, match="odd"):
            save(odd, tmp_path / "net")
    clash = Network(nodes=chain.nodes, links=chain.links.assign(origin_node_row=1))
    with pytest.raises(TableError, match="links:origin_node_row: the name is kept"):
        save(clash, tmp_path / "net")
    assert list(tmp_path.iterdir()) == []


def test_saving_twice_replaces_the_network_and_leaves_nothing_else(tmp_path, chain):
    save(northern_vietnam(modes=["rail"]), tmp_path / "net")
    save(chain, tmp_path / "net")
    assert len(load(tmp_path / "net").nodes) == 5
    assert_only_one_network_is_there(tmp_path / "net")
    save(chain, tmp_path / "net")
    assert_only_one_network_is_there(tmp_path / "net")
    assert [file.name for file in tmp_path.iterdir()] == ["net"]


def test_files_beside_a_network_stay_when_it_is_replaced(tmp_path, chain):
    save(chain, tmp_path / "net")
    (tmp_path / "net" / "notes.txt").write_text("mine")
    save(chain, tmp_path / "net")
    assert (tmp_path / "net" / "notes.txt").read_text() == "mine"


@pytest.mark.fault("F11")
@pytest.mark.parametrize("name", ["links", "manifest"])
def test_a_save_on_a_full_disk_leaves_the_earlier_network_and_nothing_else(tmp_path, chain, monkeypatch, name):
    save(chain, tmp_path / "net")

    def full_disk(write):
        def partly(path, content, **options):
            if name not in path.name:
                return write(path, content, **options)
            write(path, content[: len(content) // 2], **options)
            raise OSError(28, "No space left on device")

        return partly

    monkeypatch.setattr(Path, "write_bytes", full_disk(Path.write_bytes))
    monkeypatch.setattr(Path, "write_text", full_disk(Path.write_text))
    for target in ("net", "new"):
        with pytest.raises(OSError, match="No space left"):
            save(northern_vietnam(modes=["rail"]), tmp_path / target)
    assert [file.name for file in tmp_path.iterdir()] == ["net"]
    assert_only_one_network_is_there(tmp_path / "net")
    assert len(load(tmp_path / "net").nodes) == 5


KILLED_AT_EACH_STEP = """
import os, shutil, signal, sys
from pathlib import Path
from networks import load, save

old, new, states = map(Path, sys.argv[1:])
network = load(new)

def killing(steps, function, half=False):
    def step(*arguments, **options):
        steps[0] -= 1
        if steps[0] == 0:
            if half:
                function(arguments[0], arguments[1][: len(arguments[1]) // 2], **options)
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return step

for at in range(1, 100):
    folder = states / str(at)
    shutil.copytree(old, folder) if old.exists() else None
    child = os.fork()
    if not child:
        steps = [at]
        Path.write_bytes = killing(steps, Path.write_bytes, half=True)
        Path.write_text = killing(steps, Path.write_text, half=True)
        Path.replace = killing(steps, Path.replace)
        Path.unlink = killing(steps, Path.unlink)
        os.fsync = killing(steps, os.fsync)
        save(network, folder)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        break
"""


@pytest.mark.fault("F1")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
@pytest.mark.parametrize("is_first", [True, False])
def test_a_save_killed_at_any_step_leaves_the_old_network_or_the_new_one(tmp_path, root, chain, is_first):
    rail = northern_vietnam(modes=["rail"])
    save(rail, tmp_path / "new")
    if not is_first:
        save(chain, tmp_path / "old")
    (tmp_path / "states").mkdir()
    folders = [str(tmp_path / name) for name in ("old", "new", "states")]
    subprocess.run([sys.executable, "-c", KILLED_AT_EACH_STEP, *folders], check=True, cwd=root)
    states = sorted((tmp_path / "states").iterdir(), key=lambda folder: int(folder.name))
    assert len(states) > 15
    found = []
    for folder in states:
        try:
            found.append(len(load(folder).nodes))
        except MissingSourceError:
            found.append(0)
        save(chain, folder)
        assert_only_one_network_is_there(folder)
        assert len(load(folder).nodes) == 5
    before = 0 if is_first else 5
    turn = found.index(len(rail.nodes))
    assert set(found[:turn]) == {before}
    assert set(found[turn:]) == {len(rail.nodes)}


def test_a_reader_waits_for_no_one_when_the_network_is_replaced_under_it(tmp_path, chain, monkeypatch):
    save(chain, tmp_path / "net")
    read = Path.read_bytes
    replaced = []

    def replace_first(path):
        if not replaced:
            replaced.append(path)
            save(northern_vietnam(modes=["rail"]), tmp_path / "net")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", replace_first)
    assert len(load(tmp_path / "net").nodes) > 5


def test_a_folder_of_other_files_is_not_written_into(tmp_path, chain):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(SourceError, match="holds other files and no network"):
        save(chain, tmp_path)
    with pytest.raises(SourceError, match="is a file"):
        save(chain, tmp_path / "letters.txt")


@pytest.mark.parametrize(
    "files",
    [
        {"nodes.parquet": "mine", "links.parquet": "mine"},
        {"manifest.json": '{"name": "a web page"}', "index.html": "mine"},
        {"manifest.json": "{", "index.html": "mine"},
    ],
)
def test_files_of_others_that_are_called_like_ours_are_left_alone(tmp_path, chain, files):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(SourceError, match="holds other files and no network"):
        save(chain, tmp_path)
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == files


def test_a_table_of_a_plain_name_beside_a_network_stays(tmp_path, chain):
    save(chain, tmp_path)
    (tmp_path / "links.parquet").write_text("exported")
    save(chain, tmp_path)
    assert (tmp_path / "links.parquet").read_text() == "exported"


def test_the_tables_of_a_network_of_an_earlier_version_are_replaced(tmp_path, chain):
    (tmp_path / "manifest.json").write_text(json.dumps({"format": store.FORMAT, "version": 2}))
    for name in ("nodes", "links", "shapes"):
        (tmp_path / f"{name}.parquet").write_text("old")
    save(chain, tmp_path)
    assert_only_one_network_is_there(tmp_path)


def test_a_folder_without_a_network_is_a_missing_file(tmp_path):
    with pytest.raises(MissingSourceError, match=r"there is no manifest.json"):
        load(tmp_path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere")


@pytest.fixture
def saved(tmp_path, chain):
    save(chain, tmp_path / "net")
    return tmp_path / "net"


@pytest.mark.fault("F20")
def test_a_changed_table_is_refused(saved, chain):
    chain.links.assign(length_km=1.0).to_parquet(table(saved, "links"))
    with pytest.raises(SourceError, match=r"links-\w+\.parquet is not the file that its manifest describes"):
        load(saved)


def test_a_lost_table_is_refused(saved):
    table(saved, "nodes").unlink()
    with pytest.raises(MissingSourceError, match=r"nodes-\w+\.parquet is missing; build the network again"):
        load(saved)


@pytest.mark.fault("F18")
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "found version 99, expected 3; it was written by a later release"),
        ({"version": 2}, "found version 2, expected 3; build the network again"),
        ({"version": "3"}, "found version '3', expected 3"),
        ({"version": None}, "found version None, expected 3"),
        ({"format": "else"}, "describes no network"),
        ({"tables": {}}, "no tables"),
        ({"tables": None}, "no tables"),
        ({"tables": {"nodes": {"sha256": 1}, "links": {}, "shapes": {}}}, "no tables"),
        ({"tables": {name: {"sha256": "../../x"} for name in ("nodes", "links", "shapes")}}, "is missing"),
        ({"provenance": {"source": 1}}, "no provenance"),
        ({"crs": None}, "no crs"),
    ],
)
def test_another_manifest_is_refused(saved, change, message):
    file = saved / store.MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        load(saved)


ROWS = ("origin_node_row", "destination_node_row")


def with_column(name, values):
    """Return a forger of one column."""
    return lambda cells: cells.set_column(
        cells.column_names.index(name),
        name,
        pa.array(values, type=pa.int32() if name in ROWS and isinstance(values[0], int) else None),
    )


def points(line, lon):
    """Return a table of points whose lon are their lat, too."""
    return pa.table({"line": pa.array(line, type=pa.int32()), "lon": lon, "lat": lon})


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("nodes", with_column("node_id", ["a", "b", "c", "d", "d"])),
        ("nodes", with_column("node_id", ["a", "b", "c", "d", ""])),
        ("nodes", with_column("node_id", ["a", "b", "c", "d", None])),
        ("nodes", with_column("node_id", [1, 2, 3, 4, 5])),
        ("nodes", with_column("lon", [0.0, 0.0, 0.0, 0.0, 181.0])),
        ("nodes", with_column("lon", [0.0, 0.0, 0.0, 0.0, np.nan])),
        ("nodes", with_column("lon", [[1.0]] * 5)),
        ("nodes", lambda cells: cells.drop_columns("lat")),
        ("nodes", lambda cells: cells.slice(0, 0)),
        ("nodes", lambda cells: cells.append_column("odd", pa.array([b"x"] * 5))),
        ("nodes", lambda cells: cells.append_column("lat", cells["lat"])),
        ("nodes", lambda cells: cells.replace_schema_metadata({b"pandas": b'{"index_columns": ["lat"]}'})),
        ("links", with_column("origin_node_row", [0, 1, 2, 5])),
        ("links", with_column("origin_node_row", [0, 1, 2, -1])),
        ("links", with_column("origin_node_row", [0, 1, 2, None])),
        ("links", with_column("origin_node_row", ["a", "b", "c", "d"])),
        ("links", with_column("travel_h", [0.0, 1.0, 1.0, 1.0])),
        ("links", with_column("length_km", [-1.0, 1.0, 1.0, 1.0])),
        ("links", with_column("length_km", [np.inf, 1.0, 1.0, 1.0])),
        ("links", with_column("shape", [1, 0, 0, 0])),
        ("links", with_column("shape", [-(2**63), 0, 0, 0])),
        ("shapes", lambda _: points([0], [1.0])),
        ("shapes", lambda _: points([0, 0], [1.0, np.nan])),
        ("shapes", lambda _: points([0, 0], [1.0, None])),
        ("shapes", lambda _: points([1, 1], [1.0, 2.0])),
        ("shapes", lambda _: points([0, 0, 1, 1, 0, 0], [1.0] * 6)),
        ("shapes", lambda _: points([-1, -1], [1.0, 2.0])),
        ("shapes", lambda _: points([0, None], [1.0, 2.0])),
        ("shapes", lambda _: points([0, 0], [[1.0], [2.0]])),
        ("shapes", lambda _: points([0, 0], ["a", "b"])),
        ("shapes", lambda _: pa.table({"lines": [1]})),
        ("shapes", b""),
        ("links", b"PAR1"),
        ("links", b"PAR1" * 1000),
    ],
)
def test_a_forged_table_with_a_right_checksum_is_refused(saved, name, change):
    forge(saved, name, change)
    with pytest.raises(SourceError, match="build the network again"):
        load(saved)


def test_a_small_file_that_would_fill_the_memory_is_refused(saved):
    forge(saved, "nodes", lambda _: pa.table({"node_id": pa.nulls(30_000_000, pa.int8())}))
    with pytest.raises(SourceError, match=r"claims [\d,]+ values"):
        load(saved)


def test_a_long_text_in_every_row_is_refused_before_it_is_spelt_out(saved):
    forge(saved, "nodes", lambda _: pa.table({"note": ["x" * 10_000] * 1_000}))
    with pytest.raises(SourceError, match="texts of more than"):
        load(saved)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00", "[" * 100_000])
def test_a_manifest_that_is_no_json_object_is_refused(saved, text):
    (saved / store.MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError):
        load(saved)
