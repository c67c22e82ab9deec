"""Files handed over while a program holds the earlier one open."""

import pytest

from logistics.reports.handover import _written


def refuse(path):
    def write(target):
        if target == path:
            raise PermissionError(13, "used by another process")
        target.write_text("new")

    return write


def test_beside_a_file_that_is_open_elsewhere_a_new_one_is_written_and_told(tmp_path):
    book, told = tmp_path / "workbook.xlsx", []
    book.write_text("old")
    written = _written(book, refuse(book), told)
    assert written == tmp_path / "workbook (1).xlsx"
    assert (book.read_text(), written.read_text()) == ("old", "new")
    assert told == ["workbook.xlsx is open in another program, so it was written as workbook (1).xlsx"]


def test_a_folder_that_may_not_be_written_is_an_error(tmp_path):
    told = []
    with pytest.raises(PermissionError):
        _written(tmp_path / "workbook.xlsx", refuse(tmp_path / "workbook.xlsx"), told)
    assert told == []
