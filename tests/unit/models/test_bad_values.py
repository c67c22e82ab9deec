"""Whatever is handed to a model or to its options is taken, or refused with an error of ours that names it."""

from dataclasses import fields, replace
from fractions import Fraction

import numpy as np
import pytest

import models
from models import (
    Coverage,
    Elastic,
    FacilityLocation,
    HubLocation,
    HubPlacement,
    InstanceError,
    MaxCover,
    MinCostFlow,
    MultiCommodityFlow,
    NetworkDesign,
    PCenter,
    PMedian,
    Requirement,
    RobustHubPlacement,
    SetCover,
    SolveOptions,
)

COST = [[0.0, 2.0, 9.0], [2.0, 0.0, 7.0], [9.0, 7.0, 0.0]]
COVERS = [[True, False], [True, True]]
TIERS = {"cost": [[1, 2]], "fixed_cost": [[1, 2], [1, 2]], "capacity": [[1, 2], [1, 2]]}
LINKS = {"tail": [0, 0, 2], "head": [1, 2, 1], "capacity": [1, 5, 5], "unit_cost": [1, 1, 1]}
SENT = {"origin": [0, 0], "destination": [1, 1], "amount": [1, 1]}
PLACED = {
    "amount": [10, 10], "direct_cost": [5, 5], "route_flow": [0, 1], "route_site": [0, 0], "route_cost": [2, 2],
    "route_resource": [0, 0], "option_site": [0], "option_cost": [40], "option_capacity": [[15]], "standing": [False],
}  # fmt: skip
GIVEN = (
    (FacilityLocation, {"cost": COST, "fixed_cost": [1, 1, 1]}),
    (FacilityLocation, {"cost": COST, "fixed_cost": [1, 1, 1], "demand": [1, 2, 3], "capacity": [9, 9, 9]}),
    (PMedian, {"cost": COST, "p": 1}),
    (PMedian, {"points": [[0, 0], [3, 4]], "p": 1}),
    (PCenter, {"cost": COST, "p": 1}),
    (SetCover, {"covers": COVERS}),
    (MaxCover, {"covers": COVERS, "p": 1}),
    (Coverage, {"client": [0, 1], "site": [0, 0], "shape": (2, 1)}),
    (HubLocation, {"flow": COST, "cost": COST, "hubs": 1}),
    (MinCostFlow, LINKS | {"supply": [2, -2, 0]}),
    (MultiCommodityFlow, LINKS | SENT),
    (MultiCommodityFlow, LINKS | {"supply": [[1, -1, 0]]}),
    (NetworkDesign, LINKS | SENT | {"fixed_cost": [1, 1, 1]}),
    (HubPlacement, PLACED),
    (RobustHubPlacement, {"instances": (HubPlacement(**PLACED),)}),
    (SolveOptions, {}),
    (Elastic, {"price": 1.0}),
    (Requirement, {"name": ("capacity", 7), "rows": [0]}),
)
ODD = (
    None, np.nan, np.inf, -np.inf, -1, 0, 1.5, 10**30, 10**400, True, "no", "1", 1j, object(), {}, {1: 2}, [], [[]],
    (3,), [None], ["x"], [1, [2, 3]], [[1, 2], [1]], [[1, 2]], [[[1.0]]], [np.nan], [np.inf], [-1], [0.5], [10**30],
    [True], [object()], np.float64(2), np.array(2), np.array("x"), np.zeros((0, 2)), Fraction(1, 3), b"2", range(3),
)  # fmt: skip
ARGUMENTS = [
    pytest.param(model, given, field.name, id=f"{at}-{model.__name__}-{field.name}")
    for at, (model, given) in enumerate(GIVEN)
    for field in fields(model)
    if field.init and field.name != "name"  # of a requirement: whatever the caller can translate
]


def foreign_error(model, given):
    """Return what ends the making of a model that is no error of ours, None where nothing does."""
    try:
        model(**given)
    except InstanceError:
        return None
    except Exception as error:  # noqa: BLE001  (any: it is what is looked for)
        return error
    return None


