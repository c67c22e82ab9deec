from importlib.resources import files

import pandas as pd
import pytest

from networks import northern_vietnam
from networks.geodesy import great_circle_km
from networks.regions import MODES, TABLES, region_table
from networks.tables import TableError, read_table

COLUMNS = [(table, column) for table in TABLES.values() for column in table.columns]


@pytest.mark.parametrize("name", TABLES)
def test_each_bundled_file_passes_its_own_contract(name):
    table = region_table(name)
    assert list(table.columns) == list(TABLES[name].names)
    assert table["id"].is_unique


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table.name}-{column.name}" for table, column in COLUMNS])
def test_every_column_has_a_meaning_and_every_number_a_unit(table, column):
    assert column.meaning, table.name
    assert column.unit or column.dtype not in {"number", "integer"}


def test_the_bundled_tables_have_the_rows_that_their_readme_counts():
    counts = {name: len(region_table(name)) for name in TABLES}
    assert counts == {
        "road_nodes": 320,
        "roads": 521,
        "rail_nodes": 40,
        "rail_links": 41,
        "waterway_nodes": 30,
        "waterway_links": 31,
        "terminals": 34,
    }


def test_a_fault_in_a_bundled_table_is_found(tmp_path):
    text = (files("networks.regions") / "tables" / "roads.csv").read_text(encoding="utf-8")
    broken = tmp_path / "roads.csv"
    broken.write_text(text.replace(",18.0,", ",-18.0,", 1).replace("motorway", "motorvay", 1), encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_table(broken, TABLES["roads"])
    assert [fault.split(": ")[0] for fault in caught.value.faults] == ["roads.csv:2:highway", "roads.csv:2:length_km"]


def test_a_link_under_construction_appears_in_its_opening_year():
    def has(year):
        return "r001" in set(northern_vietnam(year=year, modes=["road"]).links["link_id"])

    assert (has(2025), has(2026), has(2030)) == (False, True, True)


def test_an_open_link_is_not_there_before_its_opening_year():
    def has(year):
        return "r002" in set(northern_vietnam(year=year, modes=["road"]).links["link_id"])

    assert (has(2019), has(2020)) == (False, True)


def test_planned_links_without_a_year_and_links_out_of_service_never_appear():
    links = northern_vietnam(year=2100).links
    assert "out_of_service" not in set(links["status"])
    assert links["opening_year"][links["status"].isin(["planned", "under_construction"])].notna().all()


def test_roads_are_two_way_and_take_length_over_the_lower_of_speed_and_limit():
    links = northern_vietnam(modes=["road"]).links.set_index("link_id")
    there, back = links.loc["r002"], links.loc["r002~"]
    assert (there["origin_node_id"], there["destination_node_id"]) == ("ic_chi_lang", "ic_huu_lung")
    assert (back["origin_node_id"], back["destination_node_id"]) == ("ic_huu_lung", "ic_chi_lang")
    assert there["travel_h"] == back["travel_h"] == pytest.approx(38.5 / 65)
    slow = links[(links["highway"] == "secondary") & (links["speed_limit_km_per_h"] == 40.0)].iloc[0]
    assert slow["travel_h"] == pytest.approx(slow["length_km"] / 30)


def test_a_road_without_toll_has_a_toll_of_nought():
    links = northern_vietnam(modes=["road"]).links
    assert (links["toll_vnd_per_km"][~links["toll"]] == 0.0).all()
    assert (links["toll_vnd_per_km"][links["toll"]] > 0.0).all()


def test_trains_and_barges_go_at_the_speed_of_their_own_link():
    links = northern_vietnam().links.set_index("link_id")
    assert links.loc["rl01", "travel_h"] == pytest.approx(5.1 / 30)
    assert links.loc["wl01", "travel_h"] == pytest.approx(42 / 10)


def test_modes_do_not_touch_each_other():
    network = northern_vietnam()
    mode_of = dict(zip(network.nodes["node_id"], network.nodes["mode"], strict=True))
    assert set(network.links["mode"]) == set(MODES)
    assert (network.links["origin_node_id"].map(mode_of) == network.links["mode"]).all()
    assert (network.links["destination_node_id"].map(mode_of) == network.links["mode"]).all()


def test_a_mode_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="found the modes air, expected some of road, rail, waterway"):
        northern_vietnam(modes=["road", "air"])
    with pytest.raises(ValueError, match="no mode was named"):
        northern_vietnam(modes=[])


def test_lines_begin_and_end_at_the_nodes():
    network = northern_vietnam()
    points = network.nodes[["lon", "lat"]].to_numpy()
    tail, head = network.ends()
    lines = network.lines(range(len(network.links)))
    first, last = (pd.DataFrame([line[at] for line in lines]).to_numpy() for at in (0, -1))
    assert great_circle_km(first[:, 0], first[:, 1], points[tail, 0], points[tail, 1]).max() < 1e-9
    assert great_circle_km(last[:, 0], last[:, 1], points[head, 0], points[head, 1]).max() < 1e-9


def test_where_the_network_comes_from_is_written_on_it():
    provenance = northern_vietnam(year=2027, modes=["rail"]).provenance
    assert (provenance["year"], provenance["modes"]) == ("2027", "rail")
    assert "OpenStreetMap contributors" in provenance["licence"]
    assert len(provenance["sha256_rail_links"]) == 64
