"""A deliverable killed while it is written leaves the old file or the new one."""

import shutil
import signal
import subprocess
import sys
import time
import zipfile

import pyogrio
import pytest

WRITER = """
import sys
from pathlib import Path
from logistics.reports.gis import write_geopackage
from logistics.reports.workbook import write_workbook
from logistics.run_folder import read_run
run = Path(sys.argv[1])
tables = read_run(run)
write_workbook(tables, run, run / "workbook.xlsx")
write_geopackage(tables, run / "plan.gpkg")
print("ready", flush=True)
while True:
    write_workbook(tables, run, run / "workbook.xlsx")
    write_geopackage(tables, run / "plan.gpkg")
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no process can be killed without notice here")
def test_killed_at_any_moment_the_workbook_and_the_geopackage_are_whole(phased_run, tmp_path, root):
    folder = tmp_path / "run"
    shutil.copytree(phased_run, folder)
    for wait_s in (0.05, 0.4, 0.9):
        command = [sys.executable, "-c", WRITER, folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as writer:
            assert writer.stdout.readline() == "ready\n"
            time.sleep(wait_s)
            writer.kill()
        with zipfile.ZipFile(folder / "workbook.xlsx") as packed:
            assert packed.testzip() is None
            assert "xl/workbook.xml" in packed.namelist()
        assert len(pyogrio.list_layers(folder / "plan.gpkg")) == 10
