"""An instance in the form the engines compute with: what each flow would save in each slot, in numbers near 1.

An *offer* is a pruned route: flow f would save `saving` a unit by it against the direct way. A flow without a direct
way is given one at a price that no best plan pays when there is any other: moving one flow from slot to slot sets off
a chain that visits each slot at most once, and each link of it costs at most the widest spread of costs, so a unit
served anywhere is never worth more than the dearest route + (slots + 1) * spread. Such flows are `must`; a plan that
still uses their direct way is no plan (see `cuts.shortfall`). That price holds where room is all that is scarce.

A flow with a direct way counts with no more than the hubs on its ways could hold, all of them as large as can be: the
rest goes directly, whatever is open. 6e9 t beside room for 20,000 t would be all that a solver's tolerances see.

Room is cut to twice the amounts of all flows with offers. An offer passes a slot once at most and the shares of a flow
sum to 1, so no slot carries more than those amounts: the same plans fit. More room multiplies the opening in a program
whose openings are whole to 1e-6 only: 1e12 of it lets everything pass a site that is closed.

Measures become rows `sum amount * use <= use_limit` over what is carried, one for each finite bound, each scaled to a
largest use of about 1; the direct ways' part stands on the right side.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from models.arrays import Flags, Floats, Indices, dot
from models.errors import InstanceError
from models.placement.instance import Instance
from models.placement.openings import GIVES_WAY, OpeningRows, Requirement, opening_rows
from models.placement.prune import n_slots, option_cells, route_slots, second_slots
from models.placement.terms import NONE

TOTAL_AMOUNT = 1000.0  # of all flows with offers, after scaling: tolerances of solvers are absolute
MOST_ROOM = 2 * TOTAL_AMOUNT  # no slot carries more than all flows; a millionth of more room would be "closed"
MOST_COST = 1e19  # of an option that must be open, scaled: solvers take more for infinite


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Scaled arrays; `value = constant + fixed costs - savings`, all times `unit` in the caller's money.

    Parameters
    ----------
    amount, part, must
        [flow]: amount that hubs may hold, which part of the caller's that is, and whether there is no direct way. Only
        flows with offers are here.
    flow, slot, second, saving, route
        [offer], flow after flow: its flow, slot, second slot or NONE, saving per unit, and the caller's route.
    use, use_option, use_limit, use_name, use_unit
        [offer, use], [option, use], [use], [use], [use]: what a unit and what an open option uses of each bounded
        measure, how much may be used in all, which requirement that is, and the caller's measure for 1 here.
    client
        [flow]: flows of the same number must use the same first cell; NONE: free.
    site, cost, capacity, option, standing, is_new, min_throughput
        [option] (`capacity`: [option, resource]): its cell (the site, if there is one period), fixed cost, room, the
        caller's option, whether it is always open, whether it counts as new, and the least that must pass.
    rows
        Levels and rules over the options.
    use_size
        [use]: size of the limit and of what goes directly, beside which (and what else is used) a breach is dust.
    by_slot, slot_first
        *Passes* in the order of their slots; those of slot s are `by_slot[slot_first[s]:slot_first[s + 1]]`. The
        first passes are the offers in their slots, then come those with a second slot, there.
    constant, unit, amount_unit
        Value of sending all directly, and the caller's money and amount for 1 here.
    """

    amount: Floats
    part: Floats
    must: Flags
    flow: Indices
    slot: Indices
    second: Indices
    saving: Floats
    route: Indices
    use: Floats
    use_option: Floats
    use_limit: Floats
    use_size: Floats
    use_name: tuple[Requirement, ...]
    use_unit: Floats
    client: Indices
    site: Indices
    cost: Floats
    capacity: Floats
    option: Indices
    standing: Flags
    is_new: Flags
    min_throughput: Floats
    rows: OpeningRows
    by_slot: Indices
    slot_first: Indices
    constant: float
    unit: float
    amount_unit: float

    @property
    def slots(self) -> int:
        """Return the number of slots."""
        return self.slot_first.size - 1

    @property
    def resources(self) -> int:
        """Return the number of resources of a site."""
        return int(self.capacity.shape[1])

    @property
    def cells(self) -> int:
        """Return the number of cells."""
        return self.slots // max(self.resources, 1)

    @property
    def twice(self) -> Indices:
        """Return the offers that use a second slot."""
        return np.flatnonzero(self.second != NONE)

    @property
    def has_terms(self) -> bool:
        """Return whether anything but room is scarce, or a route uses room twice."""
        return bool(self.use_limit.size or self.min_throughput.any() or self.twice.size)

    @property
    def new_sites(self) -> Indices:
        """Return the cells with a choice."""
        return np.unique(self.site[~self.standing])

    @property
    def fitting(self) -> Floats:
        """Return how much of its flow each offer may take for the room there is [offer], where it has room at all."""
        widest = np.zeros(self.slots + 1)
        np.maximum.at(widest, self.site[:, None] * self.resources + np.arange(self.resources), self.capacity)
        widest[widest <= 0] = np.inf
        widest[-1] = np.inf  # no second slot
        room, amount = np.minimum(widest[self.slot], widest[self.second]), self.amount[self.flow]
        return np.divide(room, amount, out=np.ones(amount.size), where=room < amount)

    def only(self, keep: Indices) -> Self:
        """Return the same with these offers alone."""
        slot, second = self.slot[keep], self.second[keep]
        by_slot, slot_first = passes_by_slot(slot, second, self.slots)
        return replace(
            self,
            flow=self.flow[keep],
            slot=slot,
            second=second,
            saving=self.saving[keep],
            route=self.route[keep],
            use=self.use[keep],
            by_slot=by_slot,
            slot_first=slot_first,
        )

    def count(self, opened: Flags) -> int:
        """Return how many new sites `opened` [option] opens."""
        return int((opened & self.is_new).sum())

    def room(self, opened: Flags | Floats) -> Floats:
        """Return the capacity [slot] of the options opened, whole or in part."""
        return self._in_cells(self.capacity, opened).ravel()

    def throughput(self, opened: Flags | Floats) -> Floats:
        """Return the throughput [cell] that the options opened ask for."""
        return self._in_cells(self.min_throughput, opened)

    def _in_cells(self, values: Floats, opened: Flags | Floats) -> Floats:
        total = np.zeros((self.cells, *values.shape[1:]))
        if opened.dtype == np.bool_:
            total[self.site[opened]] = values[opened]  # one option a cell
        else:
            np.add.at(total, self.site, (values.T * opened).T)
        return total

    def fixed_cost(self, opened: Flags) -> float:
        """Return the fixed cost of the options opened."""
        return float(self.cost[opened].sum())


