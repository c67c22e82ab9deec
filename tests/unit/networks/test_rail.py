import json
import math
import unicodedata

import pytest

from networks import SourceError, read_osm, read_rail, travel
from networks.rail import RAIL_KM_PER_H, YARD_KM_PER_H, read_gauges_mm

RAIL = {"railway": "rail", "usage": "main", "gauge": "1000"}
KM = 1.11319  # 0.01 degrees of longitude on the equator


@pytest.fixture
def read(write_osm):
    """Return a function: ways (id, node ids, tags) -> Network."""

    def build(*ways, nodes=None, **options):
        return read_rail(write_osm(*ways, nodes=nodes), **options)

    return build


def ends(network):
    links = network.links
    pairs = zip(links["origin_node_id"], links["destination_node_id"], strict=True)
    return dict(zip(links["link_id"], pairs, strict=True))


def test_a_line_becomes_links_both_ways_between_the_points_where_lines_meet(read):
    network = read((7, [1, 2, 3], RAIL), (8, [2, 6], RAIL))
    assert ends(network) == {
        "rail:7_1": ("rail:1", "rail:2"),
        "rail:7_1~": ("rail:2", "rail:1"),
        "rail:7_2": ("rail:2", "rail:3"),
        "rail:7_2~": ("rail:3", "rail:2"),
        "rail:8_1": ("rail:2", "rail:6"),
        "rail:8_1~": ("rail:6", "rail:2"),
    }
    assert set(network.links["mode"]) == {"rail"}
    assert network.links["length_km"][0] == pytest.approx(KM, rel=1e-5)


def test_a_link_keeps_its_line_in_both_directions(read):
    network = read((7, [1, 2], RAIL))
    assert [line.tolist() for line in network.lines([0, 1])] == [
        [[10.0, 0.0], [10.01, 0.0]],
        [[10.01, 0.0], [10.0, 0.0]],
    ]


def test_a_long_line_is_cut_so_that_a_yard_finds_a_node_near_it(read):
    # 1.1 km a step: after 2 km comes node 3
    assert ends(read((7, [1, 2, 3, 4, 5], RAIL)))["rail:7_1"] == ("rail:1", "rail:3")


def test_trains_do_not_change_gauge_where_tracks_touch(read):
    network = read(
        (7, [1, 2], RAIL), (8, [2, 3], {**RAIL, "gauge": "1435;1000"}), (9, [3, 4], {**RAIL, "gauge": "1435"})
    )
    assert travel(network, ["rail:1"], ["rail:3"]).km.item() == pytest.approx(2 * KM, rel=1e-5)
    assert travel(network, ["rail:2:1435"], ["rail:4"]).km.item() == pytest.approx(2 * KM, rel=1e-5)
    assert travel(network, ["rail:1"], ["rail:4"]).km.item() == math.inf


@pytest.mark.parametrize(
    ("text", "gauges"),
    [
        ("1000", (1000,)),
        ("1435;1000", (1000, 1435)),
        ("1000;1000", (1000,)),
        ("100", ()),
        ("1000;wide", ()),
        ("", ()),
        ("１０００", ()),
    ],
)
def test_gauges_are_mm_or_not_understood(text, gauges):
    assert read_gauges_mm(text) == gauges


def test_a_bridge_without_a_gauge_carries_what_it_leads_to(read):
    plain = {"railway": "rail"}
    network = read((7, [1, 2], {**plain, "gauge": "1435"}), (8, [2, 3], plain), (9, [3, 4], {**plain, "gauge": "100"}))
    links = network.links.set_index("link_id")
    assert set(links["gauge_mm"]) == {"1435"}
    assert links["gauge_imputed"][["rail:7_1", "rail:8_1", "rail:9_1"]].tolist() == [False, True, True]
    assert network.provenance["tags_not_understood"] == "gauge=100 (1)"


def test_a_track_that_leads_to_no_gauge_has_that_of_the_caller(read):
    assert set(read((7, [1, 2], {"railway": "rail"})).links["gauge_mm"]) == {"1000"}
    assert set(read((7, [1, 2], {"railway": "rail"}), default_gauge_mm=1435).links["gauge_mm"]) == {"1435"}


