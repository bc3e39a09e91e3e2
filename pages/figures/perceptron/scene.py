"""Input of the perceptron's pictures: the points with their roles, the length of arrows, the sentence."""

from dataclasses import dataclass
from functools import cached_property
from math import ceil, log2

import numpy as np

from engine.arrays import Floats
from engine.formulas.notation import COLUMN
from engine.numerals import full, given, significant
from engine.perceptron.books import letter_of_b, own
from engine.perceptron.halfspaces import foot, plane_in_box
from engine.perceptron.rule import Correction, PerceptronExperiment
from engine.perceptron.separability import Meeting
from pages.figures.lettering import safe, subscript, unicode
from pages.figures.perceptron.words import PerceptronWords
from pages.figures.theme import Theme

ROOM = 0.22  # of the data's extent, left free around the data
ARROW = {2: 0.4, 3: 0.62}  # of the extent, by inputs: the longest arrow; in space it is seen foreshortened


@dataclass(frozen=True)
class PerceptronScene:
    """One correction of an experiment, before it is made.

    ``ghost`` are the weights one correction before; ``longest`` is the greatest |w| of the run so far, by which arrows
    are scaled; ``row`` is the row (from 0) that the user looks at; ``eye`` is the direction space is first seen from,
    the same all through a run; what the correction changes is ``covered`` where it is asked; ``book`` is whose
    letter and sign b has.
    """

    experiment: PerceptronExperiment
    correction: Correction
    ghost: Floats | None
    longest: float
    row: int | None = None
    meeting: Meeting | None = None
    names: tuple[str, ...] = ()
    eye: tuple[float, float, float] = (0.55, -0.75, 0.35)
    covered: bool = False
    book: str = COLUMN.name

    @property
    def moves(self) -> bool:
        """Whether the correction is drawn."""
        return bool(self.correction.missed) and not self.covered

    @property
    def box(self) -> Floats:
        """Low and high corner of what is shown: the data with room around it, and the origin where it is near."""
        low, high = self.experiment.X.min(axis=0), self.experiment.X.max(axis=0)
        wide = float((high - low).max()) or 1.0
        with_origin = np.minimum(low, 0.0), np.maximum(high, 0.0)
        if float((with_origin[1] - with_origin[0]).max()) <= 1.6 * wide:
            low, high = with_origin
        wide = float((high - low).max()) or 1.0
        least = 0.35 * wide  # data on a line along an axis still get a picture
        grown = np.maximum(least - (high - low), 0.0) / 2.0
        return np.array([low - grown - ROOM * wide, high + grown + ROOM * wide])

    @cached_property
    def scale(self) -> float:
        """Length of an arrow in the data's units, of a vector of length 1: a power of two, so it seldom changes."""
        return self._placed[0]

    @property
    def arrows(self) -> tuple[Floats, Floats, Floats]:
        """The foot of w, its tip, and the tip after the correction."""
        scale, start = self._placed
        tip = start + scale * self.correction.before[:-1]
        return start, tip, tip + scale * self.correction.delta[:-1]

    @cached_property
    def _placed(self) -> tuple[float, Floats]:
        """Scale and foot of the arrows: on the visible line or plane where they stay in the picture, else amid it."""
        box = self.box
        wide = float((box[1] - box[0]).min())
        most = ARROW[self.experiment.inputs] * wide
        scale = float(2.0 ** -ceil(log2(max(self.longest, self.step_length, 1e-9) / most)))
        corners = plane_in_box(self.correction.before, box) if self.correction.norm else np.zeros((0, len(box[0])))
        middle = corners.mean(axis=0) if len(corners) else box.mean(axis=0)
        feet = [middle, *(middle + share * (end - middle) for share in (0.3, 0.6, 0.85) for end in corners)]
        w, delta = self.correction.before[:-1], self.correction.delta[:-1]
        room = 0.02 * wide
        centre = box.mean(axis=0)
        places = [(size, foot_) for size in (scale, scale / 2.0) for foot_ in feet]
        for size, foot_ in (*places, (scale, centre - 0.5 * scale * (w + delta)), (scale, centre)):
            ends = np.array([foot_ + size * w, foot_ + size * (w + delta)])
            if (ends >= box[0] + room).all() and (ends <= box[1] - room).all():
                return size, foot_
        return scale, middle

    @property
    def step_length(self) -> float:
        """The longest that a change of w can be."""
        return float(self.experiment.eta * np.sqrt((self.experiment.X**2).sum(axis=1).max()))

    @property
    def turns_back(self) -> bool:
        """Whether the change of w lies over w itself, which a picture must keep apart."""
        w, change = self.correction.before[:-1], self.correction.delta[:-1]
        return bool(change.any()) and float(w @ change) < -0.98 * float(np.sqrt((w @ w) * (change @ change)))

    @property
    def segments(self) -> list[tuple[Floats, Floats]]:
        """From every misclassified point to the line or plane."""
        if not self.correction.norm:
            return []
        missed = self.experiment.X[list(self.correction.missed)]
        return list(zip(missed, foot(self.correction.before, missed), strict=True))

    @property
    def origin(self) -> tuple[Floats, Floats] | None:
        """The origin and the point of the line or plane nearest to it, where both are in the picture."""
        zero = np.zeros(self.experiment.inputs)
        if not self.correction.norm:
            return None
        nearest = foot(self.correction.before, zero[None])[0]
        inside = all((self.box[0] <= p).all() and (p <= self.box[1]).all() for p in (zero, nearest))
        return (zero, nearest) if inside else None

    @property
    def crossing(self) -> list[Floats]:
        """Where the convex hulls meet: points of the one class, of the other, and the point that both hold."""
        if self.meeting is None:
            return [np.zeros((0, self.experiment.inputs))] * 3
        parts = [self.experiment.X[[row for row, _ in part]] for part in (self.meeting.ones, self.meeting.zeros)]
        return [*(np.concatenate([part, part[:1]]) for part in parts), np.array([[*map(float, self.meeting.point)]])]

    def inks(self, theme: Theme) -> list[str]:
        """The colour of each point's class."""
        return [theme.positive if label else theme.negative for label in self.experiment.y]

    def hover(self, words: PerceptronWords) -> list[str]:
        """The hover text of each point."""
        correction, texts = self.correction, []
        for row, (x, label) in enumerate(zip(self.experiment.X.tolist(), self.experiment.y.tolist(), strict=True)):
            text = words.point.format(
                row=row + 1,
                place=", ".join(map(full, x)),
                label=int(label),
                predicted=int(correction.predicted[row]),
                z=full(correction.z[row]),
            )
            if correction.distances is not None:
                text += "<br>" + words.point_distance.format(distance=full(correction.distances[row]))
            texts.append(text)
        return texts

    def axis_name(self, k: int) -> str:
        """x₁, with the name that the data give it."""
        symbol = f"x{subscript(k + 1)}"
        return f"{symbol}  {safe(self.names[k])}" if k < len(self.names) and self.names[k].strip() else symbol

    def scale_said(self, words: PerceptronWords) -> str:
        """How long arrows are drawn; nothing where one is one."""
        if self.scale == 1.0:
            return ""
        text = given(self.scale) if self.scale > 1.0 else f"1/{given(1.0 / self.scale)}"
        return words.scale.format(scale=text)

    @property
    def name(self) -> str:
        """A name for the view, which a zoom or a camera is kept for."""
        low, high = self.box.tolist()
        return "-".join(f"{number:g}" for number in (*low, *high))


