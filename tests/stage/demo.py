r"""Every kind of panel on one stage, and what its keys and clicks do; a mode is hostile, dark, transition or broken."""

import math
from dataclasses import dataclass, field
from typing import Any

from pages.stage import (
    Cell,
    Column,
    Event,
    Formula,
    Grid,
    Group,
    Item,
    Layout,
    Note,
    Panel,
    Plot,
    Row,
    Strip,
    Table,
    Tick,
)

HOSTILE = "<img src=x onerror=\"document.title='hit'\"> $x$ **b** [l](javascript:alert(1))"
LIGHT = {
    "ground": "#ffffff",
    "surface": "#f1f3f5",
    "text": "#1b1d20",
    "muted": "#5f6670",
    "line": "#dfe2e6",
    "forward": "#0b7285",
    "backward": "#8a2be2",
    "selected": "#f0b400",
    "positive": "#1f6feb",
    "negative": "#c2410c",
    "accent": "#1f6feb",
}
DARK = LIGHT | {
    "ground": "#111316",
    "surface": "#22262b",
    "text": "#e8eaed",
    "muted": "#a0a7b0",
    "line": "#33383f",
    "forward": "#3bc9db",
    "backward": "#c9a2ff",
    "positive": "#7cb7ff",
    "negative": "#ff9e6d",
    "accent": "#7cb7ff",
}
PHASES = ("input", r"forward \(1\)", r"\(\delta^{(2)}\)", r"\(\delta^{(1)}\)", "gradients", "update")
LAYOUT = Layout(
    wide=Grid(
        areas=(
            ("strip", "strip", "strip"),
            ("network", "network", "formula"),
            ("network", "network", "table"),
            ("bars", "heat", "side"),
        ),
        columns="1fr 1fr 1fr",
        rows="auto auto minmax(140px, 1fr) 210px",
    ),
    narrow=Grid(
        areas=(("strip",), ("network",), ("formula",), ("table",), ("bars",), ("heat",), ("side",)), columns="100%"
    ),
)
KEYS = {"ArrowRight": "next", "PageDown": "next", "ArrowLeft": "back", "n": "jump", "Home": "start"}
MOVES = {"next": 1, "back": -1, "jump": 10}


@dataclass
class Demo:
    """Where the demonstration is; ``log`` holds the events that came."""

    step: int = 0
    mode: str = ""
    playing: bool = False
    log: list[str] = field(default_factory=list)

    def on_event(self, event: Event) -> None:
        """Write the event down and move."""
        self.log = [*self.log, f"{event.panel}:{event.ref}"][-40:]
        if event.panel == "keys":
            self.step = 0 if event.ref == "start" else max(0, self.step + MOVES[event.ref])
        elif event.panel == "tick" and self.playing:
            self.step += 1
        elif event.panel == "address":
            self.step = int(event.ref.removeprefix("t=").split("&")[0])

    def drawing(self) -> dict[str, Any]:
        """What the stage is called with."""
        return {
            "panels": panels(self.step, self.mode),
            "layout": LAYOUT,
            "label": "Demonstration",
            "theme": DARK if self.mode == "dark" else LIGHT,
            "keys": KEYS,
            "tick": Tick(self.step, 100) if self.playing else None,
            "address": f"t={self.step}" + (f"&mode={self.mode}" if self.mode else ""),
            "step": str(self.step),
            "instead": Note("instead", "No picture here.", links=(("start afresh", "afresh"),)),
        }


def axes(**more: object) -> dict[str, object]:
    """A small figure's layout."""
    ground = {"paper_bgcolor": "rgba(0,0,0,0)", "plot_bgcolor": "rgba(0,0,0,0)", "showlegend": False}
    return {**ground, "margin": {"l": 40, "r": 10, "t": 10, "b": 30}, "uirevision": "same", **more}


