"""One scenario of a robust placement: its freight, and what a search for it alone has learnt of the openings.

A `placement.benders.Search` answers for one scenario which openings are best. Here others propose the openings; the
search ships its own freight through them as well as can be, in the scenario's own unit, and learns cuts, which hold
for every choice.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.clock import Clock
from models.placement.benders import Search
from models.placement.cuts import Cut
from models.placement.goal import Goal
from models.placement.market import Market
from models.placement.master import Row, covering_rows
from models.placement.offers import Offers
from models.placement.plans import Plan, made_plan
from models.placement.transport import Effort, ship_without_solver
from models.solver import Solver


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """What a scenario knows: `rows` over the openings, and `cuts` [part], each a tuple, on the saving of its parts."""

    rows: tuple[Row, ...]
    cuts: tuple[tuple[Cut, ...], ...]


class Scenario(Search):
    """The freight of one scenario; openings come from outside."""

    def __init__(self, offers: Offers, forced: Indices, solver: Solver, periods: int) -> None:
        self._known: dict[bytes, Plan] = {}
        super().__init__(offers, forced, solver, periods)
        self._rows_of_all = len(self._master.rows) - len(covering_rows(offers))

    @property
    def is_unclear(self) -> bool:
        """Return whether no penalty told if a choice can keep every requirement."""
        return self._is_unclear

    @property
    def rows_of_all(self) -> tuple[Row, ...]:
        """Return the rows on openings alone, which all scenarios have."""
        return tuple(self._master.rows[: self._rows_of_all])

    @property
    def learnt(self) -> Learnt:
        """Return what is known of any choice."""
        return Learnt(rows=tuple(self._master.rows[self._rows_of_all :]), cuts=tuple(self._master.cuts))

    def allows(self, opened: Flags, least: int, most: int) -> bool:
        """Return whether `opened` [option] keeps what is asked of openings alone."""
        return least <= self.offers.count(opened) <= most and self._master.allows(opened)

    def likely(self, least: int, most: int) -> Flags:
        """Return the options that the last cuts like best, cell by cell."""
        return self._master.simple_choice(self._master.cuts[-1], least, most)

    def least_cost(self, opened: Flags) -> float:
        """Return what the scenario costs at least with `opened` [option], in the caller's money, as far as known."""
        saving = sum(self._master.part_bound(part, opened) for part in range(len(self.parts)))
        return (self.offers.constant - saving + self.offers.fixed_cost(opened)) * self.offers.unit

    def cost(self, plan: Plan) -> float:
        """Return what a plan costs in the caller's money."""
        return (self.offers.constant - plan.net) * self.offers.unit

    def carried(self, opened: Flags, tolerance: float, goal: Goal) -> Plan:
        """Return a plan with `opened`, its cost within `tolerance` (caller's money) of the least, and learn of it.

        If the plan keeps not all that is asked for, the choice is cut off from now on, or the clock is over.
        """
        known = self._known.get(opened.tobytes())
        if known is not None and known.keeps and self._gap(known) <= tolerance:
            return known
        effort = Effort(tolerance=tolerance / self.offers.unit / len(self.parts), clock=goal.clock)
        plan = self._learn(opened, self._ship(opened, effort))
        if plan.keeps:
            return plan
        exact = Effort(tolerance=0.0, clock=goal.clock)
        plan = self._learn(opened, self._ship(opened, exact))
        if not plan.keeps and not goal.clock.is_over:
            self._settle(opened, goal)
        return self._known[opened.tobytes()]

    def learn_at(self, opened: Floats, tolerance: float, clock: Clock) -> None:
        """Learn cuts where the options are `opened` [option] in part."""
        effort = Effort(tolerance=tolerance / self.offers.unit / len(self.parts), clock=clock)
        self._cut(opened, self._ship(opened, effort))

    def carried_hastily(self, opened: Flags) -> Plan:
        """Return a plan made without any solver, for when the time is over."""
        shipments = []
        for part, guess in zip(self.parts, self._guess(opened), strict=True):
            market = Market.of(part.offers, opened, self._penalty)
            shipments.append(ship_without_solver(market, np.zeros(market.room.size) if guess is None else guess))
        return made_plan(self.offers, self.parts, opened, tuple(shipments), self._master.cuts[0])

    def forget_all_but(self, kept: set[bytes]) -> None:
        """Forget the plans of other openings; what was learnt of them stays."""
        for key, plan in list(self._plans.items()):
            opened = plan.opened.tobytes()
            if opened not in kept:
                del self._plans[key]
                self._known.pop(opened, None)

    def _keep(self, plan: Plan) -> Plan:
        self._known[plan.opened.tobytes()] = plan
        return super()._keep(plan)

    def _gap(self, plan: Plan) -> float:
        return sum(shipment.gap for shipment in plan.shipments) * self.offers.unit
