"""The report: every figure as the run has it, every text as text, nothing missing in a language."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from string import Formatter

import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.i18n.word_file import words
from logistics.reports.document import write_comparison, write_report
from logistics.reports.document.wording import PACKAGE, Wording


class Page(HTMLParser):
    """Tags, their attributes, and the text of every element with `data-figure`."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.figures, self.text, self._figure = [], [], {}, [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)
        self._figure = dict(attrs).get("data-figure")

    def handle_data(self, data):
        self.text.append(data)
        if self._figure:
            self.figures.setdefault(self._figure, []).append(data)
            self._figure = None


@pytest.fixture(params=["en", "vi"])
def lang(request):
    return request.param


@pytest.fixture
def page(material, lang, tmp_path):
    return Page(write_report(material, tmp_path / "report.html", lang=lang).read_text(encoding="utf-8"))


def test_figures_are_those_of_the_run_in_the_reader_s_format(page, lang):
    shown = {name: set(values) for name, values in page.figures.items()}
    expected = {
        "objective_vnd_per_year": ("1,234.6", "1.234,6"), "saving_vnd_per_year": ("65.4", "65,4"),
        "costs.toll": ("34.6", "34,6"), "totals.tkm_per_year": ("1,250,000,000", "1.250.000.000"),
        "totals.co2_t_per_year": ("1,234", "1.234"),
    }  # fmt: skip
    for name, (english, vietnamese) in expected.items():
        assert shown[name] == {english if lang == "en" else vietnamese}, name


def test_hostile_texts_are_text(page, hostile):
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert not any(name.startswith("on") for name, _ in page.attributes)
    text = "".join(page.text)
    for name in hostile[:8]:
        assert name in text
    assert " 49 " not in text
    assert "x" * 600 not in text


def test_the_page_asks_for_nothing_and_runs_nothing(page):
    policy = next(value for name, value in page.attributes if name == "content" and "default-src" in value)
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in policy
    assert not {"link", "script", "iframe", "img", "object"} & set(page.tags)
    assert not any(name in {"src", "href", "xlink:href"} for name, _ in page.attributes)


def test_guesses_come_first_the_widest_before_the_others(material, tmp_path):
    text = write_report(material, tmp_path / "report.html").read_text(encoding="utf-8")
    appendix = text[text.index('id="ledger"') :]
    ids = re.findall(r'class="id">(row\d+)<', appendix)
    guesses = [f"row{at}" for at in (11, 9, 7, 5, 3, 1)]  # spread grows with the number
    assert ids[:6] == guesses
    assert set(ids[6:]) == {f"row{at}" for at in (0, 2, 4, 6, 8, 10)}


def test_the_answers_of_why_are_told_and_what_was_not_asked(material, tmp_path):
    text = write_report(material, tmp_path / "report.html").read_text(encoding="utf-8")
    assert "12.3" in text
    assert "fixed cost -12.3 %" in text
    assert "Asked so far: 1 of 24 sites" in text


@pytest.mark.parametrize(
    ("findings", "said"), [(None, "Not audited"), ((), "Accepted"), (("tonnes are missing",), "tonnes are missing")]
)
def test_the_certificate_tells_the_audit(material, findings, said, tmp_path):
    text = write_report(replace(material, findings=findings), tmp_path / "r.html").read_text(encoding="utf-8")
    assert said in text[text.index('id="certificate"') :]


def test_a_run_of_an_earlier_version_says_that_it_holds_no_ledger(material, tmp_path):
    text = write_report(replace(material, ledger=None), tmp_path / "r.html").read_text(encoding="utf-8")
    assert "does not hold the figures it read" in text


def test_the_same_run_makes_the_same_bytes(material, tmp_path):
    one, two = (write_report(material, tmp_path / f"{name}.html", lang="vi").read_bytes() for name in ("one", "two"))
    assert one == two


