"""The model on instances small enough to be solved by eye, and its degenerate cases."""

import time
from dataclasses import FrozenInstanceError, replace

import numpy as np
import pytest

from models import HubPlacement, InstanceError, SolveOptions, Status

EXACT = SolveOptions(relative_gap=1e-9)
pytestmark = pytest.mark.usefixtures("fast")


@pytest.fixture(params=["mip", "benders"])
def options(request):
    return replace(EXACT, engine=request.param)


def nothing(**changes):
    """Return an instance without flows, routes and sites."""
    none = np.empty(0)
    empty = {
        "amount": none, "direct_cost": none, "route_flow": [], "route_site": [], "route_cost": none,
        "route_resource": [], "option_site": [], "option_cost": none, "option_capacity": np.empty((0, 1)),
        "standing": [],
    }  # fmt: skip
    return HubPlacement(**(empty | changes))


def test_a_new_hub_opens_when_it_saves_more_than_it_costs(two_flows, options):
    # with the new hub: 15 t for 2, the other 5 t for 3 through the standing one, 40 fixed: 30 + 15 + 40 = 85;
    # without: 5 t for 3, 15 t for 5 directly = 90
    solution = two_flows.solve(options)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(85.0)
    assert solution.bound == pytest.approx(85.0)
    assert solution.option_open.tolist() == [True, True]
    assert two_flows.check(solution) == []


def test_a_new_hub_stays_closed_when_it_costs_more_than_it_saves(two_flows, options):
    dear = replace(two_flows, option_cost=[46.0, 0.0])
    solution = dear.solve(options)
    assert solution.objective == pytest.approx(90.0)
    assert solution.option_open.tolist() == [False, True]
    assert solution.direct_share.sum() * 10 == pytest.approx(15.0)


def test_exactly_one_new_hub_is_opened_even_at_a_loss(two_flows, options):
    dear = replace(two_flows, option_cost=[46.0, 0.0], min_new=1, max_new=1)
    assert dear.solve(options).objective == pytest.approx(91.0)


def test_a_forced_site_is_open_and_a_forbidden_one_closed_standing_or_not(two_flows, options):
    dear = replace(two_flows, option_cost=[46.0, 0.0])
    assert replace(dear, forced_open=(0,)).solve(options).objective == pytest.approx(91.0)
    assert replace(two_flows, forced_closed=(0,)).solve(options).objective == pytest.approx(90.0)
    assert replace(two_flows, forced_closed=(1,)).solve(options).objective == pytest.approx(95.0)


def test_with_all_sites_closed_everything_goes_directly_at_exactly_the_direct_cost(two_flows, options):
    closed = replace(two_flows, amount=[10.1, 9.7], direct_cost=[5.3, 1.1], forced_closed=(0, 1))
    solution = closed.solve(options)
    assert solution.objective == 10.1 * 5.3 + 9.7 * 1.1
    assert solution.bound == pytest.approx(solution.objective)
    assert (solution.direct_share == 1).all()


def test_the_curve_holds_one_plan_for_each_number_of_new_hubs(two_flows, options):
    none, one, two = two_flows.curve(range(3), options)
    assert (none.objective, one.objective) == (pytest.approx(90.0), pytest.approx(85.0))
    assert two.status is Status.INFEASIBLE
    assert "only 1 may be opened" in two.stopped
    assert two_flows.with_new(0).check(none) == []
    assert two_flows.with_new(0).check(one) == ["1 new sites are open, expected 0 to 0"]


def test_progress_hears_of_each_point_of_the_curve(two_flows, options):
    heard = []
    points = two_flows.curve([1, 0], options, progress=heard.append)
    assert tuple(heard) == points


def test_resources_do_not_lend_each_other_room(options):
    # 10 t by the yard and 10 t by the cross-dock of one site with room 10 and 4; direct 9, by hub 1
    instance = HubPlacement(
        amount=[10.0, 10.0], direct_cost=[9.0, 9.0], route_flow=[0, 1], route_site=[0, 0], route_cost=[1.0, 1.0],
        route_resource=[0, 1], option_site=[0, 0], option_cost=[20.0, 20.0],
        option_capacity=[[10.0, 4.0], [0.0, 10.0]], standing=[False],
    )  # fmt: skip
    solution = instance.solve(options)
    assert solution.objective == pytest.approx(10 + 4 + 6 * 9 + 20)
    assert solution.option_open.tolist() == [True, False]


