"""Every colour, in a light and a dark set, and what each of them means."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class Theme:
    """One meaning per colour, in every figure and formula."""

    name: str
    ground: str  # the paper
    surface: str  # quiet areas on it
    text: str  # what is read
    muted: str  # what is read second
    line: str  # rules
    forward: str  # the forward pass
    backward: str  # the backward pass
    selected: str  # what the user has picked
    positive: str  # one end of the one diverging scale; zero is its middle
    negative: str  # its other end
    zero: str
    accent: str  # what can be pressed
    selected_soft: str  # the same meaning, as a background

    def css(self) -> dict[str, str]:
        """The colours by name, for a style sheet."""
        return {name.replace("_", "-"): colour for name, colour in vars(self).items() if name != "name"}


LIGHT: Final = Theme(
    name="light",
    ground="#ffffff",
    surface="#f3f5f7",
    text="#14171c",
    muted="#5a626d",
    line="#d9dee4",
    forward="#0a7386",
    backward="#8b2fb0",
    selected="#f0b000",
    positive="#1a66d6",
    negative="#c0430c",
    zero="#f2f4f6",
    accent="#34465c",
    selected_soft="#fff3cf",
)

DARK: Final = Theme(
    name="dark",
    ground="#0f1216",
    surface="#1b2027",
    text="#e9ecf0",
    muted="#a2abb6",
    line="#363d47",
    forward="#43bfd0",
    backward="#d292f2",
    selected="#ffc940",
    positive="#5b9dff",
    negative="#f58550",
    zero="#232931",
    accent="#b6c4d6",
    selected_soft="#4a3b10",
)


# Classes of the data, where there are more than the two sides of a level: apart from each other for colour-blind eyes
# and from the colours above; each class has a shape of its own too.
_CLASSES: Final = {
    "light": ("#117733", "#c2477c", "#332288", "#8a7a1c", "#1f9e89", "#7a3b1d", "#6d7f99", "#a3195b"),
    "dark": ("#4fb06d", "#f08bb5", "#9a8ff0", "#d3c45a", "#5fd6c0", "#cf8f68", "#a9b7cb", "#e765a4"),
}


def class_colour(theme: Theme, number: int) -> str:
    """The colour of a class, counted from 0; after eight they begin again."""
    colours = _CLASSES[theme.name]
    return colours[number % len(colours)]


@lru_cache(maxsize=4096)
def mix(below: str, above: str, share: float) -> str:
    """``share`` (0 to 1) of the colour ``above`` over the colour ``below``."""
    pairs = zip(_rgb(below), _rgb(above), strict=True)
    return "#" + "".join(f"{round(b + (a - b) * share):02x}" for b, a in pairs)


def tint(theme: Theme, value: float, largest: float, strength: float = 1.0) -> str:
    """The colour of a number on the diverging scale that ends at plus and minus ``largest``.

    ``strength`` below 1 keeps the whole scale paler. A number that is not finite has no place on it and is quiet grey.
    """
    if not (abs(value) < float("inf") and 0.0 < largest < float("inf")):
        return theme.surface if value else theme.zero
    share = min(1.0, abs(value) / largest) * strength
    return mix(theme.zero, theme.positive if value > 0.0 else theme.negative, round(share, 2))


def scale(theme: Theme, strength: float = 1.0) -> list[list[float | str]]:
    """The same scale as Plotly wants it for heat maps from minus to plus the largest."""
    return [[k / 8, tint(theme, k - 4.0, 4.0, strength)] for k in range(9)]


@lru_cache(maxsize=4096)
def readable(colour: str) -> str:
    """Black or white, whichever is read more easily on ``colour``; their contrast is never below 4.5."""
    return max("#000000", "#ffffff", key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG defines it, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _rgb(colour)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def theme_of(kind: str | None) -> Theme:
    """The colours for Streamlit's kind of theme, "light" or "dark"."""
    return DARK if kind == "dark" else LIGHT
