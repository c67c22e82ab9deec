"""`MultiCommodityFlow` against SciPy's linear program over all paths, and the laws its values keep."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.commodities import enumerated, instances

from models import SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

calm = settings(deadline=None, max_examples=30)
ENGINES = ("mip", "benders")


def value(instance, engine="benders"):
    solution = instance.solve(SolveOptions(relative_gap=1e-7, engine=engine))
    assert solution.status in {Status.OPTIMAL, Status.INFEASIBLE}, solution.stopped
    if solution.status is Status.OPTIMAL:
        assert instance.check(solution) == []
    return solution.objective


def near(wanted):
    return pytest.approx(wanted, rel=1e-6, abs=1e-9)


@calm
@given(instances(), st.sampled_from(ENGINES))
def test_no_shares_of_paths_cost_less(instance, engine):
    assert value(instance, engine) == near(enumerated(instance))


@calm
@given(instances(), st.integers(0, 6), st.sampled_from(ENGINES))
def test_more_room_or_a_cheaper_link_never_costs_more(instance, at, engine):
    if at >= instance.tail.size:
        return
    before = value(instance, engine)
    capacity, cost = instance.capacity.copy(), instance.unit_cost.copy()
    capacity[at] += 1
    cost[..., at] *= 0.5
    assert value(replace(instance, capacity=capacity), engine) <= before * (1 + 1e-6) + 1e-9
    assert value(replace(instance, unit_cost=cost), engine) <= before * (1 + 1e-6) + 1e-9


@calm
@given(instances(), st.sampled_from([1e-6, 3.0, 1e9]))
def test_costs_and_amounts_scale_the_value(instance, factor):
    before = value(instance)
    dearer = replace(instance, unit_cost=instance.unit_cost * factor, unserved_cost=instance.unserved_cost * factor)
    larger = replace(instance, amount=instance.amount * factor, capacity=instance.capacity * factor)
    wanted = pytest.approx(before * factor, rel=1e-6, abs=1e-9 * factor)
    assert value(dearer) == wanted
    assert value(larger) == wanted


@calm
@given(instances(), st.randoms(use_true_random=False))
def test_names_of_commodities_and_links_change_nothing(instance, random):
    links, commodities = list(range(instance.tail.size)), list(range(instance.amount.size))
    random.shuffle(links)
    random.shuffle(commodities)
    link, commodity = np.array(links, dtype=int), np.array(commodities, dtype=int)
    per_link = {name: getattr(instance, name)[link] for name in ("tail", "head", "capacity")}
    per_commodity = {
        name: getattr(instance, name)[commodity] for name in ("origin", "destination", "amount", "unserved_cost")
    }
    cost = instance.unit_cost[..., link]
    other = replace(instance, unit_cost=cost[commodity] if cost.ndim > 1 else cost, **per_link, **per_commodity)
    assert value(other) == near(value(instance))


@calm
@given(instances())
def test_supply_of_one_origin_and_one_destination_is_a_pair(instance):
    supply = np.zeros((instance.amount.size, instance.nodes))
    each = np.arange(instance.amount.size)
    np.add.at(supply, (each, instance.origin), instance.amount)
    np.subtract.at(supply, (each, instance.destination), instance.amount)
    other = replace(instance, origin=(), destination=(), amount=(), supply=supply)
    # a pair of one node pays for not being served nowhere: it need not move
    assert value(other) == near(value(instance))
