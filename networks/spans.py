"""Turn restrictions with a way in between, which span several junctions.

Whoever comes by the first way gets links of his own along the way in between: the same road a second time, which
nobody else may enter and from which the banned turn is banned. So a ban of three roads in a row becomes bans of two.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from networks.junctions import Around
from networks.ways import Restriction

Pair = tuple[int, int]
Ban = tuple[int, Pair]
"""A node, and a link into it from which a link out of it may not be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A restriction over a way in between.

    Parameters
    ----------
    coming, leaving
        Ids of the ways before and after.
    path
        Links in between, in order.
    only
        Whether the turn named is the only one allowed, instead of the one banned.
    """

    coming: frozenset[int]
    path: tuple[int, ...]
    leaving: frozenset[int]
    only: bool


def find_spans(around: Around, restriction: Restriction, *, only: bool) -> list[Span]:
    """Return the spans of a restriction whose members in between are ways; none where they do not join the others."""
    ways = {
        role: frozenset(member for kind, member, its in restriction.members if its == role and kind == "w")
        for role in ("from", "via", "to")
    }
    spans = []
    for node in sorted({int(around.links.head[link]) for link in around.of_ways(ways["from"])}):
        path = _path(around, node, ways["via"], ways["to"])
        if path:
            spans.append(Span(coming=ways["from"], path=path, leaving=ways["to"], only=only))
    return spans


def _path(around: Around, start: int, via: Iterable[int], leaving: Iterable[int]) -> tuple[int, ...]:
    """Return the fewest links of ways in between that lead from a node to one where the last way begins."""
    reached: dict[int, tuple[int, ...]] = {start: ()}
    queue = [start]
    for node in queue:
        if node != start and around.out_of(node, leaving):
            return reached[node]
        for link in around.out_of(node, via):
            head = int(around.links.head[link])
            if head not in reached:
                reached[head] = (*reached[node], link)
                queue.append(head)
    return ()


def united(spans: Sequence[Span]) -> tuple[list[Span], int]:
    """Return spans of one beginning and way in between as one; and how many differ in that way only, which is too much.

    Two bans that begin alike would otherwise each leave the other's road open.
    """
    groups: dict[tuple[frozenset[int], tuple[int, ...], bool], set[int]] = defaultdict(set)
    for span in spans:
        groups[span.coming, span.path, span.only].update(span.leaving)
    first: dict[tuple[frozenset[int], int], Span] = {}
    for (coming, path, only), leaving in groups.items():
        span = Span(coming=coming, path=path, leaving=frozenset(leaving), only=only)
        first.setdefault((coming, path[0]), span)
    return list(first.values()), len(groups) - len(first)


def bans_of(around: Around, span: Span, own: Sequence[int]) -> Iterator[Ban]:
    """Yield the bans that keep to the span whoever comes by it; `own` are his links along the way in between."""
    links = around.links
    begin, end = int(links.tail[span.path[0]]), int(links.head[span.path[-1]])
    coming = around.into(begin, span.coming)
    before: list[list[int]] = [coming, *([link] for link in own[:-1])]
    for entering, others, mine in zip(before, span.path, own, strict=True):
        node = int(links.tail[mine])
        shut = [link for link in around.out_of(node) if link != mine] if span.only else [others]
        yield from ((node, (link, other)) for link in entering for other in shut)
        yield from ((node, (link, mine)) for link in around.into(node) if link not in entering)
    leaving = around.out_of(end, span.leaving)
    if span.only:
        leaving = [link for link in around.out_of(end) if link not in leaving]
    yield from ((end, (own[-1], other)) for other in leaving)
