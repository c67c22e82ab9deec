"""Clashes and ways out of facility location and p-median, on instances small enough to be solved by eye."""

from dataclasses import replace

import pytest

from models import FacilityLocation, InstanceError, PMedian, SolveOptions, Status
from models.infeasible import Elastic

EXACT = SolveOptions(relative_gap=0.0)
# two clients of 6 and 4, two sites with room for 5 and 3: 2 too little
SHORT = FacilityLocation(cost=[[1, 2], [2, 1]], fixed_cost=[1, 1], demand=[6, 4], capacity=[5, 3])


def told(way):
    return {one.name: (one.amount, one.price) for one in way.relaxations}


def test_a_feasible_instance_has_no_clash_and_needs_no_way_out():
    instance = replace(SHORT, capacity=[6, 4])
    assert instance.clashes().status is Status.FEASIBLE
    assert len(instance.clashes()) == 0
    assert instance.ways_out().status is Status.FEASIBLE
    assert len(instance.ways_out()) == 0


def test_too_little_room_clashes_with_serving_all():
    (clash,) = SHORT.clashes()
    assert clash.is_irreducible
    assert set(clash.requirements) == {("served", 0), ("served", 1), ("capacity", 0), ("capacity", 1)}


def test_ways_out_are_ranked_by_price_and_carry_the_value_after():
    # 2 units are short; room at site 1 costs 3 a unit, at site 0 5, a unit unserved 4
    ways = SHORT.ways_out(EXACT, k=3, prices={("capacity", 1): 3.0, ("capacity", 0): 5.0, ("served", 0): 4.0})
    assert ways.status is Status.INFEASIBLE
    assert ways.is_complete
    assert [told(way) for way in ways] == [
        {("capacity", 1): (2.0, 6.0)},
        {("served", 0): (2.0, 8.0)},
        {("capacity", 0): (2.0, 10.0)},
    ]
    # room 5 and 5: 5/6 of client 0 at site 0 for 5/6, 1/6 at site 1 for 1/3; client 1 at site 1 for 1; fixed 2
    assert ways.ways[0].objective == pytest.approx(5 / 6 + 1 / 3 + 1 + 2)
    # 4 left of client 0 for 4/6; of client 1 3/4 at site 1 for 3/4, 1/4 at site 0 for 1/2; fixed 2
    assert ways.ways[1].objective == pytest.approx(4 / 6 + 3 / 4 + 1 / 2 + 2)


def test_applying_a_way_out_makes_the_instance_feasible_at_the_value_it_said():
    for way in SHORT.ways_out(EXACT, k=4):
        instance = SHORT.relaxed(way)
        solution = instance.solve(EXACT)
        assert solution.objective == pytest.approx(way.objective)
        assert instance.check(solution) == []


def test_steps_and_limits_of_the_caller_are_kept():
    steps = {("capacity", 0): Elastic(price=1.0, step=1.5), ("capacity", 1): Elastic(price=1.0, limit=1.0)}
    first, second = SHORT.ways_out(EXACT, k=5, prices=steps)
    assert told(first) == {("capacity", 0): (1.5, 1.5), ("capacity", 1): (0.5, 0.5)}
    assert told(second) == {("capacity", 0): (3.0, 3.0)}


def test_a_fourth_site_is_a_way_out_of_too_few():
    instance = FacilityLocation(cost=[[1, 9], [9, 1]], fixed_cost=[1, 1], demand=[2, 2], capacity=[3, 3], max_open=1)
    (way,) = instance.ways_out(EXACT, prices={"max_open": 7.0})
    assert told(way) == {("max_open",): (1.0, 7.0)}
    assert way.objective == 4.0
    assert instance.relaxed(way).max_open == 2
    (clash,) = instance.clashes()
    assert ("max_open",) in clash.requirements


def test_a_client_in_reach_of_closed_sites_only():
    instance = FacilityLocation(cost=[[1, float("inf")], [1, 3]], fixed_cost=[1, 1], forced_closed=[0])
    (clash,) = instance.clashes()
    assert set(clash.requirements) == {("served", 0), ("forced_closed", 0)}
    first, second = instance.ways_out(EXACT, prices={"served": 5.0, "forced_closed": 3.0})
    assert told(first) == {("forced_closed", 0): (1.0, 3.0)}
    assert told(second) == {("served", 0): (1.0, 5.0)}
    assert (first.objective, second.objective) == (3.0, 4.0)  # 1 + 1 + 1 by site 0; client 1 alone 3 + 1


def test_a_whole_client_that_fits_nowhere_may_be_split():
    instance = replace(SHORT, capacity=[5, 5], single_source=True)
    ways = instance.ways_out(EXACT, prices={"single_source": 2.0, "capacity": 3.0})
    assert told(ways.ways[0]) == {("single_source",): (1.0, 2.0)}
    assert told(ways.ways[1]) in ({("capacity", 0): (1.0, 3.0)}, {("capacity", 1): (1.0, 3.0)})
    assert not instance.relaxed(ways.ways[0]).single_source


