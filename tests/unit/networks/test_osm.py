import bz2
import gzip
import hashlib
import json
import math
import subprocess
import sys
import unicodedata
from xml.sax.saxutils import quoteattr

import pytest
from shapely import box

from networks import TRUCK_40FT, VAN, NetworkError, SourceError, read_osm
from networks.osm_network import LICENCE

PRIMARY = {"highway": "primary"}
DEGREE_KM = 111.320  # of longitude on the equator, on the WGS84 ellipsoid

# five nodes on the equator 0.01 degrees apart, and one north of node 3
NODES = {1: (10.00, 0.0), 2: (10.01, 0.0), 3: (10.02, 0.0), 4: (10.03, 0.0), 5: (10.04, 0.0), 6: (10.02, 0.01)}


def osm_xml(ways, nodes=None):
    """Return OSM XML of ways (id, node ids, tags)."""
    places = (NODES if nodes is None else nodes).items()
    lines = [f'<node id="{node}" version="1" lon="{lon}" lat="{lat}"/>' for node, (lon, lat) in places]
    for way_id, node_ids, tags in ways:
        points = "".join(f'<nd ref="{node}"/>' for node in node_ids)
        labels = "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
        lines.append(f'<way id="{way_id}" version="1">{points}{labels}</way>')
    return '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">' + "\n".join(lines) + "</osm>"


@pytest.fixture
def read(tmp_path):
    """Return a function: ways (id, node ids, tags) -> Network."""

    def build(*ways, nodes=None, **options):
        path = tmp_path / "drawn.osm"
        path.write_text(osm_xml(ways, nodes), encoding="utf-8")
        return read_osm(path, **options)

    return build


def ends(network):
    links = network.links
    return dict(
        zip(links["link_id"], zip(links["origin_node_id"], links["destination_node_id"], strict=True), strict=True)
    )


def test_a_two_way_road_becomes_one_link_a_direction(read):
    assert ends(read((77, [1, 2, 3], PRIMARY))) == {"77_1": ("1", "3"), "77_1~": ("3", "1")}


def test_a_one_way_street_is_not_driven_backwards(read):
    assert ends(read((77, [1, 2], {**PRIMARY, "oneway": "yes"}))) == {"77_1": ("1", "2")}


def test_a_street_one_way_against_its_drawing_is_driven_that_way_only(read):
    network = read((77, [1, 2], {**PRIMARY, "oneway": "-1"}))
    assert ends(network) == {"77_1~": ("2", "1")}
    (line,) = network.lines([0])
    assert line.tolist() == [[10.01, 0.0], [10.0, 0.0]]


def test_lengths_and_times_follow_from_geometry_and_speed(read):
    links = read((77, [1, 2, 3], PRIMARY)).links
    assert links["length_km"].tolist() == pytest.approx([0.02 * DEGREE_KM] * 2, rel=1e-5)
    assert links["travel_h"].tolist() == pytest.approx([0.02 * DEGREE_KM / 38.0] * 2, rel=1e-5)


def test_geometry_has_the_bends_and_both_ends(read):
    there, back = read((77, [1, 2, 6], PRIMARY)).lines([0, 1])
    assert there.tolist() == [[10.0, 0.0], [10.01, 0.0], [10.02, 0.01]]
    assert back.tolist() == there[::-1].tolist()


def test_rows_of_both_tables_are_numbered_from_zero(read):
    network = read((77, [1, 2, 3, 6], PRIMARY), (78, [3, 4, 5], PRIMARY))
    assert network.nodes.index.tolist() == list(range(len(network.nodes)))
    assert network.links.index.tolist() == list(range(len(network.links)))


def test_every_column_is_there_with_its_type(read):
    tags = {"highway": "trunk", "ref": "QL.5", "name": "Đường 5", "lanes": "4", "toll": "yes", "maxspeed": "40"}
    links = read((77, [1, 2], {**tags, "oneway": "yes"})).links
    (link,) = links.itertuples()
    assert (link.highway, link.ref, link.name, link.mode, link.terrain) == (
        "trunk",
        "QL.5",
        "Đường 5",
        "road",
        "unknown",
    )
    assert (link.toll, link.midway, link.speed_imputed) == (True, True, False)
    assert (link.lanes, link.speed_km_per_h) == (4.0, 40.0)
    assert {name: links[name].dtype.kind for name in ("toll", "midway", "speed_imputed")} == dict.fromkeys(
        ("toll", "midway", "speed_imputed"), "b"
    )


