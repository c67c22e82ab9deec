"""The plain programs, handed to HiGHS: what the engines are compared with.

Flow of each origin i as a commodity (Ernst and Krishnamoorthy, Location Science 4, 1996; Annals of OR 86, 1999; Ebery,
Krishnamoorthy, Ernst, Boland, EJOR 120, 2000), in two layers so that no flow passes more than two hubs. All
variables but y are shares: z_ik of what i sends enters at hub k, v_ikl goes on from k to l, x_ilj of w_ij leaves at l.

    sum_k z_ik = 1,   z_ik <= y_k,   sum_l v_ikl = z_ik,   sum_k v_ikl = sum_j (w_ij / O_i) x_ilj
    sum_l x_ilj = 1,  x_ilj <= y_l,  sum_i O_i z_ik <= room_k y_k,   sum_k y_k = p

Single allocation: z binary, y_k = z_kk, x_ilj = z_jl. Size: n^3 (single) or 2 n^3 (multiple) variables.
"""

from dataclasses import dataclass, field, replace

import numpy as np

from models.arrays import Floats, Indices
from models.hubs.costs import Costs, times
from models.program import Matrix, Program
from models.solver import Outcome, Solver
from models.status import Status

SHARE_DUST = 1e-7
LOOSE = 1 + 1e-9
STRAY = 1e-8  # of the dearest term: ten times the tolerances of HiGHS
EVEN = 1e6  # amounts no farther apart are told from 0


@dataclass(slots=True)
class _Rows:
    """Rows of the program as they are added."""

    count: int = 0
    blocks: list[tuple[Indices, Indices, Floats]] = field(default_factory=list)
    lower: list[Floats] = field(default_factory=list)
    upper: list[Floats] = field(default_factory=list)

    def add(
        self, number: int, low: Floats | float, high: Floats | float, *parts: tuple[Indices, Indices, Floats]
    ) -> None:
        """Add `number` rows; each part: row (from 0), column, value."""
        for row, column, value in parts:
            kept = np.broadcast_to(value, row.shape) != 0
            self.blocks.append((row[kept] + self.count, column[kept], np.broadcast_to(value, row.shape)[kept]))
        self.lower.append(np.broadcast_to(np.float64(low), number))
        self.upper.append(np.broadcast_to(np.float64(high), number))
        self.count += number


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the program says: `z` [node, hub], and for multiple allocation `v` [i, k, l] and `x` [i, l, j].

    `unit`: the dearest term of its cost.
    """

    outcome: Outcome
    unit: float
    opened: Indices
    z: Floats
    v: Floats
    x: Floats


def solve(costs: Costs, solver: Solver, *, is_single: bool, relative_gap: float, seed: int, limit_s: float) -> Answer:
    """Return the answer of HiGHS; its objective and bound are in the instance's unit."""
    program, unit = _program(costs, is_single=is_single)
    # presolve has called such programs infeasible, and a plan optimal that was not, where links are forbidden
    outcome = solver.mip(program, relative_gap=relative_gap, seed=seed, limit_s=limit_s, presolve=False)
    n = costs.nodes
    values = outcome.values if outcome.values.size else np.zeros(program.cost.size)
    z, y, v, x = np.split(values, np.cumsum([n * n, n, n**3]))
    z = z.reshape(n, n)
    opened = np.flatnonzero((np.diag(z) if is_single else y) > 0.5)  # noqa: PLR2004  (a binary, rounded)
    scaled = Outcome(
        status=outcome.status,
        objective=outcome.objective * unit,
        bound=outcome.bound * unit,
        values=outcome.values,
        prices=outcome.prices,
        stopped=outcome.stopped,
    )
    return Answer(outcome=scaled, unit=unit, opened=opened, z=z, v=v.reshape(n, n, n), x=x.reshape(-1, n, n))


def doubt(answer: Answer, value: float) -> float:
    """Return by how much the bound may be too high, beside a plan of `value`.

    Shares, rows and reduced costs are held to a tolerance of the dearest term, and a share that strays by so little
    pays as much. Terms below the value of a plan stray by no more than the rounding that every gap allows.
    """
    return STRAY * max(answer.unit - value, 0.0)


