"""nginx for the test of several servers behind it; ``python -m tests.nginx`` gets it, for `make test`."""

import os
import shutil

from tests.chromium import apt


def executable() -> str | None:
    """Path of nginx; Debian keeps it where ordinary users do not look."""
    return shutil.which("nginx", path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin")))


def get() -> str | None:
    """Find nginx, or install the system's package where that needs nobody's password."""
    if executable() is None:
        apt("nginx-light")
    return executable()


if __name__ == "__main__":
    print(f"nginx: {get() or 'not there; the test of two servers behind it is left out'}")
