"""A learner without a browser: speaks Streamlit's own protocol over its websocket, and checks every answer.

What a browser does is done here, byte for byte: one BackMsg for each press, with the stage's fragment and the number of
the event; the answer is there when a stage with that number's acknowledgement has come.
"""

import asyncio
import gzip
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from secrets import token_hex
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlencode

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from pages.figures.theme import LIGHT
from pages.shared import address
from pages.shared.session import Session
from pages.shared.track import ID as TIMELINE
from pages.stage.assets import own_path
from pages.stage.wire import Wire, panel_wire
from pages.stepper import panels as stepper
from pages.text import text

REST: Final = 0.09  # seconds after which the browser asks for what is ahead
PATIENCE: Final = 60.0  # seconds for one answer


@dataclass(frozen=True)
class Lesson:
    """What a learner does: an address that is opened, and moves that come one after the other, again and again."""

    query: str
    moves: tuple[str, ...]

    def step(self, presses: int) -> str:
        """The stage's ``data-step`` after so many presses."""
        return self._after(presses)[0]

    def panels(self, presses: int) -> list[Wire]:
        """What the stage must then show, computed here by the engine and the figures, as it is sent."""
        return self._after(presses)[1]

    def _after(self, presses: int) -> tuple[str, list[Wire]]:
        return _expected(self, presses)


_walks: dict[Lesson, Session] = {}


@cache
def _expected(lesson: Lesson, presses: int) -> tuple[str, list[Wire]]:
    """Asked for in order: each lesson is walked once, whoever many learners follow it."""
    if presses:
        _expected(lesson, presses - 1)
        session = _walks[lesson]
        getattr(session, lesson.moves[(presses - 1) % len(lesson.moves)])()
    else:
        session = _walks[lesson] = address.read(lesson.query)
        assert not session.notices, session.notices
    wires = [panel_wire(panel) for panel in stepper.panels(session, text("en"), LIGHT, [])]
    update, written = session.update, json.dumps(wires)
    if str(session.phase).startswith("delta"):  # what the trace says, to the last bit, is what is sent
        layer = int(str(session.phase).rpartition("-")[2])
        assert repr(float(update.trace.delta[layer - 1][0, 0])) in written
    return f"{session.t}.{session.phase}", wires


