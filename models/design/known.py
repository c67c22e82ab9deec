"""Sets of links that are known already and asked for no more: what else is asked for is another set.

A set is all links that are built, those that nothing flows on as well. With sets forbidden the best plan may be a known
one and a link more; otherwise links without flow are never built but where they must be.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Floats, Indices

Routes = tuple[Indices, Indices, Floats]
"""A flow: commodity, link, amount."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known before a search begins.

    Parameters
    ----------
    sets
        [set] of links [link] that are not to be built, as they stand.
    bound
        No other set costs less.
    routes
        [set] a flow on each, to begin with.
    """

    sets: tuple[Flags, ...] = ()
    bound: float = 0.0
    routes: tuple[Routes, ...] = ()

    def allows(self, built: Flags) -> bool:
        """Return whether the set is none of those known."""
        return not any(np.array_equal(built, each) for each in self.sets)

    def cheapest(self, built: Flags, may: Flags, fixed_cost: Floats) -> Flags:
        """Return the cheapest set found that is not known and has all links of `built`; others `may` be built.

        Each link more makes another set: with n known sets one of the first n + 1 is new. Where no link is left the set
        is returned as it is.
        """
        return next((each for each in self._with_more(built, may, fixed_cost) if self.allows(each)), built)

    @staticmethod
    def _with_more(built: Flags, may: Flags, fixed_cost: Floats) -> Iterator[Flags]:
        yield built
        others = np.flatnonzero(may & ~built)
        for link in others[np.argsort(fixed_cost[others], kind="stable")].tolist():
            more = built.copy()
            more[link] = True
            yield more


NOTHING = Known()
