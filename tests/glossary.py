"""The two tables of docs/glossary.md: the terms with their letters in four books, and the terms that are rejected."""

from pathlib import Path
from typing import Final

TEXT: Final = (Path(__file__).parents[1] / "docs" / "glossary.md").read_text("utf-8")
BOOKS: Final = ("column", "row", "threshold", "error")


def table(heading: str) -> tuple[dict[str, str], ...]:
    """The rows of the table under a heading, by the names of its columns."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    return tuple(dict(zip(head, row, strict=True)) for row in rows)


TERMS: Final = table("Terms")
REJECTED: Final = {row["Rejected"]: row["Use"] for row in table("Rejected")}
