"""A solution is priced and checked without a solver."""

from dataclasses import replace

import numpy as np
import pytest

pytestmark = pytest.mark.usefixtures("fast")


@pytest.fixture
def solution(two_flows):
    return two_flows.solve()


def test_a_plan_is_priced_from_the_arrays_alone(two_flows, solution):
    by_hand = replace(
        solution,
        option_open=np.array([True, True]),
        share=np.array([0.5, 0.0, 0.0, 0.2]),
        direct_share=np.array([0.5, 0.8]),
    )
    # 5 t for 2, 2 t for 3, 13 t directly for 5, 40 fixed
    assert two_flows.price(by_hand) == pytest.approx(10 + 6 + 65 + 40)


def test_going_directly_where_there_is_no_direct_way_costs_infinitely(two_flows, solution):
    stranded = replace(two_flows, direct_cost=[np.inf, 5.0])
    directly = replace(solution, direct_share=np.array([0.1, 0.5]))
    assert stranded.price(directly) == np.inf
    assert "flow 0 has no direct way" in "\n".join(stranded.check(directly))


def test_a_good_plan_breaks_nothing(two_flows, solution):
    assert two_flows.check(solution) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"share": np.array([1.0, 0.5, 0.0, 0.6])}, "the shares of flow 1 sum to 1.1"),
        ({"share": np.array([1.2, 0.5, -0.2, 0.5])}, "the share of route 2 is -0.2"),
        ({"direct_share": np.array([-0.5, 0.0])}, "the direct share of flow 0 is -0.5"),
        ({"share": np.array([1.0, 1.0, 0.0, 0.0])}, "resource 0 of site 0 carries 20, room is 15"),
        ({"option_open": np.array([False, True])}, "of site 0, which is not open"),
        ({"option_open": np.array([True, False])}, "site 1 stands, and is not open"),
        ({"objective": 84.0}, "the plan costs 85, and claims 84"),
        ({"bound": 86.0}, "the bound 86 lies above the value 85"),
        ({"share": np.array([1.0])}, "share has shape (1,), expected (4,)"),
        ({"share": np.array([np.nan, 0.5, 0.0, 0.5])}, "the share of route 0 is nan"),
    ],
)
def test_each_broken_requirement_is_said(two_flows, solution, changes, told):
    assert told in "\n".join(two_flows.check(replace(solution, **changes)))


def test_sites_that_must_be_open_or_closed_are_checked(two_flows, solution):
    lines = replace(two_flows, forced_closed=(0,)).check(solution)
    assert "site 0 must be closed, and is open" in lines
    closed = replace(solution, option_open=np.array([False, True]))
    assert "site 0 must be open, and is closed" in replace(two_flows, forced_open=(0,)).check(closed)


def test_the_number_of_new_sites_is_checked(two_flows, solution):
    assert two_flows.with_new(0).check(solution) == ["1 new sites are open, expected 0 to 0"]


def test_a_site_is_not_built_in_two_ways_at_once(two_flows, solution):
    two_ways = replace(
        two_flows, option_site=[0, 1, 0], option_cost=[40.0, 0.0, 0.0], option_capacity=[[15.0], [5.0], [1.0]]
    )
    both = replace(solution, option_open=np.array([True, True, True]))
    assert "site 0 is built in 2 ways at once" in two_ways.check(both)


def test_many_violations_of_a_kind_are_counted(region):
    instance = region(200)
    solution = instance.solve()
    nothing_moves = replace(solution, share=np.zeros_like(solution.share), direct_share=np.zeros(200))
    assert "... and 195 more of the kind" in instance.check(nothing_moves)
