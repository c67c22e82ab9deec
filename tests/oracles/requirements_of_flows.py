"""Requirements of multi-commodity flows and designs, kept or paid for: every design, and SciPy's linear program.

Built from the words of the instances alone: flows on links in units, every commodity by itself, every design in turn.
"""

from itertools import chain, combinations, product
from math import inf

import numpy as np
from scipy.optimize import linprog


def names(instance):
    """Return everything that an instance may ask for: (kind, index) with its price left open."""
    asked = [("capacity", a) for a in range(instance.tail.size) if np.isfinite(instance.capacity[a])]
    if instance.supply is None:
        moving = (instance.amount > 0) & (instance.origin != instance.destination) & np.isinf(instance.unserved_cost)
        asked += [("served", int(k)) for k in np.flatnonzero(moving)]
    else:
        must = np.isinf(instance.unserved_cost) | (np.abs(instance.supply.sum(axis=1)) > 1e-9 * instance.amount)
        asked += [("served", int(k), int(v)) for k, v in np.argwhere(instance.supply != 0) if must[k]]
    if hasattr(instance, "budget"):
        asked += [("forced_open", a) for a in instance.forced_open]
        asked += [("forced_closed", a) for a in instance.forced_closed]
        asked += [("budget",)] if np.isfinite(instance.budget) else []
    return asked


def least_price(instance, price):
    """Return the least price of a plan where only what `price` names gives way; inf: there is none."""
    if not hasattr(instance, "budget"):
        return _flow_price(instance, price, np.ones(instance.tail.size, dtype=bool))
    best = inf
    for built in product([False, True], repeat=instance.tail.size):
        rules = _rules_price(instance, price, np.array(built, dtype=bool))
        if rules < best:
            best = min(best, rules + _flow_price(instance, price, np.array(built, dtype=bool)))
    return best


def can_be_kept(instance, kept):
    """Return whether these requirements can be kept together, all others dropped."""
    return least_price(instance, {name: 0.0 for name in names(instance) if name not in kept}) < inf


def least_prices(instance, price, count):
    """Return the prices of the cheapest ways out, none of which may contain one before: by every set of names."""
    worth = {frozenset(some): least_price(instance, {one: price[one] for one in some}) for some in subsets(list(price))}
    found = []
    ways = sorted((float(f"{value:.7g}"), len(some), sorted(map(str, some)), some) for some, value in worth.items())
    used = []
    for value, _, _, some in (way for way in ways if way[0] < inf):
        if not any(one <= some for one in used):
            used.append(some)
            found.append(value)
    return found[:count]


def subsets(items):
    """Return every set of `items`."""
    return chain.from_iterable(combinations(items, count) for count in range(len(items) + 1))


def _rules_price(instance, price, built):
    total = 0.0
    for kind, links, broken in (
        ("forced_open", instance.forced_open, ~built),
        ("forced_closed", instance.forced_closed, built),
    ):
        total += sum(price.get((kind, a), inf) for a in links if broken[a])
    over = instance.fixed_cost[built].sum() - instance.budget
    return total + (price.get(("budget",), inf) * over if over > 0 else 0.0)


def _flow_price(instance, price, built):
    """Return the least price of capacity and amounts that give way, on the links that are built."""
    supply = _supply(instance)
    unit = np.abs(supply).max(initial=0.0) or 1.0
    columns, equal, right = _Columns(), [], []
    load = [[] for _ in range(instance.tail.size)]
    for k in range(len(supply)):
        must = np.isinf(instance.unserved_cost[k])
        if not (must or abs(supply[k].sum()) > 1e-9 * np.abs(supply[k]).sum()):
            continue
        rows = _balance(instance, columns, k, built & must, load)
        if not must:  # it need not move, but its sides must agree
            rows = [{}]
        for at, (left, sign) in _short(instance, price, columns, supply[k] / unit, k, unit).items():
            row = rows[at if must else 0]
            row[left] = row.get(left, 0.0) + sign
        equal += rows
        right += list(supply[k] / unit) if must else [supply[k].sum() / unit]
    over, room = [], []
    for a in np.flatnonzero(built & np.isfinite(instance.capacity)).tolist():
        row = dict.fromkeys(load[a], 1.0)
        if ("capacity", a) in price:
            row[columns.add(price["capacity", a] * unit, inf)] = -1.0
        over.append(row)
        room.append(instance.capacity[a] / unit)
    return columns.least_cost(over, room, equal, right)


def _supply(instance):
    if instance.supply is not None:
        return instance.supply
    supply = np.zeros((instance.amount.size, instance.nodes))
    for k, amount in enumerate(instance.amount):
        supply[k, instance.origin[k]] += amount
        supply[k, instance.destination[k]] -= amount
    return supply


def _balance(instance, columns, k, links, load):
    """Return what leaves each node less what enters it, on some links, whose `load` is added to."""
    rows = [{} for _ in range(instance.nodes)]
    costs = instance.unit_cost[k] if instance.unit_cost.ndim > 1 else instance.unit_cost
    for a in np.flatnonzero(links & np.isfinite(costs) & (instance.tail != instance.head)).tolist():
        x = columns.add(0.0, inf)
        rows[instance.tail[a]][x], rows[instance.head[a]][x] = 1.0, -1.0
        load[a].append(x)
    return rows


def _short(instance, price, columns, supply, k, unit):
    """Return the column and the sign of what a node does not send or take, where it may."""
    if instance.supply is not None:
        return {
            v: (columns.add(price["served", k, v] * unit, abs(supply[v])), np.sign(supply[v]))
            for v in range(supply.size)
            if ("served", k, v) in price
        }
    if ("served", k) not in price:
        return {}
    amount = instance.amount[k] / unit
    left = columns.add(price["served", k] * unit, amount)
    return {int(instance.origin[k]): (left, 1.0), int(instance.destination[k]): (left, -1.0)}


class _Columns:
    def __init__(self):
        self.cost, self.most = [], []

    def add(self, cost, most):
        self.cost.append(cost)
        self.most.append(most)
        return len(self.cost) - 1

    def least_cost(self, over, room, equal, right):
        if not self.cost:
            return 0.0 if np.allclose(right, 0, atol=1e-9) else inf
        answer = linprog(
            self.cost,
            A_ub=self.matrix(over),
            b_ub=room or None,
            A_eq=self.matrix(equal),
            b_eq=right or None,
            bounds=list(zip([0.0] * len(self.cost), self.most, strict=True)),
            method="highs-ds",
            options={"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10},
        )
        assert answer.status in {0, 2}, answer.message
        return max(answer.fun, 0.0) if answer.status == 0 else inf

    def matrix(self, rows):
        if not rows:
            return None
        dense = np.zeros((len(rows), len(self.cost)))
        for at, row in enumerate(rows):
            for column, value in row.items():
                dense[at, column] = value
        return dense
