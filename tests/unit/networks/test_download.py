"""No server is asked: the answers of Overpass and Nominatim are written by hand, and OSMnx works on them."""

import networkx as nx
import pytest
from shapely import LineString, Point, Polygon, box

from networks import TRUCK_40FT, VAN, SourceError, download_osm, read_osm
from networks.download import raw_ways
from networks.osm_network import LICENCE
from networks.roads import TAG_KEYS

osmnx = pytest.importorskip("osmnx")

NODES = {1: (105.80, 21.0), 2: (105.81, 21.0), 3: (105.82, 21.0), 4: (105.83, 21.0), 5: (105.82, 21.01), 6: (106.9, 21)}
WAYS = [
    (10, [1, 2, 3], {"highway": "primary", "maxspeed": "30", "name": "Phố Huế", "ref": "QL.1"}),
    (11, [3, 4], {"highway": "tertiary", "oneway": "-1", "lanes": "2"}),
    (12, [3, 5, 4, 3], {"highway": "tertiary", "junction": "roundabout"}),
    (13, [1, 5], {"highway": "secondary", "hgv": "no", "oneway": "yes"}),
    (14, [2, 5], {"highway": "motorway", "toll": "yes", "maxheight": "4.75"}),
    (15, [5, 1], {"highway": "primary", "maxweight:hgv": "10"}),
]
AREA = box(105.7, 20.9, 105.9, 21.1)


def answer(ways=WAYS, nodes=NODES):
    """Return what Overpass would answer."""
    places = [{"type": "node", "id": node, "lon": lon, "lat": lat} for node, (lon, lat) in nodes.items()]
    return {"elements": [*places, *({"type": "way", "id": way, "nodes": ids, "tags": tags} for way, ids, tags in ways)]}


@pytest.fixture
def overpass(monkeypatch):
    """Return a function that sets the answer; it returns the list of what was asked."""

    def serve(reply):
        asked = []

        def download(polygon, network_type, custom_filter):
            asked.append((polygon, network_type, custom_filter))
            if isinstance(reply, Exception):
                raise reply
            yield reply

        monkeypatch.setattr("osmnx._overpass._download_overpass_network", download)
        return asked

    return serve


@pytest.fixture
def same_file(tmp_path):
    """Return the path of an OSM file with the same content as the answer."""
    lines = [f'<node id="{node}" lon="{lon}" lat="{lat}"/>' for node, (lon, lat) in NODES.items()]
    for way, ids, tags in WAYS:
        points = "".join(f'<nd ref="{node}"/>' for node in ids)
        labels = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        lines.append(f'<way id="{way}">{points}{labels}</way>')
    path = tmp_path / "same.osm"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{"".join(lines)}</osm>', encoding="utf-8"
    )
    return path


@pytest.mark.parametrize("vehicle", [TRUCK_40FT, VAN])
def test_a_download_is_the_same_network_as_a_file_of_the_same_content(overpass, same_file, vehicle):
    overpass(answer())
    fetched, read = download_osm(AREA, vehicle=vehicle), read_osm(same_file, vehicle=vehicle)
    assert fetched.links.equals(read.links)
    assert fetched.nodes.equals(read.nodes)
    differing = {key for key in read.provenance if fetched.provenance.get(key) != read.provenance[key]}
    assert differing == {"source", "sha256"}


def test_a_way_that_leaves_the_area_and_comes_back_is_cut_there(overpass):
    nodes = {1: (105.80, 21.0), 2: (105.81, 21.0), 3: (106.5, 21.0), 4: (105.82, 21.0), 5: (105.83, 21.0)}
    overpass(answer([(10, [1, 2, 3, 4, 5], {"highway": "primary", "oneway": "yes"})], nodes))
    links = download_osm(AREA).links
    assert sorted(zip(links["origin_node_id"], links["destination_node_id"], strict=True)) == [("1", "2"), ("4", "5")]
    assert links["link_id"].tolist() == ["10_1", "10_2"]


def test_a_road_under_construction_is_fetched_when_it_opens_by_the_year(overpass):
    tags = {"highway": "construction", "construction": "trunk", "opening_date": "2028"}
    nodes = {1: (105.80, 21.0), 2: (105.81, 21.0), 3: (105.82, 21.0)}
    asked = overpass(answer([(10, [1, 2], {"highway": "primary"}), (11, [2, 3], tags)], nodes))
    assert set(download_osm(AREA, year=2030).links["highway"]) == {"primary", "trunk"}
    assert any("construction" in one for one in asked[0][2])
    assert set(download_osm(AREA).links["highway"]) == {"primary"}


