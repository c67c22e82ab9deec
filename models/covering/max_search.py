"""Maximal covering: greedy choice and interchange, Lagrangian bound, reduced costs, and a tree over the sites.

Clients alike are one before anything else (`credit`). The bound's reduced costs decide most sites where little is
covered twice; the tree opens, then closes, the free site worth most, with its parent's multipliers. Where sites
overlap much, and the tree does not end soon, rows on overlaps and groups of clients bound better than the relaxation,
and annealing finds better plans (`group_search`). Where groups are too hard or gain nothing Benders cuts solve the
relaxation exactly, and a MIP solver decides what that leaves (`cut_search`); where that does not end either, the gap
says so.

Source: Galvao, ReVelle, European Journal of Operational Research 88, 1996; Downs, Camm, Naval Research Logistics 43,
1996 (Lagrangian bound in a tree).
"""

from dataclasses import dataclass, field
from math import floor, inf

import numpy as np

from models.arrays import Floats, sums_are_whole
from models.clock import Clock
from models.covering.credit import Credit, worth
from models.covering.credit_bound import (
    BEST,
    BEST_LAST,
    BEST_NEXT,
    SCALE,
    Dual,
    descend,
    new_dual,
)
from models.covering.credit_moves import Plan, become, fill, improve, kick, new_plan
from models.covering.cut_search import by_cuts, cuts_fit, rehearse_cuts
from models.covering.fewest import in_slices
from models.covering.found import Found
from models.covering.group_search import by_groups, rehearse_groups
from models.covering.kernel_plans import kicked
from models.covering.lists import CLOSED, FREE, OPEN, States
from models.covering.max_node import ROUNDING, Node, Part, whole
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.stopping import GAP_REACHED, INTERRUPTED, TIME_LIMIT

LOWEST_SCALE = 0.003
ROUNDS, NODE_ROUNDS = 25, 30
LOOK, MOST_LOOKS = 100, 15  # steps before reduced costs are looked at, and how often
NODE_SCALE = 0.3
KICK_SHARE = 0.05  # of the time, for the plan, where the bound is not enough
QUIET_KICKS = 600  # without a better plan
CERTAIN = 1e-6
HALF = 0.5
TREE_SHARE = 0.05  # of the time left


def search(credit: Credit, state: States, p: int, options: SolveOptions, clock: Clock) -> Found:
    """Return the best plan with p open sites and its bound within the clock's time, or as far as Ctrl-C let it come."""
    work = Work(credit, state, p, options, clock)
    try:
        with ctrl_c():
            stopped = work.run()
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    return Found(work.best, max(work.bound, work.value), stopped)


def rehearse(credit: Credit, state: States, p: int) -> None:
    """Run what a search does only where it takes long: kicks among few sites, groups and cuts."""
    work = Work(credit, state, p, SolveOptions(), Clock(1.0))
    few = whole(credit, state).merged(state)
    kicked(few.credit, few.state, work.best[few.site_of], 0, work.clock, lambda _: None)
    rehearse_groups(work)
    rehearse_cuts(work)


def is_whole(credit: Credit) -> bool:
    """Return whether all that is earned is whole, and sums of it are exact."""
    total = float((credit.weight + credit.backup).sum())
    return sums_are_whole(total, credit.weight, credit.backup, credit.part)


