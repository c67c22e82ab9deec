"""Capacitated location with divisible clients: Lagrangian branch and bound on the sites.

Every node carries multipliers, improved for some rounds (`relaxation.volume`), fixes the sites whose opposite is
proved too dear, and branches on the site that the averaged openings leave most undecided. Choices of the bound are
shipped exactly and improved by interchange (`heuristics.site_moves`). A node with every site decided is one
transport problem, whose prices prove it. Best bound first.

Sources: Geoffrion, McBride, AIIE Transactions 10, 1978; Cornuejols, Sridharan, Thizy, European Journal of Operational
Research 50, 1991; Gortz, Klose, INFORMS Journal on Computing 24, 2012 (this tree with the volume algorithm).
"""

import heapq
from dataclasses import dataclass, field
from itertools import count

import numpy as np

from models.arrays import Floats, Indices
from models.capacitated.problem import CLOSED, FREE, OPEN, Problem
from models.capacitated.pairs_program import PairsProgram
from models.clock import Clock
from models.solver import Solver
from models.status import Status

ROOT_ROUNDS = 600
NODE_ROUNDS = 30
SLICE = 2e7  # multiplications between two looks at the clock: about a tenth of a second
BATCH = 10
LEAF_ROUNDS = 300
STARTS = 30
WHOLE_DUST = 1e-6
WHOLE_STEP = 1.0 - 1e-5  # where every plan costs a whole number, a bound this far below proves
OVERLOAD_PRICES = 0.3, 3.0  # first price of overload, in costs of a unit at the cheapest site
ASSIGNMENT_ROUNDS = 40
SEARCH_SHARE = 0.4  # of the time, below the root, for plans that no bound suggests


@dataclass(slots=True)
class Node:
    """A subproblem: which sites are decided, and what is known of it."""

    bound: float
    state: Indices
    wage: Floats
    share: Floats = field(default_factory=lambda: np.empty(0))


@dataclass(slots=True)
class Found:
    """The best plan of the splittable problem (`sites` None: none yet) and the bound of any."""

    value: float
    bound: float
    sites: Indices | None
    nodes: int
    is_complete: bool


