"""Numbers near the ends of a float, and numbers too far apart, are reckoned with or refused by name."""

import numpy as np
import pytest

from models import (
    FacilityLocation,
    HubPlacement,
    InstanceError,
    MultiCommodityFlow,
    NetworkDesign,
    PMedian,
    SolveOptions,
    Status,
)

COST = [[0.0, 2.0, 9.0], [2.0, 0.0, 7.0], [9.0, 7.0, 0.0]]
SENT = {"tail": [0, 0, 2], "head": [1, 2, 1], "unit_cost": [1, 1, 1], "origin": [0, 0], "destination": [1, 1]}


def placement(**other):
    """Two flows of 10 t; direct for 5 a tonne, by the site for 2 (room 15, fixed cost 40)."""
    given = {
        "amount": [10, 10], "direct_cost": [5, 5], "route_flow": [0, 1], "route_site": [0, 0], "route_cost": [2, 2],
        "route_resource": [0, 0], "option_site": [0], "option_cost": [40], "option_capacity": [[15]],
        "standing": [False],
    }  # fmt: skip
    return HubPlacement(**given | other)


@pytest.mark.parametrize("engine", ["mip", "benders"])
@pytest.mark.parametrize("room", [1e16, 1e20, 1e30, 1e308])
def test_room_without_end_is_room_for_all(engine, room):
    solution = placement(option_capacity=[[room]]).solve(SolveOptions(engine=engine))
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 80.0)  # 20 t for 2, and 40


@pytest.mark.parametrize("engine", ["mip", "benders"])
@pytest.mark.parametrize("tonnes", [1e-12, 1e-20, 1e-300])
def test_next_to_no_freight_goes_directly(engine, tonnes):
    solution = placement(amount=[tonnes, tonnes]).solve(SolveOptions(engine=engine))
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(10 * tonnes, rel=1e-9)


def test_a_site_that_must_be_open_may_not_cost_beyond_all_measure():
    with pytest.raises(InstanceError, match=r"option_cost\[0\] is 1e\+30, and all routes together save 60; expected"):
        placement(option_cost=[1e30], forced_open=[0]).solve()
    assert placement(option_cost=[1e30]).solve().objective == 100.0  # it need not be open


@pytest.mark.parametrize("tonnes", [1e199, 1e308])
def test_freight_whose_cost_is_beyond_a_float_is_refused(tonnes):
    with pytest.raises(InstanceError, match="amount x cost with option_cost adds up to"):
        placement(amount=[tonnes, tonnes])


@pytest.mark.parametrize("name", ["demand", "capacity", "min_throughput"])
def test_amounts_whose_sum_is_beyond_a_float_are_refused(name):
    with pytest.raises(InstanceError, match=f"{name} adds up to"):
        FacilityLocation(cost=COST, fixed_cost=[1, 1, 1], **{name: [1e308] * 3})


def test_room_that_is_nothing_beside_the_demand_is_named():
    with pytest.raises(InstanceError, match=r"capacity\[2\] is 1e-20; expected 0, or at least 1e-19"):
        FacilityLocation(cost=COST, fixed_cost=[1, 1, 1], capacity=[3, 3, 1e-20])
    assert FacilityLocation(cost=COST, fixed_cost=[1, 1, 1], capacity=[3, 3, 0]).solve().has_plan


def test_a_link_that_is_nothing_beside_an_amount_is_named():
    with pytest.raises(InstanceError, match=r"capacity\[1\] is 1e-08; expected 0, or at least 1e-07"):
        NetworkDesign(**SENT, amount=[1e12, 1e-6], capacity=[1e12, 1e-8, 1e-8], fixed_cost=[1, 1, 1])
    with pytest.raises(InstanceError, match=r"capacity\[0\] is 1e-20; expected 0, or at least 1e-17"):
        MultiCommodityFlow(**SENT, amount=[1e12, 1e-6], capacity=[1e-20, 1e12, 1e12])


