"""The cheapest way of all flows through given hubs with room: a transport program, pairs to first hubs."""

import numpy as np

from models.arrays import Floats, Indices
from models.hubs.costs import Costs
from models.program import Matrix, Program
from models.solver import Solver
from models.status import Status

DUST = 1e-9


def ship(costs: Costs, opened: Indices, solver: Solver, limit_s: float) -> tuple[Indices, Floats] | None:
    """Return the cheapest routes [route, 4] through the hubs `opened` and their shares; None: no room, or no time.

    The hubs join every pair that has a flow.
    """
    origin, destination = np.nonzero(costs.flow)
    onward = costs.transfer[np.ix_(opened, opened)][:, :, None] + costs.distribute[opened][None]  # [first, last, j]
    last = onward.argmin(axis=1)
    length = costs.collect[origin][:, opened] + onward.min(axis=1)[:, destination].T  # [pair, first]
    pair, first = np.nonzero(np.isfinite(length))
    amount = costs.flow[origin, destination]
    share = _solve(amount, length, (pair, first), costs.room[opened], (solver, limit_s))
    if share is None:
        return None
    used = share > DUST
    pair, first, share = pair[used], first[used], share[used]
    share = share / np.bincount(pair, weights=share, minlength=origin.size)[pair]
    i, j = origin[pair], destination[pair]
    return np.column_stack([i, j, opened[first], opened[last[first, j]]]), share


def _solve(
    amount: Floats, length: Floats, columns: tuple[Indices, Indices], room: Floats, by: tuple[Solver, float]
) -> Floats | None:
    """Return the share of each column (pair, first hub)."""
    pair, first = columns
    pairs, scale = amount.size, float(amount.max())
    cost = amount[pair] * length[pair, first]
    column = np.arange(pair.size)
    program = Program(
        cost=cost / (float(cost.max()) or 1.0),
        lower=np.zeros(pair.size),
        upper=np.ones(pair.size),
        matrix=Matrix.stack((pair, column, 1.0), (pairs + first, column, amount[pair] / scale)),
        row_lower=np.concatenate([np.ones(pairs), np.full(room.size, -np.inf)]),
        row_upper=np.concatenate([np.ones(pairs), room / scale]),
    )
    outcome = by[0].lp(program, limit_s=by[1])
    return outcome.values if outcome.status is Status.OPTIMAL else None
