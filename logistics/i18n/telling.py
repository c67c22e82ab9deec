"""Sentences of the program in Vietnamese: errors, warnings, progress, findings.

A sentence is written in English where it arises, and translated at the door. The tables in `sentences` hold every
sentence as a template with gaps; a text is matched against them, what says most first. Gaps that hold a sentence
themselves are told too; numbers, names of files, keys, ids and quoted texts stay as they are. A text that no template
fits is shown as it is: wrong Vietnamese would be worse than English.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Final

from logistics.i18n.template import Template, parsed, quotes, split

FOLDER: Final = "sentences"
WORD: Final = "w"
"""How the Vietnamese template marks a gap that may hold single words to be told: `{:w}`."""
GROUPED: Final = "n"
"""How it marks a gap with a number whose thousands are set apart: `{:n}`."""
QUOTED: Final = "q"
"""How it marks a gap that holds the reader's own text, whatever it says: `{:q}`."""
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+")
_LEAST_WORDS: Final = 2
"""With fewer words of its own, and none beside a mark, a template could be part of a name."""
_MARKED: Final = re.compile(r"[^\W\d_][;:,]|[;:,(\]] ?[^\W\d_]")
_FIGURE: Final = re.compile(r"[-+]?(?:[\d.,]+(?:e[-+]?\d+)?|inf|nan) ?%?", re.IGNORECASE)
_CONTINUES: Final = re.compile(r"[ ,;(]")
_PLACE: Final = ": "
_PLACES: Final = 8
"""So many of them may stand before a sentence: file, sheet, key ..."""
_DEEPEST: Final = 6
"""Sentences stand in sentences so many times at most; no text of a reader may make it more."""
_LISTS: Final = ("; ", ", ")
_HEADS: Final = ("error: ", "warning: ", "Error: ")


@dataclass(frozen=True, slots=True)
class Entry:
    """A template and the same sentence in Vietnamese."""

    template: Template
    vietnamese: str

    def told(self, gaps: Sequence[str], depth: int) -> str:
        """Return the sentence in Vietnamese; all that fills gaps that stand together goes into the first of them."""
        filled: list[Gap] = []
        for gap, count in zip(gaps, self.template.runs, strict=True):
            filled += [Gap(gap, depth + 1, is_run=count > 1), *[Gap("", depth)] * (count - 1)]
        return self.vietnamese.format(*filled)

    def is_meant(self, gaps: Sequence[str]) -> bool:
        """Tell whether it is no part of a name: it has words enough, or figures in its gaps."""
        if self.template.words >= _LEAST_WORDS or any(map(_MARKED.search, self.template.literals)):
            return True
        return all(_FIGURE.fullmatch(gap) or _is_quoted(gap) for gap in gaps)


@dataclass(frozen=True, slots=True)
class Gap:
    """What fills a gap, or several that stand next to each other; `depth` is in how many sentences it stands."""

    text: str
    depth: int
    is_run: bool = False

    def __format__(self, spec: str) -> str:
        """Return what it says in Vietnamese."""
        if not self.text or spec == QUOTED or self.depth > _DEEPEST or _is_quoted(self.text):
            return self.text
        if spec == GROUPED and _THOUSANDS.fullmatch(self.text):
            return self.text.replace(",", ".")
        said = _words(self.text, self.depth) if spec == WORD else None
        said = said or _sentence(self.text, self.depth)
        said = said or (_continued(self.text, self.depth) if self.is_run or _CONTINUES.match(self.text) else None)
        return said or self.text


