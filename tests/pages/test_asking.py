"""What is asked before it is shown: nothing that goes to the browser tells it, and an answer is told what it is."""

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import numpy as np
import pytest

from engine import Quantity, numerals, value
from engine.phases import fresh, known
from engine.questions.mistakes import Sheet, wrong_value
from pages.decision.page import PAGE as DECISION
from pages.decision.questions import covered as outputs_covered
from pages.decision.snapshot import place_of
from pages.decision.state import DecisionState
from pages.figures.theme import LIGHT
from pages.perceptron import address as perceptron_address
from pages.perceptron.page import PAGE as PERCEPTRON
from pages.perceptron.questions import covered as correction_covered
from pages.perceptron.questions import find as perceptron_find
from pages.perceptron.questions import grade as perceptron_grade
from pages.perceptron.questions import saying as perceptron_saying
from pages.perceptron.session import PerceptronSession
from pages.shared import address, asking, foresight, frame, watches
from pages.shared.address import fields_of
from pages.shared.feedback import STEPS_MADE
from pages.shared.page import AnyPage, Pen
from pages.shared.quiz import KINDS, Asked
from pages.shared.session import Session
from pages.shared.taking import covered as sheet_covered
from pages.shared.taking import update_of
from pages.stage import Entries, Event, Group, Note, Panel, Strip
from pages.stage.wire import panel_wire
from pages.stepper.page import PAGE as STEPPER
from pages.text import LANGUAGES, text
from tests.pages.apps import shell
from tests.pages.screens import by_id

NEXT: Final = Event("keys", "next_phase")
WORDS: Final = text("en")
RUNS: Final = (
    "lang=en",
    "lang=en&preset=mazur",
    "lang=en&preset=xor&batch=4",
    "lang=zh&sizes=3-4-3-2&seed=3",
    "lang=en&rule=adam",
    "lang=en&sizes=3-16-2&seed=5",
    "lang=en&preset=mazur&book=threshold",
)


def opened(query: str) -> Session:
    """The session of an address, of which nothing is wrong."""
    session = address.read(query)
    assert not session.notices, [(one.key, one.problem) for one in session.notices]
    return session


def asked_at(page: AnyPage, session: Any, state: Any = None) -> Asked | None:
    """The question that is open."""
    return asking.pending(page.asker, session, state)


def pen_at(page: AnyPage, session: Any, state: Any = None) -> Pen:
    return Pen(WORDS, LIGHT, [], asked_at(page, session, state))


def sent(page: AnyPage, session: Any, state: Any = None) -> str:
    """Everything that goes to the browser while one stands here: the screen, its address, the screens made ahead."""
    pen = pen_at(page, session, state)
    screens = [foresight.foreseen(page, session, state, pen)]
    for move in foresight.ahead(page, session, state, pen).values():
        screens += [make() for make in islice(move(), 4)]
    return json.dumps([[[panel_wire(panel) for panel in one.panels], one.address] for one in screens])


TOKEN: Final = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")


def tells(token: str, number: float) -> bool:
    """Whether a token is the number, rounded to as many digits as it has; three are too few to tell anything."""
    digits = len(token.partition("e")[0].replace(".", "").lstrip("0"))
    return digits >= 4 and float(f"{abs(number):.{min(digits, 17) - 1}e}") == float(token)


def told(text_sent: str, covered: list[float], others: list[float]) -> list[float]:
    """Those of the covered numbers whose digits are in a text, where no number that may be seen has the same."""
    tokens = {float(token): token for token in sorted(TOKEN.findall(text_sent), key=len)}  # the longest of each
    sizes, found = sorted(tokens), []
    for number in covered:
        near = slice(bisect_left(sizes, 0.999 * abs(number)), bisect_right(sizes, 1.001 * abs(number)))
        written = [tokens[size] for size in sizes[near] if tells(tokens[size], number)]
        if any(not any(tells(token, other) for other in others) for token in written):
            found.append(number)
    return found


