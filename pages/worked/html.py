"""A worked solution as one HTML file that needs nothing else: KaTeX and its fonts are inside, so it opens offline."""

from html import escape
from typing import Final

from engine.worked.document import Answers, Block, Document, Fact, Heading, Sentence, SheetFormula, in_runs
from engine.worked.markdown import inline
from pages.stage.inside import katex, katex_css

_STYLE: Final = """
body { font: 16px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
  color: #14171c; background: #fff; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; border-bottom: 1px solid #d9dee4; }
h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1.5rem; }
dt { color: #5a626d; } dd { margin: 0; }
.formula { margin: .35rem 0 .35rem 1.5rem; text-indent: -1.5rem; padding-left: 1.5rem; overflow-wrap: anywhere; }
.formula .katex { text-indent: 0; font-size: 1.08em; line-height: 1.9; }
.answers { columns: 18rem; } .short { columns: 22rem; column-gap: 1rem; }
.answers p, .short p { break-inside: avoid; } .key { color: #5a626d; margin-right: .75rem; }
@page { margin: 16mm; }
@media print { body { margin: 0; max-width: none; font-size: 11pt; } h2, h3 { break-after: avoid; }
  .formula { break-inside: avoid; } .apart { break-before: page; } }
"""
_DRAW: Final = """
for (const node of document.querySelectorAll("[data-tex]"))
  katex.render(node.dataset.tex, node, { throwOnError: false, strict: false, output: "htmlAndMathml" });
document.documentElement.dataset.drawn = "yes";
"""


def html(document: Document, points: int = 11) -> str:
    """The sheet as the text of an .html file, printed in a type of so many points."""
    style = _STYLE.replace("font-size: 11pt", f"font-size: {points}pt")
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(document.language)}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n"
        f"<style>{katex_css()}{style}</style>\n</head>\n<body>\n{_body(document.blocks)}\n"
        f"<script>{katex()}</script>\n<script>{_DRAW}</script>\n</body>\n</html>\n"
    )


def _body(blocks: tuple[Block, ...]) -> str:
    lines: list[str] = []
    for columns, run in in_runs(blocks):
        own: list[str] = []
        for before, block in zip((None, *run), (*run, None), strict=True):
            if isinstance(before, Fact) and not isinstance(block, Fact):
                own.append("</dl>")
            if isinstance(block, Fact) and not isinstance(before, Fact):
                own.append("<dl>")
            if block is not None:
                own.append(_element(block))
        lines += ['<div class="short">', *own, "</div>"] if columns else own
    return "\n".join([*lines, "</div>"] if any(isinstance(block, Answers) for block in blocks) else lines)


def _element(block: Block) -> str:
    match block:
        case Heading(level, text):
            return f"<h{level}>{escape(text)}</h{level}>"
        case Sentence(text):
            return f"<p>{escape(text)}</p>"
        case Fact(label, value):
            return f"<dt>{escape(label)}</dt><dd>{escape(value)}</dd>"
        case Answers(title):
            return f'<h1 class="apart">{escape(title)}</h1>\n<div class="answers">'
        case SheetFormula(parts, label):
            key = f'<span class="key">({label})</span>' if label else ""
            return f'<p class="formula">{key}<span data-tex="{escape(inline(parts))}"></span></p>'
