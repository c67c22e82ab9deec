"""Benders decomposition of a `HubPlacement`: options in a small master, the best shipment of a choice as a subproblem.

Each round the master (`master`) proposes the options that all cuts so far like best and bounds every choice; the best
shipment for them (`transport`) is a plan, and its prices make the next cut (`cuts`). Cuts hold whatever the number of
new sites, so a search that has answered one count knows much about the next: a curve is one search.

Sources: Benders, Numerische Mathematik 4, 1962; Fischetti, Ljubic, Sinnl, "Redesigning Benders decomposition for
large-scale facility location", Management Science 63, 2017 (cuts in the space of the openings alone); the
knapsack strengthening is Lagrangian relaxation of the assignment rows (Geoffrion, McBride, AIIE Transactions 10, 1978).
"""

from dataclasses import dataclass, replace

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.cuts import Cut, make_cut, only_must
from models.placement.goal import Goal
from models.placement.market import Market
from models.placement.master import Master, Proposal
from models.placement.offers import Offers
from models.placement.transport import Effort, Shipment, ship, ship_without_solver
from models.solver import Solver

SUBTASK_SHARE = 0.1  # a shipment and the master are solved to this part of the gap asked for
EXACT = 1e-10  # relative to the saving: nothing more to gain
UNSERVED = 1e-7  # relative: less is rounding

GAP_REACHED = "the gap asked for is reached"
ROUNDING = "proved up to rounding"
TIME_LIMIT = "time limit"
INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Options opened, what goes through them, and the saving net of fixed costs."""

    opened: Flags
    shipment: Shipment
    net: float
    cut: Cut
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer for `least` to `most` new sites: the best plan, if any, and a bound on any plan's net saving."""

    plan: Plan | None
    bound: float
    stopped: str
    is_infeasible: bool = False


