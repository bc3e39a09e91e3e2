"""A worked solution as a complete LaTeX document: pdflatex sets the English one, xelatex both."""

import re
from typing import Final

from engine.worked.document import (
    Answers,
    Blank,
    Block,
    Document,
    Fact,
    Heading,
    Sentence,
    SheetFormula,
    in_runs,
)

_SPECIAL: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "’": "'",
    "“": "``",
    "”": "''",
    "–": "--",
}
_GREEK: Final = (
    "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon varphi chi "
    "psi omega Gamma Delta Theta Lambda Sigma Phi Psi Omega"
)
# Signs in a sentence that the fonts of the text do not have, or lose without a word: they are set as maths.
_MATHS: Final = {
    **{sign: rf"\{name} " for sign, name in zip("αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΣΦΨΩ", _GREEK.split(), strict=True)},
    **{sign: f"{{}}_{{{letter}}}" for sign, letter in zip("₀₁₂₃₄₅₆₇₈₉ₕᵢⱼₖₒₜ", "0123456789hijkot", strict=True)},
    **{sign: f"{{}}^{{{letter}}}" for sign, letter in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿᵀ", "0123456789-nT", strict=True)},
    "½": r"\tfrac{1}{2}",
    "−": "-",
    "±": r"\pm ",
    "×": r"\times ",
    "÷": r"\div ",
    "·": r"\cdot ",
    "°": r"^\circ ",
    "†": r"\dagger ",
    "‡": r"\ddagger ",
    "′": r"{}^{\prime}",
    "‖": r"\Vert ",
    "…": r"\ldots ",
    "∞": r"\infty ",
    "∂": r"\partial ",
    "∇": r"\nabla ",
    "∈": r"\in ",
    "∝": r"\propto ",
    "≈": r"\approx ",
    "≠": r"\ne ",
    "≤": r"\le ",
    "≥": r"\ge ",
    "←": r"\leftarrow ",
    "→": r"\to ",
}
_ESCAPES: Final = re.compile(f"[{''.join(map(re.escape, _SPECIAL))}]|[{''.join(_MATHS)}]+")

# ctex chooses among the fonts of the system; without it xelatex breaks the lines and takes a font that is there.
_CHINESE: Final = r"""
\IfFileExists{ctex.sty}{\usepackage[UTF8,scheme=plain]{ctex}}{
  \usepackage{fontspec}
  \IfFontExistsTF{Noto Serif CJK SC}{\setmainfont{Noto Serif CJK SC}}{
    \IfFontExistsTF{Noto Sans CJK SC}{\setmainfont{Noto Sans CJK SC}}{\setmainfont{SimSun}}}
  \XeTeXlinebreaklocale "zh"
  \XeTeXlinebreakskip=0pt plus 1pt\relax}"""
_HEAD: Final = r"""% %(how)s
\documentclass[%(size)spt,a4paper]{%(class)s}
\usepackage{amsmath}
\usepackage{multicol}
\usepackage[margin=2cm]{geometry}%(chinese)s
\setlength{\parindent}{0pt}
\setcounter{MaxMatrixCols}{20}
\setlength{\emergencystretch}{3em}
\lineskip=4pt
\lineskiplimit=3pt
\relpenalty=0
\binoppenalty=0
\newcommand{\blank}[1]{\underset{\text{\scriptsize(#1)}}{\underline{\hspace{3.2em}}}}
\newcommand{\worked}[1]{\par\hangindent=2em\hangafter=1{\raggedright$\displaystyle #1$\par}\vspace{4pt}}
\begin{document}
"""
_LEVELS: Final = {1: "section", 2: "subsection", 3: "subsubsection"}


def latex(document: Document, points: int = 11) -> str:
    """The sheet as the text of a .tex file, in a type of so many points: 11, 14 or 17."""
    chinese = document.language == "zh"
    how = "xelatex" if chinese else "pdflatex or xelatex"
    head = _HEAD.replace("%(how)s", f"Compile with {how}.").replace("%(chinese)s", _CHINESE if chinese else "")
    head = head.replace("%(size)s", str(points)).replace("%(class)s", "article" if points <= 12 else "extarticle")
    return head + "\n".join(_written(document.blocks)) + "\n\\end{document}\n"


def _written(blocks: tuple[Block, ...]) -> list[str]:
    lines: list[str] = []
    answers = any(isinstance(block, Answers) for block in blocks)
    for columns, run in in_runs(blocks):
        own = [line for block, after in zip(run, (*run[1:], None), strict=True) for line in _lines(block, after)]
        lines += [r"\begin{multicols}{2}", *own, r"\end{multicols}"] if columns else own
    return [*lines, r"\end{multicols}"] if answers else lines


def _lines(block: Block, after: Block | None) -> list[str]:
    match block:
        case Heading(level, text):
            return [rf"\{_LEVELS[level]}*{{{_plain(text)}}}"]
        case Sentence(text):
            return [rf"{_plain(text)}\par\medskip"]
        case Fact(label, value):
            fact = rf"\textbf{{{_plain(label)}}}\quad {_plain(value)}\par"
            return [fact] if isinstance(after, Fact) else [fact, r"\medskip"]
        case Answers(title):
            return [r"\clearpage", rf"\section*{{{_plain(title)}}}", r"\begin{multicols}{2}"]
        case SheetFormula(parts, label):
            key = rf"\text{{({label})}}\quad " if label else ""
            return [rf"\worked{{{key}{_inline(parts)}}}"]


def _inline(parts: tuple[str | Blank, ...]) -> str:
    return "".join(rf"\blank{{{part.key}}}" if isinstance(part, Blank) else part for part in parts)


def _plain(text: str) -> str:
    return _ESCAPES.sub(lambda match: _SPECIAL.get(match[0]) or _maths(match[0]), text)


def _maths(signs: str) -> str:
    """Neighbouring signs as one formula: an index belongs to the letter before it."""
    return f"${''.join(_MATHS[sign] for sign in signs).strip()}$"
