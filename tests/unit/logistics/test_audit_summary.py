"""What plan.json says in words and figures, against the tables of a plan made by hand."""

import pytest
from hand_made_run import hubs, phase, timeline

from logistics import audit_summary
from logistics.audit_summary import _count_findings, _figure, _named, _word_findings, summary_findings

OPENED = [
    {"hub_id": hub_id, "tier": tier, "period": "2030", "is_new": is_new, "capacity_t_per_year": 150.0,
     "throughput_t_per_year": passed, "fixed_vnd_per_year": fixed}
    for hub_id, tier, is_new, passed, fixed in (
        ("old", "as it stands", False, 0.0, 10.0), ("new", "cross-dock 5 ha", True, 40.0, 70.0),
        ("shut", "closed", False, 0.0, 20.0),
    )
]  # fmt: skip
WORDS = {"name": "made", "title": "made", "year": 2030, "new_hubs_asked": None, "hubs": OPENED}
FIGURES = {"objective_vnd_per_year": 16_100.0, "direct_vnd_per_year": 20_000.0, "saving_vnd_per_year": 3_900.0,
           "bound_vnd_per_year": 8_050.0, "gap": 0.5, "discount_sum": 2.0,
           "totals": {"t_per_year": 120.0}, "costs": {"fixed": 100.0},
           "phases": [{"year": 2030, "vnd_per_year": 16_100.0, "direct_vnd_per_year": 20_000.0,
                       "totals": {"t_per_year": 120.0}, "costs": {"fixed": 100.0}}]}  # fmt: skip


def one():
    return phase(hubs=hubs(period=["2030"] * 3, capacity_t_per_year=[150.0] * 3))


@pytest.fixture
def alone(monkeypatch):
    """Leave the curve and the facts, which are looked at elsewhere."""
    monkeypatch.setattr(audit_summary, "phase_figures", lambda *_: FIGURES["phases"])
    monkeypatch.setattr(audit_summary, "curve_findings", lambda *_: iter(["the curve"]))
    monkeypatch.setattr(audit_summary, "fact_findings", lambda *told: iter([f"facts of {told[-1]} new hubs"]))


def found(change, **wishes):
    years = timeline(one(), **wishes)
    years.discount_sum = 2.0
    return list(summary_findings(years, WORDS | FIGURES | change, [one()]))


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({}, []),
        ({"objective_vnd_per_year": 16_200.0},
         ["plan.json:objective_vnd_per_year: found 16200.0, recomputed 16100.0"]),
        ({"objective_vnd_per_year": 16_100.0 * (1 + 5e-8)}, []),
        ({"direct_vnd_per_year": None}, ["plan.json:direct_vnd_per_year: found None, recomputed 20000.0"]),
        ({"saving_vnd_per_year": True}, ["plan.json:saving_vnd_per_year: found None, recomputed 3900.0"]),
        ({"gap": 0.4}, ["plan.json:gap: found 0.4, recomputed 0.5"]),
        ({"discount_sum": 1.0}, ["plan.json:discount_sum: found 1.0, recomputed 2.0"]),
        ({"totals": {"t_per_year": 121.0}}, ["plan.json:totals.t_per_year: found 121.0, recomputed 120.0"]),
        ({"costs": {}}, ["plan.json:costs.fixed: found None, recomputed 100.0"]),
        ({"phases": [FIGURES["phases"][0] | {"year": 2031}]},
         ["plan.json:phases.0.year: found 2031, recomputed 2030.0"]),
        ({"hubs": [OPENED[0] | {"throughput_t_per_year": 1.0}, *OPENED[1:]]},
         ["plan.json:hubs.0.throughput_t_per_year: found 1.0, recomputed 0.0"]),
        ({"hubs": [OPENED[0], OPENED[1] | {"capacity_t_per_year": 1.0}, OPENED[2]]},
         ["plan.json:hubs.1.capacity_t_per_year: found 1.0, recomputed 150.0"]),
        ({"hubs": [*OPENED[:2], OPENED[2] | {"fixed_vnd_per_year": 1.0}]},
         ["plan.json:hubs.2.fixed_vnd_per_year: found 1.0, recomputed 20.0"]),
        ({"bound_vnd_per_year": 16_100.0 * (1 + 5e-8), "gap": 0.0}, []),
        ({"bound_vnd_per_year": 16_101.0, "gap": 0.0}, ["plan.json: the bound lies above the value"]),
    ],
)  # fmt: skip
def test_each_figure_is_worked_out_anew(change, sentences):
    assert found(change) == [*sentences, "the curve", "facts of 1 new hubs"]


@pytest.mark.usefixtures("alone")
def test_the_number_of_new_hubs_is_that_of_the_last_phase():
    sentence = "hubs.csv: 1 new hubs, the scenario asks for exactly 2"
    assert found({"new_hubs_asked": 2}, new_hubs=2, max_new_hubs=2) == ["the curve", sentence, "facts of 1 new hubs"]


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({}, []),
        ({"hubs": OPENED[::-1]}, []),
        ({"hubs": OPENED[:2]}, ["plan.json:hubs: not the hubs of hubs.csv"]),
        ({"hubs": [OPENED[0] | {"tier": "closed"}, *OPENED[1:]]}, ["plan.json:hubs: not the hubs of hubs.csv"]),
        ({"hubs": [OPENED[0] | {"period": "2031"}, *OPENED[1:]]}, ["plan.json:hubs: not the hubs of hubs.csv"]),
        ({"hubs": [OPENED[0] | {"is_new": True}, *OPENED[1:]]}, ["plan.json:hubs: not the hubs of hubs.csv"]),
        ({"hubs": [OPENED[0] | {"hub_id": "free"}, *OPENED[1:]]}, ["plan.json:hubs: not the hubs of hubs.csv"]),
        ({"name": "other"}, ["plan.json:name: found 'other', the scenario says 'made'"]),
        ({"title": "other"}, ["plan.json:title: found 'other', the scenario says 'made'"]),
        ({"year": 2031}, ["plan.json:year: found 2031, the scenario says 2030"]),
        ({"new_hubs_asked": 0}, ["plan.json:new_hubs_asked: found 0, the scenario says None"]),
    ],
)
def test_each_word_is_the_scenario_s(change, sentences):
    assert list(_word_findings(timeline(one()), WORDS | change, [one()])) == sentences


@pytest.mark.parametrize(
    ("wishes", "new", "sentences"),
    [
        ({"new_hubs": 2, "max_new_hubs": 2}, 2, []),
        ({"new_hubs": 2, "max_new_hubs": 2}, 3, ["hubs.csv: 3 new hubs, the scenario asks for exactly 2"]),
        ({"new_hubs": 2, "max_new_hubs": 2}, 1, ["hubs.csv: 1 new hubs, the scenario asks for exactly 2"]),
        ({"max_new_hubs": 2}, 2, []),
        ({"max_new_hubs": 2}, 0, []),
        ({"max_new_hubs": 2}, 3, ["hubs.csv: 3 new hubs, the scenario allows at most 2"]),
    ],
)
def test_as_many_new_hubs_open_as_were_asked_for(wishes, new, sentences):
    assert list(_count_findings(timeline(**wishes), new)) == sentences


def test_figures_have_dotted_names():
    assert _named("a", {"b": 1, "c": {"d": 2}}) == {"a.b": 1.0, "a.c.d": 2.0}
    assert _figure({"a": [{"b": 3}]}, "a.0.b") == 3
    assert _figure({"a": True}, "a") is None
    assert _figure({"a": "3"}, "a") is None
    assert _figure({}, "a") is None
