"""Mark a loop to be compiled on its first call; the machine code is kept beside the source, or in the user's cache."""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Loop = TypeVar("Loop", bound=Callable[..., object])


def compiled(loop: Loop) -> Loop:
    """Return `loop` as machine code that lets other threads run.

    Python must not call a loop that returns a named tuple: Numba would call Python to make one, and Ctrl-C just then
    crashes the process (seen with Numba 0.68: it uses a class it did not get). Such a loop returns plain tuples to a
    function that names them.

    Where no folder can be written to, the code is made anew in each process instead of kept.
    """
    made: Any
    try:
        made = njit(cache=True, nogil=True)(loop)
    except RuntimeError:  # "cannot cache function": neither the package's folder nor the user's may be written to
        made = njit(nogil=True)(loop)
    return made  # type: ignore[no-any-return]  # (called as the loop is, it answers as the loop does)
