"""The planner's rules on a tiny region: each is kept, each costs what it must, and the audit accepts every plan."""

from dataclasses import replace

import numpy as np
import pytest

from logistics.auditing import audit
from logistics.demand import fit_to_known
from logistics.errors import InfeasibleError
from logistics.goals import COST
from logistics.instance import pose
from logistics.planning import plan
from logistics.region import read_region
from logistics.routes import enumerate_routes
from logistics.scenario_parts import Band, Candidates, Corridor, Objective, Phases, ProvinceLimit
from logistics.timeline import build_timeline, discount_sums
from models import HubPlacement, SolveOptions, Status

EXACT = SolveOptions(relative_gap=1e-9, time_limit_s=120)


def planned(scenario, **changes):
    found = plan(replace(scenario, **changes), EXACT)
    assert found.audit() == []
    return found


def cost(found):
    return found.summary()["objective_vnd_per_year"]


def new_hubs(found):
    return set(found.hubs.loc[found.hubs["is_new"], "hub_id"])


@pytest.fixture(scope="module")
def usual(tiny_scenario):
    return planned(tiny_scenario)


@pytest.fixture(scope="module")
def two(tiny_scenario):
    return planned(tiny_scenario, new_hubs=2)


def test_new_hubs_pay_where_land_is_cheap(usual):
    assert new_hubs(usual)


def test_a_land_ceiling_is_kept_and_costs(tiny_scenario, two):
    land_ha = float(two.hubs["new_land_ha"].sum())
    tight = planned(tiny_scenario, new_hubs=2, max_land_ha=20.0)
    assert tight.hubs["new_land_ha"].sum() <= 20.0 < land_ha + 1e-9 or land_ha <= 20.0
    assert cost(tight) >= cost(two) * (1 - 1e-9)


def test_a_site_takes_no_more_land_than_its_ceiling(tiny_scenario, two):
    small = planned(tiny_scenario, new_hubs=2, max_site_ha=10.0)
    assert small.hubs["new_land_ha"].max() == 10.0
    assert cost(small) >= cost(two) * (1 - 1e-9)


def test_own_sizes_replace_those_of_the_tables(tiny_scenario):
    own = planned(tiny_scenario, new_hubs=1, areas_ha=(7.5,))
    assert own.hubs.loc[own.hubs["is_new"], "new_land_ha"].tolist() in ([7.5], [15.0])


@pytest.mark.parametrize("changes", [{"max_site_ha": 0.5}, {"areas_ha": (1e6,)}], ids=["ceiling", "sizes"])
def test_sizes_that_fit_no_site_are_told_of(tiny_scenario, usual, changes):
    told = [line for line in planned(tiny_scenario, **changes).summary()["warnings"] if "no new hub can open" in line]
    assert len(told) == 1
    assert not any("no new hub can open" in line for line in usual.summary()["warnings"])


def test_a_budget_is_kept_and_a_tighter_one_never_costs_less(tiny_scenario, usual):
    spent = float(usual.hubs["capital_vnd"].sum())
    plans = [planned(tiny_scenario, budget_vnd=spent * part) for part in (1.0, 0.9)]
    assert cost(plans[0]) == pytest.approx(cost(usual), rel=1e-8)
    assert cost(plans[1]) >= cost(plans[0]) * (1 - 1e-9)
    assert plans[1].hubs["capital_vnd"].sum() <= spent * 0.9 * (1 + 1e-9)


def test_a_province_gets_no_more_new_hubs_than_it_may_by_its_old_or_its_new_name(tiny_scenario):
    for name in ("Bắc Ninh", "Hưng Yên"):
        limited = planned(tiny_scenario, new_hubs=1, in_province=(ProvinceLimit(province=name, max=0),))
        assert name not in set(limited.hubs.loc[limited.hubs["is_new"], "province"])


def test_a_corridor_gets_at_least_the_hubs_it_must(tiny_scenario, usual):
    absent = sorted({"gf_nam_son", "gf_tu_son", "gf_yen_my"} - new_hubs(usual))
    asked = Corridor(name="QL.18", hubs=(absent[0],), min=1)
    found = planned(tiny_scenario, corridors=(asked,))
    assert absent[0] in new_hubs(found)
    assert cost(found) >= cost(usual) * (1 - 1e-9)


