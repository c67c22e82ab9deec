"""The program that shares the links' room among known paths, each time begun where it ended before.

    min   sum_p c_p x_p + sum_a M_a u_a s_a                        c_p: the whole commodity going by path p
    sum_{p of k} x_p = 1                                       each commodity k with a choice
    sum_{p through a} d_k x_p / u_a - s_a <= 1                 each link a that could be overfull;   x, s >= 0

Commodities with a single path are constants; links that cannot be overfull whatever the choice have no row. The
overload s keeps the program feasible while paths are missing, at a price M_a that bounds the links' prices.
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Flags, Floats, Indices, Integers
from models.commodities.columns import Columns
from models.commodities.pairs import Pairs
from models.program import Matrix, Program
from models.solver import AT_LOWER, AT_UPPER, BASIC, FIXED, Basis, Outcome, Solver
from models.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """An answer: share [column] of its commodity, price [link] of room, and the overload [link] in units of room."""

    share: Floats
    price: Floats
    overload: Floats


@dataclass(slots=True)
class Layout:
    """Which columns, commodities and links the program has variables and rows for, and what is constant."""

    owner: Indices
    cost: Floats
    link: Indices
    user: Indices
    free: Flags
    chooses: Flags
    tight: Flags

    @classmethod
    def of(cls, pairs: Pairs, columns: Columns) -> "Layout":
        """Return the layout for the known paths."""
        owner, cost, link, user = columns.arrays()
        paths = np.bincount(owner, minlength=pairs.amount.size)
        return cls(
            owner=owner,
            cost=cost,
            link=link,
            user=user,
            free=paths[owner] > 1,
            chooses=paths > 1,
            tight=_could_be_overfull(pairs, owner, link, user),
        )


@dataclass(slots=True)
class Master:
    """Solves the program again and again; keeps the basis of columns, links' rows, overloads and commodities' rows."""

    pairs: Pairs
    columns: Columns
    solver: Solver
    column_status: Integers = field(init=False)
    row_status: Integers = field(init=False)
    overload_status: Integers = field(init=False)
    commodity_status: Integers = field(init=False)

    def __post_init__(self) -> None:
        links = self.pairs.capacity.size
        self.column_status = np.empty(0, dtype=np.int64)
        self.row_status = np.full(links, BASIC, dtype=np.int64)
        self.overload_status = np.full(links, AT_LOWER, dtype=np.int64)
        self.commodity_status = np.full(self.pairs.amount.size, FIXED, dtype=np.int64)

    def begin_at(self, price: Floats) -> None:
        """Begin where every commodity takes the known path that is cheapest at link prices [link]."""
        owner, cost, link, user = self.columns.arrays()
        amount = self.pairs.amount[owner]
        dear = cost + np.bincount(user, weights=price[link], minlength=owner.size) * amount
        order = np.lexsort((dear, owner))
        best = order[np.unique(owner[order], return_index=True)[1]]
        self.column_status = np.full(owner.size, AT_LOWER, dtype=np.int64)
        self.column_status[best] = BASIC
        taken = self.column_status[user] == BASIC
        load = np.bincount(link[taken], weights=amount[user[taken]], minlength=price.size)
        over = load > self.pairs.capacity
        self.row_status = np.where(over, AT_UPPER, BASIC)
        self.overload_status = np.where(over, BASIC, AT_LOWER)

    def share_out(self, overload_cost: Floats, limit_s: float = inf) -> Shared | None:
        """Return the best shares of the known paths; None: the time came first."""
        layout = Layout.of(self.pairs, self.columns)
        new = layout.owner.size - self.column_status.size
        self.column_status = np.append(self.column_status, np.full(new, AT_LOWER, dtype=np.int64))
        program, unit = self._program(layout, overload_cost)
        start = Basis(
            variable=np.append(self.column_status[layout.free], self.overload_status[layout.tight]),
            row=np.append(self.commodity_status[layout.chooses], self.row_status[layout.tight]),
        )
        outcome = self.solver.lp_from(program, start, limit_s=limit_s)
        if outcome.status is not Status.OPTIMAL:
            return None
        self._keep_basis(layout, outcome)
        return self._shared(layout, outcome, unit)

    def _program(self, layout: Layout, overload_cost: Floats) -> tuple[Program, float]:
        pairs, amount = self.pairs, self.pairs.amount[layout.owner]
        crowded = layout.tight[layout.link]
        fixed, used = crowded & ~layout.free[layout.user], crowded & layout.free[layout.user]
        taken = np.bincount(layout.link[fixed], weights=amount[layout.user[fixed]], minlength=pairs.capacity.size)[
            layout.tight
        ]
        room = pairs.capacity[layout.tight]
        columns, rows = int(layout.free.sum()), int(layout.chooses.sum())
        link, user, each = layout.link[used], layout.user[used], np.arange(room.size)
        blocks = (
            (_places(layout.chooses)[layout.owner[layout.free]], np.arange(columns), 1.0),
            (rows + _places(layout.tight)[link], _places(layout.free)[user], amount[user] / pairs.capacity[link]),
            (rows + each, columns + each, -1.0),
        )
        unit = float(layout.cost.mean()) or 1.0
        program = Program(
            cost=np.concatenate([layout.cost[layout.free] / unit, overload_cost[layout.tight] * room / unit]),
            lower=np.zeros(columns + room.size),
            upper=np.full(columns + room.size, inf),
            matrix=Matrix.stack(*blocks),
            row_lower=np.concatenate([np.ones(rows), np.full(room.size, -inf)]),
            row_upper=np.concatenate([np.ones(rows), 1.0 - taken / room]),
        )
        return program, unit

    def _keep_basis(self, layout: Layout, outcome: Outcome) -> None:
        if outcome.basis is None:  # found in another way
            return
        columns, rows = int(layout.free.sum()), int(layout.chooses.sum())
        self.column_status[layout.free] = outcome.basis.variable[:columns]
        self.overload_status[layout.tight] = outcome.basis.variable[columns:]
        self.commodity_status[layout.chooses] = outcome.basis.row[:rows]
        self.row_status[layout.tight] = outcome.basis.row[rows:]

    def _shared(self, layout: Layout, outcome: Outcome, unit: float) -> Shared:
        links, commodities = self.pairs.capacity.size, self.pairs.amount.size
        share, overload, price = np.ones(layout.owner.size), np.zeros(links), np.zeros(links)
        columns, rows = int(layout.free.sum()), int(layout.chooses.sum())
        owner, part = layout.owner[layout.free], np.maximum(outcome.values[:columns], 0.0)
        total = np.bincount(owner, weights=part, minlength=commodities)
        share[layout.free] = part / total[owner]  # which is 1, up to the solver's rounding
        overload[layout.tight] = outcome.values[columns:]
        price[layout.tight] = np.maximum(outcome.prices[rows:], 0.0) * unit / self.pairs.capacity[layout.tight]
        return Shared(share=share, price=price, overload=overload)


def _could_be_overfull(pairs: Pairs, owner: Indices, link: Indices, user: Indices) -> Flags:
    """Return whether all that could pass a link is more than its room [link]."""
    pair = np.unique(link * pairs.amount.size + owner[user])
    count = max(pairs.amount.size, 1)
    most = np.bincount(pair // count, weights=pairs.amount[pair % count], minlength=pairs.capacity.size)
    return np.asarray(most > pairs.capacity)


def _places(marked: Flags) -> Indices:
    """Return each marked entry's place among the marked ones."""
    return np.cumsum(marked) - 1
