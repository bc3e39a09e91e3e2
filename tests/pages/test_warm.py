"""Nobody waits for a compiler: what a visitor reaches first was compiled before, for the very types that come."""

import subprocess
import sys
from typing import Final

import pytest

from engine.compile import COMPILED
from tests.conftest import ROOT

VISIT: Final = '''
import sys
from dataclasses import replace
import engine
from numba.core.dispatcher import Dispatcher
from tests.pages.screens import every

def signatures():
    """Of all compiled functions, those that Python has called."""
    modules = [vars(module) for name, module in list(sys.modules.items()) if name.startswith("engine")]
    found = {one for module in modules for one in module.values() if isinstance(one, Dispatcher)}
    return {(one.py_func.__qualname__, str(signature)) for one in found for signature in one.signatures}

engine.warm_up()
warm = signatures()
from engine import presets
from engine.boundary.everywhere import predict
from engine.rules.sweeping import sweep
from engine.splitting.racing import race

run = presets.experiment()
rules = engine.Momentum(), engine.Adagrad(), engine.Adam(), engine.Newton(), engine.LevenbergMarquardt()
runs = [replace(run, schedule=engine.CosineRate()), replace(run, batch_size=3, shuffle=True)]
runs += [replace(run, rule=rule, batch_size=size) for rule in rules for size in (1, 8)]
for one in runs:
    line = engine.Timeline(one)
    parameters = line.update(3).after
    race(one, parameters, 3, 4)
    sweep(one, 2)
    line.loss_curve(9)
    line.without(rows=(0,)).update(3)
    engine.find(line, "loss < 0.01", upto=9)
    engine.blame(line, engine.Quantity("W", 1, 1, 1), 4)
    predict(one.network, parameters, one.X[:1])
for _ in every("en", "column", ""):
    pass
for name, signature in sorted(signatures() - warm):
    print(name, signature)
'''


@pytest.mark.slow
@pytest.mark.skipif(not COMPILED, reason="nothing is compiled")
def test_whatever_a_visitor_opens_first_is_compiled_before() -> None:
    done = subprocess.run([sys.executable, "-c", VISIT], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "", "these were compiled while somebody waited"
