"""The dialog in which points are clicked into the plane; nothing changes until its button is pressed."""

from dataclasses import dataclass, field, replace

import numpy as np
import streamlit as st

from engine.data.checks import MAX_ROWS
from engine.data.datasets import DataSource
from engine.data.raw_rows import RawRows
from pages.figures.points_plane import EDGE, STEPS, Point, points_plane
from pages.figures.theme import theme_of
from pages.setup.changes import put
from pages.shared import dialogs
from pages.shared.fields import fields
from pages.shared.session import Session
from pages.stage import Event, Grid, Layout, Paint, Plot, stage
from pages.text import Text

REACHES = (1, 2, 5, 10)
_ALONE = Grid(areas=(("plane",),), columns="minmax(0,1fr)")
LAYOUT = Layout(wide=_ALONE, narrow=_ALONE)
CHOICE = """.st-key-points_class button:nth-child({place}) {{
  p {{ color: {ink} !important; }}
  &[aria-checked="true"] {{
    border-color: {ink} !important; background-color: color-mix(in srgb, {ink} 12%, transparent) !important;
  }}
}}"""


@dataclass
class Draft:
    """The points so far, and how they were before each click."""

    points: tuple[Point, ...] = ()
    before: list[tuple[Point, ...]] = field(default_factory=list)
    reach: int = 2
    kind: int = 1

    def become(self, points: tuple[Point, ...]) -> None:
        """Other points, which can be undone."""
        if points != self.points and len(points) <= MAX_ROWS:
            self.before.append(self.points)
            self.points = points

    def undo(self) -> None:
        """The points before the last change."""
        if self.before:
            self.points = self.before.pop()

    def add(self, x: float, y: float) -> None:
        """A point of the class chosen; one that is there already takes that class."""
        others = tuple(point for point in self.points if point[:2] != (x, y))
        self.reach = max(self.reach, next(reach for reach in REACHES if max(abs(x), abs(y)) <= reach))
        self.become((*others, (x, y, self.kind)))

    def clicked(self, ref: str) -> None:
        """A click in the plane: an empty place gets a point, a point goes."""
        what, *numbers = ref.split(".")
        try:
            places = [int(number) for number in numbers]
        except ValueError:
            return
        match what, places:
            case "add", [i, j] if max(abs(i), abs(j)) <= STEPS:
                self.add(self.reach * i / STEPS, self.reach * j / STEPS)
            case "take", [k] if 0 <= k < len(self.points):
                self.become(self.points[:k] + self.points[k + 1 :])

    def source(self) -> DataSource | None:
        """The points as own rows; None while there are not two classes."""
        if len({kind for *_, kind in self.points}) < 2:
            return None
        table = np.array(self.points)
        rows = RawRows(table[:, :2], table[:, 2:], ("x1", "x2"), ("y",), ("0", "1"))
        return DataSource("own", own=rows)


def ask_for() -> None:
    """Open the dialog with the next run, with the points that were used last."""
    dialogs.ask_for("points")
    st.session_state.setdefault("points_draft", Draft())


def show(session: Session, words: Text) -> None:
    """Draw the dialog if it was asked for."""
    dialogs.show(
        "points", words("points.title"), lambda: _plane(session, words, st.session_state.points_draft), "medium"
    )


def _plane(session: Session, words: Text, draft: Draft) -> None:
    st.caption(words("points.help"))
    kind, reach, undo, clear = st.columns([3, 2, 2, 3], vertical_alignment="bottom")
    chosen = kind.segmented_control(
        words("points.class"),
        (0, 1),
        default=draft.kind,
        required=True,
        key="points_class",
        format_func=lambda one: f"● {one}" if one == 0 else f"■ {one}",
    )
    draft.kind = draft.kind if chosen is None else int(chosen)
    colours = theme_of(st.context.theme.type)
    inks = enumerate((colours.negative, colours.positive), start=1)  # as in the plane: the chosen one too
    st.html(f"<style>{''.join(CHOICE.format(place=place, ink=ink) for place, ink in inks)}</style>")
    row = fields("points")
    draft.reach = reach.selectbox(
        words("points.reach"),
        REACHES,
        format_func=lambda one: f"±{one}",
        **row.bound("points_reach", draft.reach, lambda one: setattr(draft, "reach", one)),
    )
    row.end()
    undo.button(words("points.undo"), key="points_undo", on_click=draft.undo, disabled=not draft.before)
    clear.button(
        words("points.clear"),
        key="points_clear",
        on_click=draft.become,
        args=((),),
        disabled=not draft.points,
    )
    alt = told(draft, words)
    stage(
        [Plot("plane", points_plane(draft.points, draft.reach, colours), alt, height="clamp(12rem, 34vh, 34rem)")],
        Paint(LAYOUT, words("points.title"), colours.css()),
        "points_stage",
        lambda event: _taken(draft, event),
    )
    st.caption(alt)
    _typed(words, draft)
    source = draft.source()
    use, leave = st.columns(2)
    if (
        use.button(
            words("points.use"),
            key="points_use",
            type="primary",
            width="stretch",
            disabled=source is None,
            help=words("points.both") if source is None else None,
        )
        and source is not None
    ):
        now = session.experiment.source
        if now is not None and now.name == "own" and now.own is not None and now.own.X.shape[1] == 2:
            source = replace(now, own=source.own)  # split, scale and features stay as they were
        put(session, source)
        dialogs.close()
    if leave.button(words("tables.cancel"), key="points_leave", width="stretch"):
        dialogs.close()


def _typed(words: Text, draft: Draft) -> None:
    """The same without a pointer; what the axes cannot reach is refused with a sentence."""
    left, right, button = st.columns(3, vertical_alignment="bottom")
    x = left.number_input("x₁", value=0.0, step=0.1, format="%.6g", key="points_x")
    y = right.number_input("x₂", value=0.0, step=0.1, format="%.6g", key="points_y")
    far = not _reached(x, y)
    button.button(words("points.add"), key="points_add", on_click=_add, args=(draft,), width="stretch", disabled=far)
    if far:
        st.error(words("points.far", limit=REACHES[-1]))


def _add(draft: Draft) -> None:
    """Add the point that the fields say by now: a number may have been typed in the same moment."""
    x, y = st.session_state.points_x, st.session_state.points_y
    if _reached(x, y):
        draft.add(x, y)


def _reached(x: float, y: float) -> bool:
    return max(abs(x), abs(y)) <= REACHES[-1]


def told(draft: Draft, words: Text) -> str:
    """How many points there are of each class, and how many of them the picture does not reach."""
    counts = [sum(point[2] == one for point in draft.points) for one in (0, 1)]
    outside = sum(max(abs(x), abs(y)) > EDGE * draft.reach for x, y, _ in draft.points)
    return words.together(
        words("points.alt", zeros=counts[0], ones=counts[1], reach=draft.reach),
        words("points.outside", count=outside) if outside else "",
    )


def _taken(draft: Draft, event: Event) -> None:
    if event.panel == "plane":
        draft.clicked(event.ref)