def test_an_unknown_language_is_refused(material, tmp_path):
    with pytest.raises(InputError, match="found 'de', expected one of en, vi"):
        write_report(material, tmp_path / "report.html", lang="de")
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_earlier_report(material, tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("earlier", encoding="utf-8")
    monkeypatch.setattr("logistics.reports.document.output.report_map", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        write_report(material, path)
    assert [(file.name, file.read_text(encoding="utf-8")) for file in tmp_path.iterdir()] == [
        ("report.html", "earlier")
    ]


def test_hubs_by_phase_tell_when_each_hub_opens(material, tmp_path):
    late = material.tables.hubs.assign(period="2040")
    early = material.tables.hubs[~material.tables.hubs["is_new"]]
    phase = {"weight": 0.5, "vnd_per_year": 9e11, "direct_vnd_per_year": 1e12, "capital_standing_vnd": 2e12,
             "new_hubs": 0, "totals": {"t_per_year": 5e6, "co2_t_per_year": 9.0}}  # fmt: skip
    both = {
        name: pd.concat([getattr(material.tables, name).assign(period=year) for year in ("2030", "2040")])
        for name in ("places", "link_flows", "flows")
    }
    facts = {**material.tables.summary, "phases": [{**phase, "year": 2030}, {**phase, "year": 2040}]}
    hubs = pd.concat([early, late], ignore_index=True)
    tables = replace(material.tables, hubs=hubs, summary=facts, **both)
    text = write_report(replace(material, tables=tables), tmp_path / "r.html").read_text(encoding="utf-8")
    part = text[text.index('id="phases"') : text.index('id="costs"')]
    assert part.count("<svg") == 2
    row = next(line for line in part.splitlines() if ">h1<" in line)
    assert re.findall(r'class="n">([^<]*)<', row) == ["–", "390,000"]
    assert "cross-dock 10 ha" in row


def test_two_runs_side_by_side_add_up(material, tmp_path, lang):
    flows = pd.DataFrame({
        "period": ["2030"], "origin_id": ["park0"], "destination_id": ["gateway0"], "commodity": ["electronics"],
        "channel": ["seaport"], "shipment": ["full"], "hub_id": ["h0"], "second_hub_id": [""], "t_per_year": [1000.0],
    })  # fmt: skip
    first = replace(material.tables, flows=flows)
    second = replace(
        first, flows=flows.assign(hub_id="h1"),
        summary={**first.summary, "objective_vnd_per_year": 1_235_567_890_123.0, "title": "Second"},
    )  # fmt: skip
    page = Page(
        write_comparison((first, second), [("hubs.max_new", "5", "<b>")], tmp_path / "c.html", lang=lang).read_text(
            "utf-8"
        )
    )
    text = "".join(page.text)
    assert "1,234.6" in text if lang == "en" else "1.234,6" in text
    assert ("1.0" if lang == "en" else "1,0") in text
    assert "b" not in page.tags
    assert "h1" in text
    assert "1,000" in text if lang == "en" else "1.000" in text


def test_every_word_stands_in_both_languages_with_the_same_gaps():
    english, vietnamese = (words(PACKAGE, lang) for lang in ("en", "vi"))
    assert english.keys() == vietnamese.keys()
    gaps = {key: [{name for _, name, _, _ in Formatter().parse(text[key]) if name} for text in (english, vietnamese)]
            for key in english}  # fmt: skip
    assert [key for key, (one, other) in gaps.items() if one != other] == []
    assert [key for text in (english, vietnamese) for key, value in text.items() if not value] == []


def test_every_word_that_a_template_says_is_there():
    folder = files(PACKAGE) / "templates"
    asked = set()
    for template in folder.iterdir():
        asked |= set(re.findall(r'say\("(\w+)"', template.read_text(encoding="utf-8")))
    assert asked - words(PACKAGE, "en").keys() == set()


@pytest.mark.parametrize(
    ("value", "english", "vietnamese"),
    [(6.76, "6.76", "6,76"), (6_500_000.0, "6,500,000", "6.500.000"), (0.0825, "0.0825", "0,0825"),
     (75.0, "75", "75"), (float("nan"), "–", "–"), (1500.5, "1,500", "1.500")],
)  # fmt: skip
def test_figures_have_the_digits_they_need(value, english, vietnamese):
    assert Wording("en").figure(value) == english
    assert Wording("vi").figure(value) == vietnamese


def test_sizes_of_hubs_have_words():
    assert Wording("vi").tier("as it stands + cross-dock 10 ha + yard 30 ha") == (
        "như hiện có + kho trung chuyển 10 ha + bãi container 30 ha"
    )
