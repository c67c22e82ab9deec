"""Inputs on which fuzzing or a person once saw something else than our own words come out of a reader."""

import json

import pytest
from reliability.bench import Bench

from logistics.auditing import audit
from logistics.candidates import read_exclusion
from logistics.errors import InputError
from logistics.maps.land import read_ground
from logistics.planning import plan
from logistics.run_folder import read_run_table
from logistics.scenario import read_scenario
from networks import NetworkError, read_graphml

SQUARE = [[105.9, 21.0], [106.0, 21.0], [106.0, 21.1], [105.9, 21.0]]
SEEDS = (
    ("an encoding that nobody knows", read_graphml, b"<?xml version='1.0' encoding='ut<graphml'?><graphml/>"),
    ("a number without end", read_exclusion, b'{"type": "Polygon", "coordinates": [[[1e400, 1], [2, 2], [3, 1]]]}'),
    ("NaN among the coordinates", read_exclusion, b'{"type": "Polygon", "coordinates": [[[NaN, 1], [2, 2], [3, 1]]]}'),
    ("features that are none", read_exclusion, b'{"type": "FeatureCollection", "features": null}'),
    ("a text", read_ground, b'"x"'),
    ("metres that do not say so", read_exclusion, json.dumps(
        {"type": "Polygon", "coordinates": [[[x * 5_000, y * 1e5] for x, y in SQUARE]]}).encode()),
)  # fmt: skip


@pytest.mark.parametrize(("name", "read", "content"), SEEDS, ids=[seed[0] for seed in SEEDS])
def test_what_once_failed_is_refused_in_words(name, read, content, tmp_path):
    path = tmp_path / "input.file"
    path.write_bytes(content)
    with pytest.raises((InputError, NetworkError), match=r"input\.file"):
        read(path)
    assert name


def test_a_row_of_a_run_that_is_longer_than_its_header_is_refused(tmp_path):
    (tmp_path / "hubs.csv").write_text("hub_id,lon\na,105.9,21.0\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"hubs\.csv: not a table"):
        read_run_table(tmp_path, "hubs")


def test_a_matrix_may_send_freight_from_park_to_park_in_a_large_region(tmp_path, monkeypatch):
    monkeypatch.setattr("logistics.connect.LARGE", 2)
    bench = Bench(tmp_path)
    bench.file("od.csv", "origin_id,destination_id,commodity,t_per_year\nbn_tien_son,bn_que_vo_1,bulk,500\n")
    path = bench.scenario(freight='od_matrix = "od.csv"')
    assert plan(read_scenario(path)).summary()["totals"]["t_per_year"] == pytest.approx(500.0)


def test_what_is_said_of_a_table_with_a_name_of_its_own_is_accepted_by_the_audit(tmp_path):
    bench = Bench(tmp_path)
    path = bench.scenario()
    parks = tmp_path / "parks.csv"
    content = parks.read_text(encoding="utf-8").replace("\nbn_tien_son,", "\n bn_tien_son,")
    (tmp_path / "mine.csv").write_text(content, encoding="utf-8")
    path.write_text(path.read_text(encoding="utf-8").replace("parks.csv", "mine.csv"), encoding="utf-8")
    found = plan(read_scenario(path))
    assert [text for text in found.summary()["warnings"] if text.startswith("mine.csv")]
    assert audit(found.save(tmp_path / "run")) == []
