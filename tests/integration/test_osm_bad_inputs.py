"""Files that go wrong in the field, each through `read_osm`: a right network or one clear error."""

import shutil

import osmium
import osmnx
import pytest
from osmium.osm.mutable import Node, Way
from shapely import box

from networks import VAN, NetworkError, SourceError, download_osm, read_osm, travel

# five nodes on the equator 0.01 degrees (1.1132 km) apart
PLACES = {number: (10.0 + number / 100, 0.0) for number in range(1, 6)}
STEP_KM = 1.1132
ROAD = {"highway": "primary", "name": "Quốc lộ 1"}


def write(path, ways, places=PLACES):
    """Write nodes and ways (id, node ids, tags) in the format that the name says."""
    with osmium.SimpleWriter(str(path)) as writer:
        for number, place in places.items():
            writer.add_node(Node(id=number, location=place, version=1))
        for number, refs, tags in ways:
            writer.add_way(Way(id=number, nodes=refs, tags=tags, version=1))
    return path


@pytest.fixture(params=["osm", "osm.gz", "osm.bz2", "osm.pbf"])
def drawn(request, tmp_path):
    """Return a function: ways, places -> the path of a file of each format."""

    def build(*ways, places=PLACES):
        return write(tmp_path / f"drawn.{request.param}", ways, places)

    return build


def km(network, origin, destination):
    return travel(network, [str(origin)], [str(destination)], by="km").km[0, 0]


def refused(path, **options):
    """Return the message, which must be one line that names the file."""
    with pytest.raises(SourceError) as caught:
        read_osm(path, **options)
    message = str(caught.value)
    assert isinstance(caught.value, NetworkError)
    assert "\n" not in message
    assert path.name in message
    return message


def test_a_truncated_download_says_that_it_is_cut(shared_data):
    path = shared_data / "data" / "osm" / "truncated_download.osm.pbf"
    assert "cannot be read to its end" in refused(path)


@pytest.mark.parametrize("ending", ["osm.pbf", "osm", "osm.gz", "osm.bz2"])
def test_a_renamed_jpeg_is_called_one(tmp_path, ending):
    path = tmp_path / f"photo.{ending}"
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 40)
    assert "it looks like a JPEG image" in refused(path)


@pytest.mark.parametrize("ending", ["osm.pbf", "osm", "osm.gz", "osm.bz2"])
def test_an_empty_file_is_called_empty(tmp_path, ending):
    path = tmp_path / f"nothing.{ending}"
    path.touch()
    assert "is empty" in refused(path)


def test_ways_that_lack_a_few_nodes_are_cut_there_and_told(drawn):
    roads = [(number, [1, 2, 3, 4, 5], ROAD) for number in range(1, 4)]
    network = read_osm(drawn(*roads, (9, [5, 999], ROAD)))
    assert km(network, 1, 5) == pytest.approx(4 * STEP_KM, rel=1e-4)
    assert "1 roads lack nodes" in network.provenance["warnings"]
    assert "999" not in set(network.nodes["node_id"])


def test_ways_that_lack_all_their_nodes_are_an_error(drawn):
    assert "points of its roads are missing" in refused(drawn((1, [997, 998, 999], ROAD)))


def test_a_way_from_a_node_to_itself_is_passed_over(drawn):
    network = read_osm(drawn((1, [1, 1], ROAD), (2, [1, 2], ROAD)))
    assert len(network.links) == 2
    assert km(network, 1, 2) == pytest.approx(STEP_KM, rel=1e-4)


def test_a_loop_that_ends_where_it_begins_leads_nowhere_and_breaks_nothing(drawn):
    places = {**PLACES, 6: (10.02, 0.01), 7: (10.03, 0.01)}
    network = read_osm(drawn((1, [1, 2], ROAD), (2, [2, 6, 7, 2], ROAD), places=places), vehicle=VAN)
    assert km(network, 1, 2) == pytest.approx(STEP_KM, rel=1e-4)
    assert (network.links["length_km"] > 0.0).all()


