"""Tables of the score: accuracy and loss of training and test rows, and the confusion matrix."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine import numerals
from engine.data.datasets import prepare
from pages.decision.snapshot import Snapshot
from pages.shared import naming
from pages.shared.session import Session
from pages.stage import Cell, Column, Row, Table
from pages.text import Text

LONGEST: Final = 12  # letters of a class's name in the confusion matrix


def score(session: Session, sight: Snapshot, words: Text) -> Table:
    """Accuracy and mean loss, of the training rows and, where there are any, of the test rows."""
    parts, digits = sight.scene.parts, session.view.digits
    losses = [session.line.mean_loss(session.t), session.line.test_loss(session.t)]
    columns = [Column("", "left", row_header=True), Column(words("boundary.training"))]
    columns += [Column(words("boundary.test"))] if len(parts) > 1 else []
    rows = [Row([Cell(words("boundary.accuracy")), *(_accuracy(part.verdict.wrong) for part in parts)])]
    if parts[0].verdict.rule == "each":
        rows.append(Row([Cell(words("boundary.all_right")), *(_accuracy(part.verdict.all_wrong) for part in parts)]))
    shown = [Cell(numerals.significant(loss, digits), full=numerals.full(loss)) for loss in losses if loss is not None]
    rows.append(Row([Cell(words("boundary.loss")), *shown]))
    return Table("score", columns, rows, title=words(f"boundary.rule_{parts[0].verdict.rule}", **_rule(session, sight)))


def _rule(session: Session, sight: Snapshot) -> dict[str, str]:
    """Values for the sentence of the rule by which rows are judged."""
    if sight.scene.parts[0].verdict.rule == "highest":
        return {}
    name = naming.plain(sight.scene.outputs[sight.output])
    if sight.scene.parts[0].verdict.rule == "each":
        return {"name": name}
    return {"name": name, "level": numerals.given(sight.scene.levels[sight.output], 4)}


def _accuracy(wrong: NDArray[np.bool_]) -> Cell:
    """The share of rows that are right, and how many of how many."""
    right, count = int((~wrong).sum()), len(wrong)
    return Cell(f"{numerals.percent(right / count)} % ({right}/{count})", full=numerals.full(right / count))


def confusion(session: Session, sight: Snapshot, words: Text) -> Table:
    """Rows of each class by what the network says they are; training rows, and test rows behind a stroke."""
    parts = sight.scene.parts
    names = class_names(session, sight)
    columns = [Column("", "left", row_header=True)]
    columns += [Column(name) for name in names]
    rows = []
    for r, name in enumerate(names):
        cells = [Cell(name)]
        for c in range(len(names)):
            counts = [int(part.verdict.confusion[r, c]) for part in parts]
            wrong = r != c and any(counts)
            cells.append(Cell(" | ".join(map(str, counts)), tone="backward" if wrong else "" if r == c else "muted"))
        rows.append(Row(cells))
    title = words("boundary.confusion_parts" if len(parts) > 1 else "boundary.confusion")
    return Table("confusion", columns, rows, title=title)


def class_names(session: Session, sight: Snapshot) -> list[str]:
    """What the classes are called: as the data name them, else the two sides of the level."""
    experiment = session.experiment
    if sight.scene.parts[0].verdict.rule == "highest":
        return [naming.plain(name, LONGEST) for name in sight.scene.outputs]
    named = prepare(experiment.source).classes if experiment.source is not None else ()
    if len(named) == 2 and experiment.network.sizes[-1] == 1:
        return [naming.plain(name, LONGEST) for name in named]
    level = numerals.given(sight.scene.levels[sight.output], 3)
    return [f"< {level}", f"≥ {level}"]
