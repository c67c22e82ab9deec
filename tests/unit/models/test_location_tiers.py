"""Capacity tiers and minimum throughput of facility location, by eye."""

from dataclasses import replace

import numpy as np
import pytest

from models import FacilityLocation, InstanceError, SolveOptions, Status
from models.location import answers
from models.location.tiers import clones_of

EXACT = SolveOptions(relative_gap=0.0)
# two clients of 4, two sites of a small tier (5 for 10) and a large one (8 for 14)
TIERS = FacilityLocation(
    cost=[[1, 3], [3, 1]], fixed_cost=[[10, 14], [10, 14]], demand=[4, 4], capacity=[[5, 8], [5, 8]]
)


@pytest.fixture(params=["auto", "mip"])
def options(request):
    return replace(EXACT, engine=request.param)


def test_one_large_site_is_cheaper_than_two_small_ones(options):
    # large at site 0: 14 + 1 + 3 = 18; small at both: 20 + 1 + 1 = 22
    solution = TIERS.solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 18.0)
    assert sorted(solution.tier.tolist()) == [-1, 1]
    assert TIERS.check(solution) == []
    assert TIERS.price(solution) == 18.0


def test_two_sites_take_the_small_tier(options):
    solution = replace(TIERS, min_open=2).solve(options)
    assert solution.objective == 22.0
    assert solution.tier.tolist() == [0, 0]


def test_both_tiers_of_a_site_are_not_opened_at_once(options):
    # 8 to serve; the tiers of one site, 3 for 1 and 5 for 1, are never both open: both sites, 5 and 3
    instance = replace(TIERS, capacity=[[3, 5], [3, 5]], fixed_cost=[[1, 1], [1, 1]])
    solution = instance.solve(options)
    assert solution.open.all()
    assert instance.check(solution) == []
    # client 1 of 4 at its own site, client 0 too
    assert solution.objective == 4.0
    alone = replace(instance, forced_closed=[1]).solve(options)
    assert alone.status is Status.INFEASIBLE
    assert alone.tier.tolist() == [-1, -1]


# both tiers of site 0 would hold 8 for 3; one holds 5 for 2, and site 1 opens for 50: client 0 costs 1, of client 1
# three quarters 0.75 at site 1, and a quarter 0.75 at site 0
DEAR = replace(TIERS, capacity=[[3, 5], [3, 5]], fixed_cost=[[1, 2], [50, 51]])


def test_a_site_that_would_need_two_tiers_at_once_is_joined_by_a_dearer_one(options):
    solution = DEAR.solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(54.5))
    assert DEAR.check(solution) == []


# each of two sites needs 6 of 8: one alone costs 1 + 1 + 3 = 5, and both together, less than allowed, 4
IDLE = FacilityLocation(cost=[[1, 3], [3, 1]], fixed_cost=[1, 1], demand=[4, 4], min_throughput=[6, 6])


def test_an_interruption_of_the_program_leaves_the_plan_so_far_and_the_bound_of_the_easier_one(monkeypatch):
    programs, solve = [], answers._by_mip

    def first_only(*asked):
        programs.append(asked)
        if len(programs) > 1:
            raise KeyboardInterrupt
        return solve(*asked)

    monkeypatch.setattr(answers, "_by_mip", first_only)
    solution = IDLE.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.FEASIBLE, "interrupted")
    assert (solution.objective, solution.bound) == (5.0, pytest.approx(4.0))
    assert IDLE.check(solution) == []


@pytest.mark.parametrize("instance", [IDLE, DEAR])
def test_an_interruption_before_a_plan_that_is_allowed_leaves_none(monkeypatch, instance):
    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(answers, "_by_mip", interrupt)
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped, solution.objective) == (Status.NO_SOLUTION, "interrupted", np.inf)


def test_an_interruption_of_the_easier_instance_leaves_its_bound(monkeypatch):
    solve = answers.solve

    def interrupted(instance, options):
        found = solve(instance, options)
        return found if instance is IDLE else replace(found, status=Status.FEASIBLE, stopped="interrupted")

    monkeypatch.setattr(answers, "solve", interrupted)
    solution = IDLE.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.NO_SOLUTION, "interrupted")
    assert solution.bound == pytest.approx(4.0)


