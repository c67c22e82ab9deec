"""Ways out of the location models: against trying every change of counts and forced sites, and laws."""

from dataclasses import replace
from itertools import chain, combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.hub_location import cheapest_way_out
from oracles.hub_location import instances as hub_locations
from oracles.robust import choices_of, fixed, scenarios

from models import (
    FacilityLocation,
    HubLocation,
    HubPlacement,
    PMedian,
    Relaxation,
    RobustHubPlacement,
    SolveOptions,
    Status,
    WayOut,
)

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
RULES = {"min_new": 1.0, "max_new": 2.0, "forced_open": 3.5, "forced_closed": 4.25}
calm = settings(deadline=None, max_examples=40)


@st.composite
def placements(draw):
    """Return tiny placements, most of them infeasible: freight without a direct way, little room, clashing rules."""
    flows, sites, resources = draw(st.integers(0, 3)), draw(st.integers(1, 3)), draw(st.integers(1, 2))
    routes = draw(st.integers(0, 8)) if flows else 0

    def whole(size, high):
        return np.array(draw(st.lists(st.integers(0, high), min_size=size, max_size=size)), dtype=float)

    standing = np.array(draw(st.lists(st.booleans(), min_size=sites, max_size=sites)), dtype=bool)
    ways = [1 if stands else draw(st.integers(1, 2)) for stands in standing]
    option_site = np.repeat(np.arange(sites), ways)
    mass = draw(st.sampled_from([1.0, 1e4]))
    direct_cost = whole(flows, 12)
    direct_cost[whole(flows, 3) > 0] = np.inf
    some_sites = st.lists(st.integers(0, sites - 1), max_size=2)
    return HubPlacement(
        amount=whole(flows, 6) * mass,
        direct_cost=direct_cost,
        route_flow=whole(routes, flows - 1).astype(int) if routes else np.zeros(0, dtype=int),
        route_site=whole(routes, sites - 1).astype(int),
        route_cost=whole(routes, 8),
        route_resource=whole(routes, resources - 1).astype(int),
        option_site=option_site,
        option_cost=whole(option_site.size, 8) * mass,
        option_capacity=whole(option_site.size * resources, 5).reshape(-1, resources) * mass,
        standing=standing,
        min_new=draw(st.sampled_from([0, 0, 1, 2, 4])),
        max_new=draw(st.sampled_from([None, 0, 0, 1])),
        forced_open=tuple(draw(some_sites)),
        forced_closed=tuple(draw(some_sites)),
    )


@st.composite
def facilities(draw):
    """Return tiny facility locations of all options, most of them infeasible."""
    clients, sites, tiers = draw(st.integers(0, 3)), draw(st.integers(1, 3)), draw(st.integers(0, 2))

    def whole(shape, high):
        size = int(np.prod(shape))
        return np.array(draw(st.lists(st.integers(0, high), min_size=size, max_size=size)), dtype=float).reshape(shape)

    cost = whole((clients, sites), 9)
    cost[whole(cost.shape, 3) == 0] = np.inf
    shape = (sites, tiers) if tiers else (sites,)
    some_sites = st.lists(st.integers(0, sites - 1), max_size=2)
    has_room = tiers > 0 or draw(st.booleans())
    return FacilityLocation(
        cost=cost,
        fixed_cost=whole(shape, 9),
        demand=whole((clients,), 6) if has_room else None,
        capacity=whole(shape, 6) if has_room else None,
        single_source=draw(st.booleans()),
        min_open=draw(st.sampled_from([0, 0, 1, 4])),
        max_open=draw(st.sampled_from([None, 0, 1, 2])),
        forced_open=tuple(draw(some_sites)),
        forced_closed=tuple(draw(some_sites)),
        min_throughput=draw(st.sampled_from([None, [3.0] * sites, [8.0] * sites])),
    )


def subsets(items):
    return chain.from_iterable(combinations(items, count) for count in range(len(items) + 1))


