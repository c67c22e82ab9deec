"""`HubLocation` by eye: values worked out by hand, degenerate input, limits, and what `check` says."""

from dataclasses import replace

import numpy as np
import pytest

from models import Elastic, HubLocation, InstanceError, SolveOptions, Status
from models.clock import Clock
from models.hubs import answers, single, textbook, tree
from models.hubs.near_best import Several
from models.solver import Outcome
from models.stopping import ALL_FOUND

LAGRANGIAN = SolveOptions(engine="lagrangian", relative_gap=1e-9)
MIP = SolveOptions(engine="mip", relative_gap=1e-9)


@pytest.fixture
def line():
    """Four nodes in a row, 1 apart; one unit from either end to the other; hubs cost 1, transfer half."""
    at = np.arange(4.0)
    flow = np.zeros((4, 4))
    flow[0, 3] = flow[3, 0] = 1.0
    return HubLocation(flow=flow, cost=abs(at[:, None] - at), fixed_cost=np.ones(4), transfer=0.5)


@pytest.fixture
def random_plane():
    """Return a maker of instances of points in a square."""

    def make(nodes, **options):
        rng = np.random.default_rng(nodes)
        points = rng.random((nodes, 2)) * 100
        return HubLocation(
            flow=rng.pareto(1.5, (nodes, nodes)),
            cost=np.linalg.norm(points[:, None] - points, axis=2),
            **options,
        )

    return make


def solutions(instance):
    return [instance.solve(options) for options in (MIP, LAGRANGIAN)]


def test_two_hubs_at_the_ends_of_a_row_halve_the_way(line):
    # one hub anywhere: 2 units x 3 + 1 = 7; hubs at both ends: 2 x 0.5 x 3 + 2 = 5
    for solution in solutions(line):
        assert solution.objective == pytest.approx(5.0)
        assert solution.open.tolist() == [True, False, False, True]
        assert solution.allocation[[0, 3]].tolist() == [0, 3]
        assert line.check(solution) == []


def test_one_hub_alone_leaves_the_way_as_it_is(line):
    for solution in solutions(replace(line, hubs=1)):
        assert solution.objective == pytest.approx(7.0)


def test_dear_collection_draws_hubs_to_the_ends_and_dear_distribution_too(line):
    # p = 2 between nodes 1 and 2: 2 x (3 x 1 + 0.5 x 1 + 2 x 1) + 2 = 13; at the ends 2 x 0.5 x 3 + 2 = 5
    inner = replace(line, collection=3.0, distribution=2.0, fixed_cost=[9, 1, 1, 9], hubs=2)
    for solution in solutions(inner):
        assert solution.objective == pytest.approx(13.0)
        assert solution.open.tolist() == [False, True, True, False]


def test_the_other_good_sets_of_a_row_are_those_next_to_the_ends(line):
    # hubs at both ends 5; one of them a place further in 2 x (0.5 x 2 + 1) + 2 = 6; a third hub beside the ends 3 + 3
    sets = {(0, 3): 5.0, (0, 2): 6.0, (1, 3): 6.0, (0, 1, 3): 6.0, (0, 2, 3): 6.0}
    for options in (MIP, LAGRANGIAN):
        found = line.alternatives(9, within=0.2, options=options)
        assert {tuple(np.flatnonzero(one.open).tolist()): one.objective for one in found} == pytest.approx(sets)
        assert found[0].objective == pytest.approx(5.0)
        assert {one.stopped for one in found} == {ALL_FOUND}
        assert [one.bound for one in found] == pytest.approx([5.0] * 5)


@pytest.mark.parametrize("engine", ["auto", "lagrangian", "mip"])
def test_where_there_is_no_plan_there_is_no_other_one(engine, line):
    options = SolveOptions(engine=engine)
    assert replace(line, hubs=5).alternatives(options=options) == ()
    assert replace(line, cost=np.full((4, 4), np.inf)).alternatives(options=options) == ()
    assert replace(line, capacity=[0.5] * 4).alternatives(options=options) == ()


