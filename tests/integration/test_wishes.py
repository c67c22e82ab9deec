"""Wishes that clash: the right ones are named, and each way out does what it says at the price it said."""

from dataclasses import replace

import numpy as np
import pytest

from logistics.cli import main
from logistics.errors import InfeasibleError
from logistics.i18n import LANGUAGES, label
from logistics.instance import pose
from logistics.planning import plan
from logistics.routes import enumerate_routes
from logistics.scenario import write_scenario
from logistics.scenario_parts import Band, Corridor, Objective, Phases, ProvinceLimit
from logistics.timeline import build_timeline
from logistics.wish import SITE_LAND, Wish
from logistics.wish_land import folded
from logistics.wish_report import facts_of, sentences
from logistics.wishes import examine
from models import HubPlacement, SolveOptions, Status

EXACT = SolveOptions(relative_gap=1e-7, time_limit_s=60)
BAC_NINH = "Bắc Ninh"

CLASHES = [
    ("land", {"new_hubs": 2, "max_land_ha": 12.0}, {"new_hubs_min", "land_max"}),
    ("land of one site", {"new_hubs": 1, "max_site_ha": 30.0, "max_land_ha": 5.0}, {"new_hubs_min", "land_max"}),
    ("budget", {"new_hubs": 2, "budget_vnd": 1e9}, {"new_hubs_min", "budget_max"}),
    ("a province's most", {"new_hubs": 3, "max_new_hubs": 3, "in_province": (ProvinceLimit(province=BAC_NINH, max=1),)},
     {"new_hubs_min", "in_province_max"}),
    ("a province's least", {"in_province": (ProvinceLimit(province=BAC_NINH, min=2),), "max_land_ha": 10.0},
     {"in_province_min", "land_max"}),
    ("a corridor's most", {"new_hubs": 3, "max_new_hubs": 3,
                           "corridors": (Corridor(name="QL.18", hubs=("gf_nam_son", "gf_tu_son"), max=1),)},
     {"new_hubs_min", "corridor_max"}),
    ("a corridor's least", {"corridors": (Corridor(name="QL.18", hubs=("gf_nam_son", "gf_tu_son"), min=2),),
                            "budget_vnd": 1e9}, {"corridor_min", "budget_max"}),
    ("changes", {"in_province": (ProvinceLimit(province=BAC_NINH, min=1),), "forced_open": ("gf_yen_my",),
                 "max_changes": 1}, {"in_province_min", "forced_open", "changes_max"}),
    ("forced site and land", {"forced_open": ("gf_nam_son",), "max_land_ha": 5.0}, {"forced_open", "land_max"}),
    ("forced site and budget", {"forced_open": ("gf_tu_son",), "budget_vnd": 1e9}, {"forced_open", "budget_max"}),
    ("forced site on too little land of its own", {"forced_open": ("gf_nam_son",), "max_site_ha": 5.0},
     {"forced_open", "site_land_max"}),
    ("number and land of the sites", {"new_hubs": 3, "max_new_hubs": 3, "max_site_ha": 20.0,
                                      "site_land_ha": {"gf_tu_son": 9.0} }, {"new_hubs_min", "site_land_max"}),
    ("service", {"service": (Band(commodity="*", share_pct=99.0, within_h=2.0),)}, {"service"}),
    ("carbon", {"objective": Objective(co2_cap_t_per_year=1000.0)}, {"co2_cap"}),
    ("least throughput", {"new_hubs": 2, "min_throughput_t_per_year": 5e6}, {"new_hubs_min", "min_throughput"}),
    ("forced site and throughput", {"forced_open": ("gf_tu_son",), "min_throughput_t_per_year": 5e6},
     {"forced_open", "min_throughput"}),
    ("land and budget of phases", {"phases": Phases(years=(2026, 2030)), "new_hubs": 2, "budget_vnd": (0.0, 1e9)},
     {"new_hubs_min", "budget_max"}),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "named"), [row[1:] for row in CLASHES], ids=[row[0] for row in CLASHES])
def test_the_right_wishes_are_named_and_the_first_way_out_costs_what_it_says(tiny_scenario, changes, named):
    timeline = build_timeline(replace(tiny_scenario, **changes))
    question = pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases))
    found = examine(question, EXACT)
    assert any({wish.kind for wish in clash} == named for clash in found.clashes)
    first = found.ways[0]
    done = plan(first.scenario, EXACT)
    assert done.audit() == []
    assert done.summary()["objective_vnd_per_year"] == pytest.approx(first.objective_vnd_per_year, rel=1e-6)
    costs = [way.objective_vnd_per_year for way in found.ways]
    assert costs == sorted(costs)


