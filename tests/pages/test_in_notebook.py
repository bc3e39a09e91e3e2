"""Figures in a notebook: without Streamlit, as Plotly takes them, with the numbers of the run."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import plotly.graph_objects as go
import pytest

from engine import Quantity, Timeline, phases, presets, watch
from pages.figures.loss_curve import loss_curve
from pages.figures.matrices import matrices
from pages.figures.moment import Moment
from pages.figures.network import network
from pages.notebook import look

ROOT = Path(__file__).parents[2]


def test_figures_need_no_streamlit() -> None:
    files = sorted((ROOT / "pages/figures").glob("*.py"))
    names = [f"pages.figures.{path.stem}" for path in files if path.stem != "__init__"]
    assert len(names) > 20
    code = f"import sys, importlib; [importlib.import_module(name) for name in {['pages.notebook', *names]}]; "
    code += "sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_plotly_takes_them_and_shows_the_runs_numbers(language: str, dark: bool) -> None:
    line, drawn = Timeline(presets.experiment()), look(language, dark, "threshold")
    moment = Moment(line.experiment.network, line.update(7), phases(2)[-1], Quantity("W", 1, 2, 1))
    for figure in (network(moment, drawn), matrices(moment, drawn)):
        assert len(go.Figure(figure).data) == len(figure["data"])
    curve = go.Figure(loss_curve(line.loss_curve(20), (20, line.mean_loss(20)), drawn))
    losses = next(np.array(trace.y, float) for trace in curve.data if trace.y is not None and len(trace.y) == 21)
    assert np.array_equal(losses, watch(line, "loss", 20).value)


def test_a_timeline_gives_arrays_itself() -> None:
    line = Timeline(presets.experiment())
    watched = line.watch("norm(grad_W.1)", upto=40)
    assert np.array_equal(watched.value, watch(line, "norm(grad_W.1)", 40).value)
    assert watched.t.tolist() == list(range(41))
    assert watched.value[9] == pytest.approx(np.linalg.norm(line.update(9).trace.grad_W[0]), rel=1e-14)
