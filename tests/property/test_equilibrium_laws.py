"""Laws of user equilibrium, and a convex program as the oracle, on networks drawn at random."""

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from networks.equilibrium import Delay, Instance, Options, Stop, solve

calm = settings(deadline=None, max_examples=40)  # the first example also compiles

NODES = 5
TRIPS = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.floats(0.1, 5.0))
LINKS = st.tuples(
    st.integers(0, NODES - 1),
    st.integers(0, NODES - 1),
    st.floats(0.1, 5.0),  # free
    st.floats(0.5, 5.0),  # capacity
    st.sampled_from([0.0, 1.0, 2.5, 4.0]),  # beta
    st.floats(0.0, 2.0),  # fixed
    st.floats(0.0, 3.0),  # background
)


@st.composite
def instances(draw):
    """A ring of links, so that all trips have a path, and up to five more, parallel ones and loops among them."""
    ring = [(n, (n + 1) % NODES, *draw(LINKS)[2:]) for n in range(NODES)]
    links = np.array(ring + draw(st.lists(LINKS, min_size=1, max_size=5)))
    trips = np.array(draw(st.lists(TRIPS, min_size=1, max_size=4)))
    assume((trips[:, 0] != trips[:, 1]).any())
    free, capacity, beta, fixed, background = links[:, 2:].T
    delay = Delay(free=free, capacity=capacity, alpha=0.5, beta=beta, fixed=fixed, background=background)
    return Instance(
        nodes=NODES,
        tail=links[:, 0],
        head=links[:, 1],
        delay=delay,
        origin=trips[:, 0],
        destination=trips[:, 1],
        volume=trips[:, 2],
    )


def beckmann(instance, flow):
    """Sum of the integrals of the link costs from 0 to the flow, without the part that no flow changes."""
    free, capacity, alpha, beta, fixed, background = instance.delay.arrays()
    volume = flow + background
    full = volume ** (beta + 1) / ((beta + 1) * capacity**beta)
    empty = background ** (beta + 1) / ((beta + 1) * capacity**beta)
    return float((free * (flow + alpha * (full - empty)) + fixed * flow).sum())


def paths_of(instance):
    """Incidence [links, paths] of all simple paths of each trip, and the trip of each path."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(range(instance.nodes))
    for row, (tail, head) in enumerate(zip(instance.tail, instance.head, strict=True)):
        graph.add_edge(tail, head, key=row)
    columns, owners = [], []
    for trip, (origin, goal) in enumerate(zip(instance.origin, instance.destination, strict=True)):
        if origin == goal:
            continue
        for path in nx.all_simple_edge_paths(graph, origin, goal):
            column = np.zeros(len(instance.tail))
            column[[row for _, _, row in path]] = 1.0
            columns.append(column)
            owners.append(trip)
    return np.array(columns).T, np.array(owners)


def by_convex_program(instance):
    """Minimise Beckmann's sum over the shares of the paths of each trip."""
    incidence, owners = paths_of(instance)
    trips = np.unique(owners)
    volume = instance.volume[owners]
    scale = max(1.0, beckmann(instance, incidence @ (volume / np.bincount(owners)[owners])))
    answer = minimize(
        lambda share: beckmann(instance, incidence @ (share * volume)) / scale,
        1.0 / np.bincount(owners)[owners],
        jac=lambda share: volume * (incidence.T @ instance.delay.at(incidence @ (share * volume))) / scale,
        bounds=[(0.0, 1.0)] * len(owners),
        constraints={
            "type": "eq",
            "fun": lambda share: np.array([share[owners == trip].sum() - 1.0 for trip in trips]),
            "jac": lambda _: np.array([(owners == trip).astype(float) for trip in trips]),
        },
        options={"maxiter": 500, "ftol": 1e-12},
    )
    share = np.clip(answer.x, 0.0, None)
    share /= np.bincount(owners, share)[owners]
    return incidence @ (share * volume)


@calm
@given(instances(), st.sampled_from(["bfw", "cfw", "gp"]))
def test_no_convex_program_finds_a_lower_sum_than_the_gap_allows(instance, algorithm):
    answer = solve(instance, Options(algorithm=algorithm, gap=1e-6, max_iterations=20_000))
    total = float(answer.flow @ answer.cost)
    assert beckmann(instance, answer.flow) <= beckmann(instance, by_convex_program(instance)) + 1.001e-6 * total + 1e-9


@calm
@given(instances())
def test_every_answer_is_conserved_and_its_gap_true(instance):
    answer = solve(instance, Options(gap=1e-5, max_iterations=20_000))
    assert answer.stop is Stop.GAP
    assert (answer.flow >= 0.0).all()
    assert np.abs(instance.balance(answer.flow)).max() <= 1e-9 * max(1.0, instance.volume.sum())
    assert abs(instance.relative_gap(answer.flow) - answer.relative_gap) <= 1e-9
    assert np.allclose(instance.delay.at(answer.flow), answer.cost)


@calm
@given(instances(), st.sampled_from([0.5, 4.0, 1024.0]))
def test_trips_capacity_and_background_grow_together_or_nothing_changes(instance, times):
    names = ("free", "alpha", "beta", "fixed")
    delay = Delay(
        **{name: getattr(instance.delay, name) for name in names},
        capacity=instance.delay.capacity * times,
        background=instance.delay.background * times,
    )
    ends = {name: getattr(instance, name) for name in ("nodes", "tail", "head", "origin", "destination")}
    larger = Instance(**ends, delay=delay, volume=instance.volume * times)
    few = Options(gap=0.0, max_iterations=4)
    assert np.allclose(solve(larger, few).flow, solve(instance, few).flow * times)


@calm
@given(
    st.lists(st.tuples(st.floats(0.1, 5.0), st.floats(0.5, 5.0), st.floats(0.0, 3.0)), min_size=2, max_size=5),
    st.floats(0.5, 20.0),
)
def test_used_parallel_links_cost_the_same_and_more_background_is_never_quicker(roads, volume):
    def solved(background):
        free, capacity, _ = np.array(roads).T
        delay = Delay(free=free, capacity=capacity, background=background)
        ends = np.zeros(len(roads)), np.ones(len(roads))
        one = Instance(nodes=2, tail=ends[0], head=ends[1], delay=delay, origin=[0], destination=[1], volume=[volume])
        answer = solve(one, Options(gap=1e-7, max_iterations=50_000))
        # whatever share of the trips is off the cheapest link, together they lose no more than the gap
        assert float(answer.flow @ (answer.cost - answer.cost.min())) <= 1.001e-7 * float(answer.flow @ answer.cost)
        return float(answer.flow @ answer.cost)

    background = np.array(roads)[:, 2]
    assert solved(background) >= solved(0.0 * background) * (1 - 1e-6)


@calm
@given(instances())
def test_a_further_trip_between_the_same_two_nodes_is_never_quicker(instance):
    one = {"origin": instance.origin[:1], "destination": instance.destination[:1]}
    assume(one["origin"] != one["destination"])
    shared = {name: getattr(instance, name) for name in ("nodes", "tail", "head", "delay")}

    def least(volume):
        answer = solve(Instance(**shared, **one, volume=[volume]), Options(gap=1e-6, max_iterations=50_000))
        return float(answer.flow @ answer.cost) / volume

    costs = [least(volume) for volume in (1.0, 3.0, 9.0)]
    assert all(after >= before * (1 - 1e-5) for before, after in pairwise(costs))
