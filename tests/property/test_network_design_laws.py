"""`NetworkDesign` against trying every set of links, and the laws its values keep."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.design import enumerated, instances

from models import SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

calm = settings(deadline=None, max_examples=20)
ENGINES = ("mip", "lagrangian")


def value(instance, engine="lagrangian"):
    solution = instance.solve(SolveOptions(relative_gap=1e-6, engine=engine))
    assert solution.status in {Status.OPTIMAL, Status.INFEASIBLE}, solution.stopped
    if solution.status is Status.OPTIMAL:
        assert instance.check(solution) == []
    return solution.objective


def near(wanted):
    return pytest.approx(wanted, rel=3e-6, abs=1e-9)


@calm
@given(instances(), st.sampled_from(ENGINES))
def test_no_set_of_links_costs_less(instance, engine):
    assert value(instance, engine) == near(enumerated(instance))


@calm
@given(instances(), st.integers(0, 4))
def test_more_room_a_cheaper_link_or_fewer_rules_never_cost_more(instance, at):
    at %= instance.tail.size
    before = value(instance) * (1 + 3e-6) + 1e-9
    capacity, fixed = instance.capacity.copy(), instance.fixed_cost.copy()
    capacity[at] += 1
    fixed[at] *= 0.5
    assert value(replace(instance, capacity=capacity)) <= before
    assert value(replace(instance, fixed_cost=fixed)) <= before
    assert value(replace(instance, forced_open=(), forced_closed=(), budget=inf)) <= before


@calm
@given(instances(), st.sampled_from([1e-6, 7.0, 1e9]))
def test_costs_and_amounts_scale_the_value(instance, factor):
    before = value(instance)
    dearer = replace(
        instance,
        unit_cost=instance.unit_cost * factor,
        fixed_cost=instance.fixed_cost * factor,
        budget=instance.budget * factor,
    )
    larger = replace(
        instance,
        amount=instance.amount * factor,
        capacity=instance.capacity * factor,
        unit_cost=instance.unit_cost / factor,
    )
    assert value(dearer) == pytest.approx(before * factor, rel=3e-6, abs=1e-9 * factor)
    assert value(larger) == near(before)


@calm
@given(instances(rules=False), st.randoms(use_true_random=False))
def test_names_of_links_and_commodities_change_nothing(instance, random):
    links, commodities = list(range(instance.tail.size)), list(range(instance.amount.size))
    random.shuffle(links)
    random.shuffle(commodities)
    link, commodity = np.array(links, dtype=int), np.array(commodities, dtype=int)
    per_link = {name: getattr(instance, name)[link] for name in ("tail", "head", "capacity", "fixed_cost")}
    per_commodity = {name: getattr(instance, name)[commodity] for name in ("origin", "destination", "amount")}
    cost = instance.unit_cost[..., link]
    other = replace(instance, unit_cost=cost[commodity] if cost.ndim > 1 else cost, **per_link, **per_commodity)
    assert value(other) == near(value(instance))
