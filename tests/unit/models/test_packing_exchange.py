"""Exchanges of whole clients over lists of packings, against every plan of small decided choices of sites."""

from itertools import product
from math import inf

import numpy as np
import pytest

from models.capacitated import packing_exchange
from models.capacitated.assigning import Effort, assigned, nearly_assigned
from models.capacitated.packing_exchange import PackingExchange
from models.capacitated.plans import Plans
from models.capacitated.problem import Problem
from models.capacitated.strengthening import Relaxed
from models.clock import Clock
from models.heuristics.listed_groups import exchange_some
from models.relaxation.site_knapsacks import OPEN
from models.relaxation.triples import triples_of
from models.relaxation.volume import new_dual

SITES, CLIENTS = 3, 7
PLANS = np.array(list(product(range(SITES), repeat=CLIENTS)))
WIDE = 1e3  # of the gap: every packing is listed


@pytest.fixture(autouse=True)
def time_to_compile(monkeypatch):
    """The first call compiles, within its own clock."""
    monkeypatch.setattr(packing_exchange, "SHARE", 1.0)


def case(seed):
    """Return a problem with all sites open and little room to spare, and any wages and prices of rows on triples."""
    draw = np.random.default_rng(seed)
    demand = draw.integers(seed % 2, 6, CLIENTS).astype(float)
    room = draw.multinomial(int(demand.sum()), np.ones(SITES) / SITES).astype(float)
    room[draw.integers(SITES)] += draw.integers(0, 5)
    cost = draw.integers(1, 30, (CLIENTS, SITES)).astype(float) + (seed % 3 > 0) * draw.random((CLIENTS, SITES))
    fixed = draw.integers(0, 30, SITES).astype(float)
    state = np.full(SITES, OPEN)
    problem = Problem.of((cost, fixed), demand, room, state, (SITES, SITES), is_whole=True)
    clients = np.unique([np.sort(draw.choice(CLIENTS, 3, replace=False)) for _ in range(4)], axis=0)
    triples = triples_of(clients.astype(np.int64), 5.0 * draw.random(len(clients)), CLIENTS)
    dual = new_dual(SITES, problem.first_wages + draw.normal(0.0, 3.0, CLIENTS), 0.1)
    return problem, Relaxed(problem.data, state, dual, triples), draw


def tried(problem):
    """Return [plan, client] the plans that have room, [plan] what each costs, and the plans that have not."""
    data = problem.data
    fits = np.array([(np.bincount(plan, data.demand, minlength=SITES) <= data.room).all() for plan in PLANS])
    return PLANS[fits], data.by_site[PLANS[fits], np.arange(CLIENTS)].sum(axis=1) + data.fixed.sum(), PLANS[~fits]


def begun(problem, relaxed, at=None):
    """Return plans that know one plan [client], if any, and the exchange that begins there."""
    plans = Plans(problem, Clock(inf))
    if at is not None:
        plans.keep_whole(np.arange(SITES), at)
    return plans, PackingExchange(plans, relaxed, Clock(60.0), 0)


@pytest.mark.parametrize("seed", range(40))
def test_an_exchange_of_all_sites_over_all_packings_ends_in_the_best_plan(seed, monkeypatch):
    monkeypatch.setattr(packing_exchange, "ROOM", WIDE)
    problem, relaxed, _ = case(seed)
    every, cost, _ = tried(problem)
    if cost.size:
        worst = every[cost.argmax()]
        plans, exchange = begun(problem, relaxed, worst)
        better = exchange.improved(worst)
        assert better is not None
        assert plans.cost(np.arange(SITES), better) == pytest.approx(cost.min(), abs=1e-9)
        assert plans.value == pytest.approx(cost.min(), abs=1e-9)


@pytest.mark.parametrize("seed", range(40))
def test_an_exchange_over_few_packings_never_makes_a_plan_dearer_or_overfull(seed):
    problem, relaxed, draw = case(seed)
    every, cost, _ = tried(problem)
    if cost.size:
        known, begin = draw.integers(cost.size, size=2)
        plans, exchange = begun(problem, relaxed, every[known])
        better = exchange.improved(every[begin])
        assert better is not None
        assert (np.bincount(better, problem.data.demand, minlength=SITES) <= problem.data.room).all()
        assert plans.cost(np.arange(SITES), better) <= cost[begin] + 1e-9
        assert plans.value <= min(cost[known], cost[begin]) + 1e-9


