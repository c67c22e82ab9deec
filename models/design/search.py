"""The search for a design: bound, slopes, links decided, a program on the likely links, a program on all that are left.

The Lagrangian bound (`knapsacks`) and slope scaling (`routing`) help each other: the bound's average tells which links
are likely, the plan's value decides links. What is left goes to HiGHS, first on the likely links, for a plan, then on
all, for the proof.

Source: Crainic, Gendron, Hernu, Journal of Heuristics 10, 2004 (bound and slopes by turns); the likely links first:
Angelelli, Mansini, Speranza, Computers & Operations Research 37, 2010.
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Flags, Integers
from models.clock import Clock
from models.commodities.pairs import Pairs
from models.design.bounds import Bounds
from models.design.routing import FINE, Designs
from models.design.textbook import Textbook
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solver import Solver
from models.status import Status
from models.stopping import GAP_REACHED, INTERRUPTED, ROUNDING, TIME_LIMIT, is_proved

TURNS = ((400, 12), (400, 8), (800, 8))  # rounds of the bound and of slopes
# programs on the likely links: part of the time left, and part of the average design that makes a link likely
KERNELS = ((0.2, 0.25), (0.35, 0.02))
FEWER = 0.8  # a program on likely links pays where they are fewer than this part
USES = 0.02  # of a commodity: a link that carries as much in the average may need its strong inequality
FEW = 2_000  # flows up to which all strong inequalities are taken


@dataclass(slots=True)
class Search:
    """The state of a search."""

    pairs: Pairs
    designs: Designs
    options: SolveOptions
    clock: Clock
    solver: Solver
    bound: float = field(init=False)
    is_infeasible: bool = False
    is_ended: bool = False  # the last program, by its solver

    def __post_init__(self) -> None:
        self.bound = self.designs.known.bound

    @property
    def is_done(self) -> bool:
        """Return whether the gap asked for is proved."""
        return is_proved(self.designs.value, self.bound, self.options.relative_gap)

    def run(self, *, plain: bool, weak: bool = False) -> str:
        """Search, and return why it ended; `plain`: by the one program only; `weak`: without strong inequalities."""
        try:
            with ctrl_c():
                for routes in self.designs.known.routes:
                    self.designs.keep_routes(routes)
                if not self.is_done:
                    self._find(plain=plain, weak=weak)
                self._polish()
        except KeyboardInterrupt:
            return INTERRUPTED
        if self.is_done:
            return GAP_REACHED
        return ROUNDING if self.is_ended else TIME_LIMIT

    def _find(self, *, plain: bool, weak: bool) -> None:
        if self.pairs.amount.size == 0:
            self._unused_links()
        elif weak:
            self._weak_program()
        elif plain:
            self._program(self.designs.links, None, self.clock.left_s)
        else:
            self._engines()

    def _unused_links(self) -> None:
        """Where nothing moves what must be built is best; the next best sets are a program over links alone."""
        self.designs.keep_routes((np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)))
        if self.designs.known.sets:
            self._program(self.designs.links, None, self.clock.left_s)
        else:
            self.bound = self.designs.value

    def _weak_program(self) -> None:
        self.designs.try_design(self.pairs.capacity > 0)  # a plan, should the solver find none in time
        none = np.zeros((self.pairs.amount.size, self.pairs.tail.size), dtype=np.bool_)
        self._program(self.designs.links, none, self.clock.left_s)

    def _engines(self) -> None:
        self.designs.try_design(self.pairs.capacity > 0)
        bounds = Bounds.of(self.pairs, self.designs.fixed_cost, self._rule())
        for rounds, slopes in TURNS:
            bounds.climb(rounds, self.designs.value, self.clock)
            self.bound = max(self.bound, bounds.bound)
            if self.is_done or self.clock.is_over:
                return
            self.designs.slopes(np.clip(bounds.ascent.mean_built, 0.0, 1.0), slopes)
        self._polish()
        strong = bounds.ascent.mean > USES * self.pairs.amount[:, None]
        open_links, before = self._undecided(bounds), np.empty(0, dtype=np.bool_)
        for part, least in KERNELS:
            if self.is_done or self.clock.is_over:
                return
            best = self.designs.best
            likely = (bounds.ascent.mean_built > least) | (best.built if best else self.designs.must)
            kernel = likely & open_links
            if kernel.sum() < FEWER * open_links.sum() and not np.array_equal(kernel, before):
                before = kernel
                self._program(kernel, strong, part * self.clock.left_s, proves=False)
                open_links = self._undecided(bounds)
        if not (self.is_done or self.clock.is_over):
            self._program(open_links, strong, self.clock.left_s)

    def _rule(self) -> Integers:
        return np.where(self.designs.must, 1, np.where(self.pairs.capacity > 0, 0, -1)).astype(np.int64)

    def _undecided(self, bounds: Bounds) -> Flags:
        """Return the links that a plan better than the best may build.

        The bound counts every set of links, those without flow as well, so what it decides holds with sets forbidden.
        """
        if not np.isfinite(self.designs.value):
            return self.designs.links
        _, never = bounds.decided(self.designs.value)
        return self.designs.links & ~never

    def _program(self, links: Flags, strong: Flags | None, limit_s: float, *, proves: bool = True) -> None:
        """Let the solver find the best plan on `links`; `proves`: no better plan builds others."""
        before, clock = self.designs.value, Clock(limit_s)
        few = int(links.sum()) * self.pairs.amount.size <= FEW
        fixed = self.designs.fixed_cost, self.designs.must, self.designs.budget
        textbook = Textbook.of(self.pairs, fixed, links, None if few else strong, self.designs.known.sets)
        outcome = textbook.solve(self.solver, self.options.relative_gap, self.options.seed, clock.left_s)
        self.is_ended = proves and outcome.status in {Status.OPTIMAL, Status.INFEASIBLE}
        if proves and outcome.status is Status.INFEASIBLE:
            self.is_infeasible = before == inf
            self.bound = max(self.bound, before)
        if outcome.values.size:
            built = textbook.built(outcome)
            self.designs.keep_routes(textbook.routes(outcome), built)
            self.designs.try_design(built, FINE)
        if proves and outcome.status is not Status.INFEASIBLE:
            self.bound = max(self.bound, min(textbook.bound(outcome), before))

    def _polish(self) -> None:
        """Route the best design as well as can be."""
        if self.designs.best is not None:
            self.designs.try_design(self.designs.best.built, FINE)
