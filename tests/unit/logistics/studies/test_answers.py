"""What a study says, checked against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.scenario import Scenario
from logistics.studies import designs
from logistics.studies.answers.choices import hub_sets, hub_shares, no_regret_hubs, park_hubs
from logistics.studies.answers.indices import morris_table, sobol_of, sobol_table
from logistics.studies.answers.information import value_of_information
from logistics.studies.answers.regret import Regret
from logistics.studies.answers.robust import mean_values
from logistics.studies.answers.switching import response
from logistics.studies.answers.tornado import tornado
from logistics.studies.designs import factorial, latin_hypercube, morris, one_at_a_time, sobol_indices
from logistics.studies.factors import Factor
from logistics.studies.outcome import HubUse, Outcome
from logistics.studies.study import STUDY_OPTIONS, Study

CRF = Factor(name="crf", low=1.0, value=2.0, high=3.0)
TOLL = Factor(name="toll", low=10.0, value=20.0, high=30.0)


def outcome(cost, *hubs, place="a"):
    uses = {hub: HubUse(tier="cross-dock 10 ha", is_new=True, throughput_t_per_year=5.0) for hub in hubs}
    return Outcome(
        state="optimal", reason="", objective_vnd_per_year=cost, bound_vnd_per_year=cost, direct_vnd_per_year=100.0,
        hubs=uses, favourites={place: (hubs[0] if hubs else "", 0.5)},
    )  # fmt: skip


def study(design, outcomes, tmp_path):
    return Study(
        scenario=Scenario(name="x"), design=design, outcomes=tuple(outcomes), seconds=(1.0,) * len(outcomes),
        folder=tmp_path, options=STUDY_OPTIONS,
    )  # fmt: skip


def test_the_tornado_ranks_by_swing_and_tells_what_turns_the_hubs(tmp_path):
    outcomes = [outcome(50), outcome(48), outcome(51), outcome(30), outcome(60, "gf_a")]
    table = tornado(study(one_at_a_time([CRF, TOLL]), outcomes, tmp_path))
    assert table["factor"].tolist() == ["toll", "crf"]
    assert table["swing"].tolist() == [30.0, 3.0]  # savings 70 and 40; 52 and 49
    assert table["turns"].tolist() == [True, False]


def test_a_tornado_wants_one_factor_at_a_time(tmp_path):
    with pytest.raises(InputError, match="expected one_at_a_time"):
        tornado(study(factorial([CRF]), [outcome(1), outcome(2)], tmp_path))


LOST = Outcome(state="infeasible", reason="too little land")


def test_a_tornado_does_not_take_an_end_without_a_plan_for_one_without_a_new_hub(tmp_path):
    outcomes = [outcome(50, "gf_a"), LOST, outcome(51, "gf_a"), outcome(48, "gf_a"), LOST]
    table = tornado(study(one_at_a_time([CRF, TOLL]), outcomes, tmp_path)).set_index("factor")
    assert table["swing"].isna().all()  # of an end that is not known
    assert not table["turns"].any()
    assert (table.loc["crf", "hubs_at_low"], table.loc["toll", "hubs_at_high"]) == ("infeasible", "infeasible")


def test_where_plans_end_is_no_switch_to_no_new_hub(monkeypatch):
    def outcome_at(_workshop, values):
        return outcome(10 + values["toll"]) if values["toll"] < 25 else LOST

    monkeypatch.setattr("logistics.studies.answers.switching.Workshop.__init__", lambda *_: None)
    monkeypatch.setattr("logistics.studies.answers.switching.Workshop.outcome", outcome_at)
    found = response(Scenario(name="x"), TOLL, points=3, tolerance=0.1)
    (row,) = found.switches.to_dict("records")
    assert (row["from_hubs"], row["to_hubs"]) == ("", "infeasible")
    assert row["below"] < 25 <= row["above"]


def test_shares_count_only_scenarios_with_a_plan(tmp_path):
    found = study(factorial([CRF, TOLL]), [outcome(1, "a"), outcome(2, "a", "b"), outcome(3), LOST], tmp_path)
    shares = hub_shares(found).set_index("hub_id")["share"]
    assert shares.to_dict() == {"a": pytest.approx(2 / 3), "b": pytest.approx(1 / 3)}
    assert hub_sets(found)["share"].tolist() == pytest.approx([1 / 3] * 3)
    assert no_regret_hubs(found) == ()
    assert no_regret_hubs(found, 0.6) == ("a",)


def test_a_parks_favourite_is_as_firm_as_its_share_of_scenarios(tmp_path):
    found = study(factorial([CRF, TOLL]), [outcome(1, "a"), outcome(1, "a"), outcome(1, "b"), outcome(1)], tmp_path)
    (row,) = park_hubs(found).to_dict("records")
    assert row == {"place_id": "a", "hub_id": "a", "firmness": 0.5, "share": 0.5}


def regrets(costs, best=None):
    frame = pd.DataFrame(costs, index=pd.Index([f"s{at:06d}" for at in range(len(costs))]))
    least = frame.min(axis=1) if best is None else pd.Series(best, index=frame.index)
    return Regret(plans=dict.fromkeys(frame, ()), cost_vnd_per_year=frame, best_vnd_per_year=least)


def test_the_plan_dear_on_average_may_be_the_one_of_least_regret():
    # a: 0, 9 too dear; b: 6, 0; c: 4, 4. On average b (3), at worst c (4)
    found = regrets([{"a": 10, "b": 16, "c": 14}, {"a": 19, "b": 10, "c": 14}])
    assert found.least_expected_cost == "b"
    assert found.min_max_regret == "c"
    assert found.table()["largest_regret_vnd_per_year"].tolist() == [9, 6, 4]


def test_regret_agrees_with_trying_every_pair_by_brute_force():
    draws = np.random.default_rng(1).integers(10, 99, size=(7, 4))
    found = regrets([dict(zip("abcd", row.tolist(), strict=True)) for row in draws])
    worst = [max(row[plan] - row.min() for row in draws) for plan in range(4)]
    assert found.regret_vnd_per_year.max().tolist() == worst
    assert found.min_max_regret == "abcd"[int(np.argmin(worst))]


def test_a_plan_whose_price_was_not_found_somewhere_is_not_compared():
    found = regrets([{"a": 10, "b": np.nan, "c": 14}, {"a": 19, "b": 1, "c": np.inf}], best=[10, 1])
    assert found.least_expected_cost == found.min_max_regret == "a"
    assert np.isnan(found.table().set_index("plan").loc["b", "mean_cost_vnd_per_year"])


def test_where_no_plan_suits_every_scenario_none_is_named(tmp_path):
    found = regrets([{"a": 10, "b": np.inf}, {"a": np.nan, "b": 3}])
    for ask in (lambda: found.least_expected_cost, lambda: found.min_max_regret):
        with pytest.raises(InputError, match="no plan is allowed and priced in every scenario"):
            ask()
    with pytest.raises(InputError, match="no plan is allowed"):
        value_of_information(study(factorial([CRF]), [outcome(1), outcome(2)], tmp_path), found)


def test_a_figure_that_nothing_moves_has_no_indices(tmp_path):
    design = sobol_indices([CRF, TOLL], 2, seed=1)
    with pytest.raises(InputError, match="is the same in all scenarios"):
        sobol_table(study(design, [outcome(1)] * 8, tmp_path))


def test_a_factor_that_turns_the_choice_is_worth_knowing_and_another_is_not(tmp_path):
    design = factorial([Factor(name=name, low=0, value=0, high=9, distribution="whole") for name in ("crf", "toll")])
    values = design.points
    # plan a costs 10 less where crf is below 5, 10 more above; toll moves both alike
    costs = [
        {"a": 100 + toll + (-10 if crf < 5 else 10), "b": 100 + toll}
        for crf, toll in zip(values["crf"], values["toll"], strict=True)
    ]
    found = study(design, [outcome(1)] * len(values), tmp_path)
    worth = value_of_information(found, regrets(costs)).set_index("factor")["worth_vnd_per_year"]
    assert worth["*"] == pytest.approx(5.0)  # half of the scenarios gain 10
    assert worth["crf"] == pytest.approx(5.0)
    assert worth["toll"] == pytest.approx(0.0)


def test_a_factor_of_many_values_is_worth_what_the_curve_through_them_says(tmp_path):
    points = latin_hypercube([Factor(name="crf", low=-1, value=0, high=1, distribution="uniform"), TOLL], 400, seed=1)
    drawn = points.points
    # a costs crf less than b: knowing its sign before gains E[max(crf, 0)] = 1/4, and toll is noise
    costs = [{"a": 100 - crf + toll, "b": 100 + toll} for crf, toll in drawn.itertuples(index=False)]
    found = study(points, [outcome(1)] * len(drawn), tmp_path)
    worth = value_of_information(found, regrets(costs)).set_index("factor")["worth_vnd_per_year"]
    assert worth["crf"] == pytest.approx(0.25, abs=0.01)
    assert worth["toll"] == pytest.approx(0.0, abs=0.02)


ISHIGAMI = {"x1": (0.3139, 0.5576), "x2": (0.4424, 0.4424), "x3": (0.0, 0.2437)}
"""First and total indices for a = 7, b = 0.1 (Ishigami, Homma, 1990), worked out by hand from its variances."""


def test_sobol_indices_of_the_ishigami_function_are_the_analytic_ones_within_their_interval():
    factors = [Factor(name=name, low=-np.pi, value=0.0, high=np.pi, distribution="uniform") for name in ISHIGAMI]
    design = sobol_indices(factors, 4096, seed=5)
    x1, x2, x3 = design.points.to_numpy().T
    table = sobol_of(design, np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)).set_index("factor")
    for name, (first, total) in ISHIGAMI.items():
        assert abs(table.loc[name, "first"] - first) <= table.loc[name, "first_plus_minus"]
        assert abs(table.loc[name, "total"] - total) <= table.loc[name, "total_plus_minus"]


def test_sobol_indices_of_a_linear_model_are_its_shares_of_variance():
    factors = [Factor(name=name, low=0.0, value=0.5, high=1.0, distribution="uniform") for name in ("a", "b", "c")]
    design = sobol_indices(factors, 1024, seed=2)
    table = sobol_of(design, design.points.to_numpy() @ np.array([1.0, 2.0, 4.0])).set_index("factor")
    for name, share in (("a", 1 / 21), ("b", 4 / 21), ("c", 16 / 21)):
        assert abs(table.loc[name, "total"] - share) <= table.loc[name, "total_plus_minus"]


def test_indices_name_the_scenario_that_has_no_plan(tmp_path):
    design = sobol_indices([CRF, TOLL], 2, seed=1)
    outcomes = [outcome(1)] * 7 + [Outcome(state="infeasible", reason="too little land")]
    with pytest.raises(InputError, match=r"1 scenarios have no .*infeasible \(too little land\)"):
        sobol_table(study(design, outcomes, tmp_path))


def test_a_blank_cell_counts_with_the_bases_value_in_a_mean(ledger):
    design = designs.table(pd.DataFrame({"diesel_price": [90_000.0, None, None]}))
    found = mean_values(design, [0, 1, 2], (Scenario(name="x"), ledger))
    assert found == {"diesel_price": ledger.entry("diesel_price").value}  # the most frequent of the three


def test_indices_are_of_the_design_they_need(tmp_path):
    found = study(factorial([CRF]), [outcome(1), outcome(2)], tmp_path)
    with pytest.raises(InputError, match="found a design 'factorial', expected sobol_indices"):
        sobol_table(found)
    with pytest.raises(InputError, match="found a design 'factorial', expected morris"):
        morris_table(found)


def test_elementary_effects_of_a_linear_model_are_its_slopes_and_do_not_spread(tmp_path):
    design = morris([Factor(name=name, low=0.0, value=0.0, high=1.0) for name in ("crf", "toll")], 6, seed=1)
    costs = 100 + design.shares @ np.array([3.0, -8.0])
    table = morris_table(study(design, [outcome(float(cost)) for cost in costs], tmp_path))
    assert table["factor"].tolist() == ["toll", "crf"]
    assert table["mean_effect"].tolist() == pytest.approx([8.0, 3.0])
    assert table["spread"].tolist() == pytest.approx([0.0, 0.0], abs=1e-9)
