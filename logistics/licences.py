"""Under which licence each distribution stands that this program needs, and those that these need in turn."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

PROGRAM: Final = "logistics"
UNSTATED: Final = "not stated in its metadata; see its files"
LONGEST: Final = 60
"""Letters; a longer field `License` holds the text of a licence, not its name."""
STATED_ELSEWHERE: Final = {"xstatic-leaflet": "BSD-2-Clause"}
"""Where the metadata only points elsewhere: Leaflet's own file LICENSE."""
_CLASSIFIER: Final = "License :: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Licensed:
    """A distribution and its licence.

    Attributes
    ----------
    name, version
        As installed.
    licence
        SPDX expression where the distribution states one, else the licence's name in its own words.
    needed_by
        The distribution that first asked for it; `logistics` for direct dependencies.
    """

    name: str
    version: str
    licence: str
    needed_by: str


def dependency_licences() -> list[Licensed]:
    """Return all that is needed and installed, by name; what another platform or an extra needs is not there."""
    found: dict[str, Licensed] = {}
    waiting = deque((name, PROGRAM) for name in needs(PROGRAM))
    while waiting:
        name, needed_by = waiting.popleft()
        if spelled(name) in found or (held := installed(name)) is None:
            continue
        found[spelled(name)] = Licensed(
            name=held.metadata["Name"], version=held.version, licence=licence_of(held), needed_by=needed_by
        )
        waiting.extend((further, held.metadata["Name"]) for further in needs(name))
    return [found[name] for name in sorted(found)]


def needs(name: str) -> Iterator[str]:
    """Yield the names that an installed distribution names as needed, without its extras."""
    held = installed(name)
    for line in (held.requires if held else None) or ():
        if "extra ==" not in line:
            yield re.split(r"[^A-Za-z0-9_.-]", line, maxsplit=1)[0]


def installed(name: str) -> Distribution | None:
    """Return an installed distribution; None where it is not there."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def spelled(name: str) -> str:
    """Return a distribution's name as names are compared: `Foo_Bar` and `foo-bar` are one (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(held: Distribution) -> str:
    """Return the licence that a distribution states: expression (PEP 639), field, or classifiers."""
    field = _stated(held, "License")
    classified = [
        line.removeprefix(_CLASSIFIER).removeprefix("OSI Approved :: ")
        for line in held.metadata.get_all("Classifier") or ()
        if line.startswith(_CLASSIFIER)
    ]
    brief = field if len(field) <= LONGEST and "\n" not in field else ""
    elsewhere = STATED_ELSEWHERE.get(spelled(held.metadata["Name"]))
    return elsewhere or _stated(held, "License-Expression") or brief or ", ".join(sorted(classified)) or UNSTATED


def _stated(held: Distribution, field: str) -> str:
    return next(iter(held.metadata.get_all(field) or ()), "").strip()