def test_of_two_ways_of_building_a_site_one_is_chosen(options):
    small_and_large = HubPlacement(
        amount=[10.0], direct_cost=[5.0], route_flow=[0], route_site=[0], route_cost=[1.0], route_resource=[0],
        option_site=[0, 0], option_cost=[5.0, 18.0], option_capacity=[[4.0], [10.0]], standing=[False],
    )  # fmt: skip
    solution = small_and_large.solve(options)
    assert solution.objective == pytest.approx(18 + 10 * 1)  # the small one: 5 + 4 * 1 + 6 * 5 = 39
    assert solution.option_open.tolist() == [False, True]


def test_a_flow_without_a_direct_way_is_carried_whatever_it_costs(options):
    stranded = HubPlacement(
        amount=[10.0, 10.0], direct_cost=[np.inf, 9.0], route_flow=[0, 1], route_site=[0, 0], route_cost=[8.0, 1.0],
        route_resource=[0, 0], option_site=[0], option_cost=[1000.0], option_capacity=[[12.0]], standing=[False],
    )  # fmt: skip
    solution = stranded.solve(options)
    assert solution.objective == pytest.approx(80 + 2 * 1 + 8 * 9 + 1000)
    assert solution.direct_share == pytest.approx([0.0, 0.8])
    assert stranded.check(solution) == []


def test_too_little_room_for_what_cannot_go_directly_is_infeasible_and_says_so(options):
    stranded = HubPlacement(
        amount=[10.0], direct_cost=[np.inf], route_flow=[0, 0], route_site=[0, 1], route_cost=[8.0, 1.0],
        route_resource=[0, 0], option_site=[0, 1], option_cost=[1.0, 1.0], option_capacity=[[6.0], [6.0]],
        standing=[False, False], max_new=1,
    )  # fmt: skip
    solution = stranded.solve(options)
    assert solution.status is Status.INFEASIBLE
    assert "flows without a direct way" in solution.stopped
    assert (solution.objective, solution.bound) == (np.inf, np.inf)
    assert replace(stranded, max_new=2).solve(options).objective == pytest.approx(6 * 1 + 4 * 8 + 2)


def test_a_flow_of_nothing_without_a_direct_way_still_needs_an_open_site(options):
    nothing_to_carry = HubPlacement(
        amount=[0.0], direct_cost=[np.inf], route_flow=[0], route_site=[0], route_cost=[8.0], route_resource=[0],
        option_site=[0], option_cost=[3.0], option_capacity=[[1.0]], standing=[False],
    )  # fmt: skip
    solution = nothing_to_carry.solve(options)
    assert solution.objective == pytest.approx(3.0)
    assert solution.share.tolist() == [1.0]
    assert nothing_to_carry.check(solution) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"forced_open": (0,), "forced_closed": (0,)}, "site 0 is forced open and forced closed"),
        ({"forced_open": (0,), "max_new": 0}, "1 new sites are forced open, and at most 0"),
        ({"min_new": 2}, "at least 2 new sites are asked for, and only 1"),
        ({"min_new": 1, "max_new": 0}, "at least 1 and at most 0"),
        ({"direct_cost": [np.inf, 5.0], "forced_closed": (0, 1)}, "flow 0 has no direct way and no route"),
    ],
)
def test_requirements_that_clash_are_infeasible_with_their_reason(two_flows, options, changes, told):
    solution = replace(two_flows, **changes).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert told in solution.stopped


def test_no_flows_no_routes_and_no_sites_cost_nothing(options):
    solution = nothing().solve(options)
    assert (solution.status, solution.objective, solution.gap) == (Status.OPTIMAL, 0.0, 0.0)


def test_no_routes_cost_the_direct_way(options):
    solution = nothing(amount=[2.0], direct_cost=[3.0]).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 6.0)


