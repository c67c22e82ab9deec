"""The test problems that the field publishes: network, trip and flow files of Transportation Networks (TNTP).

Format: https://github.com/bstabler/TransportationNetworks (README). A cost may weigh distance and toll besides
time; the weights stand in each problem's own README.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from networks.equilibrium.arrays import Floats, Ints
from networks.equilibrium.instance import Delay, Instance
from networks.errors import MissingSourceError, SourceError

_NET = ("init_node", "term_node", "capacity", "length", "free_flow_time", "b", "power", "speed", "toll")


def read_tntp(net: Path, trips: Path, *, distance_weight: float = 0.0, toll_weight: float = 0.0) -> Instance:
    """Read a problem.

    Parameters
    ----------
    net, trips
        The files `NAME_net.tntp` and `NAME_trips.tntp`. Nodes are numbered from 1 there and from 0 here.
    distance_weight, toll_weight
        Time that a unit of length and of toll counts for (Chicago Sketch: 0.04 and 0.02).

    Raises
    ------
    SourceError
        A file is missing, a row is no row of its table, or the metadata lack a number.
    """
    metadata, rows = _rows(net)
    table = _numbers(net, rows, len(_NET))
    first_through = int(metadata.get("FIRST THRU NODE", "1"))
    tail, head = (_nodes(table[:, column]) for column in (0, 1))
    origin, destination, volume = _trips(trips)
    delay = Delay(
        free=table[:, 4],
        capacity=table[:, 2],
        alpha=table[:, 5],
        beta=table[:, 6],
        fixed=distance_weight * table[:, 3] + toll_weight * table[:, 8],
    )
    return Instance(
        nodes=int(max(values.max() for values in (tail, head, origin, destination))) + 1,
        tail=tail,
        head=head,
        delay=delay,
        origin=origin,
        destination=destination,
        volume=volume,
        closed=np.arange(first_through - 1),
    )


def read_flow(path: Path, instance: Instance) -> tuple[Floats, Floats]:
    """Read the published flow and cost of each link, in the order of `instance`.

    Raises
    ------
    SourceError
        The file is missing, or does not name just the links of the instance.
    """
    _, rows = _rows(path)
    table = _numbers(path, rows[1:], 4)
    ends = _nodes(table[:, 0]) * instance.nodes + _nodes(table[:, 1])
    wanted = instance.tail * instance.nodes + instance.head
    order = np.argsort(ends)
    if len(np.unique(wanted)) < len(wanted) or not np.array_equal(ends[order], np.sort(wanted)):
        raise SourceError(f"{path.name}: found other links than those of the network, expected the same")
    at = order[np.searchsorted(ends[order], wanted)]
    return table[at, 2], table[at, 3]


def _rows(path: Path) -> tuple[dict[str, str], list[str]]:
    """Return the metadata and the rows that hold something."""
    if not path.is_file():
        raise MissingSourceError(f"{path.name}: there is no such file; expected a TNTP file")
    metadata, rows = {}, []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        text = line.split("~", 1)[0].strip()
        if text.startswith("<"):
            name, _, value = text[1:].partition(">")
            metadata[name.strip()] = value.strip()
        elif text:
            rows.append(text)
    return metadata, rows


def _numbers(path: Path, rows: list[str], columns: int) -> Floats:
    cells = [row.rstrip(";").split()[:columns] for row in rows]
    try:
        table = np.array(cells, dtype=np.float64).reshape(-1, columns)
    except ValueError as error:
        raise SourceError(f"{path.name}: found rows that are not {columns} or more numbers: {error}") from error
    if not len(table):
        raise SourceError(f"{path.name}: found no rows, expected a TNTP table")
    return table


def _nodes(values: Floats) -> Ints:
    return values.astype(np.int64) - 1


def _trips(path: Path) -> tuple[Ints, Ints, Floats]:
    try:
        triples = np.array(list(_triples(_rows(path)[1])), dtype=np.float64).reshape(-1, 3)
    except ValueError as error:
        raise SourceError(f"{path.name}: found {error}, expected 'Origin 1' and '2 : 100.0;'") from error
    if not len(triples):
        raise SourceError(f"{path.name}: found no trips, expected 'Origin 1' and '2 : 100.0;'")
    return _nodes(triples[:, 0]), _nodes(triples[:, 1]), triples[:, 2]


def _triples(rows: list[str]) -> Iterator[tuple[float, float, float]]:
    origin = float("nan")
    for row in rows:
        if row.startswith("Origin"):
            origin = float(row.split()[1])
            continue
        for cell in filter(str.strip, row.split(";")):
            destination, volume = cell.split(":")
            yield origin, float(destination), float(volume)
