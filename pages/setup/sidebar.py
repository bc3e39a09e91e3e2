"""The set-up in the sidebar: what the experiment is, and every way to change it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine import Experiment, Network, numerals
from engine.activations import ACTIVATIONS
from engine.initial import MAX_SEED, SCHEMES
from engine.losses import CODES as LOSSES
from engine.network import MAX_LAYERS, MAX_NEURONS
from engine.penalties import MAX_PENALTY
from engine.presets import PRESETS
from engine.sharing.saved import opened
from pages.film import dialog as film_dialog
from pages.setup import data as setup_data
from pages.setup.changes import change
from pages.setup.programs import programs
from pages.setup.resizing import resized
from pages.setup.rule import rule_fields, schedule_fields
from pages.shared import dialogs
from pages.shared.edits import where
from pages.shared.fields import Fields, fields
from pages.shared.rules import rule_name
from pages.shared.session import Session
from pages.shared.view import Notice
from pages.text import Text

OWN = "own"
LARGEST_FILE = 6  # megabytes: what can be saved can be opened, data from a file of 2 and as many edits as can be kept
EDITED = "edited"
HIDDEN = tuple(name for name, activation in ACTIVATIONS.items() if not activation.coupled)
OUTPUT = {
    "half_squared_error": HIDDEN,
    "cross_entropy": tuple(name for name, activation in ACTIVATIONS.items() if activation.cancels),
}


def sidebar(session: Session, words: Text) -> None:
    """Draw the set-up. Each widget shows the experiment on screen; a change makes another experiment."""
    experiment, row = session.experiment, fields("setup")
    with st.sidebar:
        _preset(session, words, row)
        st.subheader(words("dataset.title"), anchor=False)
        setup_data.section(session, words, row)
        st.subheader(words("setup.network"), anchor=False)
        _network(session, words, experiment.network, row)
        st.subheader(words("setup.training"), anchor=False)
        _training(session, words, row)
        st.subheader(words("setup.start"), anchor=False)
        _start(session, words, row)
        st.button(
            words("setup.edit_tables"), key="edit_tables", on_click=dialogs.ask_for, args=("tables",), width="stretch"
        )
        st.caption(words("setup.restart_hint"))
        st.subheader(words("setup.file"), anchor=False)
        _file(session, words)
        row.end()


def summary(session: Session, words: Text) -> str:
    """The experiment in one line."""
    experiment = session.experiment
    name = preset_of(experiment)
    rows = len(experiment.X)
    kind = "single" if experiment.batch_size == 1 else "whole" if experiment.batch_size == rows else "mini"
    return " · ".join(
        (
            (setup_data.name_of(experiment, words) or words("setup.preset_own"))
            if name == OWN
            else words(f"preset.{name}"),
            *([edited] if (edited := where(session.edits, words)) else []),
            "-".join(map(str, experiment.network.sizes)),
            *([f"η {_rates(experiment)}"] if not all(rule.second for rule in experiment.rules) else []),
            *(rule_name(rule, words) for rule in dict.fromkeys(experiment.rules) if experiment.ruled),
            words(f"setup.batch_{kind}"),
        )
    )


def _rates(experiment: Experiment) -> str:
    """The rate, and what edits make of it: ``0.5 → 2``."""
    rates = [experiment.learning_rate, *(e.learning_rate for e in experiment.edits if e.learning_rate is not None)]
    said = [numerals.given(rate) for rate in rates]
    return " → ".join(said if len(said) <= 3 else [said[0], "…", said[-1]])


def preset_of(experiment: Experiment) -> str:
    """The name of the preset that the experiment is, whatever edits it has by now; "own" if it is none."""
    bare = replace(experiment, edits=())
    return next((name for name, preset in PRESETS.items() if preset.make() == bare), OWN)


def _preset(session: Session, words: Text, row: Fields) -> None:
    name = preset_of(session.experiment)
    plain = words("setup.preset_own") if name == OWN else words(f"preset.{name}")

    def choose(one: str) -> None:
        if one not in (OWN, EDITED):
            session.start(PRESETS[one].make())

    def label(one: str) -> str:
        if one == EDITED:
            return words("setup.preset_edited", name=plain)
        return words("setup.preset_own") if one == OWN else words(f"preset.{one}")

    # An edited example is a choice of its own: the example itself can then be chosen again.
    shown = EDITED if session.edits.applied else name
    names = [*PRESETS, shown] if shown in (OWN, EDITED) else list(PRESETS)
    st.selectbox(words("setup.preset"), names, format_func=label, **row.bound("preset", shown, choose))
    if len(session.edits):
        st.button(
            words("setup.reset"),
            key="reset_edits",
            help=words("setup.reset_help", name=plain),
            width="stretch",
            on_click=lambda: session.start(replace(session.experiment, edits=())),
        )
    if name != OWN:
        source = PRESETS[name].source
        about = words(f"preset_about.{name}")
        st.caption(words.together(about, words("setup.source", source=source)) if source else about)


def _network(session: Session, words: Text, network: Network, row: Fields) -> None:
    def put(make: Callable[[Network], Network]) -> None:
        """Another network, made of that by now: another field of the same report may have been entered before."""
        change(session, lambda experiment: resized(experiment, make(experiment.network)))

    def place(layer: int) -> int:
        """Where the layer of a field is by now: the output is the last; -1 for one that has gone."""
        last = session.experiment.network.layers
        return last if layer == network.layers else layer if layer < last else -1

    def layers(count: int) -> None:
        def made(now: Network) -> Network:
            hidden = (*now.sizes[1:-1], *([4] * MAX_LAYERS))[:count]
            kinds = (*now.activations[:-1], *([now.activations[0]] * MAX_LAYERS))[:count]
            kinds = tuple("sigmoid" if ACTIVATIONS[kind].coupled else kind for kind in kinds)
            return Network((now.sizes[0], *hidden, now.sizes[-1]), (*kinds, now.activations[-1]), now.loss)

        put(made)

    def neurons(layer: int, count: int) -> None:
        before, at = session.experiment.network, place(layer)
        put(lambda now: replace(now, sizes=_with(now.sizes, at, int(count))))
        if at in (0, before.layers) and int(count) > before.sizes[at]:
            session.notices.append(Notice("new_column"))

    def activation(layer: int, kind: str) -> None:
        at = place(layer) - 1
        put(lambda now: replace(now, activations=_with(now.activations, at, kind)))

    def loss(name: str) -> None:
        def made(now: Network) -> Network:
            last = now.activations[-1]
            last = last if last in OUTPUT[name] else "sigmoid"
            return Network(now.sizes, (*now.activations[:-1], last), name)

        put(made)

    def size(column: DeltaGenerator, label: str, layer: int) -> None:
        bound = row.bound(f"neurons_{layer}", network.sizes[layer], partial(neurons, layer))
        column.number_input(label, 1, MAX_NEURONS, step=1, **bound)

    left, right = st.columns(2)
    size(left, words("setup.inputs"), 0)
    size(right, words("setup.outputs"), network.layers)
    st.number_input(
        words("setup.hidden_layers"),
        0,
        MAX_LAYERS - 1,
        step=1,
        **row.bound("hidden_layers", network.layers - 1, lambda count: layers(int(count))),
    )
    for layer in range(1, network.layers + 1):
        left, right = st.columns(2)
        hidden = layer < network.layers
        if hidden:
            size(left, words("setup.neurons_in", layer=layer), layer)
        (right if hidden else st).selectbox(
            words("setup.activation_of", layer=layer) if hidden else words("setup.activation_output"),
            HIDDEN if hidden else OUTPUT[network.loss],
            format_func=lambda name: words(f"activation.{name}"),
            **row.bound(f"activation_{layer}", network.activations[layer - 1], partial(activation, layer)),
        )
    if not any(ACTIVATIONS[kind].coupled for kind in OUTPUT[network.loss]):
        st.caption(words("setup.coupled"))
    st.selectbox(
        words("setup.loss"),
        list(LOSSES),
        format_func=lambda name: words(f"loss.{name}"),
        **row.bound("loss", network.loss, loss),
    )


def _with(items: tuple[Any, ...], at: int, item: object) -> tuple[Any, ...]:
    """The items with another one at a place; as they are where they have no such place."""
    return tuple(item if k == at else old for k, old in enumerate(items))


def _training(session: Session, words: Text, row: Fields) -> None:
    experiment = session.experiment
    rows = len(experiment.X)

    def rate(eta: float) -> None:
        with session.saying():
            session.set_up_learning_rate(float(eta))

    def batching(kind: str) -> None:
        rows = len(session.experiment.X)
        setting("batch_size", {"single": 1, "whole": rows, "mini": max(2, rows // 2)}[kind])

    def setting(name: str, value: object) -> None:
        change(session, lambda old: replace(old, **{name: value}, edits=()))  # type: ignore[arg-type]

    label = words("setup.learning_rate") if session.t == 0 else words("setup.learning_rate_from")
    second = experiment.rule_at(session.t).second
    st.number_input(
        label,
        0.0,
        1000.0,
        step=0.1,
        format="%.6g",
        help=words("rule.differ_second" if second else "setup.learning_rate_help"),
        disabled=second,
        **row.bound("learning_rate", experiment.learning_rate_at(session.t), rate),
    )
    rule_fields(session, words, row)
    schedule_fields(session, words, row)
    kinds = ["single", "mini", "whole"] if rows > 2 else ["single", "whole"]
    kind = "single" if experiment.batch_size == 1 else "whole" if experiment.batch_size == rows else "mini"
    st.selectbox(
        words("setup.batching"),
        kinds,
        format_func=lambda name: words(f"setup.batch_{name}"),
        help=words("setup.batching_help"),
        **row.bound("batching", kind, batching),
    )
    if kind == "mini":
        st.number_input(
            words("setup.batch_size"),
            1,
            rows,
            step=1,
            **row.bound("batch_size", experiment.batch_size, lambda size: setting("batch_size", int(size))),
        )
    for name, label in (("shuffle", words("setup.shuffle")), ("freeze_biases", words("setup.freeze_biases"))):
        st.checkbox(label, **row.bound(name, getattr(experiment, name), partial(setting, name)))
    for column, name in zip(st.columns(2), ("l2", "l1"), strict=True):
        column.number_input(
            words(f"setup.{name}"),
            0.0,
            MAX_PENALTY,
            step=0.001,
            format="%.6g",
            help=words("setup.penalty_help"),
            **row.bound(name, getattr(experiment, name), partial(setting, name)),
        )


def _start(session: Session, words: Text, row: Fields) -> None:
    experiment = session.experiment
    typed = not isinstance(experiment.initial, str)

    def scheme(name: str) -> None:
        if name in SCHEMES:
            change(session, lambda old: replace(old, initial=name, edits=()))

    def seed(number: int) -> None:
        change(session, lambda old: replace(old, seed=int(number), edits=()))

    st.selectbox(
        words("setup.scheme"),
        [*SCHEMES, "typed"] if typed else list(SCHEMES),
        format_func=lambda name: words("setup.scheme_typed") if name == "typed" else words(f"scheme.{name}"),
        **row.bound("scheme", "typed" if typed else experiment.initial, scheme),
    )
    st.number_input(
        words("setup.seed"),
        0,
        MAX_SEED,
        step=1,
        disabled=(typed or experiment.initial == "zeros") and not experiment.shuffle,
        **row.bound("seed", experiment.seed, seed),
    )


def _file(session: Session, words: Text) -> None:
    def open_file() -> None:
        file = st.session_state.get(f"open_file_{st.session_state.get('files', 0)}")
        if file is None:
            return
        st.session_state.files = st.session_state.get("files", 0) + 1  # an empty uploader for the next file
        with session.saying():
            experiment, at = opened(file.getvalue())
            session.start(experiment)
            session.go_to_update(at)
            session.notices.append(Notice("opened", {"name": file.name[:60]}))

    save_button(session, words("setup.save"), "save_file")
    programs(session, words)
    st.button(
        words("film.button"), key="film", on_click=film_dialog.ask_for, help=words("film.button_help"), width="content"
    )
    st.file_uploader(
        words("setup.open"),
        type=["json"],
        max_upload_size=LARGEST_FILE,
        key=f"open_file_{st.session_state.get('files', 0)}",
        on_change=open_file,
    )


def save_button(session: Session, label: str, key: str) -> None:
    """A button that hands over the experiment as a file."""
    st.download_button(
        label,
        lambda: session.experiment.to_json(session.t),
        file_name="backstep.json",
        mime="application/json",
        key=key,
        on_click="ignore",
    )


def save_large(session: Session, words: Text, row: Fields) -> None:
    """The same in the transport, where an experiment is too large for an address."""
    if session.told_too_large:
        save_button(session, words("transport.save"), "save_large")
