"""What is left out is left out with a proof: by hand here, against the unpruned program in the laws."""

from dataclasses import replace

import numpy as np
import pytest

from models import HubPlacement, SolveOptions, Status
from models.placement.offers import passes_by_slot
from models.placement.prune import all_options, all_routes, useful_options, useful_routes


@pytest.fixture
def instance():
    """One flow of 10 (direct 5) and one of nothing; sites 0 (yard only) and 1 (nothing at all)."""
    return HubPlacement(
        amount=[10.0, 0.0], direct_cost=[5.0, 5.0],
        route_flow=[0, 0, 0, 0, 0, 1], route_site=[0, 0, 0, 1, 0, 0],
        route_cost=[3.0, 2.0, 5.0, 1.0, 1.0, 1.0], route_resource=[0, 0, 0, 0, 1, 0],
        option_site=[0, 1], option_cost=[1.0, 1.0], option_capacity=[[8.0, 0.0], [0.0, 0.0]],
        standing=[False, False],
    )  # fmt: skip


def test_of_parallel_routes_the_cheapest_stays(instance):
    # 0 is dearer than 1 in the same slot, 2 costs the direct way, 3 and 4 have no room ever, 5 carries nothing
    assert useful_routes(instance).tolist() == [1]


def test_all_routes_are_all_routes(instance):
    assert sorted(all_routes(instance).tolist()) == [0, 1, 2, 3, 4, 5]


def test_routes_through_closed_sites_go(instance):
    assert useful_routes(replace(instance, forced_closed=(0,))).size == 0


def test_a_flow_of_nothing_keeps_its_routes_where_it_has_no_direct_way(instance):
    stranded = replace(instance, direct_cost=[5.0, np.inf])
    assert useful_routes(stranded).tolist() == [1, 5]


def test_routes_come_flow_after_flow_and_slot_after_slot(region):
    instance = region(300)
    shuffle = np.random.default_rng(0).permutation(instance.route_flow.size)
    names = ("route_flow", "route_site", "route_cost", "route_resource")
    shuffled = replace(instance, **{name: getattr(instance, name)[shuffle] for name in names})
    routes = useful_routes(shuffled)
    key = list(
        zip(shuffled.route_flow[routes], shuffled.route_site[routes], shuffled.route_resource[routes], strict=True)
    )
    assert key == sorted(key)
    assert routes.size == useful_routes(instance).size


def built_in(costs, capacities):
    """Return one flow of 10 and a site that may be built in several ways."""
    return HubPlacement(
        amount=[10.0], direct_cost=[5.0], route_flow=[0], route_site=[0], route_cost=[1.0], route_resource=[0],
        option_site=[0] * len(costs), option_cost=costs, option_capacity=capacities, standing=[False],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("costs", "capacities", "kept"),
    [
        ([2.0, 1.0], [[5.0], [5.0]], [1]),  # as large, and cheaper
        ([1.0, 1.0], [[5.0], [5.0]], [0]),  # equal: the first
        ([1.0, 2.0], [[5.0], [9.0]], [0, 1]),  # larger and dearer: both may be best
        ([1.0, 2.0], [[10.0], [99.0]], [0]),  # room beyond the 10 there are is worth nothing
        ([1.0, 2.0], [[5.0, 0.0], [5.0, 9.0]], [0]),  # no route uses the second resource
        ([0.0, 2.0], [[0.0], [5.0]], [0, 1]),  # a site without room is cheap where sites must be opened
    ],
)
def test_an_option_that_another_of_its_site_beats_goes(costs, capacities, kept):
    instance = built_in(costs, capacities)
    assert useful_options(instance, useful_routes(instance)).tolist() == kept


@pytest.mark.parametrize(
    ("least", "kept"),
    [
        ([5.0, 5.0, 5.0], [0, 1, 2]),  # all have room for it, each dearer one more room
        ([6.0, 6.0, 6.0], [1, 2]),  # the first has room for 5
        ([0.0, 9.5, 11.0], [0]),  # the second has room for 9, and no more than 10 could come to the third
    ],
)
def test_an_option_that_cannot_have_its_least_throughput_goes(least, kept):
    instance = replace(built_in([1.0, 2.0, 3.0], [[5.0], [9.0], [20.0]]), option_min_throughput=least)
    assert useful_options(instance, useful_routes(instance)).tolist() == kept


@pytest.mark.parametrize("must", [{"standing": [True]}, {"forced_open": (0,)}], ids=str)
def test_an_option_of_a_site_that_must_be_open_stays_even_where_it_cannot(must):
    instance = replace(built_in([1.0], [[5.0]]), option_min_throughput=[6.0], **must)
    assert useful_options(instance, useful_routes(instance)).tolist() == [0]
    for engine in ("benders", "mip"):
        assert instance.solve(SolveOptions(engine=engine)).status is Status.INFEASIBLE


def test_a_route_dearer_than_the_direct_way_stays_where_throughput_is_asked_for():
    # one flow, direct 5; by site 0 for 7, by site 1 for 8, by site 0 and on by site 1 for 9
    instance = HubPlacement(
        amount=[10.0], direct_cost=[5.0], route_flow=[0, 0, 0], route_site=[0, 1, 0], route_cost=[7.0, 8.0, 9.0],
        route_resource=[0, 0, 0], route_second_site=[-1, -1, 1], route_second_resource=[-1, -1, 0],
        option_site=[0, 1], option_cost=[1.0, 1.0], option_capacity=[[9.0], [9.0]], standing=[True, False],
    )  # fmt: skip
    assert useful_routes(instance).size == 0
    assert sorted(useful_routes(replace(instance, option_min_throughput=[0.0, 6.0])).tolist()) == [1, 2]
    assert sorted(useful_routes(replace(instance, option_min_throughput=[6.0, 0.0])).tolist()) == [0, 2]


def test_options_of_closed_sites_go():
    closed = replace(built_in([1.0], [[5.0]]), forced_closed=(0,))
    assert all_options(closed).size == 0


def test_offers_by_slot_are_the_same_however_many_slots_there_are():
    slot, second = np.array([2, 0, 2, 1]), np.array([-1, 2, -1, -1])
    for slots in (3, 40_000):  # few are sorted digit by digit
        order, first = passes_by_slot(slot, second, slots)
        assert [order[first[at] : first[at + 1]].tolist() for at in range(3)] == [[1], [3], [0, 2, 4]]
        assert first.size == slots + 1
