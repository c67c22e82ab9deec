"""A matrix of the user's own: what it means, and every fault at once."""

import pandas as pd
import pytest

from logistics.errors import InputError
from logistics.od_matrix import Ends, in_year, joins_parks, matrix_flows, read_od_matrix

ENDS = Ends(
    channel_of={"port": "seaport", "gate": "border", "south": "domestic"},
    park_ids=frozenset({"park", "cluster"}),
    province_ids=frozenset({"town"}),
    commodities=("general", "bulk"),
    closed_ids=frozenset({"coal_port"}),
)
NEAR = pd.DataFrame(
    [
        ("park", "general", "seaport", "out", 30.0, 1000.0, 0.8, 0.1, 0.1),
        ("park", "general", "seaport", "in", 10.0, 2000.0, 0.4, 0.3, 0.3),
        ("park", "bulk", "domestic", "out", 60.0, 100.0, 1.0, 0.0, 0.0),
    ],
    columns=[
        "place_id",
        "commodity",
        "channel",
        "direction",
        "t_per_year",
        "vot_vnd_per_th",
        "full",
        "medium",
        "small",
    ],
)


@pytest.fixture
def written(tmp_path):
    def write(*lines):
        path = tmp_path / "mine.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


def read(path):
    return read_od_matrix(path, ENDS).frame


def flows(path, year=2030):
    return matrix_flows(read(path), year, ENDS, NEAR)


HEADER = "origin_id,destination_id,commodity,t_per_year"


@pytest.mark.parametrize(
    ("pair", "meaning"),
    [
        ("park,port", ["park", "port", "seaport", "out", "export"]),
        ("gate,town", ["town", "gate", "border", "in", "import"]),
        ("park,south", ["park", "south", "domestic", "out", "domestic"]),
        ("park,town", ["park", "town", "domestic", "out", "domestic"]),
        ("town,park", ["park", "town", "domestic", "in", "domestic"]),
        ("park,cluster", ["park", "cluster", "domestic", "out", "domestic"]),
    ],
)
def test_the_ends_say_channel_direction_and_trade(written, pair, meaning):
    found = flows(written(HEADER, f"{pair},general,100"))
    assert found["t_per_year"].sum() == pytest.approx(100)
    assert found.iloc[0][["near_id", "far_id", "channel", "direction", "trade"]].tolist() == meaning


def test_sizes_and_value_of_time_given_are_kept(written):
    path = written(f"{HEADER},full,medium,small,vot_vnd_per_th", "park,port,general,100,0.5,0.3,0.2,777")
    found = flows(path).set_index("shipment")
    assert found["t_per_year"].to_dict() == pytest.approx({"full": 50, "medium": 30, "small": 20})
    assert found["vot_vnd_per_th"].tolist() == pytest.approx([777] * 3)


def test_blank_sizes_are_those_generated_for_the_same_commodity_channel_and_way(written):
    found = flows(written(HEADER, "park,port,general,100")).set_index("shipment")
    assert found["t_per_year"].to_dict() == pytest.approx({"full": 80, "medium": 10, "small": 10})
    assert found.loc["full", "vot_vnd_per_th"] == pytest.approx(1000)


def test_without_that_channel_the_mean_of_the_commodity_is_taken(written):
    found = flows(written(HEADER, "park,gate,general,100")).set_index("shipment")
    assert found.loc["full", "t_per_year"] == pytest.approx(100 * (30 * 0.8 + 10 * 0.4) / 40)
    assert found.loc["full", "vot_vnd_per_th"] == pytest.approx((30 * 1000 + 10 * 2000) / 40)


def test_between_two_years_tonnes_are_interpolated_and_outside_them_held(written):
    path = written(
        f"{HEADER},year", "park,port,general,100,2025", "park,port,general,300,2035", "park,gate,bulk,50,2035"
    )
    totals = {year: flows(path, year)["t_per_year"].sum() for year in (2020, 2025, 2030, 2035, 2050)}
    assert totals == pytest.approx({2020: 100, 2025: 100, 2030: 225, 2035: 350, 2050: 350})


def test_a_matrix_without_years_holds_in_every_year(written):
    matrix = read(written(f"{HEADER},year", "park,port,general,100,"))
    assert in_year(matrix, 2040)["t_per_year"].tolist() == [100]


def test_every_fault_is_told_at_once_with_file_row_and_column(written):
    path = written(
        f"{HEADER},year,full,medium,small",
        "prk,port,general,100,2030,1,0,0",
        "port,gate,general,-5,2030,1,0,0",
        "park,park,generl,abc,2030,1,0,0",
        "park,coal_port,bulk,1,2030,0.5,0.2,0.2",
        "park,gate,bulk,1,2030,0.5,,",
        "park,town,bulk,1,,1,0,0",
        "park,port,bulk,1,2030,1,0,0",
        "park,port,bulk,2,2030,1,0,0",
    )
    with pytest.raises(InputError) as error:
        read(path)
    told = str(error.value)
    for words in (
        "mine.csv:2:origin_id: found 'prk', expected a known id; the nearest is 'park'",
        "mine.csv:3:t_per_year: found -5, expected a number in t/year, at least 0",
        "mine.csv:3:origin_id, destination_id: both are gateways",
        "mine.csv:4:commodity: found 'generl'",
        "mine.csv:4:t_per_year: found 'abc'",
        "mine.csv:4:origin_id, destination_id: found 'park' at both ends",
        "mine.csv:5:destination_id: found 'coal_port', a gateway that takes no freight that year",
        "mine.csv:5:full, medium, small: sum to 0.9, expected 1",
        "mine.csv:6:full, medium, small: only some are given",
        "mine.csv:7:year: blank, expected a year in every row or in none",
        "mine.csv:9:origin_id, destination_id, commodity, year: 'park port bulk 2030' is already in row 8",
    ):
        assert words in told, words
    assert len(told.splitlines()) == 11


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("origin_id,destination_id,commodity", "park,port,bulk"), "mine.csv:1:t_per_year: the column is missing"),
        ((HEADER,), "found no rows"),
        (("origin_id;destination_id", "park;port"), "expected columns separated by commas"),
    ],
)
def test_a_file_that_is_no_matrix_is_refused(written, lines, words):
    with pytest.raises(InputError, match=words):
        read(written(*lines))


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read(tmp_path / "none.csv")


def test_without_generated_freight_sizes_must_be_given(written):
    matrix = read(written(HEADER, "park,port,general,100"))
    with pytest.raises(InputError, match="give them in the file"):
        matrix_flows(matrix, 2030, ENDS, NEAR.iloc[:0])


@pytest.mark.parametrize(
    ("content", "joined"),
    [
        ("origin_id,destination_id\npark,sea\nother,sea\n", False),
        ("destination_id,origin_id\npark,sea\npark,other\n", True),
        ("origin_id\npark\n", False),
        ("", False),
    ],
)
def test_a_matrix_joins_parks_if_a_row_goes_from_one_to_another(tmp_path, content, joined):
    path = tmp_path / "od.csv"
    path.write_text(content, encoding="utf-8")
    assert joins_parks(path, {"park", "other"}) is joined
