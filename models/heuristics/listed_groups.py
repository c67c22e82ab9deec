"""Assign the clients of many neighbouring sites anew, exactly, from a list of packings, compiled.

At wages w on "client i is served once" and prices p of rows on triples of clients, packing q of a site costs `extra`
more than the site's least value. So a group of sites costs no less than

    sum of the wages of its clients - sum of the prices of rows with two clients or more in the group + sum of leasts

and the extras of its packings beside that. Only packings matter whose extra is below what the group costs now beyond
this bound: some hundreds for a dozen sites, where wages and prices are as good as those at the end of a climb. They are
chosen depth first, by the client or site with the fewest packings that are left, those of the least extra first.

Sources: the bound of Savelsbergh, Operations Research 45, 1997 (whole clients as packings), in a neighbourhood in the
manner of Ahuja et al., Management Science 50, 2004; the order is that of Knuth, "Dancing links", 2000 (exact cover).
"""

from typing import NamedTuple

import numpy as np

from models.arrays import Flags, Floats, Indices
from models.compiled import compiled
from models.relaxation.listed_packings import Shorts
from models.relaxation.triples import PAIR, WORD, Words

EQUAL = 1e-10  # relative: rounding
ALL_MET, IMPOSSIBLE = -1, -2  # in place of a row
NONE_YET = 1 << 62


class Shelf(NamedTuple):
    """Packings of decided sites, sorted by place and then by extra.

    Those of place p are `start[p]` up to `start[p + 1]`. Packing q serves `client[first[q] : first[q + 1]]` and costs
    `cost[q]` with its site, and `extra[q]` beyond the `least` [place], at `wage` [client] and `price` [row] of
    `triples` [row, 3]. To serve a client costs `by_place` [place, client], to have a site open `fixed` [place]. `near`
    [place, place]: how much packings of both have in common. `demand` [client]; `room` [place], and `penalty`: what a
    plan that is improved may pay for each place that is overfull in it; no packing is.
    """

    start: Indices
    first: Indices
    client: Shorts
    cost: Floats
    extra: Floats
    least: Floats
    wage: Floats
    price: Floats
    triples: Indices
    by_place: Floats
    fixed: Floats
    near: Floats
    demand: Floats
    room: Floats
    penalty: float


class _Program(NamedTuple):
    """Choose packings so that each row has one: first the clients of a group, then its sites.

    `ids` [choice]: the packing on the shelf, `site` [choice]: its place in the group; the choices of site k are
    `start[k]` up to `start[k + 1]`, and rise in `extra`; `holds` [row]: a bit for each choice; `row_of` [client].
    """

    ids: Indices
    site: Indices
    start: Indices
    extra: Floats
    holds: Words
    row_of: Indices


