"""Raise the bound of a node by rows on triples of clients, some rounds of them, as long as that pays.

Every round climbs with the rows at hand, looks which triples its averaged packings break most, and drops the rows that
have no price (`relaxation.triples`). Where some six clients go to a site that closes a third of the gap of the root.
"""

from collections.abc import Callable

import numpy as np

from models.arrays import Floats, Indices
from models.capacitated.nodes import Node
from models.capacitated.problem import Problem
from models.clock import Clock
from models.relaxation.triples import Triples, broken_triples, climb_apart, new_log, triples_of
from models.relaxation.volume import new_dual

ROUNDS, EVALUATIONS, SLICE = 14, 100, 20
SCALE = 0.05
NEW_ROWS = 80  # a round
LEAST_GAIN = 0.01  # of the gap that is left, for one more round
WORTH = 0.1  # of the gap: rows that close less are not worth the slower nodes
LARGEST = 300_000  # pairs: the packings of a round are remembered
NO_PRICE = 1e-9  # of the largest


def strengthen(
    node: Node, problem: Problem, values: tuple[float, float], fix: Callable[[Node], None], clock: Clock
) -> None:
    """Raise the bound of `node` by priced rows, which it keeps if they are worth slower nodes.

    `values`: of the best plan, and the bound at which the node cannot matter. `fix` decides sites of the node.
    """
    upper, cutoff = values
    if not problem.data.is_whole or problem.n_sites * problem.n_clients > LARGEST or not np.isfinite(cutoff):
        return
    began, before = node.bound, node.dual
    log = new_log(EVALUATIONS, problem.n_sites, problem.n_clients)
    triples = triples_of(np.empty((0, 3), dtype=np.int64), np.empty(0), problem.n_clients)
    for turn in range(ROUNDS):
        last = node.bound
        node.dual = new_dual(problem.n_sites, node.dual.wage, SCALE)
        log.weight[:] = 0.0
        for first in range(0, EVALUATIONS, SLICE):
            if clock.is_over or node.bound >= cutoff:
                break
            bound = climb_apart(problem.data, node.state, node.dual, triples, log, first, upper, cutoff, SLICE)
            node.bound = max(node.bound, bound)
        fix(node)
        is_slow = turn > 1 and node.bound - last < LEAST_GAIN * (cutoff - node.bound)
        if clock.is_over or node.bound >= cutoff or node.is_decided or is_slow or turn == ROUNDS - 1:
            break
        triples = _with_broken(triples, *broken_triples(log), problem.n_clients)
    if node.bound < began + WORTH * (cutoff - began):
        node.dual = before
    else:
        node.triples = _with_price(triples, problem.n_clients)


def _with_price(triples: Triples, clients: int) -> Triples:
    pays = triples.price > NO_PRICE * triples.price.max(initial=0.0)
    return triples_of(triples.clients[pays], triples.price[pays], clients)


def _with_broken(triples: Triples, rows: Indices, excess: Floats, clients: int) -> Triples:
    """Return the rows that have a price, and those of `rows` [row, 3] that are broken most."""
    known = {tuple(row) for row in triples.clients.tolist()}
    order = np.argsort(-excess, kind="stable").tolist()
    new = np.array([k for k in order if tuple(rows[k].tolist()) not in known][:NEW_ROWS], dtype=np.int64)
    kept = _with_price(triples, clients)
    price = np.concatenate([kept.price, np.zeros(new.size)])
    return triples_of(np.concatenate([kept.clients, rows[new]]), price, clients)
