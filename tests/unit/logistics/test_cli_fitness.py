"""How a network that was looked over is shown: one without any doubt, and one in parts."""

from dataclasses import replace

import pytest

from logistics.cli.fitness import show
from networks.checks import Fitness
from networks.findings import Finding

NONE = Finding(name="loops", what="links from a node to itself", count=0, of=4, rows=(), advice="none", is_doubt=True)
SOUND = Fitness(
    nodes=3, links=4, length_km=5.0, road_nodes=3, parts=1, largest_share=1.0, largest_km=5.0, imputed={}, places=0,
    pairs=0, findings=(NONE,),
)  # fmt: skip


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")


def test_a_network_without_any_doubt_is_said_to_be_fit_and_what_was_looked_for_is_listed():
    shown = show(SOUND, "net", "")
    assert "Fit for use, without any doubt." in shown
    assert "Looked for and not found" in shown
    assert "links from a node to itself" in shown
    assert "Doubts" not in shown


def test_each_sentence_of_a_doubt_stands_by_itself_and_a_doubt_without_rows_has_its_number():
    told = replace(NONE, name="left", what="tables left out", count=2, of=2, rows=({"what": "a"}, {"what": "b"}))
    bare = replace(NONE, count=1, of=4, advice="look at it")
    shown = show(replace(SOUND, findings=(told, bare)), "net", "")
    assert "Fit for use, with 2 kinds of doubt to look at." in shown
    assert [line.strip() for line in shown.splitlines() if line.strip().startswith("- ")] == ["- a", "- b"]
    assert "1 links from a node to itself (25.0 % of 4)" in " ".join(shown.split())
    assert "Looked for and not found" not in shown
