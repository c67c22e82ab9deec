"""Where the command line speaks: the answer to stdout, everything else to stderr."""

import json
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TextIO

_LANG: ContextVar[str] = ContextVar("lang", default="en")
_EIGHT_BIT_CONTROLS = re.compile("[\x7f-\x9f]")

Say = Callable[[str], None]


def printable(text: str) -> str:
    """Return `text` without control characters, which could drive the terminal; line breaks stay."""
    return "".join(
        character for character in text if character == "\n" or unicodedata.category(character) not in {"Cc", "Cs"}
    )


def never_fail_on_letters() -> None:
    """Let a terminal that cannot show a letter show a question mark, and end no run for it."""
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
    _write(sys.stderr, f"{spoken(text, _LANG.get())}\n")


def answer(text: str) -> None:
    """Write the answer, or a part of it, to stdout."""
    _write(sys.stdout, f"{text}\n")


def answer_json(content: Mapping[str, Any]) -> None:
    """Write one JSON object to stdout."""
    shows_all = (sys.stdout.encoding or "").lower().startswith("utf")
    text = json.dumps(content, ensure_ascii=not shows_all, indent=2, allow_nan=False)
    # JSON may hold these as they are, and a terminal may obey them
    answer(_EIGHT_BIT_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


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
    except BrokenPipeError:
        # the reader has seen enough (`| head`); the interpreter must not complain when it closes the stream
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
