"""Reading the region, whole and with faults."""

import shutil

import pytest

from logistics.errors import InputError
from logistics.region import bundled_file, read_region


def own(tmp_path, name, change):
    path = tmp_path / f"{name}.csv"
    path.write_text(change(bundled_file(name).read_text(encoding="utf-8")), encoding="utf-8")
    return {name: path}


def test_the_bundled_region_has_every_row_of_its_tables(region):
    kinds = region.generators["kind"].value_counts().to_dict()
    assert kinds == {"park": 175, "cluster": 40}
    assert (len(region.sites), len(region.gateways), len(region.provinces)) == (49, 56, 25)


def test_sources_and_confidence_are_kept(region):
    for frame in (region.generators, region.sites, region.gateways, region.provinces):
        assert (frame["source"] != "").all()
        assert set(frame["confidence"]) <= {"high", "medium", "low"}


def test_every_industry_has_a_sector_and_every_sector_a_commodity(region):
    assert set(region.sector_of.values()) <= set(region.commodity_of)
    assert {"electronics", "general", "bulk", "food_cold", "parcels"} == set(region.commodity_of.values())


def test_an_id_in_two_tables_is_refused(tmp_path):
    files = own(tmp_path, "clusters", lambda text: text.replace("ccn_hap_linh", "bn_tien_son", 1))
    with pytest.raises(InputError, match=r"clusters\.csv:2:id: 'bn_tien_son' is also an id of parks\.csv"):
        read_region(files)


def test_faults_of_several_tables_are_told_together(tmp_path):
    files = own(tmp_path, "parks", lambda text: text.replace("402.81", "-402.81", 1))
    files |= own(tmp_path, "hubs", lambda text: text.replace("1200000", "none", 1))
    with pytest.raises(InputError) as caught:
        read_region(files)
    assert "parks.csv:2:area_ha" in str(caught.value)
    assert "hubs.csv:2:capacity_t_per_year" in str(caught.value)


def test_a_copy_of_a_bundled_table_reads_the_same(tmp_path, region):
    path = shutil.copyfile(bundled_file("parks"), tmp_path / "mine.csv")
    assert read_region({"parks": path}).generators.equals(region.generators)
