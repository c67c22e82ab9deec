"""A small region for whole runs: the parks of Bắc Ninh only, without the provinces' own trade."""

import csv

import pytest

from logistics.planning import plan
from logistics.region import bundled_file
from logistics.scenario import Scenario


def write_part(name, folder, keep):
    """Write the rows of a bundled table that `keep` accepts into a folder."""
    with bundled_file(name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    path = folder / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if keep(row))
    return path


@pytest.fixture(scope="session")
def small_scenario(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    parks = write_part("parks", folder, lambda row: row["province_2024"] == "Bắc Ninh")
    clusters = write_part("clusters", folder, lambda row: row["id"].startswith("ccn_k"))
    tables = {"parks": parks, "clusters": clusters}
    return Scenario(name="small", year=2030, tables=tables, regional_trade=False, curve_to=2, max_new_hubs=2)


@pytest.fixture(scope="session")
def small_plan(small_scenario):
    return plan(small_scenario)