class Tree:
    """A search over the sites; `run` until proved or the clock is over."""

    def __init__(self, problem: Problem, relative_gap: float, clock: Clock) -> None:
        from models.heuristics import site_moves, transport, whole_assignment  # noqa: PLC0415  (numba is slow to import)
        from models.relaxation import pair_bounds, volume  # noqa: PLC0415

        self._moves, self._transport, self._volume = site_moves, transport, volume
        self._whole, self._pairs = whole_assignment, pair_bounds
        self._solver: Solver | None = None
        self.handed = 0
        self._mean_unit = float(np.median(problem.unit.min(axis=1))) if problem.unit.size else 0.0
        self.at: Indices | None = None
        self.problem = problem
        self.value = np.inf
        self.sites: Indices | None = None
        self.nodes = 0
        self._gap = relative_gap
        self._clock = clock
        self._search_s = 0.0
        self._tried: set[bytes] = set()
        self._settled = np.inf  # least bound of what was pruned
        self._heap: list[tuple[float, int, Node]] = []
        self._ticket = count()
        self._entries = problem.demand.size + 8 * problem.room.size + 64
        self._root = Node(-np.inf, problem.state.copy(), problem.first_wages, np.zeros(problem.room.size))

    def run(self) -> Found:
        """Return the best plan and bound when proved, out of time, or interrupted."""
        is_complete = False
        try:
            self._push(self._root)
            self._work(self._root, ROOT_ROUNDS)
            is_complete = self._search()
        except KeyboardInterrupt:
            pass
        return Found(self.value, self.bound, self.sites, self.nodes, is_complete)

    @property
    def cutoff(self) -> float:
        """Return the bound at which a node cannot matter."""
        if not np.isfinite(self.value):
            return np.inf
        step = WHOLE_STEP if self.problem.has_whole_values else 0.0
        return self.value - max(self._gap * abs(self.value), step)

    @property
    def bound(self) -> float:
        """Return what no plan is cheaper than."""
        waiting = min((node.bound for _, _, node in self._heap), default=np.inf)
        bound = min(waiting, self._settled)
        if self.problem.has_whole_values and np.isfinite(bound):
            bound = float(np.ceil(bound - WHOLE_DUST))
        return min(bound, self.value)

    def _search(self) -> bool:
        problem = self.problem
        while self._heap:
            if self._clock.is_over:
                return False
            _, _, node = self._heap[0]
            if node.bound >= self.cutoff:
                return True
            if problem.is_single and not (node.state == FREE).any():
                self._finish_whole(node)
                self._settled = min(self._settled, node.bound)
                heapq.heappop(self._heap)
                continue
            children = self._children(node)
            for child in children:
                self._work(child, NODE_ROUNDS)
                if self._clock.is_over:
                    break
            for child in children:
                if child.bound >= self.cutoff or not (problem.is_single or (child.state == FREE).any()):
                    self._settled = min(self._settled, child.bound)
                else:
                    self._push(child)
            heapq.heappop(self._heap)  # last: after an interruption nothing is missing
        return True

    def _push(self, node: Node) -> None:
        heapq.heappush(self._heap, (node.bound, next(self._ticket), node))

    def _children(self, node: Node) -> list[Node]:
        free = np.flatnonzero(node.state == FREE)
        if not free.size:
            self._settled = min(self._settled, node.bound)
            return []
        undecided = np.abs(node.share[free] - 0.5) if node.share.size else np.zeros(free.size)
        site = free[int(np.argmin(undecided))]
        children = []
        for decision in (OPEN, CLOSED):
            state = node.state.copy()
            state[site] = decision
            children.append(Node(node.bound, state, node.wage.copy()))
        return children

    def _limits(self) -> tuple[int, int, float, bool]:
        problem = self.problem
        return (problem.least, problem.most, problem.need, problem.is_single)

    def _work(self, node: Node, rounds: int) -> None:
        """Improve the node's bound, fix sites, try the plans it suggests."""
        problem, limits = self.problem, self._limits()
        self.nodes += 1
        sites, clients = problem.by_site.shape
        values, y, share = np.zeros(sites), np.zeros(sites, dtype=np.bool_), np.zeros(sites)
        node.share = share
        drift = np.zeros(clients)
        is_root = self.nodes == 1
        control = np.array([-np.inf, 0.0, 0.5 if is_root else 0.1, 0.0])
        step = max(10, min(rounds, 100 if is_root else 10, int(SLICE / (sites * clients))))
        done = 0
        last = -np.inf
        while done < rounds and not self._clock.is_over:
            bound = self._volume.climb(
                problem.by_site, problem.demand, problem.room, problem.fixed, node.state, limits, node.wage,
                values, y, share, drift, control, self.value, self.cutoff, step,
            )  # fmt: skip
            done += step
            node.bound = max(node.bound, bound)
            if node.bound >= self.cutoff:
                return
            if not np.isfinite(self.value) or (is_root and done >= 200):
                self._try(np.flatnonzero(y), improve=False)
                self._try(self._rounded(node.state, share), improve=False)
            self._fix(node, values, control)
            if not (node.state == FREE).any():
                break
            if is_root and done > 300 and control[2] < 1e-3:
                break
            last = bound
        node.share = share
        self._finish(node, y, share, improve=is_root)

    def _finish(self, node: Node, y: Indices, share: Floats, *, improve: bool) -> None:
        self._try(np.flatnonzero(y), improve=False)
        self._try(self._rounded(node.state, share), improve=False)
        if improve and self.sites is not None:
            self._fix_again(node)
            for sites in (self._dive(node), self.sites):
                if sites is not None:
                    self._try(sites, improve=True)
            self._fix_again(node)
        elif self._search_s < SEARCH_SHARE * self._clock.seconds:
            start = self._clock.seconds
            sites = self._dive(node)
            if sites is not None:
                self._try(sites, improve=True)
            self._search_s += self._clock.seconds - start
        if not (node.state == FREE).any():
            self._prove(node)

    def _dive(self, node: Node) -> Indices | None:
        """Decide site after site as the averaged openings say; return the best choice on the way."""
        best, best_sites = np.inf, None
        problem = self.problem
        state, wage, share = node.state.copy(), node.wage.copy(), node.share.copy()
        size, clients = problem.by_site.shape
        while (state == FREE).any() and not self._clock.is_over:
            free = np.flatnonzero(state == FREE)
            lean = np.abs(share[free] - 0.5)
            surest = free[np.argsort(-lean, kind="stable")[: max(1, free.size // 5)]]
            sure = np.union1d(surest, free[lean > 0.48])
            state[sure] = np.where(share[sure] > 0.5, OPEN, CLOSED)
            values, y, drift = np.zeros(size), np.zeros(size, dtype=np.bool_), np.zeros(clients)
            control = np.array([-np.inf, 0.0, 0.1, 0.0])
            bound = self._volume.climb(
                problem.by_site, problem.demand, problem.room, problem.fixed, state, self._limits(), wage,
                values, y, share, drift, control, self.value, self.cutoff, 40,
            )  # fmt: skip
            if not bound < self.cutoff:
                break
            for sites in (np.flatnonzero(y), self._rounded(state, share)):
                value = self._try(sites, improve=False)
                if value < best:
                    best, best_sites = value, sites
        return best_sites

    def _fix(self, node: Node, values: Floats, control: Floats) -> None:
        if not np.isfinite(self.value) or not np.isfinite(control[0]):
            return
        problem = self.problem
        flips = self._volume.flips(values, problem.room, node.state, self._limits(), control[0], control[1])
        chosen = np.zeros(problem.room.size, dtype=np.bool_)
        self._volume._cheapest(
            values, problem.room, node.state, problem.least, problem.most, problem.need, control[1], chosen
        )
        decided = (node.state == FREE) & (flips >= self.cutoff)
        if decided.any():
            self._settled = min(self._settled, float(flips[decided].min()))
        node.state[decided] = np.where(chosen[decided], OPEN, CLOSED)

    def _fix_again(self, node: Node) -> None:
        """Fix sites by the final bound against the improved plan."""
        problem = self.problem
        values, y = np.zeros(problem.room.size), np.zeros(problem.room.size, dtype=np.bool_)
        bound, toll = self._volume.evaluate(
            problem.by_site, problem.demand, problem.room, problem.fixed, node.state, self._limits(), node.wage, y, values
        )
        self._fix(node, values, np.array([bound, toll]))

    def _rounded(self, state: Indices, share: Floats) -> Indices:
        """Return the sites with the largest averaged openings, as many as the demand needs."""
        problem = self.problem
        rank = np.where(state == OPEN, 2.0, np.where(state == CLOSED, -1.0, share))
        order = np.argsort(-rank, kind="stable")
        order = order[rank[order] >= 0]
        enough = int(np.searchsorted(np.cumsum(problem.room[order]), problem.need) + 1)
        wanted = max(int((rank > 0.5).sum()), enough, problem.least)
        return np.sort(order[: min(wanted, problem.most)])

    def _try(self, sites: Indices, *, improve: bool) -> float:
        """Ship through `sites`, keep the plan if it is the best; return its value (inf: none, or known)."""
        problem = self.problem
        key = sites.tobytes()
        if key in self._tried and not improve:
            return np.inf
        self._tried.add(key)
        if not problem.allows(sites):
            return np.inf
        ship = self._shipped(sites)
        if ship is None:
            return np.inf
        value = self._moves.total_of(problem.unit, problem.by_site, problem.demand, problem.fixed, sites, ship)
        if problem.is_single:
            value = self._keep_whole(sites, ship, value)
            if improve:
                value = self._improved_whole(sites)
            return value
        if improve or (value < self.value and self.nodes > 1):
            value, sites = self._improved(sites, ship, value)
        if value < self.value:
            self.value, self.sites = value, np.sort(sites)
        return value

    def _keep_whole(self, sites: Indices, ship, divisible: float) -> float:
        """Make a shipment one of whole clients where it could be the best; return its value."""
        problem = self.problem
        if divisible >= self.cutoff:
            return np.inf
        at = self._whole.largest_parts(problem.demand, *ship[:4])
        loose = np.flatnonzero(at < 0)
        at[loose] = sites[np.argmin(problem.by_site[np.ix_(sites, loose)], axis=0)]
        fixed = float(problem.fixed[sites].sum())
        best = np.inf
        for scale in OVERLOAD_PRICES:
            price = scale * self._mean_unit
            value, whole = self._whole.assign(
                problem.by_site, problem.demand, problem.room, sites, at, price, ASSIGNMENT_ROUNDS
            )
            best = min(best, value + fixed)
            if value + fixed < self.value:
                self.value, self.sites, self.at = value + fixed, np.sort(sites), whole.copy()
        return best

    def _assign_often(self, sites: Indices) -> None:
        """Assign whole clients from many disturbed starts."""
        problem = self.problem
        if not problem.allows(sites):
            return
        draw = np.random.default_rng(0)
        fixed = float(problem.fixed[sites].sum())
        start = sites[np.argmin(problem.by_site[sites], axis=0)]
        for _ in range(STARTS):
            price = self._mean_unit * float(draw.uniform(0.1, 3.0))
            value, whole = self._whole.assign(
                problem.by_site, problem.demand, problem.room, sites, start, price, ASSIGNMENT_ROUNDS
            )
            if value + fixed < self.value:
                self.value, self.sites, self.at = value + fixed, np.sort(sites), whole.copy()
            start = whole.copy()
            moved = draw.random(start.size) < 0.1
            start[moved] = draw.choice(sites, int(moved.sum()))

    def _improved_whole(self, sites: Indices) -> float:
        return np.inf

    def _shipped(self, sites: Indices):
        problem = self.problem
        entries = self._entries
        while True:
            ship = self._transport.empty_shipment(problem.room.size, entries)
            work = self._transport.workspace(problem.room.size)
            if self._transport.ship_cold(problem.unit, problem.demand, problem.room, sites, sites.size, ship, work):
                return ship
            if ship[6][0] >= 0:  # entries were left: it is impossible
                return None
            entries *= 2

    def _improved(self, sites: Indices, ship, value: float) -> tuple[float, Indices]:
        """Make moves that save until none does, or the time is over."""
        problem = self.problem
        size = problem.room.size
        spares = [self._transport.empty_shipment(size, ship[1].size) for _ in range(2)]
        may_move = (self._root.state == FREE) & ((self._root.share > 0.002) | np.isin(np.arange(size), sites))
        candidates = np.flatnonzero(may_move)
        if not candidates.size:
            return value, sites
        idle, at = 0, 0
        while idle < candidates.size and not self._clock.is_over:
            batch = candidates[at : at + BATCH]
            before = value
            value, sites = self._moves.try_sites(
                problem.unit, problem.by_site, problem.demand, problem.room, problem.fixed, sites, ship, *spares,
                value, batch, may_move, (problem.least, problem.most, problem.need),
            )  # fmt: skip
            idle = idle + batch.size if value == before else 0
            at = (at + BATCH) % candidates.size if at + BATCH < candidates.size else 0
        return value, sites

    def _prove(self, node: Node) -> None:
        """Bound a node whose sites are all decided by the prices of its shipment."""
        problem = self.problem
        sites = np.flatnonzero(node.state == OPEN)
        if not problem.allows(sites):
            node.bound = np.inf
            return
        ship = self._shipped(sites)
        if ship is None:
            return
        if not problem.is_single:
            value = self._moves.total_of(problem.unit, problem.by_site, problem.demand, problem.fixed, sites, ship)
            if value < self.value:
                self.value, self.sites = value, sites
        wage = (problem.unit[:, sites] + ship[5][sites]).min(axis=1) * np.where(problem.demand > 0, problem.demand, 1.0)
        values, y = np.zeros(problem.room.size), np.zeros(problem.room.size, dtype=np.bool_)
        bound, _ = self._volume.evaluate(
            problem.by_site, problem.demand, problem.room, problem.fixed, node.state, self._limits(), wage, y, values
        )
        node.bound = max(node.bound, bound)

    def _finish_whole(self, node: Node) -> None:
        """Hand a node to HiGHS, with the pairs that its bound leaves."""
        problem, limits = self.problem, self._limits()
        size, clients = problem.by_site.shape
        values, y = np.zeros(size), np.zeros(size, dtype=np.bool_)
        share, drift, control = np.zeros(size), np.zeros(clients), np.array([-np.inf, 0.0, 0.3, 0.0])
        bound = self._volume.climb(
            problem.by_site, problem.demand, problem.room, problem.fixed, node.state, limits, node.wage,
            values, y, share, drift, control, self.value, self.cutoff, LEAF_ROUNDS,
        )  # fmt: skip
        toll = control[1]
        node.bound = max(node.bound, bound)
        if node.bound >= self.cutoff:
            return
        self._assign_often(np.flatnonzero(y))
        flips = self._volume.flips(values, problem.room, node.state, limits, bound, toll)
        chosen = np.zeros(problem.room.size, dtype=np.bool_)
        self._volume._cheapest(
            values, problem.room, node.state, problem.least, problem.most, problem.need, toll, chosen
        )
        with_open = np.where(chosen, bound, flips)
        useful = self._pairs.useful_pairs(
            problem.by_site, problem.demand, problem.room, problem.fixed, node.state, node.wage, values, with_open,
            self.cutoff,
        )
        cutoff = self.cutoff
        if not useful.any(axis=0).all():
            node.bound = max(node.bound, cutoff)
            return
        program = PairsProgram.of(problem, node.state, useful)
        if self._solver is None:
            self._solver = Solver()
        outcome = self._solver.mip(
            program.program(), relative_gap=self._gap / 2, limit_s=self._clock.left_s, is_small=True
        )
        self.handed += 1
        if outcome.status is Status.INFEASIBLE:
            node.bound = max(node.bound, cutoff)
            return
        if outcome.status in {Status.OPTIMAL, Status.FEASIBLE}:
            sites, at = program.plan(outcome.values)
            value = float(problem.by_site[at, np.arange(at.size)].sum() + problem.fixed[sites].sum())
            if value < self.value:
                self.value, self.sites, self.at = value, sites, at
        proved = outcome.bound * program.unit
        node.bound = max(node.bound, min(proved - 1e-9 * abs(proved), cutoff))
