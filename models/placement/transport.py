"""The best shipment when it is decided what is open, with prices for room that prove it.

A market's flows and slots make a transport problem: each flow splits over the offers open to it and the direct way,
each slot has its room. Its dual asks for the prices that make the bound of `market.Choice` least. The method is the
box step method (Marsten, Hogan, Blankenship, Operations Research 23, 1975): the least bound within a reach of the
present prices is a small program (`shifts`); where a price ends at the edge of its reach, the reach grows and the
step is repeated from there; when none does, the prices are best of all and the shipment is exact. First prices come
from a sample of the flows.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Indices
from models.clock import Clock
from models.placement.market import Choice, Market
from models.placement.shifts import Shifts, at_the_edge
from models.solver import Solver
from models.status import Status

SAMPLE = 2000  # flows that give the first prices
MOVES = 40_000  # largest program; a wider reach is cut to it
STEPS = 60
WARM_REACH = 0.03  # of the mean saving per unit, which is 1
LEAST_REACH = 1e-3
WIDER, NARROWER = 4.0, 0.25
DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipment:
    """What goes by each offer (amounts), its saving, and the prices [slot] with the bound they prove."""

    offer: Indices
    amount: Floats
    saving: float
    bound: float
    prices: Floats
    flow: Indices
    best: Floats

    def flow_prices(self, flows: int) -> Floats:
        """Return what each flow saves per unit at the prices [flow], the multipliers of a cut."""
        worth = np.zeros(flows)
        worth[self.flow] = self.best
        return worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """When to stop: once bound - saving <= `tolerance`, once the bound is below `enough`, or on the clock."""

    tolerance: float
    clock: Clock
    enough: float = -np.inf


def ship(market: Market, prices: Floats | None, effort: Effort, solver: Solver) -> Shipment:
    """Return the best shipment, from `prices` [slot] as first guess (None: those of a sample)."""
    start = first_prices(market, effort, solver) if prices is None else np.where(market.room > 0, prices, 0.0)
    reach = np.full(market.room.size, WARM_REACH)
    return _descend(market, start, reach, effort, solver)


def first_prices(market: Market, effort: Effort, solver: Solver) -> Floats:
    """Return prices [slot] that suit a sample of the flows."""
    sample = market.sample(SAMPLE)
    widest = np.full(market.room.size, float(market.saving.max(initial=0.0)))
    return _descend(sample, np.zeros(market.room.size), widest, effort, solver).prices


def ship_without_solver(market: Market, prices: Floats) -> Shipment:
    """Return the shipment the flows choose at `prices`, made to fit: for when there is no time."""
    prices = np.where(market.room > 0, prices, 0.0)
    choice = market.choose(prices)
    shipped = np.zeros(market.slot.size)
    via_hub = choice.taken >= 0
    shipped[choice.taken[via_hub]] = market.amount[via_hub]
    return _shipment(market, fit(market, shipped), prices, choice)


def fit(market: Market, shipped: Floats) -> Floats:
    """Return `shipped` [offer] within the room of each slot: what saves least there goes directly."""
    fitting = shipped.copy()
    for slot in np.flatnonzero(market.load(shipped) > market.room * (1 + DUST)):
        users = np.flatnonzero((market.slot == slot) & (shipped > 0))
        users = users[np.argsort(-market.saving[users], kind="stable")]
        before = np.cumsum(shipped[users]) - shipped[users]
        fitting[users] = np.clip(market.room[slot] - before, 0.0, shipped[users])
    return fitting


def _descend(market: Market, prices: Floats, reach: Floats, effort: Effort, solver: Solver) -> Shipment:
    choice = market.choose(prices)
    best = _shipment(market, np.zeros(market.slot.size), prices, choice)
    for _ in range(STEPS):
        if best.bound - best.saving <= effort.tolerance or best.bound <= effort.enough or effort.clock.is_over:
            break
        shifts = _of_fair_size(market, choice, prices, reach)
        outcome = solver.lp(shifts.program(), limit_s=effort.clock.left_s)
        if outcome.status is not Status.OPTIMAL:
            break
        prices = _new_prices(shifts, outcome.prices)
        choice = market.choose(prices)
        edge = at_the_edge(shifts, prices)
        shipped = fit(market, shifts.shipment(outcome.values[: shifts.row.size]))
        best = _better(best, _shipment(market, shipped, prices, choice))
        if not edge.any():
            break
        moved = np.abs(prices - shifts.prices)
        reach = np.where(edge, WIDER * shifts.reach, np.clip(2 * moved, NARROWER * shifts.reach, shifts.reach))
        reach = np.maximum(reach, LEAST_REACH)
    return best


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
    return Shipment(
        offer=market.offer[used],
        amount=shipped[used],
        saving=float(shipped[used] @ market.saving[used]),
        bound=choice.bound,
        prices=prices,
        flow=market.flow,
        best=choice.best,
    )


def _better(old: Shipment, new: Shipment) -> Shipment:
    """Return the larger saving and the least bound of two, each with what proves it."""
    ships = new if new.saving >= old.saving else old
    proves = new if new.bound <= old.bound else old
    return Shipment(
        offer=ships.offer,
        amount=ships.amount,
        saving=ships.saving,
        bound=proves.bound,
        prices=proves.prices,
        flow=proves.flow,
        best=proves.best,
    )
