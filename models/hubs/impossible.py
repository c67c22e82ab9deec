"""Requirements that clash whatever is opened, found without a solver and said in words."""

import numpy as np

from models.hubs.costs import Costs

LOOSE = 1 + 1e-9


def reason(costs: Costs, *, is_single: bool) -> str:
    """Return why no plan exists, or "" if nothing simple forbids it."""
    nodes, total = costs.nodes, float(costs.flow.sum())
    if costs.wanted > nodes:
        return f"{costs.wanted} hubs are asked for, and there are {nodes} nodes"
    needs_hub = nodes > 0 if is_single else total > 0
    if needs_hub and costs.wanted == 0:
        return "0 hubs are asked for, and every route needs one"
    room = np.where(costs.sent <= costs.room * LOOSE, costs.room, 0.0) if is_single else costs.room
    if is_single and needs_hub and costs.wanted > 0:
        able = int((costs.sent <= costs.room * LOOSE).sum())
        if able < costs.wanted:
            return (
                f"{costs.wanted} hubs are asked for, and {able} nodes have the capacity for what they send themselves"
            )
    most = float(costs.room.max(initial=0.0))
    if is_single and (costs.sent > most * LOOSE).any():
        node = int(costs.sent.argmax())
        return f"node {node} sends {costs.sent[node]:.9g}, and no hub can hold more than {most:.9g}"
    largest = np.sort(room)[::-1][: costs.wanted if costs.wanted >= 0 else None]
    if largest.sum() * LOOSE < total:
        return f"the hubs can hold {largest.sum():.9g} in all, and {total:.9g} is sent"
    return _stranded(costs)


def _stranded(costs: Costs) -> str:
    """Return a pair with flow that has no way even with all hubs open."""
    if not np.isinf(costs.collect).any():
        return ""
    for i in range(costs.nodes):
        reach = (costs.collect[i][:, None] + costs.transfer).min(axis=0)
        way = (reach[:, None] + costs.distribute).min(axis=0)
        cut = np.flatnonzero((costs.flow[i] > 0) & np.isinf(way))
        if cut.size:
            return f"the flow from {i} to {cut[0]} has no way, whatever hubs are open: the links are forbidden (inf)"
    return ""
