"""What a file has inside that shall open without a server: KaTeX with its fonts."""

import base64
import re
from functools import cache
from typing import Final

from pages.stage.assets import STATIC

FONTS: Final = (
    "Main-Regular",
    "Main-Bold",
    "Main-Italic",
    "Math-Italic",
    "Size1-Regular",
    "Size2-Regular",
    "Size3-Regular",
    "Size4-Regular",
    "AMS-Regular",
    "SansSerif-Regular",
)
_FACE = re.compile(r"@font-face\{[^}]*\}")
_SOURCE = re.compile(r"src:url\(fonts/KaTeX_([\w-]+)\.woff2\)[^;}]*")


@cache
def katex() -> str:
    """KaTeX as a plain script."""
    return (STATIC / "katex" / "katex.min.js").read_text("utf-8").replace("</script", "<\\/script")


@cache
def katex_css() -> str:
    """KaTeX's style sheet with the fonts that formulas here need inside, and without the others."""
    css = (STATIC / "katex" / "katex.min.css").read_text("utf-8")

    def face(match: re.Match[str]) -> str:
        source = _SOURCE.search(match[0])
        if source is None or source[1] not in FONTS:
            return ""
        data = base64.b64encode((STATIC / "katex" / "fonts" / f"KaTeX_{source[1]}.woff2").read_bytes()).decode()
        return _SOURCE.sub(f'src:url(data:font/woff2;base64,{data}) format("woff2")', match[0])

    return _FACE.sub(face, css)
