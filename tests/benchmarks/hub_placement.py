"""How far `HubPlacement` goes with phases, levels, budgets and land, on freight that a generator makes.

    python tests/benchmarks/hub_placement.py            # the region: three periods, then one
    python tests/benchmarks/hub_placement.py --terms    # three periods, and a measure, throughput, two hubs, clients
    python tests/benchmarks/hub_placement.py --national # 200,000 flows, 500 sites
    python tests/benchmarks/hub_placement.py --reduced  # small cases, against the plain program

Wall and CPU seconds are those of this process and of its solver; the compiler has nothing to do here. The instances
are drawn: places in a plane, heavy-tailed flows, sites of three sizes of two resources, a site's fixed costs by the
power 0.8 of its size, a budget in each period and a limit on land in the last. For imports from the checkout, run it
with the checkout's root in PYTHONPATH.
"""

import argparse
import resource
import sys
import time
from dataclasses import replace

import numpy as np

from models import HubPlacement, SolveOptions

TIERS = np.array([1.0, 2.0, 3.5])
NEAREST = 60  # sites that a flow may use; of very many sites fewer
LAND_HA = np.array([10.0, 20.0, 35.0])


def freight(rng, flows, side_km):
    """Return amounts, points of origin and destination, direct costs per unit, and the towns of origin."""
    towns = rng.random((max(flows // 100, 30), 2)) * side_km
    weight = rng.pareto(1.1, len(towns)) + 0.1
    weight /= weight.sum()
    town, ends = [], []
    for _ in range(2):
        town.append(rng.choice(len(towns), flows, p=weight))
        ends.append(towns[town[-1]] + rng.normal(0, 2, (flows, 2)))
    long_km = np.linalg.norm(ends[0] - ends[1], axis=1)
    return rng.pareto(1.2, flows) * 50 + 1, *ends, 60_000 + 2_500 * long_km * rng.uniform(0.8, 1.6, flows), town[0]


def routes(ends, direct, sites, nearest):
    """Return flow, site and cost of up to `nearest` routes a flow that beat the direct way."""
    flow, site, cost = [], [], []
    for first in range(0, len(direct), 5000):
        part = slice(first, first + 5000)
        feeder = np.linalg.norm(ends[0][part][:, None] - sites, axis=2)
        haul = np.linalg.norm(ends[1][part][:, None] - sites, axis=2)
        through = 110_000 + 2_600 * feeder + 1_100 * haul
        if nearest < len(sites):
            best = np.sort(np.argpartition(through, nearest, axis=1)[:, :nearest], axis=1)
        else:
            best = np.broadcast_to(np.arange(len(sites)), through.shape)
        each = np.take_along_axis(through, best, axis=1)
        row, at = np.nonzero(each < direct[part][:, None])
        flow.append(row + first)
        site.append(best[row, at])
        cost.append(each[row, at])
    return np.concatenate(flow), np.concatenate(site), np.concatenate(cost)


def region(flows=55_000, sites=60, standing=8, periods=3, seed=0, *, by_town=False):
    """Return an instance: every flow in every period, growing by a third each, and three tiers a new site.

    `by_town`: all that a town sends goes by one site.
    """
    rng = np.random.default_rng(seed)
    amount, start, end, direct, town = freight(rng, flows, 200.0 * (sites / 60) ** 0.5)
    place = rng.random((sites, 2)) * 200.0 * (sites / 60) ** 0.5
    flow, site, cost = routes((start, end), direct, place, sites if sites <= NEAREST else NEAREST // 2)
    kind = (rng.random(flows) < 0.3).astype(int)
    new = np.arange(standing, sites)
    size = 0.4 * amount.sum() / sites
    worth = 25_000 * size * rng.uniform(0.7, 1.3, sites)
    option_site = np.concatenate([np.arange(standing), np.repeat(new, 3)])
    tier = np.concatenate([np.zeros(standing, int), np.tile(np.arange(3), new.size)])
    fixed = np.where(option_site < standing, 0.0, worth[option_site] * TIERS[tier] ** 0.8)
    capacity = size * TIERS[tier][:, None] * np.array([0.7, 0.3])
    land = np.where(option_site < standing, 0.0, LAND_HA[tier])
    options = option_site.size
    discount = 0.6 ** np.arange(periods)
    growth = (4 / 3) ** np.arange(periods)
    spent = np.tile(fixed, periods)
    period = np.repeat(np.arange(periods), options)
    rule_row = np.concatenate([period, np.full(options, periods)])
    rule_option = np.concatenate([np.arange(options * periods), np.arange(options * (periods - 1), options * periods)])
    typical = float(np.mean(worth)) * TIERS[1] ** 0.8
    return HubPlacement(
        amount=np.concatenate([amount * by for by in growth]),
        direct_cost=np.concatenate([direct * by for by in discount]),
        flow_period=np.repeat(np.arange(periods), flows),
        flow_client=np.tile(town, periods) if by_town else None,
        route_flow=np.concatenate([flow + flows * t for t in range(periods)]),
        route_site=np.tile(site, periods),
        route_cost=np.concatenate([cost * by for by in discount]),
        route_resource=np.tile(kind[flow], periods),
        option_site=np.tile(option_site, periods),
        option_period=period,
        option_level=np.tile(tier, periods),
        option_cost=spent * discount[period],
        option_capacity=np.tile(capacity, (periods, 1)),
        standing=np.arange(sites) < standing,
        rule_row=rule_row,
        rule_option=rule_option,
        rule_weight=np.concatenate([spent, land]),
        rule_high=np.append(typical * sites * 0.08 * (1 + np.arange(periods)), 20.0 * sites * 0.2),
    )


def with_measure(case, share=0.9):
    """Return the case with at most `share` of what the direct ways emit in all periods together."""
    rng = np.random.default_rng(1)
    emitted = case.direct_cost / 1000
    through = (case.route_cost / 1000) * rng.uniform(0.4, 1.0, case.route_cost.size)
    cap = share * float(case.amount @ emitted)
    return replace(case, direct_measure=emitted[:, None], route_measure=through[:, None], measure_high=[cap])


def with_throughput(case, share=0.7):
    """Return the case whose new sites need `share` of their room in each period."""
    new = ~case.standing[case.option_site]
    return replace(case, option_min_throughput=np.where(new, share * case.option_capacity.sum(axis=1), 0.0))


def with_second_hubs(case):
    """Return the case with a second hub, at nine tenths of the cost, on half of the routes."""
    rng = np.random.default_rng(1)
    routes = case.route_cost.size
    second = np.where(rng.random(routes) < 0.5, rng.integers(0, case.n_sites, routes), -1)
    second[second == case.route_site] = -1
    return replace(
        case,
        route_second_site=second,
        route_second_resource=np.where(second < 0, -1, case.route_resource),
        route_cost=case.route_cost * np.where(second < 0, 1.0, 0.9),
    )


def with_clients(case, clients=215):
    """Return the case in which each flow belongs to one of `clients`, a few of them large, wherever it begins."""
    rng = np.random.default_rng(1)
    weight = rng.pareto(1.1, clients) + 0.1
    flows = case.amount.size // case.terms.periods
    client = rng.choice(clients, flows, p=weight / weight.sum())
    return replace(case, flow_client=np.tile(client, case.terms.periods))


TERMS = {
    "a cap on emissions": (with_measure, 5e-3),
    "least throughput": (with_throughput, 5e-3),
    "two hubs on a route": (with_second_hubs, 5e-3),
    "one site a client": (with_clients, 2e-2),
}


def memory_gb():
    """Return the largest memory of this process and of its solver so far."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1e6


def show(name, instance, limit_s, asked, engine="benders"):
    """Solve, check and print a line."""
    options = SolveOptions(time_limit_s=limit_s, relative_gap=asked, engine=engine)
    start = time.perf_counter()
    solution = instance.solve(options)
    seconds = time.perf_counter() - start
    wrong = instance.check(solution) if solution.has_plan else ["no plan"]
    met = "met" if solution.gap <= asked + 1e-9 and seconds <= limit_s * 1.1 + 1 else "missed"
    print(
        f"{name:36} {engine:8} {seconds:8.1f} s  gap {solution.gap:9.2e}  asked {asked:7.1e} {met:7}"
        f" {memory_gb():5.1f} GB  open {int(solution.option_open.sum()):4}  {solution.stopped}  {wrong or ''}",
        flush=True,
    )
    return solution


def main():
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--national", action="store_true")
    parser.add_argument("--reduced", action="store_true")
    parser.add_argument("--terms", action="store_true")
    parser.add_argument("--limit", type=float, help="seconds for each case, instead of those asked for")
    given = parser.parse_args()
    print(f"Python {sys.version.split()[0]}")
    if given.reduced:
        for seed in range(3):
            small = region(flows=600, sites=20, standing=3, seed=seed)
            ours, plain = (show(f"reduced {seed}", small, 60, 1e-6, engine) for engine in ("benders", "mip"))
            print(f"    ratio of seconds {plain.seconds / ours.seconds:.1f}, values differ by", end=" ")
            print(f"{abs(ours.objective / plain.objective - 1):.1e}")
    elif given.terms:
        case = region()
        for name, (grown, asked) in TERMS.items():
            show(f"three periods, {name}", grown(case), given.limit or 120, asked)
        show("three periods, one site a town", region(by_town=True), given.limit or 120, 1e-2)
    elif given.national:
        case = region(flows=200_000, sites=500, standing=40, periods=1)
        print(f"{case.amount.size} flows, {case.route_flow.size} routes, {case.option_site.size} options")
        show("national", case, given.limit or 600, 1e-2)
    else:
        case = region()
        print(f"{case.amount.size} flows, {case.route_flow.size} routes, {case.option_site.size} options")
        show("three periods", case, given.limit or 120, 5e-3)
        case = replace(region(periods=1), option_level=None)
        show("one period", case, given.limit or 30, 1e-3)


if __name__ == "__main__":
    main()
