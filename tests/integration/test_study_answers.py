"""Answers that solve anew: regret, fronts, switching points and the other good plans of a small region."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from logistics.errors import InputError
from logistics.measures import captive_sum
from logistics.planning import plan
from logistics.studies.answers.alternatives import alternatives
from logistics.studies.answers.pareto import pareto_front
from logistics.studies.answers.regret import regret
from logistics.studies.answers.switching import response
from logistics.studies.designs import factorial
from logistics.studies.factors import Factor
from logistics.studies.stages import Stages
from logistics.studies.study import study
from models import HubPlacement, SolveOptions, Status

OPTIONS = SolveOptions(time_limit_s=60, relative_gap=1e-9)
CANDIDATES = ("gf_nam_son", "gf_tu_son", "gf_yen_my")
CAPEX = Factor(name="capex_ha_xdock", low=1.0, value=2.0, high=60.0)


def cost_of(scenario, **changes):
    return plan(replace(scenario, **changes), OPTIONS).summary()["objective_vnd_per_year"]


def cost_with(scenario, hubs):
    others = tuple(hub for hub in CANDIDATES if hub not in hubs)
    return cost_of(scenario, forced_open=hubs, forbidden=others, max_new_hubs=max(len(hubs), 1), curve_to=0)


def test_regret_is_what_forcing_the_same_hubs_costs_more(tiny_scenario):
    found = study(tiny_scenario, factorial([CAPEX], 2), options=OPTIONS, workers=0)
    table = regret(found)
    dear = found.design.labels[1]
    none = cost_of(tiny_scenario, ledger={**tiny_scenario.ledger, "capex_ha_xdock": 60.0}, forbidden=(
        "gf_nam_son", "gf_tu_son", "gf_yen_my"), curve_to=0)  # fmt: skip
    assert table.cost_vnd_per_year.loc[dear, "none"] == pytest.approx(none, rel=1e-8)
    assert (table.regret_vnd_per_year.min(axis=1) <= 1e-6 * none).all()


def test_a_front_is_that_of_trying_every_cap(tiny_scenario):
    front = pareto_front(tiny_scenario, "co2", points=4, options=OPTIONS)
    assert front["second"].is_monotonic_decreasing
    assert front["cost_vnd_per_year"].is_monotonic_increasing
    assert (front["gap"] <= 1e-8).all()
    for row in front.to_dict("records")[1:]:
        # a cap gives way by a rounding, and at the least of it each 1e-9 of the cap is worth 4e-7 of the cost
        capped = replace(tiny_scenario.objective, co2_cap_t_per_year=row["second"])
        assert cost_of(tiny_scenario, objective=capped) == pytest.approx(row["cost_vnd_per_year"], rel=1e-6)


def test_a_point_of_a_front_whose_time_runs_out_is_the_plan_of_the_least_with_its_gap(tiny_scenario, monkeypatch):
    solve = HubPlacement.solve

    def late(instance, *args, **known):
        found = solve(instance, *args, **known)
        lost = {"status": Status.NO_SOLUTION, "objective": np.inf, "bound": found.bound / 2, "stopped": "time limit"}
        return found if instance.measure_high is None else replace(found, **lost)

    monkeypatch.setattr(HubPlacement, "solve", late)
    front = pareto_front(tiny_scenario, "co2", points=3, options=OPTIONS)
    assert front["stopped"].tolist() == ["the gap asked for is proved", "time limit"]
    assert 0 < front["gap"].iloc[-1] < 1


def least_costs(scenario):
    """Return what the whole freight costs with exactly 0, 1, 2, 3 new hubs, found by trying every set of them."""
    question = Stages().question(scenario)
    instance, ids = question.instance("cost"), list(question.timeline.last.sites["hub_id"])
    captive, sites = captive_sum(question.timeline, instance.direct_cost), {ids.index(hub) for hub in CANDIDATES}

    def cost(hubs):
        fixed = replace(instance, forced_open=hubs, forced_closed=tuple(sorted(sites - {*hubs})))
        return fixed.solve(OPTIONS).objective + captive

    return [min(cost(hubs) for hubs in combinations(sorted(sites), count)) for count in range(4)]


def test_the_front_of_cost_and_new_hubs_is_that_of_trying_every_set(tiny_scenario):
    cheap = replace(tiny_scenario, ledger={**tiny_scenario.ledger, "capex_ha_xdock": 1.0})
    best = least_costs(cheap)
    front = pareto_front(cheap, "new_hubs", options=OPTIONS)
    counts = [int(count) for count in front["second"]]
    assert counts == [count for count in (3, 2, 1, 0) if best[count] < min(best[:count], default=np.inf)]
    assert len(counts) > 1
    assert front["cost_vnd_per_year"].tolist() == pytest.approx([best[count] for count in counts], rel=1e-8)
    assert (front["gap"] <= 1e-8).all()
    assert [hubs.count("gf_") for hubs in front["new_hubs"]] == counts


def test_a_number_of_new_hubs_that_cannot_be_is_a_row_with_its_reason(tiny_scenario):
    front = pareto_front(replace(tiny_scenario, forced_open=("gf_tu_son",)), "new_hubs", points=3, options=OPTIONS)
    last = front.iloc[-1]
    assert last["cap"] == 0
    assert np.isnan(last["cost_vnd_per_year"])
    assert last["stopped"].startswith("infeasible: ")
    assert front["new_hubs"].iloc[0].count("gf_tu_son") == 1


def test_a_front_over_new_hubs_without_any_plan_says_why(tiny_scenario):
    both = replace(tiny_scenario, forced_open=("gf_tu_son", "gf_nam_son"))
    with pytest.raises(InputError, match="infeasible"):
        pareto_front(both, "new_hubs", points=2, options=OPTIONS)


def test_hubs_switch_where_building_gets_too_dear(tiny_scenario):
    found = response(tiny_scenario, CAPEX, points=3, tolerance=0.02, options=OPTIONS)
    assert len(found.switches) >= 1
    for row in found.switches.to_dict("records"):
        assert row["above"] - row["below"] <= 0.02 * 59 + 1e-9
        assert row["from_hubs"] != row["to_hubs"]
    assert found.curve["objective_vnd_per_year"].is_monotonic_increasing


def test_the_other_good_plans_cost_what_forcing_them_costs(tiny_scenario):
    found = alternatives(tiny_scenario, within_pct=1.0, options=OPTIONS)
    assert found["cost_vnd_per_year"].is_monotonic_increasing
    assert found["new_hubs"].is_unique
    for row in found.head(3).to_dict("records"):
        hubs = tuple(hub for hub in row["new_hubs"].split("; ") if hub)
        assert cost_with(tiny_scenario, hubs) == pytest.approx(row["cost_vnd_per_year"], rel=1e-7)
