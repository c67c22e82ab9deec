"""What the check of a location says, requirement by requirement, of plans made by hand: no solver is asked."""

from dataclasses import dataclass, replace
from math import inf

import numpy as np
import pytest

from models import FacilityLocation, Solution, Status
from models.location import violations

INSTANCE = FacilityLocation(
    cost=[[1.0, 4.0], [2.0, inf], [3.0, 1.0]], fixed_cost=[10.0, 20.0], demand=[2.0, 3.0, 5.0], capacity=[5.0, 6.0]
)
TIERED = FacilityLocation(
    cost=[[1.0, 4.0]], fixed_cost=[[10.0, 15.0], [20.0, 30.0]], demand=[4.0], capacity=[[3.0, 8.0], [3.0, 8.0]]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan(Solution):
    open: np.ndarray
    assignment: np.ndarray
    share: np.ndarray
    tier: np.ndarray


def plan(**changes):
    """Return what is right: clients 0 and 1 at site 0, client 2 at site 1; 10 + 20 + 1 + 2 + 1 = 34."""
    usual = {
        "status": Status.OPTIMAL, "objective": 34.0, "bound": 34.0, "seconds": 0.0, "stopped": "",
        "open": [True, True], "assignment": [0, 0, 1], "share": [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]], "tier": [0, 0],
    } | changes  # fmt: skip
    arrays = {"open": bool, "assignment": int, "share": float, "tier": int}
    return Plan(**{name: np.array(v, dtype=arrays[name]) if name in arrays else v for name, v in usual.items()})


def tiered(**changes):
    """Return client 0 at site 0 in its large tier: 15 + 1."""
    usual = {"objective": 16.0, "bound": 16.0, "open": [True, False], "assignment": [0], "share": [[1.0, 0.0]]}
    return plan(**usual | {"tier": [1, -1]} | changes)


def said(changed, instance=INSTANCE):
    return violations.violations(instance, changed, 1e-6)


def test_the_plans_that_are_right_have_nothing_wrong():
    assert said(plan()) == []
    assert said(tiered(), TIERED) == []


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"objective": 35.0, "bound": 34.0}, ["the plan costs 34, and claims 35"]),
        ({"bound": 34.1}, ["the bound 34.1 lies above the value 34"]),
        ({"share": [[0.5, 0.0], [1.0, 0.0], [0.0, 1.0]], "objective": 33.5, "bound": 33.5},
         ["the shares of client 0 sum to 0.5, expected 1"]),
        ({"share": [[1.5, -0.5], [1.0, 0.0], [0.0, 1.0]], "objective": 32.5, "bound": 32.5},
         ["client 0 has a share below 0", "site 0 serves 6, room is 5"]),
        ({"assignment": [0, 0, 2]}, ["client 2 is assigned to 2, no site"]),
        ({"assignment": [-1, 0, 1]}, ["client 0 is assigned to -1, no site"]),
        ({"assignment": [1, 0, 1]}, ["client 0 is assigned to site 1, and another serves more of it"]),
        ({"open": [True, False], "objective": 14.0, "bound": 14.0},
         ["client 2 is served by site 1, which is not open"]),
        ({"share": [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]], "assignment": [0, 1, 1], "objective": inf, "bound": 34.0},
         ["client 1 cannot be served by site 1, and is", "site 1 serves 8, room is 6"]),
        ({"open": [True]}, ["open has shape (1,), expected (2,)"]),
        ({"tier": [0]}, ["tier has shape (1,), expected (2,)"]),
        ({"assignment": [0]}, ["assignment has shape (1,), expected (3,)"]),
        ({"share": [[1.0, 0.0]]}, ["share has shape (1, 2), expected (3, 2)"]),
    ],
)  # fmt: skip
def test_each_requirement_that_is_broken_is_named(changes, sentences):
    assert said(plan(**changes)) == sentences


@pytest.mark.parametrize(
    ("rules", "sentences"),
    [
        ({"min_open": 2, "max_open": 2}, []),
        ({"max_open": 1}, ["2 sites are open, expected 0 to 1"]),
        ({"max_open": 1, "min_open": 1}, ["2 sites are open, expected 1"]),
        ({"forced_open": (0, 1)}, []),
        ({"forced_closed": (1,)}, ["site 1 must be closed, and is open"]),
        ({"min_throughput": [6.0, 5.0]}, ["site 0 serves 5, expected at least 6 of an open site"]),
        ({"min_throughput": [5.0, 5.0]}, []),
        ({"capacity": [4.9, 6.0]}, ["site 0 serves 5, room is 4.9"]),
        ({"capacity": None}, []),
        ({"single_source": True}, []),
    ],
)
def test_each_rule_is_held_against_the_plan(rules, sentences):
    assert said(plan(), replace(INSTANCE, **rules)) == sentences


