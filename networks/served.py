"""What a server sends, looked at before it is believed: no page for people, not too large, not too slow, not too busy.

A hook for `requests`, which OSMnx uses: by itself it takes whatever comes, waits as long as one byte comes now and
then, and asks a busy server again for ever.
"""

import time
from dataclasses import dataclass
from typing import Any

MOST_BYTES = 2_000_000_000
"""More than Overpass sends for any area whose roads OSMnx can hold in memory."""
PATIENCE_S = 1800.0
"""For one answer, from its first byte to the last."""
MOST_TIMES_BUSY = 3
BUSY = frozenset({429, 504})
"""Too many requests; the server took too long."""
_PIECE = 1 << 16


class ServerError(OSError):
    """A server did not send what was asked for."""


@dataclass(slots=True)
class Guard:
    """Looks at each answer; `busy` counts those of a server that has too much to do."""

    most_bytes: int = MOST_BYTES
    patience_s: float = PATIENCE_S
    busy: int = 0

    def __call__(self, response: Any, *_: Any, **__: Any) -> None:  # noqa: ANN401  (as requests calls it)
        """Raise ServerError where the answer is none; else let its content stand in it.

        OSMnx asks a busy server again after a minute; the third time in a row we give up.
        """
        if response.status_code in BUSY:
            self.busy += 1
            if self.busy >= MOST_TIMES_BUSY:
                raise ServerError(f"the server is busy (status {response.status_code}, {self.busy} times)")
            return
        self.busy = 0
        kind = response.headers.get("Content-Type", "").split(";")[0].strip().lower()
        if kind in {"text/html", "application/xhtml+xml"}:
            raise ServerError(
                f"a web page came in place of data (status {response.status_code}): a log-in page of the network, or "
                "the server's refusal"
            )
        response._content = self._content(response)  # noqa: SLF001  (there is no other way to read it piece by piece)

    def _content(self, response: Any) -> bytes:  # noqa: ANN401  (a response of requests)
        begun, size = time.monotonic(), 0
        pieces: list[bytes] = []
        for piece in response.iter_content(_PIECE):
            pieces.append(piece)
            size += len(piece)
            if size > self.most_bytes:
                response.close()
                raise ServerError(f"the answer is larger than {self.most_bytes / 1e6:,.0f} MB; ask for a smaller area")
            if time.monotonic() - begun > self.patience_s:
                response.close()
                raise ServerError(f"the answer is not whole after {self.patience_s:,.0f} s")
        return b"".join(pieces)