@pytest.mark.parametrize(("model", "given", "name"), ARGUMENTS)
def test_any_value_of_any_argument_is_taken_or_refused_by_an_error_of_ours(model, given, name):
    ends = [(odd, foreign_error(model, {**given, name: odd})) for odd in ODD]
    assert [(odd, error) for odd, error in ends if error is not None] == []


def test_every_class_of_the_package_that_checks_what_it_is_given_is_tried():
    public = {getattr(models, name) for name in models.__all__}
    checking = {one for one in public if "__post_init__" in vars(one)}
    made_by_the_package = {models.Lesson}
    assert checking - {model for model, _ in GIVEN} == made_by_the_package


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf, None, "2", 1.5, -1, True, np.True_, [2]])
@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda odd: PMedian(cost=COST, p=odd), "p"),
        (lambda odd: PCenter(cost=COST, p=odd), "p"),
        (lambda odd: MaxCover(covers=COVERS, p=odd), "p"),
        (lambda odd: FacilityLocation(cost=COST, fixed_cost=[1, 1, 1], min_open=odd), "min_open"),
        (lambda odd: FacilityLocation(cost=COST, fixed_cost=[1, 1, 1], max_open=2 if odd is None else odd), "max_open"),
        (lambda odd: HubPlacement(**PLACED, min_new=odd), "min_new"),
        (lambda odd: HubPlacement(**PLACED).curve([odd]), "new_counts"),
        (lambda odd: PMedian(cost=COST, p=1).alternatives(odd), "count"),
        (lambda odd: RobustHubPlacement(instances=(HubPlacement(**PLACED),)).alternatives(odd), "count"),
        (lambda odd: NetworkDesign(**LINKS, **SENT, fixed_cost=[1, 1, 1]).alternatives(odd), "count"),
        (lambda odd: FacilityLocation(**TIERS).alternatives(odd), "count"),
        (lambda odd: PCenter(cost=COST, p=1).clashes(count=odd), "count"),
        (lambda odd: SetCover(covers=COVERS).clashes(count=odd), "count"),
        (lambda odd: MaxCover(covers=COVERS, p=1).clashes(count=odd), "count"),
        (lambda odd: PCenter(cost=COST, p=1).ways_out(k=odd), "k"),
        (lambda odd: SetCover(covers=COVERS).ways_out(k=odd), "k"),
        (lambda odd: MaxCover(covers=COVERS, p=1).ways_out(k=odd), "k"),
        (lambda odd: HubLocation(flow=np.ones((2, 2)), cost=np.ones((2, 2))).alternatives(odd), "count"),
        (lambda odd: HubLocation(flow=np.ones((2, 2)), cost=np.ones((2, 2))).clashes(count=odd), "count"),
        (lambda odd: HubLocation(flow=np.ones((2, 2)), cost=np.ones((2, 2))).ways_out(k=odd), "k"),
        (lambda odd: RobustHubPlacement(instances=(HubPlacement(**PLACED),)).clashes(count=odd), "count"),
        (lambda odd: RobustHubPlacement(instances=(HubPlacement(**PLACED),)).ways_out(k=odd), "k"),
        (lambda odd: SolveOptions(seed=odd), "seed"),
    ],
)
def test_a_count_that_is_none_is_refused_by_its_name(make, name, odd):
    if name == "max_open" and odd is None:
        pytest.skip("None: any number of sites")
    with pytest.raises(InstanceError, match=f"{name} is .*; expected a whole number"):
        make(odd)


ELASTIC = (PMedian(cost=COST, p=7), PCenter(cost=COST, p=7), MaxCover(covers=COVERS, p=7), SetCover(covers=COVERS))


