"""Run by p_median.py under the peers' python: PEER INSTANCE.npz LIMIT; prints seconds and value as JSON."""

import json
import sys
import time

import numpy as np


def by_spopt(cost, p, limit, solver):
    import pulp  # noqa: PLC0415
    from spopt.locate import PMedian  # noqa: PLC0415

    chosen = (
        pulp.PULP_CBC_CMD(msg=False, timeLimit=limit) if solver == "cbc" else pulp.HiGHS(msg=False, timeLimit=limit)
    )
    begin = time.perf_counter()
    model = PMedian.from_cost_matrix(cost, np.ones(len(cost)), p_facilities=p)
    model.solve(chosen)
    seconds = time.perf_counter() - begin
    return seconds, pulp.value(model.problem.objective)


def by_pbp(cost, p, limit):
    import pbp_pmedian  # noqa: PLC0415

    begin = time.perf_counter()
    value, _, _, status, _ = pbp_pmedian.solve(cost.T, p, time_limit=limit)  # facilities by clients; routed by itself
    seconds = time.perf_counter() - begin
    return seconds, value if status == 0 else float("nan")


def main():
    peer, source, limit = sys.argv[1], np.load(sys.argv[2]), float(sys.argv[3])
    cost, p = source["cost"], int(source["p"])
    seconds, value = by_pbp(cost, p, limit) if peer == "pbp" else by_spopt(cost, p, limit, peer.removeprefix("spopt-"))
    sys.stdout.write(json.dumps({"seconds": seconds, "value": float("nan" if value is None else value)}) + "\n")


if __name__ == "__main__":
    main()
