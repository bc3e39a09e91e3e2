"""The image of deploy/ has all that runs, and its compose file is read alike by podman and docker."""

import json
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser.conftest import free_port
from tests.conftest import PATIENCE

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"


@pytest.mark.slow
def test_the_image_holds_what_runs(tmp_path: Path) -> None:
    copied = re.findall(r"^COPY (\S+) (\S+)$", (DEPLOY / "Containerfile").read_text("utf-8"), flags=re.M)
    assert "requirements.txt" in dict(copied)
    left_out = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").split()
    assert left_out == ["**/__pycache__"]
    for source, to in copied:
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / to, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, tmp_path / to)
    port = str(free_port())
    (command,) = re.findall(r"^CMD (.+)$", (DEPLOY / "Containerfile").read_text("utf-8"), flags=re.M)
    _, *options = json.loads(command.replace("8501", port).replace("0.0.0.0", "127.0.0.1"))
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", *options],
        cwd=tmp_path,
        env={"NUMBA_DISABLE_JIT": "1", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert asked(f"http://127.0.0.1:{port}/ready", server) == {"ready": True, "compiled": False}
    finally:
        server.kill()
        said, _ = server.communicate()
        print(said[-2000:])


def asked(url: str, server: subprocess.Popen[str]) -> object:
    """What the server answers, once it does."""
    end = time.monotonic() + 4 * PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return json.load(answer)
        except OSError:
            time.sleep(0.1)
    return None


def test_podman_and_docker_read_the_same() -> None:
    compose = (DEPLOY / "compose.yaml").read_text("utf-8")
    assert "${" not in compose, "podman-compose hands on '${NAME:-}' as it stands"
    assert "healthcheck:" in compose
    assert "HEALTHCHECK" not in (DEPLOY / "Containerfile").read_text("utf-8"), "podman's image format has none"
