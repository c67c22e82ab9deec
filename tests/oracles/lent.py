"""One solver process lent to every solve: starting one for each of thousands of tiny solves would take minutes."""

import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pytest

import models
from models.solver import Solver


class Lent:
    """A solver that others close in vain."""

    def __init__(self, solver: Solver) -> None:
        self._solver = solver

    def __getattr__(self, name: str) -> Any:
        return getattr(self._solver, name)

    def __enter__(self) -> Solver:
        return self._solver

    def __exit__(self, *_: object) -> None:
        return None

    def close(self) -> None:
        """Leave it to the lender."""


@contextmanager
def one_solver() -> Iterator[Solver]:
    """Lend one solver process to every module of `models` that starts one."""
    with pytest.MonkeyPatch.context() as patch, Solver() as solver:
        for module in modules_that_solve():
            patch.setattr(module, "Solver", lambda: Lent(solver))
        yield solver


def modules_that_solve() -> list:
    """Return the modules of `models` that name the solver, but for its own."""
    names = [found.name for found in pkgutil.walk_packages(models.__path__, "models.")]
    modules = [import_module(name) for name in names if not name.endswith("solver_child")]
    return [
        module for module in modules if getattr(module, "Solver", None) is Solver and module.__name__ != "models.solver"
    ]
