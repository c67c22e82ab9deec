"""Periods, levels, rules, second hubs, measures, least throughput and clients on instances solved by eye."""

from dataclasses import replace

import numpy as np
import pytest

from models import HubPlacement, InstanceError, SolveOptions, Status

EXACT = SolveOptions(relative_gap=1e-9)
pytestmark = pytest.mark.usefixtures("fast")


@pytest.fixture(params=["mip", "benders"])
def options(request):
    return replace(EXACT, engine=request.param)


@pytest.fixture
def two_periods():
    """10 t in period 0 and 20 t in period 1, direct 5, by the one site 1; small (room 10, 25) or large (room 20, 60).

    The options are small and large in period 0, then small and large in period 1.
    """
    return HubPlacement(
        amount=[10.0, 20.0], direct_cost=[5.0, 5.0], flow_period=[0, 1],
        route_flow=[0, 1], route_site=[0, 0], route_cost=[1.0, 1.0], route_resource=[0, 0],
        option_site=[0, 0, 0, 0], option_period=[0, 0, 1, 1], option_level=[0, 1, 0, 1],
        option_cost=[25.0, 60.0, 25.0, 60.0], option_capacity=[[10.0], [20.0], [10.0], [20.0]], standing=[False],
    )  # fmt: skip


def solved(instance, options):
    solution = instance.solve(options)
    assert solution.status is Status.OPTIMAL
    assert instance.check(solution) == []
    assert instance.price(solution) == solution.objective
    return solution


def test_a_site_grows_over_the_periods(two_periods, options):
    # small saves 40 for 25 in each period (15 each); large saves 80 for 60 in period 1 (20): small, then large
    solution = solved(two_periods, options)
    assert solution.objective == pytest.approx(150 - 15 - 20)
    assert solution.option_open.tolist() == [True, False, False, True]


def test_a_site_never_shrinks_or_closes(two_periods, options):
    # the freight turned round: 20 t first; large first would have to stay large: 20 - (60 - 40) = 0;
    # small in both: 15 + 15 = 30
    turned = replace(two_periods, flow_period=[1, 0])
    solution = solved(turned, options)
    assert solution.objective == pytest.approx(150 - 30)
    assert solution.option_open.tolist() == [True, False, True, False]
    # a site that loses in the last period is not opened in the first: 15 - (25 - 0) < 0
    leaving = replace(two_periods, amount=[10.0, 0.0])
    assert solved(leaving, options).objective == pytest.approx(50)


def test_a_site_may_open_later_and_counts_as_new_in_the_last_period(two_periods, options):
    late = replace(two_periods, amount=[1.0, 20.0], min_new=1, max_new=1)
    solution = solved(late, options)
    assert solution.objective == pytest.approx(105 - 20)
    assert solution.option_open.tolist() == [False, False, False, True]
    assert replace(late, min_new=0, max_new=0).solve(options).objective == pytest.approx(105)


def test_a_rule_is_a_budget_of_a_period(two_periods, options):
    # at most 30 spent in period 1: small in both
    budget = {"rule_row": [0, 0], "rule_option": [2, 3], "rule_weight": [25.0, 60.0], "rule_high": [30.0]}
    solution = solved(replace(two_periods, **budget), options)
    assert solution.objective == pytest.approx(150 - 30)
    low = replace(two_periods, rule_row=[0], rule_option=[1], rule_weight=[1.0], rule_low=[1.0])
    assert solved(low, options).option_open.tolist() == [False, True, False, True]  # large from the start


def test_a_budget_spent_to_the_last_coin_is_kept(two_flows, options):
    exactly = replace(two_flows, rule_row=[0], rule_option=[0], rule_weight=[0.1 + 0.2], rule_high=[0.3])
    assert solved(exactly, options).objective == pytest.approx(85)


def test_a_standing_site_is_extended_or_closed_for_good(two_periods, options):
    # as it is (room 10, 0), closed (no room, 1); closed has the highest level
    closing = replace(
        two_periods, standing=[True], option_level=[0, 1, 0, 1], option_cost=[50.0, 1.0, 30.0, 1.0],
        option_capacity=[[10.0], [0.0], [10.0], [0.0]],
    )  # fmt: skip
    # open in both: 50 - 40 + 30 - 40 = 0; closed in both: 2; open, then closed: 10 + 1; closed, then open is barred: -9
    solution = solved(closing, options)
    assert solution.objective == pytest.approx(150)
    assert solution.option_open.tolist() == [True, False, True, False]
    dearer = replace(closing, option_cost=[60.0, 1.0, 30.0, 1.0])
    assert solved(dearer, options).option_open.tolist() == [False, True, False, True]


