"""Work for a visitor who has closed the page ends: a real server, and a connection that is cut."""

import time
from pathlib import Path
from typing import Final

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from websockets.sync.client import connect

from tests.browser.conftest import Server

SCRIPT: Final = """
from pathlib import Path

import streamlit as st

from engine import work
from pages.shared import visitor

work.ask(visitor.stop_where_left)
log = Path(__file__).with_suffix(".log")
try:
    for slice in range(100_000):
        log.write_text(str(slice))
        sum(range(200_000))
        work.pause()
finally:
    log.with_suffix(".over").write_text("over")
"""
PATIENCE: Final = 60  # seconds


def _slices(log: Path) -> int:
    return int(log.read_text() or 0) if log.exists() else 0


def _until(holds: object, what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not holds():  # type: ignore[operator]
        assert time.monotonic() < end, what
        time.sleep(0.05)


@pytest.mark.slow
def test_work_ends_with_the_connection(tmp_path: Path) -> None:
    app = tmp_path / "endless.py"
    app.write_text(SCRIPT, "utf-8")
    log, over = app.with_suffix(".log"), app.with_suffix(".over")
    server = Server(app)
    try:
        server.wait()
        request = BackMsg()
        request.rerun_script.query_string = ""
        with connect(f"ws://127.0.0.1:{server.port}/_stcore/stream", subprotocols=["streamlit"]) as line:  # type: ignore[list-item]
            line.send(request.SerializeToString())
            _until(lambda: _slices(log) > 20, "the script works while its visitor is there")
            assert not over.exists()
        _until(over.exists, "the script went on for nobody")
        last = _slices(log)
        time.sleep(0.5)
        assert _slices(log) == last
    finally:
        server.end()
