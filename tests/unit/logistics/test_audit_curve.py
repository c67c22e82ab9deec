"""The curve over the number of new hubs: points that can be, the plan's own among them, and what one hub more costs."""

from copy import deepcopy

import pytest
from hand_made_run import hubs, phase, timeline

from logistics.audit_curve import curve_findings, one_more_findings
from logistics.scenario_parts import Objective, Phases

POINT = {"status": "optimal", "gap": 0.0}
CURVE = [
    POINT | {"new_hubs": 0, "objective_vnd_per_year": 900.0, "bound_vnd_per_year": 900.0,
             "saving_vnd_per_year": 100.0, "hub_ids": []},
    POINT | {"new_hubs": 1, "objective_vnd_per_year": 800.0, "bound_vnd_per_year": 792.0, "gap": 0.01,
             "saving_vnd_per_year": 200.0, "hub_ids": ["new"]},
    POINT | {"new_hubs": 2, "objective_vnd_per_year": 850.0, "bound_vnd_per_year": 850.0,
             "saving_vnd_per_year": 150.0, "hub_ids": ["new", "free"]},
]  # fmt: skip
SUMMARY = {"curve": CURVE, "direct_vnd_per_year": 1000.0, "objective_vnd_per_year": 800.0, "bound_vnd_per_year": 792.0,
           "gap_asked": 0.01, "cheapest_new_hubs": 1}  # fmt: skip
CURVE_SAID = "plan.json:curve: "
DISAGREE = "plan.json:curve: value, bound, gap and saving of 1 new hubs do not agree"


def summary(at=1, changes=(), **facts):
    told = deepcopy(SUMMARY | facts)
    if changes:
        told["curve"][at] |= dict(changes)
    return told


def found(told, phases=(), **wishes):
    return list(curve_findings(timeline(**{"max_new_hubs": 2, "curve_to": 2} | wishes), told, phases or [phase()]))


def test_a_curve_that_is_right_has_nothing_wrong():
    assert found(summary()) == []


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({"saving_vnd_per_year": 201.0}, [DISAGREE]),
        ({"saving_vnd_per_year": 200.0 * (1 + 5e-8)}, []),
        ({"gap": 0.02},
         [DISAGREE, "plan.json:curve: 1 new hubs are called 'optimal' at a gap of 0.02"]),
        ({"bound_vnd_per_year": 801.0, "gap": 0.0}, [DISAGREE]),
        ({"bound_vnd_per_year": 800.0, "gap": 0.0}, []),
        ({"bound_vnd_per_year": 784.0, "gap": 0.02},
         ["plan.json:curve: 1 new hubs are called 'optimal' at a gap of 0.02",
          "plan.json:bound_vnd_per_year: found 792.0, 1 new hubs may cost less"]),
        ({"bound_vnd_per_year": 784.0, "gap": 0.02, "status": "feasible"},
         ["plan.json:bound_vnd_per_year: found 792.0, 1 new hubs may cost less"]),
        ({"bound_vnd_per_year": 800.0 * (0.99 - 5e-10), "gap": 0.01 + 5e-10}, []),
        ({"status": "feasible"}, []),
        ({"status": "guessed"}, ["plan.json:curve: 1 new hubs are called 'guessed' at a gap of 0.01"]),
        ({"hub_ids": []},
         ["plan.json:curve: 0 hubs are listed where 1 are new",
          "plan.json:curve: the point of 1 new hubs lists [], the plan opens others"]),
        ({"hub_ids": ["free"]}, ["plan.json:curve: the point of 1 new hubs lists ['free'], the plan opens others"]),
        ({"hub_ids": ["old"]},
         ["plan.json:curve: 'old' is no site for a new hub in this scenario",
          "plan.json:curve: the point of 1 new hubs lists ['old'], the plan opens others"]),
        ({"objective_vnd_per_year": 790.0, "bound_vnd_per_year": 790.0, "gap": 0.0, "saving_vnd_per_year": 210.0},
         ["plan.json:curve: the point of 1 new hubs is not the plan's own cost 800",
          "plan.json:bound_vnd_per_year: found 792.0, 1 new hubs may cost less",
          "plan.json:curve: a plan of 790.0 stands on it, cheaper than the one chosen"]),
    ],
)  # fmt: skip
def test_what_does_not_agree_at_a_point_is_told(changes, sentences):
    assert found(summary(changes=changes)) == sentences


def test_a_site_is_listed_once_at_a_point():
    assert found(summary(at=2, changes={"hub_ids": ["new", "new"]})) == [
        "plan.json:curve: 2 hubs are listed where 2 are new"
    ]


@pytest.mark.parametrize(
    ("facts", "sentences"),
    [
        ({"curve": CURVE[::-1]}, [CURVE_SAID + "found points of [2, 1, 0] new hubs, expected some of [0, 1, 2]"]),
        ({"curve": [*CURVE[:2], CURVE[1]]},
         [CURVE_SAID + "found points of [0, 1, 1] new hubs, expected some of [0, 1, 2]"]),
        ({"curve": CURVE[1:]}, []),
        ({"curve": CURVE[:1], "cheapest_new_hubs": 0},
         [CURVE_SAID + "the point of 1 new hubs is not the plan's own cost 800"]),
        ({"curve": [], "cheapest_new_hubs": None},
         [CURVE_SAID + "the point of 1 new hubs is not the plan's own cost 800"]),
        ({"cheapest_new_hubs": 2}, ["plan.json:cheapest_new_hubs: found 2, the curve says otherwise"]),
        ({"bound_vnd_per_year": 792.0 * (1 + 5e-10)}, []),
        ({"bound_vnd_per_year": 793.0}, ["plan.json:bound_vnd_per_year: found 793.0, 1 new hubs may cost less"]),
    ],
)  # fmt: skip
def test_what_the_curve_says_beside_its_points_is_held_against_them(facts, sentences):
    assert found(summary(**facts)) == sentences


