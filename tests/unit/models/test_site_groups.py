"""Exchanges of the clients of a few sites: against trying every assignment, and what they must keep."""

from itertools import product

import numpy as np
import pytest
from oracles.whole_clients import CLIENTS, SITES, small_problem

from models.capacitated.problem import Problem
from models.heuristics.group_packings import new_desk
from models.heuristics.site_groups import draw_group, exchange, exchanges
from models.relaxation.site_knapsacks import FREE, OPEN


def instance(seed, least=0, most=SITES):
    """Return a small problem of whole clients, and some wages."""
    draw = np.random.default_rng(seed)
    problem = small_problem(draw, least, most)
    return problem, problem.data.by_site.min(axis=0) + draw.random(CLIENTS) * 12


def value(problem, at):
    opened = (problem.state == OPEN) | np.isin(np.arange(SITES), at)
    data = problem.data
    load = np.bincount(at, weights=data.demand, minlength=SITES)
    if (load > data.room).any() or not data.least <= opened.sum() <= data.most:
        return np.inf
    return data.by_site[at, np.arange(CLIENTS)].sum() + data.fixed[opened].sum()


def desk_of(problem, wage, toll=0.0):
    return new_desk(problem.data, wage, toll, problem.state == OPEN)


@pytest.mark.parametrize("toll", [0.0, 0.5, 5.0])
@pytest.mark.parametrize("seed", range(12))
def test_an_exchange_of_all_sites_finds_the_best_plan(seed, toll):
    problem, wage = instance(seed, least=2, most=3)
    every = [np.array(at) for at in product(range(SITES), repeat=CLIENTS)]
    values = np.array([value(problem, at) for at in every])
    feasible = np.flatnonzero(np.isfinite(values))
    if not feasible.size:
        pytest.skip("no plan")
    at = every[feasible[np.argmax(values[feasible])]].copy()
    saved = exchange(desk_of(problem, wage, toll), at, np.arange(SITES), 0.0, is_new=False)
    assert value(problem, at) == pytest.approx(values.min())
    assert saved == pytest.approx(values[feasible].max() - values.min())


@pytest.mark.parametrize("seed", range(6))
def test_a_new_packing_of_a_site_is_the_best_of_all_others(seed):
    problem, wage = instance(seed)
    every = [np.array(at) for at in product(range(SITES), repeat=CLIENTS)]
    values = np.array([value(problem, at) for at in every])
    if not np.isfinite(values).any():
        pytest.skip("no plan")
    best = every[np.argmin(values)]
    site = best[0]
    others = min(v for v, at in zip(values, every, strict=True) if ((at == site) != (best == site)).any())
    group = np.array([site, *[j for j in range(SITES) if j != site]])
    at = best.copy()
    saved = exchange(desk_of(problem, wage), at, group, 1e6, is_new=True)
    assert -saved == pytest.approx(others - values.min())
    assert value(problem, at) == pytest.approx(others)


def test_drawn_exchanges_keep_the_plan_feasible_and_say_what_they_save():
    problem, wage = instance(3)
    every = [np.array(at) for at in product(range(SITES), repeat=CLIENTS)]
    values = np.array([value(problem, at) for at in every])
    feasible = np.flatnonzero(np.isfinite(values))
    at = every[feasible[-1]].copy()
    before = value(problem, at)
    useful, sites = np.ones((SITES, CLIENTS), dtype=np.bool_), np.arange(SITES)
    saved, best = exchanges(desk_of(problem, wage), useful, sites, at, (2, 3), np.zeros(50), 1)
    assert before - saved == pytest.approx(value(problem, best))
    warm, best = exchanges(desk_of(problem, wage), useful, sites, at, (2, 3), np.full(50, 5.0), 1)
    assert np.isfinite(value(problem, at))
    assert before - saved - warm == pytest.approx(value(problem, best))


def test_a_group_has_no_site_twice_and_no_more_clients_than_bits():
    at = np.repeat(np.arange(3), 30)
    group = draw_group(np.ones((4, 90), dtype=np.bool_), np.arange(4), at, 4)
    assert len(set(group.tolist())) == group.size
    assert np.isin(at, group).sum() <= 63


def test_a_group_of_too_many_clients_is_left_as_it_is():
    cost, clients = np.ones((70, 1)), 70
    problem = Problem.of(
        (cost, np.ones(1)), np.ones(clients), np.array([70.0]), np.array([FREE]), (0, 1), is_whole=True
    )
    at = np.zeros(clients, dtype=np.int64)
    desk = new_desk(problem.data, np.ones(clients), 0.0, np.zeros(1, dtype=np.bool_))
    assert exchange(desk, at, np.array([0]), 10.0, is_new=True) == 0.0
    assert (at == 0).all()
