"""Rows on triples of whole clients: by eye, against every packing, and against every plan."""

from itertools import combinations, product

import numpy as np
import pytest
from oracles.whole_clients import CLIENTS, SITES, small_problem

from models.capacitated import tree
from models.capacitated.branching import Gains
from models.capacitated.leaves import Finisher
from models.capacitated.nodes import Node
from models.capacitated.packing_tree import PackingTree
from models.capacitated.problem import Problem
from models.capacitated.search import search
from models.capacitated.strengthening import Effort, Relaxed, Strengthening, least_loads
from models.clock import Clock
from models.errors import SolverError
from models.options import SolveOptions
from models.relaxation.broken_triples import CLEAR, broken_triples, with_broken
from models.relaxation.packings import (
    MOST_CLIENTS,
    NOBODY,
    averaged,
    best_packing,
    no_packings,
    price_all,
    remember,
)
from models.relaxation.packings_climb import solve_knapsacks
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN
from models.relaxation.triples import no_triples, pack_apart, triples_of
from models.relaxation.volume import BOUND, new_dual

EFFORT = Effort(rounds=30, evaluations=200, looks=5, rows=20, agreement=0.01, step=0.1)


def bound_of(problem, wage, triples, least=None):
    """Return the bound at these wages and prices."""
    sites, clients = problem.n_sites, problem.n_clients
    least = np.zeros(sites) if least is None else least
    known, dual = no_packings(sites, clients), new_dual(sites, wage, 1.0)
    return solve_knapsacks(known, problem.data, problem.state, least, wage, triples, dual)


def climbed(problem, enough, wage=None):
    """Return where a climb with rows ends."""
    dual = new_dual(problem.n_sites, problem.first_wages if wage is None else wage, 0.1)
    relaxed = Relaxed(problem.data, problem.state, dual, no_triples(problem.n_clients))
    return Strengthening(problem.n_sites, problem.n_clients).climb(relaxed, (enough, enough), Clock(60.0), EFFORT)


def packed(held, weight):
    """Return the packings `held` [site, place, client] with their `weight` [site, place]."""
    known = no_packings(held.shape[0], held.shape[2])
    for j, q in np.ndindex(held.shape[:2]):
        clients = np.flatnonzero(held[j, q])
        known.clients[j, q, : clients.size], known.size[j, q] = clients, clients.size
    known.weight[:, : held.shape[1]], known.number[:] = weight, held.shape[1]
    return known


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
    assert bound_of(three_that_pair_up(), np.ones(3), no_triples(3)) == pytest.approx(3.0)


def test_the_averaged_packings_of_half_sites_break_the_row():
    rows, excess = broken_triples(packed(~np.eye(3, dtype=np.bool_)[:, None, :], np.full((3, 1), 0.5)), 3)
    assert rows.tolist() == [[0, 1, 2]]
    assert excess == pytest.approx([0.5])


@pytest.mark.parametrize("least", [0.0, 5.0, 9.0])
@pytest.mark.parametrize("seed", range(20))
def test_a_knapsack_with_prices_is_the_best_of_every_packing_that_loads_enough(seed, least):
    problem, wage, triples = instance(seed)
    row, size, room = problem.data.by_site[0], problem.data.demand, problem.data.room[0]
    worth = {}
    for chosen in product((False, True), repeat=CLIENTS):
        inside = np.flatnonzero(chosen)
        if least <= size[inside].sum() <= room:
            paid = triples.price[np.isin(triples.clients, inside).sum(axis=1) >= 2].sum()
            worth[tuple(inside.tolist())] = (wage - row)[inside].sum() - paid
    best = max(worth.values(), default=-np.inf)
    packing = np.empty(CLIENTS, dtype=np.int64)
    for known in (-np.inf, best - 1.0, best):
        most, count = pack_apart(row, wage, size, room, least, triples, triples.price, known, packing)
        assert most == pytest.approx(best)
        assert (count < 0) == (known == best)
        assert count < 0 or worth[tuple(sorted(packing[:count].tolist()))] == pytest.approx(best)


def test_what_a_third_client_stands_for_free_is_not_taken_from_the_second():
    # alone each gains 10; two pay 12, and so do three
    triples = triples_of(np.array([[0, 1, 2]]), np.array([12.0]), 3)
    packing = np.empty(3, dtype=np.int64)
    most, count = pack_apart(
        np.zeros(3), np.full(3, 10.0), np.ones(3), 3.0, 0.0, triples, triples.price, -np.inf, packing
    )
    assert (most, count) == (pytest.approx(18.0), 3)


