"""The textbook formulation as one mixed-integer program, and the best plan HiGHS finds for it.

The formula stands in `models.hub_placement`. Good to a few thousand routes; the engines are compared with it.

A solver's tolerances are absolute: 1e-9 of a flow of 6e9 t is 6 t, which is much beside room for 20,000. So a column is
no share of a flow but of the part that the room on its way can hold, and the rows of openings say that no more passes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from models.arrays import Flags, Floats, Indices, dot
from models.clock import Clock
from models.placement.offers import Offers
from models.placement.openings import Requirement
from models.placement.terms import NONE
from models.program import HALF, Matrix, Program
from models.scaling import SOLVER_DUST, unit_of
from models.solver import Outcome, Solver
from models.status import Status

LEAST = 2e-9  # of the largest in a row: HiGHS reads nothing smaller than 1e-9
LEAST_PART = 1e-12  # of what fits: as good as none
MARGIN = 1e-9  # of the value: more than the rounding of the sums
LARGEST = 512.0  # of costs in a program, or up to twice as much: beside it a solver sees what is 1e-12 of it
FAR = 2.0  # times what a plan costs: a larger unit makes a solver's tolerances seen in the bound
NEAR = 2.0**-6  # the same: of a larger unit they may be seen
ROUNDED = 4e-9  # of the value: as much as they may be seen
FAR_OFF = 1024.0  # times what a plan costs: of more, roundings are seen in the bound
SUM_DUST = 1e-14  # of that cost: by so much sums over all flows may be rounded
FLOAT_DUST = 4e-16  # of the cost of sending all directly: by so much it is rounded
ALIKE = 10.0  # powers of two between shares in a row of openings: what is far smaller has a row of its own
SMALL = 1e-5  # where 1000 is all that there is to carry
SHARE_DUST = 1e-9
OVERFULL = 1e-8  # of a slot's room: less is rounding
ROUNDING = 1e-12  # of a slot's room: of the sum of what may pass

Names = tuple[tuple[Requirement, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Rows `low <= matrix (columns) <= high`, and which row of the block says a requirement of the caller."""

    matrix: Matrix
    low: Floats
    high: Floats
    names: Names = ()


def terms_of(program: Program) -> int:
    """Return the number of rows and of columns with a cost."""
    return int(np.count_nonzero(program.cost)) + program.row_upper.size


