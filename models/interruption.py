"""Ctrl-C as one exception, wherever it strikes."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ctrl_c() -> Iterator[None]:
    """Let Ctrl-C be a KeyboardInterrupt, also where it strikes while compiled code hands over a result.

    Numba then raises a SystemError that was caused by it, or by another SystemError that was.
    """
    try:
        yield
    except SystemError as error:
        cause: BaseException | None = error
        while isinstance(cause, SystemError):
            cause = cause.__cause__ or cause.__context__
        if isinstance(cause, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise
