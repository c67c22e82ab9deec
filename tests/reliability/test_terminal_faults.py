"""Terminals that are none, are closed, full, poor in letters, or would obey what a name tells them."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from logistics.cli import main
from logistics.cli.streams import answer, answer_json, printable, say

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="terminals and shells of POSIX")
HOSTILE = "park \x1b[2J\x1b]0;title\x07\x9b31m\r\x08\x00\u202egpj.exe\u2066 end"
DRIVES = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture
def shell(root, tmp_path):
    """Return what runs a line of the shell, `logistics` being ours."""

    def run(line, **environment):
        lines = f'logistics() {{ "{sys.executable}" -m logistics "$@"; }}\n{line}'
        keep = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root)}
        return subprocess.run(
            ["bash", "-c", lines], cwd=tmp_path, env=keep | environment, capture_output=True, check=False, timeout=120
        )

    return run


@POSIX
@pytest.mark.fault("F24")
def test_in_a_c_locale_letters_that_it_lacks_become_question_marks_and_files_stay_utf_8(shell, tmp_path):
    (tmp_path / "a.toml").write_text('[hubs]\n"Quế" = 2\n', encoding="utf-8")
    poor = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = shell("logistics plan a.toml; logistics template --out Quế.xlsx >/dev/null; echo $?", **poor)
    assert b"error: a.toml:2: hubs.Qu?: there is no such key" in done.stderr
    assert b"Traceback" not in done.stderr
    assert done.stdout == b"0\n"
    assert (tmp_path / "Quế.xlsx").stat().st_size > 0


@POSIX
@pytest.mark.fault("F25")
def test_a_reader_that_has_seen_enough_and_an_output_that_is_closed_are_no_failure(shell):
    done = shell(
        "logistics doctor --json | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}; logistics --version >&-; echo $?"
    )
    assert done.stdout == b"0\n0\n"
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


@POSIX
@pytest.mark.fault("F25", "F11")
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_that_is_full_ends_with_3_and_messages_that_nobody_can_read_end_nothing(shell):
    done = shell("logistics --version >/dev/full; echo $?; logistics plna 2>/dev/full; echo $?")
    assert done.stdout == b"3\n2\n"
    assert done.stderr == b"error: No space left on device\n"


def seen_in_a_terminal(root, arguments, **environment):
    """Return what a command writes into a terminal, its output and its messages."""
    import pty  # noqa: PLC0415  (Windows has none)

    parent, child = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root), "TERM": "xterm"} | environment
    with subprocess.Popen(
        [sys.executable, "-m", "logistics", *arguments], env=environment, stdout=child, stderr=child
    ) as process:
        os.close(child)
        seen = b""
        while True:
            try:
                piece = os.read(parent, 4096)
            except OSError:  # the other side is closed
                break
            if not piece:
                break
            seen += piece
    os.close(parent)
    assert process.returncode == 0
    return seen.decode()


@POSIX
@pytest.mark.fault("F26")
@pytest.mark.parametrize(
    ("environment", "moves", "colours"),
    [({}, True, True), ({"NO_COLOR": "1"}, True, False), ({"TERM": "dumb"}, False, False)],
)
def test_a_terminal_gets_one_changing_line_colours_unless_told_not_to_and_a_poor_one_plain_lines(
    root, environment, moves, colours
):
    seen = seen_in_a_terminal(root, ["doctor"], **environment)
    assert "examining the installation" in seen
    assert ("\x1b[2K" in seen) is moves
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]", seen)) is colours


@POSIX
@pytest.mark.fault("F26")
def test_what_is_no_terminal_gets_plain_lines(shell):
    done = shell("logistics doctor", CI="true")
    assert done.stderr == b"examining the installation\n"
    assert b"\x1b" not in done.stdout


def test_nothing_that_drives_a_terminal_is_in_any_message(capsys):
    say(HOSTILE)
    answer(HOSTILE)
    shown = capsys.readouterr()
    for text in (shown.err, shown.out, printable(HOSTILE) + "\n"):
        assert text == "park [2J]0;title31mgpj.exe end\n"


def test_an_answer_keeps_its_own_colours_and_a_json_says_the_same_in_other_letters(capsys):
    answer("\x1b[1mbold\x1b[0m")
    assert capsys.readouterr().out == "\x1b[1mbold\x1b[0m\n"
    answer_json({"name": HOSTILE})
    text = capsys.readouterr().out
    assert not DRIVES.search(text)
    assert json.loads(text)["name"] == HOSTILE


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "--hubs", HOSTILE],
        ["plan", "--lang", HOSTILE],
        [HOSTILE],
        ["plan", f"{HOSTILE}.toml"],
        ["plan", "--network", HOSTILE],
        ["audit", HOSTILE],
        ["map", HOSTILE],
        ["network", "check", HOSTILE],
        ["network", "build", f"{HOSTILE}.osm", "--out", "net"],
        ["study", HOSTILE],
    ],
)  # fmt: skip
def test_what_was_typed_drives_no_terminal_when_it_is_told_back(arguments, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    arguments = [word.replace("\x00", "") for word in arguments]
    assert main(arguments) in {2, 3}
    shown = capsys.readouterr()
    assert "gpj.exe" in shown.err or "--hubs" in arguments
    assert not DRIVES.search(shown.err + shown.out)
