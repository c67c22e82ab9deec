"""Parts of maximal covering's instance: lists, and what is decided of their sites; nodes of the tree are such parts."""

from dataclasses import dataclass
from math import inf

import numpy as np

from models.arrays import Flags, Floats
from models.covering.credit import Credit, merged_without, without
from models.covering.lists import CLOSED, FREE, OPEN, Ints, States

ROUNDING = 1e-10
SHRINKS = 0.8  # lists are made anew where fewer than this part of their sites may be open


@dataclass(slots=True)
class Part:
    """Lists, what is decided of their sites, and which sites of the instance these are."""

    credit: Credit
    state: States
    site_of: Ints

    def decide(self, found: tuple[float, float, float], worth: Floats, target: float) -> None:
        """Decide sites by a bound, the worth [site] there, and that of the last site taken and of the next."""
        (bound, last, following), free = found, self.state == FREE
        opening, closing = np.maximum(last - worth, 0.0), np.maximum(worth - following, 0.0)
        slack = ROUNDING * abs(bound)
        self.state[free & (bound - opening + slack <= target)] = CLOSED
        self.state[free & (bound - closing + slack <= target)] = OPEN

    def merged(self, state: States) -> "Part":
        """Return the part without the sites CLOSED in `state`, on lists where clients alike are one again."""
        credit, site_of = merged_without(self.credit, state)
        return Part(credit, state[site_of], self.site_of[site_of])

    def spread(self, few: States | Flags, sites: int) -> States:
        """Return a plan of the part's sites as one of all `sites` of the instance."""
        flag = np.zeros(sites, dtype=np.int8)
        flag[self.site_of] = few
        return flag


@dataclass(slots=True)
class Node(Part):
    """A part with multipliers and the bound there."""

    u: Floats
    v: Floats
    bound: float

    def shrunk(self) -> "Node":
        """Return the node on lists without its closed sites, where these are many."""
        if (self.state != CLOSED).sum() > SHRINKS * self.state.size:
            return self
        credit, row_of, site_of = without(self.credit, self.state)
        state = self.state[site_of]
        return Node(credit, state, self.site_of[site_of], self.u[row_of], self.v[row_of], self.bound)


def whole(credit: Credit, state: States) -> Part:
    """Return all of an instance as a part."""
    return Part(credit, state, np.arange(state.size))


def worth_most(worth: Floats, state: States, p: int) -> tuple[Flags, float, float]:
    """Return which sites are worth most, and the worth of the last free one taken and of the next."""
    taken = state == OPEN
    free = np.flatnonzero(state == FREE)
    room = max(min(p - int(taken.sum()), free.size), 0)
    order = free[np.argsort(-worth[free], kind="stable")]
    taken[order[:room]] = True
    last = float(worth[order[room - 1]]) if room > 0 else inf
    return taken, last, float(worth[order[room]]) if room < free.size else 0.0
