"""Asking for the next best plan: when it ends, what it says, and what is not shown."""

from dataclasses import dataclass
from math import inf

import numpy as np
import pytest

from models import Solution, SolveOptions, Status
from models.near_best import Questions, near_best
from models.stopping import MAY_LACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Solution):
    """A plan that stands for one of the numbers from 0 on."""

    number: int


class Numbers:
    """Answers with the number of the least value, its bound as far below as the gap allows, but for some answers."""

    def __init__(self, values, *, told=None):
        self.values, self.told, self.asked = values, told or {}, []

    def solve(self, forbidden, options):
        self.asked.append(options)
        gone = {int(np.flatnonzero(each)[0]) for each in forbidden}
        left = [number for number in range(len(self.values)) if number not in gone]
        plan = {"status": Status.OPTIMAL, "seconds": 0.0, "stopped": "proved"}
        if left:
            number = min(left, key=lambda each: self.values[each])
            value = self.values[number]
            plan |= {"objective": value, "bound": value * (1 - options.relative_gap), "number": number}
        else:
            plan |= {"status": Status.INFEASIBLE, "objective": inf, "bound": inf, "number": -1}
        answer = self.told.get(len(self.asked), {})
        if isinstance(answer, BaseException):
            raise answer
        return Chosen(**(plan | answer))

    def near_best(self, count, within, **options):
        questions = Questions(
            solve=self.solve,
            set_of=lambda plan: np.arange(len(self.values)) == plan.number,
            scale=lambda plan: plan.objective,
            part=0.5,
        )
        found, stopped = near_best(questions, count, within, SolveOptions(relative_gap=0.05, **options))
        return [plan.number for plan in found], stopped


def test_the_best_come_first_as_many_as_asked_for():
    assert Numbers([30.0, 10.0, 20.0]).near_best(2, inf) == ([1, 2], "as many as asked for")


def test_without_a_limit_all_are_found_when_nothing_is_left():
    assert Numbers([30.0, 10.0, 20.0]).near_best(9, inf) == ([1, 2, 0], "these are all")


def test_a_bound_above_the_limit_ends_the_list():
    # the limit is 15: 20 with a bound of 19 lies above
    numbers = Numbers([30.0, 10.0, 20.0])
    assert numbers.near_best(9, 0.5) == ([1], "these are all")
    assert len(numbers.asked) == 2


def test_a_plan_above_the_limit_whose_bound_lies_below_is_asked_for_again_with_a_smaller_gap():
    # the limit is 11: 11.2 with a bound of 10.64 tells nothing; half of 0.2 / 11.2 does
    numbers = Numbers([11.2, 10.0])
    assert numbers.near_best(9, 0.1) == ([1], "these are all")
    assert [options.relative_gap for options in numbers.asked] == pytest.approx([0.05, 0.05, 0.1 / 11.2])


def test_what_a_smaller_gap_does_not_tell_is_forbidden_and_not_shown():
    # the third answer, with the small gap, is no better proved; of what is left then the bound is 19
    numbers = Numbers([11.2, 10.0, 20.0], told={3: {"status": Status.FEASIBLE, "bound": 10.5}})
    assert numbers.near_best(9, 0.1) == ([1], MAY_LACK)
    assert len(numbers.asked) == 4


def test_a_plan_that_is_better_than_the_first_comes_before_it_and_sets_the_limit():
    # the first question says 12, though there is 10: from then on 11 is the limit, and the set of 12 may do better
    first = {"status": Status.FEASIBLE, "objective": 12.0, "bound": 5.0, "number": 1}
    assert Numbers([10.0, 12.0, 10.5], told={1: first}).near_best(9, 0.1) == ([0, 2], MAY_LACK)


def test_plans_whose_values_differ_by_rounding_are_as_good():
    assert Numbers([10.0, 10.000000000001]).near_best(9, 0.0) == ([0, 1], "these are all")


@pytest.mark.parametrize(
    ("answer", "stopped"),
    [
        ({"status": Status.NO_SOLUTION, "objective": inf, "stopped": "time limit"}, "time limit"),
        ({"status": Status.NO_SOLUTION, "objective": inf, "stopped": "interrupted"}, "interrupted"),
        (KeyboardInterrupt(), "interrupted"),
    ],
)
def test_what_cuts_a_later_question_short_leaves_the_plans_before(answer, stopped):
    assert Numbers([10.0, 20.0], told={2: answer}).near_best(9, inf) == ([0], stopped)


def test_where_there_is_no_plan_nothing_is_found():
    assert Numbers([]).near_best(3, 0.1) == ([], "these are all")


def test_each_question_has_its_part_of_the_time_and_the_last_all_that_is_left():
    numbers = Numbers([10.0, 20.0])
    numbers.near_best(2, inf, time_limit_s=1e6)
    assert [options.time_limit_s for options in numbers.asked] == pytest.approx([5e5, 1e6], rel=0.01)