def test_ways_are_cut_where_they_cross_and_only_used_nodes_stay(read):
    network = read((1, [1, 2, 3, 4], PRIMARY), (2, [3, 6], PRIMARY))
    assert ends(network) == {
        "1_1": ("1", "3"),
        "1_1~": ("3", "1"),
        "1_2": ("3", "4"),
        "1_2~": ("4", "3"),
        "2_1": ("3", "6"),
        "2_1~": ("6", "3"),
    }
    assert network.nodes["node_id"].tolist() == ["1", "3", "4", "6"]


def test_ways_that_continue_each_other_become_one_link(read):
    assert ends(read((1, [1, 2], PRIMARY), (2, [3, 2], PRIMARY))) == {"1_1": ("1", "3"), "1_1~": ("3", "1")}


def test_a_roundabout_is_driven_one_way_and_is_no_loop(read):
    ring = (9, [3, 4, 6, 3], {**PRIMARY, "junction": "roundabout"})
    network = read(ring, (1, [1, 3], PRIMARY), (2, [4, 5], PRIMARY))
    assert {name: pair for name, pair in ends(network).items() if name.startswith("9_")} == {
        "9_1": ("3", "4"),
        "9_2": ("4", "3"),
    }


def test_motorways_are_one_way_even_without_a_tag_in_a_common_file(read):
    assert ends(read((77, [1, 2], {"highway": "motorway"}))) == {"77_1": ("1", "2")}


def many_motorways(tags):
    nodes = {number: (10 + number / 1000, 0.0) for number in range(61)}
    return nodes, [(number + 1, [number, number + 1], {"highway": "motorway", **tags}) for number in range(60)]


def test_motorways_are_two_way_where_a_whole_file_has_lost_the_tag_of_direction(read):
    nodes, ways = many_motorways({})
    network = read(*ways, nodes=nodes)
    assert ends(network) == {"1_1": ("0", "60"), "1_1~": ("60", "0")}
    assert "no way has a tag of direction" in network.provenance["warnings"]


def test_one_tag_of_direction_in_the_file_is_enough_to_trust_the_rest(read):
    nodes, ways = many_motorways({})
    network = read(*ways, (99, [0, 7], {**PRIMARY, "oneway": "no"}), nodes=nodes)
    assert "1_1~" not in ends(network)
    assert "direction" not in network.provenance["warnings"]


def test_vehicles_get_different_networks(read):
    low = (1, [1, 2], {**PRIMARY, "maxheight": "3"})
    no_trucks = (2, [2, 3], {**PRIMARY, "hgv": "no"})
    assert len(read(low, no_trucks, (3, [3, 4], PRIMARY), vehicle=TRUCK_40FT).nodes) == 2
    assert len(read(low, no_trucks, (3, [3, 4], PRIMARY), vehicle=VAN).nodes) == 2  # 1 and 4: one chain
    assert read(low, no_trucks, (3, [3, 4], PRIMARY), vehicle=VAN).links["length_km"].iloc[0] == pytest.approx(
        0.03 * DEGREE_KM, rel=1e-5
    )


def test_a_ferry_takes_as_long_as_its_tag_says(read):
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:20"}
    links = read((1, [1, 2], PRIMARY), (2, [2, 3, 4], ferry)).links.set_index("link_id")
    assert links.loc["2_1", "highway"] == "ferry"
    assert links.loc["2_1", "travel_h"] == pytest.approx(1 / 3)
    assert not links.loc["2_1", "speed_imputed"]
    assert not links.loc["2_1", "midway"]


@pytest.mark.parametrize("duration", ["soon", "00:00", "48:00", "00:01"])
def test_a_ferry_with_an_incredible_duration_gets_the_common_speed(read, duration):
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": duration}
    links = read((2, [1, 2, 3], ferry)).links
    assert links["speed_km_per_h"].tolist() == [10.0, 10.0]
    assert links["speed_imputed"].all()


def test_a_road_under_construction_is_there_from_its_year_on(read):
    plan = (2, [2, 3], {"highway": "construction", "construction": "motorway", "opening_date": "2027"})
    assert "2_1" not in ends(read((1, [1, 2], PRIMARY), plan))
    assert "2_1" not in ends(read((1, [1, 2], PRIMARY), plan, year=2026))
    network = read((1, [1, 2], PRIMARY), plan, year=2027)
    assert ends(network)["2_1"] == ("2", "3")
    assert network.provenance["year"] == "2027"


