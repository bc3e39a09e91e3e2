"""The boundary of a network with three inputs as a surface in space, with its ghost and the slice of the plane."""

import numpy as np

from engine.arrays import Floats
from engine.boundary.solid import Mesh
from pages.figures import Figure
from pages.figures.boundary.detail import PAGE
from pages.figures.boundary.scene import BoundaryScene
from pages.figures.boundary.surface import points, space_layout
from pages.figures.frame import frame
from pages.figures.look import Look
from pages.figures.marks import Trace, columns, lines
from pages.figures.theme import Theme


def space(
    scene: BoundaryScene,
    meshes: tuple[Mesh, ...],
    ghosts: tuple[Mesh, ...],
    ends: tuple[list[float], list[float], list[float]],
    look: Look,
) -> Figure:
    """Surfaces in the three coordinates, whose ends are given; clicks on rows report as on the plane.

    Returns
    -------
    Figure
        Designed for a panel of 560 by 520 pixels.
    """
    theme = look.theme
    titles = scene.called[0], scene.called[1], scene.called[2]
    return {
        "data": [
            _surface(ghosts, theme.muted, 0.22),
            _surface(meshes, theme.accent, 0.62),
            _slice(scene, ends, theme),
            *[trace for part in scene.parts for trace in points(scene, part, part.places, look)],
        ],
        "layout": frame(
            theme,
            "decision-space",
            PAGE.width,
            scene=space_layout(theme, "decision-space", titles, ends, {"x": 0.84, "y": 0.84, "z": 0.84}),
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
        ),
    }


def _surface(meshes: tuple[Mesh, ...], colour: str, opacity: float) -> Trace:
    """All meshes as one."""
    before = np.cumsum([0, *(len(mesh.corners) for mesh in meshes)])
    corners = np.concatenate([np.zeros((0, 3)), *(mesh.corners for mesh in meshes)]).round(5)
    triangles = np.concatenate(
        [np.zeros((0, 3), dtype=np.int64), *(mesh.triangles + at for mesh, at in zip(meshes, before, strict=False))]
    )
    x, y, z = corners.T.tolist()
    i, j, k = triangles.T.tolist()
    exact = {"vertexnormalsepsilon": 1e-7, "facenormalsepsilon": 1e-7}
    return {
        "type": "mesh3d",
        "x": x,
        "y": y,
        "z": z,
        "i": i,
        "j": j,
        "k": k,
        "color": colour,
        "opacity": opacity,
        "hoverinfo": "skip",
        "flatshading": False,
        "lighting": {"ambient": 0.85, "diffuse": 0.25, "specular": 0.02, "roughness": 1, **exact},
    }


def _slice(scene: BoundaryScene, ends: tuple[list[float], ...], theme: Theme) -> Trace:
    """The frame of the plane that the map shows."""
    a, b = scene.field.axes
    corners: list[list[float]] = []
    for across, up in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)):
        place: Floats = np.array(scene.field.held)
        place[a], place[b] = ends[a][across], ends[b][up]
        corners.append(place.tolist())
    return lines(columns(corners, 3), theme.forward, 4)
