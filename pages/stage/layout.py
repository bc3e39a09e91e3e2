"""Where panels stand: a CSS grid for each width, whose area names are panel ids."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Grid:
    """One grid: rows of panel ids (``"."`` leaves a hole), and CSS ``columns`` and ``rows``."""

    areas: Sequence[Sequence[str]]
    columns: str = ""
    rows: str = ""

    def css(self) -> dict[str, str]:
        """The grid as the values of ``grid-template-areas``, ``-columns`` and ``-rows``."""
        return {
            "areas": " ".join(f'"{" ".join(row)}"' for row in self.areas),
            "columns": self.columns,
            "rows": self.rows,
        }


@dataclass(frozen=True, slots=True)
class Layout:
    """Grids by the stage's own width at ordinary type size: wide from 1100 px, narrow below 640 px.

    ``medium`` is for what is between; without it, ``narrow``. A panel that a grid does not name is not shown there.
    """

    wide: Grid
    narrow: Grid
    medium: Grid | None = None
    gap: str = "0.75rem 1.5rem"

    def wire(self) -> dict[str, object]:
        """The layout as the browser gets it."""
        return {
            "wide": self.wide.css(),
            "medium": (self.medium or self.narrow).css(),
            "narrow": self.narrow.css(),
            "gap": self.gap,
        }

    def with_row(self, name: str, first: bool = False) -> "Layout":
        """The same with one more panel across every grid, below the others or, ``first``, above them."""

        def row(grid: Grid) -> Grid:
            across = (name,) * len(grid.areas[0])
            areas = (across, *grid.areas) if first else (*grid.areas, across)
            rows = f"auto {grid.rows}" if first and grid.rows else grid.rows
            return replace(grid, areas=areas, rows=rows)

        medium = None if self.medium is None else row(self.medium)
        return replace(self, wide=row(self.wide), medium=medium, narrow=row(self.narrow))

    def problem(self, ids: Sequence[str]) -> str:
        """What is wrong with this layout for these panels, as a sentence; empty if nothing is."""
        named: set[str] = set()
        for grid in (self.wide, self.medium or self.narrow, self.narrow):
            if len({len(row) for row in grid.areas}) != 1:
                return "Every row of a grid needs the same number of areas."
            named |= {area for row in grid.areas for area in row}
        lost = [name for name in ids if name not in named]
        return f"No grid has a place for the panel {lost[0]!r}." if lost else ""
