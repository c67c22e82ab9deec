"""Maximal covering's bound by groups of clients, and its annealing, against every plan of small instances."""

import numpy as np
import pytest
from oracles.credits import SITES, P, assert_searches_bound_the_best_plan, credit, leave_groups_and_overlaps, most

from models import MaxCover, Status
from models.covering.client_groups import groups_of, merged
from models.covering.credit import worth
from models.covering.credit_annealing import anneal, new_annealing
from models.covering.group_bound import GroupBound, first_prices, fits
from models.covering.lists import states_of


@pytest.mark.parametrize("forced", [((), ()), ((2,), (5,))])
def test_no_plan_earns_more_than_the_bound_by_groups_whatever_the_prices(forced):
    for seed in range(10):
        lists, state = credit(seed), states_of(SITES, *forced)
        best = most(lists, state)
        price = np.random.default_rng(seed).random(groups_of(lists, 3).site.size) * 9
        for count in (1, 3, 25):
            groups = groups_of(lists, count)
            work = GroupBound(groups, state, P, np.resize(price, groups.site.size))
            for _ in range(15):
                work.step(best)
                assert work.bound >= best


def test_one_group_of_all_clients_proves_the_best_plan():
    # at a price of p sites' worth the group chooses as the plan does, or the bound is not at its lowest
    lists, state = credit(1), states_of(SITES, (), ())
    groups = groups_of(lists, 1)
    work = GroupBound(groups, state, P, first_prices(groups, lists.weight / 2))
    while not work.is_settled:
        work.step(most(lists, state))
    assert work.bound < 1.02 * most(lists, state)


def test_groups_put_together_bound_no_worse_at_the_prices_added_up():
    for seed in range(10):
        lists, state = credit(seed), states_of(SITES, (), ())
        groups = groups_of(lists, 6)
        apart = GroupBound(groups, state, P, first_prices(groups, lists.weight / 2))
        apart.step(0.0)
        fewer, price = merged(lists, groups, apart.best_price)
        together = GroupBound(fewer, state, P, price)
        together.step(0.0)
        assert fewer.start.size < groups.start.size
        assert together.bound <= apart.bound * (1 + 1e-12)
        assert price.sum() == pytest.approx(apart.best_price.sum())


def test_every_client_stands_in_one_group_with_all_its_sites():
    lists = credit(4)
    groups = groups_of(lists, 5)
    assert sorted(groups.row) == list(range(lists.weight.size))
    for at, i in enumerate(groups.row):
        pairs = groups.pair[groups.pair_start[at] : groups.pair_start[at + 1]]
        assert sorted(groups.site[pairs]) == sorted(lists.site[lists.start[i] : lists.start[i + 1]])
        assert np.unique(np.searchsorted(groups.start, pairs, side="right")).size == 1


def test_groups_too_hard_are_told_and_bound_nothing():
    lists = credit(0)
    groups = groups_of(lists, 2)
    work = GroupBound(groups, states_of(SITES, (), ()), P, np.zeros(groups.site.size), most=3)
    work.step(0.0)
    assert work.is_hard
    assert work.bound == np.inf


def test_groups_do_not_know_parts_and_backups():
    assert fits(credit(0))
    assert not fits(credit(0, has_parts=True))
    assert not fits(credit(0, has_backup=True))


@pytest.mark.parametrize("has_backup", [False, True])
@pytest.mark.parametrize("has_parts", [False, True])
def test_annealing_knows_what_its_plans_earn_and_keeps_forced_sites(has_parts, has_backup):
    for seed in range(10):
        lists = credit(seed, has_parts=has_parts, has_backup=has_backup)
        state = states_of(SITES, (2,), (5,))
        flag = np.array([1, 1, 1, 0, 0, 0, 0, 0, 0], dtype=np.int8)
        begun = worth(lists, flag)
        work = new_annealing(lists, state, flag, seed)
        for temperature in (100.0, 10.0, 1.0, 0.1):
            anneal(lists, work, temperature, 50)
            assert work.value[0] == pytest.approx(worth(lists, work.flag))
            assert (work.flag[2], work.flag[5], work.flag.sum()) == (1, 0, P)
        assert work.value[1] == pytest.approx(worth(lists, work.best))
        assert begun <= work.value[1] <= most(lists, state) * (1 + 1e-12)
        assert work.value[1] == pytest.approx(most(lists, state))


@pytest.mark.parametrize("p", [0, SITES])
def test_annealing_without_a_choice_changes_nothing(p):
    lists, flag = credit(0), np.zeros(SITES, dtype=np.int8)
    flag[:p] = 1
    work = new_annealing(lists, states_of(SITES, (), ()), flag, 0)
    anneal(lists, work, 1.0, 10)
    assert work.flag.tolist() == flag.tolist()


def test_the_search_by_groups_alone_bounds_the_best_plan(monkeypatch):
    leave_groups_and_overlaps(monkeypatch)
    assert_searches_bound_the_best_plan(((2,), (5,)))


def test_whole_solve_of_overlapping_discs_is_proved():
    rng = np.random.default_rng(3)
    points, centres = rng.random((400, 2)), rng.random((40, 2))
    covers = np.linalg.norm(points[:, None] - centres, axis=2) < 0.2
    instance = MaxCover(covers=covers, weight=rng.integers(1, 101, 400), p=6)
    solution = instance.solve()
    assert solution.status is Status.OPTIMAL
    assert instance.check(solution) == []
