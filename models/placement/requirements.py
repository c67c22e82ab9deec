"""The requirements of a hub placement instance, as rows that may give way; see `models.infeasible`.

    ("carried", flow)           units of amount left where they are (1 in all where the amount is 0)
    ("room", site, resource)    units of amount beyond the room, in whichever way the site is built
    ("min_new",) ("max_new",)   new sites fewer or more
    ("forced_open", site) ("forced_closed", site)    1: the site is left closed, or open

Each gives way at 1 a unit where the caller names no price. What a site has no capacity for at all it cannot get, and
a standing site stays open unless it is forced closed. Flows with a direct way break no requirement by taking it, and
are not in the program; the others have the routes that a best plan may need (`placement.prune`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.infeasible import Elastic, Name, Prices, Relaxation, RequiredRows, Requirement
from models.placement.instance import Instance
from models.placement.prune import route_slots
from models.program import Program

KINDS = ("carried", "room", "min_new", "max_new", "forced_open", "forced_closed")
UNIT = Elastic(price=1.0)
WHOLE = Elastic(price=1.0, step=1.0)
NOTHING_LEFT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the variables stand: a share for each of `route`, an opening for each option; `flow` has no direct way."""

    route: Indices
    flow: Indices
    options: int

    @property
    def shares(self) -> Indices:
        """Return the columns of the shares."""
        return np.arange(self.route.size)

    @property
    def openings(self) -> Indices:
        """Return the columns of the openings."""
        return self.route.size + np.arange(self.options)


