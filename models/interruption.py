"""Ctrl-C as one exception, wherever it strikes."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ctrl_c() -> Iterator[None]:
    """Let Ctrl-C be a KeyboardInterrupt, also where it strikes while compiled code hands over a result.

    Numba then raises a SystemError that was caused by it.
    """
    try:
        yield
    except SystemError as error:
        if isinstance(error.__cause__ or error.__context__, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise
