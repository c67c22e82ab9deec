"""Clashes and ways out of tiny programs, against trying every point."""

from itertools import combinations, product
from math import ceil, inf
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import SolveOptions, Status
from models.infeasible import Elastic, Requirement, clashes, repair, ways_out
from models.program import Matrix, Program

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
calm = settings(deadline=None, max_examples=60)


@st.composite
def tiny(draw):
    """Return a program over whole variables 0 to 2, its dense rows, and its requirements."""
    columns, rows = draw(st.integers(1, 3)), draw(st.integers(1, 6))
    dense = np.array(
        draw(st.lists(st.integers(-2, 2), min_size=rows * columns, max_size=rows * columns)), dtype=float
    ).reshape(rows, columns)
    low = np.array(draw(st.lists(st.integers(-3, 5), min_size=rows, max_size=rows)), dtype=float)
    kind = np.array(draw(st.lists(st.sampled_from("lub="), min_size=rows, max_size=rows)))
    high = np.where(kind == "=", low, low + 1)
    low, high = np.where(kind == "u", -inf, low), np.where(kind == "l", inf, high)
    row, column = np.nonzero(dense)
    scale = draw(st.sampled_from([1.0, 0.01, 3000.0]))
    program = Program(
        cost=np.array(draw(st.lists(st.integers(-3, 3), min_size=columns, max_size=columns)), dtype=float),
        lower=np.zeros(columns),
        upper=np.full(columns, 2.0),
        matrix=Matrix(row=row, column=column, value=dense[row, column] * scale),
        row_lower=low * scale,
        row_upper=high * scale,
        integer=np.ones(columns, dtype=bool),
    )
    return program, dense * scale, draw(rules(rows, scale))


@st.composite
def rules(draw, rows, scale):
    """Return requirements that share the rows, and leave some of them always kept."""
    owner = draw(st.lists(st.integers(-1 if rows > 2 else 0, 4), min_size=rows, max_size=rows))
    made = []
    for group in sorted(set(owner) - {-1}):
        at = np.array([row for row in range(rows) if owner[row] == group])
        elastic = draw(
            st.one_of(
                st.none() if group == 4 else st.nothing(),
                st.builds(
                    Elastic,
                    price=st.sampled_from([0.0, 1.0, 1.0, 2.0, 5.0, 1e-3, 1e4]),
                    limit=st.sampled_from([inf, inf, 1.0, 2.0]),
                    step=st.sampled_from([0.0, 0.0, 1.0, 1.5]),
                ),
            )
        )
        sides = draw(st.sampled_from(["both", "split"]))
        if sides == "both":
            made.append(Requirement(name=("rule", group), rows=at, elastic=elastic, weight=np.array([scale])))
        else:
            made += [
                Requirement(name=(side, group), rows=at, side=side, elastic=elastic, weight=np.array([scale]))
                for side in ("lower", "upper")
            ]
    return made


def needs(program, dense, requirements):
    """Return for every point that keeps the other rows what each requirement would have to give way (inf: cannot)."""
    lower_owned = np.zeros(program.row_lower.size, dtype=bool)
    upper_owned = lower_owned.copy()
    for one in requirements:
        lower_owned[one.rows[one.lower_rows(program)]] = True
        upper_owned[one.rows[one.upper_rows(program)]] = True
    found = []
    for point in product(range(3), repeat=program.cost.size):
        total = dense @ np.array(point, dtype=float)
        short, over = program.row_lower - total, total - program.row_upper
        if (short[~lower_owned] > 1e-9).any() or (over[~upper_owned] > 1e-9).any():
            continue
        need = []
        for one in requirements:
            parts = [
                *(short[one.rows] / one.weight)[one.lower_rows(program)],
                *(over[one.rows] / one.weight)[one.upper_rows(program)],
            ]
            need.append(round(max([0.0, *parts]), 9))
        found.append((need, float(program.cost @ np.array(point))))
    return found


def given_way(need, elastic):
    """Return the amount that a need costs, inf if it may not be met."""
    if need == 0:
        return 0.0
    if elastic is None:
        return inf
    amount = ceil(need / elastic.step - 1e-9) * elastic.step if elastic.step else need
    return amount if amount <= elastic.limit + 1e-9 else inf


def can_be_kept(points, members):
    return any(all(need[member] == 0 for member in members) for need, _ in points)


