"""Min-cost flow on instances small enough to be solved by eye, and its degenerate cases."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from models import InstanceError, MinCostFlow, SolveOptions, SolverError, Status, flow_solver
from models.arrays import UNLIMITED
from models.flows import engines, potentials, price_update, scaling_search
from models.flows.instance import NO_FLOW, Found
from models.flows.textbook import net_supply
from models.flows.violations import bound_of, price
from models.stopping import GAP_REACHED

EXACT = SolveOptions(relative_gap=0.0)
# 0 -> 2 directly for 3 (one unit fits), or by 1 for 2 + 2
BASE = {"tail": [0, 0, 1], "head": [2, 1, 2], "capacity": [1, 5, 5], "unit_cost": [3, 2, 2], "supply": [2, 0, -2]}


def network(**changes):
    return MinCostFlow(**(BASE | changes))


@pytest.fixture(params=["auto", "mip"])
def options(request):
    return replace(EXACT, engine=request.param)


def test_what_the_short_arc_cannot_carry_goes_round_about(options):
    # 1 x 3 + 1 x 4 = 7
    instance = network()
    solution = instance.solve(options)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, 7.0, 7.0)
    assert solution.flow.tolist() == [1, 1, 1]
    assert instance.price(solution) == 7.0
    assert instance.check(solution) == []


def test_of_parallel_arcs_the_cheaper_fills_first(options):
    instance = MinCostFlow(tail=[0, 0], head=[1, 1], capacity=[2, 9], unit_cost=[1, 4], supply=[3, -3])
    assert instance.solve(options).flow.tolist() == [2, 1]


def test_a_cycle_of_negative_cost_is_filled_to_its_capacity(options):
    # the cycle 0 -> 1 -> 0 gains 3 a round and has room for 4
    instance = MinCostFlow(tail=[0, 1], head=[1, 0], capacity=[4, 6], unit_cost=[-5, 2], supply=[0, 0])
    solution = instance.solve(options)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, -12.0)
    assert instance.check(solution) == []


def test_a_loop_is_used_only_where_it_pays(options):
    instance = MinCostFlow(tail=[0, 0], head=[0, 0], capacity=[3, 4], unit_cost=[-2, 5], supply=[0])
    solution = instance.solve(options)
    assert solution.flow.tolist() == [3, 0]
    assert solution.bound == -6.0


def test_excess_never_leaves_by_a_loop(options):
    # the loops cost less than the ways out, which lead through a node that has one, too
    instance = MinCostFlow(
        tail=[0, 0, 0, 1, 1, 1], head=[0, 1, 2, 1, 2, 0], capacity=[9, 4, 1, 9, 9, 9], unit_cost=[0, 7, 20, 1, 5, -9],
        supply=[4, 0, -4],
    )  # fmt: skip
    solution = instance.solve(options)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, 48.0, 48.0)  # 4 x 12
    assert instance.check(solution) == []


def test_excess_does_not_go_round_a_loop_until_no_way_is_left():
    # arc 1 -> 3 pays and is filled; from 3 the loop seems the cheapest way on, and the way back to 1 is the right one
    instance = MinCostFlow(
        tail=[3, 0, 1, 3, 1, 3, 1], head=[3, 1, 3, 1, 2, 1, 0], capacity=[2, 4, 5, 1, 4, 2, 2],
        unit_cost=[2, 8, -9, 0, -2, 3, 2], supply=[0, 0, 0, 0],
    )  # fmt: skip
    found = scaling_search.by_scaling(instance, Clock(1000, TimeoutError))
    assert (found.stopped, found.flow.tolist()) == (GAP_REACHED, [0, 0, 3, 1, 0, 2, 0])


def test_a_cycle_of_negative_cost_without_limit_is_unbounded():
    cycle = {"tail": [0, 1], "head": [1, 0], "capacity": [np.inf, np.inf], "unit_cost": [-5, 2]}
    solution = MinCostFlow(**cycle, supply=[0, 0]).solve(EXACT)
    assert (solution.status, solution.bound) == (Status.UNBOUNDED, -np.inf)
    assert MinCostFlow(tail=[0], head=[0], capacity=[np.inf], unit_cost=[-1], supply=[0]).solve().status is (
        Status.UNBOUNDED
    )
    # an island that cannot send what it must makes it infeasible, not unbounded
    solution = MinCostFlow(**cycle, supply=[0, 0, 1, -1]).solve(EXACT)
    assert solution.status is Status.INFEASIBLE


def test_a_cycle_is_found_in_slices_of_fewer_nodes_than_there_are(monkeypatch):
    monkeypatch.setattr(potentials, "SLICE", 0)
    each = np.arange(9)
    ring = {"tail": each, "head": (each + 1) % 9, "capacity": np.full(9, np.inf), "supply": np.zeros(9)}
    unit_cost = np.append(np.ones(8, dtype=np.int64), -9)
    options = SolveOptions(time_limit_s=20)
    assert MinCostFlow(**ring, unit_cost=unit_cost).solve(options).status is Status.UNBOUNDED


def test_arcs_without_limit_carry_what_is_needed(options):
    instance = network(capacity=[1, np.inf, np.inf], unit_cost=[3, -2, 2], supply=[9, 0, -9])
    solution = instance.solve(options)
    assert instance.capacity[1] == UNLIMITED
    assert (solution.objective, solution.bound, solution.flow.tolist()) == (0.0, 0.0, [0, 9, 9])


def test_supply_that_does_not_balance_is_infeasible_and_says_by_how_much():
    solution = network(supply=[3, 0, -2]).solve()
    assert solution.status is Status.INFEASIBLE
    assert "nodes supply 3 and demand 2" in solution.stopped


def test_a_narrow_cut_is_named():
    # 9 units must leave node 0, 1 + 5 can
    solution = network(supply=[9, 0, -9]).solve()
    assert solution.status is Status.INFEASIBLE
    assert "3 of 9 units cannot be shipped: supply stays at node 0" in solution.stopped
    assert "the 2 arcs out of them carry 6" in solution.stopped
    assert (solution.bound, solution.flow.tolist()) == (np.inf, [0, 0, 0])


def test_no_nodes_and_no_arcs_are_a_flow_of_nothing(options):
    none = {"tail": [], "head": [], "capacity": [], "unit_cost": []}
    assert MinCostFlow(**none, supply=[]).solve(options).objective == 0.0
    assert MinCostFlow(**none, supply=[0, 0]).solve(options).status is Status.OPTIMAL
    assert MinCostFlow(**none, supply=[1, -1]).solve(options).status is Status.INFEASIBLE


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"unit_cost": [3, 2.5, 2]}, r"unit_cost\[1\] is 2.5; expected a whole number"),
        ({"unit_cost": [3, np.inf, 2]}, r"unit_cost\[1\] is inf; expected a finite"),
        ({"unit_cost": [3, np.nan, 2]}, r"unit_cost\[1\] is nan"),
        ({"capacity": [1, -5, 5]}, r"capacity\[1\] is -5"),
        ({"capacity": [1, np.nan, 5]}, r"capacity\[1\] is nan"),
        ({"supply": [2, 1e-6, -2]}, r"supply\[1\] is 1e-06; expected a whole number"),
        ({"supply": [2, 1e300, -2]}, r"supply\[1\] is 1e\+300; expected at most 2\*\*53"),
        ({"tail": [0, 3, 1]}, r"tail\[1\] is 3; expected an index of nodes, 0 to 2"),
        ({"head": [2, 1]}, r"head has shape \(2,\); expected \(3\)"),
        ({"unit_cost": [3, 2**62, 2]}, r"unit_cost\[1\] is 4611686018427387904; .*larger unit"),
        ({"supply": [2**62, 0, -(2**62)]}, "capacity and supply add up"),
        ({"capacity": ["a", "b", "c"]}, "capacity holds <U1; expected whole numbers"),
        ({"unit_cost": [2**70, 1, 1]}, "unit_cost holds object"),
    ],
)
def test_an_entry_without_meaning_is_named(changes, words):
    with pytest.raises(InstanceError, match=words):
        network(**changes)


def test_whole_floats_are_taken_for_the_numbers_they_are():
    assert network(unit_cost=[3.0, 2.0, 2.0], supply=np.array([2, 0, -2], dtype=float)).solve().objective == 7.0


def test_a_value_beyond_64_bits_is_right():
    # 10**12 units by 3 arcs at 10**9: 3e21, where the solver's own total saturates at 9.2e18
    amount, cost = 10**12, 10**9
    instance = MinCostFlow(
        tail=[0, 1, 2], head=[1, 2, 3], capacity=[amount] * 3, unit_cost=[cost] * 3, supply=[amount, 0, 0, -amount]
    )
    solution = instance.solve(EXACT)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, 3e21, 3e21)
    assert instance.check(solution) == []


def test_costs_beyond_the_solvers_of_whole_numbers_are_solved_all_the_same():
    # coprime costs near 1e16 over 100 nodes are beyond cost scaling and SimpleMinCostFlow
    nodes = 100
    each = np.arange(nodes - 1)
    cost = np.full(nodes - 1, 10**16)
    cost[0] += 1
    supply = np.zeros(nodes, dtype=np.int64)
    supply[0], supply[-1] = 5, -5
    instance = MinCostFlow(tail=each, head=each + 1, capacity=np.full(nodes - 1, 7), unit_cost=cost, supply=supply)
    solution = instance.solve(EXACT)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, 5.0 * (99 * 10**16 + 1))
    assert instance.check(solution) == []


def test_check_finds_every_false_claim():
    instance = network()
    solution = instance.solve()

    def lines(**changes):
        return " ".join(instance.check(replace(solution, **changes)))

    assert "arc 0 carries 2 of 1" in lines(flow=np.array([2, 0, 0]))
    assert "arc 0 carries -1" in lines(flow=np.array([-1, 3, 3]))
    assert "node 0 sends 1, supply 2" in lines(flow=np.array([1, 0, 0]))
    assert "the flow costs 7, and claims 6" in lines(objective=6.0)
    assert "the potentials prove 0, and the bound claims 7" in lines(potential=solution.potential * 0)
    assert "flow has shape (2,)" in lines(flow=np.array([1, 1]))
    assert "expected whole numbers" in lines(flow=np.array([1.0, 1.0, 1.0]))


def chain(nodes, extra=0):
    """Return one unit along a chain, with `extra` dear arcs beside it."""
    each = np.arange(nodes - 1)
    more = np.arange(extra) % (nodes - 1)
    supply = np.zeros(nodes, dtype=np.int64)
    supply[0], supply[-1] = 1, -1
    return MinCostFlow(
        tail=np.append(each, more),
        head=np.append(each + 1, more + 1),
        capacity=np.full(nodes - 1 + extra, 1000),
        unit_cost=np.append(np.full(nodes - 1, 1000), np.full(extra, 2000)),
        supply=supply,
    )


def test_a_long_chain_is_no_hard_case():
    instance = chain(5000)
    solution = instance.solve(EXACT)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, 4999e3, 4999e3)
    assert instance.check(solution) == []


@pytest.fixture
def without_scaling(monkeypatch):
    monkeypatch.setattr(scaling_search, "EFFORT", -1)


def random_network(nodes, arcs, seed):
    random = np.random.default_rng(seed)
    ends = random.integers(0, nodes, (2, arcs))
    ends[:, :nodes] = np.arange(nodes), (np.arange(nodes) + 1) % nodes
    capacity, unit_cost = random.integers(1, 100, arcs), random.integers(-20, 1000, arcs)
    capacity[:nodes], unit_cost[:nodes] = 10**6, 5000
    supply = random.integers(-50, 50, nodes)
    supply[0] -= supply.sum()
    return MinCostFlow(tail=ends[0], head=ends[1], capacity=capacity, unit_cost=unit_cost, supply=supply)


@pytest.mark.parametrize("instance", [random_network(300, 3000, 1), random_network(3000, 3500, 2), chain(2000)])
def test_what_is_too_hard_for_cost_scaling_is_solved_all_the_same(instance, request):
    mine = instance.solve(EXACT)
    request.getfixturevalue("without_scaling")
    solution = instance.solve(EXACT)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, mine.objective, mine.objective)
    assert instance.check(solution) == []


@pytest.mark.parametrize(
    "settings",
    [
        {"SMALLER": 2},
        {"SMALLER": 1000},
        {"REACH": 1},  # too many arcs are left out: they come back
        {"REACH": 1, "PATIENCE": 0},
        {"PARTS": 1, "REACH": 1},
        {"FIRST": 1},
        {"FEW": 1000},  # pivots begin after the first phase
        {"FIRST": 1, "FEW": 1000, "BLOCK": 100.0},  # the worst arc of all enters
        {"BLOCK": 0.0},
        {"NARROW": 0},  # all numbers are kept in 64 bits
    ],
)
def test_settings_of_cost_scaling_change_no_value(settings, monkeypatch):
    instances = [random_network(nodes, arcs, 3) for nodes, arcs in ((30, 90), (300, 3000), (2000, 6000))]
    values = [instance.solve(EXACT).objective for instance in instances]
    for name, value in settings.items():
        monkeypatch.setattr(scaling_search, name, value)
    for instance, value in zip(instances, values, strict=True):
        solution = instance.solve(EXACT)
        assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, value, value)
        assert instance.check(solution) == []


@pytest.mark.parametrize("buckets", [1, 7, 100])
def test_a_deficit_beyond_the_buckets_is_reached_step_by_step(buckets, monkeypatch):
    instances = [random_network(nodes, arcs, 5) for nodes, arcs in ((30, 90), (300, 900), (300, 3000))]
    values = [instance.solve(EXACT).objective for instance in instances]
    monkeypatch.setattr(price_update, "BUCKETS", buckets)
    for instance, value in zip(instances, values, strict=True):
        solution = instance.solve(EXACT)
        assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, value, value)
    assert chain(300, 300).solve(EXACT).objective == 299e3
    cut = replace(chain(300), capacity=np.append(np.full(298, 1000), 0))
    assert cut.solve(EXACT).status is Status.INFEASIBLE


TIMES_COMPILED = """
import sys
from models import MinCostFlow, SolveOptions
from models.flows.answers import rehearse

