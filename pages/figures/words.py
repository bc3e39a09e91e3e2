"""The words that figures need, in whatever language the page speaks; a figure holds none of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.formulas.notation import COLUMN, Notation


@dataclass(frozen=True)
class Words:
    """Words and sentences with ``{places}`` for names and values: beside each what it is of, or what its places are."""

    input: str  # the caption of the first layer
    output: str  # of the last
    hidden: str  # of a hidden one: {layer}
    hidden_short: str  # the same where layers stand close
    activations: Mapping[str, str]  # the engine's names to the screen's; those that are missing stay as they are
    target: str  # {value}
    widest: str  # the scale of the edges: {value}
    update: str  # an axis title of the loss curve
    loss: str  # the other
    diverged: str  # stands where the loss stops being a number
    alt_network: str  # {sizes} {phase} {sample} {samples} {outputs} {selected}
    alt_output: str  # one output: {name} {value} {target}; the value is … while it is not known
    alt_selected: str  # {layer} {j} {value}; the input is layer 0
    alt_matrices: str  # {shown}: symbols
    edited: str  # an edit of the run, as numbers before and after: {t} {what}
    alt_loss: str  # the loss at t, at the start and at the end of the curve: {t} {value} {first} {last}
    row: str  # a row of the data under the pointer: {row}
    test_row: str  # the same of a test row
    wrong: str  # what is said of a misclassified one
    alt_boundary: str  # the boundary as a panel: {shown} {across} {up} {level} {rows} {points} {wrong}, as below
    alt_curve: str  # as a curve
    alt_plane: str  # as a page
    alt_surface: str  # as a height
    alt_space: str  # in space
    alt_tile: str  # a small picture: {shown}
    test: str  # the curve of the test rows
    loss_split: str  # the axis title of the loss where there are test rows
    alt_test_loss: str  # {first} {last}
    strip_epoch: str  # before the number of an epoch below the strip over a run
    alt_strip: str  # a curve of that strip: {name} {start} {stop} {first} {last}
    alt_test: str  # {count} test rows in the picture
    book: Notation = COLUMN  # in whose letters and with whose signs numbers are written
