"""Capacitated location: Lagrangian branch and bound on the sites, best bound first.

Every node carries multipliers, improved for some rounds (`relaxation.volume`), fixes the sites whose opposite is
proved too dear, and branches on the site that the averaged openings leave most undecided. Choices that the bound
suggests are made plans (`plans`), those of whole clients improved by exchanges (`regrouping`). Where few whole clients
go to a site, every node prices new rows on triples of clients (`rows_in_nodes`), branches on the site of which the
packings known so far promise most on both sides, among those that raised bounds before (`branching`), plans are looked
for in other ways as well (`searches`), and a gap of 0.2 % is aimed at before the one asked for. A node with every site
decided is one transport problem, whose prices prove it; with whole clients it is finished by HiGHS, by a tree over all
packings within the gap, or by one over the clients (`leaves`).

Sources: Geoffrion, McBride, AIIE Transactions 10, 1978; Cornuejols, Sridharan, Thizy, European Journal of Operational
Research 50, 1991; Goertz, Klose, INFORMS Journal on Computing 24, 2012 (this tree, with the volume algorithm).
"""

import heapq
from itertools import count

import numpy as np

from models.arrays import Indices
from models.capacitated.branching import Gains
from models.capacitated.dive import dive
from models.capacitated.leaves import Finisher
from models.capacitated.nodes import Node
from models.capacitated.plans import WHOLE_DUST, Plans
from models.capacitated.recombination import Recombination
from models.capacitated.rows_in_nodes import AT_NODE, AT_ROOT, RowsInNodes
from models.capacitated.searches import Searches
from models.capacitated.strengthening import Effort
from models.clock import Clock
from models.interruption import ctrl_c
from models.relaxation.site_knapsacks import CLOSED, FREE, OPEN
from models.relaxation.volume import SCALE, new_dual

ROOT_ROUNDS, NODE_ROUNDS = 600, 30
ROOT_SCALE, NODE_SCALE = 0.5, 0.1
CONVERGED = 1e-3  # step scale at which the root ends
FIRST_PLANS = 200  # rounds of the root before its suggestions are worth a look
SLICE = 2e7  # pairs looked at between two looks at the clock: about a tenth of a second
SLICES = 10, 100  # rounds
SEARCH_SHARE = 0.4  # of the time, below the root, for plans that no bound suggests
WHOLE_SEARCH_SHARE = 0.2  # for whole clients, what the bound suggests as well
ROWS_SEARCH_SHARE = 0.3  # with rows, all kinds of searches, those at the root as well
FEW_CLIENTS, MANY_PAIRS = 8, 20_000  # to an open site, and in all: where plain nodes end too far below the optimum
ROOT_TRIES, ROOT_SHARE = 2, 0.03  # to raise its bound by rows, and of the time, for exchanges after each
IDLE = 6  # so many searches that found nothing: from then on they come no earlier than their share
LEAST_GAIN = 0.01  # of the root's gap: less counts as nothing found
FIRST_GAP = 0.00199  # aimed at first: more sites are decided, and many more nodes end
WORTH = 0.1  # of the root's gap: rows that close less are not worth slower nodes
DIVES = 2  # for the best choice of a dive over the sites
USED = 0.002  # averaged opening of a site that the search may open


