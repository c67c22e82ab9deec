"""A scenario and every file it names, as bytes: what workers on other machines need, sent to each once."""

import hashlib
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from logistics.errors import InputError
from logistics.planning import with_own_files
from logistics.scenario import Scenario, read_scenario, write_scenario

SCENARIO: Final = "scenario.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Luggage:
    """The files of a scenario by their names relative to its folder; `scenario.toml` is one of them."""

    files: tuple[tuple[str, bytes], ...]

    @property
    def key(self) -> str:
        """Return the SHA-256 of names and contents."""
        total = hashlib.sha256()
        for name, content in self.files:
            total.update(f"{name}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()

    def unpack(self, folder: Path) -> Scenario:
        """Return the scenario, its files written into a folder.

        Raises
        ------
        InputError
            If a name leads out of that folder.
        """
        for name, content in self.files:
            path = folder / name
            if not path.resolve().is_relative_to(folder.resolve()):
                raise InputError(f"{name}: a file of a scenario lies outside its folder")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return read_scenario(folder / SCENARIO)


def pack(scenario: Scenario) -> Luggage:
    """Return the luggage of a scenario.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    with tempfile.TemporaryDirectory(prefix="logistics-study-") as name:
        folder = Path(name)
        write_scenario(_copied(scenario, folder), folder / SCENARIO)
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        return Luggage(files=tuple((path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths))


def _copied(scenario: Scenario, folder: Path) -> Scenario:
    """Copy what is not bundled into the folder, and return the scenario that points to the copies."""
    tables = {name: _copy(path, folder / f"{name}{path.suffix.lower()}") for name, path in scenario.tables.items()}
    copied = replace(with_own_files(scenario, folder), tables=tables)
    if scenario.network is not None:
        suffixes = "".join(scenario.network.suffixes) if scenario.network.is_file() else ""
        copied = replace(copied, network=_copy(scenario.network, folder / f"network{suffixes}"))
    return copied


def _copy(path: Path, target: Path) -> Path:
    if path.is_dir():
        shutil.copytree(path, target)
    else:
        shutil.copyfile(path, target)
    return target