@dataclass(frozen=True, slots=True)
class Fit:
    """A template that fits the end of a text."""

    entry: Entry
    end: str
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every sentence, those that say most first.

    Parameters
    ----------
    exact
        Those without gaps.
    begun, free
        Those that begin with words of their own, and with a gap.
    endings
        Those that continue another.
    """

    exact: Mapping[str, str]
    begun: Sequence[Entry]
    free: Sequence[Entry]
    endings: Sequence[Entry]


def told(text: str, lang: str) -> str:
    """Return a text of the program in a language, line by line.

    Parameters
    ----------
    text
        In English, one sentence a line.
    lang
        One of `i18n.LANGUAGES`.
    """
    return text if lang != "vi" else "\n".join(map(_line, text.split("\n")))


def told_words(text: str, lang: str) -> str:
    """Return a list of ids and words of the tables, separated by commas, with the words that have names told."""
    return ", ".join(told(word, lang) for word in text.split(", "))


def rows() -> Iterator[tuple[str, str, str]]:
    """Yield every row of the tables: its table, the English template, the Vietnamese one."""
    for table in sorted((files(__package__) / FOLDER).iterdir(), key=lambda found: found.name):
        with table.open(encoding="utf-8") as lines:
            yield from ((table.name, row["en"], row["vi"]) for row in csv.DictReader(lines))


@cache
def _catalogue() -> Catalogue:
    entries = [Entry(parsed(english), vietnamese) for _, english, vietnamese in rows()]
    ranked = sorted(entries, key=lambda entry: (-entry.template.letters, -len(entry.vietnamese)))
    heads = [(entry.template.literals[0], entry) for entry in ranked]
    return Catalogue(
        exact={head: entry.told((), 0) for head, entry in heads if not entry.template.runs},
        begun=[entry for head, entry in heads if head and not _CONTINUES.match(head)],
        free=[entry for head, entry in heads if not head],
        endings=[entry for head, entry in heads if _CONTINUES.match(head)],
    )


def _line(text: str) -> str:
    head = next((head for head in _HEADS if text.startswith(head)), "")
    known = _catalogue().exact
    return (known[head.removesuffix(_PLACE)] + _PLACE if head else "") + _without_head(text.removeprefix(head))


def _without_head(text: str) -> str:
    if _CONTINUES.match(text) and (said := _continued(text, 0)):
        return said
    bare = text.strip(" ")
    said = _catalogue().exact.get(bare) or _sentence(bare, 0) or _with_few_words(bare)
    return text.replace(bare, said, 1) if said else text


def _sentence(text: str, depth: int) -> str | None:
    """Return a sentence in Vietnamese, or a list of sentences; None where no template fits."""
    return (_fitting(text, depth) or _one_by_one(text, depth)) if " " in text else None


def _fitting(text: str, depth: int) -> str | None:
    """Return the sentence that a template fits, what stands before it kept: `case.toml:3: hubs.exactly: ...`.

    The words that begin a text say what it is. Where none do, it is the template that says most: one for what follows
    the places at the beginning, or one with a gap for them.
    """
    ends = [text, *_behind_places(text)]
    begun = [fit for end in ends for fit in islice(_fits(_catalogue().begun, end), 1)]
    found = next((fit for fit in begun if fit.entry.template.words >= _LEAST_WORDS), next(iter(begun), None))
    if found is None or found.end != text:
        free = next((fit for end in ends for fit in _fits(_catalogue().free, end)), None)
        found = max((fit for fit in (found, free) if fit), key=lambda fit: fit.entry.template.letters, default=None)
    return text.removesuffix(found.end) + found.entry.told(found.gaps, depth) if found else None


def _fits(entries: Sequence[Entry], text: str, *, is_whole: bool = False) -> Iterator[Fit]:
    """Yield the templates that fit a text, those that say most first; what `is_whole` is no part of a name."""
    for entry in entries:
        gaps = entry.template.filled(text) if " " in text else None
        if gaps is not None and (is_whole or entry.is_meant(gaps)):
            yield Fit(entry=entry, end=text, gaps=gaps)


def _with_few_words(text: str) -> str | None:
    """Return a line of few words, `reading hubs.csv`, which within a sentence could be part of a name."""
    fits = _fits(_catalogue().begun, text, is_whole=True)
    return next((fit.entry.told(fit.gaps, 0) for fit in fits), None)


def _behind_places(text: str) -> list[str]:
    """Return what stands behind each of the first places of a text."""
    parts = split(text, _PLACE)
    return [_PLACE.join(parts[at:]) for at in range(1, min(len(parts), _PLACES))]


def _one_by_one(text: str, depth: int) -> str | None:
    """Return a list with those of its parts told that are sentences; None where none is."""
    for between in _LISTS:
        parts = split(text, between)
        said = [_sentence(part, depth + 1) for part in parts] if len(parts) > 1 and depth <= _DEEPEST else []
        if any(said):
            return between.join(one or part for part, one in zip(parts, said, strict=True))
    return None


def _continued(text: str, depth: int) -> str | None:
    """Return a name and what continues it, `a, b and 3 more`, or the continuation alone."""
    for entry in _catalogue().endings:
        end = entry.template
        if (gaps := end.filled(text)) is not None:
            return entry.told(gaps, depth)
        if (gaps := Template(literals=("", *end.literals), runs=(1, *end.runs)).filled(text)) is not None:
            return f"{Gap(gaps[0], depth + 1, is_run=True)}{entry.told(gaps[1:], depth)}"
    return None


def _words(text: str, depth: int) -> str | None:
    """Return a list of single words and of sentences told; None where no word of it is known."""
    parts, known = text.split(", "), _catalogue().exact
    if not any(part in known for part in parts):
        return None
    return ", ".join(known.get(part) or _sentence(part, depth + 1) or part for part in parts)


def _is_quoted(text: str) -> bool:
    return (0, len(text)) in quotes(text)
