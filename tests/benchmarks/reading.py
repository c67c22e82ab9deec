"""OpenStreetMap file to simplified truck network with geometry: time and peak memory against OSMnx and pyrosm.

    python tests/benchmarks/reading.py --pyrosm PYTHON [--osmnx PYTHON] [--folder FOLDER]
    python tests/benchmarks/reading.py --largest            the 5-million-node extract, our reader only

PYTHON is an interpreter in whose environment the peer is installed (pyrosm is no dependency of the project; OSMnx
is, and without --osmnx this interpreter's is taken). Malta is read in place from the shared data; the synthetic
extract (`synthetic_extract`) is written into FOLDER, by default a temporary one, and is kept there.

Each reading has a process of its own, which first reads a small extract (imports and compilation do not count) and
then the file asked for; its time is by the wall, its peak memory is the process's largest resident set
(`resource.getrusage`). Each pair reads the same file: .osm with OSMnx, which knows only XML, .osm.pbf with pyrosm.
"""

import argparse
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MALTA = ROOT.parent / "shared" / "data" / "osm" / "malta_2016.osm.pbf"
SMALL, MILLION, LARGEST = 3_000, 1_000_000, 5_000_000
FASTER_THAN_OSMNX, FASTER_THAN_PYROSM, SHARE_OF_OSMNX_MEMORY, LARGEST_MB = 12.0, 3.0, 0.25, 2_500.0


def read_ours(path: str) -> tuple[int, int]:
    """Read with this project; return the number of nodes and of links."""
    from networks import read_osm  # noqa: PLC0415  (only the process that measures it pays)

    network = read_osm(path)
    return len(network.nodes), len(network.links)


def read_osmnx(path: str) -> tuple[int, int]:
    """Read as the users of OSMnx do: graph_from_xml simplifies, and draws each edge."""
    import osmnx  # noqa: PLC0415

    graph = osmnx.graph_from_xml(path)
    return len(graph.nodes), len(graph.edges)


def read_pyrosm(path: str) -> tuple[int, int]:
    """Read as the users of pyrosm do: nodes and edges of the driving network, then a graph (not simplified)."""
    import pyrosm  # noqa: PLC0415

    reader = pyrosm.OSM(path)
    nodes, edges = reader.get_network(network_type="driving", nodes=True)
    graph = reader.to_graph(nodes, edges, graph_type="networkx")
    return len(graph.nodes), len(graph.edges)


READERS = {"ours": read_ours, "osmnx": read_osmnx, "pyrosm": read_pyrosm}


def measure(reader: str, path: str, small: str) -> dict[str, float]:
    """Read in this process; return seconds by the wall and of all its threads' work, peak MB, nodes, links."""
    READERS[reader](small)
    gc.collect()
    begin, busy = time.perf_counter(), time.process_time()
    nodes, links = READERS[reader](path)
    seconds, cpu_s = time.perf_counter() - begin, time.process_time() - busy
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return {"seconds": seconds, "cpu_s": cpu_s, "peak_mb": peak_mb, "nodes": nodes, "links": links}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where the peers and the files are."""

    pythons: dict[str, str]
    folder: Path
    rounds: int

    def file(self, nodes: int, ending: str) -> str:
        """Return the path of a synthetic extract, written where there is none yet."""
        path = self.folder / f"synthetic_{nodes}.{ending}"
        if not path.exists():
            script = Path(__file__).with_name("synthetic_extract.py")
            self._run([sys.executable, str(script), str(nodes), str(self.folder), "--formats", ending])
        return str(path)

    def converted(self, path: Path) -> str:
        """Return the path of an extract as XML, which OSMnx needs."""
        found = self.folder / path.name.replace(".osm.pbf", ".osm")
        if not found.exists():
            self._run([sys.executable, __file__, "--convert", str(path), str(found)])
        return str(found)

    def best(self, reader: str, path: str) -> dict[str, float]:
        """Return the fastest of some readings, each in its own process."""
        small = self.file(SMALL, "osm" if path.endswith(".osm") else "osm.pbf")
        command = [self.pythons[reader], __file__, "--measure", reader, path, small]
        found = [json.loads(self._run(command).splitlines()[-1]) for _ in range(self.rounds)]
        best: dict[str, float] = min(found, key=lambda one: one["seconds"])
        say(f"  {reader} {Path(path).name}: {best}")
        return best

    @staticmethod
    def _run(command: list[str]) -> str:
        """Run a process that sees this checkout and not an installed one."""
        done = subprocess.run(
            command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout


def convert(source: str, target: str) -> None:
    """Write an extract in the format that the ending of `target` says."""
    import osmium  # noqa: PLC0415

    with osmium.SimpleWriter(target, overwrite=True) as writer:
        for thing in osmium.FileProcessor(source):
            writer.add(thing)


def say(line: str) -> None:
    """Print a line at once: readings take minutes."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


