"""What the parts of network design need to know of a `NetworkDesign` instance (see there for the meaning)."""

from typing import Protocol

import numpy as np

from models.arrays import Flags, Floats
from models.commodities import instance as commodities
from models.commodities.pairs import Pairs


class Instance(commodities.Instance, Protocol):
    """The arrays of a `NetworkDesign`."""

    @property
    def fixed_cost(self) -> Floats:
        """Cost of building [link]."""

    @property
    def forced_open(self) -> tuple[int, ...]:
        """Links that must be built."""

    @property
    def forced_closed(self) -> tuple[int, ...]:
        """Links that must not."""

    @property
    def budget(self) -> float:
        """Largest sum of fixed costs, inf: any."""


def allowed(instance: Instance) -> Flags:
    """Return the links that may be built [link]."""
    may = np.ones(instance.tail.size, dtype=np.bool_)
    may[list(instance.forced_closed)] = False
    return may


def forced(instance: Instance) -> Flags:
    """Return the links that must be built [link]."""
    must = np.zeros(instance.tail.size, dtype=np.bool_)
    must[list(instance.forced_open)] = True
    return must


def pairs_of(instance: Instance) -> Pairs:
    """Return the commodities that move, on the links that may be built."""
    pairs = Pairs.of(instance)
    room = np.where(allowed(instance), np.minimum(pairs.capacity, pairs.amount.sum()), 0.0)
    return pairs.on(room)
