"""The fitness report of a network for people: what it is, what is doubtful, what is merely worth knowing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.console import RenderableType
from rich.text import Text

from logistics.cli.sheet import head, inside, pairs, shows_lines, table, written
from logistics.cli.streams import printable
from logistics.i18n import number
from logistics.i18n.telling import told
from networks.checks import FIT_SHARE

if TYPE_CHECKING:
    from networks.checks import Fitness
    from networks.findings import Finding, Row

SHOWN: Final = 5
"""Rows shown of each finding; the JSON has ten."""

_PERCENT: Final = 100.0
_DIGITS: Final = {"lon": 5, "lat": 5, "ratio": 2}
_LEFT_OUT: Final = {"origin_node_id", "destination_node_id"}
"""Of rows that name links: the line is long enough with where they begin."""


@dataclass(frozen=True, slots=True)
class _Words:
    """Sentences and numbers in one language."""

    lang: str

    def say(self, text: str) -> str:
        return printable(told(text, self.lang))

    def whole(self, value: float) -> str:
        return number(value, self.lang)

    def percent(self, share: float) -> str:
        return f"{number(share * _PERCENT, self.lang, 1)} %"

    def cell(self, name: str, value: Any) -> str:  # noqa: ANN401  (whatever a finding names)
        if isinstance(value, str):
            return self.say(value)
        if name == "share":
            return self.percent(value)
        if isinstance(value, int):
            return self.whole(value)
        return number(value, self.lang, _DIGITS.get(name, 1 if name.endswith("_per_h") else 3))


def show(fitness: "Fitness", source: str, licence: str, lang: str = "en") -> str:
    """Return the report as text for the terminal, or for a file where there is none.

    Parameters
    ----------
    fitness
        What was found.
    source
        What was looked at.
    licence
        Under which its data stand, and whose they are; "" where nobody is to be named.
    lang
        "en" or "vi".
    """
    return written(_parts(fitness, source, licence, _Words(lang)))


def _parts(fitness: "Fitness", source: str, licence: str, words: _Words) -> Iterator[RenderableType]:
    yield Text(printable(source), style="bold", overflow="fold")
    yield words.say(_verdict(fitness, words))
    yield head(words.say("Size"))
    yield pairs([(words.say(what), value, words.say(note)) for what, value, note in _facts(fitness, words)])
    usual = [finding for finding in fitness.findings if finding.count and not finding.is_doubt]
    for title, findings in (("Doubts", fitness.doubts), ("Worth knowing, and normal in a sound network", usual)):
        if findings:
            yield head(words.say(title))
        for finding in findings:
            yield from _finding(finding, words)
    missed = [finding.what for finding in fitness.findings if not finding.count]
    if missed:
        yield head(words.say("Looked for and not found"))
        yield from (inside(f"- {words.say(what)}") for what in missed)
    if licence:
        yield ""
        yield Text(printable(licence))


def _verdict(fitness: "Fitness", words: _Words) -> str:
    if not fitness.fit:
        share = words.percent(fitness.largest_share)
        return f"Not fit: {share} of the road nodes reach each other{_places_cut(fitness, words)}."
    count = len(fitness.doubts)
    if not count:
        return "Fit for use, without any doubt."
    return f"Fit for use, with {count} {'kind' if count == 1 else 'kinds'} of doubt to look at."


def _places_cut(fitness: "Fitness", words: _Words) -> str:
    cut = [finding for finding in fitness.doubts if finding.name in {"unreachable", "unjoined"}]
    asked = "" if cut else f"; at least {words.percent(FIT_SHARE)} should"
    return asked + "".join(f"; {words.whole(finding.count)} {finding.what}" for finding in cut)


def _facts(fitness: "Fitness", words: _Words) -> list[tuple[str, str, str]]:
    whole, percent = words.whole, words.percent
    rows = [
        ("nodes", whole(fitness.nodes), f"{whole(fitness.road_nodes)} of them on roads"),
        ("directed links", whole(fitness.links), f"{whole(fitness.length_km)} km, each direction counted"),
        ("largest part", percent(fitness.largest_share), f"of the road nodes; {whole(fitness.largest_km)} km"),
        ("parts", whole(fitness.parts), "within which each road node reaches each"),
    ]
    rows += [(name.replace("_", " "), percent(share), "of the length") for name, share in fitness.imputed.items()]
    if fitness.places:
        rows.append(("places", whole(fitness.places), f"{whole(fitness.pairs)} ways between them measured"))
    return rows


def _finding(finding: "Finding", words: _Words) -> Iterator[RenderableType]:
    few = finding.of > finding.count and finding.name != "cut_off"  # parts are no share of anything
    share = f" ({words.percent(finding.count / finding.of)} of {words.whole(finding.of)})" if few else ""
    yield inside(f"{words.whole(finding.count)} {words.say(finding.what)}{words.say(share)}")
    if finding.rows:
        yield from _rows(finding.rows[:SHOWN], words)
    yield inside(words.say(finding.advice))
    yield ""


def _rows(rows: "Sequence[Row]", words: _Words) -> Iterator[RenderableType]:
    names = [name for name in rows[0] if name not in _LEFT_OUT]
    if len(names) == 1:  # sentences
        yield from (inside(f"- {words.say(str(row[names[0]]))}") for row in rows)
        return
    left = [at for at, name in enumerate(names) if isinstance(rows[0][name], str)]
    cells = [[words.cell(name, row[name]) for name in names] for row in rows]
    yield table([words.say(_title(name)) for name in names], cells, left=left, wide=shows_lines())


def _title(name: str) -> str:
    return name.removesuffix("_id").replace("_km_per_h", " km/h").replace("_", " ")
