"""A node of the single allocation tree, and the conclusions from what is fixed in it."""

from dataclasses import dataclass, replace
from math import inf
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.hubs.allocation_parts import Prices


@dataclass(slots=True, kw_only=True)
class Node:
    """Plans that use the nodes `hubs` (`fate` 1 open, 0 closed, -1 free) and allocate as `ok` [node, hub] allows."""

    bound: float
    hubs: Indices
    fate: Indices
    ok: Flags
    prices: Prices
    mean: Floats
    is_root: bool = False

    def copy(self) -> Self:
        """Return a part of the tree below that may change alone."""
        return replace(
            self,
            fate=self.fate.copy(),
            ok=self.ok.copy(),
            prices=Prices(*(part.copy() for part in self.prices)),
            mean=self.mean.copy(),
            is_root=False,
        )

    @property
    def is_leaf(self) -> bool:
        """Return whether one plan is left."""
        return bool((self.ok.sum(axis=1) == 1).all() and (self.fate == 1).all())

    @property
    def _fixed(self) -> tuple[int, ...]:
        return (int(self.ok.sum()), *(int((self.fate == fate).sum()) for fate in (0, 1)))


def settle(node: Node, wanted: int) -> bool:
    """Draw the conclusions of what is fixed and forget closed hubs; False (and a bound of inf) if no plan is left."""
    before: tuple[int, ...] = ()
    while before != node._fixed:  # noqa: SLF001  (the same file)
        before = node._fixed  # noqa: SLF001
        if not (_homes(node) and _number(node, wanted)):
            node.bound = inf
            return False
    kept = node.fate != 0
    if not kept.all():
        node.hubs, node.fate = node.hubs[kept], node.fate[kept]
        node.ok, node.mean = np.ascontiguousarray(node.ok[:, kept]), np.ascontiguousarray(node.mean[:, kept])
        node.prices = Prices(np.ascontiguousarray(node.prices.pair[:, :, kept]), node.prices.node)
    return True


def _homes(node: Node) -> bool:
    """Make a hub its own node's hub, and the only hub of a node open."""
    place = np.arange(node.hubs.size)
    node.ok[:, node.fate == 0] = False
    at_home = node.ok[node.hubs, place]
    if (node.fate[~at_home] == 1).any():
        return False
    node.fate[~at_home] = 0
    node.ok[:, ~at_home] = False
    count = node.ok.sum(axis=1)
    node.fate[node.ok[count == 1].any(axis=0)] = 1
    for k in np.flatnonzero(node.fate == 1):
        node.ok[node.hubs[k]] = place == k
    return bool((count > 0).all())


def _number(node: Node, wanted: int) -> bool:
    """Settle the rest once `wanted` hubs are open, or all that are left must be (-1: any number)."""
    if wanted < 0:
        return True
    opened, free = int((node.fate == 1).sum()), node.fate == -1
    if opened == wanted:
        node.fate[free] = 0
    elif opened + int(free.sum()) == wanted:
        node.fate[free] = 1
    return opened <= wanted <= opened + int(free.sum())
