"""Laws of several modes: small networks of road and rail, drawn at random, joined anyhow."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import BY_MODE, by_gauge, combine, from_tables, of_modes, travel

ROAD, RAIL = "abcd", "wxyz"
IDS = list(ROAD)

calm = settings(deadline=None, max_examples=30)

lengths = st.floats(0.0, 50.0).map(lambda km: round(km, 3))
hours = st.floats(0.001, 10.0)


def links_between(names):
    end = st.sampled_from(names)
    return st.lists(st.tuples(end, end, lengths, hours), min_size=1, max_size=12)


def build(names, links, prefix, **columns):
    table = pd.DataFrame(links, columns=["origin_node_id", "destination_node_id", "length_km", "travel_h"])
    ids = [f"{prefix}{number}" for number in range(len(links))]
    nodes = pd.DataFrame({"node_id": list(names), "lon": 105.0 + np.arange(4) / 10, "lat": 21.0})
    return from_tables(nodes, table.assign(link_id=ids, **columns))


transfers = st.lists(
    st.tuples(st.sampled_from(ROAD), st.sampled_from(RAIL), st.booleans(), hours, lengths), min_size=0, max_size=6
).map(
    lambda rows: pd.DataFrame(
        {
            "transfer_id": [f"t{number}" for number in range(len(rows))],
            "origin_node_id": [rail if off else road for road, rail, off, _, _ in rows],
            "destination_node_id": [road if off else rail for road, rail, off, _, _ in rows],
            "handling": "quay",
            "travel_h": [h for *_, h, _ in rows],
            "length_km": [km for *_, km in rows],
        }
    )
)


@given(road=links_between(ROAD), rail=links_between(RAIL), table=transfers)
@calm
def test_the_best_combination_is_never_slower_than_the_truck(road, rail, table):
    network = combine(build(ROAD, road, "r"), build(RAIL, rail, "s", mode="rail"), transfers=table)
    for by in ("h", "km"):
        best, truck = (travel(one, IDS, IDS, by=by) for one in (network, of_modes(network, ["road"])))
        assert (getattr(best, by) <= getattr(truck, by) + 1e-9).all()


@given(road=links_between(ROAD), rail=links_between(RAIL), table=transfers)
@calm
def test_without_transfers_the_truck_is_all_there_is(road, rail, table):
    alone = build(ROAD, road, "r")
    network = combine(alone, build(RAIL, rail, "s", mode="rail"), transfers=table)
    cut = of_modes(network, ["road", "rail"])
    expected = travel(alone, IDS, IDS)
    for one in (cut, of_modes(network, ["road"])):
        found = travel(one, IDS, IDS)
        assert (found.h == expected.h).all()
        assert (found.km == expected.km).all()


@given(road=links_between(ROAD), rail=links_between(RAIL), table=transfers)
@calm
def test_the_parts_by_mode_are_the_whole(road, rail, table):
    network = combine(build(ROAD, road, "r"), build(RAIL, rail, "s", mode="rail"), transfers=table)
    found = travel(network, IDS, IDS, accumulate=BY_MODE)
    there = np.isfinite(found.h)
    sums = {name: total[there] for name, total in found.sums.items()}
    lost_h = 10.0 * (network.links["length_km"] == 0.0).sum()  # links of no length have no pace
    parts_h = sum(sums[name] for name in ("road_h", "rail_h", "waterway_h", "transfer_h"))
    assert (parts_h <= found.h[there] + 1e-9).all()
    assert (parts_h >= found.h[there] - lost_h - 1e-9).all()
    parts_km = sums["road_km"] + sums["rail_km"] + sums["waterway_km"]
    assert (parts_km <= found.km[there] + 1e-9).all()
    straight = sums["transfers"] == 0
    assert np.allclose(parts_km[straight], found.km[there][straight])


@given(rail=links_between(RAIL), data=st.data())
@calm
def test_taking_rails_apart_by_gauge_shortens_nothing_and_one_gauge_changes_nothing(rail, data):
    gauges = data.draw(st.lists(st.sampled_from(["1000", "1435", "1000/1435"]), min_size=len(rail), max_size=len(rail)))
    mixed = build(RAIL, rail, "s", mode="rail", gauge_mm=gauges)
    whole = travel(mixed, list(RAIL), list(RAIL)).h
    apart = by_gauge(mixed)
    for gauge in ("1000", "1435"):
        layer = apart.nodes[apart.nodes["gauge_mm"] == gauge]
        ids = list(layer["node_id"])
        at = [RAIL.index(name) for name in layer["yard_id"]]
        own = [link for link, text in zip(rail, gauges, strict=True) if gauge in text.split("/")]
        if own:
            alone = travel(build(RAIL, own, "s", mode="rail"), list(RAIL), list(RAIL)).h[np.ix_(at, at)]
            assert (travel(apart, ids, ids).h == alone).all()
            assert (alone >= whole[np.ix_(at, at)] - 1e-12).all()
