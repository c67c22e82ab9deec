"""The compiled parts of capacitated location: knapsacks, shipments, what they prove."""

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from oracles.whole_clients import on_a_line
from scipy.optimize import linprog

from models import FacilityLocation, SolveOptions, Status
from models.capacitated import leaves
from models.capacitated import plans as planning
from models.capacitated.assigning import Effort, assigned
from models.capacitated.assignment_tree import AssignmentTree
from models.capacitated.nodes import Node
from models.capacitated.plans import Plans
from models.capacitated.problem import Problem
from models.capacitated.strengthening import Strengthening
from models.clock import Clock
from models.heuristics.annealing import BEST, COST, OVER, PRICE, TEMPERATURE, anneal, new_annealing
from models.heuristics.site_moves import wages_of
from models.heuristics.transport import (
    DONE,
    MORE,
    close_site,
    empty_shipment,
    open_site,
    price_of,
    relieve_some,
    serve_cheapest,
    workspace,
)
from models.relaxation.decided_sites import Assigning, climb_packings
from models.relaxation.pair_bounds import useful_pairs
from models.relaxation.site_knapsacks import FREE, OPEN, choose, fill, pack
from models.relaxation.triples import triples_of
from models.relaxation.volume import BOUND, climb, flips, new_dual


def problem(draw, clients, sites, *, is_whole=False, spare=1.5):
    demand = draw.integers(1, 10, clients).astype(float)
    room = draw.integers(5, 20, sites).astype(float)
    room = np.ceil(room * max(1.0, spare * demand.sum() / room.sum()))
    costs = draw.integers(0, 60, (clients, sites)).astype(float), draw.integers(0, 40, sites).astype(float)
    return Problem.of(costs, demand, room, np.full(sites, FREE), (0, sites), is_whole=is_whole)


def served(data, sites):
    """Return the least cost of serving all clients from `sites` by linear programming."""
    clients = data.demand.size
    once = np.kron(np.eye(clients), np.ones((1, len(sites))))
    load = np.kron(data.demand[None, :], np.eye(len(sites)))
    answer = linprog(data.by_site[sites].T.ravel(), A_eq=once, b_eq=np.ones(clients), A_ub=load, b_ub=data.room[sites])
    return answer.fun if answer.status == 0 else np.inf


def shipped(data, sites):
    ship, work = empty_shipment(data.room.size, 200), workspace(data.room.size)
    done, found = np.zeros(2, dtype=np.int64), MORE
    assert serve_cheapest(data, np.array(sites), ship)
    while found == MORE:
        found = relieve_some(data, np.array(sites), ship, done, 1)
    assert found == DONE
    return ship, work


@pytest.mark.parametrize("seed", range(20))
def test_knapsacks_take_what_is_best(seed):
    draw = np.random.default_rng(seed)
    count = int(draw.integers(1, 9))
    gain, size = draw.integers(1, 20, count).astype(float), draw.integers(0, 10, count).astype(float)
    room = float(draw.integers(0, 30))
    continuous = -linprog(-gain, A_ub=[size], b_ub=[room], bounds=(0, 1)).fun
    whole = max(
        gain[list(taken)].sum()
        for number in range(count + 1)
        for taken in combinations(range(count), number)
        if size[list(taken)].sum() <= room
    )
    assert fill(count, room, np.arange(count), gain.copy(), size.copy())[0] == pytest.approx(continuous)
    items, chosen = np.arange(count), np.zeros(count, dtype=bool)
    assert pack(count, room, items, gain.copy(), size.copy(), chosen) == pytest.approx(whole)
    assert gain[items[chosen]].sum() == pytest.approx(whole)


@pytest.mark.parametrize("seed", range(20))
def test_a_shipment_is_best_and_its_prices_prove_it(seed):
    data = problem(np.random.default_rng(seed), 12, 5).data
    sites = np.arange(5)
    ship, _ = shipped(data, sites)
    value = price_of(data, sites, ship)
    assert value == pytest.approx(served(data, sites))
    proved = wages_of(data, sites, ship.price).sum() - (ship.price * data.room).sum()
    assert proved == pytest.approx(value)


@pytest.mark.parametrize("seed", range(20))
def test_a_shipment_carried_on_without_or_with_one_site_more_is_best(seed):
    data = problem(np.random.default_rng(seed), 12, 5, spare=2.0).data
    everywhere, fewer = np.arange(5), np.array([0, 1, 3, 4])
    if data.room[fewer].sum() < data.need:
        return
    ship, work = shipped(data, everywhere)
    assert close_site(data, fewer, 2, ship, work)
    assert price_of(data, fewer, ship) == pytest.approx(served(data, fewer))
    assert open_site(data, everywhere, 2, ship, work)
    assert price_of(data, everywhere, ship) == pytest.approx(served(data, everywhere))


