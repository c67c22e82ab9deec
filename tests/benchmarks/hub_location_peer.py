"""The textbook program of an instance by HiGHS; run by `hub_location.py` with the python that has highspy and scipy.

Arguments: instance (npz), seconds. Single allocation: Ernst and Krishnamoorthy's flow formulation (z_ik binary, flows
y_ikl of origin i between hubs). Multiple: theirs with z_ik, y_ikl, x_ilj. One thread, default settings.
"""

import json
import sys
import time

import highspy
import numpy as np
from scipy import sparse


def program(data):  # noqa: C901  (the formulation row by row)
    """Return cost, upper, integer, matrix, row bounds of the flow formulation."""
    w, c, n = data["flow"], data["cost"], len(data["flow"])
    single, p = str(data["allocation"]) == "single", int(data["hubs"])
    sent, received = w.sum(axis=1), w.sum(axis=0)
    z, h = np.arange(n * n).reshape(n, n), n * n + np.arange(n)
    y = n * n + n + np.arange(n**3).reshape(n, n, n)
    x = n * n + n + n**3 + np.arange(n**3).reshape(n, n, n)
    hub = np.diag(z) if single else h
    total = n * n + n + n**3 * (1 if single else 2)
    cost, upper, integer = np.zeros(total), np.full(total, np.inf), np.zeros(total, dtype=int)
    cost[y] = float(data["transfer"]) * c[None]
    cost[hub] += data["fixed_cost"]
    if single:
        cost[z] += float(data["collection"]) * c * sent[:, None] + float(data["distribution"]) * c.T * received[:, None]
        upper[z], upper[h], integer[z.ravel()] = 1, 0, 1
    else:
        cost[z] = float(data["collection"]) * c
        cost[x] = float(data["distribution"]) * c[None]
        upper[h], integer[h] = 1, 1
    rows, columns, values, low, high = [], [], [], [], []

    def add(pairs, bottom, top):
        for column, value in pairs:
            rows.append(len(low))
            columns.append(int(column))
            values.append(float(value))
        low.append(bottom)
        high.append(top)

    for i in range(n):
        add([(z[i, k], 1) for k in range(n)], *(2 * [1 if single else sent[i]]))
        for k in range(n):
            if z[i, k] != hub[k]:
                add([(z[i, k], 1), (hub[k], -1 if single else -sent[i])], -np.inf, 0)
            entered = [(z[i, k], sent[i] if single else 1)]
            add([*((y[i, k, m], -1) for m in range(n)), *entered], 0, 0)
            left = [(z[j, k], -w[i, j]) for j in range(n)] if single else [(x[i, k, j], -1) for j in range(n)]
            add([*((y[i, m, k], 1) for m in range(n)), *left], 0, 0)
            if not single:
                add([(x[i, m, k], 1) for m in range(n)], w[i, k], w[i, k])
                for j in range(n):
                    add([(x[i, k, j], 1), (h[k], -w[i, j])], -np.inf, 0)
    for k in np.flatnonzero(np.isfinite(data["capacity"])):
        load = [(z[i, k], sent[i] if single else 1) for i in range(n) if z[i, k] != hub[k]]
        own = sent[k] if single else 0
        add([*load, (hub[k], own - data["capacity"][k])], -np.inf, 0)
    if p >= 0:
        add([(k, 1) for k in hub], p, p)
    matrix = sparse.csc_matrix((values, (rows, columns)), shape=(len(low), total))
    return cost, upper, integer, matrix, np.array(low), np.array(high)


def main():
    data = np.load(sys.argv[1])
    cost, upper, integer, matrix, low, high = program(data)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = cost.size, low.size
    model.col_cost_, model.col_lower_, model.col_upper_ = cost, np.zeros(cost.size), upper
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_, model.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[kind] for kind in integer]
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)  # noqa: FBT003  (its way)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", float(sys.argv[2]))
    solver.passModel(model)
    begin = time.perf_counter()
    solver.run()
    seconds = time.perf_counter() - begin
    info = solver.getInfo()
    gap = info.mip_gap if np.isfinite(info.mip_gap) else 1e9
    print(json.dumps({"seconds": seconds, "value": info.objective_function_value, "gap": gap}))


if __name__ == "__main__":
    main()
