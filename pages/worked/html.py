"""A worked solution as one HTML file that needs nothing else: KaTeX and its fonts are inside, so it opens offline."""

import base64
import re
from functools import cache
from html import escape
from typing import Final

from engine.worked.document import Answers, Block, Document, Fact, Formula, Heading, Sentence
from engine.worked.markdown import inline
from pages.stage.assets import STATIC

FONTS: Final = (
    "Main-Regular", "Main-Bold", "Main-Italic", "Math-Italic", "Size1-Regular", "Size2-Regular", "Size3-Regular",
    "Size4-Regular", "AMS-Regular", "SansSerif-Regular",
)  # fmt: skip
_FACE = re.compile(r"@font-face\{[^}]*\}")
_SOURCE = re.compile(r"src:url\(fonts/KaTeX_([\w-]+)\.woff2\)[^;}]*")
_STYLE: Final = """
body { font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  color: #14171c; background: #fff; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #d9dee4; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1.5rem; }
dt { color: #5a626d; } dd { margin: 0; }
.formula { margin: .35rem 0 .35rem 1.5rem; text-indent: -1.5rem; padding-left: 1.5rem; overflow-wrap: anywhere; }
.formula .katex { text-indent: 0; font-size: 1.08em; line-height: 1.9; }
.answers { columns: 18rem; } .answers p { break-inside: avoid; } .key { color: #5a626d; margin-right: .75rem; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, h3 { break-after: avoid; }
  .formula { break-inside: avoid; } .apart { break-before: page; } }
"""
_DRAW: Final = """
for (const node of document.querySelectorAll("[data-tex]"))
  katex.render(node.dataset.tex, node, { throwOnError: false, strict: false, output: "htmlAndMathml" });
document.documentElement.dataset.drawn = "yes";
"""


def html(document: Document) -> str:
    """The sheet as the text of an .html file."""
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n"
        f"<style>{_katex_css()}{_STYLE}</style>\n</head>\n<body>\n{_body(document.blocks)}\n"
        f"<script>{_katex()}</script>\n<script>{_DRAW}</script>\n</body>\n</html>\n"
    )


def _body(blocks: tuple[Block, ...]) -> str:
    lines: list[str] = []
    apart = False
    for before, block in zip((None, *blocks), (*blocks, None), strict=True):
        if isinstance(before, Fact) and not isinstance(block, Fact):
            lines.append("</dl>")
        match block:
            case Heading(level, text):
                lines.append(f"<h{level}>{escape(text)}</h{level}>")
            case Sentence(text):
                lines.append(f"<p>{escape(text)}</p>")
            case Fact(label, value):
                if not isinstance(before, Fact):
                    lines.append("<dl>")
                lines.append(f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>")
            case Answers(title):
                apart = True
                lines.append(f'<h1 class="apart">{escape(title)}</h1>\n<div class="answers">')
            case Formula(parts, label):
                key = f'<span class="key">({label})</span>' if label else ""
                lines.append(f'<p class="formula">{key}<span data-tex="{escape(inline(parts))}"></span></p>')
    return "\n".join([*lines, "</div>"] if apart else lines)


@cache
def _katex() -> str:
    return (STATIC / "katex" / "katex.min.js").read_text("utf-8").replace("</script", "<\\/script")


@cache
def _katex_css() -> str:
    """KaTeX's style sheet with the fonts that formulas here need inside, and without the others."""
    css = (STATIC / "katex" / "katex.min.css").read_text("utf-8")

    def face(match: re.Match[str]) -> str:
        source = _SOURCE.search(match[0])
        if source is None or source[1] not in FONTS:
            return ""
        data = base64.b64encode((STATIC / "katex" / "fonts" / f"KaTeX_{source[1]}.woff2").read_bytes()).decode()
        return _SOURCE.sub(f'src:url(data:font/woff2;base64,{data}) format("woff2")', match[0])

    return _FACE.sub(face, css)
