"""Prove the assignment of whole clients to decided sites on a list of all packings that better plans can hold.

Every node keeps the packings that plans below the cut-off can still hold. The linear relaxation over them, with rows on
subsets of clients, drops the more of them the higher its bound is. It branches on the client and site for which the
relaxation promises most on both sides. Best bound first, in slices, as `assignment_tree`.

Every bound is worked out from wages and prices over all packings of the node; those that the list or a node leaves out
are in no plan below a cut-off that was asked for (`relaxation.listed_packings`), so that no plan left out costs less
than the least of these, `left_out`.

Sources: Baldacci, Christofides, Mingozzi, Mathematical Programming 115, 2008 (a list of the columns within the gap);
Jepsen, Petersen, Spoorendonk, Pisinger, Operations Research 56, 2008 (rows on subsets).
"""

import heapq
from dataclasses import dataclass
from itertools import count

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.capacitated.packing_program import Optimum, PackingProgram, program_of
from models.clock import Clock
from models.relaxation.listed_packings import Listed, holding, value_of, within
from models.relaxation.subset_rows import SubsetRows, broken_rows, joined
from models.relaxation.volume import SAFETY
from models.solver import BASIC, Basis, Solver

ACTIVE, ACTIVE_OF_SITE = 3000, 8  # packings in a program: so many with the least values, and so many of each site
JOINING = 20  # packings of a site that a program lacked, at a time
LACKED = 1e-7  # below what the program promises of its site
SETTLED = 0.01  # of the room: between a program's value and the bound
ROOT_ROUNDS, ROUNDS, ROWS = 30, 3, 150  # of rows, and how many join at a time
WORTH = 0.04  # of the room that is left: what a round must gain for another one
WIDER = 4.0
TRIED = 8  # clients on both sides, before one is decided
LEAST_RISE = 0.001  # of the room
LIGHT = 0.01  # of the largest demand: what a client counts beside its demand
HALF, WHOLE = 0.5, 1e-6


@dataclass(slots=True)
class _Node:
    """`ids`: the packings that are left; `wage` and `price`: of the best bound; `optimum` of `program`, if solved."""

    bound: float
    ids: Indices
    wage: Floats
    price: Floats
    rows: SubsetRows
    program: PackingProgram | None = None
    basis: Basis | None = None
    optimum: Optimum | None = None
    rounds: int = 0
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class _Branch:
    """Whether `place` takes `client`: the optima of both `sides`, over the packings of the node's program, if any."""

    client: int
    place: int
    sides: list[Optimum | None]


