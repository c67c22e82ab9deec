"""A clock of our own for the models: time stands still until a given look at it, then it is over, or Ctrl-C comes."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Literal

import pytest

import models.clock
import models.solver
from models.clock import Clock

LONG_S = 1e9  # longer than any limit


class Moments:
    """Counts the looks at the clock; at look number `at` the event comes: the time is up, or Ctrl-C."""

    def __init__(self, at: float, event: Literal["time", "ctrl_c"]) -> None:
        self.looks = 0
        self._at, self._event = at, event

    def __call__(self) -> float:
        """Return the seconds on the clock."""
        self.looks += 1
        if self.looks == self._at and self._event == "ctrl_c":
            raise KeyboardInterrupt
        return LONG_S * max(self.looks - self._at + 1, 0) if self._event == "time" else 0.0


class TrueClock(Clock):
    """What waits for another process looks at the true clock; how often depends on the machine."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s, self._start = limit_s, monotonic()

    @property
    def seconds(self) -> float:
        return monotonic() - self._start


class CameThroughError(Exception):
    """Ctrl-C came through to the caller."""


@contextmanager
def at_look(at: float, event: Literal["time", "ctrl_c"] = "time") -> Iterator[Moments]:
    """Let the event come at a look at the models' clocks; the same in every run, on any machine.

    Raises
    ------
    CameThroughError
        If Ctrl-C ended the block.
    """
    moments = Moments(at, event)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(models.clock, "monotonic", moments)
        patch.setattr(models.solver, "Clock", TrueClock)
        try:
            yield moments
        except KeyboardInterrupt as end:
            raise CameThroughError(f"at look {moments.looks}") from end
