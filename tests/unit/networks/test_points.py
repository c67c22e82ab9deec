import pytest

from networks import TableError
from networks.points import read_points


@pytest.mark.parametrize("name", ["point_id", "id"])
def test_places_are_read_with_either_name_of_their_id(tmp_path, name):
    file = tmp_path / "places.csv"
    file.write_text(f"\ufeff{name},name,lon,lat\nkho,Kho Yên Viên,105.9,21.1\n", encoding="utf-8")
    assert read_points(file).to_dict("records") == [
        {"point_id": "kho", "lon": 105.9, "lat": 21.1, "name": "Kho Yên Viên"}
    ]


def test_every_fault_of_a_file_of_places_is_named(tmp_path):
    file = tmp_path / "places.csv"
    file.write_text("id,lon,lat\na,21.0,105.0\na,x,21.0\n", encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_points(file)
    assert [fault.split(": ")[0] for fault in caught.value.faults] == [
        "places.csv:3:lon",
        "places.csv:2:lat",
        "places.csv:3:id",
    ]


def test_a_file_without_ids_is_refused(tmp_path):
    file = tmp_path / "places.csv"
    file.write_text("lon,lat\n105.0,21.0\n", encoding="utf-8")
    with pytest.raises(TableError, match=r"places\.csv:1:point_id: the column is missing"):
        read_points(file)
