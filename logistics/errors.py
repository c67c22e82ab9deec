"""What can go wrong in `logistics`, each with the exit code the command line gives it."""

from collections.abc import Mapping, Sequence
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

    `facts` says which wishes clash and the ways out, as `infeasible.json` holds it; `sentences` says so in words.
    """

    exit_code = 4

    def __init__(self, message: str, facts: Mapping[str, Any] | None = None, sentences: Sequence[str] = ()) -> None:
        super().__init__("\n".join([message, *sentences]))
        self.facts = facts


class AuditError(LogisticsError, ValueError):
    """A run's figures do not agree with each other or with its scenario."""

    exit_code = 6