def make_offers(
    instance: Instance,
    routes: Indices,
    options: Indices,
    *,
    gives_way: float = GIVES_WAY,
    room_may_grow: bool = False,
) -> Offers:
    """Return the offers of these routes (sorted by flow) and options; rules and measures give way by a rounding.

    `room_may_grow`: the room of an option is no limit to what a flow may send.
    """
    flows, flow = np.unique(instance.route_flow[routes], return_inverse=True)
    whole, cost = instance.amount[flows], instance.route_cost[routes]
    amount = whole if room_may_grow else _held(instance, routes, options)
    must = np.isinf(instance.direct_cost[flows])
    direct = np.where(must, _never_worth(instance, flow, cost, flows), instance.direct_cost[flows])
    saving = direct[flow] - cost
    amount_unit = float(amount.sum()) / TOTAL_AMOUNT or 1.0
    cost_unit = typical_saving(amount, np.where(must[flow], cost, saving), flow)
    unit = amount_unit * cost_unit
    slot = route_slots(instance)[routes]
    second = _second(instance, routes)
    use, use_option, use_limit, use_size, use_name, use_unit = _uses(
        instance, routes, options, (amount_unit, gives_way)
    )
    by_slot, slot_first = passes_by_slot(slot, second, n_slots(instance))
    is_new = ~instance.standing[instance.option_site[options]]
    is_new &= instance.terms.option_period[options] == instance.terms.last_period
    return Offers(
        amount=amount / amount_unit,
        part=np.divide(amount, whole, out=np.ones(flows.size), where=whole > 0),
        must=must,
        flow=flow,
        slot=slot,
        second=second,
        saving=saving / cost_unit,
        route=routes,
        use=use,
        use_option=use_option,
        use_limit=use_limit,
        use_size=use_size,
        use_name=use_name,
        use_unit=use_unit,
        client=_groups(instance)[flows],
        site=option_cells(instance)[options],
        cost=_scaled_costs(instance, options, unit),
        capacity=np.minimum(instance.option_capacity[options], MOST_ROOM * amount_unit) / amount_unit,
        option=options,
        standing=_always_open(instance)[options],
        is_new=is_new,
        min_throughput=instance.terms.min_throughput[options] / amount_unit,
        rows=opening_rows(instance, options, gives_way),
        by_slot=by_slot,
        slot_first=slot_first,
        constant=(direct_total(instance) + dot(whole[must], direct[must])) / unit,
        unit=unit,
        amount_unit=amount_unit,
    )


