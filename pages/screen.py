"""The stepper's screen as panels: what stands where, made from the session without a word of its own."""

from collections.abc import Callable, Hashable
from typing import Any, Final

import numpy as np

from engine import Parameters, Update, divergence, numerals
from engine.books.book import COLUMN, Notation
from engine.boundary import slices as boundary
from engine.boundary.feature_slice import feature_slice
from engine.boundary.ground import ground_of
from engine.phases import phases
from pages import check_panels, naming
from pages.figures import boundary as boundary_figure
from pages.figures import curve as curve_figure
from pages.figures import loss_curve as loss_figure
from pages.figures import matrices as matrices_figure
from pages.figures import network as network_figure
from pages.figures.theme import DARK, LIGHT, Theme
from pages.figures.words import Words
from pages.formula_panel import formula_panel
from pages.session import Session
from pages.stage import Grid, Group, Item, Layout, Note, Panel, Plot, Strip, figure_json
from pages.tables import data_table, neuron_table
from pages.text import Text

TALL: Final = "clamp(20.5rem, 51vh, 44rem)"
LOW: Final = "clamp(13rem, 26vh, 28rem)"
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
            ("notices", "notices"), ("phases", "phases"), ("status", "status"), ("network", "network"),
            ("explanation", "explanation"), ("matrices", "matrices"), ("boundary", "loss"), ("data", "data"),
        ),
        columns="minmax(0,1fr) minmax(0,1fr)",
    ),
    narrow=Grid(
        areas=(
            ("notices",), ("phases",), ("status",), ("network",), ("explanation",), ("matrices",), ("boundary",),
            ("loss",), ("data",),
        ),
        columns="minmax(0,1fr)",
    ),
    gap="0.35rem 1.25rem",
)  # fmt: skip
CHECK_LAYOUT: Final = check_panels.layout(LAYOUT)


def layout(session: Session) -> Layout:
    """Where the panels stand; the lower part is that of the tab on screen."""
    return LAYOUT if session.view.tab == "training" else CHECK_LAYOUT


def theme(kind: str | None) -> Theme:
    """The colours for Streamlit's kind of theme, "light" or "dark"."""
    return DARK if kind == "dark" else LIGHT


def panels(session: Session, words: Text, colours: Theme, notices: list[str]) -> list[Panel]:
    """Everything on the screen at the session's position."""
    update = session.update
    wrong = divergence(session.line, session.t)
    said = list(notices)
    if wrong is not None:
        what = naming.quantity_plain(words, session.experiment.network, wrong.quantity)
        said.append(_diverged(session, words, wrong.t, what, wrong.value))
    return [
        Note("notices", "  ".join(said), tone="negative" if wrong else ""),
        _strip(session, words),
        Note("status", _status(session, update, words), tone="muted"),
        _network(session, update, words, colours),
        Group(
            "explanation",
            [
                formula_panel(session, update, words, colours.css()),
                neuron_table(session, update, words),
                check_panels.tabs(session, words),
            ],
            height=TALL,
        ),
        *_lower(session, update, words, colours),
        data_table(session, update, words),
    ]


def _lower(session: Session, update: Update, words: Text, colours: Theme) -> list[Panel]:
    if session.view.tab == "check":
        return check_panels.panels(session, update, words, colours, LOW)
    return [
        _matrices(session, update, words, colours),
        _boundary(session, update, words, colours),
        _loss(session, words, colours),
    ]


def _diverged(session: Session, words: Text, t: int, what: str, number: float) -> str:
    said = numerals.significant(number)
    if t == session.t:
        return words("status.diverged_here", what=what, value=said)
    eta = numerals.given(session.experiment.learning_rate_at(t))
    return words("status.diverged", t=t, what=what, value=said, eta=eta)


def _strip(session: Session, words: Text) -> Strip:
    items = []
    for place, phase in enumerate(session.phases):
        state = "now" if place == session.place else "done" if place < session.place else "ahead"
        tone = "backward" if phase.kind in ("delta", "gradients", "update") else "forward"
        items.append(Item(str(phase), naming.phase_label(words, phase, session.notation), state, tone))  # type: ignore[arg-type]
    return Strip("phases", items, title=words("panel.phases"))


def _status(session: Session, update: Update, words: Text) -> str:
    experiment, digits = session.experiment, session.view.digits
    names = [row + 1 for row in update.rows]
    if len(names) == 1:
        x, y = update.trace.x[0][0], update.trace.y[0]
        inputs, targets = (", ".join(numerals.given(float(n), 3) for n in numbers[:6]) for numbers in (x, y))
        more = ", …" if len(x) > 6 else ""
        rows = words("status.row", row=names[0], inputs=inputs + more, targets=targets)
    elif len(names) <= 6:
        rows = words("status.rows", rows=", ".join(map(str, names)))
    else:
        rows = words("status.rows_many", count=len(names), first=min(names), last=max(names))
    known = session.place >= [phase.kind for phase in session.phases].index("loss")
    loss = numerals.significant(update.trace.loss, digits) if known else words("status.unknown")
    return words(
        "status.line", t=session.t, reached=session.reached, epoch=experiment.epoch(session.t), rows=rows, loss=loss
    )


def figure_words(words: Text, book: Notation = COLUMN) -> Words:
    """The words of figures in a language, and the book whose letters they write."""
    named = ("activations", "book")
    fields = {name: words(f"figure.{name}") for name in Words.__dataclass_fields__ if name not in named}
    kinds = ("sigmoid", "tanh", "relu", "identity", "softmax")
    return Words(activations={kind: words(f"activation.{kind}") for kind in kinds}, book=book, **fields)