def test_a_way_of_no_length_takes_a_positive_time(drawn):
    places = {**PLACES, 6: PLACES[2]}
    network = read_osm(drawn((1, [1, 2], ROAD), (2, [2, 6], {"highway": "tertiary"}), places=places))
    assert km(network, 1, 6) == pytest.approx(STEP_KM, rel=1e-4)
    assert (network.links["travel_h"] > 0.0).all()


@pytest.mark.parametrize(
    ("maxspeed", "km_per_h"),
    [
        ("walk", 7.0),
        ("60 mph", 65.0),  # 96.6 km/h: the vehicle's own 65 on motorways is less
        ("20 mph", 32.18688),
        ("250038", 65.0),
        ("0", 65.0),
        ("fast", 65.0),
    ],
)
def test_a_speed_limit_is_read_with_its_unit_or_not_at_all(drawn, maxspeed, km_per_h):
    network = read_osm(drawn((1, [1, 2], {"highway": "motorway", "maxspeed": maxspeed})))
    assert network.links["speed_km_per_h"].to_list() == pytest.approx([km_per_h])


def test_a_direction_that_contradicts_itself_is_no_direction_and_is_told(drawn):
    # left behind where two ways were merged: it names no direction, so both stay open, and the warnings quote it
    network = read_osm(drawn((1, [1, 2], {**ROAD, "oneway": "yes;no"})))
    assert sorted(network.links["link_id"]) == ["1_1", "1_1~"]
    assert "'oneway=yes;no' (1)" in network.provenance["warnings"]


def test_a_motorway_whose_direction_contradicts_itself_stays_one_way(drawn):
    network = read_osm(drawn((1, [1, 2], {"highway": "motorway", "oneway": "yes;no"})))
    assert list(network.links["link_id"]) == ["1_1"]


def test_coordinates_of_nought_nought_cut_the_road_instead_of_crossing_the_sea(drawn):
    places = {number: (10.0 + number / 100, 0.0) for number in range(1, 13)} | {6: (0.0, 0.0)}
    network = read_osm(drawn((1, list(range(1, 13)), ROAD), places=places))
    assert network.links["length_km"].max() == pytest.approx(5 * STEP_KM, rel=1e-4)
    assert "1 roads lack nodes" in network.provenance["warnings"]


def test_a_million_nodes_without_a_way_are_an_error_that_counts_them(tmp_path):
    path = tmp_path / "points.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number in range(1, 1_000_001):
            writer.add_node(Node(id=number, location=(105.0 + number % 1000 / 1000, 21.0 + number / 1e6)))
    message = refused(path)
    assert "found 1,000,000 nodes and no way" in message
    assert "fetch it again" in message


def test_a_boundary_outside_the_data_is_an_error_that_says_so(drawn):
    message = refused(drawn((1, [1, 2], ROAD)), boundary=box(105.0, 20.0, 106.0, 21.0))
    assert "no road lies inside the boundary" in message


def test_an_overpass_server_that_cannot_be_reached_is_one_clear_error(monkeypatch, tmp_path):
    monkeypatch.setattr(osmnx.settings, "overpass_url", "http://127.0.0.1:9/api")  # nothing listens there
    monkeypatch.setattr(osmnx.settings, "overpass_rate_limit", False)
    monkeypatch.setattr(osmnx.settings, "cache_folder", str(tmp_path))
    with pytest.raises(SourceError, match=r"Overpass gave no roads .*read_osm") as caught:
        download_osm((105.8, 21.0, 105.81, 21.01))
    assert "\n" not in str(caught.value)


def test_a_format_that_the_name_does_not_say_is_an_error(drawn, tmp_path):
    path = drawn((1, [1, 2], ROAD))
    other = tmp_path / ("renamed.osm.bz2" if path.name.endswith("pbf") else "renamed.osm.pbf")
    shutil.copy(path, other)
    assert "is not" in refused(other)
