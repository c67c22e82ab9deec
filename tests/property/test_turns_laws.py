"""Junctions taken apart against a search that remembers the last links of each path."""

import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from networks import TRUCK_40FT
from networks.junctions import Links
from networks.turns import obey
from networks.ways import Restriction

NODES = 5
MEMORY = 3
node = st.integers(0, NODES - 1)
links_drawn = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.integers(1, 9)).filter(
        lambda it: it[0] != it[1]
    ),
    min_size=2,
    max_size=10,
    unique_by=lambda it: it[:2],
)


def chains(links, length):
    """Return sequences of links that follow each other."""
    found = [(link,) for link in range(len(links))]
    for _ in range(length - 1):
        found = [(*one, link) for one in found for link in range(len(links)) if links[one[-1]][1] == links[link][0]]
    return found


def restriction(sequence, links):
    """Return the relation that bans driving a sequence of two or three links; each link is a way of its own."""
    first, *between, last = sequence
    via = [("w", 100 + link, "via") for link in between] or [("n", links[first][1], "via")]
    members = (("w", 100 + first, "from"), *via, ("w", 100 + last, "to"))
    return Restriction(relation_id=1, tags={"restriction": "no_left_turn"}, members=members)


def remembered(links, banned, origin):
    """Return the distance to each node when no banned sequence may be driven."""
    best = {(origin, ()): 0}
    queue = [(0, origin, ())]
    distance = [np.inf] * NODES
    while queue:
        cost, node, past = heapq.heappop(queue)
        distance[node] = min(distance[node], cost)
        for link, (tail, head, weight) in enumerate(links):
            driven = (*past, link)
            if tail != node or any(driven[-len(one) :] == one for one in banned):
                continue
            state = (head, driven[-MEMORY:])
            if cost + weight < best.get(state, np.inf):
                best[state] = cost + weight
                heapq.heappush(queue, (cost + weight, *state))
    return distance


@settings(max_examples=300)
@given(links_drawn, st.data())
def test_paths_obey_every_ban_and_no_other(links, data):
    sequences = [one for length in (2, 3) for one in chains(links, length) if len(set(one)) == length]
    # of bans over a way in between, only one may begin with the same two links
    banned = (
        data.draw(st.lists(st.sampled_from(sequences), max_size=3, unique_by=lambda it: it[:2])) if sequences else []
    )
    drawn = np.array(links)
    graph = Links(
        way_id=100 + np.arange(len(links)), tail=drawn[:, 0], head=drawn[:, 1], node_id=np.arange(NODES), nodes=NODES
    )
    turned, unread = obey(graph, [restriction(one, links) for one in banned], TRUCK_40FT)
    assert unread == 0
    weights = np.concatenate([drawn[:, 2], drawn[turned.again, 2]])
    weights = np.concatenate([weights, np.full(len(turned.tail) - len(weights), 1e-9)])
    count = NODES + len(turned.copy_of)
    order = np.lexsort((weights, turned.head, turned.tail))  # of two links between the same nodes the shorter counts
    pairs = turned.tail[order] * count + turned.head[order]
    kept = order[np.unique(pairs, return_index=True)[1]]
    matrix = coo_array((weights[kept], (turned.tail[kept], turned.head[kept])), shape=(count, count)).tocsr()
    arrival = np.arange(NODES)
    arrival[turned.arrival[:, 0]] = turned.arrival[:, 1]
    for origin in range(NODES):
        found = dijkstra(matrix, indices=origin)[arrival]
        found[origin] = 0.0
        assert np.allclose(found, remembered(links, banned, origin), atol=1e-6)
