"""The other good sets of hubs: the k cheapest, or all within a given part of the least cost.

The trees of `single` and `multiple`, but a branch ends only where every plan costs more than the limit, and a set of
hubs with a plan within the limit is kept rather than compared. The limit is the given part above the least cost, and
falls to the k-th least value; sets that differ from the best ones by one hub set it low from the start. In single
allocation the tree goes on below a set of hubs until its best allocation is proved to the gap asked for, or until
nothing in it is within the limit.

Why none is missing: a branch is closed where its bound is above the limit, and the limit only falls; one with exactly
one set of hubs left also where the plan kept of that set is proved. A plan that is proved to the gap and ends above a
limit that fell since may hide a better one below it: such sets are looked at again (`Several.doubtful`).

Source: Lawler, Management Science 18, 1972, for the k best by branching.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import inf
from typing import Generic, TypeVar

import numpy as np

from models.arrays import Flags, Indices
from models.clock import Clock
from models.hubs.tree import ROUNDING, Best, Engine, Found, Node, Plan, SetEngine, search

LEAST = 1e-300  # the limit is safe against so much in all
SPARE = 50  # plans beyond the limit that are held before they are dropped
SHARE = 0.2  # of the time at most goes to neighbours
AROUND = 10  # sets whose neighbours are tried before the tree

N = TypeVar("N", bound=Node)


@dataclass(slots=True, kw_only=True)
class Several(Best):
    """The best plan of each set of hubs within the limit: `wanted` sets, none dearer than the best by over `within`.

    By the hubs' bytes: `values` of each set kept, those that the limit fell below, too; `plans` of those within it;
    `closed`, what was looked at again. `ranked`: the values, rising. `unproved`: bound and value of each shipment that
    is not proved to be the cheapest of its hubs.
    """

    is_single: bool
    wanted: int
    within: float
    values: dict[bytes, float] = field(default_factory=dict)
    plans: dict[bytes, Plan] = field(default_factory=dict)
    ranked: list[float] = field(default_factory=list)
    closed: set[bytes] = field(default_factory=set)
    unproved: list[tuple[float, float]] = field(default_factory=list)

    @property
    def goes_by_sets(self) -> bool:
        """Return whether sets of hubs are to be told apart first, before their plans."""
        return True

    @property
    def ceiling(self) -> float:
        """Return the value above which a plan is too much dearer than the best, safe against rounding."""
        if inf in {self.within, self.value}:
            return inf
        return self.value * (1 + self.within) * (1 + ROUNDING) + LEAST

    @property
    def last(self) -> float:
        """Return the value of the last of the `wanted` best sets; inf while there are fewer."""
        return self.ranked[self.wanted - 1] if len(self.ranked) >= self.wanted else inf

    @property
    def highest(self) -> float:
        """Return the value above which a plan is not told."""
        return min(self.ceiling, self.last)

    @property
    def cutoff(self) -> float:
        """Return the bound from which on a branch is closed: another set that costs as much as the last is no gain."""
        last = self.last
        return min(self.ceiling, last * (1 - ROUNDING)) if last < inf else self.ceiling

    def cutoff_with(self, hubs: Indices) -> float:
        """Return the bound from which on a branch is closed in which exactly `hubs` (rising) are open."""
        value = self.values.get(_key(hubs), inf)
        if value > self.highest:
            return self.cutoff
        return min(self.cutoff, value - max(self.relative_gap, ROUNDING) * value)

    def target(self, beyond: float, bound: float, cutoff: float) -> float:
        """Return what steps aim at: `beyond` times what closes the branch, or twice the bound without that."""
        return cutoff * beyond if cutoff < inf else max(2 * bound, 1.0)

    def is_of_use(self, value: float) -> bool:
        """Return whether a plan of this value would be kept."""
        return value <= self.ceiling and value < self.last

    def offer(self, value: float, plan: Plan) -> bool:
        """Keep a copy of the plan if its hubs have no better one; return whether it is the best of all."""
        if not self.is_of_use(value):
            return False
        key = _key(np.unique(plan[0]) if self.is_single else plan[0])
        before = self.values.get(key, inf)
        if value >= before:
            return False
        is_best, self.value = value < self.value, min(value, self.value)
        if before < inf:
            del self.ranked[bisect_left(self.ranked, before)]
        insort(self.ranked, value)
        first, second, third = plan
        self.values[key], self.plans[key] = value, (first.copy(), second.copy(), third.copy())
        if len(self.plans) > 2 * self.wanted + SPARE:
            highest = self.highest
            self.plans = {key: plan for key, plan in self.plans.items() if self.values[key] <= highest}
        return is_best

    def note(self, floor: float, value: float) -> None:
        """Keep the bound on plans that were priced, where `value`, the best known of them, is not proved to be best."""
        if value - floor > ROUNDING * abs(value):
            self.floor = min(self.floor, floor)
            self.unproved.append((floor, value))

    @property
    def may_lack(self) -> bool:
        """Return whether a set may be within the limit that has no plan within it, for want of a proof."""
        return any(floor < self.cutoff and value > self.highest for floor, value in self.unproved)

    def doubtful(self) -> Indices | None:
        """Return hubs whose best plan may be within the limit though the one kept is above it; None: there are none."""
        highest = self.highest
        for key, value in self.values.items():
            is_above = highest < value and value - self.relative_gap * value < self.cutoff
            if is_above and self.relative_gap > ROUNDING and key not in self.closed:
                return np.frombuffer(key, dtype=np.intp)
        return None

    def close(self, hubs: Indices) -> None:
        """Keep in mind that the hubs were looked at again, with the limit in place of their plan's own value."""
        if self.values[_key(hubs)] > self.highest:
            self.closed.add(_key(hubs))

    def kept(self) -> list[Plan]:
        """Return the plans within the limit, the cheapest first."""
        return [self.plans[key] for _, key in self._ranked[: self.wanted]]

    def best_sets(self, nodes: int) -> Iterator[tuple[bytes, Flags]]:
        """Yield the hubs of the best sets as flags [node], the cheapest first."""
        for _, key in self._ranked[: min(self.wanted, AROUND)]:
            opened = np.zeros(nodes, dtype=np.bool_)
            opened[np.frombuffer(key, dtype=np.intp)] = True
            yield key, opened

    @property
    def _ranked(self) -> list[tuple[float, bytes]]:
        highest = self.highest
        return sorted((self.values[key], key) for key in self.plans if self.values[key] <= highest)


