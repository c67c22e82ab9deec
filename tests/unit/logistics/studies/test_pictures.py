"""Pictures of a study: the same bytes for the same study, in both languages."""

import csv
import re
from html import unescape
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.scenario import northern_vietnam
from logistics.studies.answers.switching import Response
from logistics.studies.designs import one_at_a_time
from logistics.studies.factors import Factor
from logistics.studies.outcome import HubUse, Outcome
from logistics.studies.pictures import (
    front_chart,
    front_view,
    response_chart,
    save_picture,
    stability_map,
    tornado_chart,
)
from logistics.studies.study import STUDY_OPTIONS, Study

CRF = Factor(name="crf", low=1.0, value=2.0, high=3.0)
TORNADO = pd.DataFrame(
    {"factor": ["crf"], "at_low": [1e12], "at_base": [2e12], "at_high": [3e12], "swing": [2e12], "turns": [True]}
)


def texts(figure):
    return [text.get_text() for text in figure.findobj(lambda artist: hasattr(artist, "get_text"))]


@pytest.fixture
def study(tmp_path):
    hub = {"gf_yen_my": HubUse(tier="cross-dock 10 ha", is_new=True, throughput_t_per_year=1.0)}
    outcomes = [Outcome(state="optimal", reason="", hubs=uses, favourites={"bn_que_vo_1": ("gf_yen_my", 1.0)})
                for uses in (hub, hub, {})]  # fmt: skip
    return Study(
        scenario=northern_vietnam(), design=one_at_a_time([CRF]), outcomes=tuple(outcomes), seconds=(1.0,) * 3,
        folder=tmp_path, options=STUDY_OPTIONS,
    )  # fmt: skip


@pytest.mark.parametrize(("lang", "name"), [("en", "Yen My"), ("vi", "Yên Mỹ")])
def test_the_stability_map_names_each_chosen_hub_with_its_share(study, lang, name):
    shown = " ".join(texts(stability_map(study, lang=lang)))
    assert name in shown
    assert "67 %" in shown
    assert "© OpenStreetMap contributors" in shown


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_the_same_picture_is_the_same_file(tmp_path, ending):
    first, again = (save_picture(tornado_chart(TORNADO), tmp_path / f"{at}.{ending}").read_bytes() for at in "ab")
    assert first == again
    assert len(first) > 1000


def test_a_factor_that_turns_the_hubs_has_a_star():
    assert "crf *" in texts(tornado_chart(TORNADO))


def test_a_response_names_the_hubs_on_both_sides_of_a_switch():
    curve = pd.DataFrame({"value": [1.0, 3.0], "state": "optimal", "saving_vnd_per_year": [2e12, 1e12]})
    switches = pd.DataFrame({"below": [1.9], "above": [2.0], "from_hubs": ["gf_a"], "to_hubs": [""]})
    shown = texts(response_chart(Response(factor=CRF, curve=curve, switches=switches)))
    assert "gf_a\n→ no new hub" in shown


def test_a_front_shows_cost_and_the_second_goal_in_their_units():
    front = pd.DataFrame({"second": [1.0], "cost_vnd_per_year": [2e12], "bound_vnd_per_year": [1e12], "new_hubs": [""]})
    assert {"CO2, t/year", "Cost, billion VND a year"} <= set(texts(front_chart(front, "co2")))


def test_an_unknown_ending_is_told(tmp_path):
    with pytest.raises(InputError, match=r"expected one of \.png"):
        save_picture(tornado_chart(TORNADO), tmp_path / "x.bmp")


def test_no_word_is_missing_in_either_language():
    with (files("logistics.studies.pictures") / "labels.csv").open(encoding="utf-8") as rows:
        assert all(row["en"].strip() and row["vi"].strip() for row in csv.DictReader(rows))


FRONT = pd.DataFrame(
    {
        "second": [300.0, 100.0], "cost_vnd_per_year": [2e12, 3e12], "bound_vnd_per_year": [2e12, 2.5e12],
        "gap": [0.0, 1 / 6], "new_hubs": ["", "gf_a; gf_<b>"],
    }
)  # fmt: skip


def test_a_front_to_point_at_is_one_drawing_without_scripts_and_other_sites():
    shown = front_view(FRONT, "co2")._repr_html_()
    assert "gf_<b>" not in shown
    assert "script" not in shown
    assert shown.count("http") == 1  # the name of SVG itself
    told = set(map(unescape, re.findall(r"<text[^>]*>([^<]*)", shown)))
    assert {"gf_<b>", "3,000.0", "100", "CO2, t/year", "no new hub"} <= told


def test_a_number_of_new_hubs_without_a_plan_is_not_drawn():
    row = {"second": np.nan, "cost_vnd_per_year": np.nan, "bound_vnd_per_year": np.nan, "gap": np.nan, "new_hubs": ""}
    with_none = pd.concat([FRONT, pd.DataFrame([row])], ignore_index=True)
    assert front_view(with_none, "new_hubs").svg == front_view(FRONT, "new_hubs").svg
    assert texts(front_chart(with_none, "new_hubs")) == texts(front_chart(FRONT, "new_hubs"))
