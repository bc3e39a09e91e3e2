"""The page "Optimisers": runs from one start beside each other, the shape of the loss, the second order."""

from functools import partial
from typing import Final

import streamlit as st

from engine import Problem
from engine.activations import ACTIVATIONS
from engine.experiment import check_learning_rate
from engine.rules.variation import EVERY_RULE, Variation, fits
from engine.sharing.words import whole as whole_word
from engine.typed import number
from pages.optimisers import panels as optimisers_panels
from pages.optimisers import sets
from pages.optimisers.naming import names, rule_called
from pages.optimisers.state import ADDRESS, DAMPING, MATRICES, MOST, OVER, PLANES, VIEWS, OptimisersState
from pages.shared.compared import updates_field
from pages.shared.fields import Fields
from pages.shared.page import Page, Pen, Screen
from pages.shared.picking import picked
from pages.shared.run import RUN
from pages.shared.session import Session
from pages.shared.transport import transport
from pages.shared.view_menu import run_menu
from pages.stage import Event, whole
from pages.text import Text

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "view": VIEWS,
    "plane": PLANES,
    "matrix": MATRICES,
    "over": OVER,
}


def draw(session: Session, look: OptimisersState, pen: Pen) -> Screen:
    """The screen of the update and the view."""
    panels = optimisers_panels.panels(session, look, pen.words, pen.theme, pen.said)
    layout = optimisers_panels.layout(look.view, panels)
    return Screen(panels, layout, f"{session.t}.{look.view}", optimisers_panels.PRESENTED[look.view])


def take(session: Session, look: OptimisersState, event: Event) -> bool:
    """A click in a strip, on a curve, a map, a row, an edge; the slider of the damping."""
    if event.panel == "keys":
        return False
    vars(look).update(vars(look.fitted(session)))
    kind, _, rest = event.ref.partition(".")
    if event.panel == "damping":
        try:
            look.damping = whole_word(*DAMPING).read(event.ref)
        except ValueError:
            return False
    elif kind in _CHOICES and rest in _CHOICES[kind]:
        setattr(look, kind, rest)
    elif kind == "scale":
        look.linear = rest == "linear"
    elif kind == "set" and rest in sets.EVERY:
        sets.show(session, look, rest)
    elif kind in ("run", "open", "at"):
        return _run(session, look, kind, rest)
    elif kind == "rate":
        return _rate(session, look, rest)
    elif event.panel == "pick":
        quantity = picked(event.ref)
        if quantity is not None:
            look.choose_weight(quantity)
    else:
        return False
    return True


def _run(session: Session, look: OptimisersState, kind: str, rest: str) -> bool:
    """A run is chosen; with an update, that is gone to; opened, it becomes the experiment on the stepper."""
    number, _, update = rest.partition(".")
    k = whole(number) - 1
    if not 0 <= k < len(look.runs):
        return False
    look.main = k
    if kind == "at" and whole(update) >= 0:
        session.go_to_update(whole(update))
    if kind == "open":
        t, chosen = look.t(session), look.experiments(session)[k]
        if chosen != session.experiment:
            session.start(chosen)
        session.go_to_update(t, 2.0)
        session.next_page, session.changed = "stepper", True
    return True


def _rate(session: Session, look: OptimisersState, text: str) -> bool:
    """From the sweep: one more run, with this rate, or the one that has it already."""
    try:
        chosen = Variation(rate=check_learning_rate(float(text)))
    except (ValueError, Problem):
        return False
    look.view = VIEWS[0]
    _add(session, look, chosen)
    return True


def _add(session: Session, look: OptimisersState, chosen: Variation) -> None:
    """One more run, the last one where there is no more room."""
    if fits(chosen, session.experiment):
        runs = tuple(one for one in look.runs if one != chosen)[: MOST - 1]
        look.runs = (*runs, chosen)
        look.main = len(look.runs) - 1


def controls(session: Session, look: OptimisersState, words: Text) -> None:
    """The transport by updates, how far the runs go, and the menu of the runs."""
    transport(
        session,
        words,
        menus={"view": run_menu},
        phases=False,
        tools=(partial(updates_field, look, 500), partial(_menu, look)),
    )


def _menu(look: OptimisersState, session: Session, words: Text, row: Fields) -> None:
    """The runs: each can go, and another can come."""
    box = st.popover(words("optimisers.menu"), key="runs_menu", on_change="rerun")
    if not box.open:
        return
    fitted = look.fitted(session)
    with box, st.container(width=340):
        for k, name in enumerate(names(session, fitted, words)):
            st.button(
                f"✕ {k + 1}. {name}",
                key=f"remove_run_{k}",
                on_click=partial(_remove, session, look, k),
                disabled=len(fitted.runs) < 2,
                type="tertiary",
            )
        st.markdown(f"**{words('optimisers.another')}**")
        st.caption(words("optimisers.as_here", most=MOST))
        st.selectbox(
            words("optimisers.rule"),
            list(EVERY_RULE),
            index=None,
            key="new_run_rule",
            format_func=lambda name: rule_called(EVERY_RULE[name], words),
            placeholder="–",
        )
        st.text_input(
            words("setup.learning_rate"), key="new_run_rate", placeholder=str(session.experiment.learning_rate)
        )
        st.text_input(words("setup.seed"), key="new_run_seed", placeholder=str(session.experiment.seed))
        hidden = [name for name, one in ACTIVATIONS.items() if not one.coupled]
        if session.experiment.network.layers > 1:
            st.selectbox(
                words("optimisers.activation"),
                hidden,
                index=None,
                key="new_run_activation",
                format_func=lambda name: words(f"activation.{name}"),
                placeholder="–",
            )
        st.text_input(words("setup.batch_size"), key="new_run_batch", placeholder=str(session.experiment.batch_size))
        st.button(
            words("optimisers.add"),
            key="add_run",
            on_click=partial(_typed, session, look, words),
            disabled=len(fitted.runs) >= MOST,
            type="primary",
        )


def _remove(session: Session, look: OptimisersState, k: int) -> None:
    vars(look).update(vars(look.fitted(session)))
    look.runs = tuple(one for at, one in enumerate(look.runs) if at != k)
    look.main = 0


def _typed(session: Session, look: OptimisersState, words: Text) -> None:
    """The run that was typed; what cannot be read, or what this network has not, is said."""
    entered: dict[str, object] = {}
    for name, label in (("rate", "learning_rate"), ("seed", "seed"), ("batch", "batch_size")):
        text = str(st.session_state.get(f"new_run_{name}") or "").strip()
        if text:
            try:
                typed = number(text)
            except ValueError:
                session.say(Problem("not_number", where=words(f"setup.{label}"), value=text))
                return
            entered[name] = int(typed) if name != "rate" and typed.is_integer() else typed
    for name in ("rule", "activation"):
        if st.session_state.get(f"new_run_{name}"):
            entered[name] = st.session_state[f"new_run_{name}"]
    chosen = Variation(**entered)  # type: ignore[arg-type]
    try:
        chosen.of(session.experiment)
    except Problem as problem:
        session.say(problem)
        return
    vars(look).update(vars(look.fitted(session)))
    _add(session, look, chosen)


PAGE = Page("optimisers", RUN, draw, controls, take, ADDRESS, by_updates=True)