def alt(words: PerceptronWords, scene: PerceptronScene, digits: int = 4) -> str:
    """The picture as a sentence."""
    correction = scene.correction
    said = words.alt_line.format(equation=equation(correction.before, digits))
    line = said if correction.norm else words.alt_no_line
    if not correction.missed:
        return words.alt_plane.format(
            line=line, missed=words.alt_none_missed, points=len(scene.experiment.X), sample=""
        ).strip()
    rows = ", ".join(str(row + 1) for row in correction.missed[:12]) + (" …" if len(correction.missed) > 12 else "")
    delta = ", ".join(
        "?" if scene.covered else significant(float(d), digits) for d in own(correction.delta, scene.book)
    )
    return words.alt_plane.format(
        line=line,
        missed=words.alt_missed.format(rows=rows),
        points=len(scene.experiment.X),
        sample=words.alt_sample.format(
            row=(correction.sample or 0) + 1, b=unicode(letter_of_b(scene.book)), delta=delta
        ),
    )


def equation(weights: Floats, digits: int = 4) -> str:
    """The line or plane in plain Unicode."""
    terms = [f"{significant(float(w), digits)} x{subscript(j)}" for j, w in enumerate(weights[:-1], start=1)]
    return " + ".join((*terms, significant(float(weights[-1]), digits))) + " = 0"
