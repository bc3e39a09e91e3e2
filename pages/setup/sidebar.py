"""The set-up in the sidebar: what the experiment is, and every way to change it."""

from dataclasses import replace

import streamlit as st

from engine import Experiment, Network, Problem, numerals
from engine.activations import CODES as ACTIVATIONS
from engine.initial import MAX_SEED, SCHEMES
from engine.losses import CODES as LOSSES
from engine.network import MAX_LAYERS, MAX_NEURONS
from engine.penalties import MAX_PENALTY
from engine.presets import PRESETS
from pages import asking
from pages.controls import change, controlled
from pages.resizing import resized
from pages.session import Session
from pages.setup import data as setup_data
from pages.text import Text
from pages.view import Notice

OWN = "own"
HIDDEN = tuple(name for name in ACTIVATIONS if name != "softmax")
OUTPUT = {"half_squared_error": HIDDEN, "cross_entropy": ("sigmoid", "softmax")}


def sidebar(session: Session, words: Text) -> None:
    """Draw the set-up. Each widget shows the experiment on screen; a change makes another experiment."""
    experiment = session.experiment
    with st.sidebar:
        st.header(words("setup.title"), anchor=False)
        _preset(session, words)
        st.subheader(words("dataset.title"), anchor=False)
        setup_data.section(session, words)
        st.subheader(words("setup.network"), anchor=False)
        _network(session, words, experiment.network)
        st.subheader(words("setup.training"), anchor=False)
        _training(session, words)
        st.subheader(words("setup.start"), anchor=False)
        _start(session, words)
        st.button(
            words("setup.edit_tables"), key="edit_tables", on_click=asking.ask_for, args=("tables",), width="stretch"
        )
        st.caption(words("setup.restart_hint"))
        st.subheader(words("setup.file"), anchor=False)
        _file(session, words)


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
            "-".join(map(str, experiment.network.sizes)),
            f"η {numerals.given(experiment.learning_rate_at(session.t))}",
            words(f"setup.batch_{kind}"),
        )
    )


def preset_of(experiment: Experiment) -> str:
    """The name of the preset that the experiment is, whatever edits it has by now; "own" if it is none."""
    bare = replace(experiment, edits=())
    return next((name for name, preset in PRESETS.items() if preset.make() == bare), OWN)


def _preset(session: Session, words: Text) -> None:
    name = preset_of(session.experiment)

    def choose() -> None:
        if st.session_state.preset != OWN:
            session.start(PRESETS[st.session_state.preset].make())

    names = [*PRESETS, OWN] if name == OWN else list(PRESETS)
    st.selectbox(
        words("setup.preset"), names, key=controlled("preset", name), on_change=choose,
        format_func=lambda one: words("setup.preset_own") if one == OWN else words(f"preset.{one}"),
    )  # fmt: skip
    if name != OWN:
        source = PRESETS[name].source
        about = words(f"preset_about.{name}")
        st.caption(f"{about} {words('setup.source', source=source)}" if source else about)


def _network(session: Session, words: Text, network: Network) -> None:
    def layers() -> None:
        count = int(st.session_state.hidden_layers)
        hidden = (*network.sizes[1:-1], *([4] * MAX_LAYERS))[:count]
        kinds = (*network.activations[:-1], *([network.activations[0]] * MAX_LAYERS))[:count]
        kinds = tuple("sigmoid" if kind == "softmax" else kind for kind in kinds)
        made = Network((network.sizes[0], *hidden, network.sizes[-1]), (*kinds, network.activations[-1]), network.loss)
        change(session, lambda experiment: resized(experiment, made))

    def neurons(layer: int) -> None:
        sizes = list(network.sizes)
        sizes[layer] = int(st.session_state[f"neurons_{layer}"])
        change(session, lambda experiment: resized(experiment, replace(network, sizes=tuple(sizes))))
        if layer in (0, network.layers) and sizes[layer] > network.sizes[layer]:
            session.notices.append(Notice("new_column"))

    def activation(layer: int) -> None:
        kinds = list(network.activations)
        kinds[layer - 1] = st.session_state[f"activation_{layer}"]
        change(session, lambda experiment: resized(experiment, replace(network, activations=tuple(kinds))))

    def loss() -> None:
        name = st.session_state.loss
        last = network.activations[-1]
        last = last if last in OUTPUT[name] else "sigmoid"
        made = Network(network.sizes, (*network.activations[:-1], last), name)
        change(session, lambda experiment: resized(experiment, made))

    ends = st.columns(2)
    for column, layer, name in ((ends[0], 0, "inputs"), (ends[1], network.layers, "outputs")):
        column.number_input(
            words(f"setup.{name}"), 1, MAX_NEURONS, step=1, on_change=neurons, args=(layer,),
            key=controlled(f"neurons_{layer}", network.sizes[layer]),
        )  # fmt: skip
    st.number_input(
        words("setup.hidden_layers"), 0, MAX_LAYERS - 1, step=1,
        key=controlled("hidden_layers", network.layers - 1), on_change=layers,
    )  # fmt: skip
    for layer in range(1, network.layers + 1):
        left, right = st.columns(2)
        if layer < network.layers:
            left.number_input(
                words("setup.neurons_in", layer=layer), 1, MAX_NEURONS, step=1,
                key=controlled(f"neurons_{layer}", network.sizes[layer]), on_change=neurons, args=(layer,),
            )  # fmt: skip
        kinds = HIDDEN if layer < network.layers else OUTPUT[network.loss]
        label = (
            words("setup.activation_of", layer=layer) if layer < network.layers else words("setup.activation_output")
        )
        (right if layer < network.layers else st).selectbox(
            label, kinds, key=controlled(f"activation_{layer}", network.activations[layer - 1]),
            on_change=activation, args=(layer,), format_func=lambda name: words(f"activation.{name}"),
        )  # fmt: skip
    st.selectbox(
        words("setup.loss"), list(LOSSES), key=controlled("loss", network.loss), on_change=loss,
        format_func=lambda name: words(f"loss.{name}"),
    )  # fmt: skip


