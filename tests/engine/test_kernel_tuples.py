"""What goes into the compiled kernel: its cache knows all of it, and replays that it writes are those step by step."""

import ast
import tempfile
from pathlib import Path

import numpy as np
import pytest

import engine
from engine import Experiment, Network, Parameters, Timeline
from engine import compile as compile_
from engine.compile import sources_of_compiled
from engine.edit import Edit

ENGINE = Path(engine.__file__).parent
PLAIN = {"compiled", "compiled_apart", "COMPILED", "Floats", "Ints"}  # the decorators, whether they compile, types


def taken_from(path: Path) -> set[str]:
    """The engine's modules that give a name to the compiled functions of a file."""
    tree = ast.parse(path.read_text())
    origin = {
        name.asname or name.name: (node.module, name.name)
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("engine")
        for name in node.names
    }
    found = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(
            isinstance(d, ast.Name) and d.id in {"compiled", "compiled_apart"} for d in node.decorator_list
        ):
            for name in {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} - PLAIN:
                if name in origin:
                    module, what = origin[name]
                    found.add(f"{module}.{what}" if module == "engine" else str(module))
    return found


def test_cache_is_named_after_every_file_that_the_compiled_code_depends_on() -> None:
    hashed = {
        path.relative_to(ENGINE.parent).with_suffix("").as_posix().replace("/", ".") for path in sources_of_compiled()
    }
    assert {"engine.kernel", "engine.layout", "engine.losses", "engine.samples", "engine.exponentials"} <= hashed
    needed = set().union(*(taken_from(path) for path in ENGINE.rglob("*.py")))
    assert "engine.layout" in needed
    assert needed <= hashed


def test_where_the_cache_cannot_be_written_a_copy_serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """numba would refuse to start in a read-only container."""
    assert compile_.cache_folder().parent.parent == ENGINE
    folder = tmp_path / "compiled"
    assert compile_.to_write(folder) == folder
    (folder / "kernel").mkdir()
    (folder / "kernel" / "run.nbi").write_bytes(b"code")
    monkeypatch.setattr(compile_, "writable", lambda _: False)
    copy = compile_.to_write(folder)
    assert copy is not None
    assert copy != folder
    assert (copy / "kernel" / "run.nbi").read_bytes() == b"code"
    assert copy.parent.stat().st_mode & 0o077 == 0, "what numba finds there it runs: nobody else may write it"
    empty = compile_.to_write(tmp_path / "nothing yet")
    assert empty is not None
    assert not list(empty.iterdir())

    def full(**_: str) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(tempfile, "mkdtemp", full)
    assert compile_.to_write(folder) is None


def test_a_folder_that_can_be_written_is_told(tmp_path: Path) -> None:
    assert compile_.writable(tmp_path / "new" / "folder")
    (tmp_path / "file").touch()
    assert not compile_.writable(tmp_path / "file" / "folder")


def run(shuffle: bool, batch_size: int) -> Experiment:
    rng = np.random.default_rng(5)
    b = tuple(rng.normal(size=n) for n in (4, 2))
    return Experiment(
        network=Network((3, 4, 2), ("tanh", "sigmoid")),
        X=rng.normal(size=(7, 3)),
        Y=rng.uniform(size=(7, 2)),
        initial="normal",
        learning_rate=0.3,
        batch_size=batch_size,
        shuffle=shuffle,
        l2=0.01,
        edits=(Edit(45, b=b), Edit(46, learning_rate=0.1), Edit(90, b=b)),
    )


@pytest.mark.parametrize("updates", [1, 3, 1000], ids=lambda n: f"{n} updates a slice")
@pytest.mark.parametrize(("shuffle", "batch_size"), [(False, 1), (True, 3)])
def test_states_of_a_replay_are_those_of_updates_one_by_one(shuffle: bool, batch_size: int, updates: int) -> None:
    experiment = run(shuffle, batch_size)
    line, single = Timeline(experiment), Timeline(experiment)
    line._slice = updates
    known: list[Parameters] = [single.parameters(0)]
    for t in range(150):
        after = single.update(t).after
        for edit in experiment.edits:
            after = edit.applied(after) if edit.t == t + 1 else after
        known.append(after)
    for t in (149, 95, 94, 47, 46, 45, 44, 150, 111, 1, 90, 33, 89, 110):
        assert line.parameters(t) == known[t], t
    near = [(t, stretch.states[t - stretch.first]) for stretch in line._near for t in range(stretch.first, stretch.end)]
    frames = [(k * line._keyframes.spacing, line._keyframes.states[k]) for k in range(line._keyframes.count)]
    assert len(near) > 20
    assert len(frames) > 5
    for t, state in (*near, *frames):
        np.testing.assert_array_equal(state, known[t].pack())
