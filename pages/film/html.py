"""The file of a film: the stage, what draws figures and formulas, and the reel, packed into one HTML file.

It opens from a disk and in a frame that may do nothing but run scripts: there is no module to import and nothing to
fetch. The browser unpacks it, which browsers do since 2023; an older one says so, and so does a file that is not whole.
"""

import base64
import gzip
import json
from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from typing import Final

from pages.film.reel import Reel
from pages.stage.assets import PLOTLY, STATIC, WHOLE, served
from pages.stage.bundling import script
from pages.stage.inside import katex, katex_css
from pages.text import text

OWN: Final = Path(__file__).parent / "static"
LIMIT: Final = 3_000_000  # bytes; a film that will be larger is told before it is made


def film_html(reel: Reel, title: str) -> bytes:
    """The whole file; the reel is at its end then."""
    return "".join(
        _parts(title, next(iter(reel.languages)), list(reel.languages), code(reel.solid), reel.end())
    ).encode()


def size(reel: Reel, screens: int) -> int:
    """About how many bytes the file will have when the reel has so many screens."""
    share = screens / max(1, reel.shots)
    return len(code(reel.solid)) + int(reel.size * share * 4 / 3)


@cache
def code(solid: bool = False) -> str:
    """What every film has inside, compressed and in letters; with ``solid`` the whole of Plotly."""
    library = served()[WHOLE if solid else PLOTLY].read_text("utf-8")
    styles = (katex_css(), (STATIC / "stage.css").read_text("utf-8"), (OWN / "film.css").read_text("utf-8"))
    scripts = (katex(), library, script("film.js", (OWN, STATIC)))
    parts = [*({"tag": "style", "text": one} for one in styles), *({"tag": "script", "text": one} for one in scripts)]
    return _letters(gzip.compress(json.dumps(parts, ensure_ascii=False).encode(), 9, mtime=0))


def _letters(packed: bytes) -> str:
    return base64.b64encode(packed).decode()


def _parts(title: str, language: str, languages: list[str], packed: str, reel: bytes) -> Iterator[str]:
    failed, damaged = (
        escape(" ".join(words(f"film.{name}") for words in map(text, languages))) for name in ("failed", "damaged")
    )
    yield f'<!DOCTYPE html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>{escape(title)}</title>\n</head>\n<body>\n"
    yield f'<p id="told" role="status" data-failed="{failed}" data-damaged="{damaged}">{escape(title)} …</p>\n'
    yield f"<noscript><p>{failed}</p></noscript>\n"
    yield f"<script>\n{(OWN / 'boot.js').read_text('utf-8')}</script>\n"  # before what may be cut off
    yield f'<script type="text/plain" id="code">{packed}</script>\n'
    yield f'<script type="text/plain" id="reel">{_letters(reel)}</script>\n</body>\n</html>\n'
