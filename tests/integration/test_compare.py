"""Two plans side by side: what opened and closed, what moved, and sums that add up."""

import json
from dataclasses import replace

import pandas as pd
import pytest

import logistics
from logistics.cli import main
from logistics.cli.compare_answer import differing_hubs
from logistics.comparing import FLOW_KEY, compare, compare_runs
from logistics.planning import plan
from logistics.scenario_differences import differences
from logistics.scenario_parts import Corridor, Phases


@pytest.fixture(scope="module")
def first(tiny_scenario):
    return plan(tiny_scenario)


@pytest.fixture(scope="module")
def second(tiny_scenario):
    """The hub of the first plan is forbidden, another one forced, and a cost moved."""
    ledger = {**tiny_scenario.ledger, "handling_icd": 23_000.0}
    return plan(replace(tiny_scenario, forbidden=("gf_nam_son",), forced_open=("gf_yen_my",), ledger=ledger))


@pytest.fixture(scope="module")
def found(first, second):
    return compare(first, second)


def test_the_hubs_that_open_and_close_are_told(found):
    states = found.hubs.set_index("hub_id")["state"]
    assert (states["gf_nam_son"], states["gf_yen_my"]) == ("closed", "opened")
    assert states["icd_tien_son"] == "same"
    order = [state for state in ("opened", "closed", "changed", "same") if state in set(states)]
    assert list(dict.fromkeys(states)) == order


def test_a_hub_of_another_size_is_changed(first):
    hubs = first.hubs.copy()
    hubs.loc[hubs["hub_id"] == "gf_nam_son", "tier"] = "60 ha"
    states = compare_runs(first.tables, replace(first.tables, hubs=hubs)).hubs.set_index("hub_id")["state"]
    assert states["gf_nam_son"] == "changed"


def test_a_standing_hub_that_the_second_run_shuts_is_closed(first):
    hubs = first.hubs.copy()
    hubs.loc[hubs["hub_id"] == "icd_tien_son", "tier"] = "closed"
    states = compare_runs(first.tables, replace(first.tables, hubs=hubs)).hubs.set_index("hub_id")["state"]
    assert states["icd_tien_son"] == "closed"


def test_costs_by_kind_add_up_to_the_objective(found):
    for run in ("first", "second", "change"):
        objective = found.figures.loc["objective_vnd_per_year", run]
        assert found.costs[run].sum() == pytest.approx(objective, rel=1e-9, abs=10.0)
    assert found.figures["change"].tolist() == pytest.approx(
        (found.figures["second"] - found.figures["first"]).tolist()
    )


def test_the_two_explanations_add_up_to_the_change(found):
    assert sum(found.explained.values()) == pytest.approx(found.figures.loc["objective_vnd_per_year", "change"])
    assert found.explained["tonnes_vnd_per_year"] == pytest.approx(0.0, abs=1.0)


def test_twice_the_tonnes_at_the_same_price_are_explained_by_tonnes(first):
    summary = dict(first.tables.summary)
    summary["objective_vnd_per_year"] *= 2
    summary["totals"] = {**summary["totals"], "t_per_year": 2 * summary["totals"]["t_per_year"]}
    both = compare_runs(first.tables, replace(first.tables, summary=summary)).explained
    assert both["tonnes_vnd_per_year"] == pytest.approx(first.tables.summary["objective_vnd_per_year"])
    assert both["rate_vnd_per_year"] == pytest.approx(0.0, abs=1.0)


def by_hub(plan_, hub_id):
    flows = plan_.flows[(plan_.flows["hub_id"] == hub_id) & (plan_.flows["second_hub_id"] == "")]
    return flows.groupby(FLOW_KEY)["t_per_year"].sum()