def test_a_boundary_cuts_roads_to_points_inside(read, tmp_path):
    area = box(9.9, -0.1, 10.025, 0.1)
    network = read((1, [1, 2, 3, 4, 5], PRIMARY), boundary=area)
    assert ends(network) == {"1_1": ("1", "3"), "1_1~": ("3", "1")}
    path = tmp_path / "area.geojson"
    path.write_text(json.dumps(area.__geo_interface__))
    assert read((1, [1, 2, 3, 4, 5], PRIMARY), boundary=path).links.equals(network.links)


def test_a_ferry_cut_by_the_boundary_keeps_its_speed(read):
    ferry = {"route": "ferry", "motor_vehicle": "yes", "duration": "00:20"}
    links = read((2, [1, 2, 3], ferry), boundary=box(9.9, -0.1, 10.015, 0.1)).links
    assert links["travel_h"].tolist() == pytest.approx([1 / 6, 1 / 6])


def test_a_boundary_elsewhere_is_an_error(read):
    with pytest.raises(SourceError, match=r"drawn\.osm: no road lies inside the boundary"):
        read((1, [1, 2], PRIMARY), boundary=box(50, 50, 51, 51))


def test_a_way_without_some_of_its_nodes_is_cut_there_and_counted(read):
    long = (1, [1, 2, 3, 4, 5, 4, 3, 2, 1], PRIMARY)
    network = read(long, (2, [1, 999], PRIMARY), (3, [5, 6, 3, 6], PRIMARY))
    assert "2_1" not in ends(network)
    assert "1 roads lack nodes" in network.provenance["warnings"]


def test_a_file_that_lacks_many_nodes_is_refused(read):
    with pytest.raises(SourceError, match="50% of the points of its roads are missing"):
        read((1, [1, 2, 998, 999], PRIMARY))


def test_ways_before_their_nodes_are_refused_with_advice(tmp_path):
    node = '<node id="1" lon="10" lat="0"/><node id="2" lon="10.01" lat="0"/>'
    way = '<way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>'
    path = tmp_path / "unsorted.osm"
    path.write_text(f'<?xml version="1.0"?><osm version="0.6">{way}{node}</osm>')
    with pytest.raises(SourceError, match="osmium sort"):
        read_osm(path)


def test_coordinates_of_nought_nought_are_missing_ones(read):
    nodes = {number: (10 + number / 100, 0.0) for number in range(1, 12)} | {5: (0.0, 0.0)}
    network = read((1, list(range(1, 12)), PRIMARY), nodes=nodes)
    assert ends(network)["1_1"] == ("1", "4")
    assert network.links["length_km"].max() < 10.0


def test_a_way_to_itself_and_a_way_of_one_node_are_no_links(read):
    assert list(ends(read((1, [1, 1], PRIMARY), (2, [2], PRIMARY), (3, [3, 4], PRIMARY)))) == ["3_1", "3_1~"]


def test_two_nodes_at_one_place_are_joined_in_no_time(read):
    nodes = NODES | {7: NODES[2]}
    links = read((1, [1, 2], PRIMARY), (2, [2, 7], {"highway": "secondary"}), nodes=nodes).links.set_index("link_id")
    assert links.loc["2_1", "length_km"] == 0.0
    assert 0.0 < links.loc["2_1", "travel_h"] < 1e-6


def test_a_way_that_comes_twice_is_read_once(read):
    network = read((1, [1, 2], PRIMARY), (1, [1, 2], PRIMARY))
    assert list(ends(network)) == ["1_1", "1_1~"]
    assert "1 ways came twice" in network.provenance["warnings"]


def test_a_road_drawn_twice_is_one_link(read):
    network = read((1, [1, 2], PRIMARY), (2, [2, 1], PRIMARY))
    assert list(ends(network)) == ["1_1", "1_1~"]
    assert "2 links lay on others" in network.provenance["warnings"]


def test_roads_between_other_nodes_at_the_same_places_stay(read):
    nodes = NODES | {7: NODES[1], 8: NODES[2]}
    twice = [(1, [1, 2], PRIMARY), (2, [1, 2], PRIMARY), (3, [7, 8], PRIMARY), (4, [7, 8], PRIMARY)]
    streets = [(5, [2, 3], {"highway": "tertiary"}), (6, [8, 4], {"highway": "tertiary"})]
    network = read(*twice, *streets, nodes=nodes)
    assert {"1_1", "1_1~", "3_1", "3_1~"} <= ends(network).keys()
    assert "4 links lay on others" in network.provenance["warnings"]


