"""Sentences of the program in Vietnamese: errors, warnings, progress, findings.

A sentence is written in English where it arises, and translated at the door. The tables in `sentences` hold every
sentence as a template with gaps; a text is matched against them, what says most first. Gaps that hold a sentence
themselves are told too; numbers, names of files, keys, ids and quoted texts stay as they are. A text that no template
fits is shown as it is: wrong Vietnamese would be worse than English.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from logistics.i18n.catalogue import LEAST_WORDS, Entry, catalogue, continues
from logistics.i18n.template import Template, is_quoted, split

WORD: Final = "w"
"""How the Vietnamese template marks a gap that may hold single words to be told: `{:w}`."""
GROUPED: Final = "n"
"""How it marks a gap with a number whose thousands are set apart, or which has decimals: `{:n}`."""
QUOTED: Final = "q"
"""How it marks a gap that holds the reader's own text, whatever it says: `{:q}`."""
_NUMBER: Final = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+")
_OTHER_POINTS: Final = str.maketrans(",.", ".,")
_PLACE: Final = ": "
_PLACES: Final = 8
"""So many of them may stand before a sentence: file, sheet, key ..."""
_DEEPEST: Final = 6
"""Sentences stand in sentences so many times at most; no text of a reader may make it more."""
_LISTS: Final = ("; ", ", ")
_LONGEST_LIST: Final = 60
"""A longer list is none of sentences: those come one a line."""
_HEADS: Final = ("error: ", "warning: ", "Error: ")


@dataclass(frozen=True, slots=True)
class Gap:
    """What fills a gap, or several that stand next to each other; `depth` is in how many sentences it stands."""

    text: str
    depth: int
    is_run: bool = False

    def __format__(self, spec: str) -> str:
        """Return what it says in Vietnamese."""
        if not self.text or spec == QUOTED or self.depth > _DEEPEST or is_quoted(self.text):
            return self.text
        if spec == GROUPED and _NUMBER.fullmatch(self.text):
            return self.text.translate(_OTHER_POINTS)
        said = _words(self.text, self.depth) if spec == WORD else None
        said = said or (_continued(self.text, self.depth) if self.is_run or continues(self.text) else None)
        return said or _sentence(self.text, self.depth) or self.text


@dataclass(frozen=True, slots=True)
class Fit:
    """A template that fits the end of a text, and the place that stands before it."""

    entry: Entry
    end: str
    gaps: tuple[str, ...]
    place: str = ""

    def told(self, depth: int) -> str:
        """Return the text in Vietnamese, its place as it is."""
        return self.place + _filled(self.entry, self.gaps, depth)


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


def told_name(name: str, lang: str) -> str:
    """Return a name that the project gave, the title of its own scenario for example; any other name as it is."""
    return catalogue().exact.get(name, name) if lang == "vi" else name


def told_words(text: str, lang: str) -> str:
    """Return a list of ids and words of the tables, separated by commas, with the words that have names told."""
    return ", ".join(told(word, lang) for word in text.split(", "))


def _line(text: str) -> str:
    head = next((head for head in _HEADS if text.startswith(head)), "")
    known = catalogue().exact
    return (known[head.removesuffix(_PLACE)] + _PLACE if head else "") + _without_head(text.removeprefix(head))


def _without_head(text: str) -> str:
    if continues(text) and (said := _continued(text, 0)):
        return said
    bare = text.strip(" ")
    said = catalogue().exact.get(bare) or _sentence(bare, 0) or _with_few_words(bare)
    return text.replace(bare, said, 1) if said else text


def _sentence(text: str, depth: int) -> str | None:
    """Return a sentence in Vietnamese, or a list of sentences; None where no template fits."""
    if " " not in text:
        return None
    alike = [_fit(part) for part in _parts(text, _LISTS[0], depth)]
    if len({fit and fit.entry.vietnamese for fit in alike}) == 1 and all(alike):
        return _LISTS[0].join(fit.told(depth) for fit in alike if fit)
    fit = _fit(text)
    return fit.told(depth) if fit else _one_by_one(text, depth)


