"""What the check of hubs says, requirement by requirement, of plans made by hand: no solver is asked."""

from dataclasses import replace
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest

from models import HubLocation

SINGLE = HubLocation(
    flow=[[0, 2, 0], [0, 0, 0], [3, 0, 0]], cost=[[0, 1, 2], [1, 0, 1], [2, 1, 0]], fixed_cost=[10, 20, 30],
    capacity=[4, 9, 9], transfer=0.5,
)  # fmt: skip
"""Three nodes in a row; two units go from 0 to 1 and three from 2 to 0."""
MULTIPLE = replace(SINGLE, allocation="multiple")
NOBODY = np.full((3, 3, 2), -1)


def single(**changes):
    """Return hubs at both ends: 10 + 30, two units over 1, three over half of 2."""
    usual = {
        "open": np.array([True, False, True]), "allocation": np.array([0, 0, 2]),
        "routes": np.zeros((0, 4), dtype=int), "share": np.zeros(0), "objective": 45.0, "bound": 45.0,
    }  # fmt: skip
    return SimpleNamespace(**usual | changes)


def multiple(routes=((0, 1, 0, 0), (2, 0, 2, 0)), share=(1.0, 1.0), **changes):
    """Return the same plan, told by routes."""
    return single(**{"allocation": NOBODY, "routes": np.array(routes), "share": np.array(share)} | changes)


def named(pair, hubs):
    allocation = NOBODY.copy()
    allocation[pair] = hubs
    return {"allocation": allocation}


@pytest.mark.parametrize(
    ("rules", "changes", "sentences"),
    [
        ({}, {}, []),
        ({"hubs": 2}, {}, []),
        ({"hubs": 1}, {}, ["2 hubs are open, expected 1"]),
        ({"hubs": 3}, {}, ["2 hubs are open, expected 3"]),
        ({}, {"objective": 46.0}, ["the plan costs 45, and claims 46"]),
        ({}, {"bound": 45.1}, ["the bound 45.1 lies above the value 45"]),
        ({}, {"allocation": np.array([0, -1, 2])}, ["node 1 has no hub", "the plan costs inf, and claims 45"]),
        ({}, {"allocation": np.array([0, 1, 2]), "objective": 44.0, "bound": 44.0},
         ["node 1 is allocated to node 1, which is no hub"]),
        ({}, {"allocation": np.array([2, 0, 2]), "objective": 54.0},
         ["node 0 is a hub and is allocated to node 2"]),
        ({"capacity": [2, 9, 3]}, {}, []),
        ({"capacity": [1.9, 9, 9]}, {}, ["hub 0 collects 2, capacity is 1.9"]),
        ({"capacity": [2 - 1e-6, 9, 9]}, {}, []),
        ({"capacity": [2 - 3e-6, 9, 9]}, {}, ["hub 0 collects 2, capacity is 1.999997"]),
        ({"capacity": [2, 9, 2.9]}, {}, ["hub 2 collects 3, capacity is 2.9"]),
        ({"capacity": [inf, inf, inf]}, {}, []),
        ({}, {"open": np.array([True])}, ["open has shape (1,), expected (3,)"]),
        ({}, {"allocation": np.array([0, 0])}, ["allocation has shape (2,), expected (3,)"]),
        ({}, {"routes": np.zeros((1, 4), dtype=int)}, ["routes has shape (1, 4), expected (0, 4)"]),
        ({}, {"allocation": np.array([0, 0, 3])},
         ["allocation or routes name a node that does not exist; there are 3"]),
        ({}, {"allocation": np.array([0, -2, 2])},
         ["allocation or routes name a node that does not exist; there are 3"]),
    ],
)  # fmt: skip
def test_what_is_wrong_where_a_node_has_one_hub_is_said(rules, changes, sentences):
    assert replace(SINGLE, **rules).check(single(**changes)) == sentences
    assert SINGLE.price(single()) == 45.0


