"""How much memory the solver's process may take, and how much it takes.

The parent watches what its solver holds in memory (resident pages). A limit on address space (`RLIMIT_AS`) would count
libraries and pages that nobody touches, and the solvers answer a refused allocation with a segmentation fault
as often as with words.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import inf
from pathlib import Path

from models.errors import SettingError

VARIABLE = "SOLVER_MEMORY_GB"
"""An environment variable: what the solver may take where nobody says otherwise."""
SHARE = 0.8
"""Of the machine's memory, or of what its container may have, where nothing is said."""
LEAST_GB = 0.1
"""OR-Tools alone takes half of it."""
BYTES_PER_GB = 1e9

_CONTAINER = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
_allowed_gb: ContextVar[float | None] = ContextVar("allowed_gb", default=None)


@contextmanager
def memory_limit(gb: float | None) -> Iterator[None]:
    """Let each solver's process that begins in the block take so much memory and no more; None changes nothing.

    It holds where the system tells what a process takes (`is_watched`): on Linux; not on macOS and Windows.

    Raises
    ------
    SettingError
        If `gb` is no amount in which a solver could begin.
    """
    if gb is None:
        yield
        return
    token = _allowed_gb.set(_checked(gb, "memory_limit"))
    try:
        yield
    finally:
        _allowed_gb.reset(token)


def for_others() -> dict[str, str]:
    """Return what the environment of another process must hold to allow the same; {} if the block says nothing."""
    said = _allowed_gb.get()
    return {} if said is None else {VARIABLE: repr(said)}


def allowed_bytes() -> float:
    """Return what a solver that begins now may take: what the block, the variable, or else the machine allows.

    Raises
    ------
    SettingError
        If the environment variable `SOLVER_MEMORY_GB` holds no such amount.
    """
    said = _allowed_gb.get()
    if said is None and (text := os.environ.get(VARIABLE, "").strip()):
        try:
            said = _checked(float(text), VARIABLE)
        except ValueError:
            raise SettingError(f"{VARIABLE} is {text!r}; expected {LEAST_GB} GB or more, for example 4") from None
    return said * BYTES_PER_GB if said is not None else SHARE * machine_bytes()


def machine_bytes() -> float:
    """Return the memory of the machine or of its container, inf where the system does not tell."""
    try:
        whole = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):
        return inf
    return min([whole, *(float(text) for file in _CONTAINER if (text := _read(file).strip()).isdigit())])


def taken_bytes(process_id: int) -> float | None:
    """Return what a process holds in memory; None where the system does not tell, or it has ended."""
    fields = _read(Path(f"/proc/{process_id}/statm")).split()
    return float(fields[1]) * os.sysconf("SC_PAGE_SIZE") if len(fields) > 1 else None


def is_watched() -> bool:
    """Return whether the system tells what a process takes, so that the limit holds."""
    return taken_bytes(os.getpid()) is not None


def _checked(gb: float, name: str) -> float:
    if not LEAST_GB <= gb < inf:
        raise SettingError(f"{name} is {gb}; expected {LEAST_GB} GB or more, for example 4")
    return gb


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except OSError:
        return ""
