"""Lines of the network, each once whatever the phases and runs that use it.

50,000 links as GeoJSON make 25 MB and one SVG path each; here a line is its first point and the steps
from point to point, in ten-thousandths of a degree (about 11 m), and the page draws all lines of a class
in one stroke on a canvas.
"""

from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray

UNITS_PER_DEGREE: Final = 10_000
_SIMPLIFIED_DEGREES: Final = 0.5 / UNITS_PER_DEGREE

Line = NDArray[np.int64]


class Lines:
    """All lines of a page, in the order in which they came, with class of road and road number."""

    def __init__(self) -> None:
        self._at: dict[bytes, int] = {}
        self._steps: list[list[int]] = []
        self._words: dict[str, list[str]] = {"kind": [], "ref": []}

    def place(self, line: Line, kind: str, ref: str) -> int:
        """Return where a line stands, having added it if it is new; both directions are one line."""
        key = undirected(line)
        if key not in self._at:
            self._at[key] = len(self._steps)
            self._steps.append(steps(line))
            self._words["kind"].append(kind)
            self._words["ref"].append(ref)
        return self._at[key]

    def __len__(self) -> int:
        return len(self._steps)

    def view(self) -> dict[str, Any]:
        """Return `line`, `kind`, `ref`, one entry a line, and `kinds` and `refs`, the words the latter two count."""
        kinds, refs = (list(dict.fromkeys(self._words[name])) for name in ("kind", "ref"))
        places = {name: {word: at for at, word in enumerate(every)} for name, every in (("kind", kinds), ("ref", refs))}
        return {
            "units_per_degree": UNITS_PER_DEGREE,
            "line": self._steps,
            "kind": [places["kind"][word] for word in self._words["kind"]],
            "ref": [places["ref"][word] for word in self._words["ref"]],
            "kinds": kinds,
            "refs": refs,
        }


def whole_lines(geometries: list[str]) -> list[Line]:
    """Return each geometry as whole points [n, 2] (lon, lat), needless ones left out."""
    if not geometries:
        return []
    counts = [text.count(";") + 1 for text in geometries]
    numbers = " ".join(geometries).replace(";", " ").split()
    points = np.asarray(numbers, dtype=np.float64).reshape(-1, 2)
    owners = np.repeat(np.arange(len(counts)), counts)
    simple = shapely.simplify(shapely.linestrings(points, indices=owners), _SIMPLIFIED_DEGREES)
    kept, owner = shapely.get_coordinates(simple, return_index=True)
    return np.split(whole(kept), np.flatnonzero(np.diff(owner)) + 1)


def whole(degrees: NDArray[np.float64]) -> Line:
    """Return points in whole ten-thousandths of a degree."""
    return np.rint(degrees * UNITS_PER_DEGREE).astype(np.int64)


def steps(line: Line) -> list[int]:
    """Return the first point and the step to each further one, as one list; steps of nothing left out."""
    moves = np.diff(line, axis=0)
    moves = moves[(moves != 0).any(axis=1)]
    return [int(number) for number in np.concatenate([line[:1], moves]).ravel()]


def undirected(line: Line) -> bytes:
    """Return what a line and its way back have in common, and no other line."""
    return min(line.tobytes(), line[::-1].tobytes())
