"""The requirements of a hub location instance, as rows that may give way; see `models.infeasible`.

    ("served", origin, destination)       units of the pair's flow left unserved
    ("capacity", node)                    units of flow that a hub at the node collects beyond its capacity
    ("hubs", "fewer") ("hubs", "more")    hubs fewer or more than asked for

Each gives way at 1 a unit where the caller names no price. Room for all flow is no requirement, nor is a pair without
a flow. What has no name must be kept: a node has one hub (single allocation), and no flow takes a forbidden link; a
pair that has no other way is left unserved as a whole.

Costs do not count, so no flow is followed from hub to hub: a pair needs a way that is open, and room at its first hub.
With s_ij the part of w_ij that is served, O_i = sum_j w_ij, variables from 0 to 1, y and z binary:

    every pair      s_ij = sum_k x_ijk,  x_ijk <= open_ijk,  x_ijk <= sum of last_ijl over l, c_kl and c_lj allowed
                    sum_ij w_ij x_ijk <= capacity_k y_k;  no x_ijk where c_ik is forbidden
    multiple        open_ijk = y_k,   last_ijl = y_l
    single          open_ijk = z_ik,  last_ijl = z_jl,  sum_k z_ik = 1,  z_ik <= z_kk = y_k
                    x_iik <= z_ik, and none where c_ki or c_kk is forbidden

A plan is a point: x_ijk is what ij sends through first hub k. A point is a plan: where x_ijk > 0, y and z whole, k is
open (and the hub of i), and so is an l by which the way goes on (the hub of j); all may take the same l, as only first
hubs have capacities. Where no link is forbidden the destinations of an origin are one: x_ik is the part of O_i that k
collects, sum_k x_ik = sum_j (w_ij / O_i) s_ij, which can be the same part of each pair's.

Size: n^2 columns each for s, z and x; up to n^3 for x, and as many rows, where links are forbidden.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.hubs.instance import Instance
from models.infeasible import (
    UNIT,
    Prices,
    Relaxation,
    RequiredProgram,
    RequiredRows,
    count_after,
    less,
    moving_both,
    require_count,
)
from models.program import Program

KINDS = ("served", "capacity", "hubs")
COUNTS = ("hubs", "fewer"), ("hubs", "more")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The pairs that have a flow, the columns, and which links are forbidden.

    Parameters
    ----------
    origin, destination
        [pair].
    collecting
        [column of x, 3] origin, group of destinations, first hub.
    group
        [destination] which destinations count as one to the first hub of a pair.
    barred
        [node, node] links that nothing may take.
    """

    instance: Instance
    origin: Indices
    destination: Indices
    collecting: Indices
    group: Indices
    barred: Flags

    @classmethod
    def of(cls, instance: Instance) -> "_Asked":
        nodes, barred = len(instance.flow), np.isinf(instance.cost)
        origin, destination = np.nonzero(instance.flow)
        group = np.arange(nodes) if barred.any() else np.zeros(nodes, dtype=np.intp)
        pairs = np.unique(np.column_stack([origin, group[destination]]), axis=0)
        sender, to = np.repeat(pairs, nodes, axis=0).T
        hub = np.tile(np.arange(nodes), len(pairs))
        if barred.any():
            reached = ~barred[sender, hub]
            if instance.allocation == "single":
                reached &= (sender != to) | ~(np.diagonal(barred)[hub] | barred[hub, to])
            sender, to, hub = sender[reached], to[reached], hub[reached]
        return cls(
            instance=instance,
            origin=origin,
            destination=destination,
            collecting=np.column_stack([sender, to, hub]),
            group=group,
            barred=barred,
        )

    @property
    def nodes(self) -> int:
        return len(self.instance.flow)

    @property
    def is_single(self) -> bool:
        return self.instance.allocation == "single"

    @property
    def amount(self) -> Floats:
        """Return the flow [pair]."""
        return self.instance.flow[self.origin, self.destination]

    @property
    def served(self) -> Indices:
        """Return the columns of s [pair]."""
        return np.arange(self.origin.size)

    @property
    def collected(self) -> Indices:
        """Return the columns of x."""
        return self.origin.size + np.arange(len(self.collecting))

    @property
    def choices(self) -> Indices:
        """Return the columns of z [node, hub], those of y on its diagonal; multiple: of y alone, in each row."""
        first = self.origin.size + len(self.collecting)
        own = np.arange(self.nodes)
        return first + own + (self.nodes * own[:, None] if self.is_single else np.zeros((self.nodes, 1), dtype=np.intp))

    @property
    def openings(self) -> Indices:
        """Return the columns of y [node]."""
        return np.diagonal(self.choices)

    @property
    def total(self) -> int:
        return self.origin.size + len(self.collecting) + self.nodes * (self.nodes if self.is_single else 1)


