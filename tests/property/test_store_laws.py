"""A folder that was tampered with gives a network or one clear error, whatever was done to it."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from networks import Network, SourceError, load, northern_vietnam, save
from networks.store import MANIFEST


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("network")
    save(northern_vietnam(modes=["rail"]), folder)
    return {file.name: file.read_bytes() for file in folder.iterdir()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("tampered")


def damaged(data, cuts, draw):
    changed = bytearray(data)
    for at, value in cuts:
        changed[at % len(changed)] = value
    return bytes(changed[: len(changed) - draw % len(changed)] if draw else changed)


def outcome(folder):
    try:
        return load(folder)
    except SourceError as error:
        return error


CUTS = st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=8)


@settings(max_examples=150)
@given(name=st.sampled_from(["nodes", "links", "shapes"]), cuts=CUTS, length=st.integers(0, 2**16) | st.just(0))
def test_damaged_tables_whose_checksums_were_mended_never_crash(files, folder, name, cuts, length):
    for file in folder.iterdir():
        file.unlink()
    manifest = json.loads(files[MANIFEST])
    for file, data in files.items():
        if not file.startswith(name):
            (folder / file).write_bytes(data)
            continue
        changed = damaged(data, cuts, length)
        digest = hashlib.sha256(changed).hexdigest()
        manifest["tables"][name]["sha256"] = digest
        (folder / f"{name}-{digest[:16]}.parquet").write_bytes(changed)
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert isinstance(outcome(folder), Network | SourceError)


@given(cuts=CUTS)
def test_a_damaged_manifest_never_crashes(files, folder, cuts):
    for file, data in files.items():
        (folder / file).write_bytes(damaged(data, cuts, 0) if file == MANIFEST else data)
    assert isinstance(outcome(folder), Network | SourceError)
