"""Clocks that count looks instead of seconds: they limit the work, however fast or busy the machine is."""

from models.clock import Clock

LOOK_S = 3600.0


class CountedClock(Clock):
    """A clock on which an hour passes at each look."""

    def __init__(self, limit_s):
        super().__init__(limit_s)
        self.looks = 0

    @property
    def seconds(self):
        return self.looks * LOOK_S

    @property
    def left_s(self):
        self.looks += 1
        return max(self._limit_s - self.seconds, 0.0)


class EndsAtLook(Clock):
    """A clock that has a minute left until it is over at its `last` look."""

    def __init__(self, last):
        super().__init__(60.0)
        self.looks_left = last

    @property
    def left_s(self):
        self.looks_left -= 1
        return 60.0 if self.looks_left > 0 else 0.0