def test_a_client_without_demand_still_fits_where_fractions_were_taken_out_again():
    # z needs no room and costs 6 and 10; x and y cost 9 here and 6 there; 4 + 5 for the sites: 27
    x, y = 0.5510356012026131, 0.02662548603707221
    costs = np.array([[6.0, 10.0], [9.0, 6.0], [9.0, 6.0]]), np.array([4.0, 5.0])
    demand, rooms = np.array([0.0, x, y]), np.full(2, x + y)
    problem = Problem.of(costs, demand, rooms, np.full(2, OPEN), (2, 2), is_whole=True)
    row, least = triples_of(np.array([[0, 1, 2]]), np.array([3.0]), 3), least_loads(problem.data, problem.state)
    assert bound_of(problem, np.full(3, 10.0), row, least) <= 27.0


@pytest.mark.parametrize("seed", [7, 24, *range(100, 130)])
def test_a_cost_without_measure_beside_small_ones_raises_no_bound_above_a_plan(seed):
    draw = np.random.default_rng(seed)
    demand, at = draw.integers(1, 6, 5).astype(float), draw.integers(0, 2, 5)
    rooms = np.bincount(at, demand, minlength=2) + draw.integers(0, 3, 2)
    cost = np.where(draw.random((5, 2)) < 0.25, 1e13, draw.random((5, 2)) * 10.0)
    cost[np.arange(5), at] = draw.random(5) * 10.0
    problem = Problem.of((cost, draw.random(2)), demand, rooms, np.full(2, OPEN), (2, 2), is_whole=True)
    best = best_of_two(problem.data)
    assert climbed(problem, best + 1.0, np.minimum(problem.first_wages, 1e3)).dual.mark[BOUND] <= best + 1e-6


def best_of_two(data):
    """Return what the cheapest plan of two open sites costs."""
    plans = [
        data.by_site[list(at), np.arange(len(at))].sum() + data.fixed.sum()
        for at in product(range(2), repeat=data.demand.size)
        if (np.bincount(at, data.demand, minlength=2) <= data.room).all()
    ]
    return min(plans)


def test_decided_sites_leave_no_more_room_unused_than_is_too_much_in_all():
    state, rooms = np.full(3, OPEN), np.array([2.0, 2.0, 1.0])
    costs = np.zeros((4, 3)), np.zeros(3)
    problem = Problem.of(costs, np.ones(4), rooms, state, (0, 3), is_whole=True)
    assert least_loads(problem.data, state) == pytest.approx([1.0, 1.0, 0.0], abs=1e-5)
    assert least_loads(problem.data, np.array([OPEN, OPEN, CLOSED])) == pytest.approx([2.0, 2.0, 0.0], abs=1e-5)
    assert not least_loads(problem.data, np.array([OPEN, OPEN, FREE])).any()


def test_least_loads_prove_that_clients_do_not_fit():
    # clients of 2 in rooms of 3 and 1: in parts there is room for both
    problem = Problem.of(
        (np.zeros((2, 2)), np.ones(2)), np.full(2, 2.0), np.array([3.0, 1.0]), np.full(2, OPEN), (0, 2), is_whole=True
    )
    assert climbed(problem, 100.0).dual.mark[BOUND] == np.inf


@pytest.mark.parametrize("seed", range(30))
def test_no_plan_is_cheaper_than_the_bound(seed):
    problem, wage, triples = instance(seed, least=seed % 3, most=2 + seed % 3)
    best = cheapest(problem)
    bound = bound_of(problem, wage, triples)
    assert bound <= best + 1e-9
    if np.isfinite(best):
        assert climbed(problem, best + 5.0).dual.mark[BOUND] <= best + 1e-9


def test_rows_close_what_half_sites_leave_open():
    # three clients here and three there, ten apart: one and a half sites each would do, with 3 sites that cost 6
    here = np.arange(6) < 3
    cost, state = np.where(here[:, None] == here, 0.0, 10.0), np.full(6, FREE)
    problem = Problem.of((cost, np.full(6, 2.0)), np.ones(6), np.full(6, 2.0), state, (0, 6), is_whole=True)
    node = Node.root(problem, 0.5)
    node.improve(problem, 8.0, np.inf, 100)
    assert node.bound <= 6.0
    after = climbed(problem, 8.0, node.dual.wage)
    assert after.triples.price.size > 0
    assert 7.5 < after.dual.mark[BOUND] <= 8.0


