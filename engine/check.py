"""Are the gradients right: each of them beside a central difference and a complex step of a loss written another way.

The loss here is NumPy's matrices over the whole batch and many parameters at once, for complex numbers too; it shares
no line with the kernel, so that a mistake in the one does not hide in the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from engine.activations import ACTIVATIONS, Numbers
from engine.arrays import Floats, sealed
from engine.backprop import Trace
from engine.network import Network, Parameters
from engine.problems import Problem
from engine.quantities import Quantity, packed_names
from engine.work import pause

EXPONENTS: Final = tuple(range(-15, 0))  # of the steps of the error curve
COMPLEX_STEP: Final = 1e-20  # nothing is subtracted, so it can be as small as one likes
HOPELESS: Final = 0.1  # an error of the best step with which no digit is right
CORNERED: Final = 1e-4  # an error of the best step that is no rounding where it crosses a corner
FLOOR: Final = 1e-6  # errors are measured against at least this part of the layer's largest gradient
TOLERANCE: Final = 1e-6  # the complex step agrees to about 1e-15: what differs by more than this is wrong
WORK: Final = 5e8  # multiplications that one check, or one curve, may take
CHUNK: Final = 1 << 20  # numbers of one layer at a time
Shape = Literal["corner", "hopeless", "v", "step", "falls"]


@dataclass(frozen=True, eq=False)
class Numeric:
    """One numeric derivative of every checked parameter; arrays of shape (checked,).

    ``relative`` is |analytic - numeric| / max(|analytic|, |numeric|, FLOOR of the layer's largest gradient), infinite
    where the numeric one is no finite number, and 0 where all of these are 0.
    """

    values: Floats
    absolute: Floats
    relative: Floats

    @property
    def worst(self) -> int:
        """Where the relative error is largest."""
        return int(np.argmax(self.relative))


@dataclass(frozen=True, eq=False)
class Check:
    """The gradients of one update beside their numeric derivatives."""

    step: float  # h of the central difference (L(w + h) - L(w - h)) / 2h
    # grad_W and grad_b, in the order of Parameters.pack; every so many where all would take too long
    quantities: tuple[Quantity, ...]
    total: int  # how many parameters the network has
    analytic: Floats  # (checked,): what backpropagation says
    central: Numeric
    complex_step: Numeric
    # (checked,): where w - h and w + h lie on two sides of a ReLU's corner, where there is no derivative
    crossed: NDArray[np.bool_]
    rounding: float  # about how far rounding alone puts a central difference off: epsilon L / h, whatever the parameter

    @property
    def wrong(self) -> tuple[Quantity, ...]:
        """Gradients that the complex step contradicts, the worst first."""
        errors = self.complex_step.relative
        order = np.argsort(-errors, kind="stable")
        return tuple(self.quantities[k] for k in order if errors[k] > TOLERANCE)


@dataclass(frozen=True, eq=False)
class ErrorCurve:
    """Relative errors over the step: mostly a V for central differences; those of the complex step fall and stay."""

    exponents: tuple[int, ...]  # h = 10 to each of these
    central: Floats  # (len(exponents),): the largest error of central differences
    median: Floats  # (len(exponents),): the median one
    complex_step: Floats  # (len(exponents),): the largest of the complex step
    crossed: NDArray[np.bool_]  # (len(exponents),): where some w - h and w + h lie on two sides of a ReLU's corner
    # whether the loss has a third derivative away from corners; without, it is a parabola along each parameter
    bends: bool
    checked: int  # over how many parameters
    total: int  # how many there are

    @property
    def best(self) -> int:
        """The exponent of the step with the smallest largest error; the larger step where two are alike."""
        backwards = self.central[::-1]
        return self.exponents[::-1][int(np.argmin(backwards))]

    @property
    def smallest(self) -> float:
        """The largest error with the best step."""
        return float(self.central.min())

    @property
    def shape(self) -> Shape:
        """What central differences do as the step grows from the smallest.

        ``corner``: a parameter stands on one, and no step is right; ``hopeless``: rounding swallows all. Otherwise the
        error falls with rounding, until the bend of the loss (``v``) or a corner farther off (``step``) makes it rise
        again, or to the end (``falls``).
        """
        at = self.exponents.index(self.best)
        if self.crossed[at] and self.smallest > CORNERED:
            return "corner"
        if self.smallest > HOPELESS:
            return "hopeless"
        if self.bends and self.best < self.exponents[-1]:
            return "v"
        if self.crossed[at + 1 :].any():
            return "step"
        return "hopeless" if self.central[-1] > HOPELESS else "falls"


def check(network: Network, parameters: Parameters, trace: Trace, step: float) -> Check:
    """Compare the gradients that a trace holds with derivatives of the mean loss of its batch.

    Parameters
    ----------
    network, parameters : Network, Parameters
        Those that the trace was computed with.
    trace : Trace
        Its inputs, targets and gradients are used, and nothing else that it computed.
    step : float
        h of the central difference, above 0.

    Raises
    ------
    Problem
        ``check_not_finite`` where a parameter or the loss is not a finite number.
    """
    problem = _Slope(network, parameters, trace)
    places = _places(network.parameter_count, WORK / (6.0 * problem.work))
    central, crossed = problem.central(places, step)
    analytic, floors = problem.gradient[places], problem.floors[places]
    return Check(
        step=step,
        quantities=tuple(problem.quantities[place] for place in places),
        total=network.parameter_count,
        analytic=sealed(analytic),
        central=_compared(analytic, central, floors),
        complex_step=_compared(analytic, problem.complex_step(places, COMPLEX_STEP), floors),
        crossed=crossed,
        rounding=float(np.finfo(float).eps) * abs(trace.loss) / step,
    )


def error_curve(network: Network, parameters: Parameters, trace: Trace) -> ErrorCurve:
    """The errors of both numeric derivatives for steps from 0.1 down to 1e-15.

    Raises
    ------
    Problem
        As ``check`` does.
    """
    problem = _Slope(network, parameters, trace)
    places = _places(network.parameter_count, WORK / (6.0 * len(EXPONENTS) * problem.work))
    analytic, floors = problem.gradient[places], problem.floors[places]
    largest, median, smooth, crossed = [], [], [], []
    for exponent in EXPONENTS:
        step = 10.0**exponent
        central, over = problem.central(places, step)
        errors = _compared(analytic, central, floors).relative
        crossed.append(bool(over.any()))
        largest.append(float(errors.max()))
        median.append(float(np.median(errors)))
        smooth.append(float(_compared(analytic, problem.complex_step(places, step), floors).relative.max()))
    return ErrorCurve(
        EXPONENTS,
        sealed(np.array(largest)),
        sealed(np.array(median)),
        sealed(np.array(smooth)),
        np.array(crossed),
        network.crossed or not all(ACTIVATIONS[name].straight for name in network.activations),
        len(places),
        network.parameter_count,
    )


def mean_loss(network: Network, rows: Numbers, X: Floats, Y: Floats) -> tuple[Numbers, NDArray[np.bool_]]:
    """Mean loss of a batch for many parameters at once, real or complex.

    Parameters
    ----------
    rows : ndarray of shape (k, parameter_count)
        Each as ``Parameters.pack`` writes it.
    X : ndarray of shape (m, n_0)
    Y : ndarray of shape (m, n_L)

    Returns
    -------
    losses : ndarray of shape (k,)
    active : ndarray of bool, shape (k, m times the number of ReLU neurons)
        Which ReLU neurons let their net input through.
    """
    x: Numbers = X[None]
    u: Numbers = x
    at, active = 0, [np.zeros((len(rows), 0), dtype=bool)]
    for (n_in, n), name in zip(_pairs(network), network.activations, strict=True):
        W = rows[:, at : at + n * n_in].reshape(-1, n, n_in)
        b = rows[:, at + n * n_in : at + n * (n_in + 1)]
        at += n * (n_in + 1)
        u = x @ W.transpose(0, 2, 1) + b[:, None, :]
        x = ACTIVATIONS[name].arrays(u)
        if ACTIVATIONS[name].corner:
            active.append((u.real > 0.0).reshape(len(rows), -1))
    return sample_losses(network, u, x, Y).mean(axis=1), np.concatenate(active, axis=1)


def sample_losses(network: Network, u: Numbers, x: Numbers, Y: Floats) -> Numbers:
    """Loss of each sample, shape (k, m), from net inputs and outputs of the last layer, shape (k, m, n_L)."""
    terms: Numbers
    if not network.crossed:
        with np.errstate(over="ignore", invalid="ignore"):  # an output may be as large as a run has made it
            terms = 0.5 * (x - Y) * (x - Y)
    elif network.output.coupled:
        at = u.real.argmax(axis=2, keepdims=True)
        top = np.take_along_axis(u, at, axis=2)
        others = np.exp(u - top)  # without the highest itself, so that a small loss keeps its digits
        np.put_along_axis(others, at, 0.0, axis=2)
        terms = Y * ((top - u) + np.log1p(others.sum(axis=2, keepdims=True)))
    else:
        over = np.where(u.real > 0.0, u, 0.0)
        terms = over - Y * u + np.log1p(np.exp(np.where(u.real > 0.0, -u, u)))
    return np.asarray(terms.sum(axis=2))


class _Slope:
    """The mean loss of a batch around its parameters."""

    def __init__(self, network: Network, parameters: Parameters, trace: Trace) -> None:
        if not parameters.finite or not np.isfinite(trace.loss):
            raise Problem("check_not_finite")
        self.network = network
        self.X, self.Y = trace.x[0], trace.y
        self.row = parameters.pack()
        self.gradient = Parameters(W=trace.grad_W, b=trace.grad_b).pack()
        self.quantities = tuple(replace(q, kind=f"grad_{q.kind}") for q in packed_names(network.sizes))
        self.work = float(len(self.X) * network.parameter_count)
        self.chunk = max(1, CHUNK // (len(self.X) * max(network.sizes) + network.parameter_count))
        largest = [
            max(float(np.abs(W).max()), float(np.abs(b).max())) for W, b in zip(trace.grad_W, trace.grad_b, strict=True)
        ]
        self.floors = FLOOR * np.array([largest[q.layer - 1] for q in self.quantities])

    def central(self, places: list[int], step: float) -> tuple[Floats, NDArray[np.bool_]]:
        """(L(w + h) - L(w - h)) / 2h for these places of the row, and which of them step over a corner."""
        found, crossed = [], []
        for part in self._parts(places):
            moved = np.zeros((len(part), len(self.row)))
            moved[np.arange(len(part)), part] = step
            high, above = self._losses(self.row + moved)
            low, below = self._losses(self.row - moved)
            with np.errstate(all="ignore"):
                found.append((high - low) / (2.0 * step))
            crossed.append((above != below).any(axis=1))
        return np.concatenate(found), np.concatenate(crossed)

    def complex_step(self, places: list[int], step: float) -> Floats:
        """Im L(w + ih) / h for these places of the row."""
        found = []
        for part in self._parts(places):
            moved = np.repeat(self.row[None].astype(complex), len(part), axis=0)
            moved[np.arange(len(part)), part] += 1j * step
            found.append(self._losses(moved)[0].imag / step)
        return np.concatenate(found)

    def _losses(self, rows: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        pause()
        with np.errstate(all="ignore"):
            return mean_loss(self.network, rows, self.X, self.Y)

    def _parts(self, places: list[int]) -> Iterator[list[int]]:
        return (places[first : first + self.chunk] for first in range(0, len(places), self.chunk))


def _places(count: int, affordable: float) -> list[int]:
    """Which of ``count`` parameters to check: all, or as many as can be afforded at even distances, four at least."""
    number = min(count, max(4, int(affordable)))
    return sorted({round(k * (count - 1) / max(1, number - 1)) for k in range(number)})


def _compared(analytic: Floats, numeric: Floats, floors: Floats) -> Numeric:
    with np.errstate(all="ignore"):
        absolute = np.abs(analytic - numeric)
        scale = np.maximum(np.maximum(np.abs(analytic), np.abs(numeric)), floors)
        relative = np.where(absolute == 0.0, 0.0, absolute / scale)
    relative = np.where(np.isfinite(absolute), relative, np.inf)
    return Numeric(sealed(numeric), sealed(absolute), sealed(relative))


def _pairs(network: Network) -> list[tuple[int, int]]:
    return list(zip(network.sizes, network.sizes[1:], strict=False))
