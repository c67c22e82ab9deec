"""`MinCostFlow` against trying every flow, and the laws its values keep."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.flows import enumerated, networks

from models import MinCostFlow, SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

EXACT = SolveOptions(relative_gap=0.0)
calm = settings(deadline=None, max_examples=60)


def value(instance, engine="auto"):
    solution = instance.solve(replace(EXACT, engine=engine))
    assert solution.status in {Status.OPTIMAL, Status.INFEASIBLE}
    if solution.status is Status.OPTIMAL:
        assert instance.check(solution) == []
        assert solution.bound == solution.objective
    return solution.objective


@calm
@given(networks(), st.sampled_from(["auto", "mip"]))
def test_no_flow_is_cheaper(instance, engine):
    assert value(instance, engine) == enumerated(instance)


@calm
@given(networks(), st.randoms(use_true_random=False))
def test_names_of_nodes_and_arcs_change_nothing(instance, random):
    nodes, arcs = list(range(instance.supply.size)), list(range(instance.tail.size))
    random.shuffle(nodes)
    random.shuffle(arcs)
    node, arc = np.array(nodes, dtype=np.int64), np.array(arcs, dtype=np.int64)
    supply = np.empty_like(instance.supply)
    supply[node] = instance.supply
    other = MinCostFlow(
        tail=node[instance.tail][arc],
        head=node[instance.head][arc],
        capacity=instance.capacity[arc],
        unit_cost=instance.unit_cost[arc],
        supply=supply,
    )
    assert value(other) == value(instance)


@calm
@given(networks(), st.integers(0, 4), st.integers(1, 3))
def test_more_capacity_never_costs_more(instance, at, more):
    if at >= instance.tail.size:
        return
    capacity = instance.capacity.copy()
    capacity[at] += more
    assert value(replace(instance, capacity=capacity)) <= value(instance)


@calm
@given(networks(), st.integers(2, 1000))
def test_costs_and_amounts_scale_the_value(instance, factor):
    before = value(instance)
    dearer = replace(instance, unit_cost=instance.unit_cost * factor)
    more = replace(instance, capacity=instance.capacity * factor, supply=instance.supply * factor)
    assert value(dearer) == before * factor
    assert value(more) == before * factor


@calm
@given(networks(most_nodes=6, most_arcs=12, most_units=50))
def test_both_engines_agree(instance):
    assert value(instance) == value(instance, "mip")


@calm
@given(networks(), st.lists(st.booleans(), min_size=5, max_size=5))
def test_arcs_without_limit_are_arcs_of_great_capacity(instance, which):
    unlimited = np.array(which[: instance.tail.size], dtype=np.bool_)
    great = replace(instance, capacity=np.where(unlimited, 1000, instance.capacity))
    solution = replace(instance, capacity=np.where(unlimited, np.inf, instance.capacity)).solve(EXACT)
    if solution.status is Status.UNBOUNDED:
        assert value(great) <= -1000 + 40 * np.abs(instance.unit_cost).max()
        return
    assert solution.objective == value(great)
