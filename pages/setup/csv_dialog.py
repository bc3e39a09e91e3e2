"""The dialog that takes a CSV file: how it was read, what its columns are for; nothing changes until it is used."""

from functools import lru_cache
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from engine import Problem
from engine.data.csv_rows import classes_of, left_out, looks_like_classes, rows_of, usual_inputs
from engine.data.csv_table import DELIMITERS, CsvTable, read
from engine.data.datasets import DataSource, prepare
from pages.setup.changes import put
from pages.shared import dialogs, naming
from pages.shared.session import Session
from pages.text import Text

PREVIEW = 4
CUT = 40  # letters of a cell in the preview
NAMED = 6  # columns that a sentence names


@lru_cache(maxsize=4)
def _tried(raw: bytes, delimiter: str | None = None, header: bool | None = None) -> CsvTable | Problem:
    """The table or what is wrong with the file, kept: a dialog asks again with every run."""
    try:
        return read(raw, delimiter, header)
    except Problem as problem:
        return problem


def _read(raw: bytes, delimiter: str | None = None, header: bool | None = None) -> CsvTable:
    found = _tried(raw, delimiter, header)
    if isinstance(found, Problem):
        raise found.with_traceback(None)
    return found


def show(session: Session, words: Text) -> None:
    """Draw the dialog if it was asked for."""
    dialogs.show("csv", words("csv.title"), lambda: _file(session, words))


def _file(session: Session, words: Text) -> None:
    file = st.file_uploader(words("csv.file"), type=["csv", "tsv", "txt"], key="csv_file", help=words("csv.help"))
    pasted = "" if file else st.text_area(words("csv.paste"), key="csv_paste", placeholder=words("csv.paste_example"))
    if file is None and not pasted.strip():
        st.caption(words("csv.help"))
        return
    verdict = st.container()  # at the top, so that nobody has to look for what is wrong
    raw = file.getvalue() if file else pasted.encode()
    mark = file.file_id if file else "pasted"  # a new file makes fresh widget keys, so no old choice survives
    table: CsvTable | None = None
    try:
        table = _read(raw)
        wrong = None
    except Problem as problem:
        wrong = problem
    left, right = st.columns(2, vertical_alignment="bottom")
    delimiter = left.selectbox(
        words("csv.delimiter"),
        DELIMITERS,
        key=f"csv_delimiter_{mark}",
        index=DELIMITERS.index(table.delimiter) if table else 0,
        format_func=lambda one: words(f"csv_delimiter.{DELIMITERS.index(one)}"),
    )
    header = right.checkbox(words("csv.header"), value=table.header if table else True, key=f"csv_header_{mark}")
    if table is None or (delimiter, header) != (table.delimiter, table.header):
        try:
            table = _read(raw, delimiter, header) if table else _read(raw, delimiter)
        except Problem as problem:
            verdict.error(naming.sentence(words, wrong or problem))
            return
    _preview(table, words)
    _columns(session, words, table, verdict, f"{mark}_{DELIMITERS.index(table.delimiter)}_{table.header}")


def split_said(words: Text, source: DataSource) -> str:
    """How many rows train and how many test."""
    done = prepare(source)
    return words("dataset.split", train=len(done.rows), all=len(done.rows) + len(done.rows_test))


def _preview(table: CsvTable, words: Text) -> None:
    rows = table.cells[:PREVIEW]
    columns: dict[str, list[Any]] = {words("csv.line"): list(table.lines[:PREVIEW])}
    columns |= {
        f"{at + 1} · {name}": [row[at] if len(row[at]) <= CUT else row[at][:CUT] + "…" for row in rows]
        for at, name in enumerate(table.names)
    }
    st.caption(words("csv.preview", shown=len(rows), rows=len(table.cells), columns=len(table.names)))
    st.dataframe(columns, hide_index=True, height="content")


def _columns(session: Session, words: Text, table: CsvTable, verdict: DeltaGenerator, mark: str) -> None:
    """What each column is for; below the verdict, the button that uses them."""
    places = range(len(table.names))

    def called(at: int) -> str:
        return f"{at + 1} · {table.names[at]}"

    left, right = st.columns(2)
    target = left.selectbox(
        words("csv.target"), places, index=len(places) - 1, format_func=called, key=f"csv_target_{mark}"
    )
    kinds = ("classes", "numbers")
    kind = right.segmented_control(
        words("csv.kind"),
        kinds,
        default=kinds[not looks_like_classes(table, target)],
        required=True,
        format_func=lambda one: words(f"csv.{one}"),
        key=f"csv_kind_{mark}_{target}",
    )
    inputs = st.multiselect(
        words("csv.inputs"),
        [at for at in places if at != target],
        default=usual_inputs(table, target),
        format_func=called,
        key=f"csv_inputs_{mark}_{target}",
    )
    without = _left_out(words, table, target, tuple(inputs))
    share, scale = st.columns(2, vertical_alignment="bottom")
    test = share.slider(words("dataset.test"), 0, 90, 0, step=5, format="%d %%", key="csv_test")
    standardise = scale.checkbox(
        words("dataset.standardise"), value=False, key="csv_standardise", help=words("dataset.standardise_help")
    )
    source = None
    try:
        rows = rows_of(table, target, tuple(sorted(inputs)), kind == "classes")
        source = DataSource("own", own=rows, test_ratio=test / 100, standardise=standardise)
        said = words("csv.ready", rows=len(rows.X), inputs=rows.X.shape[1])
        if kind == "classes":
            names = ", ".join(naming.literal(naming.plain(name)) for name in classes_of(table, target))
            said = words.together(said, words("csv.classes_found", count=len(rows.classes), names=names))
        if test:
            said = words.together(said, split_said(words, source))
        verdict.success(words.together(said, without))
    except Problem as problem:
        verdict.error(words.together(naming.sentence(words, problem), without if not inputs else ""))
    use, leave = verdict.columns(2)
    if use.button(words("csv.use"), key="csv_use", type="primary", width="stretch", disabled=source is None) and source:
        put(session, source)
        dialogs.close()
    if leave.button(words("tables.cancel"), key="csv_leave", width="stretch"):
        dialogs.close()


def _left_out(words: Text, table: CsvTable, target: int, inputs: tuple[int, ...]) -> str:
    """Which columns are not used, and where the first cell stands that is no number; empty where all are used."""
    named = []
    for at, row in left_out(table, target, inputs):
        name = naming.literal(naming.plain(table.column(at)))
        if row is None:
            named.append(words("csv.left_column", column=name))
            continue
        cell = table.cells[row][at]
        value = naming.literal(naming.plain(cell))
        named.append(words(f"csv.left_{'cell' if cell else 'empty'}", column=name, line=table.lines[row], value=value))
    if not named:
        return ""
    more = words("csv.left_more", count=len(named) - NAMED) if len(named) > NAMED else ""
    return words("csv.left_out", columns=words("csv.and").join(named[:NAMED]) + more)
