"""What solutions with flows of commodities on links share."""

from dataclasses import dataclass

import numpy as np

from models.arrays import Floats, Indices
from models.commodities.instance import summed
from models.solution import Solution


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowSolution(Solution):
    """A solution with flows of commodities on links, kept sparse.

    Parameters
    ----------
    flow_commodity, flow_link, flow_amount
        [entry] the flows that are not 0; `flow` is the same as a matrix.
    shape
        Number of commodities and of links.
    """

    flow_commodity: Indices
    flow_link: Indices
    flow_amount: Floats
    shape: tuple[int, int]

    @property
    def flow(self) -> Floats:
        """Return the flow as a dense matrix [commodity, link]."""
        dense = np.zeros(self.shape)
        np.add.at(dense, (self.flow_commodity, self.flow_link), self.flow_amount)
        return dense

    @property
    def load(self) -> Floats:
        """Return what each link carries [link]."""
        return summed(self.flow_amount, self.flow_link, self.shape[1])