def network(step: int, mode: str) -> dict[str, object]:
    """Clickable circles that change with every step."""
    values = [math.sin(step + i) for i in range(6)]
    layout = axes(xaxis={"range": [-0.5, 2.5]}, yaxis={"range": [-0.5, 1.5]}, meta={"design_width": 760})
    if mode == "transition":
        layout["transition"] = {"duration": 250}
    line = {"type": "scatter", "mode": "lines", "x": [0, 1, 2], "hoverinfo": "skip"}
    lines = [{**line, "y": [i % 2, step % 2, 0], "line": {"width": 1 + i}} for i in range(6)]
    circles = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [0, 0, 1, 1, 2, 2],
        "y": [0, 1, 0, 1, 0, 1],
        "text": [f"{v:.3f}" for v in values],
        "customdata": ["n:0", "n:1", "n:2", "n:3", "n:4", ""],
        "marker": {"size": 52, "color": values, "cmin": -1, "cmax": 1, "colorscale": [[0, "#eee"], [1, "#69c"]]},
        "hoverinfo": "none",
    }
    return {"data": [*lines, circles], "layout": layout}


def bars(step: int) -> dict[str, object]:
    """A line that grows."""
    x = list(range(step % 50 + 2))
    y = [math.exp(-i / 20) for i in x]
    return {"data": [{"type": "scatter", "mode": "lines", "x": x, "y": y}], "layout": axes()}


def heat(n: int) -> dict[str, object]:
    """A picture that never changes."""
    z = [[math.sin(i * j + n) for i in range(n)] for j in range(n)]
    return {"data": [{"type": "heatmap", "z": z, "showscale": False}], "layout": axes()}


def panels(step: int, mode: str) -> list[Panel]:
    """Every kind of panel."""
    hostile = mode == "hostile"
    broken = mode == "broken"
    word = HOSTILE if hostile else "plain"
    value = math.sin(step)
    lines = [
        r"\delta_2^{(1)} = \Bigl(\sum_k w_{k2}^{(2)}\,\delta_k^{(2)}\Bigr)\,f'(u_2^{(1)})",
        rf"= \bigl(\htmlData{{ref=W{{,}}2{{,}}1}}{{{value:.4f}}} \cdot \htmlData{{ref=d:2}}{{0.0461}}"
        r" + 1.2120 \cdot (-0.0312)\bigr) \cdot 0.0936",
        rf"= \htmlClass{{tone-backward}}{{\mathbf{{{value * 0.09:.4f}}}}}",
    ]
    if hostile:
        lines = [r"\frac{1}{", HOSTILE, r"\href{javascript:alert(1)}{x} \htmlStyle{position:fixed}{y}"]
    rows = [
        Row(
            [
                Cell(f"{word} {i}"),
                Cell(f"{math.sin(step + i):+.4f}", f"u:{i}", repr(math.sin(step + i))),
                Cell("0.1674"),
                Cell(f"{math.cos(step + i):+.4f}", f"d:{i}", word, "backward", step % 4 == i),
            ],
            marked=i == 1,
        )
        for i in range(4)
    ]
    columns = (
        Column("neuron", "left", row_header=True),
        Column(r"\(u\)"),
        Column(r"\(f'(u)\)"),
        Column(r"\(\delta\)", tone="backward"),
    )
    now = step % len(PHASES)
    return [
        Strip(
            "strip",
            [
                Item(
                    f"phase-{i}",
                    word if hostile and i == 0 else label,
                    "done" if i < now else "now" if i == now else "ahead",
                    "forward" if i < 2 else "backward",
                )
                for i, label in enumerate(PHASES)
            ],
            title="Phases",
        ),
        Plot("network", network(step, mode), f"A network at step {step}. {word}", height="360px"),
        Formula(
            "formula",
            rf"Error term \(\delta_2^{{(1)}}\) {word}",
            lines,
            "backward",
            word,
            [("all", "up"), (word, "here")],
        ),
        Table("table", columns, rows, caption=word),
        Plot("bars", "{" if broken else bars(step), "A falling line", title=word, height="210px"),
        Plot("heat", heat(12), "A heat map", height="210px"),
        Group(
            "side",
            [
                Note("status", f"step {step} {word if hostile else ''}"),
                Plot("small", heat(5), "A small heat map", height="150px"),
            ],
        ),
    ]
