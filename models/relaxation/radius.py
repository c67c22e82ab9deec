"""The reduced radius formulation: what is left after fixing, as a program with few rows and columns.

For client i let S_1 c S_2 c ... be the open-able sites within its distinct costs D_1 < D_2 < ..., and z_S = 1 if no
site of S is open. The client then costs  D_1 + sum_k (D_{k+1} - D_k) z_{S_k},  and

    z_S + sum of y_j over S without S' >= z_{S'}     for consecutive sets S' c S of a client (z of the empty set is 1)

Clients that share a set share its z, and many equal costs make few sets. A client's sets end at its first forced site
and where serving it would cost more than any better plan can bear. Source: Elloumi, INFORMS Journal on Computing 22,
2010; Garcia, Labbe, Marin, same journal 23, 2011.
"""

from dataclasses import dataclass, field

import numpy as np

from models.arrays import Floats
from models.program import Matrix, Program
from models.relaxation.lists import Lists
from models.relaxation.subgradient import OPEN, Rules

EMPTY = -1


@dataclass(slots=True)
class _Sets:
    """Columns z and rows, collected client by client."""

    sites: int
    column_of: dict[bytes, int] = field(default_factory=dict)
    weight: list[float] = field(default_factory=list)
    rows: set[tuple[int, int, bytes]] = field(default_factory=set)
    constant: float = 0.0

    def column(self, members: bytes) -> int:
        """Return the column of z of a set, given as the bytes of its sorted sites."""
        column = self.column_of.setdefault(members, len(self.weight))
        if column == len(self.weight):
            self.weight.append(0.0)
        return column

    def add(self, site: np.ndarray, cost: Floats, *, is_settled: bool) -> None:
        """Add a client with its sites by cost; `is_settled`: the last of them is open for sure."""
        ends = np.append(np.flatnonzero(np.diff(cost) > 0) + 1, cost.size)
        self.constant += float(cost[0])
        before, begin = EMPTY, 0
        for at, end in enumerate(ends.tolist()):
            is_last = at == ends.size - 1
            if is_last and is_settled:
                return
            new = np.sort(site[begin:end]).tobytes()
            if is_last:
                self.rows.add((EMPTY - 1, before, new))
                return
            column = self.column(np.sort(site[:end]).tobytes())
            self.weight[column] += float(cost[end] - cost[end - 1])
            self.rows.add((column, before, new))
            before, begin = column, end


def radius_program(lists: Lists, rules: Rules, limit: Floats) -> Program:
    """Return the program over y [site], then z; no client is served at more than `limit` [client]."""
    sites = rules.state.size
    sets = _Sets(sites)
    is_open = rules.state == OPEN
    for i in range(limit.size):
        part = slice(lists.start[i], lists.start[i + 1])
        site, cost = lists.site[part], lists.cost[part]
        sure = np.flatnonzero(is_open[site])
        last = float(cost[sure[0]]) if sure.size else np.inf
        end = int(np.searchsorted(cost, min(last, max(limit[i], cost[0])), side="right"))
        sets.add(site[:end], cost[:end], is_settled=bool(sure.size) and last <= limit[i])
    return _assembled(sets, rules)


def _assembled(sets: _Sets, rules: Rules) -> Program:
    sites, terms = sets.sites, len(sets.weight)
    row, column, value, low = [], [], [], []
    for at, (own, before, new) in enumerate(sorted(sets.rows)):
        members = np.frombuffer(new, dtype=np.int32).tolist()
        entries = [(member, 1.0) for member in members]
        entries += [(sites + own, 1.0)] if own >= 0 else []
        entries += [(sites + before, -1.0)] if before >= 0 else []
        row += [at] * len(entries)
        column += [place for place, _ in entries]
        value += [factor for _, factor in entries]
        low.append(0.0 if before >= 0 else 1.0)
    count = len(low)
    matrix = Matrix.stack(
        (np.array(row, dtype=np.intp), np.array(column, dtype=np.intp), np.array(value)),
        (np.full(sites, count), np.arange(sites), 1.0),
    )
    weight = np.array(sets.weight)
    return Program(
        cost=np.concatenate([rules.fixed, weight]),
        lower=np.concatenate([(rules.state == OPEN).astype(np.float64), np.zeros(terms)]),
        upper=np.ones(sites + terms),
        matrix=matrix,
        row_lower=np.array([*low, float(rules.least)]),
        row_upper=np.append(np.full(count, np.inf), float(rules.most)),
        integer=np.concatenate([np.ones(sites, dtype=np.bool_), np.zeros(terms, dtype=np.bool_)]),
        offset=sets.constant,
    )