def test_moved_flows_carry_the_tonnes_that_left_and_joined(found, first, second):
    moved = found.moved
    assert len(moved)
    left = moved[moved["from_hub"].str.contains("gf_nam_son")]
    assert left["t_per_year"].sum() <= by_hub(first, "gf_nam_son").sum() * (1 + 1e-9)
    alone = moved[moved["from_hub"] == "gf_nam_son"].set_index(FLOW_KEY)["t_per_year"]
    assert alone.to_numpy() == pytest.approx(by_hub(first, "gf_nam_son").loc[alone.index].to_numpy())
    totals = [one.flows.groupby(FLOW_KEY)["t_per_year"].sum() for one in (first, second)]
    pd.testing.assert_series_equal(*totals, check_exact=False)
    assert (
        moved["t_per_year"].to_numpy() <= totals[0].loc[pd.MultiIndex.from_frame(moved[FLOW_KEY])] * (1 + 1e-9)
    ).all()


def test_the_way_back_moves_the_same_tonnes(found, first, second):
    back = compare(second, first).moved
    keys = [*FLOW_KEY, "from_hub", "to_hub"]
    there = found.moved.set_index(keys)["t_per_year"].sort_index()
    swapped = back.rename(columns={"from_hub": "to_hub", "to_hub": "from_hub"}).set_index(keys)["t_per_year"]
    pd.testing.assert_series_equal(there, swapped.sort_index())


def test_a_plan_beside_itself_differs_in_nothing(first):
    same = compare(first, first)
    assert same.figures["change"].abs().max() == 0
    assert set(same.hubs["state"]) == {"same"}
    assert (len(same.moved), same.inputs) == (0, ())


def test_settings_that_differ_are_named(first, second):
    rows = {key: (one, other) for key, one, other in differences(first.scenario, second.scenario)}
    assert rows["ledger.handling_icd"] == ("-", "23000")
    assert {"forbidden", "forced_open"} <= {key.split(".")[-1] for key in rows}
    assert differences(first.scenario, first.scenario) == []


def test_settings_are_written_as_people_write_them(first):
    corridor = Corridor(name="QL.18", hubs=("gf_nam_son", "gf_tu_son"), min=1)
    other = replace(first.scenario, budget_vnd=(1.5e12, 1e12), corridors=(corridor,), phases=Phases(years=(2030, 2040)))
    rows = {key: (one, other) for key, one, other in differences(first.scenario, other)}
    assert rows["budget_vnd"] == ("-", "1500000000000; 1000000000000")
    assert rows["phases.years"] == ("-", "2030; 2040")
    assert rows["corridors[0].hubs"] == ("-", "gf_nam_son; gf_tu_son")
    assert "phases" not in rows


def test_the_package_offers_compare():
    assert logistics.compare is compare


@pytest.fixture(scope="module")
def runs(first, second, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    return [str(one.save(folder / name)) for name, one in (("first", first), ("second", second))]


@pytest.mark.parametrize(("lang", "words"), [("en", "Hubs that differ"), ("vi", "Các trung tâm khác nhau")])
def test_both_languages_show_the_comparison(runs, capsys, lang, words):
    assert main(["compare", *runs, "--lang", lang]) == 0
    shown = capsys.readouterr().out
    assert "gf_yen_my" in shown
    assert "handling_icd" in shown
    assert words in shown


def test_copies_of_the_same_tables_are_no_difference(runs, capsys):
    assert main(["compare", *runs, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert not [row for row in facts["settings"] if row["key"].startswith("tables")]
    assert facts["inputs"] == []
    assert facts["explained"].keys() == {"tonnes_vnd_per_year", "rate_vnd_per_year"}


def test_only_hubs_that_differ_are_listed_as_different(found):
    hubs = found.hubs.assign(state="same", throughput_first_t_per_year=100.0, throughput_second_t_per_year=100.4)
    assert differing_hubs(hubs).empty
    hubs.loc[2, "throughput_second_t_per_year"] = 150.0
    hubs.loc[1, "throughput_second_t_per_year"] = 80.0
    hubs.loc[3, "state"] = "closed"
    assert list(differing_hubs(hubs).index) == [3, 2, 1]
