"""The best shipment when it is decided what is open, with prices for room that prove it.

A market's flows and slots make a transport problem: each flow splits over the offers open to it and the direct way,
each slot has its room. Its dual asks for the prices that make the bound of `market.Choice` least. The method is the
box step method (Marsten, Hogan, Blankenship, Operations Research 23, 1975): the least bound within a reach of the
present prices is a small program (`shifts`); where a price ends at the edge of its reach, the reach grows and the
step is repeated from there; when none does, the prices are best of all and the shipment is exact. First prices come
from a sample of the flows.
"""

from dataclasses import dataclass, replace

import numpy as np

from models.arrays import Floats, Indices, dot
from models.clock import Clock
from models.placement.market import Choice, Market
from models.placement.shifts import Shifts, at_the_edge
from models.solver import Solver
from models.status import Status

FEW, MANY = 2000, 10_000  # flows of a sample that gives the first prices, and of one that improves a guess
MOVES = 30_000  # largest program; a wider reach is cut to it
STEPS = 60
CORRECTIONS = 8
# relative to the mean saving per unit, which is 1:
WARM_REACH = 0.05
FINE_REACH = 0.01
BROAD_REACH, BROAD_PART = 0.1, 0.2  # the same where more than room has a price; the part of the price itself
NEAR = 0.6
LEAST_REACH = 1e-3
FURTHEST = 2.0**20
WIDER, NARROWER = 4.0, 0.25
DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What goes by each offer (amounts), its saving, and the prices [price] with the bound they prove.

    `breach` is by how much requirements other than room are broken in all, beyond dust, `charge` what that costs at
    the penalty: the bound bounds saving - charge.
    """

    offer: Indices
    amount: Floats
    saving: float
    breach: float
    charge: float
    bound: float
    prices: Floats
    flow: Indices
    best: Floats

    @property
    def gap(self) -> float:
        """Return how much better a shipment may be."""
        return self.bound - self.saving + self.charge

    def flow_prices(self, flows: int) -> Floats:
        """Return what each flow saves per unit at the prices [flow], the multipliers of a cut."""
        worth = np.zeros(flows)
        worth[self.flow] = self.best
        return worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """When to stop: once the gap is at most `tolerance`, once the bound is below `enough`, or on the clock."""

    tolerance: float
    clock: Clock
    enough: float = -np.inf


def ship(market: Market, prices: Floats | None, effort: Effort, solver: Solver) -> Shipment:
    """Return the best shipment, from `prices` [slot] as first guess (None: nothing is known).

    A sample of the flows improves the guess. Offers far from any flow's choice are left aside at first; what that
    finds is a shipment all the same. Its prices are put to all offers, and only if the bound is worse there is the
    search carried on with all.
    """
    start = first_prices(market, prices, effort, solver)
    reach = _fine_reach(market, start)
    nearby = _descend(market.near(market.choose(start), _near(market, start)), start, reach, effort, solver)
    whole = _proved(nearby, market)
    if whole.bound <= nearby.bound + max(effort.tolerance, DUST * max(1.0, nearby.bound)):
        return whole
    return _better(whole, _descend(market, nearby.prices, _fine_reach(market, nearby.prices), effort, solver))


def _near(market: Market, prices: Floats) -> float:
    """Return how far from its flow's choice an offer may lie to be looked at; a dear measure changes far more."""
    return NEAR * max(1.0, float(prices[market.scarce.slots :].max(initial=0.0)))


def _fine_reach(market: Market, prices: Floats) -> Floats:
    """Return a reach [price] around prices that a sample found; the price of a measure moves those of all slots."""
    if market.scarce.is_plain:
        return np.full(market.room.size, FINE_REACH)
    return np.maximum(BROAD_REACH, BROAD_PART * prices)


def first_prices(market: Market, guess: Floats | None, effort: Effort, solver: Solver) -> Floats:
    """Return prices [slot] that suit a sample of the flows, from a guess if there is one."""
    effort = replace(effort, enough=-np.inf)  # the bound of a sample bounds nothing
    widest = np.full(market.room.size, float(market.saving.max(initial=0.0)) or 1.0)
    if guess is None:
        return _descend(market.sample(FEW), np.zeros(market.room.size), widest, effort, solver).prices
    start = _allowed(market, guess)
    sample = market.sample(MANY)
    if sample is market:
        return start
    reach = np.full(market.room.size, WARM_REACH)
    if market.scarce.is_plain:
        return _descend(sample, start, reach, effort, solver).prices
    return _from_corrected(market, sample, start, effort, solver)


def _from_corrected(market: Market, sample: Market, start: Floats, effort: Effort, solver: Solver) -> Floats:
    """Return prices that suit a sample, what is scarce in it corrected by what all flows take at the last prices.

    The price of a tight measure hangs on its last percent, and a sample misses a measure by more than that; it knows
    better how the use changes with the prices.
    """
    choice, reach = market.choose(start), np.full(market.room.size, WARM_REACH)
    for _ in range(CORRECTIONS):
        prices = _descend(sample.corrected(market, choice, start), start, reach, effort, solver).prices
        found = market.choose(prices)
        if found.bound >= choice.bound:
            break
        start, choice, reach = prices, found, np.maximum(WARM_REACH, np.abs(prices - start))
    return start


