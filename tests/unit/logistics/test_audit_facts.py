"""Facts beside the figures of plan.json: warnings, how the freight converged, status, one hub more."""

import pandas as pd
import pytest
from hand_made_run import case, phase, timeline

from logistics import audit_facts
from logistics.audit_facts import (
    _balance_findings,
    _differing,
    _one_more,
    _status_findings,
    _warning_findings,
    fact_findings,
)
from logistics.plan_summary import ATTRIBUTION

BALANCE = {"rounds": 5, "largest_residual": 2e-7}
FACTS = {"known_volumes": [{"id": "x069", "modelled": 2.0}], "freight_balance": BALANCE, "attribution": ATTRIBUTION,
         "ledger_read": [], "warnings": [], "readings": [], "goals": [{"gap": 0.0}], "gap_asked": 0.0,
         "status": "optimal", "one_more": None, "curve": [], "objective_vnd_per_year": 800.0}  # fmt: skip


@pytest.fixture(autouse=True)
def volumes(monkeypatch):
    monkeypatch.setattr(audit_facts, "known_volumes", lambda *_: [{"id": "x069", "modelled": 2.0}])


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({}, []),
        ({"known_volumes": [{"id": "x069", "modelled": 2.1}]},
         ["plan.json:known_volumes.0.modelled: found 2.1, recomputed 2.0"]),
        ({"freight_balance": BALANCE | {"rounds": 4}}, ["plan.json:freight_balance.rounds: found 4, recomputed 5"]),
        ({"attribution": "nobody"}, [f"plan.json:attribution: found 'nobody', recomputed {ATTRIBUTION!r}"]),
        ({"warnings": ["beware"]}, ["plan.json:warnings: 'beware' is none of this scenario's"]),
        ({"status": "feasible"}, ["plan.json:status: found 'feasible', its gaps make it 'optimal'"]),
        ({"one_more": 1}, ["plan.json:one_more: found 1, recomputed None"]),
    ],
)  # fmt: skip
def test_each_fact_is_held_against_the_plan(change, sentences):
    assert list(fact_findings(timeline(), FACTS | change, [phase()], 1)) == sentences


@pytest.mark.parametrize("key", ["known_volumes", "freight_balance", "attribution", "status"])
def test_a_fact_that_is_missing_is_told(key):
    told = {name: value for name, value in FACTS.items() if name != key}
    assert any(key in one for one in fact_findings(timeline(), told, [phase()], 1))


def test_fixed_costs_of_one_hub_more_are_looked_at():
    point = {"new_hubs": 2, "hub_ids": ["new"], "objective_vnd_per_year": 810.0}
    more = {"new_hubs": 2, "hub_ids": ["new"], "loses_vnd_per_year": 10.0, "fixed_vnd_per_year": 1000.0,
            "fixed_cost_must_fall_pct": 1.0, "saving_must_rise_pct": None}  # fmt: skip
    told = list(fact_findings(timeline(), FACTS | {"curve": [point], "one_more": more}, [phase()], 1))
    assert [one.partition(": ")[0] for one in told] == [
        "plan.json:one_more.fixed_vnd_per_year", "plan.json:one_more.saving_must_rise_pct"
    ]  # fmt: skip


IDLE = "ledger: crf was set, but no figure of this plan depends on it"


def warned(warnings, read=(), of_case=(), readings=(), **wishes):
    facts = {"warnings": list(warnings), "ledger_read": list(read), "readings": list(readings)}
    return list(_warning_findings(timeline(phase(case=case(warnings=of_case)), **wishes), facts))


def test_warnings_are_those_that_the_scenario_gives_cause_for():
    assert warned([]) == []
    assert warned(["far away"], of_case=("far away",)) == []
    assert warned([], of_case=("far away",)) == ["plan.json:warnings: 'far away' is missing"]
    assert warned(["other"]) == ["plan.json:warnings: 'other' is none of this scenario's"]


def test_what_was_said_of_reading_files_is_warned_of():
    assert warned(["od.csv: two rows are one"], readings=["od.csv: two rows are one"]) == []
    assert warned([], readings=["od.csv: two rows are one"]) == [
        "plan.json:warnings: 'od.csv: two rows are one' is missing"
    ]


def test_a_row_that_was_set_and_not_read_is_warned_of():
    assert warned([IDLE], ledger={"crf": 0.1}) == []
    assert warned([], ledger={"crf": 0.1}) == [f"plan.json:warnings: {IDLE!r} is missing"]
    assert warned([], read=["crf"], ledger={"crf": 0.1}) == []
    assert warned([IDLE], read=["crf"], ledger={"crf": 0.1}) == []  # rows read later on are told, too
    assert warned([IDLE]) == [f"plan.json:warnings: {IDLE!r} is none of this scenario's"]


def test_a_row_that_the_ledger_does_not_have_was_not_read():
    assert warned([], read=["crf", "payload_teu"]) == []
    assert warned([], read=["gold", "crf", "air"]) == [
        "plan.json:ledger_read: 'air' is no row of the ledger", "plan.json:ledger_read: 'gold' is no row of the ledger"
    ]  # fmt: skip


def test_that_no_new_hub_fits_may_be_warned_of():
    full = case(options=tuple(option for option in case().options if option.hub_id in ("old", "shut")))
    sentence = (
        "none of the 2 sites for new hubs has room for what hubs.areas_ha, hubs.max_site_ha and the land of the "
        "sites allow: no new hub can open"
    )
    facts = {"warnings": [sentence], "ledger_read": [], "readings": []}
    assert list(_warning_findings(timeline(phase(case=full)), facts)) == []
    assert warned([sentence]) == [f"plan.json:warnings: {sentence!r} is none of this scenario's"]


