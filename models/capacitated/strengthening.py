"""Raise the bound of a node by rows on triples of clients, some rounds of them, as long as that pays.

Every round climbs with the rows at hand, looks which triples its averaged packings break most, and drops the rows that
have no price (`relaxation.triples`). Where some six clients go to a site that closes a third of the gap of the root.
"""

from collections.abc import Callable

import numpy as np

from models.capacitated.nodes import Node
from models.capacitated.problem import Problem
from models.clock import Clock
from models.relaxation.broken_triples import broken_triples, with_broken, with_price
from models.relaxation.triples import climb_apart, new_log, triples_of
from models.relaxation.volume import new_dual

ROUNDS, EVALUATIONS, SLICE = 14, 100, 20
SCALE = 0.05
LEAST_GAIN = 0.01  # of the gap that is left, for one more round
WORTH = 0.1  # of the gap: rows that close less are not worth the slower nodes
LARGEST = 300_000  # pairs: the packings of a round are remembered


def strengthen(
    node: Node,
    problem: Problem,
    values: tuple[float, float],
    fix: Callable[[Node], None],
    clock: Clock,
    effort: tuple[int, int] = (ROUNDS, EVALUATIONS),
) -> None:
    """Raise the bound of `node` by priced rows, which it keeps if they are worth slower nodes.

    `values`: of the best plan, and the bound at which the node cannot matter. `fix` decides sites of the node.
    """
    upper, cutoff = values
    if not problem.data.is_whole or problem.n_sites * problem.n_clients > LARGEST or not np.isfinite(cutoff):
        return
    began, before = node.bound, node.dual
    rounds, evaluations = effort
    log = new_log(evaluations, problem.n_sites, problem.n_clients)
    triples = node.triples
    if triples is None:
        triples = triples_of(np.empty((0, 3), dtype=np.int64), np.empty(0), problem.n_clients)
    triples = with_price(triples, problem.n_clients)
    for turn in range(rounds):
        last = node.bound
        node.dual = new_dual(problem.n_sites, node.dual.wage, SCALE)
        log.weight[:] = 0.0
        for first in range(0, evaluations, SLICE):
            if clock.is_over or node.bound >= cutoff:
                break
            steps = min(SLICE, evaluations - first)  # no more than the log holds
            bound = climb_apart(problem.data, node.state, node.dual, triples, log, first, upper, cutoff, steps)
            node.bound = max(node.bound, bound)
        fix(node)
        is_slow = turn > 1 and node.bound - last < LEAST_GAIN * (cutoff - node.bound)
        if clock.is_over or node.bound >= cutoff or is_slow or turn == rounds - 1:
            break
        triples = with_broken(triples, *broken_triples(log), problem.n_clients)
    if node.triples is None and node.bound < began + WORTH * (cutoff - began):
        node.dual = before
    else:
        node.triples = with_price(triples, problem.n_clients)
