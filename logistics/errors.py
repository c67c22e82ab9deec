"""What can go wrong in `logistics`, each with the exit code the command line gives it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar


class LogisticsError(Exception):
    """Base of every error raised on purpose by `logistics`."""

    exit_code: ClassVar[int] = 1


class InputError(LogisticsError, ValueError):
    """A table, a scenario or an option says something that cannot be right."""

    exit_code = 3


class NoPlanError(LogisticsError, RuntimeError):
    """The time limit passed before any plan was found."""

    exit_code = 5


class InfeasibleError(LogisticsError, ValueError):
    """No plan can keep all that the scenario asks for.

    `facts` says which wishes clash and the ways out, as `infeasible.json` holds it; `in_words` says so in sentences
    of the language it is given.
    """

    exit_code = 4

    def __init__(
        self,
        message: str,
        facts: Mapping[str, Any] | None = None,
        in_words: Callable[[str], Sequence[str]] = lambda _: (),
        lang: str = "en",
    ) -> None:
        super().__init__("\n".join([message, *in_words(lang)]))
        self.message = message
        self.facts = facts
        self.in_words = in_words

    def told_in(self, lang: str) -> "InfeasibleError":
        """Return the same with its sentences in another language."""
        return type(self)(self.message, self.facts, self.in_words, lang)


class AuditError(LogisticsError, ValueError):
    """A run's figures do not agree with each other or with its scenario."""

    exit_code = 6
