"""Frank-Wolfe assignment with conjugate and bi-conjugate directions.

Each iteration puts all trips on the paths that are shortest now, y, and moves the flow x towards a point s:

    plain            s = y
    conjugate        s = b0 y + b1 s1                 s - x conjugate to s1 - x
    bi-conjugate     s = b0 y + b1 s1 + b2 s2         and to the direction before

with respect to the Hessian of Beckmann's sum at x (diagonal: the slopes of the link costs); s1 and s2 are the
points of the last two iterations. Source: Mitradjieva, Lindberg (2013), The Stiff Is Moving - Conjugate Direction
Frank-Wolfe Methods with Applications to Traffic Assignment, Transportation Science 47(2).
"""

from dataclasses import dataclass, replace

import numpy as np

from networks.equilibrium.arrays import Floats
from networks.equilibrium.loader import Loader
from networks.equilibrium.options import Found, Options, Stop, relative_gap

_MOST = 0.99
"""Largest weight of the old point in a conjugate direction, as in the paper."""

_WHOLE = 0.9999
"""A step this long makes the point the flow: the directions before it are worth nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Points:
    """The points s1, s2 aimed at before, newest first, and the length of the last step."""

    depth: int
    last: tuple[Floats, ...] = ()
    step: float = 0.0


def descend(loader: Loader, flow: Floats, options: Options, depth: int) -> Found:
    """Move the flow towards one shortest-path loading after another until the gap is reached.

    Parameters
    ----------
    loader
        The instance.
    flow
        To begin with, of all trips.
    options
        How far to go.
    depth
        How many points to look back to.
    """
    cost, slope = loader.costs(flow)
    points, gaps = Points(depth=depth), list[float]()
    while True:
        target = loader.load(cost)[0]
        gaps.append(relative_gap(float(cost @ flow), float(cost @ target)))
        stop = options.stop(gaps)
        if stop is None:
            point = aim(points, flow, target, slope)
            step = loader.step(flow, point - flow)
            if step == 0.0:
                points, point = Points(depth=depth), target
                step = loader.step(flow, target - flow)
            stop = Stop.STALLED if step == 0.0 else None
        if stop is not None:
            return flow, cost, gaps, stop
        flow = np.maximum(flow + step * (point - flow), 0.0)
        points = moved(points, point, step)
        cost, slope = loader.costs(flow)


def aim(points: Points, flow: Floats, target: Floats, slope: Floats) -> Floats:
    """Return the point s to move to.

    Parameters
    ----------
    points
        What was aimed at before.
    flow, target
        x and y, shape [links].
    slope
        Derivative of the cost of each link at x, shape [links].
    """
    if points.depth == 0 or not points.last:
        return target
    if len(points.last) == 1:
        return _conjugate(points, flow, target, slope)
    return _biconjugate(points, flow, target, slope)


def moved(points: Points, point: Floats, step: float) -> Points:
    """Return the points known after a step towards `point`."""
    if step > _WHOLE:
        return replace(points, last=(), step=0.0)
    return replace(points, last=(point, *points.last)[: points.depth], step=step)


def _conjugate(points: Points, flow: Floats, target: Floats, slope: Floats) -> Floats:
    (last,) = points.last
    weighed = slope * (last - flow)
    above = float(weighed @ (target - flow))
    below = float(weighed @ (target - last))
    share = above / below if below != 0.0 else 0.0
    share = min(max(share, 0.0), _MOST)
    return share * last + (1.0 - share) * target


def _biconjugate(points: Points, flow: Floats, target: Floats, slope: Floats) -> Floats:
    last, before = points.last
    step = points.step
    away = slope * (step * last + (1.0 - step) * before - flow)
    below = float(away @ (before - last))
    mu = max(0.0, -float(away @ (target - flow)) / below) if below != 0.0 else 0.0
    weighed = slope * (last - flow)
    below = float(weighed @ (last - flow))
    nu = -float(weighed @ (target - flow)) / below if below != 0.0 else 0.0
    nu = max(0.0, nu + mu * step / (1.0 - step))
    return np.asarray((target + nu * last + mu * before) / (1.0 + nu + mu), dtype=np.float64)
