"""From the arrays of a capacitated instance to its best plan and bound; compiles, so import it late."""

from dataclasses import dataclass
from math import inf

import numpy as np

from models.arrays import Flags, Floats
from models.capacitated.assignment_tree import EFFORT, AssignmentTree
from models.capacitated.leaves import Finisher
from models.capacitated.nodes import Node
from models.capacitated.packing_exchange import PackingExchange
from models.capacitated.packing_start import start_of
from models.capacitated.plans import Plans, as_shares
from models.capacitated.problem import Problem
from models.capacitated.recombination import Recombination
from models.capacitated.regrouping import Regrouping
from models.capacitated.strengthening import Relaxed, Strengthening
from models.capacitated.tree import Tree
from models.clock import Clock
from models.options import SolveOptions
from models.relaxation.listed_packings import value_of, within
from models.relaxation.pair_bounds import useful_pairs
from models.relaxation.site_knapsacks import FREE, OPEN
from models.relaxation.subset_rows import broken_rows
from models.relaxation.triples import no_triples
from models.relaxation.volume import new_dual
from models.stopping import INTERRUPTED, TIME_LIMIT

LARGE = 1e9  # beside the costs of the rehearsal


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The plan, and why the search ended."""

    opened: Flags
    share: Floats
    stopped: str


def search(problem: Problem, options: SolveOptions, clock: Clock) -> tuple[Found | None, float]:
    """Return the best plan found and what no plan is cheaper than.

    None: no plan was found, for want of time or because there is none.

    Raises
    ------
    KeyboardInterrupt
        If that comes before the first plan.
    """
    plans = Plans(problem, clock, options.seed)
    with Finisher(Strengthening(problem.n_sites, problem.n_clients)) as finisher:
        tree = Tree(plans, options.relative_gap, clock, finisher)
        tree.run()
    if plans.sites is None and tree.is_interrupted:
        raise KeyboardInterrupt
    if plans.sites is None:
        return None, tree.bound
    opened = np.zeros(problem.n_sites, dtype=np.bool_)
    opened[plans.sites] = True
    stopped = INTERRUPTED if tree.is_interrupted else TIME_LIMIT
    return Found(opened=opened, share=_shares(plans), stopped=stopped), tree.bound


def rehearse() -> None:
    """Run each compiled function once on a small instance, before any clock: the first time that compiles them."""
    at = np.arange(4.0)
    cost = np.abs(at[:, None] - at)
    for is_whole in (False, True):
        problem = Problem.of(
            (cost, np.ones(4)), np.ones(4), np.full(4, 2.0), np.full(4, FREE), (0, 4), is_whole=is_whole
        )
        plans, node = Plans(problem, Clock(inf)), Node.root(problem, 1.0)
        node.improve(problem, inf, inf, 2)
        every = np.arange(4)
        plans.offer(every)
        plans.improve(every, every)
        if plans.at is not None:
            Regrouping(node, plans, Recombination(plans)).improve(plans.at, Clock(inf))
        strengthening = Strengthening(4, 4)
        relaxed = Relaxed(problem.data, node.state, node.dual, no_triples(4))
        strengthening.climb(relaxed, (LARGE, LARGE), Clock(inf), EFFORT)
        strengthening.promise(relaxed, LARGE)
        apart = no_triples(4), strengthening
        AssignmentTree(problem, every, np.ones((4, 4), dtype=np.bool_), node.dual.wage, apart).run(1, LARGE, Clock(inf))
        _rehearse_packings(problem, strengthening)
        node.fix(problem, LARGE)
        useful_pairs(problem.data, node.state, node.dual, node.bounds_when_open(problem), inf)
        ship = plans.shipped(every)
        if ship is not None:
            node.prove_by(problem, every, ship)


def _rehearse_packings(problem: Problem, strengthening: Strengthening) -> None:
    """Run what a tree over packings has compiled, without the solver's process."""
    state = np.full(problem.n_sites, OPEN)
    dual = new_dual(problem.n_sites, problem.first_wages, 1.0)
    relaxed = Relaxed(problem.data, state, dual, no_triples(problem.n_clients))
    start = start_of(problem, strengthening.climb_on(relaxed, LARGE, Clock(inf)), LARGE, Clock(inf))
    assert start is not None  # noqa: S101  (so small)
    packings, rows = start.packings, start.rows
    ids = np.arange(packings.cost.size)
    value, least = np.empty(ids.size), np.empty(start.places)
    value_of(packings, ids, start.wage, rows, start.price, value, least)
    within(packings, ids, value, least, LARGE)
    if problem.data.is_whole:
        every = np.arange(problem.n_sites)
        dear = Plans(problem, Clock(inf))  # dearer than the bound: only then packings are listed
        dear.keep_whole(every, np.roll(every, 1))
        PackingExchange(dear, relaxed, Clock(inf), 0).improved(np.roll(every, 1))
    broken_rows(packings.first, packings.client.astype(np.int64), np.full(ids.size, 0.1), 1, rows)


def _shares(plans: Plans) -> Floats:
    problem, sites = plans.problem, plans.sites
    assert sites is not None  # noqa: S101
    if plans.at is not None:
        share = np.zeros((problem.n_clients, problem.n_sites))
        share[np.arange(problem.n_clients), plans.at] = 1.0
        return share
    assert plans.ship is not None  # noqa: S101
    return as_shares(problem, sites, plans.ship)
