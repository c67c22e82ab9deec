"""Multiple allocation, exact: bound and fixing of `route_bound`, a tree on the hubs, few sets left tried one by one.

Without capacities a set of hubs is priced by shortest routes (`routes`), with capacities by a transport program
(`shipment`) once its shortest routes are too much for a hub and still cheaper than the best plan.

Source: for the bound see `route_bound`; hubs struck out by bounds, sets left tried one by one: Contreras, Cordeau,
Laporte, Operations Research 59, 2011.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from math import comb, inf
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices, thawed
from models.hubs import route_bound, routes
from models.hubs.allocation_bound import BEST, SCALE
from models.hubs.costs import Costs
from models.hubs.hub_choice import HUGE, LOOSE, Choice
from models.hubs.route_bound import Memory, Prices
from models.hubs.routes import Ends, Legs
from models.hubs.shipment import ship
from models.hubs.tree import Best, slice_of
from models.solver import Solver

SLICE = 20
MOVES = 200
ROOT_STEPS, NODE_STEPS = 1000, 60
LEAST_SCALE = 0.003
NODE_SCALE = 0.3
BEYOND = 1.05  # steps aim at so many times the best plan
FEW_SETS, FEW_SHIPMENTS = 3000, 1  # so many sets of hubs are tried one by one, without and with capacities
HALF = 0.5


@dataclass(slots=True, kw_only=True)
class Node:
    """Plans that use the nodes `hubs` (`fate` 1 open, 0 closed, -1 free)."""

    bound: float
    hubs: Indices
    fate: Indices
    prices: Prices
    mean: Floats
    is_root: bool = False

    def part(self, k: int, fate: int) -> Self:
        """Return the plans with hub k open (1) or closed (0)."""
        fates = self.fate.copy()
        fates[k] = fate
        prices = Prices(*(part.copy() for part in self.prices))
        return replace(self, fate=fates, prices=prices, mean=self.mean.copy(), is_root=False)


class Multiple:
    """The engine that `tree.search` drives; plans are `(open hubs, routes [route, 4], share)`."""

    def __init__(self, costs: Costs, best: Best, solver: Solver | None) -> None:
        self.best = best
        self.costs = costs
        self.solver = solver
        self.wanted = costs.wanted
        self.need = float(costs.flow.sum())
        nodes = costs.nodes
        room = np.minimum(costs.room, self.need) if solver else np.full(nodes, inf)
        parts = (costs.flow, costs.collect, costs.transfer, costs.distribute, costs.fixed, room)
        self.legs = Legs(*(thawed(part) for part in parts))
        self.pairs = np.nonzero(costs.flow)
        self.shipped: dict[bytes, float] = {}

    def root(self) -> Node:
        """Return the node of all plans, after a first one."""
        nodes = self.costs.nodes
        if self.solver:
            self._roomiest()
        else:
            self._greedy()
        return Node(
            bound=0.0,
            hubs=np.arange(nodes),
            fate=np.full(nodes, -1),
            prices=Prices(np.zeros((nodes, nodes, nodes)), np.zeros(nodes)),
            mean=np.full(nodes, HALF),
            is_root=True,
        )

    def suggest(self, opened: Flags) -> None:
        """Price the set of hubs."""
        self._offer(np.flatnonzero(opened))

    def among(self, opened: Indices) -> Node | None:  # noqa: ARG002  (of an engine)
        """Return None: a set is priced by its cheapest routes."""
        return None

    def rehearse(self) -> None:
        """Run each compiled function once."""
        node = self.root()
        self._bound(node, 1.0, 1)
        route_bound.fix(self._part(node), self._choice(node), node.prices, inf)

    def explore(self, node: Node) -> list[Node]:
        """Bound, fix, look for plans; return the two halves."""
        steps, scale, most = 0, 1.0 if node.is_root else NODE_SCALE, ROOT_STEPS if node.is_root else NODE_STEPS
        while _settle(node, self.wanted):
            if self._count(node) <= (FEW_SHIPMENTS if self.solver else FEW_SETS):
                self._try_all(node)
                return []
            if steps >= most or scale <= LEAST_SCALE:
                return _halves(node)
            done, scale = self._bound(node, scale, min(most - steps, 3 * SLICE))
            steps += done
            if node.bound < self.best.cutoff < inf:
                bound = route_bound.fix(self._part(node), self._choice(node), node.prices, self.best.cutoff)
                node.bound = max(node.bound, _proved(bound))
            if node.bound >= self.best.cutoff:
                return []
        return []

    def _bound(self, node: Node, scale: float, most: int) -> tuple[int, float]:
        legs, choice, shape = self._part(node), self._choice(node), self.costs.flow.shape
        ends = Ends(np.full(shape, -1), np.full(shape, -1))
        way = Prices(*(np.zeros_like(part) for part in node.prices))
        prices = Prices(*(part.copy() for part in node.prices))
        memory = Memory(node.prices, way, node.mean, ends, np.array([-HUGE, scale, 0.0]))
        taken, size = 0, slice_of(node.prices.use.size, SLICE)
        while taken < most and memory.state[SCALE] > LEAST_SCALE:
            self.best.tick()
            cutoff = self.best.cutoff
            goal = (self.best.target(BEYOND, float(memory.state[BEST]), cutoff), cutoff)
            done, chosen = route_bound.steps(legs, choice, prices, memory, goal, size)
            taken += max(done, 1)
            node.bound = max(node.bound, _proved(float(memory.state[BEST])))
            if node.bound >= self.best.cutoff:
                break
            if taken % SLICE < size and self._offer(node.hubs[chosen == 1]) and not self.solver:
                self._descend(np.isin(np.arange(self.costs.nodes), node.hubs[chosen == 1]))
        return taken, float(memory.state[SCALE])

    def _choice(self, node: Node) -> Choice:
        return Choice(node.fate, self.wanted, self.legs.room[node.hubs], self.need)

    def _part(self, node: Node) -> Legs:
        legs, hubs = self.legs, node.hubs
        return Legs(
            flow=legs.flow,
            collect=np.ascontiguousarray(legs.collect[:, hubs]),
            transfer=np.ascontiguousarray(legs.transfer[np.ix_(hubs, hubs)]),
            distribute=np.ascontiguousarray(legs.distribute[hubs]),
            fixed=legs.fixed[hubs],
            room=legs.room[hubs],
        )

    def _count(self, node: Node) -> int:
        free, opened = int((node.fate == -1).sum()), int((node.fate == 1).sum())
        return comb(free, self.wanted - opened) if self.wanted >= 0 else 2 ** min(free, 60)

    def _try_all(self, node: Node) -> None:
        for hubs in _sets(node, self.wanted):
            self.best.tick()
            self._offer(hubs)
        node.bound = inf

    def _offer(self, opened: Indices) -> bool:
        """Price the set of hubs; return whether it is the best so far."""
        if opened.size == 0:
            return False
        ends = Ends(*np.empty((2, *self.costs.flow.shape), dtype=np.int64))
        fixed = float(self.costs.fixed[opened].sum())
        value = routes.shortest(self.legs, opened, ends) + fixed
        if not self.best.is_of_use(value):
            return False
        first, last = ends.first[self.pairs], ends.last[self.pairs]
        load = np.bincount(first, weights=self.costs.flow[self.pairs], minlength=self.costs.nodes)
        if (load <= self.legs.room * LOOSE).all():
            way = np.column_stack([*self.pairs, first, last])
            return self.best.offer(value, (opened, way, np.ones(first.size)))
        return self._ship(opened, fixed)

    def _ship(self, opened: Indices, fixed: float) -> bool:
        key = opened.tobytes()
        if self.solver is None or key in self.shipped or self.costs.room[opened].sum() * LOOSE < self.need:
            return False
        self.best.tick()
        shipment = ship(self.costs, opened, self.solver, self.best.clock.left_s)
        self.best.tick()  # out of time: nothing is known of this set
        self.shipped[key] = inf
        if shipment is None:
            return False
        self.best.note(shipment.floor + fixed, shipment.cost + fixed)
        return self.best.offer(shipment.cost + fixed, (opened, shipment.routes, shipment.share))

    def _roomiest(self) -> None:
        """Open the roomiest hubs until one set carries all."""
        ranks = np.argsort(-self.legs.room, kind="stable")
        sizes = [self.wanted] if self.wanted >= 0 else range(1, self.costs.nodes + 1)
        for size in sizes:
            enough = self.legs.room[ranks[:size]].sum() * LOOSE >= self.need
            if enough and self._offer(np.sort(ranks[:size])):
                return

    def _greedy(self) -> None:
        """Add the hub that gains most until none does, or until there are as many as wanted; then descend."""
        nodes = self.costs.nodes
        opened, value = np.zeros(nodes, dtype=np.bool_), inf
        while not opened.all() and opened.sum() != self.wanted:
            trials = np.array([inf if opened[k] else self._value(opened, k) for k in range(nodes)])
            k = int(trials.argmin())
            if self.wanted < 0 and (trials[k] >= value < inf or self.best.clock.is_over):
                break
            if trials[k] == inf:  # forbidden links: more hubs may join what one cannot
                k = int(np.flatnonzero(~opened)[0])
            opened[k], value = True, trials[k]
        self._offer(np.flatnonzero(opened))
        self._descend(opened)

    def _value(self, opened: Flags, k: int) -> float:
        hubs = np.append(np.flatnonzero(opened), k)
        ends = Ends(*np.empty((2, *self.costs.flow.shape), dtype=np.int64))
        return float(routes.shortest(self.legs, hubs, ends) + self.costs.fixed[hubs].sum())

    def _descend(self, opened: Flags) -> None:
        """Follow gaining moves over the sets of hubs."""
        move, value = 0, self.best.value
        while move >= 0 and value < inf and not self.best.clock.is_over:
            turns = (move, MOVES, int(self.wanted >= 0))
            value, move = routes.best_move(self.legs, opened, value, turns)
        self._offer(np.flatnonzero(opened))


def _settle(node: Node, wanted: int) -> bool:
    """Draw the conclusions of what is fixed and forget closed hubs; False (and a bound of inf) if no plan is left."""
    opened, free = int((node.fate == 1).sum()), node.fate == -1
    most = opened + int(free.sum())
    if most == 0 or (wanted >= 0 and not opened <= wanted <= most):
        node.bound = inf
        return False
    if opened == wanted:
        node.fate[free] = 0
    elif most == wanted:
        node.fate[free] = 1
    kept = node.fate != 0
    if not kept.all():
        node.hubs, node.fate, node.mean = node.hubs[kept], node.fate[kept], node.mean[kept]
        node.prices = Prices(np.ascontiguousarray(node.prices.use[:, :, kept]), node.prices.toll[kept])
    return True


def _sets(node: Node, wanted: int) -> Iterator[Indices]:
    opened, free = node.hubs[node.fate == 1], node.hubs[node.fate == -1]
    sizes = [wanted - opened.size] if wanted >= 0 else range(free.size + 1)
    for size in sizes:
        for more in combinations(free.tolist(), size):
            yield np.sort(np.concatenate([opened, np.array(more, dtype=np.int64)]))


def _halves(node: Node) -> list[Node]:
    """Branch on the most undecided hub."""
    k = int(np.where(node.fate == -1, np.minimum(node.mean, 1 - node.mean), -1.0).argmax())
    closed, opened = node.part(k, 0), node.part(k, 1)
    return [closed, opened] if node.mean[k] >= HALF else [opened, closed]


def _proved(bound: float) -> float:
    """Return the bound; inf where the kernel says by HUGE that there is no plan."""
    return bound if bound < HUGE else inf
