"""Small problems of whole clients for the engines, small enough to try every plan."""

import numpy as np

from models.capacitated.problem import Problem
from models.relaxation.site_knapsacks import FREE, OPEN

SITES, CLIENTS = 4, 6


def small_problem(draw: np.random.Generator, least: int = 0, most: int = SITES) -> Problem:
    """Return a problem with `least` to `most` open sites, some of them forced; not every one has a plan."""
    cost = draw.integers(1, 20, (CLIENTS, SITES)).astype(float)
    demand, room = draw.integers(0, 6, CLIENTS).astype(float), draw.integers(6, 16, SITES).astype(float)
    state = np.full(SITES, FREE)
    state[draw.random(SITES) < 0.2] = OPEN
    fixed = draw.integers(0, 30, SITES).astype(float)
    return Problem.of((cost, fixed), demand, room, state, (least, most), is_whole=True)


def on_a_line(places: list[float], room: list[float], fixed: list[float], most: int = 6, state: int = FREE) -> Problem:
    """Return clients of 1 at 0, 1, .. 5 and sites at `places`, of which at most `most` are open."""
    cost = np.abs(np.arange(6.0)[:, None] - np.array(places))
    rooms, states = np.array(room, dtype=np.float64), np.full(len(places), state)
    return Problem.of((cost, np.array(fixed)), np.ones(6), rooms, states, (0, most), is_whole=True)