HEADER = f"| {'figure':<44} | {'ours':>9} | {'peer':>9} | {'ratio':>7} | {'asked':>8} | {'':<6} |"


def row(figure: str, values: tuple[float, float], ratio: float, asked: float, *, at_most: bool) -> str:
    """Return a line of the table."""
    met = ratio <= asked if at_most else ratio >= asked
    bound = ("<= " if at_most else ">= ") + f"{asked:g}"
    ours, peer = (f"{value:9.2f}" if value < 100.0 else f"{value:9.0f}" for value in values)
    return f"| {figure:<44} | {ours} | {peer} | {ratio:7.2f} | {bound:>8} | {'met' if met else 'missed':<6} |"


def compare(bench: Bench, peers: list[str]) -> list[str]:
    """Return the lines of the table for both files and all peers."""
    lines = []
    for name, pbf in (("Malta", str(MALTA)), ("1,000,000 nodes", bench.file(MILLION, "osm.pbf"))):
        if "pyrosm" in peers:
            ours, peer = bench.best("ours", pbf), bench.best("pyrosm", pbf)
            times = (ours["seconds"], peer["seconds"])
            ratio = times[1] / times[0]
            lines.append(row(f"{name}, s, pyrosm, .osm.pbf", times, ratio, FASTER_THAN_PYROSM, at_most=False))
        if "osmnx" in peers:
            xml = bench.converted(MALTA) if name == "Malta" else bench.file(MILLION, "osm")
            ours, peer = bench.best("ours", xml), bench.best("osmnx", xml)
            times = (ours["seconds"], peer["seconds"])
            ratio = times[1] / times[0]
            lines.append(row(f"{name}, s, OSMnx, both .osm", times, ratio, FASTER_THAN_OSMNX, at_most=False))
            memory = (ours["peak_mb"], peer["peak_mb"])
            share = memory[0] / memory[1]
            lines.append(row(f"{name}, peak MB, OSMnx, both .osm", memory, share, SHARE_OF_OSMNX_MEMORY, at_most=True))
    return lines


def largest(bench: Bench) -> list[str]:
    """Return the line of the table for the largest extract."""
    found = bench.best("ours", bench.file(LARGEST, "osm.pbf"))
    values = (found["peak_mb"], LARGEST_MB)
    return [row("5,000,000 nodes, peak MB (peer: the limit)", values, values[0] / values[1], 1.0, at_most=True)]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--osmnx", metavar="PYTHON", default=sys.executable)
    parser.add_argument("--pyrosm", metavar="PYTHON")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=1, help="readings of each, the fastest counts")
    parser.add_argument("--peers", nargs="+", choices=["osmnx", "pyrosm"], default=["osmnx", "pyrosm"])
    parser.add_argument("--largest", action="store_true", help="measure the 5-million-node extract instead")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--convert", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        say(json.dumps(measure(*asked.measure)))
        return
    if asked.convert:
        convert(*asked.convert)
        return
    pythons = {"ours": sys.executable, "osmnx": asked.osmnx, "pyrosm": asked.pyrosm}
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="reading_"))
    bench = Bench(pythons=pythons, folder=folder, rounds=asked.rounds)
    say(f"synthetic extracts: {folder}")
    lines = largest(bench) if asked.largest else compare(bench, [peer for peer in asked.peers if pythons[peer]])
    say("\n".join([HEADER, *lines]))


if __name__ == "__main__":
    main()
