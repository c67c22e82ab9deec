"""One site for each client: from a plan that splits clients over sites to one that does not, and cuts that know it.

For the options of a plan, every client takes the site at which its flows together save most net of the prices for
room; what then goes where is the best shipment through those sites alone, whose prices - high where too many went, 0
where room was left - make the next round's choice (Lagrangian heuristic; Barcelo, Casanovas, European Journal of
Operational Research 15, 1984).

The same prices bound every such plan: with a worth w_g >= 0 of each client (a free flow is a client of its own),

    saving <= sum_g w_g + mu @ limit + sum_k y_k worth_k,
    worth_k = prices_k @ capacity_k - nu min_throughput_k + sum_g max(0, sum_{f of g} amount_f gain_fk - w_g),

gain_fk what a unit saves at option k net of all prices, or 0 (Lagrangian relaxation of room and of "one site a
client"; any prices and worths hold). The flows of one client count no further than the room there is: what a large
client could not send to one site is worth nothing. With w_g what the client saves at its best open site, the cut is
best where it was made; slots that are closed have the price at which they would fill (`cuts`).
"""

from dataclasses import dataclass, replace

import numpy as np

from models.arrays import Flags, Floats, Indices, dot
from models.placement.assignment import best_assignment
from models.placement.cuts import Cut
from models.placement.market import Market
from models.placement.offers import Offers
from models.placement.terms import NONE
from models.placement.transport import Effort, Shipment, ship
from models.solver import Solver

ROUNDS = 12
ASSIGNMENT_S, ASSIGNMENT_SHARE = 10.0, 0.2  # the longest, and of the time left
FRESH = 0.5  # weight of the newest prices


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The cell that each client [client] takes at some prices or NONE, what it saves there, and the bound they prove.

    Clients are those of the offers, then a client for each flow.
    """

    cell: Indices
    worth: Floats
    bound: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """The best shipment found with one site a client, and the best prices [price] with the clients' worths there."""

    shipment: Shipment
    prices: Floats
    worth: Floats


def clients_of(offers: Offers) -> Indices:
    """Return the client of each flow; flows that are free are clients of their own."""
    own = int(offers.client.max(initial=NONE)) + 1 + np.arange(offers.client.size)
    return np.where(offers.client == NONE, own, offers.client)


def repair(market: Market, offers: Offers, before: Shipment, effort: Effort, solver: Solver) -> Repaired:
    """Return the best shipment through the open slots of `market` with one site a client, from `before` without."""
    prices, best = before.prices, None
    proof, at = choose(market, offers, prices), prices
    choice = proof
    for _ in range(ROUNDS):
        part = _through(market, offers, choice.cell, prices, effort, solver)
        best = part if best is None else _better(best, part)
        if effort.clock.is_over or proof.bound - best.saving + best.charge <= effort.tolerance:
            break
        prices = FRESH * part.prices + (1 - FRESH) * prices
        choice = choose(market, offers, prices)
        if choice.bound < proof.bound:
            proof, at = choice, prices
    return Repaired(shipment=replace(best or before, bound=proof.bound), prices=at, worth=proof.worth)


def assigned(market: Market, offers: Offers, repaired: Repaired, effort: Effort, solver: Solver) -> Shipment:
    """Return the better of what was repaired and of what the program over clients proposes, with the better bound."""
    limit_s = min(ASSIGNMENT_S, ASSIGNMENT_SHARE * effort.clock.left_s)
    cell, bound = best_assignment(market, offers, clients_of(offers), (limit_s, effort.tolerance), solver)
    best = repaired.shipment
    if cell is not None:
        best = _better(best, _through(market, offers, cell, repaired.prices, effort, solver))
    return replace(best, bound=min(repaired.shipment.bound, bound))


def _better(one: Shipment, other: Shipment) -> Shipment:
    return other if other.saving - other.charge > one.saving - one.charge else one