def test_two_clashes_that_share_nothing_are_both_named():
    # site 0 forced open and closed; client 1 out of reach of every site
    instance = FacilityLocation(
        cost=[[1, 1], [float("inf"), float("inf")]], fixed_cost=[1, 1], forced_open=[0], forced_closed=[0]
    )
    clashes = instance.clashes()
    assert clashes.is_complete
    assert {frozenset(one.requirements) for one in clashes} == {
        frozenset({("served", 1)}),
        frozenset({("forced_open", 0), ("forced_closed", 0)}),
    }
    (way,) = instance.ways_out(prices={"served": 1.0, "forced_open": 1.0})
    assert set(told(way)) == {("served", 1), ("forced_open", 0)}


def test_the_least_load_of_a_forced_site_gives_way():
    instance = FacilityLocation(cost=[[1, 2]], fixed_cost=[0, 0], demand=[4], min_throughput=[9, 0], forced_open=[0])
    first, second = instance.ways_out(EXACT, prices={"min_throughput": 1.0, "forced_open": 20.0})
    assert told(first) == {("min_throughput", 0): (5.0, 5.0)}
    assert told(second) == {("forced_open", 0): (1.0, 20.0)}
    assert (first.objective, second.objective) == (1.0, 2.0)


def test_tiers_give_way_together():
    instance = FacilityLocation(cost=[[1]], fixed_cost=[[1, 2]], demand=[9], capacity=[[3, 7]])
    (way,) = instance.ways_out(EXACT, prices={"capacity": 1.0})
    assert told(way) == {("capacity", 0): (2.0, 2.0)}
    assert way.objective == 3.0
    assert instance.relaxed(way).capacity.tolist() == [[5, 9]]


def test_where_nothing_may_give_way_there_is_no_way_out():
    ways = SHORT.ways_out(prices={"min_open": 1.0})
    assert (ways.status, len(ways), ways.is_complete) == (Status.INFEASIBLE, 0, True)
    assert ways.stopped == "there is no way out at these prices and limits"


def test_no_sites_and_no_clients():
    no_sites = FacilityLocation(cost=[[], []], fixed_cost=[])
    assert {one.requirements for one in no_sites.clashes()} == {(("served", 0),), (("served", 1),)}
    (way,) = no_sites.ways_out()
    assert way.price == 2.0
    too_many = FacilityLocation(cost=[[], []], fixed_cost=[], min_open=3)
    assert (("min_open",),) in {one.requirements for one in too_many.clashes()}


@pytest.mark.parametrize("prices", [{"capacity": -1.0}, {"capacity": float("nan")}, {"size": 1.0}, {("size", 1): 1.0}])
def test_prices_without_meaning_are_refused(prices):
    with pytest.raises(InstanceError):
        SHORT.ways_out(prices=prices)


def test_a_limit_of_no_time_claims_nothing():
    ways = SHORT.ways_out(SolveOptions(time_limit_s=1e-6))
    assert (ways.status, ways.is_complete, ways.stopped) == (Status.NO_SOLUTION, False, "time limit")
    clashes = SHORT.clashes(SolveOptions(time_limit_s=1e-6))
    assert (clashes.status, clashes.is_complete, len(clashes)) == (Status.NO_SOLUTION, False, 0)


def test_a_median_of_more_sites_than_there_are():
    instance = PMedian(cost=[[1, 2], [2, 1]], p=3)
    (way,) = instance.ways_out(EXACT)
    assert told(way) == {("p", "fewer"): (1.0, 1.0)}
    assert way.objective == 2.0
    assert instance.relaxed(way).p == 2
    assert {one.requirements for one in instance.clashes()} == {(("p", "fewer"),)}


def test_a_median_with_more_forced_sites_than_it_opens():
    instance = PMedian(cost=[[1, 2], [2, 1]], p=1, forced_open=[0, 1])
    ways = instance.ways_out(EXACT, prices={("p", "more"): 3.0, "forced_open": 1.0, ("forced_open", 0): 2.0})
    assert [told(way) for way in ways] == [
        {("forced_open", 1): (1.0, 1.0)},
        {("forced_open", 0): (1.0, 2.0)},
        {("p", "more"): (1.0, 3.0)},
    ]
    assert [way.objective for way in ways] == [3.0, 3.0, 2.0]


def test_a_median_with_a_client_out_of_reach_leaves_it_out():
    instance = PMedian(cost=[[1, float("inf")], [1, 5]], weight=[4, 2], p=1, forced_closed=[0])
    first, second = instance.ways_out(EXACT, prices={"served": 2.0, "forced_closed": 9.0})
    assert told(first) == {("served", 0): (4.0, 8.0)}
    assert first.objective == 10.0
    assert instance.relaxed(first).n_clients == 1
    assert told(second) == {("forced_closed", 0): (1.0, 9.0)}
    assert second.objective == 6.0


