"""The solver's own process: a script, started by `models.solver`, that imports OR-Tools and nothing of ours.

It reads requests from its standard input and writes answers to its standard output until the input ends.
A request is a header (solver type, length of model, length of parameters) and two protobuf messages; an answer
is a header (1 = result, 0 = error; length) and a `SolveResultProto` or the error's sentence in UTF-8.
A solver type above `WARM` begins at a basis: the parameters are the length of the first message (`START`), a
`SolveParametersProto` and a `ModelSolveParametersProto`; otherwise the first alone.
Flows of whole numbers are solver types of our own: the model is a row of int64 (see `flow`).
"""

import contextlib
import os
import signal
import struct
import sys
from typing import BinaryIO

REQUEST = struct.Struct("<iQQ")
ANSWER = struct.Struct("<?Q")
MIN_COST_FLOW, MAX_FLOW = -1, -2
WARM = 1000
START = struct.Struct("<Q")


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer every request until there are no more."""
    while header := requests.read(REQUEST.size):
        solver_type, model_size, parameters_size = REQUEST.unpack(header)
        works, content = answer(solver_type, requests.read(model_size), requests.read(parameters_size))
        answers.write(ANSWER.pack(works, len(content)) + content)
        answers.flush()


def answer(solver_type: int, model: bytes, parameters: bytes) -> tuple[bool, bytes]:
    """Return (True, serialised result) or (False, the error's sentence)."""
    try:
        if solver_type in {MIN_COST_FLOW, MAX_FLOW}:
            return True, flow(solver_type, model)
        return True, solve(solver_type, model, parameters)
    except Exception as error:  # noqa: BLE001  (whatever OR-Tools raises is told to the parent, which raises its own)
        return False, " ".join(str(error).split()).encode()


def solve(solver_type: int, model: bytes, parameters: bytes) -> bytes:
    """Return the serialised `SolveResultProto` of one solve."""
    # The core is called, not `mathopt.solve`: that parses every value into dictionaries (as long again as the
    # solve of a small program) and turns each refusal into an AttributeError that hides the reason.
    from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, parameters_pb2  # noqa: PLC0415
    from ortools.math_opt.core.python import solver  # noqa: PLC0415

    start = b""
    if solver_type > WARM:
        solver_type -= WARM
        size = START.unpack_from(parameters)[0] + START.size
        parameters, start = parameters[START.size : size], parameters[size:]
    result = solver.solve(
        model_pb2.ModelProto.FromString(model),
        solver_type,
        parameters_pb2.SolverInitializerProto(),
        parameters_pb2.SolveParametersProto.FromString(parameters),
        model_parameters_pb2.ModelSolveParametersProto.FromString(start),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )
    return bytes(result.SerializeToString())


def flow(kind: int, content: bytes) -> bytes:
    """Return the status's name, a line's end and the flows as int64.

    `content`: number of arcs and of further entries; tails, heads, capacities, for `MIN_COST_FLOW` unit costs, each
    [arc]; then the supplies [node], for `MAX_FLOW` source and sink.
    """
    import numpy as np  # noqa: PLC0415

    numbers = np.frombuffer(content, dtype=np.int64)
    arcs = int(numbers[0])
    tail, head, capacity = numbers[2 : 2 + 3 * arcs].reshape(3, arcs)
    if kind == MIN_COST_FLOW:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow  # noqa: PLC0415

        cheapest = SimpleMinCostFlow()
        cheapest.add_arcs_with_capacity_and_unit_cost(tail, head, capacity, numbers[2 + 3 * arcs : 2 + 4 * arcs])
        supply = numbers[2 + 4 * arcs :]
        cheapest.set_nodes_supplies(np.arange(supply.size), supply)
        status, flows = cheapest.solve(), cheapest.flows
    else:
        from ortools.graph.python.max_flow import SimpleMaxFlow  # noqa: PLC0415

        largest = SimpleMaxFlow()
        largest.add_arcs_with_capacity(tail, head, capacity)
        status, flows = largest.solve(*numbers[2 + 3 * arcs :].tolist()), largest.flows
    found = flows(np.arange(arcs)) if status.name == "OPTIMAL" else np.empty(0)
    return str(status.name).encode() + b"\n" + bytes(found.astype(np.int64).tobytes())


def offer_to_die_first() -> None:
    """Let a machine short of memory end this process before its parent, which can then tell (Linux)."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as score:  # noqa: PTH123  (pathlib would be loaded for it alone)
        score.write("1000")


def main() -> None:
    """Serve the parent on the pipes this process was born with."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle: it ends this process
    offer_to_die_first()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # HiGHS prints to standard output now and then; that would garble the answers
    import ortools.math_opt.core.python.solver  # noqa: F401, PLC0415  (start-up while the parent prepares its model)

    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
