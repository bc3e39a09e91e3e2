"""The dialog “Share”: the link of what is on the screen, its QR code, the code of a frame, a word on platforms."""

import html
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit, urlunsplit

import segno
import streamlit as st

from pages.shared import dialogs, presenter
from pages.shared.address import fields_of
from pages.shared.address import query as written
from pages.shared.address_table import PRESENT
from pages.text import Text

MOST: Final = 2953  # bytes in the largest QR code there is
DENSE: Final = 20  # its version, 1 to 40, from which a phone must come close
HERE_ALONE: Final = ("localhost", "127.0.0.1", "[::1]", "::1")
RESIZER: Final = """<script>
addEventListener("message", ({ data, source }) => {
  if (data?.subject !== "lti.frameResize") return;
  const frame = [...document.querySelectorAll("iframe")].find((one) => one.contentWindow === source);
  if (frame) frame.style.height = `${data.height}px`;
});
</script>"""


def ask_for() -> None:
    """Open the dialog with the next run."""
    dialogs.ask_for("share")


def show(page: str, here: Callable[[], str], words: Text, framed: bool) -> None:
    """Draw the dialog if it was asked for; ``here`` gives the query string of what is on the screen of a page.

    ``framed`` says whether other sites may show this one.
    """
    dialogs.show("share", words("share.title"), lambda: _dialog(page, here(), words, framed))


def link(url: str, query: str) -> str:
    """The address of a page with another query string."""
    scheme, host, path, *_ = urlsplit(url)
    return urlunsplit((scheme, host, path or "/", query, ""))


def bare(query: str, panels: Sequence[str]) -> str:
    """A query string that shows these panels and nothing else; the page's own where there are none."""
    fields = {name: text for name, text in fields_of(query).items() if name != PRESENT}
    return written(fields | {PRESENT: presenter.WORD.write(tuple(panels))})


def frame(address: str, title: str) -> str:
    """The HTML of a frame that shows an address, and takes the height that it asks for."""
    source, name = html.escape(address, quote=True), html.escape(title, quote=True)
    allowed = "clipboard-write; fullscreen"
    return (
        f'<iframe src="{source}" title="{name}" width="100%" height="540" style="border: 0" allow="{allowed}"></iframe>'
        f"\n{RESIZER}"
    )


def qr_code(address: str) -> segno.QRCode | None:
    """The QR code of an address, as few modules as hold it; None where none does."""
    if len(address.encode()) > MOST:
        return None
    try:
        return segno.make_qr(address, error="l")
    except segno.DataOverflowError:
        return None


def _dialog(page: str, query: str, words: Text, framed: bool) -> None:
    fields, url = fields_of(query), st.context.url or ""
    address = link(url, query)
    code, more = st.columns([5, 6], gap="medium")
    with code:
        _code(address, fields, words)
    with more:
        st.markdown(f"**{words('share.link')}**")
        st.code(address, language=None, wrap_lines=True)
        if "own" in fields:
            st.warning(words("share.own"))
        elif urlsplit(url).hostname in HERE_ALONE:
            st.info(words("share.here_alone"))
        _frame(page, query, url, words, framed)
        st.markdown(f"**{words('share.platform')}**")
        st.caption(words("share.platform_says"))


def _code(address: str, fields: Mapping[str, str], words: Text) -> None:
    """The code as large as its column, black on white on any ground."""
    if "own" in fields:
        st.info(words("share.no_code_own"))
        return
    made = qr_code(address)
    if made is None:
        st.info(words("share.no_code", length=len(address), most=MOST))
        return
    picture = made.svg_data_uri(border=4, dark="#000", light="#fff", omitsize=True)
    st.html(f'<img class="share-code" src="{picture}" alt="{html.escape(words("share.code"))}">')
    st.caption(words("share.dense" if int(made.version) >= DENSE else "share.code_says"))
    file = io.BytesIO()
    made.save(file, kind="svg", scale=8, border=4, dark="#000", light="#fff")
    st.download_button(
        words("share.save_code"),
        file.getvalue(),
        "backstep-qr.svg",
        "image/svg+xml",
        key="share_code",
        on_click="ignore",
    )


def _frame(page: str, query: str, url: str, words: Text, framed: bool) -> None:
    """The code of a frame, with the panels that are chosen."""
    there = st.session_state.get("offered", presenter.Offered())
    panels = there.panels if there.page == page else ()
    st.markdown(f"**{words('share.frame')}**")
    chosen = st.multiselect(
        words("share.panels"),
        panels,
        default=[name for name in there.shown if name in panels],
        format_func=lambda name: words(f"present_panel.{name}"),
        key="share_panels",
    )
    ordered = [name for name in panels if name in chosen]
    source = link(url, bare(query, ordered))
    st.code(frame(source, f"Backstep: {words(f'nav.{page}')}"), language="html", wrap_lines=True)
    if not framed:
        st.caption(words("share.unframed"))
