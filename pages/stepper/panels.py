"""The stepper's screen as panels: what stands where, made from the session without a word of its own."""

from typing import Final

from engine import Parameters, Phase, Quantity, Update, numerals
from engine.boundary.verdicts import levels_of
from pages.figures import loss_curve as loss_figure
from pages.figures import matrices as matrices_figure
from pages.figures import network as network_figure
from pages.figures.boundary.curve import curve
from pages.figures.boundary.detail import PANEL
from pages.figures.boundary.plane import plane
from pages.figures.boundary.scene import BoundaryScene, Rows
from pages.figures.look import Look
from pages.figures.moment import Moment
from pages.figures.theme import Theme
from pages.shared import asking, naming, notices
from pages.shared.edits import marks
from pages.shared.formula_panel import formula_panel
from pages.shared.guard import Builders, guarded, together
from pages.shared.kept import kept
from pages.shared.phase_strip import phase_strip
from pages.shared.plane import PANEL as SIDE
from pages.shared.plane import field_at, ground_at
from pages.shared.quiz import Asked
from pages.shared.rules import rule_note
from pages.shared.session import Session
from pages.shared.track import by_decades
from pages.stage import Grid, Group, Layout, Note, Panel, Plot, Strip, figure_json
from pages.stepper import check as check_panels
from pages.stepper import rule as rule_panels
from pages.stepper.questions import ASKER
from pages.stepper.tables import data_table, neuron_table, outputs_shown
from pages.text import Text

TALL: Final = "clamp(20.5rem, 49.5vh, 44rem)"
LOW: Final = "clamp(11.5rem, 24.2vh, 28rem)"
LAYOUT: Final = Layout(
    wide=Grid(
        areas=(
            ("notices", "notices", "notices"),
            ("phases", "status", "status"),
            ("network", "explanation", "explanation"),
            ("matrices", "boundary", "loss"),
            ("data", "data", "data"),
        ),
        columns="minmax(0,54fr) minmax(0,23fr) minmax(0,23fr)",
    ),
    medium=Grid(
        areas=(
            ("notices", "notices"),
            ("phases", "phases"),
            ("status", "status"),
            ("network", "network"),
            ("explanation", "explanation"),
            ("matrices", "matrices"),
            ("boundary", "loss"),
            ("data", "data"),
        ),
        columns="minmax(0,1fr) minmax(0,1fr)",
    ),
    narrow=Grid(
        areas=(
            ("notices",),
            ("phases",),
            ("status",),
            ("network",),
            ("explanation",),
            ("matrices",),
            ("boundary",),
            ("loss",),
            ("data",),
        ),
        columns="minmax(0,1fr)",
    ),
    gap="0.35rem 1.25rem",
)
CHECK_LAYOUT: Final = check_panels.layout(LAYOUT)


def layout(session: Session) -> Layout:
    """Where the panels stand; the lower part is that of the tab on screen."""
    return LAYOUT if session.view.tab == "training" else CHECK_LAYOUT


def panels(session: Session, words: Text, colours: Theme, said: list[str], asked: Asked | None = None) -> list[Panel]:
    """Everything on the screen at the session's position; what is ``asked`` is not shown."""
    update = session.update

    def formula() -> Panel:
        return rule_panels.with_convention(formula_panel(session, update, words, colours.css()), session, words)

    explanation: Builders = {
        "formula": (lambda: asking.group(ASKER, session, None, asked, words, formula)) if session.asks else formula,
        "neurons": lambda: neuron_table(session, update, words, asked),
        "tabs": lambda: check_panels.tabs(session, words),
    }
    upper: Builders = {
        "notices": lambda: notices.run_notice(session, words, said),
        "phases": lambda: _strip(session, words),
        "status": lambda: Note("status", _status(session, update, words), tone="muted"),
        "network": lambda: _network(session, update, words, colours, asked),
        "explanation": lambda: Group("explanation", guarded(words, explanation), height=_height(session)),
    }
    lower: Builders = {
        "matrices": lambda: _matrices(session, update, words, colours, asked),
        "boundary": lambda: (
            rule_panels.matrix(update, words, _look(session, words, colours), LOW)
            if rule_panels.solves(session)
            else _boundary(session, update, words, colours)
        ),
        "loss": lambda: _loss(session, words, colours),
    }
    data: Builders = {"data": lambda: data_table(session, update, words)}
    if session.view.tab == "training":
        covered = {"loss": lambda: Note("loss", words("ask.covered_loss"), "muted", height=LOW)}
        if ground_at(session).coordinates == 1:  # its curve is drawn through numbers
            covered["boundary"] = lambda: Note("boundary", words("ask.covered_outputs"), "muted", height=LOW)
        return guarded(words, {**upper, **lower, **_needed(session, update, covered), **data})
    if session.asks and session.phase.kind not in ("gradients", "rule", "update"):
        hidden: list[Panel] = [Note("verdict", words("ask.covered_check"), "muted", height=LOW)]
        return [*guarded(words, upper), *hidden, *guarded(words, data)]
    check = together(words, "gradients", lambda: check_panels.panels(session, update, words, colours, LOW))
    return [*guarded(words, upper), *check, *guarded(words, data)]