def compiled():
    modules = [module for name, module in sys.modules.items() if name.startswith("models.flows")]
    loops = [loop for module in modules for loop in vars(module).values()]
    return sum(len(getattr(loop, "signatures", [])) for loop in loops)

first, second = map(float, sys.argv[1:3])
instance = MinCostFlow(
    tail=[0, 0, 1, 2], head=[2, 1, 2, 1], capacity=[1, first, second, 1], unit_cost=[3, 2, -2, 3], supply=[2, 0, -2]
)
options = SolveOptions(engine=sys.argv[3], relative_gap=0.0)
rehearse(instance, options)
before = compiled()
assert instance.solve(options).objective == 0.0  # two units by 2 - 2
print(before > 0, compiled() - before)
"""


@pytest.mark.parametrize(
    "given", [("5", "5", "auto"), ("5", str(2**40), "auto"), ("5", "5", "mip"), ("5", "inf", "auto")]
)
def test_nothing_is_compiled_once_the_clock_runs(given):
    command = [sys.executable, "-c", TIMES_COMPILED, *given]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "True 0\n"


def test_a_flow_that_its_prices_do_not_prove_is_not_taken(monkeypatch):
    instance = random_network(300, 3000, 1)
    best = instance.solve(EXACT)
    monkeypatch.setattr(scaling_search, "is_proved", lambda *_: False)
    assert scaling_search.by_scaling(instance, Clock(1000, TimeoutError)).stopped == scaling_search.TOO_HARD
    solution = instance.solve(EXACT)
    assert (solution.status, solution.objective, solution.bound) == (Status.OPTIMAL, best.objective, best.objective)


def test_prices_that_fall_towards_overflow_end_the_search(monkeypatch):
    monkeypatch.setattr(scaling_search, "LOWEST", 1000)
    instance = random_network(300, 3000, 1)
    assert scaling_search.by_scaling(instance, Clock(1000, TimeoutError)).stopped == scaling_search.TOO_HARD


@pytest.mark.parametrize("most", [2**28 - 1, 2**28, 2**31 - 1, 2**31, 2**31 + 1])
def test_numbers_about_the_width_of_32_bits_change_nothing(most):
    # 0 -> 2 by two parallel arcs of the largest capacity or cost, or by 1 for 2
    ends = {"tail": [0, 0, 0, 1], "head": [2, 2, 1, 2], "supply": [most + 2, 0, -most - 2]}
    instance = MinCostFlow(**ends, capacity=[most, most, 1, 1], unit_cost=[3, 5, 1, 1])
    solution = instance.solve(EXACT)
    assert (solution.flow.tolist(), solution.objective) == ([most, 1, 1, 1], 3.0 * most + 7)
    assert (solution.bound, instance.check(solution)) == (solution.objective, [])
    costs = [-most, most, most - 1, -most]
    dear = MinCostFlow(**(ends | {"supply": [3, 0, -3]}), capacity=[1, 5, 1, 1], unit_cost=costs)
    solution = dear.solve(EXACT)
    assert (solution.flow.tolist(), solution.objective) == ([1, 1, 1, 1], -1.0)
    assert (solution.bound, dear.check(solution)) == (solution.objective, [])


class Clock:
    """Ends, or is interrupted, when it is looked at for the n-th time."""

    left_s = 60.0

    def __init__(self, looks, how):
        self.looks, self.how = looks, how

    @property
    def is_over(self):
        self.looks -= 1
        if self.looks < 0 and self.how is KeyboardInterrupt:
            raise KeyboardInterrupt
        return self.looks < 0


@pytest.mark.parametrize(("how", "stopped"), [(TimeoutError, "time limit"), (KeyboardInterrupt, "interrupted")])
def test_cost_scaling_cut_short_leaves_the_flow_of_its_last_phase_and_a_true_bound(how, stopped, monkeypatch):
    instance = random_network(100, 1000, 1)
    best = instance.solve(EXACT).objective
    monkeypatch.setattr(scaling_search, "SLICE", 1000)
    values = []
    for looks in range(0, 300, 3):
        found = scaling_search.by_scaling(instance, Clock(looks, how))
        assert found.stopped in {stopped, GAP_REACHED}
        assert bound_of(instance, found.potential) <= best
        if found.flow is not None:
            assert (net_supply(instance, found.flow) == instance.supply).all()
            assert ((found.flow >= 0) & (found.flow <= instance.capacity)).all()
            values.append(price(instance, found.flow))
    assert values == sorted(values, reverse=True)
    assert len(values) < 100, "the first looks come before the first flow"
    assert values[0] > best, "the first phase's flow is not the cheapest"
    assert values[-1] == best


def test_a_flow_of_the_last_phase_is_feasible_and_says_how_far_it_may_be_from_cheapest(monkeypatch):
    instance = random_network(100, 1000, 1)
    best = instance.solve(EXACT).objective
    by_scaling, clock = engines.by_scaling, Clock(30, TimeoutError)
    monkeypatch.setattr(scaling_search, "SLICE", 1000)
    monkeypatch.setattr(engines, "by_scaling", lambda instance, _: by_scaling(instance, clock))
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.FEASIBLE, "time limit")
    assert solution.bound < best < solution.objective
    assert instance.check(solution) == []


@pytest.mark.usefixtures("without_scaling")
def test_a_limit_too_short_ends_without_a_flow_and_with_a_true_bound():
    # with arcs beside it a chain this long takes OR-Tools half a minute
    solution = chain(20_000, 20_000).solve(SolveOptions(time_limit_s=0.5))
    assert (solution.status, solution.stopped) == (Status.NO_SOLUTION, "time limit")
    assert solution.bound == 0.0
    assert solution.seconds < 0.5 * 1.1 + 1


def test_ctrl_c_ends_without_a_flow(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(engines, "by_scaling", interrupted)
    solution = network().solve()
    assert (solution.status, solution.stopped) == (Status.NO_SOLUTION, "interrupted")


def test_ctrl_c_in_the_search_for_an_endless_cycle_does_not_say_that_there_is_none(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(potentials, "rehearse", lambda: None)
    monkeypatch.setattr(potentials, "relax", interrupted)
    instance = MinCostFlow(tail=[0, 1], head=[1, 0], capacity=[np.inf, np.inf], unit_cost=[-5, 2], supply=[0, 0])
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.NO_SOLUTION, "interrupted")


@pytest.mark.parametrize(("how", "stopped"), [(TimeoutError, "time limit"), (KeyboardInterrupt, "interrupted")])
def test_a_flow_of_cost_scaling_outlives_a_solver_that_has_none_in_time(how, stopped, monkeypatch):
    def cut_short(*_):
        raise how

    instance = random_network(300, 3000, 1)
    best = instance.solve(EXACT).objective
    monkeypatch.setattr(engines, "min_cost_flow", cut_short)
    monkeypatch.setattr(scaling_search, "is_proved", lambda *_: False)  # its flow is the cheapest, its prices are not
    solution = instance.solve(EXACT)
    assert (solution.status, solution.stopped, solution.objective) == (Status.FEASIBLE, stopped, best)
    assert -np.inf < solution.bound < best
    assert instance.check(solution) == []


@pytest.mark.parametrize("flow", [None, [2, 1, 0], [2, 0, 0], [3, -1, -1]])
def test_what_ships_less_or_breaks_a_capacity_does_not_outlive_it(flow, monkeypatch):
    def cut_short(*_):
        raise TimeoutError

    flow = None if flow is None else np.array(flow)
    left = Found(flow, np.zeros(3, dtype=np.int64), scaling_search.TOO_HARD)
    monkeypatch.setattr(engines, "by_scaling", lambda *_: left)
    monkeypatch.setattr(engines, "min_cost_flow", cut_short)
    solution = network().solve(EXACT)
    assert (solution.status, solution.stopped) == (Status.NO_SOLUTION, "time limit")
    assert solution.flow.tolist() == [0, 0, 0]


def test_a_search_calls_no_flow_impossible_that_nothing_stands_in_the_way_of(monkeypatch):
    none = Found(None, np.zeros(3, dtype=np.int64), NO_FLOW)
    monkeypatch.setattr(engines, "by_scaling", lambda *_: none)
    with pytest.raises(SolverError, match="finds no flow where there is one"):
        network().solve(EXACT)


def test_arrays_are_read_only_and_the_callers_are_not_touched():
    supply = np.array([2, 0, -2])
    instance = network(supply=supply)
    with pytest.raises(ValueError, match="read-only"):
        instance.supply[0] = 9
    supply[0] = 5
    assert instance.supply[0] == 2
    with pytest.raises(ValueError, match="read-only"):
        instance.solve().flow[0] = 1


ENDS, ONES = (np.array([0, 1]), np.array([1, 2])), np.ones(2, dtype=np.int64)


@pytest.mark.parametrize(
    ("answer", "words"),
    [((True, b"ABNORMAL\n"), "gave up: ABNORMAL"), ((False, b"out of rooms"), r"refused the flow .*: out of rooms")],
)
def test_a_flow_that_the_solver_gives_up_on_is_told_in_its_words(monkeypatch, answer, words):
    monkeypatch.setattr(flow_solver.solver_child, "answer", lambda *_: answer)
    monkeypatch.delitem(sys.modules, "highspy", raising=False)  # with it, another process is asked
    with pytest.raises(SolverError, match=words):
        flow_solver.min_cost_flow(ENDS, ONES, ONES, np.array([1, 0, -1]))
    with pytest.raises(SolverError, match=words):
        flow_solver.max_flow(ENDS, ONES, 0, 2)


def test_an_unsigned_number_beyond_64_bits_is_refused():
    with pytest.raises(InstanceError, match=r"capacity.*at most 2\*\*63 - 1"):
        network(capacity=np.array([2**63] * 3, dtype=np.uint64))
