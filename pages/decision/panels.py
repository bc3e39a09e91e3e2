"""The decision boundary's screen as panels: the plane, the small maps, the score, and the place asked about."""

from dataclasses import replace
from typing import Final

from engine import divergence, numerals
from pages.decision.answer import answer, formula, values
from pages.decision.score import class_names, confusion, score
from pages.decision.snapshot import Snapshot, ends_of, meshes
from pages.decision.state import CLASSES, DecisionState
from pages.figures.boundary.curve import curve
from pages.figures.boundary.detail import PAGE
from pages.figures.boundary.plane import plane
from pages.figures.boundary.space import space
from pages.figures.boundary.surface import surface
from pages.figures.boundary.tiles import neuron_tile, regions_tile
from pages.figures.look import Look
from pages.figures.pixels import palette, tile_width
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.guard import Builders, guarded
from pages.shared.kept import kept
from pages.shared.notices import begins_too_large
from pages.shared.session import Session
from pages.stage import (
    Grid,
    Group,
    Item,
    Layout,
    Note,
    Panel,
    Plot,
    Strip,
    Tile,
    TileRow,
    Tiles,
    apart,
    figure_json,
)
from pages.text import Text

TALL: Final = "clamp(24rem, min(70vh, 62vw), 72rem)"
SHARE: Final = {1: 0.4, 2: 0.44, 3: 0.46, 4: 0.5, 5: 0.52, 6: 0.55}  # of that height: the small maps, by their rows
MOST: Final = 0.66  # with features above six layers
MARKS: Final = "●■◆▲⬟★⬢▼"  # as the figures draw classes
LAYOUT: Final = Layout(
    wide=Grid(
        areas=(
            ("notices", "notices", "notices"),
            ("views", "status", "status"),
            ("plane", "maps", "verdicts"),
            ("plane", "answer", "answer"),
            ("plane", "formula", "pass"),
            ("key", "key", "key"),
        ),
        columns="minmax(0,41fr) minmax(0,35fr) minmax(0,24fr)",
    ),
    medium=Grid(
        areas=(
            ("notices", "notices"),
            ("views", "views"),
            ("status", "status"),
            ("plane", "maps"),
            ("plane", "verdicts"),
            ("key", "key"),
            ("answer", "answer"),
            ("formula", "pass"),
        ),
        columns="minmax(0,3fr) minmax(0,2fr)",
    ),
    narrow=Grid(
        areas=(
            ("notices",),
            ("views",),
            ("status",),
            ("plane",),
            ("key",),
            ("maps",),
            ("answer",),
            ("formula",),
            ("pass",),
            ("verdicts",),
        ),
        columns="minmax(0,1fr)",
    ),
    gap="0.35rem 1.25rem",
)


def panels(
    session: Session, look: DecisionState, sight: Snapshot, words: Text, colours: Theme, notices: list[str]
) -> list[Panel]:
    """Everything on the screen at the session's position."""
    layers = session.experiment.network.layers + bool(sight.ground.features)
    upper = SHARE.get(layers, MOST)
    high, low = (f"calc({share:.2f} * {TALL} - 0.95rem)" for share in (upper, 1.0 - upper))
    verdicts: Builders = {
        "score": lambda: score(session, sight, words),
        "confusion": lambda: confusion(session, sight, words),
    }
    passed: Builders = {"values": lambda: values(session, sight, words)}
    return guarded(
        words,
        {
            "notices": lambda: _notices(session, words, notices),
            "views": lambda: _views(session, look, sight, words),
            "status": lambda: Note("status", _status(session, sight, words), tone="muted"),
            "plane": lambda: _large(session, look, sight, words, colours),
            "maps": lambda: replace(_maps(session, sight, words, colours), height=f"max(13rem, {high})"),
            "verdicts": lambda: Group("verdicts", guarded(words, verdicts), height=high),
            "answer": lambda: answer(session, look, sight, words),
            "formula": lambda: replace(formula(session, sight, words, colours.css()), height=f"max(15rem, {low})"),
            "pass": lambda: Group("pass", guarded(words, passed), height=low),
            "key": lambda: Note("key", _key(session, sight, words), tone="muted"),
        },
    )


