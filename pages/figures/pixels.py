"""Values on a grid as pixels on the diverging scale: characters for small pictures, a PNG for a large one."""

import struct
import zlib
from base64 import b64encode
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.arrays import Floats
from pages.figures.theme import Theme, class_colour, mix, tint

Shades = NDArray[np.uint8]

STEPS: Final = 55  # of the scale; the middle one is its zero
LINE: Final = STEPS  # the place of the line's colour, of what is no number, and of the first class
LOST: Final = STEPS + 1
CLASSES: Final = STEPS + 2
MOST_CLASSES: Final = 16
STRENGTH: Final = 0.62  # of the scale behind points, which are drawn in its full colours
SOFT: Final = 0.4  # of a class's colour behind points
TILE: Final = 34  # pixels a side of a small picture
FIRST: Final = ord("#")  # the character of the first colour


@lru_cache(maxsize=8)
def palette(theme: Theme) -> tuple[str, ...]:
    """The scale from lowest to highest, the line's colour, that of what is no number, and those of the classes."""
    middle = STEPS // 2
    scale = [tint(theme, k - middle, middle, STRENGTH) for k in range(STEPS)]
    classes = [mix(theme.ground, class_colour(theme, k), SOFT) for k in range(MOST_CLASSES)]
    return (*scale, theme.text, theme.surface, *classes)


def shades(values: Floats, level: float, reach: float) -> Shades:
    """Places on the scale of values (ny, nx): its middle is ``level``, its ends are ``reach`` away."""
    lost = np.isnan(values)
    with np.errstate(invalid="ignore", over="ignore"):  # what is too far from the middle has the colour of its end
        share = np.clip((np.where(lost, level, values) - level) / reach, -1.0, 1.0)
    found = np.rint((share + 1.0) * (STEPS // 2)).astype(np.uint8)
    found[lost] = LOST
    return found


def class_shades(winner: NDArray[np.int64]) -> Shades:
    """Places of classes (ny, nx); -1 is no class."""
    return np.where(winner < 0, LOST, CLASSES + winner % MOST_CLASSES).astype(np.uint8)


def tile(found: Shades, above: NDArray[np.bool_] | None = None) -> str:
    """A small picture as characters from the top left, with the line where ``above`` (ny, nx) changes.

    What has one row is drawn as a band.
    """
    rows, columns = (_thinned(n) for n in found.shape)
    small = found[np.ix_(rows, columns)]
    if above is not None and found.shape[0] > 1:
        high = above[np.ix_(rows, columns)]
        small[:, :-1][high[:, :-1] != high[:, 1:]] = LINE
        small[:-1][high[:-1] != high[1:]] = LINE
    if found.shape[0] == 1:
        small = np.repeat(small, len(columns), axis=0)
    return (small[::-1] + np.uint8(FIRST)).tobytes().decode("ascii")


@lru_cache(maxsize=64)
def _thinned(count: int) -> NDArray[np.int64]:
    return np.unique(np.rint(np.linspace(0, count - 1, min(TILE, count))).astype(np.int64))


def tile_width(columns: int) -> int:
    """Pixels across of the small picture of so many values."""
    return len(_thinned(columns))


def png(found: Shades, theme: Theme) -> str:
    """A picture as the address of a PNG, the last row at the top; colours are those of ``palette``."""
    height, width = found.shape
    raw = np.zeros((height, width + 1), dtype=np.uint8)  # every line starts with its filter, none
    raw[:, 1:] = found[::-1]
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    body = zlib.compress(raw.tobytes(), 3)
    parts = [b"\x89PNG\r\n\x1a\n", _chunk(b"IHDR", header), _chunk(b"PLTE", _colours(theme)), _chunk(b"IDAT", body)]
    return "data:image/png;base64," + b64encode(b"".join([*parts, _chunk(b"IEND", b"")])).decode("ascii")


@lru_cache(maxsize=8)
def _colours(theme: Theme) -> bytes:
    return b"".join(bytes.fromhex(colour[1:]) for colour in palette(theme))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
