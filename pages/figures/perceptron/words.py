"""The words of the perceptron's figures, with ``{places}`` for names and values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PerceptronWords:
    """Words and sentences: beside each what it is of, or what its places are."""

    scale: str  # how long arrows are drawn: {scale}
    point: str  # a point under the pointer: {row} {place} {label} {predicted} {z}
    point_distance: str  # its distance: {distance}
    alt_plane: str  # {line} {missed} {points} {sample}
    alt_line: str  # the line or plane: {equation}
    alt_no_line: str  # where w is zero
    alt_missed: str  # {rows}
    alt_none_missed: str
    alt_sample: str  # {row} {b} {delta}
    alt_weights: str  # {weights} {changes}
    alt_weights_done: str  # {weights}
    alt_loss: str  # {t} {value} {missed}
