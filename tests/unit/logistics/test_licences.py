"""Licences of all that the program needs, and that each dependency's reason stands in CONTRIBUTING."""

import re
import tomllib
from email.message import Message
from itertools import chain

import pytest

from logistics import licences


class Held:
    """A distribution as importlib.metadata gives it, with its metadata as in the file METADATA."""

    def __init__(self, name, requires=(), **fields):
        self.metadata = Message()
        self.metadata["Name"] = name
        self.version = "1.0"
        self.requires = list(requires)
        for field, values in fields.items():
            for value in values if isinstance(values, list) else [values]:
                self.metadata[field.replace("_", "-")] = value


def test_the_expression_comes_before_field_and_classifiers():
    held = Held("x", License_Expression="MIT", License="Expat", Classifier=["License :: OSI Approved :: BSD License"])
    assert licences.licence_of(held) == "MIT"


def test_a_field_that_holds_the_whole_text_gives_way_to_the_classifier():
    held = Held(
        "x",
        License="Permission is hereby granted, free of charge, to any person obtaining a copy of this software",
        Classifier=["License :: OSI Approved :: MIT License", "Programming Language :: Python"],
    )
    assert licences.licence_of(held) == "MIT License"


def test_a_licence_that_is_not_stated_is_said_to_be_so():
    assert licences.licence_of(Held("x")) == licences.UNSTATED


def test_what_a_dependency_needs_is_listed_with_who_needs_it_and_extras_are_not(monkeypatch):
    held = {
        "logistics": Held("logistics", ["First-One>=1"]),
        "first-one": Held("first_one", ["second[fast]<3; python_version < '4'", "tested; extra == 'test'", "absent"]),
        "second": Held("second", ["first_one"], License="ISC"),
        "tested": Held("tested"),
    }
    monkeypatch.setattr(licences, "installed", lambda name: held.get(licences.spelled(name)))
    found = [(one.name, one.needed_by, one.licence) for one in licences.dependency_licences()]
    assert found == [("first_one", "logistics", licences.UNSTATED), ("second", "first_one", "ISC")]


def test_every_licence_of_this_installation_is_stated():
    assert [one.name for one in licences.dependency_licences() if one.licence == licences.UNSTATED] == []


def test_every_direct_dependency_has_its_reason_in_contributing(root):
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    named = {re.match(r"[A-Za-z0-9_.-]+", line)[0] for line in lines}
    reasons = {}
    for line in (root / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines():
        if re.match(r"\| [a-zA-Z]", line):
            packages, why = (cell.strip() for cell in line.strip("|").split("|")[:2])
            reasons |= dict.fromkeys(packages.split(", "), why)
    assert sorted(named - set(reasons)) == []
    assert all(len(why.split()) > 1 for name, why in reasons.items() if name in named)


@pytest.mark.parametrize("word", [["--licences"], ["--licences", "--json"]])
def test_the_doctor_lists_each_package_with_its_licence(word, capsys):
    from logistics.cli import main  # noqa: PLC0415

    assert main(["doctor", *word]) == 0
    shown = capsys.readouterr().out
    assert "ortools" in shown
    assert "Apache" in shown