@pytest.mark.parametrize("engine", ["auto", "lagrangian", "mip"])
@pytest.mark.parametrize("allocation", ["single", "multiple"])
def test_forbidden_links_where_nothing_flows_keep_no_set_from_being_told(engine, allocation):
    idle = HubLocation(flow=np.zeros((2, 2)), cost=np.full((2, 2), np.inf), hubs=1, allocation=allocation)
    found = idle.alternatives(5, options=SolveOptions(engine=engine))
    assert sorted(one.open.tolist() for one in found) == [[False, True], [True, False]]
    assert [one.objective for one in found] == [0.0, 0.0]


def test_a_plan_whose_routes_are_not_proved_cheapest_keeps_all_from_being_called_found():
    several = Several(clock=Clock(np.inf), relative_gap=0.0, is_single=False, wanted=2, within=0.1)
    nothing = (np.empty((0, 4), dtype=np.intp), np.empty(0))
    several.offer(10.0, (np.array([0]), *nothing))
    several.note(10.5, 12.0)
    assert several.may_lack  # between 10.5 and 12: perhaps within 11
    several.offer(10.2, (np.array([1]), *nothing))
    assert not several.may_lack  # the two best cost less than it can


def test_plans_above_the_limit_are_dropped_and_their_values_known():
    several = Several(clock=Clock(np.inf), relative_gap=0.0, is_single=True, wanted=1, within=np.inf)
    for value in range(100, 0, -1):
        several.offer(float(value), (np.array([value]), np.empty((0, 4), dtype=np.intp), np.empty(0)))
    assert len(several.plans) < len(several.values) == 100
    assert [plan[0].tolist() for plan in several.kept()] == [[1]]


def test_multiple_allocation_lets_each_pair_choose():
    # node 1 sends to both ends of a row 0 - 1 - 2; hubs at the ends: single has one hub, multiple goes the short way
    flow = np.array([[0, 0, 0], [1, 0, 1], [0, 0, 0]], dtype=float)
    cost = np.array([[0, 1, 2], [1, 0, 1], [2, 1, 0]], dtype=float)
    instance = HubLocation(flow=flow, cost=cost, hubs=2, fixed_cost=[0, 9, 0], transfer=1.0)
    for solution in solutions(instance):
        assert solution.objective == pytest.approx(1 + 3)
    for solution in solutions(replace(instance, allocation="multiple")):
        assert solution.objective == pytest.approx(1 + 1)
        assert solution.allocation[1, 0].tolist() == [0, 0]
        assert solution.allocation[1, 2].tolist() == [2, 2]
        assert solution.allocation[0, 1].tolist() == [-1, -1]


def test_scarce_room_splits_a_flow_where_several_hubs_are_allowed():
    # 4 units from node 0 to itself by hubs 1 (cost 1 there and back 1) with room 3 and 2 (cost 2, 2) with room 3
    flow = np.zeros((3, 3))
    flow[0, 0] = 4.0
    cost = np.array([[9, 1, 2], [1, 0, 1], [2, 1, 0]], dtype=float)
    instance = HubLocation(flow=flow, cost=cost, capacity=[0, 3, 3], transfer=5.0, allocation="multiple")
    for solution in solutions(instance):
        assert solution.objective == pytest.approx(3 * 2 + 1 * 4)
        assert sorted(solution.share.tolist()) == pytest.approx([0.25, 0.75])
        assert instance.check(solution) == []
    for solution in solutions(replace(instance, allocation="single")):
        assert solution.status is Status.INFEASIBLE
        assert "node 0 sends 4" in solution.stopped


def test_too_little_room_is_said_in_numbers(line):
    for solution in solutions(replace(line, capacity=[0.5, 0.5, 0.5, 0.25])):
        assert solution.status is Status.INFEASIBLE
        assert np.isinf(solution.objective)
        assert "hold" in solution.stopped


