"""What a `HubPlacement` may ask for beyond one period, one hub a route and room: checked arrays, defaults filled in.

A *cell* is a site in one period: period * sites + site. Where the caller leaves a field at None, the array here
says the same in full: all in period 0, on level 0, no rules, no second hub, no measures, no least throughput, no
client.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from models import arrays
from models.arrays import Floats, Indices
from models.errors import InstanceError

NONE = -1
MOST_PERIODS = 1000  # a year given for the number of a period would ask for all the memory there is


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The arrays of the same names in `HubPlacement`, in full.

    `min_throughput` is [option], `client` [flow], `second_site` and `second_resource` [route].
    """

    periods: int
    flow_period: Indices
    option_period: Indices
    option_level: Indices
    rule_row: Indices
    rule_option: Indices
    rule_weight: Floats
    rule_low: Floats
    rule_high: Floats
    second_site: Indices
    second_resource: Indices
    route_measure: Floats
    direct_measure: Floats
    option_measure: Floats
    measure_low: Floats
    measure_high: Floats
    min_throughput: Floats
    client: Indices

    @property
    def last_period(self) -> int:
        """Return the last period."""
        return self.periods - 1

    @property
    def has_second_hubs(self) -> bool:
        """Return whether any route passes two sites."""
        return bool((self.second_site != NONE).any())

    @property
    def has_measures(self) -> bool:
        """Return whether any measure is bounded."""
        return bool(np.isfinite(self.measure_low).any() or np.isfinite(self.measure_high).any())

    @property
    def measured_options(self) -> Indices:
        """Return the options that add to a measure by being open."""
        return np.flatnonzero((self.option_measure != 0).any(axis=1))

    @property
    def has_min_throughput(self) -> bool:
        """Return whether any option needs freight."""
        return bool((self.min_throughput > 0).any())

    @property
    def has_clients(self) -> bool:
        """Return whether any flows must share a site."""
        return bool((self.client != NONE).any())


class Given(Protocol):
    """The fields of a `HubPlacement` that terms are made from; None where the caller gave nothing."""

    @property
    def flow_period(self) -> Indices | None:
        """Period [flow]."""

    @property
    def option_period(self) -> Indices | None:
        """Period [option]."""

    @property
    def option_level(self) -> Indices | None:
        """Level [option]."""

    @property
    def rule_row(self) -> Indices | None:
        """Rule [entry]."""

    @property
    def rule_option(self) -> Indices | None:
        """Option [entry]."""

    @property
    def rule_weight(self) -> Floats | None:
        """Weight [entry]."""

    @property
    def rule_low(self) -> Floats | None:
        """Least sum [rule]."""

    @property
    def rule_high(self) -> Floats | None:
        """Largest sum [rule]."""

    @property
    def route_second_site(self) -> Indices | None:
        """Second site [route]."""

    @property
    def route_second_resource(self) -> Indices | None:
        """Resource of the second site [route]."""

    @property
    def route_measure(self) -> Floats | None:
        """Measures per unit [route, measure]."""

    @property
    def direct_measure(self) -> Floats | None:
        """Measures per unit of the direct way [flow, measure]."""

    @property
    def option_measure(self) -> Floats | None:
        """Measures of an open option [option, measure]."""

    @property
    def measure_low(self) -> Floats | None:
        """Least total [measure]."""

    @property
    def measure_high(self) -> Floats | None:
        """Largest total [measure]."""

    @property
    def option_min_throughput(self) -> Floats | None:
        """Least throughput [option]."""

    @property
    def flow_client(self) -> Indices | None:
        """Client [flow]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How many there are of each."""

    flows: int
    options: int
    routes: int
    sites: int
    resources: int


def checked_terms(given: Given, sizes: Sizes, route_site: Indices) -> tuple[Terms, Mapping[str, Floats | Indices]]:
    """Return the terms in full, and the checked array of each field that was given.

    Raises
    ------
    InstanceError
        If an entry has no meaning; it is named.
    """
    full = {
        **_periods(given, sizes),
        **_rules(given, sizes),
        **_second_hubs(given, sizes),
        **_measures(given, sizes),
        "option_min_throughput": _floats("option_min_throughput", given.option_min_throughput, (sizes.options,)),
        "flow_client": _integers("flow_client", given.flow_client, sizes.flows, NONE),
    }
    _check_second_hubs(full, route_site)
    renamed = {NAMES.get(name, name): values for name, values in full.items()}
    terms = Terms(periods=_number_of_periods(full), **renamed)  # type: ignore[arg-type]  # (each under its own name)
    return terms, {name: values for name, values in full.items() if getattr(given, name) is not None}


NAMES = {
    "route_second_site": "second_site",
    "route_second_resource": "second_resource",
    "option_min_throughput": "min_throughput",
    "flow_client": "client",
}


