"""How large the boundary is drawn: in a small panel of the stepper, or as a page of its own."""

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Detail:
    """Sizes in pixels of a panel of the design's width."""

    width: int  # of the panel that the type sizes are made for
    title: int  # of the axes' titles
    margin: dict[str, int]
    line: float  # the width of the boundary
    ghost: float  # that of the one before
    few: tuple[int, int]  # the sizes of dots on this slice and beside it
    many: tuple[int, int]  # the same above crowd dots
    crowd: int
    aside: float  # share of the axis by which rows of other slices are moved from where they would hide
    page: bool  # whether misclassified rows have rings, and rows and free places answer a click

    def meta(self) -> dict[str, Any]:
        """Notes for the stage: the panel's width, and the event of a click on a free place."""
        return {"design_width": self.width, **({"place": PLACE} if self.page else {})}


PLACE: Final = "at."  # a click on the plane reports this and the place
PANEL: Final = Detail(
    width=300,
    title=13,
    margin={"l": 52, "r": 8, "t": 8, "b": 42},
    line=3,
    ghost=1.8,
    few=(13, 8),
    many=(9, 8),
    crowd=40,
    aside=0.045,
    page=False,
)
PAGE: Final = Detail(
    width=560,
    title=15,
    margin={"l": 54, "r": 10, "t": 8, "b": 44},
    line=4,
    ghost=2.5,
    few=(14, 7),
    many=(8, 5),
    crowd=120,
    aside=0.03,
    page=True,
)
