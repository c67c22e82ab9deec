"""How fast and how large a network is stored in each format, as ratios to plain CSV in the same run.

    python tests/benchmarks/storage.py [--links 300000] [--points 1000000]

CSV is what one would do without this package: `to_csv` of both tables, lines as text; `read_csv` and `from_tables`.
GraphML is compared with NetworkX on a tenth of the network as well, which is all that patience allows.
"""

import argparse
import sys
import tempfile
import time
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

from networks import Network, from_tables, load, read_gmns, read_graphml, save, write
from networks.geodesy import write_line
from networks.network import built
from networks.shapes import Shapes

COLUMNS = ("link_id", "origin_node_id", "destination_node_id", "highway", "mode", "name", "ref")


def main():
    """Print one row a format."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--links", type=int, default=300_000)
    arguments.add_argument("--points", type=int, default=1_000_000)
    asked = arguments.parse_args()
    network = synthetic(asked.links, asked.points)
    sys.stdout.write(f"{network}, {len(network.shapes.lon):,} points of {len(network.shapes):,} lines\n\n")
    with tempfile.TemporaryDirectory() as folder:
        rows = [measured(name, *ways, network, Path(folder)) for name, ways in FORMATS.items()]
        graphml = against_networkx(synthetic(asked.links // 10, asked.points // 10), Path(folder))
    show(rows)
    sys.stdout.write(f"\nGraphML of a tenth, NetworkX / ours: write {graphml[0]:.1f} x, read {graphml[1]:.1f} x\n")
    start = time.perf_counter()
    graph = network.to_networkx()
    sys.stdout.write(f"to_networkx: {time.perf_counter() - start:.1f} s for {graph.number_of_edges():,} edges\n")


def synthetic(links, points, seed=1):
    """Return a network of two-way roads as an OpenStreetMap reader makes it: ids, names, lines of 7 decimals."""
    random = np.random.default_rng(seed)
    roads, count = links // 2, links // 3
    nodes = pd.DataFrame(
        {
            "node_id": text(random.permutation(count) + 10**9),
            "lon": random.uniform(103, 108, count).round(7),
            "lat": random.uniform(20, 23, count).round(7),
        }
    )
    tail, head = random.integers(0, count, (2, roads))
    each = np.full(roads, points // roads)
    starts = np.concatenate([[0], np.cumsum(each)])
    lon, lat = (
        (np.repeat(nodes[axis].to_numpy()[tail], each) + np.cumsum(random.normal(0, 1e-5, starts[-1]))).round(7)
        for axis in ("lon", "lat")
    )
    length_km, speed = random.uniform(0.02, 3, roads), random.choice([30.0, 40.0, 50.0, 80.0], roads)
    way = text(random.integers(10**8, 10**9, roads)) + "_" + text(np.arange(roads))
    ends = np.concatenate([tail, head]), np.concatenate([head, tail])
    road = pd.DataFrame(
        {
            "length_km": length_km,
            "travel_h": length_km / speed,
            "highway": text(random.choice(["trunk", "primary", "residential", "service"], roads)),
            "mode": "road",
            "midway": True,
            "shape": np.arange(roads) + 1,
            "name": text(random.choice(["", "", "", "Đường Nguyễn Huệ", "Phố Hàng Bông", "Quốc lộ 1"], roads)),
            "ref": "",
            "toll": False,
            "lanes": random.choice([np.nan, 1.0, 2.0], roads),
            "speed_km_per_h": speed,
            "speed_imputed": random.random(roads) < 0.5,
        }
    )
    table = pd.concat([road, road.assign(shape=-road["shape"])], ignore_index=True)
    for at, (name, rows) in enumerate(zip(("origin_node_id", "destination_node_id"), ends, strict=True)):
        table.insert(at, name, nodes["node_id"].to_numpy()[rows])
    table.insert(0, "link_id", pd.concat([way, way + "~"], ignore_index=True))
    table = table.astype(dict.fromkeys(COLUMNS, "str"))
    provenance = {"source": "synthetic", "licence": "© OpenStreetMap contributors, ODbL 1.0"}
    shapes = Shapes(starts=starts, lon=lon, lat=lat)
    return built(nodes=nodes, links=table, ends=ends, shapes=shapes, provenance=provenance)


def text(values):
    """Return values as a column of texts."""
    return pd.Series(values.astype(str), dtype="str")


def write_plain(network, path):
    """Write both tables with pandas, lines as text."""
    path.mkdir(exist_ok=True)
    lines = [write_line(line.tolist()) for line in network.lines(range(len(network.links)))]
    network.links.drop(columns="shape").assign(geometry=lines).to_csv(path / "links.csv", index=False)
    network.nodes.to_csv(path / "nodes.csv", index=False)


def read_plain(path):
    """Read them back."""
    types = dict.fromkeys((*COLUMNS, "geometry"), str)
    links = pd.read_csv(path / "links.csv", dtype=types, keep_default_na=False, na_values={"lanes": [""]})
    return from_tables(pd.read_csv(path / "nodes.csv", dtype={"node_id": str}), links)


def write_npz(network, path):
    """Write every column as an array; texts of fixed width, as nothing on disk is ever a pickle."""
    tables = {"nodes": network.nodes, "links": network.links}
    arrays = {
        f"{name}.{column}": frame[column].to_numpy("U" if frame[column].dtype == "str" else None)
        for name, frame in tables.items()
        for column in frame
    }
    shapes = network.shapes
    np.savez_compressed(path, starts=shapes.starts, lon=shapes.lon, lat=shapes.lat, **arrays)


def read_npz(path):
    """Read them back."""
    with np.load(path, allow_pickle=False) as file:
        frames = {
            name: pd.DataFrame({key[6:]: file[key] for key in file.files if key.startswith(f"{name}.")})
            for name in ("nodes", "links")
        }
        shapes = Shapes(starts=file["starts"], lon=file["lon"], lat=file["lat"])
    return Network(**frames, shapes=shapes)


FORMATS = {
    "CSV (pandas)": ("plain", write_plain, read_plain),
    "npz": ("net.npz", write_npz, read_npz),
    "folder (save, load)": ("folder", save, load),
    "GeoParquet": ("net.parquet", write, None),
    "GeoPackage": ("net.gpkg", write, None),
    "GMNS": ("gmns", write, read_gmns),
    "GraphML": ("net.graphml", write, read_graphml),
    "CSV for people": ("net.csv", write, None),
}


def measured(name, file, writer, reader, network, folder):
    """Return the name, seconds to write and to read, and MB."""
    path = folder / file
    seconds = []
    for work in (lambda: writer(network, path), (lambda: reader(path)) if reader else None):
        start = time.perf_counter()
        if work:
            work()
        seconds.append(time.perf_counter() - start if work else np.nan)
    files = list(path.iterdir()) if path.is_dir() else [path]
    return name, *seconds, sum(file.stat().st_size for file in files) / 1e6


def show(rows):
    """Print the table; ratios above 1 are better than CSV."""
    _, *plain = rows[0]
    form = "{:<20} {:>8} {:>8} {:>8}   {:>9} {:>9} {:>9}\n"
    sys.stdout.write(form.format("format", "write s", "read s", "MB", "CSV/write", "CSV/read", "CSV/MB"))
    for name, *found in rows:
        ratios = [base / value for base, value in zip(plain, found, strict=True)]
        cells = [f"{value:.2f}" for value in found] + [f"{ratio:.1f} x" for ratio in ratios]
        sys.stdout.write(form.format(name, *(cell.replace("nan x", "-").replace("nan", "-") for cell in cells)))


def against_networkx(network, folder):
    """Return how often longer NetworkX takes to write and to read GraphML."""
    graph = network.to_networkx()
    path = folder / "tenth.graphml"
    seconds = []
    for work in (
        lambda: nx.write_graphml(graph, path),
        lambda: nx.read_graphml(path, force_multigraph=True),
        lambda: write(network, path),
        lambda: read_graphml(path),
    ):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds[0] / seconds[2], seconds[1] / seconds[3]


if __name__ == "__main__":
    main()
