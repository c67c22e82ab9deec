"""Lines of links as well-known text (OGC Simple Features), ``LINESTRING (lon lat, lon lat)``."""

import re
from collections.abc import Sequence

from networks.network import Network

_LINE = re.compile(r"\s*LINESTRING\s*\(([^()]*)\)\s*", re.IGNORECASE)


def write_wkt(network: Network, *, straight: bool) -> list[str]:
    """Return the line of each link in its direction, every digit kept.

    Parameters
    ----------
    network
        Whose links.
    straight
        Whether links that are straight between their nodes get a line, too; else "".
    """
    shapes = network.shapes
    stored = [f"{lon!r} {lat!r}" for lon, lat in zip(shapes.lon.tolist(), shapes.lat.tolist(), strict=True)]
    node = network.nodes
    nodes = [f"{lon!r} {lat!r}" for lon, lat in zip(node["lon"].to_list(), node["lat"].to_list(), strict=True)]
    starts = shapes.starts.tolist()
    tail, head = (rows.tolist() for rows in network.ends())
    texts = []
    for row, code in enumerate(network.links["shape"].to_list()):
        line = abs(code) - 1
        if code:
            points = stored[starts[line] : starts[line + 1]][:: 1 if code > 0 else -1]
        else:
            points = [nodes[tail[row]], nodes[head[row]]] if straight else []
        texts.append(f"LINESTRING ({', '.join(points)})" if points else "")
    return texts


def read_wkt(texts: Sequence[str]) -> list[str]:
    """Return lines as `networks.Network` takes them in a column geometry: ``lon lat;lon lat``.

    A text that is no line stays as it is, so that the network names it with its row.
    """
    return [_read(text) for text in texts]


def without_straight(lines: Sequence[str], ends: Sequence[str]) -> list[str]:
    """Return the lines, "" in place of those that run straight between the ends of their link.

    Parameters
    ----------
    lines
        As from `read_wkt`.
    ends
        The points of the nodes of each link in the same form.
    """
    return ["" if line == straight else line for line, straight in zip(lines, ends, strict=True)]


def _read(text: str) -> str:
    found = _LINE.fullmatch(text)
    if not found:
        return text
    return ";".join(" ".join(point.split()) for point in found[1].split(","))