def test_a_node_that_no_hub_can_hold_is_named(line):
    for solution in solutions(replace(line, flow=line.flow * [[9], [1], [1], [1]], capacity=[5, 5, 5, 5])):
        assert "node 0 sends 9" in solution.stopped


def test_nodes_that_fit_no_hub_together_are_infeasible_without_a_word_on_totals():
    # three nodes of 3 units each, hubs hold 5: every node its own hub, and one must not be
    flow = np.diag([3.0, 3.0, 3.0])
    instance = HubLocation(flow=flow, cost=np.ones((3, 3)), capacity=[5, 5, 5], hubs=2)
    for solution in solutions(instance):
        assert solution.status is Status.INFEASIBLE
        assert solution.stopped


def test_a_forbidden_link_is_avoided_and_named_where_it_cannot_be():
    flow = np.array([[0.0, 1.0], [0.0, 0.0]])
    cost = np.array([[0.0, np.inf], [1.0, 0.0]])
    for allocation in ("single", "multiple"):
        for solution in solutions(HubLocation(flow=flow, cost=cost, allocation=allocation)):
            assert solution.status is Status.INFEASIBLE
            assert "from 0 to 1" in solution.stopped
    cost = np.array([[0.0, np.inf, 1.0], [9.0, 0.0, 9.0], [1.0, 2.0, 0.0]])
    flow = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    for allocation in ("single", "multiple"):
        for solution in solutions(HubLocation(flow=flow, cost=cost, allocation=allocation, transfer=1.0)):
            assert solution.objective == pytest.approx(3.0)


def test_a_factor_of_zero_does_not_open_a_forbidden_link():
    flow = np.array([[0.0, 1.0], [0.0, 0.0]])
    cost = np.array([[0.0, np.inf], [np.inf, 0.0]])
    zero = {"collection": 0.0, "transfer": 0.0, "distribution": 0.0}
    for allocation in ("single", "multiple"):
        solution = HubLocation(flow=flow, cost=cost, allocation=allocation, **zero).solve(LAGRANGIAN)
        assert solution.status is Status.INFEASIBLE