def _proved(shipment: Shipment, market: Market) -> Shipment:
    """Return the shipment with the bound that its prices prove in a larger market."""
    choice = market.choose(shipment.prices)
    return replace(shipment, bound=choice.bound, flow=market.flow, best=choice.best)


def ship_without_solver(market: Market, prices: Floats) -> Shipment:
    """Return the shipment the flows choose at `prices`, made to fit: for when there is no time."""
    prices = _allowed(market, prices)
    choice = market.choose(prices)
    shipped = np.zeros(market.slot.size)
    via_hub = choice.taken >= 0
    shipped[choice.taken[via_hub]] = market.amount[via_hub]
    return _shipment(market, fit(market, shipped), prices, choice)


def _allowed(market: Market, prices: Floats) -> Floats:
    """Return `prices` [price], 0 for what is not priced, and no higher than the penalty."""
    return np.where(market.scarce.is_open, np.minimum(prices, market.scarce.highest), 0.0)


def fit(market: Market, shipped: Floats) -> Floats:
    """Return `shipped` [offer] within the room of each slot: what saves least there goes directly."""
    fitting = shipped.copy()
    slots = market.scarce.slots
    for slot in np.flatnonzero(market.load(shipped)[:slots] > market.room[:slots] * (1 + DUST)):
        uses = market.slot == slot
        if market.second.size:
            uses |= market.second == slot
        users = np.flatnonzero(uses & (fitting > 0))
        users = users[np.argsort(-market.saving[users], kind="stable")]
        before = np.cumsum(fitting[users]) - fitting[users]
        fitting[users] = np.clip(market.room[slot] - before, 0.0, fitting[users])
    return fitting


def _descend(market: Market, prices: Floats, reach: Floats, effort: Effort, solver: Solver) -> Shipment:
    choice = market.choose(prices)
    best = _shipment(market, np.zeros(market.slot.size), prices, choice)
    for _ in range(STEPS):
        if best.gap <= effort.tolerance or best.bound <= effort.enough or effort.clock.is_over:
            break
        shifts = _of_fair_size(market, choice, prices, reach)
        outcome = solver.lp(shifts.program(), limit_s=effort.clock.left_s)
        if outcome.status is not Status.OPTIMAL:
            break
        prices = _new_prices(shifts, outcome.prices)
        choice = market.choose(prices)
        edge = at_the_edge(shifts, prices)
        if edge[market.scarce.slots :].any():
            prices, choice = _further(market, shifts.prices, prices, choice)
        shipped = fit(market, shifts.shipment(outcome.values[: shifts.row.size]))
        best = _better(best, _shipment(market, shipped, prices, choice))
        if not edge.any():
            break
        moved = np.abs(prices - shifts.prices)
        reach = np.where(edge, WIDER * shifts.reach, np.clip(2 * moved, NARROWER * shifts.reach, shifts.reach))
        reach = np.maximum(reach, LEAST_REACH)
    return best


def _further(market: Market, before: Floats, prices: Floats, choice: Choice) -> tuple[Floats, Choice]:
    """Return the prices along the way from `before` to `prices` and on, where the bound is no longer less.

    The price of a measure moves all offers, so a program of a fair size has little reach. To follow its direction costs
    no program.
    """
    way, stretch = prices - before, 2.0
    while stretch < FURTHEST:
        there = _allowed(market, np.maximum(before + stretch * way, 0.0))
        found = market.choose(there)
        if found.bound >= choice.bound:
            break
        prices, choice, stretch = there, found, 2 * stretch
    return prices, choice


def _of_fair_size(market: Market, choice: Choice, prices: Floats, reach: Floats) -> Shifts:
    shifts = Shifts.near(market, choice, prices, reach)
    for _ in range(STEPS):
        if shifts.row.size <= MOVES:
            break
        shifts = Shifts.near(market, choice, prices, shifts.reach / 2)
    return shifts


def _new_prices(shifts: Shifts, row_prices: Floats) -> Floats:
    slots = shifts.open_slots
    prices = np.zeros(shifts.prices.size)
    prices[slots] = np.clip(row_prices[: slots.size], shifts.low[slots], shifts.high[slots])
    return prices


def _shipment(market: Market, shipped: Floats, prices: Floats, choice: Choice) -> Shipment:
    used = np.flatnonzero(shipped > 0)
    breach = market.breach(shipped)
    broken = np.flatnonzero(breach)
    return Shipment(
        offer=market.offer[used],
        amount=shipped[used],
        saving=dot(shipped[used], market.saving[used]),
        breach=float(breach.sum()),
        charge=dot(breach[broken], market.scarce.highest[broken]),
        bound=choice.bound,
        prices=prices,
        flow=market.flow,
        best=choice.best,
    )


def _better(old: Shipment, new: Shipment) -> Shipment:
    """Return the larger saving (less what is charged) and the least bound of two, each with what proves it."""
    ships = new if new.saving - new.charge >= old.saving - old.charge else old
    proves = new if new.bound <= old.bound else old
    return Shipment(
        offer=ships.offer,
        amount=ships.amount,
        saving=ships.saving,
        breach=ships.breach,
        charge=ships.charge,
        bound=proves.bound,
        prices=proves.prices,
        flow=proves.flow,
        best=proves.best,
    )