def test_no_more_sites_change_than_the_scenario_allows(tiny_scenario, usual):
    still = planned(tiny_scenario, max_changes=0)
    assert not new_hubs(still)
    assert cost(still) >= cost(usual) * (1 - 1e-9)


def test_a_standing_hub_that_may_grow_grows_only_if_that_pays(tiny_scenario, usual):
    grown = planned(tiny_scenario, may_extend=("*",))
    assert cost(grown) <= cost(usual) * (1 + 1e-9)


def test_a_standing_hub_that_may_close_is_paid_for_while_it_stands(tiny_scenario):
    kept = planned(tiny_scenario, may_close=("icd_tien_son",), ledger={"hub_closing_ha": 1e6})
    closed = planned(tiny_scenario, may_close=("icd_tien_son",), ledger={"hub_closing_ha": 0.0, "om_pct_yard": 100.0})
    assert kept.hubs.set_index("hub_id").loc["icd_tien_son", "tier"] == "as it stands"
    assert kept.hubs.set_index("hub_id").loc["icd_tien_son", "fixed_vnd_per_year"] > 0
    assert closed.hubs.set_index("hub_id").loc["icd_tien_son", "tier"] == "closed"
    assert closed.hubs.set_index("hub_id").loc["icd_tien_son", "throughput_t_per_year"] == 0


def test_a_new_hub_handles_at_least_what_it_must(tiny_scenario, two):
    least_t = float(two.hubs.loc[two.hubs["is_new"], "throughput_t_per_year"].min())
    filled = planned(tiny_scenario, new_hubs=2, min_throughput_t_per_year=least_t * 1.2)
    assert filled.hubs.loc[filled.hubs["is_new"], "throughput_t_per_year"].min() >= least_t * 1.2 * (1 - 1e-6)
    assert cost(filled) >= cost(two) * (1 - 1e-9)


def test_a_park_uses_one_hub_where_sourcing_is_single(tiny_scenario, usual):
    single = planned(tiny_scenario, single_sourcing=True)
    through = single.flows[single.flows["way"] == "hub"]
    near = np.where(
        through["origin_id"].str.startswith(("bn_", "ccn_")), through["origin_id"], through["destination_id"]
    )
    assert through.groupby(near)["hub_id"].nunique().max() == 1
    assert cost(single) >= cost(usual) * (1 - 1e-9)


def test_more_ways_never_cost_more(tiny_scenario, usual):
    assert cost(planned(tiny_scenario, two_hub_routes=True, rail=True)) <= cost(usual) * (1 + 1e-9)


def test_freight_sails_between_two_hubs_where_that_pays_and_loads_the_waterway(river_scenario):
    by_river = planned(river_scenario)
    between = by_river.flows[(by_river.flows["second_hub_id"] != "") & (by_river.flows["mode"] == "barge")]
    assert set(zip(between["hub_id"], between["second_hub_id"], strict=True)) == {
        ("icd_tan_cang_que_vo", "icd_phuc_loc")
    }
    sailed = by_river.flows[by_river.flows["mode"] == "barge"]
    busiest = by_river.link_flows.query("mode == 'waterway'")["t_per_year"].max()
    assert 0 < between["t_per_year"].sum() < busiest <= sailed["t_per_year"].sum() * (1 + 1e-9)
    handled = by_river.hubs.set_index("hub_id")["barge_t_per_year"]  # a barge is handled at both its hubs
    assert handled[["icd_tan_cang_que_vo", "icd_phuc_loc"]].min() >= between["t_per_year"].sum() * (1 - 1e-9)
    alone = planned(replace(river_scenario, two_hub_routes=False))
    assert cost(by_river) < cost(alone)
    assert not (alone.flows["second_hub_id"] != "").any()


def test_the_audit_notices_a_barge_between_hubs_that_no_water_joins(river_scenario, tmp_path):
    run = plan(river_scenario, EXACT).save(tmp_path / "run")
    flows = run / "flows.csv"
    flows.write_text(flows.read_text(encoding="utf-8").replace(",icd_phuc_loc,", ",icd_yen_vien,"), encoding="utf-8")
    assert any("flows.csv" in finding or "cost" in finding for finding in audit(run))


