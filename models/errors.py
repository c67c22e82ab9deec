"""What may go wrong in `models`, in words a caller can act on."""


class ModelError(Exception):
    """Any error of this package."""


class InstanceError(ModelError, ValueError):
    """An instance holds a value that has no meaning; the message names the array and the entry."""


class SettingError(InstanceError):
    """A setting, of the environment for one, has no meaning."""


class SolverError(ModelError, RuntimeError):
    """The solver's process could not do its work: it refused the model, crashed or was killed."""


class SolverMemoryError(SolverError, MemoryError):
    """The solver's process took more memory than it may, and was ended."""