def test_whole_clients_need_a_tier_that_fits(options):
    instance = FacilityLocation(
        cost=[[1], [1]], fixed_cost=[[1, 2, 9]], demand=[4, 3], capacity=[[4, 6.5, 7]], single_source=True
    )
    assert instance.solve(options).tier.tolist() == [2]


def test_without_tiers_an_open_site_has_tier_0():
    solution = FacilityLocation(cost=[[1, 5], [4, 1]], fixed_cost=[3, 2], max_open=1).solve()
    assert solution.tier.tolist() == [0, -1]


def test_a_site_with_too_little_to_do_stays_closed(options):
    # both open: 1 + 1 + 2 = 4, but each needs 6 of 8: one serves all, 1 + 3 + 1 = 5
    instance = FacilityLocation(cost=[[1, 3], [3, 1]], fixed_cost=[1, 1], demand=[4, 4], min_throughput=[6, 6])
    solution = instance.solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 5.0)
    assert instance.check(solution) == []


def test_a_forced_site_draws_the_freight_it_needs(options):
    # site 1 forced open with 6: all of client 1 and half of client 0: 1 + (1 + 3) / 2 + 2 = 5
    instance = FacilityLocation(
        cost=[[1, 3], [3, 1]], fixed_cost=[1, 1], demand=[4, 4], min_throughput=[0, 6], forced_open=[0, 1]
    )
    solution = instance.solve(options)
    assert solution.objective == pytest.approx(5.0)
    assert solution.share[0].tolist() == pytest.approx([0.5, 0.5])


def test_forced_sites_that_need_more_than_there_is(options):
    instance = FacilityLocation(cost=[[1, 3]], fixed_cost=[1, 1], min_throughput=[1, 1], forced_open=[0, 1])
    solution = instance.solve(options)
    assert solution.status is Status.INFEASIBLE
    assert solution.stopped == (
        "infeasible: the sites forced open must serve 2 in all, and all clients together need 1"
    )


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"forced_open": [1]}, "site 1 is forced open, and has no room for the throughput it must have"),
        (
            {"forced_open": [1], "capacity": [[5, 8], [5, 9]]},
            "site 1 must serve 9, and the clients it can serve need 8",
        ),
        (
            {"forced_open": [1], "min_throughput": [0, 6], "cost": [[1, np.inf], [3, 1]]},
            "site 1 must serve 6, and the clients it can serve need 4",
        ),
        (
            {"min_throughput": [8.5, 9], "capacity": [[5, 9], [5, 8]]},
            "every site that may be open must serve more than it can: site 0 at least 8.5",
        ),
        ({"min_throughput": [9, 9], "forced_closed": [0]}, "site 1 at least 9"),
    ],
)
def test_a_site_that_must_serve_more_than_it_can_is_named(changes, reason, options):
    # 8 to serve; the large tier holds 8
    instance = replace(TIERS, **({"min_throughput": [0, 9]} | changes))
    solution = instance.solve(options)
    assert solution.status is Status.INFEASIBLE
    assert solution.stopped.startswith("infeasible: ")
    assert solution.stopped.endswith(reason)


def test_check_sees_a_wrong_tier_and_too_little_throughput():
    instance = replace(TIERS, min_throughput=[9, 0])
    solution = TIERS.solve()
    swapped = replace(
        solution,
        open=np.array([True, False]),
        tier=np.array([0, -1]),
        share=np.array([[1.0, 0.0], [1.0, 0.0]]),
        objective=14.0,
        bound=14.0,
    )
    assert instance.check(swapped) == [
        "site 0 serves 8, room is 5",
        "site 0 serves 8, expected at least 9 of an open site",
    ]
    assert TIERS.check(replace(swapped, tier=np.array([2, -1]), objective=18.0))[0] == (
        "site 0 has tier 2, and there are 2"
    )
    assert TIERS.check(replace(swapped, tier=np.array([1, 1]), objective=32.0))[0] == (
        "site 1 has tier 1, and is closed"
    )