def believed(bound: float, value: float, scale: tuple[float, int], constant: float) -> float:
    """Return the bound of a program less what its solver may not see, and what is rounded, where that is much.

    `value`: of its plan. `scale`: the unit in which the solver's tolerances are, and the program's terms. `constant`:
    the cost of sending all directly, off which most of what is carried is taken. All in one unit of money.
    """
    (unit, terms), value = scale, abs(value)
    if not np.isfinite(value):  # there is no plan: nothing says how far its cost is seen
        return bound - SOLVER_DUST * terms * unit
    unseen = SOLVER_DUST * terms * unit if unit > FAR * value else ROUNDED * value if unit > NEAR * value else 0.0
    rounded = FLOAT_DUST * constant if constant > FAR_OFF * value else 0.0
    return bound - unseen - rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Textbook:
    """Columns: a share of `part` per offer, a 0/1 opening per option, and a 0/1 choice per client and cell.

    `forced` are the cells that must be open; `least` and `most` bound the new sites of the last period. `value`: only
    plans that cost no more, in the offers' unit, are asked for. `room_may_grow`: a repair may add room, so all of a
    flow may take any offer.
    """

    offers: Offers
    forced: Indices
    least: int
    most: int
    room_may_grow: bool = False
    value: float = np.inf

    @property
    def unit(self) -> float:
        """Return the power of two, in the offers' unit, that is 1/4 to 1/2 of the largest cost of the program."""
        return unit_of(float(np.abs(self._costs(self._least_saving())).max(initial=0.0)))

    def solve(self, relative_gap: float, seed: int, limit_s: float, solver: Solver) -> Outcome:
        """Return HiGHS's outcome, its objective in the offers' unit; "infeasible" is asked for twice."""
        clock, program, unit = Clock(limit_s), self.program(), self.unit * 2 / LARGEST
        program = replace(program, cost=program.cost / unit, offset=program.offset / unit)
        outcome = self._outcome(program, (relative_gap, seed), clock, solver)
        scale = unit, terms_of(program)
        return replace(
            outcome,
            objective=outcome.objective * unit,
            bound=believed(outcome.bound * unit, outcome.objective * unit, scale, self.offers.constant),
        )

    def _outcome(self, program: Program, how: tuple[float, int], clock: Clock, solver: Solver) -> Outcome:
        (relative_gap, seed), limit_s = how, clock.left_s
        outcome = solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=limit_s)
        if outcome.status is not Status.INFEASIBLE or clock.is_over:
            return outcome
        again = solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=clock.left_s, presolve=False)
        return outcome if again.status is Status.NO_SOLUTION else again

    def keeps_room(self, opened: Flags, share: Floats) -> bool:
        """Return whether the shares [offer] fit; of two sizes of a site a solver may see the larger room only."""
        offers, (offer, slot) = self.offers, self._passes()
        told = np.where(share < SHARE_DUST * offers.fitting, 0.0, share)  # what a closed site gets is dust at most
        load = np.bincount(slot, told[offer] * offers.amount[offers.flow[offer]], minlength=offers.slots)
        return bool((load <= offers.room(opened) * (1 + OVERFULL)).all())

    def shipped(self, opened: Flags, how: tuple[float, int, float], solver: Solver) -> Floats | None:
        """Return the best shares [offer] with `opened` [option], as exact as their room; None if there was no answer.

        `how`: relative gap, seed, seconds.
        """
        capacity = np.where(opened[:, None], self.offers.capacity, 0.0)
        book, (gap, seed, limit_s) = replace(self, offers=replace(self.offers, capacity=capacity)), how
        program, fixed = book.program(), opened.astype(np.float64)
        options = slice(self.offers.flow.size, self.offers.flow.size + fixed.size)
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[options] = upper[options] = fixed
        is_closed = np.append(self.offers.room(opened) <= 0, False)  # the last: no second slot
        barred = (is_closed[self.offers.slot] | is_closed[self.offers.second]) & (
            self.offers.amount[self.offers.flow] > 0
        )
        upper[: barred.size][barred] = 0.0
        held = replace(program, lower=lower, upper=upper)
        outcome = solver.mip(held, relative_gap=gap, seed=seed, limit_s=limit_s)
        if not outcome.values.size:
            return None
        share = book.shares(outcome.values)
        return share if self.keeps_room(opened, share) else None

    @property
    def part(self) -> Floats:
        """Return which part of its flow 1 in the column of each offer stands for [offer]."""
        if self.room_may_grow:
            return np.ones(self.offers.flow.size)
        return self.offers.fitting * self._affordable()

    def _spare(self) -> float:
        """Return by how much a plan of `value` may cost more than what no plan undercuts."""
        offers = self.offers
        least = offers.constant - dot(offers.amount, self._best_saving()) + float(self._forced_cost().sum())
        return self.value + MARGIN * abs(self.value) + SUM_DUST * offers.constant - least

    def _best_saving(self) -> Floats:
        """Return what a unit of each flow saves at most [flow]."""
        offers = self.offers
        best = np.where(offers.must, -np.inf, 0.0)
        np.maximum.at(best, offers.flow, offers.saving)
        return np.where(np.isfinite(best), best, 0.0)

    def _forced_cost(self) -> Floats:
        """Return what each cell costs at least [cell]: 0 where it may stay closed."""
        offers = self.offers
        least = np.full(offers.cells, np.inf)
        np.minimum.at(least, offers.site, offers.cost)
        forced = np.zeros(offers.cells, dtype=np.bool_)
        forced[self.forced] = True
        return np.where(forced & np.isfinite(least), least, 0.0)

    def _affordable(self) -> Floats:
        """Return how much of what fits each offer may take in a plan of `value` [offer]."""
        offers = self.offers
        if not np.isfinite(self.value):
            return np.ones(offers.flow.size)
        more = (self._best_saving()[offers.flow] - offers.saving) * offers.amount[offers.flow] * offers.fitting
        spare = max(self._spare(), 0.0)
        return np.maximum(np.divide(spare, more, out=np.ones(more.size), where=more > spare), LEAST_PART)

    def _too_dear(self) -> Flags:
        """Return the options that no plan of `value` opens [option]."""
        offers = self.offers
        if not np.isfinite(self.value):
            return np.zeros(offers.option.size, dtype=np.bool_)
        return ~offers.standing & (offers.cost - self._forced_cost()[offers.site] > self._spare())

    def opened(self, values: Floats) -> Flags:
        """Return the options opened [option]."""
        shares = self.offers.flow.size
        flags: Flags = values[shares : shares + self.offers.option.size] > HALF
        return flags

    def shares(self, values: Floats) -> Floats:
        """Return the shares [offer]."""
        return np.clip(values[: self.offers.flow.size], 0.0, 1.0) * self.part

    @property
    def choices(self) -> int:
        """Return how many choices of a client and cell there are."""
        return self._choices()[0].size

    def program(self) -> Program:
        """Return the program."""
        offers, shares, options, choices = self.offers, self.offers.flow.size, self.offers.option.size, self.choices
        blocks = list(self.blocks())
        first = self._first_rows(blocks)
        least = self._least_saving()
        whole = np.concatenate([np.zeros(shares, dtype=np.bool_), np.ones(options + choices, dtype=np.bool_)])
        return Program(
            cost=np.concatenate([self._costs(least), np.zeros(choices)]),
            lower=np.concatenate([np.zeros(shares), offers.standing.astype(np.float64), np.zeros(choices)]),
            upper=np.concatenate([np.ones(shares), 1.0 - self._too_dear(), np.ones(choices)]),
            matrix=Matrix.stack(
                *(
                    (block.matrix.row + start, block.matrix.column, block.matrix.value)
                    for block, start in zip(blocks, first, strict=True)
                )
            ),
            row_lower=np.concatenate([block.low for block in blocks]),
            row_upper=np.concatenate([block.high for block in blocks]),
            integer=whole,
            offset=offers.constant - dot(least, offers.amount),
        )

    def _costs(self, least: Floats) -> Floats:
        """Return what the columns of shares and openings cost beside the `least` saving of each flow."""
        offers = self.offers
        saving = (offers.saving - least[offers.flow]) * offers.amount[offers.flow] * self.part
        return np.concatenate([-saving, np.where(self._too_dear(), 0.0, offers.cost)])

    def _least_saving(self) -> Floats:
        """Return what any offer with room for much of it saves a flow that must take one [flow]; 0 for the others.

        What a row does not see takes from no other offer there: it must not be paid for all that a plan is worth.
        """
        offers, seen = self.offers, self.part > LEAST
        least = np.full(offers.must.size, np.inf)
        np.minimum.at(least, offers.flow[seen], offers.saving[seen])
        return np.where(offers.must & np.isfinite(least), least, 0.0)

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
        offers, part = self.offers, self.part
        seen = np.flatnonzero(part > LEAST)
        matrix = Matrix.stack((offers.flow[seen], seen, part[seen]))
        unseen = np.bincount(offers.flow, weights=np.where(part > LEAST, 0.0, part), minlength=offers.must.size)
        names = tuple((("carried", flow), flow) for flow in np.flatnonzero(offers.must).tolist())
        low = np.where(offers.must, 1.0 - unseen, -np.inf)
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
        return self._at_most(1, (option, resource, self.offers.capacity[option, resource]))

    def _open_sites(self) -> Block:
        """Return that all shares of a flow at a cell are at most y of the cell's options."""
        option = np.arange(self.offers.option.size)
        return self._at_most(self.offers.resources, (option, np.zeros_like(option), self.offers.capacity.sum(axis=1)))

    def _at_most(self, together: int, entries: tuple[Indices, Indices, Floats]) -> Block:
        """Return per flow and run of `together` slots: sum of shares <= sum of the openings with an entry there.

        `entries`: option, resource, and how much of any flow the option has room for; an opening counts for no more.
        """
        offers, (offer, slot), (option, resource, room) = self.offers, self._passes(), entries
        place = slot // together * together
        row, first, part, unit = self._alike(offer, offers.flow[offer] * offers.slots + place)
        entry_slot = offers.site[option] * offers.resources + resource
        order = np.argsort(entry_slot, kind="stable")
        start = np.searchsorted(entry_slot[order], np.arange(offers.slots + 1))
        count = np.diff(start)[place[first]]
        at = order[np.repeat(start[place[first]] - np.cumsum(count) + count, count) + np.arange(count.sum())]
        of_row = np.repeat(np.arange(first.size), count)
        weight = self._counted(room[at], offers.amount[offers.flow[offer[first]]][of_row], unit[of_row])
        weight = np.minimum(weight, np.bincount(row, weights=part, minlength=first.size)[of_row])
        matrix = Matrix.stack((row, offer, part), (of_row, offers.flow.size + option[at], -weight))
        return Block(matrix=matrix, low=np.full(first.size, -np.inf), high=np.zeros(first.size))

    def _alike(self, offer: Indices, group: Indices) -> tuple[Indices, Indices, Floats, Floats]:
        """Return rows of entries of a `group` whose parts are of a size: row, first entry of each, parts, their unit.

        The largest part of a row is 1; `unit` [row] is that part of the flow.
        """
        part = self.part[offer]
        _, size = np.unique(np.floor(np.log2(part) / ALIKE), return_inverse=True)
        _, first, row = np.unique(group * (size.max(initial=0) + 1) + size, return_index=True, return_inverse=True)
        unit = np.zeros(first.size)
        np.maximum.at(unit, row, part)
        return row, first, part / unit[row], unit

    def _counted(self, room: Floats, amount: Floats, unit: Floats) -> Floats:
        """Return for how many `unit`s of a flow's `amount` an opening with so much room counts in a row [entry]."""
        if self.room_may_grow:
            return np.ones(room.size)
        held = np.divide(room, amount, out=np.ones(room.size), where=room < amount)
        return np.maximum(held / unit, LEAST)

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
        load = amount[loads] * self.part[offer[loads]]
        unit = self._unit_of_room(np.append(slot[loads], room[holds]), np.append(load, capacity[holds]))
        matrix = Matrix.stack(
            (slot[loads], offer[loads], load / unit[slot[loads]]),
            (room[holds], offers.flow.size + option[holds], -capacity[holds] / unit[room[holds]]),
        )
        names = tuple((("room", *divmod(at, offers.resources)), at) for at in np.unique(room).tolist())
        return Block(matrix=matrix, low=np.full(offers.slots, -np.inf), high=np.zeros(offers.slots), names=names)

    def _unit_of_room(self, slot: Indices, amount: Floats) -> Floats:
        """Return the power of two in which the row of each slot is written [slot]: 1 but where each `amount` is small.

        A solver reads what is less than 1e-9 as nothing: room for 5 t beside a flow of 1e13 t.
        """
        largest = np.zeros(self.offers.slots)
        np.maximum.at(largest, slot, amount)
        is_small = (largest > 0) & (largest < SMALL) & (not self.room_may_grow)
        return np.where(is_small, np.ldexp(1.0, np.frexp(largest)[1]), 1.0)

    def _most_passing(self, offer: Indices, slot: Indices) -> Floats:
        """Return how much may pass each slot: its flows, each once."""
        slots, amount = self.offers.slots, self.offers.amount
        flow, place = np.divmod(np.unique(self.offers.flow[offer] * slots + slot), max(slots, 1))
        most: Floats = np.bincount(place, weights=amount[flow], minlength=slots).astype(np.float64)
        return most

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
        weight = offers.use * (offers.amount[offers.flow] * self.part)[:, None]
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
        cell, amount = slot // offers.resources, offers.amount[offers.flow[offer]] * self.part[offer]
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
        row, first, part, unit = self._alike(offer, offers.flow[offer] * keys.size + choice[offer])
        column = offers.flow.size + offers.option.size + choice[offer][first]
        weight = np.minimum(1.0 / unit, np.bincount(row, weights=part, minlength=first.size))
        matrix = Matrix.stack((row, offer, part), (np.arange(first.size), column, -weight))
        return Block(matrix=matrix, low=np.full(first.size, -np.inf), high=np.zeros(first.size))

    def _one_site_a_client(self) -> Block:
        offers, (keys, _) = self.offers, self._choices()
        clients, row = np.unique(keys // (offers.slots // max(offers.resources, 1)), return_inverse=True)
        column = offers.flow.size + offers.option.size + np.arange(keys.size)
        names = tuple((("client", client), at) for at, client in enumerate(clients.tolist()))
        matrix = Matrix.stack((row, column, 1.0))
        return Block(matrix=matrix, low=np.full(clients.size, -np.inf), high=np.ones(clients.size), names=names)
