"""Requirements, clashes and ways out of programs small enough to be read."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest

from models import Elastic, InstanceError, Requirement, SolveOptions, SolverError, Status
from models.clock import Clock
from models.infeasible import clashes, questions, repair, ways_out
from models.infeasible.rounding import digits_within, rounded_up
from models.program import Matrix, Program
from models.solution import Solution
from models.solver import Outcome, _nothing

EXACT = SolveOptions(relative_gap=0.0)


def program_of(dense, low, high, *, upper=10.0, cost=None, integer=None):
    dense = np.array(dense, dtype=float)
    row, column = np.nonzero(dense)
    columns = dense.shape[1]
    return Program(
        cost=np.zeros(columns) if cost is None else np.array(cost, dtype=float),
        lower=np.zeros(columns),
        upper=np.full(columns, upper),
        matrix=Matrix(row=row, column=column, value=dense[row, column]),
        row_lower=np.array(low, dtype=float),
        row_upper=np.array(high, dtype=float),
        integer=integer,
    )


def rule(name, row, price=None, **more):
    elastic = None if price is None else Elastic(price=price, **more)
    return Requirement(name=(name,), rows=np.array([row]), elastic=elastic)


@pytest.fixture
def tight():
    """x >= 7 and x <= 4, cost 2 x."""
    return program_of([[1], [1]], [7, -inf], [inf, 4], cost=[2])


def test_two_rules_that_exclude_each_other_clash(tight):
    rules = [rule("least", 0), rule("most", 1)]
    answer = clashes(tight, rules)
    assert [clash.requirements for clash in answer] == [(("least",), ("most",))]
    assert answer.status is Status.INFEASIBLE
    assert answer.is_complete


def test_the_gap_is_closed_where_that_is_cheapest(tight):
    first, second = ways_out(tight, [rule("least", 0, 2.0), rule("most", 1, 5.0)], options=EXACT)
    assert [(one.name, one.amount, one.price) for one in first.relaxations] == [(("least",), 3.0, 6.0)]
    assert (first.price, first.objective, first.status) == (6.0, 8.0, Status.OPTIMAL)
    assert [(one.name, one.amount, one.price) for one in second.relaxations] == [(("most",), 3.0, 15.0)]
    assert (second.price, second.objective) == (15.0, 14.0)


def test_a_limit_makes_two_rules_give_way_together(tight):
    (way,) = ways_out(tight, [rule("least", 0, 2.0, limit=1.0), rule("most", 1, 5.0, limit=2.5)], options=EXACT)
    assert {one.name: one.amount for one in way.relaxations} == {("least",): 1.0, ("most",): 2.0}
    assert way.price == 12.0


def test_whole_steps_may_go_beyond_what_is_missing(tight):
    (way,) = ways_out(tight, [rule("most", 1, 1.0, step=2.0)], options=EXACT)
    assert way.relaxations[0].amount == 4.0


def test_a_limit_too_low_for_the_steps_leaves_no_way_out(tight):
    answer = ways_out(tight, [rule("most", 1, 1.0, step=2.0, limit=3.0)], options=EXACT)
    assert (answer.status, len(answer), answer.is_complete) == (Status.INFEASIBLE, 0, True)


def test_a_unit_moves_every_row_by_its_weight():
    # x + 0 >= 6 and y >= 2 of one rule against x + y <= 5: a unit moves the rows by 3 and 1
    program = program_of([[1, 0], [0, 1], [1, 1]], [6, 2, -inf], [inf, inf, 5])
    band = Requirement(
        name=("band", 2), rows=np.array([0, 1]), weight=np.array([3.0, 1.0]), elastic=Elastic(price=10.0)
    )
    (way,) = ways_out(program, [band, rule("room", 2)], options=EXACT)
    assert [(one.amount, one.price) for one in way.relaxations] == [(0.75, 7.5)]  # 3.75 + 1.25 = 5


def test_a_row_with_two_bounds_gives_way_on_the_side_that_is_meant():
    # 3 <= x <= 5, x >= 8 always: only the upper bound may move
    program = program_of([[1], [1]], [3, 8], [5, inf])
    sides = [
        Requirement(name=("low",), rows=np.array([0]), side="lower", elastic=Elastic(price=1.0)),
        Requirement(name=("high",), rows=np.array([0]), side="upper", elastic=Elastic(price=4.0)),
    ]
    (way,) = ways_out(program, sides, options=EXACT)
    assert [(one.name, one.amount) for one in way.relaxations] == [(("high",), 3.0)]
    assert [clash.requirements for clash in clashes(program, sides)] == [(("high",),)]


def test_rows_of_no_requirement_that_clash_are_an_empty_clash(tight):
    answer = clashes(tight, [])
    assert [clash.requirements for clash in answer] == [()]
    assert (answer.status, answer.is_complete) == (Status.INFEASIBLE, True)
    assert len(ways_out(tight, [])) == 0


def test_as_many_clashes_as_asked_for():
    program = program_of([[1, 0], [1, 0], [0, 1], [0, 1]], [7, -inf, 7, -inf], [inf, 4, inf, 4])
    rules = [rule(name, row) for row, name in enumerate("abcd")]
    assert len(clashes(program, rules)) == 2
    few = clashes(program, rules, count=1)
    assert (len(few), few.is_complete, few.stopped) == (1, False, "as many as asked for")


def test_the_fewest_rules_give_way_among_the_cheapest():
    # x + y >= 6 against x <= 1, y <= 1, at the same price: one of them by 4, not both by 2
    program = program_of([[1, 1], [1, 0], [0, 1]], [6, -inf, -inf], [inf, 1, 1])
    for way in ways_out(program, [rule("x", 1, 1.0), rule("y", 2, 1.0)], options=EXACT):
        assert [one.amount for one in way.relaxations] == [4.0]


def test_a_rule_that_costs_nothing_gives_way_only_if_it_must(tight):
    answer = ways_out(tight, [rule("least", 0, 0.0), rule("most", 1, 1.0)], options=EXACT)
    assert [tuple(one.name for one in way.relaxations) for way in answer] == [(("least",),), (("most",),)]
    assert answer.ways[0].price == 0.0


@pytest.mark.parametrize("dear", [1.0, 1e9])
def test_cheap_ways_are_seen_beside_dear_ones(tight, dear):
    first, second = ways_out(tight, [rule("least", 0, dear), rule("most", 1, 1e-6)], options=EXACT)
    assert first.price == pytest.approx(3e-6)
    assert second.price == pytest.approx(3 * dear)


def test_what_could_give_way_without_end_needs_a_limit(tight):
    endless = replace(tight, upper=np.array([inf]))
    with pytest.raises(InstanceError, match=r"\('most',\) may give way without end"):
        ways_out(endless, [rule("most", 1, 1.0)])
    (way,) = ways_out(endless, [rule("most", 1, 1.0, limit=100.0)], options=EXACT)
    assert way.price == 3.0


def test_a_bound_of_two_requirements_is_refused(tight):
    with pytest.raises(InstanceError, match=r"row 1 belongs to \('a',\) and \('b',\); expected one"):
        clashes(tight, [rule("a", 1), rule("b", 1)])


def test_a_name_twice_is_told_though_others_stand_before_it():
    program = program_of([[1], [1], [1]], [7, -inf, -inf], [inf, 4, 9])
    with pytest.raises(InstanceError, match=r"\('most',\) is the name of two requirements"):
        clashes(program, [rule("least", 0), rule("most", 1), rule("most", 2)])


def test_a_row_beyond_the_program_and_a_name_twice_are_refused(tight):
    with pytest.raises(InstanceError, match="expected 0 to 1"):
        clashes(tight, [rule("a", 2)])
    with pytest.raises(InstanceError, match="two requirements"):
        clashes(tight, [rule("a", 0), rule("a", 1)])


@pytest.mark.parametrize("wrong", [{"price": -1.0}, {"price": inf}, {"limit": -1.0}, {"step": -1.0}, {"step": inf}])
def test_elastics_without_meaning_are_refused(wrong):
    with pytest.raises(InstanceError):
        Elastic(**({"price": 1.0} | wrong))


def test_names_rows_and_weights_without_meaning_are_refused():
    for wrong in ({"name": ()}, {"rows": np.array([0.5])}, {"weight": np.array([0.0])}):
        with pytest.raises(InstanceError):
            Requirement(**({"name": ("a",), "rows": np.array([0])} | wrong))


def test_infeasible_is_asked_again_without_presolve(tight, monkeypatch):
    """A solver whose presolve calls everything infeasible must not make a feasible program clash."""
    true_mip = questions.Questions._mip

    def wrong_presolve(self, program, clock, *, presolve):
        if presolve:
            program = tight
        return true_mip(self, program, clock, presolve=presolve)

    monkeypatch.setattr(questions.Questions, "_mip", wrong_presolve)
    feasible = program_of([[1], [1]], [2, -inf], [inf, 4])
    assert clashes(feasible, [rule("least", 0), rule("most", 1)]).status is Status.FEASIBLE
    assert ways_out(feasible, [rule("least", 0, 1.0)]).status is Status.FEASIBLE


def test_what_was_found_is_kept_after_an_interruption(tight, monkeypatch):
    true_cheapest = repair._Search._cheapest

    def interrupted(self, wanted):
        if self.ways:
            raise KeyboardInterrupt
        return true_cheapest(self, wanted)

    monkeypatch.setattr(repair._Search, "_cheapest", interrupted)
    answer = ways_out(tight, [rule("least", 0, 2.0), rule("most", 1, 5.0)], options=EXACT)
    assert (len(answer), answer.is_complete, answer.stopped) == (1, False, "interrupted")
    assert answer.status is Status.INFEASIBLE


def test_the_cost_of_a_point_is_the_value_where_the_time_ends_before_the_best_plan(tight, monkeypatch):
    true_way = repair._Search._way

    def late(self, found, wanted):
        self._questions.clock = Clock(0.0)
        return true_way(self, found, wanted)

    monkeypatch.setattr(repair._Search, "_way", late)
    (way,) = ways_out(tight, [rule("least", 0, 2.0), rule("most", 1, 5.0)], k=1, options=EXACT)
    assert [(one.name, one.amount, one.price) for one in way.relaxations] == [(("least",), 3.0, 6.0)]
    assert (way.objective, way.bound, way.status) == (8.0, -inf, Status.FEASIBLE)


@pytest.mark.parametrize("bisected", [[], [0, 1, 2]])
def test_where_rounding_leads_bisection_astray_the_clash_is_found_one_by_one(monkeypatch, bisected):
    """Bisection then ends with too few requirements, which clash with nothing, or with too many."""
    monkeypatch.setattr("models.infeasible.clash._Search._explained", lambda *_args, **_more: bisected)
    program = program_of([[1], [1], [1]], [7, -inf, -inf], [inf, 4, 9])
    answer = clashes(program, [rule("least", 0), rule("most", 1), rule("other", 2)])
    assert [clash.requirements for clash in answer] == [(("least",), ("most",))]
    assert all(clash.is_irreducible for clash in answer)


class Said:
    """A solver that gives points in turn; what breaks the program is not believed."""

    def __init__(self, *points):
        self._points = list(points)

    def mip(self, _program, **_):
        point = self._points.pop(0)
        if point is None:
            return _nothing("time limit")
        values = np.array([point])
        return Outcome(
            status=Status.OPTIMAL, objective=2 * point, bound=2 * point, values=values, prices=values, stopped="optimal"
        )


def test_a_point_that_breaks_the_program_is_asked_for_again_without_presolve_and_then_refused():
    asked_for = program_of([[1]], [7], [inf], cost=[2])  # x >= 7

    def asked(*points):
        return questions.Questions(Said(*points), Clock(inf), 0.0, 0).solve(asked_for)

    assert asked(7.0).objective == 14.0
    assert asked(6.0, 7.0).objective == 14.0
    with pytest.raises(SolverError, match=r"breaks the program .*, with and without presolve; scale its rows"):
        asked(6.0, 6.0)
    with pytest.raises(questions.OutOfTimeError):
        asked(6.0, None)


class Strict:
    """An instance after relaxations; whoever solves it wants more than some amount."""

    def __init__(self, relaxations, above):
        self._has_plan = all(one.amount > above for one in relaxations)

    def solve(self, _options):
        status = Status.OPTIMAL if self._has_plan else Status.INFEASIBLE
        value = 1.0 if self._has_plan else inf
        return Solution(status=status, objective=value, bound=value, seconds=0.0, stopped="tried")


@pytest.mark.parametrize(("gap", "amount"), [(1e-3, 3.001), (1e-5, 3.00001), (0.0, 3.00000001)])
def test_a_way_that_leaves_no_plan_is_rounded_up_a_further_step_and_costs_what_that_costs(tight, gap, amount):
    options = SolveOptions(relative_gap=gap)
    (way,) = ways_out(tight, [rule("most", 1, 2.0)], options=options, eased=lambda told: Strict(told, 3.0))
    assert [(one.amount, one.price) for one in way.relaxations] == [(amount, 2 * amount)]
    assert (way.price, way.status) == (2 * amount, Status.OPTIMAL)
    assert way.price_bound == pytest.approx(6.0)


def test_a_way_that_leaves_no_plan_however_it_is_rounded_is_left_out(tight):
    rules = [rule("least", 0, 2.0), rule("most", 1, 5.0)]
    answer = ways_out(tight, rules, options=EXACT, eased=lambda told: Strict(told, 4.0))
    assert (answer.status, len(answer), answer.is_complete) == (Status.INFEASIBLE, 0, False)
    assert set(answer.left_out) == {(("least",),), (("most",),)}
    assert answer.stopped == "what else gives way leaves no plan, however it is rounded"


@pytest.mark.parametrize(("moves_both", "value"), [(True, -1.5), (False, -2.0)])
def test_what_moves_both_bounds_leaves_exactly_the_rest(moves_both, value):
    # x = 3, of which steps of 1.5 may be given up, and 2 at most is possible: 1.5 is left, or 1.5 to 2
    program = program_of([[1], [1]], [3, -inf], [3, 2], cost=[-1])
    whole = Requirement(
        name=("served",),
        rows=np.array([0]),
        side="lower",
        elastic=Elastic(price=1.0, step=1.5),
        moves_both=moves_both,
    )
    above = Requirement(name=("above",), rows=np.array([0]), side="upper", elastic=Elastic(price=1.0))
    for rules in ([whole], [whole, above]):
        (way,) = ways_out(program, rules, options=EXACT)
        assert [(one.name, one.amount) for one in way.relaxations] == [(("served",), 1.5)]
        assert way.objective == value


@pytest.mark.parametrize(
    ("amount", "digits", "told"),
    [
        (20.0, 4, 20.0),
        (0.10823211, 4, 0.1083),
        (0.1082321, 7, 0.1082321),  # seven digits that are all of it
        (0.10823211, 7, 0.1082322),  # not 0.1082321, which is nearer and less
        (123456.789, 4, 123500.0),
        (1234567.8912, 9, 1234567.9),
        (1 / 3, 9, 0.333333334),
        (9.9999, 4, 10.0),
        (1e-300, 4, 1e-300),
    ],
)
def test_amounts_are_rounded_up_to_digits_that_can_be_read_out(amount, digits, told):
    assert rounded_up(amount, digits) == told
    assert amount <= told <= amount * (1 + 10 ** (1 - digits))
    assert rounded_up(amount, digits, is_next=True) > told


def test_what_sums_of_floats_leave_over_is_not_rounded_up():
    assert rounded_up(0.1 + 0.2, 4, noise=1e-12) == 0.3
    assert rounded_up(1e-13, 4, noise=1e-12) == 1e-13  # all of it is less than the noise: it is taken as it is


@pytest.mark.parametrize("gap", [0.5, 0.01, 1e-3, 2e-4, 1e-4, 1e-6])
def test_rounding_makes_an_amount_dearer_by_no_more_than_the_gap(gap):
    assert 10 ** (1 - digits_within(gap)) <= gap
    assert digits_within(0.0) == 9


class Interrupted:
    """An instance whose search for a plan Ctrl-C ends."""

    def solve(self, _options):
        return Solution(status=Status.NO_SOLUTION, objective=inf, bound=-inf, seconds=0.0, stopped="interrupted")


def test_ctrl_c_while_a_best_plan_is_looked_for_leaves_the_ways_found_so_far(tight):
    rules = [rule("least", 0, 2.0), rule("most", 1, 5.0)]
    answer = ways_out(tight, rules, options=EXACT, eased=lambda _: Interrupted())
    assert (len(answer), answer.is_complete, answer.stopped) == (1, False, "interrupted")


def test_any_number_of_ways_may_be_asked_for(tight):
    assert len(ways_out(tight, [rule("least", 0, 2.0), rule("most", 1, 5.0)], k=10**400, options=EXACT)) == 2


def test_steps_beyond_what_the_solver_counts_are_no_proof_that_there_is_no_way(tight):
    tiny = Elastic(price=1.0, step=1e-9)
    answer = ways_out(tight, [Requirement(name=("least",), rows=np.array([0]), elastic=tiny)], options=EXACT)
    assert len(answer) or (answer.is_complete, answer.stopped) == (False, repair.TOO_MANY_STEPS)


def test_a_set_that_does_by_a_rounding_only_is_not_told_a_second_time(tight, monkeypatch):
    true_way = repair._Search._way
    told = []

    def the_same(self, found, wanted):
        told.append(true_way(self, found, wanted))
        return told[0]

    monkeypatch.setattr(repair._Search, "_way", the_same)
    answer = ways_out(tight, [rule("least", 0, 2.0), rule("most", 1, 5.0)], options=EXACT)
    assert (len(answer), answer.is_complete, answer.left_out) == (1, False, ((("most",),),))
