"""A deliverable killed while it is written leaves the old file or the new one."""

import os
import shutil
import subprocess
import sys
import zipfile

import pyogrio
import pytest

KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from logistics.reports.gis import write_geopackage
from logistics.reports.workbook import write_workbook
from logistics.run_folder import read_run

run = Path(sys.argv[1])
tables, draw = read_run(run), random.Random(7)
while sys.stdin.readline():
    reader, writer = os.pipe()
    child = os.fork()
    if not child:  # everything is loaded: what is killed is a writer and no more
        while True:
            for begun, write in ((b"w", lambda: write_workbook(tables, run, run / "workbook.xlsx")),
                                 (b"g", lambda: write_geopackage(tables, run / "plan.gpkg"))):
                os.write(writer, begun)
                write()
    os.close(writer)
    wanted = draw.choice([b"w", b"g"])
    while os.read(reader, 1) != wanted:
        pass
    time.sleep(draw.uniform(0.0, 0.8))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(reader)
    print("killed", flush=True)
"""


@pytest.mark.slow
@pytest.mark.fault("F1", "F12", "F14")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be killed without notice here")
def test_killed_at_any_moment_the_workbook_and_the_geopackage_are_whole(phased_run, tmp_path, root):
    folder = tmp_path / "run"
    shutil.copytree(phased_run, folder)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as killer:
        for _ in range(3):
            killer.stdin.write("go on\n")
            killer.stdin.flush()
            assert killer.stdout.readline() == "killed\n"
            with zipfile.ZipFile(folder / "workbook.xlsx") as packed:
                assert packed.testzip() is None
                assert "xl/workbook.xml" in packed.namelist()
            assert len(pyogrio.list_layers(folder / "plan.gpkg")) == 10