def _notices(session: Session, words: Text, notices: list[str]) -> Note:
    wrong = divergence(session.line, session.t)
    said = notices
    if wrong is not None:
        weights = begins_too_large(session, wrong.t)
        said = [*notices, words("boundary.diverged_weights" if weights else "boundary.diverged", t=wrong.t)]
    return Note("notices", "  ".join(said), tone="negative" if wrong else "")


def _views(session: Session, look: DecisionState, sight: Snapshot, words: Text) -> Strip:
    """Ways to see it, and whose lines are drawn."""
    modes = [
        Item.choice(f"view.{mode}", words(f"boundary.view_{mode}"), mode == sight.mode) for mode in look.modes(session)
    ]
    lines, network = [], session.experiment.network
    if sight.mode == "map" and network.layers > 1 and sight.ground.coordinates > 1:
        chosen = look.layer_of_lines(session)
        for layer in range(network.layers):
            label = words("boundary.lines", layer=layer) if layer else words("boundary.lines_none")
            lines.append(Item.choice(f"lines.{layer}", label, layer == chosen, "forward"))
    return Strip("views", apart(modes, lines), title=words("boundary.views"))


def _status(session: Session, sight: Snapshot, words: Text) -> str:
    rows = [row + 1 for row in session.update.rows]
    shown = ", ".join(map(str, rows[:6])) + (" …" if len(rows) > 6 else "")
    epoch = session.experiment.epoch(session.t)
    values = {"t": session.t, "reached": session.reached, "epoch": epoch, "rows": shown}
    return words("boundary.status", **values) if len(rows) == 1 else words("boundary.status_rows", **values)


def name_of(session: Session, sight: Snapshot, chosen: tuple[int, int] | str, words: Text) -> str:
    """What a map shows, in words."""
    network = session.experiment.network
    if isinstance(chosen, str):
        return words("boundary.regions")
    layer, j = chosen
    if not layer:
        return words("boundary.input", name=naming.network_inputs(words, session.experiment)[j - 1])
    if layer == network.layers:
        return words("boundary.output", name=naming.plain(sight.scene.outputs[j - 1]))
    return naming.neuron(words, network, layer, j)


def _large(session: Session, look: DecisionState, sight: Snapshot, words: Text, colours: Theme) -> Plot:
    """The plane, or the surface over it, or the boundary in space; with one input the curve."""
    scene, said = sight.scene, naming.figure_words(words)
    drawn_as = Look(colours, said, session.view.digits)
    name = name_of(session, sight, sight.chosen, words)
    if sight.ground.coordinates == 1:
        return _curve(session, sight, words, drawn_as)
    if sight.mode == "surface":
        drawn = surface(scene, drawn_as)
        return Plot("plane", drawn, scene.alt(said.alt_surface, name), _title(sight, name, words), TALL)
    if sight.mode == "space":
        ghosts = meshes(session, look, sight, session.t - 1) if session.t else ()
        drawn = space(scene, meshes(session, look, sight, session.t), ghosts, ends_of(sight), drawn_as)
        return Plot("plane", drawn, scene.alt(said.alt_space, name), _title(sight, name, words), TALL)
    drawn_of = session.line, session.t, sight.chosen, scene.lines, scene.point, scene.field, sight.covered
    key = (*drawn_of, colours.name, words.language)
    picture = kept(look.kept, "plane", key, lambda: figure_json(plane(scene, drawn_as, PAGE)))
    return Plot("plane", picture, scene.alt(said.alt_plane, name), _title(sight, name, words), TALL)


