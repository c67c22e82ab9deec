"""Benders decomposition of a `HubPlacement`: options in a small master, the best shipment of a choice as a subproblem.

Each round the master (`master`) proposes the options that all cuts so far like best and bounds every choice; the best
shipment for them (`transport`), part by part (`parts`), is a plan, and its prices make the next cuts (`cuts`). Cuts
hold whatever the number of new sites, so a search that has answered one count knows much about the next: a curve is
one search.

A shipment may break a measure or a least throughput at a price (`market`). Such a choice is no plan: either no
shipment keeps all requirements, which a cut then tells the master, or the price was too low and is raised.

Sources: Benders, Numerische Mathematik 4, 1962; Fischetti, Ljubic, Sinnl, "Redesigning Benders decomposition for
large-scale facility location", Management Science 63, 2017 (cuts in the space of the openings alone); the
knapsack strengthening is Lagrangian relaxation of the assignment rows (Geoffrion, McBride, AIIE Transactions 10, 1978).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.interruption import ctrl_c
from models.placement.cuts import Cut, make_cut
from models.placement.goal import Goal
from models.placement.keeping import Question
from models.placement.lessons import Lesson, cuts_of, lessons_of
from models.placement.market import PENALTY, Market
from models.placement.master import Master, Proposal
from models.placement.offers import Offers
from models.placement.one_site import assigned, one_site_cut, repair
from models.placement.parts import parts_of
from models.placement.plans import Plan, made_plan, unreached
from models.placement.terms import NONE
from models.placement.transport import Effort, Shipment, ship, ship_without_solver
from models.solver import Solver
from models.stopping import GAP_REACHED, INTERRUPTED, ROUNDING, TIME_LIMIT

SUBTASK_SHARE = 0.1  # a shipment and the master are solved to this part of the gap asked for
ROUGHLY = 0.3  # of the gap there is, or of that after the relaxation
RELAXED_ROUNDS = 12
STALLED = 2  # rounds that bring less than the gap asked for, one after the other
RELAXED_SHARE = 0.3  # of the time
DEARER = 30.0  # a penalty that was too low grows by this
HIGHEST_PENALTY = 1e8

ONE_SITE = "what one site a client costs is not proved further"
UNCLEAR = "the penalties of broken requirements grew beyond what numbers can tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer for `least` to `most` new sites: the best plan, if any, and a bound on any plan's net saving."""

    plan: Plan | None
    bound: float
    stopped: str
    is_infeasible: bool = False


