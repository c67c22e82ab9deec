"""The requirements of a multi-commodity flow instance, as rows that may give way; see `models.infeasible`.

    ("served", commodity)          units of amount left unserved
    ("served", commodity, node)    the same where `supply` is given: units of what the node sends or takes
    ("capacity", link)             units of amount beyond the capacity of the link

Each gives way at 1 a unit where the caller names no price. A commodity whose `unserved_cost` is finite need not be
served, so that is no requirement; only where its supply and demand differ, they must give way until they agree. Links
with room for everything that may pass are no requirement either, nor are pairs of infinite cost: who can get nowhere is
left unserved.

Commodities of one origin that may pass the same links are one in the program (their flow falls apart into theirs) where
their amounts are within a factor of ten: beside a large one the solver would not see a small one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.commodities.impossible import unbalanced
from models.commodities.instance import Instance
from models.infeasible import NOTHING_LEFT, UNIT, Name, Prices, Relaxation, RequiredProgram, RequiredRows
from models.program import Program

KINDS = ("served", "capacity")
NARROWEST = 1e-9  # of all that may pass a link: its row is not scaled to less


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What must be served, in parts of which each has a name; parts of a group move as one.

    `unit`, `group` [part]: units of it, and where it belongs; `total`, `member` [group]: the most units that move, and
    one of its commodities; `at` (part, node, sign): what a part sends or takes where.
    """

    names: list[Name]
    unit: Floats
    group: Indices
    total: Floats
    member: Indices
    at: tuple[Indices, Indices, Floats]
    moves: Flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Where the variables stand: flows (`group`, `link`), then how much of each part is served.

    All count in the total of their group.
    """

    parts: Parts
    group: Indices
    link: Indices

    @property
    def flows(self) -> Indices:
        """Return the columns of the flows."""
        return np.arange(self.group.size)

    @property
    def served(self) -> Indices:
        """Return the columns of the parts: how much of each is served."""
        return self.group.size + np.arange(self.parts.unit.size)

    @property
    def count(self) -> int:
        """Return the number of columns."""
        return self.group.size + self.parts.unit.size

    @property
    def upper(self) -> Floats:
        """Return the most that each column can be [column]."""
        return np.concatenate([np.ones(self.group.size), self.parts.unit / self.parts.total[self.parts.group]])

    def load(self, links: int) -> Floats:
        """Return all that may pass a link [link]."""
        return np.bincount(self.link, weights=self.parts.total[self.group], minlength=links).astype(np.float64)

    def scale(self, capacity: Floats) -> Floats:
        """Return the units that the row of a link's room counts in [link]: the room, so that it is kept as exactly.

        Where there is none: the least that may pass, so that no group slips through.
        """
        least = np.full(capacity.size, inf)
        np.minimum.at(least, self.link, self.parts.total[self.group])
        room = np.where(capacity > 0, capacity, least)
        return np.maximum(np.where(np.isfinite(room), room, 1.0), NARROWEST * self.load(capacity.size))


def program_of(instance: Instance, prices: Prices | None) -> RequiredProgram:
    """Return the program without a cost, and its requirements.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    columns = columns_of(instance)
    rows = RequiredRows(KINDS)
    balance(instance, columns, rows)
    require_served(columns, rows)
    limited, load, scale = crowded(instance, columns)
    room = rows.add(-inf, instance.capacity[limited] / scale, limited.size, load)
    rows.require_each("capacity", limited.tolist(), room, UNIT, weight=1 / scale)
    program = Program(
        cost=np.zeros(columns.count),
        lower=np.zeros(columns.count),
        upper=columns.upper,
        matrix=rows.matrix,
        row_lower=rows.lower,
        row_upper=rows.upper,
    )
    return program, rows.requirements(prices)


def columns_of(instance: Instance) -> Columns:
    """Return the variables of the program."""
    parts = _of_pairs(instance) if instance.supply is None else _of_supply(instance)
    passes = _passable(instance, parts.member) & (instance.tail != instance.head) & parts.moves[:, None]
    group, link = np.nonzero(passes)
    return Columns(parts=parts, group=group, link=link)


def balance(instance: Instance, columns: Columns, rows: RequiredRows) -> None:
    """Add that what enters a node leaves it, or is served there: no requirement, so it is always kept."""
    parts, nodes = columns.parts, max(instance.nodes, 1)
    part, node, sign = parts.at
    group, link = columns.group * nodes, columns.link
    # a group that does not move has one balance, of all its nodes
    there = parts.group[part] * nodes + np.where(parts.moves[parts.group[part]], node, 0)
    places = [group + instance.tail[link], group + instance.head[link], there]
    used, row = np.unique(np.concatenate(places), return_inverse=True)
    leaving, entering, serving = np.split(row.ravel(), np.cumsum([place.size for place in places])[:-1])
    rows.add(
        0.0,
        0.0,
        used.size,
        (leaving, columns.flows, 1.0),
        (entering, columns.flows, -1.0),
        (serving, columns.served[part], -sign),
    )


def require_served(columns: Columns, rows: RequiredRows) -> None:
    """Add that all of every part is served."""
    parts, all_of_it = columns.parts, columns.upper[columns.served]
    whole = rows.add(all_of_it, all_of_it, all_of_it.size, (np.arange(all_of_it.size), columns.served, 1.0))
    for name, row, total in zip(parts.names, whole.tolist(), parts.total[parts.group].tolist(), strict=True):
        rows.require(name, np.array([row]), UNIT, side="lower", weight=1 / total)


