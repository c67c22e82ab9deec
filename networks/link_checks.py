"""Doubts about links: lengths, speeds, lines, what was imputed, and roads that are there twice."""

from collections.abc import Iterator, Mapping

import numpy as np

from networks.findings import WORST, Finding, Flags, Floats, Row, link_rows, records
from networks.geodesy import great_circle_km
from networks.network import COARSE, LINES, Network
from networks.osm_links import TURN
from networks.parts import segments_km

SLOWEST_KM_PER_H, FASTEST_KM_PER_H = 3.0, 130.0
"""Speeds beyond which a link is named."""

LONGER_DRAWN, LONGER_STRAIGHT, LONGER_KM = 1.05, 3.0, 1.0
"""A link longer than so many times its line (its great circle, and by 1 km, where it has none) is named."""

ROUNDING = 0.995
ROUNDING_KM = 0.06
"""A link may be this much shorter than its line: tables give lengths to 0.1 km."""

AT_ONE_PLACE_KM = 0.001
"""A link without length between places no further apart is no doubt."""

OFF_KM = 0.05
"""A line may begin and end so far from its nodes: tables round coordinates."""

_IMPUTED = "_imputed"


def link_findings(network: Network) -> Iterator[Finding]:
    """Look at the links; those that only join the parts of a junction taken apart for banned turns are passed over."""
    length_km = network.links["length_km"].to_numpy(dtype=np.float64)
    yield from _lengths(network, length_km, line_km(network))
    yield _line_ends(network)
    yield _speeds(network, length_km)
    yield _loops(network, length_km)
    yield _parallel(network, length_km)
    yield _imputed(network, length_km)


def line_km(network: Network) -> Floats:
    """Return the length of the line of each link on the WGS84 ellipsoid; of the straight one where none is drawn."""
    starts, lon, lat = network.line_points()
    steps = np.append(segments_km(lon, lat), 0.0)
    steps[starts[1:] - 1] = 0.0
    return np.asarray(np.add.reduceat(steps, starts[:-1]), dtype=np.float64)


def imputed_shares(network: Network) -> Mapping[str, float]:
    """Return for each flag of the links that ends in ``_imputed`` the share of length that it marks."""
    length_km = network.links["length_km"].to_numpy(dtype=np.float64)
    return {
        name: float(length_km[_flag(network, name)].sum() / max(length_km.sum(), np.finfo(float).tiny))
        for name in _imputed_names(network)
    }


def _imputed_names(network: Network) -> list[str]:
    return [str(name) for name in network.links.columns if str(name).endswith(_IMPUTED)]


def _flag(network: Network, name: str) -> Flags:
    is_set = network.links[name] == True  # noqa: E712  (whatever the column holds)
    return np.asarray(is_set.to_numpy(dtype=np.bool_, na_value=False))  # blank cells are no yes


def _turns(network: Network) -> Flags:
    return np.asarray(network.links["highway"] == TURN, dtype=np.bool_)


def _lengths(network: Network, length_km: Floats, drawn_km: Floats) -> Iterator[Finding]:
    tail, head = network.ends()
    is_drawn, apart = network.links["shape"].to_numpy(dtype=np.int64) != 0, (tail != head) & ~_turns(network)
    shown = {"length_km": length_km, "line_km": drawn_km}
    short = (length_km < ROUNDING * drawn_km - ROUNDING_KM) & apart
    ratio = length_km / np.maximum(drawn_km, 1e-9)
    bent = apart & ~is_drawn & (length_km > LONGER_DRAWN * drawn_km + ROUNDING_KM)
    exact = is_drawn & (network.provenance.get(LINES) != COARSE)
    long = np.where(exact, ratio > LONGER_DRAWN, ratio > LONGER_STRAIGHT) & apart
    long &= length_km - drawn_km > np.where(exact, ROUNDING_KM, LONGER_KM)
    zero = (length_km <= 0.0) & ~_turns(network)
    for name, what, flags, order, advice in (
        (
            "too_short",
            "links are shorter than their line on the map, or than the great circle",
            short,
            drawn_km - length_km,
            "No road is: the length is wrong (its unit?), or an end lies in the wrong place.",
        ),
        (
            "too_long",
            "links are much longer than their line, or than three great circles where none is drawn exactly",
            long,
            length_km - drawn_km,
            "The length is wrong, or an end lies in the wrong place; a mountain road may be right.",
        ),
        (
            "zero_length",
            "links have no length",
            zero,
            drawn_km,
            "Harmless where both ends lie at one place; else the length is missing.",
        ),
    ):
        rows = link_rows(network, flags, order, **shown)
        doubt = name != "zero_length" or bool((drawn_km[flags] > AT_ONE_PLACE_KM).any())
        yield Finding(
            name=name, what=what, count=int(flags.sum()), of=len(flags), rows=rows, advice=advice, is_doubt=doubt
        )
    yield Finding(
        name="no_line",
        what="links have no line though they are longer than the straight one",
        count=int(bent.sum()),
        of=len(bent),
        rows=link_rows(network, bent, length_km - drawn_km, **shown),
        advice="Costs are right; maps draw them straight, and places between their ends join at the wrong point.",
        is_doubt=False,
    )


