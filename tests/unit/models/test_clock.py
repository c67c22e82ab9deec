"""Clocks: what is left, and parts of it."""

from math import inf

from models import clock
from models.clock import Clock


def test_a_part_is_a_share_of_the_limit_and_never_more_than_is_left(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    whole = Clock(60.0)
    assert whole.part(0.25).left_s == 15.0
    now[0] = 50.0
    assert whole.part(0.25).left_s == 10.0
    now[0] = 70.0
    assert whole.part(0.25).is_over
    assert Clock(inf).part(0.25).left_s == inf
