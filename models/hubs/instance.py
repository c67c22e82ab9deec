"""What the parts of `models.hubs` read of a `HubLocation`."""

from math import inf
from typing import Literal, Protocol

import numpy as np

from models.arrays import Floats
from models.hubs.costs import Costs

Allocation = Literal["single", "multiple"]


class Instance(Protocol):
    """The arrays of a `HubLocation`; their meaning stands there."""

    @property
    def flow(self) -> Floats: ...  # noqa: D102
    @property
    def cost(self) -> Floats: ...  # noqa: D102
    @property
    def hubs(self) -> int | None: ...  # noqa: D102
    @property
    def fixed_cost(self) -> Floats: ...  # noqa: D102
    @property
    def capacity(self) -> Floats: ...  # noqa: D102
    @property
    def collection(self) -> float: ...  # noqa: D102
    @property
    def transfer(self) -> float: ...  # noqa: D102
    @property
    def distribution(self) -> float: ...  # noqa: D102
    @property
    def allocation(self) -> Allocation: ...  # noqa: D102


def costs_of(instance: Instance) -> Costs:
    """Return the costs of the three legs with their factors; a forbidden link stays forbidden at a factor of 0."""
    forbidden = np.isinf(instance.cost)
    finite = np.where(forbidden, 0.0, instance.cost)
    collect, transfer, distribute = (
        np.where(forbidden, inf, factor * finite)
        for factor in (instance.collection, instance.transfer, instance.distribution)
    )
    return Costs(
        flow=instance.flow,
        collect=collect,
        transfer=transfer,
        distribute=distribute,
        fixed=instance.fixed_cost,
        room=instance.capacity,
        wanted=-1 if instance.hubs is None else instance.hubs,
    )