def told_apart(covered: list[float], others: list[float]) -> list[float]:
    """Those that are not written as one that may be seen."""
    return [n for n in covered if not any(f"{abs(n):.3e}" == f"{abs(other):.3e}" for other in others)]


def numbers_of(session: Session) -> tuple[list[float], list[float]]:
    """Of the update on screen the numbers of the next phase, and all that are known."""
    update, run, there = session.update, session.experiment, session.phases[session.place + 1]
    covered, others = [], [float(n) for layer in run.X.tolist() + run.Y.tolist() for n in layer]
    for layer, n in enumerate(run.network.sizes[1:], start=1):
        for j in range(1, n + 1):
            found = [Quantity(kind, layer, j, sample=session.sample) for kind in ("u", "x", "f_prime", "delta")]
            found += [Quantity(kind, layer, j) for kind in ("b", "grad_b", "delta_b", "new_b")]
            for i in range(1, run.network.sizes[layer - 1] + 1):
                found += [Quantity(kind, layer, j, i) for kind in ("W", "grad_W", "delta_W", "new_W")]
            for quantity in found:
                number = value(update, quantity)
                if fresh(quantity, there, run.network.layers, run.ruled):
                    covered.append(number)
                elif known(quantity, session.phase, run.network.layers, run.ruled):
                    others.append(number)
    if there.kind == "loss":
        covered.append(update.trace.loss)
    steps = [float(step) for layer in update.delta_W for row in layer.tolist() for step in row]
    return [n for n in covered if n and abs(n) > 1e-4], others + (steps if run.ruled and there.kind == "update" else [])


@pytest.mark.slow
@pytest.mark.parametrize("query", RUNS)
@pytest.mark.parametrize("tab", ["training", "check"])
def test_nothing_that_is_sent_tells_what_is_asked(query: str, tab: str) -> None:
    looked_for = 0
    for kind in ("number", "mixed"):
        session = opened(f"{query}&ask={kind}&tab={tab}&t=2&of=4")
        for _ in range(26):
            if asked_at(STEPPER, session) is not None:
                covered, others = numbers_of(session)
                assert covered
                everything = sent(STEPPER, session)
                assert told(everything, covered, others) == [], (query, str(session.phase))
                assert foresight.ahead(STEPPER, session, None, pen_at(STEPPER, session)) == {}
                assert sheet_covered(session)
                assert update_of(session) is None
                looked_for += len(told_apart(covered, others))
            STEPPER.answer(session, None, NEXT)
    assert looked_for > 30


def every_number(session: Session, t: int) -> Iterator[float]:
    """All numbers of an update that is over, which may be seen."""
    update = session.line.update(t)
    trace = update.trace
    kinds = (trace.x, trace.u, trace.f_prime, trace.delta, trace.grad_W, trace.grad_b, update.delta_W, update.delta_b)
    for part in (*kinds, update.before.W, update.before.b, update.after.W, update.after.b, (trace.losses,)):
        yield from (float(n) for layer in part for n in layer.ravel())


WATCHED: Final = (
    "new_W.1.1.1;delta.2.1@1;x.2.1@1;loss@1;delta_W.2.1.1;at(t%2B1,new_W.1.1.1)",
    "grad_W.1.1.1;norm(grad);batch_loss;u.1.1@1;at(first(loss<9),delta.1.1@1);f_prime.1.1@1",
)


@pytest.mark.parametrize("watched", WATCHED)
@pytest.mark.parametrize("query", ["lang=en", "lang=en&preset=mazur", "lang=en&rule=adam"])
def test_nothing_that_is_watched_tells_what_is_asked(query: str, watched: str) -> None:
    session, looked_for = opened(f"{query}&ask=mixed&t=2&of=4&watch={watched}"), 0
    for _ in range(26):
        for text_of in session.view.watches:  # as somebody has them who asked nothing until now
            watches._watching(session, text_of).advance(8, 1.0)
        if asked_at(STEPPER, session) is not None:
            covered, others = numbers_of(session)
            others += [number for t in range(session.t) for number in every_number(session, t)]
            assert told(sent(STEPPER, session), covered, others) == [], (query, str(session.phase))
            looked_for += len(told_apart(covered, others))
        STEPPER.answer(session, None, NEXT)
    assert looked_for > 15
    session.view = replace(session.view, asks="")
    session.go_to_update(2)
    panel = STEPPER.screen(session, None, pen_at(STEPPER, session)).panels[1]
    assert "…" not in json.dumps(panel_wire(panel)), "without questions it is there"


