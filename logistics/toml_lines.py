"""Where each key of a TOML text stands: the standard reader tells values but not their lines."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

KeyPath = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # a text over several lines may end in one or two quotes of its own
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|\n"
    r"|[\[\]{},=.]"
    r"|[^\S\n]+"
    r"|[^\s\[\]{},=.\"'\#]+",
    re.DOTALL,
)
_OPENING = "[{"
_CLOSING = "]}"


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int


def key_lines(text: str) -> Mapping[KeyPath, int]:
    """Return the line at which each key, section and list entry first stands.

    Parameters
    ----------
    text
        TOML that the standard reader accepts.

    Returns
    -------
    Mapping
        Path, e.g. ``("hubs", "forced_open", 1)``, to line; the first line is 1.
    """
    lines: dict[KeyPath, int] = {}
    section: KeyPath = ()
    for statement in _statements(text):
        if statement[0].text == "[":
            section = _section_path(statement, lines)
            _note(section, statement[0].line, lines)
        else:
            _note_value(section, statement, lines)
    return lines


def line_of(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """Return the line of `path`, or of the nearest section above it that the text holds."""
    above = (path[:length] for length in range(len(path), 0, -1))
    return next((lines[part] for part in above if part in lines), None)


def _statements(text: str) -> Iterator[list[_Token]]:
    """Yield the tokens of each section header and each key with its value, without blanks and comments."""
    statement: list[_Token] = []
    depth, line = 0, 1
    for match in _TOKEN.finditer(text):
        piece = match.group()
        if piece == "\n" and depth == 0 and statement:
            yield statement
            statement = []
        depth += (piece in _OPENING) - (piece in _CLOSING)
        if not piece.isspace() and not piece.startswith("#"):
            statement.append(_Token(piece, line))
        line += piece.count("\n")
    if statement:
        yield statement


def _section_path(statement: list[_Token], lines: Mapping[KeyPath, int]) -> KeyPath:
    path = _keys([token.text for token in statement if token.text not in {"[", "]"}])
    if statement[1].text != "[":
        return path
    number = sum(1 for known in lines if known[:-1] == path and isinstance(known[-1], int))
    return (*path, number)


def _note_value(section: KeyPath, statement: list[_Token], lines: dict[KeyPath, int]) -> None:
    equals = next(at for at, token in enumerate(statement) if token.text == "=")
    path = (*section, *_keys([token.text for token in statement[:equals]]))
    _note(path, statement[0].line, lines)
    if statement[equals + 1].text == "[":
        _note_entries(path, statement[equals + 2 :], lines)


def _note_entries(path: KeyPath, tokens: list[_Token], lines: dict[KeyPath, int]) -> None:
    depth, number = 0, 0
    for token in tokens:
        depth += token.text in _OPENING
        if depth == 0 and token.text == ",":
            number += 1
        elif token.text not in _CLOSING:
            lines.setdefault((*path, number), token.line)
        depth -= token.text in _CLOSING


def _note(path: KeyPath, line: int, lines: dict[KeyPath, int]) -> None:
    for length in range(1, len(path) + 1):
        lines.setdefault(path[:length], line)


def _keys(pieces: list[str]) -> KeyPath:
    return tuple(_unquoted(piece) for piece in pieces if piece != ".")


def _unquoted(piece: str) -> str:
    return str(tomllib.loads(f"key = {piece}")["key"]) if piece[0] in "\"'" else piece
