"""The Lagrangian bound of a network design, climbed in slices, and what it decides about links.

Source: Crainic, Frangioni, Gendron, Discrete Applied Mathematics 112, 2001.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

from models.arrays import Flags, Floats, Integers
from models.clock import Clock
from models.commodities.pairs import Pairs
from models.commodities.pricing import Pricing
from models.commodities.trees import grow
from models.design.knapsacks import Ascent, Network, climb

SLICE = 30_000_000  # entries looked at between two looks at the clock or for Ctrl-C: below half a second
AGAIN, WEIGHT = 0.05, 0.05  # least step factor and weight of the newest answer to begin a climb with
ABOVE = 1.1  # what is aimed at without a known value, in bounds


@dataclass(slots=True)
class Bounds:
    """The bound so far and the averages that tell of a good design."""

    network: Network
    ascent: Ascent

    @classmethod
    def of(cls, pairs: Pairs, fixed_cost: Floats, rule: Integers) -> "Bounds":
        """Return the beginning: distances where each link costs its share of the fixed cost."""
        room = np.where(np.isfinite(pairs.unit_cost).any(axis=0), pairs.capacity, 0.0)
        share = np.divide(fixed_cost, room, out=np.zeros(room.size), where=room > 0)
        pricing = Pricing.of(pairs)
        price = np.empty((pairs.amount.size, pairs.nodes))
        into = np.empty(pairs.nodes, dtype=np.int64)
        for k in range(pairs.amount.size):
            row = k if len(pricing.costs) > 1 else 0
            grow(pricing.links, pricing.costs[row], share, int(pairs.origin[k]), price[k], into)
            far = price[k][np.isfinite(price[k])].max(initial=0.0)
            price[k] = -np.where(np.isfinite(price[k]), price[k], far)
        given = (pairs.unit_cost, pairs.origin, pairs.destination, pairs.amount, rule)
        # copies, all of one kind: read-only arrays would be compiled for anew
        network = Network(*(np.array(a, order="C") for a in (pairs.tail, pairs.head, room, fixed_cost, *given)))
        size = (pairs.amount.size, room.size)
        links = [np.zeros(room.size) for _ in range(4)]
        state = np.array([-inf, 0.5, 0.0, 0.0, 0.1])
        ascent = Ascent(
            price, price.copy(), np.zeros(size), np.zeros(size), links[0], links[1], links[2], links[3], state
        )
        return cls(network=network, ascent=ascent)

    @property
    def bound(self) -> float:
        """Return what is proved."""
        return float(self.ascent.state[0])

    def climb(self, rounds: int, value: float, clock: Clock) -> None:
        """Carry on for so many rounds, towards the `value` of a known plan (inf: none)."""
        state = self.ascent.state
        state[1], state[2], state[4] = max(state[1], AGAIN), 0.0, max(state[4], WEIGHT)
        done, each = 0, max(SLICE // max(self.ascent.mean.size, 1), 1)
        while done < rounds and not clock.is_over:
            target = value if np.isfinite(value) else ABOVE * abs(self.bound) if np.isfinite(self.bound) else 0.0
            if value <= self.bound:
                return
            step = 1 if not np.isfinite(self.bound) else min(each, rounds - done)
            climb(self.network, self.ascent, target, step)
            done += step

    def decided(self, value: float) -> tuple[Flags, Flags]:
        """Return the links [link] that every plan cheaper than `value` builds, and those that none builds."""
        gain, free = self.ascent.best_gain, self.network.rule == 0
        far = self.bound + np.abs(gain) >= value * (1.0 + 1e-9)  # clear of rounding
        return free & far & (gain < 0), free & far & (gain > 0)
