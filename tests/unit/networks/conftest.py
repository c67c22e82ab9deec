"""Small networks drawn by hand."""

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
