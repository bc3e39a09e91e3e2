"""Worked solutions for the tests: presets and random networks of every kind, in words of either language."""

from dataclasses import replace
from functools import cache
from typing import Final

from engine import (
    Adagrad,
    Adam,
    AdamW,
    Experiment,
    LevenbergMarquardt,
    Momentum,
    Network,
    Newton,
    RMSprop,
    Timeline,
    Update,
    UpdateRule,
)
from engine.formulas.notation import NOTATIONS
from engine.presets import PRESETS, experiment
from engine.worked.document import Document
from engine.worked.solution import worked_solution
from pages.text import text
from pages.worked.dialog import sheet_words
from tests.engine.networks import OUTPUTS, random_case

NETWORKS: Final = (
    "xor",
    "and",
    "mazur",
    "han-kamber",
    "all-zero",
    "sigmoid",
    "tanh",
    "relu",
    "identity",
    "cross-sigmoid",
    "cross-softmax",
    "wide",
    "penalties",
)
RULED: Final[dict[str, UpdateRule]] = {
    "momentum": Momentum(),
    "nesterov": Momentum(nesterov=True),
    "adagrad": Adagrad(),
    "rmsprop": RMSprop(),
    "adam": Adam(),
    "adamw": AdamW(),
    "keras": Adam.keras(),
    "newton": Newton(),
    "levenberg-marquardt": LevenbergMarquardt(),
}


@cache
def update_of(name: str, samples: int) -> tuple[Network, Update]:
    """An update of a preset, or of a network whose output is of this kind."""
    if name == "penalties":
        exp = replace(experiment("xor"), batch_size=samples, l1=0.015625, l2=0.125)
        return exp.network, Timeline(exp).update(2)
    if name in RULED:  # eight weights, of Mazur's network; nine parameters of the smallest one for XOR
        exp = replace(experiment("mazur" if samples == 1 else "xor"), batch_size=samples, rule=RULED[name])
        return exp.network, Timeline(exp).update(2)
    if name in PRESETS:
        exp = experiment(name)
        exp = replace(exp, batch_size=min(samples, len(exp.X)))
        return exp.network, Timeline(exp).update(2)
    if name == "wide":
        return _made(Network((9, 12, 2), ("tanh", "sigmoid")), samples)
    wanted = {"cross-sigmoid": ("cross_entropy", "sigmoid"), "cross-softmax": ("cross_entropy", "softmax")}
    kind = OUTPUTS.index(wanted.get(name, ("half_squared_error", name)))
    case = next(
        found
        for found in (random_case(len(OUTPUTS) * k + kind, 5, 3) for k in range(1000))
        if found.network.layers == 3
        and len(found.X) >= samples
        and set(found.network.activations) - {"identity"}
        and found.network.sizes[-1] > 1
    )
    exp = Experiment(case.network, X=case.X, Y=case.Y, initial=case.parameters, batch_size=samples, learning_rate=0.1)
    return case.network, Timeline(exp).update(0)


def _made(network: Network, samples: int) -> tuple[Network, Update]:
    X = [[(3 * s + 2 * i) % 7 / 3 - 1 for i in range(network.sizes[0])] for s in range(samples)]
    Y = [[(s + k) % 2 for k in range(network.sizes[-1])] for s in range(samples)]
    return network, Timeline(Experiment(network, X=X, Y=Y, batch_size=samples, seed=5)).update(0)  # type: ignore[arg-type]


def sheet(
    name: str, samples: int = 1, language: str = "en", book: str = "column", blanks: bool = False, digits: int = 4
) -> Document:
    """The worked solution of that update."""
    network, update = update_of(name, samples)
    words = sheet_words(text(language), update.rule)
    return worked_solution(network, update, NOTATIONS[book].of(network), words, digits, blanks)
