"""The transport program of a market near given prices, in terms of what moves.

At prices p every flow takes its best offer; the program says how much of each flow should move to another one, for
all prices within p - reach .. p + reach. An offer that cannot become a flow's best within the reach stays out, so most
flows, and with them their rows "shares sum to 1", vanish: a flow with one other offer is a mere bounded variable.
60,000 flows become about 10,000 variables and a few hundred rows, and GLOP needs 20 ms where the program with all
flows and routes does not end in 200 s.

    max  sum gain m - sum_s (p_s + reach_s) over_s + sum_s (p_s - reach_s)+ idle_s
    per slot:                 in - out - over_s + idle_s <= room_s - load_s at p
    per flow of two or more:  sum of its moves <= amount;     0 <= m <= amount, over, idle >= 0

Everything that has a price (`market`) has such a row, slots and the others alike; a price ends at its penalty.

`over` and `idle` keep the prices within the reach. The optimum is the least bound of any prices within the reach,
exactly; where `over` and `idle` vanish it is the best shipment of all.

Source: prices within a box: Marsten, Hogan, Blankenship, Operations Research 23, 1975.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.market import DIRECT, Choice, Market
from models.placement.terms import NONE
from models.program import Matrix, Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Shifts:
    """The moves that may pay within the reach of some prices.

    `row` and `target` [move]: the row that moves and the offer it moves to (or DIRECT).
    """

    market: Market
    choice: Choice
    prices: Floats
    reach: Floats
    row: Indices
    target: Indices

    @classmethod
    def near(cls, market: Market, choice: Choice, prices: Floats, reach: Floats) -> "Shifts":
        """Return every move that may pay at some prices within `reach` [price] of `prices`."""
        taken = choice.taken
        via_hub = taken != DIRECT
        least = choice.best.copy()  # what the present offer is still worth at the other end of the reach
        moves = market.reach(reach)
        least[via_hub] -= moves[taken[via_hub]]
        near = choice.net + moves > np.repeat(np.maximum(least, 0.0), market.size)
        near[taken[via_hub]] = False
        other = np.flatnonzero(near)
        home = np.flatnonzero(via_hub & (least < 0))
        return cls(
            market=market,
            choice=choice,
            prices=prices,
            reach=reach,
            row=np.concatenate([market.row[other], home]),
            target=np.concatenate([other, np.full(home.size, DIRECT)]),
        )

    @property
    def open_slots(self) -> Indices:
        """Return what is priced, slots with room first; rows of the program in this order."""
        return np.flatnonzero(self.market.scarce.is_open)

    @property
    def low(self) -> Floats:
        """Return the lowest prices [price] within reach."""
        return np.maximum(self.prices - self.reach, 0.0)

    @property
    def high(self) -> Floats:
        """Return the highest prices [price] within reach."""
        return np.minimum(self.prices + self.reach, self.market.scarce.highest)

    def program(self) -> Program:
        """Return the program above; its variables are moves, then over and idle per open slot."""
        slots = self.open_slots
        moves, elastic = self.row.size, np.arange(slots.size)
        amount = self.market.amount
        several, several_row = self._rows_with_several_moves()
        none, endless = np.zeros(moves + 2 * slots.size), np.full(2 * slots.size, np.inf)
        blocks: list[tuple[Indices, Indices, Floats | float]]
        blocks = [
            *self._slot_entries(slots),
            (several_row[several_row >= 0] + slots.size, np.flatnonzero(several_row >= 0), 1.0),
            (elastic, moves + elastic, -1.0),
            (elastic, moves + slots.size + elastic, 1.0),
        ]
        free = (self.market.room - self.market.load(*self.shipment_at_prices()))[slots]
        upper = np.concatenate([free, amount[several]])
        return Program(
            cost=np.concatenate([-self._gain(), self.high[slots], -self.low[slots]]),
            lower=none,
            upper=np.concatenate([amount[self.row], endless]),
            matrix=Matrix.stack(*blocks),
            row_lower=np.full(upper.size, -np.inf),
            row_upper=upper,
        )

    def shipment_at_prices(self) -> tuple[Floats, Indices]:
        """Return (amounts, offers) that the flows take at the prices."""
        taken = self.choice.taken
        via_hub = taken != DIRECT
        return self.market.amount[via_hub], taken[via_hub]

    def shipment(self, moved: Floats) -> Floats:
        """Return the amount by each offer of the market after the moves `moved` [move]."""
        shipped = np.zeros(self.market.slot.size)
        amount, offers = self.shipment_at_prices()
        shipped[offers] = amount
        inside = np.clip(moved, 0.0, self.market.amount[self.row])
        hub = self.target != DIRECT
        shipped[self.target[hub]] += inside[hub]
        source = self.choice.taken[self.row]
        np.subtract.at(shipped, source[source != DIRECT], inside[source != DIRECT])
        return np.maximum(shipped, 0.0)

    def _gain(self) -> Floats:
        saving = np.append(self.market.saving, 0.0)  # the last stands for DIRECT
        gain: Floats = saving[self.target] - saving[self.choice.taken[self.row]]
        return gain

    def _slot_entries(self, slots: Indices) -> list[tuple[Indices, Indices, Floats | float]]:
        """Return (row, move, value) of what each move takes and gives back of everything that has a price."""
        position = np.full(self.market.room.size, DIRECT)
        position[slots] = np.arange(slots.size)
        source = self.choice.taken[self.row]
        blocks = [*self._taken(self.target, 1.0), *self._taken(source, -1.0)]
        entries = Matrix.stack(*blocks)
        row = position[entries.row]
        priced = row != DIRECT
        row, move, value = row[priced], entries.column[priced], entries.value[priced]
        if self.market.scarce.is_plain and not self.market.second.size:
            return [(row, move, value)]  # the offers of a flow lie in slots of their own
        key, at = np.unique(row * self.row.size + move, return_inverse=True)
        total: Floats = np.zeros(key.size)
        np.add.at(total, at, value)
        left = np.flatnonzero(total)
        return [(key[left] // max(self.row.size, 1), key[left] % max(self.row.size, 1), total[left])]

    def _taken(self, offers: Indices, sign: float) -> list[tuple[Indices, Indices, Floats]]:
        """Return (price, move, sign * amount per unit) of what `offers` [move] take."""
        market, scarce = self.market, self.market.scarce
        move = np.flatnonzero(offers != DIRECT)
        offer = offers[move]
        passes = [(market.slot[offer], move)]
        if market.second.size:
            twice = market.second[offer] != NONE
            passes.append((market.second[offer[twice]], move[twice]))
        blocks: list[tuple[Indices, Indices, Floats]] = [(slot, at, np.full(at.size, sign)) for slot, at in passes]
        if market.room.size > scarce.slots + scarce.uses:
            first = scarce.slots + scarce.uses
            blocks.extend((first + slot // scarce.resources, at, np.full(at.size, -sign)) for slot, at in passes)
        blocks.extend(
            (np.full(move.size, scarce.slots + use), move, sign * market.use[offer, use]) for use in range(scarce.uses)
        )
        return blocks

    def _rows_with_several_moves(self) -> tuple[Indices, Indices]:
        """Return the market's rows with two or more moves, and for each move the position of its row there or -1."""
        count = np.bincount(self.row, minlength=self.market.flow.size)
        several = np.flatnonzero(count > 1)
        position = np.full(self.market.flow.size, -1)
        position[several] = np.arange(several.size)
        return several, position[self.row]


def at_the_edge(shifts: Shifts, prices: Floats) -> Flags:
    """Return what is priced [price] where the new price lies at the end of its reach.

    0 and the penalty are no end, nor is a price that no flow would pay.
    """
    low, high, scarce = shifts.low, shifts.high, shifts.market.scarce
    slack = 1e-7 * (1.0 + high)
    above = (prices >= high - slack) & (high < scarce.highest) & (prices <= shifts.market.dearest)
    edge: Flags = scarce.is_open & (above | ((prices <= low + slack) & (low > 0)))
    return edge
