"""Which settings of two scenarios differ, in the words of the scenario file."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from logistics.scenario import Scenario

NOT_COMPARED = ("name", "title", "source")
NOTHING = "-"


def differences(first: Scenario, second: Scenario) -> list[tuple[str, str, str]]:
    """Return (setting, value in the first, value in the second) of everything that differs."""
    one, other = dict(_settings(first)), dict(_settings(second))
    return [
        (key, one.get(key, NOTHING), other.get(key, NOTHING))
        for key in dict.fromkeys([*one, *other])
        if one.get(key, NOTHING) != other.get(key, NOTHING)
    ]


def _settings(value: Any, key: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401  (any part of a scenario)
    """Yield every setting by its dotted name."""
    if is_dataclass(value):
        for part in fields(value):
            if part.name not in NOT_COMPARED:
                yield from _settings(getattr(value, part.name), f"{key}.{part.name}".lstrip("."))
    elif isinstance(value, Mapping):
        for name, part in value.items():
            yield from _settings(part, f"{key}.{name}")
    elif isinstance(value, tuple) and any(is_dataclass(part) for part in value):
        for at, part in enumerate(value):
            yield from _settings(part, f"{key}[{at}]")
    elif isinstance(value, Path):
        yield key, value.name  # each run holds a copy of its own; whether it is another file, its hash tells
    else:
        yield key, _shown(value)


def _shown(value: object) -> str:
    """Return a value as people write it: nothing for what is not set, lists by semicolons as in a workbook."""
    if value is None or value == ():
        return NOTHING
    if isinstance(value, tuple):
        return "; ".join(_shown(part) for part in value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)