@pytest.mark.parametrize("allocation", ["single", "multiple"])
@pytest.mark.parametrize("engine", ["mip", "lagrangian"])
class TestDegenerate:
    def solve(self, engine, **arrays):
        instance = HubLocation(**arrays)
        solution = instance.solve(SolveOptions(engine=engine, relative_gap=1e-9))
        if solution.has_plan:
            assert instance.check(solution) == []
        return solution

    def test_no_node_costs_nothing(self, engine, allocation):
        none = np.zeros((0, 0))
        assert self.solve(engine, flow=none, cost=none, allocation=allocation).objective == 0

    def test_one_node_is_its_own_hub(self, engine, allocation):
        solution = self.solve(engine, flow=[[2]], cost=[[3]], hubs=1, fixed_cost=[5], allocation=allocation)
        assert solution.objective == pytest.approx(2 * 3 * (1 + 0.75 + 1) + 5)

    def test_every_node_a_hub(self, engine, allocation):
        cost = np.array([[0, 4, 4], [4, 0, 4], [4, 4, 0]])
        solution = self.solve(engine, flow=np.ones((3, 3)), cost=cost, hubs=3, allocation=allocation)
        assert solution.objective == pytest.approx(6 * 0.75 * 4)

    def test_no_hub_allowed_is_infeasible(self, engine, allocation):
        solution = self.solve(engine, flow=np.ones((2, 2)), cost=np.ones((2, 2)), hubs=0, allocation=allocation)
        assert solution.status is Status.INFEASIBLE
        assert "0 hubs" in solution.stopped

    def test_more_hubs_than_nodes_is_infeasible(self, engine, allocation):
        solution = self.solve(engine, flow=np.ones((2, 2)), cost=np.ones((2, 2)), hubs=3, allocation=allocation)
        assert solution.status is Status.INFEASIBLE
        assert "2 nodes" in solution.stopped

    def test_no_flow_leaves_the_cheapest_hubs(self, engine, allocation):
        arrays = {"flow": np.zeros((3, 3)), "cost": np.ones((3, 3)), "fixed_cost": [3, 1, 2], "hubs": 2}
        assert self.solve(engine, **arrays, allocation=allocation).objective == pytest.approx(3.0)

    def test_nodes_at_one_place_are_served_together(self, engine, allocation):
        solution = self.solve(
            engine, flow=np.ones((8, 8)), cost=np.zeros((8, 8)), hubs=2, allocation=allocation, fixed_cost=np.ones(8)
        )
        assert solution.objective == pytest.approx(2.0)
        assert solution.status is Status.OPTIMAL

    def test_equal_costs_everywhere_are_settled(self, engine, allocation):
        cost = np.ones((7, 7)) - np.eye(7)
        solution = self.solve(engine, flow=np.ones((7, 7)), cost=cost, hubs=2, allocation=allocation)
        single_value = 5 * 7 * 2  # five nodes go to a hub: 7 units there, 7 back
        between = {"single": 0.75 * 2 * 3 * 4, "multiple": None}[allocation]
        assert solution.status is Status.OPTIMAL
        if between is not None:
            assert solution.objective <= single_value + between + 1e-9

    def test_tiny_flows_beside_huge_ones_are_still_carried(self, engine, allocation):
        flow = np.array([[0, 1e12, 1e-6], [1e12, 0, 0], [1e-6, 0, 0]])
        cost = np.array([[0, 1, 5], [1, 0, 5], [5, 5, 0]], dtype=float)
        solution = self.solve(engine, flow=flow, cost=cost, hubs=1, allocation=allocation)
        assert solution.objective == pytest.approx(2e12 + 1e-5, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"flow": [[0, -1], [0, 0]]}, r"flow\[0, 1\] is -1"),
        ({"flow": [[0, np.nan], [0, 0]]}, r"flow\[0, 1\] is nan"),
        ({"flow": [[0, np.inf], [0, 0]]}, r"flow\[0, 1\] is inf"),
        ({"flow": [[0, 1]]}, "flow has shape"),
        ({"cost": [[0, -2], [0, 0]]}, r"cost\[0, 1\] is -2"),
        ({"cost": [[0, 1, 2]]}, "cost has shape"),
        ({"fixed_cost": [1, np.inf]}, r"fixed_cost\[1\] is inf"),
        ({"capacity": [1, -1]}, r"capacity\[1\] is -1"),
        ({"capacity": [1, 2, 3]}, "capacity has shape"),
        ({"hubs": 1.5}, "hubs is 1.5"),
        ({"hubs": -1}, "hubs is -1"),
        ({"hubs": np.nan}, "hubs is nan"),
        ({"transfer": -0.5}, "transfer is -0.5"),
        ({"collection": np.nan}, "collection is nan"),
        ({"distribution": np.inf}, "distribution is inf"),
        ({"allocation": "double"}, "allocation is 'double'"),
        ({"flow": [[0, 1e150], [0, 0]], "cost": [[0, 1e150], [0, 0]]}, "adds up to"),
    ],
)
def test_a_value_without_meaning_is_named(change, words):
    good = {"flow": np.ones((2, 2)), "cost": np.ones((2, 2))}
    with pytest.raises(InstanceError, match=words):
        HubLocation(**(good | change))


def test_arrays_are_read_only(line):
    solution = line.solve()
    for array in (line.flow, line.cost, line.capacity, solution.open, solution.allocation, solution.routes):
        assert not array.flags.writeable


