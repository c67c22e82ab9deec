"""Each engine of location by itself: bounds hold, fixing loses nothing, interchange ends where no swap pays."""

from itertools import combinations

import numpy as np
import pytest

from models.heuristics.interchange import begin, best_with, improve, new_open, put, take
from models.heuristics.kicks import kick, new_kicks
from models.location.task import are_whole, rules_of
from models.relaxation.fixing import fix, settle, without
from models.relaxation.lists import full_lists
from models.relaxation.points import along_a_snake, point_lists
from models.relaxation.radius import radius_program
from models.relaxation.subgradient import BEST, CLOSED, FREE, OPEN, ascend, new_dual
from models.solver import Solver


def drawn(seed, clients=12, sites=8, p=3):
    cost = np.random.default_rng(seed).integers(0, 30, (clients, sites)).astype(float)
    return cost, full_lists(cost), rules_of(np.zeros(sites), (p, p), (), ())


def price(cost, chosen):
    return cost[:, list(chosen)].min(axis=1).sum()


def cheapest(cost, p):
    return min(price(cost, chosen) for chosen in combinations(range(cost.shape[1]), p))


def climbed(lists, rules, target):
    dual = new_dual(lists.cost[lists.start[:-1] + 2].copy(), rules.state.size, 1.0)
    ascend(lists, rules, dual, target, 200)
    return dual


@pytest.mark.parametrize("seed", range(20))
def test_the_lagrangian_bound_is_never_above_the_cheapest_plan(seed):
    cost, lists, rules = drawn(seed)
    best = cheapest(cost, 3)
    dual = climbed(lists, rules, 2.0 * best)  # a target out of reach
    assert dual.mark[BEST] <= best
    assert dual.mark[BEST] > 0.7 * best


@pytest.mark.parametrize("seed", range(20))
def test_fixing_keeps_every_plan_below_the_threshold(seed):
    cost, lists, rules = drawn(seed)
    best = cheapest(cost, 3)
    dual = climbed(lists, rules, best)
    threshold = best + 3.0
    fix(rules, dual, threshold)
    for chosen in combinations(range(8), 3):
        if price(cost, chosen) < threshold:
            assert all(rules.state[site] != CLOSED for site in chosen)
            assert set(np.flatnonzero(rules.state == OPEN)) <= set(chosen)


@pytest.mark.parametrize("seed", range(10))
def test_the_radius_program_has_the_cheapest_plan_of_all(seed):
    cost, lists, rules = drawn(seed)
    best = cheapest(cost, 3)
    with Solver() as solver:
        outcome = solver.mip(radius_program(lists, rules, np.full(12, np.inf)))
        assert outcome.objective == pytest.approx(best)
        if seed == 0:  # with site 1 open for sure
            rules.state[1] = OPEN
            outcome = solver.mip(radius_program(lists, rules, np.full(12, np.inf)))
            forced = min(price(cost, (1, *others)) for others in combinations([0, 2, 3, 4, 5, 6, 7], 2))
            assert outcome.objective == pytest.approx(forced)


@pytest.mark.parametrize("seed", range(10))
def test_interchange_ends_where_no_swap_pays(seed):
    cost, lists, rules = drawn(seed, 30, 12)
    plan = new_open(30, 12)
    begin(lists, rules, plan, np.array([1] * 3 + [0] * 9, dtype=np.int8))
    improve(lists, rules, plan, 1000)
    chosen = set(np.flatnonzero(plan.flag).tolist())
    assert plan.value[0] == pytest.approx(price(cost, chosen))
    for out in chosen:
        for into in set(range(12)) - chosen:
            assert price(cost, chosen - {out} | {into}) >= plan.value[0] - 1e-9


