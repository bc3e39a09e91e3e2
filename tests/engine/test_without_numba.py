"""Without numba, or with its compiler switched off, the same source gives the same doubles, bit for bit."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.compile import COMPILED
from engine.rules.bending import MOST
from tests.engine.fingerprint import fingerprints
from tests.engine.networks import cases

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
HIDE = "import sys; sys.modules['numba'] = None; "
RUN = "import runpy; runpy.run_module('tests.engine.fingerprint', run_name='__main__')"


def elsewhere(code: str, **environment: str) -> dict[str, Any]:
    """What another Python prints, with warnings as errors."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_here_it_is_compiled() -> None:
    assert COMPILED


@pytest.mark.parametrize(
    ("code", "environment"),
    [(HIDE + RUN, {}), (RUN, {"NUMBA_DISABLE_JIT": "1"})],
    ids=["no numba", "compiler switched off"],
)
def test_same_doubles(code: str, environment: dict[str, str]) -> None:
    plain = elsewhere(code, **environment)
    assert plain["compiled"] is False
    second = sum(case.network.parameter_count <= MOST for case in cases()[:60])
    assert len(plain["fingerprints"]) == 48 + 15 * 4 + second
    assert plain["fingerprints"] == fingerprints()


def test_opening_page_of_the_engine_needs_no_numba() -> None:
    code = HIDE + "import engine, json; engine.warm_up(); print(json.dumps({'version': engine.__version__}))"
    assert elsewhere(code)["version"]
