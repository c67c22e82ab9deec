"""What the parts of min-cost flow need to know of a `MinCostFlow` instance (see there for the meaning)."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from models.arrays import UNLIMITED, Flags, Integers

NO_FLOW = "the supply cannot be shipped"


class Instance(Protocol):
    """The arrays of a `MinCostFlow`."""

    @property
    def tail(self) -> Integers:
        """Node where the arc begins [arc]."""

    @property
    def head(self) -> Integers:
        """Node where the arc ends [arc]."""

    @property
    def capacity(self) -> Integers:
        """Capacity [arc]."""

    @property
    def unit_cost(self) -> Integers:
        """Cost of one unit [arc]."""

    @property
    def supply(self) -> Integers:
        """Supply, or demand where negative [node]."""


@dataclass(frozen=True, slots=True)
class Found:
    """The best flow [arc], None without one, prices [node] that prove it as far as they do, and why it ended there."""

    flow: Integers | None
    potential: Integers
    stopped: str


def total_supply(instance: Instance) -> int:
    """Return what the supply nodes send."""
    return exact_sum(instance.supply[instance.supply > 0])


def room(instance: Instance) -> Integers:
    """Return what an arc can carry in some cheapest flow [arc], whatever its capacity allows beyond.

    A flow falls apart into paths from supply to demand and cycles, and some cheapest flow has cycles of negative cost
    only. Each of them holds an arc of negative cost; all together carry no more than such arcs can, where these are
    limited. Each holds a limited arc, too, where there is a cheapest flow at all.
    """
    limited = instance.capacity < UNLIMITED
    negative = instance.unit_cost < 0
    bounding = limited if bool((negative & ~limited).any()) else limited & negative
    most = total_supply(instance) + exact_sum(instance.capacity[bounding])
    return np.minimum(instance.capacity, min(most, UNLIMITED - 1))


def on_loops(instance: Instance) -> tuple[Flags, Integers]:
    """Return which arcs are loops, and what these carry [arc]: they change no balance, and are full where they pay."""
    loops = instance.tail == instance.head
    return loops, np.where(loops & (instance.unit_cost < 0), instance.capacity, 0)


def exact_sum(values: Integers) -> int:
    """Return the sum, whatever its size."""
    if values.size == 0:
        return 0
    largest = max(abs(int(values.max())), abs(int(values.min())))
    return int(values.sum()) if largest * values.size <= UNLIMITED else sum(values.tolist())


def exact_dot(left: Integers, right: Integers) -> int:
    """Return the scalar product, whatever its size."""
    if left.size == 0:
        return 0
    largest = max(abs(int(left.max())), abs(int(left.min()))) * max(abs(int(right.max())), abs(int(right.min())))
    if largest * left.size <= UNLIMITED:
        return int(np.einsum("i,i->", left, right))
    return sum(a * b for a, b in zip(left.tolist(), right.tolist(), strict=True))