def _held(instance: Instance, routes: Indices, options: Indices) -> Floats:
    """Return the amount of each flow with routes that hubs may hold [flow]: all of it where it has no direct way."""
    widest = np.zeros(n_slots(instance))
    resources = instance.option_capacity.shape[1]
    position = option_cells(instance)[options][:, None] * resources + np.arange(resources)
    np.maximum.at(widest, position, instance.option_capacity[options])
    flow, slot = instance.route_flow[routes], route_slots(instance)[routes]
    first = np.flatnonzero(np.diff(flow, prepend=NONE))
    flows = flow[first]
    amount = instance.amount[flows]
    largest = np.maximum.reduceat(widest[slot], first) if flows.size else np.empty(0)
    too_large = (amount > largest) & np.isfinite(instance.direct_cost[flows])
    number = np.repeat(np.arange(flows.size), np.diff(first, append=flow.size))
    own = too_large[number]
    of_flow, place = np.divmod(np.unique(number[own] * widest.size + slot[own]), max(widest.size, 1))
    held = np.bincount(of_flow, weights=widest[place], minlength=flows.size)
    return np.where(too_large, np.minimum(amount, held), amount)


def _scaled_costs(instance: Instance, options: Indices, unit: float) -> Floats:
    """Return the costs of options in a `unit`; refuse those that must be paid and that no program can hold."""
    cell = option_cells(instance)[options]
    with np.errstate(over="ignore"):
        cost: Floats = instance.option_cost[options] / unit
    least = np.full(cell.max(initial=0) + 1, np.inf)
    np.minimum.at(least, cell, cost)
    must_be_paid = np.isin(cell, must_open(instance)) & (least[cell] >= MOST_COST)
    for at in np.flatnonzero(must_be_paid | np.isinf(cost))[:1]:
        raise InstanceError(
            f"option_cost[{options[at]}] is {instance.option_cost[options[at]]:.9g}, and all routes together save"
            f" {unit * TOTAL_AMOUNT:.3g}; expected less than {MOST_COST / TOTAL_AMOUNT:g} times as much"
        )
    return cost


def passes_by_slot(slot: Indices, second: Indices, slots: int) -> tuple[Indices, Indices]:
    """Return `by_slot` and `slot_first` of offers that use these slots."""
    passed = np.concatenate([slot, second[second != NONE]])
    if slots <= np.iinfo(np.int16).max:
        passed = passed.astype(np.int16)  # sorted digit by digit: five times as fast
    first = np.concatenate([[0], np.cumsum(np.bincount(passed, minlength=slots))])
    return np.argsort(passed, kind="stable"), first


def direct_total(instance: Instance) -> float:
    """Return the cost of sending everything directly that can go directly."""
    direct = np.isfinite(instance.direct_cost)
    return dot(instance.amount[direct], instance.direct_cost[direct])


def must_open(instance: Instance) -> Indices:
    """Return the cells that must be open: of forced sites in the last period, of standing ones in all."""
    first = instance.terms.last_period * instance.standing.size
    forced = first + np.array(instance.forced_open, dtype=np.intp)
    return np.union1d(standing_cells(instance), forced).astype(np.intp)


