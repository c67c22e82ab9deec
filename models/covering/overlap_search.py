"""Maximal covering where sites overlap much: a bound by rows on overlaps (`overlap_rows`), found round by round.

Steps of a first-order method move openings and multipliers; now and then rows that the openings break are added, and
those that cost nothing go. Every bound is evaluated anew at the multipliers, so that none rests on how exactly these
are known.
"""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Floats
from models.clock import Clock
from models.covering.lists import FREE, OPEN, Ints
from models.covering.max_node import Node, Part, whole
from models.covering.max_task import Search
from models.covering.overlap_bound import OverlapBound, bound_at
from models.covering.overlap_cliques import broken
from models.covering.overlap_forests import NO_PAIR, forests
from models.covering.overlap_rows import Clique, Rows, Trees, listed, no_trees, rows_of, shared
from models.covering.overlap_steps import WEIGHT, Walk, advance, new_walk

FIRST_STEPS = 1500  # before any row on overlaps
STEPS, MORE_STEPS, MOST_STEPS = 100, 10, 400  # of a round: at first, more by each round, and at most
SLICE = 50  # steps between two looks at the bound
CLEAN = 3  # rounds after which rows that cost nothing go
FORESTS = 0.01  # of a usual cell: by how much a forest must be broken
LEAST_SCALE = 0.2  # of a usual cell: what rows (2) are multiplied by, at least
QUIET, LEAST_FALL = 12, 0.01  # rounds, and by how much of the gap these must lower the bound
MOST_ROUNDS = 200
MOST_ENTRIES = 2_000_000  # of cells: more take too long
MOST_SITES = 3_000  # that are not decided: their pairs stand in matrices


def overlaps_of(search: Search, root: Node) -> "Overlaps | None":
    """Return a descent over what is decided at the root; None where it would take too long, or nothing is free."""
    part = root.merged(root.state)
    room = search.p - int((part.state == OPEN).sum())
    if part.credit.site.size > MOST_ENTRIES or part.state.size > MOST_SITES:
        return None
    if not 0 < room < int((part.state == FREE).sum()):
        return None
    return Overlaps(part, search.p)


def by_overlaps(search: Search, root: Node, work: "Overlaps", clock: Clock) -> None:
    """Lower the bound of the search, and decide sites of the root, until that helps no more or the time is over."""
    quiet, before = 0, inf
    while search.bound > search.target and quiet <= QUIET:
        work.step(clock)
        if work.best is None:
            return
        _tell(search, root, work.part, work.best)
        is_lower = before - work.best.value > LEAST_FALL * (work.best.value - search.target)
        quiet, before = (0, work.best.value) if is_lower else (quiet + 1, before)
        if clock.is_over or work.turn >= MOST_ROUNDS:
            return


def rehearse_overlaps(search: Search) -> None:
    """Take a few steps, and add rows."""
    work = Overlaps(whole(search.credit, search.state.copy()), search.p)
    for _ in range(3):
        work.settle(2, Clock(inf))
        work.extend(is_clean=True)


def _tell(search: Search, root: Node, part: Part, found: OverlapBound) -> None:
    """Lower the bound of the search, and decide sites of the part, which are the root's."""
    root.bound = min(root.bound, found.value)
    search.lower(found.value)
    search.decide(part, (found.value, found.last, found.next), found.worth)
    root.state[np.searchsorted(root.site_of, part.site_of)] = part.state
    room, free = search.p - int((part.state == OPEN).sum()), int((part.state == FREE).sum())
    if 0 < room < free:
        return
    if room in {0, free}:  # one plan is left
        search.offer(part.spread((part.state == OPEN) | ((part.state == FREE) & (room > 0)), search.state.size))
    search.lower(search.target)  # and no other one is above what sites were decided for


