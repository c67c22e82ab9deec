"""The audit of a run without a plan: every wish is the scenario's, every way out makes its wish weaker."""

import json
from copy import deepcopy
from dataclasses import replace

import pytest

from logistics.audit_clash import clash_findings
from logistics.errors import InputError
from logistics.infeasible_run import write_infeasible_run
from logistics.scenario import Scenario
from logistics.scenario_parts import Band, Candidates, Corridor, Objective, Phases, ProvinceLimit

ASKED = Scenario(
    name="asked", phases=Phases(years=(2030, 2040)), new_hubs=2, forced_open=("gf_nam_son",), max_land_ha=5.0,
    budget_vnd=(1e9, 2e9), max_changes=3, min_throughput_t_per_year=500.0,
    in_province=(ProvinceLimit(province="Hưng Yên", min=1, max=2),),
    corridors=(Corridor(name="QL.18", hubs=("gf_nam_son", "gf_tu_son"), min=1, max=2),),
    service=(Band(commodity="general", share_pct=90.0, within_h=4.0, name="quick"),
             Band(commodity="*", share_pct=50.0, within_km=100.0)),
    objective=Objective(minimise="co2", co2_cap_t_per_year=1e4), site_land_ha={"gf_nam_son": 7.0}, max_site_ha=9.0,
    candidates=Candidates(count=1),
)  # fmt: skip
WISHES = [
    ("new_hubs_min", "", 2.0, "hub", 1.0), ("new_hubs_max", "", 2.0, "hub", 3.0),
    ("forced_open", "gf_nam_son", 1.0, "hub", 0.0), ("land_max", "", 5.0, "ha", 20.0),
    ("budget_max", "2030", 1e9, "VND", 3e9), ("budget_max", "2040", 2e9, "VND", 3e9),
    ("changes_max", "", 3.0, "hub", 4.0), ("in_province_min", "Hưng Yên", 1.0, "hub", 0.0),
    ("in_province_max", "Hưng Yên", 2.0, "hub", 3.0), ("corridor_min", "QL.18", 1.0, "hub", 0.0),
    ("corridor_max", "QL.18", 2.0, "hub", 3.0), ("service", "quick, 2030", 90.0, "%", 80.0),
    ("service", "50 % of * within 100 km, 2040", 50.0, "%", 0.0), ("within_h", "quick, 2040", 4.0, "h", 5.0),
    ("within_km", "50 % of * within 100 km, 2030", 100.0, "km", 120.0), ("co2_cap", "2040", 1e4, "t", 2e4),
    ("min_throughput", "", 500.0, "t", 400.0),
]  # fmt: skip


def facts():
    named = [
        {"kind": kind, "subject": subject, "limit": limit, "unit": unit} for kind, subject, limit, unit, _ in WISHES
    ]
    changes = [wish | {"to": row[4]} for wish, row in zip(named, WISHES, strict=True)]
    return {
        "status": "infeasible", "clashes": [named],
        "ways_out": [{"changes": changes, "objective_vnd_per_year": 1e12, "gap": 0.0}],
    }  # fmt: skip


def found(told, folder):
    write_infeasible_run(told, ASKED, folder)
    return clash_findings(folder)


def test_every_kind_of_wish_is_known(tmp_path):
    assert found(facts(), tmp_path) == []


@pytest.mark.parametrize("at", range(len(WISHES)), ids=lambda at: "-".join(WISHES[at][:2]))
@pytest.mark.parametrize("part", ["clash", "way"])
def test_another_limit_unit_or_subject_is_refused(tmp_path, at, part):
    for key, value in (("limit", WISHES[at][2] + 1), ("unit", "m"), ("subject", "other"), ("kind", "none")):
        told = facts()
        wish = told["clashes"][0][at] if part == "clash" else told["ways_out"][0]["changes"][at]
        wish[key] = value
        assert len(found(told, tmp_path)) >= 1


@pytest.mark.parametrize("at", range(len(WISHES)), ids=lambda at: "-".join(WISHES[at][:2]))
def test_a_change_to_the_stronger_side_is_no_way_out(tmp_path, at):
    limit, to = WISHES[at][2], WISHES[at][4]
    told = facts()
    told["ways_out"][0]["changes"][at]["to"] = limit + (limit - to)
    sentences = found(told, tmp_path)
    assert len(sentences) == 1
    assert sentences[0].startswith(f"infeasible.json:ways_out.0.changes.{at}.to: ")


