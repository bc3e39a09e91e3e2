"""The error boundary: what fails has a sentence in its place, the rest goes on, and the log has the traceback."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, TypeAlias

import streamlit as st
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx

from pages.shared.view import Notice
from pages.stage import Event, Group, Note, Panel
from pages.text import Text, language_of, text

AFRESH: Final = "afresh"  # the ref of a link in the stage that starts the page afresh
Builders: TypeAlias = Mapping[str, Callable[[], Panel]]  # panel ids and what makes each
LOG: Final = logging.getLogger("backstep")


def guarded(words: Text, builders: Builders) -> list[Panel]:
    """The panels that the builders make, by id; one that cannot be made has a note with its id in its place."""
    panels: list[Panel] = []
    for name, build in builders.items():
        try:
            panels.append(build())
        except Exception:
            LOG.exception("The panel %s failed.", name)
            panels.append(instead(words, name))
    return panels


def together(words: Text, name: str, make: Callable[[], Sequence[Panel]]) -> list[Panel]:
    """Panels that are made together; where they cannot be, one note stands for them in the place of the first."""
    try:
        return list(make())
    except Exception:
        LOG.exception("The panels that begin with %s failed.", name)
        return [instead(words, name)]


def instead(words: Text, name: str, whole: bool = False) -> Note:
    """The note that stands where a panel failed, or the ``whole`` screen, with the way to start afresh."""
    return Note(
        name,
        words("failed.screen") if whole else words("failed.panel"),
        "negative",
        links=((words("failed.afresh"), AFRESH),),
    )


def failed(panels: Iterable[Panel]) -> bool:
    """Whether a note stands in place of one of the panels, or of one inside a group."""
    return any(
        failed(panel.panels)
        if isinstance(panel, Group)
        else isinstance(panel, Note) and any(ref == AFRESH for _, ref in panel.links)
        for panel in panels
    )


def heard(
    take: Callable[[Event], None], afresh: Callable[[], None], say: Callable[[Notice], None]
) -> Callable[[Event], None]:
    """A handler of events: an exception becomes a notice, and the boundary's own link starts the page afresh."""

    def on_event(event: Event) -> None:
        try:
            if event.ref == AFRESH:
                afresh()
            else:
                take(event)
        except Exception:
            LOG.exception("The event %r of the panel %s failed.", event.ref[:80], event.panel)
            say(Notice("failed"))

    return on_event


@contextmanager
def part(name: str, afresh: Callable[[], None] | None = None) -> Iterator[None]:
    """A part of the page that Streamlit draws: where it fails a sentence follows, with a button if it can start afresh.

    Reruns and stops of Streamlit's own go through, they are no errors.
    """
    try:
        yield
    except Exception:
        LOG.exception("The part %s of the page failed.", name)
        words = _words()
        with st.container(key=f"failed_{name}"):
            st.markdown(words("failed.part"))
            if afresh is not None:
                st.button(words("failed.afresh"), key=f"afresh_{name}", on_click=afresh)


def fragment(name: str, afresh: Callable[[], None]) -> Callable[[Callable[[str], None]], Callable[[str], None]]:
    """``st.fragment`` for the part of a page that is drawn anew with each step, with the boundary around it.

    Streamlit tells fragments apart by what their functions are called: each page's has its ``name``.
    """

    def decorate(draw: Callable[[str], None]) -> Callable[[str], None]:
        def tried(language: str) -> None:
            with part("page", afresh):
                draw(language)

        tried.__qualname__ = f"fragment_{name}"
        return st.fragment(tried)

    return decorate


def after_failure(error: Exception) -> bool:
    """The last net, for ``st.App(on_script_error=...)``: True says that nothing more needs to be shown.

    What reaches it is the callback of a button or a field, after which Streamlit would draw nothing: the page is drawn
    again, without the callback, and says so. Streamlit has logged the error.
    """
    state, context = st.session_state, get_script_run_ctx()
    again = context is not None and context.script_requests is not None and not state.get("failed_twice", False)
    state.failed_twice = True  # until a whole run succeeds: what fails at once again must not go round for ever
    if not again or context is None or context.script_requests is None:
        st.markdown(_words()("failed.part"))
        return True
    speaker = state.get("perceptron" if state.get("on_screen") == "perceptron" else "session")
    if speaker is not None:
        speaker.notices.append(Notice("failed"))
    context.script_requests.request_rerun(
        RerunData(
            query_string=context.query_string,
            page_script_hash=context.page_script_hash,
            cached_message_hashes=context.cached_message_hashes,
            context_info=context.context_info,
        )
    )
    return True


def _words() -> Text:
    """The words of the visitor's language, also before there is a session."""
    return text(st.session_state.get("language") or language_of(st.context.locale))