class Search:
    """A search over the options; its cuts and plans serve one count of new sites after the other."""

    def __init__(self, offers: Offers, forced: Indices, solver: Solver, periods: int = 1) -> None:
        self.offers = offers
        self.parts = parts_of(offers, periods)
        self.is_interrupted = False
        self._solver = solver
        self._master = Master(offers=offers, forced=forced, parts=len(self.parts))
        self._questions = tuple(Question.of(part.offers) for part in self.parts)
        self._has_clients = bool((offers.client != NONE).any())
        self._plans: dict[bytes, Plan] = {}
        self._answers = {} if self._has_clients else self._plans  # plans that give each client one site
        self._left: dict[bytes, tuple[int, float]] = {}  # count and bound of choices that are not proposed any more
        self._last_prices: tuple[Floats | None, ...] = (None,) * len(self.parts)
        self._penalty = PENALTY
        self._was_raised = False
        self._is_unclear = False
        self._bound = np.inf
        self._start: Flags | None = None
        self._master.add(tuple(make_cut(part.offers, np.zeros(offers.amount.size)) for part in self.parts))

    @property
    def lessons(self) -> tuple[Lesson, ...]:
        """Return what another search may learn from this one."""
        return lessons_of(self.offers, self._plans.values())

    def learn(self, lessons: Iterable[Lesson]) -> None:
        """Learn cuts from the prices of another search; the answer is as good, and comes in fewer rounds."""
        if len(self.parts) == 1:
            (question,) = self._questions
            for lesson, cut in cuts_of(self.offers, lessons):
                if not lesson.is_of_measure:
                    self._master.add((cut,))
                elif question is not None:
                    self._master.require(cut, question.least)

    def begin_with(self, option_open: Flags) -> None:
        """Look at these of the caller's options before any other choice; those that no best plan needs are left out."""
        offers = self.offers
        opened = offers.standing | option_open[offers.option]
        if np.bincount(offers.site[opened], minlength=offers.cells).max(initial=0) <= 1:
            self._start = opened

    def run(self, least: int, most: int, goal: Goal) -> Found:
        """Return the best plan with `least` to `most` new sites.

        After Ctrl-C this and every later call return what is known so far, or raise KeyboardInterrupt
        where there is no plan.
        """
        bound = np.inf
        stopped = INTERRUPTED
        try:
            with ctrl_c():
                bound = self._relax(least, most, goal)
                self._bound = bound
                while not self.is_interrupted:
                    proposal = self._propose(least, most, goal)
                    left = self._bound_of_left(least, most)
                    if proposal.is_infeasible and left == -np.inf:
                        return Found(plan=None, bound=-np.inf, stopped="infeasible", is_infeasible=True)
                    self._bound = bound = min(bound, max(proposal.bound, left))
                    reason = self._reason_to_stop(proposal, bound, least, most, goal)
                    if reason or proposal.opened is None:
                        stopped = reason or TIME_LIMIT
                        break
                    self._try(proposal.opened, goal)
                return self._found(least, most, bound, stopped, goal)
        except KeyboardInterrupt:
            self.is_interrupted = True
            return self._found(least, most, bound, INTERRUPTED, goal)

    def _relax(self, least: int, most: int, goal: Goal) -> float:
        """Learn cuts where the master, its openings taken as fractions, wants them; return the bound.

        Where levels and rules bind the openings, the master is hard to solve in whole numbers and easy in fractions,
        whose best point moves little once the cuts are good. Half way from the last point learnt from is a better
        place to learn than the best point itself (in-out; Ben-Ameur, Neto, Networks 49, 2007).
        """
        bound, stalled = np.inf, 0
        if self._master.is_simple:
            return bound
        inside: Floats | None = None
        for _ in range(RELAXED_ROUNDS):
            relaxed = self._master.relaxed(least, most, goal, self._solver)
            if relaxed is None or goal.clock.seconds > RELAXED_SHARE * (goal.clock.seconds + goal.clock.left_s):
                break
            opened, bound_now = relaxed
            slack = goal.gap(self.offers, bound_now)
            stalled = stalled + 1 if bound - bound_now <= slack else 0
            bound = min(bound, bound_now)
            if stalled >= STALLED:
                break
            inside = opened if inside is None else (inside + opened) / 2
            effort = Effort(tolerance=slack / len(self.parts), clock=goal.clock)
            self._cut(inside, self._ship(inside, effort))
        return bound

    def _propose(self, least: int, most: int, goal: Goal) -> Proposal:
        if goal.clock.is_over:
            return Proposal(opened=None, bound=np.inf)
        if self._start is not None:
            opened, self._start = self._start, None
            return Proposal(opened=opened, bound=np.inf)
        if not self._plans and self._master.is_simple and not self.offers.must.any():
            # the standing sites alone: a first cut that is worth something
            return Proposal(opened=self.offers.standing, bound=np.inf)
        slack = SUBTASK_SHARE * goal.gap(self.offers, self._master.simple_bound(least, most))
        best = self._best(least, most)
        rough = ROUGHLY * (self._bound - best.net) if best and not self._master.is_simple else 0.0
        if rough > slack:  # far from the end a rough proposal does, if it is news
            proposal = self._master.propose(least, most, rough, goal, self._solver)
            if proposal.opened is None or not self._is_known(proposal.opened):
                return proposal
        return self._master.propose(least, most, slack, goal, self._solver)

    def _is_known(self, opened: Flags) -> bool:
        known = self._plans.get(_key(opened))
        return known is not None and known.is_exact and known.keeps

    def _reason_to_stop(self, proposal: Proposal, bound: float, least: int, most: int, goal: Goal) -> str:
        best = self._best(least, most)
        if best and bound - best.net <= goal.gap(self.offers, best.net):
            return GAP_REACHED
        if self._is_unclear:
            return UNCLEAR
        if self._has_clients:
            is_done = proposal.is_infeasible or (best is not None and proposal.bound <= best.net)
            return ONE_SITE if is_done else ""
        if proposal.opened is None or not self._is_known(proposal.opened):
            return ""
        return TIME_LIMIT if goal.clock.is_over else ROUNDING  # a master cut short may propose what is known

    def _bound_of_left(self, least: int, most: int) -> float:
        """Return the bound on the saving of the choices that are not proposed any more."""
        return max((bound for count, bound in self._left.values() if least <= count <= most), default=-np.inf)

    def _best(self, least: int, most: int) -> Plan | None:
        fitting = [plan for plan in self._answers.values() if self._fits(plan, least, most)]
        return max(fitting, key=lambda plan: plan.net, default=None)

    def _fits(self, plan: Plan, least: int, most: int) -> bool:
        return plan.keeps and least <= self.offers.count(plan.opened) <= most and self._master.allows(plan.opened)

    def _try(self, opened: Flags, goal: Goal) -> None:
        """Ship through `opened` as well as can be and learn a cut from it."""
        count = self.offers.count(opened)
        best, again = self._best(count, count), _key(opened) in self._plans
        tolerance = SUBTASK_SHARE * goal.gap(self.offers, best.net if best else 0.0)
        # a choice that cannot beat the best so far needs no exact answer, unless the master insists on it
        enough = best.net + self.offers.fixed_cost(opened) - tolerance if best and not again else -np.inf
        effort = Effort(tolerance=0.0 if again else tolerance / len(self.parts), clock=goal.clock, enough=enough)
        plan = self._learn(opened, self._ship(opened, effort))
        if again and not plan.is_exact and not goal.clock.is_over:
            plan = self._keep(replace(plan, is_exact=True))  # as exact as numbers allow
        if not plan.keeps and plan.is_exact:
            self._settle(opened, goal)
        elif self._has_clients:
            self._one_site_each(plan, replace(effort, enough=-np.inf), is_last=again)

    def _ship(self, opened: Flags | Floats, effort: Effort) -> tuple[Shipment, ...]:
        """Return the best shipment of each part; `effort.enough` is what the bounds of all together must fall below."""
        bounds = [self._master.part_bound(part, opened) for part in range(len(self.parts))]
        guesses = self._guess(opened)
        shipments = []
        for at, (part, guess) in enumerate(zip(self.parts, guesses, strict=True)):
            own = replace(effort, enough=effort.enough - sum(bounds[:at]) - sum(bounds[at + 1 :]))
            market = Market.of(part.offers, opened, self._penalty)
            shipments.append(ship(market, guess, own, self._solver))
            bounds[at] = min(bounds[at], shipments[-1].bound)
        self._last_prices = tuple(shipment.prices for shipment in shipments)
        return tuple(shipments)

    def _learn(self, opened: Flags, shipments: tuple[Shipment, ...]) -> Plan:
        cuts = self._cut(opened, shipments)
        return self._keep(made_plan(self.offers, self.parts, opened, shipments, cuts))

    def _cut(self, opened: Flags | Floats, shipments: tuple[Shipment, ...]) -> tuple[Cut, ...]:
        is_open = self.offers.room(opened) > 0
        cuts = tuple(
            make_cut(part.offers, shipment.flow_prices(self.offers.amount.size), shipment.prices, is_open)
            for part, shipment in zip(self.parts, shipments, strict=True)
        )
        self._master.add(cuts)
        return cuts

    def _keep(self, plan: Plan) -> Plan:
        self._plans[_key(plan.opened)] = plan
        return plan

    def _one_site_each(self, plan: Plan, effort: Effort, *, is_last: bool) -> None:
        """Find a plan of the same options with one site for each client, and learn the cuts of its prices.

        `is_last`: the master insists on these options; do what can be done for them, and leave them.
        """
        markets = [Market.of(part.offers, plan.opened, self._penalty) for part in self.parts]
        repaired = [
            repair(market, part.offers, shipment, effort, self._solver)
            for market, part, shipment in zip(markets, self.parts, plan.shipments, strict=True)
        ]
        if not self.offers.twice.size:  # an offer to a closed second hub would make such a cut weak
            self._master.add(
                tuple(
                    one_site_cut(part.offers, plan.opened, each, cut.edge)
                    for part, each, cut in zip(self.parts, repaired, plan.cuts, strict=True)
                )
            )
        shipments = tuple(each.shipment for each in repaired)
        if is_last:
            shipments = tuple(
                assigned(market, part.offers, each, effort, self._solver)
                for market, part, each in zip(markets, self.parts, repaired, strict=True)
            )
            self._leave(plan, shipments)
        found = made_plan(self.offers, self.parts, plan.opened, shipments, plan.cuts)
        known = self._answers.get(_key(plan.opened))
        if known is None or (found.keeps, found.net) > (known.keeps, known.net):
            self._answers[_key(plan.opened)] = found

    def _leave(self, plan: Plan, shipments: tuple[Shipment, ...]) -> None:
        """Propose these options no more: what splitting would save cannot be proved away; remember their bound."""
        known = [self._master.part_bound(part, plan.opened) for part in range(len(self.parts))]
        bound = sum(min(each, ship.bound) for each, ship in zip(known, shipments, strict=True))
        net = bound - self.offers.fixed_cost(plan.opened)
        self._left[_key(plan.opened)] = self.offers.count(plan.opened), net
        self._master.forbid(plan.opened)

    def _settle(self, opened: Flags, goal: Goal) -> None:
        """Cut off a choice that cannot keep every requirement; if it can, raise the penalty until it does.

        Asking whether it can takes far longer than shipping it once more, so the penalty is raised once unasked.
        """
        flows = unreached(self.offers, opened)
        if flows.size:
            self._master.reach(int(flows[0]), opened)
            return
        if not self._was_raised:
            self._was_raised = True
            if self._is_kept_dearer(opened, goal):
                return
        cut_off = [self._is_cut_off(at, opened, goal) for at in range(len(self.parts))]  # all, to learn from each
        if any(cut_off):
            self._master.forbid(opened)
            return
        while not goal.clock.is_over:
            if self._penalty * DEARER > HIGHEST_PENALTY:
                self._is_unclear = True
                return
            if self._is_kept_dearer(opened, goal):
                return

    def _is_kept_dearer(self, opened: Flags, goal: Goal) -> bool:
        """Raise the penalty and ship again; return whether every requirement is kept now."""
        self._penalty *= DEARER
        effort = Effort(tolerance=0.0, clock=goal.clock)
        return self._learn(opened, self._ship(opened, effort)).keeps

    def _is_cut_off(self, at: int, opened: Flags, goal: Goal) -> bool:
        """Return whether no shipment of the part keeps all requirements; the master then learns of it."""
        question = self._questions[at]
        if question is None:
            return False
        prices = self._plans[_key(opened)].shipments[at].prices
        cut = question.refusal(opened, prices, goal.clock, self._solver)
        if cut is not None:
            self._master.require(cut, question.least)
        return cut is not None

    def _guess(self, opened: Flags | Floats) -> tuple[Floats | None, ...]:
        """Return the prices of the most alike choice so far; a slot that was closed there costs what would fill it."""
        if not self._plans or opened.dtype != np.bool_:
            return self._last_prices
        near = min(self._plans.values(), key=lambda plan: int((plan.opened != opened).sum()))
        closed = (self.offers.room(near.opened) <= 0).reshape(-1, self.offers.resources)
        option = np.flatnonzero(opened)
        site = self.offers.site[option]
        return tuple(
            _with_edges(shipment.prices, closed, site, cut.edge[option])
            for shipment, cut in zip(near.shipments, near.cuts, strict=True)
        )

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
        opened = self._master.simple_choice(known.cuts if known else self._master.cuts[-1], least, most)
        shipments = []
        for part, guess in zip(self.parts, self._guess(opened), strict=True):
            market = Market.of(part.offers, opened, self._penalty)
            shipments.append(ship_without_solver(market, np.zeros(market.room.size) if guess is None else guess))
        plan = self._learn(opened, tuple(shipments))
        return plan if self._fits(plan, least, most) and not self._has_clients else None

    def _polished(self, plan: Plan, goal: Goal) -> Plan:
        """Return the plan with its best shipment: what is left of the gap should not be in who ships where."""
        if plan.is_exact or self._has_clients or goal.clock.is_over:
            return plan
        better = self._learn(plan.opened, self._ship(plan.opened, Effort(tolerance=0.0, clock=goal.clock)))
        if better.keeps and better.net >= plan.net:
            return better
        return self._keep(replace(plan, is_exact=better.is_exact))


def _with_edges(prices: Floats, closed: Flags, site: Indices, edge: Floats) -> Floats:
    slots = prices[: closed.size].reshape(closed.shape).copy()
    slots[site] = np.where(closed[site], edge, slots[site])
    return np.concatenate([slots.ravel(), prices[closed.size :]])


def _key(opened: Flags) -> bytes:
    return np.packbits(opened).tobytes()