def test_a_region_whose_parks_are_not_measured_to_each_other_has_the_same_ways(river_scenario, monkeypatch):
    whole = build_timeline(replace(river_scenario, rail=True)).last
    monkeypatch.setattr("logistics.connect.LARGE", 5)
    large = build_timeline(replace(river_scenario, rail=True)).last
    assert (whole.connected.distances.apart, large.connected.distances.apart) == (0, len(large.region.generators))
    assert large.flows.equals(whole.flows)
    for name in ("flow", "site", "second", "mode", "vnd_per_t"):
        assert np.array_equal(getattr(enumerate_routes(large), name), getattr(enumerate_routes(whole), name))
    with pytest.raises(ValueError, match="between two of the first"):
        large.connected.distances.leg("c40", np.array([0]), np.array([1]))


def test_a_site_made_from_the_network_never_raises_the_cost(tiny_scenario, usual):
    more = planned(tiny_scenario, candidates=Candidates(count=3))
    assert cost(more) <= cost(usual) * (1 + 1e-9)
    assert more.case.sites["hub_id"].str.startswith("auto_").sum() == 3


def test_a_cap_on_carbon_is_kept_and_costs(tiny_scenario, usual):
    free_t = usual.summary()["totals"]["co2_t_per_year"]
    least = planned(tiny_scenario, objective=Objective(minimise="co2", tolerance_pct=0.0))
    cap_t = (free_t + least.summary()["goals"][0]["value"]) / 2
    capped = planned(tiny_scenario, objective=Objective(co2_cap_t_per_year=cap_t))
    assert capped.summary()["totals"]["co2_t_per_year"] <= cap_t * (1 + 1e-6)
    assert cost(capped) >= cost(usual) * (1 - 1e-9)


def test_a_goal_is_held_within_the_tolerance_while_the_next_is_made_small(tiny_scenario, usual):
    then = planned(tiny_scenario, objective=Objective(minimise="cost", then=("co2",), tolerance_pct=0.5))
    goals = {goal["goal"]: goal["value"] for goal in then.summary()["goals"]}
    assert goals["cost"] == pytest.approx(cost(usual), rel=1e-8)
    assert cost(then) <= cost(usual) * 1.005 * (1 + 1e-6)
    assert goals["co2"] <= usual.summary()["totals"]["co2_t_per_year"] * (1 + 1e-9)


def test_the_plan_of_the_first_goal_stays_where_none_is_found_in_time_for_the_second(tiny_scenario, monkeypatch):
    solve, asked = HubPlacement.solve, []

    def out_of_time(instance, options):
        asked.append(instance)
        found = solve(instance, options)
        if len(asked) == 1:
            return found
        nothing = np.zeros_like
        return replace(
            found, status=Status.NO_SOLUTION, objective=np.inf, bound=0.5 * found.bound, stopped="time limit",
            option_open=nothing(found.option_open), share=nothing(found.share),
            direct_share=nothing(found.direct_share),
        )  # fmt: skip

    monkeypatch.setattr(HubPlacement, "solve", out_of_time)
    first = planned(tiny_scenario, objective=Objective(minimise="co2"))
    assert len(asked) == 2
    facts = first.summary()
    goals = {goal["goal"]: goal for goal in facts["goals"]}
    assert goals["co2"]["value"] == pytest.approx(facts["totals"]["co2_t_per_year"], rel=1e-9)
    assert goals["cost"]["value"] == pytest.approx(cost(first), rel=1e-9)
    assert facts["status"] == "feasible"
    assert goals["cost"]["gap"] > 0


def test_a_price_on_carbon_is_part_of_the_cost(tiny_scenario):
    priced = planned(tiny_scenario, objective=Objective(co2_price_vnd_per_t=2e6))
    facts = priced.summary()
    assert facts["costs"]["co2"] == pytest.approx(2e6 * facts["totals"]["co2_t_per_year"])


