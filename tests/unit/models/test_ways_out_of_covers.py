"""Clashes and ways out of centers and covers, on instances small enough to be solved by eye."""

from dataclasses import replace

import numpy as np
import pytest

from models import Coverage, InstanceError, MaxCover, PCenter, SetCover, SolveOptions, Status, WayOut, WaysOut
from models.covering.requirements import of_most
from models.infeasible import Elastic

EXACT = SolveOptions(relative_gap=0.0)
INF = float("inf")
# two pairs of places, 1 apart within a pair, and no way from pair to pair
APART = PCenter(cost=[[0, 1, INF, INF], [1, 0, INF, INF], [INF, INF, 0, 1], [INF, INF, 1, 0]], p=1)
# client 0 is covered by sites 0 and 1, client 1 by site 1, client 2 by none
SOME = SetCover(covers=[[True, True], [False, True], [False, False]], cost=[1, 5])


def told(way):
    return {one.name: one.amount for one in way.relaxations}


def test_a_feasible_instance_has_no_clash_and_needs_no_way_out():
    for instance in (
        replace(APART, p=2), SetCover(covers=[[True]]), MaxCover(covers=[[False, True]], p=1, forced_closed=[1]),
    ):  # fmt: skip
        assert instance.clashes().status is instance.ways_out().status is Status.FEASIBLE
        assert len(instance.clashes()) == len(instance.ways_out()) == 0


def test_one_center_for_two_places_apart_is_named_with_a_client_of_each():
    (clash,) = APART.clashes()
    assert clash.is_irreducible
    clients = {name[1] // 2 for name in clash.requirements if name[0] == "served"}
    assert ("p", "more") in clash.requirements
    assert (len(clash.requirements), clients) == (3, {0, 1})


def test_one_center_more_is_cheaper_than_to_give_up_two_clients():
    ways = APART.ways_out(EXACT, k=3)
    assert ways.status is Status.INFEASIBLE
    assert told(ways.ways[0]) == {("p", "more"): 1.0}
    assert {frozenset(told(way)) for way in ways.ways[1:]} == {
        frozenset({("served", 0), ("served", 1)}),
        frozenset({("served", 2), ("served", 3)}),
    }
    assert [way.price for way in ways] == [1.0, 2.0, 2.0]
    assert [way.objective for way in ways] == [1.0, 1.0, 1.0]


def test_a_client_given_up_is_left_out_of_the_center_with_its_weight():
    heavy = replace(APART, weight=[1, 2, 3, 4])
    (way,) = heavy.ways_out(EXACT, k=1, prices={("served", 0): 1.0, ("served", 1): 1.0})
    after = heavy.relaxed(way)
    assert after.cost.tolist() == [[INF, INF, 0, 1], [INF, INF, 1, 0]]
    assert after.weight.tolist() == [3, 4]
    assert after.solve(EXACT).objective == way.objective == 3.0


def test_a_client_that_nobody_covers_is_left_out():
    (clash,) = SOME.clashes()
    assert clash.requirements == (("covered", 2),)
    (way,) = SOME.ways_out(EXACT)
    assert told(way) == {("covered", 2): 1.0}
    after = SOME.relaxed(way)
    assert after.covers.shape == (2, 2)
    assert after.solve(EXACT).objective == way.objective == 5.0


def test_clients_after_one_that_is_given_up_are_numbered_anew():
    covers = Coverage(client=[0, 2, 2], site=[1, 0, 1], shape=(3, 2))
    (way,) = SetCover(covers=covers).ways_out(EXACT)
    after = SetCover(covers=covers).relaxed(way)
    assert (after.covers.client.tolist(), after.covers.site.tolist(), after.covers.shape) == (
        [0, 1, 1],
        [1, 0, 1],
        (2, 2),
    )


def test_a_site_forced_closed_is_opened_where_that_is_cheaper_than_the_client():
    instance = SetCover(covers=[[True, False]], cost=[4, 1], forced_closed=[0])
    first, second = instance.ways_out(EXACT, prices={"covered": 3.0, "forced_closed": 2.0})
    assert (told(first), first.price, first.objective) == ({("forced_closed", 0): 1.0}, 2.0, 4.0)
    assert (told(second), second.price, second.objective) == ({("covered", 0): 1.0}, 3.0, 0.0)
    assert instance.relaxed(second).covers.shape == (0, 2)


def test_more_sites_forced_than_allowed_clash_in_maximal_covering():
    instance = MaxCover(covers=np.eye(3), weight=[1, 2, 4], p=1, forced_open=[0, 1])
    (clash,) = instance.clashes()
    assert set(clash.requirements) == {("p", "more"), ("forced_open", 0), ("forced_open", 1)}
    ways = {frozenset(told(way)): way.objective for way in instance.ways_out(EXACT)}
    assert ways == {
        frozenset({("p", "more")}): 3.0, frozenset({("forced_open", 0)}): 2.0, frozenset({("forced_open", 1)}): 1.0,
    }  # fmt: skip


def test_more_sites_asked_for_than_there_are_is_so_many_fewer():
    for instance in (MaxCover(covers=np.eye(2), p=7), PCenter(cost=[[0, 1]], p=7)):
        (clash,) = instance.clashes()
        assert clash.requirements == (("p", "fewer"),)
        (way,) = instance.ways_out(EXACT)
        assert told(way) == {("p", "fewer"): 5.0}
        assert instance.relaxed(way).p == 2
        assert instance.relaxed(way).solve(EXACT).has_plan


def test_a_way_out_whose_best_plan_is_not_known_covers_nothing_yet_and_perhaps_everything():
    late = WayOut(relaxations=(), price=1.0, price_bound=1.0, objective=INF, bound=-INF, status=Status.NO_SOLUTION)
    known = replace(late, objective=3.0, bound=4.0, status=Status.FEASIBLE)
    ways = WaysOut(status=Status.INFEASIBLE, ways=(known, late), is_complete=False, seconds=1.0, stopped="time limit")
    assert [(way.objective, way.bound) for way in of_most(ways)] == [(3.0, 4.0), (-INF, INF)]


def test_a_limit_on_what_gives_way_is_kept():
    assert len(APART.ways_out(EXACT, prices={"served": Elastic(price=1.0, limit=0.5)})) == 0
    (way,) = APART.ways_out(EXACT, prices={"p": Elastic(price=1.0, limit=1)})
    assert told(way) == {("p", "more"): 1.0}


@pytest.mark.parametrize("instance", [APART, SOME, MaxCover(covers=np.eye(3), p=9)], ids=lambda one: type(one).__name__)
def test_a_price_of_what_is_no_requirement_is_refused(instance):
    with pytest.raises(InstanceError, match=r"prices has a price of 'capacity'; expected .*forced_open, forced_closed"):
        instance.ways_out(prices={"capacity": 1.0})