def test_a_promise_that_more_land_lets_be_kept_names_the_site_and_its_land(tiny_scenario):
    """The cap lies between the least CO2 with 10 ha at any site and the least with all the land there is."""
    short = replace(tiny_scenario, new_hubs=1, max_site_ha=10.0)
    goal = Objective(minimise="co2", tolerance_pct=0.0)
    least_t, ample_t = (
        plan(replace(short, max_site_ha=ceiling, objective=goal), EXACT).summary()["goals"][0]["value"]
        for ceiling in (10.0, None)
    )
    assert ample_t < least_t
    asked = replace(short, objective=Objective(co2_cap_t_per_year=(least_t + ample_t) / 2))
    timeline = build_timeline(asked)
    found = examine(pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases)), EXACT)
    assert [{wish.kind for wish in clash} for clash in found.clashes] == [{"co2_cap", "site_land_max"}]
    (way,) = (way for way in found.ways if way.changes[0].wish.kind == "site_land_max")
    assert (way.changes[0].wish.subject, way.changes[0].wish.limit, way.changes[0].to) == ("gf_nam_son", 10.0, 20.0)
    assert way.scenario == replace(asked, site_land_ha={"gf_nam_son": 20.0})
    done = plan(way.scenario, EXACT)
    assert done.audit() == []
    assert done.summary()["objective_vnd_per_year"] == pytest.approx(way.objective_vnd_per_year, rel=1e-6)
    assert done.hubs.set_index("hub_id").loc["gf_nam_son", "new_land_ha"] == 20.0
    assert "(+10 ha)" in " ".join(sentences(found, "en"))


def test_the_land_of_many_sites_is_told_as_the_ceiling_of_them_all(tiny_scenario):
    wishes = [Wish(kind=SITE_LAND, subject=f"s{at}", limit=5.0, unit="ha") for at in range(4)]
    number = Wish(kind="new_hubs_min", subject="", limit=1.0, unit="hub")
    few, many = (folded([number, *wishes[:count]], replace(tiny_scenario, max_site_ha=5.0)) for count in (3, 4))
    assert few == (number, *wishes[:3])
    assert many == (number, Wish(kind=f"every_{SITE_LAND}", subject="", limit=5.0, unit="ha"))
    assert label("wish_every_site_land_max", "en", subject="", now="5") == "at most 5 ha at each new site"


def test_a_promise_is_offered_both_a_smaller_share_and_longer_hours(tiny_scenario):
    asked = replace(tiny_scenario, service=(Band(commodity="*", share_pct=60.0, within_h=2.5),))
    timeline = build_timeline(asked)
    found = examine(pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases)), EXACT)
    kinds = {change.wish.kind: change.to for way in found.ways for change in way.changes}
    assert kinds["service"] < 60.0
    assert kinds["within_h"] > 2.5


def test_the_report_goes_with_the_error_and_says_so_in_both_languages(tiny_scenario):
    asked = replace(tiny_scenario, new_hubs=2, max_land_ha=12.0)
    with pytest.raises(InfeasibleError, match="cannot be kept together: new hubs: at least 2; at most 12 ha") as caught:
        plan(asked, EXACT)
    assert caught.value.facts["clashes"]
    assert caught.value.facts["ways_out"][0]["changes"]
    timeline = build_timeline(asked)
    found = examine(pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases)), EXACT)
    assert facts_of(found) == caught.value.facts
    for lang in LANGUAGES:
        told = list(sentences(found, lang))
        assert len(told) == len(found.clashes) + len(found.ways)


def test_a_way_out_that_is_too_hard_to_decide_in_time_is_priced_by_the_plan_that_showed_it(tiny_scenario, monkeypatch):
    timeline = build_timeline(replace(tiny_scenario, objective=Objective(co2_cap_t_per_year=1000.0)))
    question = pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases))
    decided = examine(question, EXACT).ways[0]
    solve = HubPlacement.solve

    def out_of_time(instance, options):
        found = solve(instance, options)
        if instance.measure_high is None or not found.has_plan:
            return found
        return replace(found, status=Status.NO_SOLUTION, objective=np.inf, stopped="time limit")

    monkeypatch.setattr(HubPlacement, "solve", out_of_time)
    way = examine(question, EXACT).ways[0]
    assert way.changes == decided.changes
    assert way.objective_vnd_per_year >= decided.objective_vnd_per_year * (1 - 1e-7)
    assert way.objective_vnd_per_year * (1 - way.gap) <= decided.objective_vnd_per_year * (1 + 1e-7)


def test_figures_of_a_clash_are_written_as_people_write_them(tiny_scenario):
    with pytest.raises(InfeasibleError, match="at most 1,234,567 t of CO2") as told:
        plan(replace(tiny_scenario, regional_trade=True, objective=Objective(co2_cap_t_per_year=1_234_567.0)), EXACT)
    assert "e+0" not in str(told.value)


def test_the_command_line_tells_of_clashing_wishes_in_the_language_asked_for(tiny_scenario, tmp_path, capsys):
    write_scenario(replace(tiny_scenario, new_hubs=2, max_land_ha=12.0), tmp_path / "clash.toml")
    code = main(["plan", str(tmp_path / "clash.toml"), "--out", str(tmp_path / "run"), "--lang", "vi"])
    told = capsys.readouterr().err
    assert code == InfeasibleError.exit_code
    assert "cannot be kept together" not in told
    assert "12 ha" in told