def cheapest_change(instance):
    """Return the least price of changing counts and forced sites, by trying every change."""
    best = np.inf
    most = 0 if instance.max_new is None else instance.n_sites
    changes = product(
        subsets(instance.forced_open), subsets(instance.forced_closed), range(instance.min_new + 1), range(most + 1)
    )
    for opened, closed, fewer, more in changes:
        price = 3.5 * len(opened) + 4.25 * len(closed) + fewer + 2.0 * more
        if price >= best:
            continue
        changed = replace(
            instance,
            forced_open=tuple(set(instance.forced_open) - set(opened)),
            forced_closed=tuple(set(instance.forced_closed) - set(closed)),
            min_new=instance.min_new - fewer,
            max_new=None if instance.max_new is None else instance.max_new + more,
        )
        if changed.solve(EXACT).has_plan:
            best = price
    return best


@calm
@given(instance=placements())
def test_the_cheapest_change_of_rules_is_that_of_trying_all(instance):
    best = cheapest_change(instance)
    ways = instance.ways_out(EXACT, k=1, prices=RULES)
    if best == 0:
        assert ways.status is Status.FEASIBLE
    elif np.isinf(best):
        assert (ways.status, len(ways)) == (Status.INFEASIBLE, 0)
    else:
        assert ways.ways[0].price == best


def assert_ways_do_what_they_say(instance):
    solution = instance.solve(EXACT)
    found, ways = instance.clashes(EXACT, count=20), instance.ways_out(EXACT, k=3)
    assert found.is_complete
    assert ways.is_complete
    if solution.has_plan:
        assert (found.status, ways.status, len(found), len(ways)) == (Status.FEASIBLE, Status.FEASIBLE, 0, 0)
        return
    assert solution.status is found.status is ways.status is Status.INFEASIBLE
    assert len(found) > 0
    assert len(ways) > 0
    assert sorted(way.price for way in ways) == pytest.approx([way.price for way in ways])
    for way in ways:
        relaxed = {one.name for one in way.relaxations}
        assert all(relaxed & set(one.requirements) for one in found)
        after = instance.relaxed(way)
        solution = after.solve(EXACT)
        assert solution.objective == pytest.approx(way.objective, rel=1e-6, abs=1e-6)
        assert after.check(solution) == []


@calm
@given(instance=facilities())
def test_ways_out_of_facility_location_do_what_they_say(instance):
    assert_ways_do_what_they_say(instance)


@calm
@given(instance=placements())
def test_ways_out_of_hub_placement_do_what_they_say(instance):
    assert_ways_do_what_they_say(instance)


@calm
@given(instance=hub_locations())
def test_ways_out_of_hub_location_do_what_they_say(instance):
    assert_ways_do_what_they_say(instance)


HUB_PRICES = {"served": 1.5, "capacity": 2.0, "fewer": 7.0, "more": 40.0}


@calm
@given(instance=hub_locations(), kept=st.sets(st.sampled_from(sorted(HUB_PRICES)), max_size=2))
def test_the_cheapest_way_out_of_hub_location_is_that_of_every_choice_of_hubs_and_allocation(instance, kept):
    prices = {kind: price for kind, price in HUB_PRICES.items() if kind not in kept}
    best = cheapest_way_out(instance, prices)
    named = {("hubs", kind) if kind in {"fewer", "more"} else kind: price for kind, price in prices.items()}
    ways = instance.ways_out(EXACT, k=1, prices=named)
    if best == 0:
        assert ways.status is Status.FEASIBLE
    elif np.isinf(best):
        assert (ways.status, len(ways)) == (Status.INFEASIBLE, 0)
    else:
        assert ways.ways[0].price == pytest.approx(best, rel=1e-7)
        assert ways.ways[0].price_bound <= best * (1 + 1e-9)


