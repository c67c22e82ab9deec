"""Multi-commodity flow on instances small enough to be solved by eye, and its degenerate cases."""

from dataclasses import replace

import numpy as np
import pytest

from models import InstanceError, MultiCommodityFlow, SolveOptions, Status
from models.commodities import generation

INF = np.inf
# two commodities of one unit from 0 to 1: the direct link (cost 1) carries one unit, the way by 2 costs 2
LINKS = {"tail": [0, 0, 2], "head": [1, 2, 1], "capacity": [1, 5, 5], "unit_cost": [1, 1, 1]}
PAIRS = {"origin": [0, 0], "destination": [1, 1], "amount": [1, 1]}


def flows(**changes):
    return MultiCommodityFlow(**(LINKS | PAIRS | changes))


@pytest.fixture(params=["mip", "benders"])  # the program, and paths
def options(request):
    return SolveOptions(relative_gap=1e-9, engine=request.param)


def test_what_the_shared_link_cannot_carry_goes_round_about(options):
    # 1 x 1 + 1 x 2
    instance = flows()
    solution = instance.solve(options)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(3.0)
    assert solution.bound == pytest.approx(3.0)
    assert solution.load.tolist() == pytest.approx([1, 1, 1])
    assert np.einsum("ka,a->k", solution.flow, instance.unit_cost).sum() == pytest.approx(3.0)
    assert solution.link_price[0] == pytest.approx(1.0)  # a unit of room there saves the detour
    assert instance.price(solution) == pytest.approx(3.0)
    assert instance.check(solution) == []


def test_a_commodity_takes_the_links_that_are_cheap_for_it(options):
    # for commodity 1 the direct link costs 9: commodity 0 takes it
    solution = flows(unit_cost=[[1, 1, 1], [9, 1, 1]]).solve(options)
    assert solution.flow[0].tolist() == pytest.approx([1, 0, 0])
    assert solution.objective == pytest.approx(3.0)


def test_what_costs_more_to_move_than_not_to_serve_stays(options):
    # not serving a unit costs 1.5, the detour 2
    instance = flows(unserved_cost=1.5)
    solution = instance.solve(options)
    assert solution.objective == pytest.approx(2.5)
    assert solution.unserved.sum() == pytest.approx(1.0)
    assert instance.check(solution) == []


def test_only_what_may_stay_unserved_does(options):
    # room for one unit in all: commodity 0 must be served, commodity 1 pays 10
    instance = flows(capacity=[1, 0, 5], unserved_cost=[INF, 10])
    solution = instance.solve(options)
    assert solution.unserved.tolist() == pytest.approx([0, 1])
    assert solution.objective == pytest.approx(11.0)
    assert instance.check(solution) == []


def test_too_little_room_is_infeasible_and_says_where(options):
    solution = flows(capacity=[1, 0.25, 5]).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert "at least 0.75 of 2 units cannot be carried" in solution.stopped
    assert "link 0, 1" in solution.stopped
    assert solution.bound == INF


def test_a_commodity_without_a_way_is_infeasible_and_named(options):
    solution = flows(destination=[1, 2], tail=[0, 0, 2], head=[1, 1, 1]).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert "no way leads from origin to destination for commodity 1" in solution.stopped
    # a link that is forbidden, or has no room, is no way
    assert flows(unit_cost=[INF, 1, INF]).solve(options).status is Status.INFEASIBLE
    assert flows(capacity=[0, 5, 0]).solve(options).status is Status.INFEASIBLE


def test_a_commodity_without_a_way_that_may_stay_does(options):
    instance = flows(unit_cost=[INF, 1, INF], unserved_cost=7)
    solution = instance.solve(options)
    assert solution.objective == pytest.approx(14.0)
    assert instance.check(solution) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": [0, 0]},
        {"origin": [1, 2], "destination": [1, 2]},
        {"origin": [], "destination": [], "amount": []},
        {"amount": [0, 0], "unit_cost": [INF, INF, INF]},
        {"unit_cost": [0, 0, 0]},
    ],
)
def test_what_need_not_move_or_moves_for_nothing_costs_nothing(changes, options):
    instance = flows(**changes)
    solution = instance.solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 0.0)
    assert instance.check(solution) == []


def test_no_links_and_no_nodes_are_no_error(options):
    none = {"tail": [], "head": [], "capacity": [], "unit_cost": []}
    assert MultiCommodityFlow(**none, origin=[], destination=[], amount=[]).solve(options).objective == 0.0
    assert MultiCommodityFlow(**none, **PAIRS).solve(options).status is Status.INFEASIBLE


def test_amounts_of_all_sizes_are_told_apart(options):
    # the small one goes round about: the large one fills the direct link
    instance = flows(amount=[1e12, 1e-6], capacity=[1e12, INF, INF], unit_cost=[1, 5, 5])
    solution = instance.solve(options)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(1e12, rel=1e-9)
    assert instance.check(solution) == []


def test_supply_at_several_nodes_goes_to_the_nearest_demand():
    # nodes 0 and 2 send, node 1 takes 2: one by the direct link, one from 2
    instance = MultiCommodityFlow(**LINKS, supply=[[1, -2, 1]])
    solution = instance.solve()
    assert solution.objective == pytest.approx(2.0)
    assert instance.check(solution) == []
    short = MultiCommodityFlow(**(LINKS | {"capacity": [0.5, 0, 5]}), supply=[[1, -2, 1]], unserved_cost=4)
    solution = short.solve()
    # half a unit stays at node 0: 0.5 + 1 + 0.5 x 4
    assert solution.objective == pytest.approx(3.5)
    assert solution.unserved.tolist() == pytest.approx([0.5])
    assert short.check(solution) == []


