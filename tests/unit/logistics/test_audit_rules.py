"""The rules of a scenario, each kept or broken by a plan made by hand; every sentence as it is told."""

from dataclasses import replace

import pytest
from hand_made_run import case, flows, hubs, phase, timeline, without

from logistics.audit_rules import rule_findings
from logistics.scenario_parts import Band, Corridor, Objective, Phases, ProvinceLimit

ALL_IN_TIME = 100 * 40 / 60


def found(*phases, **wishes):
    phases = phases or (phase(),)
    return rule_findings(timeline(*phases, weight=(1.0,) * len(phases), **wishes), phases)


def corridor(**limits):
    return {"corridors": (Corridor(name="QL.18", hubs=("old", "new", "shut"), **limits),)}


def province(name, **limits):
    return {"in_province": (ProvinceLimit(province=name, **limits),)}


def cap(co2_t):
    return {"objective": Objective(co2_cap_t_per_year=co2_t)}


def band(commodity, share_pct, **limits):
    return {"service": (Band(commodity=commodity, share_pct=share_pct, **limits),)}


def test_a_scenario_without_wishes_is_kept():
    assert found() == []


@pytest.mark.parametrize(
    ("wishes", "sentences"),
    [
        ({"forced_open": ("new",)}, []),
        ({"forced_open": ("shut", "free")},
         ["hubs.csv: the scenario forces 'free' open, it is not",
          "hubs.csv: the scenario forces 'shut' open, it is not"]),
        ({"forbidden": ("free",)}, []),
        ({"forbidden": ("new",)}, ["hubs.csv: the scenario forbids 'new', it is open in 2030"]),
        ({"earliest_year": {"new": 2030}}, []),
        (province("Bắc Giang", min=1, max=1), []),
        (province("Bắc Giang", min=2), ["hubs.csv: 1 new hubs in Bắc Giang, expected 2 to inf"]),
        (province("Bắc Ninh", max=0), ["hubs.csv: 1 new hubs in Bắc Ninh, expected 0 to 0"]),
        (province("Hưng Yên", max=0), []),
        (province("Hưng Yên", min=1, max=2), ["hubs.csv: 0 new hubs in Hưng Yên, expected 1 to 2"]),
        (corridor(min=2, max=2), []),
        (corridor(min=3), ["hubs.csv: 2 hubs of QL.18, expected 3 to inf"]),
        (corridor(max=1), ["hubs.csv: 2 hubs of QL.18, expected 0 to 1"]),
        ({"max_land_ha": 5.0}, []),
        ({"max_land_ha": 5.0 / (1 + 5e-7)}, []),
        ({"max_land_ha": 5.0 / (1 + 2e-6)}, ["hubs.csv: 5 ha are built on, the scenario allows 4.99999 ha"]),
        ({"max_site_ha": 5.0}, []),
        ({"max_site_ha": 4.0}, ["hubs.csv: 'new' takes 5 ha, a site may take 4 ha"]),
        ({"max_site_ha": 4.0, "site_land_ha": {"new": 5.0}}, []),
        ({"site_land_ha": {"new": 4.5}}, ["hubs.csv: 'new' takes 5 ha, a site may take 4.5 ha"]),
        ({"max_changes": 2}, []),
        ({"max_changes": 1}, ["hubs.csv: 2 sites differ from today, the scenario allows 1"]),
        ({"budget_vnd": 1000.0}, []),
        ({"budget_vnd": 1000.0 / (1 + 5e-7)}, []),
        ({"budget_vnd": 999.0}, ["hubs.csv: 2030 takes 1000 VND of capital, its budget is 999"]),
        (cap(3.5), []),
        (cap(3.5 / (1 + 5e-7)), []),
        (cap(3.4), ["flows.csv: 3.5 t of CO2 in 2030, the cap is 3.4 t"]),
        (band("general", ALL_IN_TIME, within_h=2.0), []),
        (band("general", ALL_IN_TIME * (1 + 5e-7), within_h=2.0), []),
        (band("general", 70.0, within_h=2.0),
         ["flows.csv: general: 66.6667 % are in time in 2030, promised 70 %"]),
        (band("*", 90.0, within_km=20.0, name="near"),
         ["flows.csv: near: 83.3333 % are in time in 2030, promised 90 %"]),
        (band("*", 10.0, within_h=4.0, place_ids=("park_b",)),
         ["flows.csv: *: 0 % are in time in 2030, promised 10 %"]),
        (band("*", 60.0, within_h=4.0, place_ids=("park_a",)), []),
        (band("food_cold", 100.0, within_km=20.0), []),
        ({"min_throughput_t_per_year": 40.0}, []),
        ({"min_throughput_t_per_year": 40.0 * (1 + 5e-7)}, []),
        ({"min_throughput_t_per_year": 41.0},
         ["hubs.csv: 'new' handles 40 t in 2030, at least 41 t are asked for"]),
        ({"single_sourcing": True}, []),
    ],
)  # fmt: skip
def test_each_wish_is_held_against_the_plan(wishes, sentences):
    assert found(**wishes) == sentences


