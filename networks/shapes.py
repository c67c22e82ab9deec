"""Lines of links as flat arrays: each line is kept once and serves both directions of its road.

A link names its line by a whole number: 0 is straight between its nodes, k > 0 is line k - 1 as it is stored, and
k < 0 is line -k - 1 from its end to its beginning. A million links as texts or objects would fill the memory.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from networks.geodesy import Floats, read_lines, reverse_line

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shapes:
    """Lines, one after the other.

    Parameters
    ----------
    starts
        Where the points of each line begin, shape [lines + 1].
    lon, lat
        Degrees (WGS84) of all points, both ends of each line included.
    """

    starts: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))
    lon: Floats = field(default_factory=lambda: np.zeros(0))
    lat: Floats = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        for values in (self.starts, self.lon, self.lat):
            values.setflags(write=False)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def counts(self, codes: Ints) -> Ints:
        """Return the number of points behind each code; 0 where straight."""
        line = np.abs(codes) - 1
        sizes: Ints = np.diff(self.starts)
        return np.where(codes == 0, 0, sizes[line] if len(sizes) else 0)

    def rows(self, codes: Ints) -> Ints:
        """Return the rows in `lon` and `lat` of the points behind codes that are not 0, in their direction."""
        line = np.abs(codes) - 1
        ahead = codes > 0
        first = np.where(ahead, self.starts[line], self.starts[line + 1] - 1)
        return runs(first, np.where(ahead, 1, -1), self.counts(codes))


def runs(first: Ints, step: Ints, counts: Ints) -> Ints:
    """Return rows that run from each of `first` by `step` (1 or -1), `counts` of them, one run after the other."""
    along = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.asarray(np.repeat(first, counts) + np.repeat(step, counts) * along, dtype=np.int64)


def shapes_of_points(lines: Sequence[Floats]) -> Shapes:
    """Return lines of points lon, lat [n, 2] as `Shapes`, in their order."""
    if not lines:
        return Shapes()
    starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
    points = np.concatenate(lines)
    return Shapes(starts=starts, lon=points[:, 0].copy(), lat=points[:, 1].copy())


def both(first: Shapes, second: Shapes) -> Shapes:
    """Return the lines of `first`, then those of `second`."""
    return Shapes(
        starts=np.concatenate([first.starts, second.starts[1:] + first.starts[-1]]),
        lon=np.concatenate([first.lon, second.lon]),
        lat=np.concatenate([first.lat, second.lat]),
    )


def after(codes: Ints, count: int) -> Ints:
    """Return codes as they are once `count` lines stand before theirs."""
    return np.asarray(codes + np.sign(codes) * count, dtype=np.int64)


def read_shapes(texts: Sequence[str]) -> tuple[Shapes, Ints]:
    """Read the texts ``lon lat;lon lat;...`` of links.

    Parameters
    ----------
    texts
        One a link; "" where it is straight. A text that is another one the other way round shares its line.

    Returns
    -------
    tuple
        The lines, and the code of each link.

    Raises
    ------
    ValueError
        A text is no line of at least two points.
    """
    codes: dict[str, int] = {"": 0}
    drawn: list[str] = []
    for text in texts:
        if text not in codes:
            codes[text] = -codes.get(reverse_line(text), 0)
            if not codes[text]:
                drawn.append(text)
                codes[text] = len(drawn)
    return shapes_of_points(read_lines(drawn)), np.array([codes[text] for text in texts], dtype=np.int64)
