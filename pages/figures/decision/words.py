"""The words of the decision boundary's figures, with ``{places}`` for names and values."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecisionWords:
    """Words and sentences.

    Attributes
    ----------
    row, test_row : str
        A point under the pointer, ``{row}``.
    wrong : str
        What is said of a misclassified one.
    alt_plane, alt_surface, alt_space : str
        ``{shown} {across} {up} {held} {points} {wrong}``
    alt_tile : str
        A small picture, ``{shown}``.
    """

    row: str
    test_row: str
    wrong: str
    alt_plane: str
    alt_surface: str
    alt_space: str
    alt_tile: str
