"""The other good openings for several scenarios are those that trying every choice gives."""

import os

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.robust import choices_of, cost_by_program, cost_by_transport, risk_by_hand, scenarios

from models import RobustHubPlacement, SolveOptions

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

MANY = int(os.environ.get("ROBUST_PLACEMENT_EXAMPLES", "40"))  # thousands outside CI
RISKS = [("expected", 0.9), ("cvar", 0.5), ("regret", 0.9)]
GAP = 1e-8


def new_sites(instance, opened):
    last = instance.terms.option_period == instance.terms.last_period
    sites = np.unique(instance.option_site[opened & last])
    return tuple(sites[~instance.standing[sites]].tolist())


def risk_of_each_set(model, cost_of):
    """Return the least risk of each set of new sites, and the size of costs; regret from the best of all choices."""
    costs = {}
    for opened in choices_of(model.instances[0]):
        costs[opened.tobytes()] = [cost_of(instance, opened) for instance in model.instances]
    own = np.min(list(costs.values()), axis=0)
    risks = {}
    for key, row in costs.items():
        if np.isfinite(row).all():
            sites = new_sites(model.instances[0], np.frombuffer(key, dtype=bool))
            risk = risk_by_hand(np.array([row]), own, model.probability, model.risk, model.level)
            risks[sites] = min(risk, risks.get(sites, np.inf))
    return risks, max((max(row) for row in costs.values() if np.isfinite(row).all()), default=0.0)


def agrees(model, count, within, engine, cost_of):
    found = model.alternatives(count, within=within, options=SolveOptions(relative_gap=GAP, engine=engine))
    risks, size = risk_of_each_set(model, cost_of)
    give = 2e-6 * size + 1e-6
    objectives = [each.objective for each in found]
    sets = [new_sites(model.instances[0], each.option_open) for each in found]
    assert bool(found) == bool(risks)
    assert objectives == pytest.approx([risks[each] for each in sets], rel=0, abs=give)
    assert objectives == sorted(objectives)
    assert len(set(sets)) == len(sets) <= count
    assert [line for each in found for line in model.check(each)] == []
    if found:
        highest = objectives[0] + (within * found[0].scale if np.isfinite(within) else np.inf)
        others = [value for sites, value in risks.items() if sites not in sets]
        assert objectives[-1] <= highest + give
        assert len(found) == count or all(value >= highest - give for value in others)
        assert all(value >= objectives[-1] - give for value in others)


COUNTS, LIMITS = st.sampled_from([1, 3, 20]), st.sampled_from([0.0, 0.2, np.inf])
ENGINES = st.sampled_from(["mip", "benders"])


@settings(deadline=None, max_examples=MANY)
@given(case=scenarios(), risk=st.sampled_from(RISKS), within=LIMITS, count=COUNTS, engine=ENGINES)
def test_they_are_every_set_of_new_sites_within_the_limit_the_least_risk_first(case, risk, within, count, engine):
    model = RobustHubPlacement(instances=case[0], probability=case[1], risk=risk[0], level=risk[1])
    agrees(model, count, within, engine, cost_by_transport)


@settings(deadline=None, max_examples=MANY // 2)
@given(data=st.data(), risk=st.sampled_from(RISKS), within=LIMITS, engine=ENGINES)
def test_sets_are_those_of_the_last_period_whatever_a_placement_asks_for(data, risk, within, engine):
    features = {"periods", data.draw(st.sampled_from(["second", "measures", "throughput", "clients"]))}
    instances, probability = data.draw(scenarios(features=features))
    model = RobustHubPlacement(instances=instances, probability=probability, risk=risk[0], level=risk[1])
    agrees(model, 20, within, engine, cost_by_program)


@settings(deadline=None, max_examples=MANY // 2)
@given(case=scenarios(), engine=ENGINES)
def test_regret_is_measured_from_the_same_in_all(case, engine):
    model = RobustHubPlacement(instances=case[0], probability=case[1], risk="regret")
    found = model.alternatives(20, within=np.inf, options=SolveOptions(relative_gap=GAP, engine=engine))
    for each in found:
        assert each.best_low == pytest.approx(found[0].best_low, rel=1e-12)
        assert (each.best_low <= each.best).all()
