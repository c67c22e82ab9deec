"""What bounds and lists the packings of a group of sites: against trying every assignment and every packing."""

from itertools import product

import numpy as np
import pytest
from oracles.whole_clients import CLIENTS, SITES, small_problem

from models.heuristics.group_packings import climb, new_desk, pack_all, relaxed_group
from models.heuristics.site_groups import exchange
from models.relaxation.site_knapsacks import FREE, OPEN, Data

EVERY = np.array(list(product(range(SITES), repeat=CLIENTS)))


def relaxed(seed):
    """Return a small problem with its desk, relaxed group and the costs of its plans [assignment]."""
    draw = np.random.default_rng(seed)
    problem = small_problem(draw)
    data, must = problem.data, problem.state == OPEN
    wage = data.by_site.min(axis=0) + draw.random(CLIENTS) * 12
    desk = new_desk(data, wage, float(draw.random()), must)
    opened = must | (EVERY[:, :, None] == np.arange(SITES)).any(axis=1)
    load = ((EVERY[:, :, None] == np.arange(SITES)) * data.demand[None, :, None]).sum(axis=1)
    cost = data.by_site[EVERY, np.arange(CLIENTS)].sum(axis=1) + opened @ data.fixed
    cost[(load > data.room).any(axis=1)] = np.inf
    return problem, desk, relaxed_group(desk, np.arange(SITES), np.arange(CLIENTS)), cost


@pytest.mark.parametrize("seed", range(12))
def test_the_climb_of_a_group_never_says_more_than_its_best_plan_costs(seed):
    problem, desk, group, cost = relaxed(seed)
    if not np.isfinite(cost).any():
        pytest.skip("no plan")
    first = climb(desk, relaxed_group(desk, group.sites, group.clients), problem.data.need, -np.inf)
    bound = climb(desk, group, problem.data.need, float(cost.min()))
    assert first <= bound <= cost.min() + 1e-9


@pytest.mark.parametrize("seed", range(12))
def test_every_packing_below_the_limit_is_listed_with_its_extra(seed):
    problem, desk, group, _ = relaxed(seed)
    data, limit, start = problem.data, 15.0, np.zeros(SITES + 1, dtype=np.int64)
    climb(desk, group, data.need, 1e3)
    assert pack_all(desk, np.zeros(CLIENTS, dtype=np.int64), group, limit, start, is_new=False)
    for j in range(SITES):
        listed = desk.mask[start[j] : start[j + 1]], desk.extra[start[j] : start[j + 1]]
        for inside in product((False, True), repeat=CLIENTS):
            held = np.flatnonzero(inside)
            is_open = held.size > 0 or desk.must[j]
            cost = data.fixed[j] - desk.toll * data.room[j] + (data.by_site[j] - group.wage)[held].sum()
            extra = (cost if is_open else 0.0) - group.least[j]
            found = listed[1][listed[0] == (1 << held).sum()]
            if data.demand[held].sum() <= data.room[j] and extra < limit - 1e-6:
                assert found == pytest.approx([extra], abs=1e-9)
            else:
                assert found.size == 0 or extra < limit + 1e-6


def test_a_direction_that_is_next_to_nothing_does_not_make_the_step_endless():
    by_site = np.array(
        [[4.12, 9.43, 9.21, 0.0], [2.4, 7.06, 4.8, 5.21], [3.95, 9.41, 7.55, 2.53], [8.08, 0.94, 7.23, 8.1]]
    )
    demand, room = np.array([3.0, 2.0, 1.0, 5.0]), np.array([2.0, 1.0, 4.0, 9.0])
    data = Data(by_site, by_site.T.copy(), demand, room, np.zeros(4), 0, 3, demand.sum(), is_whole=True)
    desk = new_desk(data, np.array([4.07, 6.37, 6.38, 3.64]), 0.0, np.array([False, True, False, False]))
    at = np.array([3, 2, 1, 3])
    exchange(desk, at, np.array([3, 0, 1, 2]), 0.0, is_new=False)
    assert at.tolist() == [2, 3, 1, 3]


def test_a_site_that_must_be_open_and_serves_nobody_is_listed_once():
    data = Data(np.ones((2, 1)), np.ones((1, 2)), np.ones(1), np.ones(2), np.full(2, 5.0), 0, 2, 1.0, is_whole=True)
    state = np.array([OPEN, FREE])
    desk = new_desk(data, np.zeros(1), 0.0, state == OPEN)
    group, start = relaxed_group(desk, np.arange(2), np.arange(1)), np.zeros(3, dtype=np.int64)
    climb(desk, group, 1.0, 7.0)
    assert pack_all(desk, np.zeros(1, dtype=np.int64), group, 100.0, start, is_new=False)
    assert sorted(desk.mask[: start[1]].tolist()) == [0, 1]
