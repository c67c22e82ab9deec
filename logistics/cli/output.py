"""The output folder, looked at before the work begins: an hour of solving must not end at a closed door."""

import os
from pathlib import Path

from logistics.cli.file_names import slug
from logistics.errors import InputError
from logistics.run_folder import require_replaceable


def output_folder(asked: Path | None, scenario_name: str) -> Path:
    """Return where a run goes: the folder asked for, or one in `runs/` called after the scenario.

    Raises
    ------
    InputError
        If the folder is a file, holds something other than a run, or cannot be written.
    """
    folder = asked if asked is not None else Path("runs") / slug(scenario_name)
    require_free(folder)
    require_replaceable(folder)
    return folder


def require_free(folder: Path) -> None:
    """Refuse a folder that no finished work could take the place of, whatever it holds."""
    place, here = folder.resolve(), Path.cwd().resolve()
    file = next((one for one in place.parents if one.is_file()), None)
    if file is not None:
        raise InputError(f"{file}: is a file, expected a folder; choose another --out")
    if place == here or place in here.parents:
        raise InputError(f"{folder}: is the folder you are in, or one above it; name a folder of its own with --out")
    if place.is_mount():
        raise InputError(f"{folder}: is where a disk is mounted; name a folder inside it with --out")
    nearest = next(one for one in (place, *place.parents) if one.exists())
    if nearest.is_dir() and not os.access(nearest, os.W_OK | os.X_OK):
        raise InputError(f"{folder if nearest == place else nearest}: may not be written; choose another --out")
