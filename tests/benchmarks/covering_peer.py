"""Run by covering.py under the peers' python: PEER INSTANCE.npz LIMIT; prints seconds and value as JSON."""

import json
import sys
import time

import numpy as np
import pulp
from spopt.locate import PCenter


def main():
    peer, source, limit = sys.argv[1], np.load(sys.argv[2]), float(sys.argv[3])
    cost, p = source["cost"], int(source["p"])
    chosen = (
        pulp.PULP_CBC_CMD(msg=False, timeLimit=limit) if peer == "spopt-cbc" else pulp.HiGHS(msg=False, timeLimit=limit)
    )
    begin = time.perf_counter()
    model = PCenter.from_cost_matrix(cost, p_facilities=p)
    model.solve(chosen)
    seconds = time.perf_counter() - begin
    value = pulp.value(model.problem.objective)
    sys.stdout.write(json.dumps({"seconds": seconds, "value": float("nan" if value is None else value)}) + "\n")


if __name__ == "__main__":
    main()