def _title(sight: Snapshot, name: str, words: Text) -> str:
    """What is shown, where its line is, and where the slice lies."""
    parts, kind = [name], "space" if sight.mode == "space" else "line"
    if sight.chosen == CLASSES:
        parts.append(words(f"boundary.{kind}_regions"))
    elif isinstance(sight.chosen, tuple) and sight.chosen[0] == sight.scene.network.layers:
        parts.append(words(f"boundary.{kind}_level", level=numerals.given(sight.scene.level, 4)))
    elif isinstance(sight.chosen, tuple) and sight.chosen[0]:
        parts.append(words(f"boundary.{kind}_hidden"))
    held = sight.scene.held_said()
    if held and sight.mode != "space":
        few = len(sight.scene.names) <= 6
        parts.append(words("boundary.held", held=held) if few else words("boundary.held_many"))
    return " · ".join(parts)


def _key(session: Session, sight: Snapshot, words: Text) -> str:
    """What the marks mean, those that are on the screen."""
    scene = sight.scene
    rule, names = scene.parts[0].verdict.rule, class_names(session, sight)
    shown = sight.chosen
    if rule == "highest" and isinstance(shown, tuple) and shown[0] == scene.network.layers:
        level = numerals.given(scene.level, 3)
        names = [f"< {level}", f"≥ {level}"]
    elif rule == "each" and shown == CLASSES:
        names = [naming.plain(name) for name in sight.scene.outputs]
    marks = [f"{MARKS[k % 8]} {name}" for k, name in enumerate(names)]
    if rule == "each" and shown == CLASSES:
        marks.append(f"{MARKS[-1]} {words('boundary.key_tie')}")
    parts = [words("boundary.key_classes", names="  ".join(marks))]
    if len(scene.parts) > 1:
        parts.append(words("boundary.key_test"))
    parts += [words("boundary.key_wrong"), words("boundary.key_now")]
    if sight.ground.coordinates > 2 and sight.mode == "map":
        parts.append(words("boundary.key_small"))
    return " · ".join(parts)


def _curve(session: Session, sight: Snapshot, words: Text, look: Look) -> Plot:
    """With one input: the output in question over it."""
    output = session.experiment.network.layers, sight.output
    scene = replace(sight.scene, shown=output)
    name = name_of(session, sight, (output[0], output[1] + 1), words)
    alt = scene.alt(look.words.alt_curve, scene.answers[sight.output])
    return Plot("plane", curve(scene, look, PAGE), alt, f"{name} · {words('boundary.line_curve')}", TALL)


def _maps(session: Session, sight: Snapshot, words: Text, colours: Theme) -> Tiles:
    """A row a layer; inputs only where they are features."""
    scene, network, experiment = sight.scene, sight.scene.network, session.experiment
    said, width = naming.figure_words(words), tile_width(len(scene.field.across))

    def one(chosen: tuple[int, int] | str, pixels: str) -> Tile:
        name = name_of(session, sight, chosen, words)
        ref = chosen if isinstance(chosen, str) else f"{chosen[0]}-{chosen[1]}"
        return Tile(f"map.{ref}", pixels, width, name, said.alt_tile.format(shown=name), chosen == sight.chosen)

    rows = []
    for layer in range(0 if sight.ground.features else 1, network.layers + 1):
        tiles = [
            one((layer, j), neuron_tile(network, scene.field, scene.levels, experiment.Y, layer, j - 1))
            for j in range(1, network.sizes[layer] + 1)
        ]
        if layer == network.layers and network.sizes[-1] > 1:
            tiles.append(one(CLASSES, regions_tile(scene.field)))
        rows.append(TileRow(_row_title(network.layers, layer, network.activations, words), tiles))
    return Tiles("maps", rows, palette(colours), words("boundary.maps"))


def _row_title(layers: int, layer: int, activations: tuple[str, ...], words: Text) -> str:
    if not layer:
        return words("boundary.row_inputs")
    kind = words(f"activation.{activations[layer - 1]}")
    if layer == layers:
        return words("boundary.row_outputs", activation=kind)
    return words("boundary.row_hidden", layer=layer, activation=kind)
