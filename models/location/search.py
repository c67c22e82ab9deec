"""Location without capacities: bound and plan side by side, then fixing, then a tree or a small program.

1. A random plan, made better by interchange (`heuristics.interchange`), gives the first target.
2. The Lagrangian bound climbs (`relaxation.subgradient`); the sites it chooses, and random kicks
   (`heuristics.kicks`), give better plans. Whole costs round the bound up: many instances end here.
3. Reduced costs decide sites (`relaxation.fixing`); a tree looks at what is left (`location.tree`), or, where few
   costs are distinct, the radius formulation goes to HiGHS (`relaxation.radius`).
4. A large instance has no tree: kicks find a plan, the bound climbs once more towards its value, with patience, and
   kicks among the sites of least reduced cost go on to the time limit.

Sources: Beasley, European Journal of Operational Research 65, 1993 (plans from Lagrangian bounds); Avella, Sassano,
Vasil'ev, Mathematical Programming 109, 2007 (the sites of least reduced cost as a core).
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from math import inf

import numpy as np

from models.arrays import Flags, Floats
from models.clock import Clock
from models.heuristics.interchange import Open, begin, improve, new_open
from models.heuristics.kicks import Kicks, kick, new_kicks
from models.interruption import ctrl_c
from models.location.alternatives import alternatives
from models.location.incumbent import Incumbent
from models.location.task import Found, Task
from models.location.tree import Tree, root_node
from models.options import SolveOptions
from models.program import HALF
from models.relaxation.fixing import fix, settle, without
from models.relaxation.radius import radius_program
from models.relaxation.subgradient import (
    BEST,
    CLOSED,
    FREE,
    KEEP,
    OPEN,
    SCALE,
    SHRINKS,
    STALE,
    WAITS,
    Dual,
    Rules,
    ascend,
    new_dual,
)
from models.scaling import dust, end_of, is_fine, unit_of
from models.solver import Solver
from models.status import Status
from models.stopping import GAP_REACHED, INTERRUPTED, ROUNDING, TIME_LIMIT

NEIGHBOURS = 1.5  # multipliers start at the cost of this times sites / open-th site; 1.0 in large instances
ROUNDS = 25
MOVES = 50  # a slice of the interchange
KICKS = 3  # after each look
LOWEST_SCALE = 0.05  # of the step; below it the tree gains faster
LOWEST_SCALE_LARGE = 0.002  # there is no tree after it
LARGE = 2000  # sites from which on ascents are patient and the tree is left aside
PATIENT = (0.95, 0.7, 15.0)
MORE_PATIENT = (0.985, 0.85, 60.0)  # towards a good target
AGAIN = 0.2  # of the step, where a bound that stands still is raised again
TARGET_SHARE = 0.15  # of the time, for a good target
FIRST_LOOK = 100  # steps between looks at the sites that the bound chooses; they cost more than the steps
FIRST_TREE = 150  # nodes before the radius formulation is tried
NODES = 20
RADIUS_ENTRIES = 15_000
WIDEST_SPREAD = 1e8  # of costs: beside the largest a solver in floats may not see what is smaller
SOLVER_DUST = 5e-10  # of a bound
DUAL_SHARE = 0.45  # of the time, at most, for the bound of a large instance
CORES = (0.3, 0.1)  # parts of the sites, of least reduced cost, that kicks look at in a large instance, in turn
TURNS = 6
SLICE_S = 0.2
SLACK = 0.01  # by the root of the open sites: how much worse than the record a kick may leave the plan, at first
NARROWEST = 10  # sites around a kick


def search(task: Task, options: SolveOptions, clock: Clock) -> Found:
    """Return the best plan and bound of `task` within the clock's time, or as far as Ctrl-C let it come."""
    work = _Work(task, options, clock)
    try:
        with ctrl_c():
            stopped = work.run()
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    incumbent = work.incumbent
    return Found(incumbent.opened, incumbent.value, incumbent.proved(work.bound), stopped)