@pytest.fixture
def chain():
    """10 t direct for 9; by site 0 for 6, by both sites for 1; each site costs 20, room 10 and 6."""
    return HubPlacement(
        amount=[10.0], direct_cost=[9.0], route_flow=[0, 0], route_site=[0, 0], route_cost=[6.0, 1.0],
        route_resource=[0, 0], route_second_site=[-1, 1], route_second_resource=[-1, 0],
        option_site=[0, 1], option_cost=[20.0, 20.0], option_capacity=[[10.0], [6.0]], standing=[False, False],
    )  # fmt: skip


def test_a_route_through_two_hubs_needs_both_and_room_at_both(chain, options):
    # site 0 alone: 60 + 20 = 80; both: 6 for 1, 4 for 6, 40 = 70
    solution = solved(chain, options)
    assert solution.objective == pytest.approx(70)
    assert solution.share == pytest.approx([0.4, 0.6])
    assert solved(replace(chain, max_new=1), options).objective == pytest.approx(80)


def test_a_measure_caps_what_is_carried(two_flows, options):
    # the new hub emits 2 a unit, the standing one 1, direct 3: at most 46 asks for 20 t * 3 - 14 less
    emitting = replace(
        two_flows, route_measure=[[2.0], [2.0], [1.0], [1.0]], direct_measure=[[3.0], [3.0]], measure_high=[46.0],
        max_new=0,
    )  # fmt: skip
    # without the new hub 5 t save 2 each: 50
    assert emitting.solve(options).status is Status.INFEASIBLE
    assert solved(replace(emitting, measure_high=[50.0]), options).objective == pytest.approx(90)
    both = replace(emitting, max_new=None, option_cost=[46.0, 0.0])
    solution = solved(both, options)  # the new hub loses 1, and is needed
    assert solution.objective == pytest.approx(91)
    assert 10 * (solution.share @ emitting.route_measure[:, 0]) == pytest.approx(35)


def test_an_open_option_counts_in_a_measure(two_flows, options):
    # 15 t through the new hub emit 30, 5 t through the standing one 5, and the new hub itself 10: 45 at the least
    emitting = replace(
        two_flows, route_measure=[[2.0], [2.0], [1.0], [1.0]], direct_measure=[[3.0], [3.0]], measure_high=[45.0],
        option_measure=[[10.0], [0.0]],
    )  # fmt: skip
    solution = solved(emitting, options)
    assert solution.objective == pytest.approx(85)
    assert replace(emitting, measure_high=[44.0]).solve(options).status is Status.INFEASIBLE
    assert solved(replace(emitting, measure_high=[44.0], option_measure=None), options).objective == pytest.approx(85)
    assert replace(emitting, measure_high=[44.0]).check(solution) == ["measure 0 is 45, expected -inf to 44"]


def test_a_measure_may_ask_for_a_dearer_way(options):
    # 10 t by the standing site for 7 instead of 5 directly; half of it must be within the band
    band = HubPlacement(
        amount=[10.0], direct_cost=[5.0], route_flow=[0], route_site=[0], route_cost=[7.0], route_resource=[0],
        option_site=[0], option_cost=[0.0], option_capacity=[[10.0]], standing=[True],
        route_measure=[[1.0]], direct_measure=[[0.0]], measure_low=[5.0],
    )  # fmt: skip
    assert solved(band, options).objective == pytest.approx(60)
    assert replace(band, measure_low=[11.0]).solve(options).status is Status.INFEASIBLE


def test_an_open_site_needs_its_freight(two_flows, options):
    # the standing site asks for 5 t: it takes them from the new hub, or all go directly that could
    asking = replace(two_flows, option_min_throughput=[0.0, 5.0], option_capacity=[[20.0], [5.0]])
    assert solved(asking, options).objective == pytest.approx(30 + 15 + 40)
    # the new hub asks for 18 t beside it, and there are but 15 left: it stays closed
    torn = replace(asking, option_min_throughput=[18.0, 5.0])
    assert solved(torn, options).objective == pytest.approx(90)
    assert replace(torn, forced_open=(0,)).solve(options).status is Status.INFEASIBLE