def test_the_search_finds_what_is_shown() -> None:
    """Where nothing is asked, the very same search finds the numbers of the next phase in what is made ahead."""
    for phase in ("input", "loss", "delta-2", "delta-1", "gradients"):
        session = opened(f"lang=en&t=2&phase={phase}")
        covered, others = numbers_of(session)
        assert len(told(sent(STEPPER, session), covered, others)) > 0.9 * len(told_apart(covered, others)), phase


def test_while_one_reads_what_was_told_the_next_phase_is_not_sent_either() -> None:
    session = opened("lang=en&ask=number")
    STEPPER.answer(session, None, NEXT)
    assert (str(session.phase), asked_at(STEPPER, session)) == ("forward-1", None)
    covered, others = numbers_of(session)
    assert told(sent(STEPPER, session), covered, others) == []
    STEPPER.answer(session, None, NEXT)
    assert str(session.phase) == "forward-1", "the press asks"
    assert asked_at(STEPPER, session) is not None


def test_outputs_that_will_be_asked_later_in_the_update_are_covered_from_its_beginning() -> None:
    session = opened("lang=en&ask=number")
    last = [float(n) for n in session.update.trace.x[-1][0]]
    assert told(sent(STEPPER, session), last, []) == []
    session.view = replace(session.view, asks="")
    assert told(sent(STEPPER, session), last, []) == last, "they stand in the table of the data"


@pytest.mark.parametrize("query", ["p=cloud", "p=cloud-3", "p=watermelon"])
def test_the_perceptrons_correction_is_covered(query: str) -> None:
    seen = 0
    for kind in KINDS:
        session = perceptron_address.from_fields(
            fields_of(f"{query}&ask={kind}&eta=0.37&start=0.31,-0.27,0.19,0.11"[: None if "3" in query else -5])
        )
        assert not session.notices
        for _ in range(8):
            if correction_covered(session):
                correction = session.correction
                hidden = [float(n) for n in (*correction.delta, *correction.after) if n]
                hidden = [n for n in hidden if n not in correction.before]
                seen_too = (*session.experiment.X.ravel(), *correction.before, *correction.z, 0.37)
                distances = () if correction.distances is None else correction.distances
                known_ones = [float(n) for n in (*seen_too, *distances)]
                if session.quiz.told is not None and session.quiz.told.at == (session.t, 0):
                    last = session.line.correction(session.t - 1)
                    known_ones += [float(n) for n in (*last.before, *last.delta)]
                assert told(sent(PERCEPTRON, session), hidden, known_ones) == [], (kind, session.t)
                seen += 1
            PERCEPTRON.answer(session, None, Event("keys", "next_update"))
    assert seen > 8
    session.asks = ""
    session.go_to_update(0)
    after = [float(n) for n in session.correction.after]
    assert told(sent(PERCEPTRON, session), after, []), "the search finds them where nothing is asked"


@pytest.mark.parametrize("query", ["lang=en", "lang=en&data=moons&sizes=2-4-1", "lang=en&preset=xor"])
def test_what_the_network_says_is_covered_on_the_boundary(query: str) -> None:
    for kind in ("number", "layer"):
        session, look = opened(f"{query}&ask={kind}&t=3"), DecisionState()
        if not outputs_covered(session, look):
            assert kind == "layer"
            assert session.experiment.network.sizes[-1] == 1
            continue
        said = place_of(session, look).update.trace
        hidden = [float(n) for n in (*said.x[-1][0], *said.u[-1][0])]
        biases = [float(n) for layer in session.update.before.b for n in layer]
        assert told(sent(DECISION, session, look), hidden, biases) == []
        DECISION.answer(session, look, Event("keys", "next_update"))
        assert session.t == 3, "it is shown where it is"
        assert not outputs_covered(session, look)
        assert told(sent(DECISION, session, look), hidden, []) == hidden
        DECISION.answer(session, look, Event("keys", "next_update"))
        assert session.t == 4


