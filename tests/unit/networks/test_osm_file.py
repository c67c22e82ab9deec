import bz2
import gzip
import hashlib
from pathlib import Path

import pytest

from networks.errors import MissingSourceError, SourceError
from networks.osm_file import check_osm_file, sha256

XML = b'<?xml version="1.0"?><osm version="0.6"/>'
PBF = b"\x00\x00\x00\x0d\n\tOSMHeader\x18\x10"


def write(folder, name, content):
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.osm", XML, "osm"),
        ("a.osm", b"\xef\xbb\xbf" + XML, "osm"),
        ("a.xml", b"<osm/>", "osm"),
        ("a.osm.gz", gzip.compress(XML, mtime=0), "osm.gz"),
        ("a.osm.bz2", bz2.compress(XML), "osm.bz2"),
        ("A.OSM.PBF", PBF, "pbf"),
        ("a.pbf", PBF, "pbf"),
    ],
)
def test_the_format_goes_by_the_name_and_the_first_bytes(tmp_path, name, content, kind):
    assert check_osm_file(write(tmp_path, name, content)) == kind


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.osm.pbf", b"", "is empty"),
        ("a.osm.gz", gzip.compress(b"", mtime=0), "is not OSM XML"),
        ("a.osm.pbf", b"<html><body>404", "is not an OSM PBF .*begins with '<html>"),
        ("a.osm", b"<html>404</html>", "is not OSM XML .*begins with '<html>"),
        ("a.osm.pbf", b"\xff\xd8\xff\xe0JFIF", "looks like a JPEG image"),
        ("a.osm.bz2", b"\xff\xd8\xff\xe0JFIF", "is not a bzip2 file .*JPEG"),
        ("a.osm.pbf", gzip.compress(XML, mtime=0), "looks like a gzip file"),
        ("a.osm.gz", gzip.compress(b"\x00\x01", mtime=0), "is not OSM XML"),
        ("a.osm.gz", b"\x1f\x8b\x09garbage", "is a damaged osm.gz file"),
        ("a.osm.bz2", bz2.compress(XML)[:20], "is a damaged osm.bz2 file"),
        ("a.csv", XML, r"found the ending '\.csv', expected one of \.osm\.pbf"),
        ("a.osm", b"\x1b[2Jboo", r"\\x1b"),
    ],
)
def test_a_file_that_is_something_else_is_refused_by_name(tmp_path, name, content, words):
    with pytest.raises(SourceError, match=words) as caught:
        check_osm_file(write(tmp_path, name, content))
    assert name in str(caught.value)


def test_a_missing_file_is_also_a_file_not_found_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="no such file"):
        check_osm_file(tmp_path / "none.osm.pbf")
    assert issubclass(MissingSourceError, SourceError)


def test_a_folder_is_refused(tmp_path):
    folder = tmp_path / "a.osm.pbf"
    folder.mkdir()
    with pytest.raises(SourceError, match="is a folder"):
        check_osm_file(folder)


def test_a_file_without_permission_is_refused(tmp_path, monkeypatch):
    path = write(tmp_path, "a.osm.pbf", PBF)

    def deny(*_args, **_options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", deny)
    with pytest.raises(SourceError, match="may not be read"):
        check_osm_file(path)


def test_a_checksum_beside_the_file_is_believed(tmp_path):
    path = write(tmp_path, "a.osm.pbf", PBF)
    digest = hashlib.md5(PBF, usedforsecurity=False).hexdigest()
    write(tmp_path, "a.osm.pbf.md5", f"{digest}  a.osm.pbf\n".encode())
    assert check_osm_file(path) == "pbf"
    write(tmp_path, "a.osm.pbf", PBF + b"\x00")
    with pytest.raises(SourceError, match=r"its md5 is .* as a\.osm\.pbf\.md5 says"):
        check_osm_file(path)


def test_the_checksum_of_a_file_is_its_sha256(tmp_path):
    assert sha256(write(tmp_path, "a", b"abc")) == hashlib.sha256(b"abc").hexdigest()