@st.composite
def short_of_room(draw):
    """Return placements in scenarios: too little room, freight without a direct way, and few new sites."""
    features = draw(st.sets(st.sampled_from(["periods", "second", "measures", "throughput", "clients"]), max_size=2))
    instances, probability = draw(scenarios(features=features))
    stuck = draw(st.lists(st.integers(0, 3), max_size=3))
    most = draw(st.sampled_from([None, 0, 1]))
    changed = []
    for one in instances:
        direct_cost = one.direct_cost.copy()
        direct_cost[[flow for flow in stuck if flow < direct_cost.size]] = np.inf
        changed.append(replace(one, direct_cost=direct_cost, max_new=most))
    return RobustHubPlacement(instances=tuple(changed), probability=probability)


@calm
@given(instance=short_of_room())
def test_ways_out_of_robust_placement_do_what_they_say(instance):
    assert_ways_do_what_they_say(instance)


OF_A_SCENARIO = {"carried": 1.0, "room": 2.0, "min_throughput": 3.0, "client": 1.5, "measure": 2.5}


@calm
@given(instance=short_of_room())
def test_the_cheapest_way_out_in_scenarios_is_that_of_each_after_every_choice_of_openings(instance):
    best = np.inf
    for opened in choices_of(instance.instances[0]):
        price = 0.0
        for one in instance.instances:
            ways = fixed(one, opened).ways_out(EXACT, k=1, prices=OF_A_SCENARIO)
            if ways.status is Status.INFEASIBLE:
                price += ways.ways[0].price if len(ways) else np.inf
            if price >= best:
                break
        best = min(best, price)
    ways = instance.ways_out(EXACT, k=1, prices=OF_A_SCENARIO)
    if best == 0:
        assert ways.status is Status.FEASIBLE
    elif np.isinf(best):
        assert (ways.status, len(ways)) == (Status.INFEASIBLE, 0)
    else:
        assert ways.ways[0].price == pytest.approx(best, rel=1e-6)


@st.composite
def not_round(draw, shape, high):
    """Return numbers of eight digits that are not round, from 0 on."""
    size = int(np.prod(shape))
    drawn = draw(st.lists(st.integers(0, high * 10**8), min_size=size, max_size=size))
    return np.array(drawn, dtype=float).reshape(shape) / 1e8


@st.composite
def facilities_not_round(draw):
    """Return facility locations with too little room for demands, least loads and rooms that are not round."""
    clients, sites = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    return FacilityLocation(
        cost=np.arange(clients * sites, dtype=float).reshape(clients, sites) % 7,
        fixed_cost=np.arange(sites, dtype=float),
        demand=draw(st.one_of(not_round((clients,), 9), st.just(np.arange(1.0, clients + 1)))),
        capacity=draw(not_round((sites,), 4)),
        single_source=draw(st.booleans()),
        max_open=draw(st.sampled_from([None, 0, 1, 2])),
        min_throughput=draw(st.none() | not_round((sites,), 5)),
    )


@st.composite
def placements_not_round(draw):
    """Return placements of freight without a direct way, of amounts, rooms and least loads that are not round."""
    flows, sites, routes = draw(st.integers(1, 4)), draw(st.integers(1, 3)), draw(st.integers(1, 8))
    direct_cost = np.where(draw(not_round((flows,), 3)) < 2, np.inf, 9.0)
    return HubPlacement(
        amount=draw(not_round((flows,), 9)),
        direct_cost=direct_cost,
        route_flow=draw(st.lists(st.integers(0, flows - 1), min_size=routes, max_size=routes)),
        route_site=draw(st.lists(st.integers(0, sites - 1), min_size=routes, max_size=routes)),
        route_cost=np.arange(routes, dtype=float) % 5,
        route_resource=[0] * routes,
        option_site=np.arange(sites),
        option_cost=np.arange(sites, dtype=float),
        option_capacity=draw(not_round((sites, 1), 8)),
        standing=[False] * sites,
        max_new=draw(st.sampled_from([None, 0, 1])),
        option_min_throughput=draw(st.none() | not_round((sites,), 5)),
    )


