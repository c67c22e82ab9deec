"""What a search has learnt that helps with another instance of the same sites: prices of room and of measures.

Cuts of one instance do not hold for another, whose amounts and costs are its own; but a cut can be made from any
prices (see `cuts`). Those that were best for an instance much like it give cuts that are nearly as strong as if they
were its own, at a fraction of what a shipment takes. What made a measure small tells, in the same way, which options
cannot keep a cap on it (see `keeping`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np

from models.arrays import Flags, Floats
from models.placement.cuts import Cut, make_cut
from models.placement.offers import Offers
from models.placement.plans import Plan

MOST_OF_BEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Which slots were open [slot], and what a unit of room in them was worth in the caller's money [slot].

    Parameters
    ----------
    of_use
        [bounded measure] what a unit of it was worth.
    is_of_measure
        The prices are in a measure that was made small, not in money: they tell what keeps a cap on it.
    """

    is_open: Flags
    price: Floats
    of_use: Floats = field(default_factory=lambda: np.empty(0))
    is_of_measure: bool = False

    def __post_init__(self) -> None:
        for array in (self.is_open, self.price, self.of_use):
            array.setflags(write=False)

    def capped(self, price: float = 0.0) -> Self:
        """Return the lesson for an instance with one bounded measure more, of this `price` a unit."""
        return replace(self, of_use=np.append(self.of_use, price))

    def as_cap(self) -> Self:
        """Return what the lesson of an instance that made a measure small says where that measure is the last bound."""
        return replace(self.capped(1.0), is_of_measure=True)


def lessons_of(offers: Offers, plans: Iterable[Plan]) -> tuple[Lesson, ...]:
    """Return lessons from the best plan of each number of new sites, and the best of all beside them.

    None where throughput or second hubs have prices. Of plans that do not keep all that is asked for, the prices are
    those of the penalty, and teach nothing.
    """
    if offers.min_throughput.any() or offers.twice.size:
        return ()
    best: dict[tuple[int, int], Plan] = {}
    ranked = sorted((plan for plan in plans if len(plan.shipments) == 1 and plan.keeps), key=lambda plan: -plan.net)
    for rank, plan in enumerate(ranked):
        best.setdefault((offers.count(plan.opened), min(MOST_OF_BEST, rank)), plan)
    worth = offers.unit / offers.amount_unit
    return tuple(
        Lesson(
            is_open=offers.room(plan.opened) > 0,
            price=plan.shipments[0].prices[: offers.slots] * worth,
            of_use=plan.shipments[0].prices[offers.slots :] * offers.unit / offers.use_unit,
        )
        for _, plan in sorted(best.items(), key=lambda pair: pair[0])
    )


def cuts_of(offers: Offers, lessons: Iterable[Lesson]) -> Iterator[tuple[Lesson, Cut]]:
    """Yield each lesson of as many slots and bounded measures with its cut: on savings, or on what keeps a measure."""
    first = np.flatnonzero(np.diff(offers.flow, prepend=-1))
    unfit = offers.min_throughput.any() or offers.twice.size or not first.size
    sizes = (offers.slots, offers.use_limit.size)
    for lesson in () if unfit else lessons:
        if (lesson.price.size, lesson.of_use.size) != sizes or (lesson.is_of_measure and offers.must.any()):
            continue
        told = replace(offers, saving=np.zeros(offers.saving.size)) if lesson.is_of_measure else offers
        unit = float(offers.use_unit[-1]) if lesson.is_of_measure else offers.unit
        price, of_use = lesson.price * offers.amount_unit / unit, lesson.of_use * offers.use_unit / unit
        net = told.saving - price[offers.slot]
        if of_use.size:
            net = net - np.einsum("ij,j->i", offers.use, of_use)
        net[~lesson.is_open[offers.slot]] = 0.0
        worth = np.zeros(offers.amount.size)
        worth[offers.flow[first]] = np.maximum(np.maximum.reduceat(net, first), 0.0)
        yield lesson, make_cut(told, worth, np.concatenate([price, of_use]), lesson.is_open)
