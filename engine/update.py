"""One change of the parameters, as a record: the parameters before, all that was computed, the parameters after."""

from dataclasses import dataclass

from engine.arrays import Floats, same
from engine.backprop import Trace
from engine.network import Parameters


@dataclass(frozen=True, eq=False)
class Update:
    """The update that leads from t to t + 1.

    Attributes
    ----------
    t : int
    rows : ndarray of int
        Rows of the data (from 0) that it looked at.
    learning_rate, l1, l2 : float
    frozen_biases : bool
    before, after : Parameters
    trace : Trace
    delta_W, delta_b : tuple of arrays
        -eta times the gradient (FORMULAS F8), for weights with that of the penalties added to it, as
        ``kernel.descend`` does; delta_b is zero where biases are frozen.
    """

    t: int
    rows: tuple[int, ...]
    learning_rate: float
    l1: float
    l2: float
    frozen_biases: bool
    before: Parameters
    trace: Trace
    delta_W: tuple[Floats, ...]
    delta_b: tuple[Floats, ...]
    after: Parameters

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Update)
            and (self.t, self.rows, self.learning_rate) == (other.t, other.rows, other.learning_rate)
            and (self.l1, self.l2) == (other.l1, other.l2)
            and (self.before, self.trace, self.after) == (other.before, other.trace, other.after)
            and same((*self.delta_W, *self.delta_b), (*other.delta_W, *other.delta_b))
        )

    def __hash__(self) -> int:
        return hash((self.t, self.rows))