def test_a_curve_goes_no_further_than_was_asked():
    sentence = CURVE_SAID + "found points of [0, 1, 2] new hubs, expected some of [0, 1]"
    assert found(summary(), max_new_hubs=0, curve_to=1) == [sentence]


def test_what_is_forced_open_stands_at_every_point():
    assert found(summary(), forced_open=("new", "old")) == [
        CURVE_SAID + "0 new hubs leave out 'new', which is forced open"
    ]


def test_only_points_that_were_asked_for_bound_the_plan():
    told = summary(bound_vnd_per_year=850.0)
    assert found(told, new_hubs=2, max_new_hubs=2) == []
    told["objective_vnd_per_year"] = 800.0 * (1 + 5e-8)
    assert found(told | {"bound_vnd_per_year": 792.0}) == []


def test_the_plan_opens_what_is_new_and_not_closed():
    closed = phase(hubs=hubs(is_new=[False, True, True]))
    assert found(summary(), [closed]) == []
    other = phase(hubs=hubs(is_new=[False, False, False]))
    assert found(summary(), [closed, other]) == [CURVE_SAID + "the point of 0 new hubs is not the plan's own cost 800"]


def test_for_another_goal_than_cost_the_curve_is_the_plan_alone():
    wishes = {"objective": Objective(minimise="co2")}
    alone = summary(curve=[CURVE[1] | {"bound_vnd_per_year": 400.0, "gap": 0.5}])
    assert found(alone, **wishes) == []
    sentence = CURVE_SAID + "found points of [1, 2] new hubs, expected some of [1]"
    assert found(summary(curve=CURVE[1:]), **wishes) == [sentence]


MORE = {"hub_ids": ["new", "free"], "fixed_vnd_per_year": 150.0, "loses_vnd_per_year": 10.0,
        "saving_must_rise_pct": 25.0}  # fmt: skip
"""The plan's own hubs cost 100 VND a year; one more costs 50 and loses 10, so it saves 40."""


def more(told, *phases, **wishes):
    phases = phases or (phase(),)
    years = timeline(*phases, **wishes)
    return list(one_more_findings(years, {"one_more": told}, phases))


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({}, []),
        ({"saving_must_rise_pct": 25.0 * (1 + 5e-6)}, []),
        ({"saving_must_rise_pct": 26.0},
         ["plan.json:one_more.saving_must_rise_pct: found 26.0, recomputed 25.0"]),
        ({"saving_must_rise_pct": None},
         ["plan.json:one_more.saving_must_rise_pct: found None, recomputed 25.0"]),
        ({"loses_vnd_per_year": 0.0, "saving_must_rise_pct": None}, []),
        ({"loses_vnd_per_year": 0.0},
         ["plan.json:one_more.saving_must_rise_pct: found 25.0, recomputed None"]),
        ({"loses_vnd_per_year": 50.0, "saving_must_rise_pct": None}, []),
        ({"fixed_vnd_per_year": 80.0, "saving_must_rise_pct": None, "hub_ids": ["new"]}, []),
        ({"fixed_vnd_per_year": 79.0, "saving_must_rise_pct": None, "hub_ids": ["new"]},
         ["plan.json:one_more.fixed_vnd_per_year: found 79.0, its hubs cost 80.0 to 120.0"]),
        ({"fixed_vnd_per_year": 121.0, "loses_vnd_per_year": 0.0, "saving_must_rise_pct": None, "hub_ids": ["new"]},
         ["plan.json:one_more.fixed_vnd_per_year: found 121.0, its hubs cost 80.0 to 120.0"]),
    ],
)  # fmt: skip
def test_one_hub_more_costs_what_its_hubs_can(change, sentences):
    assert more(MORE | change) == sentences


@pytest.mark.parametrize("told", [None, [], "none"])
def test_where_there_is_no_hub_more_there_is_nothing_to_tell(told):
    assert more(told) == []


def test_in_phases_a_new_hub_need_not_stand_before_the_last():
    both = phase(2030), phase(2040)
    years = {"weight": (0.75, 0.25), "phases": Phases(years=(2030, 2040))}
    least = 10.0 + 0.25 * 70.0  # what stands, and the new one in its cheapest size in the last phase
    most = 10.0 + 20.0 + 90.0
    told = MORE | {"hub_ids": ["new"], "saving_must_rise_pct": None, "loses_vnd_per_year": 0.0}
    assert more(told | {"fixed_vnd_per_year": least}, *both, **years) == []
    assert more(told | {"fixed_vnd_per_year": most}, *both, **years) == []
    assert more(told | {"fixed_vnd_per_year": least - 1}, *both, **years) == [
        f"plan.json:one_more.fixed_vnd_per_year: found {least - 1}, its hubs cost {least} to {most}"
    ]
