"""The textbook formulation as one mixed-integer program, and the best plan HiGHS finds for it.

The formula stands in `models.hub_placement`. Good to a few thousand routes; the engines are compared with it.
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.placement.offers import Offers
from models.program import Matrix, Program
from models.solver import Outcome, Solver

HALF = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Textbook:
    """Columns: a share per offer, then a 0/1 opening per option. Counts and forced sites as in `Master`."""

    offers: Offers
    forced: Indices
    least: int
    most: int

    def solve(self, relative_gap: float, seed: int, limit_s: float, solver: Solver) -> Outcome:
        """Return HiGHS's outcome, its objective in the offers' unit."""
        return solver.mip(self.program(), relative_gap=relative_gap, seed=seed, limit_s=limit_s)

    def opened(self, values: Floats) -> Flags:
        """Return the options opened [option]."""
        flags: Flags = values[self.offers.flow.size :] > HALF
        return flags

    def shares(self, values: Floats) -> Floats:
        """Return the shares [offer]."""
        return np.clip(values[: self.offers.flow.size], 0.0, 1.0)

    def program(self) -> Program:
        """Return the program."""
        offers, shares, options = self.offers, self.offers.flow.size, self.offers.option.size
        blocks, lower, upper, first = [], [], [], 0
        for block, low, high in (
            self._whole_flows(),
            self._open_slots(),
            self._open_sites(),
            self._room(),
            self._one_option(),
            self._count(),
        ):
            blocks.append((block.row + first, block.column, block.value))
            lower.append(low)
            upper.append(high)
            first += low.size
        return Program(
            cost=np.concatenate([-offers.saving * offers.amount[offers.flow], offers.cost]),
            lower=np.concatenate([np.zeros(shares), offers.standing.astype(np.float64)]),
            upper=np.ones(shares + options),
            matrix=Matrix.stack(*blocks),
            row_lower=np.concatenate(lower),
            row_upper=np.concatenate(upper),
            integer=np.concatenate([np.zeros(shares, dtype=np.bool_), np.ones(options, dtype=np.bool_)]),
            offset=offers.constant,
        )

    def _whole_flows(self) -> tuple[Matrix, Floats, Floats]:
        offers = self.offers
        matrix = Matrix.stack((offers.flow, np.arange(offers.flow.size), 1.0))
        return matrix, np.where(offers.must, 1.0, -np.inf), np.ones(offers.must.size)

    def _open_slots(self) -> tuple[Matrix, Floats, Floats]:
        """Return x <= y of the options with room in the slot, per offer."""
        offers = self.offers
        option, resource = np.nonzero(offers.capacity > 0)
        return self._at_most(offers.flow * offers.slots + offers.slot, offers.slot, option, resource)

    def _open_sites(self) -> tuple[Matrix, Floats, Floats]:
        """Return that all shares of a flow at a site are at most y of the site's options."""
        offers = self.offers
        site = offers.slot // offers.resources
        option = np.arange(offers.option.size)
        return self._at_most(
            offers.flow * offers.slots + site, site * offers.resources, option, np.zeros(option.size, dtype=np.intp)
        )

    def _at_most(
        self, group: Indices, group_slot: Indices, option: Indices, resource: Indices
    ) -> tuple[Matrix, Floats, Floats]:
        """Return per distinct `group` of offers: sum of shares <= sum of the openings with an entry in its slot."""
        offers = self.offers
        _, first, row = np.unique(group, return_index=True, return_inverse=True)
        entry_slot = offers.site[option] * offers.resources + resource
        order = np.argsort(entry_slot, kind="stable")
        start = np.searchsorted(entry_slot[order], np.arange(offers.slots + 1))
        count = np.diff(start)[group_slot[first]]
        at = np.repeat(start[group_slot[first]] - np.cumsum(count) + count, count) + np.arange(count.sum())
        matrix = Matrix.stack(
            (row, np.arange(offers.flow.size), 1.0),
            (np.repeat(np.arange(first.size), count), offers.flow.size + option[order][at], -1.0),
        )
        return matrix, np.full(first.size, -np.inf), np.zeros(first.size)

    def _room(self) -> tuple[Matrix, Floats, Floats]:
        offers = self.offers
        option, resource = np.nonzero(offers.capacity)
        amount = offers.amount[offers.flow]
        loads = np.flatnonzero(amount > 0)
        matrix = Matrix.stack(
            (offers.slot[loads], loads, amount[loads]),
            (
                offers.site[option] * offers.resources + resource,
                offers.flow.size + option,
                -offers.capacity[option, resource],
            ),
        )
        return matrix, np.full(offers.slots, -np.inf), np.zeros(offers.slots)

    def _one_option(self) -> tuple[Matrix, Floats, Floats]:
        offers = self.offers
        sites = np.unique(offers.site)
        row = np.searchsorted(sites, offers.site)
        matrix = Matrix.stack((row, offers.flow.size + np.arange(offers.option.size), 1.0))
        return matrix, np.isin(sites, self.forced).astype(np.float64), np.ones(sites.size)

    def _count(self) -> tuple[Matrix, Floats, Floats]:
        new = np.flatnonzero(~self.offers.standing)
        matrix = Matrix.stack((np.zeros(new.size, dtype=np.intp), self.offers.flow.size + new, 1.0))
        return matrix, np.array([float(self.least)]), np.array([float(self.most)])