def test_a_gauge_forgotten_on_one_track_is_noticed_and_can_be_corrected(read):
    both = {**RAIL, "gauge": "1000;1435"}
    ways = ((7, [1, 2], both), (8, [2, 3], {**RAIL, "gauge": "1435"}), (9, [3, 4], both))
    assert (
        "1 tracks lack a gauge that goes on at both their ends (links rail:8_1)" in read(*ways).provenance["warnings"]
    )
    mended = read(*ways, gauges={"8": "1000;1435"})
    assert mended.provenance["warnings"] == ""
    assert travel(mended, ["rail:1"], ["rail:4"]).km.item() == pytest.approx(3 * KM, rel=1e-5)


def test_trains_go_at_the_speed_of_their_line_or_its_lower_limit(read):
    tags = (
        RAIL,
        {**RAIL, "usage": "branch"},
        {**RAIL, "service": "yard"},
        {**RAIL, "maxspeed": "20"},
        {**RAIL, "maxspeed": "120"},
    )
    nodes = {number: (10.0 + number / 100, 0.0) for number in range(1, 7)}
    network = read(*((number, [number, number + 1], own) for number, own in enumerate(tags, start=1)), nodes=nodes)
    links = network.links[~network.links["link_id"].str.endswith("~")]
    main, branch = RAIL_KM_PER_H["main"], RAIL_KM_PER_H["branch"]
    assert links["speed_km_per_h"].tolist() == [main, branch, YARD_KM_PER_H, 20.0, main]
    assert links["speed_imputed"].tolist() == [True, True, True, False, False]
    assert links["travel_h"].tolist() == pytest.approx((links["length_km"] / links["speed_km_per_h"]).tolist())


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"railway": "abandoned"}, "no railway in use: 1"),
        ({"railway": "subway"}, "no railway in use: 1"),
        ({"railway": "construction"}, "no railway in use: 1"),
        ({"railway": "rail", "usage": "tourism"}, "no freight: 1"),
        ({"railway": "rail", "railway:traffic_mode": "passenger"}, "no freight: 1"),
    ],
)
def test_what_carries_no_freight_train_is_left_out_and_counted(read, tags, reason):
    network = read((7, [1, 2], RAIL), (8, [2, 3], tags))
    assert len(network.links) == 2
    assert network.provenance["ways_left_out"] == reason


def test_a_level_crossing_joins_no_road_to_the_rails(write_osm):
    path = write_osm((7, [1, 2, 3], RAIL), (8, [2, 6], {"highway": "primary"}))
    road, rail = read_osm(path), read_rail(path)
    assert not set(road.nodes["node_id"]) & set(rail.nodes["node_id"])
    assert not set(road.links["link_id"]) & set(rail.links["link_id"])


def test_vietnamese_names_stay_and_are_composed(read):
    name = "Đường sắt Hà Nội - Đồng Đăng"
    network = read((7, [1, 2], {**RAIL, "name": unicodedata.normalize("NFD", name)}))
    assert set(network.links["name"]) == {name}


def test_geojson_is_read_as_well_and_points_at_one_place_meet(tmp_path):
    def feature(number, line, **tags):
        return {
            "type": "Feature",
            "properties": {"id": number, **tags},
            "geometry": {"type": "LineString", "coordinates": line},
        }

    features = [
        feature(1, [[10.0, 0.0], [10.01, 0.0]], gauge="1000", name="Bắc–Nam"),
        feature(2, [[10.01, 0.0], [10.02, 0.0]], gauge="1000", railway="rail"),
        feature(3, [[10.02, 0.0], [10.03, 0.0]], gauge="1000", railway="disused"),
        {"type": "Feature", "properties": None, "geometry": {"type": "Point", "coordinates": [10.0, 0.0]}},
    ]
    path = tmp_path / "rails.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    network = read_rail(path)
    assert len(network.links) == 4
    found = travel(network, ["rail:10.0000000,0.0000000"], ["rail:10.0200000,0.0000000"])
    assert found.km.item() == pytest.approx(2 * KM, rel=1e-5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "rails.geojson: is no GeoJSON"),
        ("[]", "holds no FeatureCollection"),
        ('{"features": [1]}', "holds no FeatureCollection"),
        ("[" * 100_000, "rails.geojson: is no GeoJSON"),
        ('{"features": [{"properties": [1]}]}', "holds no FeatureCollection"),
        ('{"features": [{"geometry": "a line"}]}', "holds no FeatureCollection"),
        (
            '{"features": [{"geometry": {"type": "LineString", "coordinates": [[1, 2], [1' + "0" * 400 + ", 2]]}}]}",
            "feature 1: its coordinates are no list of lon, lat",
        ),
        ('{"features": []}', "rails.geojson: holds no way with the tag railway"),
        (
            '{"features": [{"geometry": {"type": "LineString", "coordinates": [[1, 2], ["x", 3]]}}]}',
            "feature 1: its coordinates are no list of lon, lat",
        ),
        (
            '{"features": [{"geometry": {"type": "LineString", "coordinates": [[588000, 2320000], [0, 0]]}}]}',
            "feature 1: its coordinates are no degrees",
        ),
        (
            '{"features": [{"geometry": {"type": "LineString", "coordinates": [[NaN, 2], [1, 2]]}}]}',
            "feature 1: its coordinates are no degrees",
        ),
    ],
)
def test_a_geojson_that_is_none_is_one_clear_error(tmp_path, text, message):
    path = tmp_path / "rails.geojson"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match=message):
        read_rail(path)


