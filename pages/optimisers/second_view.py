"""The view "second order": the Hessian, its eigenvalues, four steps beside each other, S1 to S5 and S14 alive."""

from collections.abc import Callable

import numpy as np

from engine import Problem, numerals
from engine.quantities import packed_names
from engine.rules.angles import length
from engine.rules.formulas import (
    StepNumbers,
    curvature_lines,
    damping_lines,
    directional_lines,
    model_lines,
    sample_lines,
)
from engine.rules.newton import SecondOrderStep
from pages.figures import landscape as landscape_figure
from pages.figures import second as second_figure
from pages.figures.look import Look
from pages.figures.theme import Theme
from pages.optimisers.drawing import MEDIUM, TALL, drawn_as, formula, letter, line_words
from pages.optimisers.second import (
    START_MU,
    STEPS,
    SecondOrder,
    epoch_angles,
    fit_of,
    line_of,
    price_of,
    second_order,
    steps,
)
from pages.optimisers.shape import layers_begin
from pages.optimisers.state import DAMPING, OptimisersState, lambda_of
from pages.shared.guard import Builders, guarded
from pages.shared.session import Session
from pages.stage import Cell, Column, Group, Note, Plot, Row, Slider, Table
from pages.text import Text


def second_view(session: Session, look: OptimisersState, words: Text, colours: Theme) -> Builders:
    """What makes each of its panels; where the matrix is too large, the sentence that says so."""
    try:
        found = second_order(session, look)
    except Problem as problem:
        said = words.problem(problem)
        return {"matrix": lambda: Note("matrix", said, "negative")}
    taken = steps(session, look, found)
    chosen = "gauss_newton" if look.matrix == "gauss_newton" else "damped"
    how = drawn_as(session, words, colours)
    return {
        "matrix": lambda: _matrix(session, look, found, words, how),
        "side": lambda: Group(
            "side",
            guarded(
                words,
                {
                    "damping": lambda: _damping(look, words),
                    "steps": lambda: _steps(session, look, found, taken, words),
                    "verdict": lambda: _verdict(found, taken[chosen], chosen == "gauss_newton", words),
                },
            ),
            height=TALL,
        ),
        "along": lambda: _along(found, taken, chosen, words, how),
        "eigenvalues": lambda: _eigenvalues(look, found, words, how),
        "formula": lambda: Group(
            "formula",
            guarded(words, _formulas(session, look, found, taken[chosen], words, colours)),
        ),
        "angles": lambda: _angles(session, look, words, how),
    }


def _matrix(session: Session, look: OptimisersState, found: SecondOrder, words: Text, how: Look) -> Plot:
    network = found.batch.network
    places = packed_names(network.sizes)
    letters = [letter(places[k]) for k in found.places]
    begin = [int(np.searchsorted(found.places, at)) for at in layers_begin(network)]
    shown = found.linear.matrix if look.matrix == "gauss_newton" else found.exact.matrix
    drawn = second_figure.heat_map(shown, letters, begin, how)
    finite = shown[np.isfinite(shown)]
    largest = numerals.significant(float(np.abs(finite).max()) if finite.size else 0.0, 3)
    rows = words("optimisers.all_rows" if found.whole else "optimisers.batch_rows", count=len(found.batch.X))
    title = words(f"optimisers.{look.matrix}_title", t=look.t(session), count=len(shown), rows=rows)
    return Plot(
        "matrix", drawn, words("optimisers.alt_matrix", count=len(shown), largest=largest), title, TALL, coded=True
    )


def _damping(look: OptimisersState, words: Text) -> Slider:
    value = numerals.given(lambda_of(look.damping), 3)
    low, high = DAMPING
    return Slider(
        "damping", rf"\(\lambda = \mu = {value}\)", words("optimisers.damping"), value, low, high, look.damping
    )


def _steps(
    session: Session, look: OptimisersState, found: SecondOrder, taken: dict[str, SecondOrderStep], words: Text
) -> Table:
    """The four steps side by side: where each leads, how far it goes, what was predicted, what it costs."""
    experiment, digits = look.experiments(session)[look.main], min(session.view.digits, 4)
    columns = [
        Column("", "left", row_header=True),
        *(Column(words(f"optimisers.step_{name}")) for name in STEPS),
    ]

    def row(label: str, number: Callable[[SecondOrderStep], float | None]) -> Row:
        cells = []
        for name in STEPS:
            step = taken[name]
            value = None if step.problem is not None else number(step)
            if value is None:
                cells.append(Cell("–"))
            else:
                tone = "negative" if label == r"\(\nabla L^{\mathsf T}p\)" and value > 0.0 else ""
                cells.append(Cell(numerals.significant(value, digits), full=numerals.full(value), tone=tone))
        return Row([Cell(label), *cells])

    prices = [price_of(experiment, found, name).total for name in STEPS]
    rows = [
        row(words("optimisers.row_after"), lambda step: step.after),
        row(r"\(\nabla L^{\mathsf T}p\)", lambda step: step.slope),
        row(r"\(\lVert p\rVert\)", lambda step: length(step.p)),
        row(words("optimisers.row_predicted"), lambda step: step.predicted),
        row(words("optimisers.row_actual"), lambda step: None if step.hidden else step.before - step.after),
        row(r"\(\rho\)", lambda step: step.ratio),
        Row([Cell(words("optimisers.row_price")), *(Cell(f"{price:,}") for price in prices)]),
    ]
    caption = words("optimisers.steps_caption", loss=numerals.significant(found.exact.loss, digits))
    return Table("steps", columns, rows, caption)


