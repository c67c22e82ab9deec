from dataclasses import replace

import pandas as pd
import pytest

from logistics.maps.answer import OSM_ATTRIBUTION, answer_view, attribution
from logistics.maps.notes import MOST_GUESSES, NotedRun


def view_of(tables, **notes):
    return answer_view(NotedRun(tables=tables, **notes))


def test_the_title_box_holds_the_figures_of_the_summary_to_the_last_digit(tables):
    answer = view_of(tables)
    assert (answer["status"], answer["gap"]) == ("optimal", 0.00111)
    assert (answer["objective_vnd"], answer["bound_vnd"], answer["direct_vnd"]) == (900e9, 899e9, 1000e9)
    assert answer["saving_vnd"] == 100e9
    assert answer["saving_share"] == pytest.approx(0.1)
    assert (answer["t"], answer["hub_t"], answer["co2_t"], answer["direct_co2_t"]) == (1500.0, 700.0, 9.0, 10.0)


def test_standing_hubs_are_counted_with_those_in_use(tables):
    hubs = tables.hubs.assign(is_new=False, throughput_t_per_year=[0.0, 5.0])
    answer = view_of(replace(tables, hubs=hubs))
    assert (answer["standing"], answer["standing_used"]) == (2, 1)


def test_the_curve_names_count_saving_and_gap(tables):
    assert view_of(tables)["curve"][1] == {"new_hubs": 1, "saving_vnd": 100e9, "gap": 0.00111}


def test_a_run_that_was_not_asked_for_a_curve_is_drawn_without_one(tables):
    extras = {"title", "name", "curve", "one_more", "totals", "warnings", "attribution", "cheapest_new_hubs"}
    bare = {name: value for name, value in tables.summary.items() if name not in extras}
    answer = view_of(replace(tables, summary=bare))
    assert answer["curve"] == []
    assert answer["one_more_loses_vnd"] is None
    assert answer["title"] == ""


def test_free_freight_has_no_share_of_saving(tables):
    answer = view_of(replace(tables, summary={**tables.summary, "direct_vnd_per_year": 0.0}))
    assert answer["saving_share"] is None


def test_the_attribution_names_openstreetmap_and_its_licence():
    assert attribution("") == attribution("© OpenStreetMap contributors") == OSM_ATTRIBUTION
    assert OSM_ATTRIBUTION == "© OpenStreetMap contributors (ODbL)"


def test_another_source_is_added_to_the_attribution():
    assert attribution("Ministry of Construction") == f"{OSM_ATTRIBUTION} · Ministry of Construction"


def test_a_warning_that_is_known_comes_in_both_languages(tables):
    told = ["p_1 is 16.7 km from the network", "one park is far from the road"]
    answer = view_of(replace(tables, summary={**tables.summary, "warnings": told}))
    assert answer["warnings"] == [[told[0], "p_1 cách mạng lưới 16,7 km"], [told[1], None]]


@pytest.mark.parametrize(
    ("title", "vietnamese"),
    [("Northern Vietnam 2030", "Miền Bắc Việt Nam 2030"), ("Two hubs", "Two hubs")],
)
def test_the_title_of_the_bundled_scenario_comes_in_both_languages_and_any_other_as_it_is(tables, title, vietnamese):
    answer = view_of(replace(tables, summary={**tables.summary, "title": title}))
    assert (answer["title"], answer["title_vi"]) == (title, vietnamese)


def test_without_a_ledger_no_guess_is_claimed(tables):
    assert view_of(tables)["guesses"] is None


def test_guesses_are_listed_the_first_ones_only_and_what_is_unknown_is_none(tables):
    row = {"id": "x", "name": "Load", "unit": "t", "value": 2.0, "low": 1.0, "high": float("nan")}
    answer = view_of(tables, guesses=pd.DataFrame([row] * (MOST_GUESSES + 1)))
    assert len(answer["guesses"]) == MOST_GUESSES
    assert answer["guesses"][0] == {**row, "high": None, "name_vi": None, "unit_vi": "tấn"}
