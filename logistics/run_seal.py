"""The seal of a run: SHA-256 of the files whose every word is a claim, as `sha256sum --check` reads it.

What a solver claims of itself (bounds, the other points of the curve, seconds, versions, seed) can be derived from
nothing else in the run. The seal tells whether it is still what was written. Line ends are taken for those of Unix,
so that a copy through another system is the same run.
"""

import hashlib
from pathlib import Path
from typing import Final

from logistics.errors import InputError
from logistics.run_folder import INFEASIBLE_FILE, PLAN_FILE, SCENARIO_FILE, SEAL_FILE, added_file

SEALED: Final = (PLAN_FILE, INFEASIBLE_FILE, SCENARIO_FILE)
"""Tables are not sealed: the audit derives each of their figures anew."""


def write_seal(folder: Path) -> Path:
    """Seal what a run folder holds of the sealed files.

    Returns
    -------
    Path
        The file with the digests.
    """
    lines = [f"{_digest(folder / name)}  {name}\n" for name in SEALED if (folder / name).is_file()]
    with added_file(folder / SEAL_FILE) as fresh:
        fresh.write_text("".join(lines), encoding="utf-8", newline="\n")
    return folder / SEAL_FILE


def broken_seals(folder: Path) -> dict[str, str]:
    """Return a sentence for each sealed file that is not what was written, by its name.

    Raises
    ------
    InputError
        If the seal is missing or no list of digests.
    """
    recorded = _read_seal(folder / SEAL_FILE)
    present = [name for name in SEALED if (folder / name).is_file()]
    changed = {
        name: f"{name}: was changed after the run was written: its SHA-256 is not that of {SEAL_FILE}"
        for name in present if recorded.get(name) != _digest(folder / name)
    }  # fmt: skip
    absent = sorted(set(recorded) - set(present))
    return changed | {name: f"{SEAL_FILE}: names {name!r}, which the run does not hold" for name in absent}


def _read_seal(path: Path) -> dict[str, str]:
    try:
        rows = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines()]
        return {name: digest for digest, name in rows}
    except FileNotFoundError:
        raise InputError(f"{path.name}: missing from the run folder; run `logistics plan` again") from None
    except (UnicodeDecodeError, ValueError) as error:
        raise InputError(f"{path.name}: no list of digests ({error}); run `logistics plan` again") from error


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
