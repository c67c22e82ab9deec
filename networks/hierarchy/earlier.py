"""Which arcs an earlier hierarchy of the same nodes has, in some bits each; compiled.

B. H. Bloom (1970), "Space/time trade-offs in hash coding with allowable errors", Communications of the ACM 13(7); the
bits of an arc lie in one word, so that a question waits on memory once (F. Putze, P. Sanders, J. Singler 2007,
"Cache-, hash- and space-efficient Bloom filters", WEA 2007). Some arcs that are not there are taken for ones that are:
whoever asks must be content with a hint.
"""

import numpy as np
from numpy.typing import NDArray

from networks.compiled import compiled

Ints = NDArray[np.int32]
Offsets = NDArray[np.int64]
Words = NDArray[np.uint64]


def words_for(arcs: int) -> Words:
    """Return room for so many arcs; a power of two, so that a mask finds the word."""
    return np.zeros(1 << (arcs // 6).bit_length(), dtype=np.uint64)


@compiled
def _hashed(tail: int, head: int) -> tuple[np.uint64, np.uint64]:
    """Return a number that chooses the word of an arc, and its bits there (mixed by the finalizer of splitmix64)."""
    mixed = (np.uint64(tail) << np.uint64(32)) | np.uint64(head)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    one, last = np.uint64(1), np.uint64(63)
    bits = one << (mixed & last)
    bits |= one << ((mixed >> np.uint64(6)) & last)
    bits |= one << ((mixed >> np.uint64(12)) & last)
    return mixed >> np.uint64(18), bits


@compiled
def remember(words: Words, rows: tuple[Offsets, Ints], nodes: Ints, side: int) -> None:
    """Put in the arcs of `rows`, between ranks; nodes: of each rank; side: 0 upwards, 1 downwards."""
    starts, ends = rows
    mask = np.uint64(len(words) - 1)
    for rank in range(len(starts) - 1):
        low = nodes[rank]
        for arc in range(starts[rank], starts[rank + 1]):
            high = nodes[ends[arc]]
            word, bits = _hashed(high, low) if side else _hashed(low, high)
            words[word & mask] |= bits


@compiled
def had(words: Words, tail: int, head: int) -> bool:
    """Say whether the arc was there; seldom so where it was not, never the other way round."""
    word, bits = _hashed(tail, head)
    return bool((words[word & np.uint64(len(words) - 1)] & bits) == bits)
