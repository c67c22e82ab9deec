import base64
import hashlib
import json

import pytest

from logistics.maps.escaping import html_text, json_block, script_hash


def test_a_hostile_name_comes_back_from_the_json_block_as_it_was(hostile):
    assert json.loads(json_block({"name": hostile})) == {"name": hostile}


def test_nothing_in_the_json_block_can_end_or_open_a_tag_or_a_line(hostile):
    assert not set("<>&\u2028\u2029") & set(json_block([hostile]))


def test_a_number_that_is_not_finite_does_not_reach_the_page():
    with pytest.raises(ValueError, match="JSON compliant"):
        json_block([float("nan")])


def test_half_a_surrogate_pair_becomes_a_question_mark_that_a_file_can_hold():
    assert json_block("\ud83d") == '"?"'


def test_every_character_that_a_browser_could_act_on_becomes_a_number():
    assert html_text("<a href=\"x\" b='`${}\\'>&") == (
        "&#60;a href=&#34;x&#34; b=&#39;&#96;&#36;&#123;&#125;&#92;&#39;&#62;&#38;"
    )


def test_letters_with_diacritics_stay_letters():
    assert html_text("Quế Võ") == "Quế Võ"


def test_a_script_is_allowed_by_the_sha256_of_its_bytes():
    digest = base64.b64encode(hashlib.sha256("đ".encode()).digest()).decode()
    assert script_hash("đ") == f"'sha256-{digest}'"