class Search:
    """A search over the options; its cuts and plans serve one count of new sites after the other."""

    def __init__(self, offers: Offers, forced: Indices, solver: Solver) -> None:
        self.offers = offers
        self.is_interrupted = False
        self._solver = solver
        self._forced = forced
        self._master = Master(offers=offers, forced=forced)
        self._must = only_must(offers) if offers.must.any() else None
        self._plans: dict[bytes, Plan] = {}
        self._master.add(make_cut(offers, np.zeros(offers.amount.size)))

    def run(self, least: int, most: int, goal: Goal) -> Found:
        """Return the best plan with `least` to `most` new sites.

        After Ctrl-C this and every later call return what is known so far, or raise KeyboardInterrupt
        where there is no plan.
        """
        bound = np.inf
        stopped = INTERRUPTED
        try:
            while not self.is_interrupted:
                proposal = self._propose(least, most, goal)
                if proposal.is_infeasible:
                    return Found(plan=None, bound=-np.inf, stopped="infeasible", is_infeasible=True)
                bound = min(bound, proposal.bound)
                reason = self._reason_to_stop(proposal, bound, least, most, goal)
                if reason or proposal.opened is None:
                    stopped = reason or TIME_LIMIT
                    break
                self._try(proposal.opened, goal)
            return self._found(least, most, bound, stopped, goal)
        except KeyboardInterrupt:
            self.is_interrupted = True
            return self._found(least, most, bound, INTERRUPTED, goal)

    def _propose(self, least: int, most: int, goal: Goal) -> Proposal:
        if goal.clock.is_over:
            return Proposal(opened=None, bound=np.inf)
        if not self._plans and self._must is None:  # the standing sites alone: a first cut that is worth something
            return Proposal(opened=self.offers.standing, bound=np.inf)
        slack = SUBTASK_SHARE * goal.gap(self.offers, self._master.simple_bound(least, most))
        return self._master.propose(least, most, slack, goal, self._solver)

    def _reason_to_stop(self, proposal: Proposal, bound: float, least: int, most: int, goal: Goal) -> str:
        best = self._best(least, most)
        if best and bound - best.net <= goal.gap(self.offers, best.net):
            return GAP_REACHED
        known = self._plans.get(_key(proposal.opened)) if proposal.opened is not None else None
        return ROUNDING if known and known.is_exact else ""

    def _best(self, least: int, most: int) -> Plan | None:
        fitting = [plan for plan in self._plans.values() if self._fits(plan, least, most)]
        return max(fitting, key=lambda plan: plan.net, default=None)

    def _fits(self, plan: Plan, least: int, most: int) -> bool:
        forced = np.isin(self._forced, self.offers.site[plan.opened]).all()
        return bool(forced) and least <= self.offers.count(plan.opened) <= most and self._serves(plan)

    def _serves(self, plan: Plan) -> bool:
        """Return whether every flow without a direct way is served."""
        offers = self.offers
        if self._must is None:
            return True
        served = np.bincount(offers.flow[plan.shipment.offer], plan.shipment.amount, minlength=offers.amount.size)
        return float(np.maximum(offers.amount - served, 0.0)[offers.must].sum()) <= self._unserved_dust

    @property
    def _unserved_dust(self) -> float:
        return UNSERVED * float(self.offers.amount[self.offers.must].sum())

    def _try(self, opened: Flags, goal: Goal) -> None:
        """Ship through `opened` as well as can be and learn a cut from it."""
        fixed = self.offers.fixed_cost(opened)
        count = self.offers.count(opened)
        best, again = self._best(count, count), _key(opened) in self._plans
        tolerance = SUBTASK_SHARE * goal.gap(self.offers, best.net if best else 0.0)
        # a choice that cannot beat the best so far needs no exact answer, unless the master insists on it
        enough = best.net + fixed - tolerance if best and not again else -np.inf
        effort = Effort(tolerance=0.0 if again else tolerance, clock=goal.clock, enough=enough)
        shipment = ship(Market.of(self.offers, opened), self._guess(opened), effort, self._solver)
        plan = self._learn(opened, shipment)
        if not self._serves(plan) and plan.is_exact:
            self._learn_shortfall(opened, goal)

    def _learn(self, opened: Flags, shipment: Shipment) -> Plan:
        cut = make_cut(self.offers, shipment.flow_prices(self.offers.amount.size))
        plan = Plan(
            opened=opened,
            shipment=shipment,
            net=shipment.saving - self.offers.fixed_cost(opened),
            cut=cut,
            is_exact=shipment.bound - shipment.saving <= EXACT * max(1.0, abs(shipment.saving)),
        )
        self._master.add(cut)
        self._plans[_key(opened)] = plan
        return plan

    def _learn_shortfall(self, opened: Flags, goal: Goal) -> None:
        """Cut off a choice that cannot serve every flow without a direct way."""
        must = self._must
        if must is None:
            return
        effort = Effort(tolerance=0.0, clock=goal.clock)
        shipment = ship(Market.of(must, opened), None, effort, self._solver)
        self._master.require(make_cut(must, shipment.flow_prices(must.amount.size)), float(must.amount.sum()))

    def _guess(self, opened: Flags) -> Floats | None:
        """Return the prices of the most alike choice so far; a slot that was closed there costs what would fill it."""
        if not self._plans:
            return None
        near = min(self._plans.values(), key=lambda plan: int((plan.opened != opened).sum()))
        closed = (self.offers.room(near.opened) <= 0).reshape(-1, self.offers.resources)
        prices = near.shipment.prices.reshape(closed.shape).copy()
        site = self.offers.site[opened]
        prices[site] = np.where(closed[site], near.cut.edge[opened], prices[site])
        return prices.ravel()

    def _found(self, least: int, most: int, bound: float, stopped: str, goal: Goal) -> Found:
        bound = min(bound, self._master.simple_bound(least, most))
        plan = self._best(least, most) or self._hasty(least, most)
        if plan is None and self.is_interrupted:
            raise KeyboardInterrupt
        if plan is not None and not self.is_interrupted:
            plan = self._polished(plan, goal)
        return Found(plan=plan, bound=bound, stopped=stopped)

    def _hasty(self, least: int, most: int) -> Plan | None:
        """Return a plan made without any solver, for when the time is over."""
        known = min(self._plans.values(), key=lambda plan: abs(self.offers.count(plan.opened) - most), default=None)
        opened = self._master.simple_choice(known.cut if known else self._master.cuts[-1], least, most)
        guess = self._guess(opened)
        prices = np.zeros(self.offers.slots) if guess is None else guess
        plan = self._learn(opened, ship_without_solver(Market.of(self.offers, opened), prices))
        return plan if self._fits(plan, least, most) else None

    def _polished(self, plan: Plan, goal: Goal) -> Plan:
        """Return the plan with its best shipment: what is left of the gap should not be in who ships where."""
        if plan.is_exact or goal.clock.is_over:
            return plan
        effort = Effort(tolerance=0.0, clock=goal.clock)
        shipment = ship(Market.of(self.offers, plan.opened), plan.shipment.prices, effort, self._solver)
        better = self._learn(plan.opened, shipment)
        return better if better.net >= plan.net else replace(plan, is_exact=better.is_exact)


def _key(opened: Flags) -> bytes:
    return np.packbits(opened).tobytes()
