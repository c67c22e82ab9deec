"""Cases 80 to 84: text that ends in a page, files that would run, and codes that drive a terminal."""

import json
import pickle
import re
import unicodedata

from reliability.bench import PARK, Bench, Outcome, Row, put
from reliability.odd_run import ESCAPE, SCRIPTS, run_folder
from reliability.roads import ROAD, osm_text

PAGES = ("map.html", "report.html")
_DATA = re.compile(r'<script[^>]*type="application/json"[^>]*>(.*?)</script>', re.DOTALL)


def harmless(number):
    """Return a look at the pages: the name stands there as text alone, wherever it stands."""
    name = SCRIPTS[number]

    def then(outcome: Outcome):
        blocks = []
        for page in PAGES:
            text = (run_folder(outcome) / page).read_text(encoding="utf-8")
            assert "Content-Security-Policy" in text
            assert name not in _DATA.sub("", text), page
            blocks += _DATA.findall(text)
        assert [block for block in blocks if "<" in block] == []
        assert any(name in json.dumps(json.loads(block), ensure_ascii=False) for block in blocks)

    return then


class Owned:
    """Whoever loads it makes a file."""

    def __reduce__(self):
        return (open, ("owned", "w"))


def as_input(name):
    def make(bench: Bench):
        path = bench.file(name, pickle.dumps(Owned()))
        return ["plan", path, "--out", "run"]

    return make


def as_network(bench: Bench):
    return ["plan", "--network", bench.file("net.pkl", pickle.dumps(Owned())), "--out", "run"]


def as_table(bench: Bench):
    bench.file("parks.csv", pickle.dumps(Owned()))
    return bench.plan(bench.scenario())


def as_part_of_a_network(bench: Bench):
    """Put a pickle in the place of a table of a stored network."""
    from networks import read_osm, save  # noqa: PLC0415

    save(read_osm(bench.file("roads.osm", osm_text(ROAD))), bench.folder / "net")
    for file in (bench.folder / "net").glob("*.parquet"):
        file.write_bytes(pickle.dumps(Owned()))
    return ["network", "check", "net"]


def nothing_ran(outcome: Outcome):
    assert not (outcome.folder / "owned").exists()


def no_control_characters(outcome: Outcome):
    for text in (outcome.out, outcome.err):
        assert [mark for mark in text if unicodedata.category(mark) == "Cc" and mark != "\n"] == []


def names_kept(outcome: Outcome):
    no_control_characters(outcome)
    assert ESCAPE.encode() not in outcome.out.encode()


def escape_in_a_table(bench: Bench):
    bench.table("parks", put("status", ESCAPE))
    return bench.plan(bench.scenario())


ROWS = (
    *(
        Row(number=number, title=f"a name {name!r}", part_of="odd", code=0, then=harmless(number))
        for number, name in SCRIPTS.items()
    ),
    Row(
        number=83,
        title="a pickle for a scenario",
        make=as_input("case.pkl"),
        then=nothing_ran,
        words=("case.pkl: scenarios are not read from pickles",),
    ),
    Row(
        number=83,
        title="a pickle called a scenario",
        make=as_input("case.toml"),
        then=nothing_ran,
        words=("case.toml",),
    ),
    Row(
        number=83,
        title="a pickle called a workbook",
        make=as_input("case.xlsx"),
        then=nothing_ran,
        words=("case.xlsx: this is no workbook",),
    ),
    Row(
        number=83,
        title="a pickle for a network",
        make=as_network,
        then=nothing_ran,
        words=("net.pkl: found the ending",),
    ),
    Row(number=83, title="a pickle for a table", make=as_table, then=nothing_ran, words=("parks.csv",)),
    Row(number=83, title="a pickle in a stored network", make=as_part_of_a_network, then=nothing_ran, words=("net",)),
    Row(number=84, title="codes of a terminal in a name that is accepted", part_of="odd", code=0, then=names_kept),
    Row(
        number=84,
        title="codes of a terminal in a cell that is refused",
        make=escape_in_a_table,
        then=no_control_characters,
        words=("parks.csv:2:status: found '\\x1b[2Jwiped\\x07'",),
    ),
    Row(
        number=84,
        title="codes of a terminal in a scenario",
        then=no_control_characters,
        words=("forced_open",),
        make=lambda bench: bench.plan(bench.scenario(hubs=f'forced_open = ["{PARK}\\u001b[2J"]')),
    ),
    Row(
        number=84,
        title="codes of a terminal in a process of its own",
        process=True,
        then=no_control_characters,
        make=escape_in_a_table,
        words=("parks.csv:2:status",),
    ),
)
