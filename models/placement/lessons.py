"""What a search has learnt that helps with another instance of the same sites: prices of room.

Cuts of one instance do not hold for another, whose amounts and costs are its own; but a cut can be made from any
prices (see `cuts`). Those that were best for an instance much like it give cuts that are nearly as strong as if they
were its own, at a fraction of what a shipment takes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats
from models.placement.cuts import Cut, make_cut
from models.placement.offers import Offers
from models.placement.plans import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Which slots were open [slot], and what a unit of room in them was worth in the caller's money [slot]."""

    is_open: Flags
    price: Floats

    def __post_init__(self) -> None:
        for array in (self.is_open, self.price):
            array.setflags(write=False)


def lessons_of(offers: Offers, plans: Iterable[Plan]) -> tuple[Lesson, ...]:
    """Return a lesson from the best plan of each number of new sites; none where more than room has a price."""
    if offers.has_terms:
        return ()
    best: dict[int, Plan] = {}
    for plan in plans:
        count = offers.count(plan.opened)
        if len(plan.shipments) == 1 and (count not in best or plan.net > best[count].net):
            best[count] = plan
    worth = offers.unit / offers.amount_unit
    return tuple(
        Lesson(is_open=offers.room(plan.opened) > 0, price=plan.shipments[0].prices * worth)
        for _, plan in sorted(best.items())
    )


def cuts_of(offers: Offers, lessons: Iterable[Lesson]) -> Iterator[Cut]:
    """Yield a cut from each lesson, if it is of as many slots and room alone is scarce."""
    first = np.flatnonzero(np.diff(offers.flow, prepend=-1))
    for lesson in lessons:
        if offers.has_terms or lesson.price.size != offers.slots or not first.size:
            continue
        price = lesson.price / (offers.unit / offers.amount_unit)
        net = np.where(lesson.is_open[offers.slot], offers.saving - price[offers.slot], 0.0)
        worth = np.zeros(offers.amount.size)
        worth[offers.flow[first]] = np.maximum(np.maximum.reduceat(net, first), 0.0)
        yield make_cut(offers, worth, price, lesson.is_open)
