"""The fitness report: whether a network is fit for use, what is doubtful about it, and what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from networks.errors import NetworkError, TableError
from networks.findings import WORST, Finding
from networks.link_checks import imputed_shares, link_findings
from networks.network import Network
from networks.node_checks import Parts, node_findings, road_parts
from networks.place_checks import measured_from, place_findings
from networks.points import POINTS
from networks.snap import Snapped, snap
from networks.tables import check_frame

FIT_SHARE = 0.9
"""Share of the road nodes that must reach each other."""

_EVERYWHERE_KM = 20_100.0
_SEPARATOR = "; "


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitness:
    """What `check` found; `warnings` says the doubts in sentences.

    Parameters
    ----------
    nodes, links, length_km
        Size; links and length count each direction.
    road_nodes, parts
        Number of nodes that roads touch, and of the parts within which each of them reaches each.
    largest_share, largest_km
        Share of the road nodes in the largest part, and the length of its links.
    imputed
        For each flag of the links that ends in ``_imputed`` the share of length that it marks.
    places, pairs
        Number of places, and of pairs of them between which ways were measured.
    findings
        Every kind of trouble that was looked for, also where none was found.
    """

    nodes: int
    links: int
    length_km: float
    road_nodes: int
    parts: int
    largest_share: float
    largest_km: float
    imputed: Mapping[str, float]
    places: int
    pairs: int
    findings: tuple[Finding, ...]

    def finding(self, name: str) -> Finding:
        """Return the finding of a name; `KeyError` where nothing of that name was looked for."""
        return {finding.name: finding for finding in self.findings}[name]

    @property
    def doubts(self) -> tuple[Finding, ...]:
        """Return what was found and is not normal."""
        return tuple(finding for finding in self.findings if finding.is_doubt and finding.count)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return a sentence for each doubt."""
        return tuple(finding.sentence for finding in self.doubts)

    @property
    def fit(self) -> bool:
        """Return whether nine tenths of the road nodes reach each other, and so does every place."""
        cut = any(finding.count for finding in self.findings if finding.name in {"unreachable", "unjoined"})
        return self.largest_share >= FIT_SHARE and not cut

    def to_dict(self) -> dict[str, Any]:
        """Return everything in types that JSON knows."""
        names = ("nodes", "links", "length_km", "road_nodes", "parts", "largest_share", "largest_km", "places", "pairs")
        return {
            "fit": self.fit,
            **{name: getattr(self, name) for name in names},
            "imputed": dict(self.imputed),
            "warnings": list(self.warnings),
            "findings": {finding.name: finding.to_dict() for finding in self.findings},
        }


def check(network: Network, places: pd.DataFrame | None = None) -> Fitness:
    """Look for what makes a network unfit.

    Parameters
    ----------
    network
        The network.
    places
        Columns point_id, lon, lat: they are put on the network however far, and joined to each other (from some of
        them to all, where there are more than 500).

    Raises
    ------
    TableError
        The places break their contract: each fault is named.
    """
    parts = road_parts(network)
    points = None if places is None else check_frame(places, POINTS, "places")
    snapped, about_places = (None, ()) if points is None else _placed(network, points)
    largest = parts.largest
    return Fitness(
        nodes=len(network.nodes),
        links=len(network.links),
        length_km=float(network.links["length_km"].sum()),
        road_nodes=parts.count,
        parts=len(parts.nodes),
        largest_share=float(parts.nodes[largest] / parts.count) if parts.count else 0.0,
        largest_km=float(parts.km[largest]) if parts.count else 0.0,
        imputed=imputed_shares(network),
        places=0 if points is None else len(points),
        pairs=len(snapped.points) * len(measured_from(snapped).points) if snapped else 0,
        findings=(*_about_network(network, parts), *about_places),
    )


def _about_network(network: Network, parts: Parts) -> Iterator[Finding]:
    yield from node_findings(network, parts)
    yield from link_findings(network)
    yield _source(network)


def _placed(network: Network, points: pd.DataFrame) -> tuple[Snapped | None, tuple[Finding, ...]]:
    try:
        snapped = snap(network, points, max_km=_EVERYWHERE_KM)
    except TableError:
        raise
    except NetworkError as error:
        advice = f"{str(error)[:1].upper()}{str(error)[1:]}."
        unjoined = Finding(
            name="unjoined", what="places cannot join", count=len(points), of=len(points), rows=(), advice=advice
        )
        return None, (unjoined,)
    return snapped, tuple(place_findings(network, snapped))


def _source(network: Network) -> Finding:
    """Return the warnings that the reading of the source left in the provenance."""
    sentences = [text for text in str(network.provenance.get("warnings", "")).split(_SEPARATOR) if text]
    return Finding(
        name="source",
        what="warnings came with the source",
        count=len(sentences),
        of=len(sentences),
        rows=tuple({"warning": text} for text in sentences[:WORST]),
        advice="Said when the source was read: mend what matters on the map, or in the extract.",
    )
