"""What a program prints, and whether these are the numbers of the timeline."""

from ast import literal_eval
from contextlib import redirect_stdout
from io import StringIO

import numpy as np

from engine import Experiment, Timeline
from engine.formulas.notation import NOTATIONS


def compared(printed: str, experiment: Experiment, updates: int, book: str) -> None:
    """What a program has printed against the timeline: to 1e-12, of the largest parameter where they grow."""
    line, notation = Timeline(experiment), NOTATIONS[book].of(experiment.network)
    losses: dict[int, float] = {}
    found: dict[str, object] = {}
    for text in printed.splitlines():
        if " = " in text:
            name, _, value = text.partition(" = ")
            found[name] = literal_eval(value)
        else:
            at, loss = text.split()
            losses[int(at)] = float(loss)
    wanted = [t for t in range(updates) if t in losses]
    assert wanted == list(losses)
    assert wanted[-1] == updates - 1
    assert len(wanted) == updates or len(wanted) > 100
    shown = [notation.shown("loss", line.update(t).trace.loss) for t in wanted]
    np.testing.assert_allclose(list(losses.values()), shown, rtol=1e-12, atol=1e-12)
    after, letter = line.update(updates - 1).after, "theta" if book == "threshold" else "b"
    atol = 1e-12 * max(1.0, float(np.abs(after.pack()).max()))
    assert len(found) == 2 * experiment.network.layers
    for layer, (W, b) in enumerate(zip(after.W, after.b, strict=True), start=1):
        W = W.T if book in ("row", "threshold") else W
        b = -b if book == "threshold" else b
        np.testing.assert_allclose(np.array(found[f"W[{layer}]"]), W, rtol=1e-12, atol=atol)
        np.testing.assert_allclose(np.array(found[f"{letter}[{layer}]"]), b, rtol=1e-12, atol=atol)


def printed_by(program: str) -> str:
    """Run a program here, in names of its own."""
    said = StringIO()
    with redirect_stdout(said):
        exec(compile(program, "program", "exec"), {"__name__": "__main__"})
    return said.getvalue()
