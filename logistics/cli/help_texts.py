"""The language that a command line asks for, and help and errors of usage in it."""

import io
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

from logistics.cli.options import Lang
from logistics.cli.streams import say

OPTION: Final = "--lang"
_HEADINGS: Final = re.compile(r"^(Usage|Arguments|Options|Commands):|\[(default|required)(?=[:\];])", re.MULTILINE)


def language_of(words: Sequence[str]) -> Lang:
    """Return the language that the words of a command line ask for: the last one named, English without any.

    It is read before the options are, so that what is wrong with them can be said in it.
    """
    pairs = pairwise([*words, ""])
    asked = [then if word == OPTION else word.removeprefix(f"{OPTION}=") for word, then in pairs if _names_it(word)]
    return next((Lang(name) for name in reversed(asked) if name in set(Lang)), Lang.EN)


def _names_it(word: str) -> bool:
    return word == OPTION or word.startswith(f"{OPTION}=")


def tell_in(command: Any, lang: Lang) -> None:  # noqa: ANN401  (the class of commands has no public name in Typer)
    """Let a command and those below it speak a language, and give their help in it."""
    from logistics.i18n.telling import told  # noqa: PLC0415  (English needs no table)

    def in_words(text: str | None) -> str | None:
        return text and told(" ".join(text.split()), lang.value)

    for one in _all(command):
        one.help, one.short_help = in_words(one.help), in_words(one.short_help)
        for option in one.params:
            option.help = in_words(getattr(option, "help", None))
            if f"--{option.name}" == OPTION:
                option.default = lang
        one.get_help = _with_headings(one.get_help, lambda word: told(word, lang.value))


def _all(command: Any) -> Iterator[Any]:  # noqa: ANN401  (the same)
    yield command
    for below in getattr(command, "commands", {}).values():
        yield from _all(below)


def _with_headings(get_help: Callable[[Any], str], tell: Callable[[str], str]) -> Callable[[Any], str]:
    """Return what gives the same help with the words that Typer adds told as well."""

    def got(context: Any) -> str:  # noqa: ANN401  (the same)
        text = get_help(context).replace("Show this message and exit.", tell("Show this message and exit."))
        return _HEADINGS.sub(lambda found: found[0].replace(word := found[1] or found[2], tell(word)), text)

    return got


def say_usage(error: Any) -> None:  # noqa: ANN401  (the same)
    """Say what is wrong with the options, in the language of messages."""
    shown = io.StringIO()
    error.show(file=shown)
    say(shown.getvalue().rstrip("\n"))
