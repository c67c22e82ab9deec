"""Names of folders made from names of scenarios."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.cli.file_names import slug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("northern_vietnam", "northern_vietnam"),
        ("Phương án Đông Bắc – Quế Võ", "phuong-an-dong-bac-que-vo"),
        ("a/b\\c\n../d", "a-b-c-d"),
        ("CON", "scenario-con"),
        ("lpt1", "scenario-lpt1"),
        ("😀", "scenario"),
        ("x" * 300, "x" * 64),
    ],
)
def test_a_name_becomes_a_safe_folder(name, expected):
    assert slug(name) == expected


@given(st.text())
def test_every_name_gives_a_folder_that_any_system_takes(name):
    assert re.fullmatch(r"[a-z0-9_-]{1,64}", slug(name))


@given(st.text())
def test_a_slug_is_its_own_slug(name):
    assert slug(slug(name)) == slug(name)
