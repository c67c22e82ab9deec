"""Searches for better plans of whole clients, few to a site, between the bounds of one tree.

Exchanges go on in a warm cycle from call to call (`regrouping`), other sites are chosen (`rows_in_nodes`), the best
plan's sites are assigned anew, and the plans that were met are put together (`recombination`). Clients that were
assigned are exchanged over all packings near their best (`packing_exchange`) first. None finds all good plans, so they
take turns.
"""

from collections.abc import Callable
from functools import partial
from math import inf

import numpy as np

from models.arrays import Indices
from models.capacitated.nodes import Node
from models.capacitated.plans import Plans
from models.capacitated.recombination import Recombination
from models.capacitated.regrouping import Regrouping
from models.capacitated.rows_in_nodes import RowsInNodes
from models.clock import Clock
from models.solver import Solver

SHARE, DOWNHILL_SHARE = 0.01, 0.02  # of the time, for the exchanges of one search, and for those from a new plan
WORTH = 0.15  # of the gap: a plan that costs so much more than the best is seldom made the best
TIMES, MUCH = 4, 0.05  # that sites are assigned again in a row, while each gains more than so much of the gap
AGAIN_SHARE = 0.2  # of the time, for all these but the last
TOGETHER_SHARE, LEAST_TOGETHER_S = 0.06, 1.0  # of the time, at most, to put plans together anew; less is not worth it


class Searches:
    """Searches in the time of one `clock`; `plans` keeps what they find, `solver` is asked for when it is needed."""

    def __init__(
        self, plans: Plans, rows: RowsInNodes, met: Recombination, solver: Callable[[], Solver], clock: Clock
    ) -> None:
        self._plans, self._rows, self._solver, self._clock = plans, rows, solver, clock
        self._met = met
        self._regrouping: Regrouping | None = None
        self._turn = 0

    def take_turn(self, node: Node, root: Node) -> None:
        """Search once, on a decided `node`, or the kinds in turn: sites are chosen in the `node`."""
        if node.is_decided:
            self.choose(node, root)
            return
        searches = (
            self.put_together,
            partial(self.choose, node, root),
            partial(self.assign_again, root),
            partial(self.exchange, root, SHARE),
        )
        self._turn += 1
        searches[self._turn % len(searches)]()

    def exchange_anew(self, root: Node, share: float) -> None:
        """Exchange at wages of the root that are better now."""
        self._regrouping = None
        self.exchange(root, share)

    def exchange(self, root: Node, share: float) -> None:
        """Improve the best plan by exchanges, for a `share` of the time."""
        clock = self._clock.part(share)
        if self._regrouping is None and self._plans.at is not None:
            self._regrouping = Regrouping(root, self._plans, self._met)
            self._regrouping.improve(self._plans.at, clock)
        if self._regrouping is not None:
            self._regrouping.go_on(clock)

    def choose(self, node: Node, root: Node) -> None:
        """Exchange the clients of a plan on a choice of sites likely in a node, or on those of a decided node.

        The fuller its sites are, the more plans on them differ.
        """
        if node.is_decided:
            self._exchange_from(self._rows.assigned(node), inf)
        else:
            self._exchange_from(self._rows.chosen(node), self._near(root))

    def assign_again(self, root: Node) -> None:
        """Exchange the clients of another plan on the sites of the best: many differ only in who is served by whom."""
        self._exchange_from(self._rows.assigned_again(root), self._near(root))

    def assign_again_and_again(self, root: Node, relative_gap: float) -> None:
        """Assign the best plan's sites again while that makes much better plans that do not end the search."""
        clock = self._clock.part(AGAIN_SHARE)
        for _ in range(TIMES):
            before = self._plans.value
            self.assign_again(root)
            is_much = before - self._plans.value > MUCH * (before - root.bound)
            if not is_much or root.bound >= self._plans.cutoff(relative_gap) or clock.is_over:
                break

    def put_together(self) -> None:
        """Make a better plan of the packings of those that were met; exchanges go on from it."""
        before, clock = self._plans.value, self._clock.part(TOGETHER_SHARE)
        if clock.left_s < LEAST_TOGETHER_S:
            return
        self._met.improve(self._solver(), clock)
        if self._plans.value < before and self._regrouping is not None:
            self._regrouping.begin_anew()

    def _near(self, root: Node) -> float:
        """Return what a plan may cost at most that exchanges are likely to make the best."""
        return self._plans.value + WORTH * (self._plans.value - root.bound)

    def _exchange_from(self, at: Indices | None, most: float) -> None:
        if at is None or self._regrouping is None or self._plans.cost(np.unique(at), at) > most:
            return
        self._regrouping.improve(at, self._clock.part(DOWNHILL_SHARE))
