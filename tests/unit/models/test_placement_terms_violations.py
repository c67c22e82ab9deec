"""What the check of hub placement says, requirement by requirement, of plans made by hand: no solver is asked.

Two years. Site 0 is new, site 1 stands. 10 t come in the first year and go through site 0 for 2; of the 20 t of the
second year half go through site 0 for 2, a quarter through site 1 and then site 0 for 1, and a quarter directly for 5.
"""

from dataclasses import replace
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest

from models import HubPlacement

INSTANCE = HubPlacement(
    amount=[10.0, 20.0], direct_cost=[5.0, 5.0], flow_period=[0, 1],
    route_flow=[0, 1, 1], route_site=[0, 0, 1], route_cost=[2.0, 2.0, 1.0], route_resource=[0, 0, 0],
    route_second_site=[-1, -1, 0], route_second_resource=[-1, -1, 1],
    option_site=[0, 0, 1, 1, 0, 0], option_period=[0, 1, 0, 1, 1, 0], option_level=[0, 0, 0, 0, 1, 1],
    option_cost=[40.0, 60.0, 0.0, 0.0, 70.0, 45.0],
    option_capacity=[[15.0, 5.0], [30.0, 20.0], [20.0, 0.0], [20.0, 0.0], [50.0, 50.0], [15.0, 5.0]],
    standing=[False, True],
)  # fmt: skip


def plan(*opened, **changes):
    usual = {"share": [1.0, 0.5, 0.25], "direct_share": [0.0, 0.25], "objective": 170.0, "bound": 170.0} | changes
    is_open = np.isin(np.arange(6), opened or (0, 1, 2, 3))
    arrays = {name: np.array(usual.pop(name)) for name in ("share", "direct_share")}
    return SimpleNamespace(**{"option_open": is_open} | arrays | usual)


def fall(site, before, after):
    return f"site {site} has level {before} in period 0, and {after} in the next (-1: closed); expected no fall"


def shut(route, share, resource, site):
    return f"route {route} carries {share} of its flow by resource {resource} of site {site}, which is not open"