def test_what_the_next_update_does_is_not_made_ahead() -> None:
    session, look = opened("lang=en&ask=quick&t=3"), DecisionState()
    seen = set()
    for _ in range(24):
        asked = asked_at(DECISION, session, look)
        if asked is not None:
            seen.add(asked.kind)
            assert foresight.ahead(DECISION, session, look, pen_at(DECISION, session, look)) == {}
        DECISION.answer(session, look, Event("keys", "choice_1"))
        if asked is None:
            DECISION.answer(session, look, Event("keys", "next_update"))
    assert seen == {"rises", "flip"}


def test_the_answers_of_the_boundary_are_those_of_the_next_update() -> None:
    for t in range(0, 60, 3):
        session, look = opened(f"lang=en&t={t}&data=moons&sizes=2-4-1&ask=quick"), DecisionState()
        for kind in ("rises", "flip"):
            page = DECISION.asker
            assert page is not None
            asked = page.find(session, look, kind)
            if asked is None:
                continue
            run, output = session.experiment, asked.about[0].j - 1
            there = place_of(session, look).update.trace.x[0][0]
            x = run.X[asked.about[0].sample - 1] if kind == "flip" else there
            outputs = []
            for at in (t, t + 1):
                said = x
                for W, b, name in zip(*_layers(session, at), run.network.activations, strict=True):
                    u = W @ said + b
                    said = np.tanh(u) if name == "tanh" else 1.0 / (1.0 + np.exp(-u)) if name == "sigmoid" else u
                outputs.append(float(said[output]))
            if kind == "rises":
                assert (outputs[1] > outputs[0]) == (asked.answer == 0)
            else:
                low, high = run.Y[:, output].min(), run.Y[:, output].max()
                level = (low + high) / 2
                assert ((outputs[0] >= level) != (outputs[1] >= level)) == (asked.answer == 0)


def _layers(session: Session, t: int) -> tuple[Any, Any]:
    parameters = session.line.parameters(t)
    return parameters.W, parameters.b


# What an answer is told.


def shown(page: AnyPage, session: Any, state: Any = None) -> dict[str, Panel]:
    """The panels of the question, by id."""
    found = by_id(page.screen(session, state, pen_at(page, session, state)).panels)
    return {name: panel for name, panel in found.items() if name.startswith("ask") or name == "formula"}


def said(page: AnyPage, session: Any) -> str:
    note = shown(page, session)["ask-said"]
    assert isinstance(note, Note)
    return note.text


@pytest.mark.parametrize(("kind", "how"), [("quick", "quick"), ("number", "typed"), ("layer", "several")])
def test_how_it_is_answered_is_said(kind: str, how: str) -> None:
    assert said(STEPPER, opened(f"lang=en&ask={kind}&t=12&phase=loss")) == WORDS(f"ask.how_{how}")


def commit(session: Session, *answers: str) -> None:
    STEPPER.answer(session, None, Event("ask-entry", "commit:" + ";".join(answers)))


def at(phase: str, kind: str = "number", query: str = "lang=en&t=0") -> tuple[Session, Asked]:
    session = opened(f"{query}&phase={phase}&ask={kind}")
    asked = asked_at(STEPPER, session)
    assert asked is not None
    return session, asked


