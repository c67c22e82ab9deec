"""What a failed command says and with which code it ends; see the table of exit codes in the README."""

import sys
import traceback
from typing import Final

from logistics.cli.streams import say
from logistics.errors import LogisticsError

SOLVED: Final = 0
BUG: Final = 1
USAGE: Final = 2
BAD_INPUT: Final = 3
NO_SOLUTION: Final = 5
INTERRUPTED: Final = 130


_ELSEWHERE: Final = (
    ("networks.errors", "NetworkError", BAD_INPUT),
    ("models.errors", "SettingError", BAD_INPUT),
    ("models.errors", "SolverMemoryError", NO_SOLUTION),
)
"""Errors of packages that may not be loaded, and their exit codes."""


class InterruptedRunError(Exception):
    """Ctrl-C came, and the best plan so far was written all the same."""


def report(error: BaseException, *, debug: bool) -> int:
    """Tell a person what went wrong, in words, and return the exit code.

    Parameters
    ----------
    debug
        Show the traceback as well.
    """
    if debug:
        say("".join(traceback.format_exception(error)))
    code, text = _judged(error)
    say(text)
    return code


def _judged(error: BaseException) -> tuple[int, str]:
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED, "interrupted; an earlier run folder is as it was"
    if isinstance(error, InterruptedRunError):
        return INTERRUPTED, str(error)
    if isinstance(error, LogisticsError) and error.exit_code != BUG:
        return error.exit_code, f"error: {error}"
    known = [code for *where, code in _ELSEWHERE if _is_a(error, *where)]
    if known:
        return known[0], f"error: {error}"
    if isinstance(error, OSError):
        return BAD_INPUT, f"error: {_file_sentence(error)}"
    return BUG, f"error: {_bug_sentence(error)}"


def _bug_sentence(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "there is not enough memory for this scenario; use a smaller one or a larger machine"
    if _is_a(error, "models.errors", "SolverError"):
        return f"the solver failed: {error}\nSee whether `logistics doctor` finds it working."
    return f"this is a bug: {type(error).__name__}: {error}{_shadow_hint(error)}\n{_NEXT}"


_NEXT: Final = "Run the command again with --debug for the traceback, and report it with the scenario."


def _is_a(error: BaseException, module: str, name: str) -> bool:
    """Tell whether an error is of a class whose module need not be loaded: if it is not, no error is of it."""
    found = sys.modules.get(module)
    return found is not None and isinstance(error, getattr(found, name, ()))


def _file_sentence(error: OSError) -> str:
    names = " and ".join(str(name) for name in (error.filename, error.filename2) if name is not None)
    reason = error.strerror or str(error) or type(error).__name__
    return f"{names}: {reason}" if names else reason


def _shadow_hint(error: BaseException) -> str:
    if not isinstance(error, ImportError | AttributeError):
        return ""
    from logistics.doctor import shadows  # noqa: PLC0415  (only for this message)

    return "".join(f"\n{sentence}" for sentence in shadows())
