"""Mark a loop to be compiled on its first call; the machine code is kept beside the source."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """Return `loop` as machine code that lets other threads run."""
    made: Any = njit(cache=True, nogil=True)(loop)
    return made  # type: ignore[no-any-return]  # (called as the loop is, it answers as the loop does)