def test_sites_without_freight_cost_what_is_forced(options):
    built = nothing(option_site=[0], option_cost=[4.0], option_capacity=[[1.0]], standing=[False], min_new=1)
    assert built.solve(options).objective == pytest.approx(4.0)
    assert replace(built, min_new=0).solve(options).objective == 0.0


def test_amounts_of_zero_cost_nothing_and_open_nothing(two_flows, options):
    solution = replace(two_flows, amount=[0.0, 0.0]).solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 0.0)
    assert solution.option_open.tolist() == [False, True]


def test_equal_costs_everywhere_are_no_trouble(options):
    flows, sites = 30, 6
    instance = HubPlacement(
        amount=np.full(flows, 2.0), direct_cost=np.full(flows, 5.0),
        route_flow=np.repeat(np.arange(flows), sites), route_site=np.tile(np.arange(sites), flows),
        route_cost=np.full(flows * sites, 3.0), route_resource=np.zeros(flows * sites, dtype=int),
        option_site=np.arange(sites), option_cost=np.full(sites, 10.0), option_capacity=np.full((sites, 1), 10.0),
        standing=np.zeros(sites, dtype=bool),
    )  # fmt: skip
    # a site saves 10 * 2 and costs 10; all 6 together carry the 60 there are
    solution = instance.solve(options)
    assert solution.objective == pytest.approx(300 - 60)


def test_a_standing_site_without_room_is_allowed_and_carries_nothing(two_flows, options):
    shut = replace(two_flows, option_capacity=[[15.0], [0.0]])
    assert shut.solve(options).objective == pytest.approx(30 + 25 + 40)


def test_huge_money_beside_tiny_amounts_keeps_its_digits(two_flows, options):
    scaled = replace(
        two_flows,
        amount=two_flows.amount * 1e-6,
        option_capacity=two_flows.option_capacity * 1e-6,
        direct_cost=two_flows.direct_cost * 1e12,
        route_cost=two_flows.route_cost * 1e12,
        option_cost=two_flows.option_cost * 1e6,
    )
    assert scaled.solve(options).objective == pytest.approx(85e6, rel=1e-9)


def test_room_for_far_more_than_a_flow_of_kilos_does_not_hide_what_its_site_saves(options):
    # both sites are free: flows 0 and 1 go through them at 14 a tonne, 2 and 3 directly at 1.9 and 1.4
    instance = HubPlacement(
        amount=[0.134722905, 0.132416191, 1e4, 1216.43496],
        direct_cost=[100.0, 130.0, 1.9, 1.4],
        route_flow=[3, 0, 1],
        route_site=[1, 0, 1],
        route_cost=[2.0, 14.0, 14.0],
        route_resource=[0, 0, 0],
        option_site=[0, 1],
        option_cost=[0.0, 0.0],
        option_capacity=[[22433.404], [22433.404]],
        standing=[False, False],
    )
    solution = instance.solve(options)
    best = 0.134722905 * 14 + 0.132416191 * 14 + 1e4 * 1.9 + 1216.43496 * 1.4
    assert solution.objective == pytest.approx(best, rel=1e-12)
    assert solution.bound <= best * (1 + 1e-12)


def test_a_hub_for_one_small_flow_is_not_overfilled_beside_a_flow_far_too_large_for_it(options):
    # at site 0 a tonne of flow 0 saves 152, one of flow 1 80: the room for 1.75 t is for flow 0, which needs 10,000
    instance = HubPlacement(
        amount=[1e4, 1.75039727],
        direct_cost=[160.0, 80.0],
        route_flow=[0, 1],
        route_site=[0, 0],
        route_cost=[8.0, 0.0],
        route_resource=[0, 0],
        option_site=[0],
        option_cost=[0.0],
        option_capacity=[[1.75039727]],
        standing=[False],
    )
    solution = instance.solve(options)
    assert instance.check(solution, tol=1e-9) == []
    assert solution.objective == pytest.approx(1e4 * 160 + 1.75039727 * 80 - 1.75039727 * 152, rel=1e-12)


