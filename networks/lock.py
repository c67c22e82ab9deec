"""One writer a folder: who writes to it holds a lock beside it, which ends with its process however that ends.

The system keeps the lock and lets go of it when the process dies, so no lock of the dead is ever in the way. The file
beside the folder names who holds it; left behind by a process that was killed, it means nothing and is taken over.
"""

import json
import os
import platform
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from networks.errors import SourceError

_held: dict[Path, tuple[int, int]] = {}
"""Of this process: the thread that holds a folder, and how many times."""
_guard = threading.Lock()


class InUseError(SourceError):
    """Somebody else is writing to the folder."""


def lock_file(folder: Path) -> Path:
    """Return the file beside a folder that stands for its lock."""
    place = folder.resolve()
    return place.with_name(f".{place.name}.lock")


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Be the only one who writes to `folder`, there or not, as long as the block runs.

    Parameters
    ----------
    folder
        Its parents are made if need be, and removed again where nothing was put into them. Where nothing may be
        written beside it, nobody can replace it either, and the block runs without a lock.

    Raises
    ------
    InUseError
        Another process, or another thread, is at it: which, and since when.
    """
    file = lock_file(folder)
    if not _enter(file):
        raise InUseError(
            f"{folder}: another part of this process is writing to it; wait for it or choose another --out"
        )
    try:
        with _alone(file, folder):
            yield
    finally:
        _leave(file)


def _enter(file: Path) -> bool:
    me = threading.get_ident()
    with _guard:
        holder, times = _held.get(file, (me, 0))
        if holder == me:
            _held[file] = me, times + 1
        return holder == me


def _leave(file: Path) -> None:
    with _guard:
        holder, times = _held.pop(file)
        if times > 1:
            _held[file] = holder, times - 1


@contextmanager
def _alone(file: Path, folder: Path) -> Iterator[None]:
    if _held[file][1] > 1:  # this thread holds it already
        yield
        return
    made = _make_parents(file)
    try:
        stream = _taken(file, folder)
        try:
            yield
        finally:
            if stream is not None:
                _let_go(stream, file)
    finally:
        for parent in made:
            with suppress(OSError):  # not empty any more
                parent.rmdir()


def _make_parents(file: Path) -> list[Path]:
    """Make the folders that are missing above a file; return them, the lowest first."""
    missing = [parent for parent in file.parents if not parent.exists()]
    with suppress(OSError):  # who writes there says what is wrong
        file.parent.mkdir(parents=True, exist_ok=True)
    return missing


def _taken(file: Path, folder: Path) -> IO[bytes] | None:
    while True:
        try:
            stream = file.open("a+b")
        except OSError:
            return None
        if not _lock(stream):
            raise InUseError(f"{folder}: {_who(stream)} is writing to it; wait for it or choose another --out")
        if _is_still(stream, file):
            break
        stream.close()  # the one before has just removed it
    stream.truncate(0)
    since = datetime.now(UTC).isoformat(timespec="seconds")
    stream.write(json.dumps({"pid": os.getpid(), "host": platform.node(), "since": since}).encode())
    stream.flush()
    return stream


def _let_go(stream: IO[bytes], file: Path) -> None:
    if sys.platform == "win32":  # which removes no file that is open
        stream.close()
    with suppress(OSError):
        file.unlink()
    stream.close()


def _who(stream: IO[bytes]) -> str:
    with stream:
        try:
            stream.seek(0)
            said = json.loads(stream.read())
            return f"process {int(said['pid'])} on {str(said['host'])[:80]!r} (since {str(said['since'])[:40]})"
        except (OSError, ValueError, TypeError, KeyError):
            return "another process"


def _is_still(stream: IO[bytes], file: Path) -> bool:
    try:
        there = file.stat()
    except OSError:
        return False
    here = os.fstat(stream.fileno())
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


if sys.platform == "win32":  # pragma: no cover  (of that system alone)
    import msvcrt

    _FAR = 1 << 30
    """A byte behind all that is written: Windows lets nobody read what is locked."""

    def _lock(stream: IO[bytes]) -> bool:
        stream.seek(_FAR)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(stream: IO[bytes]) -> bool:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks, as some of the network's are
            return True
        return True
