"""Set covering at least cost: dominance, local search, Lagrangian bound, reduced costs, a tree, and HiGHS at last.

Pieces that share nothing are solved each by itself, and their bounds add up. Source: Caprara, Toth, Fischetti, Annals
of Operations Research 98, 2000 (what of all this is worth doing).
"""

from dataclasses import dataclass, field
from math import ceil, inf, isfinite

import numpy as np

from models.arrays import Floats, Indices, sums_are_whole
from models.clock import Clock
from models.covering import plain, row_weights
from models.covering.bound import (
    BEST,
    BEST_LAST,
    BEST_NEXT,
    SCALE,
    Dual,
    ascend,
    first_multipliers,
    new_dual,
)
from models.covering.dominance import reduce
from models.covering.fewest import in_slices
from models.covering.found import Found
from models.covering.lists import CLOSED, FREE, OPEN, Cover, Ints, States, entries, part, pieces
from models.covering.tree import BEST_VALUE, IS_DONE, IS_TOO_DEEP, NODES, least, new_tree
from models.covering.tree import run as run_tree
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.program import HALF
from models.scaling import unit_of
from models.status import Status
from models.stopping import INTERRUPTED, TIME_LIMIT

COMPARED = 200_000_000  # pairs for dominance
LARGEST_BITS = 4_000_000_000  # clients times sites up to which dominance is looked for
LOWEST_SCALE = 0.01
ROUNDS = 25
FIRST_STEPS, STEPS = 300, 5_000  # of the local search, before and after the bound
TREE_NODES = 2_000  # before HiGHS is asked
TREE_ENTRIES = 3_000_000
CERTAIN = 1e-6
ROUNDING = 1e-10


@dataclass(slots=True)
class Piece:
    """Clients and sites that share nothing with others: the cheapest cover known, and a bound."""

    cover: Cover
    cost: Floats
    site_of: Ints
    is_whole: bool
    options: SolveOptions
    value: float = inf
    bound: float = 0.0
    chosen: Indices = field(init=False)
    weights: row_weights.Weights = field(init=False)
    dual: Dual = field(init=False)

    def __post_init__(self) -> None:
        self.weights = row_weights.new_weights(self.cover, self.options.seed)
        row_weights.fill(self.cover, self.cost, self.weights)
        self._offer(self.weights.flag == 1)
        self.dual = new_dual(first_multipliers(self.cover, self.cost), self.cost.size, 1.0)

    @property
    def step(self) -> float:
        """Return by how much a better cover is cheaper, at least."""
        return 1.0 - CERTAIN if self.is_whole else ROUNDING * self.value

    @property
    def threshold(self) -> float:
        """Return the bound from which on no better cover, or none that matters, is left."""
        return self.value - max(self.step, self.options.relative_gap * self.value)

    @property
    def is_done(self) -> bool:
        """Return whether the gap is closed."""
        return self.bound >= self.threshold

    def _offer(self, flags: np.ndarray) -> None:
        value = float(self.cost[flags].sum())
        if value < self.value:
            self.value, self.chosen = value, np.flatnonzero(flags)

    def _raise(self, bound: float) -> None:
        if bound >= self.threshold and self.is_whole and bound > self.value - 1:
            bound = self.value
        self.bound = min(
            max(self.bound, ceil(bound - CERTAIN) if self.is_whole and isfinite(bound) else bound), self.value
        )

    def search(self, clock: Clock) -> None:
        """Look for cheaper covers, longer once the bound is known."""
        steps = STEPS if self.bound > 0 else FIRST_STEPS

        def look(size: int) -> bool:
            return not row_weights.search(self.cover, self.cost, self.weights, self.bound + CERTAIN * self.bound, size)

        in_slices(look, steps, 50, clock)
        if np.isfinite(self.weights.cost[1]):
            self._offer(self.weights.best == 1)

    def climb(self, clock: Clock) -> None:
        """Raise the bound."""
        dual = self.dual

        def ascent(size: int) -> bool:
            taken = ascend(self.cover, self.cost, dual, self.threshold, self.cost.size, size)
            return taken == size and dual.mark[BEST] < self.threshold and dual.mark[SCALE] > LOWEST_SCALE

        in_slices(ascent, 10**6, ROUNDS, clock)
        self._raise(float(dual.mark[BEST]))

    def finish(self, clock: Clock) -> None:
        """Decide what the reduced costs decide, then search the rest by a tree, or HiGHS."""
        dual, threshold = self.dual, self.threshold
        slack = ROUNDING * abs(threshold)
        worth = np.maximum(dual.best_reduced - dual.mark[BEST_LAST], 0.0)
        lost = np.maximum(dual.mark[BEST_NEXT] - dual.best_reduced, 0.0)
        state = np.zeros(self.cost.size, dtype=np.int8)
        state[dual.mark[BEST] + worth >= threshold + slack] = CLOSED
        state[dual.mark[BEST] + lost >= threshold + slack] = OPEN
        keep = uncovered(self.cover, state)
        if not _reduced(self.cover, self.cost, keep, state):
            self._raise(threshold)
            return
        rest, row_of, site_of = part(self.cover, keep, state)
        sure = state == OPEN
        paid = float(self.cost[sure].sum())
        if not keep.any():
            self._offer(sure)
            self._raise(threshold)
            return
        left = rest, self.cost[site_of], site_of, sure
        if rest.site.size > TREE_ENTRIES or not self._by_tree(left, dual.best_u[row_of], paid, clock):
            self._by_program(left, paid, clock)

    def _by_tree(self, left: tuple[Cover, Floats, Ints, np.ndarray], u: Floats, paid: float, clock: Clock) -> bool:
        rest, cost, site_of, sure = left
        threshold = self.threshold
        better = (self.step, self.options.relative_gap)
        tree = new_tree(rest, u, threshold - paid, cost.size, better)

        def grow(size: int) -> bool:
            run_tree(rest, cost, tree, size)
            return not tree.number[IS_DONE]

        in_slices(grow, TREE_NODES, 5, clock)
        if tree.value[BEST_VALUE] < inf:
            self._offer(_with(sure, site_of[tree.best == 1]))
        if tree.number[NODES] and not tree.number[IS_TOO_DEEP]:
            self._raise(min(least(tree) + paid, threshold))
        return bool(tree.number[IS_DONE]) and not tree.number[IS_TOO_DEEP]

    def _by_program(self, left: tuple[Cover, Floats, Ints, np.ndarray], paid: float, clock: Clock) -> None:
        rest, cost, site_of, sure = left
        unit, threshold = unit_of(float(cost.max(initial=0.0))), self.threshold
        program = plain.cover_program(entries(rest), rest.start.size - 1, cost / unit)
        outcome = plain.solve(program, self.options, clock)
        if outcome.values.size:
            self._offer(_with(sure, site_of[outcome.values > HALF]))
        if outcome.status in {Status.OPTIMAL, Status.FEASIBLE, Status.NO_SOLUTION} and outcome.bound > 0:
            self._raise(min(plain.bound_of(outcome, program, unit, threshold - paid) + paid, threshold))


