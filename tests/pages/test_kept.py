"""What was made last is made again only where its values are others, and no ``id`` can be taken for another."""

import re
from functools import partial
from itertools import count
from pathlib import Path

from pages.shared.kept import Store, kept

PAGES = Path(__file__).parents[2] / "pages"


def test_it_is_made_once_for_the_same_values() -> None:
    store: Store = {}
    made = count(1)

    def get(values: object, most: int = 1) -> int:
        return kept(store, "a", values, lambda: next(made), most)

    assert [get((1, "x")), get((1, "x")), get((2, "x")), get((1, "x"))] == [1, 1, 2, 3]
    assert [get((2, "x"), 2), get((1, "x"), 2), get((2, "x"), 2)] == [4, 3, 4]
    assert kept(store, "b", (1, "x"), lambda: "other") == "other"
    assert get((2, "x")) == 4, "another name leaves this one alone"


def test_what_it_was_made_from_is_held() -> None:
    class Line:
        """Equal to itself only."""

    store: Store = {}
    for number in range(50):  # freed at once, the next would have the same id
        assert kept(store, "race", (Line(), 3), partial(int, number)) == number


def test_no_page_keeps_by_id() -> None:
    """``uirevision`` is a name for the browser, not a key of ours."""
    for path in PAGES.rglob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            assert "uirevision" in line or not re.search(r"\bid\((?:line|session)", line), f"{path.name}: {line}"
