import csv
import re
from importlib.resources import files

import pytest

from logistics.errors import InputError
from logistics.maps.labels import LANGUAGES, commodity_names, in_vietnamese, labels
from logistics.maps.page import SCRIPTS
from logistics.maps.style import BASE_LINES
from logistics.region import read_region
from logistics.tables import GATEWAYS, SITE_STATUS

MAPS = files("logistics.maps")
BUILT = ("type_", "status_", "kind_", "layer_")
"""Keys put together from a word of the tables."""
ROLES = {"park", "cluster", "province"}


@pytest.fixture(scope="module")
def rows():
    with (MAPS / "labels.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def program():
    return "\n".join((MAPS / "browser" / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)


def test_no_label_is_missing_in_either_language(rows):
    assert [row["key"] for row in rows if not all(row[lang].strip() for lang in LANGUAGES)] == []


def test_no_key_stands_twice(rows):
    keys = [row["key"] for row in rows]
    assert len(keys) == len(set(keys))


def test_both_languages_know_the_same_keys():
    assert labels("en").keys() == labels("vi").keys()


def test_every_label_that_the_page_asks_for_is_there(program):
    asked = set(re.findall(r"\bwords\.(\w+)", program))
    assert asked
    assert asked - labels("en").keys() == set()


def test_no_label_is_left_that_nothing_asks_for(program):
    page = (MAPS / "page.py").read_text(encoding="utf-8")
    asked = set(re.findall(r"\bwords\.(\w+)", program)) | set(re.findall(r'words\["(\w+)"\]', page)) | ROLES
    assert {key for key in labels("en") if not key.startswith(BUILT)} - asked == set()


def test_every_layer_of_the_panel_has_a_name(program):
    order = re.search(r"LAYER_ORDER = \[(.*?)\]", program).group(1)
    assert {f"layer_{key}" for key in re.findall(r'"(\w+)"', order)} == {
        key for key in labels("en") if key.startswith("layer_")
    }


def test_every_kind_of_line_has_a_name():
    assert {f"kind_{kind}" for kind in BASE_LINES} <= labels("en").keys()


def test_every_kind_and_stage_of_the_bundled_region_has_a_name():
    region = read_region()
    kinds = {*region.sites["type"], *GATEWAYS.column("type").choices}
    assert {f"type_{kind}" for kind in kinds} | {f"status_{status}" for status in SITE_STATUS} <= labels("vi").keys()


def test_commodities_have_a_name_in_both_languages():
    assert commodity_names()["electronics"] == ("Electronics", "Điện tử")


def test_a_warning_of_a_run_is_said_in_vietnamese_with_its_figures():
    told = "icd_hai_linh lies more than 5 km from a waterway: no barge"
    assert in_vietnamese(told) == "icd_hai_linh cách đường thủy hơn 5 km: không có sà lan"


def test_a_warning_that_no_sentence_fits_is_left_as_it_is():
    assert in_vietnamese("the moon is full") is None


def test_a_language_that_the_map_does_not_speak_is_refused():
    with pytest.raises(InputError, match="found 'fr', expected one of en, vi"):
        labels("fr")
