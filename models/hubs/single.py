"""Single allocation, exact: the bound of `allocation_bound`, plans of `allocation_moves`, a tree on hubs and nodes.

Source: for the bound see `allocation_bound`; a tree on hubs and allocations: Contreras, Diaz, Fernandez, INFORMS
Journal on Computing 23, 2011.
"""

from math import inf

import numpy as np

from models.arrays import Flags, Floats, Indices, thawed
from models.hubs import allocation_bound, allocation_moves
from models.hubs.allocation_bound import BEST, SCALE, Memory
from models.hubs.allocation_parts import Allowed, Data, Prices, pairs_extra
from models.hubs.bars import Bars
from models.hubs.costs import Costs
from models.hubs.hub_choice import HUGE, LOOSE, Choice
from models.hubs.single_node import Node, settle
from models.hubs.tree import NO_ROUTES, Best, slice_of

SLICE = 25
MOVES = 50
ROOT_STEPS, NODE_STEPS = 1500, 75
LEAST_SCALE = 0.003
NODE_SCALE = 0.3
BEYOND = 1.05  # steps aim at so many times the best plan
DECIDED = 0.05
FIXING_STEP = 20  # so many times cheaper than a move of a multiplier is one pair of hubs
HALF = 0.5


class Single:
    """The engine that `tree.search` drives; plans are `(hub of each node, no routes, no shares)`."""

    def __init__(self, costs: Costs, best: Best) -> None:
        self.best = best
        self.wanted = costs.wanted
        sent, nodes = costs.sent, costs.nodes
        self.need = float(sent.sum())
        room = np.minimum(costs.room, self.need) if costs.is_capacitated else np.full(nodes, inf)
        self.can = sent <= room * LOOSE
        self.traffic = sent + costs.flow.sum(axis=0)
        self.order = np.argsort(-sent, kind="stable")
        self.bars = Bars.of(costs)
        self.allowed = np.isfinite(costs.local)
        self.can &= np.diag(self.allowed)
        if self.bars.has_any:
            room = np.where(self.can, room, -1.0)  # no plan opens them
        parts = (costs.flow, self.bars.transfer, costs.local, costs.fixed)
        flow, transfer, local, fixed = (thawed(part) for part in parts)
        self.data = Data(flow, transfer, local, fixed, np.arange(nodes), sent, room)
        self.rough = self.data._replace(transfer=thawed(self.bars.rough))

    def root(self) -> Node:
        """Return the node of all plans, after a descent over sets of hubs."""
        self._first_plan()
        return self._whole()

    def among(self, opened: Indices) -> Node:
        """Return the node of all plans with exactly these hubs."""
        node = self._whole()
        node.fate = np.isin(node.hubs, opened).astype(node.fate.dtype)
        return node

    def _whole(self) -> Node:
        hubs, nodes = np.flatnonzero(self.can), self.can.size
        return Node(
            bound=0.0,
            hubs=hubs,
            fate=np.full(hubs.size, -1),
            ok=self._fitting(hubs),
            prices=Prices(np.zeros((nodes, nodes, hubs.size)), _second(self.data.local[:, hubs])),
            mean=np.zeros((nodes, hubs.size)),
            is_root=True,
        )

    def suggest(self, opened: Flags) -> None:
        """Offer a good plan with exactly these hubs, where one is found."""
        if self.can[opened].all() and opened.any():
            self._try(self.data.local, opened)

    def rehearse(self) -> None:
        """Run each compiled function once."""
        node = self.root()
        self._bound(node, 1.0, 1)
        self._fix(node)
        self._leaf(node)

    def explore(self, node: Node) -> list[Node]:
        """Bound, fix, look for plans; return the two halves."""
        steps, scale, most = 0, 1.0 if node.is_root else NODE_SCALE, ROOT_STEPS if node.is_root else NODE_STEPS
        while settle(node, self.wanted):
            if node.is_leaf:
                self._leaf(node)
                return []
            if node.bound >= self._cutoff(node):
                return []
            if steps >= most or scale <= LEAST_SCALE:
                return self._halves(node)
            done, scale = self._bound(node, scale, min(most - steps, 3 * SLICE))
            steps += done
            if node.bound < self._cutoff(node) < inf and self._fix(node):
                most = max(most, steps + SLICE)  # what was struck lets the bound rise again
            if node.bound >= self._cutoff(node):
                return []
        return []

    def _cutoff(self, node: Node) -> float:
        """Return the bound from which on the node is closed: no better plan, or none at all, is left in it."""
        cutoff = self.best.cutoff_with(node.hubs) if (node.fate == 1).all() else self.best.cutoff
        return min(cutoff, self.bars.least)

    def _proved(self, bound: float) -> float:
        """Return the bound; inf where it says that there is no plan."""
        return bound if bound < min(HUGE, self.bars.least) else inf

    def _bound(self, node: Node, scale: float, most: int) -> tuple[int, float]:
        data, allowed, choice = self._part(node), _allowed(node), self._choice(node)
        way = Prices(*(np.zeros_like(part) for part in node.prices))
        prices = Prices(*(part.copy() for part in node.prices))
        guess = np.repeat(allowed.labels[:, :1], len(node.ok), axis=1)
        memory = Memory(node.prices, way, node.mean, guess, np.array([-HUGE, scale, 0.0]))
        taken, size = 0, slice_of(node.prices.pair.size, SLICE)
        while taken < most and memory.state[SCALE] > LEAST_SCALE:
            self.best.tick()
            cutoff = self._cutoff(node)
            goal = (self.best.target(BEYOND, float(memory.state[BEST]), cutoff), cutoff)
            done, chosen, reduced = allocation_bound.steps(data, allowed, choice, prices, memory, goal, size)
            taken += max(done, 1)
            node.bound = max(node.bound, self._proved(float(memory.state[BEST])))
            if node.bound >= self._cutoff(node):
                break
            if taken % SLICE < size:
                self._plan(node, chosen, reduced)
                self._plan(node, chosen, -node.mean)
                self._plan(node, chosen, self.data.local[:, node.hubs])
        return taken, float(memory.state[SCALE])

    def _fix(self, node: Node) -> bool:
        before = node.ok.sum()
        data, allowed, extra = self._part(node), _allowed(node), np.zeros_like(node.prices.pair)
        rows = slice_of(node.prices.pair[0].size * node.hubs.size // FIXING_STEP, len(extra))
        for start in range(0, len(extra), rows):
            self.best.tick()
            pairs_extra(data, node.prices, allowed, extra, (start, start + rows))
        bound = allocation_bound.fix(data, allowed, self._choice(node), node.prices, self._cutoff(node), extra)
        node.bound = max(node.bound, self._proved(bound))
        return bool(node.ok.sum() < before)

    def _part(self, node: Node) -> Data:
        data, hubs = self.data, node.hubs
        return Data(
            flow=data.flow,
            transfer=np.ascontiguousarray(data.transfer[np.ix_(hubs, hubs)]),
            local=np.ascontiguousarray(data.local[:, hubs]),
            fixed=data.fixed[hubs],
            home=hubs,
            weight=data.weight,
            room=data.room[hubs],
        )

    def _choice(self, node: Node) -> Choice:
        return Choice(node.fate, self.wanted, self.data.room[node.hubs], self.need)

    def _fitting(self, hubs: Indices) -> Flags:
        """Return who may go where [node, hub]: to a hub that holds both it and the hub's own node."""
        weight, room = self.data.weight, self.data.room
        ok = weight[:, None] + weight[hubs] <= room[hubs] * LOOSE
        ok[hubs, np.arange(hubs.size)] = True
        return np.asarray(ok & self.allowed[:, hubs])

    def _halves(self, node: Node) -> list[Node]:
        """Branch on the most undecided hub, or else on the busiest undecided node."""
        use = node.mean[node.hubs, np.arange(node.hubs.size)]
        doubt = np.where(node.fate == -1, np.minimum(use, 1 - use), -1.0)
        k = int(doubt.argmax())
        is_several = node.ok.sum(axis=1) > 1
        unsure = np.where(is_several, 1 - np.where(node.ok, node.mean, 0.0).max(axis=1), -1.0)
        i = int(np.where(is_several, unsure * (self.traffic + 1e-300), -1.0).argmax())
        if doubt[k] >= DECIDED or (doubt[k] >= 0 and (self.best.goes_by_sets or unsure[i] < DECIDED)):
            closed, opened = node.copy(), node.copy()
            closed.fate[k], opened.fate[k] = 0, 1
            return [closed, opened] if use[k] >= HALF else [opened, closed]
        k = int(np.where(node.ok[i], node.mean[i], -1.0).argmax())
        without, within = node.copy(), node.copy()
        without.ok[i, k], within.ok[i] = False, np.arange(node.hubs.size) == k
        return [without, within]

    def _leaf(self, node: Node) -> None:
        at = node.hubs[node.ok.argmax(axis=1)]
        load = np.bincount(at, weights=self.data.weight, minlength=at.size)
        if (load[at] <= self.data.room[at] * LOOSE).all():
            self._offer(allocation_moves.total(self.data, at) + float(self.data.fixed[np.unique(at)].sum()), at)
        node.bound = inf

    def _offer(self, value: float, at: Indices) -> bool:
        """Keep the plan if it is the best and takes no forbidden link; return whether it is kept."""
        return not self.bars.bar(at) and self.best.offer(value, (at, *NO_ROUTES))

    def _plan(self, node: Node, chosen: Indices, reduced: Floats) -> None:
        opened = np.zeros(self.can.size, dtype=np.bool_)
        opened[node.hubs[chosen == 1]] = True
        if opened.any():
            score = np.full(self.data.local.shape, HUGE)
            score[:, node.hubs] = reduced
            self._try(score, opened)

    def _try(self, score: Floats, opened: Flags) -> float:
        at = np.empty(opened.size, dtype=np.int64)
        value = allocation_moves.make(self.rough, score, opened, self.order, at)
        if value < HUGE and self._offer(value, at):
            self._descend(opened.copy(), at, value)
        return float(value)

    def _first_plan(self) -> None:
        """Open hubs from the most suitable (or roomiest) on until all nodes find room, then descend."""
        data, nodes = self.data, self.can.size
        suit = -data.room if np.isfinite(data.room).all() else data.fixed + data.local.sum(axis=0) / nodes
        ranks = np.argsort(np.where(self.can, suit, inf), kind="stable")
        opened = np.zeros(nodes, dtype=np.bool_)
        for count, k in enumerate(ranks[: self.can.sum()], start=1):
            opened[k] = True
            if count >= max(self.wanted, 1) and self._try(data.local, opened) < HUGE and self.best.value < inf:
                return
            if count == self.wanted:
                return

    def _descend(self, opened: Flags, at: Indices, value: float) -> None:
        """Follow gaining moves over the sets of hubs."""
        move = 0
        while move >= 0 and not self.best.clock.is_over:
            turns = (move, MOVES, int(self.wanted >= 0))
            value, move = allocation_moves.best_move(self.rough, opened, self.order, value, at, turns)
            self._offer(value, at)


def _allowed(node: Node) -> Allowed:
    return Allowed(np.argsort(~node.ok, axis=1, kind="stable"), node.ok.sum(axis=1), node.ok)


def _second(local: Floats) -> Floats:
    """Return what a node pays at its second best hub [node], at the best one where no second is allowed."""
    if local.shape[1] == 0:
        return np.zeros(len(local))
    least = np.partition(local, min(1, local.shape[1] - 1), axis=1)[:, :2]
    least = np.where(np.isfinite(least), least, 0.0)
    return np.asarray(least.max(axis=1))