def _height(session: Session) -> str:
    """Of the column with the formula; a question breaks its lines on a phone."""
    return f"calc({TALL} + max(0px, (40rem - 100vw)) * 0.4)" if session.asks else TALL


def _needed(session: Session, update: Update, covered: Builders) -> Builders:
    """Covers for the panels that would tell what is asked in this update: the loss over all rows may be its own."""
    if not session.asks:
        return {}
    one = {"boundary"} if not outputs_shown(session) else set()
    if len(update.rows) == len(session.experiment.X) and not _loss_known(session):
        one.add("loss")
    return {name: build for name, build in covered.items() if name in one}


def _loss_known(session: Session) -> bool:
    return session.place >= [phase.kind for phase in session.phases].index("loss")


def _strip(session: Session, words: Text) -> Strip:
    def purpose(phase: Phase) -> str:
        says = naming.phase_purpose(words, phase, session.experiment)
        if phase.kind != "rule":
            return says
        return words.together(rule_panels.purpose(session, says, words), rule_note(session.update.rule, words))

    return phase_strip(session, words, purpose)


def _status(session: Session, update: Update, words: Text) -> str:
    experiment, digits = session.experiment, session.view.digits
    names = [row + 1 for row in update.rows]
    if len(names) == 1:
        ground, y = ground_at(session), update.trace.y[0]
        x = update.trace.x[0][0] if ground.features else ground.points[update.rows[0]]  # in the units of the data
        inputs, targets = (", ".join(numerals.given(float(n), 3) for n in numbers[:6]) for numbers in (x, y))
        more = ", …" if len(x) > 6 else ""
        rows = words("status.row", row=names[0], inputs=inputs + more, targets=targets)
    elif len(names) <= 6:
        rows = words("status.rows", rows=", ".join(map(str, names)))
    elif names == [*range(names[0], names[0] + len(names))]:
        rows = words("status.rows_many", count=len(names), first=names[0], last=names[-1])
    else:
        rows = words("status.rows_some", count=len(names), rows=", ".join(map(str, names[:4])))
    if len(names) > 1:
        rows = words("status.sample", rows=rows, row=names[session.sample - 1])
    loss = numerals.significant(update.trace.loss, digits) if _loss_known(session) else words("status.unknown")
    return words(
        "status.line", t=session.t, reached=session.reached, epoch=experiment.epoch(session.t), rows=rows, loss=loss
    )