def is_even(costs: Costs) -> bool:
    """Return whether the amounts are near enough to each other for the solver's tolerances to tell the least from 0.

    Where they are not, HiGHS has called programs infeasible, and plans optimal that were a half dearer than the best.
    """
    sent = costs.sent[costs.sent > 0]
    ratio = _ratio(costs)
    room = costs.room[(costs.room > 0) & np.isfinite(costs.room)] if costs.is_capacitated else sent
    amounts = np.concatenate([sent, room])
    parts = (ratio[ratio > 0], amounts)
    return all(part.size == 0 or float(part.max()) <= EVEN * float(part.min()) for part in parts)


def is_impossible(costs: Costs, solver: Solver, *, is_single: bool, seed: int, limit_s: float) -> bool:
    """Return whether the program is infeasible without its costs, too, and with presolve.

    Costs far apart have let HiGHS call a program infeasible.
    """
    program, _ = _program(costs, is_single=is_single)
    free = replace(program, cost=np.zeros_like(program.cost))
    return solver.mip(free, seed=seed, limit_s=limit_s).status is Status.INFEASIBLE


def _program(costs: Costs, *, is_single: bool) -> tuple[Program, float]:
    n = costs.nodes
    node = np.arange(n)
    z, y = node[:, None] * n + node, n * n + node
    v = n * n + n + np.arange(n**3).reshape(n, n, n)
    x = v[-1, -1, -1] + 1 + np.arange(n**3).reshape(n, n, n) if not is_single else np.empty(0, dtype=np.intp)
    total = n * n + n + n**3 + x.size
    cost, upper = np.zeros(total), np.ones(total)
    sent, received = costs.sent, costs.flow.sum(axis=0)
    cost[z] = times(sent[:, None], costs.collect)
    cost[v] = times(sent[:, None, None], costs.transfer[None])
    if is_single:
        cost[z] += times(received[:, None], costs.distribute.T)
        cost[z[node, node]] += costs.fixed
        upper[y] = 0.0
    else:
        cost[y] = costs.fixed
        cost[x] = times(costs.flow[:, None, :], costs.distribute[None])
    forbidden = np.isinf(cost)
    if is_single:
        held = sent[:, None] * ~np.eye(n, dtype=np.bool_) + sent
        forbidden[z] |= np.isinf(costs.local) | (held > costs.room * LOOSE)
    upper[forbidden], cost[forbidden] = 0.0, 0.0
    unit = float(cost.max()) or 1.0
    rows = _Rows()
    _common(costs, rows, z, z[node, node] if is_single else y)
    (_single_flows if is_single else _multiple_flows)(costs, rows, (z, y, v, x))
    integer = np.zeros(total, dtype=np.bool_)
    integer[z.ravel() if is_single else y] = True
    program = Program(
        cost=cost / unit,
        lower=np.zeros(total),
        upper=upper,
        matrix=Matrix.stack(*rows.blocks),
        row_lower=np.concatenate(rows.lower),
        row_upper=np.concatenate(rows.upper),
        integer=integer,
    )
    return program, unit


def _common(costs: Costs, rows: _Rows, z: Indices, y: Indices) -> None:
    n = costs.nodes
    i, k = (part.ravel() for part in np.indices((n, n)))
    rows.add(n, 1.0, 1.0, (i, z[i, k], np.ones(1)))
    apart = z[i, k] != y[k]
    i, k = i[apart], k[apart]
    row = np.arange(i.size)
    rows.add(i.size, -np.inf, 0.0, (row, z[i, k], np.ones(1)), (row, y[k], -np.ones(1)))
    if costs.is_capacitated:
        scale = max(float(costs.sent.max()), 1e-300)
        room = np.minimum(costs.room, costs.flow.sum()) / scale
        own = z[np.arange(n), np.arange(n)] == y  # single: the hub's own node is y itself
        i, k = (part.ravel() for part in np.indices((n, n)))
        others = ~(own[k] & (i == k))
        node = np.arange(n)
        rows.add(
            n,
            -np.inf,
            0.0,
            (k[others], z[i, k][others], (costs.sent / scale)[i][others]),
            (node, y, np.where(own, costs.sent / scale, 0.0) - room),
        )
    if costs.wanted >= 0:
        rows.add(1, costs.wanted, costs.wanted, (np.zeros(n, dtype=np.intp), y, np.ones(1)))
    for hubs in costs.forbidden:  # Balas, Jeroslow, SIAM Journal on Applied Mathematics 23, 1972
        sign = np.where(np.isin(np.arange(n), hubs), 1.0, -1.0)
        rows.add(1, -np.inf, hubs.size - 1.0, (np.zeros(n, dtype=np.intp), y, sign))


