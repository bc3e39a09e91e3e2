"""``python -m engine.formulas``: every formula by its id, printed from the trees that the screens show.

They are those of the network that opens, 3-4-2 with sigmoids, for its first neuron; the perceptron's those of AND.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from engine import presets
from engine.derivation.network_steps import network_lines
from engine.derivation.steps import Given, lines
from engine.derivation.walk import EXAMPLES, walk
from engine.formulas.derived import Derived, Equation, in_symbols
from engine.formulas.expression import Function, Symbol
from engine.formulas.fill import Place, activation
from engine.formulas.lecture import formulas, mean_gradient
from engine.formulas.notation import COLUMN, ROW, THRESHOLD, Notation
from engine.formulas.rows import FORMULAS as ROWS
from engine.formulas.rows import NOTATION_OF, program
from engine.formulas.rows import living as row_living
from engine.formulas.ruled import scheduled
from engine.formulas.tex import assignment, equation, equations
from engine.formulas.thresholds import FORMULAS as THRESHOLDS
from engine.formulas.thresholds import layer_of
from engine.formulas.thresholds import living as threshold_living
from engine.perceptron.data import points
from engine.perceptron.formulas import FORMULAS as PERCEPTRON
from engine.perceptron.formulas import NOTATION
from engine.perceptron.formulas import living as perceptron_living
from engine.perceptron.rule import PerceptronExperiment
from engine.perceptron.timeline import PerceptronTimeline
from engine.quantities import MADE_BY_RULE, Quantity
from engine.rules import formulas as second
from engine.rules.rule import RULES, UpdateRule
from engine.rules.schedule import SCHEDULES
from engine.splitting import formulas as splitting
from engine.splitting.rules import sent_back
from engine.timeline import Timeline
from engine.update import Update

EXPERIMENT = presets.experiment()
NETWORK = EXPERIMENT.network
ASKED = (
    "f_prime.1.1@1",
    "u.1.1@1",
    "x.1.1@1",
    "u.2.1@1",
    "x.2.1@1",
    "loss",
    "loss@1",
    "delta.2.1@1",
    "new_W.1.1.1",
    "new_b.1.1",
)


def every() -> dict[str, tuple[str, ...]]:
    """Ids, in order, and the TeX of what each says in general."""
    update = Timeline(EXPERIMENT).update(0)
    found: dict[str, tuple[str, ...]] = {}
    for make in (_lecture, _derivation, _rows, _perceptron, _thresholds, _splitting, _second, _ruled):
        for formula, written in make(update):
            found[formula] = tuple(dict.fromkeys((*found.get(formula, ()), *written)))
    letters = list(dict.fromkeys(formula[0] for formula in found))
    return dict(sorted(found.items(), key=lambda one: (letters.index(one[0][0]), int(one[0][1:]))))


def _written(equations: Iterable[Equation], notation: Notation = COLUMN) -> Iterator[tuple[str, tuple[str, ...]]]:
    """By id."""
    for formula, group in groupby(equations, lambda eq: eq.formula):
        yield formula, tuple(equation(eq, notation) for eq in group)


def _general(lines: Iterable[Derived], notation: Notation) -> tuple[str, ...]:
    return tuple(equations(in_symbols(lines), notation))


def _lecture(update: Update) -> Iterator[tuple[str, tuple[str, ...]]]:
    u = Symbol("u")
    shown = [Equation("F1", Function("f", u), activation("sigmoid", u))]
    whole = Timeline(replace(EXPERIMENT, batch_size=len(EXPERIMENT.X))).update(0)
    for asked in ASKED:
        found = formulas(Place(NETWORK, whole if asked == "loss" else update, Quantity.parse(asked)))
        assert found is not None
        shown += [*found[0], found[1]]
    own = sorted((eq for eq in (*shown, mean_gradient()) if eq.formula.startswith("F")), key=lambda eq: eq.formula)
    yield from _written(own)


def _derivation(update: Update) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The line that each derivation arrives at; D11 and D12 have several."""
    for stop in walk(NETWORK.layers):
        if stop.formula in EXAMPLES:
            found = lines(stop, 3, 2, Given())[-2 if stop.formula == "D1" else -1 :]
        else:
            found = network_lines(stop, NETWORK, update)
            found = found if stop.formula in ("D10", "D11", "D12") else found[-1:]
        said = [one for line in found for one in line.equations]
        yield from _written(replace(one, formula=stop.formula, where="") for one in said)


