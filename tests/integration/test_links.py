"""What the roads of a plan carry, and what closing one costs: sums against the plan, closures by brute force."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import networks
from logistics.auditing import audit
from logistics.cli import main
from logistics.closures import RoadTrips, worst_closures
from logistics.connect import way_column
from logistics.costs import BARGE
from logistics.errors import InputError
from logistics.link_use import link_use, loads, plan_ways, truck_trips_per_year
from logistics.loads import FEEDER
from logistics.planning import plan
from logistics.run_folder import RUN_NAMES, add_table, added_file
from logistics.scenario_parts import Phases
from logistics.ways import price_ways, way_rows


@pytest.fixture(scope="module")
def tiny_plan(tiny_scenario):
    return plan(tiny_scenario)


@pytest.fixture(scope="module")
def used(tiny_plan):
    return link_use(tiny_plan.timeline, tiny_plan.tables)


@pytest.fixture(scope="module")
def trips(tiny_plan):
    return RoadTrips(tiny_plan.case, plan_ways(tiny_plan.case, tiny_plan.tables))


def test_tonnes_on_every_road_are_those_of_link_flows(used, tiny_plan):
    flows = tiny_plan.link_flows[tiny_plan.link_flows["mode"] == "road"].set_index("link_id")
    ours = used.links.set_index("link_id")
    for name in ("t_per_year", "direct_t_per_year"):
        both = ours[name].reindex(flows.index).fillna(0.0)
        assert both.to_numpy() == pytest.approx(flows[name].to_numpy(), rel=1e-6, abs=1e-6)


def test_tolls_add_up_to_the_cost_of_toll_of_the_plan(used, tiny_plan):
    assert used.links["toll_vnd_per_year"].sum() == pytest.approx(tiny_plan.summary()["costs"]["toll"], rel=1e-6)
    none = replace(tiny_plan.scenario, new_hubs=0, forbidden=("*",))
    direct = plan(none)
    assert direct.summary()["totals"]["hub_t_per_year"] == 0
    toll = direct.summary()["costs"]["toll"]
    assert used.links["direct_toll_vnd_per_year"].sum() == pytest.approx(toll, rel=1e-6)


def test_classes_and_commodities_add_up_to_all(used, tiny_plan):
    links = used.links
    for before in ("", "direct_"):
        trucks = sum(links[f"{before}{name}_trucks_per_day"] for name in ("c40", "t15", "t10", "t5"))
        assert trucks.to_numpy() == pytest.approx(links[f"{before}trucks_per_day"].to_numpy(), rel=1e-9)
        tonnes = sum(links[f"{before}{name}_t_per_year"] for name in tiny_plan.case.region.commodity_names.index)
        assert tonnes.to_numpy() == pytest.approx(links[f"{before}t_per_year"].to_numpy(), rel=1e-9)
        assert (links[f"{before}empty_trucks_per_day"] <= links[f"{before}trucks_per_day"] * (1 + 1e-9)).all()


def test_totals_by_class_and_by_number_are_the_sums_of_the_roads(used):
    tkm = (used.links["t_per_year"] * used.links["length_km"]).sum()
    for sums in (used.by_class, used.by_number):
        assert sums["tkm_per_year"].sum() == pytest.approx(tkm)
        assert sums["direct_toll_vnd_per_year"].sum() == pytest.approx(used.links["direct_toll_vnd_per_year"].sum())


def test_a_trip_carries_the_mean_load_of_the_ledger(tiny_plan):
    case = tiny_plan.case
    legs = truck_trips_per_year(case, plan_ways(case, tiny_plan.tables))
    size = case.flows["shipment"].to_numpy()[legs["flow"]]
    small = legs[(legs["leg"] == 0) & (size == "small")]
    load_t = small["t_per_year"] / small["trips_per_year"]
    assert set(small["vehicle"]) == {"t5"}
    assert load_t.to_numpy() == pytest.approx(case.region.ledger["payload_direct_t5"])


def cost_without(case, ways, closed):
    """Return the yearly cost of all truck trips on a network from which the links were taken out."""
    whole = case.connected.network
    left = whole.links[~whole.links["link_id"].isin(closed)].drop(columns=["shape"], errors="ignore")
    network = networks.from_tables(whole.nodes, left.reset_index(drop=True))
    trips = truck_trips_per_year(case, ways)
    nodes = case.connected.nodes.to_numpy()
    total = 0.0
    for vehicle, rows in trips.groupby("vehicle"):
        column = way_column(vehicle)
        found = networks.travel(network, list(nodes), list(nodes), by=column, accumulate=(column,)).sums[column]
        total += float(found[rows["origin"], rows["destination"]] @ rows["trips_per_year"])
    return total


def test_the_worst_closures_cost_what_taking_the_road_out_costs(tiny_plan):
    case, ways = tiny_plan.case, plan_ways(tiny_plan.case, tiny_plan.tables)
    base = cost_without(case, ways, [])
    worst = [one for one in worst_closures(case, ways, 6) if not len(one.cut_off)]
    assert len(worst) >= 4
    for one in worst:
        expected = cost_without(case, ways, one.link_ids) - base
        assert one.extra_vnd_per_year == pytest.approx(expected, rel=1e-6, abs=1e-6 * base)
    costs = [one.extra_vnd_per_year for one in worst]
    assert costs == sorted(costs, reverse=True)


def test_both_directions_of_a_road_close_together(tiny_plan):
    for one in worst_closures(tiny_plan.case, plan_ways(tiny_plan.case, tiny_plan.tables), 5):
        assert {name.removesuffix("~") for name in one.link_ids} == {one.link_ids[0].removesuffix("~")}
        assert len(one.link_ids) == 2


def test_closing_an_unused_road_costs_nothing(trips):
    unused = np.flatnonzero(trips.trips_per_year == 0)
    one = trips.close(unused.tolist())
    assert (one.extra_vnd_per_year, len(one.cut_off), one.trips_per_year) == (0.0, 0, 0.0)


def test_closing_more_never_costs_less(trips):
    random = np.random.default_rng(9)
    ranked = np.argsort(-trips.trips_per_year)[:60]
    checked = 0
    for _ in range(12):
        some = random.choice(ranked, 3, replace=False)
        fewer, more = trips.close(some[:1].tolist()), trips.close(some.tolist())
        assert more.cut_off_t_per_year >= fewer.cut_off_t_per_year
        if more.cut_off_t_per_year == fewer.cut_off_t_per_year:
            checked += 1
            assert more.extra_vnd_per_year >= fewer.extra_vnd_per_year - 1.0
    assert checked


def test_trips_that_no_road_is_left_for_are_named(tiny_plan, trips):
    links = tiny_plan.case.connected.network.links["link_id"]
    one = trips.close(np.flatnonzero(links.str.startswith("connector:bn_tien_son")).tolist())
    assert set(one.cut_off["origin_id"]) | set(one.cut_off["destination_id"]) >= {"bn_tien_son"}
    assert ((one.cut_off["origin_id"] == "bn_tien_son") | (one.cut_off["destination_id"] == "bn_tien_son")).all()
    assert one.extra_vnd_per_year == 0.0
    assert one.cut_off_t_per_year == pytest.approx(one.t_per_year)


@pytest.fixture(scope="module")
def run(tiny_plan, tmp_path_factory):
    return tiny_plan.save(tmp_path_factory.mktemp("runs") / "tiny")


def test_the_table_is_part_of_the_run_and_the_audit_still_accepts_it(run, capsys, used):
    assert main(["links", str(run), "--closures", "2", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert len(facts["closures"]) == 2
    table = pd.read_csv(run / "link_use.csv", encoding="utf-8-sig")
    assert table["toll_vnd_per_year"].to_numpy() == pytest.approx(used.links["toll_vnd_per_year"].to_numpy())
    assert audit(run) == []
    assert not list(run.glob(".*"))
    assert "link_use.csv" in RUN_NAMES


def test_a_new_run_takes_the_old_table_away(tiny_plan, tmp_path):
    folder = tiny_plan.save(tmp_path / "again")
    add_table(pd.DataFrame({"link_id": ["=x"]}), "link_use", folder)
    assert "'=x" in (folder / "link_use.csv").read_text(encoding="utf-8-sig")
    tiny_plan.save(folder)
    assert not (folder / "link_use.csv").exists()


def test_a_file_that_cannot_be_written_whole_leaves_the_run_as_it_was(tiny_plan, tmp_path):
    folder = tiny_plan.save(tmp_path / "whole")
    before = sorted(path.name for path in folder.iterdir())

    def write_half():
        with added_file(folder / "answer.txt") as fresh:
            fresh.write_text("half of it", encoding="utf-8")
            raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match=r"answer\.txt: cannot be written \(No space left"):
        write_half()
    assert sorted(path.name for path in folder.iterdir()) == before


@pytest.mark.parametrize(("lang", "words"), [("en", "Closures that hurt"), ("vi", "hại nhất")])
def test_both_languages_show_the_busiest_roads_and_the_closures(run, capsys, lang, words):
    assert main(["links", str(run), "--closures", "1", "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert words in shown
    assert "QL38" in shown


def test_a_run_of_another_scenario_is_refused(tiny_plan):
    flows = tiny_plan.flows.assign(flow_id="f999999")
    with pytest.raises(InputError, match="not the flows of this scenario"):
        plan_ways(tiny_plan.case, replace(tiny_plan.tables, flows=flows))


def test_every_phase_has_its_own_roads_and_tolls(tiny_scenario):
    """The network grows between the phases; the tolls of each are those of its costs."""
    phased = plan(replace(tiny_scenario, phases=Phases(years=(2030, 2040), last_years=10), curve_to=1, max_new_hubs=1))
    links = link_use(phased.timeline, phased.tables).links
    tolls = links.groupby("period")["toll_vnd_per_year"].sum()
    expected = {str(phase["year"]): phase["costs"]["toll"] for phase in phased.summary()["phases"]}
    assert tolls.to_dict() == pytest.approx(expected, rel=1e-6)


def test_tolls_of_every_kind_of_way_are_those_of_its_price(tiny_plan):
    """Direct, through each hub, and through two hubs, for flows of every class."""
    case = tiny_plan.case
    flow = np.concatenate([rows[:6] for _, rows in case.classes()])
    tonnes = np.linspace(1.0, 9.0, flow.size)
    for site, second in ((-1, -1), (0, -1), (3, -1), (0, 2), (4, 1)):
        sites = (np.full(flow.size, site), np.full(flow.size, second))
        ways = way_rows(flow, sites, np.zeros_like(flow), tonnes)
        toll = float(price_ways(case, ways)["toll"] @ ways["t_per_year"])
        found = loads(case, ways)
        assert toll > 0
        assert found["toll_vnd_per_year"].sum() == pytest.approx(toll, rel=1e-9)
        legs = truck_trips_per_year(case, ways)
        assert len(legs) == len(ways) * (1 + (site >= 0) + (second >= 0))


def test_a_barge_loads_the_road_to_its_hub_only(tiny_plan):
    case = tiny_plan.case
    ways = way_rows(np.arange(3), (np.zeros(3, dtype=int), np.full(3, -1)), np.full(3, BARGE), np.ones(3))
    assert set(truck_trips_per_year(case, ways)["leg"]) == {FEEDER}
