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
from pages.setup import points_dialog
from pages.setup.changes import put
from pages.setup.csv_dialog import split_said
from pages.shared import dialogs, naming
from pages.shared.fields import Fields
from pages.shared.session import Session
from pages.text import Text

FEATURE_LABELS = dict(zip(FEATURES, ("x₁", "x₂", "x₁²", "x₂²", "x₁·x₂", "sin x₁", "sin x₂"), strict=True))
BY_HAND = "by-hand"  # rows of an example, or changed in the table: they have no recipe


def section(session: Session, words: Text, row: Fields) -> None:
    """Draw the section. A change gives the experiment other rows and keeps its hidden layers and settings."""
    source = session.experiment.source
    _choice(session, words, source, row)
    if source is not None and source.name in GENERATED:
        _generated(session, words, source, row)
    own, points = st.columns(2)
    own.button(words("dataset.open_csv"), key="open_csv", on_click=dialogs.ask_for, args=("csv",), width="stretch")
    points.button(words("dataset.click_points"), key="click_points", on_click=points_dialog.ask_for, width="stretch")
    st.button(
        words("dataset.type_table"), key="type_table", on_click=dialogs.ask_for, args=("tables",), width="stretch"
    )
    _preparation(session, words, source_of(session.experiment), row)


def name_of(experiment: Experiment, words: Text) -> str | None:
    """What the data set of an experiment is called; None where its rows have no recipe."""
    return None if experiment.source is None else words(f"dataset_name.{experiment.source.name}")


def _choice(session: Session, words: Text, source: DataSource | None, row: Fields) -> None:
    now = BY_HAND if source is None else source.name
    names = [*(name for name in DATA if name != "own"), *([now] if now in (BY_HAND, "own") else [])]

    def choose(name: str) -> None:
        source = session.experiment.source  # as it is by now: another field of the same report may have been entered
        if name == now or name not in (*GENERATED, *FROM_FILES):
            return
        made = DataSource(name)
        if source is not None:
            made = replace(
                made,
                test_ratio=source.test_ratio,
                split_seed=source.split_seed,
                standardise=source.standardise,
                signed=source.signed,
                features=source.features if raw_rows(made).X.shape[1] == 2 else (),
            )
        put(session, made)

    st.selectbox(
        words("dataset.set"),
        names,
        format_func=lambda name: words(f"dataset_name.{name}"),
        **row.bound("data_set", now, choose),
    )
    about = words(f"dataset_about.{now}")
    st.caption(words.together(about, words("setup.source", source=SOURCES[now])) if now in SOURCES else about)


def _generated(session: Session, words: Text, source: DataSource, row: Fields) -> None:
    size, noise, seed = st.columns(3)
    size.number_input(
        words("dataset.size"),
        2,
        MAX_ROWS,
        step=10,
        **row.bound("data_size", source.size, lambda size: put(session, size=int(size))),
    )
    noise.number_input(
        words("dataset.noise"),
        0.0,
        MAX_NOISE,
        step=0.05,
        format="%.6g",
        help=words("dataset.noise_help"),
        **row.bound("data_noise", source.noise, lambda noise: put(session, noise=float(noise))),
    )
    seed.number_input(
        words("dataset.seed"),
        0,
        MAX_SEED,
        step=1,
        **row.bound("data_seed", source.seed, lambda seed: put(session, seed=int(seed))),
    )


def _preparation(session: Session, words: Text, source: DataSource, row: Fields) -> None:
    """Split, scale, features and coding of the classes."""
    done = prepare(source)
    share, seed = st.columns([2, 1])
    share.slider(
        words("dataset.test"),
        0,
        90,
        step=5,
        format="%d %%",
        help=words("dataset.test_help"),
        **row.bound(
            "test_share",
            round(100 * source.test_ratio),
            lambda share: put(session, test_ratio=share / 100),
        ),
    )
    seed.number_input(
        words("dataset.split_seed"),
        0,
        MAX_SEED,
        step=1,
        disabled=not source.test_ratio,
        **row.bound("split_seed", source.split_seed, lambda seed: put(session, split_seed=int(seed))),
    )
    if source.test_ratio:
        st.caption(split_said(words, source))
    st.checkbox(
        words("dataset.standardise"),
        help=words("dataset.standardise_help"),
        **row.bound("standardise", source.standardise, lambda on: put(session, standardise=bool(on))),
    )
    if source.standardise and done.constant:
        called = naming.raw_names(words, source)
        names = ", ".join(naming.literal(called[i]) for i in done.constant)
        st.caption(words("dataset.constant", names=names))
    if done.classes and (source.signed or session.experiment.network.output.signed):
        st.checkbox(
            words("dataset.signed"),
            **row.bound("signed", source.signed, lambda on: put(session, signed=bool(on))),
        )
    if done.points.shape[1] == 2:
        st.pills(
            words("dataset.features"),
            FEATURES,
            selection_mode="multi",
            help=words("dataset.features_help"),
            format_func=lambda name: FEATURE_LABELS[name],
            **row.bound(
                "features",
                list(source.features or FEATURES[:2]),
                lambda names: put(session, features=tuple(names)),
            ),
        )