def test_a_right_answer_is_told_why_and_shows_the_step() -> None:
    session, asked = at("delta-2")
    delta = value(session.update, asked.about[0])
    commit(session, f"{2 * delta:.4g} / 2")
    assert str(session.phase) == "delta-1"
    assert said(STEPPER, session) == f"{WORDS('ask.right')} {WORDS('why.delta_hidden')}"
    assert session.shown() == asked.about[0]
    assert "formula" in shown(STEPPER, session)


def test_a_mistake_is_named_and_the_second_miss_shows_the_step() -> None:
    session, asked = at("delta-2")
    sheet = Sheet.of(session.line, 0)
    commit(session, repr(wrong_value(sheet, "M1", asked.about[0])))
    assert str(session.phase) == "delta-2", "still covered"
    assert WORDS("mistake.M1") in said(STEPPER, session)
    goal = shown(STEPPER, session)["ask-title"]
    assert isinstance(goal, Note)
    assert goal.text == WORDS("goal.delta_hidden")
    entry = shown(STEPPER, session)["ask-entry"]
    assert isinstance(entry, Entries)
    assert entry.texts[0], "what was typed stays, to be mended"
    commit(session, "0.123")
    assert str(session.phase) == "delta-1"
    right = numerals.significant(value(session.update, asked.about[0]), 4, signed=True)
    assert said(STEPPER, session) == f"0.123: {WORDS('ask.not_it')} {WORDS('ask.is', right=right)}"


def test_where_two_mistakes_give_the_same_number_both_are_named() -> None:
    session, asked = at("loss", query="lang=en&t=1")
    sheet = Sheet.of(session.line, 1)
    q = asked.about[0]
    found = said_of = ""
    for mistake in ("M9", "M2", "M3", "M11", "M12"):
        commit(session, repr(wrong_value(sheet, mistake, q)))
        found, said_of = WORDS(f"mistake.{mistake}"), said(STEPPER, session)
        assert found in said_of
        session, asked = at("loss", query="lang=en&t=1")
    flat, other = at(
        "gradients", query="lang=en&t=0&eta=1"
    )  # with η = 1 to forget it and to take it twice is no mistake
    commit(flat, repr(value(flat.update, other.about[0])))
    assert WORDS("ask.right") in said(STEPPER, flat)
    twice, other = at("gradients", query="lang=en&t=0&eta=0.5&preset=mazur")
    step = value(twice.update, other.about[0])
    commit(twice, repr(-step))
    text_said = said(STEPPER, twice)
    assert WORDS("mistake.M7") in text_said
    assert WORDS("mistake.M9") in text_said


def test_what_cannot_be_read_is_said_and_is_there_still() -> None:
    session, _ = at("delta-2")
    for _ in range(3):  # a slip of the hand is no wrong answer, however often
        commit(session, "0.5**")
        assert str(session.phase) == "delta-2"
        assert said(STEPPER, session).startswith("It ends after character 5")
        assert session.quiz.misses == 0
    STEPPER.answer(session, None, Event("ask-said", "show"))
    assert str(session.phase) == "delta-1", "a lecture never stalls"


def test_of_several_fields_it_is_said_which_are_empty_and_which_cannot_be_read() -> None:
    session, _ = at("delta-2", "layer")
    entries = shown(STEPPER, session)["ask-entry"]
    assert isinstance(entries, Entries)
    labels = entries.labels
    assert len(labels) > 1
    commit(session, "0,25", *("" for _ in labels[1:]))
    assert said(STEPPER, session).startswith(f"{', '.join(labels[1:])}: Nothing is typed")
    commit(session, "1/", *("0.5" for _ in labels[1:]))
    assert said(STEPPER, session).startswith(f"{labels[0]}: It ends after character 2")
    assert (str(session.phase), session.quiz.misses) == ("delta-2", 0)


def test_a_step_shown_without_an_answer_gains_and_loses_nothing() -> None:
    for event in (NEXT, Event("ask-said", "show")):
        session, asked = at("delta-2")
        STEPPER.answer(session, None, event)
        assert str(session.phase) == "delta-1"
        assert session.quiz.row == 0
        assert session.quiz.last == ()
        assert asked.key in session.quiz.done
        assert WORDS("why.delta_hidden") in said(STEPPER, session)


