"""Which sites cover which clients, and how much of each, as checked entries."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models import arrays
from models.arrays import Flags, Floats, Indices
from models.errors import InstanceError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

PAIR = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Entries: site `site[k]` covers the part `part[k]` of client `client[k]`; what is not named is not covered.

    Takes the place of a dense matrix [client, site] where that would be too large. From then on the entries stand in
    the order of the clients, then of the sites, and those of part 0 are gone.

    Parameters
    ----------
    client, site
        [entry] indices; a pair stands once.
    shape
        (number of clients, number of sites).
    part
        [entry] from 0 to 1; None: 1 each.

    Raises
    ------
    InstanceError
        If an entry points nowhere, a part is not from 0 to 1, or a pair stands twice.
    """

    client: Indices
    site: Indices
    shape: tuple[int, int]
    part: Floats | None = None

    def __post_init__(self) -> None:
        shape = _shape(self.shape)
        client = arrays.indices("client", self.client, (None,), shape[0], "clients")
        site = arrays.indices("site", self.site, (client.size,), shape[1], "sites")
        given = np.ones(client.size) if self.part is None else self.part
        part = _parts("part", arrays.floats("part", given, (client.size,)))
        order = np.lexsort((site, client))
        client, site, part = client[order], site[order], part[order]
        twice = np.flatnonzero((np.diff(client) == 0) & (np.diff(site) == 0))
        if twice.size:
            raise InstanceError(f"client {client[twice[0]]} and site {site[twice[0]]} stand twice; expected once")
        kept = part > 0
        object.__setattr__(self, "client", arrays.frozen(client[kept]))
        object.__setattr__(self, "site", arrays.frozen(site[kept]))
        object.__setattr__(self, "part", arrays.frozen(part[kept]))
        object.__setattr__(self, "shape", shape)

    @property
    def parts(self) -> Floats:
        """Return the parts [entry]."""
        return np.ones(self.client.size) if self.part is None else self.part

    @property
    def start(self) -> Indices:
        """Return where the entries of each client begin, and their number [client + 1]."""
        counts = np.bincount(self.client, minlength=self.shape[0])
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)

    def best_parts(self, opened: Flags) -> tuple[Floats, Indices, Floats]:
        """Return of each client the part of its best open site, that site (-1: none), and the part of the second."""
        kept = opened[self.site]
        client, site, part = self.client[kept], self.site[kept], self.parts[kept]
        order = np.lexsort((site, -part, client))
        client, site, part = client[order], site[order], part[order]
        best, second = np.zeros(self.shape[0]), np.zeros(self.shape[0])
        assignment = np.full(self.shape[0], -1, dtype=np.intp)
        is_first = np.append(True, client[1:] != client[:-1])[: client.size]
        best[client[is_first]], assignment[client[is_first]] = part[is_first], site[is_first]
        is_second = np.append(False, is_first[:-1])[: client.size] & ~is_first
        second[client[is_second]] = part[is_second]
        return best, assignment, second


def coverage_of(covers: "Coverage | ArrayLike") -> Coverage:
    """Return the entries of a matrix [client, site] of booleans or parts, or the `Coverage` itself.

    Raises
    ------
    InstanceError
        If it is no such matrix; the entry is named.
    """
    if isinstance(covers, Coverage):
        return covers
    given = arrays.array_of("covers", covers)
    if given.ndim != PAIR:
        raise InstanceError(f"covers has shape {given.shape}; expected (any, any)")
    if given.dtype.kind != "b":
        given = _parts("covers", arrays.floats("covers", given, (None, None)))
    client, site = np.nonzero(given)
    part = given[client, site].astype(np.float64)
    return Coverage(client=client, site=site, shape=(given.shape[0], given.shape[1]), part=part)


def _shape(given: tuple[int, int]) -> tuple[int, int]:
    pair = arrays.array_of("shape", given)
    if pair.shape != (PAIR,):
        raise InstanceError(f"shape is {given!r}; expected a pair, the numbers of clients and of sites")
    return arrays.whole("shape[0]", pair[0]), arrays.whole("shape[1]", pair[1])


def _parts(name: str, part: Floats) -> Floats:
    over = np.argwhere(part > 1)
    if over.size:
        place = tuple(over[0].tolist())
        raise InstanceError(f"{name}[{', '.join(map(str, place))}] is {part[place]}; expected a part from 0 to 1")
    return part
