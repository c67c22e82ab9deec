"""A solver's process that serves one solve after the other: starting it takes as long as a small solve itself."""

import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar

from models.solver import Solver


class KeptSolver:
    """Lends its process to the solves begun within `lending`; the process ends with this object.

    A solve finds the same with a kept process as with its own: a process remembers nothing of earlier programs.
    """

    def __init__(self) -> None:
        self._idle: list[Solver] = []
        weakref.finalize(self, _close_all, self._idle)

    @contextmanager
    def lending(self) -> Iterator[None]:
        """Have solves begun inside, by this thread, take the kept process."""
        token = _lender.set(self)
        try:
            yield
        finally:
            _lender.reset(token)

    @contextmanager
    def lent(self) -> Iterator[Solver]:
        """Lend a process: the kept one, or a new one where that is lent already."""
        solver = self._idle.pop() if self._idle else Solver()
        if solver.is_ended:  # it died while no one asked it
            solver.close()
            solver = Solver()
        try:
            yield solver
        finally:
            if solver.is_ended or self._idle:
                solver.close()
            else:
                self._idle.append(solver)


_lender: ContextVar[KeptSolver | None] = ContextVar("lender", default=None)


def solver_at_hand(new: Callable[[], AbstractContextManager[Solver]]) -> AbstractContextManager[Solver]:
    """Return the kept solver, if one is lent here, or a new one that ends with the `with` statement."""
    lender = _lender.get()
    return new() if lender is None else lender.lent()


def _close_all(solvers: list[Solver]) -> None:
    while solvers:
        solvers.pop().close()
