"""What can go wrong in `networks`; each error is also a built-in one, so callers may catch either."""


class NetworkError(Exception):
    """Base of every error raised on purpose by `networks`."""


class SourceError(NetworkError, ValueError):
    """A file or a download is not what it claims to be."""


class MissingSourceError(SourceError, FileNotFoundError):
    """A file is not there."""


class DisconnectedError(NetworkError, ValueError):
    """Places that have to reach each other cannot."""


class TooFarError(NetworkError, ValueError):
    """Points lie further from the network than allowed."""


class TableError(NetworkError, ValueError):
    """A table breaks its contract; `faults` holds one sentence a fault.

    Parameters
    ----------
    faults
        Every fault found, each with file, row and column.
    limit
        How many of them the message shows.
    """

    def __init__(self, faults: "list[str] | tuple[str, ...]", *, limit: int = 50) -> None:
        self.faults = tuple(faults)
        shown = list(self.faults[:limit])
        if len(self.faults) > limit:
            shown.append(f"... and {len(self.faults) - limit} more")
        super().__init__("\n".join(shown))
