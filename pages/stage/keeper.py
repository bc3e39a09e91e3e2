"""Mount the keeper: it holds texts that are too large for an address in the visitor's browser, and gives them back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from secrets import token_hex

import streamlit as st

from pages.stage.assets import asset_url
from pages.stage.events import LONGEST_ADDRESS

LONGEST = 4_000_000  # characters of a text
KEY = "keeper"
NOTHING = "-"  # the text that stands for one that is no more
PINNED = "~"  # begins the name of a text that never makes room for others, and is no address's

_mount = st.components.v2.component(
    "backstep.keeper",
    js=f"""
export default async (component) =>
  (await import(new URL({asset_url("keeping.js")!r}, location.origin).href)).keep(component);
""",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the browser said of the text with that name."""

    name: str
    text: str | None  # the text, empty where the browser does not have it; None where it asks for it
    query: str = ""  # with a text, the address bar's query string by now; the text is the one that it names by own


def keeper(
    name: str,
    *,
    text: str = "",
    question: str = "",
    on_answer: Callable[[Answer], None] | None = None,
    key: str = KEY,
    cookie: str = "",
) -> None:
    """Let the browser keep ``text`` under ``name``; without one it asks for the text if it does not have it.

    With a ``question``, any word that was not used before, it is asked for the text instead. By a ``cookie`` of that
    name it says beforehand, with its next connection, that it keeps a text that is more than ``NOTHING``.
    """

    def report() -> None:
        state = st.session_state.get(key)
        answer = answered(state.get("event") if isinstance(state, Mapping) else None)
        if answer is not None and on_answer is not None:
            on_answer(answer)

    marks = {"cookie": cookie, "nothing": text == NOTHING} if cookie else {}
    _mount(key=key, data={"name": name, "text": text, "question": question, **marks}, on_event_change=report)


def pinned(name: str, text: str | None, take: Callable[[str], None], cookie: str = "") -> None:
    """Let the browser keep a text for good under a name of its own, and say by a cookie that it does.

    With None it is asked for the text, which ``take`` gets, empty where there is none; with an empty one nothing is
    done. The place is there always, so that nothing below it is built anew.
    """
    kept_as = f"{PINNED}{name}"

    def answer(said: Answer) -> None:
        if said.name == kept_as and said.text is not None:
            take(said.text)

    with st.container(key=f"keeping_{name}"):
        if text is None:
            keeper(kept_as, question=token_hex(8), on_answer=answer, key=f"{name}_keeper")
        elif text:
            keeper(kept_as, text=text, key=f"{name}_keeper", cookie=cookie)


def answered(value: object) -> Answer | None:
    """The browser's report; None if its shape is not the expected one."""
    match value:
        case {"name": str(name), "text": str(text), "query": str(query)} if (
            len(name) <= 64 and len(text) <= LONGEST and len(query) <= LONGEST_ADDRESS
        ):
            return Answer(name, text, query)
        case {"name": str(name), **rest} if len(name) <= 64 and not rest:
            return Answer(name, None)
    return None
