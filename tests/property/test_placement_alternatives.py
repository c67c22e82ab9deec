"""The other good placements are those that asking for each set of new sites by itself gives."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import HubPlacement, SolveOptions, Status

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

OPTIONS = SolveOptions(relative_gap=1e-9)


@st.composite
def instances(draw):
    sites, flows = draw(st.integers(2, 4)), draw(st.integers(1, 4))
    periods = draw(st.sampled_from([1, 2]))
    whole = lambda size, low, high: np.array(draw(st.lists(st.integers(low, high), min_size=size, max_size=size)))  # noqa: E731
    site = np.repeat(np.tile(np.arange(sites), periods), 2)
    route_flow, route_site = np.divmod(np.arange(flows * sites), sites)
    return HubPlacement(
        amount=whole(flows, 1, 6).astype(float),
        direct_cost=np.full(flows, 9.0),
        route_flow=route_flow,
        route_site=route_site,
        route_cost=whole(flows * sites, 1, 9).astype(float),
        route_resource=np.zeros(flows * sites, dtype=int),
        option_site=site,
        option_cost=whole(site.size, 1, 20).astype(float),
        option_capacity=np.where(np.arange(site.size) % 2 == 0, 4.0, 12.0)[:, None],
        option_level=np.arange(site.size) % 2,
        option_period=np.repeat(np.arange(periods), 2 * sites),
        flow_period=whole(flows, 0, periods - 1),
        standing=np.arange(sites) < draw(st.integers(0, 1)),
    )


def value_of_each_set(instance):
    new = np.flatnonzero(~instance.standing).tolist()
    values = {}
    for size in range(len(new) + 1):
        for chosen in combinations(new, size):
            others = tuple(site for site in new if site not in chosen)
            asked = replace(instance, forced_open=chosen, forced_closed=others)
            found = asked.solve(replace(OPTIONS, engine="mip"))
            if found.status is Status.OPTIMAL:
                values[chosen] = found.objective
    return values


def set_of(instance, solution):
    last = instance.option_period == instance.option_period.max()
    sites = set(instance.option_site[solution.option_open & last].tolist())
    return tuple(sorted(site for site in sites if not instance.standing[site]))


@settings(deadline=None, max_examples=60)
@given(instance=instances(), within=st.sampled_from([0.0, 0.1, np.inf]))
def test_the_alternatives_are_every_set_within_the_limit_the_cheapest_first(instance, within):
    values = value_of_each_set_in_order(instance)
    found = instance.alternatives(20, within=within, options=OPTIONS)
    objectives = [solution.objective for solution in found]
    highest = values[0][1] + within * abs(values[0][1]) if np.isfinite(within) else np.inf
    sure = [value for _, value in values if value <= highest * (1 - 1e-7)]
    assert objectives[: len(sure)] == pytest.approx(sure, rel=1e-6, abs=1e-6)
    assert len({set_of(instance, solution) for solution in found}) == len(found)
    assert all(instance.check(solution) == [] for solution in found)


def value_of_each_set_in_order(instance):
    return sorted(value_of_each_set(instance).items(), key=lambda pair: pair[1])


@pytest.mark.parametrize("has_plan", [True, False])
def test_ctrl_c_in_a_later_question_ends_the_list_and_says_so(has_plan, monkeypatch):
    instance = HubPlacement(
        amount=[4.0], direct_cost=[9.0], route_flow=[0, 0], route_site=[0, 1], route_cost=[1.0, 2.0],
        route_resource=[0, 0], option_site=[0, 1], option_cost=[1.0, 1.0], option_capacity=[[9.0], [9.0]],
        standing=[False, False],
    )  # fmt: skip
    solve, asked = HubPlacement.solve, []

    def interrupted_at_the_second(self, options):
        asked.append(options)
        solution = solve(self, options)
        if len(asked) < 2:
            return solution
        status = Status.FEASIBLE if has_plan else Status.NO_SOLUTION
        return replace(solution, status=status, stopped="interrupted")

    monkeypatch.setattr(HubPlacement, "solve", interrupted_at_the_second)
    found = instance.alternatives(4, within=np.inf)
    assert len(asked) == 2
    assert len(found) == 1 + has_plan
    assert all(one.stopped.endswith("; interrupted") for one in found)