def test_flows_of_tonnes_beside_room_for_grams_do_not_hide_the_ways_through_a_large_hub(options):
    # site 1 holds all: flow 1 saves 40.936 a tonne there, flow 2 32.895, flow 3 71.638; flow 0 has no way there
    instance = HubPlacement(
        amount=[1.151528, 0.691224, 15370.97085, 30484.989381],
        direct_cost=[21.199, 42.398, 44.591, 72.369],
        route_flow=[0, 1, 1, 2, 2, 3, 3, 3],
        route_site=[0, 0, 1, 0, 1, 0, 0, 1],
        route_cost=[35.819, 5.117, 1.462, 27.047, 11.696, 39.474, 15.351, 0.731],
        route_resource=[1, 0, 1, 0, 1, 0, 1, 0],
        option_site=[0, 1],
        option_cost=[0.0, 0.0],
        option_capacity=[[0.000859, 0.00064], [1e9, 1e9]],
        standing=[False, False],
        max_new=1,
    )
    best = 1.151528 * 21.199 + 0.691224 * 1.462 + 15370.97085 * 11.696 + 30484.989381 * 0.731
    solution = instance.solve(options)
    assert solution.objective == pytest.approx(best, rel=1e-12)
    assert solution.bound <= best * (1 + 5e-9)


def test_a_small_flow_without_a_direct_way_is_not_forgotten_beside_a_large_one(options):
    # 1e7 t through site 0 leave no room for the tonne that must go there: there is no plan
    instance = HubPlacement(
        amount=[1e7, 1.0],
        direct_cost=[np.inf, np.inf],
        route_flow=[0, 1],
        route_site=[0, 0],
        route_cost=[1.0, 1.0],
        route_resource=[0, 1],
        option_site=[0],
        option_cost=[0.0],
        option_capacity=[[1e7, 0.9]],
        standing=[False],
    )
    assert instance.solve(options).status is Status.INFEASIBLE
    enough = replace(instance, option_capacity=[[1e7, 1.0]]).solve(options)
    assert enough.objective == 1e7 + 1


def test_what_cannot_be_kept_by_far_is_infeasible_and_no_error(options):
    # a quarter of flow 1 must leave the direct way, and the sites hold a thousandth of it
    instance = HubPlacement(
        amount=[1923363.6364667488, 1385869541680.2878, 2.2506430951128666, 0.45017533958513112],
        direct_cost=[40.0, 17.0, 54.0, 80.0],
        flow_period=[0, 1, 1, 1],
        route_flow=[0, 0, 1, 1, 2, 2, 3, 3],
        route_site=[0, 2, 0, 1, 0, 2, 0, 2],
        route_cost=[12.0, 68.0, 49.0, 8.0, 48.0, 26.0, 33.0, 24.0],
        route_resource=[0] * 8,
        route_second_site=[1, 1, -1, -1, -1, -1, -1, -1],
        route_second_resource=[0, 0, -1, -1, -1, -1, -1, -1],
        option_site=[0, 0, 1, 1, 2, 2] * 2,
        option_period=[0] * 6 + [1] * 6,
        option_level=[0, 1] * 6,
        option_cost=[7.7e6, 4e5, 3.8e6, 5.1e6, 6.5e6, 6.1e6, 4.1e6, 7.2e6, 3.7e6, 2.1e6, 9.8e6, 3.8e6],
        option_capacity=[[each] for each in (5.71e5, 4.75e8, 3.42e5, 2.28e8, 2.47e5, 6.18e8,
                                             1.71e5, 9.6e7, 3.81e5, 6.69e8, 4e3, 1.21e8)],
        standing=[False] * 3,
        direct_measure=[[1.3639376791405147], [1.3212355195115084], [0.7244495843087841], [0.5804237927164915]],
        route_measure=[[1.715363023575948], [1.103301070834122], [0.5315988169848223], [1.2837544829422485],
                       [0.7368067182851421], [0.6875925344800095], [1.435976838275194], [1.1549028427451027]],
        measure_high=[1.3262825764752385e12],
    )  # fmt: skip
    assert instance.solve(options).status is Status.INFEASIBLE