def test_check_names_what_a_plan_breaks(line):
    good = line.solve()
    closed = replace(good, open=np.zeros(4, dtype=bool))
    assert any("node 0 is allocated to node 0, which is no hub" in words for words in line.check(closed))
    stray = replace(good, allocation=np.array([3, 0, 3, 3]))
    assert any("node 0 is a hub and is allocated to node 3" in words for words in line.check(stray))
    lost = replace(good, allocation=np.array([0, 0, -1, 3]))
    assert "node 2 has no hub" in line.check(lost)
    dear = replace(good, objective=4.0)
    assert any("costs 5" in words for words in line.check(dear))
    high = replace(good, bound=6.0)
    assert any("bound" in words for words in line.check(high))
    assert any("expected 1" in words for words in replace(line, hubs=1).check(good))
    assert any("hub 0 collects 1" in words for words in replace(line, capacity=[0.5, 1, 1, 1]).check(good))
    assert any("shape" in words for words in line.check(replace(good, allocation=np.zeros(3, dtype=int))))
    assert any("does not exist" in words for words in line.check(replace(good, allocation=np.full(4, 7))))


def test_check_adds_up_the_shares_of_multiple_allocation(line):
    several = replace(line, allocation="multiple")
    good = several.solve()
    assert several.check(good) == []
    half = replace(good, share=good.share / 2)
    assert any("add up to 0.5" in words for words in several.check(half))
    closed = replace(good, open=np.zeros(4, dtype=bool))
    assert any("not both hubs" in words for words in several.check(closed))


def test_a_time_limit_ends_with_the_best_plan_and_its_gap(random_plane):
    instance = random_plane(40, fixed_cost=np.full(40, 3000.0), capacity=None)
    instance = replace(instance, capacity=np.full(40, 1.2 * instance.flow.sum(axis=1).max()))
    instance.solve(SolveOptions(time_limit_s=1e-3))  # compiles
    solution = instance.solve(SolveOptions(time_limit_s=0.2, relative_gap=0.0))
    assert solution.status in {Status.FEASIBLE, Status.OPTIMAL}
    assert solution.bound <= solution.objective
    assert instance.check(solution) == []


@pytest.mark.parametrize("allocation", ["single", "multiple"])
def test_an_interruption_keeps_the_best_plan(random_plane, monkeypatch, allocation):
    instance = random_plane(20, fixed_cost=np.full(20, 500.0), allocation=allocation)
    full = instance.solve(LAGRANGIAN)
    ticks = iter(range(3))

    def tick(_):
        if next(ticks, None) is None:
            raise KeyboardInterrupt

    monkeypatch.setattr(tree.Best, "tick", tick)
    solution = instance.solve(LAGRANGIAN)
    assert solution.bound <= full.objective * (1 + 1e-9)
    assert solution.objective >= full.objective * (1 - 1e-9)
    assert instance.check(solution) == []
    if solution.status is Status.FEASIBLE:
        assert solution.stopped == "interrupted"


def test_a_plan_that_presolve_overlooks_is_found():
    # HiGHS with presolve calls this program infeasible; hubs 2 and 3 hold 4 + 1 and 4
    flow = np.array([[0, 0, 0, 4], [0, 0, 0, 1], [0, 0, 0, 0], [0, 1, 1, 2]], dtype=float)
    instance = HubLocation(flow=flow, cost=np.zeros((4, 4)), hubs=2, capacity=[0, 0, 5.4, 5.4])
    for solution in solutions(instance):
        assert solution.status is Status.OPTIMAL
        assert instance.check(solution) == []


def test_fixing_and_steps_switched_off_change_no_value(random_plane, monkeypatch):
    instance = random_plane(12, hubs=3)
    expected = instance.solve(LAGRANGIAN).objective
    monkeypatch.setattr(single.Single, "_fix", lambda *_: False)
    monkeypatch.setattr(single, "ROOT_STEPS", 50)
    monkeypatch.setattr(single, "NODE_STEPS", 25)
    assert instance.solve(LAGRANGIAN).objective == pytest.approx(expected, rel=1e-9)
    assert instance.solve(MIP).objective == pytest.approx(expected, rel=1e-7)


