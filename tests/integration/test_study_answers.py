"""Answers that solve anew: regret, fronts, switching points and the other good plans of a small region."""

from dataclasses import replace

import numpy as np
import pytest

from logistics.planning import plan
from logistics.studies.answers.alternatives import alternatives
from logistics.studies.answers.pareto import pareto_front
from logistics.studies.answers.regret import regret
from logistics.studies.answers.switching import response
from logistics.studies.designs import factorial
from logistics.studies.factors import Factor
from logistics.studies.study import study
from models import HubPlacement, SolveOptions, Status

OPTIONS = SolveOptions(time_limit_s=60, relative_gap=1e-9)
CAPEX = Factor(name="capex_ha_xdock", low=1.0, value=2.0, high=60.0)


def cost_of(scenario, **changes):
    return plan(replace(scenario, **changes), OPTIONS).summary()["objective_vnd_per_year"]


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
    every = ("gf_nam_son", "gf_tu_son", "gf_yen_my")
    for row in found.head(3).to_dict("records"):
        hubs = tuple(hub for hub in row["new_hubs"].split("; ") if hub)
        others = tuple(hub for hub in every if hub not in hubs)
        forced = cost_of(tiny_scenario, forced_open=hubs, forbidden=others, max_new_hubs=max(len(hubs), 1), curve_to=0)
        assert forced == pytest.approx(row["cost_vnd_per_year"], rel=1e-7)
