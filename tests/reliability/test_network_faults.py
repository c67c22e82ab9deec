"""Servers that are not there, busy, endless or say something else; and Dask schedulers that lack the package."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from logistics.errors import InputError
from logistics.studies import running
from networks import SourceError, download_osm
from networks.served import MOST_TIMES_BUSY, Guard, ServerError

AREA = (105.7, 20.9, 105.9, 21.1)


@pytest.fixture
def server():
    """A server on this machine; `answers` are taken in turn: status, kind, pieces of the body, seconds between them."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            self.do_GET()

        def do_GET(self):
            found.asked.append(self.path)
            status, kind, pieces, wait_s = found.answers[min(len(found.asked), len(found.answers)) - 1]
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            for piece in pieces:
                try:
                    self.wfile.write(piece)
                except OSError:  # whoever asked has gone
                    return
                time.sleep(wait_s)

        def log_message(self, *_):
            pass

    found = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.answers, found.asked = [], []
    found.url = f"http://127.0.0.1:{found.server_port}"
    thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    found.shutdown()
    found.server_close()
    thread.join()


def got(server, guard, *answers):
    server.answers = list(answers)
    return requests.get(server.url, timeout=5, hooks={"response": guard})


@pytest.mark.fault("F21")
def test_data_come_through_as_they_are(server):
    data = json.dumps({"elements": []}).encode()
    assert got(server, Guard(), (200, "application/json", [data[:5], data[5:]], 0)).json() == {"elements": []}


@pytest.mark.fault("F21")
@pytest.mark.parametrize("status", [200, 400, 511])
def test_a_web_page_is_no_data(server, status):
    with pytest.raises(ServerError, match=rf"a web page came in place of data \(status {status}\)"):
        got(server, Guard(), (status, "text/html; charset=utf-8", [b"<html>please log in"], 0))


@pytest.mark.fault("F21")
def test_an_answer_without_end_is_cut_off_by_its_size_or_its_time(server):
    with pytest.raises(ServerError, match="larger than 1 MB; ask for a smaller area"):
        got(server, Guard(most_bytes=1_000_000), (200, "application/json", [b"x" * 300_000] * 10, 0))
    with pytest.raises(ServerError, match="not whole after"):
        got(server, Guard(patience_s=0.05), (200, "application/json", [b"x" * 70_000] * 40, 0.02))


@pytest.mark.fault("F21")
def test_a_busy_server_is_asked_again_and_given_up_the_third_time(server):
    guard, busy = Guard(), (429, "text/html", [b"slow down"], 0)
    for _ in range(MOST_TIMES_BUSY - 1):
        assert got(server, guard, busy).status_code == 429
    with pytest.raises(ServerError, match=r"busy \(status 429, 3 times\)"):
        got(server, guard, busy)


@pytest.fixture
def through_osmnx(server, monkeypatch, tmp_path):
    """Let OSMnx ask our server, and never wait."""
    osmnx = pytest.importorskip("osmnx")
    for name, value in {"overpass_url": server.url, "overpass_rate_limit": False, "use_cache": False}.items():
        monkeypatch.setattr(osmnx.settings, name, value)
    monkeypatch.setattr("osmnx._http._config_dns", lambda _: None)
    monkeypatch.setattr("osmnx._overpass.time.sleep", lambda _: None)
    monkeypatch.chdir(tmp_path)
    return osmnx


@pytest.mark.fault("F21")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, "text/html", [b"<html>"], 0), "a web page came in place of data"),
        ((429, "text/html", [b"<html>"], 0), "the server is busy"),
        ((504, "text/html", [b"<html>"], 0), "the server is busy"),
        ((200, "application/json", [b'{"elements": ['], 0), "Overpass gave no roads"),
    ],
)
def test_a_download_that_gets_something_else_is_one_clear_error(server, through_osmnx, answer, words):
    before = through_osmnx.settings.requests_kwargs
    server.answers = [answer]
    with pytest.raises(SourceError, match=words):
        download_osm(AREA)
    assert 1 <= len(server.asked) <= MOST_TIMES_BUSY
    assert through_osmnx.settings.requests_kwargs is before


@pytest.mark.fault("F21")
def test_no_network_is_one_clear_error(server, through_osmnx):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        through_osmnx.settings.overpass_url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with pytest.raises(SourceError, match="check the connection"):
            download_osm(AREA)
    assert server.asked == []


class Fake:
    """A client whose scheduler and workers say which versions they have."""

    def __init__(self, scheduler, workers):
        self.scheduler, self.workers = scheduler, workers

    def wait_for_workers(self, *_, **__):
        pass

    def run_on_scheduler(self, _):
        if isinstance(self.scheduler, Exception):
            raise self.scheduler
        return self.scheduler

    def run(self, _, on_error):
        assert on_error == "return"
        return self.workers


@pytest.mark.fault("F6")
def test_scheduler_and_workers_must_have_the_versions_of_the_client(monkeypatch):
    here = {"logistics": "1.0", "ortools": "9.15"}
    monkeypatch.setattr(running, "installed_versions", lambda: here)
    running._require_same_versions(Fake(here, {"w1": here, "w2": here}), "tcp://x")
    for scheduler, workers, words in (
        (here | {"ortools": "9.1"}, {"w1": here}, "the scheduler has ortools 9.1 (here 9.15); install the same on all"),
        (here, {"w1": here, "w2": here | {"logistics": "0.9"}}, "worker w2 has logistics 0.9 (here 1.0)"),
        (ModuleNotFoundError("logistics"), {"w1": here}, "the scheduler has logistics none (here 1.0), ortools none"),
        (here, {"w1": ModuleNotFoundError("logistics")}, "worker w1 has logistics none (here 1.0)"),
    ):
        with pytest.raises(InputError) as told:
            running._require_same_versions(Fake(scheduler, workers), "tcp://x")
        assert words in str(told.value)
    with pytest.raises(InputError, match="it went away while it was asked"):
        running._require_same_versions(Fake(OSError("closed"), {}), "tcp://x")


WITHOUT = """
import sys
sys.modules["logistics"] = None  # as where it is not installed
from distributed.cli.{0} import main
sys.exit(main(sys.argv[1:]))
"""


def started_without(what, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", WITHOUT.format(what), *arguments, "--no-dashboard"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


@pytest.mark.fault("F6")
@pytest.mark.skipif(sys.platform == "win32", reason="process groups of POSIX")
def test_a_real_scheduler_that_lacks_the_package_is_told_before_anything_is_decided():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    processes = [
        started_without("dask_scheduler", "--host", "127.0.0.1", "--port", str(port)),
        started_without("dask_worker", address, "--nthreads", "1", "--no-nanny"),
    ]
    try:
        with pytest.raises(InputError, match=r"the scheduler has logistics none"), running.workers_of(address):
            pass
    finally:
        for process in processes:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