@pytest.mark.parametrize("engine", ["auto", "mip"])
def test_a_cheaper_pair_of_hubs_is_not_lost_where_links_are_forbidden(engine):
    # HiGHS's presolve called hub 2 alone optimal at 119; nothing may leave node 1 but to node 2
    flow = np.array([[1.0, 3.0, 2.0], [0.0, 0.0, 4.0], [2.0, 1.0, 0.0]])
    cost = np.array([[3.0, 1.0, 0.0], [np.inf, np.inf, 2.0], [8.0, 6.0, 1.0]])
    instance = HubLocation(
        flow=flow * 1e4, cost=cost * 1e6, collection=1.0, transfer=0.0, distribution=2.0, allocation="single"
    )
    solution = instance.solve(SolveOptions(relative_gap=0.0, engine=engine))
    assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(107e10))
    assert solution.allocation.tolist() == [0, 2, 2]


@pytest.mark.parametrize("options", [MIP, LAGRANGIAN], ids=lambda options: options.engine)
@pytest.mark.parametrize(
    ("hubs", "capacity", "why"),
    [  # nodes 0 and 1 send 5 each
        (3, [3.0, 9.0, 9.0], "3 hubs are asked for, and 2 nodes have the capacity for what they send themselves"),
        (None, [5.0, 4.0, 2.0], "the hubs can hold 7 in all, and 10 is sent"),
        (None, [4.0, 4.0, 4.0], "node 0 sends 5, and no hub can hold more than 4"),
    ],
)
def test_too_little_capacity_is_told_in_numbers(options, hubs, capacity, why):
    flow, cost = np.array([[0, 5, 0], [0, 0, 5], [0, 0, 0]]), np.ones((3, 3)) - np.eye(3)
    found = HubLocation(flow=flow, cost=cost, hubs=hubs, capacity=capacity, allocation="single").solve(options)
    assert (found.status, found.stopped) == (Status.INFEASIBLE, f"infeasible: {why}")


FORBIDDEN = np.array([[0, 1, 1, np.inf], [1, 0, np.inf, np.inf], [1, np.inf, 0, 1], [np.inf, np.inf, 1, 0]])
"""A chain 1 - 0 - 2 - 3; all other links are forbidden."""


@pytest.mark.parametrize("options", [MIP, LAGRANGIAN], ids=lambda options: options.engine)
def test_two_hubs_may_join_what_neither_alone_can(options):
    # 1 to 3 by hubs 0 and 2: 1 + 0.5 + 1, and 1 for each hub
    flow = np.zeros((4, 4))
    flow[1, 3] = 1.0
    chain = HubLocation(flow=flow, cost=FORBIDDEN, fixed_cost=np.ones(4), transfer=0.5, allocation="multiple")
    found = chain.solve(options)
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(4.5)
    assert np.flatnonzero(found.open).tolist() == [0, 2]
    narrow = replace(chain, flow=6 * flow, capacity=np.full(4, 5.0)).solve(options)  # 1 can send by hub 0 alone
    assert narrow.status is Status.INFEASIBLE


@pytest.mark.parametrize("allocation", ["single", "multiple"])
def test_ctrl_c_in_the_program_is_no_plan_and_a_bound_that_holds(random_plane, monkeypatch, allocation):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(textbook, "solve", interrupted)
    found = random_plane(5, allocation=allocation).solve(MIP)
    assert (found.status, found.stopped, found.bound) == (Status.NO_SOLUTION, "interrupted", 0.0)


@pytest.mark.parametrize("options", [MIP, LAGRANGIAN], ids=lambda options: options.engine)
def test_a_node_too_heavy_for_any_hub_but_its_own_leaves_no_plan(options):
    # every node sends 3; hubs 0 and 1 have room for 5, and node 2 for itself no hub: 3 + 3 is more than 5
    flow = np.array([[0, 3, 0], [0, 0, 3], [3, 0, 0]], dtype=float)
    instance = HubLocation(flow=flow, cost=1.0 - np.eye(3), capacity=[5, 5, 1])
    solution = instance.solve(options)
    assert solution.status is Status.INFEASIBLE
    assert solution.objective == np.inf


