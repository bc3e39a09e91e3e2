"""Questions are about numbers that can be told apart, and their answers are in the trace."""

import numpy as np
import pytest

from engine.network import Network
from engine.phases import phases
from engine.presets import experiment as preset
from engine.quantities import value
from engine.questions.asking import KINDS_ASKED, question
from engine.questions.instances import instance
from engine.timeline import Timeline


@pytest.mark.parametrize("name", ["full-adder", "mazur", "xor"])
def test_every_answer_follows_from_the_trace(name: str) -> None:
    line, asked = Timeline(preset(name)), dict.fromkeys(KINDS_ASKED, 0)
    for t in range(12):
        update = line.update(t)
        for phase in phases(line.experiment.network.layers):
            for kind in KINDS_ASKED:
                for seed in range(3):
                    found = question(update, phase, kind, seed)
                    assert found == question(update, phase, kind, seed)
                    if found is None:
                        continue
                    asked[kind] += 1
                    numbers = [value(update, quantity) for quantity in found.about]
                    if kind == "sign":
                        assert (numbers[0] > 0) == (found.answer == 0)
                        assert numbers[0] != 0
                    elif kind == "rises":
                        name_of = found.about[0]
                        change = update.delta_W[name_of.layer - 1][name_of.j - 1, name_of.i - 1]
                        assert (change > 0) == (found.answer == 0)
                    elif kind == "largest":
                        assert int(np.argmax(np.abs(numbers))) == found.answer
                        sizes = sorted(map(abs, numbers))
                        assert sizes[-2] < 0.951 * sizes[-1]
                        assert len(set(found.about)) == len(numbers) <= 4
                    else:
                        assert found.answer == -1
    assert min(asked.values()) > 5, asked


def test_what_makes_no_sense_is_not_asked() -> None:
    update = Timeline(instance(0, Network((2, 2, 1), ("sigmoid", "sigmoid")))).update(0)
    told = {str(phase): {kind for kind in KINDS_ASKED if question(update, phase, kind, 0)} for phase in phases(2)}
    assert told["input"] == set()
    assert "sign" not in told["forward-1"], "a sigmoid is never negative"
    assert told["loss"] == {"number"}
    assert "rises" in told["update"]
    assert "rises" not in told["gradients"]
    assert told["delta-2"] == {"sign", "number"}, "one neuron: nothing to compare, no row of fields"
    assert "layer" in told["delta-1"]