@pytest.mark.parametrize("seed", range(5))
def test_gain_and_loss_are_what_a_swap_changes(seed):
    cost, lists, rules = drawn(seed, 30, 12)
    plan = new_open(30, 12)
    begin(lists, rules, plan, np.array([1] * 3 + [0] * 9, dtype=np.int8))
    before = price(cost, (0, 1, 2))
    for into in range(3, 12):
        saved, out = best_with(lists, rules, plan, into)
        swapped = [price(cost, {0, 1, 2} - {site} | {into}) for site in (0, 1, 2)]
        assert saved == pytest.approx(before - min(swapped))
        assert before - swapped[out] == pytest.approx(saved)


def test_opening_and_closing_leave_the_plan_as_it_was():
    _, lists, rules = drawn(0, 30, 12)
    plan, fresh = new_open(30, 12), new_open(30, 12)
    for one in (plan, fresh):
        begin(lists, rules, one, np.array([1] * 3 + [0] * 9, dtype=np.int8))
    put(lists, rules, plan, 7)
    take(lists, rules, plan, 7)
    assert plan.value[0] == pytest.approx(fresh.value[0])
    assert plan.first_cost == pytest.approx(fresh.first_cost)
    assert plan.second_cost == pytest.approx(fresh.second_cost)
    assert plan.loss[:3] == pytest.approx(fresh.loss[:3])


def test_kicks_never_lose_the_record_and_keep_the_count():
    _, lists, rules = drawn(3, 60, 40, 5)
    plan, state = new_open(60, 40), new_kicks(40, 1)
    begin(lists, rules, plan, np.array([1] * 5 + [0] * 35, dtype=np.int8))
    first = plan.value[0]
    state.record[1] = 0.05
    kick(lists, rules, plan, state, 10, 200)
    assert state.record[0] <= first
    assert plan.flag.sum() == state.best.sum() == 5


def test_lists_without_closed_sites_hold_the_others_in_order():
    cost, lists, _ = drawn(1)
    keep = np.array([1, 4, 6])
    fewer, fresh = without(lists, keep), full_lists(cost[:, keep])
    assert np.array_equal(fewer.cost, fresh.cost)
    assert np.array_equal(fewer.site_cost, fresh.site_cost)


def test_numbers_that_leave_no_choice_decide_the_rest():
    rules = rules_of(np.zeros(4), (2, 2), (0, 1), ())
    assert settle(rules) == 0
    assert rules.state.tolist() == [OPEN, OPEN, CLOSED, CLOSED]
    rules = rules_of(np.zeros(4), (3, 3), (), (0,))
    assert settle(rules) == 0
    assert rules.state.tolist() == [CLOSED, OPEN, OPEN, OPEN]
    assert settle(rules_of(np.zeros(4), (1, 1), (0, 1), ())) == -1
    assert settle(rules_of(np.zeros(4), (1, 3), (), ())) == 4
    assert rules_of(np.zeros(4), (1, 3), (), ()).state.tolist() == [FREE] * 4


def test_short_lists_bound_as_well_as_they_can_and_never_too_high():
    points = np.random.default_rng(0).random((60, 2))
    points = points[along_a_snake(points)]
    best = {}
    for length in (60, 20, 6):
        lists = point_lists(points, np.ones(60), length)
        rules = rules_of(np.zeros(60), (6, 6), (), ())
        start = np.minimum(lists.cost[lists.start[:-1] + 5], lists.reach)
        dual = new_dual(start, 60, 1.0)
        ascend(lists, rules, dual, 7.0, 400)
        assert (dual.best_u <= lists.reach).all()
        best[length] = dual.mark[BEST]
    assert best[6] <= best[60] * (1 + 1e-6)
    assert best[20] == pytest.approx(best[60], rel=0.02)


@pytest.mark.parametrize(
    ("cost", "fixed", "whole"),
    [([[1.0, np.inf]], [2.0, 3.0], True), ([[1.5, 2.0]], [0.0, 0.0], False), ([[1.0, 2.0]], [0.5, 0.0], False),
     ([[1e15, 2.0]], [0.0, 0.0], False)],
)  # fmt: skip
def test_whole_costs_are_noticed_where_sums_stay_exact(cost, fixed, whole):
    assert are_whole(np.array(cost), np.array(fixed)) is whole
