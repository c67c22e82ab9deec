"""Why a site is open or closed: against every choice of sites tried one by one."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from logistics.errors import InputError
from logistics.explain import Explainer, explain, explainer_of
from logistics.planning import plan as plan_of
from logistics.scenario_parts import Objective
from logistics.site_flips import capacity_flip, fixed_cost_flip
from logistics.timeline import build_timeline
from logistics.toll_flips import dearest_road, pays_at, toll_flip
from models import SolveOptions

EXACT = SolveOptions(relative_gap=1e-9, time_limit_s=60)
CASES = [
    {"capex_ha_xdock": capex, "handling_crossdock": handling, "contestable_small": 80.0}
    for capex, handling in product((1.0, 2.0, 4.0, 8.0, 16.0), (5_000.0, 20_000.0))
]


@pytest.fixture(
    scope="module", params=CASES, ids=lambda case: f"capex {case['capex_ha_xdock']:g}, {case['handling_crossdock']:g}"
)
def explainer(request, tiny_scenario):
    return explainer_of(build_timeline(replace(tiny_scenario, ledger=request.param, max_new_hubs=3)), EXACT)


def by_brute_force(explainer):
    """Return the cost of the best plan for every set of new sites."""
    instance = explainer.instance
    new = np.flatnonzero(~instance.standing).tolist()
    costs = {}
    for choice in product((False, True), repeat=len(new)):
        opened = tuple(site for site, is_open in zip(new, choice, strict=True) if is_open)
        closed = tuple(site for site in new if site not in opened)
        answered = explainer.ask(replace(instance, forced_open=opened, forced_closed=closed, min_new=0, max_new=None))
        costs[frozenset(opened)] = answered.value_vnd
    return costs


def test_the_cost_of_forcing_each_site_is_that_of_trying_every_choice(explainer):
    costs = by_brute_force(explainer)
    plan = explainer.ask(explainer.instance)
    assert plan.value_vnd == pytest.approx(min(costs.values()), rel=1e-8)
    for hub_id in ("gf_nam_son", "gf_tu_son", "gf_yen_my"):
        site = explainer.position(hub_id)
        with_it = min(cost for opened, cost in costs.items() if site in opened)
        without = min(cost for opened, cost in costs.items() if site not in opened)
        found = explain(explainer, plan, hub_id)
        forced = without if found.is_open else with_it
        assert found.costs_vnd_per_year == pytest.approx(forced - min(costs.values()), abs=1e-7 * plan.value_vnd)
        assert found.least_vnd_per_year <= found.costs_vnd_per_year + 1 <= found.most_vnd_per_year + 2


def test_at_the_flip_of_its_fixed_cost_a_site_is_worth_as_much_open_as_closed(explainer):
    site = explainer.position("gf_nam_son")
    pair = (explainer.ask(explainer.forced(site, opened=True)), explainer.ask(explainer.forced(site, opened=False)))
    flip = fixed_cost_flip(explainer, site, pair)
    if flip.change_pct is None:
        return
    own = explainer.instance.option_site == site
    cost = np.where(own, explainer.instance.option_cost * (1 + flip.change_pct / 100), explainer.instance.option_cost)
    changed = Explainer(explainer.question, EXACT)
    changed.instance = replace(explainer.instance, option_cost=cost)
    opened, closed = (changed.ask(changed.forced(site, opened=is_open)) for is_open in (True, False))
    assert opened.value_vnd == pytest.approx(closed.value_vnd, rel=1e-8)


@pytest.fixture(scope="module")
def usual(tiny_scenario):
    explainer = explainer_of(build_timeline(tiny_scenario), EXACT)
    return explainer, explainer.ask(explainer.instance)


def test_with_the_capacity_a_flip_names_the_decision_turns(usual):
    explainer, plan = usual
    found = explain(explainer, plan, "gf_yen_my", searches=(fixed_cost_flip, capacity_flip))
    flip = next(flip for flip in found.flips if flip.what == "capacity")
    assert "capacity from" in flip.searched
    assert flip.change_pct is None or -100 <= flip.change_pct <= 700


def test_what_moves_when_a_hub_closes_moved_from_it(usual):
    explainer, plan = usual
    ids = list(explainer.question.timeline.last.sites["hub_id"])
    opened = [hub_id for hub_id in ids if hub_id.startswith("gf_") and explain(explainer, plan, hub_id).is_open]
    found = explain(explainer, plan, opened[0])
    assert found.moved["from_hubs"].str.contains(opened[0]).any()
    assert (found.moved["t_per_year"] > 0).all()


def test_an_unknown_site_is_named_with_some_that_are_there(usual):
    with pytest.raises(InputError, match="no site 'gf_nowhere'"):
        usual[0].position("gf_nowhere")


def test_a_plan_with_other_goals_than_cost_is_refused(tiny_scenario):
    with pytest.raises(InputError, match="by cost alone"):
        explainer_of(build_timeline(replace(tiny_scenario, objective=Objective(minimise="co2"))), EXACT)


@pytest.mark.parametrize("hub_id", ["gf_nam_son", "gf_yen_my"])
def test_a_toll_flips_a_site_where_the_search_says_and_nowhere_else(tiny_scenario, hub_id):
    explainer = explainer_of(build_timeline(tiny_scenario), EXACT)
    site = explainer.position(hub_id)
    pair = tuple(explainer.ask(explainer.forced(site, opened=is_open)) for is_open in (True, False))
    pays_now = pair[0].value_vnd <= pair[1].value_vnd
    flip = toll_flip(explainer, site, pair)
    road = dearest_road(explainer, site, pair[0])
    assert (road is None) == ("pays no toll" in flip.searched)
    if road is not None:
        factors = (0.0, 2.0) if flip.change_pct is None else (1 + flip.change_pct / 100,)
        turned = [pays_at(explainer, site, road, factor) != pays_now for factor in factors]
        assert turned == [flip.change_pct is not None] * len(factors)


def test_a_plan_tells_why_in_one_call(tiny_scenario):
    found = plan_of(replace(tiny_scenario, curve_to=1, max_new_hubs=1), EXACT).why("gf_tu_son", EXACT)
    assert [flip.what for flip in found.flips] == ["fixed_cost", "capacity", "toll"]
