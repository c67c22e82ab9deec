"""The textbook formulation as one mixed-integer program, and the best plan HiGHS finds for it.

The formula stands in `models.hub_placement`. Good to a few thousand routes; the engines are compared with it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.placement.offers import Offers
from models.placement.openings import Requirement
from models.placement.terms import NONE
from models.program import HALF, Matrix, Program
from models.solver import Outcome, Solver
from models.status import Status

UNSEEN = 1e-8  # of a flow: what a solver that is exact to 1e-9 may take for none
ROUNDING = 1e-12  # of a slot's room: of the sum of what may pass

Names = tuple[tuple[Requirement, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows `low <= matrix (columns) <= high`, and which row of the block says a requirement of the caller."""

    matrix: Matrix
    low: Floats
    high: Floats
    names: Names = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Textbook:
    """Columns: a share per offer, a 0/1 opening per option, and a 0/1 choice per client and cell.

    `forced` are the cells that must be open; `least` and `most` bound the new sites of the last period.
    """

    offers: Offers
    forced: Indices
    least: int
    most: int

    def solve(self, relative_gap: float, seed: int, limit_s: float, solver: Solver) -> Outcome:
        """Return HiGHS's outcome, its objective in the offers' unit; "infeasible" is asked for twice."""
        clock, program = Clock(limit_s), self.program()
        program.upper[: self.offers.flow.size] = self._fitting()  # not in `program`: a repair may add room
        outcome = solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=limit_s)
        if outcome.status is not Status.INFEASIBLE or clock.is_over:
            return outcome
        again = solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=clock.left_s, presolve=False)
        return outcome if again.status is Status.NO_SOLUTION else again

    def bound(self, outcome: Outcome) -> float:
        """Return the cost, in the offers' unit, below which no plan is.

        To the solver a share below its tolerance is none, so it gives way by all that such offers could save.
        """
        offers, fitting = self.offers, self._fitting()
        unseen = np.flatnonzero(fitting <= UNSEEN)
        saving = offers.saving[unseen] * offers.amount[offers.flow[unseen]] * fitting[unseen]
        return outcome.bound - float(np.maximum(saving, 0.0).sum())

    def opened(self, values: Floats) -> Flags:
        """Return the options opened [option]."""
        shares = self.offers.flow.size
        flags: Flags = values[shares : shares + self.offers.option.size] > HALF
        return flags

    def shares(self, values: Floats) -> Floats:
        """Return the shares [offer]."""
        return np.clip(values[: self.offers.flow.size], 0.0, 1.0)

    @property
    def choices(self) -> int:
        """Return how many choices of a client and cell there are."""
        return self._choices()[0].size

    def program(self) -> Program:
        """Return the program."""
        offers, shares, options, choices = self.offers, self.offers.flow.size, self.offers.option.size, self.choices
        blocks = list(self.blocks())
        first = self._first_rows(blocks)
        whole = np.concatenate([np.zeros(shares, dtype=np.bool_), np.ones(options + choices, dtype=np.bool_)])
        return Program(
            cost=np.concatenate([-offers.saving * offers.amount[offers.flow], offers.cost, np.zeros(choices)]),
            lower=np.concatenate([np.zeros(shares), offers.standing.astype(np.float64), np.zeros(choices)]),
            upper=np.ones(shares + options + choices),
            matrix=Matrix.stack(
                *(
                    (block.matrix.row + start, block.matrix.column, block.matrix.value)
                    for block, start in zip(blocks, first, strict=True)
                )
            ),
            row_lower=np.concatenate([block.low for block in blocks]),
            row_upper=np.concatenate([block.high for block in blocks]),
            integer=whole,
            offset=offers.constant,
        )

    def requirements(self) -> dict[Requirement, int]:
        """Return which row of the program says which requirement of the caller.

        ("carried", flow) of the offers' flows without a direct way, ("room", cell, resource), ("forced_open", cell) for
        standing and forced cells, ("min_new",) and ("max_new",) (one row), ("level", site, period, level),
        ("rule", r), ("measure_low", m), ("measure_high", m) (the upper side, both), ("min_throughput", cell),
        ("client", g).
        """
        blocks = list(self.blocks())
        return {
            name: int(start) + row
            for block, start in zip(blocks, self._first_rows(blocks), strict=True)
            for name, row in block.names
        }

    def blocks(self) -> Iterator[Block]:
        """Yield the rows, requirement after requirement."""
        yield self._whole_flows()
        yield self._open_slots()
        yield self._open_sites()
        yield self._room()
        yield self._one_option()
        yield self._count()
        yield self._levels_and_rules()
        yield self._measures()
        yield self._min_throughput()
        if (self.offers.client != NONE).any():
            yield self._client_sites()
            yield self._one_site_a_client()

    @staticmethod
    def _first_rows(blocks: list[Block]) -> Indices:
        sizes = np.array([0, *(block.low.size for block in blocks)], dtype=np.intp)
        first: Indices = np.cumsum(sizes)[:-1]
        return first

    def _whole_flows(self) -> Block:
        offers = self.offers
        matrix = Matrix.stack((offers.flow, np.arange(offers.flow.size), 1.0))
        names = tuple((("carried", flow), flow) for flow in np.flatnonzero(offers.must).tolist())
        low = np.where(offers.must, 1.0, -np.inf)
        return Block(matrix=matrix, low=low, high=np.ones(low.size), names=names)

    def _passes(self) -> tuple[Indices, Indices]:
        """Return (offer, slot) of each slot that an offer uses."""
        offers = self.offers
        twice = np.flatnonzero(offers.second != NONE)
        every = np.arange(offers.flow.size)
        return np.concatenate([every, twice]), np.concatenate([offers.slot, offers.second[twice]])

    def _open_slots(self) -> Block:
        """Return x <= y of the options with room in the slot, per flow and slot."""
        option, resource = np.nonzero(self.offers.capacity > 0)
        return self._at_most(1, option, resource)

    def _open_sites(self) -> Block:
        """Return that all shares of a flow at a cell are at most y of the cell's options."""
        option = np.arange(self.offers.option.size)
        return self._at_most(self.offers.resources, option, np.zeros(option.size, dtype=np.intp))

    def _at_most(self, together: int, option: Indices, resource: Indices) -> Block:
        """Return per flow and run of `together` slots: sum of shares <= sum of the openings with an entry there."""
        offers, (offer, slot) = self.offers, self._passes()
        place = slot // together * together
        group = offers.flow[offer] * offers.slots + place
        _, first, row = np.unique(group, return_index=True, return_inverse=True)
        entry_slot = offers.site[option] * offers.resources + resource
        order = np.argsort(entry_slot, kind="stable")
        start = np.searchsorted(entry_slot[order], np.arange(offers.slots + 1))
        count = np.diff(start)[place[first]]
        at = np.repeat(start[place[first]] - np.cumsum(count) + count, count) + np.arange(count.sum())
        matrix = Matrix.stack(
            (row, offer, 1.0),
            (np.repeat(np.arange(first.size), count), offers.flow.size + option[order][at], -1.0),
        )
        return Block(matrix=matrix, low=np.full(first.size, -np.inf), high=np.zeros(first.size))

    def _room(self) -> Block:
        """Return that what passes a slot is at most the room of its open option, where that says anything new.

        No option has more room here than all that may pass. Where each has as much, the rows of `_open_slots` say all
        that the slot's row does, and it is left out: presolve makes wrong proofs of coefficients billions apart.
        """
        offers, (offer, slot) = self.offers, self._passes()
        option, resource = np.nonzero(offers.capacity)
        room = offers.site[option] * offers.resources + resource
        most = self._most_passing(offer, slot)
        capacity = np.minimum(offers.capacity[option, resource], most[room])
        binds = np.bincount(room, minlength=offers.slots) == 0
        binds[room[capacity < most[room] * (1 - ROUNDING)]] = True
        amount = offers.amount[offers.flow[offer]]
        loads = np.flatnonzero((amount > 0) & binds[slot])
        holds = np.flatnonzero(binds[room])
        matrix = Matrix.stack(
            (slot[loads], offer[loads], amount[loads]),
            (room[holds], offers.flow.size + option[holds], -capacity[holds]),
        )
        names = tuple((("room", *divmod(at, offers.resources)), at) for at in np.unique(room).tolist())
        return Block(matrix=matrix, low=np.full(offers.slots, -np.inf), high=np.zeros(offers.slots), names=names)

    def _most_passing(self, offer: Indices, slot: Indices) -> Floats:
        """Return how much may pass each slot: its flows, each once."""
        slots, amount = self.offers.slots, self.offers.amount
        flow, place = np.divmod(np.unique(self.offers.flow[offer] * slots + slot), max(slots, 1))
        most: Floats = np.bincount(place, weights=amount[flow], minlength=slots).astype(np.float64)
        return most

    def _fitting(self) -> Floats:
        """Return how much of its flow each offer may take for the room there is [offer], where it has room at all."""
        offers, (offer, slot) = self.offers, self._passes()
        widest = np.zeros(offers.slots)
        np.maximum.at(widest, offers.site[:, None] * offers.resources + np.arange(offers.resources), offers.capacity)
        amount = offers.amount[offers.flow[offer]]
        fitting = np.ones(offers.flow.size)
        part = np.divide(widest[slot], amount, out=np.ones(offer.size), where=(amount > 0) & (widest[slot] > 0))
        np.minimum.at(fitting, offer, part)
        return fitting

    def _one_option(self) -> Block:
        offers = self.offers
        cells = np.union1d(offers.site, self.forced).astype(np.intp)
        row = np.searchsorted(cells, offers.site)
        matrix = Matrix.stack((row, offers.flow.size + np.arange(offers.option.size), 1.0))
        forced = np.isin(cells, self.forced)
        names = tuple((("forced_open", int(cells[at])), at) for at in np.flatnonzero(forced).tolist())
        return Block(matrix=matrix, low=forced.astype(np.float64), high=np.ones(cells.size), names=names)

    def _count(self) -> Block:
        new = np.flatnonzero(self.offers.is_new)
        matrix = Matrix.stack((np.zeros(new.size, dtype=np.intp), self.offers.flow.size + new, 1.0))
        names: Names = ((("min_new",), 0), (("max_new",), 0))
        return Block(matrix=matrix, low=np.array([float(self.least)]), high=np.array([float(self.most)]), names=names)

    def _levels_and_rules(self) -> Block:
        rows, first = self.offers.rows, self.offers.flow.size
        matrix = Matrix.stack((rows.matrix.row, rows.matrix.column + first, rows.matrix.value))
        names = tuple((name, at) for at, name in enumerate(rows.names))
        return Block(matrix=matrix, low=rows.low, high=rows.high, names=names)

    def _measures(self) -> Block:
        offers = self.offers
        weight = offers.use * offers.amount[offers.flow][:, None]
        offer, row = np.nonzero(weight)
        names = tuple((name, at) for at, name in enumerate(offers.use_name))
        limit = offers.use_limit
        option, of_option = np.nonzero(offers.use_option)
        matrix = Matrix.stack(
            (row, offer, weight[offer, row]),
            (of_option, offers.flow.size + option, offers.use_option[option, of_option]),
        )
        return Block(matrix=matrix, low=np.full(limit.size, -np.inf), high=limit, names=names)

    def _min_throughput(self) -> Block:
        """Return that what passes a cell is at least what its open option asks for."""
        offers, (offer, slot) = self.offers, self._passes()
        asking = np.flatnonzero(offers.min_throughput > 0)
        cells = np.unique(offers.site[asking])
        cell, amount = slot // offers.resources, offers.amount[offers.flow[offer]]
        passes = np.flatnonzero(np.isin(cell, cells) & (amount > 0))
        row = np.searchsorted(cells, offers.site[asking])
        matrix = Matrix.stack(
            (np.searchsorted(cells, cell[passes]), offer[passes], amount[passes]),
            (row, offers.flow.size + asking, -offers.min_throughput[asking]),
        )
        names = tuple((("min_throughput", site), at) for at, site in enumerate(cells.tolist()))
        return Block(matrix=matrix, low=np.zeros(cells.size), high=np.full(cells.size, np.inf), names=names)

    def _choices(self) -> tuple[Indices, Indices]:
        """Return (client and cell as one number) of each choice, and the choice of each offer or NONE."""
        offers = self.offers
        client = offers.client[offers.flow]
        cells = offers.slots // max(offers.resources, 1)
        key = np.where(client == NONE, NONE, client * cells + offers.slot // max(offers.resources, 1))
        keys = np.unique(key[key != NONE])
        return keys, np.where(key == NONE, NONE, np.searchsorted(keys, key))

    def _client_sites(self) -> Block:
        """Return that a flow's shares at a cell are at most its client's choice of the cell."""
        offers, (keys, choice) = self.offers, self._choices()
        offer = np.flatnonzero(choice != NONE)
        group = offers.flow[offer] * keys.size + choice[offer]
        groups, row = np.unique(group, return_inverse=True)
        column = offers.flow.size + offers.option.size + groups % keys.size
        matrix = Matrix.stack((row, offer, 1.0), (np.arange(groups.size), column, -1.0))
        return Block(matrix=matrix, low=np.full(groups.size, -np.inf), high=np.zeros(groups.size))

    def _one_site_a_client(self) -> Block:
        offers, (keys, _) = self.offers, self._choices()
        clients, row = np.unique(keys // (offers.slots // max(offers.resources, 1)), return_inverse=True)
        column = offers.flow.size + offers.option.size + np.arange(keys.size)
        names = tuple((("client", client), at) for at, client in enumerate(clients.tolist()))
        matrix = Matrix.stack((row, column, 1.0))
        return Block(matrix=matrix, low=np.full(clients.size, -np.inf), high=np.ones(clients.size), names=names)
