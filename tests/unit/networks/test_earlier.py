"""What is remembered of an earlier hierarchy: every arc of it, and few others."""

import numpy as np

from networks.hierarchy import earlier

NODES = 300


def remembered(side, nodes):
    """Remember an arc from each rank to the next but one, upwards or downwards."""
    words = earlier.words_for(NODES)
    starts = np.minimum(np.arange(NODES + 1), NODES - 2)
    ends = np.arange(2, NODES, dtype=np.int32)
    earlier.remember(words, (starts, ends), nodes, side)
    return words


def test_every_arc_is_remembered_by_its_nodes_and_its_direction():
    nodes = np.random.default_rng(3).permutation(NODES).astype(np.int32)
    up, down = (remembered(side, nodes) for side in range(2))
    assert all(earlier.had(up, low, high) for low, high in zip(nodes, nodes[2:], strict=False))
    assert all(earlier.had(down, high, low) for low, high in zip(nodes, nodes[2:], strict=False))


def test_few_other_arcs_are_taken_for_one_remembered():
    nodes = np.arange(NODES, dtype=np.int32)
    words = remembered(0, nodes)
    wrong = sum(earlier.had(words, low, high) for low in nodes for high in nodes if high != low + 2)
    assert wrong < 0.05 * NODES * NODES


def test_nothing_is_remembered_of_no_arcs():
    words = earlier.words_for(0)
    assert len(words) == 1
    assert not earlier.had(words, 0, 1)