def _names(session: Session) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return naming.input_names(session.experiment), naming.output_names(session.experiment)


def _network(session: Session, update: Update, words: Text, colours: Theme) -> Plot:
    network, phase, figure = session.experiment.network, session.phase, figure_words(words, session.notation)
    selected = session.shown() if session.asked is not None or phase.kind not in ("input", "loss") else None
    drawn = network_figure.network(
        network, update, phase, selected=selected, sample=session.sample, names=_names(session), theme=colours,
        words=figure, digits=session.view.digits,
    )  # fmt: skip
    alt = network_figure.network_alt(
        figure, network, update, phase, phase_name=naming.phase_plain(words, phase), selected=selected,
        sample=session.sample, names=_names(session), digits=session.view.digits,
    )  # fmt: skip
    return Plot("network", drawn, alt, height=TALL)


def _matrices(session: Session, update: Update, words: Text, colours: Theme) -> Plot:
    network, figure, selected = session.experiment.network, figure_words(words, session.notation), session.shown()
    drawn = matrices_figure.matrices(
        network, update, session.phase, selected=selected, theme=colours, words=figure, digits=session.view.digits
    )
    alt = matrices_figure.matrices_alt(figure, network, session.phase, selected)
    return Plot("matrices", drawn, alt, height=LOW)


def _loss(session: Session, words: Text, colours: Theme) -> Plot:
    line, t, view, figure = session.line, session.t, session.view, figure_words(words)
    curve, loss = line.loss_curve(session.reached), line.mean_loss(t)
    exploded = any(not number <= 1e4 * max(curve.loss[0], 1.0) for number in curve.loss)
    log = view.log_loss or exploded  # on a straight scale a run that diverges is a wall beside a floor

    def make() -> str:
        return figure_json(
            loss_figure.loss_curve(curve, t, loss, theme=colours, words=figure, log=log, digits=view.digits)
        )

    key = (id(line), t, session.reached, log, view.digits, colours.name, words.language)
    return Plot(
        "loss", _kept(session, "loss", key, make), loss_figure.loss_curve_alt(figure, curve, t, loss, view.digits),
        _losses(session, words), height=LOW,
    )  # fmt: skip


def _losses(session: Session, words: Text) -> str:
    """Both losses, where there are test rows."""
    test = session.line.test_loss(session.t)
    if test is None:
        return ""
    both = (numerals.significant(loss, session.view.digits) for loss in (session.line.mean_loss(session.t), test))
    return words("dataset.losses", **dict(zip(("loss", "test"), both, strict=True)))


def _boundary(session: Session, update: Update, words: Text, colours: Theme) -> Plot:
    experiment, view, figure = session.experiment, session.view, figure_words(words)
    network, output = experiment.network, view.output
    after = session.phase == phases(network.layers)[-1]
    now, before = (update.after, update.before) if after else (update.before, _earlier(session))
    level = boundary.boundary_level(experiment.Y, output)
    key = (id(session.line), session.t, after, view, colours.name, words.language, update.rows)
    ground = ground_of(experiment)  # with features: the two inputs they are made of
    names = (ground.names, _names(session)[1]) if ground.expand else _names(session)
    train, tested = ground.points, ground.test_points
    style: dict[str, Any] = {"names": names, "theme": colours, "words": figure, "test": (tested, experiment.Y_test)}

    def piece_of(parameters: Parameters | None) -> boundary.Slice | None:
        if parameters is None:
            return None
        if ground.expand:
            return feature_slice(network, parameters, ground, level)
        return boundary.slice_of(network, parameters, train, view.axes, np.array(session.held()), level)

    if train.shape[1] == 1:
        across = boundary.line_of(train)
        outputs = boundary.predict(network, now, across[:, None])[-1]
        ghost = None if before is None else boundary.predict(network, before, across[:, None])[-1]
        alt = curve_figure.curve_alt(figure, update.rows, output, names)
        make = lambda: figure_json(  # noqa: E731
            curve_figure.curve(
                across, outputs, ghost, train, experiment.Y, output, update.rows, level=level, **style
            )
        )  # fmt: skip
    else:
        piece, previous = piece_of(now), piece_of(before)
        assert piece is not None
        alt = boundary_figure.boundary_alt(figure, piece, output, update.rows, names)
        make = lambda: figure_json(  # noqa: E731
            boundary_figure.boundary(piece, previous, train, experiment.Y, output, update.rows, **style)
        )
    if len(tested):
        alt += " " + figure.alt_test.format(count=len(tested))
    return Plot("boundary", _kept(session, "boundary", key, make), alt, _boundary_title(session, words), height=LOW)


def _boundary_title(session: Session, words: Text) -> str:
    """Which output, and where the slice lies that the picture shows."""
    inputs, outputs = _names(session)
    name = naming.plain(outputs[session.view.output])
    held = ", ".join(
        f"{naming.plain(inputs[axis])} = {numerals.given(number, 3)}"
        for axis, number in enumerate(session.held())
        if axis not in session.view.axes
    )
    source = session.experiment.source
    if len(inputs) <= 2 or (source is not None and source.features):
        return words("panel.boundary_of", output=name)
    return words("panel.boundary_slice", output=name, held=held if len(inputs) <= 5 else "…")


def _earlier(session: Session) -> Parameters | None:
    """The parameters one update before those on screen."""
    return session.line.parameters(session.t - 1) if session.t > 0 else None


def _kept(session: Session, name: str, key: Hashable, make: Callable[[], str]) -> str:
    """The picture made for this key, or a new one: most phases leave the loss and the boundary as they were."""
    if name not in session.kept or session.kept[name][0] != key:
        session.kept[name] = (key, make())
    picture: str = session.kept[name][1]
    return picture
