"""Streams that are closed, broken or a terminal."""

import os
import sys
from contextlib import contextmanager

import pytest

from logistics.cli import streams


@pytest.fixture(autouse=True)
def english():
    """Speak English, whatever the last command of another test spoke."""
    streams.speak("en")


def test_a_stream_that_was_closed_by_whoever_started_us_swallows_what_is_said(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    streams.never_fail_on_letters()
    with sys.stderr as opened:
        streams.say("nobody hears this")
        assert opened.name == os.devnull


class Broken:
    """A stream whose other end is gone, or whose disk is full."""

    def __init__(self, error, path):
        self.error = error
        self.file = path.open("w", encoding="utf-8")

    def write(self, _text):
        raise self.error

    def fileno(self):
        return self.file.fileno()


@pytest.fixture
def broken(tmp_path):
    made = []

    def make(error):
        made.append(Broken(error, tmp_path / "stream"))
        return made[-1]

    yield make
    for one in made:
        one.file.close()


def test_a_reader_that_has_seen_enough_is_no_failure_and_is_written_to_no_more(broken, monkeypatch, tmp_path):
    stream = broken(BrokenPipeError())
    monkeypatch.setattr(sys, "stdout", stream)
    streams.answer("more than the reader wants")
    os.write(stream.fileno(), b"later")  # as the interpreter does when it closes the stream
    assert (tmp_path / "stream").read_bytes() == b""


def test_an_answer_that_a_full_disk_loses_is_a_failure(broken, monkeypatch):
    monkeypatch.setattr(sys, "stdout", broken(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        streams.answer("lost")


def test_in_a_terminal_one_line_tells_what_is_being_done_and_drives_nothing(monkeypatch):
    shown = []

    class Status:
        def update(self, text):
            shown.append(text.plain)

    class Console:
        def __init__(self, **where):
            assert where == {"stderr": True}

        @contextmanager
        def status(self, text):
            shown.append(text)
            yield Status()

    monkeypatch.setattr(streams, "is_terminal", lambda _: True)
    monkeypatch.setattr("rich.console.Console", Console)
    with streams.progress() as tell:
        tell("reading \x1b[31mthe scenario")
        tell("pricing")
    assert shown == ["", "reading [31mthe scenario", "pricing"]