def _of_step(panels: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the strip over the run, which tells more with every look into the background."""
    return [panel for panel in panels if panel["id"] != TIMELINE]


@dataclass
class Learner:
    """One visitor, with what was measured.

    Attributes
    ----------
    seconds : list of float
        From each press to the stage that answers it.
    opened : float
        Seconds from the connection to the first stage.
    received : int
        Bytes that came, as they travel.
    """

    lesson: Lesson
    seconds: list[float] = field(default_factory=list)
    opened: float = 0.0
    received: int = 0
    wrong: list[str] = field(default_factory=list)
    line: ClientConnection | None = None
    mount: str = field(default_factory=lambda: token_hex(8))
    presses: int = 0
    message: dict[str, Any] = field(default_factory=dict)
    stage: BidiComponent = field(default_factory=BidiComponent)
    port: int = 0
    foreseen: int = 0  # screens that came ahead
    fragments: dict[str, str] = field(default_factory=dict)  # by the component's id
    page: str = ""
    running: bool = True
    beside: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None  # asks for what is ahead

    @property
    def cookie(self) -> str:
        """Who this is to the nginx of deploy/."""
        return f"backstep={self.mount}"

    async def open(self, port: int, compressed: bool = False) -> None:
        """Open the page and check the first picture."""
        await self.come(port, compressed)
        await self._finish()
        self._check()

    async def come(self, port: int, compressed: bool = False) -> None:
        """Connect and wait for the first picture, whatever it shows."""
        begun, self.port = perf_counter(), port
        self.line = await connect(
            f"ws://127.0.0.1:{port}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            compression="deflate" if compressed else None,
            max_size=None,
            open_timeout=PATIENCE,
            additional_headers={"Cookie": self.cookie},
        )
        request = BackMsg()
        request.rerun_script.query_string = self.lesson.query
        await self.line.send(request.SerializeToString())
        await self._until(lambda: bool(self.message))
        self.opened = perf_counter() - begun

    async def press(self) -> None:
        """The next move of the lesson."""
        self.presses += 1
        move = self.lesson.moves[(self.presses - 1) % len(self.lesson.moves)]
        events = [{"n": self.presses, "panel": "keys", "ref": move}]
        begun = perf_counter()
        await self._trigger(
            self.stage, "event", {"mount": self.mount, "session": self.message["session"], "events": events}
        )
        await self._until(lambda: self.message["ack"] == [self.mount, self.presses])
        self.seconds.append(perf_counter() - begun)
        self._check()
        await self._finish()

    async def look_ahead(self) -> None:
        """Ask for the screens next to this one, as the browser does while nobody presses anything; check the next."""
        await asyncio.sleep(REST)
        coming = self.lesson.moves[self.presses % len(self.lesson.moves)]
        for move in self.message["ahead"]:
            asked = {"of": self.message["session"], "version": self.message["version"], "move": move}
            screens = await self._get(f"{own_path('stage-ahead')}?{urlencode(asked)}")
            if screens is None:
                return  # the server has no time
            self.foreseen += 1
            if move == coming and screens:
                step, panels = self.lesson.step(self.presses + 1), self.lesson.panels(self.presses + 1)
                if screens[0]["step"] != step or any(one not in panels for one in _of_step(screens[0]["panels"])):
                    self.wrong.append(f"ahead of {step}")

    async def _get(self, path: str) -> list[dict[str, Any]] | None:
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n\r\n".encode()
        try:
            told, body = await self._answer(request)
        except (asyncio.IncompleteReadError, ConnectionError):  # closed meanwhile, for nothing was asked for a while
            await self._hang_up()
            told, body = await self._answer(request)
        self.received += len(told) + len(body)
        if b" 200 " not in told.split(b"\r\n")[0]:
            return None
        found: list[dict[str, Any]] = json.loads(gzip.decompress(body))["screens"]
        return found

    async def _answer(self, request: bytes) -> tuple[bytes, bytes]:
        """Head and body of the answer, on a connection that stays open, as a browser's does."""
        if self.beside is None:
            self.beside = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self.beside
        writer.write(request)
        told = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)\r\ncontent-length: (\d+)", told)
        return told, await reader.readexactly(int(length[1])) if length else b""

    async def leave(self) -> None:
        """Close the page."""
        await self._hang_up()
        if self.line is not None:
            await self.line.close()

    async def _hang_up(self) -> None:
        """End the connection beside the page's line, and wait for its end: it would outlive the loop."""
        if self.beside is not None:
            writer, self.beside = self.beside[1], None
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    def _check(self) -> None:
        step, panels = self.lesson.step(self.presses), self.lesson.panels(self.presses)
        if self.message["step"] != step:
            self.wrong.append(f"{self.message['step']} instead of {step}")
        elif (shown := _of_step(self.message["panels"])) != panels:
            odd = [a["id"] for a, b in zip(shown, panels, strict=False) if a != b]
            self.wrong.append(f"at {step} the panels {', '.join(map(str, odd))}")

    async def _trigger(self, component: BidiComponent, event: str, value: object) -> None:
        assert self.line is not None
        request = BackMsg()
        run = request.rerun_script
        run.query_string, run.page_script_hash = self.lesson.query, self.page
        run.fragment_id = self.fragments[component.id]
        state = run.widget_states.widgets.add()
        state.id = _make_trigger_id(component.id, "events")
        state.json_trigger_value = json.dumps([{"event": event, "value": value}])
        self.running = True
        await self.line.send(request.SerializeToString())

    async def _until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                await self._take()
                if holds():
                    return

    async def _finish(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.running:
                await self._take()

    async def _take(self) -> None:
        assert self.line is not None
        raw = await self.line.recv()
        assert isinstance(raw, bytes)
        self.received += len(raw)
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "script_finished":
            self.running = False
        elif kind == "delta" and message.delta.new_element.WhichOneof("type") == "bidi_component":
            component = message.delta.new_element.bidi_component
            self.fragments[component.id] = message.delta.fragment_id
            if component.component_name == "backstep.stage":
                self.stage, self.message = component, json.loads(component.bytes)