def _periods(given: Given, sizes: Sizes) -> dict[str, Indices]:
    return {
        "flow_period": _integers("flow_period", given.flow_period, sizes.flows, 0),
        "option_period": _integers("option_period", given.option_period, sizes.options, 0),
        "option_level": _integers("option_level", given.option_level, sizes.options, 0),
    }


def _number_of_periods(full: Mapping[str, Floats | Indices]) -> int:
    """Return the number of periods: the last with a flow or an option, and all before it."""
    for name in ("flow_period", "option_period"):
        for at in np.flatnonzero(full[name] >= MOST_PERIODS)[:1]:
            raise InstanceError(f"{name}[{at}] is {full[name][at]}; expected periods from 0 to {MOST_PERIODS - 1}")
    return int(max(full["flow_period"].max(initial=0), full["option_period"].max(initial=0))) + 1


def _rules(given: Given, sizes: Sizes) -> dict[str, Floats | Indices]:
    rules = _first_length(given, "rule_low", "rule_high")
    entries = _first_length(given, "rule_row", "rule_option", "rule_weight")
    for name in ("rule_row", "rule_option", "rule_weight"):
        if entries and getattr(given, name) is None:
            raise InstanceError(f"{name} is missing; expected {entries} entries, one for each of the other arrays")
    none: list[int] = []
    row, option, weight = (_or(values, none) for values in (given.rule_row, given.rule_option, given.rule_weight))
    return {
        "rule_row": arrays.indices("rule_row", row, (entries,), rules, "rules"),
        "rule_option": arrays.indices("rule_option", option, (entries,), sizes.options, "options"),
        "rule_weight": arrays.floats("rule_weight", weight, (entries,), may_be_negative=True),
        **_bounds("rule", given.rule_low, given.rule_high, rules),
    }


def _second_hubs(given: Given, sizes: Sizes) -> dict[str, Indices]:
    shape, none = (sizes.routes,), np.full(sizes.routes, NONE)
    site, resource = _or(given.route_second_site, none), _or(given.route_second_resource, none)
    return {
        "route_second_site": arrays.indices("route_second_site", site, shape, sizes.sites, "sites", or_none=True),
        "route_second_resource": arrays.indices(
            "route_second_resource", resource, shape, sizes.resources, "resources", or_none=True
        ),
    }


def _check_second_hubs(full: Mapping[str, Floats | Indices], route_site: Indices) -> None:
    site, resource = full["route_second_site"], full["route_second_resource"]
    for route in np.flatnonzero((site == NONE) != (resource == NONE))[:1]:
        raise InstanceError(
            f"route_second_site[{route}] is {site[route]} and route_second_resource[{route}] is {resource[route]};"
            " expected both, or -1 in both"
        )
    for route in np.flatnonzero(site == route_site)[:1]:
        raise InstanceError(
            f"route_second_site[{route}] is {site[route]}, the first site of the route; expected another, or -1"
        )


def _measures(given: Given, sizes: Sizes) -> dict[str, Floats]:
    lengths = {"route_measure": sizes.routes, "direct_measure": sizes.flows, "option_measure": sizes.options}
    measures = _first_length(given, "measure_low", "measure_high", *lengths)
    return {
        **{
            name: arrays.floats(
                name, _or(getattr(given, name), np.zeros((length, measures))), (length, measures), may_be_negative=True
            )
            for name, length in lengths.items()
        },
        **_bounds("measure", given.measure_low, given.measure_high, measures),
    }


def _bounds(what: str, low: ArrayLike | None, high: ArrayLike | None, count: int) -> dict[str, Floats]:
    checked = {
        f"{what}_low": _or(low, np.full(count, -np.inf)),
        f"{what}_high": _or(high, np.full(count, np.inf)),
    }
    for name, wrong in ((f"{what}_low", np.inf), (f"{what}_high", -np.inf)):
        bound = arrays.floats(name, checked[name], (count,), may_be_inf=True, may_be_negative=True)
        for at in np.flatnonzero(bound == wrong)[:1]:
            raise InstanceError(f"{name}[{at}] is {wrong}; expected a number, or {-wrong} for no bound")
        checked[name] = bound
    return {name: np.asarray(bound) for name, bound in checked.items()}


def _or(values: ArrayLike | None, default: ArrayLike) -> ArrayLike:
    return default if values is None else values


def _floats(name: str, values: ArrayLike | None, shape: tuple[int, ...]) -> Floats:
    return arrays.floats(name, _or(values, np.zeros(shape)), shape)


def _integers(name: str, values: ArrayLike | None, size: int, default: int) -> Indices:
    return arrays.counts(name, _or(values, np.full(size, default)), (size,), default)


def _first_length(given: Given, *names: str) -> int:
    """Return the length of the first array that was given, along its last axis; 0 if none was."""
    arrays_given = ((name, getattr(given, name)) for name in names)
    lengths = (
        np.atleast_1d(arrays.array_of(name, values)).shape[-1] for name, values in arrays_given if values is not None
    )
    return next(lengths, 0)
