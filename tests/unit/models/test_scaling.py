"""Units of programs, what their bounds give way by, and programs asked anew."""

from math import inf

import pytest

from models import scaling
from models.clock import Clock
from models.solution import Solution
from models.status import Status
from models.stopping import GAP_REACHED, INTERRUPTED, ROUNDING, TIME_LIMIT


def answer(objective, bound, stopped=ROUNDING, status=Status.FEASIBLE):
    return Solution(status=status, objective=objective, bound=bound, seconds=0.0, stopped=stopped)


@pytest.mark.parametrize("largest", [5e-324, 1e-300, 0.3, 1.0, 7.0, 1e10, 1.7e308])
def test_the_largest_cost_is_two_to_four_units_and_no_cost_loses_a_digit(largest):
    unit = scaling.unit_of(largest)
    assert largest / unit * unit == largest
    assert largest / unit < 4
    if largest > 1e-300:
        assert largest / unit >= 2


@pytest.mark.parametrize("nothing", [0.0, inf])
def test_without_a_cost_the_unit_is_one(nothing):
    assert scaling.unit_of(nothing) == 1.0


def test_a_bound_gives_way_by_every_row_and_column_where_costs_are_far_above_the_plan():
    assert scaling.is_fine(scaling.unit_of(30.0), 20.0)
    assert not scaling.is_fine(scaling.unit_of(1e10), 20.0)
    assert not scaling.is_fine(scaling.unit_of(30.0), 1e-9)
    assert scaling.dust(50, is_sure=True) == 1e-9
    assert scaling.dust(50, is_sure=False) == pytest.approx(50e-9)


def programs(*answers):
    """Return programs of ever smaller units, and of what values they were asked."""
    asked = []

    def program_of(value):
        asked.append(value)
        turn = len(asked) - 1
        unit = scaling.unit_of(1e10 if turn == 0 else value)

        def solve():
            if isinstance(answers[turn], BaseException):
                raise answers[turn]
            return answers[turn]

        return unit, solve

    return program_of, asked


def test_a_program_whose_costs_are_far_above_its_plan_is_asked_anew():
    program_of, asked = programs(answer(64.0, 64.0, GAP_REACHED, Status.OPTIMAL), answer(60.0, 60.0))
    found = scaling.solved(program_of, 0.0, Clock(inf))
    assert asked[:2] == [inf, 64.0]
    assert (found.status, found.objective, found.stopped) == (Status.OPTIMAL, 60.0, GAP_REACHED)


def test_a_program_that_is_fine_is_asked_once():
    program_of, asked = programs(answer(2e9, 2e9, GAP_REACHED, Status.OPTIMAL))
    assert scaling.solved(program_of, 0.0, Clock(inf)).objective == 2e9
    assert asked == [inf]


def test_an_interruption_of_the_second_program_keeps_the_plan_of_the_first():
    program_of, _ = programs(answer(64.0, 0.0), KeyboardInterrupt())
    found = scaling.solved(program_of, 0.0, Clock(inf))
    assert (found.status, found.objective, found.stopped) == (Status.FEASIBLE, 64.0, INTERRUPTED)


def test_without_time_there_is_no_second_program():
    program_of, asked = programs(answer(64.0, 0.0, TIME_LIMIT))
    assert scaling.solved(program_of, 0.0, Clock(0.0)).stopped == TIME_LIMIT
    assert len(asked) == 1


def test_of_two_answers_the_cheaper_plan_and_the_higher_bound_are_kept():
    found = scaling.better(answer(64.0, 59.0), answer(60.0, 50.0), 0.0)
    assert (found.objective, found.bound, found.status, found.stopped) == (60.0, 59.0, Status.FEASIBLE, ROUNDING)
    known = answer(64.0, 59.0, TIME_LIMIT)
    none = answer(inf, 63.0, TIME_LIMIT, Status.NO_SOLUTION)
    assert scaling.better(known, none, 0.0).bound == 63.0
    assert scaling.better(none, answer(inf, 61.0, INTERRUPTED, Status.NO_SOLUTION), 0.0).bound == 63.0


def test_a_plan_that_is_known_is_not_called_impossible():
    impossible = answer(inf, inf, "infeasible: none", Status.INFEASIBLE)
    found = scaling.better(answer(64.0, 59.0, TIME_LIMIT), impossible, 0.0)
    assert (found.status, found.objective, found.bound, found.stopped) == (Status.FEASIBLE, 64.0, 59.0, ROUNDING)
    assert scaling.better(answer(inf, 0.0, TIME_LIMIT, Status.NO_SOLUTION), impossible, 0.0) is impossible


@pytest.mark.parametrize(("status", "why"), [(Status.OPTIMAL, ROUNDING), (Status.FEASIBLE, TIME_LIMIT)])
def test_only_a_program_cut_short_says_that_the_time_was_over(status, why):
    assert scaling.end_of(status) == why