def test_negative_ids_of_an_editor_are_kept_as_text(read):
    nodes = {-1: (10.0, 0.0), -2: (10.01, 0.0), 2**62: (10.02, 0.0)}
    network = read((-7, [-1, -2], PRIMARY), (8, [-2, 2**62], {"highway": "tertiary"}), nodes=nodes)
    assert ends(network)["-7_1"] == ("-1", "-2")
    assert ends(network)["8_1"] == ("-2", str(2**62))


def test_names_are_in_one_unicode_form(read):
    decomposed = unicodedata.normalize("NFD", "Đường Nguyễn Huệ")
    (name,) = set(read((1, [1, 2], {**PRIMARY, "name": decomposed})).links["name"])
    assert name == unicodedata.normalize("NFC", decomposed)


@pytest.mark.parametrize("name", ["Phố 100%", "a%20%b, c=d @x%", "%20%1b%", "Cầu 😀"])
def test_a_name_is_read_letter_by_letter(read, name):
    assert set(read((1, [1, 2], {**PRIMARY, "name": name})).links["name"]) == {name}


def in_a_process_of_its_own(path, *lines):
    """Return what a reader of `path` prints; the test fails when its process is ended from outside of Python."""
    code = ["import sys, networks", *lines, "try:", "    networks.read_osm(sys.argv[1])"]
    code += ["except networks.SourceError as error:", "    print(error)"]
    done = subprocess.run([sys.executable, "-c", "\n".join(code), path], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("place", [(10.01, 91.0), (200.0, 0.0)])
def test_a_road_to_a_place_that_is_not_on_earth_is_one_error_and_not_the_end_of_the_process(tmp_path, place):
    path = tmp_path / "drawn.osm"
    path.write_text(osm_xml([(1, [1, 2, 3], PRIMARY)], {**NODES, 2: place}), encoding="utf-8")
    assert in_a_process_of_its_own(path).startswith("drawn.osm: cannot be read to its end")


def test_a_full_folder_for_temporary_files_is_told_as_that_and_ends_no_process(tmp_path):
    pytest.importorskip("resource", reason="only Unix bounds the size of files")
    path = tmp_path / "drawn.osm"
    path.write_text(osm_xml([(way, [1, 2, 3], {**PRIMARY, "name": str(way)}) for way in range(1, 200)]))
    small = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))"
    assert "the folder for temporary files takes no more" in in_a_process_of_its_own(path, small)


def test_the_order_of_ways_in_the_file_does_not_matter(read):
    one, other = (1, [1, 2, 3], PRIMARY), (2, [3, 4, 6, 3], {"highway": "tertiary"})
    forward, backward = read(one, other), read(other, one)
    assert forward.links.equals(backward.links)
    assert forward.nodes.equals(backward.nodes)


def test_a_ring_may_begin_anywhere(read):
    rings = [read((1, nodes, PRIMARY), (2, [1, 3], PRIMARY)) for nodes in ([3, 4, 6, 3], [6, 3, 4, 6])]
    assert rings[0].links.equals(rings[1].links)


def test_the_formats_give_the_same_network(tmp_path):
    osmium = pytest.importorskip("osmium")
    text = osm_xml([(1, [1, 2, 3], PRIMARY), (2, [3, 6], {"highway": "tertiary", "name": "Phố Huế"})]).encode()
    (tmp_path / "a.osm").write_bytes(text)
    (tmp_path / "a.osm.gz").write_bytes(gzip.compress(text))
    (tmp_path / "a.osm.bz2").write_bytes(bz2.compress(text))
    with osmium.SimpleWriter(str(tmp_path / "a.osm.pbf")) as writer:
        for thing in osmium.FileProcessor(str(tmp_path / "a.osm")):
            writer.add(thing)
    networks = [read_osm(tmp_path / f"a.osm{end}") for end in ("", ".gz", ".bz2", ".pbf")]
    assert all(one.links.equals(networks[0].links) and one.nodes.equals(networks[0].nodes) for one in networks)


def test_provenance_names_the_source_without_its_folder(read, tmp_path):
    network = read((1, [1, 2], PRIMARY), (2, [1, 3], {"highway": "footway"}), (3, [2, 3], {**PRIMARY, "hgv": "no"}))
    found = network.provenance
    content = (tmp_path / "drawn.osm").read_bytes()
    assert found["source"] == "drawn.osm"
    assert found["sha256"] == hashlib.sha256(content).hexdigest()
    assert found["licence"] == LICENCE == "© OpenStreetMap contributors, ODbL 1.0"
    assert (found["ways_read"], found["ways_kept"], found["vehicle"]) == ("3", "1", "truck_40ft")
    assert found["ways_left_out"] == "closed to the vehicle: 1; no road by its class: 1"
    assert found["imputed_share_of_length"] == "1.0000"
    assert str(tmp_path) not in "".join(found.values())