@calm
@given(case=tiny())
def test_clashes_are_irreducible_disjoint_and_all_that_there_are(case):
    program, dense, requirements = case
    points = needs(program, dense, requirements)
    number = {one.name: index for index, one in enumerate(requirements)}
    answer = clashes(program, requirements, options=EXACT)
    everything = range(len(requirements))
    assert answer.is_complete
    assert (answer.status is Status.FEASIBLE) == can_be_kept(points, everything) == (len(answer) == 0)
    seen = set()
    for found in answer:
        members = {number[name] for name in found.requirements}
        assert found.is_irreducible
        assert not members & seen
        assert not can_be_kept(points, members)
        assert all(can_be_kept(points, members - {member}) for member in members)
        seen |= members
    if points:
        assert can_be_kept(points, set(everything) - seen)


@pytest.mark.parametrize("proves_the_fewest", [True, False])
@calm
@given(case=tiny())
def test_ways_out_cost_what_trying_every_point_costs(proves_the_fewest, case):
    program, dense, requirements = case
    points = needs(program, dense, requirements)
    with patch.object(repair, "FEWEST_SHARE", repair.FEWEST_SHARE if proves_the_fewest else 0.0):
        answer = ways_out(program, requirements, k=4, options=EXACT)
    assert answer.is_complete
    if can_be_kept(points, range(len(requirements))):
        assert answer.status is Status.FEASIBLE
        assert len(answer) == 0
        return
    assert answer.status is Status.INFEASIBLE
    repairs = []
    for need, _ in points:
        amounts = [given_way(one, rule.elastic) for one, rule in zip(need, requirements, strict=True)]
        if max(amounts) < inf:
            price = sum(a * rule.elastic.price for a, rule in zip(amounts, requirements, strict=True) if a)
            repairs.append((price, frozenset(index for index, amount in enumerate(amounts) if amount)))
    number = {one.name: index for index, one in enumerate(requirements)}
    for way in answer:
        support = frozenset(number[one.name] for one in way.relaxations)
        price = min(one for one, _ in repairs)
        assert way.price == pytest.approx(price, rel=1e-7, abs=1e-9)
        assert way.price_bound <= price + 1e-7 * price + 1e-9
        cheapest = [one for cost, one in repairs if cost <= price * (1 + 1e-10)]
        if proves_the_fewest:
            assert len(support) == min(len(one) for one in cheapest)
        assert not any(one < support for one in cheapest)
        allowed = {one.name: one.amount for one in way.relaxations}
        best = min(
            value
            for need, value in points
            if all(
                one <= allowed.get(rule.name, 0.0) * (1 + 1e-9) + 1e-9
                for one, rule in zip(need, requirements, strict=True)
            )
        )
        assert way.objective == pytest.approx(best, abs=1e-6)
        assert way.status is Status.OPTIMAL
        repairs = [(cost, one) for cost, one in repairs if not support <= one]
    assert len(answer) == 4 or not repairs


@calm
@given(case=tiny())
def test_every_way_out_meets_every_clash(case):
    program, _, requirements = case
    found = clashes(program, requirements, options=EXACT)
    for way in ways_out(program, requirements, k=3, options=EXACT):
        relaxed = {one.name for one in way.relaxations}
        assert all(relaxed & set(one.requirements) for one in found)


def test_combinations_of_three_rules_of_which_any_two_can_be_kept():
    # x + y >= 3, x <= 1, y <= 1: each pair can be kept, all three cannot
    program = Program(
        cost=np.array([1.0, 1.0]),
        lower=np.zeros(2),
        upper=np.full(2, 5.0),
        matrix=Matrix(row=np.array([0, 0, 1, 2]), column=np.array([0, 1, 0, 1]), value=np.ones(4)),
        row_lower=np.array([3.0, -inf, -inf]),
        row_upper=np.array([inf, 1.0, 1.0]),
    )
    names = ["sum", "x", "y"]
    rules = [Requirement(name=(name,), rows=np.array([row])) for row, name in enumerate(names)]
    (found,) = clashes(program, rules)
    assert found.requirements == (("sum",), ("x",), ("y",))
    for pair in combinations(rules, 2):
        kept = Program(
            cost=program.cost,
            lower=program.lower,
            upper=program.upper,
            matrix=program.matrix,
            row_lower=np.where(np.isin(np.arange(3), [one.rows[0] for one in pair]), program.row_lower, -inf),
            row_upper=np.where(np.isin(np.arange(3), [one.rows[0] for one in pair]), program.row_upper, inf),
        )
        assert len(clashes(kept, pair)) == 0
