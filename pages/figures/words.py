"""The words that figures need, in whatever language the page speaks; a figure holds none of its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.formulas.notation import COLUMN, Notation


@dataclass(frozen=True)
class Words:
    """Words and sentences with ``{places}`` for names and values.

    Attributes
    ----------
    input, output : str
        Captions of the first and the last layer.
    hidden, hidden_short : str
        Caption of a hidden layer, ``{layer}``; the short one where layers stand close.
    activations : mapping of str to str
        The engine's name of an activation to what the screen calls it; names that are missing stay as they are.
    target : str
        ``{value}``
    widest : str
        The scale of the edges, ``{value}``.
    update, loss : str
        Axis titles of the loss curve.
    diverged : str
        Stands where the loss stops being a number.
    alt_network : str
        ``{sizes} {phase} {sample} {samples} {outputs} {selected}``
    alt_output : str
        One output, ``{name} {value} {target}``; ``value`` is ``…`` while it is not known.
    alt_selected : str
        ``{layer} {j} {value}``; the input is layer 0.
    alt_matrices : str
        ``{shown}``: symbols.
    alt_loss : str
        ``{t} {value} {first} {last}``: the loss at t, at the start and at the end of the curve.
    edited : str
        ``{t} {what}``: an edit of the run, as numbers before and after.
    row, test_row : str
        A row of the data under the pointer, ``{row}``.
    wrong : str
        What is said of a misclassified one.
    alt_boundary, alt_curve, alt_plane, alt_surface, alt_space : str
        The boundary as a panel, as a curve, as a page, as a height, in space:
        ``{shown} {across} {up} {level} {rows} {points} {wrong}``
    alt_tile : str
        A small picture, ``{shown}``.
    test : str
        The curve of the test rows.
    loss_split : str
        Axis title of the loss where there are test rows.
    alt_test_loss : str
        ``{first} {last}``
    strip_epoch : str
        Before the number of an epoch below the strip over a run.
    alt_strip : str
        ``{name} {start} {stop} {first} {last}``: a curve of that strip.
    alt_test : str
        ``{count}`` test rows in the picture.
    book : Notation
        In whose letters and with whose signs numbers are written.
    """

    input: str
    output: str
    hidden: str
    hidden_short: str
    activations: Mapping[str, str]
    target: str
    widest: str
    update: str
    loss: str
    diverged: str
    alt_network: str
    alt_output: str
    alt_selected: str
    alt_matrices: str
    edited: str
    alt_loss: str
    row: str
    test_row: str
    wrong: str
    alt_boundary: str
    alt_curve: str
    alt_plane: str
    alt_surface: str
    alt_space: str
    alt_tile: str
    test: str
    loss_split: str
    alt_test_loss: str
    strip_epoch: str
    alt_strip: str
    alt_test: str
    book: Notation = COLUMN