def rehearse(task: Task) -> None:
    """Run each compiled function once on a small task, before any clock: after an installation that compiles them."""
    _Work(task, SolveOptions(), Clock(inf)).rehearse()


def search_alternatives(
    task: Task, count: int, within: float, options: SolveOptions, ask: Callable[[SolveOptions], Found]
) -> tuple[list[Flags], Found, str]:
    """Return the `count` cheapest plans within `within` (relative) of the best, the search for it, and why all ended.

    Without whole costs the best is known up to rounding; the time limit is for both searches together. So many pairs
    may be impossible that chance finds no plan; then the best one is that of the program, which `ask` solves. Where
    that has none, or the time or Ctrl-C came first, there are no plans; the search for the best says why.
    """
    clock, exact = Clock(options.time_limit_s), replace(options, relative_gap=0.0)
    found = search(task, exact, clock)
    if found.opened is None and found.stopped != INTERRUPTED and not clock.is_over:
        found = _asked(ask, replace(exact, time_limit_s=max(clock.left_s, 1e-3)))
    if found.opened is None:
        return [], found, found.stopped
    if found.stopped == INTERRUPTED:
        return [found.opened], found, INTERRUPTED
    plans, stopped = alternatives(task, found.opened, count, within, clock)
    return plans, found, stopped


def _asked(ask: Callable[[SolveOptions], Found], options: SolveOptions) -> Found:
    try:
        with ctrl_c():
            return ask(options)
    except KeyboardInterrupt:
        return Found(None, inf, 0.0, INTERRUPTED)


