"""The boundaries of several runs at one playhead, beside each other as small pictures."""

from collections.abc import Sequence
from typing import Final

from engine import Experiment, Parameters, Timeline
from engine.boundary.field import field_of
from engine.boundary.verdicts import levels_of, rule_of
from pages.figures.boundary.tiles import neuron_tile, regions_tile
from pages.figures.pixels import palette, tile_width
from pages.figures.theme import Theme
from pages.shared import naming
from pages.shared.kept import Store, kept
from pages.shared.plane import PANEL, axes_at, ground_at, held_at
from pages.shared.session import Session
from pages.stage import Tile, TileRow, Tiles
from pages.text import Text

MOST: Final = 60  # pictures that are kept


def run_maps(
    session: Session,
    runs: Sequence[tuple[str, Timeline]],
    place: tuple[int, int],
    store: Store,
    drawn: tuple[Text, Theme],
) -> Tiles:
    """The boundary of each run: of the output in question, or the regions of the outputs; a click is ``run.<number>``.

    Parameters
    ----------
    session : Session
        Whose data and slice it is.
    runs : pairs of str and Timeline
        With their names.
    place : (int, int)
        The update, and which run (from 0) is chosen.
    store : Store
        Where pictures are kept.
    drawn : (Text, Theme)
        Words and colours.
    """
    (t, chosen), (words, colours), width = place, drawn, tile_width(PANEL)
    regions = rule_of(session.experiment.Y) == "highest"
    tiles = []
    for k, (name, line) in enumerate(runs):
        pixels = kept(
            store,
            "tiles",
            (line, t, regions, session.view.output, axes_at(session), held_at(session).tobytes()),
            lambda line=line: _tile(session, line.experiment, line.parameters(t), regions),  # type: ignore[misc]
            MOST,
        )
        label = f"{k + 1}. {name}"
        alt = words("optimisers.alt_map", name=label, t=t)
        tiles.append(Tile(f"run.{k + 1}", pixels, width, label, alt, k == chosen))
    if regions:
        title = words("optimisers.maps_regions", t=t)
    else:
        shown = naming.output_names(words, session.experiment)[session.view.output]
        title = words("optimisers.maps", t=t, name=naming.plain(shown))
    title += words("optimisers.from_left", names=" · ".join(tile.label for tile in tiles))
    heading = words("optimisers.maps_title")
    return Tiles("boundaries", [TileRow(title, tiles)], palette(colours), heading, height="clamp(14rem, 31vh, 30rem)")


def _tile(session: Session, experiment: Experiment, parameters: Parameters, regions: bool) -> str:
    ground = ground_at(session)
    plane = ground.plane(axes_at(session), held_at(session), PANEL)
    field = field_of(experiment.network, parameters, plane, ground.expand)
    if regions:
        return regions_tile(field)
    levels, layer = levels_of(experiment.Y), experiment.network.layers
    return neuron_tile(experiment.network, field, levels, experiment.Y, layer, session.view.output)