def standing_cells(instance: Instance) -> Indices:
    """Return the cells, in all periods, of the standing sites that are not forced closed."""
    standing = np.flatnonzero(instance.standing)
    standing = standing[~np.isin(standing, instance.forced_closed)]
    sites = instance.standing.size
    return np.concatenate([period * sites + standing for period in range(instance.terms.periods)])


def _always_open(instance: Instance) -> Flags:
    """Return which options are the only one of a standing site in their period."""
    cell = option_cells(instance)
    is_only = np.bincount(cell, minlength=1)[cell] == 1
    always: Flags = instance.standing[instance.option_site] & is_only
    return always


def _second(instance: Instance, routes: Indices) -> Indices:
    if not instance.terms.has_second_hubs:
        return np.full(routes.size, NONE)
    return second_slots(instance)[routes]


def _groups(instance: Instance) -> Indices:
    """Return a number for each client and period [flow], or NONE."""
    client = instance.terms.client
    group = np.full(client.size, NONE)
    bound = np.flatnonzero(client != NONE)
    pairs = np.column_stack([client[bound], instance.terms.flow_period[bound]])
    group[bound] = np.unique(pairs, axis=0, return_inverse=True)[1].reshape(-1)
    return group


def _uses(
    instance: Instance, routes: Indices, options: Indices, sizes_of: tuple[float, float]
) -> tuple[Floats, Floats, Floats, Floats, tuple[Requirement, ...], Floats]:
    """Return what routes use per unit of each bounded measure, what options use, limits, their sizes, names, units."""
    terms, amount, (amount_unit, gives_way) = instance.terms, instance.amount, sizes_of
    uses, limits, sizes, names, units = [np.empty((routes.size, 0))], [], [], [], []
    opened = [np.empty((options.size, 0))]
    direct = np.where(np.isinf(instance.direct_cost)[:, None], 0.0, terms.direct_measure)
    for name, sign, bounds in (("measure_low", -1.0, terms.measure_low), ("measure_high", 1.0, terms.measure_high)):
        for measure in np.flatnonzero(np.isfinite(bounds)).tolist():
            each = sign * direct[:, measure]
            use = sign * terms.route_measure[routes, measure] - each[instance.route_flow[routes]]
            own = sign * terms.option_measure[options, measure]
            of_routes = float(np.abs(use[amount[instance.route_flow[routes]] > 0]).max(initial=0.0))
            scale = max(of_routes, float(np.abs(own).max(initial=0.0)) / amount_unit / TOTAL_AMOUNT) or 1.0
            limit, size = sign * float(bounds[measure]), dot(amount, np.abs(each))
            free = limit - dot(amount, each) + gives_way * (abs(limit) + size)
            uses.append((use / scale)[:, None])
            opened.append((own / scale / amount_unit)[:, None])
            limits.append(free / scale / amount_unit)
            sizes.append(max(abs(limit), size) / scale / amount_unit)
            names.append((name, measure))
            units.append(scale * amount_unit)
    return np.hstack(uses), np.hstack(opened), np.array(limits), np.array(sizes), tuple(names), np.array(units)


def _never_worth(instance: Instance, flow: Indices, cost: Floats, flows: Indices) -> float:
    if not cost.size:
        return 0.0
    low, high = np.full(flows.size, np.inf), np.zeros(flows.size)
    np.minimum.at(low, flow, cost)
    np.maximum.at(high, flow, cost)
    direct = instance.direct_cost[flows]
    spread = float((np.where(np.isinf(direct), high, direct) - low).max())
    slots = n_slots(instance)
    return (float(high.max()) or 1.0) * 1.01 + (slots + 1) * spread


def typical_saving(amount: Floats, saving: Floats, flow: Indices) -> float:
    """Return what a unit saves on average by its best offer; `amount` [flow], `saving` and `flow` [offer]."""
    best = np.zeros(amount.size)
    np.maximum.at(best, flow, saving)
    total = float(amount.sum())
    mean = dot(amount, best) / total if total > 0 else 0.0
    return mean if mean > 0 else (float(best.max(initial=0.0)) or 1.0)