@dataclass(frozen=True, slots=True)
class _Valued:
    """A bound, and what the packings of a node are worth at its wages and prices: `value` [of ids], `least` [place]."""

    bound: float
    value: Floats
    least: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where a tree begins: `packings` of so many `places`, all that plans below `left_out` hold.

    `wage` and `price`, of `rows`, give a bound; `demand` [client].
    """

    packings: Listed
    places: int
    demand: Floats
    wage: Floats
    price: Floats
    rows: SubsetRows
    left_out: float


class PackingTree:
    """Keeps the open nodes; a plan that holds a packing beyond the list costs `left_out` or more."""

    def __init__(self, start: Start, solver: Solver) -> None:
        self.left_out = start.left_out
        self._packings, self._places = start.packings, start.places
        self._weight = start.demand + LIGHT * max(float(start.demand.max(initial=0.0)), 1.0)
        self._solver = solver
        self._ticket = count()
        self._heap: list[tuple[float, int, _Node]] = []
        ids = np.arange(start.packings.cost.size)
        if self._has_all_places(ids):
            self._push(_Node(-np.inf, ids, start.wage, start.price, start.rows))

    @property
    def bound(self) -> float:
        """Return what no plan, but those that `run` has returned, is cheaper than (inf: there is none)."""
        return min(min((node.bound for _, _, node in self._heap), default=np.inf), self.left_out)

    @property
    def size(self) -> int:
        """Return how many packings it began with, which it holds until it is dropped."""
        return int(self._packings.cost.size)

    @property
    def is_ended(self) -> bool:
        """Return whether all plans below `left_out` are known."""
        return not self._heap or self._heap[0][0] >= self.left_out

    def run(self, nodes: int, cutoff: float, clock: Clock) -> Indices | None:
        """Look at some nodes; return the place of each client in a plan below `cutoff`, if one is met."""
        self.left_out = cutoff = min(self.left_out, cutoff)
        for _ in range(nodes):
            if self.is_ended or clock.is_over:
                return None
            node = self._heap[0][2]
            if not node.is_settled:  # the root, alone
                if not self._round(node, cutoff, clock, ROOT_ROUNDS):
                    return None
                self._heap[0] = (node.bound, *self._heap[0][1:])
                continue
            children = [] if node.bound >= cutoff else self._children(node, cutoff, clock)
            if children is None:
                return None
            plan = self._plan(node) if node.bound < cutoff else None
            heapq.heappop(self._heap)  # last: after an interruption nothing is missing
            for child in children:
                self._push(child)
            if plan is not None:
                return plan
        return None

    def _round(self, node: _Node, cutoff: float, clock: Clock, most: int) -> bool:
        """Raise the bound of a node, and add rows for another of `most` rounds; return whether the time was enough."""
        before = node.bound
        if not self._climb(node, cutoff, clock):
            return False
        node.rounds += 1
        gains = node.rounds == 1 or node.bound - before >= WORTH * (cutoff - node.bound)
        goes_on = node.bound < cutoff and gains and node.rounds < most and not self._is_whole(node)
        node.is_settled = not (goes_on and self._add_rows(node))
        return True

    def _push(self, node: _Node) -> None:
        heapq.heappush(self._heap, (node.bound, next(self._ticket), node))

    def _has_all_places(self, ids: Indices) -> bool:
        return bool(np.bincount(self._packings.place[ids], minlength=self._places).all())

    def _valued(self, node: _Node, wage: Floats, price: Floats) -> _Valued:
        """Return the bound at any wages and prices, less its rounding."""
        value, least = np.empty(node.ids.size), np.empty(self._places)
        value_of(self._packings, node.ids, wage, node.rows, price, value, least)
        asked = price * node.rows.most
        terms = np.abs(wage).sum() + asked.sum() + np.abs(least).sum() + np.abs(self._packings.cost[node.ids]).max()
        return _Valued(float(wage.sum() - asked.sum() + least.sum() - SAFETY * terms), value, least)

    def _climb(self, node: _Node, cutoff: float, clock: Clock) -> bool:
        """Solve the relaxation of a node, and drop what is beyond the cut-off; return whether the time was enough."""
        best = self._valued(node, node.wage, node.price)
        node.bound = max(node.bound, best.bound)
        if best.bound >= cutoff:
            return True
        if node.program is None:
            best = self._without_others(node, best, cutoff)
        return node.bound >= cutoff or self._solve(node, best, cutoff, clock)

    def _solve(self, node: _Node, best: _Valued, cutoff: float, clock: Clock) -> bool:
        """Solve the program of a node until it lacks no packing, or its bound is near enough."""
        program, basis = self._begun(node, best, cutoff)
        while True:
            optimum = program.solved(self._solver, basis, ~_are_in(program.ids, node.ids), clock.left_s)
            if optimum is None:
                return False
            basis = optimum.basis
            now = self._valued(node, optimum.wage, optimum.price)
            if now.bound > best.bound:
                best, node.wage, node.price = now, optimum.wage, optimum.price
                node.bound = max(node.bound, best.bound)
            if best.bound >= cutoff:
                return True
            more = self._wider(node, now, optimum, program, cutoff)
            if more is None:
                break
            program, basis = more
            if clock.is_over:
                return False
        node.program, node.basis, node.optimum = program.within_reach(node.wage, program.reach), basis, optimum
        self._without_others(node, best, cutoff)
        return True

    def _wider(
        self, node: _Node, now: _Valued, optimum: Optimum, program: PackingProgram, cutoff: float
    ) -> tuple[PackingProgram, Basis] | None:
        """Return the program with the packings that it lacks, or with more reach; None: it is near enough."""
        lacked = self._lacked(node, now, optimum, program)
        is_near = optimum.value - node.bound < SETTLED * (cutoff - node.bound)
        if lacked.size and (not is_near or _is_whole(optimum)):
            return program.with_packings(np.union1d(program.ids, lacked), optimum.basis)
        if optimum.missed > WHOLE and optimum.value < cutoff:
            return program.within_reach(program.centre, WIDER * program.reach), optimum.basis
        return None

    def _without_others(self, node: _Node, now: _Valued, cutoff: float) -> _Valued:
        """Drop the packings of a node that no plan below the cut-off holds."""
        kept = within(self._packings, node.ids, now.value, now.least, cutoff - now.bound)
        node.ids = node.ids[kept]
        if not self._has_all_places(node.ids):
            node.bound = cutoff
        return _Valued(now.bound, now.value[kept], now.least)

    def _begun(self, node: _Node, best: _Valued, cutoff: float) -> tuple[PackingProgram, Basis | None]:
        """Return the program of the packings that are worth most, from the node's basis."""
        place = self._packings.place[node.ids]
        above = best.value - best.least[place]
        chosen = _least(above, place, ACTIVE_OF_SITE)
        chosen[np.argpartition(above, min(ACTIVE, above.size - 1))[:ACTIVE]] = True
        ids = node.ids[chosen]
        if node.program is None or node.basis is None:
            return program_of(self._packings, ids, node.rows, self._places, (node.wage, cutoff - best.bound)), None
        return node.program.with_packings(ids, node.basis)

    def _lacked(self, node: _Node, now: _Valued, optimum: Optimum, program: PackingProgram) -> Indices:
        """Return packings that the program lacks: worth more than it promises."""
        over = now.value - optimum.toll[self._packings.place[node.ids]]
        lacked = np.flatnonzero(over < -LACKED)
        lacked = lacked[~_are_in(node.ids[lacked], program.ids)]
        return node.ids[lacked[_least(over[lacked], self._packings.place[node.ids[lacked]], JOINING)]]

    def _add_rows(self, node: _Node) -> bool:
        """Add the rows that are broken most, drop those that ask nothing; return whether there are new ones."""
        assert node.program is not None and node.basis is not None  # noqa: S101, PT018
        _, part, first, client = self._parts(node)
        new = broken_rows(first, client, part, ROWS, node.rows)
        if not new.divisor.size:
            return False
        kept = np.flatnonzero(node.basis.row[node.wage.size + self._places :] != BASIC)
        rows = joined(node.rows, kept, new, node.wage.size)
        node.program, node.basis = node.program.with_rows(rows, node.basis, kept)
        # the prices of rows that are dropped go with them: any prices give a bound
        node.rows, node.price = rows, np.concatenate([node.price[kept], np.zeros(new.divisor.size)])
        return True

    def _parts(self, node: _Node) -> tuple[Indices, Floats, Indices, Indices]:
        """Return the packings of the optimum, their parts, where the clients of each begin, and the clients."""
        assert node.program is not None and node.optimum is not None  # noqa: S101, PT018
        some = np.flatnonzero(node.optimum.part > WHOLE)
        ids = node.program.ids[some]
        return ids, node.optimum.part[some], *self._clients_of(ids)

    def _clients_of(self, ids: Indices) -> tuple[Indices, Indices]:
        """Return where the clients of each packing begin, and the clients."""
        begin = self._packings.first
        packed = [self._packings.client[begin[q] : begin[q + 1]].astype(np.int64) for q in ids.tolist()]
        first = np.concatenate([[0], np.cumsum([clients.size for clients in packed])]).astype(np.int64)
        return first, np.concatenate([np.empty(0, dtype=np.int64), *packed])

    def _is_whole(self, node: _Node) -> bool:
        return node.optimum is not None and _is_whole(node.optimum)

    def _plan(self, node: _Node) -> Indices | None:
        """Return the plan of a node that has one packing left for each site, or whose optimum has no parts."""
        if node.ids.size == self._places:  # its optimum may be one of packings that were dropped since
            ids = node.ids
        elif self._is_whole(node):
            ids = self._parts(node)[0]
        else:
            return None
        first, client = self._clients_of(ids)
        plan = np.full(node.wage.size, -1, dtype=np.int64)
        plan[client] = np.repeat(self._packings.place[ids], np.diff(first))
        return plan if (plan >= 0).all() and client.size == plan.size else None

    def _children(self, node: _Node, cutoff: float, clock: Clock) -> list[_Node] | None:
        """Return what is left of both sides below the cut-off; None: no time was left."""
        if node.ids.size == self._places:
            return []  # one plan at most, and `_plan` tells it
        branch = self._branch(node, cutoff, clock)
        if branch is None:
            return None
        children = []
        for kept, side in zip(self._sides(node.ids, branch.client, branch.place), branch.sides, strict=True):
            ids = node.ids[kept]
            if not self._has_all_places(ids):
                continue
            child = _Node(node.bound, ids, node.wage, node.price, node.rows, node.program, node.basis)
            if side is not None:
                self._begin_at(child, side)
            while not child.is_settled:
                if not self._round(child, cutoff, clock, ROUNDS):
                    return None
            if child.bound < cutoff:
                children.append(child)
        return children

    def _begin_at(self, node: _Node, optimum: Optimum) -> None:
        """Let a new node begin at the basis of an optimum, and at its prices if they give a better bound."""
        node.basis = optimum.basis
        before = self._valued(node, node.wage, node.price).bound
        if self._valued(node, optimum.wage, optimum.price).bound > before:
            node.wage, node.price = optimum.wage, optimum.price

    def _branch(self, node: _Node, cutoff: float, clock: Clock) -> _Branch | None:
        """Return the branch of which the program promises most on both sides; None: no time was left."""
        assert node.program is not None and node.basis is not None  # noqa: S101, PT018
        room, best, found = cutoff - node.bound, -1.0, None
        is_left = _are_in(node.program.ids, node.ids)
        for client, place in self._divided(node):
            sides: list[Optimum | None] = []
            rise = 1.0
            for kept in self._sides(node.program.ids, client, place):
                side = None
                if self._has_all_places(node.program.ids[kept & is_left]):
                    side = node.program.solved(self._solver, node.basis, ~(kept & is_left), clock.left_s)
                    if side is None:
                        return None
                rise *= room if side is None else min(max(side.value - node.bound, LEAST_RISE * room), room)
                sides.append(side)
            if rise > best:
                best, found = rise, _Branch(client, place, sides)
            if rise >= room * room:
                break  # both sides end
        return found

    def _divided(self, node: _Node) -> list[tuple[int, int]]:
        """Return clients that are divided most, each with the place that takes it most often.

        Where none is divided, the one whose place leaves out most packings.
        """
        ids, part, first, client = self._parts(node)
        share = np.zeros((self._places, node.wage.size))
        np.add.at(
            share, (np.repeat(self._packings.place[ids], np.diff(first)), client), np.repeat(part, np.diff(first))
        )
        most, place = share.max(axis=0), np.argmax(share, axis=0)
        divided = np.minimum(most, 1.0 - most)
        order = np.argsort(-divided * self._weight, kind="stable")[:TRIED]
        order = order[divided[order] > WHOLE]
        if not order.size:
            others = np.array([(~self._sides(node.ids, i, int(place[i]))[0]).sum() for i in range(place.size)])
            others[others == node.ids.size] = -1  # nothing would be left where the place takes it
            order = np.argmax(others, keepdims=True)
        return [(int(i), int(place[i])) for i in order]

    def _sides(self, ids: Indices, client: int, place: int) -> tuple[Flags, Flags]:
        """Return which packings are left where the place takes the client, and where it does not."""
        here, holds = self._packings.place[ids] == place, holding(self._packings, ids, client)
        return here == holds, ~(here & holds)


def _are_in(ids: Indices, others: Indices) -> Flags:
    """Return which of `ids` are among `others`, rising."""
    if not others.size:
        return np.zeros(ids.size, dtype=np.bool_)
    found: Flags = others[np.minimum(np.searchsorted(others, ids), others.size - 1)] == ids
    return found


def _least(value: Floats, place: Indices, most: int) -> Flags:
    """Return which are among the `most` least of their place."""
    order = np.lexsort((value, place))
    rank = np.arange(order.size) - np.searchsorted(place[order], place[order])
    chosen = np.zeros(value.size, dtype=np.bool_)
    chosen[order[rank < most]] = True
    return chosen


def _is_whole(optimum: Optimum) -> bool:
    return optimum.missed < WHOLE and bool((np.minimum(optimum.part, 1.0 - optimum.part) < WHOLE).all())