def _names(session: Session, words: Text) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of what the network gets, which may be standardised, and of its outputs."""
    return naming.network_inputs(words, session.experiment), naming.output_names(words, session.experiment)


def _moment(session: Session, update: Update, selected: Quantity | None, words: Text, asked: Asked | None) -> Moment:
    names = _names(session, words)
    covered = None if asked is None else session.phases[session.place + 1]
    return Moment(session.experiment.network, update, session.phase, selected, session.sample, names, covered)


def _network(session: Session, update: Update, words: Text, colours: Theme, asked: Asked | None) -> Plot:
    phase, look = session.phase, _look(session, words, colours)
    selected = session.shown() if session.asked is not None or phase.kind not in ("input", "loss") else None
    if asked is not None:
        selected = asked.about[0] if len(asked.about) == 1 and asked.about[0].layer else None
    moment = _moment(session, update, rule_panels.located(selected, update), words, asked)
    alt = network_figure.network_alt(moment, look, naming.phase_plain(words, phase))
    return Plot("network", network_figure.network(moment, look), alt, height=TALL)


def _matrices(session: Session, update: Update, words: Text, colours: Theme, asked: Asked | None) -> Plot:
    moment, look = _moment(session, update, session.shown(), words, asked), _look(session, words, colours)
    alt = matrices_figure.matrices_alt(moment, look.words)
    return Plot("matrices", matrices_figure.matrices(moment, look), alt, height=LOW)


def _look(session: Session, words: Text, colours: Theme) -> Look:
    return Look(colours, naming.figure_words(words, session.notation), session.view.digits)


def _loss(session: Session, words: Text, colours: Theme) -> Plot:
    line, t, view = session.line, session.t, session.view
    curve, now, edits = line.loss_curve(session.computed), (t, line.mean_loss(t)), _edits(session, words)
    log = by_decades(curve, view.log_loss)
    look = Look(colours, naming.figure_words(words), view.digits)

    def make() -> str:
        return figure_json(loss_figure.loss_curve(curve, now, look, log=log, edits=edits))

    key = (line, edits, t, session.computed, log, view.digits, colours.name, words.language)
    alt = loss_figure.loss_curve_alt(curve, now, look, edits)
    return Plot("loss", kept(session.kept, "loss", key, make), alt, _losses(session, words), height=LOW)


def _edits(session: Session, words: Text) -> tuple[tuple[int, str], ...]:
    """The edits on the curve; told anew only when they, or the way in which they are told, change."""
    upto = session.computed
    known = sum(edit.t <= upto for edit in session.edits.applied)
    key = (session.line, session.edits, known, words.language, session.notation, session.view.digits)
    return kept(
        session.kept,
        "edits",
        key,
        lambda: tuple(marks(session.line, session.edits, upto, words, session.notation, session.view.digits)),
    )


def _losses(session: Session, words: Text) -> str:
    """Both losses, where there are test rows."""
    test = session.line.test_loss(session.t)
    if test is None:
        return ""
    both = (numerals.significant(loss, session.view.digits) for loss in (session.line.mean_loss(session.t), test))
    return words("dataset.losses", **dict(zip(("loss", "test"), both, strict=True)))


def _boundary(session: Session, update: Update, words: Text, colours: Theme) -> Plot:
    """The output in question on the plane or, with one coordinate, over it; and the data, test rows as outlines."""
    experiment, view, ground = session.experiment, session.view, ground_at(session)
    after = session.phase == session.phases[-1]
    now, before = (update.after, update.before) if after else (update.before, _earlier(session))
    training = Rows(ground.points, experiment.Y, now=update.rows)
    test = Rows(ground.test_points, experiment.Y_test, test=True)
    scene = BoundaryScene(
        network=experiment.network,
        field=field_at(session, now, SIDE),
        ghost=None if before is None else field_at(session, before, SIDE),
        shown=(experiment.network.layers, view.output),
        levels=levels_of(experiment.Y),
        parts=(training, test) if len(test.places) else (training,),
        names=naming.coordinate_names(words, experiment),
        outputs=naming.output_names(words, experiment),
    )
    figure = naming.figure_words(words)
    draw, sentence = (curve, figure.alt_curve) if ground.coordinates == 1 else (plane, figure.alt_boundary)
    alt = scene.alt(sentence, scene.answers[view.output])
    if len(test.places):
        alt += " " + figure.alt_test.format(count=len(test.places))
    key = (session.line, session.t, after, view, colours.name, words.language, update.rows)
    drawn = kept(session.kept, "boundary", key, lambda: figure_json(draw(scene, Look(colours, figure), PANEL)))
    return Plot("boundary", drawn, alt, _boundary_title(session, words), height=LOW)


def _boundary_title(session: Session, words: Text) -> str:
    """Which output, and where the slice lies that the picture shows."""
    inputs, outputs = naming.input_names(words, session.experiment), _names(session, words)[1]
    name = naming.plain(outputs[session.view.output])
    held = ", ".join(
        f"{naming.plain(inputs[axis], 14)} = {numerals.given(number, 3)}"
        for axis, number in enumerate(session.held())
        if axis not in session.view.axes
    )
    source = session.experiment.source
    if len(inputs) <= 2 or (source is not None and source.features):
        return words("panel.boundary_of", output=name)
    if len(inputs) > 5:
        return words("panel.boundary_held", output=name)
    return words("panel.boundary_slice", output=name, held=held)


def _earlier(session: Session) -> Parameters | None:
    """The parameters one update before those on screen."""
    return session.line.parameters(session.t - 1) if session.t > 0 else None