def program_of(instance: Instance, prices: Prices | None) -> RequiredProgram:
    """Return the program without a cost, and its requirements.

    Raises
    ------
    InstanceError
        If a price has no meaning.
    """
    asked, rows = _Asked.of(instance), RequiredRows(KINDS)
    _serve(asked, rows)
    if asked.is_single:
        _allocate(asked, rows)
    _reach(asked, rows)
    _collect(asked, rows)
    hubs = instance.hubs
    require_count(rows, COUNTS, (0 if hubs is None else hubs, hubs), asked.openings)
    integer = np.arange(asked.total) >= asked.served.size + asked.collected.size
    program = Program(
        cost=np.zeros(asked.total),
        lower=np.zeros(asked.total),
        upper=np.ones(asked.total),
        matrix=rows.matrix,
        row_lower=rows.lower,
        row_upper=rows.upper,
        integer=integer,
    )
    return program, moving_both(rows.requirements(prices), "served")


def _serve(asked: _Asked, rows: RequiredRows) -> None:
    at = rows.add(1.0, 1.0, asked.origin.size, (asked.served, asked.served, 1.0))
    for row, i, j, amount in zip(at, asked.origin, asked.destination, asked.amount, strict=True):
        rows.require(("served", int(i), int(j)), row, UNIT, side="lower", weight=1 / float(amount))


def _allocate(asked: _Asked, rows: RequiredRows) -> None:
    """Add that every node has one hub, which is open."""
    node, hub = (part.ravel() for part in np.indices((asked.nodes, asked.nodes)))
    rows.add(1.0, 1.0, asked.nodes, (node, asked.choices[node, hub], 1.0))
    node, hub = node[node != hub], hub[node != hub]
    row = np.arange(node.size)
    rows.add(-inf, 0.0, row.size, (row, asked.choices[node, hub], 1.0), (row, asked.openings[hub], -1.0))


def _reach(asked: _Asked, rows: RequiredRows) -> None:
    """Add that flows take the first hubs that they may, and that there is a last one from where the way goes on."""
    sender, group, hub = asked.collecting.T
    row = np.arange(hub.size)
    rows.add(-inf, 0.0, row.size, (row, asked.collected, 1.0), (row, asked.choices[sender, hub], -1.0))
    if not asked.barred.any():
        if not asked.is_single:
            _need_a_hub(asked, rows)
        return
    onward = ~asked.barred[hub] & ~asked.barred.T[group]  # [column, last hub]
    # of many hubs the first may be the last; the one hub of a node is the last of what it sends to itself
    is_plain = (onward.all(axis=1) | (sender == group)) if asked.is_single else onward[row, hub]
    some = np.flatnonzero(~is_plain)
    at, last = np.nonzero(onward[some])
    row = np.arange(some.size)
    ends = asked.choices[group[some][at], last]
    rows.add(-inf, 0.0, row.size, (row, asked.collected[some], 1.0), (at, ends, -1.0))


def _need_a_hub(asked: _Asked, rows: RequiredRows) -> None:
    """Add that a pair is served by an open hub: a flow may be too small to be seen beside all that its origin sends."""
    pair, hub = (part.ravel() for part in np.indices((asked.served.size, asked.nodes)))
    rows.add(
        -inf,
        0.0,
        asked.served.size,
        (asked.served, asked.served, 1.0),
        (pair, asked.openings[hub], -1.0),
    )


def _collect(asked: _Asked, rows: RequiredRows) -> None:
    """Add that first hubs collect all that is served, and no more than their capacity, in parts of all flow."""
    flow, total = asked.instance.flow, float(asked.instance.flow.sum())
    sender, group, hub = asked.collecting.T
    together = np.zeros((asked.nodes, asked.nodes))  # [origin, group]
    np.add.at(together, (asked.origin, asked.group[asked.destination]), asked.amount)
    place = np.full(together.shape, -1)
    some = np.nonzero(together > 0)
    place[some] = np.arange(some[0].size)
    of_pair = place[asked.origin, asked.group[asked.destination]]
    part = asked.amount / together[asked.origin, asked.group[asked.destination]]
    rows.add(0.0, 0.0, some[0].size, (place[sender, group], asked.collected, 1.0), (of_pair, asked.served, -part))
    room = asked.instance.capacity
    limited = np.flatnonzero(room < float(flow.sum()))
    at = np.full(asked.nodes, -1)
    at[limited] = np.arange(limited.size)
    tight = np.flatnonzero(at[hub] >= 0)
    held = rows.add(
        -inf,
        0.0,
        limited.size,
        (at[hub[tight]], asked.collected[tight], together[sender[tight], group[tight]] / (total or 1.0)),
        (np.arange(limited.size), asked.openings[limited], -room[limited] / (total or 1.0)),
    )
    rows.require_each("capacity", limited.tolist(), held, UNIT, weight=1 / (total or 1.0))


def eased(instance: Instance, relaxations: Iterable[Relaxation]) -> dict[str, Any]:
    """Return the fields of the instance that the relaxations change."""
    unserved, capacity, given = np.zeros_like(instance.flow), instance.capacity.copy(), tuple(relaxations)
    for relaxation in given:
        match relaxation.name:
            case ("served", int(origin), int(destination)):
                unserved[origin, destination] = relaxation.amount
            case ("capacity", int(node)):
                capacity[node] += relaxation.amount
    hubs = None if instance.hubs is None else count_after(instance.hubs, COUNTS, given)
    return {"flow": less(instance.flow, unserved), "capacity": capacity, "hubs": hubs}
