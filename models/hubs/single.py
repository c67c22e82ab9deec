"""Single allocation, exact: bound, fixing and tree of `allocation_bound`, plans of `allocation_moves`."""

from dataclasses import dataclass, field
from math import inf

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.hubs import allocation_bound, allocation_moves
from models.hubs.allocation_bound import BEST, HUGE, SCALE
from models.hubs.costs import Costs
from models.hubs.tree import Best

Data = tuple[Floats, Floats, Floats, Floats, Indices, Floats, Floats]

SLICE = 25
ROOT_STEPS, NODE_STEPS = 1500, 75
LEAST_SCALE = 0.003
NODE_SCALE = 0.3
BEYOND = 0.05  # steps aim at so much above the best plan
DECIDED = 0.05


@dataclass(slots=True, kw_only=True)
class Node:
    """Plans that use hubs `hubs` (`fate` 1: certainly) and allocate as `ok` [node, hub] allows."""

    bound: float
    hubs: Indices
    fate: Indices
    ok: Flags
    prices: Floats
    lam: Floats
    is_root: bool = False
    mean: Floats = field(default_factory=lambda: np.empty(0))


class Single:
    """The engine that `tree.search` drives; plans are `(hub of each node,)`."""

    def __init__(self, costs: Costs, best: Best) -> None:
        self.best = best
        self.wanted = costs.wanted
        sent = costs.sent
        total = sent.sum()
        room = np.minimum(costs.room, total) if costs.is_capacitated else np.full(costs.nodes, inf)
        self.can = sent <= room * allocation_moves.LOOSE
        self.data: Data = (
            np.ascontiguousarray(costs.flow),
            np.ascontiguousarray(costs.transfer),
            np.ascontiguousarray(costs.local),
            np.ascontiguousarray(costs.fixed),
            np.arange(costs.nodes),
            sent,
            room,
        )

    def root(self) -> Node:
        """Return the node of all plans, after a descent over sets of hubs."""
        self._first_plan()
        hubs = np.flatnonzero(self.can)
        nodes = self.can.size
        local = self.data[2]
        ok = self._fitting(hubs)
        lam = np.array([np.partition(row, min(1, row.size - 1))[min(1, row.size - 1)] for row in local[:, hubs]])
        prices = np.zeros((nodes, nodes, hubs.size))
        return Node(bound=0.0, hubs=hubs, fate=np.full(hubs.size, -1), ok=ok, prices=prices, lam=lam, is_root=True)

    def explore(self, node: Node) -> list[Node]:
        """Bound, fix, look for plans; return the two halves."""
        steps, scale, most = 0, 1.0 if node.is_root else NODE_SCALE, ROOT_STEPS if node.is_root else NODE_STEPS
        while self._settle(node):
            if (node.ok.sum(axis=1) == 1).all():
                self._leaf(node)
                return []
            done, scale = self._bound(node, scale, min(most - steps, 3 * SLICE))
            steps += done
            if node.bound >= self.best.cutoff:
                return []
            struck = self._fix(node)
            if node.bound >= self.best.cutoff:
                return []
            if (steps >= most or scale <= LEAST_SCALE) and not struck:
                return self._halves(node)
            most = max(most, steps + SLICE) if scale > LEAST_SCALE else most
            if steps >= most or scale <= LEAST_SCALE:
                self._settle(node)
                return self._halves(node) if node.bound < self.best.cutoff else []
        return []

    def _bound(self, node: Node, scale: float, most: int) -> tuple[int, float]:
        data, arrays = self._part(node), self._arrays(node)
        memory = (node.prices, node.lam, np.zeros_like(node.prices), np.zeros_like(node.lam), node.mean)
        prices, lam = node.prices.copy(), node.lam.copy()
        guess = np.repeat(arrays[0][:, :1], len(node.ok), axis=1)
        state = np.array([-HUGE, scale, 0.0])
        taken = 0
        while taken < most and state[SCALE] > LEAST_SCALE:
            self.best.tick()
            target = self.best.value * (1 + BEYOND) if self.best.value < inf else max(2 * state[BEST], 1.0)
            done, chosen, reduced = allocation_bound.steps(
                data, arrays, prices, lam, memory, guess, state, target, self.best.cutoff, SLICE
            )
            taken += max(done, 1)
            node.bound = max(node.bound, float(state[BEST]))
            if node.bound >= self.best.cutoff or state[BEST] >= HUGE:
                break
            self._plan(node, chosen, reduced)
        return taken, float(state[SCALE])

    def _fix(self, node: Node) -> bool:
        before = int(node.ok.sum())
        if self.best.value == inf:
            return False
        extra = np.empty_like(node.prices)
        bound = allocation_bound.fix(
            self._part(node), self._arrays(node), node.prices, node.lam, self.best.cutoff, extra
        )
        node.bound = max(node.bound, bound)
        return int(node.ok.sum()) < before

    def _settle(self, node: Node) -> bool:
        """Draw the conclusions of what is fixed, forget closed hubs; False if no plan is left."""
        while True:
            before = (node.ok.sum(), (node.fate == 0).sum(), (node.fate == 1).sum())
            at_home = node.ok[node.hubs, np.arange(node.hubs.size)]
            if (node.fate[~at_home] == 1).any():
                return self._close(node)
            node.fate[~at_home] = 0
            count = node.ok.sum(axis=1)
            if (count == 0).any():
                return self._close(node)
            node.fate[node.ok[count == 1].any(axis=0)] = 1
            for k in np.flatnonzero(node.fate == 1):
                home = node.hubs[k]
                node.ok[home] = np.arange(node.hubs.size) == k
            opened, free = int((node.fate == 1).sum()), node.fate == -1
            if self.wanted >= 0:
                if opened > self.wanted or opened + int(free.sum()) < self.wanted:
                    return self._close(node)
                if opened == self.wanted:
                    node.fate[free] = 0
                elif opened + int(free.sum()) == self.wanted:
                    node.fate[free] = 1
            node.ok[:, node.fate == 0] = False
            if before == (node.ok.sum(), (node.fate == 0).sum(), (node.fate == 1).sum()):
                break
        kept = np.flatnonzero(node.fate != 0)
        if kept.size < node.hubs.size or node.mean.shape != node.ok.shape:
            node.hubs, node.fate = node.hubs[kept], node.fate[kept]
            node.ok = np.ascontiguousarray(node.ok[:, kept])
            node.prices = np.ascontiguousarray(node.prices[:, :, kept])
            node.mean = np.zeros(node.ok.shape) if node.mean.size == 0 else np.ascontiguousarray(node.mean[:, kept])
        return True

    def _close(self, node: Node) -> bool:
        node.bound = inf
        return False

    def _part(self, node: Node) -> Data:
        flow, transfer, local, fixed, _, weight, room = self.data
        hubs = node.hubs
        return (
            flow,
            np.ascontiguousarray(transfer[np.ix_(hubs, hubs)]),
            np.ascontiguousarray(local[:, hubs]),
            fixed[hubs],
            hubs,
            weight,
            room[hubs],
        )

    def _arrays(self, node: Node) -> tuple[Indices, Indices, Flags, Indices, int]:
        labels = np.argsort(~node.ok, axis=1, kind="stable")
        return labels, node.ok.sum(axis=1), node.ok, node.fate, self.wanted

    def _fitting(self, hubs: Indices) -> Flags:
        """Return who may go where [node, hub]: to a hub that holds both it and the hub's own node."""
        weight, room = self.data[5], self.data[6]
        ok = weight[:, None] + weight[hubs] <= room[hubs] * allocation_moves.LOOSE
        ok[hubs, np.arange(hubs.size)] = True
        return np.asarray(ok)

    def _halves(self, node: Node) -> list[Node]:
        use = node.mean[node.hubs, np.arange(node.hubs.size)]
        doubt = np.where(node.fate == -1, np.minimum(use, 1 - use), -1.0)
        k = int(doubt.argmax())
        likely = node.mean.argmax(axis=1)
        several = (node.ok.sum(axis=1) > 1) & (node.ok[np.arange(len(node.ok)), likely])
        spread = np.where(several, (1 - node.mean.max(axis=1)) * (self.data[5] + self.data[0].sum(axis=0)), -1.0)
        i = int(spread.argmax())
        if doubt[k] >= DECIDED or (doubt[k] >= 0 and (spread[i] < 0 or 1 - node.mean[i].max() < DECIDED)):
            return self._two(
                node, lambda part: part.fate.__setitem__(k, 0), lambda part: part.fate.__setitem__(k, 1), use[k]
            )
        if spread[i] < 0:  # the averages point at what is no longer allowed
            i = int((node.ok.sum(axis=1) > 1).argmax())
        k = int(np.where(node.ok[i], node.mean[i], -1.0).argmax())
        only = np.arange(node.hubs.size) == k
        return self._two(
            node,
            lambda part: part.ok.__setitem__((i, k), False),  # noqa: FBT003
            lambda part: part.ok.__setitem__(i, only),
            1.0,
        )

    def _two(self, node, without, within, use):
        parts = []
        for change in (without, within) if use >= 0.5 else (within, without):
            part = Node(
                bound=node.bound,
                hubs=node.hubs,
                fate=node.fate.copy(),
                ok=node.ok.copy(),
                prices=node.prices,
                lam=node.lam,
                mean=node.mean.copy(),
            )
            part.prices, part.lam = node.prices.copy(), node.lam.copy()
            change(part)
            part.ok[:, part.fate == 0] = False
            parts.append(part)
        return parts

    def _leaf(self, node: Node) -> None:
        at = node.hubs[node.ok.argmax(axis=1)]
        load = np.bincount(at, weights=self.data[5], minlength=at.size)
        if (load <= self.data[6] * allocation_moves.LOOSE).all():
            flow, transfer, local, fixed = self.data[:4]
            value = allocation_moves.total(flow, transfer, local, at) + fixed[np.unique(at)].sum()
            self.best.offer(value, (at,))
        node.bound = inf

    def _plan(self, node: Node, chosen: Indices, reduced: Floats) -> None:
        opened = np.zeros(self.can.size, dtype=np.bool_)
        opened[node.hubs[chosen == 1]] = True
        if not opened.any() or self.best.clock.is_over:
            return
        score = np.full(self.data[2].shape, HUGE)
        score[:, node.hubs] = reduced
        self._try(score, opened)
        self._try(self.data[2], opened)

    def _try(self, score: Floats, opened: Flags) -> None:
        at = np.empty(opened.size, dtype=np.int64)
        value = allocation_moves.plan(self.data, score, opened, self._order, at)
        if value < HUGE and self.best.offer(value, (at,)):
            self._descend(opened.copy(), at, value)

    @property
    def _order(self) -> Indices:
        return np.argsort(-self.data[5], kind="stable")

    def _first_plan(self) -> None:
        """Open hubs from the most suitable on until all nodes find room, then descend."""
        local, fixed, room = self.data[2], self.data[3], self.data[6]
        nodes = self.can.size
        suit = np.argsort(np.where(self.can, fixed + local.sum(axis=0) / nodes, inf), kind="stable")
        if np.isfinite(room).all():
            suit = np.argsort(np.where(self.can, -room, inf), kind="stable")
        opened, at = np.zeros(nodes, dtype=np.bool_), np.empty(nodes, dtype=np.int64)
        least = max(self.wanted, 1)
        for rank, k in enumerate(suit[: self.can.sum()], start=1):
            opened[k] = True
            if rank < least:
                continue
            value = allocation_moves.plan(self.data, local, opened, self._order, at)
            if value < HUGE:
                self.best.offer(value, (at,))
                self._descend(opened, at, value)
                return
            if self.wanted >= 0:
                return

    def _descend(self, opened: Flags, at: Indices, value: float) -> None:
        """Follow gaining moves over the sets of hubs."""
        move = 0
        opened &= self.can
        while move >= 0 and not self.best.clock.is_over:
            value, move = allocation_moves.best_move(
                self.data, opened, self._order, value, at, self.wanted >= 0, move, 50
            )
            self.best.offer(value, (at,))