def test_what_is_typed_is_committed_by_the_press_that_shows_it() -> None:
    session, asked = at("delta-2")
    delta = value(session.update, asked.about[0])
    STEPPER.answer(session, None, Event("ask-entry", f"draft:{delta:.4g}"))
    assert str(session.phase) == "delta-2"
    STEPPER.answer(session, None, NEXT)
    assert said(STEPPER, session).startswith(WORDS("ask.right"))


def test_a_key_answers_a_quick_one_and_shows_it() -> None:
    for right in (True, False):
        session, asked = at("delta-2", "quick")
        assert 2 <= asked.choices <= 4
        assert asking.keys(asked) == {str(k): f"choice_{k}" for k in range(1, asked.choices + 1)}
        strip = shown(STEPPER, session)["ask-choices"]
        assert isinstance(strip, Strip)
        assert [item.id for item in strip.items] == list(asking.keys(asked).values())
        choice = asked.answer if right else (asked.answer + 1) % asked.choices
        STEPPER.answer(session, None, Event("keys", f"choice_{choice + 1}"))
        assert str(session.phase) == "delta-1"
        assert said(STEPPER, session).startswith(WORDS("ask.right")) == right
        assert session.quiz.row == int(right)
    session, asked = at("delta-2", "quick")
    STEPPER.answer(session, None, Event("keys", "choice_9"))
    assert str(session.phase) == "delta-2"


def test_a_whole_layer_says_which_of_its_numbers_is_wrong() -> None:
    session, asked = at("delta-2", "layer")
    right = [f"{value(session.update, quantity):.4g}" for quantity in asked.about]
    commit(session, *right[:-1], "0.5")
    assert str(session.phase) == "delta-2"
    note = said(STEPPER, session)
    assert WORDS("ask.not_it") in note
    assert r"\delta^{(1)}_{4}" in note
    assert r"\delta^{(1)}_{1}" not in note
    commit(session, *right)
    assert said(STEPPER, session).startswith(WORDS("ask.right"))
    assert session.quiz.row == 0, "not at once"


def test_not_asked_again_for_what_was_answered_and_asked_on_another_instance_for_what_was_missed() -> None:
    session, _ = at("delta-2")
    commit(session, "0.5")
    commit(session, "0.5")
    STEPPER.answer(session, None, Event("keys", "previous_phase"))
    assert asked_at(STEPPER, session) is None, "this very one was answered"
    session.next_update()
    again = asked_at(STEPPER, session)
    assert again is not None, "missed: once more, on other numbers"
    assert (again.t, again.step) == (1, "delta_hidden")
    commit(session, repr(value(session.update, again.about[0])))
    for t in (2, 3):
        session.go_to_update(t)
        session.go_to_phase("delta-2")
        assert asked_at(STEPPER, session) is None, "right: let be"
    session.go_to_update(4)
    assert asked_at(STEPPER, session) is not None


def test_the_books_sign_is_the_sign_that_is_asked() -> None:
    for book, sign in (("column", 1.0), ("threshold", -1.0)):
        session, asked = at("delta-2", "number", f"lang=en&t=0&book={book}")
        commit(session, repr(sign * value(session.update, asked.about[0])))
        assert said(STEPPER, session).startswith(WORDS("ask.right")), book
        session = opened(f"lang=en&t=0&book={book}&phase=delta-2&ask=quick")
        assert STEPPER.asker is not None
        for t in range(6):
            session.go_to_update(t)
            found = STEPPER.asker.find(session, None, "sign")
            if found is not None and found.kind == "sign":
                positive = sign * value(session.update, found.about[0]) > 0
                assert (found.answer == 0) == positive


