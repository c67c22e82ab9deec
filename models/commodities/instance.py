"""What the parts of multi-commodity flow need to know of a `MultiCommodityFlow` instance (see there)."""

from typing import Protocol

import numpy as np

from models.arrays import Floats, Indices, Integers


class Instance(Protocol):
    """The arrays of a `MultiCommodityFlow`."""

    @property
    def tail(self) -> Integers:
        """Node where the link begins [link]."""

    @property
    def head(self) -> Integers:
        """Node where the link ends [link]."""

    @property
    def capacity(self) -> Floats:
        """Capacity [link], for all commodities together."""

    @property
    def unit_cost(self) -> Floats:
        """Cost of a unit [link] or [commodity, link], inf where it may not pass."""

    @property
    def origin(self) -> Integers:
        """Node where the commodity begins [commodity]; empty where `supply` says it."""

    @property
    def destination(self) -> Integers:
        """Node where the commodity ends [commodity]; empty where `supply` says it."""

    @property
    def amount(self) -> Floats:
        """Amount [commodity]; of `supply`: all that its nodes send."""

    @property
    def supply(self) -> Floats | None:
        """Supply, demand where negative [commodity, node]; None: pairs of origin and destination."""

    @property
    def unserved_cost(self) -> Floats:
        """Cost of a unit not served [commodity], inf where it must be."""

    @property
    def nodes(self) -> int:
        """Number of nodes."""


def cost_rows(instance: Instance) -> Floats:
    """Return costs [1 or commodity, link], inf too where nothing fits through."""
    rows = instance.unit_cost if instance.unit_cost.ndim > 1 else instance.unit_cost[None, :]
    return np.where(instance.capacity > 0, rows, np.inf)


def supplies(instance: Instance) -> Floats:
    """Return the supply as a share of the commodity's amount [commodity, node]."""
    share = np.zeros((instance.amount.size, instance.nodes))
    if instance.supply is None:
        each = np.arange(instance.amount.size)
        np.add.at(share, (each, instance.origin), 1.0)
        np.subtract.at(share, (each, instance.destination), 1.0)
    else:
        share[:] = instance.supply / np.where(instance.amount > 0, instance.amount, 1.0)[:, None]
    return share


def summed(values: Floats, at: Indices | Integers, size: int) -> Floats:
    """Return the sums [size] of the values that belong to each index."""
    return np.bincount(at, weights=values, minlength=size).astype(np.float64)