@pytest.mark.parametrize("instance", ELASTIC, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("odd", [3, "p", [("p", 1)], np.ones(2), True])
def test_what_is_no_dictionary_of_prices_is_refused(instance, odd):
    with pytest.raises(InstanceError, match=r"prices is .*; expected a dictionary of prices by name or kind"):
        instance.ways_out(prices=odd)


@pytest.mark.parametrize("instance", ELASTIC, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("odd", [np.nan, np.inf, -1, "2", True, [1.0], 1j, 10**400])
def test_what_is_no_price_is_refused_even_where_nothing_has_it(instance, odd):
    with pytest.raises(InstanceError, match=r"price is .*; expected 0 or more, or None"):
        instance.ways_out(prices={"forced_open": odd})


@pytest.mark.parametrize(
    "instance", [replace(one, p=10**400) for one in ELASTIC[:3]], ids=lambda one: type(one).__name__
)
def test_more_sites_than_a_float_can_count_clash(instance):
    (clash,) = instance.clashes()
    assert clash.requirements == (("p", "fewer"),)


@pytest.mark.parametrize("odd", ["no", "False", 1, 0, None, [True]])
def test_what_is_not_true_or_false_is_no_flag(odd):
    with pytest.raises(InstanceError, match=r"single_source is .*; expected True or False"):
        FacilityLocation(cost=COST, fixed_cost=[1, 1, 1], single_source=odd)
    with pytest.raises(InstanceError, match=r"or_fewer is .*; expected True or False"):
        HubPlacement(**PLACED).curve([0], or_fewer=odd)


def test_a_flag_of_numpy_is_a_flag():
    assert FacilityLocation(cost=COST, fixed_cost=[1, 1, 1], single_source=np.True_).single_source is True


def test_rows_of_different_lengths_are_no_matrix():
    with pytest.raises(InstanceError, match="cost has rows of different lengths; expected an array"):
        PMedian(cost=[[1, 2], [1]], p=1)
    with pytest.raises(InstanceError, match="fixed_cost has rows of different lengths"):
        FacilityLocation(cost=COST, fixed_cost=[[1, 2], [1], [1]])
    with pytest.raises(InstanceError, match="covers has rows of different lengths"):
        SetCover(covers=[[True], [True, False]])


def test_one_index_is_no_list_of_them():
    with pytest.raises(InstanceError, match="forced_open is 1; expected a list of indices of sites"):
        PMedian(cost=COST, p=1, forced_open=1)


def test_a_table_is_no_price_for_each_commodity():
    with pytest.raises(InstanceError, match=r"unserved_cost has shape \(1, 2\); expected \(2\)"):
        MultiCommodityFlow(**LINKS, **SENT, unserved_cost=[[1, 2]])


@pytest.mark.parametrize("cost", [7.0, [7.0], [7.0, 7.0]])
def test_a_price_of_not_serving_may_be_one_for_all(cost):
    assert MultiCommodityFlow(**LINKS, **SENT, unserved_cost=cost).unserved_cost.tolist() == [7.0, 7.0]


@pytest.mark.parametrize("budget", [None, "9", np.nan, -1])
def test_a_budget_is_a_number(budget):
    with pytest.raises(InstanceError, match=r"budget is .*; expected 0 or more"):
        NetworkDesign(**LINKS, **SENT, fixed_cost=[1, 1, 1], budget=budget)


@pytest.mark.parametrize("name", ["time_limit_s", "relative_gap"])
@pytest.mark.parametrize("odd", [None, "1", True, 1j, [1.0], np.nan, np.inf, -1.0, 10**400])
def test_an_option_is_a_number(name, odd):
    with pytest.raises(InstanceError, match=f"{name} is "):
        SolveOptions(**{name: odd})


@pytest.mark.parametrize("seed", [2, 2.0, np.int64(2), np.array(2)])
def test_a_seed_is_kept_as_a_whole_number(seed):
    assert repr(SolveOptions(seed=seed).seed) == "2"


def test_a_scenario_that_is_no_placement_is_named():
    with pytest.raises(InstanceError, match=r"instances\[1\] is a int; expected a HubPlacement"):
        RobustHubPlacement(instances=[HubPlacement(**PLACED), 2])
    with pytest.raises(InstanceError, match="instances is a int; expected a list of HubPlacement"):
        RobustHubPlacement(instances=3)


def test_openings_that_no_scenario_allows_have_no_price():
    stranded = HubPlacement(**PLACED | {"direct_cost": [np.inf, np.inf], "max_new": 0})
    model = RobustHubPlacement(instances=[stranded])
    assert model.price(model.solve()) == np.inf
