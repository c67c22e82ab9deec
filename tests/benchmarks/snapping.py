"""Snapping 5,000 points on a real network, against `osmnx.nearest_edges` on the equivalent graph.

    python tests/benchmarks/snapping.py [FILE.osm.pbf] [--points N] [--seed N]

The graph holds the links that places may join, both directions of a road as OSMnx has them, with their lines,
projected to UTM by `osmnx.project_graph` as its users do. Distances are compared in that projection: the line that
we chose against the line that OSMnx chose.
"""

import argparse
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmnx
import pandas as pd
import shapely

from networks import Network, join, read_osm, snap
from networks.nearest import _candidates
from networks.network import built
from networks.segments import by_grid, by_tree, cut_into_segments
from networks.split import other_directions

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "osm"
ASKED = 20.0
RUNS = 3
EVERYWHERE_KM = 1_000.0


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=DATA / "hanoi_drive_2025-05.osm.pbf")
    parser.add_argument("--points", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    network = read_osm(options.file)
    places = drawn_at_random(network, options.points, options.seed)
    snap(network, places, max_km=EVERYWHERE_KM)  # loads the compiled functions
    graph, edges = projected(network)
    x, y = (
        gpd.GeoSeries.from_xy(places["lon"], places["lat"], crs=4326)
        .to_crs(graph.graph["crs"])
        .get_coordinates()
        .T.to_numpy()
    )
    segments = _candidates(network).segments
    points = segments.plane(places["lon"].to_numpy(), places["lat"].to_numpy())
    tree = shapely.STRtree(edges.geometry)
    asked = shapely.points(x, y)
    theirs, found = timed(lambda: osmnx.nearest_edges(graph, x, y))
    theirs_tree, _ = timed(lambda: tree.query_nearest(asked, all_matches=False))
    print(f"{options.file.name}: {network}, {len(edges):,} lines of {len(segments):,} segments, {len(places):,} points")
    print("seconds: the best of", RUNS)
    rows = (
        ("snap(), network used before", lambda: snap(network, places, max_km=EVERYWHERE_KM), theirs, ASKED),
        ("snap(), network never used", lambda: snap(copied(network), places, max_km=EVERYWHERE_KM), theirs, None),
        ("the query, grid kept", lambda: by_grid(segments, points), theirs, ASKED),
        ("the query, grid made", lambda: by_grid(cut_into_segments(network, segments.links), points), theirs, ASKED),
        ("the query, grid kept, against STRtree kept", lambda: by_grid(segments, points), theirs_tree, None),
        ("the query, tree kept, against STRtree kept", lambda: by_tree(segments, points), theirs_tree, None),
    )
    print(f"{'figure':44} {'ours s':>8} {'peer s':>8} {'ratio':>7} {'asked':>6}")
    for name, ours, peer, least in rows:
        took, _ = timed(ours)
        verdict = "" if least is None else f"{least:5g}x {'met' if peer / took >= least else 'missed'}"
        print(f"{name:44} {took:8.4f} {peer:8.4f} {peer / took:6.1f}x {verdict}")
    snapped = snap(network, places, max_km=EVERYWHERE_KM)
    took, _ = timed(lambda: join(network, snapped))
    print(f"{'join(): the links split at all of them':44} {took:8.4f}")
    compare(edges, found, segments, by_grid(segments, points)[0], asked)


def drawn_at_random(network: Network, count: int, seed: int) -> pd.DataFrame:
    """Return points all over the box of the network."""
    rng = np.random.default_rng(seed)
    box = {name: (network.nodes[name].min(), network.nodes[name].max()) for name in ("lon", "lat")}
    names = [f"p{number}" for number in range(count)]
    return pd.DataFrame({"point_id": names, **{name: rng.uniform(*ends, count) for name, ends in box.items()}})


def projected(network: Network) -> tuple:
    """Return the links that places may join as a graph of OSMnx in UTM, and as a table with the row of each link."""
    chosen = _candidates(network).segments.links
    back = other_directions(network, chosen)
    rows = np.concatenate([chosen, back[back >= 0]])
    key = np.concatenate([chosen, chosen[back >= 0]])
    links = network.to_geodataframe().iloc[rows]
    edges = links[["geometry"]].assign(row=key)
    edges.index = pd.MultiIndex.from_arrays(
        [links["origin_node_id"], links["destination_node_id"], key], names=["u", "v", "key"]
    )
    nodes = network.nodes.set_index("node_id")
    nodes = gpd.GeoDataFrame(
        {"x": nodes["lon"], "y": nodes["lat"]}, geometry=gpd.points_from_xy(nodes["lon"], nodes["lat"]), crs=4326
    )
    graph = osmnx.project_graph(osmnx.graph_from_gdfs(nodes, edges, graph_attrs={"crs": "epsg:4326"}))
    return graph, osmnx.graph_to_gdfs(graph, nodes=False)


def copied(network: Network) -> Network:
    """Return the network as another object, for which nothing is kept yet."""
    return built(nodes=network.nodes, links=network.links, ends=network.ends(), shapes=network.shapes, provenance={})


def timed(work) -> tuple:
    """Return the least time of some runs, and what came out."""
    took = []
    for _ in range(RUNS):
        begin = time.perf_counter()
        result = work()
        took.append(time.perf_counter() - begin)
    return min(took), result


def compare(edges: gpd.GeoDataFrame, theirs: np.ndarray, segments, ours: np.ndarray, asked: np.ndarray) -> None:
    """Print how far apart the lines chosen are, in metres of their projection."""
    once = edges[~edges["row"].duplicated()]
    line = pd.Series(once.geometry.to_numpy(), index=once["row"].to_numpy())
    own = segments.links[np.searchsorted(segments.starts, ours, side="right") - 1]
    keys = np.array([key for _, _, key in theirs])
    own_m, their_m = (shapely.distance(line.loc[rows].to_numpy(), asked) for rows in (own, keys))
    worse = own_m - their_m
    print(f"same line: {(own == keys).mean():.2%}; equally near to 1 mm: {(np.abs(worse) < 1e-3).mean():.2%}")
    print(
        f"ours further in their plane by at most {worse.max():.6f} m, "
        f"{(worse / np.maximum(their_m, 1e-3)).max():.2e} of the distance"
    )


if __name__ == "__main__":
    main()