@pytest.fixture
def rows_in_every_node(monkeypatch):
    """Let small problems go the way of large ones with few clients to a site, without HiGHS for decided sites."""
    monkeypatch.setattr(tree, "MANY_PAIRS", 0)
    monkeypatch.setattr(tree, "FEW_CLIENTS", CLIENTS)
    monkeypatch.setattr(tree, "WORTH", -1.0)
    monkeypatch.setattr(Finisher, "TOO_MANY_PAIRS", 0)


def proves_the_cheapest_plan(seed):
    problem, _, _ = instance(seed, least=seed % 3, most=2 + seed % 3)
    best = cheapest(problem)
    found, bound = search(problem, SolveOptions(relative_gap=0.0), Clock(60.0))
    if found is None:
        return not np.isfinite(best)
    value = (found.share.T * problem.data.by_site).sum() + problem.data.fixed[found.opened].sum()
    return value == pytest.approx(best) and bound == pytest.approx(best)


@pytest.mark.usefixtures("rows_in_every_node")
@pytest.mark.parametrize("first_gap", [0.0, 0.02, 0.2])
@pytest.mark.parametrize("seed", range(12))
def test_a_tree_with_rows_in_every_node_proves_the_cheapest_plan(seed, first_gap, monkeypatch):
    """After a wider gap was aimed at first."""
    monkeypatch.setattr(tree, "FIRST_GAP", first_gap)
    assert proves_the_cheapest_plan(seed)


@pytest.mark.usefixtures("rows_in_every_node")
@pytest.mark.parametrize("seed", range(6))
def test_where_the_solver_fails_at_decided_sites_the_tree_over_the_clients_proves_the_plan(seed, monkeypatch):
    def fails(*_args):
        message = "broken"
        raise SolverError(message)

    monkeypatch.setattr(PackingTree, "run", fails)
    assert proves_the_cheapest_plan(seed)


@pytest.mark.parametrize("seed", range(10))
def test_rows_are_broken_by_what_their_averaged_packings_exceed(seed):
    draw = np.random.default_rng(seed)
    held, weight = draw.random((SITES, 5, CLIENTS)) < 0.5, draw.random((SITES, 5)) / 3.0
    known = packed(held, weight)
    rows = np.array(list(combinations(range(CLIENTS), 3)))
    excess = [(weight * (held[:, :, row].sum(axis=2) >= 2)).sum() - 1.0 for row in rows]
    pairs = (weight[:, :, None, None] * held[:, :, :, None] * held[:, :, None, :]).sum(axis=(0, 1))
    found, by = broken_triples(known, CLIENTS)
    told = {tuple(row): value for row, value in zip(found.tolist(), by.tolist(), strict=True)}
    for row, value in zip(rows.tolist(), excess, strict=True):
        a, b, c = row
        is_told = value > CLEAR and min(pairs[a, b], pairs[a, c]) > CLEAR
        assert (tuple(row) in told) == is_told
        assert not is_told or told[tuple(row)] == pytest.approx(value)
    assert averaged(known, CLIENTS) == pytest.approx((weight[:, :, None] * held).sum(axis=1))


def room_for(places):
    """Return a problem of one site, and room for so many packings of three clients."""
    costs = np.array([[1.0], [2.0], [4.0]]), np.array([10.0])
    problem = Problem.of(costs, np.ones(3), np.array([3.0]), np.full(1, FREE), (0, 1), is_whole=True)
    known = no_packings(1, 3)
    return problem.data, known._replace(weight=known.weight[:, :places].copy())


def keep(known, data, packing, wage):
    nobody = np.zeros(0, dtype=np.int64)
    remember(known, data, np.zeros(1), no_triples(3), nobody, 0, np.array(packing), wage, np.zeros(0))


def test_a_packing_costs_its_site_and_its_clients_and_the_best_is_told():
    data, known = room_for(2)
    wage = np.array([6.0, 5.0, 6.0])
    assert best_packing(known, data, 0, wage, np.zeros(0), NOBODY) == (10.0, NOBODY)  # to serve nobody costs the site
    keep(known, data, [0, 1], wage)
    keep(known, data, [0, 2], wage)
    assert known.cost[0, :2].tolist() == [13.0, 15.0]
    assert best_packing(known, data, 0, wage, np.zeros(0), NOBODY) == (2.0, 0)
    assert best_packing(known, data, 0, np.array([6.0, 0.0, 6.0]), np.zeros(0), 0) == (3.0, 1)


