"""Whether so many sites can cover all clients; pieces that share no site are counted each by itself.

For each piece the local search gives a cover and the Lagrangian bound a least number; with what the others need at
least, a piece may use so many sites, and a tree, at last HiGHS, decides whether that is enough.

Source: Beasley, European Journal of Operational Research 31, 1987 (bound and tree); Minieka, SIAM Review 12, 1970 (a
center by covers).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil, inf

import numpy as np

from models.arrays import Floats, Indices
from models.clock import Clock
from models.covering import plain, row_weights
from models.covering.bound import BEST, SCALE, Dual, ascend, first_multipliers, new_dual
from models.covering.lists import CLOSED, FREE, Cover, Ints, entries, part, pieces
from models.covering.tree import BEST_VALUE, IS_DONE, IS_TOO_DEEP, NODES, new_tree
from models.covering.tree import run as run_tree
from models.program import HALF
from models.solver import Solver
from models.status import Status

LOWEST_SCALE = 0.02
ROUNDS = 25
FIRST_STEPS, STEPS = 300, 3_000  # of the local search, before and after the bound,
STEPS_A_NODE, MOST_STEPS = 20, 100_000  # and more for a larger tree
SLICE_S = 0.25
CERTAIN = 1e-6  # sites are whole: a bound this little above a number proves the next
PROGRAM_NODES = 10_000  # a tree of so many has not decided: HiGHS may
PROGRAM_ENTRIES = 300_000
PROGRAM_SHARE = 0.3  # of the time left


def in_slices(work: Callable[[int], bool], amount: int, first: int, clock: Clock) -> None:
    """Call `work` with parts of `amount` that take about SLICE_S each, until it returns False or the time is over.

    Ctrl-C is heard between two parts.
    """
    size = first
    while amount > 0 and not clock.is_over:
        part_clock = Clock(SLICE_S)
        size = min(size, amount)
        if not work(size):
            return
        amount -= size
        size = max(size // 2, 1) if part_clock.is_over else size * 2


@dataclass(slots=True)
class Piece:
    """Clients and sites that share nothing with others: at least `least` sites cover them, `chosen` are `number`."""

    cover: Cover
    site_of: Ints
    seed: int
    least: int = 1
    number: float = inf
    chosen: Indices | None = None
    price: Floats = field(init=False)
    weights: row_weights.Weights = field(init=False)
    dual: Dual = field(init=False)

    def __post_init__(self) -> None:
        self.price = np.ones(self.site_of.size)
        self.weights = row_weights.new_weights(self.cover, self.seed)
        row_weights.fill(self.cover, self.price, self.weights)
        self.dual = new_dual(first_multipliers(self.cover, self.price), self.site_of.size, 1.0)

    def search(self, enough: int, steps: int, clock: Clock) -> None:
        """Look for a cover with fewer sites, until `enough` are found."""

        def look(size: int) -> bool:
            return not row_weights.search(self.cover, self.price, self.weights, enough + HALF, size)

        in_slices(look, steps, 50, clock)
        if self.weights.cost[1] < self.number:
            self._keep(self.weights.best == 1)

    def _keep(self, flags: np.ndarray) -> None:
        chosen = np.flatnonzero(flags)
        self.number, self.chosen = chosen.size, chosen

    def climb(self, most: int, clock: Clock) -> None:
        """Raise `least`, to no more than `most` + 1."""
        dual, target = self.dual, most + CERTAIN

        def ascent(size: int) -> bool:
            taken = ascend(self.cover, self.price, dual, target, most, size)
            return taken == size and dual.mark[BEST] < target and dual.mark[SCALE] > LOWEST_SCALE

        in_slices(ascent, 10**6, ROUNDS, clock)
        if dual.mark[BEST] > -inf:  # else the time was over before the first step
            self.least = max(self.least, min(ceil(dual.mark[BEST] - CERTAIN), most + 1))

    def branch(self, most: int, nodes: int, clock: Clock) -> None:
        """Look for a cover with at most `most` sites, for one with fewest, in a tree of so many nodes."""
        tree = new_tree(self.cover, self.dual.best_u, most + CERTAIN, most, (1.0 - CERTAIN, 0.0))

        def grow(size: int) -> bool:
            run_tree(self.cover, self.price, tree, size)
            return not tree.number[IS_DONE]

        in_slices(grow, nodes, 5, clock)
        if tree.value[BEST_VALUE] < self.number:
            self._keep(tree.best == 1)
        if tree.number[IS_DONE] and not tree.number[IS_TOO_DEEP]:
            self.least = max(self.least, int(min(self.number, most + 1)))
        elif tree.number[NODES] >= PROGRAM_NODES and self.cover.site.size <= PROGRAM_ENTRIES:
            self._finish(most, clock)

    def _finish(self, most: int, clock: Clock) -> None:
        program = plain.cover_program(entries(self.cover), self.cover.start.size - 1, self.price)
        with Solver() as solver:
            outcome = solver.mip(program, seed=self.seed, limit_s=clock.left_s * PROGRAM_SHARE)
        if outcome.values.size and outcome.objective < self.number - HALF:
            self._keep(outcome.values > HALF)
        if outcome.status in {Status.OPTIMAL, Status.FEASIBLE} and outcome.bound > 0:
            self.least = max(self.least, min(ceil(outcome.bound - CERTAIN), most + 1))


def cover_with(cover: Cover, most: int, nodes: int, seed: int, clock: Clock) -> tuple[Indices | None, bool]:
    """Return at most `most` sites that cover all clients (None: none found), and whether the question is decided."""
    work, steps = _pieces_of(cover, seed), max(STEPS, min(STEPS_A_NODE * nodes, MOST_STEPS))

    def total() -> int:
        return sum(piece.least for piece in work)

    def room(piece: Piece) -> int:
        return int(min(piece.number - 1, most - total() + piece.least))

    efforts: tuple[Callable[[Piece], None], ...] = (
        lambda piece: piece.search(most - total() + piece.least if len(work) == 1 else 0, FIRST_STEPS, clock),
        lambda piece: piece.climb(room(piece), clock),
        lambda piece: piece.search(most - total() + piece.least if len(work) == 1 else 0, steps, clock),
        lambda piece: piece.branch(room(piece), nodes, clock),
    )
    for effort in efforts:
        for piece in work:
            if piece.least < piece.number:
                effort(piece)
            if total() > most:
                return None, True
            if sum(one.number for one in work) <= most:
                chosen = [one.site_of[one.chosen] for one in work if one.chosen is not None]
                return np.concatenate(chosen), True
    return None, False


def _pieces_of(cover: Cover, seed: int) -> list[Piece]:
    row_piece, site_piece, count = pieces(cover)
    if count == 1:
        return [Piece(cover, np.arange(site_piece.size), seed)]
    work = []
    for number in np.argsort(np.bincount(row_piece)).tolist():  # the small ones first
        state = np.where(site_piece == number, FREE, CLOSED).astype(np.int8)
        rest, _, site_of = part(cover, (row_piece == number).astype(np.int8), state)
        work.append(Piece(rest, site_of, seed))
    return work