@pytest.mark.parametrize(
    ("rules", "plan", "sentences"),
    [
        ({}, multiple(), []),
        ({}, multiple(share=(0.5, 1.0), objective=44.0, bound=44.0),
         ["shares of the flow from 0 to 1 add up to 0.5, expected 1"]),
        ({}, multiple(share=(1.0, 0.5), objective=43.5, bound=43.5),
         ["shares of the flow from 2 to 0 add up to 0.5, expected 1"]),
        ({}, multiple(share=(1.0 + 4e-7, 1.0)), []),
        ({}, multiple(share=(1.0 + 2e-6, 1.0)),
         ["shares of the flow from 0 to 1 add up to 1.000002, expected 1"]),
        ({}, multiple(((0, 1, 0, 0), (0, 1, 0, 0), (2, 0, 2, 0)), (1.5, -0.5, 1.0), objective=46.0),
         ["route 1 has a share of -0.5"]),
        ({}, multiple(((0, 1, 0, 0), (2, 0, 2, 1)), objective=46.5, bound=46.5),
         ["route 1 passes [2, 1], not both hubs"]),
        ({}, multiple(((0, 1, 0, 0), (2, 0, 1, 0)), objective=46.5, bound=46.5),
         ["route 1 passes [1, 0], not both hubs"]),
        ({}, multiple(((0, 1, 0, 0), (2, 0, 2, 0), (0, 1, 1, 1)), (1.0 - 5e-7, 1.0, 5e-7)), []),
        ({}, multiple(((0, 1, 0, 0), (2, 0, -1, 0))), ["a route has no hub", "the plan costs inf, and claims 45"]),
        ({}, multiple(**named((2, 0), (2, 0))), []),
        ({}, multiple(**named((2, 0), (2, 1))), ["the flow from 2 to 0 is allocated to a node that is no hub"]),
        ({}, multiple(**named((1, 2), (1, 2))), ["the flow from 1 to 2 is allocated to a node that is no hub"]),
        ({}, multiple(**named((2, 0), (1, -1))), []),
        ({"capacity": [1.9, 9, 9]}, multiple(), ["hub 0 collects 2, capacity is 1.9"]),
        ({"capacity": [1.4, 9, 9]}, multiple(((0, 1, 0, 0), (0, 1, 2, 0), (2, 0, 2, 0)), (0.5, 0.5, 1.0),
                                             objective=48.0), []),  # the other half goes 2 + 1 + 1 instead of 1
        ({"hubs": 3}, multiple(), ["2 hubs are open, expected 3"]),
        ({}, multiple(share=(1.0,)), ["routes has shape (2, 4), expected (1, 4)"]),
        ({}, multiple(allocation=np.array([0, 0, 2])), ["allocation has shape (3,), expected (3, 3, 2)"]),
        ({}, multiple(((0, 1, 0, 0), (2, 0, 3, 0))),
         ["allocation or routes name a node that does not exist; there are 3"]),
    ],
)  # fmt: skip
def test_what_is_wrong_where_each_flow_has_its_route_is_said(rules, plan, sentences):
    assert replace(MULTIPLE, **rules).check(plan) == sentences


def test_collecting_carrying_and_bringing_each_have_their_own_cost():
    priced = replace(SINGLE, collection=10.0, transfer=1.0, distribution=100.0)
    # from 0 over the hubs 1 and 2 to 0: 1 to collect, 1 between, 2 to bring
    plan = multiple(((0, 1, 1, 2),), (0.5,))
    assert replace(priced, allocation="multiple").price(plan) == 40.0 + 2 * 0.5 * (10.0 * 1 + 1.0 * 1 + 100.0 * 1)
    assert priced.price(single(allocation=np.array([2, 0, 2]))) == 40.0 + 2 * (20.0 + 2.0 + 100.0) + 3 * (0 + 0 + 200.0)


def test_a_forbidden_way_costs_without_end_only_where_something_goes():
    barred = replace(SINGLE, cost=[[0, inf, 2], [1, 0, inf], [2, 1, 0]])
    assert barred.price(single()) == inf
    assert replace(barred, flow=[[0, 0, 0], [0, 0, 0], [3, 0, 0]]).price(single()) == 43.0
