"""LaTeX for the test that compiles a worked solution: the one that is here, else the system's packages.

``python -m tests.latex`` gets it, for `make test`. The packages are the smallest that set both languages: pdflatex for
English, xelatex with a font of the system for Chinese; ctex would bring 70 MB more and Chinese fonts of its own.
"""

import shutil
import sys
from typing import Final

from tests.chromium import apt

ENGINES: Final = ("pdflatex", "xelatex")
PACKAGES: Final = ("texlive-latex-base", "texlive-xetex")


def missing() -> list[str]:
    """The engines that are not here."""
    return [name for name in ENGINES if not shutil.which(name)]


def get() -> list[str]:
    """Install what is missing, where that needs nobody's password; what is missing still."""
    if missing():
        apt(*PACKAGES)
    return missing()


if __name__ == "__main__":
    lost = get()
    if lost:
        print(f"latex: no {' and no '.join(lost)}; the tests that compile will say so")
    else:
        print(f"latex: {', '.join(ENGINES)}")
    sys.exit(0)