def test_the_perceptron_names_its_mistakes() -> None:
    session = perceptron_address.from_fields(fields_of("p=cloud&ask=number&eta=0.37"))
    asked = asked_at(PERCEPTRON, session)
    assert asked is not None
    k = asked.about[0].i - 1 if asked.about[0].i else session.experiment.inputs
    before, delta = float(session.correction.before[k]), float(session.correction.delta[k])
    for mistake, number in (("M7", before - delta), ("M8", before + delta / 0.37), ("M8b", before + 0.37 * delta)):
        PERCEPTRON.answer(session, None, Event("ask-entry", f"commit:{number!r}"))
        assert WORDS(f"mistake.{mistake}") in said(PERCEPTRON, session)
        session = perceptron_address.from_fields(fields_of("p=cloud&ask=number&eta=0.37"))
    PERCEPTRON.answer(session, None, Event("ask-entry", f"commit:{before!r} + {delta!r}"))
    assert session.t == 1
    assert said(PERCEPTRON, session).startswith(WORDS("ask.right"))
    assert session.line.weights(1)[k] == pytest.approx(before + delta)


def test_the_threshold_of_the_perceptron_is_asked_in_its_own_sign() -> None:
    for book, letter, sign in (("column", "b", 1.0), ("threshold", "θ", -1.0)):
        session = perceptron_address.from_fields(fields_of("p=cloud&ask=layer"))
        session.book = book
        asked = asked_at(PERCEPTRON, session)
        assert asked is not None
        assert perceptron_saying(session, None, asked, WORDS).labels[-1] == letter
        after = sign * float(session.correction.after[-1])
        assert perceptron_grade(session, None, asked, len(asked.about) - 1, after).right is True
        assert perceptron_grade(session, None, asked, len(asked.about) - 1, -after).right is False
        rises = []
        for t in range(12):
            session.go_to_update(t)
            one = perceptron_find(session, None, "quick")
            if one is not None and one.kind == "rises" and not one.about[0].i:
                rises.append((one.answer == 0) == (sign * float(session.correction.delta[-1]) > 0.0))
        assert rises
        assert all(rises)


def test_a_weight_of_the_perceptron_that_stays_is_no_correction() -> None:
    """With a small rate the step is less than 1 % of the weight, and is still what is asked."""
    session = perceptron_address.from_fields(fields_of("p=cloud&ask=number&eta=0.001"))
    asked = asked_at(PERCEPTRON, session)
    assert asked is not None
    k = asked.about[0].i - 1 if asked.about[0].i else session.experiment.inputs
    before, delta = float(session.correction.before[k]), float(session.correction.delta[k])
    assert 0.001 * abs(before) < abs(delta) < 0.01 * abs(before)
    for answer, right in ((before, False), (before - delta, False), (before + delta, True)):
        assert perceptron_grade(session, None, asked, 0, answer).right is right


# Off, in the address, and what else is on the screen.


def test_off_nothing_is_asked_and_nothing_is_computed(monkeypatch: pytest.MonkeyPatch) -> None:
    every: tuple[tuple[AnyPage, Any, Any], ...] = (
        (STEPPER, Session(opened("lang=en").experiment), None),
        (DECISION, opened("lang=en&t=3"), DecisionState()),
        (PERCEPTRON, PerceptronSession(), None),
    )
    for page, session, state in every:
        assert page.asker is not None

        def never(*_: object) -> Asked:
            raise AssertionError

        off = replace(page, asker=replace(page.asker, find=never))
        assert asked_at(off, session, state) is None
        keys = list(frame.keys_of(off, Pen(WORDS, LIGHT, [])))
        assert keys == [*(k for k in keys if k != "q"), "q"]
        wire = [panel_wire(panel) for panel in off.screen(session, state, Pen(WORDS, LIGHT, [])).panels]
        assert "ask" not in json.dumps([panel for panel in wire if panel["id"] not in ("plane", "maps")]).replace(
            "asked", ""
        ).replace("mask", "")
        for event in (Event("keys", "choice_1"), Event("ask-said", "show"), Event("ask-entry", "commit:1")):
            before = session.t, session.place, session.quiz
            off.answer(session, state, event)
            assert (session.t, session.place, session.quiz) == before


