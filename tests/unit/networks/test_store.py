import json

import pandas as pd
import pytest

from networks import SourceError, load, northern_vietnam, save, store
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


def test_saving_twice_replaces_the_network_and_leaves_nothing_else(tmp_path, chain):
    save(northern_vietnam(modes=["rail"]), tmp_path / "net")
    save(chain, tmp_path / "net")
    assert len(load(tmp_path / "net").nodes) == 5
    assert sorted(file.name for file in (tmp_path / "net").iterdir()) == [
        "links.parquet",
        "manifest.json",
        "nodes.parquet",
        "shapes.parquet",
    ]
    assert [file.name for file in tmp_path.iterdir()] == ["net"]


def test_a_save_that_fails_leaves_the_earlier_network(tmp_path, chain, monkeypatch):
    save(chain, tmp_path / "net")

    def full_disk(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", full_disk)
    with pytest.raises(OSError, match="No space left"):
        save(northern_vietnam(modes=["rail"]), tmp_path / "net")
    assert [file.name for file in tmp_path.iterdir()] == ["net"]
    assert len(load(tmp_path / "net").nodes) == 5


def test_a_folder_of_other_files_is_not_written_into(tmp_path, chain):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(SourceError, match="holds other files and no network"):
        save(chain, tmp_path)
    with pytest.raises(SourceError, match="is a file"):
        save(chain, tmp_path / "letters.txt")


def test_a_folder_without_a_network_is_a_missing_file(tmp_path):
    with pytest.raises(MissingSourceError, match=r"there is no manifest.json"):
        load(tmp_path)
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "nowhere")


@pytest.fixture
def saved(tmp_path, chain):
    save(chain, tmp_path / "net")
    return tmp_path / "net"


def test_a_changed_table_is_refused(saved, chain):
    chain.links.assign(length_km=1.0).to_parquet(saved / "links.parquet")
    with pytest.raises(SourceError, match=r"links\.parquet is not the file that its manifest describes"):
        load(saved)


def test_a_lost_table_is_refused(saved):
    (saved / "nodes.parquet").unlink()
    with pytest.raises(MissingSourceError, match=r"nodes.parquet is missing"):
        load(saved)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"version": 99}, "found version 99, expected 2"),
        ({"format": "else"}, "describes no network"),
        ({"tables": {}}, "no tables"),
    ],
)
def test_another_manifest_is_refused(saved, change, message):
    file = saved / store.MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | change), encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        load(saved)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00"])
def test_a_manifest_that_is_no_json_object_is_refused(saved, text):
    (saved / store.MANIFEST).write_text(text, encoding="utf-8")
    with pytest.raises(SourceError):
        load(saved)
