"""The fitness report of a network for people: what it is, what is doubtful, what is merely worth knowing."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from rich.console import RenderableType
from rich.text import Text

from logistics.cli.sheet import head, inside, pairs, shows_lines, table, written
from logistics.cli.streams import printable
from logistics.i18n import number
from networks.checks import FIT_SHARE

if TYPE_CHECKING:
    from networks.checks import Fitness
    from networks.findings import Finding, Row

SHOWN: Final = 5
"""Rows shown of each finding; the JSON has ten."""

_LANG: Final = "en"
_PERCENT: Final = 100.0
_DIGITS: Final = {"lon": 5, "lat": 5, "ratio": 2}
_LEFT_OUT: Final = {"origin_node_id", "destination_node_id"}
"""Of rows that name links: the line is long enough with where they begin."""


def show(fitness: "Fitness", source: str, licence: str) -> str:
    """Return the report as text for the terminal, or for a file where there is none.

    Parameters
    ----------
    fitness
        What was found.
    source
        What was looked at.
    licence
        Under which its data stand, and whose they are; "" where nobody is to be named.
    """
    return written(_parts(fitness, source, licence))


def _parts(fitness: "Fitness", source: str, licence: str) -> Iterator[RenderableType]:
    yield Text(printable(source), style="bold", overflow="fold")
    yield _verdict(fitness)
    yield head("Size")
    yield pairs(_facts(fitness))
    usual = [finding for finding in fitness.findings if finding.count and not finding.is_doubt]
    for title, findings in (("Doubts", fitness.doubts), ("Worth knowing, and normal in a sound network", usual)):
        if findings:
            yield head(title)
        for finding in findings:
            yield from _finding(finding)
    missed = [finding.what for finding in fitness.findings if not finding.count]
    if missed:
        yield head("Looked for and not found")
        yield from (inside(f"- {what}") for what in missed)
    if licence:
        yield ""
        yield Text(printable(licence))


def _verdict(fitness: "Fitness") -> str:
    if not fitness.fit:
        return f"Not fit: {_percent(fitness.largest_share)} of the road nodes reach each other{_places_cut(fitness)}."
    count = len(fitness.doubts)
    if not count:
        return "Fit for use, without any doubt."
    return f"Fit for use, with {count} {'kind' if count == 1 else 'kinds'} of doubt to look at."


def _places_cut(fitness: "Fitness") -> str:
    cut = [finding for finding in fitness.doubts if finding.name in {"unreachable", "unjoined"}]
    asked = "" if cut else f"; at least {_percent(FIT_SHARE)} should"
    return asked + "".join(f"; {_whole(finding.count)} {finding.what}" for finding in cut)


def _facts(fitness: "Fitness") -> list[tuple[str, str, str]]:
    rows = [
        ("nodes", _whole(fitness.nodes), f"{_whole(fitness.road_nodes)} of them on roads"),
        ("directed links", _whole(fitness.links), f"{_whole(fitness.length_km)} km, each direction counted"),
        ("largest part", _percent(fitness.largest_share), f"of the road nodes; {_whole(fitness.largest_km)} km"),
        ("parts", _whole(fitness.parts), "within which each road node reaches each"),
    ]
    rows += [(name.replace("_", " "), _percent(share), "of the length") for name, share in fitness.imputed.items()]
    if fitness.places:
        rows.append(("places", _whole(fitness.places), f"{_whole(fitness.pairs)} ways between them measured"))
    return rows


def _finding(finding: "Finding") -> Iterator[RenderableType]:
    few = finding.of > finding.count and finding.name != "cut_off"  # parts are no share of anything
    share = f" ({_percent(finding.count / finding.of)} of {_whole(finding.of)})" if few else ""
    yield inside(printable(f"{_whole(finding.count)} {finding.what}{share}"))
    if finding.rows:
        yield from _rows(finding.rows[:SHOWN])
    yield inside(printable(finding.advice))
    yield ""


def _rows(rows: "Sequence[Row]") -> Iterator[RenderableType]:
    names = [name for name in rows[0] if name not in _LEFT_OUT]
    if len(names) == 1:  # sentences
        yield from (inside(printable(f"- {row[names[0]]}")) for row in rows)
        return
    left = [at for at, name in enumerate(names) if isinstance(rows[0][name], str)]
    cells = [[_cell(name, row[name]) for name in names] for row in rows]
    yield table([_title(name) for name in names], cells, left=left, wide=shows_lines())


def _title(name: str) -> str:
    return name.removesuffix("_id").replace("_km_per_h", " km/h").replace("_", " ")


def _cell(name: str, value: Any) -> str:  # noqa: ANN401  (whatever a finding names)
    if isinstance(value, str):
        return value
    if name == "share":
        return _percent(value)
    if isinstance(value, int):
        return _whole(value)
    return number(value, _LANG, _DIGITS.get(name, 1 if name.endswith("_per_h") else 3))


def _whole(value: float) -> str:
    return number(value, _LANG)


def _percent(share: float) -> str:
    return f"{number(share * _PERCENT, _LANG, 1)} %"
