"""Lists of packings, rows on subsets and the tree over them, against every plan of small decided choices of sites."""

from itertools import product

import numpy as np
import pytest

from models.capacitated import packing_start, packing_tree
from models.capacitated.packing_program import program_of
from models.capacitated.packing_start import start_of
from models.capacitated.packing_tree import PackingTree, Start
from models.capacitated.problem import Problem
from models.capacitated.strengthening import Relaxed, Strengthening
from models.clock import Clock
from models.relaxation.listed_packings import Listed, holding, value_of, within
from models.relaxation.packings import no_packings
from models.relaxation.packings_climb import solve_knapsacks
from models.relaxation.site_knapsacks import OPEN
from models.relaxation.subset_rows import KINDS, broken_rows, no_rows, rows_on_triples, subset_rows
from models.relaxation.triples import no_triples, triples_of
from models.relaxation.volume import BOUND, new_dual
from models.solver import Solver

SITES, CLIENTS = 3, 7
PLANS = np.array(list(product(range(SITES), repeat=CLIENTS)))


@pytest.fixture(scope="module")
def solver():
    with Solver() as one:
        yield one


def case(seed, *, spare=4):
    """Return a problem with all sites open and little room to spare, and where a climb with rows stands."""
    draw = np.random.default_rng(seed)
    demand = draw.integers(seed % 2, 6, CLIENTS).astype(float)
    room = draw.multinomial(int(demand.sum()), np.ones(SITES) / SITES).astype(float)
    room[draw.integers(SITES)] += draw.integers(0, spare + 1)
    cost = draw.integers(1, 30, (CLIENTS, SITES)).astype(float) + (seed % 3 > 0) * draw.random((CLIENTS, SITES))
    fixed = draw.integers(0, 30, SITES).astype(float)
    problem = Problem.of(
        (cost, fixed), demand, room, np.full(SITES, OPEN), (SITES, SITES), is_whole=True
    )  # fmt: skip
    clients = np.unique([np.sort(draw.choice(CLIENTS, 3, replace=False)) for _ in range(4)], axis=0)
    triples = triples_of(clients.astype(np.int64), 5.0 * draw.random(len(clients)), CLIENTS)
    dual = new_dual(SITES, problem.first_wages + draw.normal(0.0, 3.0, CLIENTS), 0.1)
    relaxed = Relaxed(problem.data, problem.state, dual, triples)
    solve_knapsacks(no_packings(SITES, CLIENTS), problem.data, problem.state, relaxed.least, dual.wage, triples, dual)
    return problem, relaxed, draw


def costs(problem):
    """Return the plans [plan, client] that have room, and what each costs."""
    data = problem.data
    fits = np.array([(np.bincount(plan, data.demand, minlength=SITES) <= data.room).all() for plan in PLANS])
    return PLANS[fits], data.by_site[PLANS[fits], np.arange(CLIENTS)].sum(axis=1) + data.fixed.sum()


def begun(problem, relaxed, cutoff):
    """Return the start of a tree below a cut-off; there is one."""
    start = start_of(problem, relaxed, cutoff, Clock(60.0))
    assert start is not None
    return start


def packed(packings, ids):
    """Return the pairs (place, clients) of packings."""
    first = packings.first
    return {(int(packings.place[q]), tuple(packings.client[first[q] : first[q + 1]].tolist())) for q in ids}


def of_plan(plan):
    """Return the pairs (place, clients) of a plan."""
    return {(place, tuple(np.flatnonzero(plan == place).tolist())) for place in range(SITES)}


@pytest.mark.parametrize("seed", range(40))
def test_the_list_has_every_packing_of_every_plan_below_the_cut_off(seed):
    problem, relaxed, draw = case(seed)
    plans, cost = costs(problem)
    cutoff = cost.min(initial=200.0) + draw.choice([0.5, 5.0, 50.0])
    start = begun(problem, relaxed, cutoff)
    packings, value, least = start.packings, np.empty(start.packings.cost.size), np.empty(SITES)
    every = np.arange(value.size)
    found = packed(packings, every)
    assert start.left_out == cutoff
    assert len(found) == value.size
    value_of(packings, every, start.wage, start.rows, start.price, value, least)
    bound = start.wage.sum() - (start.price * start.rows.most).sum() + least.sum()
    kept = packed(packings, np.flatnonzero(within(packings, every, value, least, cutoff - bound)))
    assert kept <= found
    for plan in plans[cost < cutoff - 1e-9]:
        assert of_plan(plan) <= kept