def _layers(costs: Costs, rows: _Rows, z: Indices, v: Indices) -> tuple[Indices, Indices, Floats]:
    """Add what leaves each first hub; return the rows' parts of what reaches each last hub."""
    n = costs.nodes
    i, k, m = (part.ravel() for part in np.indices((n, n, n)))
    at, to = (part.ravel() for part in np.indices((n, n)))
    rows.add(n * n, 0.0, 0.0, (i * n + k, v[i, k, m], np.ones(1)), (at * n + to, z[at, to], -np.ones(1)))
    return i * n + m, v[i, k, m], np.ones(1)


def _ratio(costs: Costs) -> Floats:
    sent = costs.sent[:, None]
    return np.divide(costs.flow, sent, out=np.zeros_like(costs.flow), where=sent > 0)


def _single_flows(costs: Costs, rows: _Rows, columns: tuple[Indices, Indices, Indices, Indices]) -> None:
    z, _, v, _ = columns
    n, sends = costs.nodes, costs.sent > 0
    reaching = _layers(costs, rows, z, v)
    i, m, j = (part.ravel() for part in np.indices((n, n, n)))
    free = np.where(np.repeat(sends, n), 0.0, np.inf)  # who sends nothing has no destinations
    rows.add(n * n, -free, free, reaching, (i * n + m, z[j, m], -_ratio(costs)[i, j]))
    cut = np.isinf(costs.transfer)
    first, _ = np.nonzero(cut)
    for k in np.unique(first):  # small flows would slip through the solver's tolerance
        i, j = (part.ravel() for part in np.nonzero((costs.flow > 0) & ~np.eye(n, dtype=np.bool_)))
        far = np.flatnonzero(cut[k])
        row = np.repeat(np.arange(i.size), far.size)
        there = (row, z[np.repeat(j, far.size), np.tile(far, i.size)], np.ones(1))
        rows.add(i.size, -np.inf, 1.0, (np.arange(i.size), z[i, k], np.ones(1)), there)


def _multiple_flows(costs: Costs, rows: _Rows, columns: tuple[Indices, Indices, Indices, Indices]) -> None:
    z, y, v, x = columns
    n, sends = costs.nodes, costs.sent > 0
    reaching = _layers(costs, rows, z, v)
    i, m, j = (part.ravel() for part in np.indices((n, n, n)))
    free = np.where(np.repeat(sends, n), 0.0, np.inf)
    rows.add(n * n, -free, free, reaching, (i * n + m, x[i, m, j], -_ratio(costs)[i, j]))
    rows.add(n * n, 1.0, 1.0, (i * n + j, x[i, m, j], np.ones(1)))
    row = np.arange(i.size)
    rows.add(i.size, -np.inf, 0.0, (row, x[i, m, j], np.ones(1)), (row, y[m], -np.ones(1)))


def routes_of(costs: Costs, answer: Answer) -> tuple[Indices, Floats]:
    """Return the routes [route, 4] and shares of a multiple allocation, every pair with flow exactly once in sum."""
    routes, shares = [], []
    collect, transfer, distribute = costs.collect, costs.transfer, costs.distribute
    for i, j in np.argwhere(costs.flow > 0).tolist():
        entering = np.where(answer.v[i] > SHARE_DUST, answer.v[i], 0.0)  # [first, last]
        reaching = entering.sum(axis=0)
        leaving = np.where(answer.x[i, :, j] > SHARE_DUST, answer.x[i, :, j], 0.0)
        part = entering * np.divide(leaving, reaching, out=np.zeros_like(leaving), where=reaching > 0)
        length = collect[i][:, None] + transfer + distribute[:, j][None, :]
        part[np.isinf(length)] = 0.0
        if part.sum() <= 0:  # too small a flow for the solver's tolerance: the cheapest way that is open
            open_only = np.full_like(length, np.inf)
            open_only[np.ix_(answer.opened, answer.opened)] = length[np.ix_(answer.opened, answer.opened)]
            part.flat[open_only.argmin()] = 1.0
        first, last = np.nonzero(part)
        routes.append(np.column_stack([np.full(first.size, i), np.full(first.size, j), first, last]))
        shares.append(part[first, last] / part.sum())
    if not routes:
        return np.empty((0, 4), dtype=np.intp), np.empty(0)
    return np.concatenate(routes), np.concatenate(shares)
