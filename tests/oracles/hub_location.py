"""Tiny hub locations, and their value by trying every set of hubs and allocation."""

from itertools import combinations, product

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from models import HubLocation


@st.composite
def instances(draw, *, most=4, allocation=None, forbidden=True):
    """Return tiny instances with whole numbers, so that ties, zeros and exact fits abound."""
    nodes = draw(st.integers(1, most))

    def numbers(size, high, scale=1.0):
        return np.array(draw(st.lists(st.integers(0, high), min_size=size, max_size=size)), dtype=float) * scale

    cost = numbers(nodes * nodes, 8, draw(st.sampled_from([1.0, 1e6]))).reshape(nodes, nodes)
    if forbidden and draw(st.booleans()):
        cost[numbers(nodes * nodes, 4).reshape(nodes, nodes) == 0] = np.inf
    elif draw(st.booleans()):
        cost = np.maximum(cost, cost.T)
        np.fill_diagonal(cost, 0.0)
    flow = numbers(nodes * nodes, 5, draw(st.sampled_from([1.0, 1e4]))).reshape(nodes, nodes)
    finite = cost[np.isfinite(cost)]
    money = float(flow.max() * finite.max(initial=0.0)) or 1.0
    return HubLocation(
        flow=flow,
        cost=cost,
        hubs=draw(st.one_of(st.none(), st.integers(0, nodes))),
        fixed_cost=numbers(nodes, 3, money) if draw(st.booleans()) else None,
        capacity=numbers(nodes, 6, 0.2 * float(flow.sum())) if draw(st.booleans()) else None,
        collection=draw(st.sampled_from([1.0, 3.0, 0.0])),
        transfer=draw(st.sampled_from([0.75, 0.0, 1.5])),
        distribution=draw(st.sampled_from([1.0, 2.0])),
        allocation=allocation or draw(st.sampled_from(["single", "multiple"])),
    )


def way(instance, i, k, m, j):
    """Return the cost of one unit from i by k and m to j."""
    cost = instance.cost
    legs = ((instance.collection, cost[i, k]), (instance.transfer, cost[k, m]), (instance.distribution, cost[m, j]))
    return sum(np.inf if np.isinf(price) else factor * price for factor, price in legs)


def enumerated(instance):
    """Return the least value over every set of hubs, inf if none will do."""
    nodes = len(instance.flow)
    sizes = range(nodes + 1) if instance.hubs is None else [instance.hubs]
    best = np.inf
    by_set = single_value if instance.allocation == "single" else multiple_value
    for size in sizes:
        for hubs in combinations(range(nodes), size):
            best = min(best, instance.fixed_cost[list(hubs)].sum() + by_set(instance, hubs))
    return best


def single_value(instance, hubs):
    nodes, best = len(instance.flow), np.inf
    choices = [[i] if i in hubs else list(hubs) for i in range(nodes)]
    for at in product(*choices):
        load = np.zeros(nodes)
        for i in range(nodes):
            load[at[i]] += instance.flow[i].sum()
        if (load > instance.capacity * (1 + 1e-9)).any():
            continue
        pairs = np.argwhere(instance.flow > 0).tolist()
        best = min(best, sum(instance.flow[i, j] * way(instance, i, at[i], at[j], j) for i, j in pairs))
    return best


def multiple_value(instance, hubs):
    pairs = np.argwhere(instance.flow > 0).tolist()
    if not pairs:
        return 0.0
    routes = [
        (pair, k, instance.flow[i, j], way(instance, i, k, m, j))
        for pair, (i, j) in enumerate(pairs)
        for k in hubs
        for m in hubs
        if np.isfinite(way(instance, i, k, m, j))
    ]
    if {pair for pair, *_ in routes} != set(range(len(pairs))):
        return np.inf
    serve = np.array([[1.0 if route[0] == pair else 0.0 for route in routes] for pair in range(len(pairs))])
    full = [k for k in hubs if instance.capacity[k] < instance.flow.sum()]
    if not full:  # no program, whose tolerances would hide a small flow beside a large one
        best = [min(route[3] for route in routes if route[0] == pair) for pair in range(len(pairs))]
        return sum(instance.flow[i, j] * unit for (i, j), unit in zip(pairs, best, strict=True))
    scale = instance.flow.max()
    money = max(route[2] * route[3] for route in routes) or 1.0
    load = np.array([[route[2] / scale if route[1] == k else 0.0 for route in routes] for k in full])
    answer = linprog(
        [route[2] * route[3] / money for route in routes],
        A_ub=load if full else None,
        b_ub=instance.capacity[full] * (1 + 1e-9) / scale if full else None,
        A_eq=serve,
        b_eq=np.ones(len(pairs)),
    )
    return answer.fun * money if answer.status == 0 else np.inf


def cheapest_way_out(instance, prices):
    """Return the least price of making an instance feasible, inf if there is none, over every choice as above.

    `prices`: a unit of "served", "capacity", "fewer", "more"; what it does not name must be kept.
    """
    nodes = len(instance.flow)
    by_set = single_price if instance.allocation == "single" else multiple_price
    best = np.inf
    for size in range(nodes + 1):
        apart = 0 if instance.hubs is None else size - instance.hubs
        price = abs(apart) * prices.get("more" if apart > 0 else "fewer", np.inf) if apart else 0.0
        if price < best:
            best = min([best, *(price + by_set(instance, hubs, prices) for hubs in combinations(range(nodes), size))])
    return best


def unserved_price(prices, amount):
    return amount * prices.get("served", np.inf) if amount else 0.0


def single_price(instance, hubs, prices):
    nodes, best = len(instance.flow), np.inf
    unit = min(prices.get("served", np.inf), prices.get("capacity", np.inf))
    for at in product(*([i] if i in hubs else list(hubs) for i in range(nodes))):
        load, stuck = np.zeros(nodes), 0.0
        for i, j in np.argwhere(instance.flow > 0).tolist():
            if np.isinf(way(instance, i, at[i], at[j], j)):
                stuck += instance.flow[i, j]
            else:
                load[at[i]] += instance.flow[i, j]
        over = np.maximum(load - instance.capacity * (1 + 1e-9), 0.0).sum()
        best = min(best, unserved_price(prices, stuck) + (unit * over if over else 0.0))
    return best


def multiple_price(instance, hubs, prices):
    pairs = np.argwhere(instance.flow > 0).tolist()
    firsts = [[k for k in hubs if any(np.isfinite(way(instance, i, k, m, j)) for m in hubs)] for i, j in pairs]
    stuck = sum(instance.flow[i, j] for (i, j), some in zip(pairs, firsts, strict=True) if not some)
    unit = min(prices.get("served", np.inf), prices.get("capacity", np.inf))
    total = instance.flow.sum()
    ways = [(pair, k) for pair, some in enumerate(firsts) for k in some]
    if not ways:
        return unserved_price(prices, stuck)
    serve = np.array([[pair == at for pair, _ in ways] for at in range(len(pairs))], dtype=float)
    load = np.array([[k == at for _, k in ways] for at in hubs], dtype=float)
    carried = linprog(
        -np.ones(len(ways)),
        A_ub=np.vstack([serve, load]),
        b_ub=np.append(
            [instance.flow[i, j] / total for i, j in pairs], np.minimum(instance.capacity[list(hubs)] / total, 1.0)
        ),
    )
    over = total - stuck + carried.fun * total
    return unserved_price(prices, stuck) + (unit * over if over > 1e-9 * total else 0.0)