@pytest.mark.parametrize("allocation", ["single", "multiple"])
def test_with_no_time_at_all_there_is_a_plan_in_haste_or_none_and_no_lie(random_plane, allocation):
    instance = random_plane(8, hubs=3, allocation=allocation, capacity=random_plane(8).flow.sum() * np.full(8, 0.6))
    best = instance.solve(MIP).objective
    solution = instance.solve(replace(LAGRANGIAN, time_limit_s=1e-9))
    assert solution.status in {Status.FEASIBLE, Status.NO_SOLUTION}
    assert solution.bound <= best * (1 + 1e-9)
    assert best <= solution.objective * (1 + 1e-9)
    assert not solution.has_plan or instance.check(solution) == []


ENGINES = pytest.mark.parametrize("engine", ["auto", "mip", "lagrangian"])


@ENGINES
def test_a_dear_link_does_not_hide_a_cheaper_split_of_scarce_room(engine):
    # with the link forbidden the best plan costs 141.55; a program in units of the dear link called 171.75 optimal
    cost = np.array([[4.0, 1.0, 5.0, 1.0], [2.0, 2.0, 1.0, 1.0], [5.0, 3.0, 0.0, 6.0], [1.0, 1e9, 5.0, 6.0]])
    instance = HubLocation(
        flow=[[4, 0, 0, 3], [4, 2, 2, 3], [2, 0, 2, 0], [3, 2, 4, 0]],
        cost=cost,
        hubs=4,
        fixed_cost=[14, 17, 13, 6],
        capacity=[6.2, 24.8, 31.0, 31.0],
        allocation="multiple",
    )
    solution = instance.solve(SolveOptions(engine=engine))
    assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(141.55, rel=1e-4))
    assert instance.check(solution) == []


@ENGINES
def test_dear_links_do_not_hide_a_cheaper_choice_of_hubs(engine):
    # with both links forbidden the best plan costs 122.75; 161 was called optimal
    instance = HubLocation(
        flow=[[4, 1, 1], [3, 4, 2], [1, 1, 1]],
        cost=[[0, 1e10, 0], [1e10, 1, 7], [4, 4, 2]],
        fixed_cost=[8, 15, 1],
        capacity=[18.0, 10.8, 21.6],
    )
    solution = instance.solve(SolveOptions(engine=engine))
    assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(122.75))


@ENGINES
def test_a_tiny_flow_beside_a_huge_one_is_not_called_infeasible(engine):
    # both nodes are hubs: 1.22931565e9 x 8 x 2.75 + 9.26446761 x (8 + 0 + 6) with c_01 = 0, and the fixed costs
    instance = HubLocation(
        flow=[[1.22931565e9, 9.26446761], [0, 3.29224907e-6]], cost=[[8, 0], [8, 6]], hubs=2, fixed_cost=[18, 1]
    )
    solution = instance.solve(SolveOptions(engine=engine))
    expected = 1.22931565e9 * 8 * 2.75 + 9.26446761 * (8 + 6) + 3.29224907e-6 * 6 * 2.75 + 19
    assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(expected, rel=1e-12))


def test_the_program_is_not_believed_where_flows_are_far_apart():
    # it called 37,128,446,173 optimal
    flow = [[0, 4000, 40, 300000], [1e8, 0, 3000, 3e9], [2e6, 0, 40, 400000], [2, 2, 3e8, 100]]
    cost = np.array([[6, 0, 2, np.inf], [0, 2, 2, 8], [0, np.inf, 3, 5], [7, 4, 8, 6]], dtype=float)
    instance = HubLocation(flow=flow, cost=cost, fixed_cost=[9, 19, 8, 6])
    for solution in solutions(instance):
        assert (solution.status, solution.objective) == (Status.OPTIMAL, pytest.approx(24550907836.0))