def _filled(entry: Entry, gaps: Sequence[str], depth: int) -> str:
    """Return a sentence in Vietnamese; all that fills gaps that stand together goes into the first of them."""
    filled: list[Gap] = []
    for gap, count in zip(gaps, entry.template.runs, strict=True):
        filled += [Gap(gap, depth + 1, is_run=count > 1), *[Gap("", depth)] * (count - 1)]
    return entry.vietnamese.format(*filled)


def _parts(text: str, between: str, depth: int) -> list[str]:
    """Return the parts of a list that may be one of sentences; nothing where it is no list, or is too long or deep."""
    parts = split(text, between) if depth <= _DEEPEST and between in text else []
    return parts if 1 < len(parts) <= _LONGEST_LIST else []


def _fit(text: str) -> Fit | None:
    """Return the template that fits a text, or what stands behind its place: `case.toml:3: hubs.exactly: ...`.

    The words that begin a text say what it is. Where none do, it is the template that says most: one for what follows
    the places at the beginning, or one with a gap for them.
    """
    ends = [text, *_behind_places(text)]
    begun = [fit for end in ends for fit in islice(_fits(catalogue().begun, end), 1)]
    found = next((fit for fit in begun if fit.entry.template.words >= LEAST_WORDS), next(iter(begun), None))
    if found is None or found.end != text:
        free = next((fit for end in ends for fit in _fits(catalogue().free, end)), None)
        found = max((fit for fit in (found, free) if fit), key=lambda fit: fit.entry.template.letters, default=None)
    return replace(found, place=text.removesuffix(found.end)) if found else None


def _fits(entries: Sequence[Entry], text: str, *, is_whole: bool = False) -> Iterator[Fit]:
    """Yield the templates that fit a text, those that say most first; what `is_whole` is no part of a name."""
    for entry in entries:
        gaps = entry.template.filled(text) if " " in text else None
        if gaps is not None and (is_whole or entry.is_meant(gaps)):
            yield Fit(entry=entry, end=text, gaps=gaps)


def _with_few_words(text: str) -> str | None:
    """Return a line of few words, `reading hubs.csv`, which within a sentence could be part of a name."""
    fits = _fits(catalogue().begun, text, is_whole=True)
    return next((fit.told(0) for fit in fits), None)


def _behind_places(text: str) -> list[str]:
    """Return what stands behind each of the first places of a text."""
    parts = split(text, _PLACE)
    return [_PLACE.join(parts[at:]) for at in range(1, min(len(parts), _PLACES))]


def _one_by_one(text: str, depth: int) -> str | None:
    """Return a list with those of its parts told that are sentences; None where none is."""
    for between in _LISTS:
        parts = _parts(text, between, depth)
        said = [_sentence(part, depth + 1) for part in parts]
        if any(said):
            return between.join(one or part for part, one in zip(parts, said, strict=True))
    return None


def _continued(text: str, depth: int) -> str | None:
    """Return a name and what continues it, `a, b and 3 more`, or the continuation alone."""
    for entry in catalogue().endings:
        end = entry.template
        if (gaps := end.filled(text)) is not None:
            return _filled(entry, gaps, depth)
        gaps = Template(literals=("", *end.literals), runs=(1, *end.runs)).filled(text)
        if gaps is not None and entry.is_meant(gaps[1:]):
            return f"{Gap(gaps[0], depth + 1, is_run=True)}{_filled(entry, gaps[1:], depth)}"
    return None


def _words(text: str, depth: int) -> str | None:
    """Return a list of single words and of sentences told; None where no word of it is known."""
    parts, known = text.split(", "), catalogue().exact
    if not any(part in known for part in parts):
        return None
    return ", ".join(known.get(part) or _sentence(part, depth + 1) or part for part in parts)
