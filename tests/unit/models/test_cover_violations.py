"""What the checks of covers, centers and medians say of plans made by hand: no solver is asked."""

from dataclasses import replace
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest

from models import MaxCover, PCenter, PMedian, SetCover
from models.faults import lines, shapes, value

# --- the most weight: site 0 covers half of client 0 and client 1, site 1 client 0, site 2 client 2

MOST = MaxCover(covers=[[0.5, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]], weight=[4, 2, 1], p=2,
                backup_weight=[2, 0, 0])  # fmt: skip


def covering(**changes):
    """Return sites 0 and 1: 4 + 2, and half of client 0 a second time."""
    usual = {"open": np.array([True, True, False]), "assignment": np.array([1, 0, -1]),
             "covered": np.array([1.0, 1.0, 0.0]), "backup": np.array([0.5, 0.0, 0.0]),
             "objective": 7.0, "bound": 7.0}  # fmt: skip
    return SimpleNamespace(**usual | changes)


@pytest.mark.parametrize(
    ("rules", "changes", "sentences"),
    [
        ({}, {}, []),
        ({"p": 1}, {}, ["2 sites are open, expected 1"]),
        ({"p": 3}, {}, ["2 sites are open, expected 3"]),
        ({"forced_open": (2,)}, {}, ["site 2 must be open, and is closed"]),
        ({"forced_closed": (0,)}, {}, ["site 0 must be closed, and is open"]),
        ({}, {"covered": np.array([0.5, 1.0, 0.0])}, ["of client 0 the part 1 is covered, not 0.5"]),
        ({}, {"covered": np.array([1.0, 1.0, 1.0])}, ["of client 2 the part 0 is covered, not 1"]),
        ({}, {"covered": np.array([1.0 - 5e-7, 1.0, 0.0])}, []),
        ({}, {"backup": np.array([0.0, 0.0, 0.0])}, ["of client 0 the part 0.5 is covered twice, not 0"]),
        ({}, {"backup": np.array([0.5, 1.0, 0.0])}, ["of client 1 the part 0 is covered twice, not 1"]),
        ({}, {"backup": np.array([0.5 + 5e-7, 0.0, 0.0])}, []),
        ({}, {"assignment": np.array([0, 0, -1])},
         ["client 0 is assigned to 0, no open site that covers most of it"]),
        ({}, {"assignment": np.array([2, 0, -1])},
         ["client 0 is assigned to 2, no open site that covers most of it"]),
        ({}, {"assignment": np.array([1, 0, 2])}, []),  # it is closed: nothing is covered, and nothing claimed
        ({}, {"objective": 6.0, "bound": 6.0}, ["the plan covers 7, and claims 6"]),
        ({}, {"objective": 7.0 * (1 + 5e-7)}, []),
        ({}, {"bound": 6.9}, ["the bound 6.9 lies below the value 7"]),
        ({}, {"bound": 7.0 - 5e-6}, []),
        ({}, {"bound": 9.0}, []),
        ({}, {"bound": np.nan}, ["the bound nan lies below the value 7"]),
        ({}, {"open": np.array([True]), "backup": np.zeros(2)},
         ["open has shape (1,), expected (3,)", "backup has shape (2,), expected (3,)"]),
        ({}, {"assignment": np.zeros(2, dtype=int), "covered": np.zeros(1)},
         ["assignment has shape (2,), expected (3,)", "covered has shape (1,), expected (3,)"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cover_of_most_weight_is_said(rules, changes, sentences):
    assert replace(MOST, **rules).check(covering(**changes)) == sentences
    assert MOST.price(covering()) == 7.0


def test_a_cover_of_nothing_is_worth_nothing_up_to_dust():
    none = {"open": np.array([False] * 3), "assignment": np.full(3, -1), "covered": np.zeros(3), "backup": np.zeros(3)}
    bare = replace(MOST, p=0)
    assert bare.check(covering(**none, objective=5e-13, bound=5e-13)) == []
    assert bare.check(covering(**none, objective=2e-12, bound=1.0)) == ["the plan covers 0, and claims 2e-12"]


# --- all clients at least cost

ALL = SetCover(covers=[[True, False, True], [True, True, False], [False, True, True]], cost=[1, 2, 4])


def cover(**changes):
    usual = {"open": np.array([True, True, False]), "assignment": np.array([0, 0, 1]), "objective": 3.0, "bound": 3.0}
    return SimpleNamespace(**usual | changes)


@pytest.mark.parametrize(
    ("rules", "changes", "sentences"),
    [
        ({}, {}, []),
        ({}, {"assignment": np.array([0, 1, 1])}, []),
        ({}, {"assignment": np.array([1, 0, 1])}, ["client 0 is not covered by an open site 1"]),
        ({}, {"assignment": np.array([0, 0, 2])}, ["client 2 is not covered by an open site 2"]),
        ({}, {"assignment": np.array([0, 0, -1])}, ["client 2 is not covered by an open site -1"]),
        ({"forced_open": (2,)}, {}, ["site 2 must be open, and is closed"]),
        ({"forced_closed": (1,)}, {}, ["site 1 must be closed, and is open"]),
        ({}, {"open": np.array([True] * 3), "objective": 7.0}, []),
        ({}, {"open": np.array([False] * 3), "objective": 0.0, "bound": 0.0},
         [f"client {i} is not covered by an open site {at}" for i, at in ((0, 0), (1, 0), (2, 1))]),
        ({}, {"objective": 4.0}, ["the plan costs 3, and claims 4"]),
        ({}, {"bound": 3.1}, ["the bound 3.1 lies above the value 3"]),
        ({}, {"open": np.array([True]), "assignment": np.zeros(2, dtype=int)},
         ["open has shape (1,), expected (3,)", "assignment has shape (2,), expected (3,)"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_cover_of_all_is_said(rules, changes, sentences):
    assert replace(ALL, **rules).check(cover(**changes)) == sentences
    assert ALL.price(cover()) == 3.0


# --- each client at its site: the largest cost, or the sum

COST = [[1.0, 4.0, 9.0], [2.0, inf, 9.0], [3.0, 1.0, 9.0]]
WEIGHT = [2.0, 1.0, 3.0]


def served(**changes):
    usual = {"open": np.array([True, True, False]), "assignment": np.array([0, 0, 1])}
    return SimpleNamespace(**usual | changes)


BROKEN = [
    ({}, {}, []),
    ({"p": 1}, {}, ["2 sites are open, expected 1"]),
    ({"p": 3}, {}, ["2 sites are open, expected 3"]),
    ({"forced_open": (2,)}, {}, ["site 2 must be open, and is closed"]),
    ({"forced_closed": (0,)}, {}, ["site 0 must be closed, and is open"]),
    ({}, {"assignment": np.array([0, 0, 3])}, ["client 2 is assigned to 3, no site"]),
    ({}, {"assignment": np.array([-1, 0, 1])}, ["client 0 is assigned to -1, no site"]),
    ({}, {"open": np.array([True]), "assignment": np.zeros(2, dtype=int)},
     ["open has shape (1,), expected (3,)", "assignment has shape (2,), expected (3,)"]),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "changes", "sentences"), BROKEN)
@pytest.mark.parametrize(("model", "worth"), [(PCenter, 3.0), (PMedian, 7.0)])
def test_what_is_wrong_with_sites_and_who_goes_to_them_is_said(model, worth, rules, changes, sentences):
    instance = model(cost=COST, weight=WEIGHT, p=2)
    assert replace(instance, **rules).check(served(objective=worth, bound=worth, **changes)) == sentences
    assert instance.price(served()) == worth


@pytest.mark.parametrize(("model", "worth", "elsewhere"), [(PCenter, 3.0, 9.0), (PMedian, 7.0, 13.0)])
def test_what_the_clients_pay_is_held_against_what_is_claimed(model, worth, elsewhere):
    instance = model(cost=COST, weight=WEIGHT, p=2)
    dear = f"the plan costs {worth:g}, and claims {worth + 1:g}"
    assert instance.check(served(objective=worth + 1, bound=worth)) == [dear]
    high = f"the bound {worth + 1:g} lies above the value {worth:g}"
    assert instance.check(served(objective=worth, bound=worth + 1)) == [high]
    other = served(assignment=np.array([0, 0, 0]), objective=elsewhere, bound=0.0)
    assert instance.check(other) == []
    shut = served(open=np.array([False, True, True]), objective=worth, bound=worth)
    assert instance.check(shut) == [f"client {i} is served by site 0, which is not open" for i in (0, 1)]


@pytest.mark.parametrize("model", [PCenter, PMedian])
def test_a_client_goes_where_it_can_be_served(model):
    lost = served(assignment=np.array([0, 1, 1]), objective=inf, bound=0.0)
    assert model(cost=COST, weight=WEIGHT, p=2).check(lost) == ["client 1 cannot be served by site 1, and is"]
    none = served(assignment=np.array([0, -1, 1]))
    assert model(cost=COST, weight=WEIGHT, p=2).price(none) == inf
    nobody = SimpleNamespace(open=np.array([True, True, False]), assignment=np.zeros(0, dtype=int))
    assert model(cost=np.zeros((0, 3)), weight=[], p=2).price(nobody) == 0.0


def test_a_median_of_points_is_priced_by_their_distances():
    plane = PMedian(points=[[0.0, 0.0], [3.0, 4.0], [3.0, 0.0]], weight=[1.0, 2.0, 1.0], p=1)
    plan = {"open": np.array([False, True, False]), "assignment": np.array([1, 1, 1]), "bound": 0.0}
    assert plane.check(SimpleNamespace(**plan, objective=9.0)) == []
    assert plane.check(SimpleNamespace(**plan, objective=8.0)) == ["the plan costs 9, and claims 8"]


# --- the sentences themselves


def test_the_first_five_entries_of_a_kind_are_said_and_the_rest_counted():
    def say(at):
        return f"entry {at}"

    assert lines(np.array([False, True, True]), say) == ["entry 1", "entry 2"]
    assert lines(np.ones(5, dtype=bool), say) == [f"entry {at}" for at in range(5)]
    assert lines(np.ones(6, dtype=bool), say) == [*(f"entry {at}" for at in range(5)), "... and 1 more of the kind"]


@pytest.mark.parametrize(
    ("price", "objective", "bound", "sentences"),
    [
        (10.0, 10.0, 10.0, []),
        (10.0, 10.0 + 5e-6, 0.0, []),
        (10.0, 10.0 + 2e-5, 0.0, ["the plan costs 10, and claims 10.00002"]),
        (0.0, 5e-13, 0.0, []),
        (0.0, 2e-12, 0.0, ["the plan costs 0, and claims 2e-12"]),
        (-10.0, -10.0, -10.0 + 5e-6, []),
        (-10.0, -10.0, -9.0, ["the bound -9 lies above the value -10"]),
        (10.0, 10.0, 10.0 + 2e-5, ["the bound 10.00002 lies above the value 10"]),
        (10.0, 10.0, np.nan, ["the bound nan lies above the value 10"]),
        (np.nan, 10.0, 0.0, ["the plan costs nan, and claims 10"]),
        (inf, inf, 0.0, []),
    ],
)
def test_value_and_bound_are_held_to_what_the_plan_costs(price, objective, bound, sentences):
    assert value(price, SimpleNamespace(objective=objective, bound=bound), 1e-6) == sentences


def test_a_coarser_dust_takes_more_for_nothing():
    assert value(0.0, SimpleNamespace(objective=0.5, bound=0.0), 1e-6, dust=1.0) == []


def test_arrays_of_another_shape_are_named_each():
    plan = SimpleNamespace(a=np.zeros(2), b=np.zeros((2, 3)))
    assert shapes(plan, {"a": (2,), "b": (2, 3)}) == []
    assert shapes(plan, {"a": (3,), "b": (3, 2)}) == [
        "a has shape (2,), expected (3,)", "b has shape (2, 3), expected (3, 2)"
    ]  # fmt: skip