@dataclass(slots=True)
class _Around(Generic[N]):
    """An engine that tries the neighbours of the best sets before its tree."""

    engine: SetEngine[N]
    several: Several
    nodes: int
    is_sized: bool

    @property
    def best(self) -> Best:
        return self.several

    def root(self) -> N:
        node, clock = self.engine.root(), self.several.clock.part(SHARE)
        done: set[bytes] = set()
        while not clock.is_over:
            fresh = [one for one in self.several.best_sets(self.nodes) if one[0] not in done]
            if not fresh:
                break
            key, opened = fresh[0]
            done.add(key)
            self._look_around(opened, clock)
        return node

    def _look_around(self, opened: Flags, clock: Clock) -> None:
        for trial in _neighbours(opened, is_sized=self.is_sized):
            if clock.is_over:
                return
            self.engine.suggest(trial)

    def explore(self, node: N) -> list[N]:
        return self.engine.explore(node)


@dataclass(slots=True)
class _Among(Generic[N]):
    """An engine that looks at one set of hubs only."""

    engine: Engine[N]
    start: N

    @property
    def best(self) -> Best:
        return self.engine.best

    def root(self) -> N:
        return self.start

    def explore(self, node: N) -> list[N]:
        return self.engine.explore(node)


def look(engine: SetEngine[N], several: Several, nodes: int, *, is_sized: bool) -> Found:
    """Fill `several` by the engine; `is_sized`: the number of hubs is given."""
    found = search(_Around(engine, several, nodes, is_sized))
    while found.is_complete and (hubs := several.doubtful()) is not None:
        start = engine.among(hubs)
        if start is None:
            break
        again = search(_Among(engine, start))
        found = again if again.is_complete else replace(again, bound=max(again.bound, found.bound))
        several.close(hubs)
    return found


def _neighbours(opened: Flags, *, is_sized: bool) -> Iterator[Flags]:
    """Yield the sets with one hub swapped, and where any number is allowed, opened or closed."""
    for into in np.flatnonzero(~opened).tolist():
        for out in np.flatnonzero(opened).tolist():
            trial = opened.copy()
            trial[into], trial[out] = True, False
            yield trial
    for hub in range(0 if is_sized else opened.size):
        trial = opened.copy()
        trial[hub] = not trial[hub]
        yield trial


def _key(hubs: Indices) -> bytes:
    return hubs.astype(np.intp).tobytes()
