"""The view "shape of the loss": contours, a surface, the paths of the runs on it, and the loss along the step (S13)."""

from dataclasses import replace
from functools import cache

import numpy as np

from engine import numerals
from engine.rules.along import AlongLine
from engine.rules.formulas import line_lines
from pages.figures import landscape as landscape_figure
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.optimisers.drawing import LOW, LOW_PIXELS, TALL, drawn_as, formula, letter, line_words
from pages.optimisers.naming import names
from pages.optimisers.shape import LossShape, shape_of
from pages.optimisers.state import OptimisersState
from pages.shared.guard import Builders
from pages.shared.picking import picking
from pages.shared.session import Session
from pages.stage import Formula, Note, Plot
from pages.text import Text


def shape_view(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Builders:
    """What makes each of its panels."""

    @cache
    def shape() -> LossShape:
        return shape_of(session, look, names(session, look, words))

    t, how = look.t(session), drawn_as(session, words, colours)
    return {
        "contours": lambda: Plot(
            "contours",
            landscape_figure.contours(shape().landscape, shape().paths, t, _axes(look, shape(), words), how),
            _shape_alt(look, shape(), t, words),
            _shape_title(look, shape(), t, words),
            height=TALL,
        ),
        "surface": lambda: _surface(look, shape(), t, words, how),
        "pick": lambda: _pick(session, look, words, colours),
        "off": lambda: Plot(
            "off",
            landscape_figure.distances(shape().paths, t, (words("optimisers.updates"), words("optimisers.off")), how),
            words("optimisers.alt_off"),
            words("optimisers.off_title"),
            height=LOW,
        ),
        "line": lambda: _line(shape(), words, how),
        "formula": lambda: _line_formula(session, shape().line, words, colours),
    }


def _axes(look: OptimisersState, shape: LossShape, words: Text) -> tuple[str, str]:
    if shape.plane == "weights":
        return letter(look.weights[0]), letter(look.weights[1])
    if shape.plane in ("step", "before"):
        return words("optimisers.axis_down"), words(f"optimisers.axis_{shape.plane}")
    return words("optimisers.axis_first"), words("optimisers.axis_second")


def _short_axes(look: OptimisersState, shape: LossShape, words: Text) -> tuple[str, str]:
    """The same in a word, for axes that lie aslant and have no room for more."""
    if shape.plane == "weights":
        return _axes(look, shape, words)
    if shape.plane in ("step", "before"):
        return "−∇L", words(f"optimisers.short_{shape.plane}")
    return words("optimisers.short_first"), words("optimisers.short_second")


def _shape_title(look: OptimisersState, shape: LossShape, t: int, words: Text) -> str:
    if shape.gone == "here":
        return words("optimisers.gone_here")
    said = words(f"optimisers.shape_{shape.plane}", t=t)
    if shape.share is not None:
        exploded = any(one.run == look.main and not np.isfinite(one.path.at).all() for one in shape.paths)
        said += words("optimisers.share", share=numerals.percent(shape.share))
        said += words("optimisers.share_finite") if exploded else ""
    if not np.isfinite(shape.landscape.loss).any():
        return words.together(words("optimisers.gone_grid"), said)
    if shape.plane != look.plane:
        said += words(f"optimisers.no_plane_{look.plane}")
    return said


def _shape_alt(look: OptimisersState, shape: LossShape, t: int, words: Text) -> str:
    loss = shape.landscape.loss[np.isfinite(shape.landscape.loss)]
    if not loss.size:
        return words("optimisers.gone_here" if shape.gone == "here" else "optimisers.gone_grid")
    low, high = (numerals.significant(float(v), 3) for v in (loss.min(), loss.max()))
    across, up = _axes(look, shape, words)
    return words("optimisers.alt_shape", across=across, up=up, low=low, high=high, t=t, count=len(shape.paths))


def _surface(look: OptimisersState, shape: LossShape, t: int, words: Text, how: Look) -> Plot | Note:
    """The loss as a height; where no loss on the plane is a finite number, that there is none: Plotly fails on it."""
    said = _shape_alt(look, shape, t, words)
    if not np.isfinite(shape.landscape.loss).any():
        return Note("surface", said, "muted")
    drawn = landscape_figure.loss_surface(shape.landscape, shape.paths, t, _short_axes(look, shape, words), how)
    return Plot("surface", drawn, said, words("optimisers.surface_title"), height=TALL)


def _pick(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Plot:
    """The network, to choose the two weights of the plane by clicking edges."""
    experiment = look.experiments(session)[look.main]
    update = look.lines(session)[look.main].update(look.t(session))
    drawn = picking(experiment, update, look.weights[1], words, drawn_as(session, words, colours), LOW_PIXELS)
    alt = words("optimisers.alt_pick", first=letter(look.weights[0]), second=letter(look.weights[1]))
    title = words("optimisers.pick", first=letter(look.weights[0]), second=letter(look.weights[1]))
    return Plot("pick", drawn, alt, title, height=LOW)


def _line(shape: LossShape, words: Text, look: Look) -> Plot | Note:
    """phi along the step (S13); of a run that stands still or has exploded, that there is none."""
    if shape.line is None:
        return Note("line", words(f"optimisers.gone_{shape.gone}" if shape.gone else "optimisers.stands"), "muted")
    marks, alt = line_words(shape.line, words)
    drawn = landscape_figure.along_line(shape.line, None, (*marks, ""), look)
    return Plot("line", drawn, alt, words("optimisers.line_title"), TALL, coded=True)


def _line_formula(session: Session, line: AlongLine | None, words: Text, colours: Theme) -> Formula:
    """S13 with its numbers; of a loss that still falls at the end of what is looked at, that is said."""
    made = formula("S13", line_lines(line), words, colours, session.view.digits)
    note = made.note
    if line is not None and line.still_falling:
        note = " · ".join((note, words("optimisers.still_falling", end=numerals.given(line.best, 3))))
    return replace(made, id="formula", note=note)
