"""The documents keep their word: formulas as the program lists them, links, files and commands that exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = [ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_formulas_are_those_that_the_program_lists() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "engine.formulas"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = re.findall(r"^([A-Z]\d+)\b", printed.stdout, flags=re.M)
    written = re.findall(r"^- \*\*([A-Z]\d+)\*\* ", (ROOT / "docs" / "formulas.md").read_text("utf-8"), flags=re.M)
    assert written == listed


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_files_exist(document: Path) -> None:
    text = document.read_text("utf-8")
    linked = [document.parent / name for name in re.findall(r"\]\(([^)#:]+)\)", text)]
    named = [ROOT / name for name in re.findall(r"`([\w.]+/[\w/]*(?:\.\w+)?)`", text)]
    missing = [path for path in (*linked, *named) if not path.exists() and path != ROOT / "artifacts"]
    assert missing == []


def test_commands_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([\w-]+):", makefile, flags=re.M))
    sources = [*DOCUMENTS, *(ROOT / ".github" / "workflows").glob("*.yml")]
    used = {
        word
        for path in sources
        for line in re.findall(r"^(?:    | *- run: |.*`)make ([a-z -]+)", path.read_text("utf-8"), flags=re.M)
        for word in line.split()
    }
    assert {"dev", "fast", "lint", "mutants", "test"} <= used
    assert used <= targets


def test_help_lists_every_target_that_a_person_types() -> None:
    printed = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    makefile = (ROOT / "Makefile").read_text("utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.*)", makefile, flags=re.M)
    typed = set(phony.split()) - {"chromium", "latex", "nginx"}  # steps of others
    assert set(re.findall(r"^make ([\w-]+) +\S", printed, flags=re.M)) == typed


def test_decisions_are_numbered_dated_and_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    files = sorted(path for path in folder.glob("*.md") if path.name != "README.md")
    listed = re.findall(
        r"^\| \[(\d{4})\]\((.+?)\) \| (.+?) \| (.+?) \| (\w+) \|$", (folder / "README.md").read_text("utf-8"), re.M
    )
    assert [int(path.name[:4]) for path in files] == list(range(1, len(files) + 1))
    assert [name for _, name, *_ in listed] == [path.name for path in files]
    for path, (number, _, title, date, status) in zip(files, listed, strict=True):
        heading, _, dated, _, *rest = path.read_text("utf-8").splitlines()
        assert heading == f"# {int(number)}. {title}"
        assert re.fullmatch(rf"{date}, {status}(?: by \[\d{{4}}\]\(.+\))?\.", dated), dated
        assert any(line.startswith("The cost: ") for line in rest), f"{path.name} names no cost"
