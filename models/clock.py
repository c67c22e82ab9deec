"""Wall time of one call, on a clock that never jumps."""

from time import monotonic


class Clock:
    """Counts the seconds since it was made, against a limit.

    Parameters
    ----------
    limit_s
        Seconds allowed from now on.
    """

    def __init__(self, limit_s: float) -> None:
        self._start = monotonic()
        self._limit_s = limit_s

    @property
    def seconds(self) -> float:
        """Return the seconds gone by."""
        return monotonic() - self._start

    @property
    def left_s(self) -> float:
        """Return the seconds left, never below zero."""
        return max(self._limit_s - self.seconds, 0.0)

    @property
    def is_over(self) -> bool:
        """Return whether the limit has passed."""
        return self.left_s <= 0

    def part(self, share: float) -> "Clock":
        """Return a clock for a `share` of the limit from now on, at most for what is left."""
        return Clock(min(share * self._limit_s, self.left_s))