def plans(case):
    """Yield (open sites, site of each client, cost) of every plan of whole clients."""
    data = case.data
    sites, clients = data.by_site.shape
    for at in product(range(sites), repeat=clients):
        if (np.bincount(at, data.demand, minlength=sites) <= data.room).all():
            used = sorted(set(at))
            yield used, at, data.by_site[list(at), range(clients)].sum() + data.fixed[used].sum()


@pytest.mark.parametrize("seed", range(8))
def test_bounds_flips_and_left_out_pairs_never_exclude_a_better_plan(seed):
    case = problem(np.random.default_rng(seed), 5, 3, is_whole=True)
    every = list(plans(case))
    best = min((cost for _, _, cost in every), default=np.inf)
    dual = new_dual(3, case.first_wages, 0.5)
    bound = climb(case.data, case.state, dual, best, np.inf, 60)
    assert bound <= best + 1e-9
    opposite, chosen = flips(case.data, case.state, dual)
    for used, _, cost in every:
        is_open = np.isin(np.arange(3), used)
        assert (opposite[is_open != chosen] <= cost + 1e-9).all()
    with_open = np.where(chosen, dual.mark[BOUND], opposite)
    useful = useful_pairs(case.data, case.state, dual, with_open, best + 1e-6)
    for _, at, cost in every:
        if cost <= best:
            assert useful[list(at), range(5)].all()


TRIPLES = np.array(list(combinations(range(7), 3)))
EFFORT = Effort(turns=2, steps=2_000, noise=0.2)


def test_whole_clients_are_assigned_within_the_rooms():
    case = problem(np.random.default_rng(3), 12, 4, is_whole=True)
    sites = np.array([0, 1, 3])
    at = assigned(case, sites, case.first_wages, EFFORT, Clock(60.0), np.random.default_rng(0))
    assert set(at) <= {0, 1, 3}
    assert (np.bincount(at, case.data.demand, minlength=4) <= case.data.room * (1 + 1e-9)).all()


def test_clients_that_have_no_room_anywhere_are_not_assigned():
    # two clients of 3, two sites with room for 4 and for 2
    state, room = np.full(2, OPEN), np.array([4.0, 2.0])
    case = Problem.of((np.ones((2, 2)), np.zeros(2)), np.full(2, 3.0), room, state, (0, 2), is_whole=True)
    rng = np.random.default_rng(0)
    assert assigned(case, np.arange(2), case.first_wages, EFFORT, Clock(60.0), rng) is None


@pytest.mark.parametrize("seed", range(10))
def test_annealing_keeps_account_of_what_it_moves(seed):
    draw = np.random.default_rng(seed)
    cost, demand, room = draw.random((12, 4)), draw.integers(1, 6, 12).astype(float), np.full(4, 11.0)
    near = np.argsort(cost, axis=1)[:, :3].copy()
    work = new_annealing(cost, near, demand, room, draw.integers(0, 4, 12))
    work.mark[[PRICE, TEMPERATURE]] = 1.0, 0.3
    anneal(work, 30_000, 0.99, seed)
    at, load = work.at, np.bincount(work.at, demand, minlength=4)
    assert work.number.tolist() == np.bincount(at, minlength=4).tolist()
    assert [work.member[j, q] for j, q in zip(at, work.place, strict=True)] == list(range(12))
    np.testing.assert_allclose(work.load, load)
    now = cost[np.arange(12), at].sum(), np.maximum(load - room, 0.0).sum()
    np.testing.assert_allclose(work.mark[[COST, OVER]], now, atol=1e-9)
    best = work.best_at
    assert (np.bincount(best, demand, minlength=4) <= room).all()
    assert work.mark[BEST] == pytest.approx(cost[np.arange(12), best].sum())


def test_annealing_lets_one_client_change_places_with_two_where_all_sites_are_full():
    # by eye: the other way round costs nothing; every move of one client, or of one for one, overloads
    cost, demand, room = np.array([[2.0, 0.0], [0.0, 2.0], [0.0, 2.0]]), np.array([4.0, 2.0, 2.0]), np.full(2, 4.0)
    work = new_annealing(cost, np.array([[0, 1]] * 3), demand, room, np.array([0, 1, 1]))
    work.mark[[PRICE, TEMPERATURE]] = 1e6, 1e-3
    anneal(work, 1_000, 1.0, 0)
    assert work.best_at.tolist() == [1, 0, 0]
    assert work.mark[BEST] == 0.0


def best_assignment(data):
    """Return the least cost of serving all clients from all sites, whole."""
    sites, clients = data.by_site.shape
    costs = (
        data.by_site[list(at), range(clients)].sum()
        for at in product(range(sites), repeat=clients)
        if (np.bincount(at, data.demand, minlength=sites) <= data.room).all()
    )
    return min(costs, default=np.inf)


