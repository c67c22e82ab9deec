"""Small networks drawn by hand."""

from xml.sax.saxutils import quoteattr

import pandas as pd
import pytest

from networks import Network

PLACES = {
    "a": (105.0, 21.0),
    "b": (105.1, 21.0),
    "c": (105.2, 21.0),
    "d": (105.1, 21.1),
    "e": (106.0, 22.0),
}


def two_way(*links):
    """Return each link and its other direction, whose id ends in ~."""
    return [*links, *((f"{name}~", end, start, *rest) for name, start, end, *rest in links)]


@pytest.fixture
def make_network():
    """Return a function: links (id, from, to, km, h) between the nodes a to e -> Network."""

    def build(links, nodes=PLACES, **columns):
        names = ("link_id", "origin_node_id", "destination_node_id", "length_km", "travel_h")
        rows = [dict(zip(names, link, strict=True)) for link in links]
        table = pd.DataFrame(rows).assign(**columns)
        points = pd.DataFrame([(name, *point) for name, point in nodes.items()], columns=["node_id", "lon", "lat"])
        return Network(nodes=points, links=table, provenance={"source": "drawn by hand"})

    return build


@pytest.fixture
def chain(make_network):
    """Return the two-way road a - b - c, 10 km and 0.25 h each."""
    return make_network(two_way(("ab", "a", "b", 10.0, 0.25), ("bc", "b", "c", 10.0, 0.25)))


def osm_text(ways, nodes, restrictions=(), node_tags=()):
    """Return OSM XML of ways (id, node ids, tags) and restrictions (tags, members (type, id, role))."""
    lines = []
    for node, (lon, lat) in nodes.items():
        labels = tag_text(dict(node_tags).get(node, {}))
        lines.append(f'<node id="{node}" version="1" lon="{lon}" lat="{lat}">{labels}</node>')
    for way_id, node_ids, tags in ways:
        points = "".join(f'<nd ref="{node}"/>' for node in node_ids)
        lines.append(f'<way id="{way_id}" version="1">{points}{tag_text(tags)}</way>')
    for at, (tags, members) in enumerate(restrictions, start=1):
        roles = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        lines.append(f'<relation id="{at}" version="1">{roles}{tag_text(tags)}</relation>')
    return '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">' + "\n".join(lines) + "</osm>"


def tag_text(tags):
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())


@pytest.fixture
def osm_xml():
    """Return the function that writes OSM XML of things drawn by hand."""
    return osm_text


NODES = {1: (10.00, 0.0), 2: (10.01, 0.0), 3: (10.02, 0.0), 4: (10.03, 0.0), 5: (10.04, 0.0), 6: (10.02, 0.01)}
"""Five nodes on the equator 0.01 degrees (1.1132 km) apart, and one north of node 3."""


@pytest.fixture
def write_osm(tmp_path):
    """Return a function: ways (id, node ids, tags) -> path of an OSM XML file."""

    def write(*ways, nodes=None):
        path = tmp_path / "drawn.osm"
        path.write_text(osm_text(ways, NODES if nodes is None else nodes), encoding="utf-8")
        return path

    return write
