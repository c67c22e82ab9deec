"""Chromium driven through its debugging pipe, for the tests of pages and for their benchmarks."""

import base64
import contextlib
import itertools
import json
import os
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--remote-debugging-pipe", "--window-size=1400,900",
)  # fmt: skip
PIPES = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3]]
os.dup2(ends[0], 3)
os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
PATIENCE_S = 30.0
TROUBLE = {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening"}
DRAWN = "document.readyState === 'complete' && document.querySelector('[data-drawn]') !== null"
KEYS = {
    "Enter": (13, "\r"),
    "Tab": (9, ""),
    "Escape": (27, ""),
    "ArrowDown": (40, ""),
    "ArrowUp": (38, ""),
    " ": (32, " "),
}


class Browser:
    """One page; messages are JSON that ends in a NUL. A dialog is closed, and counts as trouble."""

    def __init__(self, folder):
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        command = [sys.executable, "-c", PIPES, str(to_browser), str(from_browser), CHROMIUM, *FLAGS]
        self._process = subprocess.Popen(
            [*command, f"--user-data-dir={folder}", "about:blank"],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._numbers, self._rest, self._session, self.events = itertools.count(1), b"", None, []
        try:
            self._attach()
        except BaseException:
            self.close()
            raise

    def _attach(self):
        pages = [target for target in self.ask("Target.getTargets")["targetInfos"] if target["type"] == "page"]
        attached = self.ask("Target.attachToTarget", targetId=pages[0]["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def ask(self, method, **parameters):
        number = self._send(method, parameters)
        while (message := self._message()).get("id") != number:
            self.events.append(message)
            if message.get("method") == "Page.javascriptDialogOpening":
                self._send("Page.handleJavaScriptDialog", {"accept": True})
        assert "error" not in message, message
        return message["result"]

    def run(self, script):
        answer = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def cut_off(self):
        """Take the network away; files can still be read."""
        self.ask("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)

    def open(self, path, drawn=DRAWN):
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        self.wait(drawn)

    def wait(self, condition):
        until = time.monotonic() + PATIENCE_S
        while not self.run(condition):
            assert time.monotonic() < until, f"never came true: {condition}"
            time.sleep(0.02)

    def size(self, width, height, *, mobile=False):
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=mobile)

    def picture(self, path):
        path.write_bytes(base64.b64decode(self.ask("Page.captureScreenshot", format="png")["data"]))

    def press(self, key):
        code, text = KEYS[key]
        for kind in ("keyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, text=text)

    def write(self, text):
        self.ask("Input.insertText", text=text)

    def click(self, script):
        """Click with the mouse in the middle of an element."""
        box = self.run(f"{script}.getBoundingClientRect().toJSON()")
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def trouble(self):
        return [event for event in self.events if event.get("method") in TROUBLE]

    def requests(self):
        sent = [event for event in self.events if event.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in sent]

    def failures(self):
        return [event for event in self.events if event.get("method") == "Network.loadingFailed"]

    def can_read(self, path):
        """Tell whether the browser sees our files: one that runs confined does not."""
        self.ask("Page.navigate", url=path.as_uri())
        until = time.monotonic() + PATIENCE_S / 3
        while time.monotonic() < until:
            if self.run("document.title") == "seen":
                return True
            time.sleep(0.02)
        return False

    def cpu_s(self):
        """Return the CPU seconds of the browser and all processes it started (Linux)."""
        parents, ticks = {}, {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                parents[int(path.parent.name)] = int(fields[1])
                ticks[int(path.parent.name)] = sum(int(fields[at]) for at in (11, 12, 13, 14))
        return sum(t for pid, t in ticks.items() if self._is_ours(pid, parents)) / os.sysconf("SC_CLK_TCK")

    def _is_ours(self, pid, parents):
        while pid in parents and pid != self._process.pid:
            pid = parents[pid]
        return pid == self._process.pid

    def close(self):
        os.close(self._write)
        os.close(self._read)
        self._process.terminate()
        self._process.wait(PATIENCE_S)

    def _send(self, method, parameters):
        message = {"id": next(self._numbers), "method": method, "params": parameters}
        session = {"sessionId": self._session} if self._session else {}
        os.write(self._write, json.dumps(message | session).encode() + b"\0")
        return message["id"]

    def _message(self):
        while b"\0" not in self._rest:
            assert select.select([self._read], [], [], PATIENCE_S)[0], "the browser is silent"
            part = os.read(self._read, 1 << 20)
            assert part, "the browser has gone"
            self._rest += part
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)