@pytest.mark.parametrize("seed", range(30))
def test_packings_never_bound_above_the_best_and_assignments_keep_to_the_rooms(seed):
    case = problem(np.random.default_rng(seed), 7, 3, is_whole=True, spare=1.1)
    data, best = case.data, best_assignment(case.data)
    share = np.zeros((3, 7))
    work = Assigning(data.by_site, data.demand, data.room, np.ones(7, dtype=bool), case.first_wages.copy(), share)
    assert climb_packings(work, 100, 0.3, np.inf) <= best + 1e-9
    at = assigned(case, np.arange(3), work.wage, EFFORT, Clock(60.0), np.random.default_rng(seed))
    if at is not None:
        assert (np.bincount(at, data.demand, minlength=3) <= data.room).all()
        assert best <= data.by_site[at, np.arange(7)].sum() <= 1.2 * best


@pytest.mark.parametrize("rows", [None, 0, 20])
@pytest.mark.parametrize("seed", range(30))
def test_the_tree_over_clients_proves_the_best_assignment(seed, rows):
    case = problem(np.random.default_rng(seed), 7, 3, is_whole=True, spare=1.1)
    data, opening = case.data, case.data.fixed.sum()
    best = best_assignment(data) + opening
    allowed = np.ones((3, 7), dtype=bool)
    triples = None if rows is None else triples_of(TRIPLES[:rows], np.full(len(TRIPLES[:rows]), 2.0), 7)
    apart = None if triples is None else (triples, Strengthening(3, 7))
    tree = AssignmentTree(case, np.arange(3), allowed, case.first_wages, apart)
    found, cutoff = np.inf, 1e9
    for _ in range(5_000):
        plan = tree.run(1, cutoff, Clock(60.0))
        if plan is not None:
            assert (np.bincount(plan, data.demand, minlength=3) <= data.room).all()
            found = min(found, data.by_site[plan, np.arange(7)].sum() + opening)
            cutoff = found - 1e-6
        assert min(tree.bound, found) <= best + 1e-6
        if tree.bound >= cutoff:
            break
    assert found == pytest.approx(best)


@pytest.mark.parametrize("seed", range(12))
def test_the_tree_over_clients_alone_proves_what_the_program_proves(seed, monkeypatch):
    """No choice of sites is handed to HiGHS."""
    draw = np.random.default_rng(seed)
    demand = draw.integers(1, 10, 9)
    case = instance(
        cost=draw.integers(0, 60, (9, 5)), fixed_cost=draw.integers(0, 40, 5), demand=demand,
        capacity=draw.integers(10, 20, 5), single_source=True,
    )  # fmt: skip
    exact = SolveOptions(relative_gap=0.0)
    plain = case.solve(replace(exact, engine="mip"))
    monkeypatch.setattr(leaves.Finisher, "TOO_MANY_PAIRS", 0)
    ours = case.solve(exact)
    assert ours.status is plain.status
    assert ours.objective == pytest.approx(plain.objective)
    assert not ours.has_plan or case.check(ours) == []


@pytest.mark.parametrize(("few", "expected"), [(0, [leaves.DIVES]), (1_000, [1])])
def test_clients_are_assigned_after_one_dive_where_few_pairs_are_left_for_the_program(few, expected, monkeypatch):
    met = []
    problem = on_a_line([0.5, 4.5], [3, 3], [1.0, 1.0], state=OPEN)
    monkeypatch.setattr(leaves, "FEW_USEFUL", few)
    monkeypatch.setattr(Plans, "assign_well", lambda _plans, _sites, _wage, dives: met.append(dives))
    clock, node = Clock(60.0), Node.root(problem, 0.5)
    plans = Plans(problem, clock)
    with leaves.Finisher(Strengthening(problem.n_sites, problem.n_clients)) as finisher:
        finisher.finish(node, plans, 0.0, clock)
    assert met == expected
    assert plans.value == pytest.approx(7.0), "the program finds the plan"
    assert node.bound == pytest.approx(7.0)


def test_the_slope_at_the_best_toll_is_that_of_just_enough_room():
    # a site of room 3 for 6, one of room 5 for 20; room for 4 is needed: the toll on room makes the dear one a bargain
    fixed, room = np.array([6.0, 20.0]), np.array([3.0, 5.0])
    case = Problem.of((np.zeros((1, 2)), fixed), np.array([4.0]), room, np.full(2, FREE), (0, 2), is_whole=False)
    chosen, part = np.zeros(2, dtype=bool), np.zeros(2)
    least, toll = choose(case.data._replace(least=0), case.state, fixed, chosen, part)
    # the cheap one whole and 1 / 5 of the dear one (its room is cut to the 4 that are needed: 1 / 4)
    assert least == pytest.approx(6 + 20 / 4)
    assert toll == pytest.approx(20 / 4)
    assert part == pytest.approx([1.0, 0.25], abs=1e-6)


