"""The transport program of a market near given prices, in terms of what moves.

At prices p every flow takes its best offer; the program says how much of each flow should move to another one, for
all prices within p - reach .. p + reach. An offer that cannot become a flow's best within the reach stays out, so most
flows, and with them their rows "shares sum to 1", vanish: a flow with one other offer is a mere bounded variable.
60,000 flows become about 10,000 variables and a few hundred rows, and GLOP needs 20 ms where the program with all
flows and routes does not end in 200 s.

    max  sum gain m - sum_s (p_s + reach_s) over_s + sum_s (p_s - reach_s)+ idle_s
    per slot:                 in - out - over_s + idle_s <= room_s - load_s at p
    per flow of two or more:  sum of its moves <= amount;     0 <= m <= amount, over, idle >= 0

`over` and `idle` keep the prices within the reach. The optimum is the least bound of any prices within the reach,
exactly; where `over` and `idle` vanish it is the best shipment of all.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.market import DIRECT, Choice, Market
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
        """Return every move that may pay at some prices within `reach` [slot] of `prices`."""
        taken = choice.taken
        via_hub = taken != DIRECT
        least = choice.best.copy()  # what the present offer is still worth at the other end of the reach
        least[via_hub] -= reach[market.slot[taken[via_hub]]]
        near = choice.net + reach[market.slot] > np.repeat(np.maximum(least, 0.0), market.size)
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
        """Return the slots with room; rows of the program in this order."""
        return np.flatnonzero(self.market.room > 0)

    @property
    def low(self) -> Floats:
        """Return the lowest prices [slot] within reach."""
        return np.maximum(self.prices - self.reach, 0.0)

    @property
    def high(self) -> Floats:
        """Return the highest prices [slot] within reach."""
        return self.prices + self.reach

    def program(self) -> Program:
        """Return the program above; its variables are moves, then over and idle per open slot."""
        slots = self.open_slots
        moves, elastic = self.row.size, np.arange(slots.size)
        amount = self.market.amount
        several, several_row = self._rows_with_several_moves()
        none, endless = np.zeros(moves + 2 * slots.size), np.full(2 * slots.size, np.inf)
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

    def _slot_entries(self, slots: Indices) -> list[tuple[Indices, Indices, float]]:
        position = np.full(self.market.room.size + 1, DIRECT)
        position[slots] = np.arange(slots.size)
        slot = np.append(self.market.slot, self.market.room.size)
        into, out_of = position[slot[self.target]], position[slot[self.choice.taken[self.row]]]
        return [
            (into[into != DIRECT], np.flatnonzero(into != DIRECT), 1.0),
            (out_of[out_of != DIRECT], np.flatnonzero(out_of != DIRECT), -1.0),
        ]

    def _rows_with_several_moves(self) -> tuple[Indices, Indices]:
        """Return the market's rows with two or more moves, and for each move the position of its row there or -1."""
        count = np.bincount(self.row, minlength=self.market.flow.size)
        several = np.flatnonzero(count > 1)
        position = np.full(self.market.flow.size, -1)
        position[several] = np.arange(several.size)
        return several, position[self.row]


def at_the_edge(shifts: Shifts, prices: Floats) -> Flags:
    """Return the open slots [slot] whose new price lies at the end of its reach (0 is no end)."""
    low, high = shifts.low, shifts.high
    slack = 1e-7 * (1.0 + high)
    edge: Flags = (shifts.market.room > 0) & ((prices >= high - slack) | ((prices <= low + slack) & (low > 0)))
    return edge