def test_a_packing_is_worth_its_costs_less_wages_and_with_what_its_rows_count():
    """Two of a triple pay once; multipliers 2, 1, 1, 1 over 3 count one for the heavy client and a light one."""
    problem, relaxed, _ = case(3)
    packings = begun(problem, relaxed, 1e6).packings
    clients = np.array([[0, 1, 2, -1, -1], [0, 1, 2, 3, -1]])
    rows = subset_rows(clients, np.array([[1, 1, 1, 0, 0], [2, 1, 1, 1, 0]]), np.array([2, 3]), CLIENTS)
    price, wage = np.array([10.0, 100.0]), np.arange(1.0, 8.0)
    ids, least = np.arange(packings.cost.size), np.empty(SITES)
    value = np.empty(ids.size)
    value_of(packings, ids, wage, rows, price, value, least)
    assert rows.most.tolist() == [1.0, 1.0]
    for q in ids:
        held = set(packings.client[packings.first[q] : packings.first[q + 1]].tolist())
        asked = 10.0 * (len(held & {0, 1, 2}) > 1) + 100.0 * (2 * (0 in held) + len(held & {1, 2, 3}) > 2)
        assert value[q] == pytest.approx(packings.cost[q] - wage[sorted(held)].sum() + asked)
        assert [bool(holding(packings, ids[q : q + 1], i)[0]) for i in range(CLIENTS)] == [
            i in held for i in range(CLIENTS)
        ]
    for place in range(SITES):
        assert least[place] == value[packings.place == place].min()


