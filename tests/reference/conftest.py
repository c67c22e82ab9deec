"""Readers of published instances, read in place from the shared folder."""

import csv

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path


@pytest.fixture(scope="session")
def pmed(shared_data):
    """Return a reader of OR-Library's p-median instances: name -> (cost, p)."""
    return lambda name: read_pmed(shared_data / "benchmarks" / "pmed" / f"{name}.txt")


@pytest.fixture(scope="session")
def cap(shared_data):
    """Return a reader of OR-Library's warehouse location instances without capacities: name -> (cost, fixed cost)."""
    return lambda name: read_cap(shared_data / "benchmarks" / "cap" / f"{name}.txt")


@pytest.fixture(scope="session")
def optimum(shared_data):
    """Return a look-up of published optima: (family, instance, problem) -> value."""
    return lambda family, name, problem: read_optima(shared_data / "benchmarks" / family / "optima.csv")[name, problem]


def read_pmed(path):
    """All-pairs shortest paths; where an edge stands twice the last one counts."""
    numbers = np.array(path.read_text().split(), dtype=np.int64)
    n, edges, p = numbers[:3].tolist()
    length = np.zeros((n, n))
    for i, j, cost in (numbers[3 : 3 + 3 * edges].reshape(edges, 3) - [1, 1, 0]).tolist():
        length[i, j] = length[j, i] = cost
    return shortest_path(length, directed=False), p


def read_cap(path):
    words = path.read_text().split()
    sites, clients = int(words[0]), int(words[1])
    numbers = np.array([0.0 if word == "capacity" else float(word) for word in words[2:]])
    fixed = numbers[: 2 * sites].reshape(sites, 2)[:, 1]
    return numbers[2 * sites :].reshape(clients, sites + 1)[:, 1:], fixed


def read_optima(path):
    with path.open(encoding="utf-8") as file:
        return {(row["instance"], row["problem"]): float(row["optimum"]) for row in csv.DictReader(file)}
