"""One plan for the scenarios of a study: against pricing every set of hubs and sizes in every scenario."""

from contextlib import nullcontext
from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

from logistics.errors import InfeasibleError, InputError
from logistics.studies.answers.regret import regret
from logistics.studies.answers.robust import robust_plan
from logistics.studies.designs import factorial, one_at_a_time, table
from logistics.studies.factors import Factor
from logistics.studies.stages import Stages
from logistics.studies.study import study
from models import SolveOptions
from models.placement import answers as single_answers
from models.robust import answers
from models.solver import Solver

OPTIONS = SolveOptions(time_limit_s=300, relative_gap=1e-9)
CAPEX = Factor(name="capex_ha_xdock", low=1.0, value=2.0, high=4.0)
SHARE = Factor(name="contestable_small", low=30.0, value=80.0, high=80.0)


@pytest.fixture(scope="module", autouse=True)
def one_solver_process_for_all():
    with pytest.MonkeyPatch.context() as patch, Solver() as solver:
        for module in (answers, single_answers):
            patch.setattr(module, "Solver", lambda: nullcontext(solver))
        yield


@pytest.fixture(scope="module")
def two_sites(tiny_scenario):
    return replace(tiny_scenario, forbidden=("gf_yen_my",), curve_to=0)


@pytest.fixture(scope="module")
def found(two_sites):
    return study(two_sites, factorial([CAPEX, SHARE], 2), options=OPTIONS, workers=0)


@pytest.fixture(scope="module")
def every_plan(two_sites, found):
    """Price all sets of up to two new hubs, each in each of its sizes."""
    timeline = Stages().question(two_sites).timeline
    standing = set(timeline.last.sites["hub_id"][timeline.stands])
    sizes = {}
    for option in timeline.options:
        if option.hub_id not in standing:
            sizes.setdefault(option.hub_id, []).append((option.hub_id, option.tier))
    plans = [
        plan for n in range(3) for hubs in combinations(sorted(sizes), n) for plan in product(*map(sizes.get, hubs))
    ]
    assert len(plans) > 20
    return regret(found, {str(plan): plan for plan in plans})


def test_the_least_risk_is_that_of_pricing_every_plan_everywhere(found, every_plan):
    costs = every_plan.cost_vnd_per_year
    worst = np.sort(costs.to_numpy(), axis=0)[-2:].mean(axis=0)  # of four scenarios
    wanted = {
        "expected": costs.mean().to_numpy(),
        "cvar": worst,
        "regret": every_plan.regret_vnd_per_year.max().to_numpy(),
    }
    for risk, value in wanted.items():
        plan = robust_plan(found, risk=risk, level=0.5, options=OPTIONS)
        size = float(costs.to_numpy().max())
        assert plan.is_proved
        assert plan.objective_vnd_per_year == pytest.approx(value.min(), abs=1e-7 * size)
        assert value[costs.columns.get_loc(str(plan.held))] == pytest.approx(value.min(), abs=1e-7 * size)
        own = costs[str(plan.held)].to_numpy()
        assert plan.scenarios["cost_vnd_per_year"].to_numpy() == pytest.approx(own, rel=1e-8)
        best = every_plan.best_vnd_per_year.to_numpy()
        assert plan.scenarios["best_vnd_per_year"].to_numpy() == pytest.approx(best, rel=1e-8)
        low, high = (plan.scenarios[f"{name}_vnd_per_year"].to_numpy() for name in ("regret_low", "regret"))
        assert (low - 1e-7 * size <= own - best).all()
        assert (own - best <= high + 1e-7 * size).all()
        assert 0 <= plan.vss_vnd_per_year[0] <= plan.vss_vnd_per_year[1]
        if risk == "expected":
            worth = plan.objective_vnd_per_year - best.mean()
            assert plan.evpi_vnd_per_year == pytest.approx((worth, worth), abs=1e-7 * size)


def test_one_scenario_is_its_own_plan(two_sites, found):
    alone = robust_plan(two_sites, table(found.design.points.iloc[[1]]), options=OPTIONS)
    assert alone.objective_vnd_per_year == pytest.approx(found.outcomes[1].objective_vnd_per_year, rel=1e-8)
    assert tuple(hub_id for hub_id, _ in alone.held) == found.outcomes[1].new_hubs
    assert alone.evpi_vnd_per_year[1] <= 1e-7 * alone.objective_vnd_per_year


def test_so_many_scenarios_as_asked_for_are_drawn(two_sites, found):
    drawn = robust_plan(two_sites, found.design, scenarios=2, options=OPTIONS)
    assert len(drawn.scenarios) == 2
    assert set(drawn.scenarios["scenario"]) <= set(found.design.labels)


def test_what_cannot_be_asked_is_said(two_sites, found):
    with pytest.raises(InputError, match="give a design"):
        robust_plan(two_sites)
    with pytest.raises(InputError, match="expected 1 or more"):
        robust_plan(found, scenarios=0)
    closing = Factor(name="close:gf_tu_son", low=0.0, value=0.0, high=1.0, distribution="whole")
    with pytest.raises(InputError, match="a factor may not change which hubs may be built"):
        robust_plan(two_sites, one_at_a_time([closing]))


def test_scenarios_that_no_hubs_suit_are_infeasible(two_sites):
    capped = replace(two_sites, objective=replace(two_sites.objective, co2_cap_t_per_year=1.0))
    with pytest.raises(InfeasibleError, match="no hubs suit all scenarios"):
        robust_plan(capped, one_at_a_time([CAPEX]))
