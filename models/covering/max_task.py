"""What the engines of maximal covering's bounds and plans need of the search that asks them."""

from typing import Protocol

from models.arrays import Floats
from models.clock import Clock
from models.covering.credit import Credit
from models.covering.lists import States
from models.covering.max_node import Part
from models.options import SolveOptions


class Search(Protocol):
    """The instance, the best plan and its value, the bound, what is aimed at, and whom to tell."""

    credit: Credit
    state: States
    p: int
    options: SolveOptions
    clock: Clock
    best: States
    value: float
    bound: float

    @property
    def target(self) -> float:
        """Return the bound from which on no plan that matters is left."""

    def lower(self, bound: float) -> None:
        """Lower the bound."""

    def decide(self, part: Part, found: tuple[float, float, float], worth: Floats) -> None:
        """Decide sites of a part."""

    def offer(self, flag: States) -> States:
        """Fill a plan up to p sites, keep it if it is the best, and return it."""

    def better(self, flag: States) -> None:
        """Make a plan better, and keep it if it is the best."""