def test_a_pair_priced_to_stand_for_never_hides_no_cheaper_plan(options):
    # 9e0 to 27e0 beside 1e10: a solver's tolerances for the dear pairs are larger than what plans differ by
    instance = FacilityLocation(
        cost=[[18, 1e10, 18], [1e10, 1e10, 16], [17, 9, 27]],
        fixed_cost=[[9, 6], [9, 10], [6, 3]],
        demand=[4, 1, 3],
        capacity=[[8, 11], [6, 6], [8, 12]],
        single_source=True,
        min_throughput=[0, 4, 4],
    )
    # sites 0 and 2: 18 + 16 + 17 and 6 + 3
    for asked in (options, replace(options, relative_gap=1e-4)):
        solution = instance.solve(asked)
        assert (solution.status, solution.objective) == (Status.OPTIMAL, 60.0)
        assert solution.bound <= 60.0


def test_tiers_that_another_undercuts_are_not_looked_at():
    instance = FacilityLocation(cost=[[1]], fixed_cost=[[5, 4, 5, 9]], demand=[2], capacity=[[3, 3, 2, 4]])
    assert clones_of(instance).tier.tolist() == [1, 3]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"capacity": None}, "capacity is None; expected capacity"),
        ({"capacity": [5, 8]}, r"capacity has shape \(2,\); expected \(2, 2\)"),
        ({"fixed_cost": [[], []], "capacity": [[], []]}, "at least one tier"),
        ({"fixed_cost": [[1, 2]]}, r"fixed_cost has shape \(1, 2\); expected \(2, 2\)"),
        ({"fixed_cost": [[1, 2], [np.nan, 2]]}, r"fixed_cost\[1, 0\] is nan"),
        ({"capacity": [[1, 2], [-1, 2]]}, r"capacity\[1, 0\] is -1"),
        ({"min_throughput": [1]}, r"min_throughput has shape \(1,\)"),
        ({"min_throughput": [1, np.inf]}, r"min_throughput\[1\] is inf"),
    ],
)
def test_tiers_without_meaning_are_refused(wrong, words):
    with pytest.raises(InstanceError, match=words):
        replace(TIERS, **wrong)


def test_a_set_of_sites_is_one_alternative_in_its_best_tiers():
    # site 0 serves both for 1 + 1 in its wide tier, 3; site 1 for 2 + 2 in its, 2; both one each, 1 + 2, for 1 + 1
    instance = FacilityLocation(
        cost=[[1, 2], [1, 2]], fixed_cost=[[1, 3], [1, 2]], demand=[2, 2], capacity=[[2, 4], [2, 4]]
    )
    found = instance.alternatives(within=np.inf, options=SolveOptions(relative_gap=0.0))
    assert [one.objective for one in found] == [5.0, 5.0, 6.0]
    told = {tuple(one.tier.tolist()): one.objective for one in found}
    assert told == {(0, 0): 5.0, (1, -1): 5.0, (-1, 1): 6.0}


def test_a_site_forced_open_at_a_loss_is_in_every_alternative():
    # site 0 costs 5 and takes 1 of the client's 2 at least, for 4.5; the others serve for nothing
    instance = FacilityLocation(
        cost=[[9, 0, 0]], fixed_cost=[5, 1, 2], demand=[2], min_throughput=[1, 0, 0], forced_open=[0]
    )
    found = instance.alternatives(within=np.inf, options=SolveOptions(relative_gap=0.0))
    told = {tuple(np.flatnonzero(one.open).tolist()): one.objective for one in found}
    assert told == pytest.approx({(0, 1): 10.5, (0, 2): 11.5, (0, 1, 2): 12.5, (0,): 14.0})


def test_an_infinite_tier_has_room_for_all(options):
    instance = replace(TIERS, capacity=[[5, np.inf], [5, 8]])
    assert instance.solve(options).objective == 18.0
    nothing = replace(TIERS, cost=np.zeros((0, 2)), demand=[])
    assert nothing.solve(options).objective == 0.0


def test_a_site_without_clients_cannot_serve_its_least(options):
    # nobody is there: only site 1 may stand idle
    instance = FacilityLocation(
        cost=np.zeros((0, 2)), fixed_cost=[1.0, 7.0], demand=[], min_open=1, min_throughput=[9.0, 0.0]
    )
    assert instance.solve(options).open.tolist() == [False, True]
    assert replace(instance, min_open=2).solve(options).status is Status.INFEASIBLE