def test_a_box_is_west_south_east_north(overpass):
    asked = overpass(answer())
    network = download_osm((105.7, 20.9, 105.9, 21.1))
    ((polygon, _, filters),) = asked
    assert polygon.contains(AREA)
    assert any("motorway" in one for one in filters)
    assert '["route"="ferry"]' in filters
    assert network.provenance["source"] == "OpenStreetMap through OSMnx: box 105.7, 20.9, 105.9, 21.1"
    assert network.provenance["licence"] == LICENCE


def test_a_place_is_looked_up_by_name(overpass, monkeypatch):
    geopandas = pytest.importorskip("geopandas")
    overpass(answer())
    found = geopandas.GeoDataFrame(geometry=[AREA], crs="EPSG:4326")
    monkeypatch.setattr("osmnx.geocode_to_gdf", lambda place: found if place == "Bắc Ninh" else None)
    assert download_osm("Bắc Ninh").provenance["source"].endswith("Bắc Ninh")


def test_settings_of_osmnx_are_as_before(overpass):
    before = osmnx.settings.all_oneway, list(osmnx.settings.useful_tags_way)
    overpass(answer())
    download_osm(AREA)
    overpass(OSError("no connection"))
    with pytest.raises(SourceError):
        download_osm(AREA)
    assert (osmnx.settings.all_oneway, list(osmnx.settings.useful_tags_way)) == before


@pytest.mark.fault("F21")
@pytest.mark.parametrize(
    "failure", [ConnectionError("refused"), TimeoutError("too late"), ValueError("504"), KeyError("elements")]
)
def test_a_server_that_does_not_answer_is_one_clear_error(overpass, failure):
    overpass(failure)
    with pytest.raises(SourceError, match=r"Overpass gave no roads .*read_osm"):
        download_osm(AREA)


def test_an_area_without_roads_is_one_clear_error(overpass):
    overpass({"elements": []})
    with pytest.raises(SourceError, match="Overpass gave no roads"):
        download_osm(AREA)


def test_an_area_without_a_road_for_the_vehicle_says_why(overpass):
    overpass(answer([(1, [1, 2], {"highway": "primary", "hgv": "no"})]))
    with pytest.raises(SourceError, match="closed to the vehicle: 1"):
        download_osm(AREA)


def test_a_place_that_is_not_found_is_one_clear_error(monkeypatch):
    def nothing(_place):
        raise TypeError("Nominatim did not geocode query to a geometry of type (Multi)Polygon.")

    monkeypatch.setattr("osmnx.geocode_to_gdf", nothing)
    with pytest.raises(SourceError, match=r"'Nowhere': Nominatim gave no area .*check the spelling"):
        download_osm("Nowhere")


@pytest.mark.parametrize(
    "area",
    [
        (106.0, 21.0, 105.0, 22.0),
        (105.0, 22.0, 106.0, 21.0),
        (105.0, 21.0, 106.0),
        (105.0, 21.0, 106.0, float("nan")),
        ("105", "21", "106", "22"),
        (105.0, 21.0, 106.0, 222.0),
        Point(105, 21),
        LineString([(105, 21), (106, 22)]),
        Polygon([(105, 21), (106, 22), (106, 21), (105, 22)]),
        None,
    ],
)
def test_an_area_that_is_none_is_refused_before_anything_is_asked(overpass, area):
    asked = overpass(answer())
    with pytest.raises(SourceError, match=r"expected|repair"):
        download_osm(area)
    assert asked == []


def test_every_tag_that_decides_is_asked_for(overpass, monkeypatch):
    kept = []
    graph_from_polygon = osmnx.graph_from_polygon

    def spy(*args, **options):
        kept.extend(osmnx.settings.useful_tags_way)
        return graph_from_polygon(*args, **options)

    overpass(answer())
    monkeypatch.setattr("osmnx.graph_from_polygon", spy)
    download_osm(AREA)
    assert set(kept) == {"name", "ref", *TAG_KEYS}


def test_ways_are_put_together_again_from_their_segments():
    graph = nx.MultiDiGraph()
    for node in range(6):
        graph.add_node(node, x=105 + node / 100, y=21.0)
    nx.add_path(graph, [3, 1, 4, 0], osmid=7, highway="primary", length=1.0)
    nx.add_path(graph, [5, 2, 5], osmid=8, highway="service")
    found = {way: [[node for node, _, _ in piece] for piece in pieces] for way, _, pieces in raw_ways(graph)}
    assert found == {7: [[3, 1, 4, 0]], 8: [[2, 5, 2]]}
