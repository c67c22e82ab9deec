"""A peer in an environment of its own: given an instance and a limit, it prints seconds and value as a line of JSON."""

import contextlib
import json
import os
import signal
import subprocess
import tempfile
from pathlib import Path

import numpy as np

GRACE_S = 60.0  # for reading and building, which no peer's own time counts


def peer_seconds(python, script, peer, limit_s, **arrays):
    """Return (seconds, value) of the peer, or None where it failed or did not finish.

    What it started ends with it: a solver left behind would slow down all that is measured after it.
    """
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "instance.npz")
        np.savez(source, **arrays)
        command = [str(python), str(script), peer, str(source), str(limit_s)]
        work = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, process_group=0)
        try:
            output, _ = work.communicate(timeout=limit_s + GRACE_S)
        except subprocess.TimeoutExpired:
            output = ""
        finally:
            end_all(work)
    if work.returncode or not output:
        return None
    answer = json.loads(output.splitlines()[-1])
    return (answer["seconds"], answer["value"]) if answer["seconds"] <= limit_s else None


def end_all(work):
    with contextlib.suppress(ProcessLookupError):  # nothing is left
        os.killpg(work.pid, signal.SIGKILL)
    work.wait()
