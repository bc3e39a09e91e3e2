"""`pip install .` gives a working engine: what the package holds, what it needs, and the README's program with it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

import engine

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package, built from a copy, for building leaves files behind."""
    copy = tmp_path_factory.mktemp("copy")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy / name)
    shutil.copytree(ROOT / "engine", copy / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "."]
    subprocess.run([*command, "--wheel-dir", str(copy / "wheels")], cwd=copy, check=True)
    (built,) = (copy / "wheels").glob("*.whl")
    return built


def test_the_package_holds_the_engine_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    sources = {path.relative_to(ROOT).as_posix() for path in (ROOT / "engine").rglob("*.py")}
    assert sources <= names
    assert {"engine/py.typed", "engine/data/iris.csv"} <= names
    assert {name.split("/")[0] for name in names} == {"engine", f"backstep-{engine.__version__}.dist-info"}


def test_the_readmes_program_runs_with_the_package_alone(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    programs = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), flags=re.S)
    (program,) = (one for one in programs if "pages" not in one)  # another has the figures of the screens
    (tmp_path / "program.py").write_text(
        f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r})\n{program}\nprint(engine.__file__)", "utf-8"
    )
    run = subprocess.run(
        [sys.executable, "-I", "program.py"],
        cwd=tmp_path,
        env=os.environ | {"NUMBA_DISABLE_JIT": "1"},  # it makes some updates, which is no time; to compile is
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines()[-1].startswith(str(tmp_path))


def test_it_asks_for_what_the_engine_imports_and_the_app_has() -> None:
    least = dict(re.findall(r"^([a-z]+)>=([\d.]+)$", "\n".join(PROJECT["dependencies"]), flags=re.M))
    assert len(least) == len(PROJECT["dependencies"])
    exact = dict(re.findall(r"^([a-z]+)==([\d.]+)", (ROOT / "requirements.txt").read_text("utf-8"), flags=re.M))
    assert set(least) == {"numpy", "numba"}  # tests/test_house.py holds that the engine imports no other
    for name, version in least.items():
        assert _order(version) <= _order(exact[name])


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
