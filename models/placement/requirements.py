"""The requirements of a hub placement instance, as rows that may give way; see `models.infeasible`.

    ("carried", flow)             units of amount left where they are (1 in all where the amount is 0)
    ("room", site, resource)      units of amount beyond the room, in whichever way the site is built
    ("min_throughput", site)      units of amount short of what the open site asks for
    ("client", client)            1: its flows may use several sites
    ("min_new",) ("max_new",)     new sites fewer or more
    ("forced_open", site) ("forced_closed", site)    1: the site is left closed, or open
    ("rule", rule, "low") ("rule", rule, "high")     units of the rule's sum short of its bound, or beyond
    ("measure", measure, "low") ("measure", measure, "high")    units of the measure

Where there are several periods, the names of rooms, least throughputs and clients end with the period.

Each gives way at 1 a unit where the caller names no price. The rows are those of the textbook program (`textbook`), so
that what the engines ask for is asked for here; what has no name above must be kept: sites are built in one way at a
time, standing ones are open unless they are forced closed, no level falls. What a site has no capacity for at all it
cannot get. Flows with a direct way are not forced to use a hub; where nothing is measured and no site asks for freight
they break no requirement by going directly, and are not in the program. Of the others there are the routes that a best
plan may need (`placement.prune`).
"""

from dataclasses import dataclass, replace
from math import inf, isfinite

import numpy as np

from models.arrays import Indices
from models.infeasible import (
    UNIT,
    WHOLE,
    Elastic,
    Name,
    Prices,
    RequiredProgram,
    RequiredRows,
    Side,
    require_count,
    require_forced,
)
from models.placement.eased import Counts, amount_units
from models.placement.instance import Instance
from models.placement.offers import Offers, make_offers, standing_cells
from models.placement.textbook import Textbook
from models.program import Program

KINDS = (
    "carried",
    "room",
    "min_throughput",
    "client",
    "min_new",
    "max_new",
    "forced_open",
    "forced_closed",
    "rule",
    "measure",
)

Named = tuple[Name, Side, float, Elastic]


def program_of(instance: Instance, counts: Counts, routes: Indices, prices: Prices | None) -> RequiredProgram:
    """Return the program without a cost, and its requirements; `counts`: least and most new sites (None: any).

    `routes`: those that may be used, whichever sites are closed.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    asked = _asked(instance, routes)
    rows = RequiredRows(KINDS)
    program = asked.textbook.program()
    _take(asked, program, rows)
    _strand(asked, rows)
    new = asked.openings(np.flatnonzero(asked.offers.is_new))[1]
    require_count(rows, (("min_new",), ("max_new",)), counts, new)
    _force(asked, rows)
    program = replace(
        program,
        cost=np.zeros(program.cost.size),
        matrix=rows.matrix,
        row_lower=rows.lower,
        row_upper=rows.upper,
        offset=0.0,
    )
    return program, rows.requirements(prices)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The textbook program in which every option may be open, and the caller's flow of each of its flows."""

    instance: Instance
    textbook: Textbook
    flows: Indices

    @property
    def offers(self) -> Offers:
        return self.textbook.offers

    def said(self, kind: str, index: list[int]) -> Named | None:
        """Return the name, the side, what a unit moves the bound by, and the natural price; None: it must be kept."""
        of_amount = 1 / self.offers.amount_unit
        if kind == "carried":
            flow = int(self.flows[index[0]])
            return (kind, flow), "lower", 1 / float(amount_units(self.instance)[flow]), UNIT
        if kind == "room":
            site, period = self.at(index[0])
            return (kind, site, index[1], *period), "upper", of_amount, UNIT
        if kind == "min_throughput":
            site, period = self.at(index[0])
            return (kind, site, *period), "lower", of_amount, UNIT
        if kind == "client":
            return self.client(index[0]), "upper", float(self.offers.cells), WHOLE  # no more than there are to choose
        if kind.startswith("measure"):
            unit = float(self.offers.use_unit[self.offers.use_name.index((kind, *index))])
            return ("measure", index[0], kind.removeprefix("measure_")), "upper", 1 / unit, UNIT
        return None

    def rule_unit(self, rule: int) -> float:
        """Return what the rule's largest weight is, which the row is scaled by."""
        return float(self.offers.rows.unit[self.offers.rows.names.index(("rule", rule))])

    def client(self, group: int) -> Name:
        """Return the name of the requirement that flows of a group use one site."""
        flow, terms = int(self.flows[np.flatnonzero(self.offers.client == group)[0]]), self.instance.terms
        return ("client", int(terms.client[flow]), *self.period(int(terms.flow_period[flow])))

    def at(self, cell: int) -> tuple[int, tuple[int, ...]]:
        """Return the site of a cell, and its period as names tell it."""
        period, site = divmod(cell, self.instance.standing.size)
        return site, self.period(period)

    def period(self, period: int) -> tuple[int, ...]:
        """Return what names say of a period: nothing where there is only one."""
        return (period,) if self.instance.terms.periods > 1 else ()

    def openings(self, options: Indices) -> tuple[Indices, Indices]:
        """Return the sites and the columns of options."""
        return self.instance.option_site[options], self.offers.flow.size + options


