"""What it is worth to plan for scenarios instead of their mean, and to know beforehand which one comes.

With RP the least risk that `RobustHubPlacement` finds, EV the openings that are best in the mean-value problem (every
number replaced by its mean over the scenarios), EEV what the scenarios cost with those, and WS what they cost if each
could choose its own openings (wait and see),

    VSS  = risk(EEV) - RP       value of the stochastic solution (Birge, Mathematical Programming 24, 1982)
    EVPI = RP - risk(WS)        expected value of perfect information (Raiffa, Schlaifer 1961)

(Birge, Louveaux, Introduction to Stochastic Programming, 2nd ed., 2011, chapter 4.) Both are 0 or more, for the
expected cost as for any risk that does not fall when a cost rises; for regret EVPI is the least largest regret. Each
cost is known between a bound and a value, so each answer is an interval.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np

from models.arrays import Flags, Floats
from models.clock import Clock
from models.errors import InstanceError
from models.hub_placement import HubPlacement
from models.options import SolveOptions
from models.placement.answers import HubPlacementSolution
from models.robust.solution import RobustHubPlacementSolution
from models.robust_hub_placement import RobustHubPlacement
from models.status import Status

SAME = ("route_flow", "route_site", "route_resource")
SAME_TERMS = ("flow_period", "second_site", "second_resource", "client")
LEAST_S = 1e-3

MEAN_OF_TERMS = {
    "route_measure": "route_measure",
    "direct_measure": "direct_measure",
    "option_measure": "option_measure",
    "measure_low": "measure_low",
    "measure_high": "measure_high",
    "option_min_throughput": "min_throughput",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """What is known of a number: it lies from `low` to `high`."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What each scenario costs at least and at most [scenario], and the openings behind it."""

    low: Floats
    high: Floats
    solutions: tuple[HubPlacementSolution, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StochasticValue:
    """The value of the stochastic solution, and of perfect information.

    Parameters
    ----------
    vss, evpi
        See the module; `vss` is infinite where the mean-value openings cannot carry the freight of a scenario.
    stochastic
        The robust solution.
    mean_value_open
        [option] the openings that are best in the mean-value problem.
    mean_value, wait_and_see
        What the scenarios cost with those, and each with its own best.
    """

    vss: Interval
    evpi: Interval
    stochastic: RobustHubPlacementSolution
    mean_value_open: Flags
    mean_value: Costs
    wait_and_see: Costs


def value_of_stochastic_solution(
    model: RobustHubPlacement, options: SolveOptions = SolveOptions(), *, mean: HubPlacement | None = None
) -> StochasticValue:
    """Return what planning for the scenarios is worth, and what knowing them would be.

    Parameters
    ----------
    options
        The time limit is for all together: a third for the robust plan, a third for each scenario's own.
    mean
        The mean-value problem. None: `mean_instance`, which asks that the scenarios have the same flows and routes.

    Raises
    ------
    InstanceError
        If the mean-value problem cannot be made, or asks other things of the openings.
    SolverError
        If the solver's process fails.
    """
    usual = mean_instance(model) if mean is None else mean
    RobustHubPlacement(instances=(model.instances[0], usual))  # the same openings, or an error that says what differs
    clock = Clock(options.time_limit_s)
    stochastic = model.solve(_share(options, clock, 3))
    alone = _alone(model, stochastic, _share(options, clock, 2))
    mean_plan = usual.solve(_share(options, clock, 2))
    held = costs_of(model, mean_plan.option_open, _share(options, clock, 1)) if mean_plan.has_plan else _unknown(model)
    robust = Interval(low=max(stochastic.bound, 0.0), high=stochastic.objective)
    return StochasticValue(
        vss=_difference(_risk(model, held, alone), robust),
        evpi=_difference(robust, _risk_of_best(model, alone)),
        stochastic=stochastic,
        mean_value_open=mean_plan.option_open,
        mean_value=held,
        wait_and_see=alone,
    )


def wait_and_see(model: RobustHubPlacement, options: SolveOptions = SolveOptions()) -> Costs:
    """Return what each scenario costs with its own best openings; the time limit is for all together."""
    return _each(model.instances, lambda instance, share: instance.solve(share), options)


def costs_of(model: RobustHubPlacement, option_open: Flags, options: SolveOptions = SolveOptions()) -> Costs:
    """Return what each scenario costs when exactly `option_open` [option] are open; inf where it cannot be."""
    return _each(model.instances, lambda instance, share: fixed_to(instance, option_open).solve(share), options)


def fixed_to(instance: HubPlacement, option_open: Flags) -> HubPlacement:
    """Return the instance in which exactly `option_open` [option] are open: a rule for each option."""
    terms, every, fixed = instance.terms, np.arange(option_open.size), option_open.astype(np.float64)
    return replace(
        instance,
        rule_row=np.concatenate([terms.rule_row, terms.rule_low.size + every]),
        rule_option=np.concatenate([terms.rule_option, every]),
        rule_weight=np.concatenate([terms.rule_weight, np.ones(fixed.size)]),
        rule_low=np.concatenate([terms.rule_low, fixed]),
        rule_high=np.concatenate([terms.rule_high, fixed]),
    )


def mean_instance(model: RobustHubPlacement) -> HubPlacement:
    """Return the mean-value problem: every amount, cost, capacity, measure and limit is its mean over the scenarios.

    Raises
    ------
    InstanceError
        If two scenarios have other flows or routes; the array is named.
    """
    first = model.instances[0]
    for at, instance in enumerate(model.instances[1:], start=1):
        pairs = [(name, getattr(first, name), getattr(instance, name)) for name in SAME]
        pairs += [(name, getattr(first.terms, name), getattr(instance.terms, name)) for name in SAME_TERMS]
        pairs.append(("number of measures", first.terms.measure_low.size, instance.terms.measure_low.size))
        pairs.append(("number of resources", first.option_capacity.shape[1], instance.option_capacity.shape[1]))
        for name, ours, theirs in pairs:
            if not np.array_equal(ours, theirs):
                raise InstanceError(
                    f"{name} of instance {at} differs from instance 0; flows and routes must be the same for a mean:"
                    " give the mean-value problem as `mean`"
                )
    weights = np.asarray(model.probability)

    def mean(values: Sequence[Floats]) -> Floats:
        likely = [weight * value for weight, value in zip(weights, values, strict=True) if weight > 0]  # 0 times inf
        return np.asarray(np.sum(likely, axis=0))

    names = ("amount", "direct_cost", "route_cost", "option_cost", "option_capacity")
    changed: dict[str, Any] = {name: mean([getattr(each, name) for each in model.instances]) for name in names}
    for name, of_terms in MEAN_OF_TERMS.items():
        changed[name] = mean([getattr(each.terms, of_terms) for each in model.instances])
    return replace(first, **changed)


def _each(
    instances: Sequence[HubPlacement],
    solve: Callable[[HubPlacement, SolveOptions], HubPlacementSolution],
    options: SolveOptions,
) -> Costs:
    clock = Clock(options.time_limit_s)
    found = [solve(each, _share(options, clock, len(instances) - at)) for at, each in enumerate(instances)]
    return Costs(
        low=np.array([inf if each.status is Status.INFEASIBLE else max(each.bound, 0.0) for each in found]),
        high=np.array([each.objective for each in found]),
        solutions=tuple(found),
    )


def _share(options: SolveOptions, clock: Clock, tasks: int) -> SolveOptions:
    return replace(options, time_limit_s=max(clock.left_s / tasks, LEAST_S))


def _unknown(model: RobustHubPlacement) -> Costs:
    scenarios = model.n_scenarios
    return Costs(low=np.zeros(scenarios), high=np.full(scenarios, inf), solutions=())


def _alone(model: RobustHubPlacement, stochastic: RobustHubPlacementSolution, options: SolveOptions) -> Costs:
    """Return what each scenario costs with its own best openings; a search for the least regret has found out."""
    if model.risk == "regret" and stochastic.has_plan:
        return Costs(low=stochastic.best_low, high=stochastic.best, solutions=())
    return wait_and_see(model, options)


def _risk(model: RobustHubPlacement, costs: Costs, alone: Costs) -> Interval:
    """Return the risk of costs, regret measured from what each scenario costs alone."""
    if np.isinf(costs.low).any():
        return Interval(low=inf, high=inf)
    risk = model.measured.value
    return Interval(low=risk(costs.low, alone.high), high=risk(costs.high, alone.low))


def _risk_of_best(model: RobustHubPlacement, alone: Costs) -> Interval:
    """Return the risk if each scenario could choose; nobody regrets then."""
    return Interval(low=0.0, high=0.0) if model.risk == "regret" else _risk(model, alone, alone)


def _difference(larger: Interval, smaller: Interval) -> Interval:
    """Return what is known of a difference that is 0 or more."""
    if not np.isfinite(smaller.high):
        return Interval(low=0.0, high=inf)
    return Interval(low=max(larger.low - smaller.high, 0.0), high=max(larger.high - smaller.low, 0.0))
