"""Plotly figures as plain dictionaries, one picture a file: each draws the engine's records and computes nothing."""

from typing import Any, TypeAlias

Figure: TypeAlias = dict[str, Any]  # {"data": [...], "layout": {...}}, finite numbers only
Names: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]  # of the inputs and of the outputs, as the user wrote them
