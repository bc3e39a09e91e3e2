"""The README keeps its word: its program runs, its files exist, its commands are targets of the Makefile."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_engine_in_ten_lines_runs_and_its_figures_in_ten_more() -> None:
    programs = re.findall(r"```python\n(.*?)```", TEXT, flags=re.S)
    assert len(programs) == 2
    names: dict[str, object] = {"print": lambda *_: None}
    for program in programs:  # cells of one notebook
        lines = [line for line in program.splitlines() if line and not line.startswith(("import", "from"))]
        assert len(lines) <= 10
        exec(compile(program, "README.md", "exec"), names)


def test_files_that_it_names_exist() -> None:
    named = [name for name in re.findall(r"`([\w/]+(?:\.\w+|/))`", TEXT) if "/" in name]
    linked = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert len(named) > 8
    assert [name for name in (*named, *linked) if not (ROOT / name).exists()] == []


def test_commands_that_it_opens_with_are_targets() -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.M))
    assert set(re.findall(r"make (\w+)  ", TEXT)) == {"run", "test", "help"} <= targets