@pytest.mark.parametrize("kind", KINDS)
def test_the_address_brings_it_back(kind: str) -> None:
    session = opened(f"lang=en&t=2&phase=loss&ask={kind}")
    query = address.write(session, "en")
    assert f"ask={kind}" in query
    again = opened(query)
    assert asked_at(STEPPER, again) == asked_at(STEPPER, session)
    perceptron = perceptron_address.from_fields(fields_of(f"p=cloud&ask={kind}"))
    assert f"ask={kind}" in perceptron_address.write(perceptron, "en", "column")


def test_a_damaged_word_is_said() -> None:
    session = address.read("lang=en&ask=loudly")
    assert session.asks == ""
    assert len(session.notices) == 1


def test_while_something_runs_by_itself_nothing_is_asked() -> None:
    session, _ = at("delta-2")
    session.play_or_pause()
    assert asked_at(STEPPER, session) is None
    assert foresight.ahead(STEPPER, session, None, pen_at(STEPPER, session)) == {}, (
        "paused, it asks for what comes next"
    )
    session.play_or_pause()
    assert asked_at(STEPPER, session) is not None


def test_the_key_turns_it_on_and_off_and_begins_anew() -> None:
    session = opened("lang=en&t=0&phase=delta-2")
    STEPPER.answer(session, None, Event("keys", "ask"))
    assert session.asks == "mixed"
    assert asked_at(STEPPER, session) is not None
    STEPPER.answer(session, None, NEXT)
    STEPPER.answer(session, None, Event("ask-said", "kind:number"))
    assert session.asks == "number"
    STEPPER.answer(session, None, Event("keys", "ask"))
    assert (session.asks, session.quiz.done) == ("", frozenset())


def test_all_is_as_high_as_before_when_a_question_comes_and_goes() -> None:
    session = opened("lang=en&ask=mixed")
    seen = set()
    for _ in range(40):
        groups = [p for p in STEPPER.draw(session, None, pen_at(STEPPER, session)).panels if p.id == "explanation"]
        assert isinstance(groups[0], Group)
        first = groups[0].panels[0]
        seen.add((groups[0].height, first.id, first.height, tuple(p.id for p in groups[0].panels)))
        STEPPER.answer(session, None, NEXT)
    assert len(seen) == 1


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("query", RUNS)
def test_every_question_has_its_words(language: str, query: str) -> None:
    words, steps = text(language), set()
    for kind in KINDS:
        session = opened(f"{query}&ask={kind}")
        for _ in range(40):
            asked = asked_at(STEPPER, session)
            if asked is not None:
                assert STEPPER.asker is not None
                saying = STEPPER.asker.saying(session, None, asked, words)
                assert saying.title
                assert saying.right
                assert len(saying.labels) == (asked.choices or len(asked.about))
                assert len(set(saying.labels)) == len(saying.labels)
                steps.add(asked.step)
            STEPPER.answer(session, None, NEXT)
    assert {"x", "loss", "delta_output", "delta_hidden", "grad_W", "delta_W"} <= steps <= set(STEPS_MADE)


def test_the_sheet_is_not_to_be_had_while_something_of_the_update_is_still_asked() -> None:
    app = shell("t=0&phase=delta-2&ask=number")
    assert app.button(key="worked").disabled
    app.button(key="ask").click().run()
    assert not app.session_state.session.asks
    assert not app.button(key="worked").disabled


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_a_number_is_right_says_nothing_of_other_networks(language: str) -> None:
    """Of softmax and of cross-entropy only where they are."""
    words = text(language)
    session, asked = at("loss")
    assert asked.step == "delta_output"
    commit(session, repr(value(session.update, asked.about[0])))
    assert STEPPER.asker is not None
    note = asking._verdict(STEPPER.asker, session, None, words)
    assert isinstance(note, Note)
    assert words("why.delta_output_plain") in note.text
    assert words("why.delta_output") not in note.text
