"""The cheapest way of all flows through given hubs with room: a transport program, pairs to first hubs."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Indices
from models.clock import Clock
from models.hubs.costs import Costs
from models.hubs.transport import Task, shipped
from models.program import Matrix, Program
from models.solver import Solver
from models.status import Status

DUST = 1e-9
REACH = 1e3  # times the nearest hubs' cost: dearer ways are left to the proof, and to the chains where it fails
PROVED = 1e-10  # of the cost: a linear program's answer this near the bound of its own prices is right


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """Routes [route, 4], their shares, the cost without fixed costs, and what no shipment by these hubs goes below."""

    routes: Indices
    share: Floats
    cost: float
    floor: float


def ship(costs: Costs, opened: Indices, solver: Solver | None, limit_s: float) -> Shipment | None:
    """Return the cheapest shipment through the hubs `opened`; None: no room, or no time.

    The hubs join every pair that has a flow. `solver` None: without a linear program, fit for few pairs.
    """
    clock = Clock(limit_s)
    origin, destination = np.nonzero(costs.flow)
    onward = costs.transfer[np.ix_(opened, opened)][:, :, None] + costs.distribute[opened][None]  # [first, last, j]
    last = onward.argmin(axis=1)
    length = costs.collect[origin][:, opened] + onward.min(axis=1)[:, destination].T  # [pair, first]
    task = Task(amount=costs.flow[origin, destination], length=length, room=costs.room[opened])
    carried = _cheapest(task, solver, clock)
    if carried is None:
        return None
    pair, first = np.nonzero(carried)
    i, j = origin[pair], destination[pair]
    cost = task.cost(carried)
    return Shipment(
        routes=np.column_stack([i, j, opened[first], opened[last[first, j]]]),
        share=carried[pair, first] / task.amount[pair],
        cost=cost,
        floor=cost - task.waste(carried),
    )


def _cheapest(task: Task, solver: Solver | None, clock: Clock) -> Floats | None:
    """Return the amounts carried [pair, first hub]: the linear program's where its prices prove them.

    They do not where its tolerances hide what matters: one length a billion times the others, or one flow. Where
    chains find nothing then, its answer stands with what it may waste.
    """
    said = None if solver is None else _by_program(task, solver, clock.left_s)
    if said is not None and not task.fits(said):
        said = None
    if said is not None and task.waste(said) <= PROVED * task.cost(said):
        return said
    carried = shipped(task, clock.left_s)
    return said if carried is None else carried


def _by_program(task: Task, solver: Solver, limit_s: float) -> Floats | None:
    """Return the linear program's answer without the dearest ways, as amounts carried [pair, first hub]."""
    bill = task.amount[:, None] * task.length
    nearest = float(bill.min(axis=1).sum())
    most = REACH * nearest if nearest > 0 else np.finfo(np.float64).max
    pair, first = np.nonzero(bill <= most)
    pairs, scale = task.amount.size, float(task.amount.max())
    cost = bill[pair, first]
    column = np.arange(pair.size)
    program = Program(
        cost=cost / (float(cost.max()) or 1.0),
        lower=np.zeros(pair.size),
        upper=np.ones(pair.size),
        matrix=Matrix.stack((pair, column, 1.0), (pairs + first, column, task.amount[pair] / scale)),
        row_lower=np.concatenate([np.ones(pairs), np.full(task.room.size, -np.inf)]),
        row_upper=np.concatenate([np.ones(pairs), task.room / scale]),
    )
    outcome = solver.lp(program, limit_s=limit_s)
    if outcome.status is not Status.OPTIMAL:
        return None
    share = np.zeros(task.length.shape)
    share[pair, first] = np.where(outcome.values > DUST, outcome.values, 0.0)
    return np.asarray(task.amount[:, None] * share / np.maximum(share.sum(axis=1), DUST)[:, None])