@pytest.mark.parametrize("engine", ["auto", "mip"])
def test_a_link_for_the_smallest_amount_may_be_as_narrow(engine):
    design = NetworkDesign(**SENT, amount=[1e12, 1e-6], capacity=[1e12, 1e-6, 1e-6], fixed_cost=[1, 1, 1])
    assert design.solve(SolveOptions(engine=engine)).status is Status.OPTIMAL


@pytest.mark.parametrize("engine", ["auto", "mip", "lagrangian"])
def test_a_commodity_may_cost_a_million_times_a_million_times_a_million_if_it_is_not_served(engine):
    instance = MultiCommodityFlow(**SENT, amount=[1, 1], capacity=[1, 5, 5], unserved_cost=1e18)
    assert instance.solve(SolveOptions(engine=engine)).objective == pytest.approx(3.0)
    short = MultiCommodityFlow(**SENT, amount=[1, 1], capacity=[1, 0, 0], unserved_cost=1e18)
    assert short.solve(SolveOptions(engine=engine)).objective == pytest.approx(1e18)  # one of the two


@pytest.mark.parametrize("cost", [1e20, 1e150])
def test_a_cost_of_not_serving_beside_which_moving_is_lost_is_named(cost):
    with pytest.raises(InstanceError, match=r"unserved_cost\[1\] is 1e\+\d+; expected at most 1e\+18, beside"):
        MultiCommodityFlow(**SENT, amount=[1, 1], capacity=[1, 5, 5], unserved_cost=[7, cost])
    free = MultiCommodityFlow(**SENT | {"unit_cost": [0, 0, 0]}, amount=[1, 1], capacity=[1, 5, 5], unserved_cost=cost)
    assert free.solve().objective == 0.0  # nothing is lost beside it


def test_nothing_of_a_commodity_that_must_be_served_costs_nothing():
    instance = MultiCommodityFlow(**SENT, amount=[0, 1], capacity=[1, 5, 5], unserved_cost=[np.inf, 9])
    assert instance.solve().objective == pytest.approx(1.0)


def test_points_whose_distance_is_lost_in_its_square_are_named():
    with pytest.raises(InstanceError, match=r"points\[1, 0\] is 1e-200; expected 0, or 1e-130 or more"):
        PMedian(points=[[0, 0], [1e-200, 0], [3e-200, 0]], p=1)
    assert PMedian(points=[[0, 0], [1e-125, 0], [3e-125, 0]], p=1).solve().objective == pytest.approx(3e-125)


@pytest.mark.parametrize("engine", ["auto", "mip", "lagrangian"])
def test_no_points_need_no_site(engine):
    nobody = PMedian(points=np.zeros((0, 2)), p=0)
    solution = nobody.solve(SolveOptions(engine=engine))
    assert (solution.status, solution.objective, nobody.check(solution)) == (Status.OPTIMAL, 0.0, [])
    assert [plan.objective for plan in nobody.alternatives()] == [0.0]


@pytest.mark.parametrize("engine", ["mip", "benders"])
@pytest.mark.parametrize("room", [140.0, 1e12, 1e14, 1e100])
def test_much_more_room_than_freight_hides_no_better_plan(engine, room):
    drawn = HubPlacement(
        amount=[50, 50, 40], direct_cost=[np.inf, 11, 4], route_flow=[0, 1, 2, 1, 1, 0, 2, 2, 0],
        route_site=[2, 2, 1, 1, 2, 2, 0, 1, 0], route_cost=[8, 5, 4, 0, 5, 7, 7, 1, 6],
        route_resource=np.zeros(9, dtype=int), option_site=[0, 0, 1, 1, 2], option_cost=[300, 200, 150, 400, 400],
        option_capacity=np.full((5, 1), room), standing=[False] * 3,
    )  # fmt: skip
    solution = drawn.solve(SolveOptions(relative_gap=1e-8, engine=engine))
    # sites 0 and 1 for 200 and 150; 50 t by site 0 for 6, 50 t by site 1 for 0, 40 t by site 1 for 1
    assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(690.0))
