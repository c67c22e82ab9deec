"""Where a scenario was read from: the place of each key in its file, so that a fault can be told with it."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from logistics.errors import InputError
from logistics.scenario_faults import Fault
from logistics.toml_lines import KeyPath

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Place:
    """A line or a cell: its rank among the places of the file, and its name for people."""

    rank: int
    words: str


@dataclass(frozen=True, slots=True)
class Source:
    """A scenario as its file holds it.

    Parameters
    ----------
    name
        Of the file.
    values
        Keys and values, nested as in the file.
    places
        Where each key, section and list entry stands.
    """

    name: str
    values: Mapping[str, Any]
    places: Mapping[KeyPath, Place]

    def error(self, faults: Iterable[Fault]) -> InputError:
        """Return one error with all faults of the file, in the order of their places."""
        found = [(self._place(fault.path), fault) for fault in faults]
        return _error(self.name, found)

    def later_error(self, faults: Iterable[Fault], now: Mapping[str, Any]) -> InputError:
        """Return one error with all faults of a scenario read from the file and perhaps changed since.

        Parameters
        ----------
        now
            The values of the scenario; a fault is sent to its place in the file only where they are the file's.
        """
        found = [(self._unchanged_place(fault.path, now), fault) for fault in faults]
        return _error("scenario", found)

    def _place(self, path: KeyPath) -> Place | None:
        """Return the place of a key, or of the nearest section above it that the file holds."""
        above = (path[:length] for length in range(len(path), 0, -1))
        return next((self.places[part] for part in above if part in self.places), None)

    def _unchanged_place(self, path: KeyPath, now: Mapping[str, Any]) -> Place | None:
        for length in range(len(path), 0, -1):
            part = path[:length]
            if part in self.places and _plain(_value_at(self.values, part)) == _plain(_value_at(now, part)):
                return self.places[part]
        return None


def fault_error(where: str, faults: Iterable[Fault]) -> InputError:
    """Return one error with all faults of a scenario that comes from no file."""
    return _error(where, [(None, fault) for fault in faults])


def _error(where: str, found: Iterable[tuple[Place | None, Fault]]) -> InputError:
    ranked = sorted(found, key=lambda pair: pair[0].rank if pair[0] else 0)
    lines = (f"{place.words if place else where}: {_dotted(fault.path)}: {fault.sentence}" for place, fault in ranked)
    return InputError("\n".join(lines))


def _dotted(path: KeyPath) -> str:
    named = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return named.removeprefix(".")


def _value_at(values: object, path: KeyPath) -> object:
    for part in path:
        if isinstance(values, Mapping):
            values = values.get(str(part), _ABSENT)
        elif isinstance(values, list | tuple) and isinstance(part, int) and part < len(values):
            values = values[part]
        else:
            return _ABSENT
    return values


def _plain(value: object) -> object:
    """Return a value as it can be compared: lists for tuples, texts as ids are read."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.strip())
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return value