def _training(session: Session, words: Text) -> None:
    experiment = session.experiment
    rows = len(experiment.X)

    def rate() -> None:
        try:
            session.set_learning_rate(float(st.session_state.learning_rate))
        except Problem as problem:
            session.say(problem)

    def batching() -> None:
        size = {"single": 1, "whole": rows, "mini": max(2, rows // 2)}[st.session_state.batching]
        change(session, lambda old: replace(old, batch_size=size, edits=()))

    def batch_size() -> None:
        change(session, lambda old: replace(old, batch_size=int(st.session_state.batch_size), edits=()))

    def shuffle() -> None:
        change(session, lambda old: replace(old, shuffle=bool(st.session_state.shuffle), edits=()))

    def freeze() -> None:
        change(session, lambda old: replace(old, freeze_biases=bool(st.session_state.freeze_biases), edits=()))

    def penalty(name: str) -> None:
        rate = float(st.session_state[name])
        change(session, lambda old: replace(old, **{name: rate}, edits=()))  # type: ignore[arg-type]

    label = words("setup.learning_rate") if session.t == 0 else words("setup.learning_rate_from")
    st.number_input(
        label, 0.0, 1000.0, step=0.1, format="%.6g", help=words("setup.learning_rate_help"),
        key=controlled("learning_rate", experiment.learning_rate_at(session.t)), on_change=rate,
    )  # fmt: skip
    kinds = ["single", "mini", "whole"] if rows > 2 else ["single", "whole"]
    kind = "single" if experiment.batch_size == 1 else "whole" if experiment.batch_size == rows else "mini"
    st.selectbox(
        words("setup.batching"), kinds, key=controlled("batching", kind), on_change=batching,
        format_func=lambda name: words(f"setup.batch_{name}"),
    )  # fmt: skip
    if kind == "mini":
        st.number_input(
            words("setup.batch_size"), 1, rows, step=1, key=controlled("batch_size", experiment.batch_size),
            on_change=batch_size,
        )  # fmt: skip
    st.checkbox(words("setup.shuffle"), key=controlled("shuffle", experiment.shuffle), on_change=shuffle)
    st.checkbox(
        words("setup.freeze_biases"), key=controlled("freeze_biases", experiment.freeze_biases), on_change=freeze
    )
    for column, name in zip(st.columns(2), ("l2", "l1"), strict=True):
        column.number_input(
            words(f"setup.{name}"), 0.0, MAX_PENALTY, step=0.001, format="%.6g", help=words("setup.penalty_help"),
            key=controlled(name, getattr(experiment, name)), on_change=penalty, args=(name,),
        )  # fmt: skip


def _start(session: Session, words: Text) -> None:
    experiment = session.experiment
    typed = not isinstance(experiment.initial, str)

    def scheme() -> None:
        if st.session_state.scheme in SCHEMES:
            change(session, lambda old: replace(old, initial=st.session_state.scheme, edits=()))

    def seed() -> None:
        change(session, lambda old: replace(old, seed=int(st.session_state.seed), edits=()))

    st.selectbox(
        words("setup.scheme"), [*SCHEMES, "typed"] if typed else list(SCHEMES),
        key=controlled("scheme", "typed" if typed else experiment.initial), on_change=scheme,
        format_func=lambda name: words("setup.scheme_typed") if name == "typed" else words(f"scheme.{name}"),
    )  # fmt: skip
    st.number_input(
        words("setup.seed"), 0, MAX_SEED, step=1, key=controlled("seed", experiment.seed), on_change=seed,
        disabled=(typed or experiment.initial == "zeros") and not experiment.shuffle,
    )  # fmt: skip


def _file(session: Session, words: Text) -> None:
    def opened() -> None:
        file = st.session_state.get(f"open_file_{st.session_state.get('files', 0)}")
        if file is None:
            return
        st.session_state.files = st.session_state.get("files", 0) + 1  # an empty uploader for the next file
        try:
            session.start(Experiment.from_json(file.getvalue()))
            session.notices.append(Notice("opened", {"name": file.name[:60]}))
        except Problem as problem:
            session.say(problem)

    save_button(session, words("setup.save"), "save_file")
    st.file_uploader(
        words("setup.open"), type=["json"], key=f"open_file_{st.session_state.get('files', 0)}", on_change=opened
    )


def save_button(session: Session, label: str, key: str) -> None:
    """A button that hands over the experiment as a file."""
    st.download_button(
        label, lambda: session.experiment.to_json(), file_name="backstep.json", mime="application/json", key=key,
        on_click="ignore",
    )  # fmt: skip
