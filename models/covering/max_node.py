"""A node of maximal covering's tree: lists, what is decided of their sites, multipliers, and what a bound decides."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats
from models.covering.credit import Credit, without
from models.covering.lists import CLOSED, FREE, OPEN, Ints, States

ROUNDING = 1e-10
SHRINKS = 0.8  # lists are made anew where fewer than this part of their sites may be open


@dataclass(slots=True)
class Node:
    """Lists, what is decided of their sites, multipliers, the bound, and which sites of the instance these are."""

    credit: Credit
    state: States
    u: Floats
    v: Floats
    bound: float
    site_of: Ints

    def decide(self, found: tuple[float, float, float], worth: Floats, target: float) -> None:
        """Decide sites by a bound, the worth [site] there, and that of the last site taken and of the next."""
        (bound, last, following), free = found, self.state == FREE
        opening, closing = np.maximum(last - worth, 0.0), np.maximum(worth - following, 0.0)
        slack = ROUNDING * abs(bound)
        self.state[free & (bound - opening + slack <= target)] = CLOSED
        self.state[free & (bound - closing + slack <= target)] = OPEN

    def shrunk(self) -> "Node":
        """Return the node on lists without its closed sites, where these are many."""
        if (self.state != CLOSED).sum() > SHRINKS * self.state.size:
            return self
        credit, row_of, site_of = without(self.credit, self.state)
        state = self.state[site_of]
        return Node(credit, state, self.u[row_of], self.v[row_of], self.bound, self.site_of[site_of])