def crowded(instance: Instance, columns: Columns) -> tuple[Indices, tuple[Indices, Indices, Floats], Floats]:
    """Return the links with less room than may be wanted; the load on each (its place, column, value); its unit."""
    links = instance.tail.size
    limited = np.flatnonzero(instance.capacity < columns.load(links))
    scale = columns.scale(instance.capacity)[limited]
    place = np.full(links, -1)
    place[limited] = np.arange(limited.size)
    at = np.flatnonzero(place[columns.link] >= 0)
    row = place[columns.link[at]]
    return limited, (row, columns.flows[at], columns.parts.total[columns.group[at]] / scale[row]), scale


def eased(instance: Instance, relaxations: Iterable[Relaxation]) -> dict[str, Any]:
    """Return the fields of the instance that the relaxations change."""
    amount, capacity = instance.amount.copy(), instance.capacity.copy()
    supply = None if instance.supply is None else instance.supply.copy()
    for relaxation in relaxations:
        match relaxation.name:
            case ("served", int(commodity)):
                amount[commodity] = _left(amount[commodity], relaxation.amount)
            case ("served", int(commodity), int(node)) if supply is not None:
                supply[commodity, node] = _left(supply[commodity, node], relaxation.amount)
            case ("capacity", int(link)):
                capacity[link] += relaxation.amount
    if supply is None or instance.supply is None:
        return {"amount": amount, "capacity": capacity}
    changed = (supply != instance.supply).any(axis=1)
    supply[changed] = _balanced(supply[changed], instance.supply[changed])
    none = np.empty(0, dtype=np.int64)
    return {"supply": supply, "capacity": capacity, "amount": np.empty(0), "origin": none, "destination": none}


def _left(units: float, amount: float) -> float:
    """Return what is still to be served, of the same sign; nothing where that is rounding."""
    left = abs(units) - amount
    return float(np.copysign(left, units)) if left > NOTHING_LEFT * abs(units) else 0.0


def _balanced(supply: Floats, before: Floats) -> Floats:
    """Return the supply [commodity, node], its larger side made smaller where they differ by the rounding of sums."""
    sent, taken = np.maximum(supply, 0.0).sum(axis=1), np.maximum(-supply, 0.0).sum(axis=1)
    less = np.minimum(sent, taken)
    is_rounding = np.abs(sent - taken) <= NOTHING_LEFT * np.abs(before).sum(axis=1)
    part = [np.where(is_rounding & (side > 0), less / np.where(side > 0, side, 1.0), 1.0) for side in (sent, taken)]
    return np.where(supply > 0, supply * part[0][:, None], supply * part[1][:, None])


def _passable(instance: Instance, commodities: Indices) -> Flags:
    """Return the links that the commodities may pass [commodity, link]."""
    costs = np.broadcast_to(instance.unit_cost, (instance.amount.size, instance.tail.size))
    return np.isfinite(costs[commodities])


def _of_pairs(instance: Instance) -> Parts:
    """Return each commodity that must move as a part, grouped by origin, links and size."""
    must = (instance.amount > 0) & (instance.origin != instance.destination) & np.isinf(instance.unserved_cost)
    commodity = np.flatnonzero(must)
    unit, count = instance.amount[commodity], commodity.size
    size = np.floor(np.log10(unit)).astype(np.int64)
    kind = np.zeros(count, dtype=np.int64)
    if instance.unit_cost.ndim > 1:
        kind = _numbered(_passable(instance, commodity))
    group = _numbered(np.stack([instance.origin[commodity], size, kind], axis=1))
    groups = int(group.max(initial=-1)) + 1
    member = np.zeros(groups, dtype=np.intp)
    member[group] = commodity
    part, ends = np.arange(count), np.concatenate([instance.origin[commodity], instance.destination[commodity]])
    return Parts(
        names=[("served", k) for k in commodity.tolist()],
        unit=unit,
        group=group,
        total=np.bincount(group, weights=unit, minlength=groups).astype(np.float64),
        member=member,
        at=(np.tile(part, 2), ends, np.repeat([1.0, -1.0], count)),
        moves=np.ones(groups, dtype=np.bool_),
    )


def _of_supply(instance: Instance) -> Parts:
    """Return each node's supply of a commodity as a part, grouped by commodity."""
    assert instance.supply is not None  # noqa: S101  (chosen so)
    off = unbalanced(instance)
    must = np.isinf(instance.unserved_cost)
    member = np.flatnonzero(must | off)
    supply = instance.supply[member]
    # sides that agree up to rounding are made to agree: the solver takes rows as they are
    agreed = np.where(off[member, None], supply, _balanced(supply, supply))
    group, node = np.nonzero(agreed)
    used, group = np.unique(group, return_inverse=True)
    member, unit = member[used], np.abs(agreed[agreed != 0])
    sent, taken = (np.maximum(side[used], 0.0).sum(axis=1) for side in (agreed, -agreed))
    return Parts(
        names=[("served", k, v) for k, v in zip(member[group].tolist(), node.tolist(), strict=True)],
        unit=unit,
        group=group.ravel(),
        total=np.where(np.minimum(sent, taken) > 0, np.minimum(sent, taken), np.maximum(sent, taken)),
        member=member,
        at=(np.arange(unit.size), node, np.sign(agreed[agreed != 0])),
        moves=must[member],
    )


def _numbered(rows: Indices | Flags) -> Indices:
    """Return for each row the number of it among the different ones."""
    if rows.size == 0:
        return np.zeros(len(rows), dtype=np.intp)
    return np.unique(rows, axis=0, return_inverse=True)[1].ravel()
