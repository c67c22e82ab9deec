"""Readers of rails and waterways end in a right network or one clear error, whatever the tags and points."""

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import NetworkError, read_rail, read_waterways

calm = settings(deadline=None, max_examples=40)

words = st.sampled_from(
    [
        "yes",
        "no",
        "",
        "1000",
        "1435;1000",
        "100",
        "60 mph",
        "walk",
        "rail",
        "river",
        "fairway",
        "main",
        "IV",
        "-1",
        "Ω",
        "2;3",
    ]
)
values = st.one_of(words, st.none(), st.integers(-5, 2000), st.text(max_size=8), st.booleans())
rail_keys = st.sampled_from(["railway", "gauge", "usage", "service", "maxspeed", "tracks", "electrified", "name", "id"])
water_keys = st.sampled_from(
    ["waterway", "boat", "ship", "motorboat", "CEMT", "maxspeed", "lock", "oneway", "name", "id"]
)
places = st.tuples(st.sampled_from([105.0, 105.01, 105.02, 0.0]), st.sampled_from([21.0, 21.01, 0.0]))
lines = st.lists(places, min_size=0, max_size=7)


def features(keys):
    return st.lists(st.tuples(st.dictionaries(keys, values, max_size=5), lines), min_size=1, max_size=5)


def write(folder, rows):
    path = folder / "drawn.geojson"
    geometry = [{"type": "LineString", "coordinates": line} for _, line in rows]
    table = [{"properties": tags, "geometry": own} for (tags, _), own in zip(rows, geometry, strict=True)]
    path.write_text(json.dumps({"features": table}), encoding="utf-8")
    return path


def check(network):
    links = network.links
    tail, head = network.ends()
    assert (tail != head).all()
    assert np.isfinite(links[["length_km", "travel_h", "speed_km_per_h"]].to_numpy()).all()
    assert (links["length_km"] >= 0.0).all()
    for line, start, end in zip(network.lines(range(len(links))), tail, head, strict=True):
        assert line[0].tolist() == network.nodes[["lon", "lat"]].to_numpy()[start].tolist()
        assert line[-1].tolist() == network.nodes[["lon", "lat"]].to_numpy()[end].tolist()


@given(rows=features(rail_keys))
@calm
def test_rails_are_read_or_refused(tmp_path_factory, rows):
    path = write(tmp_path_factory.mktemp("rail"), rows)
    try:
        network = read_rail(path)
    except NetworkError:
        return
    check(network)
    assert network.links["gauge_mm"].str.fullmatch(r"\d{3,4}").all()


@given(rows=features(water_keys))
@calm
def test_waterways_are_read_or_refused(tmp_path_factory, rows):
    path = write(tmp_path_factory.mktemp("water"), rows)
    try:
        network = read_waterways(path)
    except NetworkError:
        return
    check(network)