def test_points_are_served_or_none_is():
    instance = PMedian(points=[[0, 0], [3, 4]], p=0)
    (way,) = instance.ways_out(EXACT)
    assert told(way) == {("p", "more"): (1.0, 1.0)}
    assert way.objective == 5.0
    assert PMedian(points=[[0, 0], [3, 4]], p=1).clashes().status is Status.FEASIBLE


def test_room_that_is_short_by_a_figure_that_is_not_round_is_told_as_more_not_less():
    # a whole client of 3 in room for 2.89176789: 0.10823211 more, of which 0.1082321 would be too little
    instance = FacilityLocation(cost=[[1]], fixed_cost=[1], demand=[3], capacity=[2.89176789], single_source=True)
    (way,) = instance.ways_out(SolveOptions(relative_gap=1e-3), prices={"capacity": 2.0})
    assert told(way) == {("capacity", 0): (0.1083, 0.2166)}
    (way,) = instance.ways_out(EXACT, prices={"capacity": 2.0})
    assert told(way) == {("capacity", 0): (pytest.approx(0.10823211), pytest.approx(0.21646422))}
    assert instance.relaxed(way).solve(EXACT).objective == 2.0


def test_the_least_load_gives_way_by_what_the_rounding_of_what_is_served_takes_from_it():
    # 4 units want to be served where there is room for 3.1234567, and an open site asks for as much
    instance = FacilityLocation(
        cost=[[1]], fixed_cost=[1], demand=[4], capacity=[3.1234567], min_throughput=[3.1234567], forced_open=[0]
    )
    (way,) = instance.ways_out(SolveOptions(relative_gap=1e-3), prices={"served": 1.0, "min_throughput": 9.0})
    # 0.8765433 left over, as 0.8766 more than the least load allows, so all that can be read out of it
    assert told(way) == {("served", 0): (pytest.approx(0.8765433, abs=1e-9),) * 2}
    assert instance.relaxed(way).solve(EXACT).has_plan


def test_a_median_of_no_site_gives_up_all_of_its_clients():
    instance = PMedian(cost=[[1, 2], [2, 1]], weight=[1 / 3, 2.12345678901], p=0)
    (way,) = instance.ways_out(prices={"served": 1.0})
    assert instance.relaxed(way).n_clients == 0
    assert way.objective == 0.0
    assert way.price == pytest.approx(1 / 3 + 2.12345678901)


@pytest.mark.parametrize("room", [1e-8, 1e-10])
def test_a_client_of_whom_hardly_any_fits_is_given_up_but_for_that_or_as_a_whole(room):
    # a site has room for next to nothing, and opens for no less
    instance = FacilityLocation(cost=[[1]], fixed_cost=[0], demand=[1], capacity=[room], min_throughput=[room])
    (way,) = instance.ways_out(EXACT, prices={"served": 1.0})
    assert way.price == pytest.approx(1.0, abs=2e-8)
    assert instance.relaxed(way).solve(EXACT).has_plan


def test_room_that_is_short_by_next_to_nothing_gives_way_as_well():
    # whole clients of 2 and 3 fit in no site; the client of 1 is 6e-8 more than the second has room for
    instance = FacilityLocation(
        cost=[[0, 1], [2, 3], [4, 5]],
        fixed_cost=[0, 1],
        demand=[1, 2, 3],
        capacity=[1e-8, 0.99999994],
        single_source=True,
    )
    ways = instance.ways_out(EXACT, k=3)
    assert (len(ways), ways.left_out) == (3, ())
    assert all(instance.relaxed(way).solve(EXACT).has_plan for way in ways)


def test_a_step_that_is_no_whole_number_of_sites_is_refused():
    instance = FacilityLocation(cost=[[1.0, 2.0]], fixed_cost=[1.0, 1.0], max_open=0)
    with pytest.raises(InstanceError, match=r"step of \('max_open',\) is 1\.5; expected whole units"):
        instance.ways_out(prices={"max_open": Elastic(price=1.0, step=1.5)})


def test_a_way_out_of_another_instance_is_refused():
    instance = FacilityLocation(cost=[[1.0, 2.0]], fixed_cost=[1.0, 1.0], max_open=0)
    (way, *_) = instance.ways_out()
    other = PMedian(cost=[[1.0, 2.0]], p=3)
    foreign = replace(way, relaxations=(replace(way.relaxations[0], name=("max_open",)),))
    with pytest.raises(InstanceError, match=r"\('max_open',\) is no requirement of this instance"):
        other.relaxed(foreign)