def test_forced_sites_count_towards_the_sites_that_the_demand_needs():
    state = np.array([OPEN, FREE, FREE])
    case = Problem.of(
        (np.zeros((1, 3)), np.zeros(3)), np.array([10.0]), np.array([1.0, 5.0, 6.0]), state, (0, 3), is_whole=False
    )
    assert case.data.least == 3  # 1 and 6 and 5 for 10


def instance(**changes):
    arrays = {"cost": [[1, 5], [4, 1]], "fixed_cost": [3, 2], "demand": [2, 3], "capacity": [4, 4]}
    return FacilityLocation(**(arrays | changes))


def test_a_client_is_split_where_room_is_short():
    # site 0 takes all of client 0 (2 of 4) and 1 of the 3 of client 1? no: site 1 has room for all 3
    assert instance().solve().objective == 1 + 1 + 3 + 2
    # with room for 2 at site 1, a third of client 1 goes to site 0: 1 + 4 / 3 + 2 / 3 + 5
    assert instance(capacity=[4, 2]).solve(SolveOptions(relative_gap=0)).objective == pytest.approx(8.0)


def test_a_whole_client_is_not_split():
    # client 1 does not fit into site 1: both go nowhere together (5 > 4), so client 0 moves: 5 + 4 + 3 + 2
    assert instance(capacity=[4, 2], single_source=True).solve(SolveOptions(relative_gap=0)).objective == 14


@pytest.mark.parametrize("single_source", [False, True])
@pytest.mark.parametrize("weight", [1e-6, 1.0, 1e12])
def test_demands_of_any_size_are_served(weight, single_source):
    found = instance(demand=[2e-6, 3 * weight], capacity=[8 * weight, 8 * weight], single_source=single_source)
    solution = found.solve(SolveOptions(relative_gap=0))
    assert solution.status is Status.OPTIMAL
    assert found.check(solution) == []
    assert solution.objective == 7  # site 1 alone: 5 + 1 + 2 = 8; both: 7; site 0 alone: 1 + 4 + 3 = 8


def test_zero_demand_needs_a_site_but_no_room():
    solution = instance(demand=[0, 0], capacity=[0, 0]).solve(SolveOptions(relative_gap=0))
    assert solution.objective == 7


def test_demand_above_all_room_is_infeasible_and_says_so():
    solution = instance(capacity=[1, 1]).solve()
    assert solution.status is Status.INFEASIBLE
    assert "all clients together need 5" in solution.stopped


def test_whole_clients_that_cannot_be_packed_are_infeasible():
    solution = instance(cost=[[1, 1]] * 3, demand=[2, 2, 2], capacity=[3, 3], single_source=True).solve()
    assert solution.status is Status.INFEASIBLE


def test_the_time_limit_gives_the_best_plan_so_far_with_its_gap():
    draw = np.random.default_rng(5)
    case = FacilityLocation(
        cost=draw.random((200, 200)), fixed_cost=draw.random(200), demand=draw.random(200), capacity=np.full(200, 5.0)
    )
    case.solve(SolveOptions(time_limit_s=120))  # compiled
    solution = case.solve(SolveOptions(time_limit_s=0.3, relative_gap=0))
    assert solution.status in {Status.FEASIBLE, Status.OPTIMAL, Status.NO_SOLUTION}
    assert solution.bound <= solution.objective
    assert case.check(solution) == [] or solution.status is Status.NO_SOLUTION


class Looks:
    """A clock that is over after some looks at it."""

    def __init__(self, left):
        self.left = left

    @property
    def is_over(self):
        self.left -= 1
        return self.left < 0


def test_shipping_ends_where_the_time_does_and_the_plan_before_is_kept(monkeypatch):
    monkeypatch.setattr(planning, "SLICE", 0.0)  # a look at the clock after each chain
    draw = np.random.default_rng(3)
    cost = draw.random((30, 10))
    cost[:, 0] /= 100.0  # all ask for the first site
    case = Problem.of((cost, np.ones(10)), np.ones(30), np.full(10, 4.0), np.full(10, FREE), (0, 10), is_whole=False)
    every, looks = np.arange(10), Looks(1000)
    kept = planning.Plans(case, looks)
    value = kept.offer(every)
    assert value == pytest.approx(served(case.data, every.tolist()) + 10.0)
    assert kept.value == value
    assert 10 < 1000 - looks.left < 1000
    looks.left = 1
    assert kept.shipped(every) is None
    assert kept.offer(np.arange(1, 10)) == np.inf
    assert (kept.value, kept.sites.tolist()) == (value, every.tolist())
