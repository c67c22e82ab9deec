"""Whether a choice of options can keep every requirement, and the cut that tells the master where it cannot.

A shipment saves nothing here but what must be served, one a unit, and pays for what it breaks. Where something stays
unserved or broken, the prices that prove it make a cut on the options (`cuts`): so much must be saved at the least.

Any prices of uses and cells make such a cut. Those of a shipment that breaks requirements at a high penalty are nearly
the right ones, up to their size: with these held, what is left is to ship at the least use of all of them together, a
transport problem in which room alone is scarce. That takes a second where the best prices of all take minutes, and
it is the whole answer where one measure is all that is asked for.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices, dot
from models.clock import Clock
from models.placement.cuts import Cut, make_cut
from models.placement.market import Market, Scarcity
from models.placement.offers import Offers, typical_saving
from models.placement.terms import NONE
from models.placement.transport import Effort, ship
from models.solver import Solver

FLOAT_DUST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Offers that save one a unit that must be served; `least` is what a choice saves that can keep everything."""

    offers: Offers
    least: float
    dust: float

    @classmethod
    def of(cls, offers: Offers) -> Self | None:
        """Return the question, None if a choice of options cannot fail."""
        keeps_more = bool(offers.use_limit.size or offers.min_throughput.any())
        if not (offers.must.any() or keeps_more):
            return None
        asked = offers if keeps_more else offers.only(np.flatnonzero(offers.must[offers.flow]))
        needed = float(offers.amount[offers.must].sum())
        dust = FLOAT_DUST * (1.0 + needed + float(offers.use_size.sum()))
        saving_one = replace(
            asked,
            amount=offers.amount if keeps_more else np.where(offers.must, offers.amount, 0.0),
            saving=offers.must[asked.flow].astype(np.float64),
            cost=np.zeros(offers.cost.size),
            constant=0.0,
            unit=1.0,
        )
        return cls(offers=saving_one, least=needed - dust, dust=dust)

    @property
    def is_of_one_measure(self) -> bool:
        """Return whether nothing but one measure can be broken."""
        offers = self.offers
        return offers.use_limit.size == 1 and not offers.must.any() and not offers.min_throughput.any()

    def refusal(self, opened: Flags, prices: Floats, clock: Clock, solver: Solver) -> Cut | None:
        """Return a cut below `least` at `opened` [option], and nowhere that all can be kept; None if it can be here.

        `prices` [price] are those of a shipment through `opened` that breaks a requirement.
        """
        at = opened.astype(np.float64)
        along = self._along(opened, prices, clock, solver)
        if along is not None and along.at(at) < self.least:
            return along
        if along is not None and self.is_of_one_measure:
            return None
        effort = Effort(tolerance=0.0, clock=clock, enough=self.least - self.dust)
        shipment = ship(Market.of(self.offers, opened, 1.0), None, effort, solver)
        if shipment.bound >= self.least:
            return None
        worth = shipment.flow_prices(self.offers.amount.size)
        return make_cut(self.offers, worth, shipment.prices, self.offers.room(opened) > 0)

    def _along(self, opened: Flags, prices: Floats, clock: Clock, solver: Solver) -> Cut | None:
        """Return the cut of the best prices of room beside those of `prices` for the rest, of whatever size."""
        offers, slots = self.offers, self.offers.slots
        rest = prices[slots:]
        if offers.must.any() or not rest.any():
            return None  # what must be served has no price here that the others could be measured by
        saving = _saving_along(offers, rest)
        pays = _best_of_each(offers, saving)
        size = typical_saving(offers.amount, saving[pays], offers.flow[pays])
        plain = replace(
            offers.only(pays),
            saving=saving[pays] / size,
            use=np.empty((pays.size, 0)),
            use_option=offers.use_option[:, :0],
            use_limit=offers.use_limit[:0],
            use_size=offers.use_size[:0],
            min_throughput=np.zeros(offers.min_throughput.size),
        )
        paid = dot(rest, Scarcity.of(offers, opened, 1.0).room[slots:]) / size
        effort = Effort(tolerance=self.dust, clock=clock, enough=self.least - self.dust - paid)
        shipment = ship(Market.of(plain, opened), prices[:slots] / size, effort, solver)
        worth = shipment.flow_prices(offers.amount.size)
        return make_cut(offers, worth, np.concatenate([shipment.prices, rest / size]), offers.room(opened) > 0)


def _saving_along(offers: Offers, rest: Floats) -> Floats:
    """Return what a unit of each offer saves [offer] where uses and cells have the prices `rest` [use, then cell]."""
    of_uses, of_cells = np.split(rest, [offers.use_limit.size])
    saving: Floats = -np.einsum("ij,j->i", offers.use, of_uses)
    if of_cells.size:
        subsidy = np.append(np.repeat(of_cells, offers.resources), 0.0)
        saving += subsidy[offers.slot] + subsidy[offers.second]
    return saving


def _best_of_each(offers: Offers, saving: Floats) -> Indices:
    """Return the offers that save anything, of those that use the same slots for the same flow the best."""
    pays = np.flatnonzero(saving > 0)
    places = (offers.flow[pays], offers.slot[pays], offers.second[pays])
    is_first = np.logical_or.reduce([np.diff(place, prepend=NONE - 1) != 0 for place in places])
    if not pays.size or is_first.all():
        return pays
    first = np.flatnonzero(is_first)  # offers come flow after flow and slot after slot
    best = np.maximum.reduceat(saving[pays], first)
    run = np.cumsum(is_first) - 1
    hits = np.flatnonzero(saving[pays] == best[run])
    _, of_runs = np.unique(run[hits], return_index=True)
    return pays[hits[of_runs]]
