"""The networks of the tests in PyTorch, for what autograd makes of them."""

import numpy as np
import torch

from tests.engine.networks import Case, Floats


def outputs(case: Case, row: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Net inputs and outputs of the last layer for all rows; softmax's outputs are left as net inputs."""
    network, at, x = case.network, 0, torch.tensor(case.X)
    u = x
    for n_in, n, name in zip(network.sizes, network.sizes[1:], network.activations, strict=False):
        W, b = row[at : at + n * n_in].reshape(n, n_in), row[at + n * n_in : at + n * (n_in + 1)]
        at += n * (n_in + 1)
        u = x @ W.T + b
        x = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}.get(name, lambda u: u)(u)
    return u, x


def mean_loss(case: Case, row: torch.Tensor) -> torch.Tensor:
    """The mean loss over all rows."""
    (u, x), Y = outputs(case, row), torch.tensor(case.Y)
    if case.network.loss != "cross_entropy":
        return 0.5 * ((x - Y) ** 2).sum() / len(Y)
    if case.network.activations[-1] == "softmax":
        return -(Y * torch.log_softmax(u, dim=1)).sum() / len(Y)
    return torch.nn.functional.binary_cross_entropy_with_logits(u, Y, reduction="sum") / len(Y)


def autograd_hessian(case: Case) -> Floats:
    """All second derivatives of the mean loss."""
    row = torch.tensor(case.parameters.pack())
    found: Floats = torch.autograd.functional.hessian(lambda w: mean_loss(case, w), row).numpy()
    return found


def jacobian(case: Case, before: bool) -> Floats:
    """Of the outputs, or of their net inputs, by every parameter: (rows, outputs, P)."""
    row = torch.tensor(case.parameters.pack())
    found = torch.autograd.functional.jacobian(lambda w: outputs(case, w)[0 if before else 1].ravel(), row)
    return np.asarray(found.numpy()).reshape(len(case.X), case.network.sizes[-1], -1)
