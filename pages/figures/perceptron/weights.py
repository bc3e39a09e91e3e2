"""The weights with the bias as numbers on one scale: each as a bar, and what the correction adds as an arrow."""

from engine.numerals import significant
from engine.perceptron.books import letter_of_b, own
from engine.perceptron.rule import Correction
from pages.figures import Figure
from pages.figures.frame import axis, frame
from pages.figures.lettering import subscript, unicode
from pages.figures.marks import arrow, lines, texts
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import Theme


def weights(
    correction: Correction,
    largest: float,
    *,
    theme: Theme,
    book: str,
    digits: int = 4,
    covered: bool = False,
) -> Figure:
    """A row for w₁, w₂ (w₃) and b, or θ in its ``book``; ``largest`` in the run so far sets the scale.

    What the correction adds can be ``covered``, because it is asked. Bars end before the numbers beside them begin.

    Returns
    -------
    Figure
        Designed for a panel of 320 by 200 pixels.
    """
    before = own(correction.before, book).tolist()
    after = before if covered else own(correction.after, book).tolist()
    rows = list(range(len(before)))
    reach = 2.5 * (max(largest, *(abs(v) for v in (*before, *after))) or 1.0)
    bars: list[float | None] = []
    places: list[float | None] = []
    for row, value in zip(rows, before, strict=True):
        bars += [0.0, value, None]
        places += [row, row, None]
    moved = [row for row in rows if after[row] != before[row]]
    steps = [([before[row], after[row]], [row + 0.3] * 2) if row in moved else ([], []) for row in rows]
    said = [significant(value, digits, signed=True) for value in before]
    changes = (
        ["Δ ?"] * len(rows)
        if covered
        else [f"Δ {significant(delta, digits, signed=True)}" if delta else "" for delta in own(correction.delta, book)]
    )
    return {
        "data": [
            lines((bars, places), theme.forward, 11),
            *(arrow(at, theme.backward, 4, 15) for at in steps),
            texts(([-0.98 * reach] * len(rows), rows), said, theme.text, 15, "middle right", cliponaxis=False),
            texts(([0.98 * reach] * len(rows), rows), changes, theme.backward, 15, "middle left", cliponaxis=False),
        ],
        "layout": frame(
            theme,
            "weights",
            320,
            xaxis=axis(
                theme,
                "",
                12,
                range=[-reach, reach],
                tickformat="~g",
                zeroline=True,
                zerolinecolor=theme.muted,
                fixedrange=True,
            ),
            yaxis=axis(
                theme,
                "",
                12,
                range=[len(rows) - 0.45, -0.55],
                tickvals=rows,
                ticktext=names_of(len(rows) - 1, book),
                fixedrange=True,
                tickfont={"size": 16, "color": theme.text},
            ),
            margin={"l": 40, "r": 6, "t": 4, "b": 26},
            dragmode=False,
            meta={"rows": True},
        ),
    }


def weights_alt(
    words: PerceptronWords, correction: Correction, book: str, digits: int = 4, covered: bool = False
) -> str:
    """The same as a sentence."""
    names, before = names_of(len(correction.before) - 1, book), own(correction.before, book)
    now = ", ".join(f"{n} = {significant(float(v), digits)}" for n, v in zip(names, before, strict=True))
    if correction.sample is None:
        return words.alt_weights_done.format(weights=now)
    if covered:
        return words.alt_weights.format(weights=now, changes=", ".join(f"Δ{name} = ?" for name in names))
    delta = own(correction.delta, book)
    changes = ", ".join(f"Δ{n} = {significant(float(v), digits)}" for n, v in zip(names, delta, strict=True))
    return words.alt_weights.format(weights=now, changes=changes)


def names_of(inputs: int, book: str) -> list[str]:
    """The letters of the weights and of b in a book."""
    return [*(f"w{subscript(j)}" for j in range(1, inputs + 1)), unicode(letter_of_b(book))]
