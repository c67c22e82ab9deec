"""What the check of a placement for several scenarios says of plans made by hand: no solver is asked.

A hub costs 40 and saves 3 a tonne; 10 t come or 30 t. Open, they cost 60 and 100; closed, 50 and 150.
"""

from types import SimpleNamespace

import numpy as np
import pytest

from models import HubPlacement, RobustHubPlacement


def scenario(tonnes):
    return HubPlacement(
        amount=[tonnes], direct_cost=[5.0], route_flow=[0], route_site=[0], route_cost=[2.0], route_resource=[0],
        option_site=[0], option_cost=[40.0], option_capacity=[[30.0]], standing=[False],
    )  # fmt: skip


BOTH = (scenario(10.0), scenario(30.0))
OPEN = np.array([True])


def plan(cost, **changes):
    usual = {"option_open": OPEN, "share": np.ones(1), "direct_share": np.zeros(1), "objective": cost, "bound": cost}
    return SimpleNamespace(**usual | changes)


def solution(**changes):
    usual = {"plans": (plan(60.0), plan(100.0)), "option_open": OPEN, "cost": np.array([60.0, 100.0]),
             "objective": 80.0, "bound": 80.0, "scale": 80.0, "best_low": np.array([50.0, 100.0]),
             "best": np.array([50.0, 100.0])}  # fmt: skip
    return SimpleNamespace(**usual | changes)


CLOSED = {"option_open": np.array([False]), "share": np.zeros(1), "direct_share": np.ones(1)}


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, []),
        ({"plans": (plan(60.0),)}, ["there are 1 plans, expected 2"]),
        ({"option_open": np.array([False])},
         [f"scenario {at}: other options are open than option_open says" for at in (0, 1)]),
        ({"plans": (plan(50.0, **CLOSED), plan(100.0)), "cost": np.array([50.0, 100.0]), "objective": 75.0,
          "bound": 75.0}, ["scenario 0: other options are open than option_open says"]),
        ({"plans": (plan(60.0), plan(101.0))}, ["scenario 1: the plan costs 100, and claims 101"]),
        ({"plans": (plan(60.0, direct_share=np.array([0.5])), plan(100.0)), "cost": np.array([85.0, 100.0]),
          "objective": 92.5},
         ["scenario 0: the shares of flow 0 sum to 1.5, expected 1", "scenario 0: the plan costs 85, and claims 60"]),
        ({"cost": np.array([60.0, 101.0])}, ["scenario 1: costs 100, and claims 101"]),
        ({"cost": np.array([60.0, 100.0 + 5e-5])}, []),
        ({"cost": np.array([60.0, 100.0 + 5e-4])}, ["scenario 1: costs 100, and claims 100.0005"]),
        ({"objective": 81.0}, ["the risk is 80, and 81 is claimed"]),
        ({"objective": 80.0 + 9e-5}, []),  # a millionth of the dearest scenario
        ({"objective": 80.0 + 2e-4}, ["the risk is 80, and 80.0002 is claimed"]),
        ({"objective": 80.0 + 2e-4, "scale": 300.0}, []),
        ({"bound": 81.0}, ["the bound 81 lies above the value 80"]),
        ({"bound": 80.0 + 9e-5}, []),
        ({"bound": np.nan}, ["the bound nan lies above the value 80"]),
        ({"objective": np.nan}, ["the risk is 80, and nan is claimed", "the bound 80 lies above the value nan"]),
        ({"best_low": np.array([60.0, 100.0])}, []),  # nobody asked for regret
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_expected_cost_is_said(changes, sentences):
    assert RobustHubPlacement(instances=BOTH).check(solution(**changes)) == sentences


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, []),
        ({"best": np.array([50.0, 101.0])}, []),
        ({"best_low": np.array([50.0 + 4e-5, 100.0]), "objective": 10.0 - 4e-5}, []),
        ({"best_low": np.array([51.0, 100.0]), "objective": 9.0, "bound": 9.0}, ["best_low lies above best"]),
        ({"best_low": np.array([45.0, 100.0]), "objective": 15.0}, []),
        ({"best_low": np.array([45.0, 100.0])}, ["the risk is 15, and 10 is claimed"]),
    ],
)
def test_what_is_wrong_with_a_regret_is_said(changes, sentences):
    regret = RobustHubPlacement(instances=BOTH, risk="regret")
    assert regret.check(solution(**{"objective": 10.0, "bound": 10.0, "scale": 50.0} | changes)) == sentences
    assert regret.price(solution()) == 10.0


def test_five_scenarios_that_claim_another_cost_are_named():
    many = RobustHubPlacement(instances=(BOTH[0],) * 7)
    claimed = solution(plans=(plan(60.0),) * 7, cost=np.full(7, 61.0), objective=60.0, bound=60.0)
    assert many.check(claimed) == [f"scenario {at}: costs 60, and claims 61" for at in range(5)]
