"""When an answer is good enough, and until when it must be there."""

from dataclasses import dataclass

from models.clock import Clock
from models.placement.offers import Offers


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The relative gap asked for, the seed, and the clock of the whole call."""

    relative_gap: float
    seed: int
    clock: Clock

    def gap(self, offers: Offers, net: float) -> float:
        """Return the absolute gap that is good enough next to a saving net of fixed costs."""
        return self.relative_gap * abs(offers.constant - net)