def program_of(
    instance: Instance, counts: tuple[int, int | None], routes: Indices, prices: Prices | None
) -> tuple[Program, tuple[Requirement, ...]]:
    """Return the program without a cost, and its requirements; `counts`: least and most new sites (None: any).

    `routes`: those that may be used; what belongs to flows with a direct way is left out.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    flow = np.flatnonzero(np.isinf(instance.direct_cost))
    routes = routes[np.isinf(instance.direct_cost[instance.route_flow[routes]])]
    columns = Columns(route=routes, flow=flow, options=instance.option_site.size)
    rows = RequiredRows(KINDS)
    _carry(instance, columns, rows)
    _hold(instance, columns, rows)
    _build(instance, columns, rows)
    _count(instance, columns, rows, counts)
    total = routes.size + columns.options
    lower, upper, integer = np.zeros(total), np.ones(total), np.zeros(total, dtype=np.bool_)
    lower[columns.openings] = _stays_open(instance)
    integer[columns.openings] = True
    program = Program(
        cost=np.zeros(total),
        lower=lower,
        upper=upper,
        matrix=rows.matrix,
        row_lower=rows.lower,
        row_upper=rows.upper,
        integer=integer,
    )
    return program, rows.requirements(prices)


def amount_units(instance: Instance) -> Floats:
    """Return how many units of a flow there are to carry: its amount, 1 where that is 0."""
    return np.where(instance.amount > 0, instance.amount, 1.0)


def _carry(instance: Instance, columns: Columns, rows: RequiredRows) -> None:
    """Add that every flow is carried, through sites that are built with the resource."""
    row = np.searchsorted(columns.flow, instance.route_flow[columns.route])
    carried = rows.add(1.0, 1.0, columns.flow.size, (row, columns.shares, 1.0))
    weight = 1 / amount_units(instance)[columns.flow]
    rows.require_each("carried", columns.flow.tolist(), carried, UNIT, side="lower", weight=weight)
    row, option = _able(instance, route_slots(instance)[columns.route])
    rows.add(
        -inf, 0.0, columns.route.size, (columns.shares, columns.shares, 1.0), (row, columns.openings[option], -1.0)
    )


def _able(instance: Instance, slot: Indices) -> tuple[Indices, Indices]:
    """Return the pairs (place in `slot`, option with capacity there)."""
    option, resource = np.nonzero(instance.option_capacity > 0)
    at = instance.option_site[option] * instance.option_capacity.shape[1] + resource
    order = np.argsort(at, kind="stable")
    first, last = (np.searchsorted(at[order], slot, side=side) for side in ("left", "right"))
    count = last - first
    row = np.repeat(np.arange(slot.size), count)
    place = np.arange(row.size) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return row, option[order][place]


def _hold(instance: Instance, columns: Columns, rows: RequiredRows) -> None:
    """Add the room of each site's resources, in parts of all that is carried."""
    resources = instance.option_capacity.shape[1]
    slots = instance.standing.size * resources
    slot = route_slots(instance)[columns.route]
    total = float(instance.amount[columns.flow].sum()) or 1.0
    option, resource = np.nonzero(instance.option_capacity)
    at = rows.add(
        -inf,
        0.0,
        slots,
        (slot, columns.shares, instance.amount[instance.route_flow[columns.route]] / total),
        (
            instance.option_site[option] * resources + resource,
            columns.openings[option],
            -np.minimum(instance.option_capacity[option, resource] / total, 1.0),
        ),
    )
    for one in np.unique(slot).tolist():
        rows.require(("room", one // resources, one % resources), at[one : one + 1], UNIT, weight=1 / total)


def _build(instance: Instance, columns: Columns, rows: RequiredRows) -> None:
    """Add that a site is built in one way, and the forced sites."""
    rows.add(-inf, 1.0, instance.standing.size, (instance.option_site, columns.openings, 1.0))
    for kind, sites, low, high in (
        ("forced_open", instance.forced_open, 1.0, inf),
        ("forced_closed", instance.forced_closed, -inf, 0.0),
    ):
        for site in sites:
            at = columns.openings[instance.option_site == site]
            row = rows.add(low, high, 1, (np.zeros(at.size, dtype=np.intp), at, 1.0))
            rows.require((kind, site), row, WHOLE)


def _count(instance: Instance, columns: Columns, rows: RequiredRows, counts: tuple[int, int | None]) -> None:
    new = columns.openings[~instance.standing[instance.option_site]]
    part = np.zeros(new.size, dtype=np.intp), new, 1.0
    if counts[0] > 0:
        rows.require(("min_new",), rows.add(float(counts[0]), inf, 1, part), WHOLE)
    if counts[1] is not None:
        rows.require(("max_new",), rows.add(-inf, float(counts[1]), 1, part), WHOLE)


def _stays_open(instance: Instance) -> Flags:
    """Return the options that are open whatever is decided: those of standing sites that are not forced closed."""
    site = instance.option_site
    return np.asarray(instance.standing[site] & ~np.isin(site, instance.forced_closed))


@dataclass(frozen=True, slots=True, kw_only=True)
class Eased:
    """What relaxations make of an instance: new arrays, and sites fewer and more."""

    amount: Floats
    direct_cost: Floats
    option_capacity: Floats
    forced_open: tuple[int, ...]
    forced_closed: tuple[int, ...]
    fewer: int
    more: int


def eased(instance: Instance, relaxations: Iterable[Relaxation]) -> Eased:
    """Return what the relaxations say; a flow of which nothing is left to carry goes directly, for nothing."""
    amount, direct = instance.amount.copy(), instance.direct_cost.copy()
    capacity = instance.option_capacity.copy()
    number = {"min_new": 0, "max_new": 0}
    freed: set[Name] = set()
    units = amount_units(instance)
    for relaxation in relaxations:
        kind, *index = relaxation.name
        if kind == "carried":
            left = 1.0 - relaxation.amount / units[int(index[0])]
            amount[int(index[0])] *= max(left, 0.0)
            if left <= NOTHING_LEFT:
                amount[int(index[0])] = direct[int(index[0])] = 0.0
        elif kind == "room":
            site, resource = int(index[0]), int(index[1])
            able = (instance.option_site == site) & (capacity[:, resource] > 0)
            capacity[able, resource] += relaxation.amount
        elif kind in number:
            number[str(kind)] = round(relaxation.amount)
        else:
            freed.add(relaxation.name)
    return Eased(
        amount=amount,
        direct_cost=direct,
        option_capacity=capacity,
        forced_open=tuple(site for site in instance.forced_open if ("forced_open", site) not in freed),
        forced_closed=tuple(site for site in instance.forced_closed if ("forced_closed", site) not in freed),
        fewer=number["min_new"],
        more=number["max_new"],
    )
