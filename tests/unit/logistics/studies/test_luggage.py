"""What a study sends to its workers: the scenario with every file that it names."""

from dataclasses import replace

import pytest

from logistics.scenario import northern_vietnam
from logistics.studies.luggage import pack


@pytest.mark.parametrize("name", ["roads", "roads.osm.pbf"])
def test_a_network_travels_as_a_folder_or_as_the_file_it_is(tmp_path, name):
    network = tmp_path / name
    if name == "roads":
        network.mkdir()
        (network / "links.bin").write_bytes(b"links")
    else:
        network.write_bytes(b"links")
    packed = pack(replace(northern_vietnam(), network=network))
    sent = "network/links.bin" if name == "roads" else "network.osm.pbf"
    assert dict(packed.files)[sent] == b"links"
    there = packed.unpack(tmp_path / "there").network
    assert there != network
    assert (there / "links.bin" if name == "roads" else there).read_bytes() == b"links"


def test_a_changed_byte_of_a_file_changes_the_key(tmp_path):
    keys = set()
    for content in (b"links", b"lines"):
        (tmp_path / "roads.osm").write_bytes(content)
        keys.add(pack(replace(northern_vietnam(), network=tmp_path / "roads.osm")).key)
    assert len(keys) == 2
