"""Multiple allocation without capacities, exact: bound, fixing and tree of `route_bound`, descents over sets of hubs."""

from dataclasses import dataclass
from itertools import combinations
from math import comb, inf

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.hubs import route_bound
from models.hubs.allocation_bound import BEST, HUGE, SCALE
from models.hubs.costs import Costs
from models.hubs.tree import Best

Data = tuple[Floats, Floats, Floats, Floats, Floats]

SLICE = 20
ROOT_STEPS, NODE_STEPS = 1000, 60
LEAST_SCALE = 0.003
NODE_SCALE = 0.3
BEYOND = 0.05
FEW_SETS = 3000  # so many sets of hubs are tried one by one
TICK = 64


@dataclass(slots=True, kw_only=True)
class Node:
    """Plans that use hubs `hubs` (`fate` 1: certainly)."""

    bound: float
    hubs: Indices
    fate: Indices
    prices: Floats
    mean: Floats
    is_root: bool = False


class Multiple:
    """The engine that `tree.search` drives; plans are `(first hub, last hub)` [origin, destination]."""

    def __init__(self, costs: Costs, best: Best) -> None:
        self.best = best
        self.wanted = costs.wanted
        self.data: Data = (
            np.ascontiguousarray(costs.flow),
            np.ascontiguousarray(costs.collect),
            np.ascontiguousarray(costs.transfer),
            np.ascontiguousarray(costs.distribute),
            np.ascontiguousarray(costs.fixed),
        )

    def root(self) -> Node:
        """Return the node of all plans, after a greedy choice and a descent."""
        nodes = len(self.data[0])
        self._greedy()
        return Node(
            bound=0.0,
            hubs=np.arange(nodes),
            fate=np.full(nodes, -1),
            prices=np.zeros((nodes, nodes, nodes)),
            mean=np.full(nodes, 0.5),
            is_root=True,
        )

    def explore(self, node: Node) -> list[Node]:
        """Bound, fix, look for plans; return the two halves."""
        steps, scale, most = 0, 1.0 if node.is_root else NODE_SCALE, ROOT_STEPS if node.is_root else NODE_STEPS
        while self._settle(node):
            if self._sets(node) <= FEW_SETS:
                self._enumerate(node)
                return []
            if steps >= most or scale <= LEAST_SCALE:
                return self._halves(node)
            done, scale = self._bound(node, scale, min(most - steps, 3 * SLICE))
            steps += done
            if node.bound < self.best.cutoff < inf:
                bound = route_bound.fix(self._part(node), node.fate, self.wanted, node.prices, self.best.cutoff)
                node.bound = max(node.bound, bound)
            if node.bound >= self.best.cutoff:
                return []
        return []

    def _bound(self, node: Node, scale: float, most: int) -> tuple[int, float]:
        data, state = self._part(node), np.array([-HUGE, scale, 0.0])
        shape = data[0].shape
        ends = (np.full(shape, -1), np.full(shape, -1))
        memory, prices = (node.prices, np.zeros_like(node.prices), node.mean), node.prices.copy()
        taken = 0
        while taken < most and state[SCALE] > LEAST_SCALE:
            self.best.tick()
            target = self.best.value * (1 + BEYOND) if self.best.value < inf else max(2 * state[BEST], 1.0)
            done, chosen = route_bound.steps(
                data, node.fate, self.wanted, prices, memory, ends, state, target, self.best.cutoff, SLICE
            )
            taken += max(done, 1)
            node.bound = max(node.bound, float(state[BEST]))
            if node.bound >= self.best.cutoff or state[BEST] >= HUGE:
                break
            opened = np.zeros(shape[0], dtype=np.bool_)
            opened[node.hubs[chosen == 1]] = True
            if self._offer(np.flatnonzero(opened)) < HUGE and self._is_news:
                self._descend(opened)
        return taken, float(state[SCALE])

    def _settle(self, node: Node) -> bool:
        opened, free = int((node.fate == 1).sum()), node.fate == -1
        if self.wanted >= 0:
            if opened > self.wanted or opened + int(free.sum()) < self.wanted:
                node.bound = inf
                return False
            if opened == self.wanted:
                node.fate[free] = 0
            elif opened + int(free.sum()) == self.wanted:
                node.fate[free] = 1
        kept = np.flatnonzero(node.fate != 0)
        if kept.size == 0:
            node.bound = inf
            return False
        if kept.size < node.hubs.size:
            node.hubs, node.fate, node.mean = node.hubs[kept], node.fate[kept], node.mean[kept]
            node.prices = np.ascontiguousarray(node.prices[:, :, kept])
        return True

    def _sets(self, node: Node) -> int:
        free, opened = int((node.fate == -1).sum()), int((node.fate == 1).sum())
        return comb(free, self.wanted - opened) if self.wanted >= 0 else 2 ** min(free, 60)

    def _enumerate(self, node: Node) -> None:
        opened, free = node.hubs[node.fate == 1], node.hubs[node.fate == -1]
        sizes = [self.wanted - opened.size] if self.wanted >= 0 else range(free.size + 1)
        tried = 0
        for size in sizes:
            for more in combinations(free.tolist(), size):
                tried += 1
                if tried % TICK == 0:
                    self.best.tick()
                if opened.size or more:
                    self._offer(np.sort(np.concatenate([opened, np.array(more, dtype=np.int64)])))
        node.bound = inf

    def _halves(self, node: Node) -> list[Node]:
        doubt = np.where(node.fate == -1, np.minimum(node.mean, 1 - node.mean), -1.0)
        k = int(doubt.argmax())
        parts = []
        for fate in (0, 1) if node.mean[k] >= 0.5 else (1, 0):
            fates = node.fate.copy()
            fates[k] = fate
            parts.append(
                Node(bound=node.bound, hubs=node.hubs, fate=fates, prices=node.prices.copy(), mean=node.mean.copy())
            )
        return parts

    def _part(self, node: Node) -> Data:
        flow, collect, transfer, distribute, fixed = self.data
        hubs = node.hubs
        return (
            flow,
            np.ascontiguousarray(collect[:, hubs]),
            np.ascontiguousarray(transfer[np.ix_(hubs, hubs)]),
            np.ascontiguousarray(distribute[hubs]),
            fixed[hubs],
        )

    def _offer(self, opened: Indices) -> float:
        shape = self.data[0].shape
        first, last = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int64)
        value = route_bound.shortest(self.data, opened, first, last) + float(self.data[4][opened].sum())
        self._is_news = value < inf and self.best.offer(value, (opened, first, last))
        return value

    def _greedy(self) -> None:
        """Add the hub that gains most until none does, or until there are as many as wanted; then descend."""
        nodes = len(self.data[0])
        opened = np.zeros(nodes, dtype=np.bool_)
        shape = self.data[0].shape
        first, last = np.empty(shape, dtype=np.int64), np.empty(shape, dtype=np.int64)
        value = inf
        while not opened.all() and (self.wanted < 0 or opened.sum() < self.wanted):
            if self.best.clock.is_over and self.wanted < 0:
                break
            trials = np.full(nodes, inf)
            for k in np.flatnonzero(~opened):
                trial = np.append(np.flatnonzero(opened), k)
                trials[k] = route_bound.shortest(self.data, trial, first, last) + self.data[4][trial].sum()
            k = int(trials.argmin())
            if self.wanted < 0 and trials[k] >= value and value < inf:
                break
            if trials[k] == inf:  # forbidden links: more hubs may join what one cannot
                k = int(np.flatnonzero(~opened)[0])
            value = trials[k]
            opened[k] = True
        self._offer(np.flatnonzero(opened))
        self._descend(opened)

    def _descend(self, opened: Flags) -> None:
        value = self._offer(np.flatnonzero(opened))
        move = 0
        while move >= 0 and value < inf and not self.best.clock.is_over:
            value, move = route_bound.best_move(self.data, opened, value, self.wanted >= 0, move, 200)
        self._offer(np.flatnonzero(opened))
