"""Where the command line speaks: the answer to stdout, everything else to stderr."""

import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TextIO

_LANG: ContextVar[str] = ContextVar("lang", default="en")
_ESCAPED_IN_JSON = re.compile(r"[\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_DRIVES_TERMINAL = re.compile(
    r"[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]|\x1b(?!\[[0-9;]*m)"
)
"""All that `printable` takes out, but for the sequences that set colour and weight: ours are among the answers."""
_TURNS_LINES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They let the rest of a line run the other way, and a message say what it does not."""

Say = Callable[[str], None]


def printable(text: str) -> str:
    """Return `text` without control characters, which could drive the terminal; line breaks stay."""
    return "".join(
        character
        for character in text
        if character == "\n" or (unicodedata.category(character) not in {"Cc", "Cs"} and character not in _TURNS_LINES)
    )


def never_fail_on_letters() -> None:
    """Let a terminal that cannot show a letter show a question mark, and end no run for it or for want of one."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us (`>&-`)
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: PTH123, SIM115  (as long as we run)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def speak(lang: str) -> None:
    """Choose the language of messages, progress and errors."""
    _LANG.set(lang)


def spoken(text: str, lang: str) -> str:
    """Return a text of the program in a language, fit for a terminal."""
    if lang == "en":
        return printable(text)
    from logistics.i18n.telling import told  # noqa: PLC0415  (reads the tables of sentences)

    return told(printable(text), lang)


def say(text: str) -> None:
    """Write a message to stderr, in the language chosen."""
    with suppress(OSError):  # where no message can be written, none can be written about it
        _write(sys.stderr, f"{spoken(text, _LANG.get())}\n")


def answer(text: str) -> None:
    """Write the answer, or a part of it, to stdout; nothing in it drives the terminal but colour and weight."""
    _write(sys.stdout, f"{_DRIVES_TERMINAL.sub('', text)}\n")


def answer_json(content: Mapping[str, Any]) -> None:
    """Write one JSON object to stdout."""
    shows_all = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(content, ensure_ascii=not shows_all, indent=2, allow_nan=False)
    # JSON may hold these as they are, and a terminal may obey them
    answer(_ESCAPED_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


def is_terminal(stream: TextIO) -> bool:
    """Tell whether a person looks at the stream in a terminal that can move its cursor."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


@contextmanager
def progress() -> Iterator[Say]:
    """Give a function that tells what is being done: one changing line in a terminal, plain lines elsewhere."""
    if not is_terminal(sys.stderr):
        yield say
        return
    from rich.console import Console  # noqa: PLC0415  (not for --help)
    from rich.text import Text  # noqa: PLC0415

    with Console(stderr=True).status("") as status:
        yield lambda text: status.update(Text(spoken(text, _LANG.get())))


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except OSError as error:
        # the interpreter must not try again, and complain, when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):  # that reader has seen enough (`| head`)
            raise