@compiled
def _bits(word: np.uint64) -> int:
    """Return how many bits of a word are set."""
    word -= (word >> np.uint64(1)) & np.uint64(0x5555555555555555)
    word = (word & np.uint64(0x3333333333333333)) + ((word >> np.uint64(2)) & np.uint64(0x3333333333333333))
    word = (word + (word >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((word * np.uint64(0x0101010101010101)) >> np.uint64(56))


@compiled
def _bound_of(shelf: Shelf, group: Indices, row_of: Indices) -> float:
    """Return what the clients and sites of a group cost at least, `row_of` [client]: -1 for all others."""
    bound = 0.0
    for i in range(row_of.size):
        if row_of[i] >= 0:
            bound += shelf.wage[i]
    for p in group:
        bound += shelf.least[p]
    for t in range(shelf.price.size):
        inside = 0
        for i in shelf.triples[t]:
            inside += row_of[i] >= 0
        if inside >= PAIR:
            bound -= shelf.price[t]
    return bound


@compiled
def _cost_now(shelf: Shelf, at: Indices, group: Indices, row_of: Indices) -> float:
    """Return what the clients and sites of a group cost now, with what is paid for those that are overfull."""
    cost, load = shelf.fixed[group].sum(), np.zeros(shelf.room.size)
    for i in range(at.size):
        if row_of[i] >= 0:
            cost += shelf.by_place[at[i], i]
            load[at[i]] += shelf.demand[i]
    for p in group:
        if load[p] > shelf.room[p]:
            cost += shelf.penalty
    return float(cost)


@compiled
def _program_in_loops(shelf: Shelf, group: Indices, row_of: Indices, limit: float) -> _Program:
    """Return the program of the packings of a group, of its own clients alone, whose extra is below the limit."""
    most = 0
    for p in group:
        most += shelf.start[p + 1] - shelf.start[p]
    ids, site, start, count = np.empty(most, np.int64), np.empty(most, np.int64), np.zeros(group.size + 1, np.int64), 0
    for k in range(group.size):
        for q in range(shelf.start[group[k]], shelf.start[group[k] + 1]):
            if shelf.extra[q] >= limit:
                break
            is_inside = True
            for at in range(shelf.first[q], shelf.first[q + 1]):
                if row_of[shelf.client[at]] < 0:
                    is_inside = False
                    break
            if is_inside:
                ids[count], site[count] = q, k
                count += 1
        start[k + 1] = count
    clients = row_of.max() + 1
    holds = np.zeros((clients + group.size, 1 + count // WORD), dtype=np.uint64)
    for x in range(count):
        bit = np.uint64(1) << np.uint64(x % WORD)
        holds[clients + site[x], x // WORD] |= bit
        for at in range(shelf.first[ids[x]], shelf.first[ids[x] + 1]):
            holds[row_of[shelf.client[at]], x // WORD] |= bit
    return _Program(ids[:count], site[:count], start, shelf.extra[ids[:count]], holds, row_of)


@compiled
def _drop_dear(program: _Program, left: Words, is_met: Flags, spent: float, limit: float) -> bool:
    """Drop the choices that are `left` and too dear beside the least of all other sites; return whether any can be."""
    sites = program.start.size - 1
    clients = is_met.size - sites
    least, total = np.zeros(sites), spent
    for k in range(sites):
        if is_met[clients + k]:
            continue
        least[k] = np.inf
        for x in range(program.start[k], program.start[k + 1]):
            if left[x // WORD] >> np.uint64(x % WORD) & np.uint64(1):
                least[k] = program.extra[x]
                break
        total += least[k]
        if total >= limit:
            return False
    for k in range(sites):
        if is_met[clients + k]:
            continue
        x = program.start[k + 1] - 1
        while x >= program.start[k] and program.extra[x] >= limit - total + least[k]:
            left[x // WORD] &= ~(np.uint64(1) << np.uint64(x % WORD))
            x -= 1
    return True


@compiled
def _fewest(program: _Program, left: Words, is_met: Flags) -> int:
    """Return the row that the fewest choices which are left would meet; ALL_MET, or IMPOSSIBLE: one cannot be."""
    best, row = NONE_YET, ALL_MET
    for r in range(is_met.size):
        if is_met[r]:
            continue
        count = 0
        for w in range(left.size):
            word = left[w] & program.holds[r, w]
            if word:
                count += _bits(word)
                if count >= best:
                    break
        if count == 0:
            return IMPOSSIBLE
        if count < best:
            best, row = count, r
    return row


@compiled
def _cheapest(program: _Program, words: Words) -> int:
    """Return the choice of the least extra, -1: there is none."""
    best, choice = np.inf, -1
    for w in range(words.size):
        word = words[w]
        while word:
            low = word & (~word + np.uint64(1))
            x = w * WORD + _bits(low - np.uint64(1))
            if program.extra[x] < best:
                best, choice = program.extra[x], x
            word ^= low
    return choice


@compiled
def _choose(shelf: Shelf, program: _Program, left: Words, is_met: Flags, x: int) -> None:
    """Mark the rows that a choice meets, and drop all choices that would meet one of them again."""
    q, clients = program.ids[x], is_met.size - program.start.size + 1
    is_met[clients + program.site[x]] = True
    left &= ~program.holds[clients + program.site[x]]
    for at in range(shelf.first[q], shelf.first[q + 1]):
        row = program.row_of[shelf.client[at]]
        is_met[row] = True
        left &= ~program.holds[row]


@compiled
def _cover(shelf: Shelf, program: _Program, bound: float, cutoff: float, most_steps: int, chosen: Indices) -> float:
    """Write the choices [site of the group] that meet every row once for the least cost below `cutoff`.

    Return that cost (`cutoff`: none was found in so many steps); `bound`: what the group costs without any extra.
    """
    rows, words, sites = program.holds.shape[0], program.holds.shape[1], chosen.size
    left, branch = np.zeros((sites + 1, words), dtype=np.uint64), np.zeros((sites + 1, words), dtype=np.uint64)
    is_met, trial = np.zeros((sites + 1, rows), dtype=np.bool_), np.zeros(sites, dtype=np.int64)
    spent, cost = np.zeros(sites + 1), np.zeros(sites + 1)
    for x in range(program.ids.size):
        left[0, x // WORD] |= np.uint64(1) << np.uint64(x % WORD)
    depth, is_new, best = 0, True, cutoff
    for _ in range(most_steps):
        if is_new:
            branch[depth] = 0
            row = IMPOSSIBLE
            if _drop_dear(program, left[depth], is_met[depth], spent[depth], best - bound):
                row = _fewest(program, left[depth], is_met[depth])
            if row >= 0:
                branch[depth] = left[depth] & program.holds[row]
            elif row == ALL_MET and cost[depth] < best:
                best = cost[depth]
                chosen[program.site[trial[:depth]]] = trial[:depth]
        x = _cheapest(program, branch[depth])
        is_new = x >= 0 and spent[depth] + program.extra[x] < best - bound
        if not is_new:
            depth -= 1
            if depth < 0:
                break
            continue
        branch[depth, x // WORD] ^= np.uint64(1) << np.uint64(x % WORD)
        trial[depth] = x
        left[depth + 1], is_met[depth + 1] = left[depth], is_met[depth]
        _choose(shelf, program, left[depth + 1], is_met[depth + 1], x)
        spent[depth + 1] = spent[depth] + program.extra[x]
        cost[depth + 1] = cost[depth] + shelf.cost[program.ids[x]]
        depth += 1
    return best


@compiled
def _exchange(shelf: Shelf, at: Indices, group: Indices, reach: float, most_steps: int) -> float:
    """Assign the clients of a group of places anew in `at` [client]; return what that saves (0: nothing was found)."""
    is_inside, row_of, clients = np.zeros(shelf.least.size, dtype=np.bool_), np.full(at.size, -1, dtype=np.int64), 0
    is_inside[group] = True
    for i in range(at.size):
        if is_inside[at[i]]:
            row_of[i] = clients
            clients += 1
    now, bound = _cost_now(shelf, at, group, row_of), _bound_of(shelf, group, row_of)
    cutoff = now - EQUAL * abs(now)
    if cutoff <= bound:
        return 0.0
    program = _program_in_loops(shelf, group, row_of, min(cutoff - bound, reach))
    chosen = np.zeros(group.size, dtype=np.int64)
    after = _cover(shelf, program, bound, cutoff, most_steps, chosen)
    if after >= cutoff:
        return 0.0
    moved = 0
    for k in range(group.size):
        q = program.ids[chosen[k]]
        for place in range(shelf.first[q], shelf.first[q + 1]):
            moved += at[shelf.client[place]] != group[k]
            at[shelf.client[place]] = group[k]
    return float(now - after) if moved > 0 else 0.0  # a place that seems overfull by rounding alone saves nothing


@compiled
def _draw_group(near: Floats, size: int) -> Indices:
    """Draw `size` neighbouring places; Numba's random state is the caller's to set."""
    places = near.shape[0]
    group, is_in, score = np.empty(size, dtype=np.int64), np.zeros(places, dtype=np.bool_), np.zeros(places)
    latest = np.random.randint(places)  # noqa: NPY002  (compiled)
    for count in range(size):
        group[count], is_in[latest] = latest, True
        score += near[latest]
        best = -1.0
        for p in range(places):
            luck = score[p] * (0.3 + np.random.random())  # noqa: NPY002  (compiled)
            if not is_in[p] and luck > best:
                best, latest = luck, p
    return group


@compiled
def exchange_some(  # noqa: PLR0913, PLR0917  (compiled: no object holds them)
    shelf: Shelf, at: Indices, size: int, tries: int, reach: float, most_steps: int, seed: int
) -> float:
    """Assign the clients of so many drawn groups of `size` places anew, in `at` [client]; return what is saved.

    `size`: no more than there are places. `reach`: of the extra of packings that are looked at.
    """
    np.random.seed(seed)  # noqa: NPY002  (compiled)
    saved = 0.0
    for _ in range(tries):
        saved += _exchange(shelf, at, _draw_group(shelf.near, size), reach, most_steps)
    return saved