@dataclass(slots=True)
class Overlaps:
    """Rows on the lists of a part, with p sites to open, and where the first-order method stands.

    `best`: the bound; `turn`: rounds gone.
    """

    part: Part
    p: int
    turn: int = 0
    best: OverlapBound | None = None
    cliques: list[Clique] = field(default_factory=list)
    rows: Rows = field(init=False)
    _walk: Walk = field(init=False)
    _both: Floats = field(init=False)
    _link: Ints = field(init=False)

    def __post_init__(self) -> None:
        lists, sites = self.part.credit, self.part.state.size
        cells = lists.weight.size
        self._both = shared(lists)
        self._link = np.full((sites, sites), NO_PAIR)
        self.rows = rows_of(lists, 0, no_trees(cells), [])
        share = self.p / max(sites, 1)
        primal = np.concatenate([np.full(sites, share), np.ones(cells)])
        self._walk = new_walk(self.rows, self.part.state, primal, np.full(cells, 0.5), 1.0)

    def openings(self, sites: int) -> Floats:
        """Return the openings now, of all `sites` of the instance."""
        openings = np.zeros(sites)
        openings[self.part.site_of] = self._walk.primal_next[: self.rows.sites]
        return openings

    def step(self, clock: Clock) -> None:
        """Go one round: add rows that are broken, but in the first one, and take steps."""
        if self.turn == 0:
            self.settle(FIRST_STEPS, clock)
        else:
            self.extend(is_clean=self.turn % CLEAN == 0)
            self.settle(min(STEPS + MORE_STEPS * self.turn, MOST_STEPS), clock)
        self.turn += 1

    def settle(self, steps: int, clock: Clock) -> None:
        """Take steps, and keep the best bound met."""
        for done in range(0, steps, SLICE):
            if clock.is_over:
                return
            advance(self.rows, self._walk, self.p, min(SLICE, steps - done))
            found = bound_at(self.rows, self._walk.dual_next, self.part.state, self.p)
            if self.best is None or found.value < self.best.value:
                self.best = found

    def extend(self, *, is_clean: bool) -> None:
        """Add rows that are broken; `is_clean`: leave out those that cost nothing."""
        trees = self.rows.trees.start.size - 1
        tree_price, price = self._walk.dual_next[:trees], self._walk.dual_next[trees:]
        primal = self._walk.primal_next
        if is_clean:
            kept = np.flatnonzero(price > 0.0)
            self.cliques, price = [self.cliques[k] for k in kept.tolist()], price[kept]
        rows, added = self.rows, self._broken(primal)
        primal = np.insert(primal, np.full(added, rows.sites + rows.pairs), 0.0)
        rows = rows._replace(pairs=rows.pairs + added)
        limits = 0.0 if is_clean else -1.0, FORESTS
        grown, tree_price = forests(rows, self._link, primal, tree_price, limits)
        self._begin(grown, primal, np.concatenate([tree_price, price, np.zeros(len(self.cliques) - price.size)]))

    def _begin(self, trees: Trees, primal: Floats, dual: Floats) -> None:
        self.rows = self.rows._replace(pairs=primal.size - self.rows.sites - self.rows.weight.size, trees=trees)
        self.rows = self.rows._replace(cliques=listed(self.cliques))
        self._walk = new_walk(self.rows, self.part.state, primal, dual, float(self._walk.mark[WEIGHT]))

    def _broken(self, primal: Floats) -> int:
        """Add the rows (2) that are broken, each once; return how many pairs they bring."""
        known = {_name(one.times, one.site) for one in self.cliques}
        pairs = self.rows.pairs
        y = np.append(primal[self.rows.sites : self.rows.sites + pairs], 0.0)
        lost = np.where(self._both > 0.0, y[self._link], 1.0)
        times, sites, _ = broken(primal[: self.rows.sites], self._both, lost)
        for k, row in zip(times.tolist(), sites, strict=True):
            site = np.sort(row[row >= 0])
            if _name(k, site) not in known:
                known.add(_name(k, site))
                pairs = self._add(k, site, pairs)
        return pairs - self.rows.pairs

    def _add(self, times: int, site: Ints, pairs: int) -> int:
        """Add a row (2) where there are so many pairs; return how many there are then."""
        one, other = site[np.triu_indices(site.size, 1)[0]], site[np.triu_indices(site.size, 1)[1]]
        weight = self._both[one, other]
        one, other, weight = one[weight > 0.0], other[weight > 0.0], weight[weight > 0.0]
        is_new = self._link[one, other] == NO_PAIR
        named = np.arange(pairs, pairs + int(is_new.sum()))
        self._link[one[is_new], other[is_new]] = named
        self._link[other[is_new], one[is_new]] = named
        scale = max(float(np.median(weight)), LEAST_SCALE * float(self.part.credit.weight.mean()))
        apart = site.size * (site.size - 1) // 2 - one.size
        self.cliques.append(Clique(times, site, self._link[one, other], apart, scale))
        return pairs + named.size


def _name(times: int, site: Ints) -> tuple[int, ...]:
    return (times, *site.tolist())
