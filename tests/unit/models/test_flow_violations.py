"""What the checks of flows and of designs say of plans made by hand, requirement by requirement: no solver is asked."""

from dataclasses import replace
from math import inf
from types import SimpleNamespace

import numpy as np
import pytest

from models import MinCostFlow, MultiCommodityFlow, NetworkDesign

# --- one commodity, whole numbers: two of three units go by node 1

ARCS = MinCostFlow(tail=[0, 1, 0], head=[1, 2, 2], capacity=[2, 2, 5], unit_cost=[1, 1, 3], supply=[3, 0, -3])


def flow(**changes):
    usual = {"flow": np.array([2, 2, 1]), "potential": np.array([0, 2, 3]), "objective": 7.0, "bound": 7.0}
    return SimpleNamespace(**usual | changes)


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, []),
        ({"flow": np.array([1, 2, 1]), "objective": 6.0, "bound": 6.0},
         ["node 0 sends 2, supply 3", "node 1 sends 1, supply 0"]),
        ({"flow": np.array([3, 3, 0]), "objective": 6.0, "bound": 6.0},
         ["arc 0 carries 3 of 2", "arc 1 carries 3 of 2"]),
        ({"flow": np.array([-1, -1, 4]), "objective": 10.0}, ["arc 0 carries -1", "arc 1 carries -1"]),
        ({"flow": np.array([0, 0, 3]), "objective": 9.0}, []),
        ({"objective": 8.0}, ["the flow costs 7, and claims 8"]),
        ({"objective": 6.0, "bound": 6.0}, ["the flow costs 7, and claims 6"]),
        ({"objective": 7.0 + 9e-16}, []),
        ({"objective": 7.0 + 2e-14}, ["the flow costs 7, and claims 7.0000000000000204"]),
        ({"bound": 7.5}, ["the potentials prove 7, and the bound claims 7.5"]),
        ({"bound": 7.0 + 9e-16}, []),
        ({"bound": 7.0 + 2e-14}, ["the potentials prove 7, and the bound claims 7.0000000000000204"]),
        ({"bound": -inf}, []),
        ({"potential": np.array([0, 0, 0])}, ["the potentials prove 0, and the bound claims 7"]),
        ({"potential": np.array([0, 1, 2])}, ["the potentials prove 6, and the bound claims 7"]),
        ({"flow": np.array([2.0, 2.0, 1.0])}, ["flow holds float64, expected whole numbers"]),
        ({"flow": np.array([2, 2]), "potential": np.array([0])},
         ["flow has shape (2,), expected (3,)", "potential has shape (1,), expected (3,)"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_flow_of_whole_numbers_is_said(changes, sentences):
    assert ARCS.check(flow(**changes)) == sentences
    assert ARCS.price(flow()) == 7.0


def test_a_looser_tolerance_is_looser_in_proportion():
    assert ARCS.check(flow(objective=7.0 + 2e-12), tol=1e-3) == []
    assert ARCS.check(flow(bound=7.0 + 2e-12), tol=1e-3) == []


# --- two commodities: the direct link carries one of them, the other goes by node 2

LINKS = MultiCommodityFlow(
    tail=[0, 0, 2], head=[1, 2, 1], capacity=[1, 5, 5], unit_cost=[1, 1, 1], origin=[0, 0], destination=[1, 1],
    amount=[1, 1],
)  # fmt: skip
SPARED = replace(LINKS, unserved_cost=np.array([inf, 10.0]))


def flows(commodity=(0, 1, 1), link=(0, 1, 2), amount=(1.0, 1.0, 1.0), **changes):
    usual = {
        "flow_commodity": np.array(commodity), "flow_link": np.array(link), "flow_amount": np.array(amount),
        "unserved": np.zeros(2), "link_price": np.array([1.0, 0.0, 0.0]), "potential": np.zeros((2, 0)),
        "objective": 3.0, "bound": 3.0,
    }  # fmt: skip
    return SimpleNamespace(**usual | changes)


@pytest.mark.parametrize(
    ("plan", "sentences"),
    [
        (flows(), []),
        (flows(amount=(1.0, 1.0, 0.5), objective=2.5, bound=2.5), ["commodity 1 leaves 0.5 at node 2, supply 0"]),
        (flows(amount=(1.0, 0.5, 1.0), objective=2.5, bound=2.5),
         ["commodity 1 leaves -0.5 at node 2, supply 0",
          "commodity 1 leaves 0.5 unserved, and claims 0"]),
        (flows(amount=(0.5, 1.0, 1.0), objective=2.5, bound=2.5), ["commodity 0 leaves 0.5 unserved, and claims 0"]),
        (flows(amount=(0.5, 1.0, 1.0), objective=2.5, bound=2.5, unserved=np.array([0.5, 0.0])),
         ["commodity 0 must be served, 0.5 is not", "the flow costs inf, and claims 2.5"]),
        (flows(amount=(1.5, 1.0, 1.0), objective=3.5),
         ["commodity 0 leaves -0.5 at node 0, supply 1", "commodity 0 leaves 0.5 at node 1, supply -1",
          "commodity 0 leaves -0.5 unserved, and claims 0", "link 0 carries 1.5, capacity is 1"]),
        (flows((0, 1, 1, 0, 0), (0, 1, 2, 1, 2), (2.0, 1.0, 1.0, -1.0, -1.0), objective=2.0, bound=2.0),
         ["flow entry 3 is -1", "flow entry 4 is -1", "link 0 carries 2, capacity is 1"]),
        (flows(link=(0, 0, 2), objective=3.0),
         ["commodity 1 leaves -1 at node 2, supply 0", "commodity 1 leaves 1 at node 1, supply -1",
          "link 0 carries 2, capacity is 1"]),
        (flows(amount=(1.0 + 4e-7, 1.0, 1.0)), []),
        (flows(amount=(1.0 + 2e-6, 1.0, 1.0), objective=3.000002),
         ["commodity 0 leaves -2e-06 at node 0, supply 1", "commodity 0 leaves 2e-06 at node 1, supply -1",
          "commodity 0 leaves -2e-06 unserved, and claims 0", "link 0 carries 1.000002, capacity is 1"]),
        (flows(objective=4.0), ["the flow costs 3, and claims 4"]),
        (flows(objective=3.0 + 2e-6), []),
        (flows(bound=3.5), ["the prices prove 3, and the bound claims 3.5"]),
        (flows(bound=3.0 + 2e-9), []),
        (flows(bound=3.0 + 4e-9), ["the prices prove 3, and the bound claims 3.000000004"]),
        (flows(bound=-inf), []),
        (flows(link_price=np.zeros(3)), ["the prices prove 2, and the bound claims 3"]),
        (flows(link_price=np.zeros(3), bound=2.0), []),
        (flows(link_price=np.array([-1.0, 0.0, 0.0]), bound=0.0), ["the prices prove -inf, and the bound claims 0"]),
        (flows(link_price=np.array([-1.0, 0.0, 0.0]), bound=-inf), []),
        (flows(unserved=np.zeros(3), link_price=np.zeros(2)),
         ["unserved has shape (3,), expected (2,)", "link_price has shape (2,), expected (3,)"]),
        (flows(link=(0, 1)), ["the flow's entries differ in number: [(2,), (3,)]"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_flows_of_several_commodities_is_said(plan, sentences):
    said = LINKS.check(plan)
    assert sorted(said) == sorted(sentences)


def test_a_price_of_room_that_has_no_end_proves_nothing():
    wide = replace(LINKS, capacity=np.array([1.0, inf, 5.0]))
    priced = flows(link_price=np.array([1.0, 1.0, 0.0]))
    assert wide.check(priced) == ["the prices prove -inf, and the bound claims 3"]
    assert wide.check(flows()) == []


def test_what_may_stay_unserved_is_paid_for():
    left = {"commodity": (0,), "link": (0,), "amount": (1.0,), "unserved": np.array([0.0, 1.0])}
    assert SPARED.check(flows(**left, objective=11.0)) == []
    assert SPARED.check(flows(**left, objective=1.0)) == ["the flow costs 11, and claims 1"]
    assert SPARED.price(flows(**left)) == 11.0


@pytest.mark.parametrize(
    ("unserved", "sentences"),
    [
        (0.0, []),
        (5e-6, ["the flow costs inf, and claims 30"]),  # next to nothing of ten, but none may be left
        (2e-5, ["commodity 1 leaves 0 unserved, and claims 2e-05", "commodity 1 must be served, 2e-05 is not",
                "the flow costs inf, and claims 30"]),
    ],
)  # fmt: skip
def test_what_is_left_is_looked_at_beside_the_amount_of_its_commodity(unserved, sentences):
    tenfold = replace(LINKS, capacity=[10.0, 50.0, 50.0], amount=[10.0, 10.0])
    plan = flows(amount=(10.0, 10.0, 10.0), unserved=np.array([0.0, unserved]), objective=30.0, bound=30.0)
    assert tenfold.check(plan) == sentences


def test_a_commodity_has_its_own_costs_and_may_not_pass_where_they_are_infinite():
    own = replace(LINKS, unit_cost=np.array([[1.0, 1.0, 1.0], [1.0, 2.0, inf]]))
    assert own.price(flows(amount=(1.0, 1.0, 0.0))) == 3.0
    assert own.price(flows()) == inf
    assert LINKS.price(flows()) == 3.0


TWO_ORIGINS = MultiCommodityFlow(
    tail=[0, 1], head=[2, 2], capacity=[1, 5], unit_cost=[1, 4], supply=[[1.0, 1.0, -2.0]], unserved_cost=[9.0]
)
"""One unit comes from each of nodes 0 and 1, for 1 and for 4."""


def by_supply(**changes):
    usual = {"commodity": (0, 0), "link": (0, 1), "amount": (1.0, 1.0), "unserved": np.zeros(1),
             "link_price": np.zeros(2), "potential": np.array([[1.0, 4.0, 0.0]]), "objective": 5.0,
             "bound": 5.0 - 1e-11}  # fmt: skip
    return flows(**usual | changes)


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        ({}, []),
        ({"bound": 5.1}, ["the prices prove 5, and the bound claims 5.1"]),
        ({"potential": np.array([[1.0, 3.0, 0.0]])}, ["the prices prove 4, and the bound claims 4.99999999999"]),
        ({"potential": np.array([[1.0, 3.0, 0.0]]), "bound": 3.9}, []),
        # a price above the cost: the link would earn it, up to the whole amount of the commodity
        ({"potential": np.array([[2.0, 4.0, 0.0]])}, ["the prices prove 4, and the bound claims 4.99999999999"]),
        ({"potential": np.array([[2.0, 4.0, 0.0]]), "link_price": np.array([1.0, 0.0])}, []),
        ({"potential": np.array([[2.0, 4.0, 0.0]]), "link_price": np.array([1.0, 0.0]), "bound": 5.1},
         ["the prices prove 5, and the bound claims 5.1"]),
        # a price above what leaving a unit costs is worth that
        ({"potential": np.array([[1.0, 12.0, 0.0]]), "bound": 0.0}, []),
        ({"potential": np.array([[0.0, 0.0, 0.0]]), "bound": 0.0}, []),
        ({"potential": np.array([[-5.0, -5.0, 0.0]]), "bound": 0.1}, ["the prices prove 0, and the bound claims 0.1"]),
        # what a destination lacks costs nothing there: its price is worth nothing where that is below 0
        ({"potential": np.array([[0.0, 3.0, -1.0]])}, ["the prices prove 3, and the bound claims 4.99999999999"]),
    ],
)  # fmt: skip
def test_the_bound_of_several_origins_is_that_of_the_prices_of_nodes(changes, sentences):
    assert TWO_ORIGINS.check(by_supply(**changes)) == sentences


# --- a design: by node 2 it costs 1 + 1 to build and 1 + 1 to use

DESIGN = NetworkDesign(
    tail=[0, 0, 2], head=[1, 2, 1], capacity=[9, 9, 9], unit_cost=[1, 1, 1], fixed_cost=[5, 1, 1], origin=[0],
    destination=[1], amount=[1],
)  # fmt: skip


def design(**changes):
    usual = {"commodity": (0, 0), "link": (1, 2), "amount": (1.0, 1.0), "unserved": np.zeros(1),
             "open": np.array([False, True, True]), "objective": 4.0, "bound": 4.0}  # fmt: skip
    return flows(**usual | changes)


@pytest.mark.parametrize(
    ("rules", "changes", "sentences"),
    [
        ({}, {}, []),
        ({}, {"open": np.array([True, True, True]), "objective": 9.0}, []),
        ({}, {"open": np.array([False, False, True]), "objective": 3.0, "bound": 3.0},
         ["link 1 is used and not built"]),
        ({}, {"link": (0, 0), "amount": (1.0, 0.0), "open": np.array([True, False, False]), "objective": 6.0}, []),
        ({}, {"commodity": (0, 0, 0), "link": (1, 2, 0), "amount": (1.0, 1.0, 0.0)}, []),
        ({"forced_closed": (1,)}, {}, ["link 1 must not be built, and is"]),
        ({"forced_closed": (0,)}, {}, []),
        ({"forced_open": (0,)}, {}, ["link 0 must be built, and is not"]),
        ({"forced_open": (1, 2)}, {}, []),
        ({"budget": 2.0}, {}, []),
        ({"budget": 2.0 / (1 + 5e-7)}, {}, []),
        ({"budget": 2.0 / (1 + 2e-6)}, {}, ["building costs 2, the budget is 1.999996"]),
        ({"budget": 1.5}, {}, ["building costs 2, the budget is 1.5"]),
        ({"capacity": [9, 9, 0.5]}, {}, ["link 2 carries 1, capacity is 0.5"]),
        ({}, {"amount": (1.0, 0.5), "objective": 3.5, "bound": 3.5}, ["commodity 0 leaves 0.5 at node 2, supply 0"]),
        ({}, {"objective": 5.0}, ["the plan costs 4, and claims 5"]),
        ({}, {"bound": 4.1}, ["the bound 4.1 lies above the value 4"]),
        ({}, {"open": np.array([True])}, ["open has shape (1,), expected (3,)"]),
        ({}, {"amount": (1.0,)}, ["the flow's entries differ in number"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_design_is_said(rules, changes, sentences):
    assert replace(DESIGN, **rules).check(design(**changes)) == sentences
    assert DESIGN.price(design()) == 4.0


def test_a_design_for_nothing_costs_nothing_and_a_hair_is_no_rounding_of_nothing():
    free = replace(DESIGN, fixed_cost=[0, 0, 0], unit_cost=[0, 0, 0])
    assert free.check(design(objective=0.0, bound=0.0)) == []
    assert free.check(design(objective=1e-200, bound=0.0)) == ["the plan costs 0, and claims 1e-200"]
