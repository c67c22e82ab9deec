"""The goals that plan.json tells of, against those of a plan made by hand."""

import pytest
from hand_made_run import flows, phase, timeline

from logistics.audit_goals import goal_findings, goal_value
from logistics.scenario_parts import Band, Objective, Phases

COST = {"goal": "cost", "value": 16_100.0, "bound": 16_100.0, "gap": 0.0, "unit": "VND/yr"}
CO2 = {"goal": "co2", "value": 3.5, "bound": 3.15, "gap": 0.1, "unit": "t/yr"}
LATE = {"service": (Band(commodity="general", share_pct=10.0, within_h=2.0),
                    Band(commodity="*", share_pct=10.0, within_km=20.0))}  # fmt: skip


def found(*goals, **wishes):
    return list(goal_findings(timeline(**wishes), [phase()], goals))


def test_a_goal_that_is_the_plan_s_own_is_right():
    assert found(COST) == []


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({"goal": "co2"}, ["plan.json:goals: found ['co2'], the scenario asks for ['cost']"]),
        ({"unit": "t/yr"}, ["plan.json:goals.0.unit: found 't/yr', expected 'VND/yr'"]),
        ({"value": 16_200.0, "gap": 100 / 16_200}, ["plan.json:goals.0.value: found 16200.0, recomputed 16100.0"]),
        ({"value": 15_000.0, "bound": 15_000.0},
         ["plan.json:goals.0.value: found 15000.0, recomputed 16100.0",
          "plan.json:goals.0: the plan's own 16100.0 is not held within the tolerance of 15000.0"]),
        ({"bound": 16_101.0}, ["plan.json:goals.0: the bound lies above the value"]),
        ({"bound": 16_100.0 * (1 + 5e-8)}, []),
        ({"bound": 8_050.0, "gap": 0.5}, []),
        ({"bound": 8_050.0}, ["plan.json:goals.0.gap: found 0.0, recomputed 0.5"]),
        ({"gap": 5e-10}, []),
        ({"gap": 2e-9}, ["plan.json:goals.0.gap: found 2e-09, recomputed 0.0"]),
    ],
)  # fmt: skip
def test_what_is_not_as_the_tables_have_it_is_told(change, sentences):
    assert found(COST | change) == sentences


def test_an_earlier_goal_is_held_within_the_tolerance():
    wishes = {"objective": Objective(minimise="co2", tolerance_pct=10.0)}
    assert found(CO2, COST, **wishes) == []
    held = CO2 | {"value": 3.5 / 1.1, "bound": 3.5 / 1.1, "gap": 0.0}
    assert found(held, COST, **wishes) == []
    broken = CO2 | {"value": 3.0, "bound": 3.0, "gap": 0.0}
    sentence = "plan.json:goals.0: the plan's own 3.5 is not held within the tolerance of 3.0"
    assert found(broken, COST, **wishes) == [sentence]
    assert found(COST, **wishes) == ["plan.json:goals: found ['cost'], the scenario asks for ['co2', 'cost']"]


def test_a_goal_that_is_nothing_is_held_to_nothing():
    wishes = {"objective": Objective(minimise="outside_service"),
              "service": (Band(commodity="general", share_pct=10.0, within_h=9.0),)}  # fmt: skip
    none = {"goal": "outside_service", "value": 0.0, "bound": 0.0, "gap": 0.0, "unit": "t/yr"}
    assert found(none, COST, **wishes) == []


@pytest.mark.parametrize(
    ("goal", "value"),
    [
        ("cost", 16_100.0),
        ("co2", 3.5),
        ("distance", 2200.0),
        ("outside_service", 20.0),  # the third row is late, and too long: it counts once
    ],
)
def test_a_goal_is_summed_over_the_tables(goal, value):
    assert goal_value(timeline(**LATE), [phase()], goal) == pytest.approx(value, rel=1e-12)


def test_tonnes_outside_any_band_count():
    asked = timeline(service=(Band(commodity="general", share_pct=10.0, within_h=2.0),
                              Band(commodity="food_cold", share_pct=10.0, within_km=19.0)))  # fmt: skip
    assert goal_value(asked, [phase()], "outside_service") == 80.0


def test_phases_are_weighed():
    later = phase(2040, flows=flows(co2_t_per_year=[2.0, 4.0, 1.0]))
    both = timeline(phase(), later, weight=(0.75, 0.25), phases=Phases(years=(2030, 2040)))
    assert goal_value(both, [phase(), later], "co2") == 0.75 * 3.5 + 0.25 * 7.0


def test_a_weighted_sum_weighs_its_goals():
    asked = timeline(objective=Objective(weights={"cost": 2.0, "co2": 1000.0}))
    assert goal_value(asked, [phase()], "weighted") == 2 * 16_100 + 3500
    row = {"goal": "weighted", "value": 35_700.0, "bound": 35_700.0, "gap": 0.0, "unit": "VND/yr"}
    assert list(goal_findings(asked, [phase()], [row])) == []
