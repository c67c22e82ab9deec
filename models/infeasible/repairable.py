"""What every model can be asked when it has no plan, once for all of them."""

from collections.abc import Iterable
from typing import Self

from models.errors import InstanceError
from models.infeasible.answers import Clashes, Relaxation, WayOut, WaysOut
from models.infeasible.clash import clashes
from models.infeasible.repair import ways_out
from models.infeasible.requirements import Prices, RequiredProgram
from models.options import SolveOptions
from models.solution import Solution


class Repairable:
    """An instance that tells which of its requirements clash, and the cheapest ways out.

    A model gives its requirements as a program (`_requirements`), and itself after some of them gave way (`_eased`). It
    may answer in a way of its own: it then calls this class by name, as `super()` does not know a class with slots.
    """

    __slots__ = ()

    def clashes(self, options: SolveOptions = SolveOptions(), *, count: int = 10) -> Clashes:
        """Return up to `count` clashes: requirements that cannot be kept together; the class tells their names.

        Raises
        ------
        InstanceError
            If `count` has no meaning.
        SolverError
            If the solver's process fails.
        """
        program, rules = self._requirements(None)
        return clashes(program, rules, count=count, options=options)

    def ways_out(self, options: SolveOptions = SolveOptions(), *, k: int = 5, prices: Prices | None = None) -> WaysOut:
        """Return the `k` cheapest ways of making an infeasible instance feasible, each with its best plan's value.

        Parameters
        ----------
        options
            For each plan as in `solve`; the time limit is for all together.
        k
            How many ways.
        prices
            What may give way, and at what price a unit, by requirement or kind, for example `{"capacity": 2.0,
            ("forced_open", 3): Elastic(price=50.0, limit=1)}`; what it does not name must be kept. None: everything at
            1 a unit. The class tells names and units.

        Raises
        ------
        InstanceError
            If `k` or a price has no meaning, or a name is that of no requirement.
        SolverError
            If the solver's process fails.
        """
        program, rules = self._requirements(prices)
        if options.engine != "mip":
            self._rehearse()  # what is eased is solved within the limit
        return ways_out(program, rules, k=k, options=options, eased=self._eased)

    def relaxed(self, way: WayOut) -> Self:
        """Return the instance after a way out.

        Raises
        ------
        InstanceError
            If the way is none of this instance.
        """
        known = {rule.name for rule in self._requirements(None)[1]}
        for relaxation in way.relaxations:
            if relaxation.name not in known:
                raise InstanceError(f"{relaxation.name} is no requirement of this instance; expected a way out of it")
        return self._eased(way.relaxations)

    def solve(self, options: SolveOptions = SolveOptions()) -> Solution:
        """Return the best plan."""
        raise NotImplementedError

    def _requirements(self, prices: Prices | None) -> RequiredProgram:
        """Return the program of the requirements, and these at the caller's prices."""
        raise NotImplementedError

    def _eased(self, relaxations: Iterable[Relaxation]) -> Self:
        """Return the instance after some relaxations."""
        raise NotImplementedError

    def _rehearse(self) -> None:
        """Compile what solves an instance like this one, where there is anything to compile."""