class Tree:
    """A search over the sites; `run` until proved or the clock is over."""

    def __init__(self, plans: Plans, relative_gap: float, clock: Clock, finisher: Finisher) -> None:
        self.plans = plans
        self.nodes = 0
        self.is_interrupted = False
        self._problem = plans.problem
        self._exact = self._gap = relative_gap
        self._before: tuple[Indices, float] | None = None  # the root, and what was settled, before a wider gap
        self._clock = clock
        self._finisher = finisher
        self._settled = np.inf  # least bound of what was pruned
        self._searched_s, self._idle, self._idle_since_s = 0.0, 0, 0.0
        met = Recombination(plans)
        self._rows = RowsInNodes(plans, finisher.strengthening, met, clock)
        self._searches = Searches(plans, self._rows, met, lambda: finisher.solver, clock)
        self._gains = Gains(self._problem.n_sites)
        self._root = Node.root(self._problem, ROOT_SCALE)
        self._ticket = count()
        self._heap: list[tuple[float, int, Node]] = []
        self._push(self._root)

    def run(self) -> None:
        """Search until the best plan is proved, the time is over, or Ctrl-C."""
        try:
            with ctrl_c():
                self._work_on_root()
                self._branch()
                self._go_on_exactly()
                self._branch()
        except KeyboardInterrupt:
            self.is_interrupted = True

    def _branch(self) -> None:
        while self._heap and not self._clock.is_over and self._heap[0][2].bound < self._cutoff:
            self._work(self._heap[0][2])
            heapq.heappop(self._heap)  # last: after an interruption nothing is missing

    def _go_on_exactly(self) -> None:
        """Begin anew from the root as it was before a wider gap was aimed at, which is proved now."""
        if self._before is None or self._clock.is_over:
            return
        state, settled = self._before
        self._before, self._gap = None, self._exact
        root = self._root
        root = Node(self.bound, state, new_dual(state.size, root.dual.wage, NODE_SCALE), triples=root.triples)
        if root.bound < self._cutoff:
            self._heap = [(root.bound, next(self._ticket), root)]
            self._root, self._settled = root, settled
            if root.triples is None:
                root.improve(self._problem, self.plans.value, self._cutoff, NODE_ROUNDS)
                self._fix(root)
            else:
                self._strengthen(root, AT_NODE)

    @property
    def bound(self) -> float:
        """Return what no plan is cheaper than."""
        bound = min((node.bound for _, _, node in self._heap), default=np.inf)
        bound = min(bound, self._settled)
        if self._problem.has_whole_values and np.isfinite(bound):
            bound = float(np.ceil(bound - WHOLE_DUST))
        return min(bound, self.plans.value)

    @property
    def _cutoff(self) -> float:
        return self.plans.cutoff(self._gap)

    def _push(self, node: Node) -> None:
        heapq.heappush(self._heap, (node.bound, next(self._ticket), node))

    def _work(self, node: Node) -> None:
        """Settle a node, or put its children on the heap."""
        if node.is_decided:
            self._settle(node)
            return
        site = node.most_undecided if node.triples is None else self._rows.best_site(node, self._gains, self._cutoff)
        children = [node.child(site, decision, NODE_SCALE) for decision in (OPEN, CLOSED)]
        for child in children:
            self._bound(child)
        self._gains.learn(node, site, [min(child.bound, self._cutoff) for child in children])
        for child in children:
            if child.bound >= self._cutoff:
                self._settled = min(self._settled, child.bound)
            else:
                self._push(child)

    def _settle(self, node: Node) -> None:
        sites = np.flatnonzero(node.state == OPEN)
        if not self._problem.allows(sites):
            node.bound = np.inf
        # rows on triples prove more than shipping does
        ship = self.plans.shipped(sites) if node.tries == 0 and node.triples is None else None
        if ship is not None:
            self.plans.take(sites, ship)
            node.prove_by(self._problem, sites, ship)
        if node.triples is not None and node.tries == 0:
            self._strengthen(node, AT_ROOT)  # its rows serve all nodes of the tree below
        if self._problem.data.is_whole and node.bound < self._cutoff:
            self._finisher.finish(node, self.plans, self._gap, self._clock)
            if node.bound < self._cutoff and not self._clock.is_over:
                if node.triples is not None:
                    self._search_at_times(node)
                self._push(node)  # with its better bound, after nodes that may be better
                return
        self._settled = min(self._settled, node.bound)

    def _bound(self, node: Node) -> None:
        """Improve the bound of a new node, fix sites, try the plans it suggests."""
        self.nodes += 1
        if node.triples is not None:
            self._strengthen(node, AT_NODE)
            if node.bound < self._cutoff:
                self._search_at_times(node)
            return
        step = self._rounds_of_a_slice(10)
        for _ in range(0, NODE_ROUNDS, step):
            if self._clock.is_over:
                return
            node.improve(self._problem, self.plans.value, self._cutoff, step)
            if node.bound >= self._cutoff:
                return
            self._fix(node)
            if node.is_decided:
                break
        if not self._problem.data.is_whole:
            self._offer(node)
        self._search_at_times(node)

    def _search_at_times(self, node: Node) -> None:
        share = WHOLE_SEARCH_SHARE if self._problem.data.is_whole else SEARCH_SHARE
        if node.triples is not None:
            share = ROWS_SEARCH_SHARE
        elapsed_s = self._clock.seconds - self._idle_since_s
        if node.triples is not None and self._idle < IDLE:
            # a better plan saves most of the nodes where it comes early
            elapsed_s += min(elapsed_s, self._clock.left_s)
        is_new_choice = node.triples is not None and node.is_decided and node.tries == 1
        if is_new_choice or self._searched_s < share * elapsed_s:
            began, before = self._clock.seconds, self.plans.value
            self._search_from(node)
            self._searched_s += self._clock.seconds - began
            is_better = before - self.plans.value > LEAST_GAIN * (before - self._root.bound)
            self._idle = 0 if is_better else self._idle + 1
            if node.triples is not None and self._idle == IDLE:
                self._searched_s, self._idle_since_s = 0.0, self._clock.seconds

    def _offer(self, node: Node) -> None:
        before = self.plans.value
        for sites in node.suggestions(self._problem):
            self.plans.offer(sites)
        if self.plans.value < before and self.plans.sites is not None:
            self._improve_plan()

    def _work_on_root(self) -> None:
        root, self.nodes = self._root, 1
        step = self._rounds_of_a_slice(100)
        for done in range(step, ROOT_ROUNDS + step, step):
            if self._clock.is_over or root.bound >= self._cutoff:
                return
            root.improve(self._problem, self.plans.value, self._cutoff, step)
            self.plans.wage = root.dual.wage
            if not np.isfinite(self.plans.value) or (done >= FIRST_PLANS and not self._has_few_clients_a_site):
                for sites in root.suggestions(self._problem):
                    self.plans.offer(sites)
            self._fix(root)
            if root.is_decided or (done > ROOT_ROUNDS // 2 and root.dual.mark[SCALE] < CONVERGED):
                break
        if root.bound < self._cutoff:
            self._search_from(root)
            self._improve_plan()
            self._fix(root)
            if self._has_few_clients_a_site:
                self._work_on_rows()

    def _work_on_rows(self) -> None:
        """Price rows on triples at the root, for all nodes, and search for plans, with what either has found before."""
        if self._gap < FIRST_GAP:
            self._before, self._gap = (self._root.state.copy(), self._settled), FIRST_GAP
        root, plain_bound, plain_dual = self._root, self._root.bound, self._root.dual
        for _ in range(ROOT_TRIES):
            self._strengthen(root, AT_ROOT)
            if root.bound >= self._cutoff or self._clock.is_over:
                return
            is_worth = root.bound >= plain_bound + WORTH * (self._cutoff - plain_bound)
            self._search_at_root(with_rows=is_worth)
            if is_worth:
                return
        root.dual, root.triples = plain_dual, None

    def _search_at_root(self, *, with_rows: bool) -> None:
        """Search for plans, at first and with better wages; good choices of sites are known where rows raise bounds."""
        root, began = self._root, self._clock.seconds
        if with_rows:
            self._searches.choose(root, root)
            self._fix(root)
        self._searches.exchange_anew(root, ROOT_SHARE)
        self._fix(root)
        if with_rows:
            self._searches.assign_again_and_again(root, self._gap)
            if root.bound < self._cutoff:
                self._searches.put_together()
        self._searched_s += self._clock.seconds - began

    def _strengthen(self, node: Node, effort: Effort) -> None:
        self._rows.strengthen(node, self._cutoff, effort, self._fix)

    def _fix(self, node: Node) -> None:
        self._settled = min(self._settled, node.fix(self._problem, self._cutoff))

    def _search_from(self, node: Node) -> None:
        if node.triples is not None:
            self._searches.take_turn(node, self._root)
            return
        sites = dive(node, self.plans, self._cutoff, self._clock)
        if sites is not None and self._problem.data.is_whole:
            self.plans.assign_well(sites, node.dual.wage, 1 if self._has_few_clients_a_site else DIVES, noise=True)
        elif sites is not None:
            self.plans.improve(sites, self._movable)

    def _improve_plan(self) -> None:
        if self.plans.sites is not None and not self._problem.data.is_whole:
            self.plans.improve(self.plans.sites, self._movable)

    @property
    def _has_few_clients_a_site(self) -> bool:
        """Return whether rows on triples and exchanges pay: others are proved sooner by plain nodes."""
        sites, clients = self.plans.sites, self._problem.n_clients
        is_large = self._problem.data.is_whole and self._problem.n_sites * clients >= MANY_PAIRS
        return sites is not None and is_large and clients <= FEW_CLIENTS * sites.size

    @property
    def _movable(self) -> Indices:
        used = self._root.dual.share > USED
        if self.plans.sites is not None:
            used[self.plans.sites] = True
        return np.flatnonzero(used & (self._root.state == FREE))

    def _rounds_of_a_slice(self, most: int) -> int:
        pairs = self._problem.n_sites * self._problem.n_clients
        return max(SLICES[0], min(most, int(SLICE / pairs)))
