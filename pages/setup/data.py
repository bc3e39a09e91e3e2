"""The data of the set-up: which set, how its rows are drawn, split, standardised and expanded to features."""

from dataclasses import replace

import streamlit as st

from engine import Experiment
from engine.data.checks import MAX_ROWS
from engine.data.datasets import DATA, FROM_FILES, SOURCES, DataSource, prepare, raw_rows
from engine.data.features import FEATURES
from engine.data.generated import GENERATED, MAX_NOISE
from engine.data.sourced import source_of
from engine.initial import MAX_SEED
from pages import asking, naming
from pages.controls import controlled, put
from pages.session import Session
from pages.setup import points_dialog
from pages.text import Text

FEATURE_LABELS = dict(zip(FEATURES, ("x₁", "x₂", "x₁²", "x₂²", "x₁·x₂", "sin x₁", "sin x₂"), strict=True))
BY_HAND = "by-hand"  # rows of an example, or changed in the table: they have no recipe


def section(session: Session, words: Text) -> None:
    """Draw the section. A change gives the experiment other rows and keeps its hidden layers and settings."""
    source = session.experiment.source
    _choice(session, words, source)
    if source is not None and source.name in GENERATED:
        _generated(session, words, source)
    own, points = st.columns(2)
    own.button(words("dataset.open_csv"), key="open_csv", on_click=asking.ask_for, args=("csv",), width="stretch")
    points.button(words("dataset.click_points"), key="click_points", on_click=points_dialog.ask_for, width="stretch")
    st.button(words("dataset.type_table"), key="type_table", on_click=asking.ask_for, args=("tables",), width="stretch")
    _preparation(session, words, source_of(session.experiment))


def name_of(experiment: Experiment, words: Text) -> str | None:
    """What the data set of an experiment is called; None where its rows have no recipe."""
    return None if experiment.source is None else words(f"dataset_name.{experiment.source.name}")


def _choice(session: Session, words: Text, source: DataSource | None) -> None:
    now = BY_HAND if source is None else source.name
    names = [*(name for name in DATA if name != "own"), *([now] if now in (BY_HAND, "own") else [])]

    def choose() -> None:
        name = st.session_state.data_set
        if name == now or name not in (*GENERATED, *FROM_FILES):
            return
        made = DataSource(name)
        if source is not None:
            made = replace(
                made, test_ratio=source.test_ratio, split_seed=source.split_seed, standardise=source.standardise,
                signed=source.signed, features=source.features if raw_rows(made).X.shape[1] == 2 else (),
            )  # fmt: skip
        put(session, made)

    st.selectbox(
        words("dataset.set"), names, key=controlled("data_set", now), on_change=choose,
        format_func=lambda name: words(f"dataset_name.{name}"),
    )  # fmt: skip
    about = words(f"dataset_about.{now}")
    st.caption(f"{about} {words('setup.source', source=SOURCES[now])}" if now in SOURCES else about)


def _generated(session: Session, words: Text, source: DataSource) -> None:
    size, noise, seed = st.columns(3)
    size.number_input(
        words("dataset.size"), 2, MAX_ROWS, step=10, key=controlled("data_size", source.size),
        on_change=lambda: put(session, replace(source, size=int(st.session_state.data_size))),
    )  # fmt: skip
    noise.number_input(
        words("dataset.noise"), 0.0, MAX_NOISE, step=0.05, format="%.6g", key=controlled("data_noise", source.noise),
        on_change=lambda: put(session, replace(source, noise=float(st.session_state.data_noise))),
        help=words("dataset.noise_help"),
    )  # fmt: skip
    seed.number_input(
        words("dataset.seed"), 0, MAX_SEED, step=1, key=controlled("data_seed", source.seed),
        on_change=lambda: put(session, replace(source, seed=int(st.session_state.data_seed))),
    )  # fmt: skip


def _preparation(session: Session, words: Text, source: DataSource) -> None:
    """Split, scale, features and coding of the classes."""
    done = prepare(source)
    share, seed = st.columns([2, 1])
    share.slider(
        words("dataset.test"), 0, 90, step=5, format="%d %%",
        key=controlled("test_share", round(100 * source.test_ratio)), help=words("dataset.test_help"),
        on_change=lambda: put(session, replace(source, test_ratio=st.session_state.test_share / 100)),
    )  # fmt: skip
    seed.number_input(
        words("dataset.split_seed"), 0, MAX_SEED, step=1, key=controlled("split_seed", source.split_seed),
        on_change=lambda: put(session, replace(source, split_seed=int(st.session_state.split_seed))),
        disabled=not source.test_ratio,
    )  # fmt: skip
    st.checkbox(
        words("dataset.standardise"), key=controlled("standardise", source.standardise),
        on_change=lambda: put(session, replace(source, standardise=bool(st.session_state.standardise))),
        help=words("dataset.standardise_help"),
    )  # fmt: skip
    if source.standardise and done.constant:
        names = ", ".join(naming.literal(raw_rows(source).input_names[i]) for i in done.constant)
        st.caption(words("dataset.constant", names=names))
    if done.classes and (source.signed or session.experiment.network.activations[-1] in ("tanh", "identity")):
        st.checkbox(
            words("dataset.signed"), key=controlled("signed", source.signed),
            on_change=lambda: put(session, replace(source, signed=bool(st.session_state.signed))),
        )  # fmt: skip
    if done.points.shape[1] == 2:
        st.pills(
            words("dataset.features"), FEATURES, selection_mode="multi", help=words("dataset.features_help"),
            key=controlled("features", list(source.features or FEATURES[:2])),
            format_func=lambda name: FEATURE_LABELS[name],
            on_change=lambda: put(session, replace(source, features=tuple(st.session_state.features))),
        )  # fmt: skip
