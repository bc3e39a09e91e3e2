"""The worked solution as LaTeX compiles: English and Chinese, every notation, with numbers and with blanks."""

import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from engine.formulas.notation import NOTATIONS
from engine.worked.document import Document, Fact, Heading, Sentence
from engine.worked.latex import latex
from tests.engine.worked.sheets import NETWORKS, RULED, sheet

pytestmark = pytest.mark.slow


def compiled(source: str, engine: str, folder: Path) -> str:
    """Compile a document; what TeX wrote about it. Without the engine the test fails in CI and is skipped elsewhere."""
    if not shutil.which(engine):
        if os.environ.get("CI"):
            pytest.fail(f"There is no {engine}: run `make test`, or install it.")
        pytest.skip(f"There is no {engine}.")
    (folder / "sheet.tex").write_text(source, "utf-8")
    command = [engine, "-halt-on-error", "-interaction=nonstopmode", "-no-shell-escape", "sheet.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, stdin=subprocess.DEVNULL, check=False)
    said = (folder / "sheet.log").read_text("utf-8", errors="replace")
    errors = [line for line in said.splitlines() if line.startswith("!")]
    assert done.returncode == 0, errors or done.stdout[-2000:]
    assert (folder / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert int(re.search(r"Output written on sheet\.pdf \((\d+) page", said)[1]) >= 2  # type: ignore[index]
    return said


def bound(sheets: dict[str, str]) -> str:
    """Sheets as one document, each with its name in the log before it; a start of TeX takes longer than a sheet."""
    begin, end = r"\begin{document}", r"\end{document}"
    (preamble,) = {source.partition(begin)[0] for source in sheets.values()}
    bodies = [
        rf"\typeout{{Sheet {name}.}}\clearpage " + source.partition(begin)[2].rpartition(end)[0]
        for name, source in sheets.items()
    ]
    return "".join((preamble, begin, *bodies, end, "\n"))


def test_english_compiles_in_every_book_and_for_every_kind_of_network(tmp_path: Path) -> None:
    sheets = {
        f"{book}-{blanks}": latex(sheet("full-adder", 3, "en", book, blanks))
        for book in NOTATIONS
        for blanks in (False, True)
    } | {
        f"{name}-{digits}": latex(sheet(name, 2, "en", "column", blanks, digits))
        for name in NETWORKS
        for digits, blanks in ((6, False), (17, True))
    }
    sheets |= {name: latex(sheet(name)) for name in RULED}
    said = compiled(bound(sheets), "pdflatex", tmp_path)
    logs = dict(part.partition(".")[::2] for part in said.split("Sheet ")[1:])
    assert list(logs) == list(sheets)
    assert [name for name, log in logs.items() if "Overfull" in log] == [], "a formula runs out of the page"
    assert [name for name, log in logs.items() if "Missing character" in log] == []


@pytest.mark.parametrize("ctex", [True, False])
def test_chinese_compiles(ctex: bool, tmp_path: Path) -> None:
    """With ctex where it is installed, and without; each rule has letters of its own."""
    sheets = {name: latex(replace(sheet(name, 1, "zh"), blocks=sheet(name, 1, "zh").blocks[:12])) for name in RULED}
    source = bound({"full-adder": latex(sheet("full-adder", 1, "zh", "threshold", True)), **sheets})
    assert "ctex.sty" in source
    said = compiled(source if ctex else source.replace("ctex.sty", "no-such.sty"), "xelatex", tmp_path)
    assert "Missing character" not in said, "a character that no font has"
    assert "Overfull" not in said


def test_text_cannot_become_commands(tmp_path: Path) -> None:
    hostile = r"\input{/etc/passwd} $x$ 100% a_b^c #1 {~} & \end{document}"
    blocks = (Heading(1, hostile), Fact(hostile, hostile), Sentence(hostile), Heading(2, "η − “a” – ’b’"))
    source = latex(Document(hostile, "en", blocks * 30))
    assert r"\textbackslash{}input" in source
    compiled(source, "pdflatex", tmp_path)
