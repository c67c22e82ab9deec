"""Rows on triples of whole clients: by eye, against every packing, and against every plan."""

from itertools import combinations, product

import numpy as np
import pytest
from oracles.whole_clients import CLIENTS, SITES, small_problem

from models.capacitated import strengthening, tree
from models.capacitated.branching import Gains
from models.capacitated.leaves import Finisher
from models.capacitated.nodes import Node
from models.capacitated.problem import Problem
from models.capacitated.search import search
from models.capacitated.strengthening import strengthen
from models.clock import Clock
from models.options import SolveOptions
from models.relaxation.broken_triples import CLEAR, broken_triples
from models.relaxation.site_knapsacks import FREE, OPEN
from models.relaxation.triples import averaged, evaluate_apart, new_log, pack_apart, triples_of


def bound_of(problem, wage, triples):
    """Return the bound at these wages and prices."""
    sites, clients = problem.n_sites, problem.n_clients
    scratch = np.zeros(sites), np.zeros(sites, dtype=np.bool_), np.zeros(sites)
    held = np.zeros((sites, clients), dtype=np.bool_)
    return evaluate_apart(problem.data, problem.state, wage, triples, triples.price, *scratch, held)[0]


def instance(seed, least=0, most=SITES):
    """Return a small problem of whole clients, wages, and priced rows on some triples."""
    draw = np.random.default_rng(seed)
    problem = small_problem(draw, least, most)
    rows = np.array(list(combinations(range(CLIENTS), 3)))[draw.random(20) < 0.5]
    wage = problem.data.by_site.min(axis=0) + draw.random(CLIENTS) * 15
    return problem, wage, triples_of(rows, draw.random(len(rows)) * 8, CLIENTS)


def cheapest(problem):
    """Return what the cheapest of all plans costs (inf: there is none)."""
    data, best = problem.data, np.inf
    for at in product(range(SITES), repeat=CLIENTS):
        load = np.bincount(at, weights=data.demand, minlength=SITES)
        used = (problem.state == OPEN) | np.isin(np.arange(SITES), at)
        extra = max(data.least - used.sum(), 0)
        if (load <= data.room).all() and used.sum() + extra <= data.most:
            spare = np.sort(data.fixed[~used])[:extra].sum()
            best = min(best, data.by_site[list(at), np.arange(CLIENTS)].sum() + data.fixed[used].sum() + spare)
    return best


def three_that_pair_up():
    """Return three clients of 1 each, and three sites with room for two that cost 2 and serve for nothing."""
    state = np.full(3, FREE)
    return Problem.of((np.zeros((3, 3)), np.full(3, 2.0)), np.ones(3), np.full(3, 2.0), state, (0, 3), is_whole=True)


def test_one_row_proves_that_three_clients_need_two_sites():
    # wages of 2 pay for a site that serves one; a site that serves two has 4, of which the row takes 2
    row = triples_of(np.array([[0, 1, 2]]), np.array([2.0]), 3)
    assert bound_of(three_that_pair_up(), np.full(3, 2.0), row) == pytest.approx(4.0)


def test_without_the_row_half_sites_are_enough():
    # the best wages are 1: every site is worth nothing
    none = triples_of(np.empty((0, 3), dtype=np.int64), np.empty(0), 3)
    assert bound_of(three_that_pair_up(), np.ones(3), none) == pytest.approx(3.0)


def test_the_averaged_packings_of_half_sites_break_the_row():
    log = new_log(1, 3, 3)
    log.held[0], log.part[0], log.weight[0] = ~np.eye(3, dtype=np.bool_), 0.5, 1.0
    rows, excess = broken_triples(log)
    assert rows.tolist() == [[0, 1, 2]]
    assert excess == pytest.approx([0.5])


@pytest.mark.parametrize("seed", range(20))
def test_a_knapsack_with_prices_is_the_best_of_every_packing(seed):
    problem, wage, triples = instance(seed)
    gain, size, room = wage - problem.data.by_site[0], problem.data.demand, problem.data.room[0]
    best = 0.0
    for chosen in product((False, True), repeat=CLIENTS):
        inside = np.flatnonzero(chosen)
        if size[inside].sum() <= room:
            paid = triples.price[np.isin(triples.clients, inside).sum(axis=1) >= 2].sum()
            best = max(best, gain[inside].sum() - paid)
    wins = np.flatnonzero(gain > 0.0)
    buffers = wins.copy(), gain[wins], size[wins], np.empty(wins.size, dtype=np.bool_)
    number = np.zeros(triples.price.size, dtype=np.int64)
    assert pack_apart(wins.size, room, buffers, triples, triples.price, number) == pytest.approx(best)
    assert not number.any()


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_is_cheaper_than_the_bound(seed):
    problem, wage, triples = instance(seed, least=seed % 3, most=2 + seed % 3)
    best = cheapest(problem)
    bound = bound_of(problem, wage, triples)
    assert bound <= best + 1e-9
    if np.isfinite(best):
        node = Node.root(problem, 0.5)
        node.improve(problem, best + 5.0, np.inf, 50)
        strengthen(node, problem, (best + 5.0, best + 5.0), lambda _: None, Clock(60.0))
        assert node.bound <= best + 1e-9


