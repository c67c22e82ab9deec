"""Factors that move together: shares of probability, drawn independently, become correlated.

They go through normal scores (a Gaussian copula; Iman and Conover, Communications in Statistics B 11, 1982, reach rank
correlations in the same way).
"""

import numpy as np
from numpy.typing import NDArray

from logistics.errors import InputError

Floats = NDArray[np.float64]


def correlated(shares: Floats, correlation: Floats) -> Floats:
    """Return shares whose normal scores have a correlation; each column stays uniform.

    Parameters
    ----------
    shares
        [scenario, factor] independent, between 0 and 1.
    correlation
        [factor, factor] symmetric, 1 on the diagonal.

    Raises
    ------
    InputError
        If no factors can move together like that.
    """
    from scipy.special import ndtr, ndtri  # noqa: PLC0415

    try:
        root = np.linalg.cholesky(correlation)
    except np.linalg.LinAlgError:
        raise InputError("correlations: no factors can move together like that; make some of them weaker") from None
    scores = ndtri(np.clip(shares, 1e-12, 1 - 1e-12)) @ root.T
    moved: Floats = ndtr(scores)
    return moved