def test_a_site_that_must_be_open_and_is_not_is_named():
    assert "site 1 must be open, and is closed" in said(plan(open=[True, False]), replace(INSTANCE, forced_open=(1,)))
    idle = plan(open=[True, False], share=[[1, 0], [1, 0], [1, 0]], assignment=[0, 0, 0], objective=16.0, bound=16.0)
    assert said(idle, replace(INSTANCE, min_open=2, capacity=None)) == ["1 sites are open, expected 2"]


def test_a_closed_site_has_no_least():
    idle = plan(open=[True, False], share=[[1, 0], [1, 0], [1, 0]], assignment=[0, 0, 0], objective=16.0, bound=16.0)
    assert said(idle, replace(INSTANCE, capacity=None, min_throughput=[10.0, 9.0])) == []


def test_a_client_that_is_split_is_named_only_where_it_may_not_be():
    halves = plan(share=[[0.5, 0.5], [1, 0], [0, 1]], objective=35.5, bound=35.5)
    assert said(halves) == []
    assert said(halves, replace(INSTANCE, single_source=True)) == ["client 0 is split between sites"]


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"tier": [2, -1]}, ["site 0 has tier 2, and there are 2"]),
        ({"tier": [-1, -1]}, ["site 0 has tier -1, and is open"]),
        ({"tier": [1, 0]}, ["site 1 has tier 0, and is closed"]),
        ({"tier": [0, -1], "objective": 11.0, "bound": 11.0}, ["site 0 serves 4, room is 3"]),
    ],
)
def test_a_tier_agrees_with_its_site(changes, sentences):
    assert set(sentences) <= set(said(tiered(**changes), TIERED))


def test_what_rounding_leaves_is_taken_and_more_is_not():
    near = plan(share=[[1.0 - 4e-7, 4e-7], [1.0, 0.0], [0.0, 1.0]], objective=34.0)
    assert said(near) == []
    assert said(plan(share=[[1.0, -2e-6], [1, 0], [0, 1]])) != []
    assert said(plan(share=[[1.0 + 2e-6, 0.0], [1, 0], [0, 1]])) != []
    assert said(replace(plan(), objective=34.0 * (1 + 3e-6))) != []
    assert said(plan(), replace(INSTANCE, capacity=[5.0 - 1e-6, 6.0])) == []
    assert said(plan(), replace(INSTANCE, capacity=[5.0 - 1e-4, 6.0])) != []
    assert said(plan(), replace(INSTANCE, min_throughput=[5.0 + 1e-6, 0.0])) == []
    assert said(plan(), replace(INSTANCE, min_throughput=[5.0 + 1e-4, 0.0])) != []


def test_the_first_five_of_a_kind_are_listed():
    many = FacilityLocation(cost=np.zeros((8, 1)), fixed_cost=[0.0])
    none = plan(objective=0.0, bound=0.0, open=[True], tier=[0], assignment=[0] * 8, share=[[0.0]] * 8)
    told = said(none, many)
    assert told[-1] == "... and 3 more of the kind"
    assert len(told) == 6


@pytest.mark.parametrize(
    ("assignment", "sentences"),
    [
        ([0, 1], []),
        ([0, 2], ["client 1 is assigned to 2, no site"]),
        ([-1, 1], ["client 0 is assigned to -1, no site"]),
    ],
)
def test_a_client_without_a_site_is_named(assignment, sentences):
    one_each = plan(assignment=assignment)
    assert violations.nowhere(one_each, 2, 2) == sentences
    assert violations.nowhere(one_each, 3, 2) == ["assignment has shape (2,), expected (3,)"]


def test_a_client_whose_site_is_closed_or_out_of_reach_is_named():
    assert violations.unserved(plan(open=[True, False]), np.array([1.0, inf, 1.0])) == [
        "client 2 is served by site 1, which is not open",
        "client 1 cannot be served by site 0, and is",
    ]