def test_a_promise_of_service_is_kept_or_refused(tiny_scenario, usual):
    ranked = usual.flows.sort_values("door_to_door_h")
    hours, tonnes = ranked["door_to_door_h"].to_numpy(), ranked["t_per_year"].to_numpy()
    limit_h = float(hours[np.searchsorted(tonnes.cumsum(), tonnes.sum() / 2)])  # half of all tonnes arrive by then
    share_pct = 100 * float(tonnes[hours <= limit_h].sum() / tonnes.sum())
    kept = planned(tiny_scenario, service=(Band(commodity="*", share_pct=share_pct * 0.99, within_h=limit_h),))
    assert cost(kept) >= cost(usual) * (1 - 1e-9)
    with pytest.raises(InfeasibleError):
        planned(tiny_scenario, service=(Band(commodity="*", share_pct=100.0, within_h=0.1),))


def test_phases_grow_and_their_costs_add_up_to_a_years_equivalent(tiny_scenario):
    phases = Phases(years=(2026, 2030, 2040), last_years=5, discount_pct=7.0)
    found = planned(tiny_scenario, phases=phases, earliest_year={"gf_nam_son": 2040})
    facts = found.summary()
    weights = np.array([phase["weight"] for phase in facts["phases"]])
    yearly = np.array([phase["vnd_per_year"] for phase in facts["phases"]])
    assert weights == pytest.approx(discount_sums(phases, 0.07) / facts["discount_sum"])
    assert facts["objective_vnd_per_year"] == pytest.approx(float(weights @ yearly))
    assert found.hubs.query("hub_id == 'gf_nam_son' and period != '2040'").empty
    counts = [phase["new_hubs"] for phase in facts["phases"]]
    assert counts == sorted(counts)


def test_a_phase_without_discount_weighs_its_years():
    assert discount_sums(Phases(years=(2030, 2032), last_years=1), 0.0).tolist() == [2.0, 1.0]


def test_the_tables_are_read_and_the_freight_is_fitted_once_for_all_phases(tiny_scenario, monkeypatch):
    asked = []
    for name, made in (("case.read_region", read_region), ("demand.fit_to_known", fit_to_known)):
        monkeypatch.setattr(f"logistics.{name}", lambda *given, made=made: asked.append(made.__name__) or made(*given))
    asks = {"phases": Phases(years=(2026, 2030, 2040)), "calibrate": True, "regional_trade": True}
    timeline = build_timeline(replace(tiny_scenario, **asks))
    assert asked == ["read_region", "fit_to_known"]
    assert len({id(found.region) for found in timeline.cases}) == 1
    assert len({id(found.freight.calibration) for found in timeline.cases}) == 1


def test_twice_the_tonnes_room_and_fixed_cost_cost_twice(tiny_scenario):
    timeline = build_timeline(tiny_scenario)
    question = pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases))
    once = question.instance(COST)
    twice = replace(
        once, amount=once.amount * 2, option_capacity=once.option_capacity * 2, option_cost=once.option_cost * 2
    )
    assert twice.solve(EXACT).objective == pytest.approx(2 * once.solve(EXACT).objective, rel=1e-8)


def test_a_hub_is_never_used_less_as_its_own_cost_falls(tiny_scenario):
    timeline = build_timeline(tiny_scenario)
    instance = question = pose(timeline, tuple(enumerate_routes(case) for case in timeline.cases)).instance(COST)
    site = list(timeline.last.sites["hub_id"]).index("gf_nam_son")
    used = []
    for factor in (100.0, 1.0, 0.0):
        cheaper = np.where(question.option_site == site, question.option_cost * factor, question.option_cost)
        solution = replace(instance, option_cost=cheaper).solve(EXACT)
        used.append(bool(solution.option_open[instance.option_site == site].any()))
    assert used == sorted(used)
    assert used[-1]


def test_one_run_tells_of_places_and_hubs_by_the_provinces_before_and_since_july_2025(usual):
    merged = dict(
        zip(usual.case.region.provinces["name_vi"], usual.case.region.provinces["province_2025"], strict=True)
    )
    for table in (usual.tables.places, usual.hubs):
        inside = table[table["province"].isin(list(merged))]
        assert (inside["province_2025"] == inside["province"].map(merged)).all()
    places = usual.tables.places
    assert places.loc[places["place_id"] == "pl_bac_giang", "province_2025"].tolist() == ["Bắc Ninh"]
