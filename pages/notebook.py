"""For a notebook: how figures are drawn there; with it every builder of pages/figures works without a server."""

from engine.formulas.notation import NOTATIONS
from pages.figures.look import Look
from pages.figures.theme import DARK, LIGHT
from pages.shared.naming import figure_words
from pages.text import text


def look(language: str = "en", dark: bool = False, book: str = "column", digits: int = 4) -> Look:
    """The colours, words, letters and digits of figures, as the screen has them.

    ``plotly.graph_objects.Figure`` shows what a builder makes with it, such as ``loss_curve(..., look())``.
    """
    return Look(DARK if dark else LIGHT, figure_words(text(language), NOTATIONS[book]), digits)