def test_freight_is_forced_through_a_new_hub_until_it_has_what_it_asks_for(options):
    # 10 t, direct 5, by the hub 8: nobody would use it. One must be built, and asks for 6 t: the cheap one has no room
    # for them, so 6 t at 8 and 4 t at 5 and the dear one at 7
    forced = HubPlacement(
        amount=[10.0], direct_cost=[5.0], route_flow=[0], route_site=[0], route_cost=[8.0], route_resource=[0],
        option_site=[0, 0], option_cost=[1.0, 7.0], option_capacity=[[4.0], [10.0]], standing=[False],
        option_min_throughput=[6.0, 6.0], min_new=1,
    )  # fmt: skip
    assert solved(forced, options).objective == pytest.approx(6 * 8 + 4 * 5 + 7)
    short = replace(forced, option_capacity=[[4.0], [5.0]]).solve(options)
    assert short.status is Status.INFEASIBLE
    assert "and only 0 have room for the throughput they must have" in short.stopped
    # 5 t of freight for 6 t asked for, though there is room
    for must in ({"min_new": 1}, {"min_new": 0, "forced_open": (0,)}):
        assert replace(forced, amount=[5.0], **must).solve(options).status is Status.INFEASIBLE


def test_a_client_uses_one_site(two_flows, options):
    # as one client: 10 t by the new hub of room 10 and fixed 20, or 5 t by the standing one: 90 both;
    # apart: one flow by the new hub, 5 t of the other by the standing one, 5 t directly: 20 + 15 + 25 + 20
    small = replace(two_flows, option_cost=[20.0, 0.0], option_capacity=[[10.0], [5.0]])
    assert solved(replace(small, flow_client=[7, 7]), options).objective == pytest.approx(90)
    assert solved(replace(small, flow_client=[7, 8]), options).objective == pytest.approx(80)
    assert solved(replace(small, flow_client=[7, -1]), options).objective == pytest.approx(80)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"rule_row": [0], "rule_option": [0], "rule_weight": [1.0], "rule_low": [2.0]}, "rule 0 asks for at least 2"),
        ({"rule_low": [2.0], "rule_high": [1.0]}, "rule 0 asks for at least 2 and at most 1"),
        ({"measure_low": [2.0], "measure_high": [1.0]}, "measure 0 asks for at least 2 and at most 1"),
        ({"measure_low": [2.0]}, "no allowed choice of sites and routes keeps all of the requirements"),
        ({"flow_period": [0, 1], "option_period": [0, 1], "forced_open": (0,), "standing": [False, False]},
         "site 0 is forced open, and has no option in the last period 1"),
    ],
)  # fmt: skip
def test_terms_that_clash_are_infeasible_with_their_reason(two_flows, options, changes, told):
    solution = replace(two_flows, **changes).solve(options)
    assert solution.status is Status.INFEASIBLE
    assert told in solution.stopped


RULE = {"rule_row": [0], "rule_option": [0], "rule_weight": [1.0], "rule_high": [1.0]}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"flow_period": [0, -1]}, r"flow_period\[1\] is -1"),
        ({"flow_period": [0, 2030]}, r"flow_period\[1\] is 2030; expected periods from 0 to 999"),
        ({"option_period": [0, 1]}, "site 1 stands, and has no option in period 0"),
        ({"option_level": [0.5, 1]}, "option_level holds float64; expected whole numbers"),
        (RULE | {"rule_row": [1]}, r"rule_row\[0\] is 1; expected an index of rules"),
        (RULE | {"rule_option": [2]}, r"rule_option\[0\] is 2"),
        (RULE | {"rule_weight": [np.inf]}, r"rule_weight\[0\] is inf"),
        (RULE | {"rule_weight": None}, "rule_weight is missing"),
        (RULE | {"rule_high": [np.nan]}, r"rule_high\[0\] is nan"),
        (RULE | {"rule_high": [-np.inf]}, r"rule_high\[0\] is -inf"),
        ({"route_second_site": [1, 1, -1, -1]}, r"route_second_site\[0\] is 1 and route_second_resource\[0\] is -1"),
        ({"route_second_site": [0, -1, -1, -1], "route_second_resource": [0, -1, -1, -1]}, "the first site of the"),
        ({"route_measure": [[1.0], [1.0], [1.0], [np.nan]]}, r"route_measure\[3, 0\] is nan"),
        ({"direct_measure": [[1.0]]}, r"direct_measure has shape \(1, 1\); expected \(2, 1\)"),
        ({"measure_low": [np.inf]}, r"measure_low\[0\] is inf"),
        ({"option_min_throughput": [-1.0, 0.0]}, r"option_min_throughput\[0\] is -1"),
        ({"flow_client": [-2, 0]}, r"flow_client\[0\] is -2"),
    ],
)
def test_a_term_without_meaning_is_refused_and_named(two_flows, changes, told):
    with pytest.raises(InstanceError, match=told):
        replace(two_flows, **changes)


