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
    notes
        What is to be said of the reading.
    """

    name: str
    values: Mapping[str, Any]
    places: Mapping[KeyPath, Place]
    notes: tuple[str, ...] = ()

    def error(self, faults: Iterable[Fault]) -> InputError:
        """Return one error with all faults of the file, in the order of their places."""
        return _error(self.told(faults))

    def told(self, faults: Iterable[Fault]) -> list[tuple[int, str]]:
        """Return rank and sentence of each fault of the file."""
        return [_sentence(self._place(fault.path), self.name, fault) for fault in faults]

    def later_error(self, faults: Iterable[Fault], now: Mapping[str, Any]) -> InputError:
        """Return one error with all faults of a scenario read from the file and perhaps changed since.

        Parameters
        ----------
        now
            The values of the scenario; a fault is sent to its place in the file only where they are the file's.
        """
        return _error(_sentence(self._unchanged_place(fault.path, now), "scenario", fault) for fault in faults)

    def _place(self, path: KeyPath) -> Place | None:
        """Return the place of a key, or of the nearest section above it that the file holds."""
        above = (path[:length] for length in range(len(path), 0, -1))
        return next((self.places[part] for part in above if part in self.places), None)

    def _unchanged_place(self, path: KeyPath, now: Mapping[str, Any]) -> Place | None:
        here = _value_at(self.values, path)
        is_unchanged = here is not _ABSENT and _plain(here) == _plain(_value_at(now, path))
        return self._place(path) if is_unchanged else None


def fault_error(where: str, faults: Iterable[Fault]) -> InputError:
    """Return one error with all faults of a scenario that comes from no file."""
    return _error(_sentence(None, where, fault) for fault in faults)


def _sentence(place: Place | None, where: str, fault: Fault) -> tuple[int, str]:
    words = place.words if place else where
    return place.rank if place else 0, f"{words}: {dotted(fault.path)}: {fault.sentence}"


def _error(ranked: Iterable[tuple[int, str]]) -> InputError:
    return InputError("\n".join(sentence for _, sentence in sorted(ranked, key=lambda pair: pair[0])))


def dotted(path: KeyPath) -> str:
    """Return the path of a key as people write it: ``hubs.forced_open[1]``."""
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
