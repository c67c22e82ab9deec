"""One contract that every model keeps with every engine it offers, on tiny instances whose value is known."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from oracles.contract import CONTRACTS, arrays_of, spoiled, wrong, wrong_plan, wrong_within

import models
from models import (
    FacilityLocation,
    HubLocation,
    HubPlacement,
    MaxCover,
    MinCostFlow,
    MultiCommodityFlow,
    NetworkDesign,
    PCenter,
    PMedian,
    RobustHubPlacement,
    SetCover,
    SolveOptions,
    Status,
)

pytestmark = pytest.mark.usefixtures("one_solver_for_all")

ENGINES = [pytest.param(one, engine, id=f"{one.name}-{engine}") for one in CONTRACTS for engine in one.gaps]
MODELS = [pytest.param(one, id=one.name) for one in CONTRACTS]
few = settings(deadline=None, max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
LIMIT_S = 10.0
WIDE = 0.01, 0.05, 0.3


@pytest.mark.parametrize(("contract", "engine"), ENGINES)
@few
@given(data=st.data())
def test_the_answer_is_that_of_trying_every_choice_and_proved(contract, engine, data):
    instance = data.draw(contract.drawn)
    solution = contract.solve(instance, engine, time_limit_s=LIMIT_S)
    assert list(wrong(contract, instance, solution, contract.truth(instance))) == []


@pytest.mark.parametrize(("contract", "engine"), ENGINES)
@settings(few, max_examples=16)
@given(data=st.data())
def test_an_answer_within_a_wide_gap_is_as_near_as_asked_and_its_bound_holds(contract, engine, data):
    instance = data.draw(contract.drawn)
    truth = contract.truth(instance)
    for gap in WIDE:
        solution = contract.solve(instance, engine, time_limit_s=LIMIT_S, relative_gap=gap)
        assert list(wrong_within(contract, instance, solution, truth, gap)) == [], gap


@pytest.mark.parametrize("contract", MODELS)
@few
@given(data=st.data())
def test_arrays_that_go_in_or_come_out_are_read_only(contract, data):
    instance = data.draw(contract.drawn)
    assert type(instance) is contract.model
    solution = contract.solve(instance, next(iter(contract.gaps)), time_limit_s=LIMIT_S)
    assert all(not values.flags.writeable for values in arrays_of(solution))
    assert all(not values.flags.writeable for values in arrays_of(instance))


@pytest.mark.parametrize("contract", MODELS)
@few
@given(data=st.data())
def test_a_plan_that_is_spoiled_fails_its_check(contract, data):
    instance = data.draw(contract.drawn)
    solution = contract.solve(instance, next(iter(contract.gaps)), time_limit_s=LIMIT_S)
    if solution.has_plan:
        assert instance.check(solution) == []
        assert [what for what, plan in spoiled(instance, solution) if not instance.check(plan)] == []


@pytest.mark.parametrize(("contract", "engine"), ENGINES)
@settings(deadline=None, max_examples=4, phases=[Phase.generate])
@given(data=st.data())
def test_a_limit_of_a_millisecond_ends_without_a_wrong_word(contract, engine, data):
    instance = data.draw(contract.drawn)
    truth = contract.truth(instance)
    solution = contract.solve(instance, engine, time_limit_s=0.001)
    if solution.status is Status.INFEASIBLE or solution.status is Status.OPTIMAL:
        assert list(wrong(contract, instance, solution, truth)) == []
    elif solution.status is Status.FEASIBLE:
        assert list(wrong_plan(contract, instance, solution, truth)) == []
    else:
        assert solution.status is Status.NO_SOLUTION
        assert solution.stopped
        near = contract.dust if np.isinf(truth) else contract.rel * abs(truth) + contract.dust
        assert contract.sign * solution.bound <= contract.sign * truth + near


@pytest.mark.parametrize("contract", MODELS)
@few
@given(data=st.data(), factor=st.sampled_from([2.0, 1024.0]))
def test_money_in_another_unit_scales_the_value(contract, data, factor):
    instance = data.draw(contract.drawn)
    engine = next(iter(contract.gaps))
    factor = int(factor) if contract.name == "min_cost_flow" else factor
    usual, other = (contract.solve(one, engine) for one in (instance, contract.scaled(instance, factor)))
    assert other.status is usual.status
    assert other.objective == pytest.approx(usual.objective * factor, rel=contract.rel, abs=contract.dust * factor)


@pytest.mark.parametrize("contract", MODELS)
@few
@given(data=st.data(), seed=st.integers(0, 1000))
def test_another_order_and_other_numbers_change_nothing(contract, data, seed):
    instance = data.draw(contract.drawn)
    engine = next(iter(contract.gaps))
    other = contract.permuted(instance, np.random.default_rng(seed))
    found, usual = contract.solve(other, engine), contract.solve(instance, engine)
    assert found.status is usual.status
    assert found.objective == pytest.approx(usual.objective, rel=contract.rel, abs=contract.dust)


NOTHING = np.zeros((0, 2))
NO_FREIGHT = HubPlacement(
    amount=[], direct_cost=[], route_flow=[], route_site=[], route_cost=[], route_resource=[],
    option_site=[], option_cost=[], option_capacity=np.zeros((0, 1)), standing=[],
)  # fmt: skip
EMPTY = [
    FacilityLocation(cost=NOTHING, fixed_cost=[3.0, 1.0]),
    PMedian(cost=NOTHING, p=1),
    PCenter(cost=NOTHING, p=1),
    SetCover(covers=NOTHING.astype(bool)),
    MaxCover(covers=NOTHING, weight=[], p=1),
    HubLocation(flow=np.zeros((0, 0)), cost=np.zeros((0, 0))),
    MinCostFlow(tail=[], head=[], capacity=[], unit_cost=[], supply=[0, 0]),
    MultiCommodityFlow(tail=[0], head=[1], capacity=[1.0], unit_cost=[1.0]),
    NetworkDesign(
        tail=[0], head=[1], capacity=[1.0], unit_cost=[1.0], fixed_cost=[1.0], origin=[], destination=[], amount=[]
    ),
    NO_FREIGHT,
    RobustHubPlacement(instances=[NO_FREIGHT, NO_FREIGHT]),
]


@pytest.mark.parametrize("instance", EMPTY, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("engine", ["auto", "mip"])
def test_what_asks_for_nothing_costs_nothing(instance, engine):
    solution = instance.solve(SolveOptions(engine=engine))
    assert solution.status is Status.OPTIMAL
    assert solution.objective == 0.0
    assert solution.gap == 0.0
    assert instance.check(solution) == []


@pytest.mark.parametrize("engine", ["auto", "mip"])
def test_a_cost_without_end_is_called_so(engine):
    endless = MinCostFlow(
        tail=[0, 1], head=[1, 0], capacity=[np.inf, np.inf], unit_cost=[-1, 0], supply=[0, 0]
    )  # around and around, one cheaper each time
    solution = endless.solve(SolveOptions(engine=engine))
    assert solution.status is Status.UNBOUNDED
    assert solution.stopped


def test_every_model_of_the_package_has_a_contract():
    public = [getattr(models, name) for name in models.__all__]
    instances = {one for one in public if hasattr(one, "solve") and hasattr(one, "check")}
    assert HubPlacement in instances
    assert {contract.model for contract in CONTRACTS} == instances
    assert {type(one) for one in EMPTY} == instances
    assert len({contract.name for contract in CONTRACTS}) == len(CONTRACTS)
    assert all(contract.gaps and contract.axes and contract.money for contract in CONTRACTS)