def test_what_is_left_out_reads_as_none_and_stands_in_full_in_the_terms(two_flows):
    assert two_flows.flow_period is None
    assert two_flows.terms.flow_period.tolist() == [0, 0]
    assert two_flows.terms.periods == 1
    given = replace(two_flows, flow_client=[3, -1])
    assert given.flow_client.tolist() == [3, -1]
    with pytest.raises(ValueError, match="read-only"):
        given.flow_client[0] = 0


def test_a_plan_that_breaks_a_term_is_told_which(two_periods, two_flows, chain):
    plan = two_periods.solve(EXACT)
    falling = replace(plan, option_open=np.array([False, True, True, False]))
    assert "site 0 has level 1 in period 0, and 0 in the next" in two_periods.check(falling)[0]
    plan = two_flows.solve(EXACT)
    for changes, told in [
        (RULE | {"rule_high": [0.5]}, "rule 0 sums to 1"),
        ({"route_measure": np.ones((4, 1)), "measure_high": [19.0]}, "measure 0 is 20"),
        ({"option_min_throughput": [16.0, 0.0]}, "15 passes the site of option 0"),
        ({"flow_client": [0, 0]}, r"client 0 uses the sites [0, 1] in period 0"),
    ]:
        assert [line for line in replace(two_flows, **changes).check(plan) if told in line], told
    plan = chain.solve(EXACT)
    assert "by resource 0 of site 1, which is not open" in "".join(
        chain.check(replace(plan, option_open=np.array([True, False])))
    )


def test_the_program_says_which_row_is_which_requirement(two_flows):
    from models.placement.offers import make_offers, must_open  # noqa: PLC0415  (what only this test looks into)
    from models.placement.prune import useful_options, useful_routes  # noqa: PLC0415
    from models.placement.textbook import Textbook  # noqa: PLC0415

    asked = replace(
        two_flows, **RULE, option_min_throughput=[1.0, 0.0], measure_low=[-1.0], measure_high=[99.0],
        route_measure=np.ones((4, 1)), direct_measure=np.zeros((2, 1)), forced_open=(0,),
    )  # fmt: skip
    routes = useful_routes(asked)
    offers = make_offers(asked, routes, useful_options(asked, routes))
    textbook = Textbook(offers=offers, forced=must_open(asked), least=0, most=1)
    rows, program = textbook.requirements(), textbook.program()
    assert {
        ("room", 0, 0), ("room", 1, 0), ("forced_open", 0), ("forced_open", 1), ("min_new",), ("max_new",),
        ("rule", 0), ("measure_low", 0), ("measure_high", 0), ("min_throughput", 0),
    } == set(rows)  # fmt: skip
    assert program.row_upper[rows["max_new",]] == 1
    assert program.row_lower[rows["forced_open", 0]] == 1
    assert program.row_lower[rows["min_throughput", 0]] == 0


def test_room_for_all_that_may_pass_is_no_row_and_other_room_no_more_than_that(two_flows):
    from models.placement.offers import make_offers, must_open  # noqa: PLC0415  (what only this test looks into)
    from models.placement.prune import useful_options, useful_routes  # noqa: PLC0415
    from models.placement.textbook import Textbook  # noqa: PLC0415

    for room, said in ((1e9, False), (0.5 * two_flows.amount.min(), True)):
        asked = replace(two_flows, option_capacity=np.full(two_flows.option_capacity.shape, room))
        routes = useful_routes(asked)
        offers = make_offers(asked, routes, useful_options(asked, routes))
        textbook = Textbook(offers=offers, forced=must_open(asked), least=0, most=1)
        rows, program = textbook.requirements(), textbook.program()
        for at in (row for name, row in rows.items() if name[0] == "room"):
            assert (program.matrix.row == at).any() == said
