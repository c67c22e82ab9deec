"""Exchanges of sites for whole clients: by eye, and what they return against every plan."""

import numpy as np
import pytest
from oracles.whole_clients import CLIENTS, SITES, small_problem

from models.capacitated import site_exchange
from models.capacitated.dive import dive_apart
from models.capacitated.nodes import Node
from models.capacitated.problem import Problem
from models.capacitated.site_exchange import Choice, SiteExchange, Terms
from models.capacitated.strengthening import Strengthening
from models.clock import Clock
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN
from models.relaxation.triples import no_triples
from models.relaxation.volume import new_dual


@pytest.fixture(autouse=True)
def time_to_compile(monkeypatch):
    """The first call compiles, within its own clock."""
    monkeypatch.setattr(site_exchange, "SHARE", 1.0)
    monkeypatch.setattr(site_exchange, "OTHER_SHARE", 1.0)


def exchange_of(problem, limit_s=600.0):
    """Return exchanges of a problem whose packings are not known yet."""
    return SiteExchange(problem.data, Strengthening(problem.n_sites, problem.n_clients), Clock(limit_s))


def choice_of(problem, sites):
    dual = new_dual(problem.n_sites, problem.first_wages, 0.1)
    return Choice(np.array(sites), -np.inf, dual, no_triples(problem.n_clients))


def on_a_line(places, room, fixed, most=6):
    """Return clients of 1 at 0, 1, .. 5 and sites at `places`, of which at most `most` are open."""
    cost = np.abs(np.arange(6.0)[:, None] - np.array(places))
    rooms, state = np.array(room, dtype=np.float64), np.full(len(places), FREE)
    return Problem.of((cost, np.array(fixed)), np.ones(6), rooms, state, (0, most), is_whole=True)


def cheapest_on(problem, sites):
    """Return what the cheapest plan on just these sites costs (inf: there is none)."""
    data, best = problem.data, np.inf
    for at in np.ndindex((len(sites),) * CLIENTS):
        served = sites[list(at)]
        if (np.bincount(served, weights=data.demand, minlength=SITES) <= data.room).all():
            best = min(best, data.by_site[served, np.arange(CLIENTS)].sum())
    return best + data.fixed[sites].sum()


def test_a_site_far_away_is_exchanged_for_one_nearby():
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0])
    best = exchange_of(problem).improved(choice_of(problem, [0, 2]), Terms(problem.state, 6.0), 500.0)
    assert best.sites.tolist() == [0, 1]
    assert best.bound <= 2.0 + 2 * (0.5 + 0.5 + 1.5) + 1e-9


def test_two_small_sites_are_exchanged_for_a_large_one():
    # a large one beside either of the two is dearer still, and neither of the two can do alone
    problem = on_a_line([1.0, 4.0, 2.5], [3, 3, 6], [50.0, 50.0, 60.0])
    best = exchange_of(problem).improved(choice_of(problem, [0, 1]), Terms(problem.state, 6.0), 500.0)
    assert best.sites.tolist() == [2]


def test_sites_that_are_decided_stay():
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0])
    for site, decision, expected in ((2, OPEN, [0, 1, 2]), (1, CLOSED, [0, 2])):
        state = problem.state.copy()
        state[site] = decision
        best = exchange_of(problem).improved(choice_of(problem, [0, 2]), Terms(state, 6.0), 500.0)
        assert best.sites.tolist() == expected


def test_a_choice_that_was_returned_before_is_passed_over():
    problem = on_a_line([0.5, 4.5, 4.4, 90.0], [3, 3, 3, 3], [1.0, 1.0, 1.0, 1.0], most=2)
    exchange, terms = exchange_of(problem), Terms(problem.state, 6.0)
    returned = [exchange.improved(choice_of(problem, [0, 3]), terms, 30.0).sites.tolist() for _ in range(2)]
    assert sorted(returned) == [[0, 1], [0, 2]]


def test_where_no_other_choice_promises_a_better_plan_the_bound_says_so():
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0], most=2)
    exchange, terms = exchange_of(problem), Terms(problem.state, 6.0)
    assert exchange.improved(choice_of(problem, [0, 2]), terms, 8.0).bound < 8.0
    assert exchange.improved(choice_of(problem, [0, 2]), terms, 8.0).bound >= 8.0


@pytest.mark.parametrize("seed", range(25))
def test_what_is_returned_keeps_to_all_terms_and_no_plan_on_it_is_below_its_bound(seed):
    draw = np.random.default_rng(seed)
    problem = small_problem(draw, least=seed % 3, most=2 + seed % 3)
    data, room = problem.data, problem.data.need * (1.0 + 0.1 * draw.random())
    may = np.flatnonzero(problem.state != CLOSED)
    sites = np.array([j for j in may if problem.state[j] == OPEN or draw.random() < 0.6])
    best = exchange_of(problem).improved(choice_of(problem, sites), Terms(problem.state, room), 1e4)
    is_allowed = data.least <= best.sites.size <= data.most
    assert not is_allowed or best.bound <= cheapest_on(problem, best.sites) + 1e-6
    if best.sites.tolist() != sites.tolist():
        assert data.room[best.sites].sum() >= room
        assert data.least <= best.sites.size <= data.most
        assert set(np.flatnonzero(problem.state == OPEN)) <= set(best.sites.tolist())
        assert not (problem.state[best.sites] == CLOSED).any()


def test_without_time_the_choice_comes_back_as_it_was():
    problem = on_a_line([0.5, 4.5, 90.0], [3, 3, 3], [1.0, 1.0, 1.0])
    best = exchange_of(problem, 0.0).improved(choice_of(problem, [0, 2]), Terms(problem.state, 6.0), 500.0)
    assert best.sites.tolist() == [0, 2]


@pytest.mark.parametrize("seed", range(25))
def test_a_dive_leaves_the_room_that_is_asked_for(seed):
    draw = np.random.default_rng(seed)
    problem = small_problem(draw)
    node = Node.root(problem, 0.1)
    node.dual.share[:] = draw.random(SITES) * 0.4  # every site would rather be closed
    below = dive_apart(node, problem.data, lambda _: None, draw)
    assert below is not None
    has_enough = problem.data.room[problem.state != CLOSED].sum() >= problem.data.need
    assert (problem.data.room[below.state == OPEN].sum() >= problem.data.need) == has_enough
