"""Irreducible clashes of a min-cost flow: cuts too narrow for what must leave or enter, in whole numbers.

By Hoffman's theorem on circulations, some requirements can be kept together unless there are nodes S whose supply,
of those that must be supplied, is more than the arcs out of S carry and the nodes of S take; or nodes whose demand, of
those that must be served, is more than the arcs into S carry and its nodes send. A largest flow finds such a cut or
proves that there is none. A cut names its clash: the supply (or demand) in it, and the arcs across. If the rest
still clashes without a member, a cut of the rest shows it; so each member is left out in turn.

Source: Hoffman, Proceedings of Symposia in Applied Mathematics 10, 1960; Chinneck, Dravnieks, ORSA Journal on Computing
3, 1991 (deletion filter).
"""

from dataclasses import dataclass

import numpy as np

from models.arrays import Flags, Integers
from models.clock import Clock
from models.flow_solver import max_flow
from models.flows.impossible import reached
from models.flows.instance import Instance, exact_sum
from models.flows.requirements import Asked
from models.infeasible import Clash, Clashes
from models.infeasible.clash import COMPLETE, KEPT
from models.interruption import ctrl_c
from models.options import SolveOptions
from models.solver import Solver
from models.status import Status
from models.stopping import ENOUGH, INTERRUPTED, TIME_LIMIT


def clashes(instance: Instance, count: int, options: SolveOptions) -> Clashes:
    """Return up to `count` irreducible clashes that share no requirement.

    Requirements first in order are the last to be blamed. After Ctrl-C or the time limit what was found is returned,
    the last clash perhaps reducible.

    Raises
    ------
    SolverError
        If the solver's process fails.
    """
    clock, asked = Clock(options.time_limit_s), Asked.of(instance)
    with Solver() as solver:
        search = _Search(asked, Cuts(instance, asked, clock, solver))
        try:
            with ctrl_c():
                stopped = search.run(count)
        except TimeoutError:
            stopped = TIME_LIMIT
        except KeyboardInterrupt:
            stopped = INTERRUPTED
    known = Status.FEASIBLE if stopped == KEPT else Status.NO_SOLUTION
    return Clashes(
        status=Status.INFEASIBLE if search.found else known,
        found=tuple(search.found),
        is_complete=stopped in {KEPT, COMPLETE},
        seconds=clock.seconds,
        stopped=stopped,
    )


@dataclass(frozen=True, slots=True)
class Cut:
    """A clash [requirement], and by how many units too much must leave (`is_leaving`) or enter."""

    members: Flags
    excess: int
    is_leaving: bool


class Cuts:
    """Asks for cuts that are too narrow; each question is one largest flow."""

    def __init__(self, instance: Instance, asked: Asked, clock: Clock, solver: Solver) -> None:
        self.supply = instance.supply
        self._asked = asked
        self._clock = clock
        self._solver = solver
        self._nodes = nodes = instance.supply.size
        self._moves = np.flatnonzero(instance.tail != instance.head)
        tail, head = instance.tail[self._moves], instance.head[self._moves]
        self._limited = np.searchsorted(self._moves, asked.limited)
        self._across = tail, head
        self._ends = (
            np.concatenate([tail, np.full(asked.senders.size, nodes), asked.takers]),
            np.concatenate([head, asked.senders, np.full(asked.takers.size, nodes + 1)]),
        )
        # what a limited arc carries counts where it is asked for; all others carry whatever is sent
        self._room = instance.capacity[asked.limited]
        self._endless = max(asked.sent, asked.taken) + 1

    def too_narrow(self, active: Flags) -> Cut | None:
        """Return a cut that is too narrow for the requirements [requirement]; None: they can be kept together.

        Raises
        ------
        TimeoutError
            If the clock comes first.
        """
        return self.of_kind(active, is_leaving=True) or self.of_kind(active, is_leaving=False)

    def of_kind(self, active: Flags, *, is_leaving: bool) -> Cut | None:
        """Return a cut too narrow for what must leave, or for what must enter; None: there is none.

        Raises
        ------
        TimeoutError
            If the clock comes first.
        """
        asked, nodes = self._asked, self._nodes
        sends, takes, limits = np.split(active, np.cumsum([asked.senders.size, asked.takers.size]))
        given, taken = self.supply[asked.senders], -self.supply[asked.takers]
        if is_leaving:  # nobody must be served, and nobody takes more than his demand
            given = np.where(sends, given, 0)
        else:
            taken = np.where(takes, taken, 0)
        room = np.full(self._moves.size, self._endless)
        room[self._limited[limits]] = self._room[limits]
        wanted = exact_sum(given if is_leaving else taken)
        capacity = np.concatenate([room, given, taken])
        if self._clock.is_over:
            raise TimeoutError
        flow = max_flow(self._ends, capacity, nodes, nodes + 1, self._clock.left_s, self._solver)
        excess = wanted - exact_sum(flow[self._moves.size : self._moves.size + given.size])
        if excess == 0:
            return None
        side = reached(self._ends, flow, capacity, nodes)
        tail, head = (ends[self._limited] for ends in self._across)
        members = np.zeros_like(active)
        members[: given.size] = sends & side[asked.senders] & is_leaving
        members[given.size : given.size + taken.size] = takes & ~side[asked.takers] & (not is_leaving)
        members[given.size + taken.size :] = limits & side[tail] & ~side[head]
        return Cut(members, excess, is_leaving)


class _Search:
    def __init__(self, asked: Asked, cuts: Cuts) -> None:
        self.found: list[Clash] = []
        self._names = asked.names
        self._ends = np.concatenate([asked.senders, asked.takers])
        self._cuts = cuts

    def run(self, count: int) -> str:
        """Look for clashes until there are `count` or no more; return which."""
        rest = np.ones(len(self._names), dtype=np.bool_)
        while (cut := self._cuts.too_narrow(rest)) is not None:
            if len(self.found) == count:
                return ENOUGH
            members = self._keep_reduced(cut)
            rest &= ~members
        return COMPLETE if self.found else KEPT

    def _keep_reduced(self, cut: Cut) -> Flags:
        """Add the clash of a cut, none of which can be left out; cut short, what is known of it."""
        members, is_irreducible = self._without_small(cut), False
        try:
            for member in np.flatnonzero(members)[::-1].tolist():
                if not members[member]:
                    continue
                others = members.copy()
                others[member] = False
                narrower = self._cuts.of_kind(others, is_leaving=cut.is_leaving)
                if narrower is not None:
                    members = self._without_small(narrower)
            is_irreducible = True
        finally:
            names = tuple(self._names[member] for member in np.flatnonzero(members).tolist())
            self.found.append(Clash(requirements=names, is_irreducible=is_irreducible))
        return members

    def _without_small(self, cut: Cut) -> Flags:
        """Return the members less supply, or demand, without which the cut is still too narrow; the last go first."""
        members, excess = cut.members.copy(), cut.excess
        units: Integers = np.abs(self._cuts.supply[self._ends])
        for member in np.flatnonzero(members[: units.size])[::-1].tolist():
            if units[member] < excess:
                members[member] = False
                excess -= int(units[member])
        return members