def search(cover: Cover, cost: Floats, state: States, options: SolveOptions, clock: Clock) -> Found:
    """Return a cover and a bound within the clock's time, or as far as Ctrl-C let it come.

    `state` says what is forced; each client has a site that is not CLOSED.
    """
    state = state.copy()
    forced = state == OPEN
    state[(state == FREE) & (cost == 0)] = OPEN
    keep = uncovered(cover, state)
    _reduced(cover, cost, keep, state)
    paid = float(cost[state == OPEN].sum())
    work = _pieces_of(cover, cost, keep, state, options)
    try:
        with ctrl_c():
            for effort in (Piece.search, Piece.climb, Piece.search, Piece.finish):
                for piece in work:
                    if not piece.is_done and not clock.is_over:
                        effort(piece, clock)
            stopped = TIME_LIMIT
    except KeyboardInterrupt:
        stopped = INTERRUPTED
    opened = (state == OPEN).astype(np.int8)
    for piece in work:
        opened[piece.site_of[piece.chosen]] = 1
    bound = paid + sum(piece.bound for piece in work)
    return Found(_spared(cover, cost, opened, forced), bound, stopped)


def _reduced(cover: Cover, cost: Floats, keep: States, state: States) -> bool:
    if keep.size * state.size > LARGEST_BITS:
        return True
    return bool(reduce(cover, cost, keep, state, COMPARED))


def uncovered(cover: Cover, state: States) -> States:
    """Return which clients no OPEN site covers."""
    rows, _ = entries(cover)
    keep = np.ones(cover.start.size - 1, dtype=np.int8)
    keep[rows[state[cover.site] == OPEN]] = 0
    return keep


def _with(sure: np.ndarray, chosen: Indices) -> np.ndarray:
    flags = sure.copy()
    flags[chosen] = True
    return flags


def _spared(cover: Cover, cost: Floats, opened: States, forced: np.ndarray) -> States:
    """Return the open sites without those, the dearest first, that nobody needs."""
    rows, _ = entries(cover)
    times = np.bincount(rows[opened[cover.site] == 1], minlength=cover.start.size - 1)
    for site in sorted(np.flatnonzero((opened == 1) & ~forced).tolist(), key=lambda j: -cost[j]):
        served = cover.client[cover.site_start[site] : cover.site_start[site + 1]]
        if (times[served] > 1).all():
            times[served] -= 1
            opened[site] = 0
    return opened


def _pieces_of(cover: Cover, cost: Floats, keep: States, state: States, options: SolveOptions) -> list[Piece]:
    """Return the pieces of what is left, the small ones first."""
    rest, _, site_of = part(cover, keep, state)
    is_whole = sums_are_whole(float(cost.sum()), cost)
    row_piece, site_piece, count = pieces(rest)
    work = []
    for number in np.argsort(np.bincount(row_piece, minlength=count)).tolist():
        inside = np.where(site_piece == number, FREE, CLOSED).astype(np.int8)
        own, _, sites = part(rest, (row_piece == number).astype(np.int8), inside)
        work.append(Piece(own, cost[site_of[sites]], site_of[sites], is_whole, options))
    return work