def test_a_full_list_forgets_the_worst_packing_that_no_average_needs():
    data, known = room_for(2)
    wage = np.array([6.0, 5.0, 6.0])
    keep(known, data, [0, 1], wage)
    keep(known, data, [2], wage)
    known.weight[0, 1] = 0.5  # the worse one is needed
    keep(known, data, [0, 1, 2], wage)
    assert [known.clients[0, q, : known.size[0, q]].tolist() for q in range(2)] == [[0, 1, 2], [2]]
    known.weight[0, :2] = 0.1, 0.5  # both are needed: the lighter leaves
    keep(known, data, [1], wage)
    assert [known.clients[0, q, : known.size[0, q]].tolist() for q in range(2)] == [[1], [2]]


def test_packings_that_load_too_little_or_use_forbidden_pairs_cost_infinity():
    data, known = room_for(2)
    keep(known, data, [0, 1], np.zeros(3))
    keep(known, data, [0, 1, 2], np.zeros(3))
    price_all(known, data, np.array([3.0]), no_triples(3), np.zeros(1, dtype=np.bool_))
    assert known.cost[0, :2].tolist() == [13.0, 17.0]  # not told that the site has changed
    price_all(known, data, np.array([3.0]), no_triples(3), np.ones(1, dtype=np.bool_))
    assert known.cost[0, :2].tolist() == [np.inf, 17.0]
    barred = data.by_site.copy()
    barred[0, 2] = np.inf
    price_all(known, data._replace(by_site=barred), np.zeros(1), no_triples(3), np.ones(1, dtype=np.bool_))
    assert known.cost[0, :2].tolist() == [13.0, np.inf]


def test_a_packing_that_pays_too_many_rows_is_not_used():
    clients = 12
    rows = np.array(list(combinations(range(clients), 3)))
    costs = np.ones((clients, 1)), np.ones(1)
    data = Problem.of(costs, np.ones(clients), np.full(1, 12.0), np.full(1, FREE), (0, 1), is_whole=True).data
    known, triples, number = no_packings(1, clients), triples_of(rows, np.ones(220), clients), np.zeros(220, np.int64)
    for packing in (np.arange(clients), np.arange(2)):  # pays all 220, and the ten rows that hold both
        remember(known, data, np.zeros(1), triples, number, 0, packing, np.zeros(clients), triples.price)
    assert known.cost[0, :2].tolist() == [np.inf, 3.0]
    assert known.paid[0, 1] == 10
    assert not number.any()


def test_a_packing_of_very_many_clients_is_not_kept():
    count = MOST_CLIENTS + 1
    known, every = no_packings(1, count), np.arange(count)
    costs = np.ones((count, 1)), np.ones(1)
    data = Problem.of(costs, np.zeros(count), np.ones(1), np.full(1, FREE), (0, 1), is_whole=True).data
    rows = np.zeros(0, dtype=np.int64)
    remember(known, data, np.zeros(1), no_triples(count), rows, 0, every, np.zeros(count), np.zeros(0))
    assert known.number.tolist() == [0]


def test_rows_without_a_price_leave_and_those_broken_most_join():
    triples = triples_of(np.array([[0, 1, 2], [0, 1, 3], [1, 2, 3]]), np.array([2.0, 0.0, 1.0]), 5)
    broken = np.array([[1, 2, 3], [0, 1, 3], [0, 1, 4], [2, 3, 4]]), np.array([0.9, 0.1, 0.2, 0.3])
    joined, sway = with_broken(triples, np.array([-0.1, -0.2, -0.3]), broken, 2, 5)
    assert joined.clients.tolist() == [[0, 1, 2], [1, 2, 3], [2, 3, 4], [0, 1, 4]]
    assert joined.price.tolist() == [2.0, 1.0, 0.0, 0.0]
    assert sway.tolist() == [-0.1, -0.3, 0.3, 0.2]


def test_a_site_that_raised_the_bound_on_both_sides_is_decided_first():
    problem = instance(0)[0]
    node = Node.root(problem, 0.5)
    node.state[:], node.bound = FREE, 100.0
    node.dual.share[:] = 0.5
    gains = Gains(SITES)
    assert gains.likeliest(node, 1).tolist() == [0]  # nothing is known
    gains.learn(node, 0, [100.1, 140.0])
    gains.learn(node, 1, [104.0, 106.0])
    gains.learn(node, 2, [np.inf, np.inf])  # says nothing
    node.state[3] = OPEN
    node.state[2] = OPEN
    assert gains.likeliest(node, 3).tolist() == [1, 0]