def _asked(instance: Instance, routes: Indices) -> _Asked:
    terms, sites = instance.terms, instance.standing.size
    if not (terms.has_measures or terms.has_min_throughput):
        routes = routes[np.isinf(instance.direct_cost[instance.route_flow[routes]])]
    offers = make_offers(instance, routes, np.arange(instance.option_site.size), gives_way=0.0, room_may_grow=True)
    offers = replace(
        offers,
        standing=offers.standing & ~np.isin(instance.option_site, instance.forced_closed),
        capacity=np.minimum(offers.capacity, float(offers.amount.sum()) or 1.0),  # more is of no use
    )
    textbook = Textbook(offers=offers, forced=standing_cells(instance), least=0, most=sites, room_may_grow=True)
    return _Asked(instance=instance, textbook=textbook, flows=np.unique(instance.route_flow[routes]))


def _take(asked: _Asked, program: Program, rows: RequiredRows) -> None:
    """Add the rows of the textbook, and which of them may give way; the upper bounds of rules get rows of their own."""
    matrix, named = program.matrix, asked.textbook.requirements()
    rules = {row: int(index[0]) for (kind, *index), row in named.items() if kind == "rule"}
    upper = program.row_upper.copy()
    upper[list(rules)] = inf
    rows.add(program.row_lower, upper, upper.size, (matrix.row, matrix.column, matrix.value))
    for (kind, *index), row in named.items():
        said = asked.said(str(kind), [int(at) for at in index])
        if said is not None:
            name, side, weight, elastic = said
            rows.require(name, np.array([row]), elastic, side=side, weight=weight)
    for row, rule in rules.items():
        weight = 1 / asked.rule_unit(rule)
        if isfinite(program.row_lower[row]):
            rows.require(("rule", rule, "low"), np.array([row]), UNIT, side="lower", weight=weight)
        if isfinite(program.row_upper[row]):
            entries = np.flatnonzero(matrix.row == row)
            part = np.zeros(entries.size, dtype=np.intp), matrix.column[entries], matrix.value[entries]
            above = rows.add(-inf, program.row_upper[row], 1, part)
            rows.require(("rule", rule, "high"), above, UNIT, side="upper", weight=weight)


def _strand(asked: _Asked, rows: RequiredRows) -> None:
    """Add that flows without a direct way or a route cannot be carried."""
    flow = np.setdiff1d(np.flatnonzero(np.isinf(asked.instance.direct_cost)), asked.flows)
    row, weight = rows.add(1.0, inf, flow.size), 1 / amount_units(asked.instance)[flow]
    rows.require_each("carried", flow.tolist(), row, UNIT, side="lower", weight=weight)


def _force(asked: _Asked, rows: RequiredRows) -> None:
    """Add the forced sites; one that stands is open in all periods or, forced closed, in none."""
    instance = asked.instance
    terms, option = instance.terms, np.arange(instance.option_site.size)
    last = option[terms.option_period == terms.last_period]
    require_forced(rows, "forced_open", instance.forced_open, asked.openings(last))
    require_forced(rows, "forced_closed", instance.forced_closed, asked.openings(option), most=terms.periods)
    closing = np.flatnonzero(instance.standing & np.isin(np.arange(instance.standing.size), instance.forced_closed))
    for site in closing.tolist():
        for period in range(1, terms.periods):
            here = instance.option_site == site
            now, before = (option[here & (terms.option_period == at)] for at in (period, period - 1))
            parts = [(asked.openings(some)[1], sign) for some, sign in ((now, 1.0), (before, -1.0))]
            rows.add(0.0, 0.0, 1, *((np.zeros(at.size, dtype=np.intp), at, sign) for at, sign in parts))
