"""Starting parameters drawn from a named scheme and a seed."""

import math
from typing import Final

import numpy as np

from engine.network import Network, Parameters
from engine.problems import Problem

SCHEMES: Final = ("uniform", "normal", "xavier", "he", "zeros")
MAX_SEED: Final = 2**32 - 1


def initial_parameters(network: Network, scheme: str, seed: int) -> Parameters:
    """Draw W^(1), b^(1), W^(2), ... in this order from ``numpy.random.default_rng(seed)``.

    ========  ===========================================================  =========================
    scheme    weights                                                      biases
    ========  ===========================================================  =========================
    uniform   uniform on [-1, 1)                                           uniform on [-1, 1)
    normal    normal, mean 0, standard deviation 1                         the same
    xavier    uniform on [-a, a), a = sqrt(6 / (n_in + n_out)) (Glorot)    0
    he        normal, standard deviation sqrt(2 / n_in) (He et al.)        0
    zeros     0                                                            0
    ========  ===========================================================  =========================

    Raises
    ------
    Problem
        If the scheme is not known or the seed is not a whole number from 0 to 2^32 - 1.
    """
    if scheme not in SCHEMES:
        raise Problem("scheme", name=scheme, known=", ".join(SCHEMES))
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= MAX_SEED:
        raise Problem("seed", value=seed, limit=MAX_SEED)
    rng = np.random.default_rng(seed)
    W, b = [], []
    for n_in, n in zip(network.sizes, network.sizes[1:], strict=False):
        if scheme == "uniform":
            W.append(rng.uniform(-1.0, 1.0, (n, n_in)))
            b.append(rng.uniform(-1.0, 1.0, n))
        elif scheme == "normal":
            W.append(rng.standard_normal((n, n_in)))
            b.append(rng.standard_normal(n))
        elif scheme == "xavier":
            reach = math.sqrt(6.0 / (n_in + n))
            W.append(rng.uniform(-reach, reach, (n, n_in)))
            b.append(np.zeros(n))
        elif scheme == "he":
            W.append(math.sqrt(2.0 / n_in) * rng.standard_normal((n, n_in)))
            b.append(np.zeros(n))
        else:
            W.append(np.zeros((n, n_in)))
            b.append(np.zeros(n))
    return Parameters(W=tuple(W), b=tuple(b))