@pytest.mark.parametrize("allocation", ["single", "multiple"])
def test_a_bound_of_the_program_gives_way_by_what_its_tolerances_hide(random_plane, monkeypatch, allocation):
    # one link a million times the value of the plan; without the search that follows the gap is told
    instance = random_plane(5, hubs=2, allocation=allocation)
    cost = instance.cost.copy()
    cost[0, 1] = 1e6 * instance.solve(MIP).objective
    dear = replace(instance, cost=cost)
    best = dear.solve(LAGRANGIAN)
    assert dear.solve(MIP).status is Status.OPTIMAL
    monkeypatch.setattr(answers, "_better", lambda said, *_: said)
    said = dear.solve(MIP)
    assert said.status is Status.FEASIBLE
    assert said.bound <= best.objective <= said.objective * (1 + 1e-9)


def test_infeasible_is_believed_only_where_it_is_said_twice(random_plane, monkeypatch):
    instance = random_plane(5, hubs=2)
    expected = instance.solve(LAGRANGIAN).objective
    none = np.empty(0)
    no = Outcome(status=Status.INFEASIBLE, objective=np.inf, bound=np.inf, values=none, prices=none, stopped="")
    yes = replace(no, status=Status.OPTIMAL)
    monkeypatch.setattr(textbook.Solver, "mip", lambda *_, presolve=True, **__: yes if presolve else no)
    assert instance.solve(MIP).objective == pytest.approx(expected)


def test_a_plan_of_the_program_that_breaks_a_rule_is_not_handed_on(random_plane, monkeypatch):
    instance = random_plane(5, hubs=2)
    expected = instance.solve(LAGRANGIAN).objective
    asked = textbook.solve

    def astray(*given, **options):
        answer = asked(*given, **options)
        return replace(answer, opened=answer.opened[:1])

    monkeypatch.setattr(textbook, "solve", astray)
    solution = instance.solve(MIP)
    assert solution.objective == pytest.approx(expected)
    assert instance.check(solution) == []


def test_a_flow_that_no_number_keeps_off_forbidden_links_is_named():
    cost = np.array([[0.0, np.inf], [1.0, 0.0]])
    with pytest.raises(InstanceError, match=r"flow\[1, 0\] is 1e-300"):
        HubLocation(flow=[[0, 1e12], [1e-300, 0]], cost=cost)
    assert HubLocation(flow=[[0, 1e12], [1e-300, 0]], cost=cost, allocation="multiple").solve().objective == np.inf


def test_room_that_only_a_dear_link_saves_is_paid_for():
    # hub 1 lacks room for 3e-5 of 1000 units, which go by hub 2 at 1e9 a unit: less than `check` minds, and no rounding
    flow = np.zeros((4, 4))
    flow[0, 3], flow[3, 3] = 1e3, 1e-4
    cost = np.ones((4, 4))
    cost[[0, 3], 2] = 1e9
    instance = HubLocation(
        flow=flow,
        cost=cost,
        capacity=[0, 1e3 + 0.7e-4, 1.0, 0],
        hubs=2,
        transfer=1.0,
        allocation="multiple",
    )
    solution = instance.solve(LAGRANGIAN)
    assert solution.objective == pytest.approx(3 * (1e3 + 1e-4 - 3e-5) + 3e-5 * (1e9 + 2), rel=1e-3)
    assert solution.bound <= solution.objective


def test_hubs_that_are_too_many_give_way_by_no_more_than_there_are():
    instance = HubLocation(flow=np.ones((2, 2)), cost=[[0, 1], [1, 0]], hubs=3)
    assert [way.price for way in instance.ways_out(prices={("hubs", "fewer"): 1.0})] == [1.0]
    steps = {("hubs", "fewer"): Elastic(price=1.0, step=4.0)}
    assert len(instance.ways_out(prices=steps)) == 0  # without a hub nothing flows
