"""Laws that hold on every network; small ones are drawn at random."""

import networkx as nx
import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import Network, assign, from_tables, join, snap, travel

NODES = "abcdef"
POINTS = pd.DataFrame(
    {
        "node_id": list(NODES),
        "lon": [105.0, 105.1, 105.2, 105.0, 105.1, 105.2],
        "lat": [21.0, 21.0, 21.0, 21.1, 21.1, 21.1],
    }
)
IDS = list(NODES)

calm = settings(deadline=None, max_examples=60)  # the first example also imports SciPy

lengths = st.floats(0.0, 50.0).map(lambda km: round(km, 3))
speeds = st.floats(5.0, 100.0)
ends = st.tuples(st.sampled_from(NODES), st.sampled_from(NODES))
one_way = st.lists(st.tuples(ends, lengths, speeds), min_size=1, max_size=24)


def build(links, points=POINTS):
    """Return the network of links ((from, to), km, km/h); loops, parallel links and no length included."""
    table = pd.DataFrame(
        {
            "link_id": [f"l{number}" for number in range(len(links))],
            "origin_node_id": [origin for (origin, _), _, _ in links],
            "destination_node_id": [goal for (_, goal), _, _ in links],
            "length_km": [km for _, km, _ in links],
            "travel_h": [max(km / speed, 1e-9) for _, km, speed in links],
        }
    )
    return from_tables(points, table)


def both_ways(links):
    return [*links, *(((goal, origin), km, speed) for (origin, goal), km, speed in links)]


def close(left, right):
    return np.allclose(left, right, rtol=1e-9, atol=1e-7)


@calm
@given(one_way, st.sampled_from(["km", "h"]))
def test_shortest_paths_are_those_of_networkx(links, by):
    network = build(links)
    weight = {"km": "length_km", "h": "travel_h"}[by]
    known = dict(nx.all_pairs_dijkstra_path_length(network.to_networkx(), weight=weight))
    wanted = [[known[origin].get(goal, np.inf) for goal in IDS] for origin in IDS]
    assert close(getattr(travel(network, IDS, IDS, by=by), by), wanted)


@calm
@given(one_way)
def test_a_detour_over_a_third_node_is_never_shorter(links):
    km = travel(build(links), IDS, IDS, by="km").km
    assert (km[:, None, :] <= km[:, :, None] + km[None, :, :] + 1e-9).all()


@calm
@given(one_way)
def test_without_one_way_streets_the_way_back_is_as_long(links):
    km = travel(build(both_ways(links)), IDS, IDS, by="km").km
    assert close(km, km.T)


@calm
@given(one_way, st.tuples(ends, lengths, speeds))
def test_a_further_link_never_lengthens_a_path(links, more):
    before = travel(build(links), IDS, IDS, by="km").km
    after = travel(build([*links, more]), IDS, IDS, by="km").km
    assert (after <= before + 1e-9).all()


@calm
@given(one_way, st.permutations(IDS), st.randoms(use_true_random=False))
def test_new_names_and_another_order_change_nothing(links, names, random):
    name_of = dict(zip(IDS, (f"node {name}" for name in names), strict=True))
    renamed = [((name_of[origin], name_of[goal]), km, speed) for (origin, goal), km, speed in links]
    random.shuffle(renamed)
    points = POINTS.assign(node_id=POINTS["node_id"].map(name_of)).sample(frac=1.0, random_state=random.getrandbits(20))
    before = travel(build(links), IDS, IDS, by="km").km
    new_ids = [name_of[name] for name in IDS]
    assert close(before, travel(build(renamed, points), new_ids, new_ids, by="km").km)


@calm
@given(one_way, st.floats(0.1, 10.0))
def test_lengths_times_k_make_paths_times_k(links, factor):
    network = build(links)
    longer = Network(nodes=network.nodes, links=network.links.assign(length_km=network.links["length_km"] * factor))
    assert close(travel(network, IDS, IDS, by="km").km * factor, travel(longer, IDS, IDS, by="km").km)


@calm
@given(one_way, st.lists(st.floats(0.0, 1e6), min_size=36, max_size=36), st.sampled_from(["km", "h"]))
def test_tonne_kilometres_on_links_are_those_of_the_trips(links, tonnes, by):
    network = build(links)
    km = travel(network, IDS, IDS, by=by).km
    trips = pd.DataFrame(
        {
            "origin": np.repeat(IDS, 6),
            "destination": np.tile(IDS, 6),
            "t_per_year": np.where(np.isfinite(km.ravel()), tonnes, 0.0),
        }
    )
    flow = assign(network, trips, by=by)["t_per_year"]
    reached = np.isfinite(km.ravel())
    wanted = (trips["t_per_year"].to_numpy()[reached] * km.ravel()[reached]).sum()
    assert np.isclose((flow * network.links["length_km"]).sum(), wanted, rtol=1e-9, atol=1e-6)


@calm
@given(one_way, st.lists(st.floats(0.0, 1e6), min_size=36, max_size=36))
def test_what_enters_a_node_leaves_it_or_stays_there(links, tonnes):
    network = build(links)
    reached = np.isfinite(travel(network, IDS, IDS).km).ravel()
    trips = pd.DataFrame(
        {
            "origin": np.repeat(IDS, 6),
            "destination": np.tile(IDS, 6),
            "t_per_year": np.where(reached, tonnes, 0.0),
        }
    )
    flow = network.links.assign(t=assign(network, trips)["t_per_year"])

    def at(frame, column, value):
        return frame.groupby(column)[value].sum().reindex(IDS, fill_value=0.0)

    gone = at(flow, "origin_node_id", "t") - at(flow, "destination_node_id", "t")
    assert close(gone, at(trips, "origin", "t_per_year") - at(trips, "destination", "t_per_year"))


places = st.lists(st.tuples(st.floats(104.95, 105.25), st.floats(20.95, 21.15)), min_size=1, max_size=6)


@calm
@given(st.lists(st.tuples(ends, st.floats(0.01, 50.0), speeds), min_size=1, max_size=8), places)
def test_joining_places_changes_no_path_between_the_nodes(links, where):
    ring = [((IDS[at], IDS[(at + 1) % 6]), 20.0, 40.0) for at in range(6)]
    roads = build([*ring, *links])
    back = roads.links.assign(
        link_id=roads.links["link_id"] + "~",
        origin_node_id=roads.links["destination_node_id"],
        destination_node_id=roads.links["origin_node_id"],
    )
    table = pd.concat([roads.links, back.iloc[6:]]).assign(midway=True, highway="primary")
    network = from_tables(POINTS, table)
    points = pd.DataFrame(where, columns=["lon", "lat"]).assign(point_id=[f"p{at}" for at in range(len(where))])
    snapped = snap(network, points, max_km=50.0)
    joined = join(network, snapped)
    before, after = travel(network, IDS, IDS, by="km"), travel(joined, IDS, IDS, by="km")
    assert close(before.km, after.km)
    assert np.isfinite(travel(joined, snapped, snapped).km).all()
    whole = joined.links[joined.links["whole_link_id"] != ""].groupby("whole_link_id")["length_km"].sum()
    assert close(whole[network.links["link_id"]].to_numpy(), network.links["length_km"].to_numpy())