def test_files_that_are_none_are_one_clear_error(tmp_path, write_osm):
    for name in ("none.geojson", "none.osm"):
        with pytest.raises(FileNotFoundError, match="there is no such file"):
            read_rail(tmp_path / name)
    (tmp_path / "photo.osm.pbf").write_bytes(b"\xff\xd8\xff\xe0" + b"0" * 100)
    with pytest.raises(SourceError, match="JPEG"):
        read_rail(tmp_path / "photo.osm.pbf")
    with pytest.raises(SourceError, match="holds no way with the tag railway"):
        read_rail(write_osm((7, [1, 2], {"highway": "primary"})))
    with pytest.raises(
        SourceError, match=r"no rail of freight has two points with coordinates \(no railway in use: 1\)"
    ):
        read_rail(write_osm((7, [1, 2], {"railway": "tram"})))


def test_a_file_that_was_cut_is_refused_and_a_lost_point_cuts_the_line(read):
    with pytest.raises(SourceError, match="40% of the points of its ways are missing"):
        read((7, [1, 2, 98, 3, 99], RAIL))
    nodes = {number: (10.0 + number / 100, 0.0) for number in range(1, 13)}
    network = read((7, [*range(1, 7), 99, *range(7, 13)], RAIL), nodes=nodes)
    assert travel(network, ["rail:1"], ["rail:6"]).km.item() == pytest.approx(5 * KM, rel=1e-5)
    assert travel(network, ["rail:7"], ["rail:12"]).km.item() == pytest.approx(5 * KM, rel=1e-5)
    assert travel(network, ["rail:1"], ["rail:12"]).km.item() == math.inf


def test_a_ring_and_a_way_that_stands_still_do_no_harm(read):
    network = read((7, [1, 2, 6, 1], RAIL), (8, [2, 2], RAIL), (9, [2, 3, 3, 4], RAIL))
    tail, head = network.ends()
    assert (tail != head).all()
    assert travel(network, ["rail:1"], ["rail:4"]).km.item() == pytest.approx(3 * KM, rel=1e-5)


def test_a_ring_that_touches_nothing_is_cut_once(read):
    small = {1: (10.0, 0.0), 2: (10.001, 0.0), 3: (10.001, 0.001)}
    assert ends(read((7, [1, 2, 3, 1], RAIL), nodes=small))["rail:7_1"] == ("rail:1", "rail:2")


def test_lines_of_one_id_are_all_read_from_geojson_and_once_from_openstreetmap(tmp_path, read):
    lines = [[[10.0, 0.0], [10.01, 0.0]], [[10.01, 0.0], [10.02, 0.0]]]
    whole = {"type": "Feature", "id": 5, "geometry": {"type": "MultiLineString", "coordinates": lines}}
    path = tmp_path / "rails.geojson"
    path.write_text(json.dumps({"features": [whole, whole]}), encoding="utf-8")
    names = read_rail(path).links["link_id"]
    assert list(names[~names.str.endswith("~")]) == ["rail:5_1", "rail:5.1_1", "rail:5.2_1", "rail:5.3_1"]
    assert len(read((7, [1, 2], RAIL), (7, [1, 2], RAIL)).links) == 2