def _rows(update: Update) -> Iterator[tuple[str, tuple[str, ...]]]:
    for formula in ROWS:
        notation = NOTATION_OF.get(formula, ROW).of(NETWORK)
        for layer in (NETWORK.layers, 1):
            place = Place(NETWORK, update, Quantity("W", layer, 1, 1, 1), notation)
            if formula == "R4":
                yield formula, tuple(assignment(line, notation) for _, line in program(place))
            else:
                yield formula, _general(row_living(place, formula), notation)


def _perceptron(update: Update) -> Iterator[tuple[str, tuple[str, ...]]]:
    chosen = points("and", 0)
    run = PerceptronExperiment(chosen.X, chosen.y, [0.5, 0.5, 0.5], 0.5, "random", 0)  # type: ignore[arg-type]
    correction = PerceptronTimeline(run).correction(0)
    for formula in PERCEPTRON:
        said = perceptron_living(run, correction, formula, 0)
        yield formula, tuple(equation(eq, NOTATION) for eq in in_symbols(said))


def _thresholds(update: Update) -> Iterator[tuple[str, tuple[str, ...]]]:
    notation = THRESHOLD.of(NETWORK)
    for formula in THRESHOLDS:
        place = Place(NETWORK, update, Quantity("W", layer_of(NETWORK, formula), 1, 1, 1), notation)
        yield formula, _general(threshold_living(place, formula), notation)


def _splitting(update: Update) -> Iterator[tuple[str, tuple[str, ...]]]:
    here = splitting.SplittingPlace(NETWORK, update, sent_back(NETWORK, update)[0])
    shown = (
        splitting.cell(here.sent.W, here.sent.W.T, 1, 1),
        splitting.split(here, 1),
        splitting.back(here, 1),
        splitting.slope(here, 1, 1, absorbed=False),
        splitting.step(here, 1, 1),
        splitting.change(here, 1, 1),
    )
    angle = splitting.apart(here, "back")
    assert angle is not None
    for line in (*shown, splitting.exact(here, 1), angle):
        assert line.general is not None
        yield line.formula, tuple(equations((*line.layer, line.general), here.notation))


def _second(update: Update) -> Iterator[tuple[str, tuple[str, ...]]]:
    for formula, said in second.every(NETWORK, update).items():
        yield formula, _general(said, second.NOTATION)


def _ruled(update: Update) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What each rule remembers of a weight, and its step, as PyTorch and as Keras have it; the rates that change."""
    first_order = (kind for kind in RULES.values() if not kind().second)  # S3 and S4 are in the other list
    for rule in (one for kind in first_order for one in (kind(), *_kerass(kind))):
        ruled_update = Timeline(replace(EXPERIMENT, rule=rule)).update(0)
        kinds = (*MADE_BY_RULE, "alpha_t", "delta_W") if not rule.plain else ()
        for quantity in (Quantity(kind, *((1, 1, 1) if kind[-1] == "W" else ())) for kind in kinds if kind[-1] != "b"):
            if quantity.fits(ruled_update):
                own = formulas(Place(NETWORK, ruled_update, quantity))
                assert own is not None
                yield own[1].formula, (equation(own[1]),)
    for schedule in SCHEDULES.values():
        yield "S12", (equation(Equation("S12", Symbol("eta"), scheduled(schedule()))),)


def _kerass(kind: type[UpdateRule]) -> Iterator[UpdateRule]:
    """The rule as Keras has it, and with Nesterov's step."""
    keras = getattr(kind, "keras", None)
    if keras is not None:
        yield keras()
    if "nesterov" in kind().numbers:
        assert keras is not None
        yield from (keras(nesterov=True, rate_inside=inside) for inside in (False, True))


def table() -> str:
    """The list as text: an id, and what it says, a line each."""
    rows = []
    for formula, written in every().items():
        rows += [f"{formula if at == 0 else '':4} {line}" for at, line in enumerate(written)]
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