def test_tags_not_understood_are_counted(read):
    network = read((1, [1, 2], {**PRIMARY, "maxspeed": "fast"}), (2, [2, 6], {**PRIMARY, "maxspeed": "fast"}))
    assert "'maxspeed=fast' (2)" in network.provenance["warnings"]


def test_a_tag_that_is_not_understood_stays_in_one_warning(read):
    (warning,) = read((1, [1, 2], {**PRIMARY, "maxspeed": "fast; slow"})).provenance["warnings"].split("; ")
    assert warning == "tags not understood were passed over: 'maxspeed=fast;slow' (1)"


def test_points_in_the_wrong_order_are_told(read):
    nodes = {1: (10.0, 0.0), 2: (10.04, 0.0), 3: (10.03, 0.0), 4: (10.02, 0.0), 5: (10.01, 0.0), 6: (10.0002, 0.0)}
    network = read((77, [1, 2, 3, 4, 5, 6], PRIMARY), nodes=nodes)
    assert "1 roads jump back over their whole length" in network.provenance["warnings"]
    assert "(ways 77)" in network.provenance["warnings"]


@pytest.mark.parametrize(
    ("ways", "words"),
    [
        ([], r"found 6 nodes and no way: the download was probably cut"),
        ([(1, [1, 2], {"building": "yes"})], "found 6 nodes and 1 other things but no road"),
        (
            [(1, [1, 2], {"highway": "footway"})],
            r"none of its 1 ways is open to truck_40ft \(no road by its class: 1\)",
        ),
        ([(1, [1], PRIMARY)], "have no two points"),
    ],
)
def test_a_file_without_a_road_is_refused(read, ways, words):
    with pytest.raises(SourceError, match=words):
        read(*ways)


def test_a_file_without_anything_is_refused(read):
    with pytest.raises(SourceError, match="without any content"):
        read(nodes={})


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<osm version="0.6"><node id="1" lon="10" lat="0"><tag k="name" v="&b;"/></node></osm>'
)
GOOD = osm_xml([(1, [1, 2], PRIMARY)])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bomb.osm", BOMB.encode()),
        ("cut.osm", GOOD.encode()[:-40]),
        ("cut.osm.gz", gzip.compress(GOOD.encode() * 50)[:-60]),
        ("nul.osm", GOOD.encode().replace(b"<way", b"\x00<way")),
        ("page.osm", b'<?xml version="1.0"?><html><body>Not found</body></html>'),
        ("bad.osm", GOOD.replace('lon="10.0"', 'lon="ten"').encode()),
        ("bad.osm", GOOD.replace('ref="1"', 'ref="one"').encode()),
        ("bad.osm", GOOD.encode().replace(b"primary", b"prim\xff\xfeary")),
    ],
)
def test_a_damaged_file_is_one_clear_error(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NetworkError, match=name) as caught:
        read_osm(path)
    assert isinstance(caught.value, SourceError)
    assert "\n" not in str(caught.value)


def test_a_pbf_cut_at_a_block_boundary_is_refused_when_its_ways_are_gone(tmp_path):
    osmium = pytest.importorskip("osmium")
    path = tmp_path / "nodes.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for number in range(1, 9):
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(10 + number / 100, 0.0)))
    with pytest.raises(SourceError, match="found 8 nodes and no way"):
        read_osm(path)


def test_importing_networks_does_not_import_what_only_readers_need():
    code = "import networks, sys; print({'osmium', 'osmnx', 'geopandas', 'networkx'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_time_is_positive_and_every_length_finite(read):
    links = read((1, [1, 2, 3], PRIMARY)).links
    assert all(hours > 0 and math.isfinite(km) for hours, km in zip(links["travel_h"], links["length_km"], strict=True))


def test_a_road_between_two_nodes_at_one_place_keeps_both_directions(read):
    places = {1: (10.0, 0.0), 2: (10.01, 0.0), 3: (10.01, 0.0), 4: (10.02, 0.0), 5: (10.01, 0.01)}
    roads = ((12, [1, 2], PRIMARY), (23, [2, 3], PRIMARY), (34, [3, 4], PRIMARY), (25, [2, 5], PRIMARY))
    links = ends(read(*roads, (35, [3, 5], {**PRIMARY, "name": "Đường vòng"}), nodes=places))
    assert {links["23_1"], links["23_1~"]} == {("2", "3"), ("3", "2")}