@pytest.mark.parametrize(
    ("asked", "sentences"),
    [
        (plan(), []),
        (plan(objective=171.0), ["the plan costs 170, and claims 171"]),
        (plan(bound=171.0), ["the bound 171 lies above the value 170"]),
        (plan(share=[1.0, 0.5, 0.35], objective=172.0), ["the shares of flow 1 sum to 1.1, expected 1"]),
        (plan(share=[1.0 + 5e-7, 0.5, 0.25]), []),
        (plan(share=[1.0, 0.95, -0.2], objective=179.0), ["the share of route 2 is -0.2, expected 0 to 1"]),
        (plan(share=[1.2, 0.5, 0.25], direct_share=[-0.2, 0.25], objective=174.0),
         ["the share of route 0 is 1.2, expected 0 to 1", "the direct share of flow 0 is -0.2"]),
        (plan(share=[np.nan, 0.5, 0.25]),
         ["the share of route 0 is nan, expected 0 to 1", "the shares of flow 0 sum to nan, expected 1",
          "the plan costs nan, and claims 170"]),
        (plan(0, 2, 3, objective=110.0, bound=0.0),
         [fall(0, 0, -1), shut(1, 0.5, 0, 0), shut(2, 0.25, 1, 0),
          "resource 0 of site 0 carries 10, room is 0", "resource 1 of site 0 carries 5, room is 0"]),
        (plan(0, 1, 2, objective=170.0),
         ["site 1 in period 1 stands, and is not open", fall(1, 0, -1), shut(2, 0.25, 0, 1),
          "resource 0 of site 1 carries 5, room is 0"]),
        (plan(0, 1, 2, 3, 4, objective=240.0), ["site 0 in period 1 is built in 2 ways at once"]),
        (plan(0, 2, 3, 4, objective=180.0), []),
        (plan(5, 1, 2, 3, objective=175.0), [fall(0, 1, 0)]),
        (plan(5, 4, 2, 3, objective=185.0), []),
        (plan(1, 2, 3, objective=130.0, bound=0.0),
         [shut(0, 1, 0, 0), "resource 0 of site 0 carries 10, room is 0"]),
        (plan(1, 2, 3, share=[0.0, 0.5, 0.25], direct_share=[1.0, 0.25], objective=160.0, bound=0.0), []),
        (plan(share=[1.0], direct_share=[0.0]),
         ["share has shape (1,), expected (3,)", "direct_share has shape (1,), expected (2,)"]),
        (plan(option_open=np.ones(2, dtype=bool)), ["option_open has shape (2,), expected (6,)"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_plan_is_said(asked, sentences):
    assert INSTANCE.check(asked) == sentences


@pytest.mark.parametrize(
    ("rules", "sentences"),
    [
        ({"direct_cost": [inf, 5.0]}, []),
        ({"direct_cost": [5.0, inf]},
         ["flow 1 has no direct way, and 0.25 of it goes directly", "the plan costs inf, and claims 170"]),
        ({"forced_closed": (0,)},
         [f"site 0 in period {period} must be closed, and is open" for period in (0, 1)]),
        ({"forced_open": (0, 1)}, []),
        ({"max_new": 1, "min_new": 1}, []),
        ({"max_new": 0}, ["1 new sites are open, expected 0 to 0"]),
        ({"min_new": 2}, ["1 new sites are open, expected 2 to inf"]),
        ({"option_min_throughput": [10.0, 15.0, 0.0, 5.0, 99.0, 99.0]}, []),
        ({"option_min_throughput": [0.0, 15.0 + 1e-5, 0.0, 0.0, 0.0, 0.0]}, []),
        ({"option_min_throughput": [11.0, 16.0, 1.0, 6.0, 99.0, 99.0]},
         ["10 passes the site of option 0, which is open and asks for 11",
          "15 passes the site of option 1, which is open and asks for 16",
          "0 passes the site of option 2, which is open and asks for 1",
          "5 passes the site of option 3, which is open and asks for 6"]),
        ({"flow_client": [0, 0]}, ["client 0 uses the sites [0, 1] in period 1; expected one"]),
        ({"flow_client": [0, -1]}, []),
        ({"flow_client": [-1, 3]}, ["client 3 uses the sites [0, 1] in period 1; expected one"]),
    ],
)  # fmt: skip
def test_each_wish_is_held_against_the_plan(rules, sentences):
    assert replace(INSTANCE, **rules).check(plan()) == sentences


def test_a_site_that_must_be_open_is_open_in_the_last_year():
    later = {"share": [0.0, 0.5, 0.25], "direct_share": [1.0, 0.25], "objective": 160.0, "bound": 0.0}
    assert replace(INSTANCE, forced_open=(0,)).check(plan(1, 2, 3, **later)) == []
    never = {"share": [0.0, 0.0, 0.0], "direct_share": [1.0, 1.0], "objective": 150.0, "bound": 0.0}
    sentence = "site 0 in period 1 must be open, and is closed"
    assert replace(INSTANCE, forced_open=(0,)).check(plan(2, 3, **never)) == [sentence]
    assert INSTANCE.check(plan(2, 3, **never)) == []


def test_a_site_counts_as_new_where_it_is_built_and_does_not_stand():
    never = {"share": [0.0, 0.0, 0.0], "direct_share": [1.0, 1.0], "objective": 150.0, "bound": 0.0}
    sentence = "0 new sites are open, expected 1 to inf"
    assert replace(INSTANCE, min_new=1).check(plan(2, 3, **never)) == [sentence]
    assert replace(INSTANCE, max_new=0).check(plan(2, 3, **never)) == []


def test_a_site_that_stands_and_must_be_closed_is_not_open():
    never = {"share": [0.0, 0.0, 0.0], "direct_share": [1.0, 1.0], "objective": 150.0, "bound": 0.0}
    gone = {"option_open": np.zeros(6, dtype=bool)}
    assert replace(INSTANCE, forced_closed=(1,)).check(plan(**never, **gone)) == []
    assert INSTANCE.check(plan(**never, **gone)) == [
        f"site 1 in period {period} stands, and is not open" for period in (0, 1)
    ]


def room(k, *capacity):
    given = INSTANCE.option_capacity.copy()
    given[k] = capacity
    return {"option_capacity": given}


@pytest.mark.parametrize(
    ("rules", "sentences"),
    [
        (room(0, 10.0, 0.0), []),
        (room(0, 10.0 - 5e-6, 0.0), []),
        (room(0, 9.99, 0.0), ["resource 0 of site 0 carries 10, room is 9.99"]),
        (room(1, 30.0, 4.0), ["resource 1 of site 0 carries 5, room is 4"]),
        (room(1, 10.0, 5.0), []),
        (room(3, 4.0, 0.0), ["resource 0 of site 1 carries 5, room is 4"]),
    ],
)
def test_each_resource_of_each_site_has_its_room_in_each_year(rules, sentences):
    assert replace(INSTANCE, **rules).check(plan()) == sentences


def summed(low=-inf, high=inf, weight=(2.0, 3.0)):
    return {"rule_row": [0, 0], "rule_option": [0, 1], "rule_weight": list(weight), "rule_low": [low],
            "rule_high": [high]}  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "sentences"),
    [
        (summed(5.0, 5.0), []),
        (summed(high=4.0), ["rule 0 sums to 5, expected -inf to 4"]),
        (summed(low=6.0), ["rule 0 sums to 5, expected 6 to inf"]),
        (summed(high=5.0 - 4e-6), []),
        (summed(high=5.0 - 7e-6), ["rule 0 sums to 5, expected -inf to 4.99999"]),
        (summed(low=5.0 + 4e-6), []),
        (summed(low=5.0 + 7e-6), ["rule 0 sums to 5, expected 5.00001 to inf"]),
        (summed(high=0.0, weight=(7.0, -7.0 + 5e-6)), []),  # beside weights of 7 that is nothing
        (summed(high=0.0, weight=(7.0, -7.0 + 9e-6)), ["rule 0 sums to 9e-06, expected -inf to 0"]),
    ],
)
def test_rules_are_summed_over_what_is_open(rules, sentences):
    assert replace(INSTANCE, **rules).check(plan()) == sentences


def test_what_is_not_open_counts_for_no_rule():
    closed = {
        "rule_row": [0, 0],
        "rule_option": [4, 0],
        "rule_weight": [9.0, 1.0],
        "rule_low": [1.0],
        "rule_high": [1.0],
    }
    assert replace(INSTANCE, **closed).check(plan()) == []


def measured(low=-inf, high=inf):
    """Return a measure of which the plan has 10 + 20 + 15 on its routes, 25 directly, and 100 in a hub."""
    return {"route_measure": [[1.0], [2.0], [3.0]], "direct_measure": [[4.0], [5.0]],
            "option_measure": [[100.0], [0.0], [0.0], [0.0], [7.0], [7.0]], "measure_low": [low],
            "measure_high": [high]}  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "sentences"),
    [
        (measured(170.0, 170.0), []),
        (measured(high=169.0), ["measure 0 is 170, expected -inf to 169"]),
        (measured(low=171.0), ["measure 0 is 170, expected 171 to inf"]),
        # looked at beside what it could be: 45 on routes, 40 + 100 if all went directly, 100 in hubs
        (measured(high=170.0 - 2.7e-4), []),
        (measured(high=170.0 - 3.0e-4), ["measure 0 is 170, expected -inf to 170"]),
        (measured(low=170.0 + 2.7e-4), []),
        (measured(low=170.0 + 3.0e-4), ["measure 0 is 170, expected 170 to inf"]),
        (measured(high=170.0 - 2.6e-4) | {"direct_cost": [inf, 5.0]}, ["measure 0 is 170, expected -inf to 170"]),
        (measured(high=170.0 - 2.4e-4) | {"direct_cost": [inf, 5.0]}, []),
    ],
)
def test_measures_are_summed_over_all_that_is_carried_and_open(rules, sentences):
    assert replace(INSTANCE, **rules).check(plan()) == sentences


ONE_YEAR = HubPlacement(
    amount=[10.0], direct_cost=[5.0], route_flow=[0], route_site=[0], route_cost=[2.0], route_resource=[0],
    option_site=[0, 0, 1], option_cost=[40.0, 50.0, 0.0], option_capacity=[[15.0], [20.0], [5.0]],
    standing=[False, True],
)  # fmt: skip


def test_a_site_of_one_year_is_named_without_it():
    told = ONE_YEAR.check(
        SimpleNamespace(option_open=np.array([True, True, False]), share=np.ones(1), direct_share=np.zeros(1),
                        objective=110.0, bound=0.0)
    )  # fmt: skip
    assert told == ["site 0 is built in 2 ways at once", "site 1 stands, and is not open"]


def test_what_is_sent_and_built_is_priced():
    assert INSTANCE.price(plan()) == 170.0
    assert INSTANCE.price(plan(share=[0.0, 0.0, 0.0], direct_share=[0.5, 1.0])) == 25.0 + 100.0 + 100.0
    nothing_comes = replace(INSTANCE, amount=[0.0, 20.0], direct_cost=[inf, 5.0])
    assert nothing_comes.price(plan(share=[0.0, 1.0, 0.0], direct_share=[1.0, 0.0])) == 140.0
