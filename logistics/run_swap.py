"""One run folder put in the place of another: a process killed at any moment leaves the old run or the new one.

No system puts one folder in the place of another in a single step, so the old one steps aside first. Killed between
the two steps, a process leaves it aside; whoever next looks for the run puts it back (`put_back`).
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from networks.lock import InUseError, sole_writer
from networks.whole import to_disk

NEW: Final = "new"
OLD: Final = "old"
PATIENCE_S: Final = 2.0
"""How long a reader waits for a writer who is between the two steps."""


def write_in_place(folder: Path, write: Callable[[Path], None], is_ours: Callable[[str], bool]) -> Path:
    """Let `write` fill a new folder beside `folder`, and swap it in when it is whole and on the disk.

    Parameters
    ----------
    folder
        New, or what is replaced; it stays as it was if anything fails before the swap.
    write
        Called with the new folder.
    is_ours
        Tells of a name whether it is part of a run; anything else in `folder` is the user's own and is carried over.

    Returns
    -------
    Path
        Where the new folder stands: `folder`, or a free name beside it where the system does not let go of the old
        one (Windows, as long as a program has a file of it open).

    Raises
    ------
    InUseError
        Another process is writing to `folder`.
    """
    with sole_writer(folder):
        _clear(folder)
        fresh = _aside(folder, NEW)
        fresh.mkdir(parents=True)
        try:
            write(fresh)
            for path in (*fresh.rglob("*"), fresh):
                to_disk(path)
            if folder.exists():
                _carry_over(folder, fresh, is_ours)
            return _swap(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def put_back(folder: Path) -> None:
    """Put a run back that a process which was killed left aside; nothing happens where there is a run, or none."""
    if folder.exists() or not _leftovers(folder, OLD):
        return
    end = time.monotonic() + PATIENCE_S
    while not folder.exists() and time.monotonic() < end:
        try:
            with sole_writer(folder):
                _clear(folder)
                return
        except InUseError:  # somebody is at it: his run comes any moment
            time.sleep(0.01)


def _clear(folder: Path) -> None:
    """Put back or remove what a process that was killed left beside the folder; nobody else is writing."""
    old = _leftovers(folder, OLD)
    if old and not folder.exists():
        old.pop().replace(folder)
    for path in (*old, *_leftovers(folder, NEW)):
        shutil.rmtree(path, ignore_errors=True)


def _aside(folder: Path, what: str) -> Path:
    place = folder.resolve()
    return place.with_name(f".{place.name}.{secrets.token_hex(4)}.{what}")


def _leftovers(folder: Path, what: str) -> list[Path]:
    """Return the folders that `_aside` named, the latest last."""
    place = folder.resolve()
    if not place.parent.is_dir():
        return []
    name = re.compile(re.escape(f".{place.name}.") + r"[0-9a-f]{8}\." + what)
    found = [path for path in place.parent.iterdir() if name.fullmatch(path.name)]
    return sorted(found, key=lambda path: path.stat().st_mtime)


def _carry_over(folder: Path, fresh: Path, is_ours: Callable[[str], bool]) -> None:
    """Let the user's own files stand in the new folder, too, before it takes the place: no moment is without them."""
    for path in folder.iterdir():
        if is_ours(path.name) or re.fullmatch(r"\..+\.[0-9a-f]{8}\.tmp\..+", path.name):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, fresh / path.name, copy_function=_link, symlinks=True)
        else:
            _link(path, fresh / path.name)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a file system without hard links
        shutil.copy2(source, target, follow_symlinks=False)


def _swap(fresh: Path, folder: Path) -> Path:
    """Put `fresh` in the place of `folder`; the old one goes only after the new one stands."""
    place = folder.resolve()
    old = _aside(folder, OLD)
    if folder.exists():
        try:
            place.replace(old)
        except OSError:
            place = free_name(place)
    try:
        fresh.replace(place)
    except OSError:
        if old.exists():
            old.replace(place)
        raise
    to_disk(place.parent)
    shutil.rmtree(old, ignore_errors=True)
    return folder if place == folder.resolve() else folder.with_name(place.name)


def free_name(path: Path) -> Path:
    """Return a name beside `path` that nobody has: ``workbook (1).xlsx``."""
    names = (path.with_name(f"{path.stem} ({number}){path.suffix}") for number in range(1, 10_000))
    return next(name for name in names if not name.exists())