@dataclass(slots=True)
class Work:
    """One search: what is known of plan and bound, and the nodes that wait."""

    credit: Credit
    state: States
    p: int
    options: SolveOptions
    clock: Clock
    plan: Plan = field(init=False)
    best: States = field(init=False)
    value: float = -1.0
    bound: float = inf
    stack: list[Node] = field(default_factory=list)
    is_whole: bool = False
    decided: float = -inf  # sites were decided for plans above this: no bound may be lower

    def __post_init__(self) -> None:
        credit = self.credit
        self.best = self._filled((self.state == OPEN).astype(np.int8))
        self.value = worth(credit, self.best)
        self.bound = float((credit.weight + credit.backup).sum()) * (1 + CERTAIN)
        self.is_whole = is_whole(credit)
        self.plan = new_plan(credit, self.state.size, self.options.seed)

    @property
    def target(self) -> float:
        """Return the bound from which on a better plan, or one that matters, is not left."""
        step = 1.0 - CERTAIN if self.is_whole else ROUNDING * self.value
        return self.value + max(step, self.options.relative_gap * self.value)

    def run(self) -> str:
        """Search, and return why it stopped."""
        in_slices(lambda size: not fill(self.credit, self.plan, self.state, self.p, size), 10**6, 1, self.clock)
        if self.plan.number[0] < self.p:
            return TIME_LIMIT
        self.offer(self.plan.best)
        self._improve()
        root = self._root()
        if not self._is_done(root.bound):
            self._kicks()
        if not self._is_done(root.bound):
            self.stack = [root]
            self._tree(Clock(TREE_SHARE * self.clock.left_s))
            if self.stack and cuts_fit(self) and not self.clock.is_over:
                by_groups(self, root)
                if self.bound > self.target and not self.clock.is_over:
                    by_cuts(self, self._known(root))
            self._tree(self.clock)
        return GAP_REACHED if self.bound <= self.target else TIME_LIMIT

    def _tree(self, clock: Clock) -> None:
        while self.stack and not clock.is_over and self.bound > self.target:
            self._look(self.stack.pop())
            self.lower(max([self.target, *[node.bound for node in self.stack]]))

    def _known(self, root: Node) -> States:
        """Return what is decided of the instance's sites at the root."""
        state = np.full_like(self.state, CLOSED)
        state[root.site_of] = root.state
        return state

    def better(self, flag: States) -> None:
        """Fill a plan up to p sites, make it better by swaps, and keep it if it is the best."""
        become(self.credit, self.plan, self.offer(flag))
        self._improve()

    def _is_done(self, bound: float) -> bool:
        self.lower(bound)
        return self.bound <= self.target or self.clock.is_over

    def lower(self, bound: float) -> None:
        """Lower the bound, not below what sites were decided for; whole weights earn whole sums."""
        bound = max(bound, self.decided)
        self.bound = max(
            min(self.bound, floor(bound + CERTAIN / 2) if self.is_whole and bound < inf else bound), self.value
        )

    def offer(self, flag: States) -> States:
        """Fill a plan up to p sites, keep it if it is the best, and return it."""
        filled = self._filled(flag)
        value = worth(self.credit, filled)
        if value > self.value:
            self.value, self.best = value, filled
        return filled

    def _filled(self, flag: States) -> States:
        spare = np.flatnonzero((self.state == FREE) & (flag == 0))
        filled = flag.copy()
        filled[spare[: max(self.p - int(flag.sum()), 0)]] = 1
        return filled

    def _improve(self) -> None:
        def swap(size: int) -> bool:
            return not improve(self.credit, self.plan, self.state, size)

        in_slices(swap, 10**6, 1, self.clock)
        self.offer(self.plan.best)

    def _kicks(self) -> None:
        part_clock, quiet = Clock(KICK_SHARE * self.clock.left_s), 0
        while quiet < QUIET_KICKS and not part_clock.is_over and self.bound > self.target and self.p > 1:
            before = self.value
            kick(self.credit, self.plan, self.state, 2 + quiet % 3)
            self._improve()
            quiet = 0 if self.value > before else quiet + 1

    def _root(self) -> Node:
        credit = self.credit
        longest = np.where(np.diff(credit.start) > 0, credit.part[credit.start[:-1]], 0.0)
        dual = new_dual(credit.weight * longest * HALF, credit.backup * longest * HALF, self.state.size, 1.0)
        node = Node(credit, self.state.copy(), np.arange(self.state.size), dual.u, dual.v, inf)
        for _ in range(MOST_LOOKS):
            self._descend(node, dual, LOOK, LOWEST_SCALE)
            self._start_from(dual, node)
            if dual.mark[SCALE] <= LOWEST_SCALE or node.bound <= self.target or self.clock.is_over:
                break
            self._fix(node, dual)
            node, before = node.shrunk(), node
            if node is not before:
                dual = new_dual(node.u, node.v, node.state.size, float(dual.mark[SCALE]))
        return node

    def _descend(self, node: Node, dual: Dual, rounds: int, lowest: float) -> None:
        def steps(size: int) -> bool:
            taken = descend(node.credit, node.state, dual, self.p, self.target, size)
            return taken == size and dual.mark[BEST] > self.target and dual.mark[SCALE] > lowest

        in_slices(steps, rounds, ROUNDS, self.clock)
        node.bound = min(node.bound, float(dual.mark[BEST]))
        node.u, node.v = dual.best_u, dual.best_v

    def _start_from(self, dual: Dual, node: Node) -> None:
        """Take the sites that the bound chooses for a plan, and make it better where it is good."""
        flag = node.spread(dual.chosen, self.state.size)
        if flag.sum() == self.p and worth(self.credit, flag) > self.value:
            become(self.credit, self.plan, flag)
            self._improve()

    def _look(self, node: Node) -> None:
        """Raise the bound of a node, decide what follows, and put its two branches onto the stack."""
        dual = new_dual(node.u, node.v, node.state.size, NODE_SCALE)
        self._descend(node, dual, NODE_ROUNDS, 0.0)
        self._start_from(dual, node)
        if node.bound <= self.target:
            return
        if not np.isfinite(dual.mark[BEST]):  # the time was over before the first step
            self.stack.append(node)
            return
        self._fix(node, dual)
        free = node.state == FREE
        room = self.p - int((node.state == OPEN).sum())
        if room <= 0 or free.sum() <= room:
            self._settle(node, room)
            return
        site = int(np.flatnonzero(free)[np.argmax(dual.best_worth[free])])
        for decision in (CLOSED, OPEN):
            state = node.state.copy()
            state[site] = decision
            self.stack.append(Node(node.credit, state, node.site_of, node.u, node.v, node.bound).shrunk())

    def _fix(self, node: Node, dual: Dual) -> None:
        mark = dual.mark
        self.decide(node, (float(mark[BEST]), float(mark[BEST_LAST]), float(mark[BEST_NEXT])), dual.best_worth)

    def decide(self, part: Part, found: tuple[float, float, float], worth: Floats) -> None:
        """Decide sites of a part by a bound there."""
        self.decided = self.target  # it never falls
        part.decide(found, worth, self.target)

    def _settle(self, node: Node, room: int) -> None:
        """Price the one plan that is left, if it opens p sites."""
        chosen = node.state == OPEN
        if room > 0:
            chosen |= node.state == FREE
        if chosen.sum() <= self.p:
            self.offer(node.spread(chosen, self.state.size))
