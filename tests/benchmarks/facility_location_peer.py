"""Run by facility_location.py under the peers' python: SOLVER INSTANCE.npz LIMIT; prints the answer as JSON."""

import datetime as dt
import json
import sys
import time

import numpy as np
from ortools.math_opt.python import mathopt


def main():
    name, source, limit = sys.argv[1], np.load(sys.argv[2]), float(sys.argv[3])
    cost, fixed = source["cost"], source["fixed"]
    clients, sites = cost.shape
    model = mathopt.Model()
    opened = [model.add_binary_variable() for _ in range(sites)]
    share = [[model.add_variable(lb=0.0) for _ in range(sites)] for _ in range(clients)]
    for i in range(clients):
        model.add_linear_constraint(mathopt.fast_sum(share[i]) == 1)
        for j in range(sites):
            model.add_linear_constraint(share[i][j] <= opened[j])
    model.minimize(
        mathopt.fast_sum(fixed[j] * opened[j] for j in range(sites))
        + mathopt.fast_sum(cost[i, j] * share[i][j] for i in range(clients) for j in range(sites))
    )
    parameters = mathopt.SolveParameters(time_limit=dt.timedelta(seconds=limit), relative_gap_tolerance=1e-9)
    if name == "scip":
        parameters.threads = 1
    kind = {"scip": mathopt.SolverType.GSCIP, "highs": mathopt.SolverType.HIGHS}[name]
    begin = time.perf_counter()
    result = mathopt.solve(model, kind, params=parameters)
    seconds = time.perf_counter() - begin
    proved = result.termination.reason == mathopt.TerminationReason.OPTIMAL
    value = result.objective_value() if result.has_primal_feasible_solution() else float("nan")
    sys.stdout.write(json.dumps({"seconds": seconds, "value": value, "proved": proved}) + "\n")


if __name__ == "__main__":
    main()