def test_a_change_below_nothing_is_no_way_out(tmp_path):
    told = facts()
    told["ways_out"][0]["changes"][0]["to"] = -1.0
    assert found(told, tmp_path) == ["infeasible.json:ways_out.0.changes.0.to: -1.0 makes no way out of 2.0"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"status": "optimal"}, "infeasible.json:status: found 'optimal', a run without a plan is infeasible"),
        ({"clashes": []}, "infeasible.json:clashes: none; a scenario without a plan has wishes that clash"),
    ],
)
def test_what_is_no_clash_is_refused(tmp_path, change, sentence):
    assert found(facts() | change, tmp_path) == [sentence]


@pytest.mark.parametrize("figure", [{"gap": -0.1}, {"gap": 1.1}, {"objective_vnd_per_year": -1.0}])
def test_a_way_out_has_a_cost_and_a_gap(tmp_path, figure):
    told = facts()
    told["ways_out"][0] |= figure
    assert found(told, tmp_path) == ["infeasible.json:ways_out.0: no cost with a gap"]


@pytest.mark.parametrize("figure", [{"gap": 0.0}, {"gap": 1.0}, {"objective_vnd_per_year": 0.0}])
def test_the_ends_of_what_a_cost_and_a_gap_can_be_are_taken(tmp_path, figure):
    told = facts()
    told["ways_out"][0] |= figure
    assert found(told, tmp_path) == []


def test_a_wish_that_is_none_of_the_scenario_s_is_told_so(tmp_path):
    told = facts()
    told["clashes"][0][0]["subject"] = "other"
    told["clashes"][0][3]["limit"] = 6.0
    assert found(told, tmp_path) == [
        "infeasible.json:clashes.0.0: found 'new_hubs_min other', the scenario has no such wish",
        "infeasible.json:clashes.0.3: found 6.0 ha, the scenario has 5.0 ha",
    ]


@pytest.mark.parametrize("key", ["status", "clashes", "ways_out"])
def test_a_part_that_is_missing_is_told(tmp_path, key):
    told = deepcopy(facts())
    del told[key]
    (sentence,) = found(told, tmp_path)
    assert sentence.startswith("infeasible.json: not as `logistics plan` writes it (KeyError: ")


@pytest.mark.parametrize(("text", "words"), [("{", "not JSON"), ("[]", "expected one JSON object"), ("{}", "name")])
def test_a_file_that_is_none_is_an_error_of_input(tmp_path, text, words):
    (tmp_path / "infeasible.json").write_text(text)
    with pytest.raises(InputError, match=words):
        clash_findings(tmp_path)


def test_a_scenario_without_limits_has_no_such_wishes(tmp_path):
    bare = Scenario(name="bare")
    wish = {"kind": "land_max", "subject": "", "limit": 5.0, "unit": "ha"}
    told = {"status": "infeasible", "clashes": [[wish]], "ways_out": []}
    path = write_infeasible_run(told, bare, tmp_path)
    assert json.loads(path.read_text(encoding="utf-8"))["scenario"]["name"] == "bare"
    assert clash_findings(tmp_path) == ["infeasible.json:clashes.0.0: found 'land_max', the scenario has no such wish"]


@pytest.mark.parametrize(
    ("kind", "subject", "limit_ha", "ceiling_ha", "known"),
    [
        ("site_land_max", "gf_nam_son", 7.0, 9.0, True),
        ("site_land_max", "gf_nam_son", 9.0, 9.0, False),  # its own land goes before the ceiling
        ("site_land_max", "auto_001", 9.0, 9.0, True),  # made with 20 ha
        ("site_land_max", "auto_002", 9.0, 9.0, False),
        ("every_site_land_max", "", 9.0, 9.0, True),
        ("every_site_land_max", "", 40.0, 9.0, False),
        ("every_site_land_max", "", 40.0, None, True),  # eight sites have 40 ha
        ("every_site_land_max", "", 40.5, None, False),
    ],
)
def test_land_is_that_of_a_site_or_the_ceiling_of_many(tmp_path, kind, subject, limit_ha, ceiling_ha, known):
    wish = {"kind": kind, "subject": subject, "limit": limit_ha, "unit": "ha"}
    told = {"status": "infeasible", "clashes": [[wish]], "ways_out": []}
    write_infeasible_run(told, replace(ASKED, max_site_ha=ceiling_ha), tmp_path)
    assert (clash_findings(tmp_path) == []) is known