@pytest.mark.parametrize("seed", range(40))
def test_an_overfull_plan_is_emptied_where_a_plan_with_room_is_listed(seed, monkeypatch):
    monkeypatch.setattr(packing_exchange, "ROOM", WIDE)
    problem, relaxed, draw = case(seed)
    every, cost, overfull = tried(problem)
    if cost.size and len(overfull):
        plans, exchange = begun(problem, relaxed, every[cost.argmax()])
        better = exchange.improved(overfull[draw.integers(len(overfull))])
        assert better is not None
        assert plans.cost(np.arange(SITES), better) == pytest.approx(cost.min(), abs=1e-9)


def test_a_plan_that_stays_overfull_is_no_plan():
    problem, relaxed, _ = case(0)
    every, cost, overfull = tried(problem)
    assert cost.size
    _, exchange = begun(problem, relaxed)  # no plan is known: nothing says how far to list
    assert exchange.improved(overfull[0]) is None
    better = exchange.improved(every[0])
    assert better is not None
    assert (better == every[0]).all()


def test_a_list_that_would_be_too_long_is_made_shorter(monkeypatch):
    problem, relaxed, _ = case(0)
    every, cost, _ = tried(problem)
    worst = every[cost.argmax()]
    monkeypatch.setattr(packing_exchange, "ROOM", 1.0)
    _, long = begun(problem, relaxed, worst)
    assert long._shelf is not None
    monkeypatch.setattr(packing_exchange, "MOST", long._shelf.extra.size - 1)
    plans, short = begun(problem, relaxed, worst)
    assert short._shelf is not None
    assert 0 < short._shelf.extra.size < long._shelf.extra.size
    better = short.improved(worst)
    assert better is not None
    assert plans.cost(np.arange(SITES), better) <= cost.max()


def test_where_too_many_packings_are_near_the_plan_stays(monkeypatch):
    monkeypatch.setattr(packing_exchange, "ROOM", WIDE)
    monkeypatch.setattr(packing_exchange, "MOST", 5)
    problem, relaxed, _ = case(0)
    every, cost, _ = tried(problem)
    worst = every[cost.argmax()]
    _, exchange = begun(problem, relaxed, worst)
    better = exchange.improved(worst)
    assert better is not None
    assert (better == worst).all()


def test_the_nearest_packings_are_looked_at_first_and_then_all(monkeypatch):
    monkeypatch.setattr(packing_exchange, "ROOM", WIDE)
    monkeypatch.setattr(packing_exchange, "NEAREST", 4)
    monkeypatch.setattr(packing_exchange, "WORTH", np.inf)
    for seed in range(10):
        problem, relaxed, _ = case(seed)
        every, cost, _ = tried(problem)
        if cost.size:
            plans, exchange = begun(problem, relaxed, every[cost.argmax()])
            assert exchange._reach < np.inf
            better = exchange.improved(every[cost.argmax()])
            assert better is not None
            assert plans.cost(np.arange(SITES), better) == pytest.approx(cost.min(), abs=1e-9)


def test_what_is_said_to_be_saved_is_saved(monkeypatch):
    monkeypatch.setattr(packing_exchange, "ROOM", WIDE)
    most = 0.0
    for seed in range(10):
        problem, relaxed, draw = case(seed)
        every, cost, _ = tried(problem)
        if cost.size:
            begin = draw.integers(cost.size)
            plans, exchange = begun(problem, relaxed, every[cost.argmax()])
            assert exchange._shelf is not None
            at = every[begin].copy()
            saved = exchange_some(exchange._shelf, at, 2, 5, np.inf, 1_000, seed)
            assert plans.cost(np.arange(SITES), at) == pytest.approx(cost[begin] - saved, abs=1e-9)
            most = max(most, saved)
    assert most > 0.0


def test_a_plan_comes_back_though_overfull_where_no_other_is_found():
    problem, relaxed, _ = case(2)
    narrow = Problem.of(
        (problem.data.by_site.T, problem.data.fixed), problem.data.demand, np.full(SITES, 4.0), np.full(SITES, OPEN),
        (SITES, SITES), is_whole=True,
    )  # fmt: skip
    sites, effort = np.arange(SITES), Effort(turns=1, steps=500, noise=0.0)

    def ask(way):
        return way(narrow, sites, relaxed.dual.wage, effort, Clock(60.0), np.random.default_rng(0))

    at, cost = next(ask(nearly_assigned))
    assert at.shape == (CLIENTS,)
    assert cost == inf
    assert ask(assigned) is None
