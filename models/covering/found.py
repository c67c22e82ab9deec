"""What a search over sites found."""

from dataclasses import dataclass

from models.covering.lists import States


@dataclass(slots=True)
class Found:
    """The sites opened (forced ones included), a proven bound on what any plan costs or earns, and why it stopped."""

    opened: States
    bound: float
    stopped: str
