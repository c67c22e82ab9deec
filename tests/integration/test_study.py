"""Studies of a small region: the same answers however, by whom and in how many pieces they are decided."""

import itertools
import math
from dataclasses import replace

import pytest

from logistics.errors import NoPlanError
from logistics.planning import plan
from logistics.studies.designs import factorial, one_at_a_time
from logistics.studies.factors import Factor
from logistics.studies.stages import Stages
from logistics.studies.study import STUDY_OPTIONS, study
from logistics.studies.workshop import Workshop, held_to
from models import SolveOptions

PRICES = (
    Factor(name="crf", low=0.1, value=0.125, high=0.157),
    Factor(name="diesel_price", low=18000.0, value=21740.0, high=30000.0),
    Factor(name="contestable_small", low=60.0, value=80.0, high=90.0),
)
OPTIONS = SolveOptions(time_limit_s=60, relative_gap=1e-9)


def texts(found):
    return [outcome.to_text() for outcome in found.outcomes]


@pytest.fixture(scope="module")
def unbroken(tiny_scenario, tmp_path_factory):
    return study(
        tiny_scenario, one_at_a_time(PRICES), options=OPTIONS, workers=0, folder=tmp_path_factory.mktemp("study")
    )


def test_a_scenario_with_nothing_changed_is_the_plan(tiny_scenario):
    found = plan(tiny_scenario, OPTIONS)
    outcome = Workshop(tiny_scenario, OPTIONS).outcome({})
    assert outcome.objective_vnd_per_year == pytest.approx(found.summary()["objective_vnd_per_year"], rel=1e-9)
    new = found.hubs.query("is_new")
    assert dict(zip(new["hub_id"], new["tier"], strict=True)) == {
        hub_id: use.tier for hub_id, use in outcome.hubs.items() if use.is_new
    }


def test_a_stage_taken_from_the_scenario_before_changes_no_answer(tiny_scenario):
    used = Workshop(tiny_scenario, OPTIONS)
    points = [dict(zip(("crf", "growth", "network.toll_pct"), point, strict=True))
              for point in itertools.product((0.1, 0.15), (4.0, 9.0), (100.0, 50.0))]  # fmt: skip
    points += [{"detour_access": 1.5}, {"toll_ct04_g5": 20000.0}, {"diesel_price": 30000.0}, {"rail_tkm": 100.0}, {}]
    in_turn = [used.outcome(point).to_text() for point in (*points, *reversed(points))]
    fresh = [Workshop(tiny_scenario, OPTIONS).outcome(point).to_text() for point in points]
    assert in_turn == [*fresh, *reversed(fresh)]


def test_a_scenario_that_moves_a_hubs_cost_prices_no_route_again(tiny_scenario):
    stages = Stages()
    first = stages.question(tiny_scenario)
    moved = stages.question(replace(tiny_scenario, ledger={**tiny_scenario.ledger, "crf": 0.2}))
    assert moved.routes[0] is first.routes[0]
    assert moved.timeline.options != first.timeline.options


def test_workers_give_the_same_table_as_this_process(tiny_scenario, unbroken):
    found = study(tiny_scenario, one_at_a_time(PRICES), options=OPTIONS, workers=2)
    assert texts(found) == texts(unbroken)


def test_a_study_cut_short_and_resumed_is_the_unbroken_one(tiny_scenario, unbroken, tmp_path):
    class Stop(Exception):  # noqa: N818  (stands for Ctrl-C)
        pass

    def stop(done, _total):
        if done == 3:
            raise Stop

    design = one_at_a_time(PRICES)
    with pytest.raises(Stop):
        study(tiny_scenario, design, options=OPTIONS, workers=0, folder=tmp_path, progress=stop)
    asked = []
    found = study(
        tiny_scenario, design, options=OPTIONS, workers=0, folder=tmp_path, resume=True,
        progress=lambda done, _total: asked.append(done),
    )  # fmt: skip
    assert asked[0] == 3
    assert texts(found) == texts(unbroken)


def test_a_scenario_that_cannot_be_is_a_row_with_its_reason(tiny_scenario):
    many = Factor(name="hubs.exactly", low=0, value=1, high=9, distribution="whole")
    found = study(tiny_scenario, factorial([many]), options=STUDY_OPTIONS, workers=0)
    states = found.results.set_index("hubs.exactly")["state"]
    assert states[0] == "optimal"
    assert states[9] in {"infeasible", "bad_input"}
    assert (found.results.loc[found.results["state"] != "optimal", "reason"] != "").all()


def test_a_plan_held_costs_what_forcing_its_hubs_costs(tiny_scenario):
    workshop = Workshop(tiny_scenario, OPTIONS)
    best = workshop.outcome({})
    held = {"best": tuple((hub, best.hubs[hub].tier) for hub in best.new_hubs), "none": ()}
    costs = workshop.outcome({}, held).held
    assert costs["best"] == pytest.approx(best.objective_vnd_per_year, rel=1e-9)
    assert costs["none"] >= costs["best"]


def test_a_plan_held_whose_time_runs_out_is_unknown_and_the_scenario_keeps_its_own(tiny_scenario, monkeypatch):
    def late(*_args):
        raise NoPlanError("no plan was found within the time limit (time limit)")

    workshop = Workshop(tiny_scenario, OPTIONS)
    monkeypatch.setattr("logistics.studies.workshop.held_to", late)
    found = workshop.outcome({}, {"none": ()})
    assert found.is_solved
    assert math.isnan(found.held["none"])


def test_a_plan_of_hubs_that_are_not_there_has_no_cost(tiny_scenario):
    question = Stages().question(tiny_scenario)
    assert held_to(question, (("gf_atlantis", "cross-dock 10 ha"),)) is None