@dataclass(slots=True)
class _Work:
    task: Task
    options: SolveOptions
    clock: Clock
    incumbent: Incumbent = field(init=False)
    plan: Open = field(init=False)
    kicks: Kicks = field(init=False)
    seen: set[bytes] = field(default_factory=set)
    bound: float = 0.0
    ended: str = TIME_LIMIT  # why, where a gap is left

    def __post_init__(self) -> None:
        clients, sites = self.task.lists.reach.size, self.task.rules.state.size
        self.incumbent = Incumbent(self.task, self.options.relative_gap)
        self.plan = new_open(clients, sites)
        self.kicks = new_kicks(sites, self.options.seed)

    @property
    def is_done(self) -> bool:
        return self.bound >= self.incumbent.threshold

    @property
    def is_large(self) -> bool:
        return self.task.rules.state.size > LARGE

    def run(self) -> str:
        self._begin()
        dual = new_dual(self._first_multipliers(), self.task.rules.state.size, 1.0)
        if self.is_large:
            self._large(dual)
        else:
            self._climb(dual, self.clock)
            if self._may_go_on:
                self._finish(dual)
        return GAP_REACHED if self.is_done else self.ended

    def rehearse(self) -> None:
        """Call every compiled function once."""
        self._begin()
        lists, rules = self.task.lists, self.task.rules._replace(state=self.task.rules.state.copy())
        dual = new_dual(self._first_multipliers(), rules.state.size, 1.0)
        ascend(lists, rules, dual, self.incumbent.value, 1)
        self._kick(rules, 1)
        Tree(self.incumbent, [root_node(lists, rules, dual)]).run(1, self.clock)
        fix(rules, dual, self.incumbent.threshold)
        settle(rules)
        without(lists, np.arange(rules.state.size - 1))

    def _begin(self) -> None:
        """Make a first plan: forced sites, and as many of the rest, drawn at random, as must be open."""
        rules = self.task.rules
        if not self.task.lists.reach.size:  # no clients: the first bound chooses the cheapest sites that suffice
            return
        flag = (rules.state == OPEN).astype(np.int8)
        free = np.flatnonzero(rules.state == FREE)
        missing = max(rules.least, 1) - int(flag.sum())
        drawn = np.random.default_rng(self.options.seed).permutation(free)[: max(missing, 0)]
        flag[drawn] = 1
        self._improved(flag)

    def _improved(self, flag: np.ndarray) -> None:
        begin(self.task.lists, self.task.rules, self.plan, flag)
        for _ in range(self.task.rules.state.size):  # more would be rounding that runs in circles
            if improve(self.task.lists, self.task.rules, self.plan, MOVES) < MOVES or self.clock.is_over:
                break
        self.incumbent.offer(self.plan.flag)

    def _first_multipliers(self) -> Floats:
        lists = self.task.lists
        position = int(
            (1.0 if self.is_large else NEIGHBOURS) * self.task.rules.state.size / max(int(self.plan.number[0]), 1)
        )
        length = np.diff(lists.start)
        at = lists.start[:-1] + np.minimum(position, np.maximum(length - 1, 0))
        first: Floats = np.minimum(lists.cost[at], lists.reach)
        return first

    @property
    def _may_go_on(self) -> bool:
        return not self.is_done and not self.clock.is_over and self.incumbent.opened is not None

    def _large(self, dual: Dual) -> None:
        """Raise the bound, look for a plan to aim at, raise the bound towards it, and kick until the time is over."""
        whole_s = self.clock.left_s
        share = Clock(DUAL_SHARE * whole_s)
        dual.mark[KEEP], dual.mark[SHRINKS], dual.mark[WAITS] = PATIENT
        self._climb(dual, share)
        left_s = share.left_s
        if left_s > 0 and self._may_go_on:
            self._improved(dual.best_chosen)
            self._kick_until(dual, Clock(TARGET_SHARE * whole_s), CORES[0])
            dual.mark[SCALE], dual.mark[STALE] = AGAIN, 0
            dual.mark[KEEP], dual.mark[SHRINKS], dual.mark[WAITS] = MORE_PATIENT
            dual.u[:] = dual.best_u
            dual.direction[:] = 0.0
            self._climb(dual, Clock(min(left_s, self.clock.left_s)))
        turn_s = self.clock.left_s / TURNS
        for turn in range(TURNS):  # each begins at the record, and wide again: a single one may end in a poor valley
            self._kick_until(dual, Clock(min(turn_s, self.clock.left_s)), CORES[turn % 2])

    def _climb(self, dual: Dual, share: Clock) -> None:
        """Raise the bound until it stands still or its share of the time is over, with plans on the way."""
        rules = self.task.rules
        done, rounds, look = 0, ROUNDS, FIRST_LOOK
        lowest = LOWEST_SCALE_LARGE if self.is_large else LOWEST_SCALE
        while dual.mark[SCALE] > lowest and not share.is_over:
            target = min(self.incumbent.value, float(self.plan.value[0]))
            slice_clock = Clock(SLICE_S)
            given, taken = rounds, ascend(self.task.lists, rules, dual, target, rounds)
            done += taken
            rounds = max(rounds // 2, 1) if slice_clock.is_over else ROUNDS
            self.bound = max(self.bound, self.incumbent.proved(float(dual.mark[BEST])))
            if self.is_done:
                break
            if taken < given:  # each client is served once: these sites are best
                self.incumbent.offer(dual.chosen)
                break
            if done >= look and not self.is_large:
                look += FIRST_LOOK
                self._look(dual)

    def _look(self, dual: Dual) -> None:
        key = dual.chosen.tobytes()
        if key not in self.seen:
            self.seen.add(key)
            self._improved(dual.chosen)
        if self.incumbent.opened is not None:
            begin(self.task.lists, self.task.rules, self.plan, self.incumbent.opened.astype(np.int8))
            self._kick(self.task.rules, KICKS)

    def _kick(self, rules: Rules, times: int, slack: float = 0.0) -> None:
        width = max(rules.state.size // max(int(self.plan.number[0]), 1), NARROWEST)
        self.kicks.record[1] = slack
        if kick(self.task.lists, rules, self.plan, self.kicks, width, times):
            self.incumbent.offer(self.kicks.best)

    def _kick_until(self, dual: Dual, clock: Clock, part: float) -> None:
        """Kick among the `part` of the sites of least reduced cost until `clock` is over or the gap is closed."""
        rules, opened = self.task.rules, self.incumbent.opened
        if opened is None or not self._may_go_on:
            return
        core = np.quantile(dual.best_rho, part)
        state = np.where((rules.state == FREE) & (dual.best_rho > core), CLOSED, rules.state).astype(np.int8)
        begin(self.task.lists, rules, self.plan, opened.astype(np.int8))
        times, given_s = 16, max(clock.left_s, 1e-9)
        widest = SLACK / float(np.sqrt(max(int(self.plan.number[0]), 1)))
        while not clock.is_over and not self.is_done:
            slice_clock = Clock(SLICE_S)
            self._kick(rules._replace(state=state), times, widest * clock.left_s / given_s)
            times = max(times // 2, 1) if slice_clock.is_over else min(times * 2, 10_000)

    def _finish(self, dual: Dual) -> None:
        """Decide what the reduced costs decide, then search the rest."""
        rules = self.task.rules._replace(state=self.task.rules.state.copy())
        fix(rules, dual, self.incumbent.threshold)
        free = settle(rules)
        if free == 0:
            self.incumbent.offer((rules.state == OPEN).astype(np.int8))
        if free <= 0:
            self.bound = self.incumbent.threshold
            return
        tree = Tree(self.incumbent, [root_node(self.task.lists, rules, dual)])
        nodes, tried = (0, False) if self.options.engine == "radius" else (FIRST_TREE, False)
        while tree.stack and not self.clock.is_over:
            try:
                tree.run(min(nodes, NODES), self.clock)
            finally:
                self.bound = max(self.bound, self.incumbent.proved(tree.bound))
            nodes -= NODES
            if nodes <= 0 and not tried and self.options.engine != "lagrangian":
                tried = True
                if self._by_radius(dual):
                    return
            nodes = max(nodes, NODES) if tried or self.options.engine == "lagrangian" else nodes
        self.ended = TIME_LIMIT if tree.stack else ROUNDING

    def _by_radius(self, dual: Dual) -> bool:
        """Hand what is left to HiGHS, if that is a small program; return whether it was."""
        rules = self.task.rules._replace(state=self.task.rules.state.copy())
        threshold = self.incumbent.threshold
        fix(rules, dual, threshold)
        keep = np.flatnonzero(rules.state != CLOSED)
        lists = without(self.task.lists, keep)
        left = rules._replace(fixed=rules.fixed[keep], state=rules.state[keep])
        # serving i at c > u_i adds c - u_i to the bound
        limit = dual.best_u + (threshold - float(dual.mark[BEST])) * (1 + 1e-9) + 1e-9 * np.abs(dual.best_u)
        client = np.repeat(np.arange(limit.size), np.diff(lists.start))
        entries = int((lists.cost <= limit[client]).sum())
        if not self.task.is_complete or (entries > RADIUS_ENTRIES and self.options.engine != "radius"):
            return False
        if (np.diff(lists.start) == 0).any():  # a client that no plan below the threshold can serve
            self.bound = max(self.bound, self.incumbent.proved(threshold))
            return True
        program = radius_program(lists, left, limit)
        paid = program.cost[program.cost > 0]
        if paid.size and paid.max() > WIDEST_SPREAD * paid.min():
            return False
        unit = unit_of(float(paid.max(initial=0.0)))
        program = replace(program, cost=program.cost / unit, offset=program.offset / unit)
        with Solver() as solver:
            outcome = solver.mip(
                program, relative_gap=self.options.relative_gap / 2, seed=self.options.seed, limit_s=self.clock.left_s
            )
        self.ended = end_of(outcome.status)
        if outcome.values.size:
            flag = np.zeros(rules.state.size, dtype=np.int8)
            flag[keep[outcome.values[: keep.size] > HALF]] = 1
            self._improved(flag)
        terms = paid.size + program.row_upper.size
        less = max(SOLVER_DUST * abs(outcome.bound), dust(terms, is_sure=is_fine(unit, self.incumbent.value)))
        bound = threshold if outcome.status is Status.INFEASIBLE else min((outcome.bound - less) * unit, threshold)
        self.bound = max(self.bound, self.incumbent.proved(bound))
        return True
