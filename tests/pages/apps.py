"""The app as AppTest runs it: the whole of it at an address or on a session of the test's own, or one page alone."""

from typing import Final

from streamlit.testing.v1 import AppTest

from pages.shared.address import fields_of
from pages.shared.session import Session
from tests.conftest import ROOT

SHELL: Final = str(ROOT / "pages" / "shell.py")
PATIENCE: Final = 120  # seconds; the first run imports all pages


def clean(app: AppTest) -> AppTest:
    """The app, which must show no traceback."""
    assert not app.exception, [one.value for one in app.exception]
    return app


def shell(query: str = "", at: Session | None = None, language: str = "en", set_up: bool = False) -> AppTest:
    """The app as it opens at an address, or on that session; ``set_up`` with its set-up drawn."""
    app = AppTest.from_file(SHELL, default_timeout=PATIENCE)
    for name, value in ({"lang": language} | fields_of(query)).items():
        app.query_params[name] = value
    if set_up:
        app.session_state.set_up = True
    if at is not None:
        app.session_state.session, app.session_state.language = at, language
    return clean(app.run())


def page_alone(name: str, session: Session) -> AppTest:
    """One page on a session, in English, before its first run."""
    app = AppTest.from_string(
        f"from pages.shared import frame\nfrom pages.{name} import page\nframe.show(page.PAGE)",
        default_timeout=PATIENCE,
    )
    app.session_state.session, app.session_state.language = session, "en"
    return app
