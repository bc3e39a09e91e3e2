"""A worked solution as Markdown with maths between dollar signs, as GitHub, Jupyter and most editors read it.

Markdown itself knows backslashes and underscores: some programs change them before the maths is read. So the maths is
written with commands of letters only, and with indices before exponents, where an underscore starts no emphasis.
"""

import re

from engine.worked.document import Answers, Blank, Block, Document, Fact, Heading, Sentence, SheetFormula

_SCRIPTS = re.compile(r"\^\{((?:[^{}]|\{[^{}]*\})*)\}_\{([^{}]*)\}")
_SAFE = {r"\\": r"\cr ", r"\,": r"\thinspace ", r"\;": r"\thickspace ", "*": r"\ast "}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#+!|$~&])")


def markdown(document: Document) -> str:
    """The sheet as Markdown text."""
    return "\n".join(_written(document.blocks, "：" if document.language == "zh" else ": ")).strip() + "\n"


def _written(blocks: tuple[Block, ...], colon: str) -> list[str]:
    lines: list[str] = []
    for block, following in zip(blocks, (*blocks[1:], None), strict=True):
        match block:
            case Heading(level, text):
                lines += [f"{'#' * level} {_plain(text)}", ""]
            case Sentence(text):
                lines += [_plain(text), ""]
            case Fact(label, value):
                lines += [f"- {_plain(label)}{colon}{_plain(value)}"] + ([] if isinstance(following, Fact) else [""])
            case Answers(title):
                lines += ["---", "", f"# {_plain(title)}", ""]
            case SheetFormula(parts, label):
                key = f"({label}) " if label else ""
                lines += [f"{key}${safe(inline(parts))}$", ""]
    return lines


def inline(parts: tuple[str | Blank, ...]) -> str:
    """TeX in which a blank is a line with its key below."""
    return r"\displaystyle " + "".join(
        rf"\underset{{({part.key})}}{{\underline{{\hspace{{3em}}}}}}" if isinstance(part, Blank) else part
        for part in parts
    )


def safe(tex: str) -> str:
    """The same maths in TeX that Markdown leaves alone."""
    tex = _SCRIPTS.sub(r"_{\2}^{\1}", tex)
    for before, after in _SAFE.items():
        tex = tex.replace(before, after)
    return tex


def _plain(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)
