"""The hubs of a run beside the plans that the tables hold."""

import json
from dataclasses import replace

import pytest

from logistics.cli import main
from logistics.errors import InputError
from logistics.plan_check import NOT_HELD, plan_check, verdict
from logistics.planning import plan


@pytest.fixture(scope="module")
def tiny_plan(tiny_scenario):
    return plan(tiny_scenario)


@pytest.fixture(scope="module")
def run(tiny_plan, tmp_path_factory):
    return tiny_plan.save(tmp_path_factory.mktemp("runs") / "tiny")


def listing(**changes):
    usual = {
        "listed_status": "planned", "listed_area_ha": 20.0, "land_ha": 10.0,
        "listed_capacity_t_per_year": 1e6, "capacity_t_per_year": 4e5,
    }  # fmt: skip
    return usual | changes


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "within"),
        ({"land_ha": 20.0, "capacity_t_per_year": 1e6}, "within"),
        ({"land_ha": 20.1}, "beyond"),
        ({"capacity_t_per_year": 1.1e6}, "beyond"),
        ({"listed_status": "candidate"}, "unlisted"),
        ({"listed_status": "candidate", "land_ha": 99.0}, "unlisted"),
        ({"listed_capacity_t_per_year": float("nan")}, "unstated"),
        ({"listed_capacity_t_per_year": float("nan"), "land_ha": 21.0}, "beyond"),
    ],
)
def test_a_hub_stands_within_beyond_or_in_no_plan(changes, expected):
    assert verdict(listing(**changes)) == expected


def test_every_working_hub_has_its_listing_and_source(tiny_plan):
    found = plan_check(tiny_plan.timeline, tiny_plan.tables)
    hubs = found.hubs.set_index("hub_id")
    assert set(hubs.index) == set(tiny_plan.hubs["hub_id"])
    assert (hubs["source"] != "").all()
    assert hubs.loc["icd_tien_son", "listed_area_ha"] == 10.0
    assert (hubs.loc["icd_tien_son", "verdict"], bool(hubs.loc["icd_tien_son", "built"])) == ("within", False)
    built = hubs[hubs["built"]]
    assert set(built.index) == set(tiny_plan.hubs.loc[tiny_plan.hubs["is_new"], "hub_id"])
    assert set(built["verdict"]) == {"unlisted"}


def test_the_sums_of_the_plans_stand_beside_the_runs_own(tiny_plan):
    totals = plan_check(tiny_plan.timeline, tiny_plan.tables).totals.set_index("id")
    yard_t = tiny_plan.hubs["yard_capacity_t_per_year"].sum()
    teu = yard_t / tiny_plan.case.region.ledger["payload_teu"]
    assert totals.loc["x087", "run"] == pytest.approx(teu / 1e6)
    assert (totals.loc["x087", "planned"], totals.loc["x087", "high"]) == (4.85, 5.5)
    assert totals.loc["x089", "run"] == 2


def test_what_the_tables_do_not_hold_is_said(tiny_plan):
    assert plan_check(tiny_plan.timeline, tiny_plan.tables).not_held == NOT_HELD


def test_a_hub_that_is_no_site_is_refused(tiny_plan):
    hubs = tiny_plan.hubs.replace({"hub_id": {"icd_tien_son": "nowhere"}})
    with pytest.raises(InputError, match="'nowhere' is no site"):
        plan_check(tiny_plan.timeline, replace(tiny_plan.tables, hubs=hubs))


@pytest.mark.parametrize(("lang", "words"), [("en", "The tables hold nothing of"), ("vi", "Các bảng không có")])
def test_both_languages_show_the_check(run, capsys, lang, words):
    assert main(["plan-check", str(run), "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert words in shown
    assert "gf_nam_son" in shown


def test_the_check_is_one_json_object(run, capsys):
    assert main(["plan-check", str(run), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert {row["hub_id"] for row in facts["hubs"] if row["built"]} == {"gf_nam_son"}