def test_supply_that_does_not_balance_is_infeasible():
    solution = MultiCommodityFlow(**LINKS, supply=[[1, -2, 0]]).solve()
    assert solution.status is Status.INFEASIBLE
    assert "commodity 0 is unbalanced: its nodes supply 1 and demand 2" in solution.stopped
    assert "cannot be carried" in MultiCommodityFlow(**LINKS, supply=[[9, -9, 0]]).solve().stopped


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit_cost": [1, -1, 1]}, r"unit_cost\[1\] is -1"),
        ({"unit_cost": [1, np.nan, 1]}, r"unit_cost\[1\] is nan"),
        ({"unit_cost": [[1, 1, 1]]}, r"unit_cost has shape \(1, 3\); expected \(2, 3\)"),
        ({"capacity": [1, -5, 5]}, r"capacity\[1\] is -5"),
        ({"amount": [1, INF]}, r"amount\[1\] is inf"),
        ({"origin": [0, -1]}, r"origin\[1\] is -1; expected an index of nodes"),
        ({"destination": [1, 1, 1]}, r"destination has shape \(3,\)"),
        ({"nodes": 2}, r"tail\[2\] is 2; expected an index of nodes, 0 to 1"),
        ({"unserved_cost": [1, np.nan]}, r"unserved_cost\[1\] is nan"),
        ({"amount": [1e150, 1], "unit_cost": [1e150, 1, 1]}, "adds up to"),
        ({"supply": [[1, -1, 0]]}, "expected one or the other"),
    ],
)
def test_an_entry_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        flows(**changes)


def test_check_finds_every_false_claim():
    instance = flows()
    solution = instance.solve(SolveOptions(engine="mip"))

    def lines(**changes):
        return " ".join(instance.check(replace(solution, **changes)))

    entries = {"flow_commodity": np.array([0, 1]), "flow_link": np.array([0, 0]), "flow_amount": np.array([1.0, 1.0])}
    assert "link 0 carries 2, capacity is 1" in lines(**entries)
    assert "the flow costs 2, and claims 3" in lines(**entries)
    assert "leaves 1 unserved, and claims 0" in lines(flow_amount=solution.flow_amount * 0)
    assert "leaves -1 at node 0, supply 1" in lines(flow_amount=solution.flow_amount * 2)
    assert "must be served" in lines(unserved=np.array([1.0, 0.0]))
    assert "the prices prove 2, and the bound claims 3" in lines(link_price=np.zeros(3))
    assert "link_price has shape (2,)" in lines(link_price=np.zeros(2))
    assert "differ in number" in lines(flow_amount=np.ones(1))


def random_instance(commodities, seed=0, nodes=30, **changes):
    random = np.random.default_rng(seed)
    tail, head = np.repeat(np.arange(nodes), 4), random.integers(0, nodes, 4 * nodes)
    tail[:nodes], head[:nodes] = np.arange(nodes), (np.arange(nodes) + 1) % nodes
    given = {
        "tail": tail,
        "head": head,
        "unit_cost": random.integers(1, 100, tail.size).astype(float),
        "capacity": random.uniform(0.2, 0.8, tail.size) * commodities,
        "origin": random.integers(0, nodes, commodities),
        "destination": random.integers(0, nodes, commodities),
        "amount": random.integers(1, 20, commodities).astype(float),
        "unserved_cost": 300.0,
    }
    return MultiCommodityFlow(**(given | changes))


def test_paths_and_program_agree_on_a_crowded_network():
    instance = random_instance(80)
    program = instance.solve(SolveOptions(engine="mip", relative_gap=1e-7))
    paths = instance.solve(SolveOptions(engine="benders", relative_gap=1e-7))
    assert (program.link_price > 0).sum() > 5
    assert paths.status is program.status is Status.OPTIMAL
    assert paths.objective == pytest.approx(program.objective, rel=1e-6)
    assert instance.check(paths) == instance.check(program) == []


def test_a_limit_too_short_gives_what_there_is_with_its_gap():
    instance = random_instance(400, nodes=60)
    instance.solve(SolveOptions(time_limit_s=0.5))  # compiles
    solution = instance.solve(SolveOptions(time_limit_s=0.02, relative_gap=0.0))
    assert solution.seconds < 1.02
    assert solution.status in {Status.FEASIBLE, Status.NO_SOLUTION}
    assert instance.check(solution) == []


def test_ctrl_c_gives_the_best_plan_so_far(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(generation.Generation, "_rounds", interrupted)
    instance = random_instance(80)
    solution = instance.solve(SolveOptions(engine="benders", relative_gap=0.0))
    assert (solution.status, solution.stopped) == (Status.FEASIBLE, "interrupted")
    assert 0 < solution.bound < solution.objective
    assert instance.check(solution) == []


def test_a_path_longer_than_the_room_first_made_for_paths_is_found():
    links = 3_000  # in a row, each of cost 1
    row = flows(
        tail=np.arange(links), head=np.arange(1, links + 1), capacity=np.full(links, 5.0), unit_cost=np.ones(links),
        origin=[0], destination=[links], amount=[2.0],
    )  # fmt: skip
    solution = row.solve(SolveOptions(engine="benders", relative_gap=1e-9))
    assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(6_000.0))
    assert solution.load.tolist() == pytest.approx([2.0] * links)
    assert row.check(solution) == []


def test_without_any_time_nothing_moves_and_the_bound_holds():
    crowded = flows(amount=[1.5, 1.5])  # 1 unit directly for 1, 2 units round about for 4
    solution = crowded.solve(SolveOptions(engine="benders", relative_gap=1e-9, time_limit_s=1e-9))
    assert solution.status is Status.NO_SOLUTION
    assert solution.bound <= 5.0
    assert (solution.load.sum(), solution.unserved.tolist()) == (0.0, [1.5, 1.5])
