"""What a reader of a book should know beside a number: its traps, and where the network goes beyond the book."""

from collections.abc import Callable
from typing import Final

from engine.formulas.fill import Place
from engine.formulas.notation import COLUMN, ERROR, ROW, THRESHOLD
from engine.quantities import EQUATION_KINDS, MADE_BY_RULE, RATE_KINDS, unknowns

BACKWARD: Final = ("delta", "grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b")
_BIASES_REMEMBERED: Final = tuple(kind for kind in MADE_BY_RULE if kind.endswith("b"))
# What is said of a step that frozen biases do not take.
MOOT: Final = ("row_rate", "threshold_update", "threshold_matrices", "error_factor", "error_batch")


def notes(place: Place) -> tuple[str, ...]:
    """Keys of what to say beside a number in the place's book."""
    special = _special(place)
    moot = MOOT if "frozen" in special else ()
    return (*special, *(key for key in _BOOKS[place.notation.name](place) if key not in moot))


def _special(place: Place) -> tuple[str, ...]:
    """What is special about a number in this network or update, in every book."""
    q = place.quantity
    if q.kind == "f_prime" and place.network.activation(q.layer).coupled:
        return ("softmax_slope",)
    frozen = place.update.frozen_biases and q.kind in ("delta_b", "new_b", "plain_b", *_BIASES_REMEMBERED)
    if place.update.second is not None and place.update.second.step.problem is not None and q.kind.startswith("delta_"):
        return ("no_step",)
    if q.kind in EQUATION_KINDS:
        return _of_equations(place)
    if q.kind == "alpha_t" or q.kind.partition(".")[0].endswith("_hat"):
        return ("rule_count",)
    steps = ("delta_W", "delta_b", "new_W", "new_b")
    beyond = () if place.update.rule.plain or q.kind not in steps else ("beyond_books",)
    return ("frozen", *beyond) if frozen else beyond


def _of_equations(place: Place) -> tuple[str, ...]:
    """What a number of H or G is beside a second derivative of the loss, or of another kind."""
    q, found = place.quantity, []
    if q.kind == "G" and place.network.crossed:
        found.append("gauss_newton_crossed")
    if q.kind in ("H", "G") and q.j == q.i and place.update.l2 and unknowns(place.update)[q.j - 1].kind == "W":
        found.append("l2_bends")
    return tuple(found)


def _column(place: Place) -> tuple[str, ...]:
    """What a row of W is; whose output the first letters call y; how the lecture calls its loss."""
    if place.quantity.kind == "W":
        return ("column_rows",)
    if place.quantity.kind == "x" and place.quantity.layer and place.network.layers == 2:
        return ("column_letters",)
    return ("column_distance",) if place.quantity.kind == "loss" and place.squared else ()


def _row(place: Place) -> tuple[str, ...]:
    """The turned matrix wherever a weight is written."""
    q, found = place.quantity, []
    if q.kind in ("u", "W", "grad_W", "delta_W", "new_W") or _hidden(place):
        found.append("row_order")
    if q.kind == "u" and q.layer > 1:
        found.append("row_handed_on")
    if q.kind in ("delta_W", "delta_b", "new_W", "new_b", "eta"):
        found.append("row_rate")
    return tuple(found)


def _hidden(place: Place) -> bool:
    return place.quantity.kind == "delta" and place.quantity.layer < place.network.layers


def _threshold(place: Place) -> tuple[str, ...]:
    """The threshold's sign, g's sign, the order of indices; layer formulas, depth, slopes and losses beyond it."""
    q, found = place.quantity, []
    if q.kind in ("u", "b", "new_b"):
        found.append("threshold_sign")
    if q.kind in ("delta_b", "grad_b", "new_b"):
        found.append("threshold_update")
    if q.kind in ("delta", "grad_W", "delta_W", "new_W"):
        found.append("threshold_g")
    if q.kind in ("u", "W"):
        found.append("threshold_order")
    given = q.kind in ("W", "b", "y", *RATE_KINDS) or (q.kind == "x" and not q.layer)
    if not given:
        found.append("threshold_matrices")
    return (*found, *_silent(place, "threshold"))


def _error(place: Place) -> tuple[str, ...]:
    """-delta, the factor 2, the order of indices; biases, whole errors and more that the book does not have."""
    q, found = place.quantity, []
    if q.kind in ("delta", "grad_W", "delta_W", "new_W"):
        found.append("error_opposite")
    last = place.network.layers - (not place.squared)  # with cross-entropy the outputs do send E whole
    if q.kind == "delta" and q.layer < last:
        found.append("error_sent_whole")
    if place.squared and q.kind in ("loss", "grad_W", "grad_b", "delta_W", "delta_b", "new_W", "new_b"):
        found.append("error_factor")
    if q.kind in ("u", "W"):
        found.append("error_order")
    if q.kind in ("u", "b", "grad_b", "delta_b", "new_b"):
        found.append("error_no_bias")
    if not place.single and q.kind in ("loss", *BACKWARD) and not q.sample:
        found.append("error_batch")
    return (*found, *_silent(place, "error"))


def _silent(place: Place, book: str) -> tuple[str, ...]:
    """Keys of the notes for each respect in which this network goes beyond the book: depth, activations, loss."""
    network, q, found = place.network, place.quantity, []
    if network.layers != 2 and q.layer:
        found.append(f"{book}_deep")
    cancels = not place.squared and q.kind == "delta" and q.layer == network.layers
    slopes = q.kind in ("x", "f_prime", "delta") and q.layer and not network.activation(q.layer).logistic
    if slopes and not cancels:
        found.append(f"{book}_slope")
    if cancels or (not place.squared and q.kind == "loss"):
        found.append(f"{book}_cross_entropy")
    return tuple(found)


_BOOKS: Final[dict[str, Callable[[Place], tuple[str, ...]]]] = {
    COLUMN.name: _column,
    ROW.name: _row,
    THRESHOLD.name: _threshold,
    ERROR.name: _error,
}