def _line_ends(network: Network) -> Finding:
    starts, lon, lat = network.line_points()
    off_km = np.zeros(len(network.links))
    for node, point in zip(network.ends(), (starts[:-1], starts[1:] - 1), strict=True):
        at = [network.nodes[name].to_numpy(dtype=np.float64)[node] for name in ("lon", "lat")]
        off_km = np.maximum(off_km, great_circle_km(lon[point], lat[point], *at))
    return Finding(
        name="line_ends",
        what="links have a line that does not run from their first node to their last",
        count=int((off_km > OFF_KM).sum()),
        of=len(off_km),
        rows=link_rows(network, off_km > OFF_KM, off_km, off_km=off_km),
        advice="Places join at the wrong point: the line is drawn the other way round, or a node lies elsewhere.",
    )


def _speeds(network: Network, length_km: Floats) -> Finding:
    speed = length_km / network.links["travel_h"].to_numpy(dtype=np.float64)
    waits = np.asarray(network.links["mode"] == "transfer", dtype=np.bool_)  # not a way but loading, and the next train
    odd = ((speed < SLOWEST_KM_PER_H) | (speed > FASTEST_KM_PER_H)) & (length_km > 0.0) & ~waits
    order = np.maximum(speed / FASTEST_KM_PER_H, SLOWEST_KM_PER_H / np.maximum(speed, 1e-9))
    return Finding(
        name="odd_speeds",
        what=f"links are slower than {SLOWEST_KM_PER_H:g} or faster than {FASTEST_KM_PER_H:g} km/h",
        count=int(odd.sum()),
        of=len(odd),
        rows=link_rows(network, odd, order, speed_km_per_h=speed, length_km=length_km),
        advice="See the speed limit or the duration at the source; a unit may be wrong (mph, minutes).",
    )


def _loops(network: Network, length_km: Floats) -> Finding:
    tail, head = network.ends()
    loops = tail == head
    return Finding(
        name="loops",
        what="links begin and end at the same node",
        count=int(loops.sum()),
        of=len(loops),
        rows=link_rows(network, loops, length_km, length_km=length_km),
        advice="No path uses them. Cut them half way if places lie along them; else leave them out.",
    )


def _parallel(network: Network, length_km: Floats) -> Finding:
    """Name pairs of nodes with several links in one direction: those most alike in length come first."""
    tail, head = network.ends()
    of_mode = network.links["mode"].astype("category").cat.codes.to_numpy(dtype=np.int64)
    order = np.lexsort((length_km, of_mode, head, tail))
    order = order[(tail != head)[order] & ~_turns(network)[order]]
    key = np.column_stack([tail, head, of_mode])[order]
    begins = np.flatnonzero(np.append(True, (np.diff(key, axis=0) != 0).any(axis=1))) if len(order) else order
    counts = np.diff(begins, append=len(order))
    first = begins[counts > 1]
    count = counts[counts > 1]
    low, high = length_km[order[first]], length_km[order[first + count - 1]]
    worst = np.argsort(high - low, kind="stable")[: 2 * WORST]  # both directions of a road are among them
    return Finding(
        name="parallel",
        what="links run beside another one between the same nodes",
        count=int((count - 1).sum()),
        of=len(tail),
        rows=_parallel_rows(
            network, [order[at : at + size] for at, size in zip(first[worst], count[worst], strict=True)]
        ),
        advice="Normal where two roads join the same junctions; of one length they may be the same road twice.",
        is_doubt=False,
    )


def _parallel_rows(network: Network, groups: list[np.ndarray]) -> tuple[Row, ...]:
    tail, head = network.ends()
    between = [frozenset((tail[group[0]], head[group[0]])) for group in groups]
    groups = [group for at, group in enumerate(groups) if between[at] not in between[:at]][:WORST]
    first = np.array([group[0] for group in groups], dtype=np.int64)
    links = network.links
    return records(
        {"links": [", ".join(links["link_id"].iloc[group[:4]]) for group in groups]}
        | {name: links[name].iloc[first] for name in ("origin_node_id", "destination_node_id")}
        | {name: network.nodes[name].iloc[tail[first]] for name in ("lon", "lat")}
        | {
            "shortest_km": [float(links["length_km"].iloc[group[0]]) for group in groups],
            "longest_km": [float(links["length_km"].iloc[group[-1]]) for group in groups],
        }
    )


def _imputed(network: Network, length_km: Floats) -> Finding:
    """Count the links with anything imputed; the classes of road with most of it are named."""
    names = _imputed_names(network)
    flags = np.zeros(len(length_km), dtype=np.bool_)
    rows: list[Row] = []
    of_class = network.links["highway"]
    whole_km = network.links.groupby("highway")["length_km"].sum().to_dict()
    for name in names:
        flag = _flag(network, name)
        flags |= flag
        km = network.links["length_km"][flag].groupby(of_class[flag]).sum()
        rows += [
            {"column": name, "highway": str(key), "length_km": float(part), "share": float(part / whole_km[key])}
            for key, part in km.to_dict().items()
            if part > 0.0
        ]
    return Finding(
        name="imputed",
        what="links have a value that was imputed, not read",
        count=int(flags.sum()),
        of=len(flags),
        rows=tuple(sorted(rows, key=lambda row: -row["length_km"])[:WORST]),
        advice=(
            "Normal: few roads have a speed limit on the map. The vehicle's own speed by class of road stands in; "
            "check the classes that carry your freight."
        ),
        is_doubt=False,
    )