def test_rows_close_what_half_sites_leave_open():
    # three clients here and three there, ten apart: one and a half sites each would do, with 3 sites that cost 6
    here = np.arange(6) < 3
    cost, state = np.where(here[:, None] == here, 0.0, 10.0), np.full(6, FREE)
    problem = Problem.of((cost, np.full(6, 2.0)), np.ones(6), np.full(6, 2.0), state, (0, 6), is_whole=True)
    node = Node.root(problem, 0.5)
    node.improve(problem, 8.0, np.inf, 100)
    assert node.bound <= 6.0
    strengthen(node, problem, (8.0, 8.0), lambda _: None, Clock(60.0))
    assert node.triples is not None
    assert 7.5 < node.bound <= 8.0


@pytest.mark.parametrize("first_gap", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("seed", range(12))
def test_a_tree_with_rows_in_every_node_proves_the_cheapest_plan(seed, first_gap, monkeypatch):
    """Without HiGHS, and after a wider gap was aimed at first."""
    monkeypatch.setattr(tree, "MANY_PAIRS", 0)
    monkeypatch.setattr(tree, "FEW_CLIENTS", CLIENTS)
    monkeypatch.setattr(tree, "FIRST_GAP", first_gap)
    monkeypatch.setattr(strengthening, "WORTH", -1.0)
    monkeypatch.setattr(Finisher, "TOO_MANY_PAIRS", 0)
    problem, _, _ = instance(seed, least=seed % 3, most=2 + seed % 3)
    best = cheapest(problem)
    found = search(problem, SolveOptions(relative_gap=0.0), Clock(60.0))
    if found is None:
        assert not np.isfinite(best)
        return
    value = (found.share.T * problem.data.by_site).sum() + problem.data.fixed[found.opened].sum()
    assert value == pytest.approx(best)
    assert found.bound == pytest.approx(best)


@pytest.mark.parametrize("seed", range(10))
def test_rows_are_broken_by_what_their_averaged_packings_exceed(seed):
    draw = np.random.default_rng(seed)
    log = new_log(5, SITES, CLIENTS)
    log.held[:] = draw.random(log.held.shape) < 0.5
    log.part[:], log.weight[:] = draw.random(log.part.shape), draw.random(5) / 3.0
    weight = log.weight[:, None] * log.part
    rows = np.array(list(combinations(range(CLIENTS), 3)))
    excess = [(weight * (log.held[:, :, row].sum(axis=2) >= 2)).sum() - 1.0 for row in rows]
    pairs = (weight[:, :, None, None] * log.held[:, :, :, None] * log.held[:, :, None, :]).sum(axis=(0, 1))
    found, by = broken_triples(log)
    told = {tuple(row): value for row, value in zip(found.tolist(), by.tolist(), strict=True)}
    for row, value in zip(rows.tolist(), excess, strict=True):
        a, b, c = row
        is_told = value > CLEAR and min(pairs[a, b], pairs[a, c]) > CLEAR
        assert (tuple(row) in told) == is_told
        assert not is_told or told[tuple(row)] == pytest.approx(value)
    assert averaged(log) == pytest.approx((weight[:, :, None] * log.held).sum(axis=0))


def test_a_site_that_raised_the_bound_on_both_sides_is_decided_first():
    problem = instance(0)[0]
    node = Node.root(problem, 0.5)
    node.state[:], node.bound = FREE, 100.0
    node.dual.share[:] = 0.5
    gains = Gains(SITES)
    assert gains.best_site(node) == 0  # nothing is known
    gains.learn(node, 0, [100.1, 140.0])
    gains.learn(node, 1, [104.0, 106.0])
    gains.learn(node, 2, [np.inf, np.inf])  # says nothing
    node.state[3] = OPEN
    node.state[2] = OPEN
    assert gains.best_site(node) == 1
