"""Set covering by branch and bound: a client that few sites can cover, and one branch for each of these.

A node opens what is a client's only site, raises the bound from the multipliers of the node above it, and decides
sites by their reduced costs. The k-th branch opens the k-th site and closes those before it, the least reduced
cost first. Source: Balas, Ho, Mathematical Programming Study 12, 1980; Beasley, European Journal of Operational
Research 31, 1987.
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Floats
from models.compiled import compiled
from models.covering.bound import BEST, Dual, ascend, closing_adds, dual_in_loops, opening_adds
from models.covering.lists import CLOSED, FREE, OPEN, Cover, Ints, Smalls, States, part_in_loops

STEPS = 20  # of the bound in a new node
FEW = 5  # and after each round of decisions
SCALE = 0.5
DEEPEST = 400
LARGEST = 20_000_000  # multipliers kept, over all depths

# places in Tree.number
DEPTH, TRAIL, NODES, IS_DONE, IS_NEW, IS_TOO_DEEP, OPENED, MOST = 0, 1, 2, 3, 4, 5, 6, 7
# places in Tree.value
PAID, BEST_VALUE, THRESHOLD, STEP, GAP = 0, 1, 2, 3, 4


class Tree(NamedTuple):
    """Where the search stands; it can be left and taken up again.

    `state` [site], `open_sites` how many open sites cover a client, `trail` the decided sites in order. For each depth:
    `mark` the trail's length, `first`, `next`, `end` its branches among `branches`, `bound`, and multipliers `u`.
    `best` [site] the best cover, of value `value[BEST_VALUE]`; what is not below `value[THRESHOLD]`, or opens more than
    `number[MOST]` sites, is of no use. A better cover is so by `value[STEP]`, and by the part `value[GAP]`, at least.
    """

    state: States
    open_sites: Smalls
    trail: Smalls
    mark: Ints
    next: Ints
    end: Ints
    branches: Smalls
    bound: Floats
    u: Floats
    best: States
    number: Ints
    value: Floats


def new_tree(cover: Cover, u: Floats, threshold: float, most: int, better: tuple[float, float]) -> Tree:
    """Return a tree at its root with multipliers `u`; `better`: the least step, and the least part of the value."""
    rows, sites = cover.start.size - 1, cover.site_start.size - 1
    depth = min(rows, sites, DEEPEST, LARGEST // max(rows, 1)) + 2
    longest = int(np.diff(cover.start).max(initial=0))
    levels = np.zeros((depth, rows))
    levels[0] = u
    return Tree(
        np.zeros(sites, dtype=np.int8), np.zeros(rows, dtype=np.int32), np.zeros(sites, dtype=np.int32),
        np.zeros(depth, dtype=np.int64), np.zeros(depth, dtype=np.int64), np.zeros(depth, dtype=np.int64),
        np.zeros(depth * longest, dtype=np.int32), np.full(depth, -np.inf), levels,
        np.zeros(sites, dtype=np.int8), np.array([0, 0, 0, 0, 1, 0, 0, most]),
        np.array([0.0, np.inf, threshold, *better]),
    )  # fmt: skip


@compiled
def _decide(cover: Cover, cost: Floats, tree: Tree, site: int, decision: int) -> None:
    tree.state[site] = decision
    tree.trail[tree.number[TRAIL]] = site
    tree.number[TRAIL] += 1
    if decision == OPEN:
        tree.value[PAID] += cost[site]
        tree.number[OPENED] += 1
        for k in range(cover.site_start[site], cover.site_start[site + 1]):
            tree.open_sites[cover.client[k]] += 1


@compiled
def _undo(cover: Cover, cost: Floats, tree: Tree, length: int) -> None:
    while tree.number[TRAIL] > length:
        tree.number[TRAIL] -= 1
        site = tree.trail[tree.number[TRAIL]]
        if tree.state[site] == OPEN:
            tree.value[PAID] -= cost[site]
            tree.number[OPENED] -= 1
            for k in range(cover.site_start[site], cover.site_start[site + 1]):
                tree.open_sites[cover.client[k]] -= 1
        tree.state[site] = FREE


@compiled
def _open_the_only(cover: Cover, cost: Floats, tree: Tree) -> bool:
    """Open the sites without a rival; False if a client has no site left. Returns with no such client left."""
    again = True
    while again:
        again = False
        for i in range(tree.open_sites.size):
            if tree.open_sites[i] > 0:
                continue
            only = -1
            count = 0
            for k in range(cover.start[i], cover.start[i + 1]):
                if tree.state[cover.site[k]] == FREE:
                    only = cover.site[k]
                    count += 1
                    if count > 1:
                        break
            if count == 0:
                return False
            if count == 1:
                _decide(cover, cost, tree, only, OPEN)
                again = True
        if tree.value[PAID] >= tree.value[THRESHOLD]:
            return False
    return True


@compiled
def _node(cover: Cover, cost: Floats, tree: Tree) -> bool:
    """Look at a node; return whether it has branches, which are then put onto the next level."""
    depth = tree.number[DEPTH]
    if depth + 1 >= tree.mark.size:
        tree.number[IS_TOO_DEEP] = 1
        return False
    tree.number[NODES] += 1
    steps = STEPS
    while _open_the_only(cover, cost, tree):
        keep = (tree.open_sites == 0).astype(np.int8)
        if not keep.any():
            _record(tree)
            return False
        if tree.number[OPENED] >= tree.number[MOST]:
            return False
        rest, row_of, site_of = part_in_loops(cover, keep, tree.state)
        dual = dual_in_loops(tree.u[depth][row_of], site_of.size, SCALE)
        target = tree.value[THRESHOLD] - tree.value[PAID]
        ascend(rest, cost[site_of], dual, target, tree.number[MOST] - tree.number[OPENED], steps)
        steps = FEW
        tree.u[depth][row_of] = dual.best_u
        if dual.mark[BEST] >= target:
            return False
        if not _fix(cover, cost, tree, site_of, dual):
            _branch(rest, row_of, site_of, dual, tree)
            return True
    return False


@compiled
def _fix(cover: Cover, cost: Floats, tree: Tree, site_of: Ints, dual: Dual) -> bool:
    """Decide the sites that the reduced costs decide; return whether there are any."""
    target = tree.value[THRESHOLD] - tree.value[PAID]
    before = tree.number[TRAIL]
    for at in range(site_of.size):
        if dual.mark[BEST] + opening_adds(dual, at) >= target:
            _decide(cover, cost, tree, site_of[at], CLOSED)
        elif dual.mark[BEST] + closing_adds(dual, at) >= target:
            _decide(cover, cost, tree, site_of[at], OPEN)
    return bool(tree.number[TRAIL] > before)


@compiled
def _record(tree: Tree) -> None:
    """Keep the cover, and ask for better from now on."""
    paid = tree.value[PAID]
    if paid < tree.value[BEST_VALUE] and tree.number[OPENED] <= tree.number[MOST]:
        tree.value[BEST_VALUE] = paid
        tree.value[THRESHOLD] = min(tree.value[THRESHOLD], paid - max(tree.value[STEP], tree.value[GAP] * paid))
        for j in range(tree.best.size):
            tree.best[j] = tree.state[j] == OPEN


@compiled
def _branch(rest: Cover, row_of: Ints, site_of: Ints, dual: Dual, tree: Tree) -> None:
    row = -1
    fewest = 0
    for at in range(row_of.size):
        count = rest.start[at + 1] - rest.start[at]
        if row < 0 or count < fewest or (count == fewest and dual.best_u[at] > dual.best_u[row]):
            row = at
            fewest = count
    depth = tree.number[DEPTH]
    begin = tree.end[depth - 1] if depth > 0 else 0
    members = rest.site[rest.start[row] : rest.start[row + 1]]
    order = np.argsort(dual.best_reduced[members])
    for at in range(order.size):
        tree.branches[begin + at] = site_of[members[order[at]]]
    tree.next[depth] = begin
    tree.end[depth] = begin + order.size
    tree.mark[depth] = tree.number[TRAIL]
    tree.bound[depth] = tree.value[PAID] + dual.mark[BEST]


@compiled
def run(cover: Cover, cost: Floats, tree: Tree, nodes: int) -> None:
    """Look at up to `nodes` more nodes."""
    last = tree.number[NODES] + nodes
    while tree.number[NODES] < last and not tree.number[IS_DONE]:
        if tree.number[IS_NEW]:
            tree.number[IS_NEW] = 0
            tree.number[DEPTH] += _node(cover, cost, tree)
        elif tree.number[DEPTH] == 0:
            tree.number[IS_DONE] = 1
        else:
            _next_branch(cover, cost, tree)


@compiled
def _next_branch(cover: Cover, cost: Floats, tree: Tree) -> None:
    """Begin the next branch of the deepest level, or leave the level."""
    level = tree.number[DEPTH] - 1
    _undo(cover, cost, tree, tree.mark[level])
    at = tree.next[level]
    if at == tree.end[level] or tree.bound[level] >= tree.value[THRESHOLD]:
        tree.number[DEPTH] -= 1
        return
    if at > (tree.end[level - 1] if level > 0 else 0):
        _decide(cover, cost, tree, tree.branches[at - 1], CLOSED)
        tree.mark[level] = tree.number[TRAIL]
    tree.next[level] += 1
    tree.u[level + 1] = tree.u[level]
    _decide(cover, cost, tree, tree.branches[at], OPEN)
    tree.number[IS_NEW] = 1


def least(tree: Tree) -> float:
    """Return a bound on the cost of every cover that the tree may still find."""
    open_levels = [
        float(tree.bound[level])
        for level in range(int(tree.number[DEPTH]))
        if tree.next[level] < tree.end[level] or level == tree.number[DEPTH] - 1
    ]
    return min([*open_levels, float(tree.value[THRESHOLD])])
