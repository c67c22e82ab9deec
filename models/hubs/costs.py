"""A hub location instance as the engines read it: costs of each leg with their factors, what a hub costs and holds."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Indices


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Costs per unit of flow of each leg, factors included; see `models.hub_location` for the formulation.

    Parameters
    ----------
    flow
        [origin, destination].
    collect, transfer, distribute
        [node, hub], [first hub, last hub], [hub, node] cost per unit; inf where forbidden.
    fixed
        [hub].
    room
        [hub] capacity for collected flow; inf without one.
    wanted
        How many hubs; -1: any number.
    forbidden
        Sets of hubs that the program must not open, each rising; the searches tell sets apart by themselves.
    """

    flow: Floats
    collect: Floats
    transfer: Floats
    distribute: Floats
    fixed: Floats
    room: Floats
    wanted: int
    forbidden: tuple[Indices, ...] = ()

    @property
    def nodes(self) -> int:
        """Return the number of nodes."""
        return len(self.flow)

    @property
    def sent(self) -> Floats:
        """Return what each node sends [node]."""
        return np.asarray(self.flow.sum(axis=1), dtype=np.float64)

    @property
    def is_capacitated(self) -> bool:
        """Return whether any hub could be full."""
        return bool((self.room < self.flow.sum()).any())

    @property
    def local(self) -> Floats:
        """Return what node i pays at hub k [node, hub] for collection, distribution and its flow to itself."""
        sent, received = self.sent[:, None], self.flow.sum(axis=0)[:, None]
        own = times(np.diag(self.flow)[:, None], np.diag(self.transfer)[None, :])
        return times(sent, self.collect) + times(received, self.distribute.T) + own


def times(amount: Floats, cost: Floats) -> Floats:
    """Return amount x cost, where nothing at an infinite cost is nothing."""
    return np.multiply(amount, cost, out=np.zeros(np.broadcast_shapes(amount.shape, cost.shape)), where=amount > 0)