@pytest.mark.parametrize(
    ("found", "sentences"),
    [
        (BALANCE, []),
        ({"rounds": 6, "largest_residual": 2e-7}, ["plan.json:freight_balance.rounds: found 6, recomputed 5"]),
        ({"rounds": 5, "largest_residual": 2e-7 + 5e-10}, []),
        ({"rounds": 5, "largest_residual": 4e-7},
         ["plan.json:freight_balance.largest_residual: found 4e-07, recomputed 2e-07"]),
        ({"rounds": 5}, ["plan.json:freight_balance.largest_residual: found inf, recomputed 2e-07"]),
        ({"largest_residual": 2e-7}, ["plan.json:freight_balance.rounds: found None, recomputed 5"]),
    ],
)  # fmt: skip
def test_how_the_freight_converged_is_worked_out_anew(found, sentences):
    assert list(_balance_findings(timeline(), found)) == sentences


def test_the_largest_residual_is_that_of_all_phases():
    slow = pd.DataFrame({"rounds": [9], "residual": [5e-7]})
    later = phase(case=case(2030, freight=type("Freight", (), {"convergence": slow})))
    both = timeline(phase(), later, weight=(0.5, 0.5))
    assert list(_balance_findings(both, {"rounds": 9, "largest_residual": 5e-7})) == []


@pytest.mark.parametrize(
    ("found", "wanted", "sentences"),
    [
        (1.0 + 5e-8, 1.0, []),
        (1.0 + 2e-7, 1.0, ["plan.json:x: found 1.0000002, recomputed 1.0"]),
        (5e-13, 0.0, []),
        (2e-12, 0, ["plan.json:x: found 2e-12, recomputed 0"]),
        (True, 1, []),
        (2, True, ["plan.json:x: found 2, recomputed True"]),
        (1.0 + 5e-8, True, ["plan.json:x: found 1.00000005, recomputed True"]),
        ("a", "a", []),
        ("a", "b", ["plan.json:x: found 'a', recomputed 'b'"]),
        (None, 1.0, ["plan.json:x: found None, recomputed 1.0"]),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, ["plan.json:x.b: found 2, recomputed 3"]),
        ({"a": 1}, {"b": 1}, ["plan.json:x: found {'a': 1}, recomputed {'b': 1}"]),
        ([1, 2], [1, 2], []),
        ([1, 2], [2, 2], ["plan.json:x.0: found 1, recomputed 2"]),
        ([1, 2], [1], ["plan.json:x: found [1, 2], recomputed [1]"]),
        ({"a": 1}, [1], ["plan.json:x: found {'a': 1}, recomputed [1]"]),
        ([1], {"a": 1}, ["plan.json:x: found [1], recomputed {'a': 1}"]),
    ],
)
def test_values_differ_by_their_dotted_names(found, wanted, sentences):
    assert list(_differing("x", found, wanted)) == sentences


@pytest.mark.parametrize(
    ("gaps", "asked", "status", "sentences"),
    [
        ((0.0, 0.01), 0.01, "optimal", []),
        ((0.01 + 5e-10, 0.0), 0.01, "optimal", []),
        ((0.01 + 2e-9, 0.0), 0.01, "feasible", []),
        ((0.02, 0.0), 0.01, "optimal", ["plan.json:status: found 'optimal', its gaps make it 'feasible'"]),
        ((0.0, 0.0), 0.01, "feasible", ["plan.json:status: found 'feasible', its gaps make it 'optimal'"]),
    ],
)
def test_a_plan_is_optimal_where_every_goal_is_proved(gaps, asked, status, sentences):
    facts = {"goals": [{"gap": gap} for gap in gaps], "gap_asked": asked, "status": status}
    assert list(_status_findings(facts)) == sentences


NEXT = {"new_hubs": 2, "hub_ids": ["new", "free"], "objective_vnd_per_year": 840.0}
MORE = {"new_hubs": 2, "hub_ids": ["new", "free"], "loses_vnd_per_year": 40.0, "fixed_vnd_per_year": 200.0,
        "fixed_cost_must_fall_pct": 20.0, "saving_must_rise_pct": 25.0}  # fmt: skip


def wanted(told, *points, value=800.0):
    return _one_more({"curve": list(points), "one_more": told, "objective_vnd_per_year": value}, 1)


def test_one_hub_more_is_the_next_point_of_the_curve():
    assert wanted(MORE, NEXT | {"new_hubs": 3}, NEXT) == MORE
    assert wanted(MORE | {"loses_vnd_per_year": 1.0, "new_hubs": 9, "hub_ids": [], "fixed_cost_must_fall_pct": 1.0},
                  NEXT) == MORE  # fmt: skip
    assert wanted(None, NEXT | {"new_hubs": 3}) is None
    assert wanted(MORE, NEXT | {"new_hubs": 1}) is None
    assert wanted(None, NEXT) == {"new_hubs": 2}


def test_one_hub_more_that_pays_or_costs_nothing_need_not_become_cheaper():
    assert wanted(MORE, NEXT, value=840.0)["fixed_cost_must_fall_pct"] is None
    assert wanted(MORE, NEXT, value=850.0)["fixed_cost_must_fall_pct"] is None
    assert wanted(MORE | {"fixed_vnd_per_year": 0.0}, NEXT)["fixed_cost_must_fall_pct"] is None
    assert wanted(MORE | {"fixed_vnd_per_year": 0.5}, NEXT)["fixed_cost_must_fall_pct"] == 8000.0
