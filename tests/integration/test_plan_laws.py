"""Laws that every plan keeps, on a small region."""

from dataclasses import replace

import pytest

from logistics.errors import InputError
from logistics.planning import plan
from logistics.region import read_region
from models import SolveOptions

FREE_HANDLING = {"handling_icd": 0.0, "handling_crossdock": 0.0}
FREE_HUBS = {"capex_ha_xdock": 0.0, "capex_ha_yard": 0.0}


def cost(planned):
    return planned.summary()["objective_vnd_per_year"]


def test_a_plan_costs_less_than_shipping_everything_directly(small_plan):
    facts = small_plan.summary()
    assert facts["objective_vnd_per_year"] < facts["direct_vnd_per_year"]
    assert facts["saving_vnd_per_year"] == pytest.approx(facts["direct_vnd_per_year"] - facts["objective_vnd_per_year"])


def test_the_bound_lies_below_the_cost_and_the_gap_is_between_them(small_plan):
    facts = small_plan.summary()
    assert facts["bound_vnd_per_year"] <= facts["objective_vnd_per_year"]
    assert facts["gap"] == pytest.approx(1 - facts["bound_vnd_per_year"] / facts["objective_vnd_per_year"], abs=1e-12)
    assert facts["gap"] <= 0.01


def test_with_all_hubs_forbidden_the_plan_costs_exactly_the_direct_cost(small_scenario):
    facts = plan(replace(small_scenario, forbidden=("*",))).summary()
    assert facts["objective_vnd_per_year"] == pytest.approx(facts["direct_vnd_per_year"], rel=1e-12)
    assert facts["hubs"] == []


def test_free_hubs_and_free_handling_are_never_dearer(small_scenario, small_plan):
    free = plan(replace(small_scenario, ledger=FREE_HANDLING | FREE_HUBS))
    assert cost(free) <= cost(small_plan) * (1 + 1e-9)


def test_without_standing_hubs_nothing_is_cheaper(small_scenario, small_plan):
    standing = tuple(small_plan.hubs.loc[~small_plan.hubs["is_new"], "hub_id"])
    bare = plan(replace(small_scenario, forbidden=standing))
    assert cost(bare) >= cost(small_plan) * (1 - small_plan.summary()["gap"] - 1e-9)


def test_exactly_two_new_hubs_are_opened_when_asked_for(small_scenario, small_plan):
    two = plan(replace(small_scenario, new_hubs=2))
    assert two.hubs["is_new"].sum() == 2
    assert cost(two) >= cost(small_plan) * (1 - small_plan.summary()["gap"] - 1e-9)


def test_a_forced_site_is_opened(small_scenario):
    forced = plan(replace(small_scenario, forced_open=("gf_nam_son",), curve_to=1, max_new_hubs=1))
    assert forced.hubs.loc[forced.hubs["is_new"], "hub_id"].tolist() == ["gf_nam_son"]


def test_more_new_hubs_than_candidates_are_refused(small_scenario):
    with pytest.raises(InputError, match="new hubs"):
        plan(replace(small_scenario, new_hubs=40))


def test_no_tonne_is_lost_between_freight_and_flows(small_plan):
    carried = small_plan.flows.groupby("flow_id")["t_per_year"].sum().to_numpy()
    assert carried == pytest.approx(small_plan.case.flows["t_per_year"].to_numpy())


def test_tonne_kilometres_on_the_roads_are_those_of_the_flows(small_plan):
    links = small_plan.link_flows.query("mode == 'road'")
    tkm = float((links["t_per_year"] * links["length_km"]).sum())
    assert tkm == pytest.approx(small_plan.summary()["totals"]["truck_tkm_per_year"], rel=1e-9)


def test_costs_by_kind_add_up_to_the_cost_of_the_plan(small_plan):
    facts = small_plan.summary()
    assert sum(facts["costs"].values()) == pytest.approx(facts["objective_vnd_per_year"], rel=1e-12)


def test_the_plan_tells_the_answer_in_one_line(small_plan):
    text = repr(small_plan)
    assert "billion VND a year" in text
    assert "gap" in text
    assert "new hubs" in text


def test_a_value_for_a_row_that_nothing_reads_is_warned_of(small_scenario):
    idle = plan(replace(small_scenario, ledger={"hub_discount": 0.9, "rail_speed": 30.0, "crf": 0.12}))
    named = [sentence for sentence in idle.summary()["warnings"] if "no figure of this plan depends on it" in sentence]
    assert [sentence.split()[1] for sentence in named] == ["hub_discount", "rail_speed"]
    assert idle.audit() == []


def test_the_occupancy_of_clusters_is_the_scenarios_own(small_scenario, small_plan):
    empty = plan(replace(small_scenario, ledger={"occupancy_cluster": 0.0}))
    assert empty.summary()["totals"]["t_per_year"] < small_plan.summary()["totals"]["t_per_year"]


def test_a_free_barge_is_never_worse_than_a_cheap_one(small_scenario):
    costs = [cost(plan(replace(small_scenario, ledger={"barge_tkm": rate}))) for rate in (0.0, 1.0)]
    assert costs[0] <= costs[1]


def test_a_plan_stopped_before_its_proof_is_not_called_optimal(small_scenario):
    quick = plan(small_scenario, SolveOptions(time_limit_s=0.05, relative_gap=1e-9)).summary()
    assert (quick["status"] == "optimal") == (quick["gap"] <= 2e-9)


def test_no_hub_saves_by_lying_on_a_cheaper_road(small_scenario):
    """Handling and dwell free, loads and return loads the same: a hub then saves nothing on full loads."""
    same = {"handling_icd": 0.0, "dwell_icd": 0.0, "match_hub_c40": 0.08, "end_hours_hub": 0.0, "veh_trip_c40": 0.0}
    rows = read_region().ledger.entries
    patient = {row: 0.0 for row in rows if row.startswith("vot_") and row != "vot_agri_fresh"}
    barred = same | patient | {"barge_tkm": 1e6}
    flows = plan(replace(small_scenario, ledger=barred)).flows
    assert flows.query("shipment == 'full' and way == 'hub'")["t_per_year"].sum() == pytest.approx(0, abs=1.0)


def test_without_discount_and_backhaul_credit_no_hub_beyond_the_standing_opens(small_scenario):
    """Hubs then gain by fuller trucks only, and that does not pay for land."""
    rows = read_region().ledger
    bare = {row: 0.0 for row in rows.entries if row.startswith("match_hub_")}
    same = {"hub_discount": 1.0} | bare
    assert plan(replace(small_scenario, ledger=same)).summary()["cheapest_new_hubs"] == 0


def test_the_commodities_on_a_link_are_its_tonnes_and_agree_with_the_flows(small_plan):
    links, flows = small_plan.link_flows, small_plan.flows
    names = small_plan.case.region.commodity_names.index
    goods = [f"{name}_t_per_year" for name in names]
    assert len(goods) == 5
    assert links[goods].sum(axis=1).to_numpy() == pytest.approx(links["t_per_year"].to_numpy(), rel=1e-9, abs=1e-3)
    carried = links[goods].gt(0).any()
    moved = flows.groupby("commodity")["t_per_year"].sum()
    assert carried.to_dict() == {f"{name}_t_per_year": moved.get(name, 0) > 0 for name in names}