@pytest.mark.parametrize("seed", range(30))
def test_rows_that_packings_break_are_kept_by_every_plan(seed):
    draw = np.random.default_rng(seed)
    held = draw.random((30, CLIENTS)) < 0.4
    weight = draw.random(30) / 4.0
    first = np.concatenate([[0], np.cumsum(held.sum(axis=1))])
    rows = broken_rows(first, np.nonzero(held)[1], weight, 50, no_rows(CLIENTS))
    assert rows.divisor.size
    inside = np.zeros((rows.divisor.size, CLIENTS), dtype=np.int64)
    for row, (clients, times) in enumerate(zip(rows.clients, rows.multiplier, strict=True)):
        inside[row, clients[clients >= 0]] = times[clients >= 0]
        kind = tuple(sorted(times[clients >= 0].tolist(), reverse=True)), int(rows.divisor[row])
        assert kind in KINDS
    counts = (held.astype(np.int64) @ inside.T) // rows.divisor
    assert (weight @ counts > rows.most).all()
    serves = (PLANS[:, None, :] == np.arange(SITES)[:, None]).astype(np.int64)
    assert ((serves @ inside.T // rows.divisor).sum(axis=1) <= rows.most).all()
    assert broken_rows(first, np.nonzero(held)[1], weight, 50, rows).divisor.size < rows.divisor.size


def test_three_pairs_in_halves_break_their_triple():
    first, client = np.array([0, 2, 4, 6]), np.array([0, 1, 0, 2, 1, 2])
    rows = broken_rows(first, client, np.full(3, 0.5), 5, no_rows(4))
    assert rows.clients.tolist() == [[0, 1, 2, -1, -1]]
    assert broken_rows(first, client, np.full(3, 0.5), 5, rows_on_triples(np.array([[0, 1, 2]]), 4)).divisor.size == 0


@pytest.mark.parametrize("is_split", [False, True])
@pytest.mark.parametrize("seed", range(40))
def test_the_tree_proves_the_cheapest_plan_or_that_none_is_below_the_cut_off(seed, is_split, solver, monkeypatch):
    """With few packings in its programs, and without rows, too."""
    if is_split:
        monkeypatch.setattr(packing_tree, "ACTIVE", 2)
        monkeypatch.setattr(packing_tree, "ACTIVE_OF_SITE", 1)
        monkeypatch.setattr(packing_tree, "JOINING", 1)
        monkeypatch.setattr(packing_tree, "ROOT_ROUNDS", 1)
        monkeypatch.setattr(packing_tree, "ROUNDS", 1)
    problem, relaxed, draw = case(seed)
    _, cost = costs(problem)
    best = cost.min(initial=np.inf)
    first = cutoff = cost.min(initial=200.0) + draw.choice([-3.0, 1e-6, 2.0, 30.0])
    tree, found = PackingTree(begun(problem, relaxed, cutoff), solver), np.inf
    while not tree.is_ended:
        plan = tree.run(1, cutoff, Clock(60.0))
        if plan is not None:
            assert (np.bincount(plan, problem.data.demand, minlength=SITES) <= problem.data.room).all()
            found = min(found, problem.data.by_site[plan, np.arange(CLIENTS)].sum() + problem.data.fixed.sum())
            cutoff = min(cutoff, found)
        assert min(tree.bound, found) <= best + 1e-6
    assert found == (pytest.approx(best) if best < first else np.inf)
    assert min(tree.bound, found) == pytest.approx(min(first, best))


@pytest.mark.parametrize("seed", range(6))
def test_a_list_that_would_be_too_long_stops_below_the_cut_off(seed, solver, monkeypatch):
    problem, relaxed, _ = case(seed, spare=40)
    bound = relaxed.dual.mark[BOUND]
    cutoff = bound + 40.0
    whole = begun(problem, relaxed, cutoff)
    monkeypatch.setattr(packing_start, "MANY", whole.packings.cost.size - 1)
    part = begun(problem, relaxed, cutoff)
    assert part.left_out < cutoff
    assert part.packings.cost.size < whole.packings.cost.size
    tree, found = PackingTree(part, solver), np.inf
    while not tree.is_ended:
        plan = tree.run(1, min(cutoff, found), Clock(60.0))
        if plan is not None:
            found = problem.data.by_site[plan, np.arange(CLIENTS)].sum() + problem.data.fixed.sum()
    _, cost = costs(problem)
    assert min(tree.bound, found) == pytest.approx(min(part.left_out, cost.min(initial=np.inf)))
    assert start_of(problem, relaxed, cutoff, Clock(0.0)) is None
    monkeypatch.setattr(packing_start, "FEW", 0)
    assert start_of(problem, relaxed, cutoff, Clock(60.0)) is None
    monkeypatch.setattr(packing_start, "FEW", 10_000)
    monkeypatch.setattr(packing_start, "QUICK", 1)
    assert start_of(problem, relaxed, cutoff, Clock(60.0)) is None


def test_when_the_time_is_over_the_tree_stands_where_it_stood(solver):
    problem, relaxed, _ = case(1)
    tree = PackingTree(begun(problem, relaxed, costs(problem)[1].min() + 5.0), solver)
    before = tree.bound
    assert tree.run(5, np.inf, Clock(0.0)) is None
    assert tree.bound == before
    assert not tree.is_ended


@pytest.mark.parametrize("reach", [0.1, 50.0])
def test_a_program_goes_on_from_its_basis_with_other_packings_and_rows(reach, solver):
    """Its value is that of the whole program solved anew; with little reach, clients may be missed."""
    problem, relaxed, _ = case(4)
    start = begun(problem, relaxed, 1e6)
    packings, every = start.packings, np.arange(start.packings.cost.size)
    wages, none = (start.wage, reach), np.zeros(every.size, dtype=np.bool_)
    few = np.unique(np.concatenate([every[::2], [np.flatnonzero(packings.place == k)[0] for k in range(SITES)]]))
    bare = program_of(packings, few, no_rows(CLIENTS), SITES, wages)
    first = bare.solved(solver, None, np.zeros(few.size, dtype=np.bool_), 60.0)
    rows, basis = bare.with_rows(start.rows, first.basis, np.empty(0, dtype=np.int64))
    whole, basis = rows.with_packings(every, basis)
    ours = whole.solved(solver, basis, none, 60.0)
    anew = program_of(packings, every, start.rows, SITES, wages).solved(solver, None, none, 60.0)
    assert ours.value == pytest.approx(anew.value)
    assert (np.abs(ours.wage - start.wage) <= reach + 1e-6).all()
    assert reach < 1.0 or ours.missed == pytest.approx(0.0)


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_whose_packings_are_all_that_an_optimum_of_others_leaves_is_told(solver, seed):
    """Half of each of two pairs costs 6 and breaks no row; what it leaves below 6.5 is one plan, of 6.1."""
    pairs = [({0, 1}, 3.0), ({2, 3}, 3.0), ({0, 3}, 3.05)], [({0, 2}, 3.0), ({1, 3}, 3.0), ({1, 2}, 3.05)]
    each = [({client}, 2.6) for client in range(4)]
    held = [*pairs[0], *each, *pairs[1], *each]
    sizes = [len(clients) for clients, _ in held]
    packings = Listed(
        place=np.repeat([0, 1], 7),
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        client=np.array([client for clients, _ in held for client in sorted(clients)], dtype=np.int32),
        mask=np.array([[sum(1 << client for client in clients)] for clients, _ in held], dtype=np.uint64),
        cost=np.array([cost for _, cost in held]),
    )
    wage = np.random.default_rng(seed).random(4)
    start = Start(
        packings=packings, places=2, demand=np.ones(4), wage=wage, price=np.empty(0), rows=no_rows(4), left_out=6.5
    )
    tree, plans = PackingTree(start, solver), []
    while not tree.is_ended:
        plan = tree.run(1, 6.5, Clock(60.0))
        if plan is not None:
            plans.append(plan.tolist())
    assert [0, 1, 1, 0] in plans


def test_where_nobody_demands_anything_there_is_nothing_to_climb_on():
    cost = np.ones((4, 4))
    problem = Problem.of((cost, np.ones(4)), np.zeros(4), np.ones(4), np.full(4, OPEN), (0, 4), is_whole=True)
    relaxed = Relaxed(problem.data, problem.state, new_dual(4, np.ones(4), 0.1), no_triples(4))
    assert Strengthening(4, 4).climb_on(relaxed, 10.0, Clock(60.0)) is relaxed