def test_a_hub_that_stands_need_not_carry_the_least():
    assert found(phase(hubs=hubs(is_new=[False] * 3)), min_throughput_t_per_year=41.0) == []


def test_a_park_with_two_hubs_breaks_single_sourcing_and_a_province_does_not():
    both = flows(way=["hub", "direct", "hub"], hub_id=["new", "", "old"])
    twice = phase(flows=both)
    sentence = "flows.csv: 'park_a' uses 2 hubs in 2030, single sourcing allows one"
    assert found(twice, single_sourcing=True) == [sentence]
    assert found(twice) == []
    elsewhere = case()
    elsewhere.region.generators = elsewhere.region.generators[1:]
    assert found(phase(flows=both, case=elsewhere), single_sourcing=True) == []


def test_five_parks_with_two_hubs_are_named():
    parks = [f"park_{number}" for number in range(7)]
    many = case()
    many.flows, many.region.generators = many.flows.iloc[:0], many.region.generators.iloc[:0]
    many.flows = many.flows.reindex(range(7)).assign(near_id=parks)
    many.region.generators = many.region.generators.reindex(range(7)).assign(place_id=parks)
    rows = [(f"f{number:06d}", hub) for number in range(7) for hub in ("old", "new")]
    both = flows().iloc[[0] * 14].assign(flow_id=[row[0] for row in rows], hub_id=[row[1] for row in rows])
    assert len(found(phase(case=many, flows=both.reset_index(drop=True)), single_sourcing=True)) == 5


@pytest.mark.parametrize(
    ("later", "sentences"),
    [
        (phase(2040), []),
        (phase(2040, hubs=hubs(new_land_ha=[0.0, 6.0, 0.0])), []),
        (without(phase(2040), "new"), ["hubs.csv: 'new' of 2030 is gone in 2040"]),
        (phase(2040, hubs=hubs(new_land_ha=[0.0, 4.0, 0.0])), ["hubs.csv: 'new' is smaller in 2040 than in 2030"]),
        (phase(2040, hubs=hubs(tier=["closed", "cross-dock 5 ha", "as it stands"])),
         ["hubs.csv: 'shut' is closed in 2030 and open in 2040"]),
    ],
)  # fmt: skip
def test_what_is_built_stays_and_what_is_closed_stays_closed(later, sentences):
    assert found(phase(2030), later, phases=Phases(years=(2030, 2040))) == sentences


def test_each_phase_has_its_own_budget_for_what_it_adds():
    later = phase(2040, hubs=hubs(capital_vnd=[0.0, 1000.0, 600.0]))
    years = Phases(years=(2030, 2040))
    assert found(phase(), later, phases=years, budget_vnd=(1000.0, 600.0)) == []
    assert found(phase(), later, phases=years, budget_vnd=(900.0, 500.0)) == [
        "hubs.csv: 2030 takes 1000 VND of capital, its budget is 900",
        "hubs.csv: 2040 takes 600 VND of capital, its budget is 500",
    ]


def test_counts_and_land_are_those_of_the_last_phase_and_freight_that_of_each():
    later = replace(phase(2040), flows=flows(co2_t_per_year=[1.0, 2.0, 0.1]), hubs=hubs(new_land_ha=[1.0, 5.0, 0.0]))
    wishes = {"max_land_ha": 5.0, "phases": Phases(years=(2030, 2040))} | cap(3.2)
    assert found(phase(), later, **wishes) == [
        "hubs.csv: 6 ha are built on, the scenario allows 5 ha",
        "flows.csv: 3.5 t of CO2 in 2030, the cap is 3.2 t",
    ]
    assert found(later, replace(later, case=case(2050)), **wishes | {"max_land_ha": 6.0}) == []


def test_a_new_hub_opens_no_earlier_than_its_year_and_one_that_stands_has_none():
    years = {"phases": Phases(years=(2030, 2040)), "earliest_year": {"new": 2040, "old": 2040}}
    sentence = "hubs.csv: 'new' is open in 2030, the scenario allows it from 2040"
    assert found(phase(), phase(2040), **years) == [sentence]
