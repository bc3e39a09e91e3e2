"""The words of the perceptron's figures, with ``{places}`` for names and values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PerceptronWords:
    """Words and sentences.

    Attributes
    ----------
    scale : str
        How long arrows are drawn, ``{scale}``.
    point : str
        A point under the pointer, ``{row} {place} {label} {predicted} {z}``.
    point_distance : str
        Its distance, ``{distance}``.
    alt_plane : str
        ``{line} {missed} {points} {sample}``
    alt_line : str
        The line or plane, ``{equation}``.
    alt_no_line : str
        Where w is zero.
    alt_missed : str
        ``{rows}``
    alt_none_missed : str
    alt_sample : str
        ``{row} {b} {delta}``
    alt_weights : str
        ``{weights} {changes}``
    alt_weights_done : str
        ``{weights}``
    alt_loss : str
        ``{t} {value} {missed}``
    """

    scale: str
    point: str
    point_distance: str
    alt_plane: str
    alt_line: str
    alt_no_line: str
    alt_missed: str
    alt_none_missed: str
    alt_sample: str
    alt_weights: str
    alt_weights_done: str
    alt_loss: str
