"""Files and folders that are written whole or not at all.

A reader never finds half a file: what is written goes under a temporary name beside its target, onto the disk, and
only then takes the target's name. Whatever goes wrong before that leaves the target as it was and nothing beside it.
"""

import glob
import os
import secrets
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from networks.errors import SourceError


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`, of the same ending; it becomes `path` once the block has ended well.

    Raises
    ------
    SourceError
        `path` is a folder.
    OSError
        It cannot be written: the disk is full, or nobody may; it names `path`.
    """
    if path.is_dir():
        raise SourceError(f"{path} is a folder; expected the name of a file")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = _beside(path)
    try:
        yield fresh
        to_disk(fresh)
        fresh.replace(path)
        to_disk(path.parent)
    except OSError as error:
        raise _named(error, path) from error
    finally:
        # SQLite may leave a journal beside its file
        for rest in path.parent.glob(f"{glob.escape(fresh.name)}*"):
            rest.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path, names: Collection[str]) -> Iterator[Path]:
    """Give a temporary folder beside `path`; it becomes `path` once the block has ended well.

    Parameters
    ----------
    path
        New, empty, or a folder that holds files of these names only: they are replaced together.
    names
        Of the files that may be replaced.

    Raises
    ------
    SourceError
        `path` is a file, or holds other files.
    OSError
        As of `whole_file`.
    """
    _check_replaceable(path, names)
    path = path.resolve()  # "." has no name, and a link to a folder stays one
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh, old = _beside(path), _beside(path)
    fresh.mkdir()
    try:
        yield fresh
        for file in (*fresh.iterdir(), fresh):
            to_disk(file)
        if path.exists():
            path.replace(old)
        fresh.replace(path)
        to_disk(path.parent)
    except OSError as error:
        raise _named(error, path) from error
    finally:
        if old.exists() and not path.exists():
            old.replace(path)
        for rest in (fresh, old):
            shutil.rmtree(rest, ignore_errors=True)


def to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk and not in its cache alone."""
    if os.name == "nt" and path.is_dir():  # Windows cannot open folders
        return
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _named(error: OSError, path: Path) -> OSError:
    """Return an error of the system with the name of what was to be written; ours say all that there is to say."""
    return error if error.errno is None else OSError(error.errno, os.strerror(error.errno), str(path))


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.stem}.{secrets.token_hex(4)}.tmp{path.suffix}")


def _check_replaceable(path: Path, names: Collection[str]) -> None:
    if path.exists() and not path.is_dir():
        raise SourceError(f"{path} is a file; expected a folder")
    others = sorted(file.name for file in path.iterdir() if file.name not in names) if path.is_dir() else []
    if others:
        raise SourceError(f"{path} holds other files ({', '.join(others[:3])}); name an empty or a new folder")
