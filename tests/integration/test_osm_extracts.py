"""Real extracts of OpenStreetMap, read in place: formats, damaged files, tags of trucks, the northern trunk network."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from networks import TRUCK_5T, TRUCK_40FT, VAN, SourceError, northern_vietnam, read_osm, snap, travel

TRUNK = "northern_vietnam_trunk_2026-08"

NO_STREETS = "the extract has no city streets: the way in and out of Hà Nội or over its bridges is longer"
DISORDER = "points of the extract lie in the wrong order on this road (its warnings name the ways)"
GAP = "CT.06 is broken between Vân Đồn and Tiên Yên in the extract, so QL.18 is taken"
PROVINCIAL = "the bundled network has provincial roads that the extract lacks; and its points lie in the wrong order"

FURTHER_THAN_10_PERCENT = {
    "x010": GAP,
    "x011": NO_STREETS,
    "x013": PROVINCIAL,
    "x015": NO_STREETS,
    "x016": NO_STREETS,
    "x018": NO_STREETS,
    "x021": PROVINCIAL,
    "x022": PROVINCIAL,
    "x026": NO_STREETS,
    "x027": GAP,
    "x028": DISORDER,
    "x029": DISORDER,
}


@pytest.fixture(scope="module")
def osm(shared_data):
    return shared_data / "data" / "osm"


@pytest.fixture(scope="module")
def trunk(osm):
    return read_osm(osm / f"{TRUNK}.osm.pbf")


@pytest.fixture(scope="module")
def hanoi(osm):
    return read_osm(osm / "hanoi_drive_2025-05.osm.pbf")


@pytest.fixture(scope="module")
def mannheim(osm):
    return {
        vehicle.name: read_osm(osm / "mannheim_heidelberg_2016.osm.pbf", vehicle=vehicle)
        for vehicle in (TRUCK_40FT, VAN)
    }


def of_way(network, way_id):
    """Return the links named after a way."""
    return network.links[network.links["link_id"].str.startswith(f"{way_id}_")]


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        ("monaco", ("gz", "pbf")),
        ("north-bayreuth", ("gz", "pbf")),
        ("aguascalientes", ("bz2", "pbf")),
        (TRUNK, ("bz2", "pbf")),
    ],
)
def test_both_formats_of_an_extract_give_the_same_network(osm, name, ends):
    one, other = (read_osm(osm / f"{name}.osm.{end}") for end in ends)
    assert one.links.equals(other.links)
    assert one.nodes.equals(other.nodes)
    drawn = [network.line_points(np.arange(len(network.links))) for network in (one, other)]
    assert all(np.array_equal(*parts) for parts in zip(*drawn, strict=True))
    assert len(drawn[0][1]) > 2 * len(one.links)  # bends are there
    differing = {key for key in one.provenance if one.provenance[key] != other.provenance[key]}
    assert differing == {"source", "sha256"}


def test_a_real_download_cut_in_the_middle_is_refused(osm):
    with pytest.raises(SourceError, match=r"truncated_download\.osm\.pbf: cannot be read to its end"):
        read_osm(osm / "truncated_download.osm.pbf")


def test_a_real_pbf_cut_after_its_nodes_is_refused(osm, tmp_path):
    content = (osm / "monaco.osm.pbf").read_bytes()
    path = tmp_path / "monaco.osm.pbf"
    path.write_bytes(content[:105_757])  # the end of its second block of nodes
    with pytest.raises(SourceError, match="found 13,739 nodes and no way"):
        read_osm(path)


@pytest.mark.parametrize("at", range(200, 184_000, 23_000))
def test_a_real_pbf_with_a_flipped_bit_is_refused(osm, tmp_path, at):
    content = bytearray((osm / "monaco.osm.pbf").read_bytes())
    content[at] ^= 16
    path = tmp_path / "monaco.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"monaco\.osm\.pbf"):
        read_osm(path)


def test_the_smallest_extract_is_read(osm):
    network = read_osm(osm / "west_oakland.osm.bz2")
    assert len(network.links) == 63


def test_a_ferry_of_malta_takes_trucks_and_those_of_pedestrians_do_not(osm):
    links = read_osm(osm / "malta_2016.osm.pbf").links
    ferries = {name.split("_")[0] for name in links.loc[links["highway"] == "ferry", "link_id"]}
    assert "176522568" in ferries  # Gozo: hgv=yes
    assert not ferries & {"47419374", "38991822", "135508119"}  # Sliema - Valletta, a harbour cruise, untagged


def test_gozo_is_reached_by_van_as_well(osm):
    network = read_osm(osm / "malta_2016.osm.pbf", vehicle=VAN)  # the ferry says hgv=yes and motorcar=yes
    assert share_together(network) > 0.9


@pytest.mark.parametrize(
    ("way_id", "vehicles"),
    [
        (4084293, {"van"}),  # Beindstraße: hgv=no
        (25157574, {"van"}),  # Jahnstraße: maxweight=7.5
        (24928319, {"truck_5t", "van"}),  # Kirchheimer Weg: maxheight=4
        (4084203, {"truck_5t", "van"}),  # Viernheimer Straße: maxlength=12
        (5021879, {"van"}),  # Morchfeldstraße: hgv=destination
    ],
)
def test_signs_in_mannheim_hold_for_the_vehicles_they_mean(osm, way_id, vehicles):
    import osmium  # noqa: PLC0415

    from networks.roads import Road, read_road  # noqa: PLC0415

    stream = osmium.FileProcessor(osm / "mannheim_heidelberg_2016.osm.pbf", osmium.osm.WAY)
    tags = next(dict(way.tags) for way in stream.with_filter(osmium.filter.IdFilter([way_id])))
    allowed = {one.name for one in (TRUCK_40FT, TRUCK_5T, VAN) if isinstance(read_road(tags, one), Road)}
    assert allowed == vehicles


def test_a_larger_vehicle_has_the_smaller_network(mannheim):
    truck, van = (mannheim[name].links["length_km"].sum() for name in ("truck_40ft", "van"))
    assert 0.9 * van < truck < 0.98 * van


def test_the_limit_of_trucks_on_a_motorway_of_mannheim_holds_for_trucks_only(mannheim):
    assert set(of_way(mannheim["truck_40ft"], 4084033)["speed_km_per_h"]) == {60.0}
    assert set(of_way(mannheim["van"], 4084033)["speed_km_per_h"]) == {VAN.speed_km_per_h["motorway"]}


def share_together(network):
    """Return the share of the length of all links in the largest part where each node reaches each."""
    tail, head = network.ends()
    matrix = coo_array((np.ones(len(tail)), (tail, head)), shape=(len(network.nodes),) * 2)
    _, part = connected_components(matrix, directed=True, connection="strong")
    inside = (part[tail] == part[head]) & (part[tail] == np.bincount(part).argmax())
    return network.links.loc[inside, "length_km"].sum() / network.links["length_km"].sum()


def test_nearly_all_roads_of_hanoi_for_trucks_are_connected(hanoi):
    assert share_together(hanoi) > 0.9


def test_tags_of_hanoi_arrive_on_its_links(hanoi):
    assert of_way(hanoi, 28190348).empty  # Đường Thanh Niên: hgv=no
    expressway = of_way(hanoi, 37372076)  # Pháp Vân - Cầu Giẽ
    assert expressway["toll"].all()
    assert not expressway["midway"].any()
    assert not expressway["link_id"].str.endswith("~").any()


def test_no_speed_of_hanoi_is_beyond_belief(hanoi):
    assert hanoi.links["speed_km_per_h"].between(5.0, 130.0).all()
    assert 0.9 < float(hanoi.provenance["imputed_share_of_length"]) < 1.0


def test_the_trunk_extract_says_what_was_lost(trunk):
    assert "no way has a tag of direction" in trunk.provenance["warnings"]
    assert "526 roads jump back over their whole length" in trunk.provenance["warnings"]
    assert trunk.provenance["imputed_share_of_length"] == "1.0000"


def test_the_trunk_extract_is_one_piece(trunk):
    assert share_together(trunk) > 0.99


def test_nearly_all_parks_lie_within_10_km_of_the_trunk_network(trunk, root):
    parks = pd.read_csv(root / "logistics" / "data" / "parks.csv").rename(columns={"id": "point_id"})
    points = snap(trunk, parks[["point_id", "lon", "lat"]], max_km=100.0).points
    assert len(points) == 175
    assert (points["connector_km"] / 1.3 <= 10.0).mean() >= 0.95


def test_distances_on_the_trunk_extract_agree_with_the_bundled_network_but_for_known_reasons(trunk, root):
    table = pd.read_csv(root / "logistics" / "data" / "expected.csv", dtype=str, keep_default_na=False)
    pairs = table[(table["kind"] == "road_km") & (table["from_node"] != "") & (table["low"] != "")].set_index("id")
    names = sorted({*pairs["from_node"], *pairs["to_node"]})
    bundled = northern_vietnam(year=2026, modes=["road"])
    points = bundled.nodes.set_index("node_id").loc[names].rename_axis("point_id").reset_index()
    snapped = snap(trunk, points[["point_id", "lon", "lat"]], max_km=10.0)
    known = pd.DataFrame(travel(bundled, names, names, by="km").km, index=names, columns=names)
    found = pd.DataFrame(travel(trunk, snapped, snapped, by="km").km, index=names, columns=names)
    ratio = pd.Series(
        {
            name: found.loc[pair.from_node, pair.to_node] / known.loc[pair.from_node, pair.to_node]
            for name, pair in pairs.iterrows()
        }
    )
    assert len(ratio) == 30
    assert set(ratio.index[(ratio - 1).abs() > 0.1]) == set(FURTHER_THAN_10_PERCENT)
