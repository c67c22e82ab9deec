"""Letters of the maps: how wide a text is, and what of it a map can show.

Widths are the advances of DejaVu Sans, which comes with matplotlib, holds the Vietnamese letters and is wider than
most: they are read from the font file itself, without loading matplotlib.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FONT_FILES: Final = {False: "DejaVuSans.ttf", True: "DejaVuSans-Bold.ttf"}
MISSING: Final = "□"
"""Stands for a character that the font does not hold."""
MORE: Final = "…"
ASCENT_EM: Final = 0.93
"""Above the baseline; capitals with a Vietnamese mark above reach that high."""
DESCENT_EM: Final = 0.24
LINE_EM: Final = 1.22
_NARROWER: Final = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Controls, direction marks, halves of a character: a map shows none of them, and XML allows not all."""


def font_file(*, bold: bool = False) -> Path:
    """Return the file of the font."""
    found = find_spec("matplotlib")
    if found is None or not found.submodule_search_locations:  # pragma: no cover  (a dependency of the project)
        raise FileNotFoundError("matplotlib is not installed; its fonts are needed to measure the names on a map")
    return Path(found.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf" / FONT_FILES[bold]


@cache
def advances_em(*, bold: bool = False) -> Mapping[int, float]:
    """Return how wide each character of the font is, in its size, by its code point."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415  (not for a plan without a map)

    with TTFont(font_file(bold=bold), lazy=True) as font:
        advances, units = font["hmtx"].metrics, font["head"].unitsPerEm
        return {code: advances[glyph][0] / units for code, glyph in font.getBestCmap().items()}


def width_em(text: str, *, bold: bool = False) -> float:
    """Return the width of a text in its size."""
    advances = advances_em(bold=bold)
    return sum(advances.get(ord(letter), advances[ord(MISSING)]) for letter in text)


def legible(text: str, longest: int = 64) -> str:
    """Return a text as a map can show it: one line, no invisible characters, not longer than `longest`."""
    return _cut(" ".join(_shown(unicodedata.normalize("NFC", text[: 8 * longest])).split()), longest)


def _shown(text: str) -> str:
    advances = advances_em()
    kept = (" " if letter.isspace() else letter for letter in text if not _is_invisible(letter))
    return "".join(letter if ord(letter) in advances else MISSING for letter in kept)


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in _INVISIBLE and not letter.isspace()


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + MORE


def wrapped(text: str, room_em: float, most_lines: int, *, bold: bool = False) -> list[str]:
    """Return a text in lines that fit into `room_em`; what is left over after `most_lines` becomes an ellipsis."""
    lines = list(_lines(text.split(), room_em, bold=bold))
    if len(lines) <= most_lines:
        return lines
    return [*lines[: most_lines - 1], _fitted(" ".join(lines[most_lines - 1 :]), room_em, bold=bold)]


def balanced(text: str, room_em: float, most_lines: int, *, bold: bool = False) -> list[str]:
    """Return a text as `wrapped` does, its lines about equally long; brackets at its end go first for want of room."""
    short = re.sub(r"\s*\([^()]*\)\s*$", "", text) or text
    fits = [one for one in (text, short) if len(list(_lines(one.split(), room_em, bold=bold))) <= most_lines]
    if not fits:
        return wrapped(short, room_em, most_lines, bold=bold)
    count = len(list(_lines(fits[0].split(), room_em, bold=bold)))
    for share in _NARROWER:
        lines = list(_lines(fits[0].split(), room_em * share, bold=bold))
        if len(lines) == count and not any(line.endswith(MORE) for line in lines):
            return lines
    return wrapped(fits[0], room_em, most_lines, bold=bold)


def _lines(parts: list[str], room_em: float, *, bold: bool) -> Iterator[str]:
    line = ""
    for part in parts:
        longer = f"{line} {part}" if line else part
        if line and width_em(longer, bold=bold) > room_em:
            yield _fitted(line, room_em, bold=bold)
            longer = part
        line = longer
    if line:
        yield _fitted(line, room_em, bold=bold)


def _fitted(line: str, room_em: float, *, bold: bool) -> str:
    """Cut a line that is too long even alone."""
    if width_em(line, bold=bold) <= room_em:
        return line
    while line and width_em(line + MORE, bold=bold) > room_em:
        line = line[:-1]
    return line.rstrip() + MORE