def choose(market: Market, offers: Offers, prices: Floats) -> Choice:
    """Return what the clients do at `prices` [price]."""
    client = clients_of(offers)
    cell, worth = np.full(int(client.max(initial=NONE)) + 1, NONE), np.zeros(int(client.max(initial=NONE)) + 1)
    flow = market.flow[market.row]
    gain = market.saving - market.toll(prices)
    pair, filled = _filled(
        client[flow] * offers.slots + market.slot, gain, offers.amount[flow], market.room[market.slot]
    )
    who, slot = np.divmod(pair, max(offers.slots, 1))
    pair, at = np.unique(who * offers.cells + slot // max(offers.resources, 1), return_inverse=True)
    total = np.bincount(at, weights=filled, minlength=pair.size)
    order = np.lexsort((total, pair // max(offers.cells, 1)))  # the best of each client comes last
    who, where = np.divmod(pair[order], max(offers.cells, 1))
    cell[who], worth[who] = where, total[order]
    return Choice(cell=cell, worth=worth, bound=float(worth.sum()) + dot(prices, market.room))


def _filled(key: Indices, gain: Floats, amount: Floats, room: Floats) -> tuple[Indices, Floats]:
    """Return the distinct keys, and what their offers gain together, the best first, as far as there is `room`.

    `room` [offer] is the same for all offers of a key: more than the slot holds no client can send there.
    """
    pays = np.flatnonzero(gain > 0)
    order = pays[np.lexsort((-gain[pays], key[pays]))]
    key, amount = key[order], amount[order]
    keys, first, at = np.unique(key, return_index=True, return_inverse=True)
    before = np.cumsum(amount) - amount
    before -= before[first][at]
    fits = np.clip(room[order] - before, 0.0, amount)
    filled: Floats = np.zeros(keys.size)
    np.add.at(filled, at, gain[order] * fits)
    return keys, filled


def _through(market: Market, offers: Offers, cell: Indices, prices: Floats, effort: Effort, solver: Solver) -> Shipment:
    """Return the best shipment when each client uses its `cell` [client]."""
    is_bound = offers.client[market.flow[market.row]] != NONE
    chosen = cell[clients_of(offers)[market.flow[market.row]]]
    keep = np.flatnonzero(~is_bound | (chosen == market.slot // max(offers.resources, 1)))
    return ship(market.only(keep), prices, effort, solver)


def one_site_cut(offers: Offers, opened: Flags, repaired: Repaired, edge: Floats) -> Cut:
    """Return the cut of some prices and worths; `edge` [option, resource] are prices for slots that are closed."""
    client, slots, uses = clients_of(offers), offers.slots, offers.use_limit.size
    of_room = repaired.prices[:slots]
    of_uses, of_cells = repaired.prices[slots : slots + uses], repaired.prices[slots + uses :]
    gain = offers.saving - np.einsum("ij,j->i", offers.use, of_uses)
    if of_cells.size:
        gain = gain + of_cells[offers.slot // offers.resources]
    is_open = offers.room(opened) > 0
    worth = np.zeros(offers.option.size)
    for option, cell in enumerate(offers.site.tolist()):
        total = np.zeros(repaired.worth.size)
        for resource in np.flatnonzero(offers.capacity[option] > 0).tolist():
            slot = cell * offers.resources + resource
            price = of_room[slot] if is_open[slot] else edge[option, resource]
            inside = offers.by_slot[offers.slot_first[slot] : offers.slot_first[slot + 1]]
            flow, room = offers.flow[inside], float(offers.capacity[option, resource])
            who, filled = _filled(client[flow], gain[inside] - price, offers.amount[flow], np.full(flow.size, room))
            total[who] += filled
            worth[option] += price * room
        worth[option] += float(np.maximum(total - repaired.worth, 0.0).sum())
    if of_cells.size:
        worth -= of_cells[offers.site] * offers.min_throughput
    if uses:
        worth -= offers.use_option @ of_uses
    return Cut(constant=float(repaired.worth.sum()) + dot(of_uses, offers.use_limit), worth=worth, edge=edge)
