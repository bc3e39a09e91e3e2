"""Chromium for the browser tests: the one that is here, else the system's package, else Playwright's own.

``python -m tests.chromium`` gets it, for `make test`; tests and benchmarks start it with ``launch``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Playwright, sync_playwright

# The shell is Chromium without its window: the same pages, for a sixth less of the processor.
NAMES: Final = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable(playwright: Playwright) -> str | None:
    """Path of a Chromium that starts; the variable CHROMIUM goes before what is installed."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        path = shutil.which(name) if name else None
        # Ubuntu's chromium-browser may be a stub that only asks for a snap: let it prove itself.
        if path and run([path, "--version"], quiet=True):
            return path
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def launch(playwright: Playwright, args: Sequence[str] = ()) -> Browser:
    """Start that Chromium, without a window."""
    path = executable(playwright)
    if path is None:
        raise FileNotFoundError("There is no Chromium: run `make test`, or point the variable CHROMIUM at one.")
    return playwright.chromium.launch(executable_path=path, args=list(args))


def get() -> str | None:
    """Find Chromium, or install it; also a font with Chinese characters, which only the screenshots need."""
    for package in ("chromium-headless-shell", "chromium"):
        if not _found():
            apt(package)
    if not _found():
        print("chromium: Playwright's own download", flush=True)
        run([sys.executable, "-m", "playwright", "install", *(["--with-deps"] if _root() else []), "chromium"])
    if shutil.which("fc-list") and not subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout:
        apt("fonts-noto-cjk")
    return _found()


def _found() -> str | None:
    with sync_playwright() as playwright:
        return executable(playwright)


def apt(*packages: str) -> None:
    """Install Debian packages where that needs nobody's password; elsewhere do nothing."""
    sudo = [] if _root() else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not (shutil.which("sudo") and run([*sudo, "true"], quiet=True))):
        return
    print(f"{', '.join(packages)}: apt-get install", flush=True)
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    run([*apt, "update"], quiet=True)
    run([*apt, "install", "--yes", "--no-install-recommends", *packages], quiet=True)


def _root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def run(command: Sequence[str], quiet: bool = False) -> bool:
    """Run a command; whether it ended well."""
    sink = subprocess.DEVNULL if quiet else None
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink, check=False).returncode == 0


if __name__ == "__main__":
    found = get()
    if found is None:
        sys.exit("There is no Chromium and none could be installed. Install one, or point the variable CHROMIUM at it.")
    print(f"chromium: {found}")
