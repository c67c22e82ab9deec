"""What a scenario sets that moves no figure of its plan, in sentences for the plan's warnings."""

from collections.abc import Collection

from logistics.timeline import Timeline


def idle_rows(timeline: Timeline, asked: Collection[str]) -> dict[str, str]:
    """Return a sentence for each row of the ledger that the scenario sets and that is not among those read."""
    idle = sorted(set(timeline.scenario.ledger) - set(asked))
    return {row: f"ledger: {row} was set, but no figure of this plan depends on it" for row in idle}


def nowhere_to_build(timeline: Timeline) -> tuple[str, ...]:
    """Return a warning where the sizes a scenario offers fit no new site: then none could open, whatever it saved."""
    new = ~timeline.stands
    if not new.any() or new[timeline.option_site].any():
        return ()
    limits = "hubs.areas_ha, hubs.max_site_ha and the land of the sites"
    return (f"none of the {int(new.sum())} sites for new hubs has room for what {limits} allow: no new hub can open",)