def test_a_curve_of_n_or_fewer_new_sites_holds_the_best_of_up_to_n(two_flows, options):
    exact = [point.objective for point in two_flows.curve(range(2), options)]
    assert exact == pytest.approx([90, 85])
    dear = replace(two_flows, option_cost=np.where(two_flows.standing[two_flows.option_site], 0.0, 99.0))
    exact, fewer = (
        [point.objective for point in dear.curve(range(2), options, or_fewer=flag)] for flag in (False, True)
    )
    assert exact == pytest.approx([90, 90 + 99 - 45])
    assert fewer == pytest.approx([90, 90])


def test_a_solution_says_how_long_it_took_and_why_it_stopped(two_flows, options):
    start = time.monotonic()
    solution = two_flows.solve(options)
    assert 0 < solution.seconds <= time.monotonic() - start
    assert solution.stopped in {"the gap asked for is proved", "proved up to rounding"}


def test_the_engine_is_chosen_by_size_and_all_agree(two_flows):
    assert two_flows.solve(EXACT).objective == pytest.approx(85.0)


def test_an_instance_and_its_solution_do_not_change(two_flows):
    solution = two_flows.solve()
    with pytest.raises(FrozenInstanceError):
        two_flows.max_new = 1
    for array in (two_flows.amount, solution.share, solution.direct_share, solution.option_open):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"amount": [10.0, np.nan]}, r"amount\[1\] is nan"),
        ({"amount": [10.0, -1.0]}, r"amount\[1\] is -1"),
        ({"direct_cost": [np.nan, 1.0]}, r"direct_cost\[0\] is nan"),
        ({"direct_cost": [1.0]}, r"direct_cost has shape \(1,\); expected \(2\)"),
        ({"route_cost": [2.0, 2.0, 3.0, np.inf]}, r"route_cost\[3\] is inf"),
        ({"route_flow": [0, 1, 0, 2]}, r"route_flow\[3\] is 2; expected an index of flows"),
        ({"route_site": [0, 0, 1, -1]}, r"route_site\[3\] is -1"),
        ({"route_resource": [0, 0, 1, 0]}, r"route_resource\[2\] is 1; expected an index of resources"),
        ({"route_resource": [0, 0]}, "route_resource has shape"),
        ({"option_site": [0, 2]}, r"option_site\[1\] is 2"),
        ({"option_site": [1, 1]}, "site 0 has no option"),
        ({"option_cost": [40.0, -1.0]}, r"option_cost\[1\] is -1"),
        ({"option_capacity": [[15.0], [np.nan]]}, r"option_capacity\[1, 0\] is nan"),
        ({"option_capacity": [15.0, 5.0]}, r"option_capacity has shape \(2,\); expected \(2, any\)"),
        ({"standing": [0, 1]}, "standing holds int"),
        ({"min_new": -1}, "min_new is -1"),
        ({"max_new": 1.5}, "max_new is 1.5"),
        ({"forced_open": (2,)}, r"forced_open\[0\] is 2"),
        ({"forced_closed": (-1,)}, r"forced_closed\[0\] is -1"),
    ],
)
def test_an_entry_without_meaning_is_refused_and_named(two_flows, changes, told):
    with pytest.raises(InstanceError, match=told):
        replace(two_flows, **changes)


def test_of_several_ways_of_a_standing_site_exactly_one_is_open(two_flows, options):
    # the standing site as it is (room 5), larger (room 20 for 15), or closed for 1: 60 + 15 is the least
    extended = replace(
        two_flows, option_site=[0, 1, 1, 1], option_cost=[40.0, 0.0, 15.0, 1.0], forced_closed=(0,),
        option_capacity=[[15.0], [5.0], [20.0], [0.0]],
    )  # fmt: skip
    solution = extended.solve(options)
    assert solution.objective == pytest.approx(75.0)
    assert solution.option_open.tolist() == [False, False, True, False]
    assert extended.check(solution) == []


def test_a_negative_count_on_the_curve_is_refused(two_flows):
    with pytest.raises(InstanceError, match="new_counts"):
        two_flows.curve([-1])
