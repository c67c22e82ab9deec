"""Workbooks broken at random: read, or refused in words, and nothing else."""

import io
import tempfile
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.errors import InputError
from logistics.scenario import read_scenario

PIECES = (b"", b"999999999", b'<c r="ZZZZ9"/>', b'<row r="-1">', b"nan", b'"', b"&lol;", b"</row>", b"1e400", b"\xff")


@cache
def parts():
    """Return the parts of a small sound workbook."""
    book = openpyxl.Workbook()
    book.active.title = "scenario"
    for row in [("key", "value"), ("year", 2030), ("title", "x"), ("hubs.areas_ha", "10; 20")]:
        book.active.append(row)
    service = book.create_sheet("service")
    for row in [("commodity", "share_pct", "within_h", "within_km", "place_ids", "name"), ("*", 90, 4)]:
        service.append(row)
    packed = io.BytesIO()
    book.save(packed)
    with zipfile.ZipFile(packed) as found:
        return {name: found.read(name) for name in sorted(found.namelist())}


@st.composite
def broken(draw):
    """Return the bytes of the workbook with a few pieces of a part replaced, or of the file itself."""
    changed = dict(parts())
    name = draw(st.sampled_from(sorted(changed)))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(changed[name])))
        end = at + draw(st.integers(0, 20))
        changed[name] = changed[name][:at] + draw(st.sampled_from(PIECES)) + changed[name][end:]
    if draw(st.booleans()):
        del changed[draw(st.sampled_from(sorted(changed)))]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        for part, data in changed.items():
            file.writestr(part, data)
    data = packed.getvalue()
    return data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 4)) == 0 else data


@settings(max_examples=100)
@given(broken())
def test_a_broken_workbook_is_read_or_refused_in_words(data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "case.xlsx"
        path.write_bytes(data)
        try:
            said = read_scenario(path).source.name
        except InputError as error:
            said = str(error)
    assert "case.xlsx" in said