@st.composite
def medians_not_round(draw):
    """Return medians of too few sites, some out of reach, with weights that are not round."""
    clients, sites = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    reach = np.array(draw(st.lists(st.booleans(), min_size=clients * sites, max_size=clients * sites)))
    cost = np.where(reach, np.arange(reach.size, dtype=float) % 5, np.inf).reshape(clients, sites)
    return PMedian(
        cost=cost,
        weight=draw(not_round((clients,), 5)),
        p=draw(st.sampled_from([0, 0, 1, 2])),
        forced_closed=draw(st.sampled_from([(), (0,)])),
    )


def only(name, amount):
    """Return the way out in which one requirement alone gives way, at 1 a unit."""
    relaxation = Relaxation(name=name, amount=amount, price=amount)
    status = Status.NO_SOLUTION
    return WayOut(
        relaxations=(relaxation,), price=amount, price_bound=0.0, objective=np.inf, bound=-np.inf, status=status
    )


def assert_ways_suffice_and_none_alone_is_cheaper(instance, amounts, options):
    """`amounts`: (kind, index) of what gives way by any amount, of which a part of the least price must not do."""
    ways = instance.ways_out(options, k=3)
    if ways.status is Status.FEASIBLE:
        assert instance.solve(options).has_plan
        return
    assert ways.left_out == ()
    assert len(ways) > 0
    for way in ways:
        assert way.price_bound <= way.price == sum(one.amount for one in way.relaxations)
        after = instance.relaxed(way)
        solution = after.solve(options)
        assert solution.has_plan, (way, solution.stopped)
        assert after.check(solution) == []
    rows = 1e-7  # solvers keep rows within 1e-9 of what stands in them
    less = min(way.price for way in ways) * (1 - 1e-6 - 2 * options.relative_gap) - rows
    for name in amounts if less > 0 else ():
        eased = instance._eased(only(name, less).relaxations)  # of what is no requirement, too: it changes nothing
        assert not eased.solve(options).has_plan, (name, less)


@st.composite
def hub_locations_not_round(draw):
    """Return hub locations with too little room for flows that are not round."""
    nodes = draw(st.integers(1, 3))
    at = np.arange(nodes, dtype=float)
    return HubLocation(
        flow=draw(not_round((nodes, nodes), 9)),
        cost=np.abs(at[:, None] - at),
        hubs=draw(st.sampled_from([None, 1])),
        capacity=draw(not_round((nodes,), 12)),
        allocation=draw(st.sampled_from(["single", "multiple"])),
    )


GAPS = st.sampled_from([EXACT, SolveOptions()])


@calm
@given(instance=facilities_not_round(), options=GAPS)
def test_ways_out_of_facility_location_suffice_where_numbers_are_not_round(instance, options):
    kinds = ["capacity"] if instance.min_throughput is None else ["capacity", "min_throughput"]
    clients, sites = instance.cost.shape
    names = [*product(kinds, range(sites)), *product(["served"], range(clients))]
    assert_ways_suffice_and_none_alone_is_cheaper(instance, names, options)


@calm
@given(instance=placements_not_round(), options=GAPS)
def test_ways_out_of_hub_placement_suffice_where_numbers_are_not_round(instance, options):
    rooms = [("room", site, 0) for site in range(instance.n_sites)]
    stuck = [("carried", int(flow)) for flow in np.flatnonzero(np.isinf(instance.direct_cost))]
    assert_ways_suffice_and_none_alone_is_cheaper(instance, [*rooms, *stuck], options)


@calm
@given(instance=medians_not_round(), options=GAPS)
def test_ways_out_of_medians_suffice_where_numbers_are_not_round(instance, options):
    names = [("served", client) for client in range(instance.n_clients)]
    assert_ways_suffice_and_none_alone_is_cheaper(instance, names, options)


@calm
@given(instance=hub_locations_not_round(), options=GAPS)
def test_ways_out_of_hub_location_suffice_where_numbers_are_not_round(instance, options):
    pairs = [("served", int(i), int(j)) for i, j in np.argwhere(instance.flow > 0)]
    rooms = [("capacity", node) for node in range(len(instance.flow))]
    assert_ways_suffice_and_none_alone_is_cheaper(instance, [*pairs, *rooms], options)
