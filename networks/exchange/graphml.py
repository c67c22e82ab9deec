"""GraphML, written line by line: a graph of a region never stands in memory as a tree.

http://graphml.graphdrawing.org/specification.html. Attribute types are those that GraphML knows (boolean, long,
double, string), so that NetworkX, igraph, Gephi and yEd read them; the tests read every file with NetworkX.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pandas as pd

from networks.exchange.lines_as_text import write_wkt
from networks.network import Network
from networks.whole import whole_file

_SPECIAL = re.compile("[^\t\n !#-%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML writes as an entity, and what it cannot hold at all."""
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}
_ROWS = 20_000
_STRUCTURE = {"node_id", "link_id", "origin_node_id", "destination_node_id", "shape"}
"""Columns that are the graph itself."""


def write_graphml(network: Network, path: str | Path) -> None:
    """Write a directed graph: ids of nodes and edges are ours, attributes the columns, provenance the graph's.

    An edge that is drawn has its line in the attribute geometry (well-known text); a missing value is left out;
    characters that XML cannot hold become U+FFFD.

    Raises
    ------
    SourceError
        `path` is a folder.
    """
    links = network.links.assign(geometry=pd.Series(write_wkt(network, straight=False), dtype="str").replace("", None))
    nodes, about = network.nodes, {**network.provenance, "crs": network.crs}
    frames = {"node": nodes, "edge": links}
    attributes = {domain: [str(name) for name in frame if name not in _STRUCTURE] for domain, frame in frames.items()}
    with whole_file(Path(path)) as fresh, fresh.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        stream.write('<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for at, name in enumerate(about):
            stream.write(_key(f"g{at}", "graph", name, "string"))
        for domain, frame in frames.items():
            for at, name in enumerate(attributes[domain]):
                stream.write(_key(f"{domain[0]}{at}", domain, name, _type(frame[name])))
        stream.write('<graph id="network" edgedefault="directed">\n')
        for at, text in enumerate(about.values()):
            stream.write(f'<data key="g{at}">{escaped(text)}</data>\n')
        _write_rows(nodes, '<node id="%s">', ["node_id"], attributes["node"], stream)
        ends = ["link_id", "origin_node_id", "destination_node_id"]
        _write_rows(links, '<edge id="%s" source="%s" target="%s">', ends, attributes["edge"], stream)
        stream.write("</graph>\n</graphml>\n")


def escaped(text: str) -> str:
    """Return `text` as XML has it, in elements and in attributes."""
    return _SPECIAL.sub(lambda found: _ENTITIES.get(found[0], "\ufffd"), text) if _SPECIAL.search(text) else text


def _key(key: str, domain: str, name: str, kind: str) -> str:
    return f'<key id="{key}" for="{domain}" attr.name="{_attribute(name)}" attr.type="{kind}"/>\n'


def _attribute(text: str) -> str:
    """Return `text` for between quotes, where a parser makes blanks of line breaks that are not written so."""
    return escaped(text).replace("\n", "&#10;").replace("\t", "&#9;")


def _type(cells: pd.Series) -> str:
    kind = getattr(cells.dtype, "kind", "O")
    return {"b": "boolean", "i": "long", "u": "long", "f": "double"}.get(kind, "string")


def _write_rows(frame: pd.DataFrame, opening: str, ids: list[str], attributes: list[str], stream: TextIO) -> None:
    closing = f"</{opening[1:5]}>\n"
    for begin in range(0, len(frame), _ROWS):
        part = frame.iloc[begin : begin + _ROWS]
        names = [[_attribute(text) for text in part[name].astype("str").to_list()] for name in ids]
        cells = [list(_data(part[name], f"{opening[1]}{at}")) for at, name in enumerate(attributes)]
        template = opening + "%s" * len(cells) + closing
        stream.write("".join(template % row for row in zip(*names, *cells, strict=True)))


def _data(cells: pd.Series, key: str) -> Iterator[str]:
    """Give the element of each cell, "" where there is no value."""
    kind = _type(cells)
    there = cells.notna().to_list()
    values = cells.to_list()
    if kind == "boolean":
        flags = (known and bool(value) for known, value in zip(there, values, strict=True))
        texts: Iterator[str] = ("true" if flag else "false" for flag in flags)
    elif kind == "string":
        texts = (escaped(str(value)) for value in values)
    else:
        texts = map(repr, values)
    begin, end = f'<data key="{key}">', "</data>"
    return (begin + text + end if known else "" for text, known in zip(texts, there, strict=True))