def _verdict(found: SecondOrder, step: SecondOrderStep, linear: bool, words: Text) -> Note:
    """Whether the step of the slider exists, whether it leads down, and why."""
    parts, low = [], found.spectrum.smallest if found.spectrum is not None else float("nan")
    if step.problem is not None:
        values = step.problem.values | ({"letter": "μ"} if linear else {})
        parts.append(words.problem(Problem(step.problem.code, **values)))
    elif step.downhill and step.hidden:
        parts.append(words("optimisers.down_hidden"))
    elif step.downhill:
        parts.append(words("optimisers.down" if step.after < step.before else "optimisers.down_too_far"))
    else:
        parts.append(words("optimisers.up"))
    if not linear and low < 0.0 and found.spectrum is not None and found.spectrum.negative:
        parts.append(words("optimisers.needed", low=numerals.significant(-low, 4)))
    bad = step.problem is not None or not (step.after < step.before or step.hidden)
    return Note("verdict", words.together(*parts), "negative" if bad else "muted")


def _along(found: SecondOrder, taken: dict[str, SecondOrderStep], chosen: str, words: Text, how: Look) -> Plot | Note:
    """phi along the step of the slider, and the quadratic model over it; where there is none, down the gradient."""
    name = chosen if taken[chosen].problem is None else "descent"
    p = taken[name].p
    if not np.isfinite(p).all():
        return Note("along", words("optimisers.gone_step"), "muted")
    if not p.any():
        return Note("along", words("optimisers.no_step"), "muted")
    true, model = line_of(found, p, name == "gauss_newton")
    marks, alt = line_words(true, words)
    drawn = landscape_figure.along_line(true, model, (*marks, "m(αp)"), how)
    title = words("optimisers.along_title", step=words(f"optimisers.step_{name}"))
    return Plot("along", drawn, alt, title, TALL, coded=True)


def _eigenvalues(look: OptimisersState, found: SecondOrder, words: Text, how: Look) -> Plot | Note:
    if found.spectrum is None:
        return Note("eigenvalues", words("optimisers.no_eigenvalues"), "negative")
    one = found.spectrum
    drawn = second_figure.eigenvalues(
        one, lambda_of(look.damping), (words("optimisers.eigen_axis"), words("optimisers.eigen_value")), how
    )
    said = words(
        "optimisers.eigenvalues_title",
        negative=one.negative,
        zero=one.zero,
        low=numerals.significant(one.smallest, 4),
        high=numerals.significant(one.largest, 4),
    )
    return Plot("eigenvalues", drawn, said, said, MEDIUM, coded=True)


def _formulas(
    session: Session, look: OptimisersState, found: SecondOrder, step: SecondOrderStep, words: Text, colours: Theme
) -> Builders:
    """S2, S3 or S4, S5, S14 and S1 with the numbers of the step on screen."""
    digits, linear = session.view.digits, look.matrix == "gauss_newton"
    numbers = StepNumbers(found.linear if linear else found.exact, step, linear, found.batch.network.crossed)
    name = "S4" if linear else "S3"
    finite = found.exact.matrix[np.isfinite(found.exact.matrix)]
    largest = float(finite[np.abs(finite).argmax()]) if finite.size else 0.0
    made: Builders = {
        "formula_S2": lambda: formula("S2", model_lines(numbers), words, colours, digits),
        f"formula_{name}": lambda: formula(name, damping_lines(numbers), words, colours, digits),
        "formula_S5": lambda: formula("S5", directional_lines(largest), words, colours, digits),
    }
    if linear:
        made = {"fit": lambda: _fit(look, found, words, digits), **made}
    spectrum = found.spectrum
    if spectrum is not None:
        made = {**made, "formula_S14": lambda: formula("S14", curvature_lines(spectrum), words, colours, digits)}
    epoch = epoch_angles(session, look)
    return {
        **made,
        "formula_S1": lambda: formula("S1", sample_lines(epoch.dot, epoch.lengths), words, colours, digits),
    }


def _fit(look: OptimisersState, found: SecondOrder, words: Text, digits: int) -> Table:
    """Six Levenberg-Marquardt steps on from here, with the mus that were refused."""
    columns = [
        Column("", "left", row_header=True),
        Column(r"\(\mu\)"),
        Column(words("optimisers.refused")),
        Column(words("optimisers.row_after")),
        Column(r"\(\rho\)"),
    ]
    rows = []
    for k, step in enumerate(fit_of(look, found), start=1):
        numbers = [step.damping, None, step.after, step.ratio]
        cells = [
            Cell("–") if number is None else Cell(numerals.significant(number, digits), full=numerals.full(number))
            for number in numbers
        ]
        cells[1] = Cell(str(len(step.refused)))
        rows.append(Row([Cell(words("optimisers.fit_step", k=k)), *cells]))
    return Table("fit", columns, rows, words("optimisers.fit_caption", start=numerals.given(START_MU, 4)))


def _angles(session: Session, look: OptimisersState, words: Text, how: Look) -> Plot:
    """S1 over the epoch at the playhead."""
    found = epoch_angles(session, look)
    titles = words("optimisers.updates"), words("optimisers.degrees")
    drawn = second_figure.sample_angles(found.t, found.degrees, found.here, titles, how)
    uphill = sum(one > 90.0 for one in found.degrees)
    alt = words("optimisers.alt_angles", first=found.t[0], last=found.t[-1], uphill=uphill)
    return Plot("angles", drawn, alt, words("optimisers.angles_title"), MEDIUM, coded=True)
