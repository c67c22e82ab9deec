"""Which site each client should use when it is decided what is open: a small program over clients, not over flows.

At a site, a client's flows are served in the order of what they save. So what the client saves there is a concave
function of the room it is given, and a few steps of it (each at the saving of its best flow: a little too much) make

    max  sum slope_i r_i   over  0 <= r_i <= width_i z_gs,  sum_s z_gs <= 1,  sum of r_i in a slot <= room,  z binary

a generalised assignment of some hundred clients to the open sites. Its bound bounds every plan with these options; the
plan itself is the best shipment through the sites it names. Room at second sites, measures and throughput are left
out, and a flow that can use two slots of a site counts in both: the bound holds all the same.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Indices
from models.placement.market import Market
from models.placement.offers import Offers
from models.placement.terms import NONE
from models.program import Matrix, Program
from models.solver import Solver
from models.status import Status

STEPS = 8
LARGEST = 60_000  # steps in all: beyond, the program takes longer than it is worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What each client saves in each slot, in steps: [step] client, slot, width and slope."""

    client: Indices
    slot: Indices
    width: Floats
    slope: Floats


def steps_of(market: Market, offers: Offers, client: Indices) -> Steps:
    """Return the steps of the clients `client` [flow] in the open slots."""
    flow = market.flow[market.row]
    pays = np.flatnonzero(market.saving > 0)
    key = client[flow[pays]] * offers.slots + market.slot[pays]
    order = np.lexsort((-market.saving[pays], key))
    at, key = pays[order], key[order]
    amount, saving = offers.amount[flow[at]], market.saving[at]
    keys, first, of_key = np.unique(key, return_index=True, return_inverse=True)
    before = np.cumsum(amount) - amount
    before -= before[first][of_key]
    reach = np.minimum(np.bincount(of_key, weights=amount), market.room[keys % max(offers.slots, 1)])
    inside = before < reach[of_key]
    step = np.minimum(STEPS * before[inside] / np.maximum(reach, 1e-300)[of_key[inside]], STEPS - 1).astype(np.intp)
    names, start, of_step = np.unique(of_key[inside] * STEPS + step, return_index=True, return_inverse=True)
    who, slot = np.divmod(keys[names // STEPS], max(offers.slots, 1))
    width: Floats = np.zeros(names.size)
    np.add.at(width, of_step, amount[inside])
    return Steps(client=who, slot=slot, width=width, slope=saving[inside][start])


def best_assignment(
    market: Market, offers: Offers, client: Indices, effort: tuple[float, float], solver: Solver
) -> tuple[Indices | None, float]:
    """Return the cell [client] or NONE that each client should use, if found, and the bound on what can be saved.

    `effort` is the seconds allowed and the absolute gap that is good enough.
    """
    steps = steps_of(market, offers, client)
    if not steps.slope.size or steps.slope.size > LARGEST:
        return None, np.inf
    limit_s, gap = effort
    program, pairs = _program(market, offers, steps)
    most = float((steps.slope * steps.width).sum())
    outcome = solver.mip(program, relative_gap=gap / max(most, gap, 1e-300), limit_s=limit_s)
    if outcome.status not in {Status.OPTIMAL, Status.FEASIBLE} or not outcome.values.size:
        return None, -outcome.bound
    cell = np.full(int(client.max(initial=NONE)) + 1, NONE)
    who, where = np.divmod(pairs[outcome.values[steps.slope.size :] > 1 / 2], offers.cells)
    cell[who] = where
    return cell, -outcome.bound + 1e-9 * most


def _program(market: Market, offers: Offers, steps: Steps) -> tuple[Program, Indices]:
    """Return the program, and the (client, cell) of its choices as one number each."""
    count = steps.slope.size
    pair = steps.client * offers.cells + steps.slot // offers.resources
    pairs, of_pair = np.unique(pair, return_inverse=True)
    slots, of_slot = np.unique(steps.slot, return_inverse=True)
    clients, of_client = np.unique(pairs // offers.cells, return_inverse=True)
    step, choice = np.arange(count), count + np.arange(pairs.size)
    matrix = Matrix.stack(
        (step, step, 1.0),
        (step, count + of_pair, -steps.width),
        (count + of_slot, step, 1.0),
        (count + slots.size + of_client, choice, 1.0),
    )
    upper = np.concatenate([np.zeros(count), market.room[slots], np.ones(clients.size)])
    return Program(
        cost=np.concatenate([-steps.slope, np.zeros(pairs.size)]),
        lower=np.zeros(count + pairs.size),
        upper=np.concatenate([steps.width, np.ones(pairs.size)]),
        matrix=matrix,
        row_lower=np.full(upper.size, -np.inf),
        row_upper=upper,
        integer=np.arange(count + pairs.size) >= count,
    ), pairs
